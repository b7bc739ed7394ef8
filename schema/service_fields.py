"""Structs of what a procedure asks and writes: fields of a form, letters that name them, and many people in one request
(list, states, moves, schedule and papers; and what must agree in them)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from schema.service_standard import Labelled, Line, Part, Slug
from schema.toml_lines import KeyPath

FieldType = Literal[
    "text",
    "longtext",
    "nik",
    "kk",
    "nip",
    "date",
    "sex",
    "village",
    "rt",
    "rw",
    "postcode",
    "phone",
    "choice",
    "tick",
]
DAYS = "_days"
"""What stands behind a date field's id in the fact of how many days ahead its date is."""
FieldRole = Literal["", "name", "key", "family_key", "birth", "area", "home", "sex", "mother", "phone", "sms"]


class Comparison(Part, frozen=True, kw_only=True):
    """One comparison with a fact of the case (a field id, `kind`, `age`, or a date field with :data:`DAYS`); the given
    comparisons must all hold.

    A fact that is not known fails every comparison, so an unfinished form asks for less, never for nonsense.
    Only `not_one_of` passes it: what is asked of everybody but a few is asked from the first moment.
    """

    fact: Slug
    equals: str | None = None
    one_of: tuple[str, ...] | None = None
    not_one_of: tuple[str, ...] | None = None
    below: int | None = None
    at_least: int | None = None


class Choice(Part, frozen=True, kw_only=True):
    """One possible answer of a choice field."""

    value: Slug
    label: Line


class Mask(Part, frozen=True, kw_only=True):
    """How much of a value is shown where the whole is not needed: its `first` and `last` characters."""

    first: Annotated[int, Meta(ge=0, le=20)] = 0
    last: Annotated[int, Meta(ge=0, le=20)] = 0


class Field(Labelled, frozen=True, kw_only=True):
    """One field of the form. `role` says what the desk may use it for without knowing the service.

    Fields of the role `home` are the parts of one address, smallest place first. `searchable` fields go into the
    search index; `when` shows (and, with `required`, demands) the field only while all its comparisons hold;
    `choices_from` fills a choice field from the kinds or the form codes of the same file. `column` heads its column in
    lists where that is not the label, `search_hint` is what the search box says, `mask` how lists show it (left out:
    the whole). Fields of `people` stand in no `section`.
    """

    type: FieldType
    section: Slug | Literal[""] = ""
    required: bool = False
    searchable: bool = False
    role: FieldRole = ""
    max_length: Annotated[int, Meta(ge=0, le=2000)] = 0
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    choices_from: Literal["", "kinds", "form_codes"] = ""
    when: tuple[Comparison, ...] = ()
    column: Annotated[str, Meta(max_length=40)] = ""
    search_hint: Annotated[str, Meta(max_length=100)] = ""
    mask: Mask | None = None

    @property
    def heading(self) -> str:
        return self.column or self.label

    def masked(self, value: str) -> str:
        """`350899******0003` of a NIK; of a value shorter than the whole only stars, of a field without mask all."""
        if self.mask is None:
            return value
        first = self.mask.first
        last = self.mask.last
        if len(value) < max(self.max_length, first + last + 1):
            return "*" * len(value)
        return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]


ClassificationCode = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.]{0,20}$")]
Urgency = Literal["ordinary", "important", "urgent", "at_once", "secret"]
NeededLetter = Literal["", "registered", "disposed", "drafted", "returned", "initialled", "signed", "numbered", "sent"]
"""Where a letter must stand before an outcome. `disposed` and `initialled` ask it of the roles that take the outcome:
their disposition, their initial."""
INCOMING = frozenset({"registered", "disposed"})
"""What an incoming letter can be; everything else is of outgoing ones."""
LETTER_FACTS = frozenset(
    {"office", "place", "today", "case_number", "applicant"}
    | {"request_number", "request_date", "request_sender", "request_subject"}
    | {"schedule", "clothing", "people_count", "people_names", "people_schedule"}
    | {"members", "until", "answerers", "laws", "enacting", "enacted_by"}
)
"""Facts beside those of the form that a letter may name: of the office, the case, the letter that asked for it, and
what rooms know of the case (`app.room.CaseHooks.letter_facts`)."""


class LetterDetail(Part, frozen=True, kw_only=True):
    """A row of a letter's list: what it is, and its words, which may hold {facts} of the case."""

    label: Annotated[str, Meta(min_length=1, max_length=60)]
    text: Annotated[str, Meta(min_length=1, max_length=300)]


DETAILS = "details"
"""Where the list of a letter stands in its text: {details} on a line of its own."""


LetterForm = Literal["letter", "decree", "memo", "order", "statement", "report", "minutes"]
"""How a letter is drawn: with an address, as keputusan, nota dinas, surat tugas, surat keterangan, laporan, notulen."""


class Letter(Labelled, frozen=True, kw_only=True):
    """A letter of the procedure. Its texts may hold {facts} of the case.

    An outgoing one (`out`) has a text with `subject` and `addressed_to` (a line each), is initialled by one of each
    role of `initials` in this order and signed by one of `signatories`; blank lines part paragraphs, a line with `|`
    is a row of a table. `number` is the pattern of its numbers, where the office's own does not fit: {n} counts all
    letters of a year, {code} is `classification`. Of an incoming one (`in`) the texts are what the agenda begins
    with; `sender`, `letter_number` and `letter_date` are its own. A decree (`form`) prints a title in place of address.
    `details` are the rows of a list, label and words, that stand where the text says {details}. `handed_by`: people
    with one of these roles hand it to the applicant at the counter, which marks it as sent.
    """

    direction: Literal["in", "out"] = "out"
    form: Literal["letter", "decree"] = "letter"
    subject: Line
    addressed_to: Annotated[str, Meta(max_length=1000)] = ""
    text: Annotated[str, Meta(max_length=8000)] = ""
    attachment: Annotated[str, Meta(max_length=200)] = ""
    copies: tuple[Line, ...] = ()
    initials: tuple[Slug, ...] = ()
    signatories: tuple[Slug, ...] = ()
    classification: ClassificationCode = ""
    number: Annotated[str, Meta(max_length=60)] = ""
    urgency: Urgency = "ordinary"
    sender: Annotated[str, Meta(max_length=300)] = ""
    letter_number: Annotated[str, Meta(max_length=100)] = ""
    letter_date: Annotated[str, Meta(max_length=40)] = ""
    details: Annotated[tuple[LetterDetail, ...], Meta(max_length=30)] = ()
    handed_by: tuple[Slug, ...] = ()


class PersonState(Labelled, frozen=True, kw_only=True):
    """What has become of one of the people of a request. The request closes when all of them are in a `final` state.

    `counts_as` is its column in the balance: asked for = made + cancelled + still open.
    """

    final: bool = False
    counts_as: Literal["open", "made", "cancelled"] = "open"
    look: Literal["good", "wait", "warn", "bad", "idle", "back", "sent"] = "wait"


class PersonMove(Labelled, frozen=True, kw_only=True):
    """From which states to which one a person may go, by which `roles`, during which `steps` of the request (none
    named: every one). `label` is the button, `history` the line in the person's story.

    `attends`: it says what happened on the day for which the person was asked to come, so it is noted from that day on.
    """

    history: Line
    from_states: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    to: Slug
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    steps: tuple[Slug, ...] = ()
    needs_reason: bool = False
    reasons: tuple[Line, ...] = ()
    attends: bool = False


Hours = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3])\.[0-5][0-9]-([01][0-9]|2[0-3])\.[0-5][0-9]$")]


class PeopleSchedule(Part, frozen=True, kw_only=True):
    """Days on which the people of requests come: in slots of so many, by the move `move`; `again` are the states of
    those who must be asked to come once more.

    `clothing` is what the invited are told to wear. `hours` and `capacity` are offered when days are opened.
    """

    label: Line
    move: Slug
    again: tuple[Slug, ...] = ()
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    clothing: str = ""
    place: str = ""
    hours: Annotated[tuple[Hours, ...], Meta(min_length=1)]
    capacity: Annotated[int, Meta(ge=1, le=500)]


class PeoplePaper(Labelled, frozen=True, kw_only=True):
    """A list of the people as a paper: those in `states` (none named: all), with the fields of `columns`.

    `shows` adds what the program knows; `signed`: room for a signature behind each. `opening` stands above the table,
    `giver` and `receiver` sign below it: an official with that role (none named: whoever prints), and somebody from
    outside.
    """

    shows: Literal["", "schedule", "report"] = ""
    states: tuple[Slug, ...] = ()
    columns: tuple[Slug, ...] = ()
    signed: bool = False
    opening: str = ""
    giver: Slug | Literal[""] = ""
    giver_heading: Line
    receiver: str = ""


class People(Part, frozen=True, kw_only=True):
    """Many people in one request: each a row with these `fields`, and a state of his own from `first` on.

    `key` and `name` are fields of the list. Of a person one row may be open at a time: in this service with `one_open`,
    else in his request. `roles` keep the list, during `steps` (none named: always). `most` is how many a request holds.
    """

    label: Line
    key: Slug
    name: Slug
    one_open: bool = False
    most: Annotated[int, Meta(ge=1, le=2000)] = 500
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    steps: tuple[Slug, ...] = ()
    first: Slug
    fields: Annotated[tuple[Field, ...], Meta(min_length=2)]
    states: Annotated[tuple[PersonState, ...], Meta(min_length=1)]
    moves: Annotated[tuple[PersonMove, ...], Meta(min_length=1)]
    schedule: PeopleSchedule | None = None
    papers: tuple[PeoplePaper, ...] = ()


def people_faults(people: People) -> Iterator[tuple[KeyPath, str]]:
    """What a list of people says of itself: (path of the key, sentence) of each fault."""
    known = {field.id: field for field in people.fields}
    for name in ("key", "name"):
        field = known.get(getattr(people, name))
        if field is not None and not field.required:
            yield ("people", name), f"kolom {field.id} harus wajib diisi; tulis required = true."
    for i, field in enumerate(people.fields):
        if field.when or field.choices_from or (field.type == "choice") != bool(field.choices):
            yield ("people", "fields", i), "kolom daftar orang tidak memakai when atau choices_from."
    for i, move in enumerate(people.moves):
        if move.attends and people.schedule is None:
            yield ("people", "moves", i, "attends"), "kehadiran memerlukan jadwal; tulis [people.schedule]."
    yield from _state_faults(people)


def _state_faults(people: People) -> Iterator[tuple[KeyPath, str]]:
    """Every state can be reached, every open one can be left, and one at least ends the way."""
    reached = {people.first}
    before = set[str]()
    while reached != before:
        before = set(reached)
        reached |= {move.to for move in people.moves if reached & {*move.from_states}}
    left = {name for move in people.moves for name in move.from_states}
    for i, state in enumerate(people.states):
        if state.id not in reached or (not state.final and state.id not in left):
            yield ("people", "states", i), f"keadaan {state.id} tidak dapat dicapai, atau tidak dapat ditinggalkan."
        if state.final == (state.counts_as == "open"):
            yield ("people", "states", i, "counts_as"), "keadaan akhir, dan hanya itu, dihitung made atau cancelled."
    if not any(state.final for state in people.states):
        yield ("people", "states"), "perlu paling sedikit satu keadaan akhir (final = true)."
