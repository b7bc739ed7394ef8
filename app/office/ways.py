"""Ways of working that need more than one setting: listed pauses, the office network, the way to the centre."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.office import network, service, settings
from app.office.network import Plan
from schema.database import Database
from schema.service_flow import PauseReason
from sync.journal import Journal
from sync.road import peers


def listed_pauses(db: Database, on: date) -> dict[str, PauseReason]:
    """Every pause reason that a standard in force lists, by id."""
    return {one.id: one for definition in service.services(db, on) for one in definition.pauses}


def set_pauses(journal: Journal, actor: Actor, *, enabled: Iterable[str], on: date, now: datetime) -> None:
    """Switch listed reasons on; all others are off. A pause that already runs goes on. Raises Problem `invalid`."""
    require(actor, "office.settings")
    wanted = list(dict.fromkeys(enabled))
    if set(wanted) - set(listed_pauses(journal.db, on)):
        raise Problem.of("invalid", {"enabled": "Pilih alasan dari daftar standar pelayanan."})
    service.change_setting(journal, actor, key="pauses.enabled", value=wanted, now=now)


def enrolled(db: Database) -> bool:
    """Whether a centre has let this office in."""
    return bool(peers(db))


def runs_loket(db: Database) -> bool:
    """Whether dispatches leave for a centre's Loket: this office is enrolled there and was not put back on paper."""
    return bool(settings.get(db, "centre.runs_loket")) and enrolled(db)


def network_plan(db: Database) -> Plan:
    """How the office is opened, for whoever starts the server."""
    known = settings.all_settings(db)
    return network.plan(known["network.open"], known["network.hosts"], known["network.without_tls"])


def set_network(journal: Journal, actor: Actor, *, opened: bool, hosts: str, without_tls: bool,
                now: datetime) -> Plan:  # fmt: skip
    """Open or close the office to its network from the next start on. Raises Problem `invalid`, `forbidden`."""
    require(actor, "office.settings")
    try:
        names = network.hosts_of(hosts)
    except Problem as problem:
        raise Problem.of("invalid", {"hosts": problem.fields["network.hosts"]}) from problem
    if opened and not names:
        raise Problem.of(
            "invalid", {"hosts": "Tulis nama atau alamat komputer ini, supaya komputer lain dilayani."}
        )
    values = {
        "network.open": opened,
        "network.hosts": " ".join(names),
        "network.without_tls": opened and without_tls,
    }
    with journal.transaction():
        known = settings.all_settings(journal.db)
        for key, value in values.items():
            if known[key] != value:
                service.change_setting(journal, actor, key=key, value=value, now=now)
    return network_plan(journal.db)
