"""Papers of student cards: the card itself, sheets of cards, the list of their distribution, checklist and report."""

from datetime import date

from app.platform.printing.data.common import Official, Paper, Part


class CardFace(Part):
    """One card. `photo_svg` is the picture wrapped into SVG; the QR says a code and nothing else."""

    number: str
    name: str
    key_label: str
    key: str
    programme: str
    intake: str
    qr: str
    code: str
    validity: str
    photo_svg: str = ""


class StudentCards(Paper):
    """Cards in their order: each on a page of its own size, or ten to a sheet with crop marks."""

    title: str
    cards: tuple[CardFace, ...]


class HandedCard(Part):
    number: str
    key: str
    name: str
    card: str
    handed: str = ""


class DistributionGroup(Part):
    programme: str
    lines: tuple[HandedCard, ...]


class DistributionList(Paper):
    """Who gets a card and signs for it; nothing of anybody's account."""

    intake: str
    service: str
    key_label: str
    limit: str
    groups: tuple[DistributionGroup, ...]
    officer: Official


class ChecklistLine(Part):
    label: str
    rule: str
    state: str
    note: str = ""


class Checklist(Paper):
    """Daftar Periksa of one request."""

    number: str
    service: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[ChecklistLine, ...]
    on: date
    officer: Official


class FigureTable(Part):
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class IntakeReport(Paper):
    """Laporan of an intake: a few tables of figures."""

    intake: str
    service: str
    on: date
    students: int
    tables: tuple[FigureTable, ...]
    officer: Official
