"""Structs of a service definition file, second half: the form, the kinds of application and the checklist."""

from typing import Annotated, Literal

from msgspec import Meta

from schema.service_fields import Choice, ClassificationCode, Comparison, Field, Letter, NeededLetter, People
from schema.service_standard import (
    Boxes,
    Competence,
    CopyHolder,
    Count,
    Document,
    DocumentChange,
    Duration,
    Facility,
    FileRule,
    FormCode,
    Identity,
    Labelled,
    LegalBasis,
    Limit,
    Line,
    Notice,
    Number,
    Part,
    Partner,
    Product,
    Prose,
    Section,
    Slug,
    Supervision,
)


class FormSection(Labelled, frozen=True, kw_only=True):
    """A group of fields under one heading of the form."""

    hint: str = ""


class DerivedFact(Part, frozen=True, kw_only=True):
    """A fact that follows from a date of the form: one word where its year is even, another where it is odd."""

    id: Slug
    field: Slug
    even_year: Line
    odd_year: Line


class Condition(Part, frozen=True, kw_only=True):
    """A condition that the applicant must meet: while all comparisons of `when` hold, `sentence` is shown."""

    when: Annotated[tuple[Comparison, ...], Meta(min_length=1)]
    level: Literal["refuse", "warn"]
    sentence: Prose
    rule: Line


class Kind(Labelled, frozen=True, kw_only=True):
    """One kind of application within the service; `form_box` is its box on the official form."""

    rule: Line
    form_box: str = ""
    hint: str = ""
    conditions: tuple[Condition, ...] = ()


class AskedBy(Part, frozen=True, kw_only=True):
    """A further rule that asks for the same item, for the named kinds only."""

    kinds: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    rule: Line


class Observation(Part, frozen=True, kw_only=True):
    """What whoever checks a paper writes down of its look, because the paper itself is not kept here.

    The seen one of `choices` is compared with the fact `expected`; `differs_reason` is the reason of a return that
    says that they differ.
    """

    label: Line
    expected: Slug
    choices: Annotated[tuple[Choice, ...], Meta(min_length=2)]
    differs_reason: str = ""


class Requirement(Labelled, frozen=True, kw_only=True):
    """One line of the checklist. No `kinds` means every kind; `detail` may hold {facts} to be filled in.

    `missing_reason` is the reason of a return that says that this one is missing: it comes ticked, and slips do not
    say the same thing twice. `observed` asks what was seen of the paper beside the tick. Any one of the papers of
    `one_of` fulfils it: which was brought is asked, kept and printed.
    """

    rule: Line
    group: Literal["paper", "signature", "proof"] = "paper"
    kinds: tuple[Slug, ...] = ()
    when: tuple[Comparison, ...] = ()
    mandatory: bool = True
    detail: str = ""
    hint: str = ""
    surrendered: bool = False
    missing_reason: str = ""
    also_asked: tuple[AskedBy, ...] = ()
    observed: Observation | None = None
    one_of: Annotated[tuple[Choice, ...], Meta(min_length=2)] = ()

    @property
    def alternatives(self) -> str:
        """`salah satu dari akta, ijazah, atau surat nikah`; empty where only one paper will do."""
        *first, last = [choice.label for choice in self.one_of] or [""]
        if len(first) > 1:
            between = ", atau "
        else:
            between = " atau "
        if not first:
            return ""
        return f"salah satu dari {', '.join(first)}{between}{last}"

    def named(self, chosen: str = "") -> str:
        """What to call it: with the chosen paper, or while none is chosen with all that would do."""
        brought = next((choice.label for choice in self.one_of if choice.value == chosen), "")
        which = brought or self.alternatives
        if which:
            return f"{self.label}: {which}"
        return self.label


Target = Annotated[str, Meta(pattern=r"^@?[a-z][a-z0-9_]*$")]


class Actor(Labelled, frozen=True, kw_only=True):
    """A column of the flowchart: who acts, and which office roles may act for him (none: an outsider).

    `section` is the section of the office to which the work belongs: of the heads of sections only its own acts here.
    """

    short_label: str = ""
    roles: tuple[Slug, ...] = ()
    section: Slug | Literal[""] = ""


class StandardTime(Part, frozen=True, kw_only=True):
    """Standard time of a row as printed, with its minutes where it is a number (`most` for a range).

    A text without any number (*Disesuaikan*) is a value of its own: by schedule and head count, and no clock runs.
    """

    text: Line
    minutes: Count | None = None
    most: Count | None = None

    @property
    def is_by_schedule(self) -> bool:
        return self.minutes is None and not any(letter.isdigit() for letter in self.text)


class Branch(Part, frozen=True, kw_only=True):
    """One arrow of the flowchart out of a row; `to` is the number of a row."""

    label: Line
    to: Count


class Row(Part, frozen=True, kw_only=True):
    """One row of the official procedure (*Kegiatan*). Without `branches` the arrow goes to the next row.

    `also` names further actors of the same row (joint work); `remark` is the column *Ket.* `inferred_because` says why
    the source's performer is believed to be this one; without it the source states him.
    """

    no: Annotated[int, Meta(ge=1, le=999)]
    clause: Number
    title: Line
    actor: Slug
    also: tuple[Slug, ...] = ()
    inferred_because: Annotated[str, Meta(max_length=300)] = ""
    symbol: Literal["terminal", "process", "decision"] = "process"
    question: str = ""
    papers: tuple[Line, ...] = ()
    output: str = ""
    time: StandardTime | None = None
    standard_time: Duration | None = None
    remark: str = ""
    branches: tuple[Branch, ...] = ()


class Outcome(Labelled, frozen=True, kw_only=True):
    """How a step can end. `to` is a step id or `@` and an exit id; the same step again means: noted, still
    waiting.

    `label` is the button, `history` the line of the timeline. `roles` narrows or widens the actor's roles.
    `place` says where the paper file lies afterwards when that is not the place of the next step. It is offered only
    while the form fulfils `when`. `asks` heads the text that it needs (`needs_reason`) where that is no reason.
    `by_word_of`: whoever records it says which person with one of these roles said it by word of mouth. `needs_letter`
    says where the letter of the step must stand before, `needs_people` in which states every person of the request is.
    `needs_files`: the files without which it is not taken, confirmed where their rule asks for that. `reserved`: who
    may not take it sees it greyed, with the posts that may; else it is left out for him.
    """

    history: Line
    to: Target
    roles: tuple[Slug, ...] = ()
    needs_reason: bool = False
    reasons: tuple[Line, ...] = ()
    needs_pin: bool = False
    needs_complete: bool = False
    needs_files: tuple[Slug, ...] = ()
    starts_promise: bool = False
    keeps_promise: bool = False
    reopens_promise: bool = False
    needs_letter: NeededLetter = ""
    place: Slug | Literal[""] = ""
    needs_people: tuple[Slug, ...] = ()
    when: tuple[Comparison, ...] = ()
    asks: Annotated[str, Meta(max_length=60)] = ""
    by_word_of: tuple[Slug, ...] = ()
    reserved: bool = False


class Step(Part, frozen=True, kw_only=True):
    """A state of a case and the work that ends it; tied to its clause and to row `row` of the official
    procedure.

    `side` steps are detours (returned, repair) that the main line of a timeline leaves out. `special` names
    the page that performs the step; without it the generic page does. A step without a printed row says why in
    `no_row_because`. `standard_time` goes before the one of its row. `taken_by_one`: several may do it, so one of them
    takes it and is named. `letter` is the letter that is worked on.
    """

    id: Slug
    clause: Number
    row: Count | None = None
    no_row_because: Annotated[str, Meta(max_length=300)] = ""
    title: Line
    actor: Slug
    place: Slug
    state_label: Line
    meaning: Prose
    next_sentence: Prose
    say: Prose
    papers: tuple[Line, ...] = ()
    output: str = ""
    time: StandardTime | None = None
    standard_time: Duration | None = None
    side: bool = False
    waits_for: Literal["office", "applicant", "partner"] = "office"
    special: Annotated[str, Meta(pattern=r"^([a-z][a-z_]*\.[a-z][a-z_]*)?$")] = ""
    letter: Slug | Literal[""] = ""
    taken_by_one: bool = False
    outcomes: Annotated[tuple[Outcome, ...], Meta(min_length=1)]


class Exit(Labelled, frozen=True, kw_only=True):
    """A final state. `by_hand` exits are taken by their `roles` from `from_steps` (none named: from every
    step).

    `reopens_to` is the step to which a later event (an uncollected card is fetched after all) leads back.
    """

    state_label: Line
    meaning: Prose
    say: Prose
    by_hand: bool = False
    roles: tuple[Slug, ...] = ()
    from_steps: tuple[Slug, ...] = ()
    needs_reason: bool = False
    needs_pin: bool = False
    place: Slug
    reopens_to: str = ""


class Place(Labelled, frozen=True, kw_only=True):
    """A place where the paper file can lie; {n} in the label is the folder or dispatch number."""


class Promise(Part, frozen=True, kw_only=True):
    """The time promise. `starts_on` and `kept_on` are `step.outcome`; days are counted from the day after the
    start.

    `from_age`: for a younger person, unless all of `from_age_unless` holds, the days are counted from the day on which
    this age in years is reached; until then the law lets nobody keep the promise.
    """

    days: Annotated[int, Meta(ge=1, le=366)]
    unit: Literal["working_days", "calendar_days"]
    starts_on: Line
    kept_on: Line
    kept_on_alternative: str = ""
    text: Prose
    clause: Number
    from_age: Annotated[int, Meta(ge=0, le=120)] = 0
    from_age_unless: tuple[Comparison, ...] = ()
    tells: tuple[Notice, ...] = ()


class Fee(Part, frozen=True, kw_only=True):
    """The fee in whole rupiah; 0 is free of charge."""

    rupiah: Annotated[int, Meta(ge=0)]
    text: Prose
    clause: Number


class PauseReason(Labelled, frozen=True, kw_only=True):
    """A listed reason for which the clock may stand still; off unless the file or the office enables it."""

    explanation: Prose
    enabled: bool = False


class Registration(Part, frozen=True, kw_only=True):
    """Who registers cases of a service, where that is not everybody who may end its first step: people with one of
    these `roles`, and of those who work for a village only those of these `villages` (none named: of every one), by
    name.
    """

    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    villages: tuple[Line, ...] = ()


class ShortMessage(Part, frozen=True, kw_only=True):
    """One message (SMS) to an applicant who agreed to it: when the case comes to one of the steps `on`, or so many days
    of the promise before its end while it is not kept (`before_promise`).

    `text` may hold {office}, {code} (of the slip), {hours} and {due}; it names nobody.
    """

    id: Slug
    on: tuple[Slug, ...] = ()
    before_promise: Annotated[int, Meta(ge=1, le=30)] | None = None
    text: Annotated[str, Meta(min_length=10, max_length=140)]


class Definition(Part, frozen=True, kw_only=True):
    """A whole service definition file. `format` is the version of this file format, not of the service.

    `case_number` is the pattern of its numbers: {n} counts per service and year, {code} is `case_code`. Of whatever the
    field `one_open_per` names (a person by NIK) one case may be open at a time; with `one_open_with`, of those that say
    the same in these fields too (a letter's number and its sender).
    `conditions` hold for every kind, beside the kind's own. `registration` says who registers them, `classification`
    is the code of its letters that name none.
    """

    format: Literal[2]
    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
    name: Line
    short_name: Line
    case_code: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
    case_number: Annotated[str, Meta(min_length=3, max_length=60)] = "{n:04}/{code}/{year}"
    one_open_per: Slug | Literal[""] = ""
    one_open_with: tuple[Slug, ...] = ()
    classification: ClassificationCode = ""
    registration: Registration | None = None
    identity: Identity
    distribution: tuple[CopyHolder, ...] = ()
    chronology: tuple[DocumentChange, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    boxes: Boxes | None = None
    sections: tuple[Section, ...] = ()
    product: Product | None = None
    facilities: tuple[Facility, ...] = ()
    competence: tuple[Competence, ...] = ()
    supervision: Supervision | None = None
    documents: tuple[Document, ...] = ()
    form_codes: tuple[FormCode, ...] = ()
    derived_facts: tuple[DerivedFact, ...] = ()
    form_sections: tuple[FormSection, ...] = ()
    fields: tuple[Field, ...] = ()
    conditions: tuple[Condition, ...] = ()
    kinds: Annotated[tuple[Kind, ...], Meta(min_length=1)]
    requirements: tuple[Requirement, ...] = ()
    actors: Annotated[tuple[Actor, ...], Meta(min_length=1)]
    files: tuple[FileRule, ...] = ()
    places: Annotated[tuple[Place, ...], Meta(min_length=1)]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1, max_length=100)]
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    exits: Annotated[tuple[Exit, ...], Meta(min_length=1)]
    promise: Promise | None = None
    limits: tuple[Limit, ...] = ()
    partner: Partner | None = None
    letters: tuple[Letter, ...] = ()
    messages: tuple[ShortMessage, ...] = ()
    fee: Fee | None = None
    pauses: tuple[PauseReason, ...] = ()
    people: People | None = None
