"""Journal kinds of targets, realisation and evaluation."""

import msgspec

from app.core.periods import Period
from app.indicators.tables import (
    IndicatorTarget,
    PerformanceAnalysis,
    PerformanceFollowUp,
    PerformanceReview,
    Realisation,
)
from app.room import add_row_of
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class TargetValue(msgspec.Struct, frozen=True, omit_defaults=True):
    """`lower`: it asks less than the one that held until then, for a reason. `responsible`: a role, or a section."""

    id: int
    indicator: str
    value: str
    lower: bool = False
    reason: str = ""
    responsible: str = ""


class TargetsSet(msgspec.Struct, frozen=True):
    """Targets of a year, put in force or changed."""

    year: int
    targets: list[TargetValue]


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
    person: str
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
    stamp = {"year": entry.body.year, "at": to_utc_text(entry.at), "actor": entry.actor}
    for one in entry.body.targets:
        IndicatorTarget.add(db, **IndicatorTarget.take(one, **stamp))


def apply_typed(db: Database, entry: Entry) -> None:
    body: RealisationTyped = entry.body
    if body.replaces is not None:
        Realisation.alter(db, {"id": body.replaces}, state="replaced")
    stamp = {"year": Period.parse(body.period).year, "typed_by": entry.actor, "typed_at": to_utc_text(entry.at)}
    Realisation.add(db, **Realisation.take(body, state="waiting", **stamp))


def apply_checked(db: Database, entry: Entry) -> None:
    body: RealisationChecked = entry.body
    stamp = {"checked_by": entry.actor, "checked_at": to_utc_text(entry.at), "check_note": body.note}
    Realisation.alter(db, {"id": body.id}, state="checked" if body.agreed else "returned", **stamp)


def apply_closed(db: Database, entry: Entry) -> None:
    body: PerformanceClosed = entry.body
    stamp = {"at": to_utc_text(entry.at), "actor": entry.actor}
    PerformanceReview.add(db, **PerformanceReview.take(body, **stamp))
    for n, one in enumerate(body.follow_ups, start=1):
        PerformanceFollowUp.add(db, **PerformanceFollowUp.take(one, period=body.period, n=n))


def apply_followed(db: Database, entry: Entry) -> None:
    body: PerformanceFollowed = entry.body
    done = {"done_on": body.done_on, "done_note": body.done_note}
    PerformanceFollowUp.alter(db, {"period": body.period, "n": body.n}, **done)


KINDS = [
    Kind("indicator.targets_set", 1, TargetsSet, apply_targets),
    Kind("realisation.typed", 1, RealisationTyped, apply_typed),
    Kind("realisation.checked", 1, RealisationChecked, apply_checked),
    Kind("performance.analysed", 1, PerformanceAnalysed, add_row_of(PerformanceAnalysis)),
    Kind("performance.closed", 1, PerformanceClosed, apply_closed),
    Kind("performance.followed", 1, PerformanceFollowed, apply_followed),
]
