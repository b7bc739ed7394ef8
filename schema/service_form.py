"""Structs of a service definition file, second part: the form, the kinds of application and the checklist."""

from typing import Annotated, Literal

from msgspec import Meta

from schema.service_standard import Line, Part, Prose, Slug

FieldType = Literal[
    "text",
    "longtext",
    "nik",
    "kk",
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
FieldRole = Literal["", "name", "key", "family_key", "birth", "area", "home", "sex", "mother", "phone"]


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


class FormSection(Part, frozen=True, kw_only=True):
    """A group of fields under one heading of the form."""

    id: Slug
    label: Line
    hint: str = ""


class Field(Part, frozen=True, kw_only=True):
    """One field of the form. `role` says what the desk may use it for without knowing the service.

    Fields of the role `home` are the parts of one address, smallest place first. `searchable` fields go into the
    search index; `when` shows (and, with `required`, demands) the field only while all its comparisons hold;
    `choices_from` fills a choice field from the kinds or the form codes of the same file.
    """

    id: Slug
    label: Line
    type: FieldType
    section: Slug
    required: bool = False
    searchable: bool = False
    role: FieldRole = ""
    max_length: Annotated[int, Meta(ge=0, le=2000)] = 0
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    choices_from: Literal["", "kinds", "form_codes"] = ""
    when: tuple[Comparison, ...] = ()


class Condition(Part, frozen=True, kw_only=True):
    """A condition that the applicant must meet: while all comparisons of `when` hold, `sentence` is shown."""

    when: Annotated[tuple[Comparison, ...], Meta(min_length=1)]
    level: Literal["refuse", "warn"]
    sentence: Prose
    rule: Line


class Kind(Part, frozen=True, kw_only=True):
    """One kind of application within the service; `form_box` is its box on the official form."""

    id: Slug
    label: Line
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


class Requirement(Part, frozen=True, kw_only=True):
    """One line of the checklist. No `kinds` means every kind; `detail` may hold {facts} to be filled in.

    `missing_reason` is the reason of a return that says that this one is missing: it comes ticked, and slips do not
    say the same thing twice. `observed` asks what was seen of the paper beside the tick.
    """

    id: Slug
    label: Line
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
