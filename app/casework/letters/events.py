"""Journal kinds of letters. What a draft said before a correction is read from here, no table keeps it."""

import json
from typing import Annotated

import msgspec
from msgspec.structs import replace

from app.casework.letters.tables import Disposition, DispositionReceiver, IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import URGENCIES
from app.core.asked import Choice, Lines, Offered, Text
from app.core.clock import office_date
from app.core.problems import SENTENCES
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import read_deadlines
from app.platform.office.events import Number, put_deadlines, use_own_number
from app.room import AT, BY, add_row_of, alter_row_of, in_turn, stamp_row_of
from schema.database import Database, to_column
from schema.person_fields import OfficialFacts, OfficialName, PersonLines, PersonText
from sync.entries import NOBODY, Entry, Kind, to_utc_text

LIMIT = "disposition"
"""The limit of each receiver of a disposition; its scope is the receiver's id."""

# -- incoming letters ------------------------------------------------------------------------------------------


class AgendaLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the agenda says of a letter that came; `to_role` is the post before which it is put."""

    id: int
    letter_number: PersonText
    letter_date: str
    received_on: str
    sender: PersonText
    subject: PersonText
    code: str
    urgency: str
    attachments: int
    to_role: str


class LetterRegistered(AgendaLine, frozen=True, omit_defaults=True, kw_only=True):
    number: Number
    case_id: int | None = None
    letter: str = ""


class LetterAmended(AgendaLine, frozen=True, kw_only=True):
    reason: PersonText


class LetterLinked(msgspec.Struct, frozen=True):
    """A letter that is in the agenda belongs to a case; `letter` is its id in the procedure, or empty."""

    id: int
    case_id: int
    letter: str


class Receiver(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    label: OfficialName
    role: str = ""
    username: OfficialName = ""
    due_on: str | None = None


class LetterDisposed(msgspec.Struct, frozen=True):
    """`receiver_id` is the place in the chain that is passed on, and is done with that."""

    id: int
    letter_id: int
    receiver_id: int | None
    post: str
    roles: list[str]
    instructions: list[str]
    note: PersonText
    receivers: list[Receiver]


class DispositionAcknowledged(msgspec.Struct, frozen=True):
    letter_id: int
    receiver_id: int


class DispositionReported(msgspec.Struct, frozen=True):
    letter_id: int
    receiver_id: int
    report: PersonText


class LetterSettled(msgspec.Struct, frozen=True):
    """It asks for nothing further; whoever has still to do something is done with it."""

    id: int
    note: PersonText


def apply_disposed(db: Database, entry: Entry) -> None:
    body: LetterDisposed = entry.body
    Disposition.add_from(db, body, at=to_utc_text(entry.at), actor=entry.actor)
    for receiver in body.receivers:
        own = {"disposition_id": body.id, "letter_id": body.letter_id}
        DispositionReceiver.add_from(db, receiver, **own)
    if body.receiver_id is not None:
        end_receiver(db, entry, body.receiver_id, "")
    IncomingLetter.alter(db, {"id": body.letter_id}, state="disposed")
    since = office_date(entry.at).isoformat()
    limits = [
        Deadline(LIMIT, "calendar_days", since, max(since, receiver.due_on), str(receiver.id))
        for receiver in body.receivers
        if receiver.due_on
    ]
    put_deadlines(db, f"incoming/{body.letter_id}", limits)


def end_receiver(db: Database, entry: Entry, receiver_id: int, report: str) -> None:
    """Somebody in the chain is done; the limit of his part ends, and with the last one the letter is settled."""
    row = DispositionReceiver.first(db, id=receiver_id)
    if row is None or row.done_at:
        return
    at = to_utc_text(entry.at)
    done = {"done_at": at, "done_by": entry.actor, "report": report}
    if not row.acknowledged_at:
        done |= {"acknowledged_at": at, "acknowledged_by": entry.actor}
    DispositionReceiver.alter(db, {"id": receiver_id}, **done)
    subject = f"incoming/{row.letter_id}"
    scope = str(receiver_id)
    running = read_deadlines(db, subject).get((LIMIT, scope))
    if running:
        put_deadlines(db, subject, [replace(running, stopped=office_date(entry.at).isoformat())])
    if DispositionReceiver.first(db, letter_id=row.letter_id, done_at=None) is None:
        IncomingLetter.alter(db, {"id": row.letter_id}, state="settled")


def apply_reported(db: Database, entry: Entry) -> None:
    end_receiver(db, entry, entry.body.receiver_id, entry.body.report)


def apply_settled(db: Database, entry: Entry) -> None:
    body: LetterSettled = entry.body
    end_open_receivers(db, entry, body.id, body.note)
    IncomingLetter.alter(db, {"id": body.id}, state="settled", settled_note=body.note)


def end_open_receivers(db: Database, entry: Entry, letter_id: int, report: str) -> None:
    for row in DispositionReceiver.rows(db, letter_id=letter_id, done_at=None, order="id"):
        end_receiver(db, entry, row.id, report)


# -- outgoing letters ------------------------------------------------------------------------------------------


MOST_TEXT, MOST_COPIES = 60_000, 15
"""Characters of a text with its annexes: a list of five hundred people has a hundred in each row."""


class LetterText(msgspec.Struct, frozen=True):
    """What a letter says; `addressed_to` and `text` have several lines, `copies` a line each."""

    subject: Annotated[PersonText, Text("Hal", SENTENCES["letter_subject"], most=300)] = ""
    addressed_to: Annotated[PersonText, Text("Kepada", SENTENCES["letter_to"], most=1000, lines=True)] = ""
    text: Annotated[PersonText, Text("Isi surat", SENTENCES["letter_text"], most=MOST_TEXT, lines=True)] = ""
    attachment: Annotated[PersonText, Text("Lampiran", most=200)] = ""
    copies: Annotated[PersonLines, Lines("Tembusan", most=300, times=MOST_COPIES)] = []
    code: Annotated[str, Offered("Kode klasifikasi")] = ""
    urgency: Annotated[str, Choice("Sifat", SENTENCES["choose_one"], choices=URGENCIES, radio=True)] = "ordinary"


class LetterDrafted(LetterText, frozen=True, omit_defaults=True, kw_only=True):
    """A draft begins. `initials` in order and `signatories` are roles, `pattern` that of its number; `handed_by` are
    the roles that hand it over at the counter. `kind` is the kind of letter from which it began, `title` what stands
    above its text, `follows` the letter on which it reports."""

    id: int
    initials: list[str]
    signatories: list[str]
    case_id: int | None = None
    letter: str = ""
    reply_to: int | None = None
    pattern: str = ""
    form: str = "letter"
    handed_by: list[str] = []
    kind: str = ""
    title: str = ""
    follows: int | None = None


class LetterCorrected(LetterText, frozen=True, omit_defaults=True, kw_only=True):
    """The text has another version; the initials of the one before count no more. `state` as it is then."""

    id: int
    version: int
    state: str
    reason: PersonText


class LetterSubmitted(msgspec.Struct, frozen=True, omit_defaults=True):
    """`signs`: whoever submits wrote it and signs it with that, as minutes and reports are."""

    id: int
    state: str
    signs: bool = False


class LetterInitialled(msgspec.Struct, frozen=True):
    id: int
    version: int
    role: str
    state: str


class LetterReturned(msgspec.Struct, frozen=True):
    id: int
    version: int
    reason: PersonText


class LetterSigned(msgspec.Struct, frozen=True, omit_defaults=True):
    """`signer` is the official as papers print him: name, post, in which capacity; `maker` who wrote minutes or
    a report."""

    id: int
    version: int
    role: str
    signer: OfficialFacts
    maker: OfficialFacts = {}


class LetterNumbered(msgspec.Struct, frozen=True, omit_defaults=True):
    """`check_code` is random and stands on the paper; letters of before have none."""

    id: int
    number: Number
    on: str
    check_code: str = ""


class LetterSent(msgspec.Struct, frozen=True):
    id: int
    on: str
    way: str
    proof: PersonText


class LetterCancelled(msgspec.Struct, frozen=True):
    id: int
    reason: PersonText


def apply_submitted(db: Database, entry: Entry) -> None:
    if entry.body.signs:
        signed = {"maker_signed_at": to_utc_text(entry.at)}
    else:
        signed = {}
    OutgoingLetter.alter(db, {"id": entry.body.id}, state=entry.body.state, **signed)


def apply_initialled(db: Database, entry: Entry) -> None:
    body: LetterInitialled = entry.body
    row = OutgoingLetter.first(db, id=body.id)
    assert row is not None
    given = [*json.loads(row.given), [body.role, entry.actor, to_utc_text(entry.at)]]
    OutgoingLetter.alter(db, {"id": body.id}, given=to_column(given), state=body.state)


def apply_signed(db: Database, entry: Entry) -> None:
    signed = {"state": "signed", "signed_at": to_utc_text(entry.at), "signed_by": entry.actor}
    officials = {"signer": entry.body.signer, "maker": entry.body.maker}
    kept = {name: json.dumps(facts, ensure_ascii=False) for name, facts in officials.items()}
    OutgoingLetter.alter(db, {"id": entry.body.id}, **kept, **signed)


def apply_sent(db: Database, entry: Entry) -> None:
    """What was asked for in the letter that it answers is done."""
    body: LetterSent = entry.body
    OutgoingLetter.alter(db, {"id": body.id}, state="sent", sent_on=body.on, way=body.way, proof=body.proof)
    row = OutgoingLetter.first(db, id=body.id)
    if row and row.reply_to:
        end_open_receivers(db, entry, row.reply_to, f"Dijawab dengan surat {row.number}")


REGISTERED = in_turn(
    add_row_of(
        IncomingLetter,
        {"state": "registered"},
        number="number.text",
        year="number.year",
        registered_at=AT,
        registered_by=BY,
    ),
    use_own_number,
)
ACKNOWLEDGED = stamp_row_of(DispositionReceiver, id="receiver_id", acknowledged_at=AT, acknowledged_by=BY)
DRAFTED = add_row_of(OutgoingLetter, {"state": "draft", "version": 1}, drafted_at=AT, drafted_by=BY)
CORRECTED = alter_row_of(OutgoingLetter, {"given": "[]", "returned_why": ""})
RETURNED = stamp_row_of(OutgoingLetter, {"state": "returned", "given": "[]"}, returned_why="reason")
NUMBERED = alter_row_of(
    OutgoingLetter, {"state": "numbered"}, number="number.text", year="number.year", n="number.n", numbered_on="on"
)

KINDS = [
    Kind("letter.registered", 1, LetterRegistered, REGISTERED),
    Kind("letter.amended", 1, LetterAmended, alter_row_of(IncomingLetter)),
    Kind("letter.linked", 1, LetterLinked, alter_row_of(IncomingLetter), NOBODY),
    Kind("letter.disposed", 1, LetterDisposed, apply_disposed),
    Kind("letter.acknowledged", 1, DispositionAcknowledged, ACKNOWLEDGED, NOBODY),
    Kind("letter.reported", 1, DispositionReported, apply_reported),
    Kind("letter.settled", 1, LetterSettled, apply_settled),
    Kind("letter.drafted", 1, LetterDrafted, DRAFTED),
    Kind("letter.corrected", 1, LetterCorrected, CORRECTED),
    Kind("letter.submitted", 1, LetterSubmitted, apply_submitted, NOBODY),
    Kind("letter.initialled", 1, LetterInitialled, apply_initialled, NOBODY),
    Kind("letter.returned", 1, LetterReturned, RETURNED),
    Kind("letter.signed", 1, LetterSigned, apply_signed),
    Kind("letter.numbered", 1, LetterNumbered, in_turn(NUMBERED, use_own_number), NOBODY),
    Kind("letter.sent", 1, LetterSent, apply_sent),
    Kind(
        "letter.cancelled",
        1,
        LetterCancelled,
        alter_row_of(OutgoingLetter, {"state": "cancelled"}, cancelled_why="reason"),
    ),
]
