"""Structs of a service definition file, first half: the printed standard (the document that hangs on the
wall).

Texts are kept twice where the paper is wrong: `printed` is what stands on the paper, letter by letter, and
`reading` is how it must be read. `Clause.text` is what a page shows. Nothing here decides what a case does
next; that half is `schema.service_procedure`.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
Prose = Annotated[str, Meta(min_length=1, max_length=4000)]
Number = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)*$")]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every table of the file: immutable, and an unknown key is an error, never ignored."""


class Signatory(Part, frozen=True, kw_only=True):
    """One of the posts that bring a revision into force, in the order of signing; the person is entered in the office,
    never here. `roles` may sign for the post.
    """

    id: Slug
    label: Line
    post: Line
    roles: tuple[Slug, ...] = ()


class Identity(Part, frozen=True, kw_only=True):
    """Identity block of the document as on its first page and running head."""

    number: Line
    full_number: Line
    printed_number: str = ""
    document_kind: Line
    title: Line
    office: Line
    revision: Annotated[str, Meta(pattern=r"^[0-9]{2,3}$")]
    revised_on: date | None = None
    issued_on: date
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
    """One numbered sentence of the standard. `number` is empty for a section that has a single paragraph."""

    number: str = ""
    printed: Prose
    reading: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The sentence as it must be read."""
        return self.reading or self.printed


class Grid(Part, frozen=True, kw_only=True):
    """A small table printed inside a section."""

    title: str = ""
    columns: Annotated[tuple[Line, ...], Meta(min_length=1)]
    rows: tuple[tuple[str, ...], ...]


class Section(Part, frozen=True, kw_only=True):
    """One chapter of the standard in printed order; `shows` names structured data printed in its place."""

    number: Number
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
    """One thing that the service needs."""

    clause: Number
    name: Line
    quantity: Count
    unit: Line


class Competence(Part, frozen=True, kw_only=True):
    """One post, what its holder must know, and how many holders there are."""

    clause: Number
    post: Line
    education: str = ""
    training: tuple[Line, ...] = ()
    skills: tuple[Line, ...] = ()
    experience: str = ""
    staff: Count


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
