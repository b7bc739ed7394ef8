"""Journal kinds of messages (SMS)."""

from typing import Literal

import msgspec

from app.hotline.tables import Sms
from app.room import add_row_of
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class SmsReceived(msgspec.Struct, frozen=True):
    """A message came in. Of a blocked number nothing but the number is kept; without `case_id` it became no contact."""

    id: int
    number: str
    text: str
    stamp: str
    digest: str
    state: Literal["received", "blocked"]
    case_id: int | None = None


class SmsQueued(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message is to leave in a file of this name; an answer `tells` an event of its case."""

    id: int
    purpose: Literal["reply", "answer", "test"]
    number: str
    text: str
    file: str
    case_id: int | None = None
    tells: str = ""


class SmsRequeued(msgspec.Struct, frozen=True):
    """A message that did not leave is to leave once more, in another file."""

    id: int
    file: str


class SmsMoved(msgspec.Struct, frozen=True):
    """What became of an outgoing message: the daemon has it, it is sent, it failed, its file is gone."""

    id: int
    state: Literal["handed", "sent", "failed", "gone"]


INCOMING = {"direction": "incoming", "purpose": "question"}
OUTGOING = {"direction": "outgoing", "state": "queued"}


def apply_moved(db: Database, entry: Entry) -> None:
    state = "queued" if isinstance(entry.body, SmsRequeued) else entry.body.state
    values = Sms.take(entry.body, state=state, changed_at=to_utc_text(entry.at))
    Sms.alter(db, {"id": values.pop("id")}, **values)


KINDS = [
    Kind("sms.received", 1, SmsReceived, add_row_of(Sms, INCOMING), personal=True),
    Kind("sms.queued", 1, SmsQueued, add_row_of(Sms, OUTGOING), personal=True),
    Kind("sms.requeued", 1, SmsRequeued, apply_moved),
    Kind("sms.moved", 1, SmsMoved, apply_moved),
]
