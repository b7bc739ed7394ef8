"""Applications of a month by village, kind and sex, as regency and civil registry ask of identity cards.

What came in the month, and what was finished in it, are two countings: a card that is fetched in May was asked for in
April. The balance of the service ties them together (`app/quality/paten/queries.py`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, NamedTuple

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.periods import Period
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.text import sentence_case
from app.platform.office import queries as office
from app.platform.office.papers import (
    chief_official,
    form_control,
    office_letterhead,
    office_name,
    overseer_official,
)
from app.platform.printing.data import books
from app.platform.printing.spreadsheet import Sheet, SheetColumn, write_book
from app.quality.paten.queries import Ending, Span, count_cases
from schema.database import Database
from schema.service_procedure import Definition

FORM = "F-31"
TITLE = "Laporan Bulanan Pelayanan {service} per Desa, Jenis, dan Jenis Kelamin"
SEXES = {"male": "L", "female": "P"}
NOTES = (
    "Disampaikan kepada Bupati dan Dinas Kependudukan dan Pencatatan Sipil.",
    "Masuk: permohonan yang diterima bulan ini. Selesai: yang selesai bulan ini, kapan pun diterima.",
    "Yang ditolak dan berhenti lainnya tidak termasuk yang selesai.",
)
UNKNOWN = "Tanpa jenis kelamin, karena datanya dimusnahkan: masuk {received}, selesai {finished}; dihitung di L+P saja."
UNFINISHED = "Bulan ini belum berakhir: angkanya sampai {today}."
Group = tuple[str, str, str]
"""Area, kind, sex; the sex is empty where it is not known any more."""
COUNTED = (
    "SELECT area, kind, coalesce(json_extract(fields, ?4), ''), {step}, count(*) FROM case_file INDEXED BY case_flow"
    " WHERE service = ?1 AND {when} GROUP BY 1, 2, 3, 4"
)
RECEIVED = COUNTED.format(step="''", when="received_on BETWEEN ?2 AND ?3")
ENDED = COUNTED.format(step="step", when="received_on <= ?3 AND max(closed_on, received_on) BETWEEN ?2 AND ?3")


class AreaReport(NamedTuple):
    """`kinds` are (id, label) of the procedure; `areas` (code, name) of the office in their order, with those of people
    from elsewhere where there are any."""

    service: str
    month: Period
    kinds: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    received: Counter[Group]
    finished: Counter[Group]
    balance: Counter[str]
    definition: Definition
    today: date


def asks_sex(definition: Definition) -> bool:
    return engine.field_with_role(definition, "sex") is not None


def services_by_sex(db: Database, on: date) -> dict[str, str]:
    """Services of this office whose form asks for the sex: id to short name."""
    services = dict.fromkeys(standard.service for standard in office.list_standards(db))
    definitions = [office.current_definition(db, service, on) for service in services]
    return {definition.id: definition.short_name for definition in definitions if asks_sex(definition)}


def area_report(db: Database, service: str, month: Period, today: date) -> AreaReport:
    """Raises Problem `not_found` for a month that has not begun, and for a service that this office does not have or
    whose form asks for no sex."""
    if month.start > today:
        raise Problem.of("not_found", what="Laporan bulan yang belum mulai")
    if service not in services_by_sex(db, month.end):
        raise Problem.of("not_found", what="Laporan bulanan layanan itu")
    definition = office.current_definition(db, service, month.end)
    by_hand = {f"@{way_out.id}" for way_out in definition.exits if way_out.by_hand}
    sex = engine.field_with_role(definition, "sex")
    sex_id = sex.id if sex else ""
    params = (service, month.start.isoformat(), month.end.isoformat(), f"$.{sex_id}")
    received = Counter[Group]()
    finished = Counter[Group]()
    for area, kind, of_sex, _, count in db.run(RECEIVED, params):
        received[area, kind, of_sex] += count
    for area, kind, of_sex, step, count in db.run(ENDED, params):
        if step not in by_hand:
            finished[area, kind, of_sex] += count
    endings: list[Ending] = []
    balance = count_cases(db, definition, Span(month.start, month.end), endings)
    counted = (*received, *finished)
    kinds = shown_kinds(definition, {kind for _, kind, _ in counted})
    areas = shown_areas(db, {area for area, _, _ in counted})
    return AreaReport(service, month, kinds, areas, received, finished, balance, definition, today)


def shown_kinds(definition: Definition, counted: set[str]) -> tuple[tuple[str, str], ...]:
    """The kinds of the procedure, then those of an earlier revision that were counted."""
    labels = {kind.id: kind.label for kind in definition.kinds}
    return (*labels.items(), *((kind, sentence_case(kind.replace("_", " "))) for kind in sorted(counted - set(labels))))


def shown_areas(db: Database, counted: set[str]) -> tuple[tuple[str, str], ...]:
    """All villages, then whatever else was counted."""
    names = office.area_names(db)
    villages = list(office.village_names(db))
    others = sorted(counted - set(villages))
    return tuple((area, names.get(area, area) or "Semua") for area in (*villages, *others))


def columns(report: AreaReport) -> list[books.Column]:
    """Village and what is counted, then two columns for each kind and three for all."""
    letters = [(label, letter) for _, label in report.kinds for letter in SEXES.values()]
    letters += [("Jumlah", letter) for letter in (*SEXES.values(), "L+P")]
    counted = [books.Column(title=letter, group=group, width=1, align="right") for group, letter in letters]
    return [books.Column(title="Desa", width=2.6), books.Column(title="Uraian", width=0), *counted]


def heads(report: AreaReport) -> list[str]:
    """What stands above each column where heads have one line."""
    return [f"{column.group} {column.title}".strip() for column in columns(report)]


def rows(report: AreaReport) -> list[tuple[str | int, ...]]:
    """Two lines for each village, what came and what was finished, then those of all."""
    lines: list[tuple[str | int, ...]] = []
    for area, name in report.areas:
        lines += two_lines(report, name, [area])
    return lines + two_lines(report, "Jumlah", [area for area, _ in report.areas])


def two_lines(report: AreaReport, name: str, areas: list[str]) -> list[tuple[str | int, ...]]:
    return [
        (name, "Masuk", *cells(report, report.received, areas)),
        ("", "Selesai", *cells(report, report.finished, areas)),
    ]


def cells(report: AreaReport, counts: Counter[Group], areas: list[str]) -> list[int]:
    kinds = [kind for kind, _ in report.kinds]
    by_sex = [count_of(counts, areas, [kind], [sex]) for kind in kinds for sex in SEXES]
    totals = [count_of(counts, areas, kinds, [sex]) for sex in SEXES]
    return [*by_sex, *totals, count_of(counts, areas, kinds, [*SEXES, ""])]


def count_of(counts: Counter[Group], areas: Iterable[str], kinds: Iterable[str], sexes: Iterable[str]) -> int:
    wanted = set(areas), set(kinds), set(sexes)
    return sum(
        count
        for (area, kind, sex), count in counts.items()
        if area in wanted[0] and kind in wanted[1] and sex in wanted[2]
    )


BALANCE = {
    "opening": "Tunggakan awal",
    "received": "Masuk",
    "finished": "Selesai",
    "refused": "Ditolak",
    "ended": "Berhenti lainnya",
    "backlog": "Tunggakan akhir",
}


def balance(report: AreaReport) -> tuple[tuple[str, int], ...]:
    """What was there, came, and became of it: the first two add up to the rest."""
    return tuple((label, report.balance[name]) for name, label in BALANCE.items())


def notes(report: AreaReport) -> tuple[str, ...]:
    received = without_sex(report.received)
    finished = without_sex(report.finished)
    if received or finished:
        more = [UNKNOWN.format(received=received, finished=finished)]
    else:
        more = []
    if report.month.end >= report.today:
        more.append(UNFINISHED.format(today=plain_date(report.today)))
    return (*NOTES, *more)


def without_sex(counts: Counter[Group]) -> int:
    return sum(count for (_, _, sex), count in counts.items() if not sex)


def area_paper(db: Database, report: AreaReport, printed_by: str, printed_at: datetime) -> books.Register:
    on = office_date(printed_at)
    return books.Register(
        head=office_letterhead(db),
        control=form_control(report.definition, FORM),
        printed_at=printed_at,
        printed_by=printed_by,
        title=TITLE.format(service=report.definition.short_name),
        period=report.month.label,
        columns=tuple(columns(report)),
        rows=tuple(rows(report)),
        totals=tuple(books.Total(label=label, value=count) for label, count in balance(report)),
        keeper=overseer_official(db, on),
        approver=chief_official(db, on),
        notes=notes(report),
    )


def area_sheet(db: Database, report: AreaReport, made_at: datetime) -> bytes:
    """The lines with the name of the village on each, so that a regency can filter and add them up."""
    sheet_columns: list[SheetColumn] = []
    for place, head in enumerate(heads(report)):
        kind: Literal["text", "number"] = "number" if place > 1 else "text"
        width = 24 if place == 0 else 10
        sheet_columns.append(SheetColumn(head, width, kind))
    named: list[tuple[str | int, ...]] = []
    for line in rows(report):
        named.append((line[0] or named[-1][0], *line[1:]))
    title = f"{TITLE.format(service=report.definition.short_name)} {report.month.label}"
    told = [SheetColumn("Uraian", 40), SheetColumn("Berkas", 12, "number")]
    lines = [*balance(report), *((note, None) for note in notes(report))]
    sheets = (Sheet("Per desa", sheet_columns, named), Sheet("Berkas bulan ini", told, lines))
    return write_book(title, sheets, made_at=made_at, office=office_name(db))
