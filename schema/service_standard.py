"""Structs of a service definition file, first half: the printed standard that hangs on the wall, clocks and partner.

Texts are kept twice where the paper is wrong: `printed` is what stands on the paper, letter by letter, and
`reading` is how it must be read. `Clause.text` is what a page shows. What a case does next is the other half,
`schema.service_procedure`.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
Prose = Annotated[str, Meta(min_length=1, max_length=4000)]
Number = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)*$")]
NumberOrNone = Annotated[str, Meta(pattern=r"^([0-9]+(\.[0-9]+)*)?$")]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every table of the file: immutable, and an unknown key is an error, never ignored."""


class Labelled(Part, frozen=True, kw_only=True):
    """An entry of a table: what the file calls it, and what people read."""

    id: Slug
    label: Line


class Signatory(Labelled, frozen=True, kw_only=True):
    """One of the posts that bring a revision into force, in the order of signing; the person is entered in the office,
    never here. `roles` may sign for the post.

    `on_paper`: an authority outside the office signs on paper, and `roles` record that. `may_repeat`: whoever signed
    for another post before may sign for this one too.
    """

    post: Line
    roles: tuple[Slug, ...] = ()
    on_paper: bool = False
    may_repeat: bool = False


class CopyHolder(Part, frozen=True, kw_only=True):
    """Who gets the copy of this number of the document; `roles` may say that it came."""

    number: Annotated[int, Meta(ge=1, le=999)]
    holder: Line
    roles: tuple[Slug, ...] = ()


class DocumentChange(Part, frozen=True, kw_only=True):
    """One line of the printed chronology of the document; what the source leaves empty stays empty."""

    on: date
    note: str = ""
    remark: str = ""


class Identity(Part, frozen=True, kw_only=True):
    """Identity block of the document as on its first page and running head; what is empty there stays empty.

    `revision` is what the program tells revisions apart by, printed or not. `annex_of` are the lines above the block of
    an annex, `statuses` the words of the status table: of the original, then of a controlled copy. `running_head`:
    every page is headed by number, revision, page, day of issue and room for initials. `copying` is the sentence that
    says who may copy it.
    """

    number: str = ""
    full_number: str = ""
    printed_number: str = ""
    document_kind: Line
    title: Line
    office: Line
    revision: Annotated[str, Meta(pattern=r"^[0-9]{2,3}$")]
    revised_on: date | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    annex_of: str = ""
    running_head: bool = False
    copying: str = ""
    statuses: Annotated[tuple[Line, ...], Meta(max_length=4)] = ()
    signatories: Annotated[tuple[Signatory, ...], Meta(min_length=1)]


class LegalBasis(Part, frozen=True, kw_only=True):
    """One entry of the legal basis: as printed, as it must be read, and what stands in its place today."""

    number: Number
    printed: Prose
    reading: str = ""
    superseded_by: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The entry as it must be read."""
        return self.reading or self.printed


class Clause(Part, frozen=True, kw_only=True):
    """One numbered sentence of the standard, under a title of its own where it has one.

    `number` is empty for a section that has a single paragraph; `printed_number` is what the paper has where two
    sentences bear the same one.
    """

    number: str = ""
    printed_number: str = ""
    title: str = ""
    printed: Prose
    reading: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The sentence as it must be read."""
        return self.reading or self.printed

    @property
    def numbered(self) -> str:
        """The number that the paper prints before it."""
        return self.printed_number or self.number


class Grid(Part, frozen=True, kw_only=True):
    """A small table printed inside a section."""

    title: str = ""
    columns: Annotated[tuple[Line, ...], Meta(min_length=1)]
    rows: tuple[tuple[str, ...], ...]


Topic = Literal["supervision", "complaints", "guarantee", "policy", "performance"]
Box = Literal["qualification", "relation", "equipment", "warning", "records"]


class Boxes(Part, frozen=True, kw_only=True):
    """The boxes of the official SOP form (PermenPANRB 35/2012) of a document that has no chapters of that content.

    Beside them stands the legal basis. A chapter that belongs into one of them says so: `Section.box`.
    """

    qualification: tuple[Prose, ...] = ()
    relation: tuple[Prose, ...] = ()
    equipment: tuple[Prose, ...] = ()
    warning: tuple[Prose, ...] = ()
    records: tuple[Prose, ...] = ()


class Section(Part, frozen=True, kw_only=True):
    """One chapter of the standard in printed order; `shows` names structured data printed in its place.

    `topic` says what it is about where a page of the office works with that; `box` is the box of the official form that
    it fills. `printed_number` is what the paper has where it counts wrongly.
    """

    number: Number
    printed_number: str = ""
    box: Box | Literal[""] = ""
    topic: Topic | Literal[""] = ""
    title: Line
    printed_title: str = ""
    shows: Literal["clauses", "legal_basis", "facilities", "competence"] = "clauses"
    clauses: tuple[Clause, ...] = ()
    tables: tuple[Grid, ...] = ()


class Product(Part, frozen=True, kw_only=True):
    """What the applicant receives."""

    clause: Number
    name: Line
    description: Prose


class Facility(Part, frozen=True, kw_only=True):
    """One thing that the service needs; without `clause` where the paper lists it under no number of its own.

    `stops`: the steps that stand still while none of it works.
    """

    clause: NumberOrNone = ""
    name: Line
    quantity: Count
    unit: Line
    stops: tuple[Slug, ...] = ()


class Competence(Part, frozen=True, kw_only=True):
    """One post, what its holder must know, and how many holders there are. `roles` hold the post in an office.

    `reading` is the post as it must be read. `no_training`: the paper says that none is asked, with a dash; without
    that and without `training` it says nothing about it.
    """

    clause: NumberOrNone = ""
    post: Line
    reading: str = ""
    roles: tuple[Slug, ...] = ()
    education: str = ""
    training: tuple[Line, ...] = ()
    no_training: bool = False
    skills: tuple[Line, ...] = ()
    experience: str = ""
    staff: Count

    @property
    def held_post(self) -> str:
        """The post as it must be read."""
        return self.reading or self.post


class Supervision(Part, frozen=True, kw_only=True):
    """Who watches over the process and the product."""

    clause: Number
    post: Line
    roles: tuple[Slug, ...] = ()
    text: Prose


class Document(Part, frozen=True, kw_only=True):
    """A promise that stands on its own and that anyone may open, such as a guarantee."""

    id: Slug
    clause: Number
    title: Line
    text: Prose
    signed_by: Line
    note: str = ""


class FormCode(Part, frozen=True, kw_only=True):
    """A code of the application form with its period; `label` is what pages and papers print, never the bare
    code.
    """

    id: Slug
    code: Line
    label: Line
    valid_from: date | None = None
    valid_until: date | None = None
    rule: str = ""
    note: str = ""


Unit = Literal["working_seconds", "working_minutes", "working_hours", "working_days", "calendar_days"]
UNIT_WORDS: dict[Unit, str] = {
    "working_seconds": "detik",
    "working_minutes": "menit kerja",
    "working_hours": "jam kerja",
    "working_days": "hari kerja",
    "calendar_days": "hari kalender",
}
Moment = Annotated[str, Meta(pattern=r"^(@opened|[a-z][a-z0-9_]*\.@?[a-z][a-z0-9_]*)$")]


class Duration(Part, frozen=True, kw_only=True):
    """An amount of time by the office's calendar; `calendar_days` counts every day."""

    amount: Annotated[int, Meta(ge=1, le=100_000)]
    unit: Unit


class Notice(Part, frozen=True, kw_only=True):
    """Who is told `after` so much more time when a limit is over; only within office hours. `early`: from the least of
    a range on, while the limit still runs.
    """

    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    after: Count = 0
    unit: Unit = "working_hours"
    early: bool = False


class Reading(Labelled, frozen=True, kw_only=True):
    """Another way to read the sentence behind a limit; an office may choose it in its settings."""

    amount: Annotated[int, Meta(ge=1, le=100_000)]
    unit: Unit


class Limit(Labelled, frozen=True, kw_only=True):
    """A clock of a case: an amount of time, or a range (least, most) whose most it is due after.

    It starts, stops and goes on again at moments of the case: `@opened`, `step.@entered` or `step.outcome`, and for the
    step in which a partner answers `step.@received`, when what was sent has reached it. What it stops on and starts on
    again begins it anew. `pauses` names the listed reasons that may stop it (left out: every one of the file). `tells`
    are told in order while nobody reacts. `readings` are other amounts that the same sentence may mean, each in another
    unit. The `[promise]` of a file is the limit `promise`.
    """

    clause: Number | Literal[""] = ""
    amount: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    range: tuple[Count, Count] | None = None
    unit: Unit
    starts_on: Annotated[tuple[Moment, ...], Meta(min_length=1)]
    stops_on: Annotated[tuple[Moment, ...], Meta(min_length=1)]
    restarts_on: tuple[Moment, ...] = ()
    pauses: tuple[Slug, ...] | None = None
    tells: tuple[Notice, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def most(self) -> int:
        """The amount after which it is due."""
        if self.range:
            return self.range[1]
        return self.amount or 0

    def amount_in(self, unit: str) -> int:
        """The amount of the reading in that unit, under which a deadline began."""
        return next((reading.amount for reading in self.readings if reading.unit == unit), self.most)


class FileRule(Labelled, frozen=True, kw_only=True):
    """What a file of one purpose may be, such as the photo of a card: its types, the most kilobytes, the fewest pixels,
    and the proportion of width to height, from which a picture may differ by `tolerance` percent. One that is to be
    `confirmed` counts only after somebody looked at it beside the name.
    """

    types: Annotated[tuple[Literal["jpeg", "png", "pdf", "xlsx"], ...], Meta(min_length=1)]
    max_kb: Annotated[int, Meta(ge=1, le=4000)] = 2000
    width: Count = 0
    height: Count = 0
    ratio: Annotated[str, Meta(pattern=r"^([1-9][0-9]?:[1-9][0-9]?)?$")] = ""
    tolerance: Annotated[int, Meta(ge=0, le=20)] = 3
    confirmed: bool = False
    hint: str = ""


class PartnerSteps(Part, frozen=True, kw_only=True):
    """Which steps of the file send to a partner, wait for its answer, mend what it refused, receive and hand over."""

    send: Slug
    answer: Slug
    repair: Slug | Literal[""] = ""
    arrive: Slug | Literal[""] = ""
    hand_over: Slug | Literal[""] = ""


class AnswerValue(Part, frozen=True, kw_only=True):
    """A number that comes with an answer and that only those may read who need it: sealed on its way and in every
    table, masked on pages, shown to one person at a time with a line in the access log. `least` and `most` are its
    digits."""

    label: Annotated[str, Meta(min_length=1, max_length=40)]
    least: Annotated[int, Meta(ge=4, le=40)]
    most: Annotated[int, Meta(ge=4, le=40)]


class PartnerAnswer(Part, frozen=True, kw_only=True):
    """What the partner may answer to a line, the outcome that it gives, and the reasons to choose from.

    `accepted`: the partner has it in work; `printed`: it is made, whatever the label calls that; `refused`: it comes
    back with a reason. `value` comes with `printed`.
    """

    id: Literal["accepted", "printed", "refused"]
    label: Line
    outcome: Slug
    reasons: tuple[Line, ...] = ()
    value: AnswerValue | None = None


class PartnerColumn(Part, frozen=True, kw_only=True):
    """A column of the list that goes to the partner: a field of the form, or several as one text.

    `supplied` takes what is no field: the `address`, or what the service keeps of the person beside the form (`record`,
    and `record_day`). `head` is its heading where that is not the field's own, `width` that of the spreadsheet.
    """

    fields: tuple[Slug, ...] = ()
    supplied: Literal["", "address", "record", "record_day"] = ""
    head: str = ""
    width: Annotated[int, Meta(ge=4, le=80)] = 20


class Partner(Part, frozen=True, kw_only=True):
    """Who gets the files of this service outside the office and sends them back: another service, a printer, a bureau.

    `name` stands on papers, `short` in lists; `product` is the word for what comes back. `columns` stand in the
    spreadsheet, `annex` in the list behind the covering letter (left out: the key and the kind); `address` are the
    fields of an address, smallest place first. `papers` go along, and of each case its newest file of these `files`
    (behind the lines, where the partner runs a Loket). `inspect` is what the receiver looks at
    before it is taken home. `promise` is how long the partner may take. One that `gives` advice answers each line with
    its opinion and nothing comes back: it has no product, no arrival and no hand-over.
    """

    id: Slug
    name: Line
    short: Line
    stream: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    gives: Literal["product", "advice"] = "product"
    product: Line | Literal[""] = ""
    columns: Annotated[tuple[PartnerColumn, ...], Meta(min_length=1)]
    annex: tuple[PartnerColumn, ...] = ()
    address: tuple[Slug, ...] = ()
    steps: PartnerSteps
    answers: Annotated[tuple[PartnerAnswer, ...], Meta(min_length=1)]
    papers: tuple[Literal["covering_letter", "minutes"], ...] = ()
    files: tuple[Slug, ...] = ()
    inspect: tuple[Line, ...] = ()
    promise: Duration | None = None

    @property
    def advises(self) -> bool:
        return self.gives == "advice"

    @property
    def made(self) -> str:
        """The word for what the partner gives: its product, or its opinion."""
        return self.product or "pendapat"
