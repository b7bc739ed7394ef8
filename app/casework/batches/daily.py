"""Once on every day that the PC is on: balances are checked, and heads anchored at the other side."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.casework.batches.events import BalanceChecked
from app.casework.batches.queries import sent_dispatches
from app.casework.batches.tables import Dispatch
from app.core.clock import office_date
from app.core.messages import HeadsAnchored
from app.platform.people.access_log import access_log_digest
from schema.database import Database, first_value
from sync.enrolment import CENTRE_STREAM
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import LOCAL, Journal


def check_balances(journal: Journal, now: datetime) -> list[Dispatch]:
    """The daily check of all open dispatches, written down; returns those that do not agree."""
    open_ones = sent_dispatches(journal.db, 500, only_open=True)
    with journal.transaction():
        rows = [(row.id, row.sent, row.printed, row.refused, row.waiting) for row in open_ones]
        journal.record(BalanceChecked(office_date(now).isoformat(), rows), subject="balance", actor="system", at=now)
    return [dispatch for dispatch in open_ones if not dispatch.agrees]


ANCHOR = "anchor"
BALANCE = "balance"
LONG_AGO = date(1970, 1, 1)
MOST_DAYS = 60
"""A PC that was off longer anchors the newest days; the journal's head covers the rest."""


def check_balances_daily(journal: Journal, now: datetime) -> None:
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
    at = first_value(db, sql, (subject, kind, to_utc_text(now)))
    if at:
        return office_date(parse_utc_text(at))
    return LONG_AGO


DAILY: list[Callable[[Journal, datetime], None]] = [check_balances_daily, anchor_heads]
"""Called by the office's clockwork as often as it likes; each does its work once per office date."""
