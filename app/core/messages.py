"""Bodies of the entries that travel between an office and the centre. Both sides apply them in their own way.

The sync itself never reads them. Dates are ISO text in office time; `line` is the id (`epoch/stream/n`) of the
office's `dispatch.line` entry, unique for its source for ever.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, ClassVar, Protocol

import msgspec

from schema.person_fields import DIGITS, EMPTIED, STAYS, WORDS
from schema.structs import (
    Count,
    Day,
    DayOrNone,
    Hex64,
    Hex64OrNone,
    Id,
    LineId,
    Moment,
    Named,
    Short,
    Text,
    Travel,
    number_within,
    text_like,
    text_up_to,
    word_among,
)

Result = Annotated[str, word_among("accepted", "printed", "refused")]
Serial = Annotated[str, text_like("[0-9A-Z]{4,24}")]
SerialOrNone = Annotated[str, text_like("[0-9A-Z]{4,24}", empty=True)]
Word = Annotated[str, text_like("[a-z0-9_.-]{1,60}")]
WordOrNone = Annotated[str, text_like("[a-z0-9_.-]{1,60}", empty=True)]
QuarterText = Annotated[str, text_like("(19|20|21)[0-9]{2}-Q[1-4]")]
Reason = Annotated[str, text_up_to(600, lines=True)]

PRINT_READY = frozenset({"print_ready", "card_printed", "card_shipped", "card_issued"})
"""States of a record of which the central system says that a card may be printed, or was."""

LINE, OWN_LINE = "line/{stream}/{line}", "a line that this office sent to this very partner and holds itself"
"""What an answer is about. Every message about a line carries the line's own hash (`line_hash`): it covers number, NIK
and all the rest, so two PCs of one office never take each other's answers, and one that names none is not taken."""


class Listed(Protocol):
    """What the digest of a dispatch reads of a line: a :class:`DispatchLine`, or a row that keeps the same columns."""

    @property
    def ordinal(self) -> int: ...
    @property
    def main_key(self) -> str: ...
    @property
    def number(self) -> str: ...


FIRST_SERVICE = "ktp-el"
"""The service of entries that name none: they are from the time before there was a second one."""


class ValueWords(msgspec.Struct, frozen=True):
    """What the answer to a line carries besides its word: how that is called, and how many digits it has."""

    label: Short
    least: Annotated[int, number_within(1, 40)]
    most: Annotated[int, number_within(1, 40)]


class PartnerWords(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the definition of a service calls things, for a partner that has no such file: the service, its key, what
    is made and how that is called once it is done, the columns with this line's values, and why a line is refused."""

    service: Short
    key: Short
    product: Short
    printed: Short
    columns: Annotated[list[tuple[Short, Text]], EMPTIED] = []
    reasons: list[Reason] = []
    value: ValueWords | None = None


class SealedValue(msgspec.Struct, frozen=True):
    """A value that only the receiver of the answer and who wrote it can open; its reference is the answer's serial."""

    sealed: Annotated[Annotated[str, text_like("[0-9A-Za-z+/=]{100,2000}")], WORDS]
    mask: Annotated[Annotated[str, text_like("[*]{0,40}[0-9A-Z]{1,4}")], WORDS]


ClockTime = Annotated[str, text_like("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?", empty=True)]


class LineClock(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit of a case as it stands after the entry that moved the case; it comes back with the line to a PC that lost
    its last days. The fields are those of :class:`app.core.procedure.limits.Deadline`."""

    limit: Word
    unit: Annotated[
        str, word_among("working_seconds", "working_minutes", "working_hours", "working_days", "calendar_days")
    ]
    since: ClockTime
    due: ClockTime
    scope: WordOrNone = ""
    paused: ClockTime = ""
    pauses: list[tuple[ClockTime, ClockTime]] = []
    stopped: ClockTime = ""
    void: bool = False


class DispatchLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case in a dispatch, with the snapshot that the centre needs and that a lost office gets back."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}")

    dispatch_id: Id
    dispatch: Named
    ordinal: Annotated[int, number_within(1, 10_000)]
    case_id: Id
    number: Named
    code: Short
    service: Word
    revision: Short
    kind: Word
    kind_label: Short
    name: Annotated[Named, WORDS]
    area: Annotated[str, text_like("[0-9]{10}|-", empty=True)]
    area_name: Short
    main_key: Annotated[Annotated[str, text_like("[0-9A-Za-z][0-9A-Za-z ./-]{0,39}")], DIGITS]
    fields: Annotated[dict[str, Text], EMPTIED]
    received_on: Day
    completed_on: DayOrNone
    due_on: DayOrNone
    sent_on: Day
    step: Word
    place: Word
    recording: WordOrNone = ""
    recorded_on: DayOrNone = ""
    items: list[Word] = []
    again: Annotated[Reason, WORDS] = ""
    """Why the case comes again: an earlier refusal or a misprint; empty for the first time."""
    explained: Annotated[list[Reason], EMPTIED] = []
    """What contradicts itself in it (NIK, birth date, sex, state of the record), each with the office's reason."""
    words: PartnerWords | None = None
    """Left out of a line of the first service, whose words every side knows."""
    deadlines: list[LineClock] = []
    """The limits of the case that the sending began or ended; none in a line from before they travelled."""


class DispatchSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispatch is closed: number of lines and their :func:`dispatch_digest`, and who confirmed it.

    `road`: `loket`, or `paper` when it went on paper and is answered there; the centre then keeps it as history.
    """

    TRAVEL: ClassVar = Travel("office", "dispatch/{dispatch_id}")

    dispatch_id: Id
    dispatch: Named
    letter: Short
    minutes: Short
    on: Day
    count: Count
    digest: Hex64
    confirmed_by: Annotated[Short, STAYS]
    road: Annotated[str, word_among("loket", "paper")] = "loket"


class RecallAsked(msgspec.Struct, frozen=True, omit_defaults=True):
    TRAVEL: ClassVar = Travel("office", "case/*", "a line that this office sent")

    line: LineId
    reason: Annotated[Reason, WORDS]
    line_hash: Hex64OrNone = ""


class PaperAnswered(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the returned list says of a line that went on paper, typed and checked at the office. `result`: accepted,
    printed or refused; `on`: the day of the check. The newest holds."""

    TRAVEL: ClassVar = Travel("office", "case/*", "a line that this office sent")

    line: LineId
    result: Result
    on: Day
    reason: Annotated[Reason, WORDS] = ""
    serial: Short = ""
    biometric: bool = False
    line_hash: Hex64OrNone = ""


class LineAccepted(msgspec.Struct, frozen=True, omit_defaults=True):
    TRAVEL: ClassVar = Travel("centre", LINE, OWN_LINE)

    line: LineId
    line_hash: Hex64OrNone = ""


class LineRefused(msgspec.Struct, frozen=True, omit_defaults=True):
    """The print room refuses a line; `biometric` when the recording must be made again."""

    TRAVEL: ClassVar = Travel("centre", LINE, OWN_LINE)

    line: LineId
    reason: Annotated[Reason, WORDS]
    biometric: bool = False
    line_hash: Hex64OrNone = ""


class LinePrinted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A card was printed; `compared`: with what a line that contradicts itself was compared before. Where a partner
    makes no card and answers with a `value` (an account number), `serial` is that value's reference."""

    TRAVEL: ClassVar = Travel("centre", LINE, OWN_LINE)

    line: LineId
    serial: Serial
    on: Day
    line_hash: Hex64OrNone = ""
    compared: Annotated[Reason, WORDS] = ""
    value: SealedValue | None = None


class LineSpoiled(msgspec.Struct, frozen=True, omit_defaults=True):
    """A blank was spoiled while printing this line; it stays in the queue. `serial` of the blank, where it was read."""

    TRAVEL: ClassVar = Travel("centre", LINE, OWN_LINE)

    line: LineId
    reason: Annotated[Reason, WORDS]
    serial: SerialOrNone = ""
    line_hash: Hex64OrNone = ""


class ShipmentSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Cards leave for the office: (line, serial) each, `hashes` of those lines in their order, who carries them."""

    TRAVEL: ClassVar = Travel("centre", "shipment/{shipment}", "lines that this office sent to this very partner")

    shipment: Annotated[str, text_like("[0-9A-Z-]{1,40}")]
    on: Day
    lines: list[tuple[LineId, Serial]]
    carrier: Short = ""
    hashes: list[Hex64] = []


class CentreState(msgspec.Struct, frozen=True):
    """Blanks in stock and queue length, as of a moment (UTC text): what citizens ask most."""

    TRAVEL: ClassVar = Travel("centre", "centre")

    blanks: Annotated[int, number_within(-1_000_000, 10_000_000)]
    queue: Count
    as_of: Moment


class ReleaseEndorsed(msgspec.Struct, frozen=True):
    """The centre endorses a release of the program: an office takes one with this digest of its manifest (SHA-256)."""

    TRAVEL: ClassVar = Travel("centre", "release/{version}")

    version: Annotated[str, text_like(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}")]
    digest: Hex64


class HeadsAnchored(msgspec.Struct, frozen=True):
    """Once a day: head of the office stream and digest of the access log, anchored at the other side."""

    TRAVEL: ClassVar = Travel("office", "anchor")

    on: Day
    n: Annotated[int, number_within(0)]
    hash: Hex64
    access_log: Hex64


class RecapPublished(msgspec.Struct, frozen=True):
    """The public version of a quarter's complaint recap in full, without names; its SHA-256 over the text."""

    TRAVEL: ClassVar = Travel("office", "recap/{quarter}")

    quarter: QuarterText
    public: Annotated[str, text_up_to(250_000, lines=True)]
    digest: Hex64


class StatePublished(msgspec.Struct, frozen=True):
    """The state of a case for the regency's public page: sealed, in a place that only the slip's code gives
    (`sync/slip_seal.py`). `changed`: the change of the case that it tells of. An empty `sealed` takes it away."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}")

    case_id: Id
    slot: Hex64
    sealed: Annotated[str, text_like("[0-9A-Za-z+/=]{100,2000}", empty=True)]
    changed: Moment


VillageCode = Annotated[str, text_like("[0-9]{10}")]
DraftCode = Annotated[str, text_like("[0-9a-f]{32}")]
ORIGINAL = "village/original"
"""Stream in the header of the small file in which a village seals what it typed for the partner of a service."""
LEAST_ORIGINAL, LONGEST_ORIGINAL = 100, 24_000
"""Signs of such a file as text (base64)."""
ORIGINAL_PATTERN = f"[0-9A-Za-z+/=]{{{LEAST_ORIGINAL},{LONGEST_ORIGINAL}}}"


class TypedOriginal(msgspec.Struct, frozen=True):
    """What a village typed, as it seals it for the partner: the code of its draft, the service, and every field that
    its form asked, also those that stayed empty."""

    code: DraftCode
    service: Word
    typed_at: Moment
    fields: dict[Word, Text]


class OriginalForwarded(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a village sealed of the form of a line (:class:`TypedOriginal`), forwarded as it came; `signing` is the key
    of the village that the office noted (hex). `series` and `given`: the number that the village gave the draft, which
    a restored office gets back with its line; 0 without one."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}", "a line that this office sent")

    case_id: Id
    line: LineId
    line_hash: Hex64
    village: VillageCode
    village_name: Short
    code: DraftCode
    signing: Hex64
    sealed: Annotated[Annotated[str, text_like(ORIGINAL_PATTERN, empty=True)], EMPTIED]
    series: Count = 0
    given: Count = 0


def dispatch_digest(lines: Sequence[Listed], ids: Sequence[str]) -> str:
    """SHA-256 (hex) over the lines of a dispatch in ordinal order, whatever the order they are given in.

    `ids[i]` is the id (`epoch/stream/n`) of `lines[i]`. One text line each: `id|ordinal|main_key|number`.
    Raises ValueError when the two do not pair up.
    """
    pairs = sorted(zip(lines, ids, strict=True), key=lambda pair: pair[0].ordinal)
    digest = sha256()
    for line, line_id in pairs:
        digest.update(f"{line_id}|{line.ordinal}|{line.main_key}|{line.number}\n".encode())
    return digest.hexdigest()


LINE_KIND = "dispatch.line"
"""The kind that may be taken over: it stands for a person who waits for a card."""


class GivenNumber(msgspec.Struct, frozen=True):
    text: Named
    year: Annotated[int, number_within(1900, 2200)]
    n: Annotated[int, number_within(0)]


class EarlierAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the centre had answered to a line already: accepted, refused or printed, and what belongs to it."""

    result: Result
    reason: Annotated[Reason, WORDS] = ""
    biometric: bool = False
    serial: Short = ""
    on: DayOrNone = ""
    shipment: Short = ""


class LineTakenOver(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line's case goes on here under a new number. `held`: the centre works with the line already, so it only
    gets the new number there and `dispatch` here; else the case waits in step `step` to be sent."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}", "a line that an office of this code wrote")

    place: LineId
    hash: Hex64
    held: bool
    line: DispatchLine
    case_id: Id
    number: GivenNumber
    step: Word
    papers: Word
    note: Annotated[Reason, WORDS]
    dispatch_id: Annotated[int, number_within(0)] = 0
    dispatch: GivenNumber | None = None
    said: EarlierAnswer | None = None
    code: Short = ""
    """Another slip code, where the one of the line stands on another case here."""
    deadlines: list[LineClock] = []
    """The limits of the case as it goes on here."""


class LineSetAside(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line is not used, and why. What the centre holds of it is asked back."""

    TRAVEL: ClassVar = Travel("office", "twin/{place}", "a line that an office of this code wrote")

    place: LineId
    hash: Hex64
    kind: Annotated[str, text_like("[a-z_.?]{1,81}")]
    reason: Annotated[Reason, WORDS]
    held: bool = False


class LineSentAgain(msgspec.Struct, frozen=True, omit_defaults=True):
    """Our own line never reached the centre, because its number was taken there: the case waits to be sent again."""

    TRAVEL: ClassVar = Travel("office", "case/{case_id}", "a line that this office wrote")

    place: LineId
    hash: Hex64
    case_id: Id
    step: Word
    papers: Word
    on: Day
    reason: Annotated[Reason, WORDS]
    deadlines: list[LineClock] = []


def parse_dispatch_line(text: str) -> DispatchLine | None:
    """The case inside a line's text, or None when it cannot be read."""
    try:
        return msgspec.json.decode(text.partition(',"data":')[2][:-1].encode(), type=DispatchLine)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


class FileSent(msgspec.Struct, frozen=True):
    """A photo or scan for the partner, about one of the office's subjects (`case/12`). Its bytes follow in pieces."""

    TRAVEL: ClassVar = Travel("office", "file/{file_id}")

    file_id: Id
    digest: Hex64
    kind: Annotated[str, word_among("image/jpeg", "image/png", "application/pdf")]
    size: Annotated[int, number_within(1, 4_000_000)]
    width: Annotated[int, number_within(0, 65_535)]
    height: Annotated[int, number_within(0, 65_535)]
    purpose: Word
    about: Annotated[str, text_like("[a-z_]{1,30}/[1-9][0-9]{0,15}")]
    pieces: list[Hex64]


class FileWithdrawn(msgspec.Struct, frozen=True):
    """A file that was sent is to be destroyed at the partner's too."""

    TRAVEL: ClassVar = Travel("office", "file/{file_id}", "a file that this office sent")

    file_id: Id
    reason: Annotated[Reason, WORDS]
