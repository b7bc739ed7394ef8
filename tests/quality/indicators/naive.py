"""A second way to reckon every computed indicator: plain Python over the entries of the journal, without a table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from app.core.clock import office_date
from app.core.workdays import Calendar
from schema.service_procedure import Definition
from sync.entries import Entry
from sync.journal import Journal
from tests.quality.indicators.random_office import RECAPPED

Figure = tuple[Fraction | None, int]
"""Value and how many were counted."""
NOTHING: Figure = (None, 0)


def entries_of(journal: Journal) -> list[Entry]:
    rows = journal.db.run("SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id ORDER BY j.id")
    return [journal.decode(bytes(head), bytes(body)) for head, body in rows]


@dataclass
class Stay:
    step: str
    since: date | None
    until: date | None = None
    outcome: str = ""


@dataclass
class Case:
    """What the entries about a case say, in their order."""

    id: int
    service: str
    area: str
    received: date
    closed: date | None = None
    exit: str = ""
    completed: date | None = None
    due: date | None = None
    kept: date | None = None
    paused: bool = False
    stays: list[Stay] = field(default_factory=list)
    limit: Any = None


def cases_of(entries: Iterable[Entry]) -> dict[int, Case]:
    cases: dict[int, Case] = {}
    for entry in entries:
        body = entry.body.case if hasattr(entry.body, "case") else entry.body
        if entry.kind == "case.opened":
            cases[body.id] = Case(body.id, body.service, body.area, day(body.received_on))
            cases[body.id].stays.append(Stay(body.step, day(body.received_on)))
            cases[body.id].limit = body.deadlines[0] if body.deadlines else None
        elif entry.kind == "ktp.imported":
            cases[body.id] = Case(body.id, body.service, body.area, day(body.received_on))
            cases[body.id].closed = day(body.closed_on) if body.closed_on else None
            cases[body.id].exit = body.step if body.closed_on else ""
            cases[body.id].stays.append(Stay(body.step, None))
        elif entry.kind == "dispatch.line":
            leave_step(cases[body.case_id], day(body.sent_on), "sent", body.step)
        elif entry.kind.startswith("case."):
            change(cases[body.case_id], entry.kind, body)
    return cases


def leave_step(case: Case, on: date, outcome: str, to: str) -> None:
    last = case.stays[-1]
    last.until, last.outcome = max(on, last.since) if last.since else on, outcome
    case.stays.append(Stay(to, on))


def change(case: Case, kind: str, body: Any) -> None:
    if kind == "case.advanced":
        advance(case, body)
    elif kind == "case.paused":
        case.paused = True
    elif kind == "case.resumed":
        case.paused, case.due = False, day(body.due_on)
    elif kind == "case.due_moved":
        case.due = day(body.due)


def advance(case: Case, body: Any) -> None:
    on = day(body.on)
    case.closed, case.exit = (on, body.step_to) if body.closed else (None, "")
    if body.promise == "start":
        case.completed, case.due, case.kept = day(body.completed_on), day(body.due_on), None
    elif body.promise:
        case.kept = on if body.promise == "keep" else None
    case.limit = body.deadlines[0] if body.deadlines else case.limit
    if body.step_to != body.step_from:
        leave_step(case, on, body.outcome, body.step_to)


def day(text: str) -> date:
    return date.fromisoformat(text)


class Naive:
    """The figures of a span of days as they stand on a day."""

    def __init__(self, journal: Journal, calendar: Calendar, definitions: dict[str, Definition]) -> None:
        self.entries, self.calendar, self.definitions = entries_of(journal), calendar, definitions
        self.cases = list(cases_of(self.entries).values())

    def figure(self, query: str, arguments: dict[str, Any], start: date, end: date, today: date) -> Figure:
        until, over = min(end, today), min(end, today - timedelta(days=1))
        if until < start:
            return NOTHING
        return getattr(self, query)(start, until, over, **arguments)

    def workdays(self, since: date, until: date) -> int:
        """One by one."""
        days = (since + timedelta(days=n) for n in range(1, (until - since).days + 1))
        return sum(one.weekday() < 5 and self.calendar.holiday(one) is None for one in days)

    # -- cases ---------------------------------------------------------------------------------------------------------

    def promise(self, start: date, _until: date, over: date, service: str = "", others_than: str = "") -> Figure:
        known = [
            case for case in self.cases if case.service == service or (not service and case.service != others_than)
        ]
        verdicts = [self.promise_kept(case, start, over) for case in known] + [
            self.limit_kept(case, start, over) for case in known
        ]
        return share([verdict for verdict in verdicts if verdict is not None])

    def promise_kept(self, case: Case, start: date, over: date) -> bool | None:
        if case.due is None or not start <= case.due <= over:
            return None
        if case.kept:
            return case.kept <= case.due
        if case.closed and case.closed <= case.due:
            return None
        return None if case.paused else False

    def limit_kept(self, case: Case, start: date, over: date) -> bool | None:
        limit = case.limit
        if limit is None or not start <= day(limit.due[:10]) <= over:
            return None
        if limit.stopped:
            return bool(limit.stopped <= limit.due)
        return None if case.closed and case.closed <= day(limit.due[:10]) else False

    def stays(self, service: str, step: str, start: date, until: date) -> list[Stay]:
        known = [stay for case in self.cases if case.service == service for stay in case.stays]
        return [one for one in known if one.step == step and one.since and one.until and start <= one.until <= until]

    def step_median(self, start: date, until: date, _over: date, service: str, step: str) -> Figure:
        return rank(
            [self.workdays(stay.since, stay.until) for stay in self.stays(service, step, start, until)], 50
        )  # stays() leaves None out

    def step_p90(self, start: date, until: date, _over: date, service: str, step: str) -> Figure:
        return rank(
            [self.workdays(stay.since, stay.until) for stay in self.stays(service, step, start, until)], 90
        )  # stays() leaves None out

    def outcome_share(self, start: date, until: date, _over: date, service: str, step: str, outcome: str) -> Figure:
        return share([stay.outcome == outcome for stay in self.stays(service, step, start, until)])

    def side_days(self, start: date, until: date, service: str, side: str) -> list[int]:
        steps = {step.id for step in self.definitions[service].steps if step.waits_for == side}
        ended = [case for case in self.cases if case.service == service and case.kept and start <= case.kept <= until]
        return [
            sum(
                self.workdays(stay.since, stay.until)
                for stay in case.stays
                if stay.step in steps and stay.since and stay.until and case.kept and stay.until <= case.kept
            )
            for case in ended
        ]

    def side_median(self, start: date, until: date, _over: date, service: str, side: str) -> Figure:
        return rank(self.side_days(start, until, service, side), 50)

    def side_p90(self, start: date, until: date, _over: date, service: str, side: str) -> Figure:
        return rank(self.side_days(start, until, service, side), 90)

    # -- lines, reports, pledges, box ----------------------------------------------------------------------------------

    def acknowledged(self, start: date, until: date, over: date, service: str, days: int) -> Figure:
        sent = {entry.line_id: day(entry.body.sent_on) for entry in self.entries if entry.kind == "dispatch.line"}
        first: dict[str, date] = {}
        for entry in self.entries:
            if entry.kind in ("line.accepted", "line.printed", "line.refused"):
                first.setdefault(entry.body.line, office_date(entry.at))
        verdicts = []
        for line, on in sent.items():
            answered = first.get(line)
            if start <= on <= until:
                allowed = on
                while self.workdays(on, allowed) < days:
                    allowed += timedelta(days=1)
                if answered or allowed <= over:
                    verdicts.append(bool(answered and answered <= allowed))
        return share(verdicts)

    def rounds(self) -> dict[tuple[int, int], dict[str, Any]]:
        found: dict[tuple[int, int], dict[str, Any]] = defaultdict(dict)
        for entry in self.entries:
            if entry.kind in ("capa.planned", "capa.done", "capa.checked"):
                found[entry.body.capa_id, entry.body.round][entry.kind] = entry.body
        return found

    def capa_on_time(self, start: date, _until: date, over: date) -> Figure:
        due = [one for one in self.rounds().values() if start <= day(one["capa.planned"].due_on) <= over]
        return share([bool(one.get("capa.done")) and one["capa.done"].on <= one["capa.planned"].due_on for one in due])

    def capa_effective(self, start: date, until: date, _over: date) -> Figure:
        known = [one["capa.checked"] for one in self.rounds().values() if "capa.checked" in one]
        return share([one.effective for one in known if start <= day(one.on) <= until])

    def pledge_kept(self, start: date, _until: date, over: date) -> Figure:
        given = {entry.body.id: entry.body for entry in self.entries if entry.kind == "pledge.given"}
        ends = {entry.body.id: entry for entry in self.entries if entry.kind in ("pledge.kept", "pledge.withdrawn")}
        verdicts = []
        for pledge_id, one in given.items():
            end = ends.get(pledge_id)
            withdrawn = end is not None and end.kind == "pledge.withdrawn"
            if withdrawn and end and (one.quarter != RECAPPED or end.body.on <= one.by_on):
                continue
            if start <= day(one.by_on) <= over:
                verdicts.append(bool(end and not withdrawn and end.body.on and end.body.on <= one.by_on))
        return share(verdicts)

    def box_opened(self, start: date, _until: date, over: date) -> Figure:
        opened = {entry.body.on for entry in self.entries if entry.kind == "box.opened" and entry.body.counts}
        used = [day(entry.body.on) for entry in self.entries if entry.kind == "box.opened"]
        start = max(start, min(used, default=start))
        days = [start + timedelta(days=n) for n in range((over - start).days + 1)]
        return share([one.isoformat() in opened for one in days if self.workdays(one - timedelta(days=1), one)])


def share(verdicts: Sequence[bool]) -> Figure:
    return (Fraction(100 * sum(verdicts), len(verdicts)), len(verdicts)) if verdicts else NOTHING


def rank(values: Sequence[int], percent: int) -> Figure:
    """Nearest rank: sorted, the one at ceil(n × p / 100)."""
    return (Fraction(sorted(values)[ceil(len(values) * percent / 100) - 1]), len(values)) if values else NOTHING


Reckoner = Callable[..., Figure]
