"""An office to measure in: founded like any other, and filled with as many cases as a figure asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import msgspec

from app import compose
from app.core.permissions import Actor
from app.core.procedure import deadline
from app.core.similarity import blocking_keys
from app.platform.office import queries as office
from app.platform.office.service import NewPerson, found_office
from app.platform.people.hashing import Cost
from app.platform.practice.founding import sign_standards
from bench.citizens import Citizen, Citizens
from schema.database import Database
from schema.migrations import migrate_database
from sync.journal import Journal

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CHEAP = Cost(4, 8, 1)
PASSWORD = "beras kencur 45"
PEOPLE = (
    NewPerson("sekretaris", "Ratna Puspita", ("sekretaris", "admin"), PASSWORD),
    NewPerson("kasi", "Budi Santoso", ("kasi",), PASSWORD),
    NewPerson("loket", "Sari Wulandari", ("counter",), PASSWORD),
    NewPerson("operator", "Oki Setiawan", ("operator",), PASSWORD),
    NewPerson("camat", "Hadi Purnomo", ("camat",), PASSWORD),
)
CLERK = Actor(3, "Sari Wulandari", "loket", frozenset({"counter"}))
STEPS = ("validate", "record", "dispatch", "print", "arrive", "hand_over")
PLACES = {
    "validate": "counter",
    "record": "folder",
    "dispatch": "folder",
    "print": "centre",
    "arrive": "centre",
    "hand_over": "counter",
    "@done": "archive",
}
OUTCOMES = {
    "": "opened",
    "validate": "complete",
    "record": "recorded",
    "dispatch": "sent",
    "print": "printed",
    "arrive": "arrived",
    "hand_over": "handed_over",
}
ITEMS = ("village_letter", "signature_applicant", "signature_village_head", "photo", "kk_copy")
CASE = (
    "INSERT INTO case_file (id, service, revision, number, code, kind, name, area, main_key, birth_on, phone, fields,"
    " step, closed, place, received_on, entered_at, entered_by, completed_on, due_on, off_days, kept_on, closed_on,"
    " changed_at, origin)"
    f" VALUES ({', '.join('?' * 25)})"
)
EVENT = "INSERT INTO case_event (case_id, at, on_date, action, step_from, step_to, actor) VALUES (?, ?, ?, ?, ?, ?, ?)"
ITEM = "INSERT INTO case_item (case_id, item, state, rule, on_date, actor) VALUES (?, ?, 'present', 'SP 2', ?, 'loket')"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def found(data: Path) -> Journal:
    """A set-up office in a folder, at its first working day."""
    db = compose.open_side("office", data)
    migrate_database(db, "office")
    journal = compose.journal("office", db)
    identity = {
        "office.code": "350807",
        "office.name": "Kecamatan Contoh",
        "office.short_name": "Contoh",
        "office.regency": "Kabupaten Contoh",
        "office.place": "Contoh",
    }
    found_office(
        journal, identity=identity, people=PEOPLE, starts={}, effective_on=date(2024, 1, 1), now=NOW, cost=CHEAP
    )
    sign_standards(journal, NOW)
    db.run("UPDATE credential SET must_change = 0")
    return journal


@contextmanager
def opened(data: Path) -> Iterator[Journal]:
    """The journal of an office that was founded before; closed afterwards."""
    db = compose.open_side("office", data)
    try:
        yield compose.journal("office", db)
    finally:
        db.close()


def villages(db: Database) -> tuple[str, ...]:
    """Codes of the office's villages."""
    return tuple(office.village_names(db))


def fill(journal: Journal, count: int) -> None:
    """Cases of three years in every state, written straight into the tables: what is measured later only reads them."""
    citizens, pick = Citizens(villages(journal.db)), Random(7)
    definition, calendar = office.current_definition(journal.db, "ktp-el", TODAY), office.office_calendar(journal.db)

    @cache
    def promise_from(completed: date) -> tuple[str, str]:
        due = deadline.due_date(definition, calendar, completed)
        return (due.isoformat(), json.dumps(calendar.off_days(completed, due))) if due else ("", "[]")

    numbers = range(1, count + 1)
    with journal.transaction(), journal.db.applying():
        for start in range(0, count, 5000):
            asked = numbers[start : start + 5000]
            part = [Filed.of(number, citizens.next(), count, pick, promise_from) for number in asked]
            write(journal.db, part, definition.identity.revision)


@dataclass(frozen=True, slots=True)
class Filed:
    """One case as it lies in the tables: how far it has come and on which days, and the promise with the days off by
    which it was reckoned."""

    number: int
    citizen: Citizen
    step: str
    code: str
    received: date
    completed: str | None
    due: str | None
    off_days: str | None
    closed: str | None

    @classmethod
    def of(
        cls, number: int, citizen: Citizen, count: int, pick: Random, promise_from: Callable[[date], tuple[str, str]]
    ) -> Filed:
        """The older a case, the further it is; only the last thousand are still running."""
        received = TODAY - timedelta(days=int(1000 * (count - number) / count))
        running = number > count - 1000
        step = STEPS[(count - number) * len(STEPS) // 1000] if running else "@done"
        code = "".join(pick.choices(LETTERS, k=11))
        completed = None if step == "validate" else received + timedelta(days=1)
        due, off_days = promise_from(completed) if completed else (None, None)
        closed = (received + timedelta(days=15)).isoformat() if step == "@done" else None
        return cls(
            number, citizen, step, code, received, completed.isoformat() if completed else None, due, off_days, closed
        )

    @property
    def way(self) -> tuple[str, ...]:
        """The steps that it has gone through, the present one last."""
        return (*STEPS, "@done")[: 1 + (*STEPS, "@done").index(self.step)]


def write(db: Database, part: Sequence[Filed], revision: str) -> None:
    """Cases with their keys, names, checklist and way."""
    db.many(CASE, [case_row(filed, revision) for filed in part])
    db.many(
        "INSERT INTO case_key (value, name, case_id) VALUES (?, ?, ?)",
        sorted(
            (value, name, filed.number)
            for filed in part
            for name, value in (("nik", filed.citizen.nik), ("kk", filed.citizen.kk))
        ),
    )
    db.many(
        "INSERT INTO case_likeness (block, case_id) VALUES (?, ?)",
        sorted(
            (block, filed.number)
            for filed in part
            for block in blocking_keys(filed.citizen.name, filed.citizen.birth_on)
        ),
    )
    db.many("INSERT INTO case_fts (rowid, name) VALUES (?, ?)", [(filed.number, filed.citizen.name) for filed in part])
    db.many(ITEM, [(filed.number, item, filed.received.isoformat()) for filed in part for item in ITEMS])
    db.many(EVENT, [row for filed in part for row in event_rows(filed)])


def case_row(filed: Filed, revision: str) -> tuple[object, ...]:
    """The values of CASE."""
    who, received = filed.citizen, filed.received.isoformat()
    at = f"{received}T02:10:00Z"
    number = f"{filed.number:05d}/KTP/{filed.received.year}"
    return (
        filed.number,
        "ktp-el",
        revision,
        number,
        filed.code,
        who.kind,
        who.name,
        who.village,
        who.nik,
        who.birth_on.isoformat(),
        who.phone,
        msgspec.json.encode(who.stored()).decode(),
        filed.step,
        int(filed.closed is not None),
        PLACES[filed.step],
        received,
        at,
        "loket",
        filed.completed,
        filed.due,
        filed.off_days,
        filed.closed,
        filed.closed,
        at,
        "desk",
    )


def event_rows(filed: Filed) -> list[tuple[object, ...]]:
    """The way of a case, one step every second day."""
    rows: list[tuple[object, ...]] = []
    before = ""
    for turn, step in enumerate(filed.way):
        on = (filed.received + timedelta(days=2 * turn)).isoformat()
        rows.append((filed.number, f"{on}T02:10:00Z", on, OUTCOMES[before], before, step, "loket"))
        before = step
    return rows
