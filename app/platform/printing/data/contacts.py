"""Papers of the hotline: the report of a need (annex 13.2) and the information sheet."""

from datetime import date, datetime

from app.platform.printing.data.common import Letter, NumberedPaper, Official, Part


class TextPart(Part):
    """A text under its heading; an empty one leaves room to write."""

    label: str
    text: str


class InformationSheet(NumberedPaper):
    """What a customer asked, and what is said about it. `charts` are pictures of the message as SVG."""

    title: str
    field: str
    channel: str
    customer: str
    phone: str
    received_at: datetime
    received_on: date
    addressee: str
    parts: tuple[TextPart, ...]
    maker: Official
    receiver: Official
    charts: tuple[str, ...] = ()


class IntegrityPact(Letter):
    """The pact that a member signs with the own PIN; `signer` is the member."""

    points: tuple[str, ...]
    head_official: Official
