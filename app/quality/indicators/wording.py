"""Figures of indicators in words, the same on pages and papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from app.core.periods import Period
from app.core.permissions import Actor
from app.quality.indicators.queries import STATES, Achievement, State, belongs_to
from app.quality.indicators.tables import Realisation

if TYPE_CHECKING:
    from schema.indicator_values import Value
    from schema.indicators import Indicator
    from schema.profiles import Profile

DIRECTIONS = {"more": "paling sedikit", "less": "paling banyak", "nearer": "mendekati"}
UNKNOWN = "belum ada data"


def amount_words(indicator: Indicator, value: Value | None) -> str:
    """`87,5%`, `1:30`; empty where there is none."""
    from schema.indicator_values import format_value

    if not value:
        return ""
    return format_value(value, indicator.unit, indicator.noun)


def plain_words(value: Value) -> str:
    """A value as one types it."""
    from schema.indicator_values import format_value

    return format_value(value, places=6)


def stored_words(indicator: Indicator, text: str) -> str:
    """A stored value, as :func:`amount_words` writes it."""
    from schema.indicator_values import read_exact

    return amount_words(indicator, read_exact(text))


def stored_parts(row: Realisation) -> str:
    """`12 dari 15` of a typed figure; empty where it has no parts."""
    from schema.indicator_values import format_number

    if not row.denominator:
        return ""
    return f"{format_number(Fraction(row.numerator))} dari {format_number(Fraction(row.denominator))}"


def value_words(achievement: Achievement) -> str:
    return amount_words(achievement.indicator, achievement.value) or UNKNOWN


def target_words(achievement: Achievement) -> str:
    """`paling sedikit 95%`; empty without a target."""
    if achievement.target is None:
        return ""
    words = amount_words(achievement.indicator, achievement.target.value)
    if not words:
        return ""
    return f"{DIRECTIONS[achievement.indicator.direction]} {words}"


def parts_words(achievement: Achievement) -> str:
    """`12 dari 15`, or how many are behind a measure of another kind; empty where it has no parts."""
    from schema.indicator_values import format_number

    if achievement.numerator is None or not achievement.denominator:
        return ""
    base = format_number(achievement.denominator)
    if achievement.computed and achievement.indicator.unit != "percent":
        return f"dari {base} kejadian"
    return f"{format_number(achievement.numerator)} dari {base}"


def units_of(profile: Profile) -> dict[str, str]:
    """Who may answer for an indicator, by code: the roles of the office and its sections."""
    roles = {role: profile.label(role) for role in profile.side_roles("office")}
    return roles | {code: section.name for code, section in profile.sections.items()}


def unit_words(profile: Profile, unit: str) -> str:
    """The responsible unit of an indicator: a role or a section of the profile."""
    if unit in profile.roles:
        return profile.label(unit)
    if unit in profile.sections:
        return profile.sections[unit].name
    return unit or "belum ditentukan"


def responsible_unit(achievement: Achievement) -> str:
    if achievement.target and achievement.target.responsible:
        return achievement.target.responsible
    return achievement.indicator.responsible


def count_states(found: Sequence[Achievement]) -> Counter[State]:
    return Counter(achievement.state for achievement in found)


def in_sentence(period: Period) -> str:
    """`tahun 2026`, `Triwulan III 2026`."""
    if period.kind == "year":
        return f"tahun {period.year}"
    return period.label


def lead_sentence(found: Sequence[Achievement], period: Period) -> str:
    """`7 dari 9 sasaran tercapai pada Triwulan III 2026. 1 belum tercapai, 1 belum ada data.`

    What is not measured before the end of the period is told apart and not counted.
    """
    aimed = [achievement for achievement in found if achievement.target]
    if not aimed:
        return f"Belum ada target yang berlaku untuk tahun {period.year}."
    due = [achievement for achievement in aimed if achievement.due or achievement.value]
    counts = count_states(due)
    rest = [f"{counts[state]} {STATES[state].lower()}" for state in ("missed", "waiting", "no_data") if counts[state]]
    sentences = [f"{counts['reached']} dari {len(due)} sasaran tercapai pada {in_sentence(period)}"]
    if rest:
        sentences.append(", ".join(rest))
    if len(due) < len(aimed):
        sentences.append(f"{len(aimed) - len(due)} sasaran lain baru diukur sesudahnya")
    if any(achievement.running for achievement in aimed):
        sentences.append("Periode ini masih berjalan")
    return ". ".join(sentences) + "."


def is_mine(actor: Actor, achievement: Achievement) -> bool:
    return belongs_to(actor, responsible_unit(achievement))
