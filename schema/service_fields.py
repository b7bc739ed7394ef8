"""Structs of one field of a form: of the application, or of the people in it."""

from typing import Annotated, Literal

from msgspec import Meta

from schema.service_standard import Labelled, Line, Part, Slug

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
        """The head of its column."""
        return self.column or self.label

    def masked(self, value: str) -> str:
        """`350899******0003` of a NIK; of a value shorter than the whole only stars, of a field without mask all."""
        if self.mask is None:
            return value
        first, last = self.mask.first, self.mask.last
        if len(value) < max(self.max_length, first + last + 1):
            return "*" * len(value)
        return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]
