"""Check 4: every limit that a definition names runs as the definition says, reckoned a second time and naively.

The journal is read from its beginning. What opened, moved, paused and ended a case, what was sent, received and
answered, and what was written beside a line of the complaint book begins and ends clocks here, as
docs/writing-a-procedure.md says it; at the end each is compared with its row of the `deadline` table. Nothing of the
program's arithmetic is used.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.core.workdays import wall_time
from schema.database import Database
from sync.entries import parse_utc_text
from tests.proof.desks.faults import Fault
from tests.proof.desks.office_time import OfficeTime

KIND = "limit"
SENT, STEP, PROMISE = "sent", "step", "promise"
TIMED = {"working_seconds": "seconds", "working_minutes": "minutes", "working_hours": "minutes"}
CALENDAR = ("office.holidays_set", "office.hours_set", "office.shift_set")
FIRST_WORDS = ("first_answer", "follow_up", "answer")


@dataclass
class Clock:
    """A limit at work, as the `deadline` table would hold it. `amount` 0: its due time is told and not counted."""

    unit: str
    since: str
    amount: int = 0
    due: str = ""
    paused: str = ""
    pauses: list[tuple[str, str]] = field(default_factory=list)
    stopped: str = ""
    void: bool = False
    begun_at: int = 0

    @property
    def runs(self) -> bool:
        return not self.stopped and not self.void

    def stop(self, at: datetime) -> None:
        self.stopped, self.paused = max(self.since, text_of(at, self.unit)), ""


def text_of(at: datetime, unit: str) -> str:
    """A moment as a limit of that unit is kept: a second, a minute, or a day."""
    return at.replace(microsecond=0).isoformat(timespec=TIMED[unit]) if unit in TIMED else at.date().isoformat()


@dataclass
class Happening:
    """One entry of the journal."""

    id: int
    kind: str
    at: datetime
    subject: str
    place: str
    actor: str
    body: dict[str, Any]

    def moment(self, on: str) -> datetime:
        """When it happened on the office's clock: now, or at the same hour of an earlier day."""
        today = not on or self.at.date().isoformat() == on
        return self.at if today else datetime.combine(date.fromisoformat(on), self.at.time())


def read_journal(db: Database) -> Iterator[Happening]:
    sql = (
        "SELECT j.id, j.kind, j.at, j.subject, j.head, coalesce(r.body, b.body) FROM journal j"
        " LEFT JOIN journal_body b ON b.id = j.id LEFT JOIN journal_redaction r ON r.id = j.id"
        " WHERE j.verdict = 'stored' ORDER BY j.id"
    )
    for id_, kind, at, subject, head, body in list(db.run(sql)):
        told = json.loads(bytes(head) + b"}")
        data = json.loads(bytes(body)) if body else {}
        yield Happening(id_, kind, wall_time(parse_utc_text(at)), subject, told["id"], told.get("actor", ""), data)


class CaseClocks:
    """A case and its limits. `opened` by an old register: nothing of it runs before it moves."""

    def __init__(self, definition: dict[str, Any], time: OfficeTime, form: dict[str, str]) -> None:
        self.definition, self.time, self.form = definition, time, form
        self.clocks: dict[tuple[str, str], Clock] = {}
        self.readings: list[str] = []
        self.pause, self.step, self.late_promise = "", "", False
        self.steps = {step["id"]: step for step in definition["steps"]}
        self.now = 0

    # -- limits of the file and standard times ---------------------------------------------------------------------

    def begin(self, key: tuple[str, str], amount: int, unit: str, at: datetime) -> Clock:
        since = text_of(at, unit)
        made = Clock(unit, since, amount, self.time.due(amount, unit, since), begun_at=self.now)
        self.clocks[key] = made
        return made

    def standard_time(self, step: str) -> dict[str, Any] | None:
        held = self.steps.get(step, {})
        row = next((row for row in self.definition["rows"] if row["no"] == held.get("row")), {})
        return held.get("standard_time") or (row.get("standard_time") if held else None)

    def amount_of(self, limit: dict[str, Any]) -> tuple[int, str]:
        """The amount and unit that this office reads; of a range its most."""
        chosen = (f"{self.definition['id']}/{limit['id']}/{one['id']}" for one in limit.get("readings", ()))
        for key, reading in zip(chosen, limit.get("readings", ()), strict=True):
            if key in self.readings:
                return reading["amount"], reading["unit"]
        return limit["range"][1] if "range" in limit else limit["amount"], limit["unit"]

    def honours(self, limit: dict[str, Any]) -> bool:
        return bool(self.pause) and ("pauses" not in limit or self.pause in limit["pauses"])

    def meet(self, moments: set[str], at: datetime, ends: datetime, *, closed: bool = False) -> None:
        """The case met these moments `at`; what ends with them had ended by `ends`."""
        for limit in self.definition.get("limits", ()):
            held = self.clocks.get((limit["id"], ""))
            if held and held.runs:
                if moments & set(limit["stops_on"]):
                    held.stop(ends)
            elif held and held.void and not closed:
                held.void = False
            elif held and moments & set(limit.get("restarts_on", ())):
                held.stopped = ""
            elif moments & set(limit["starts_on"]):
                made = self.begin((limit["id"], ""), *self.amount_of(limit), at)
                made.paused = text_of(at, made.unit) if self.honours(limit) else ""

    def go(self, step_from: str, outcome: str, step_to: str, at: datetime, ends: datetime) -> None:
        """A step ended with an outcome."""
        closed, moved = step_to.startswith("@"), step_from != step_to
        self.meet({f"{step_from}.{outcome}", *([f"{step_to}.@entered"] if moved else [])}, at, ends, closed=closed)
        if moved:
            left = self.clocks.get((STEP, step_from))
            if left and left.runs:
                left.stop(ends)
            self.enter(step_to, at)
        self.step = step_to
        if closed:
            for key, held in self.clocks.items():
                if held.runs and key[0] != PROMISE:
                    held.void, held.paused = True, ""

    def enter(self, step: str, at: datetime) -> None:
        if wanted := self.standard_time(step):
            self.begin((STEP, step), wanted["amount"], wanted["unit"], at)

    def stand_still(self, reason: str, from_on: str, at: datetime) -> None:
        self.pause = reason
        limits = {limit["id"]: limit for limit in self.definition.get("limits", ())}
        for (name, _), held in self.clocks.items():
            if name == PROMISE:
                held.paused = from_on if held.runs else held.paused
            elif held.runs and not held.paused and (name == STEP or self.honours(limits[name])):
                held.paused = text_of(at, held.unit)

    def go_on(self, to_on: str, at: datetime) -> None:
        self.pause = ""
        for (name, _), held in self.clocks.items():
            if held.paused:
                until = to_on if name == PROMISE else text_of(at, held.unit)
                held.pauses.append((held.paused, max(held.paused, until)))
                held.due = self.time.due(held.amount, held.unit, held.since, held.pauses) if held.amount else held.due
                held.paused = ""

    # -- the promise -------------------------------------------------------------------------------------------------

    def promise(self, step: str, outcome: str, on: str, *, closed: bool) -> None:
        promise, held = self.definition.get("promise"), self.clocks.get((PROMISE, ""))
        if not promise:
            return
        name = f"{step}.{outcome}"
        kept_on = (self.late_promise and promise.get("kept_on_alternative")) or promise["kept_on"]
        chosen = next((one for one in self.steps.get(step, {}).get("outcomes", ()) if one["id"] == outcome), {})
        if name == promise["starts_on"] and held is None:
            since = self.counted_from(promise, on)
            due = self.time.due(promise["days"], promise["unit"], since)
            held = Clock(promise["unit"], since, promise["days"], due, begun_at=self.now)
            self.clocks[PROMISE, ""] = held
        elif held and name == kept_on and not held.stopped:
            held.stopped = on
        elif held and chosen.get("reopens_promise"):
            held.stopped = ""
        if held:
            held.void = closed and not held.stopped

    def counted_from(self, promise: dict[str, Any], on: str) -> str:
        """The day of the start, or the birthday before which the law lets nobody keep the promise."""
        names = [one["id"] for one in self.definition.get("fields", ()) if one.get("role") == "birth"]
        born = self.form.get(names[0], "") if names else ""
        unless = promise.get("from_age_unless", ())
        excused = unless and all(self.form.get(one["fact"], "") in one["one_of"] for one in unless)
        if not promise.get("from_age") or not born or excused:
            return on
        day = date.fromisoformat(born)
        try:
            birthday = day.replace(year=day.year + promise["from_age"])
        except ValueError:
            birthday = date(day.year + promise["from_age"], 3, 1)
        return max(on, birthday.isoformat())


def one_unit(held: dict[str, Clock]) -> None:
    """The table keeps one unit for a line, that of its settlement; the day of the first answer stays as reckoned."""
    if "first_answer" in held:
        held["first_answer"].unit = held["settlement"].unit


class Book:
    """The lines of the complaint book and their two limits."""

    def __init__(self, time: OfficeTime) -> None:
        self.time = time
        self.limits: dict[str, tuple[int, str]] = {}
        self.lines: dict[int, dict[str, Clock]] = {}
        self.words: dict[int, list[tuple[int, str, str]]] = {}
        self.counted: dict[int, tuple[str, str]] = {}
        """Line → how it is handled, and the day from which its settlement is counted."""

    def clock(self, name: str, since: str, at: int) -> Clock:
        days, unit = self.limits[name]
        return Clock(unit, since, days, self.time.due(days, unit, since), begun_at=at)

    def read(self, one: Happening) -> None:
        body, what = one.body, one.kind.removeprefix("complaint.")
        if one.kind == "limit.set":
            self.limits[body["name"]] = (body["days"], body["unit"])
        elif what == "written":
            self.write(body, one.id)
        elif body.get("complaint_id") in self.lines:
            held = self.lines[body["complaint_id"]]
            handler = getattr(self, f"read_{what}", None)
            if handler:
                handler(held, body, one)

    def write(self, body: dict[str, Any], at: int) -> None:
        held = {"settlement": self.clock(body["handling"], body["received_on"], at)}
        if body["first_due_on"]:  # nobody answers a line without an address
            held["first_answer"] = self.clock("first_answer", body["received_on"], at)
            one_unit(held)
        self.lines[body["id"]], self.words[body["id"]] = held, []
        self.counted[body["id"]] = (body["handling"], body["received_on"])

    def read_column_written(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        if body["name"] in FIRST_WORDS:
            self.words[body["complaint_id"]].append((body["id"], body["name"], body["on"]))
            self.tell_first(held, body["complaint_id"])

    def read_column_struck(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        line = body["complaint_id"]
        self.words[line] = [word for word in self.words[line] if word[0] != body["id"]]
        self.tell_first(held, line)

    def tell_first(self, held: dict[str, Clock], line: int) -> None:
        if "first_answer" in held:
            held["first_answer"].stopped = self.words[line][0][2] if self.words[line] else ""

    def read_closed(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        held["settlement"].stopped = body["on"]

    def read_reopened(self, held: dict[str, Clock], body: dict[str, Any], one: Happening) -> None:
        before = held["settlement"]
        before.stopped, before.pauses, before.begun_at = "", [], one.id
        handling, start = self.counted[body["complaint_id"]][0], one.at.date().isoformat()
        before.amount, before.unit = self.limits[handling]
        before.due = self.time.due(before.amount, before.unit, start)
        self.counted[body["complaint_id"]] = (handling, start)
        one_unit(held)

    def read_classed(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        before, (handling, start) = held["settlement"], self.counted[body["complaint_id"]]
        if body["handling"] != handling:
            before.amount, before.unit = self.limits[body["handling"]]
            before.due = self.time.due(before.amount, before.unit, start, before.pauses)
            self.counted[body["complaint_id"]] = (body["handling"], start)
        if not body["first_due_on"]:
            held.pop("first_answer", None)
        one_unit(held)

    def read_paused(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        held["settlement"].paused = body["from_on"]

    def read_resumed(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        clock = held["settlement"]
        clock.pauses.append((clock.paused, max(clock.paused, body["to_on"])))
        clock.paused = ""
        start = self.counted[body["complaint_id"]][1]
        counted = self.time.due(clock.amount, clock.unit, start, clock.pauses) if clock.amount else ""
        clock.due = counted or body["settle_due_on"]

    def read_due_moved(self, held: dict[str, Clock], body: dict[str, Any], _one: Happening) -> None:
        held[body["limit"]].due, held[body["limit"]].amount = body["due"], 0

    def read_set_aside(self, held: dict[str, Clock], _body: dict[str, Any], _one: Happening) -> None:
        for clock in held.values():
            clock.void = True

    def read_taken_back(self, held: dict[str, Clock], _body: dict[str, Any], _one: Happening) -> None:
        for clock in held.values():
            clock.void = False


class Office:
    """All cases and lines of an office, as its journal tells them."""

    def __init__(self, db: Database) -> None:
        self.time = OfficeTime(db)
        texts = db.run("SELECT service, revision, text FROM standard")
        self.definitions = {(service, revision): tomllib.loads(text) for service, revision, text in list(texts)}
        self.cases: dict[int, CaseClocks] = {}
        self.book = Book(self.time)
        self.lines: dict[int, list[int]] = {}
        self.answered: dict[int, datetime] = {}
        self.case_of: dict[str, int] = {}
        self.readings: list[str] = []
        self.late_promise, self.calendar_at = False, 0
        for one in read_journal(db):
            self.read(one)

    def read(self, one: Happening) -> None:
        handler = READ_BY.get(one.kind)
        if handler:
            handler(self, one)
        elif one.kind.endswith(".imported") and "step" in one.body:
            self.take_over(one)
        elif one.kind in CALENDAR:
            self.calendar_at = one.id
        elif one.kind.startswith(("complaint.", "limit.")):
            self.book.read(one)

    def case(self, one: Happening, case_id: int) -> CaseClocks | None:
        """The case with what the office reads and has chosen now."""
        held = self.cases.get(case_id)
        if held:
            held.readings, held.late_promise, held.now = self.readings, self.late_promise, one.id
        return held

    def take_over(self, one: Happening) -> CaseClocks | None:
        body = one.body
        definition = self.definitions.get((body.get("service"), body.get("revision")), {})
        if definition.get("format") != 2:
            return None
        made = CaseClocks(definition, self.time, body.get("fields", {}))
        made.step = body["step"]
        self.cases[body["id"]] = made
        return self.case(one, body["id"])

    def open(self, one: Happening) -> None:
        if made := self.take_over(one):
            first = made.definition["steps"][0]["id"]
            at = one.moment(one.body["received_on"])
            made.meet({"@opened", f"{first}.@entered"}, at, at)
            made.enter(first, at)

    def correct(self, one: Happening) -> None:
        if held := self.case(one, one.body["case_id"]):
            held.form = one.body.get("fields", held.form)

    def advance(self, one: Happening) -> None:
        body, held = one.body, self.case(one, one.body["case_id"])
        if held:
            at = one.moment(body["on"])
            told = self.answered.pop(body["case_id"], at) if one.actor == "system" else at
            held.go(body["step_from"], body["outcome"], body["step_to"], at, min(told, one.at))
            held.promise(body["step_from"], body["outcome"], body["on"], closed=body.get("closed", False))

    def send(self, one: Happening) -> None:
        body = one.body
        self.case_of[one.place] = body["case_id"]
        self.lines.setdefault(body["dispatch_id"], []).append(body["case_id"])
        if held := self.case(one, body["case_id"]):
            held.go(held.step, SENT, body["step"], one.at, one.at)

    def send_again(self, one: Happening) -> None:
        if held := self.case(one, one.body["case_id"]):
            held.go(held.step, "sent_again", one.body["step"], one.at, one.at)

    def forget(self, one: Happening) -> None:
        """A case that came from another computer of the office is nobody's to reckon here."""
        self.cases.pop(one.body["case_id"], None)

    def reach(self, one: Happening) -> None:
        at = datetime.fromisoformat(one.body["at"])
        for case_id in self.lines.get(one.body["dispatch_id"], ()):
            held = self.case(one, case_id)
            answer = held.definition.get("partner", {}).get("steps", {}).get("answer") if held else ""
            if held and held.step == answer:
                held.meet({f"{answer}.@received"}, at, at)

    def answer(self, one: Happening) -> None:
        """The partner's own word: what ends with it ended when the partner wrote it."""
        lines = [one.body["line"]] if "line" in one.body else [line for line, _ in one.body["lines"]]
        for line in lines:
            if line in self.case_of:
                self.answered[self.case_of[line]] = one.at

    def pause(self, one: Happening) -> None:
        if held := self.case(one, one.body["case_id"]):
            held.stand_still(one.body["reason"], one.body["from_on"], one.at)

    def resume(self, one: Happening) -> None:
        if held := self.case(one, one.body["case_id"]):
            held.go_on(one.body["to_on"], one.at)

    def move_due(self, one: Happening) -> None:
        if held := self.case(one, one.body["case_id"]):
            clock = held.clocks[one.body["limit"], one.body["scope"]]
            clock.due, clock.amount = one.body["due"], 0

    def set(self, one: Happening) -> None:
        if one.body["key"] == "limits.readings":
            self.readings = one.body["value"]
        elif one.body["key"] == "promise.kept_when":
            self.late_promise = one.body["value"] == "handed_over"


READ_BY = {
    "case.opened": Office.open,
    "case.corrected": Office.correct,
    "case.advanced": Office.advance,
    "case.paused": Office.pause,
    "case.resumed": Office.resume,
    "case.due_moved": Office.move_due,
    "dispatch.line": Office.send,
    "dispatch.reached": Office.reach,
    "twin.sent_again": Office.send_again,
    "twin.taken_over": Office.forget,
    "line.accepted": Office.answer,
    "line.printed": Office.answer,
    "line.refused": Office.answer,
    "shipment.sent": Office.answer,
    "office.setting_changed": Office.set,
}


# -- compared with the table -----------------------------------------------------------------------------------------


def check_limits(db: Database, now: datetime) -> Iterator[Fault]:
    """Where the limits of cases and of lines of the book stand otherwise than their definitions say.

    `now` is the moment of the world: nothing may have begun or ended after it.
    """
    office = Office(db)
    held = held_clocks(db)
    for case_id, case in office.cases.items():
        yield from compare(f"case/{case_id}", case.clocks, held, office.calendar_at)
    for line, clocks in office.book.lines.items():
        yield from compare(
            f"complaint/{line}", {(name, ""): one for name, one in clocks.items()}, held, office.calendar_at
        )
    for subject, rows in held.items():
        yield from ahead_of_time(subject, rows, wall_time(now))


Held = Mapping[str, Mapping[tuple[str, str], Clock]]


def held_clocks(db: Database) -> dict[str, dict[tuple[str, str], Clock]]:
    """Subject → limit and scope → the clock as the table holds it."""
    sql = "SELECT subject, limit_id, scope, unit, since, due, paused, stopped, void FROM deadline"
    found: dict[str, dict[tuple[str, str], Clock]] = {}
    for subject, limit, scope, unit, since, due, paused, stopped, void in db.run(sql):
        clock = Clock(unit, since, 0, due, paused, [], stopped, bool(void))
        found.setdefault(subject, {})[limit, scope] = clock
    return found


def compare(subject: str, expected: Mapping[tuple[str, str], Clock], held: Held, calendar_at: int) -> Iterator[Fault]:
    rows = held.get(subject, {})
    for key in sorted(expected.keys() | rows.keys()):
        where = f"{subject} {'/'.join(filter(None, key))}"
        want, have = expected.get(key), rows.get(key)
        if want is None or have is None:
            yield Fault(KIND, where, "runs though nothing began it" if want is None else "was begun and has no row")
            continue
        for name in ("unit", "since", "due", "paused", "stopped", "void"):
            ought, stands = getattr(want, name), getattr(have, name)
            other_calendar = name == "due" and want.begun_at < calendar_at
            if ought != stands and not other_calendar:
                yield Fault(KIND, where, f"{name} is {stands!r}, the definition says {ought!r}")


def ahead_of_time(subject: str, rows: Mapping[tuple[str, str], Clock], now: datetime) -> Iterator[Fault]:
    for key, row in rows.items():
        where = f"{subject} {'/'.join(filter(None, key))}"
        begun_later = key[0] != PROMISE and subject.startswith("case/") and row.since > text_of(now, row.unit)
        if begun_later or (row.stopped and row.stopped > text_of(now, row.unit)):
            yield Fault(KIND, where, f"since {row.since}, stopped {row.stopped}: later than now")
