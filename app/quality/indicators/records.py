"""What each query of the office's own indicators counts: one row a fact, in SQL over the official tables.

A fact has `ref` (the row that it is about), `since` and `until` (days, None where there is none yet), `hit` (1 counts
in the numerator, 0 does not; of a duration the number of days, None: the working days between the two) and `more` (the
event that says why). Counting and listing read the same rows, so a figure opens to exactly what is behind it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.core.workdays import Calendar
from app.platform.office import queries as office
from schema.database import Database, cached_until_next_entry, first_value
from schema.zone import sql_shift

ONE_DAY = timedelta(days=1)
CALENDAR_MARGIN = timedelta(days=366)
"""So long before the first receipt a day may lie that was written under a clock that ran behind."""
EVER = "9999"
"""A moment after all: the book is asked as it is known now."""


class Asked(NamedTuple):
    """A question about a span of days. `until` is its last day, or today in a running one; `over` the last day of it
    that has ended."""

    db: Database
    start: date
    until: date
    over: date
    arguments: Mapping[str, str | int]

    @property
    def days(self) -> tuple[str, str]:
        return self.start.isoformat(), self.until.isoformat()

    @property
    def ended_days(self) -> tuple[str, str]:
        return self.start.isoformat(), self.over.isoformat()

    @property
    def calendar(self) -> Calendar:
        return office.office_calendar(self.db)

    @property
    def services(self) -> list[str]:
        """The adopted services that are asked about: the one named, or all but the one named, or all."""
        adopted = {standard.service for standard in office.list_standards(self.db)}
        if "service" in self.arguments:
            return sorted(adopted & {str(self.arguments["service"])})
        return sorted(adopted - {str(self.arguments.get("others_than", ""))})


Facts = tuple[str, Sequence[Any]]
"""A statement that gives the facts, and its parameters."""


PROMISED = (
    "SELECT c.id AS ref, c.due_on AS since, c.kept_on AS until, coalesce(c.kept_on <= c.due_on, 0) AS hit, NULL AS more"
    " FROM case_file c INDEXED BY case_flow WHERE c.service IN (SELECT value FROM json_each(?1))"
    " AND c.due_on BETWEEN ?2 AND ?3 AND NOT (c.kept_on IS NULL AND coalesce(c.closed_on <= c.due_on, 0)) AND NOT"
    " (c.kept_on IS NULL AND EXISTS (SELECT 1 FROM case_pause z WHERE z.case_id = c.id AND z.to_on IS NULL))"
)
LIMITED = (
    " UNION ALL SELECT c.id, substr(d.due, 1, 10), nullif(substr(d.stopped, 1, 10), ''),"
    " d.stopped <> '' AND d.stopped <= d.due, NULL FROM json_each(?4) m CROSS JOIN case_file c INDEXED BY case_flow"
    " ON c.service = m.key CROSS JOIN deadline d ON d.subject = 'case/' || c.id AND d.limit_id = m.value"
    " AND d.scope = '' WHERE substr(d.due, 1, 10) BETWEEN ?2 AND ?3"
    " AND NOT (d.stopped = '' AND (d.paused <> '' OR coalesce(c.closed_on <= substr(d.due, 1, 10), 0)))"
)


def promise_facts(asked: Asked) -> Facts:
    """Promises that fell due and whether they were kept by their date, as the recap counts them
    (`app.casework.desk.queries.promises_by_quarter`); a case whose clock stands still has no date yet. A service that
    promises no day but limits the whole of a case promises that."""
    limits = {service: limit for service in asked.services if (limit := whole_limit(asked, service))}
    params = (json.dumps(asked.services), *asked.ended_days)
    if limits:
        return (PROMISED + LIMITED, (*params, json.dumps(limits)))
    return (PROMISED, params)


def whole_limit(asked: Asked, service: str) -> str:
    """The limit of a whole case in a service without a promise, mostly none."""
    definition = office.current_definition(asked.db, service, asked.until)
    limits = () if definition.promise else definition.limits
    return next((limit.id for limit in limits if "@opened" in limit.starts_on), "")


def stay_facts(asked: Asked) -> Facts:
    """Cases that left a step in the time, with the days on which they entered and left it."""
    sql = (
        "SELECT s.case_id AS ref, s.since_on AS since, s.until_on AS until, NULL AS hit, NULL AS more FROM step_stay s"
        " WHERE s.service = ?1 AND s.step = ?2 AND s.until_on BETWEEN ?3 AND ?4"
    )
    return sql, (asked.arguments["service"], asked.arguments["step"], *asked.days)


def ending_facts(asked: Asked) -> Facts:
    """The same, and whether it ended with one outcome: every check of a file, and what was sent back."""
    sql = (
        "SELECT s.case_id AS ref, s.since_on AS since, s.until_on AS until, s.outcome = ?5 AS hit, s.event_id AS more"
        " FROM step_stay s WHERE s.service = ?1 AND s.step = ?2 AND s.until_on BETWEEN ?3 AND ?4"
    )
    names = (asked.arguments["service"], asked.arguments["step"])
    return sql, (*names, *asked.days, asked.arguments["outcome"])


def side_facts(asked: Asked) -> Facts:
    """Cases whose promise ended in the time, with the working days that they stood in steps which wait for one side:
    the office, the partner, or the applicant."""
    sql = (
        "SELECT CAST(j.key AS INTEGER) AS ref, (SELECT completed_on FROM case_file WHERE id = j.key) AS since,"
        " (SELECT kept_on FROM case_file WHERE id = j.key) AS until, j.value AS hit, NULL AS more FROM json_each(?1) j"
    )
    days = days_by_side(asked.db, str(asked.arguments["service"]), *asked.days)
    return sql, (json.dumps(days[str(asked.arguments["side"])]),)


CASES_OF_ENDED_PROMISES = (
    "SELECT id, kept_on FROM case_file INDEXED BY case_flow WHERE service = ?1 AND kept_on BETWEEN ?2 AND ?3"
)
STAYS_UNTIL_PROMISE_ENDED = (
    f"SELECT k.id, s.step, s.since_on, s.until_on FROM ({CASES_OF_ENDED_PROMISES}) k CROSS JOIN step_stay s"
    " ON s.case_id = k.id AND s.until_on <= k.kept_on AND s.since_on < s.until_on"
)


@cached_until_next_entry
def days_by_side(db: Database, service: str, start: str, until: str) -> dict[str, dict[int, int]]:
    """Side → case whose promise ended in the time → working days in steps that wait for this side.

    Stays of no days are not read.
    """
    first = first_value(db, "SELECT min(received_on) FROM case_file WHERE service = ?", (service,)) or start
    earliest = date.fromisoformat(first) - CALENDAR_MARGIN
    last = date.fromisoformat(until)
    workday_number = numbered_days(office.office_calendar(db), earliest, last)
    params = (service, start, until)
    cases = [case_id for case_id, _ in db.run(CASES_OF_ENDED_PROMISES, params)]
    days = {side: dict.fromkeys(cases, 0) for side in ("office", "partner", "applicant")}
    of_step = {step: days[side] for step, side in sides_of_steps(db, service).items()}
    for case_id, step, since, until_on in db.run(STAYS_UNTIL_PROMISE_ENDED, params):
        if step in of_step:  # an exit that leads back waits for nobody
            of_step[step][case_id] += workday_number[until_on] - workday_number[since]
    return days


def sides_of_steps(db: Database, service: str) -> dict[str, str]:
    """Step → the side that it waits for, of every revision of a service; the newest says it last."""
    revisions = [standard.revision for standard in office.list_standards(db) if standard.service == service]
    known = [office.adopted_definition(db, service, revision) for revision in reversed(revisions)]
    return {step.id: step.waits_for for definition in known for step in definition.steps}


def numbered_days(calendar: Calendar, first: date, last: date) -> dict[str, int]:
    """Day → how many working days there were up to it: two of these numbers tell the working days between."""
    numbers = {}
    n = 0
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        n += calendar.is_workday(day)
        numbers[day.isoformat()] = n
    return numbers


def acknowledgement_facts(asked: Asked) -> Facts:
    """Lines that were sent in the time and whose partner answered, or had to by now; `days` working days are allowed.

    What the partner has not yet answered counts once the day is over. A line that another took the place of before
    any answer is owed none.
    """
    sql = (
        "WITH latest (day, last) AS MATERIALIZED (SELECT key, value FROM json_each(?1)),"
        " line AS (SELECT l.case_id, d.sent_on, m.last,"
        f" date(l.first_answered_at, {sql_shift()}) AS answered FROM dispatch d CROSS JOIN dispatch_line l"
        " ON l.dispatch_id = d.id JOIN latest m ON m.day = d.sent_on WHERE d.state = 'sent'"
        " AND d.service IN (SELECT value FROM json_each(?2)) AND (l.first_answered_at IS NOT NULL"
        " OR l.result = 'waiting'))"
        " SELECT case_id AS ref, sent_on AS since, answered AS until, coalesce(answered <= last, 0) AS hit,"
        " NULL AS more FROM line WHERE answered IS NOT NULL OR last <= ?3"
    )
    calendar = asked.calendar
    allowed = int(asked.arguments["days"])
    days = (date.fromordinal(day) for day in range(asked.start.toordinal(), asked.until.toordinal() + 1))
    latest = {day.isoformat(): calendar.add_workdays(day, allowed).isoformat() for day in days}
    return sql, (json.dumps(latest), json.dumps(asked.services), asked.over.isoformat())


def book_lines_sql() -> str:
    """The table `s`: lines of the book received from `?2` to `?3`, as they stood on that last day, set-aside ones left
    out. It is the recap's own sight of a line (`app.quality.quarter.counting`)."""
    from app.quality.quarter.counting import COUNTED, PAST, line_then_sql

    return (
        f"WITH s AS (SELECT ?3 AS until, c.id, c.received_on, {line_then_sql('?3', '2')} FROM complaint c"
        f" LEFT JOIN {PAST} WHERE c.received_on BETWEEN ?2 AND ?3 AND c.entered_at <= ?1 AND {COUNTED})"
    )


def first_answer_facts(asked: Asked) -> Facts:
    """Complaints whose first answer was given, or whose limit for it is over."""
    from app.quality.quarter.counting import FIRST_LATE

    sql = (
        f"{book_lines_sql()} SELECT s.id AS ref, s.first_due_on AS since, s.first_answer_on AS until,"
        f" NOT {FIRST_LATE} AS hit, NULL AS more FROM s"
        f" WHERE {FIRST_LATE} OR s.first_answer_on <= min(s.first_due_on, s.until)"
    )
    return sql, (EVER, *asked.days)


def settlement_facts(asked: Asked) -> Facts:
    """Complaints that were settled, or whose limit for it is over and whose clock was running."""
    from app.quality.quarter.counting import LATE

    sql = (
        f"{book_lines_sql()} SELECT s.id AS ref, s.due_on AS since, s.closed_on AS until,"
        " coalesce(s.closed_on <= s.until AND s.closed_on <= s.due_on, 0) AS hit, NULL AS more"
        f" FROM s WHERE s.closed_on <= s.until OR ({LATE})"
    )
    return sql, (EVER, *asked.days)


def action_facts(asked: Asked) -> Facts:
    """Rounds of LTPPs whose actions fell due, and whether they were carried out by then."""
    sql = (
        "SELECT r.capa_id AS ref, r.due_on AS since, r.done_on AS until, coalesce(r.done_on <= r.due_on, 0) AS hit,"
        " NULL AS more FROM capa_round r WHERE r.due_on BETWEEN ?1 AND ?2"
    )
    return sql, asked.ended_days


def effect_facts(asked: Asked) -> Facts:
    """Rounds of LTPPs that another person verified, and whether they were effective."""
    sql = (
        "SELECT r.capa_id AS ref, r.due_on AS since, r.checked_on AS until, r.effective AS hit, NULL AS more"
        " FROM capa_round r WHERE r.checked_on BETWEEN ?1 AND ?2"
    )
    return sql, asked.days


def pledge_facts(asked: Asked) -> Facts:
    """Pledges whose day is over; one that was withdrawn before its day promised nothing any more."""
    sql = (
        "SELECT p.id AS ref, p.by_on AS since, p.kept_on AS until, coalesce(p.kept_on <= p.by_on, 0) AS hit,"
        " NULL AS more FROM pledge p WHERE p.by_on BETWEEN ?1 AND ?2 AND p.void = 0"
        " AND NOT coalesce(p.withdrawn_on <= p.by_on, 0)"
    )
    return sql, asked.ended_days


def box_facts(asked: Asked) -> Facts:
    """Working days that are over, and whether the suggestion box was opened at their end (SP 11.4); as in the recap
    none before the book came into use."""
    from app.quality.quarter.counting import book_since_sql

    sql = (
        "SELECT d.value AS ref, d.value AS since, NULL AS until, EXISTS (SELECT 1 FROM box_opening b"
        " WHERE b.on_date = d.value AND b.counts = 1) AS hit, NULL AS more FROM json_each(?2) d"
        f" WHERE d.value >= coalesce(({book_since_sql()}), '')"
    )
    days = (date.fromordinal(day) for day in range(asked.start.toordinal(), asked.over.toordinal() + 1))
    workdays = [day.isoformat() for day in days if asked.calendar.is_workday(day)]
    return sql, (EVER, json.dumps(workdays))


def ticket_facts(asked: Asked) -> Facts:
    """Numbers of the queue that were drawn on ended days, and whether each was called within `minutes`; one that was
    never called was not. What a clock that was set back makes negative is left out."""
    sql = (
        "SELECT t.id AS ref, t.on_date AS since, iif(t.called_at IS NULL, NULL, t.on_date) AS until,"
        " coalesce(unixepoch(t.called_at) - unixepoch(t.taken_at) <= 60 * ?1, 0) AS hit, NULL AS more FROM ticket t"
        " WHERE t.on_date BETWEEN ?2 AND ?3 AND coalesce(t.called_at >= t.taken_at, 1)"
        " AND t.service IN (SELECT value FROM json_each(?4))"
    )
    return sql, (asked.arguments["minutes"], *asked.ended_days, json.dumps(asked.services))
