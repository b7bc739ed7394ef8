"""What pages ask of cases: lists as tuples, search, timeline, due list, register. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from app.casework.desk.form import Form
from app.casework.desk.tables import CaseFile, ReservedForm
from app.core.codes import has_valid_check, typed_code
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.text import prefix_query
from app.platform.office import queries as office
from app.platform.office.numbers import find_numbered
from app.platform.office.queries import OUTSIDE
from schema.database import Database, cached_until_next_entry, first_column
from schema.service_procedure import Definition


def home_address(definition: Definition, values: Mapping[str, str]) -> str:
    parts = (values.get(field.id, "") for field in definition.fields if field.role == "home")
    return ", ".join(" ".join(part.split()) for part in parts if part.strip())


def area_name(names: Mapping[str, str], area: str, home: str = "") -> str:
    if home and not area:
        return f"{OUTSIDE}: {home}"
    return names.get(area, area)


def definitions_of(db: Database, rows: Iterable[CaseRow]) -> dict[tuple[str, str], Definition]:
    """(service, revision) → definition, of the rows of a list."""
    return {key: office.adopted_definition(db, *key) for key in {(row.service, row.revision) for row in rows}}


def home_addresses(
    db: Database, rows: Iterable[CaseRow], known: Mapping[tuple[str, str], Definition]
) -> dict[int, str]:
    """Case id → home address, for those of the rows that have no village of this kecamatan."""
    away = {row.id: known[row.service, row.revision] for row in rows if not row.area}
    marks = ", ".join("?" * len(away))
    if away:
        found = db.run(f"SELECT id, fields FROM case_file WHERE id IN ({marks})", list(away))
    else:
        found = ()
    return {case_id: home_address(away[case_id], json.loads(fields)) for case_id, fields in found}


class CaseRow(NamedTuple):
    """One line of a list. `main_key` is whole: mask it before it is shown."""

    id: int
    number: str
    code: str
    service: str
    revision: str
    kind: str
    name: str
    area: str
    main_key: str
    step: str
    closed: int
    received_on: str
    completed_on: str | None
    due_on: str | None
    kept_on: str | None
    changed_at: str


COLUMNS = ", ".join("c." + name for name in CaseRow._fields)


def select_cases(
    db: Database,
    actor: Actor,
    where: str,
    params: Sequence[Any],
    order: str,
    limit: int,
    source: str = "case_file c",
    after: int = 0,
) -> list[CaseRow]:
    """Rows of case_file that the actor may see; `where` and `order` are this module's own text."""
    if actor.village_only:
        own = "c.area = ? AND "
        values = [actor.area]
    else:
        own = ""
        values = []
    rows = db.run(
        f"SELECT {COLUMNS} FROM {source} WHERE {own}{where} ORDER BY {order} LIMIT ? OFFSET ?",
        [*values, *params, limit, after],
    )
    return [CaseRow(*row) for row in rows]


def seen_area(actor: Actor) -> tuple[str, list[str | None]]:
    """A further condition that leaves a village clerk the cases (`c`) of the own village, with its value."""
    if actor.village_only:
        return ("AND c.area = ?", [actor.area])
    return ("", [])


def in_area(area: str | None) -> tuple[str, list[str]]:
    """The same for the cases of one village; nothing where all are meant (None)."""
    if area is not None:
        return ("AND c.area = ?", [area])
    return ("", [])


def waiting_cases(db: Database, actor: Actor, steps: Sequence[str], of: tuple[str, str], limit: int) -> list[CaseRow]:
    """Open cases of one (service, revision) in the given steps, the nearest promise first."""
    marks = ", ".join("?" * len(steps))
    where = f"c.closed = 0 AND c.step IN ({marks}) AND c.service = ? AND c.revision = ?"
    if not steps:
        return []
    return select_cases(db, actor, where, [*steps, *of], "c.due_on IS NULL, c.due_on, c.id", limit)


def count_waiting(db: Database, actor: Actor, steps: Sequence[str], of: tuple[str, str]) -> dict[str, int]:
    """How many of :func:`waiting_cases` there are in each step."""
    if actor.village_only:
        own = "area = ? AND "
        values = [actor.area]
    else:
        own = ""
        values = []
    marks = ", ".join("?" * len(steps))
    where = f"{own}closed = 0 AND step IN ({marks}) AND service = ? AND revision = ?"
    return dict(db.run(f"SELECT step, count(*) FROM case_file WHERE {where} GROUP BY step", [*values, *steps, *of]))


PROMISED = "c.closed = 0 AND c.due_on IS NOT NULL AND c.kept_on IS NULL"
STOOD = "EXISTS (SELECT 1 FROM case_pause s WHERE s.case_id = c.id AND s.to_on IS NULL AND s.from_on <= c.due_on)"
"""The clock of the promise stands still; a pause that began after its date stops nothing."""
RUNS = f"{PROMISED} AND NOT {STOOD}"
"""A promise that runs. Every page that counts or lists promises asks this, and late is `due_on` before today."""


def due_cases(
    db: Database, actor: Actor, until: date, limit: int, after: int = 0, since: date | None = None
) -> list[CaseRow]:
    """Running promises up to a day (from `since` on), the nearest first."""
    where = f"{RUNS} AND c.due_on BETWEEN ? AND ?"
    earliest = ""
    if since:
        earliest = since.isoformat()
    days = [earliest, until.isoformat()]
    return select_cases(db, actor, where, days, "c.due_on, c.id", limit, after=after)


@cached_until_next_entry
def open_promises(db: Database, area: str | None) -> Mapping[date, int]:
    """Day → running promises that fall due on it."""
    rows = count_open(db, area, "due_on", f"AND {RUNS}")
    return MappingProxyType({date.fromisoformat(on): count for on, count in rows})


def count_late(db: Database, area: str | None, today: date) -> int:
    """Running promises whose date is over: the one number that desk, strip, list and supervision show."""
    return sum(count for day, count in open_promises(db, area).items() if day < today)


@cached_until_next_entry
def count_stood(db: Database, area: str | None) -> int:
    """Open cases whose promise stands still."""
    return sum(count for _, count in count_open(db, area, "closed", f"AND {PROMISED} AND {STOOD}"))


def stood_cases(db: Database, case_ids: Sequence[int]) -> set[int]:
    """Which of these cases have a promise that stands still."""
    marks = ", ".join("?" * len(case_ids))
    asked = f"SELECT c.id FROM case_file c WHERE c.id IN ({marks}) AND {PROMISED} AND {STOOD}"
    if case_ids:
        return set(first_column(db, asked, list(case_ids)))
    return set()


@cached_until_next_entry
def open_steps(db: Database, area: str | None) -> Mapping[tuple[str, str], int]:
    rows = count_open(db, area, "service, step")
    return MappingProxyType({(service, step): count for service, step, count in rows})


def count_open(db: Database, area: str | None, columns: str, where: str = "") -> Iterable[tuple[Any, ...]]:
    if area is not None:
        own = "c.area = ? AND "
        values = [area]
    else:
        own = ""
        values = []
    sql = f"SELECT {columns}, count(*) FROM case_file c WHERE {own}c.closed = 0 {where} GROUP BY {columns}"
    found: Iterable[tuple[Any, ...]] = db.run(sql, values)
    return found


class Page(msgspec.Struct, frozen=True):
    rows: list[CaseRow]
    more: bool

    @property
    def before(self) -> int | None:
        if self.more and self.rows:
            return self.rows[-1].id
        return None


class Condition(NamedTuple):
    """What a list of cases asks besides: our own SQL with its values."""

    sql: str
    values: tuple[str | int, ...] = ()


def late_since(today: date) -> Condition:
    return Condition(f"{RUNS} AND c.due_on < ?", (today.isoformat(),))


STANDING_STILL = Condition(f"{PROMISED} AND {STOOD}")


def came_on(day: date) -> Condition:
    return Condition("c.received_on = ?", (day.isoformat(),))


def ended_on(day: date) -> Condition:
    return Condition("c.closed = 1 AND c.closed_on = ?", (day.isoformat(),))


def kept_with_gap(since: date, until: date, first: int, last: int) -> Condition:
    """Promises that fell due within these days and were kept so many days after their date (negative: before)."""
    sql = "c.due_on BETWEEN ? AND ? AND julianday(c.kept_on) - julianday(c.due_on) BETWEEN ? AND ?"
    return Condition(sql, (since.isoformat(), until.isoformat(), first, last))


def limit_ended(limit: str, since: date, *, kept: bool) -> Condition:
    """Cases received since a day of which such a limit ended, each of them in time or one of them too late."""
    sql = (
        "c.received_on >= ? AND (SELECT max(d.stopped > d.due) FROM deadline d WHERE d.subject = 'case/' || c.id"
        " AND d.limit_id = ? AND d.void = 0 AND d.stopped <> '') = ?"
    )
    return Condition(sql, (since.isoformat(), limit, int(not kept)))


def besides_service(service: str) -> Condition:
    return Condition("+c.service <> ?", (service,))


def latest_cases(
    db: Database,
    actor: Actor,
    *,
    besides: Sequence[Condition] = (),
    closed: int | None = None,
    service: str = "",
    step: str = "",
    area: str | None = None,
    before: int | None = None,
    size: int = 50,
) -> Page:
    """Cases, the newest first, page by page (keyset, so that deep pages stay quick). The empty area is one too.

    Finished cases are nearly all there are: `+` keeps SQLite from sorting them out of an index and lets it walk down
    the ids instead. Open ones and other exits are few, so their index is the short way.
    """
    if step:
        closed = int(step.startswith("@"))
    if closed == 1 and area is None and step in ("", "@done"):
        plus = "+"
    else:
        plus = ""
    asked = {
        f"{plus}c.closed = ?": closed,
        f"{plus}c.step = ?": step or None,
        "+c.service = ?": service or None,
        "c.area = ?": area,
        "c.id < ?": before,
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    where = " AND ".join([*given, *(condition.sql for condition in besides)]) or "1 = 1"
    values = [*given.values(), *chain.from_iterable(condition.values for condition in besides)]
    rows = select_cases(db, actor, where, values, "c.id DESC", size + 1)
    return Page(rows[:size], len(rows) > size)


def register_month(db: Database, actor: Actor, service: str, year: int, month: int) -> list[CaseRow]:
    first = date(year, month, 1)
    after = (first + timedelta(days=32)).replace(day=1)
    return select_cases(
        db,
        actor,
        "c.received_on >= ? AND c.received_on < ? AND c.service = ?",
        [first.isoformat(), after.isoformat(), service],
        "c.received_on, c.id",
        5000,
    )


def search_cases(db: Database, actor: Actor, text: str, limit: int = 30) -> list[CaseRow]:
    """A key of any service, case number or a part of it, slip code, or name; the best exact match first."""
    text = " ".join(text.split())[:100]
    ways = (find_by_key, find_by_number, find_by_name)
    if not text:
        return []
    return next((rows for find in ways if (rows := find(db, actor, text, limit))), [])


def find_by_number(db: Database, actor: Actor, text: str, limit: int) -> list[CaseRow]:
    """Cases whose number holds what was typed of it (`0728`, `728/KTP`), the newest first."""
    ids = find_numbered(db, "case", text)
    where = f"c.id IN ({', '.join('?' * len(ids))})"
    if not ids:
        return []
    return select_cases(db, actor, where, ids, "c.received_on DESC, c.id DESC", limit)


def find_by_key(db: Database, actor: Actor, text: str, limit: int) -> list[CaseRow]:
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= 8 and len(digits) >= len(text) - 6:
        numbers = [digits]
    else:
        numbers = []
    keys = list(dict.fromkeys([*numbers, text, text.upper()]))
    code = typed_code(text)
    ways: list[tuple[str, list[str]]] = [("c.number = ?", [text.upper()])]
    ways += [("c.code = ?", [code])] if code else []
    ways.append((f"c.id IN (SELECT case_id FROM case_key WHERE value IN ({', '.join('?' * len(keys))}))", keys))
    found = (select_cases(db, actor, where, params, "c.id DESC", limit) for where, params in ways)
    return next(filter(None, found), [])


def find_by_name(db: Database, actor: Actor, text: str, limit: int) -> list[CaseRow]:
    query = prefix_query(text)
    source = "case_fts f JOIN case_file c ON c.id = f.rowid"
    if not query:
        return []
    return select_cases(db, actor, "case_fts MATCH ?", [query], "f.rowid DESC", limit, source)


def steps_of_others(db: Database, actor: Actor, case_ids: Sequence[int]) -> dict[int, str]:
    """Case id → the name of another person who took its step."""
    marks = ", ".join("?" * len(case_ids))
    sql = (
        "SELECT t.case_id, coalesce(p.name, t.person) FROM case_taken t LEFT JOIN person p ON p.username = t.person"
        f" WHERE t.person <> ? AND t.case_id IN ({marks})"
    )
    if not case_ids:
        return {}
    return dict(db.run(sql, (actor.username, *case_ids)))


# -- one case --------------------------------------------------------------------------------------------------


def case_form(definition: Definition, case: CaseFile) -> Form:
    """The stored form of a case; ages count on the day of receipt."""
    values = msgspec.json.decode(case.fields, type=dict[str, str])
    return Form(values, {}, engine.facts_of(definition, values, date.fromisoformat(case.received_on)))


class Event(NamedTuple):
    """One line of the way of a case: moment in UTC and office date as text, outcome, steps, who, and a note."""

    at: str
    on_date: str
    action: str
    step_from: str
    step_to: str
    actor: str
    note: str


def case_events(db: Database, case_id: int) -> list[Event]:
    sql = f"SELECT {', '.join(Event._fields)} FROM case_event WHERE case_id = ? ORDER BY id"
    return [Event(*row) for row in db.run(sql, (case_id,))]


def day_of_return(db: Database, definition: Definition, case: CaseFile) -> str:
    """The ISO day on which a case last came back to its step from a detour; empty when it never left it."""
    detours = {step.id for step in definition.steps if step.side}
    back = [
        event.on_date for event in case_events(db, case.id) if event.step_from in detours and event.step_to == case.step
    ]
    return back[-1] if back else ""


def reserved_batch(db: Database, actor: Actor, code: str) -> list[ReservedForm]:
    """The forms that were reserved together with this one, in order of number. Raises Problem `not_found`."""
    form = ReservedForm.first(db, code=code)
    if form is None or (actor.village_only and form.area != actor.area):
        raise Problem.of("not_found", what="Formulir bernomor itu")
    return ReservedForm.rows(db, reserved_at=form.reserved_at, actor=form.actor, area=form.area, order="number")


def find_reserved_form(db: Database, typed: str) -> ReservedForm:
    """A form by its scanned code, or by its number with or without check character. Raises Problem at field `kode`."""
    text = typed.strip()[:64].upper()
    if code := typed_code(text):
        found = ReservedForm.first(db, code=code)
    else:
        without_check = text
        if has_valid_check(text):
            without_check = text.rpartition("-")[0]
        numbers = (text, without_check)
        found = None
        if text:
            found = ReservedForm.first(db, number=numbers)
    if found is None:
        sentence = "Kode atau nomor ini tidak ada di daftar formulir bernomor. Lihat lagi lembarnya."
        raise Problem.of("invalid", {"kode": sentence})
    return found


def unused_forms(db: Database, actor: Actor) -> list[ReservedForm]:
    own: dict[str, Any] = {}
    if actor.village_only:
        own = {"area": actor.area}
    return ReservedForm.rows(db, case_id=None, order="reserved_at DESC, number", **own)


# -- figures ----------------------------------------------------------------------------------------------------


class PromiseCount(NamedTuple):
    """Promises that fell due in a time, and how many of them were kept by their date."""

    due: int
    kept: int


def promises_by_quarter(db: Database, service: str, start: date, end: date) -> dict[str, PromiseCount]:
    """`2026-Q3` → promises of a service that fell due in it, from the first to the last day given (inclusive).

    A case that ended before its promise fell due (withdrawn, died, moved, refused) promised nothing any more.
    """
    rows = db.run(
        "SELECT substr(due_on, 1, 4) || '-Q' || ((substr(due_on, 6, 2) + 2) / 3), count(*),"
        " sum(kept_on IS NOT NULL AND kept_on <= due_on) FROM case_file WHERE service = ? AND due_on BETWEEN ? AND ?"
        " AND NOT (closed = 1 AND kept_on IS NULL AND closed_on <= due_on) GROUP BY 1",
        (service, start.isoformat(), end.isoformat()),
    )
    return {quarter: PromiseCount(due, kept) for quarter, due, kept in rows}


def applications_by_area(db: Database, start: date, end: date, entered_by: str) -> dict[str, int]:
    """Village code → applications of every service received in a time and entered up to a moment (UTC stamp).

    People from elsewhere belong to no village of the count, nor do those of a service that asks none.
    """
    return dict(
        db.run(
            "SELECT area, count(*) FROM case_file WHERE received_on BETWEEN ? AND ? AND entered_at <= ?"
            " AND area NOT IN ('', '-') GROUP BY area",
            (start.isoformat(), end.isoformat(), entered_by),
        )
    )


def newest_applicants(db: Database) -> list[str]:
    """Names of the newest cases: which names people of this region bear."""
    return first_column(db, "SELECT name FROM case_file ORDER BY id DESC LIMIT 5000")


def applicant_names(db: Database, start: date, end: date, entered_by: str) -> list[str]:
    """Names of all whose cases were open at some time between two dates: they must not stand on a public paper."""
    rows = db.run(
        "SELECT DISTINCT name FROM case_file WHERE received_on <= ? AND (closed = 0 OR closed_on >= ?)"
        " AND entered_at <= ?",
        (end.isoformat(), start.isoformat(), entered_by),
    )
    return [name for (name,) in rows]
