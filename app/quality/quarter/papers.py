"""The quarter on paper and as files: recap, poster, spreadsheet, CSV, year. All counts come from the snapshot."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter

import msgspec

from app.core.clock import office_date
from app.core.dates import numeric_date
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.platform.printing.data import books as shapes
from app.platform.printing.spreadsheet import Sheet, SheetCell, SheetColumn, harmless_cell, write_book
from app.quality.quarter import charts, wording
from app.quality.quarter import frame as frames
from app.quality.quarter.figures import Figures, Item, Row, Sums, parse_figures
from app.quality.quarter.frame import Frame, PublicPledge, public_pledges
from app.quality.quarter.queries import addenda_of
from app.quality.quarter.service import FROZEN, figures_of_recap, load_ready_recap
from app.quality.quarter.shape import (
    ASIDE,
    CAPAS,
    CAUSES,
    COUNTS,
    GIVEN,
    LINES,
    ON_PAPER,
    PARTS,
    PLEDGES,
    SHEETS,
    TABLES,
    TARGETS,
    TOTALS,
    VILLAGES,
    Column,
    Table,
    count_rows,
    shown_rows,
    sum_row,
)
from app.quality.quarter.tables import Recap
from app.services.complaints.papers import paper_fields
from app.services.complaints.words import TYPES
from app.services.ktp.tables import SERVICE as KTP
from schema.database import Database
from schema.service_procedure import Definition
from sync.entries import parse_utc_text

MOST_DONE = 4


def grouped_digest(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def recap_paper(db: Database, recap: Recap, printed_by: str, printed_at: datetime) -> shapes.RecapSheet:
    figures = figures_of_recap(recap)
    frame = frames.frame_of_recap(db, recap)
    quarter = figures.period
    made_on = date.fromisoformat(recap.drafted_on)
    if recap.approved_at:
        made_on = office_date(parse_utc_text(recap.approved_at))

    notes = later_notes(db, recap, frame)
    addenda = tuple(f"{numeric_date(office_date(parse_utc_text(at)))}: {text}" for at, text in notes)
    capas = shown_rows(CAPAS, figures.capas)
    for capa in capas:
        capa["person"] = frame.names.get(capa["person"], capa["person"])
    return shapes.RecapSheet(
        **paper_fields(db, "recap", printed_by, printed_at, frame),
        number=recap.number,
        period=quarter.label,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        summary=wording.digest_sentence(figures),
        facts=tuple(map(shapes.Fact.of, wording.headlines(figures))),
        targets=shown_rows(TARGETS, wording.targets(figures)),
        charts=drawn_charts(figures),
        tables=count_tables(figures),
        notes=table_notes(figures),
        lines=listed_lines(figures.lines),
        carried=listed_lines(figures.carried.lines),
        carried_note=wording.carried_sentence(figures),
        causes=shown_rows(CAUSES, figures.causes),
        capas=capas,
        old_pledges=shown_rows(PLEDGES, figures.pledges),
        pledges=shown_rows(PLEDGES[:3], frame.pledges),
        addenda=addenda,
        made_on=made_on,
        maker=frame.maker,
        checker=frame.checker,
        approver=frame.approver,
        draft=recap.state not in FROZEN,
        nihil=figures.nihil,
    )


def drawn_charts(figures: Figures) -> tuple[str, ...]:
    if figures.promised:
        trend = [charts.trend_chart(figures.promises)]
    else:
        trend = []
    return (charts.months_chart(figures.sums.months), *trend)


def later_notes(db: Database, recap: Recap, frame: Frame) -> list[tuple[str, str]]:
    """(moment, text) of what an approved recap got later, oldest first: addenda, pledges given or withdrawn."""
    if recap.state not in FROZEN:
        return []
    notes = [(addendum.at, addendum.text) for addendum in addenda_of(db, Quarter.parse(recap.quarter))]
    for later in frames.later_pledges(db, recap, frame):
        pledge = later.pledge
        by_on = numeric_date(date.fromisoformat(later.pledge.by_on))
        text = f"Janji {later.words}: {pledge.what} ({pledge.who}), paling lambat {by_on}."
        notes.append((later.given_at, text))
    for withdrawn in frames.withdrawn_pledges(db, recap).values():
        text = f"Janji ditarik: {withdrawn.what}. Alasan: {withdrawn.withdrawn_why}"
        notes.append((withdrawn.withdrawn_at or "", text))
    return sorted(notes)


def listed_lines(items: Sequence[Item]) -> tuple[shapes.Row, ...]:
    """Lines for the annex: complaints first, then aspirations, then questions, each in the order of the book."""
    order = {kind: place for place, kind in enumerate(TYPES)}
    by_kind = sorted(items, key=lambda item: order.get(item.type, 0))
    return shown_rows(LINES, by_kind)


def count_tables(figures: Figures) -> tuple[shapes.CountTable, ...]:
    """The tables of the paper, that of the kinds first; each ends in its sum."""
    unknown = wording.unknown_columns(figures)
    tables = []
    shown = ON_PAPER if figures.villages_told else ON_PAPER[:-1]
    for table in shown:
        *rows, total = count_rows(table, getattr(figures.sums, table.field), unknown) or (None,)
        extra = ""
        if table is VILLAGES:
            extra = VILLAGES.columns[-1].head
        words = {"title": table.heading, "extra": extra, "note": table.note}
        tables.append(shapes.CountTable(rows=tuple(rows), total=total, kinds=table.field == "types", **words))
    return tuple(tables)


def table_notes(figures: Figures) -> tuple[str, ...]:
    box = figures.box
    opened = f"Kotak saran dibuka {box.opened} dari {box.working_days} hari kerja"
    found = [f"{opened}, {box.empty} kali nihil, {box.slips} lembar."]
    if not wording.year_known(figures):
        found.append(f"Tahun lalu {wording.NO_DATA}: buku pengaduan mulai dipakai sesudah itu.")
    if figures.aside:
        found.append(f"{figures.aside} baris disisihkan karena bukan pengaduan; di luar hitungan, tetap di buku.")
    return tuple(found)


# -- poster -----------------------------------------------------------------------------------------------------------


def poster_paper(db: Database, quarter: Quarter, printed_by: str, printed_at: datetime) -> shapes.Poster:
    recap = load_ready_recap(db, quarter)
    figures = figures_of_recap(recap)
    frame = frames.frame_of_recap(db, recap)
    now = figures.complaints.now
    approved_at = parse_utc_text(recap.approved_at or figures.as_of)
    announced = public_pledges(db, recap, frame)
    pledges = tuple(board_pledge(pledge) for pledge in announced if not pledge.later)
    added = tuple(board_pledge(pledge) for pledge in announced if pledge.later)
    offered = office.services_in_force(db, office_date(approved_at))
    free = tuple(service.short_name for service in offered if service.fee and not service.fee.rupiah)
    photos = tuple(photo for service in offered for photo in photo_backgrounds(service))
    others = ""
    if figures.kinds:
        others = wording.other_kinds(figures.sums.types)
    return shapes.Poster(
        **paper_fields(db, "poster", printed_by, printed_at, frame),
        number=recap.number,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        facts=(
            shapes.Fact(label="pengaduan", value=str(now.received)),
            shapes.Fact(label="selesai", value=str(now.settled)),
            shapes.Fact(label="lewat batas", value=str(now.late)),
        ),
        others=others,
        about=wording.most_frequent(figures),
        charts=(charts.squares_chart(now),),
        done=tuple(done_works(figures)[:MOST_DONE]),
        pledges=pledges,
        added=added,
        approved_on=office_date(approved_at),
        signer=frame.approver,
        free=free,
        photos=photos,
        nihil=not figures.totals.received,
    )


def photo_backgrounds(definition: Definition) -> list[dict[str, object]]:
    """What the background of a photo must be by the year of birth, where whoever checks a paper looks at that."""
    looked_at = {requirement.observed.expected for requirement in definition.requirements if requirement.observed}
    facts = [fact for fact in definition.derived_facts if fact.id in looked_at]
    return [{"odd": fact.odd_year, "even": fact.even_year} for fact in facts]


def board_pledge(pledge: PublicPledge) -> dict[str, object]:
    return {"what": pledge.text, "by_on": date.fromisoformat(pledge.by_on)}


def done_works(figures: Figures) -> list[str]:
    kept = [pledge.what for pledge in figures.pledges if pledge.kept_on]
    return kept + [capa.action for capa in figures.capas if capa.state in ("effective", "done") and capa.action]


# -- files ------------------------------------------------------------------------------------------------------------


def sheet_columns(*titles: str, wide: int = -1) -> list[SheetColumn]:
    """Columns of words, then numbers from the third on; the one at `wide` is wide."""
    columns = [SheetColumn(title, 14, "number") for title in titles]
    columns[0] = SheetColumn(titles[0], 28)
    for n in range(1, wide + 1):
        columns[n] = SheetColumn(titles[n], 14)
    if wide >= 0:
        columns[wide] = SheetColumn(titles[wide], 50)
    return columns


def row_sheet(title: str, columns: Sequence[Column], rows: Iterable[object], unknown: Collection[str] = ()) -> Sheet:
    """A sheet of declared columns; those that nobody can know stay empty."""
    shown = [column for column in columns if column.head]
    heads = [SheetColumn(column.head, column.width, column.kind) for column in shown]
    return Sheet(title, heads, [known_cells(shown, row, unknown) for row in rows])


def known_cells(columns: Sequence[Column], row: object, unknown: Collection[str]) -> list[SheetCell]:
    return [None if column.field in unknown else column.cell(row) for column in columns]


def count_sheet(table: Table, sums: Sums, unknown: Collection[str]) -> Sheet:
    rows = getattr(sums, table.field)
    return row_sheet(table.title, table.columns, [*rows, sum_row(rows)], unknown)


def recap_xlsx(db: Database, recap: Recap, made_at: datetime) -> bytes:
    figures = parse_figures(recap.figures)
    frame = frames.frame_of_recap(db, recap)
    foreign = foreign_sheets(db)
    sheets = [sheet for sheet in recap_sheets(figures, recap, frame) if sheet.title not in foreign]
    return write_book(f"Rekap {figures.period.label}", sheets, made_at=made_at, office=frame.head.office)


def foreign_sheets(db: Database) -> set[str]:
    """The sheets about what this kind of office has not: villages, a promise of identity cards."""
    foreign = set()
    if not office.village_names(db):
        foreign.add(VILLAGES.title)
    if KTP not in office.files_in_force(db):
        foreign.add(PARTS["promises"])
    return foreign


def recap_sheets(figures: Figures, recap: Recap, frame: Frame) -> list[Sheet]:
    """Everything that the recap counts; each table of counts ends in its sum."""
    sums = figures.sums
    unknown = wording.unknown_columns(figures)
    blocks = [(TYPES[kind.key], kind.now, kind.before, kind.year_ago) for kind in figures.kinds]
    blocks.append(("Semua", sums.totals, sums.before, sums.year_ago))
    totals = []
    for words, now, before, year_ago in blocks:
        for column in TOTALS:
            if "before" in unknown:
                cell_before = None
            else:
                cell_before = column.cell(before)
            if "year_ago" in unknown:
                cell_year_ago = None
            else:
                cell_year_ago = column.cell(year_ago)
            totals.append((words, column.head, column.cell(now), cell_before, cell_year_ago))
    if figures.aside:
        apart = [(ASIDE, "Masuk", figures.aside, None, None)]
    else:
        apart = []
    first = sheet_columns("Jenis", "Uraian", "Triwulan ini", "Triwulan lalu", "Tahun lalu", wide=1)
    about = [
        ("Nomor", recap.number),
        ("Dihitung pada", parse_utc_text(figures.as_of)),
        ("Kode pengaman SHA-256", recap.digest),
    ]
    counts = [count_sheet(table, sums, unknown) for table in TABLES]
    details = [row_sheet(title, columns, attrgetter(field)(figures)) for field, title, columns in SHEETS]
    return [
        Sheet("Jumlah", first, [*totals, *apart]),
        row_sheet("Sasaran", TARGETS, wording.targets(figures)),
        *counts,
        *details,
        row_sheet("Janji", GIVEN, frame.pledges),
        Sheet("Keterangan", sheet_columns("Uraian", "Isi", wide=1), about),
    ]


CSV = (
    "tabel",
    "kunci",
    "uraian",
    "masuk",
    "selesai",
    "berjalan",
    "lewat_batas",
    "triwulan_lalu",
    "tahun_lalu",
    "selisih",
)


def csv_cells(row: Row, unknown: Collection[str]) -> list[SheetCell]:
    return ["" if column.field in unknown else harmless_cell(column.shown(row)) for column in COUNTS]


def recap_csv(figures: Figures) -> str:
    """All counts in one table for other programs, with the columns of CSV, separated by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV)
    unknown = wording.unknown_columns(figures)
    sums = figures.sums
    counted = [("jumlah", msgspec.structs.replace(sum_row(sums.types), label="Semua"))]
    counted += [(table.title, row) for table in TABLES for row in getattr(sums, table.field)]
    for place, (title, row) in enumerate(counted):
        writer.writerow((title, row.key, *csv_cells(row, unknown)))
        if figures.aside and not place:
            writer.writerow(("jumlah", "aside", ASIDE, figures.aside, "", "", "", "", "", ""))
    return out.getvalue()
