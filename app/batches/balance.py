"""What happens once on every day that the office's PC is on: balances checked, heads anchored at the other side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.batches.events import BalanceChecked
from app.batches.partners import answers_late, partner_of
from app.core.clock import office_date
from app.core.messages import HeadsAnchored
from app.people.access_log import access_log_digest
from schema.database import Database
from schema.service_procedure import Definition
from sync.enrolment import CENTRE_STREAM
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import LOCAL, Journal

# -- balance ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Balance:
    """sent = printed + refused + waiting of one dispatch; `waiting` counts accepted lines too."""

    dispatch_id: int
    number: str
    sent_on: str
    sent: int
    printed: int
    refused: int
    waiting: int

    @property
    def agrees(self) -> bool:
        return self.sent == self.printed + self.refused + self.waiting


def dispatch_balances(db: Database, *, only_open: bool = False, limit: int = 100, service: str = "") -> list[Balance]:
    """Balance of each sent dispatch, the newest first; `only_open` leaves out those whose every line is answered.

    A dispatch with a line too few is never left out: a lost line must not make it look finished.
    """
    open_lines = "coalesce(sum(l.result IN ('waiting', 'accepted')), 0)"
    having = f"HAVING {open_lines} > 0 OR count(l.ordinal) <> d.count" if only_open else ""
    rows: Any = db.run(
        "SELECT d.id, d.number, d.sent_on, d.count, coalesce(sum(l.result = 'printed'), 0),"
        f" coalesce(sum(l.result = 'refused'), 0), {open_lines} FROM dispatch d"
        " LEFT JOIN dispatch_line l ON l.dispatch_id = d.id WHERE d.state = 'sent'"
        f" AND (? = '' OR d.service = ?) GROUP BY d.id {having} ORDER BY d.id DESC LIMIT ?",
        (service, service, limit),
    )
    return [Balance(*row) for row in rows]


def late_dispatches(db: Database, definition: Definition, today: date) -> list[Balance]:
    """Dispatches of a service whose partner still owes answers after the time that the definition gives it."""
    if partner_of(definition).promise is None:
        return []
    rows = dispatch_balances(db, only_open=True, service=definition.id)
    return [one for one in rows if one.waiting and answers_late(db, definition, date.fromisoformat(one.sent_on), today)]


def check_balances(journal: Journal, now: datetime) -> list[Balance]:
    """The daily check of all open dispatches, written down; returns those that do not agree."""
    found = dispatch_balances(journal.db, only_open=True, limit=500)
    with journal.transaction():
        rows = [(one.dispatch_id, one.sent, one.printed, one.refused, one.waiting) for one in found]
        journal.record(BalanceChecked(office_date(now).isoformat(), rows), subject="balance", actor="system", at=now)
    return [one for one in found if not one.agrees]


ANCHOR, BALANCE = "anchor", "balance"
LONG_AGO = date(1970, 1, 1)
MOST_DAYS = 60
"""A PC that was off longer anchors the newest days; the journal's head covers the rest."""


def check_balances_daily(journal: Journal, now: datetime) -> None:
    """Check sent = printed + refused + waiting of every open dispatch, once per office date."""
    if not journal.has_identity:
        return
    with journal.transaction():
        if newest_entry_day(journal.db, BALANCE, "dispatch.balanced", now) < office_date(now):
            check_balances(journal, now)


def anchor_heads(journal: Journal, now: datetime) -> None:
    """Tell the other side how far the office's own stream has come, and the digest of the access log of finished days.

    `on` names the day of the digest: yesterday, and every day since the last anchor on which somebody was here. Today's
    log still grows, so it is anchored tomorrow. What the centre holds once, an administrator of this PC can no longer
    rewrite unseen (docs/security.md).
    """
    if not journal.has_identity:
        return
    today = office_date(now)
    with journal.transaction():
        last = newest_entry_day(journal.db, ANCHOR, "heads.anchored", now)
        if last >= today:
            return
        head = journal.tail(journal.source, journal.epoch, LOCAL)
        for day in unanchored_days(journal.db, max(last, today - timedelta(days=MOST_DAYS)), today):
            body = HeadsAnchored(day.isoformat(), head.n, head.hash.hex(), access_log_digest(journal.db, day))
            journal.record(body, subject=ANCHOR, actor="system", at=now, stream=CENTRE_STREAM)


def unanchored_days(db: Database, since: date, today: date) -> list[date]:
    """Finished days from `since` on (the day of the last anchor was not finished then) with lines, and yesterday."""
    days = [since + timedelta(days=step) for step in range((today - since).days)]
    nothing = access_log_digest(db, date(1900, 1, 1))
    return [day for day in days if day == days[-1] or access_log_digest(db, day) != nothing]


def newest_entry_day(db: Database, subject: str, kind: str, now: datetime) -> date:
    """The office date of the newest entry of a kind up to now; long ago when there is none. An entry from the future
    of a clock that was wrong counts as none."""
    sql = "SELECT max(at) FROM journal WHERE subject = ? AND kind = ? AND at <= ?"
    row = db.one(sql, (subject, kind, to_utc_text(now)))
    return office_date(parse_utc_text(row[0])) if row and row[0] else LONG_AGO


DAILY: list[Callable[[Journal, datetime], None]] = [check_balances_daily, anchor_heads]
"""Called by the office's clockwork as often as it likes; each does its work once per office date."""
