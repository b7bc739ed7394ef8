"""Settings of the centre with their defaults. A value that was never set is its default."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from app.centre.events import CentreSettingChanged, CentreSetUp
from app.centre.rules import centre_command, check_text
from app.centre.tables import CentreSetting, IncomingDispatch
from app.core.asked import Text, Tick
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem, ValueProblem, check_nothing_wrong
from app.core.text import limit_text
from app.platform.people.changes import AddPerson
from app.platform.people.hashing import OFFICE_PC, Cost
from app.platform.people.service import add_person
from schema.database import Database
from schema.zone import USUAL, ZONES
from sync.enrolment import OWN_STREAM
from sync.entries import ClockSettled, keep_fact
from sync.events import KeysRotated
from sync.journal import LOCAL, Journal

NEEDED_SETTINGS = ("centre.name", "centre.regency", "centre.place", "centre.address")
CODE_SHAPE = "Kode: nama jalur dan empat angka kode kabupaten, misalnya dukcapil-3508 atau bank-3173."
_CODE = re.compile(r"([a-z][a-z0-9]{1,19})-[0-9]{4}")
"""The stream that offices send to this side, and the regency."""
ZONE_STAYS = "Zona waktu tetap sejak pengiriman pertama masuk: tanggal-tanggalnya sudah dihitung dengan zona itu."
_ADDRESS = re.compile(r"[A-Za-z0-9.-]{1,120}(:[0-9]{1,5})?")


def is_set_up(db: Database) -> bool:
    return bool(get_setting(db, "centre.code"))


def set_up_centre(journal: Journal, *, identity: Mapping[str, str], now: datetime) -> None:
    """First run: the journal gets its source, the centre its name and address.

    Raises Problem `invalid` with one sentence per field, `conflict` when it was done before.
    """
    clean = check_settings(identity)
    wrong = identity_faults(clean, NEEDED_SETTINGS)
    named = _CODE.fullmatch(clean.get("centre.code", ""))
    own_stream = named[1] if named else ""
    if not named or own_stream == LOCAL:
        wrong["centre.code"] = CODE_SHAPE
    check_nothing_wrong(wrong)
    with journal.transaction():
        if is_set_up(journal.db):
            raise Problem.of("conflict", why="Pusat ini sudah disiapkan. Masuklah dengan akun administrator.")
        if not journal.has_identity:
            journal.open_epoch(clean["centre.code"], now)
            keep_fact(journal.db, OWN_STREAM, own_stream)
        journal.record(CentreSetUp(clean), subject="centre", actor="system", at=now)


@centre_command("centre.offices")
def change_settings(journal: Journal, actor: Actor, *, values: Mapping[str, str], now: datetime) -> None:
    """Give settings other values; the code is for ever. Raises Problem `invalid`."""
    clean = check_settings({key: value for key, value in values.items() if key != "centre.code"})
    wrong = identity_faults(clean, [key for key in NEEDED_SETTINGS if key in clean])
    zone = get_setting(journal.db, "centre.zone")
    if clean.get("centre.zone", zone) != zone and IncomingDispatch.first(journal.db):
        wrong["centre.zone"] = ZONE_STAYS
    check_nothing_wrong(wrong)
    journal.record(CentreSettingChanged(clean), subject="centre", actor=actor.username, at=now)


def identity_faults(values: Mapping[str, str], needed: tuple[str, ...] | list[str]) -> dict[str, str]:
    wrong = {key: "Wajib diisi." for key in needed if not values.get(key)}
    address = values.get("centre.address", "")
    if address and not _ADDRESS.fullmatch(address):
        wrong["centre.address"] = "Tulis nama komputer atau nomor IP dan port, misalnya pusat.example:8135."
    return wrong


DEFAULTS: dict[str, str] = {
    "centre.code": "",
    "centre.name": "",
    "centre.full_name": "",
    "centre.regency": "",
    "centre.place": "",
    "centre.postal": "",
    "centre.contact": "",
    "centre.address": "",
    "centre.zone": USUAL,
    "centre.status_page": "",
    "paper.size": "F4",
}
"""`centre.address` is how offices reach the centre over the network, such as `pusat.example:8135`; `postal` is where
the office stands, `full_name` what stands above its papers where the name that offices know is short. `centre.zone` is
the wall clock in which every date here is reckoned. `centre.status_page`: `open` where the public page answers."""

SETTING_LIMIT = 200


def get_setting(db: Database, key: str) -> str:
    row = CentreSetting.first(db, key=key)
    value: str = json.loads(row.value) if row else DEFAULTS[key]
    return value


def all_settings(db: Database) -> dict[str, str]:
    return DEFAULTS | {row.key: json.loads(row.value) for row in CentreSetting.rows(db)}


def check_settings(values: Mapping[str, str]) -> dict[str, str]:
    """The values, trimmed. Raises Problem `invalid` with one sentence per wrong field."""
    wrong: dict[str, str] = {}
    clean: dict[str, str] = {}
    for key, value in values.items():
        if key not in DEFAULTS:
            raise KeyError(key)
        try:
            clean[key] = limit_text(value, limit=SETTING_LIMIT, label="Isian")
        except ValueProblem as problem:
            wrong[key] = problem.sentence
    for key, choices in (("paper.size", ("F4", "A4")), ("centre.zone", tuple(ZONES))):
        if clean.get(key, choices[0]) not in choices:
            wrong[key] = SENTENCES["choose"]
    check_nothing_wrong(wrong)
    return clean


@centre_command("centre.offices")
def confirm_clock(
    journal: Journal,
    actor: Actor,
    *,
    note: Annotated[str, Text("Dicocokkan dengan", SENTENCES["clock_compared"], most=300)],
    now: datetime,
) -> None:
    """Somebody compared the centre's clock with another one: from here on it is trusted, and offices hear it again.

    Raises Problem `forbidden`, `invalid`, `conflict`.
    """
    if journal.clock_at(now) == "ok":
        raise Problem.of("conflict", why=SENTENCES["clock_is_right"])
    journal.record(ClockSettled(note), subject="clock", actor=actor.username, at=now)


STATUS_PAGE = "centre.status_page"


@centre_command("centre.offices")
def choose_status_page(
    journal: Journal,
    actor: Actor,
    *,
    on: Annotated[bool, Tick("Halaman status dibuka untuk umum")],
    now: datetime,
) -> None:
    """Whether the public page answers. Raises Problem `forbidden`."""
    state = "open" if on else ""
    chosen = {STATUS_PAGE: state}
    journal.record(CentreSettingChanged(chosen), subject="centre", actor=actor.username, at=now)


Rotate = Callable[[bool, str, str, datetime], None]
"""What changes the keys themselves: (announced, reason, actor, now). Handed in by the composition."""

ROTATION_PAUSE = timedelta(hours=1)
CHANGED_JUST_NOW = "Kunci pusat baru saja diganti. Tidak perlu diganti lagi."
"""A second change so soon is a second click."""
ROTATIONS = ("announced", "stolen")


class KeyChange(NamedTuple):
    at: datetime
    actor: str
    signer: str
    reason: str
    announced: bool


def list_key_changes(journal: Journal) -> list[KeyChange]:
    found = journal.about(f"keys/{journal.source}")
    changes = [(entry, entry.body) for entry in reversed(found) if isinstance(entry.body, KeysRotated)]
    return [
        KeyChange(entry.at, entry.actor, body.signer, body.reason, body.succession is not None)
        for entry, body in changes
    ]


def list_offices_behind(db: Database, sealed_to: str) -> list[tuple[str, str]]:
    """(code, name) of offices whose last file was still sealed for an earlier key than `sealed_to`."""
    return list(db.run("SELECT name, label FROM road_peer WHERE seals_to NOT IN ('', ?) ORDER BY label", (sealed_to,)))


def rotate_keys(journal: Journal, actor: Actor, *, way: str, reason: str, rotate: Rotate, now: datetime) -> None:
    """Change the centre's signing and age key. Ask the PIN before.

    `way`: `announced` (every office follows by itself) or `stolen` (the old key may speak for nobody any more, so each
    office needs a new code). Raises Problem `forbidden`, `invalid`, `conflict`.
    """
    require(actor, "centre.offices")
    if way in ROTATIONS:
        wrong = {}
    else:
        wrong = {"way": SENTENCES["choose_one"]}
    why = check_text(reason, "reason")
    if not why:
        wrong["reason"] = SENTENCES["reason"]
    check_nothing_wrong(wrong)
    if changed_just_now(journal, now):
        raise Problem.of("conflict", why=CHANGED_JUST_NOW)
    rotate(way == "announced", why, actor.username, now)


def changed_just_now(journal: Journal, now: datetime) -> bool:
    """Whether the keys were changed within the last hour: a second press changes nothing more."""
    known = list_key_changes(journal)
    return bool(known) and abs(now - known[0].at) < ROTATION_PAUSE


def create_centre(
    journal: Journal,
    *,
    identity: Mapping[str, str],
    name: str,
    username: str,
    password: str,
    now: datetime,
    cost: Cost = OFFICE_PC,
) -> None:
    """Found the journal, write who we are and who may enter. Raises Problem with one sentence per wrong field."""
    try:
        with journal.transaction():
            set_up_centre(journal, identity=identity, now=now)
            add_person(
                journal,
                SYSTEM,
                AddPerson(username=username, name=name, roles=("centre_admin", "printer")),
                password=password,
                must_change=False,
                cost=cost,
                now=now,
            )
    except BaseException:
        journal.forget()
        raise
