"""What happens once on every day that the office's PC is on: balances checked, heads anchored at the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.core.clock import office_date
from app.core.messages import HeadsAnchored
from app.ktp.answers import check_balances
from app.ktp.dispatch import STREAM
from app.people.access_log import access_log_digest
from schema.database import Database
from sync.journal import LOCAL, Journal
from sync.line import moment, stamp

ANCHOR, BALANCE = "anchor", "balance"
LONG_AGO = date(1970, 1, 1)
MOST_DAYS = 60
"""A PC that was off longer anchors the newest days; the journal's head covers the rest."""


def balances(journal: Journal, now: datetime) -> None:
    """Check sent = printed + refused + waiting of every open dispatch, once per office date."""
    if not journal.founded:
        return
    with journal.transaction():
        if last_on(journal.db, BALANCE, "dispatch.balanced", now) < office_date(now):
            check_balances(journal, now)


def anchor_heads(journal: Journal, now: datetime) -> None:
    """Tell the other side how far the office's own stream has come, and the digest of the access log of finished days.

    `on` names the day of the digest: yesterday, and every day since the last anchor on which somebody was here. Today's
    log still grows, so it is anchored tomorrow. What the centre holds once, an administrator of this PC can no longer
    rewrite unseen (docs/security.md).
    """
    if not journal.founded:
        return
    today = office_date(now)
    with journal.transaction():
        last = last_on(journal.db, ANCHOR, "heads.anchored", now)
        if last >= today:
            return
        head = journal.tail(journal.source, journal.epoch, LOCAL)
        for day in unanchored(journal.db, max(last, today - timedelta(days=MOST_DAYS)), today):
            body = HeadsAnchored(day.isoformat(), head.n, head.hash.hex(), access_log_digest(journal.db, day))
            journal.record(body, subject=ANCHOR, actor="system", at=now, stream=STREAM)


def unanchored(db: Database, since: date, today: date) -> list[date]:
    """Finished days from `since` on (the day of the last anchor was not finished then) with lines, and yesterday."""
    days = [since + timedelta(days=step) for step in range((today - since).days)]
    nothing = access_log_digest(db, date(1900, 1, 1))
    return [day for day in days if day == days[-1] or access_log_digest(db, day) != nothing]


def last_on(db: Database, subject: str, kind: str, now: datetime) -> date:
    """The office date of the newest entry of a kind up to now; long ago when there is none. An entry from the future
    of a clock that was wrong counts as none."""
    sql = "SELECT max(at) FROM journal WHERE subject = ? AND kind = ? AND at <= ?"
    row = db.one(sql, (subject, kind, stamp(now)))
    return office_date(moment(row[0])) if row and row[0] else LONG_AGO


DAILY: list[Callable[[Journal, datetime], None]] = [balances, anchor_heads]
"""Called by the office's clockwork as often as it likes; each does its work once per office date."""
