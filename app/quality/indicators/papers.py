"""Figures on paper and as spreadsheets: the evaluation of a period, the annual report, all figures of a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from app.core.clock import office_date
from app.core.dates import plain_date, short_date
from app.core.periods import Period
from app.core.problems import check_found
from app.platform.office.papers import chief_official, head_official, office_letterhead, office_name, overseer_official
from app.platform.people.queries import person_names, profile_of
from app.platform.printing.data import indicators as document_shapes
from app.platform.printing.data import performance as shapes
from app.platform.printing.data.common import Control
from app.platform.printing.spreadsheet import Percent, Sheet, SheetCell, SheetColumn, write_book
from app.quality.indicators import queries, service, wording
from app.quality.indicators.charts import states_chart
from app.quality.indicators.queries import STATES, Achievement, State, indicator_files
from app.quality.indicators.tables import PerformanceFollowUp, Realisation
from app.quality.quarter.charts import ACCENT, BAD, SOFT
from schema.database import Database
from schema.profiles import Profile
from sync.entries import parse_utc_text

if TYPE_CHECKING:
    from fractions import Fraction

    from schema.database import Database
    from schema.indicator_values import Value
    from schema.indicators import Formula, Indicator, IndicatorFile
    from schema.profiles import Profile

ISSUED = date(2026, 1, 2)
COLOURS: dict[State, str] = {"reached": ACCENT, "missed": BAD, "waiting": SOFT, "no_data": ""}
FORMS = (("MUTU/F-01", "Evaluasi Kinerja"), ("MUTU/F-02", "Laporan Sasaran Mutu"))
"""Form number and title of the evaluation of a period, and of the report of a year."""
MOST_NAMED = 12
GONE = "Sasaran yang tidak dipakai lagi"


def state_parts(found: Sequence[Achievement]) -> list[tuple[str, int, str]]:
    """(word, how many, colour) of the states of what has a target."""
    counts = wording.count_states(
        [achievement for achievement in found if achievement.target and (achievement.due or achievement.value)]
    )
    return [(STATES[state], counts[state], colour) for state, colour in COLOURS.items()]


def performance_paper(db: Database, period: Period, printed_by: str, now: datetime) -> shapes.Performance:
    """The evaluation of a period; of a year its annual report. What a closed period reached is what it says then."""
    today = office_date(now)
    profile = profile_of(db)
    names = person_names(db)
    found = [achievement for achievement in queries.achievements(db, period, today) if achievement.target]
    review = queries.find_review(db, period)
    frozen: dict[str, service.FrozenFigure] = {}
    aims: tuple[tuple[str, str, str], ...] = ()
    closed_at = None
    on = today
    conclusion = ""
    if review:
        frozen = service.frozen_figures(review)
        closed_at = parse_utc_text(review.at)
        on = office_date(closed_at)
        conclusion = review.conclusion
        aims = tuple(next_targets(db, period))
    number, title = FORMS[period.kind == "year"]
    analyses = tuple(f"{row.text} ({names.get(row.actor, row.actor)})" for row in queries.analyses_of(db, period))
    follow_ups = tuple(follow_up_line(row, names) for row in queries.follow_ups_of(db, period))
    chart = (states_chart(state_parts(found)),) if found else ()
    head = office_letterhead(db)
    return shapes.Performance(
        head=head,
        control=Control(document=number, revision="00", issued_on=ISSUED),
        printed_at=now,
        printed_by=printed_by,
        title=title,
        period=period.label,
        sentences=tuple(report_sentences(db, found, period, today)),
        charts=chart,
        groups=target_groups(found, period, frozen, profile),
        analyses=analyses,
        conclusion=conclusion,
        follow_ups=follow_ups,
        next_targets=aims,
        signers=(
            ("Dibuat oleh,", head_official(db, on)),
            ("Diperiksa oleh,", overseer_official(db, on)),
            ("Disetujui oleh,", chief_official(db, on, closed_at)),
        ),
        date_line=f"{head.place}, {plain_date(on)}",
        draft=review is None,
    )


def follow_up_line(row: PerformanceFollowUp, names: Mapping[str, str]) -> shapes.FollowUpLine:
    done = "berjalan"
    if row.done_on:
        done = f"{short_date(date.fromisoformat(row.done_on))}: {row.done_note}"
    by_on = short_date(date.fromisoformat(row.by_on))
    return shapes.FollowUpLine(what=row.what, person=names.get(row.person, row.person), by_on=by_on, done=done)


def missed_words(achievement: Achievement) -> str:
    """`Kehadiran (80 persen, target 90 persen)`."""
    reached = wording.value_words(achievement)
    wanted = wording.target_words(achievement)
    return f"{achievement.indicator.name} ({reached}, target {wanted})"


def report_sentences(db: Database, found: Sequence[Achievement], period: Period, today: date) -> Iterable[str]:
    yield wording.lead_sentence(found, period)
    missed = [achievement for achievement in found if achievement.state == "missed"]
    if missed:
        named = "; ".join(missed_words(achievement) for achievement in missed[:MOST_NAMED])
        more = ""
        if len(missed) > MOST_NAMED:
            more = f"; dan {len(missed) - MOST_NAMED} lainnya"
        yield f"Belum tercapai: {named}{more}."
    if period.kind == "year" and period.year - 1 in queries.years_in_force(db):
        yield "Setahun sebelumnya: " + wording.lead_sentence(
            queries.achievements(db, period.before, today), period.before
        )
    lowered = [achievement.indicator.name for achievement in found if achievement.target and achievement.target.lower]
    if lowered:
        yield f"Target yang lebih ringan daripada sebelumnya, dengan alasan: {', '.join(lowered)}."


def target_groups(
    found: Sequence[Achievement], period: Period, frozen: dict[str, service.FrozenFigure], profile: Profile
) -> tuple[shapes.TargetGroup, ...]:
    groups: dict[str, list[shapes.TargetLine]] = {}
    for achievement in found:
        now = service.frozen_figure(achievement)
        then = frozen.get(achievement.key, now)
        state: State = next(state for state in STATES if state == then.state)
        if then.value == wording.UNKNOWN:
            value = ""
        else:
            value = then.value
        measured = ""
        if achievement.about and then == now:
            measured = achievement.about.label
        line = shapes.TargetLine(
            name=achievement.indicator.name,
            target=then.target,
            value=value,
            state=STATES[state],
            unit=wording.unit_words(profile, wording.responsible_unit(achievement)),
            period=measured,
            missed=state == "missed",
        )
        groups.setdefault(achievement.indicator.component, []).append(line)
    return tuple(shapes.TargetGroup(title=title, lines=tuple(lines)) for title, lines in groups.items())


def next_targets(db: Database, period: Period) -> Iterable[tuple[str, str, str]]:
    """(indicator, target, reason) of the year after, as far as it is in force."""
    indicators = queries.indicators_of(db)
    for key, target in queries.load_targets(db, period.year + 1).items():
        if target.in_force and key in indicators:
            words = f"{period.year + 1}: {wording.amount_words(indicators[key], target.value)}"
            yield indicators[key].name, words, target.reason or "–"


# -- spreadsheet -----------------------------------------------------------------------------------------------------

LINES = (
    SheetColumn("No.", 8, "number"),
    SheetColumn("Komponen", 28),
    SheetColumn("Sasaran", 44),
    SheetColumn("Unit penanggung jawab", 28),
    SheetColumn("Syarat", 16),
    SheetColumn("Target", 14, "number"),
    SheetColumn("Satuan", 14),
)
FIGURE_HEADS = (
    ("Sasaran", 44),
    ("Periode", 16),
    ("Pembilang", 16),
    ("Penyebut", 16),
    ("Angka", 16),
    ("Satuan", 14),
    ("Keterangan", 34),
    ("Keadaan", 16),
    ("Diketik", 16),
    ("Diperiksa", 16),
)


def year_book(db: Database, year: int, now: datetime) -> bytes:
    """All targets and what was reached, by quarter and in the year, and every typed figure."""
    today = office_date(now)
    profile = profile_of(db)
    names = person_names(db)
    periods = [*(Period("quarter", year, n) for n in range(1, 5)), Period("year", year)]
    table = [queries.achievements(db, period, today) for period in periods]
    reached = [SheetColumn(period.label, 22, "number") for period in periods]
    heads = [*LINES, *reached, SheetColumn("Keadaan", 22)]
    rows = []
    for n, by_period in enumerate(zip(*table, strict=True), start=1):
        in_year = by_period[-1]
        values = (value_cell(in_period.indicator, in_period.value) for in_period in by_period)
        rows.append((n, *target_cells(profile, in_year), *values, STATES[in_year.state]))
    typed = [SheetColumn(title, width) for title, width in FIGURE_HEADS]
    figures = [figure_cells(db, row, names) for row in Realisation.rows(db, year=year, order="indicator, period, id")]
    sheets = [Sheet(f"Sasaran {year}", heads, rows), Sheet("Angka yang diketik", typed, figures)]
    return write_book(f"Sasaran mutu {year}", sheets, made_at=now, office=office_name(db))


def target_cells(profile: Profile, achievement: Achievement) -> tuple[SheetCell, ...]:
    """What is to be reached and by whom: on which side of which number."""
    indicator = achievement.indicator
    target = achievement.target
    if target:
        aim = (wording.DIRECTIONS[indicator.direction], value_cell(indicator, target.value))
    else:
        aim = ("", None)
    unit = wording.unit_words(profile, wording.responsible_unit(achievement))
    return indicator.component, indicator.name, unit, *aim, measure_words(indicator)


def measure_words(indicator: Indicator) -> str:
    """`hari`, `judul`: what the numbers of an indicator count."""
    return indicator.noun or UNITS.get(indicator.unit, "")


def value_cell(indicator: Indicator, value: Value | None) -> SheetCell:
    """A number to reckon with; a ratio, a range and what is not known in words."""
    if value is None:
        return wording.UNKNOWN
    if value.form != "number":
        return wording.amount_words(indicator, value)
    if indicator.unit == "percent":
        return Percent(value.low / 100)
    return number_cell(value.low, 2)


def number_cell(amount: Fraction, places: int) -> int | float:
    if amount.denominator == 1:
        return int(amount)
    return round(float(amount), places)


def figure_cells(db: Database, row: Realisation, names: Mapping[str, str]) -> tuple[SheetCell, ...]:
    """A typed figure as one types it: a share is 90, not 90%, so that a changed copy can be uploaded."""
    indicator = queries.indicators_of(db).get(row.indicator)
    if indicator:
        about = (indicator.name, measure_words(indicator))
    else:
        about = (GONE, "")
    numbers = (typed_cell(text) for text in (row.numerator, row.denominator, row.value))
    state = queries.FIGURES[row.state]
    people = names.get(row.typed_by, row.typed_by), names.get(row.checked_by, row.checked_by)
    return about[0], row.period, *numbers, about[1], row.note, state, *people


def typed_cell(text: str) -> SheetCell:
    """A stored value as a number; a ratio or a range as one types it."""
    from schema.indicator_values import read_exact

    value = read_exact(text) if text else None
    if value is None or value.form != "number":
        if not value:
            return ""
        return wording.plain_words(value)
    return number_cell(value.low, 6)


# -- files of indicators as documents --------------------------------------------------------------------------------

UNITS = {"percent": "%", "ratio": "rasio", "days": "hari", "hours": "jam", "minutes": "menit", "index": "indeks"}


def load_document(db: Database, file_id: str) -> IndicatorFile:
    """One of the files of the office. Raises Problem `not_found`."""
    files = {file.id: file for file in indicator_files(db)}
    return check_found(files.get(file_id), "Naskah itu")


def document_groups(file: IndicatorFile) -> Iterator[document_shapes.IndicatorGroup]:
    """Its indicators by group and component, numbered through."""
    first = 1
    for (group, component), members in groupby(file.indicators, attrgetter("group", "component")):
        title = " · ".join(filter(None, (file.groups.get(group, ""), component)))
        lines = tuple(indicator_line(file, n, indicator) for n, indicator in enumerate(members, first))
        first += len(lines)
        yield document_shapes.IndicatorGroup(title=title, lines=lines)


def indicator_line(file: IndicatorFile, n: int, indicator: Indicator) -> document_shapes.IndicatorLine:
    from schema.indicator_values import format_value
    from schema.indicators import MEASURED_WORDS

    targets = []
    for year in file.years:
        target = indicator.target(year)
        text = format_value(target) if target else ""
        targets.append(text)
    formula = ""
    if indicator.formula:
        formula = formula_words(indicator.formula)
    return document_shapes.IndicatorLine.of(
        indicator,
        number=n,
        formula=formula,
        unit=measure_words(indicator),
        direction=indicator.direction_words,
        measured=MEASURED_WORDS[indicator.measured],
        targets=tuple(targets),
        note=indicator.note or indicator.without_formula,
    )


def formula_words(formula: Formula) -> str:
    """`Lulusan tepat waktu ÷ Mahasiswa seangkatan × 100%`."""
    words = formula.numerator
    if formula.denominator:
        words += f" \u00f7 {formula.denominator}"
    if formula.scale == 100:
        words += " \u00d7 100%"
    return words


def indicator_facts(
    file: IndicatorFile, indicator: Indicator, line: document_shapes.IndicatorLine
) -> list[tuple[str, str]]:
    """What an indicator says, named; what it does not say is left out."""
    facts = (
        ("Kelompok", file.groups.get(indicator.group, "")),
        ("Komponen", indicator.component),
        ("Definisi operasional", indicator.definition),
        ("Tujuan", indicator.purpose),
        ("Rumus", line.formula or indicator.without_formula or "Dihitung program dari catatan kantor."),
        ("Arah", line.direction.capitalize()),
        ("Menurut naskah", indicator.better),
        ("Waktu pengukuran", line.measured.capitalize()),
        ("Satuan", line.unit),
        ("Strategi", indicator.strategy),
        ("Dasar", indicator.clause),
    )
    return [(label, words) for label, words in facts if words]


def disagreements(file: IndicatorFile) -> Iterator[document_shapes.Disagreement]:
    """What the parts of the source say differently; a year and mere spelling are named beside the aspect."""
    from schema.indicators import ASPECTS, list_differences

    names = {indicator.id: indicator.name for indicator in file.indicators}
    for difference in list_differences(file):
        what = ASPECTS[difference.what]
        if difference.year:
            what += f" {difference.year}"
        if difference.spelling:
            what += ", ejaan"
        yield document_shapes.Disagreement(name=names[difference.indicator], what=what, sayings=difference.sayings)


def document_paper(
    db: Database, file: IndicatorFile, printed_by: str, printed_at: datetime
) -> document_shapes.IndicatorDocument:
    from app.platform.office.papers import office_letterhead

    return document_shapes.IndicatorDocument(
        head=office_letterhead(db),
        control=Control(document=file.number, revision="\u2013", issued_on=file.issued_on),
        printed_at=printed_at,
        printed_by=printed_by,
        title=file.title,
        source=file.source.rstrip("."),
        years=tuple(map(str, file.years)),
        groups=tuple(document_groups(file)),
        notes=tuple(part.note for part in file.parts if part.note),
        disagreements=tuple(disagreements(file)),
    )
