"""What SMS may cost: to which numbers one leaves, how many in an hour and a day, and who waits when many write.

A flood of new senders uses half of the bounds at most; the other half is for answers and for those who wrote before.
"""

from datetime import datetime, timedelta

from app.platform.office.settings import get_setting
from app.services.hotline import gammu
from app.services.hotline.tables import Sms
from schema.database import Database
from sync.entries import to_utc_text

SPANS = {"sms.most_hour": timedelta(hours=1), "sms.most_day": timedelta(days=1)}
KNOWN_AFTER = timedelta(days=1)
"""Whoever wrote longer ago is no new sender."""


def cost_of(text: str) -> int:
    return len(gammu.split_text(text))


def room_left(db: Database, now: datetime) -> int:
    """How many messages may still leave, counted as the network counts them."""
    return min(get_setting(db, name) - sent_since(db, now - span) for name, span in SPANS.items())


def sent_since(db: Database, since: datetime) -> int:
    return sum(cost_of(row.text) for row in left_since(db, since))


def left_since(db: Database, since: datetime) -> list[Sms]:
    """Messages that left, or lie where the daemon takes them."""
    rest = "WHERE s.direction = 'outgoing' AND s.changed_at > ? AND s.state NOT IN ('queued', 'dropped')"
    return Sms.joined(db, "s", rest, (to_utc_text(since),))


def is_new_sender(db: Database, number: str, now: datetime) -> bool:
    before = to_utc_text(now - KNOWN_AFTER)
    return not Sms.rows(db, Sms.at < before, number=number, direction="incoming", limit=1)


def new_senders_wait(db: Database, text: str, now: datetime) -> bool:
    """Whether this reply to a new sender would go beyond half of a bound."""
    return any(
        2 * (replies_since(db, now - span) + cost_of(text)) > get_setting(db, name) for name, span in SPANS.items()
    )


def replies_since(db: Database, since: datetime) -> int:
    rows = Sms.rows(db, Sms.at > to_utc_text(since), purpose="reply", order="id")
    return sum(cost_of(row.text) for row in rows)
