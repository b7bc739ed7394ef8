"""The outbox: a message that is to leave is written down, an entry about one stands with its case or line."""

from datetime import datetime
from typing import Any

from app.core.permissions import SYSTEM, Actor
from app.core.workdays import wall_time
from app.services.hotline import gammu
from app.services.hotline.events import SmsQueued
from sync.journal import Journal


def queue_message(
    journal: Journal, purpose: str, number: str, text: str, now: datetime, case_id: int | None = None, tells: str = ""
) -> None:
    """Write down a message that is to leave; the next look of the clockwork puts it in the outbox."""
    key = journal.next_id("sms")
    name = gammu.outgoing_name(key, wall_time(now))
    record_message(journal, SmsQueued(key, purpose, number, text, name, case_id, tells), case_id, now)


def record_message(
    journal: Journal,
    body: Any,
    case_id: int | None,
    now: datetime,
    by: Actor = SYSTEM,
    complaint_id: int | None = None,
) -> None:
    """An entry about a message, or a contact because of it, inside the open transaction: under its case or line."""
    if case_id:
        about = f"case/{case_id}"
    elif complaint_id:
        about = f"complaint/{complaint_id}"
    else:
        about = f"sms/{body.id}"
    journal.record(body, subject=about, actor=by.username, at=now)
