"""Journal kinds of targets, realisation and evaluation."""

from typing import Literal

import msgspec

from app.core.periods import Period
from app.quality.indicators.tables import (
    IndicatorTarget,
    PerformanceAnalysis,
    PerformanceFollowUp,
    PerformanceReview,
    Realisation,
)
from app.room import add_row_of, add_rows_of, alter_row_of, in_turn
from schema.database import Database
from schema.person_fields import OfficialName
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class TargetValue(msgspec.Struct, frozen=True, omit_defaults=True):
    """`lower`: it asks less than the one that held until then, for a reason. `responsible`: a role, or a section."""

    id: int
    indicator: str
    value: str
    lower: bool = False
    reason: str = ""
    responsible: str = ""


class TargetsSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """The chief set targets; before November 2026 they were in force at once, now they wait for a second person."""

    year: int
    targets: list[TargetValue]
    state: Literal["in_force", "waiting"] = "in_force"


class TargetsJudged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A second person agreed to targets that waited, which are in force from now on, or gave them back with a note."""

    year: int
    ids: list[int]
    agreed: bool
    note: str = ""


class RealisationTyped(msgspec.Struct, frozen=True, omit_defaults=True):
    """`value` follows from numerator and denominator where the indicator has both."""

    id: int
    indicator: str
    period: str
    value: str
    numerator: str = ""
    denominator: str = ""
    note: str = ""
    replaces: int | None = None
    reason: str = ""


class RealisationChecked(msgspec.Struct, frozen=True):
    """Another person compared a figure with its evidence: it counts from now on, or goes back with a note."""

    id: int
    agreed: bool
    note: str


class PerformanceAnalysed(msgspec.Struct, frozen=True):
    id: int
    period: str
    text: str


class FollowUp(msgspec.Struct, frozen=True):
    what: str
    person: OfficialName
    by_on: str


class PerformanceClosed(msgspec.Struct, frozen=True):
    period: str
    conclusion: str
    figures: str
    follow_ups: list[FollowUp]


class PerformanceFollowed(msgspec.Struct, frozen=True):
    """A follow-up was carried out."""

    period: str
    n: int
    done_on: str
    done_note: str


def apply_targets(db: Database, entry: Entry) -> None:
    """What waited for the same indicators is replaced: a second person agrees to the newest only."""
    body: TargetsSet = entry.body
    for target in body.targets:
        waiting = {"year": body.year, "indicator": target.indicator, "state": "waiting"}
        IndicatorTarget.alter(db, waiting, state="dropped")
    add_rows_of(IndicatorTarget, "targets", year="year", state="state")(db, entry)


def apply_targets_judged(db: Database, entry: Entry) -> None:
    body: TargetsJudged = entry.body
    state = "in_force" if body.agreed else "dropped"
    for target_id in body.ids:
        IndicatorTarget.alter(db, {"id": target_id}, state=state, second=entry.actor, note=body.note)


def apply_typed(db: Database, entry: Entry) -> None:
    body: RealisationTyped = entry.body
    if body.replaces is not None:
        Realisation.alter(db, {"id": body.replaces}, state="replaced")
    stamp = {"year": Period.parse(body.period).year, "typed_by": entry.actor, "typed_at": to_utc_text(entry.at)}
    Realisation.add_from(db, body, state="waiting", **stamp)


def apply_checked(db: Database, entry: Entry) -> None:
    body: RealisationChecked = entry.body
    if body.agreed:
        state = "checked"
    else:
        state = "returned"
    stamp = {"checked_by": entry.actor, "checked_at": to_utc_text(entry.at), "check_note": body.note}
    Realisation.alter(db, {"id": body.id}, state=state, **stamp)


CLOSED = in_turn(
    add_row_of(PerformanceReview), add_rows_of(PerformanceFollowUp, "follow_ups", nth="n", period="period")
)
KINDS = [
    Kind("indicator.targets_set", 1, TargetsSet, apply_targets, NOBODY),
    Kind("indicator.targets_judged", 1, TargetsJudged, apply_targets_judged, NOBODY),
    Kind("realisation.typed", 1, RealisationTyped, apply_typed, NOBODY),
    Kind("realisation.checked", 1, RealisationChecked, apply_checked, NOBODY),
    Kind("performance.analysed", 1, PerformanceAnalysed, add_row_of(PerformanceAnalysis), NOBODY),
    Kind("performance.closed", 1, PerformanceClosed, CLOSED),
    Kind(
        "performance.followed", 1, PerformanceFollowed, alter_row_of(PerformanceFollowUp, key=("period", "n")), NOBODY
    ),
]
