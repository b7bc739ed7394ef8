"""Cycles, sheets and follow-ups as pages, papers and tasks read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from app.core.periods import Period
from app.platform.office.numbers import find_numbered
from app.platform.office.settings import get_setting
from app.platform.people.queries import profile_of
from app.quality.evaluation.tables import (
    EvaluationCycle,
    EvaluationRow,
    EvaluationSheet,
    FollowUp,
    IndicatorCapa,
    QualitySignature,
    Supervision,
)
from app.quality.indicators.queries import Achievement, achievements, indicators_of
from app.quality.indicators.wording import responsible_unit, target_words, unit_words, value_words
from schema.database import Database
from schema.evaluation import EvaluationRules, load_evaluation, load_principles
from schema.profiles import Profile

if TYPE_CHECKING:
    from schema.indicators import Indicator


class SheetRow(msgspec.Struct, frozen=True):
    """A row of a sheet; what was not assessed yet shows what the indicator says today."""

    row: EvaluationRow
    key: str
    name: str
    definition: str
    target: str
    value: str
    state: str


def evaluation_rules(db: Database) -> EvaluationRules:
    return load_evaluation(profile_of(db).id)


def section_of(profile: Profile, responsible: str) -> str:
    """The section or post to which an indicator belongs. A role that answers for none is of the counter's section."""
    answers = responsible in profile.rights["evaluation.answer"]
    if responsible in profile.roles and not answers:
        return profile.counter_section
    return responsible


def unit_of(profile: Profile, responsible: str) -> str:
    """The unit that answers a sheet: what the team itself is responsible for is answered by the chief."""
    section = section_of(profile, responsible)
    if section in load_evaluation(profile.id).team:
        return profile.chief
    return section


def by_unit(profile: Profile, found: Sequence[Achievement]) -> dict[str, list[Achievement]]:
    """Unit → its indicators, in the order of the files."""
    units: dict[str, list[Achievement]] = {}
    for achievement in found:
        units.setdefault(unit_of(profile, responsible_unit(achievement)), []).append(achievement)
    return units


def aimed_achievements(db: Database, period: Period, today: date) -> list[Achievement]:
    """What was reached in a period, of indicators with a target in force."""
    return [achievement for achievement in achievements(db, period, today) if achievement.target]


def list_cycles(db: Database) -> list[EvaluationCycle]:
    """All cycles, the newest first, each with how many of its sheets are closed and follow-ups undone."""
    return EvaluationCycle.joined(
        db,
        "c",
        "ORDER BY c.id DESC",
        sheets="(SELECT count(*) FROM evaluation_sheet s WHERE s.cycle_id = c.id)",
        shut="(SELECT count(*) FROM evaluation_sheet s WHERE s.cycle_id = c.id AND s.state = 'closed')",
        undone="(SELECT count(*) FROM follow_up f WHERE f.cycle_id = c.id AND f.state IN ('open', 'done'))",
    )


def sheets_of(db: Database, cycle_id: int) -> list[EvaluationSheet]:
    return EvaluationSheet.joined(
        db,
        "s",
        "WHERE s.cycle_id = ? ORDER BY s.id",
        (cycle_id,),
        rows="(SELECT count(*) FROM evaluation_row r WHERE r.sheet_id = s.id)",
        assessed="(SELECT count(*) FROM evaluation_row r WHERE r.sheet_id = s.id AND r.weight <> '')",
        faults="(SELECT count(*) FROM evaluation_row r WHERE r.sheet_id = s.id AND r.weight IN ('minor', 'major'))",
    )


def sheet_rows(db: Database, sheet: EvaluationSheet, period: Period, today: date) -> list[SheetRow]:
    rows = rows_of_sheet(db, sheet.id)
    known = {}
    if not all(sheet_row.weight for sheet_row in rows):
        known = {achievement.key: achievement for achievement in achievements(db, period, today)}
    return [to_sheet_row(row, known.get(row.indicator), indicators_of(db).get(row.indicator)) for row in rows]


def rows_of_sheet(db: Database, sheet_id: int) -> list[EvaluationRow]:
    return EvaluationRow.rows(db, sheet_id=sheet_id, order="ordinal")


def to_sheet_row(row: EvaluationRow, achievement: Achievement | None, indicator: Indicator | None) -> SheetRow:
    if indicator:
        name = indicator.name
        definition = indicator.definition
    else:
        name = row.indicator
        definition = ""
    if row.weight or achievement is None:
        return SheetRow(row, row.indicator, name, definition, row.target, row.value, row.state or "no_data")
    return SheetRow(
        row, row.indicator, name, definition, target_words(achievement), value_words(achievement), achievement.state
    )


def unit_label(db: Database, unit: str) -> str:
    return unit_words(profile_of(db), unit)


def team_of(cycle: EvaluationCycle) -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(cycle.team)
    return known


def follow_ups_of(db: Database, cycle_id: int) -> list[FollowUp]:
    return FollowUp.rows(db, cycle_id=cycle_id, order="id")


def carried_follow_ups(db: Database) -> list[FollowUp]:
    """What earlier cycles left undone and no cycle has taken over."""
    rest = (
        "WHERE f.state = 'carried' AND NOT EXISTS (SELECT 1 FROM follow_up n WHERE n.carried_from = f.id) ORDER BY f.id"
    )
    return FollowUp.joined(db, "f", rest)


def supervisions_of(db: Database, cycle_id: int) -> list[Supervision]:
    return Supervision.rows(db, cycle_id=cycle_id, order="on_date, id")


def signatures_of(db: Database, subject: str) -> list[QualitySignature]:
    return QualitySignature.rows(db, subject=subject, order="ordinal")


def next_signature(db: Database, subject: str) -> QualitySignature | None:
    """The signature that is due; None after the last."""
    return QualitySignature.first(db, subject=subject, username="", order="ordinal")


def capas_of(db: Database, period: Period) -> Mapping[str, int]:
    """Indicator → its LTPP of a period."""
    return {row.indicator: row.capa_id for row in IndicatorCapa.rows(db, period=period.code)}


def find_capa(db: Database, key: str, period: Period) -> int | None:
    row = IndicatorCapa.first(db, indicator=key, period=period.code)
    return row.capa_id if row else None


def cycle_period(cycle: EvaluationCycle) -> Period:
    return Period.parse(cycle.period)


def kept_principles(db: Database, cycle: EvaluationCycle) -> list[tuple[str, str, str]]:
    """Name and text of each principle, and how the report says that it was kept."""
    kept = json.loads(cycle.principles) or [""] * len(load_principles())
    office = str(get_setting(db, "office.name"))
    return [
        (principle.name, principle.text.replace("{office}", office), said)
        for principle, said in zip(load_principles(), kept, strict=True)
    ]


def find_cycles(db: Database, text: str, most: int) -> list[EvaluationCycle]:
    """By what was typed of their number, the newest first."""
    ids = find_numbered(db, "evaluation", text)[:most]
    if not ids:
        return []
    return EvaluationCycle.rows(db, id=tuple(ids), order="id DESC")
