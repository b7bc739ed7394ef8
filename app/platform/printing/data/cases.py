"""Papers of the counter: application form, receipt, promise slip, return slip, hand-over, call list."""

from datetime import date, datetime
from typing import ClassVar, Literal

from app.platform.printing.data.common import Letter, NumberedPaper, Official, Paper, Part, SecretCode, SlipOfCase


class Choice(Part):
    label: str
    chosen: bool = False


class FormField(Part):
    """One line of a form: text on a rule, `boxes` single-character boxes with the letters of `hint` while they are
    empty, or options to tick."""

    label: str
    value: str = ""
    boxes: int = 0
    options: tuple[Choice, ...] = ()
    help: str = ""
    hint: str = ""
    half: bool = False  # two half-width fields share a line


class FormSection(Part):
    """Fields under one heading; sections are lettered A, B, C."""

    title: str
    fields: tuple[FormField, ...]


class FormRequirement(Part):
    """A paper that is brought along. `rule` says who asks for it; `chosen` when it was handed in."""

    label: str
    rule: str = ""
    chosen: bool = False


class FormBody(Part):
    """A form built from a service definition. `form_label` never is a bare code (domain brief 1.1); no village head
    signs where no village is asked, no photo is glued where no rule asks for its colour."""

    title: str
    form_label: str
    sections: tuple[FormSection, ...]
    requirements: tuple[FormRequirement, ...] = ()
    photo: str = ""  # colour word of the background; "" draws an empty frame with both rules
    village: str = ""
    village_head: str = ""
    without_village: bool = False
    without_photo: bool = False
    statement: str = ""


class FilledForm(NumberedPaper):
    code: str
    body: FormBody
    applicant: str
    received_at: datetime
    received_by: str
    received_on: date | None = None  # when the papers came on another day than they were entered
    checked_by: str = ""  # who counted the papers at the counter; nobody yet: no box is ticked above an empty line
    qr: str = ""


class MarkedLine(Part):
    """A line of F-1.02 that may be chosen, with its letter or number."""

    code: str
    label: str
    chosen: bool = False


class MarkedColumn(Part):
    title: str
    lines: tuple[MarkedLine, ...]
    notes: tuple[str, ...] = ()


class PopulationForm(NumberedPaper):
    """F-1.02 (Permendagri 109/2019), own drawing; `code` is that of the form, `number` that of the case. What the
    office does not ask (`email`) stays to be written by hand."""

    code: str
    name: str
    nik: str
    family_key: str
    columns: tuple[MarkedColumn, ...]
    attachments: tuple[Choice, ...]
    on: date
    phone: str = ""
    email: str = ""
    checked_by: str = ""


class ReservedNumber(Part):
    """A number kept for a form that is filled in by hand."""

    number: str
    qr: str = ""


class BlankForm(Paper):
    """Empty forms, one sheet for each reserved number, for villages without a network and for power cuts."""

    body: FormBody
    numbers: tuple[ReservedNumber, ...]
    reserved_for: str = ""


class Receipt(SlipOfCase):
    """Receipt at opening. No date is promised on it; `promised` says whether one will be."""

    beside_content: ClassVar[frozenset[str]] = SlipOfCase.beside_content | {"fee", "promised"}

    received_at: datetime
    received_by: str
    received_on: date | None = None  # when the papers came on another day than they were entered
    brought: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    fee: str = ""  # "GRATIS", an amount, or nothing where the procedure does not say
    promised: bool = True


class CalendarDay(Part):
    """A day between completeness and promise: `number` counts working days, 0 is the start or a day off."""

    on: date
    number: int = 0
    off: str = ""  # why it does not count: "Sabtu", "Nyepi", ...


class PromiseSlip(SlipOfCase):
    """Slip with the due date, explained day by day (clause 5: counted from complete requirements)."""

    complete_at: datetime
    due_on: date
    working_days: int
    days: tuple[CalendarDay, ...]
    fee: str = "GRATIS"
    estimate: str = ""  # what the date says beside itself while its year waits for a decree
    complete_on: date | None = None  # when completeness was noted on a later day
    counted_from: str = ""  # "pemohon berumur 17 tahun, 12 Juni 2026": the days begin later than completeness


class ReturnReason(Part):
    what: str
    remedy: str = ""


class ReturnSlip(SlipOfCase):
    """A file that goes back to the applicant under the same number."""

    beside_content: ClassVar[frozenset[str]] = SlipOfCase.beside_content | {"fee"}

    returned_at: datetime
    checked_by: str
    reasons: tuple[ReturnReason, ...]
    fee: str = ""


class HandOver(SlipOfCase):
    """Receipt for a card, one half for the archive and one for the receiver."""

    beside_content: ClassVar[frozenset[str]] = SlipOfCase.beside_content | {"survey", "free"}

    product: str
    receiver: str
    relation: str  # "pemohon sendiri", "suami", "penerima kuasa"
    handed_on: date
    handed_by: Official
    authority: str = ""  # letter of authority: number, date
    identity: str = ""  # what the receiver showed
    surrendered: str = ""  # damaged or old card that was taken back
    serial: str = ""
    due_on: date | None = None
    arrived_on: date | None = None
    handed_at: datetime | None = None  # nothing when it was written on paper first
    made: str = "kartu"
    inspected: str = "nama, NIK, tanggal lahir, alamat, dan foto"
    free: bool = False
    survey: SecretCode | None = None  # on the receiver's half


class CallLine(Part):
    """One card that waits. `contact` is a telephone number or "lewat desa"."""

    code: str
    number: str
    name: str
    arrived_on: date
    contact: str = ""
    address: str = ""
    calls: str = ""  # earlier calls, in words


class CallGroup(Part):
    village: str
    lines: tuple[CallLine, ...]


class CallList(Paper):
    on: date
    service: str
    groups: tuple[CallGroup, ...]
    product: str = "kartu"


class ReadyCodes(Paper):
    """Slip codes of what may be fetched, for the notice board; nothing else about anybody."""

    service: str
    on: date
    codes: tuple[str, ...]


class RecordingLine(Part):
    """One person on the recording list. `result` is empty on a list that is still to be worked through."""

    number: str
    name: str
    nik: str
    birth_on: date | None
    address: str = ""
    time: str = ""
    status: str = ""
    result: str = ""


class RecordingGroup(Part):
    title: str
    lines: tuple[RecordingLine, ...]


class RecordingList(Paper):
    """Who waits for recording, per village, or who comes when, per schedule."""

    title: str
    arrangement: Literal["village", "schedule"]
    on: date | None
    place: str
    device: str
    groups: tuple[RecordingGroup, ...]
    officer: Official | None = None


class LetterItem(Part):
    text: str
    count: int
    note: str = ""


class DispatchLine(Part):
    """One line of a dispatch; `answer` is empty on the way out, `home` tells where somebody from elsewhere lives."""

    line: int
    number: str
    name: str
    cells: tuple[tuple[str, str], ...] = ()
    """(text, note below it) of each of the letter's `heads`, as it was known when the line was sent."""
    answer: str = ""
    home: str = ""


class CoveringLetter(Letter):
    """Covering letter (surat pengantar); its annex shows whole keys and is therefore marked Terbatas."""

    subject: str  # not printed: the form has no such line; it is part of the digest that printed copies carry
    addressee: tuple[str, ...]
    dispatch: str
    items: tuple[LetterItem, ...]
    closing: tuple[str, ...]
    lines: tuple[DispatchLine, ...]
    heads: tuple[str, ...] = ()
    secret: str = ""  # what of its columns is for nobody else: "NIK dan nomor KK"
    printed: str = "dicetak"
    refused: str = "ditolak"
    secrecy: str = "Terbatas"
    file_name: str = ""
    digest: str = ""
    qr: str = ""


class Party(Part):
    name: str = ""
    post: str = ""
    nip: str = ""
    order: str = ""  # number of the surat perintah


class MinutesItem(Part):
    text: str
    count: int


class Balance(Part):
    """One dispatch in figures. They agree when sent = printed + refused + waiting."""

    dispatch: str
    sent: int
    printed: int
    refused: int
    waiting: int
    sent_on: date | None = None
    note: str = ""


class Minutes(NumberedPaper):
    """Berita acara of handing a dispatch over to the printing centre."""

    at: datetime
    dispatch: str
    place: str
    giving: Party
    receiving: Party
    items: tuple[MinutesItem, ...]
    witness: Official
    previous: tuple[Balance, ...] = ()
    checked_at: datetime | None = None
    qr: str = ""


class CardCount(Part):
    """Cards in the office: what the books say, to be compared with a count by hand."""

    label: str
    count: int


class JournalHead(Part):
    """Where the journal stood when the sheet was printed: what no later change can rewrite unseen."""

    stream: str
    entry: str
    digest: str
    at: datetime


class Reconciliation(Paper):
    """The count of a day; where the journal stood moves on with every print."""

    beside_content: ClassVar[frozenset[str]] = Paper.beside_content | {"journal", "qr", "unsent", "unsent_since"}
    on: date
    balances: tuple[Balance, ...]
    cards: tuple[CardCount, ...]
    journal: tuple[JournalHead, ...]
    unsent: int
    unsent_since: datetime | None
    officer: Official
    checker: Official
    remarks: tuple[str, ...] = ()
    qr: str = ""


class ShippedCard(Part):
    """One card of a shipment; no NIK, the card itself carries it."""

    line: int
    number: str
    name: str
    village: str
    kind: str
    serial: str
    dispatch: str


class ShippingList(NumberedPaper):
    """List that goes with printed cards from the printing centre to an office: counted here, counted there."""

    on: date
    addressee: str
    carrier: str
    sender: Official
    cards: tuple[ShippedCard, ...]
    carrier_post: str = ""
    product: str = "kartu"
    qr: str = ""
