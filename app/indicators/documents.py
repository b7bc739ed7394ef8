"""A file of indicators as people read it, the same on its page and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from app.core.problems import Problem
from app.printing.data import indicators as shapes
from app.printing.data.common import Control

if TYPE_CHECKING:
    from schema.database import Database
    from schema.indicators import Formula, Indicator, IndicatorFile
    from schema.profiles import Profile

UNITS = {"percent": "%", "ratio": "rasio", "days": "hari", "hours": "jam", "minutes": "menit", "index": "indeks"}


def load_document(profile: Profile, file_id: str) -> IndicatorFile:
    """One of the files that the profile names. Raises Problem `not_found`."""
    from schema.indicators import load_indicators

    if file_id not in profile.indicators:
        raise Problem.of("not_found", what="Naskah itu")
    return load_indicators(file_id)


def document_groups(file: IndicatorFile) -> Iterator[shapes.IndicatorGroup]:
    """Its indicators by group and component, numbered through."""
    numbered = enumerate(file.indicators, 1)
    for (group, component), lines in groupby(numbered, lambda one: (one[1].group, one[1].component)):
        title = " · ".join(filter(None, (file.groups.get(group, ""), component)))
        yield shapes.IndicatorGroup(title=title, lines=tuple(indicator_line(file, n, one) for n, one in lines))


def indicator_line(file: IndicatorFile, n: int, indicator: Indicator) -> shapes.IndicatorLine:
    from schema.indicator_values import format_value
    from schema.indicators import MEASURED_WORDS

    targets = (indicator.target(year) for year in file.years)
    return shapes.IndicatorLine(
        number=n,
        id=indicator.id,
        name=indicator.name,
        definition=indicator.definition,
        formula=formula_words(indicator.formula) if indicator.formula else "",
        unit=indicator.noun or UNITS.get(indicator.unit, ""),
        direction=indicator.direction_words,
        measured=MEASURED_WORDS[indicator.measured],
        targets=tuple(format_value(value) if value else "" for value in targets),
        strategy=indicator.strategy,
        note=indicator.note or indicator.without_formula,
    )


def formula_words(formula: Formula) -> str:
    """`Lulusan tepat waktu ÷ Mahasiswa seangkatan × 100%`."""
    scale = " \u00d7 100%" if formula.scale == 100 else ""
    return formula.numerator + (f" \u00f7 {formula.denominator}" if formula.denominator else "") + scale


def indicator_facts(file: IndicatorFile, indicator: Indicator, line: shapes.IndicatorLine) -> list[tuple[str, str]]:
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


def disagreements(file: IndicatorFile) -> Iterator[shapes.Disagreement]:
    """What the parts of the source say differently; a year and mere spelling are named beside the aspect."""
    from schema.indicator_differences import ASPECTS, list_differences

    names = {one.id: one.name for one in file.indicators}
    for one in list_differences(file):
        what = ASPECTS[one.what] + (f" {one.year}" if one.year else "") + (", ejaan" if one.spelling else "")
        yield shapes.Disagreement(name=names[one.indicator], what=what, sayings=one.sayings)


def document_paper(
    db: Database, file: IndicatorFile, printed_by: str, printed_at: datetime
) -> shapes.IndicatorDocument:
    from app.office.papers import office_letterhead

    return shapes.IndicatorDocument(
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
