"""First run of the centre, the offices it knows, and what it tells them of blanks and queue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from app.centre import settings
from app.centre.events import CentreSettingChanged, CentreSetUp, OfficeInvited
from app.centre.neighbours import neighbour
from app.centre.queries import queue_length, stock
from app.centre.rules import again, floor, free_text
from app.centre.tables import StateTold
from app.core.clock import office_date
from app.core.messages import CentreState
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database, plain
from sync.barring import admit_office, bar_office
from sync.journal import Journal

IssueCode = Callable[[str, str, str, datetime], str]
"""The road's part of an invitation: (office, name, actor, now) → the code as text. Handed in by the composition."""

NEEDED = ("centre.name", "centre.regency", "centre.place", "centre.address")
QUIET = timedelta(minutes=15)
"""A changed stock or queue is told at most this often."""
_CODE = re.compile(r"dukcapil-[0-9]{4}")
_OFFICE = re.compile(r"[0-9]{6}")
_ADDRESS = re.compile(r"[A-Za-z0-9.-]{1,120}(:[0-9]{1,5})?")


def is_set_up(db: Database) -> bool:
    """Whether the first run is done."""
    return bool(settings.get(db, "centre.code"))


def set_up_centre(journal: Journal, *, identity: Mapping[str, str], now: datetime) -> None:
    """First run: the journal gets its source, the centre its name and address.

    Raises Problem `invalid` with one sentence per field, `conflict` when it was done before.
    """
    clean = settings.checked(identity)
    wrong = wrong_identity(clean, NEEDED)
    if not _CODE.fullmatch(clean.get("centre.code", "")):
        wrong["centre.code"] = (
            "Kode pusat cetak: dukcapil- dan empat angka kode kabupaten, misalnya dukcapil-3508."
        )
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        if is_set_up(journal.db):
            raise Problem.of(
                "conflict", why="Pusat cetak ini sudah disiapkan. Masuklah dengan akun administrator."
            )
        if not journal.founded:
            journal.found(clean["centre.code"], now)
        journal.record(CentreSetUp(clean), subject="centre", actor="system", at=now)


def change_settings(journal: Journal, actor: Actor, *, values: Mapping[str, str], now: datetime) -> None:
    """Give settings other values; the code is for ever. Raises Problem `invalid`."""
    require(actor, "centre.offices")
    clean = settings.checked({key: value for key, value in values.items() if key != "centre.code"})
    wrong = wrong_identity(clean, [key for key in NEEDED if key in clean])
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        journal.record(CentreSettingChanged(clean), subject="centre", actor=actor.username, at=now)


def wrong_identity(values: Mapping[str, str], needed: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Sentences for what is missing or cannot be an address."""
    wrong = {key: "Wajib diisi." for key in needed if not values.get(key)}
    address = values.get("centre.address", "")
    if address and not _ADDRESS.fullmatch(address):
        wrong["centre.address"] = "Tulis nama komputer atau nomor IP dan port, misalnya pusat.example:8135."
    return wrong


@again
def invite(journal: Journal, actor: Actor, *, office: str, name: str, issue: IssueCode, now: datetime) -> str:
    """Let an office in: a code to print, good for one office, once, seven days. Returns the code.

    The journal keeps that it was given, never the code. Raises Problem `invalid`.
    """
    require(actor, "centre.offices")
    wrong = {} if _OFFICE.fullmatch(office) else {"office": "Kode kecamatan 6 angka, misalnya 350807."}
    label = free_text(name, "name", 60)
    if not label:
        wrong["name"] = "Tulis nama kecamatan."
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        journal.record(OfficeInvited(office, label), subject=f"office/{office}", actor=actor.username, at=now)
        return issue(office, label, actor.username, now)


@again
def bar(journal: Journal, actor: Actor, *, office: str, reason: str, lift: bool, now: datetime) -> None:
    """Bar an office from the road: nothing is taken from it, nothing given. Or `lift` the bar. Ask the PIN before.

    Raises Problem `not_found`, `invalid` without a reason, `conflict` when it is so already.
    """
    require(actor, "centre.offices")
    why = free_text(reason, "reason")
    if not why:
        raise Problem.of("invalid", {"reason": "Tulis alasannya."})
    with journal.transaction():
        found = neighbour(journal.db, office, now)
        if found is None:
            raise Problem.of("not_found", what="Kecamatan itu")
        if bool(found.barred_at) != lift:
            raise Problem.of("conflict", why="Keadaannya sudah begitu. Muat ulang halaman.")
        (admit_office if lift else bar_office)(journal, office, why, actor=actor.username, now=now)


@again
def publish_state(journal: Journal, *, now: datetime) -> int:
    """Tell every enrolled office how many blanks and how long a queue there is; returns how many were told.

    An office is told when something changed, not more often than every quarter of an hour, and once a day anyway.
    """
    with floor(journal) as db:
        blanks, queue = stock(db), queue_length(db)
        body = CentreState(blanks, queue, str(plain(now)))
        offices = [str(row[0]) for row in db.run("SELECT name FROM road_peer ORDER BY name")]
        due = [office for office in offices if is_due(db, office, body, now)]
        for office in due:
            journal.record(body, subject="centre", actor="system", at=now, stream=office, lane=office)
    return len(due)


def is_due(db: Database, office: str, body: CentreState, now: datetime) -> bool:
    """Whether this office should hear the state now."""
    told = StateTold.first(db, StateTold.office == office)
    if told is None:
        return True
    at = datetime.fromisoformat(told.as_of).astimezone(UTC)
    differs = (told.blanks, told.queue) != (body.blanks, body.queue)
    return office_date(at) != office_date(now) or (differs and abs(now - at) >= QUIET)


def current(db: Database) -> dict[str, str]:
    """All settings with their values, for the settings page."""
    return settings.all_settings(db)
