"""What every paper shares: letterhead, document control, officials, and the base of all data structs.

Dates are `date` in office time, moments are aware UTC `datetime`; both are written out in Indonesian
when the data leaves for the typesetter, so no caller formats a date. NIK and No. KK are handed over in
full (16 digits); the template decides where they are masked.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Literal, Self, get_args, get_type_hints

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that appears inside a paper. What is `beside_content` never enters the digest of a paper's
    content, however deep the part stands in it."""

    beside_content: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, row: Any, /, **others: Any) -> Self:
        """What a row says: each field takes the value of its name, as a field's type wants it; `others` say the rest.

        Text of a day or moment becomes one, empty text no day, 0 and 1 truth, a list a tuple. Raises TypeError for a
        field that neither says, msgspec.ValidationError for a value that is not what the field asks.
        """
        values = values_of(row)
        types = field_types(cls)
        names = [name for name in types if name in values and name not in others]
        return cls(**{name: to_field(values[name], types[name]) for name in names}, **others)


def values_of(row: Any) -> Mapping[str, Any]:
    """What a row of a table, a struct or a named tuple holds, by name."""
    if isinstance(row, msgspec.Struct):
        return msgspec.structs.asdict(row)
    if isinstance(row, tuple):
        named: Mapping[str, Any] = row._asdict()  # type: ignore[attr-defined]  # a named tuple
        return named
    return {name: value for name, value in vars(row).items() if name[:1] != "_"} | row.__data__


@cache
def field_types(part: type[Part]) -> dict[str, Any]:
    """Field → its type."""
    hints = get_type_hints(part)
    return {name: hints[name] for name in part.__struct_fields__}


def to_field(value: Any, kind: Any) -> Any:
    """A value as a field wants it."""
    optional = type(None) in get_args(kind) and str not in get_args(kind)
    if optional and value == "":
        return None
    return msgspec.convert(value, kind, strict=False)


class SecretCode(Part):
    """A code that only its paper knows, as one reads it and in the QR.

    The office keeps a digest of what a paper says, and 35 bits are guessed from a digest: so the code stays beside it.
    `issue` says there which code it is and nothing about it.
    """

    beside_content: ClassVar[frozenset[str]] = frozenset({"code", "qr"})

    code: str
    qr: str
    issue: str


class Letterhead(Part):
    """The office that speaks. `arms` is the file of the regency's arms (SVG or PNG bytes), empty for a placeholder."""

    regency: str  # "Kabupaten Lumajang", of another kind of office what it belongs to
    office: str  # "Kecamatan Yosowilangun"
    place: str  # of the date line: "Yosowilangun"
    prefix: str = "Pemerintah"
    address: str = ""
    contact: str = ""
    arms: bytes = b""
    phone: str = ""  # of a slip, which has no room for all of `contact`


class Control(Part):
    """Document control as on an ISO sheet: `document` is the standard or form number; a day may be left empty."""

    document: str
    revision: str
    issued_on: date | None


class Official(Part):
    """A person who signs.

    `acting` says in which capacity: "" holds the post, "plt" and "plh" stand in for it (`decree` names the
    order, or the post in which somebody signed a document), "an" signs on behalf of `on_behalf_of`, "ub" does so for
    the post `through`. `standing` is the rank by which a block orders its signatures, the highest at the right.
    `approved_at` is set when a PIN confirmed the decision in the system; it is printed as "persetujuan dalam sistem",
    never as a digital signature.
    """

    name: str
    post: str
    nip: str = ""
    rank: str = ""
    acting: Literal["", "plt", "plh", "an", "ub"] = ""
    on_behalf_of: str = ""
    through: str = ""
    standing: int = 0
    decree: str = ""
    approved_at: datetime | None = None


class Paper(Part, kw_only=True):
    """Base of all papers. `printed_at` is also the creation date inside the PDF, a `draft` says DRAF on every page, and
    what is `beside_content` may differ between two prints of one content."""

    beside_content: ClassVar[frozenset[str]] = frozenset({"head", "printed_at", "printed_by"})

    head: Letterhead
    control: Control
    printed_at: datetime
    printed_by: str
    draft: bool = False


class NumberedPaper(Paper):
    number: str


class Letter(NumberedPaper):
    """A numbered paper of one day that one official signs."""

    on: date
    signer: Official


class QuarterPaper(NumberedPaper):
    """About a span of days; `digest` over what it says stands in its footer."""

    span: str
    digest: str


class Subject(Part):
    """The applicant and the file as named on slips and receipts. `code` is the public slip code, `key` as the
    service shows its key on papers (`key_label`)."""

    beside_content: ClassVar[frozenset[str]] = frozenset({"status"})

    number: str
    code: str
    service: str
    kind: str
    name: str
    key_label: str
    key: str
    village: str
    qr: str = ""
    product: str = "hasil"
    sms: str = ""  # that an SMS will come, and how to stop it
    status: str = ""  # where the regency's public page answers the code


class SlipOfCase(Paper):
    """What an applicant takes home."""

    subject: Subject
