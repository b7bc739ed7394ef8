"""Papers of the road to the printing centre: covering letter with annex, minutes, daily reconciliation."""

from __future__ import annotations

from datetime import date, datetime

from app.printing.data.common import Official, Paper, Part


class LetterItem(Part):
    """What is sent, and how many."""

    text: str
    count: int
    note: str = ""


class DispatchLine(Part):
    """One line of a dispatch; `answer` is empty on the way out, `home` tells where somebody from elsewhere lives."""

    line: int
    number: str
    name: str
    nik: str
    village: str
    kind: str
    kk: str = ""
    recording: str = ""
    """Status of the recording and its day, as they were known when the line was sent."""
    note: str = ""
    answer: str = ""
    home: str = ""


class CoveringLetter(Paper):
    """Covering letter (surat pengantar); its annex shows full NIKs and is therefore marked Terbatas."""

    number: str
    on: date
    subject: str
    addressee: tuple[str, ...]
    dispatch: str
    items: tuple[LetterItem, ...]
    closing: tuple[str, ...]
    signer: Official
    lines: tuple[DispatchLine, ...]
    secrecy: str = "Terbatas"
    file_name: str = ""
    digest: str = ""
    qr: str = ""


class Party(Part):
    """Who hands over or receives; an empty name leaves room to write it."""

    name: str = ""
    post: str = ""
    nip: str = ""
    order: str = ""  # number of the surat perintah


class MinutesItem(Part):
    """What changes hands, and how many according to the list."""

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


class Minutes(Paper):
    """Berita acara of handing a dispatch over to the printing centre."""

    number: str
    at: datetime
    dispatch: str
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
    """Daily reconciliation sheet."""

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


class ShippingList(Paper):
    """List that goes with printed cards from the printing centre to an office: counted here, counted there."""

    number: str
    on: date
    addressee: str
    carrier: str
    sender: Official
    cards: tuple[ShippedCard, ...]
    qr: str = ""
