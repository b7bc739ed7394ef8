"""What every paper shares: letterhead, document control, officials, and the base of all data structs.

Dates are `date` in office time, moments are aware UTC `datetime`; both are written out in Indonesian
when the data leaves for the typesetter, so no caller formats a date. NIK and No. KK are handed over in
full (16 digits); the template decides where they are masked.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that appears inside a paper. What is `beside_content` never enters the digest of a paper's
    content, however deep the part stands in it."""

    beside_content: ClassVar[frozenset[str]] = frozenset()


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


class SlipOfCase(Paper):
    """What an applicant takes home."""

    subject: Subject
