"""Figures of the PATEN report: what every service did in a span of days, as the records know it today.

Every case received by the last day is counted once: it was there at the beginning or came in the time, and it was
finished, ended otherwise, or is left. So opening + received = finished + ended otherwise + backlog, and the backlog of
a span is the opening of the next.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from app.platform.office import queries as office
from app.quality.surveys.queries import index
from schema.database import Database
from schema.service_procedure import Definition

REFUSED = "refused"
"""The exit of a procedure by which the office refuses; other exits by hand are the applicant's, or fate."""


class Span(NamedTuple):
    start: date
    end: date


class Ending(NamedTuple):
    """How cases of a service ended other than finished, and how many."""

    service: str
    label: str
    cases: int


class Line(msgspec.Struct, frozen=True):
    """One service, or all. `promised`: finished cases that had a promise; `overdue`: cases left that are past it."""

    label: str
    opening: int = 0
    received: int = 0
    finished: int = 0
    promised: int = 0
    on_time: int = 0
    refused: int = 0
    ended: int = 0
    backlog: int = 0
    overdue: int = 0
    complaints: int = 0
    settled: int = 0
    satisfaction: Decimal | None = None
    mark: str = ""
    respondents: int = 0

    @property
    def balances(self) -> bool:
        return self.opening + self.received == self.finished + self.refused + self.ended + self.backlog


FLOW = (
    "WITH held AS (SELECT received_on, max(closed_on, received_on) AS ended_on, step, due_on, kept_on FROM case_file"
    " INDEXED BY case_flow WHERE service = ?1 AND received_on <= ?3)"
    " SELECT iif(ended_on BETWEEN ?2 AND ?3, step, ''), total(received_on < ?2), total(received_on >= ?2),"
    " total(coalesce(ended_on, '9999') > ?3), count(*) FILTER (WHERE due_on IS NOT NULL), total(kept_on <= due_on),"
    " total(coalesce(ended_on, '9999') > ?3 AND due_on < ?3 AND coalesce(kept_on, '9999') > ?3)"
    " FROM held WHERE coalesce(ended_on, '9999') >= ?2 GROUP BY 1"
)
"""Cases of a service by the exit that they took in the time (none: they are left): how many had been there before, came
in it, are left, had a promise and kept it, and how many of those left are past it."""
COMPLAINTS = (
    "SELECT service, count(*), total(closed_on <= ?2) FROM complaint WHERE received_on BETWEEN ?1 AND ?2 AND aside = 0"
    " GROUP BY service"
)


class Report(NamedTuple):
    """`complaints` counts also those of no service of this office."""

    span: Span
    lines: list[Line]
    total: Line
    endings: list[Ending]


def paten_report(db: Database, span: Span) -> Report:
    days = span.start.isoformat(), span.end.isoformat()
    complaints = {service: (count, int(settled)) for service, count, settled in db.run(COMPLAINTS, days)}
    lines = list[Line]()
    endings = list[Ending]()
    total = Counter[str]()
    for service in dict.fromkeys(standard.service for standard in office.list_standards(db)):
        definition = office.current_definition(db, service, span.end)
        counts = count_cases(db, definition, span, endings)
        total += counts
        counts["complaints"], counts["settled"] = complaints.get(service, (0, 0))
        lines.append(line_of(db, definition.short_name, service, span, counts))
    for count, settled in complaints.values():
        total["complaints"] += count
        total["settled"] += settled
    return Report(span, lines, line_of(db, "Jumlah", "", span, total), endings)


def line_of(db: Database, label: str, service: str, span: Span, counts: Mapping[str, Any]) -> Line:
    """A line with what respondents said of its service (empty: of all)."""
    said = index(db, service, span)
    return Line(label, **counts, satisfaction=said.index, mark=said.mark, respondents=said.respondents)


def count_cases(db: Database, definition: Definition, span: Span, endings: list[Ending]) -> Counter[str]:
    """The counts of a service; what ended other than finished is added to `endings`."""
    exits = {f"@{end.id}": end for end in definition.exits}
    counts: Counter[str] = Counter()
    params = (definition.id, span.start.isoformat(), span.end.isoformat())
    for step, opening, received, backlog, promised, on_time, overdue in db.run(FLOW, params):
        counts.update(opening=int(opening), received=int(received), backlog=int(backlog), overdue=int(overdue))
        if not step:
            continue
        cases = int(opening + received)
        if step in exits and exits[step].by_hand:
            ending = "refused" if step == f"@{REFUSED}" else "ended"
            counts[ending] += cases
            endings.append(Ending(definition.short_name, exits[step].label, cases))
        else:
            counts.update(finished=cases, promised=promised, on_time=int(on_time))
    return counts
