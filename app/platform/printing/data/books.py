"""Books and documents: monthly register, service standard with flowchart, guarantee and policy statements."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from app.platform.printing.data.common import Letter, NumberedPaper, Official, Paper, Part, QuarterPaper, SecretCode
from schema.service_procedure import Definition
from schema.service_standard import Clause as Sentence
from schema.service_standard import Competence, LegalBasis, Section

Cell = str | int | date | datetime | None


class Column(Part):
    """A column; `width` is its share of the free width, 0 as narrow as its content. Neighbours with the same `group`
    stand below that name."""

    title: str
    width: float = 1
    align: Literal["left", "center", "right"] = "left"
    group: str = ""


class Total(Part):
    label: str
    value: int


class Register(Paper):
    """A register for one period, landscape, with column numbers. Every row has one cell per column; of one that is
    filled in `by_hand` each row has room for a signature."""

    title: str
    period: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Total, ...]
    keeper: Official
    approver: Official
    notes: tuple[str, ...] = ()
    by_hand: bool = False


class ClauseItem(Part):
    """A numbered sentence as printed, or an entry of clause 1. `number` may be empty, `reading` is how it must be read
    if that differs, `superseded` what stands in its place today."""

    number: str
    text: str
    title: str = ""
    reading: str = ""
    superseded: str = ""
    note: str = ""


class ClauseTable(Part):
    """A small table inside a clause, below the first `after` of its items; without headers it is a list of name and
    value."""

    rows: tuple[tuple[str, ...], ...]
    headers: tuple[str, ...] = ()
    title: str = ""
    after: int = 0


class Clause(Part):
    """One of the fourteen clauses: numbered items, with tables between them; `heading` as the original prints it."""

    number: str
    title: str
    heading: str = ""
    items: tuple[ClauseItem, ...] = ()
    tables: tuple[ClauseTable, ...] = ()
    legal: tuple[ClauseItem, ...] = ()


class Standard(NumberedPaper):
    """The service standard in full. `charts` are the sheets of the flowchart as SVG, each on its own page across;
    an empty `in_force` prints that the revision is not in force yet. The clean edition is there to be signed;
    `annotated` shows beside every sentence how it is read and what stands in its place, for those who review it."""

    title: str
    service: str
    revised_on: date | None
    signers: tuple[tuple[str, Official], ...]
    clauses: tuple[Clause, ...]
    charts: tuple[str, ...] = ()
    in_force: str = ""
    stamp: str = ""
    kind: str = "Standar Pelayanan Publik"
    annotated: bool = False


class Sop(Paper):
    """A procedure in the official SOP form; tuples are lines of its tables, cell by cell.

    `running_head` is the head of every page of an ISO document, `stamp` the status of this very print; `charts` are the
    table of steps with its flowchart, a page each; `replaced`
    says what took the place of a law; `inferred` are the steps whose performer the source does not state.
    """

    title: str
    heading: str
    office: str
    annex_of: str
    identity: tuple[tuple[str, str], ...]
    boxes: tuple[tuple[str, tuple[str, ...]], ...]
    replaced: tuple[str, ...]
    charts: tuple[str, ...]
    inferred: tuple[tuple[str, ...], ...]
    signers: tuple[tuple[str, Official], ...]
    statuses: tuple[str, ...]
    distribution: tuple[tuple[str, ...], ...]
    chronology: tuple[tuple[str, ...], ...]
    copying: str
    in_force: str
    stamp: str
    running_head: bool


class Statement(Paper):
    """A document of one page in the name of the Camat: service guarantee, quality policy. `on` is the day of adoption;
    without it the paper is a draft."""

    title: str
    clause: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    on: date | None
    signer: Official


class Fact(Part):
    label: str
    value: str
    note: str = ""


Row = Mapping[str, Any]
"""A row of the recap as `app/quality/quarter/shape.py` declares it: field → what it shows; dates are real ones."""


class CountTable(Part):
    """A table of counts with bars and its sum; without rows it prints *nihil*. An empty count is one nobody knows.

    `kinds`: it counts complaints, aspirations and questions, not complaints alone.
    """

    title: str
    rows: tuple[Row, ...]
    total: Row | None = None
    kinds: bool = False
    extra: str = ""
    note: str = ""


class RecapSheet(QuarterPaper):
    """The recap of a quarter: two pages with the signatures, the lines as annex. `draft` prints RANCANGAN; an empty
    quarter prints *nihil* in every part."""

    period: str
    summary: str
    facts: tuple[Fact, ...]
    targets: tuple[Row, ...]
    charts: tuple[str, ...]
    tables: tuple[CountTable, ...]
    notes: tuple[str, ...]
    lines: tuple[Row, ...]
    carried: tuple[Row, ...]
    carried_note: str
    causes: tuple[Row, ...]
    capas: tuple[Row, ...]
    old_pledges: tuple[Row, ...]
    pledges: tuple[Row, ...]
    addenda: tuple[str, ...]
    made_on: date
    maker: Official
    checker: Official
    approver: Official
    nihil: bool = False


class Poster(QuarterPaper):
    """The poster for the notice board, without names. `charts`: the strip of all complaints; `about` what they were
    about, `others` aspirations and questions; `added`: pledges given after approval, which stand below the signature.
    `free`: services that cost nothing; `photos`: the backgrounds that a photo has by the year of birth (`odd`, `even`).
    """

    facts: tuple[Fact, ...]
    charts: tuple[str, ...]
    done: tuple[str, ...]
    pledges: tuple[Row, ...]
    approved_on: date
    signer: Official
    added: tuple[Row, ...] = ()
    about: str = ""
    others: str = ""
    free: tuple[str, ...] = ()
    photos: tuple[Row, ...] = ()
    nihil: bool = False


class YearTable(Part):
    """Complaints by a dimension over four quarters: label, four counts (empty: not begun), their sum."""

    title: str
    rows: tuple[tuple[str | int | None, ...], ...]
    total: int


class AnnualReport(Paper):
    """The year of the complaint book as it stood on a day: told in sentences, tables, a chart; how it agrees with the
    book; `missing` quarters whose recap is not approved."""

    year: int
    on: date
    sentences: tuple[str, ...]
    quarters: tuple[Row, ...]
    charts: tuple[str, ...]
    tables: tuple[YearTable, ...]
    agreement: tuple[tuple[str, int], ...]
    missing: str
    keeper: Official
    approver: Official
    nihil: bool = False


class Written(Part):
    """Something in a column of the book, with the hand that wrote it; struck through with name and reason.

    `label` says what it is where a column holds several kinds.
    """

    text: str
    hand: str = ""
    struck: str = ""
    label: str = ""


class BookLine(Part):
    """One line of the complaint book: the visitor's own words, then what the staff wrote."""

    number: str
    received: str
    channel: str
    who: str
    words: str
    hope: str
    about: str
    routed: str
    columns: tuple[Written, ...] = ()
    answered: tuple[Written, ...] = ()
    closed: str = ""


class BookPage(Paper):
    """A page of the complaint book; `digest` over what the page says stands in its footer."""

    title: str
    span: str
    lines: tuple[BookLine, ...]
    digest: str
    keeper: Official


class ComplaintReceipt(NumberedPaper):
    """What a complainant takes home: code, receiver, date (UU 25/2009 art. 43)."""

    slip: SecretCode
    received_on: date
    received_time: str
    received_by: str
    channel: str
    first_due_on: date
    confidential: bool = False
    estimate: str = ""
    chief: str = ""
    """Who beside the information officers sees a confidential name."""
    sms: str = ""


class AnswerLetter(Letter):
    """The answer to a complainant. `to` are the lines of the address; a confidential one names nobody. `number` is that
    of the letter, `complaint` that of the line in the book; `check` is the code by which anybody asks whether the
    letter is genuine; `electronic` leaves a marked place for the visible block of
    an electronic signature."""

    complaint: str
    received_on: date
    to: tuple[str, ...]
    words: str
    paragraphs: tuple[str, ...]
    electronic: bool = False
    check: SecretCode | None = None


class CapaRoundSheet(Part):
    """One round of an LTPP: causes, actions, completion and the check by another person."""

    round: int
    whys: tuple[str, ...]
    corrective: str
    preventive: str
    person: str
    due_on: date
    done_on: date | None = None
    done_note: str = ""
    checked_on: date | None = None
    checked_by: str = ""
    effective: bool | None = None
    check_note: str = ""


class CapaSheet(NumberedPaper):
    """The form of a corrective and preventive action (LTPP); rooms to write stay open where nothing is known yet."""

    opened_on: date
    opened_by: str
    source: str
    state: str
    problem: str
    evidence: str
    immediate: str
    complaints: tuple[str, ...]
    rounds: tuple[CapaRoundSheet, ...]
    opener: Official
    worker: Official
    checker: Official


def standard_clauses(d: Definition, *, clean: bool = False) -> tuple[Clause, ...]:
    """All clauses of the standard in printed order, with what the file keeps as structured data in its place.

    The clean edition says each sentence once, as it is read.
    """
    return tuple(_to_clause(d, section, clean) for section in d.sections)


def _to_clause(d: Definition, section: Section, clean: bool) -> Clause:
    if section.shows == "legal_basis":
        legal = d.legal_basis
    else:
        legal = ()
    return Clause(
        number=section.printed_number or section.number,
        title=section.title,
        heading=section.printed_title or section.title.upper(),
        items=tuple(_to_item(each, clean) for each in section.clauses),
        tables=(*_tables_shown(d, section, clean), *_tables_between(section)),
        legal=tuple(_to_item(each, clean) for each in legal),
    )


def _tables_between(section: Section) -> list[ClauseTable]:
    """Each table of a chapter below the sentence that announces it with a colon; the others at its end."""
    announced = [n for n, each in enumerate(section.clauses, start=1) if each.printed.rstrip().endswith(":")]
    places = [*announced, *[len(section.clauses)] * len(section.tables)]
    return [
        ClauseTable(headers=table.columns, rows=table.rows, title=table.title, after=place)
        for table, place in zip(section.tables, places, strict=False)
    ]


def _tables_shown(d: Definition, section: Section, clean: bool) -> tuple[ClauseTable, ...]:
    after = len(section.clauses)
    if section.shows == "facilities":
        rows = tuple((each.clause, each.name, f"{each.quantity} {each.unit}") for each in d.facilities)
        headers: tuple[str, ...] = ("Butir", "Nama", "Banyaknya")
        if clean:
            headers = ()
        return (ClauseTable(rows=rows, after=after, headers=headers),)
    if section.shows == "competence":
        return tuple(ClauseTable(rows=_competence_rows(each, clean), after=after) for each in d.competence)
    return ()


def _to_item(each: Sentence | LegalBasis, clean: bool) -> ClauseItem:
    if isinstance(each, LegalBasis):
        title = ""
        number = each.number
    else:
        title = each.title
        number = each.numbered
    if clean:
        text = without_slips(each.reading or each.printed)
        gone = getattr(each, "superseded_by", "")
        return ClauseItem(number=number, text=text, title=title, superseded=gone)
    if each.reading == each.printed:
        reading = ""
    else:
        reading = each.reading
    item = ClauseItem(number=number, text=each.printed, reading=reading, note=each.note, title=title)
    if isinstance(each, LegalBasis):
        return msgspec.structs.replace(item, superseded=each.superseded_by)
    return item


def without_slips(text: str) -> str:
    """Without the blank that a typist left before a full stop or a comma."""
    return re.sub(r"(?<!\s)\s+([.,;:])(?=\s|$)", r"\1", text)


def _competence_rows(post: Competence, clean: bool) -> tuple[tuple[str, str], ...]:
    name = post.post
    if post.reading and clean:
        name = post.reading
    elif post.reading:
        name = f"{post.post} (dibaca {post.reading})"
    return (
        ("Jabatan", name),
        ("Pendidikan", post.education or "-"),
        ("Pelatihan", _listed(post.training)),
        ("Keterampilan/Pengetahuan", _listed(post.skills)),
        ("Pengalaman Kerja", post.experience or "-"),
        ("Jumlah Personil", f"{post.staff} orang"),
    )


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text};" for text in texts) or "-"
