"""Targets put in force, figures typed and checked, a period analysed and closed (clause 14).

A figure is typed by one person and checked by another, whatever their roles; a correction is a new figure with its
reason that has to be checked again. Computed figures are typed by nobody. Targets are set by the chief, for a coming
year, and are in force when a second person agreed (decision 76); one that asks less needs a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from app.core.asked import Text, YesNo
from app.core.clock import office_date
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import CATALOGUE, SENTENCES, Problem, check_nothing_wrong
from app.core.text import field_text
from app.platform.files.queries import files_of
from app.platform.files.service import keep_file
from app.platform.files.tables import StoredFile
from app.platform.office.moves import Act, Move, Moves, Subject, become, stay
from app.platform.people.queries import profile_of
from app.platform.people.two_people import check_two_people
from app.quality.indicators.events import (
    FollowUp,
    PerformanceAnalysed,
    PerformanceClosed,
    PerformanceFollowed,
    RealisationChecked,
    RealisationTyped,
    TargetsJudged,
    TargetsSet,
    TargetValue,
)
from app.quality.indicators.queries import (
    FIGURES,
    Achievement,
    Target,
    achievements,
    can_type,
    figure_history,
    find_figure,
    find_review,
    load_figure,
    load_indicator,
    load_targets,
    period_facts,
    responsible_people,
    typing_kind,
    waiting_mark,
    waiting_rows,
)
from app.quality.indicators.tables import (
    PerformanceFollowUp,
    PerformanceReview,
    Realisation,
)
from app.quality.indicators.wording import target_words, unit_words, units_of, value_words
from app.room import office_command
from schema.database import Database
from schema.service_standard import FileRule
from sync.journal import Journal

if TYPE_CHECKING:
    from schema.indicator_values import Value
    from schema.indicators import Indicator

LONGEST = 3000
EVIDENCE = FileRule(id="evidence", label="Bukti", types=("pdf", "xlsx", "jpeg", "png"), max_kb=4000)
NO_TARGETS = "Dokumen indikator tidak menyebut target tahun itu. Isi targetnya satu per satu."
LOWER = "Target ini lebih ringan daripada sebelumnya ({old}). Tulis alasannya."
TARGETS_CHANGED = "Target yang menunggu sudah diganti atau diputuskan. Muat ulang halaman dan baca lagi."
RUNNING = "Target {year} sudah berlaku dan tidak diubah di tengah jalan. Ubah target tahun depan."
NEGATIVE = "Angka ini tidak dapat kurang dari nol."
COMPUTED = "Angka ini dihitung Loket dari catatannya sendiri dan tidak dapat diketik."
OTHER_UNIT = "Angka ini diisi {unit}. Minta petugas di sana mengisinya."
FIGURE_MOVES: dict[str, Move] = {
    "check": Move(
        ("indicator.check",),
        become("checked", "waiting"),
        "realisation.checked",
        {
            "another": CATALOGUE["second_person"].sentence,
            "evidence": "Buktinya belum ada. Unggah dulu dokumen buktinya.",
        },
    ),
    "return": Move(
        ("indicator.check",),
        become("returned", "waiting"),
        "realisation.checked",
        {"another": CATALOGUE["second_person"].sentence},
    ),
    "attach": Move(("indicator.type",), stay("waiting", "returned"), "file.kept"),
}
PERIOD_STATES = {"open": "Belum ditutup", "closed": "Sudah ditutup"}
OVER = {"over": "Periode ini belum berakhir. Evaluasinya ditulis sesudah itu."}
PERIOD_MOVES: dict[str, Move] = {
    "analyse": Move(("performance.analyse",), stay("open"), "performance.analysed", OVER),
    "close": Move(
        ("performance.close",),
        become("closed", "open"),
        "performance.closed",
        OVER | {"analysed": "Analisis petugas belum ada. Periode ditutup sesudah ada analisisnya."},
    ),
    "follow": Move(("indicator.view",), stay("closed"), "performance.followed"),
}


# -- targets ---------------------------------------------------------------------------------------------------------


class NewTarget(msgspec.Struct, frozen=True):
    """A target as somebody typed it; `responsible`: a role or a section, empty where it stays as it is."""

    key: str
    text: str
    reason: str = ""
    responsible: str = ""


@office_command("indicator.target")
def adopt_targets(journal: Journal, actor: Actor, *, year: int, now: datetime) -> int:
    """Set what the indicator files say for a year, as far as nobody set it before; how many these are.

    Raises Problem `conflict` where there are none.
    """
    new = [target for target in load_targets(journal.db, year).values() if not (target.in_force or target.waiting)]
    if not new:
        raise Problem.of("conflict", why=NO_TARGETS)
    record_targets(journal, actor, year, new, now)
    return len(new)


@office_command("indicator.target")
def set_targets(journal: Journal, actor: Actor, *, year: int, changes: Sequence[NewTarget], now: datetime) -> int:
    """Set targets of a coming year, for a second person to agree to; how many are new.

    Raises Problem `invalid` at `target-KEY`, `reason-KEY` and `unit-KEY`.
    """
    wrong: dict[str, str] = {}
    known, last_year = load_targets(journal.db, year), load_targets(journal.db, year - 1)
    new = [
        made
        for change in changes
        if (made := judged_target(journal.db, year, change, known, last_year, office_date(now), wrong))
    ]
    check_nothing_wrong(wrong)
    if new:
        record_targets(journal, actor, year, new, now)
    return len(new)


def judged_target(
    db: Database,
    year: int,
    change: NewTarget,
    known: Mapping[str, Target],
    before: Mapping[str, Target],
    today: date,
    wrong: dict[str, str],
) -> Target | None:
    """The target that somebody typed; None where nothing changes. What is wrong with it goes into `wrong`."""
    from schema.indicator_values import format_value, parse_value

    indicator, key, held = load_indicator(db, change.key), change.key, known.get(change.key)
    try:
        value = parse_value(change.text)
    except ValueError as error:
        wrong[f"target-{key}"] = str(error)
        return None
    reason = field_text(wrong, f"reason-{key}", change.reason, 300, "Alasan")
    in_force = held is not None and held.in_force
    responsible = change.responsible or (held or indicator).responsible
    if change.responsible and change.responsible not in units_of(profile_of(db)):
        wrong[f"unit-{key}"] = SENTENCES["choose_from_list"]
    if held and (in_force or held.waiting) and (value, responsible) == (held.value, held.responsible):
        return None
    if in_force and year <= today.year and value != known[key].value:
        wrong[f"target-{key}"] = RUNNING.format(year=year)
    old = held or before.get(key)
    try:
        lower = old is not None and is_lower(value, old.value, indicator)
    except ValueError as error:
        wrong[f"target-{key}"] = str(error)
        return None
    if old and lower and not reason:
        wrong.setdefault(f"reason-{key}", LOWER.format(old=format_value(old.value, indicator.unit, indicator.noun)))
    return Target(key, year, value, lower=lower, reason=reason, responsible=responsible)


def is_lower(value: Value, old: Value, indicator: Indicator) -> bool:
    """Whether a target asks less than an older one: who just reaches it would not have reached that one."""
    from schema.indicator_values import is_reached

    return value != old and not is_reached(value, old, indicator.direction, indicator.best)


def record_targets(journal: Journal, actor: Actor, year: int, new: Sequence[Target], now: datetime) -> None:
    from schema.indicator_values import exact_text

    first = journal.next_id("indicator_target")
    rows = [
        TargetValue(first + n, target.key, exact_text(target.value), target.lower, target.reason, target.responsible)
        for n, target in enumerate(new)
    ]
    journal.record(TargetsSet(year, rows, "waiting"), subject=f"targets/{year}", actor=actor.username, at=now)


@office_command("indicator.check")
def judge_targets(
    journal: Journal,
    actor: Actor,
    *,
    year: int,
    seen: Annotated[str, Text("Yang dibaca", most=5000)],
    agreed: bool,
    note: Annotated[str, Text("Yang perlu diperbaiki", most=300)],
    now: datetime,
) -> int:
    """A second person agrees to the targets that wait for a year, or gives them back with a note; how many they are.

    `seen` are the targets that the person read (:func:`waiting_mark`). The PIN was asked before. Raises Problem.
    """
    rows = waiting_rows(journal.db, year)
    if not rows or waiting_mark(rows) != seen:
        raise Problem.of("conflict", why=TARGETS_CHANGED)
    if any(row.actor == actor.username for row in rows):
        raise Problem.of("second_person")
    check_two_people(journal.db, [actor.username, *(row.actor for row in rows)])
    if not agreed and not note:
        raise Problem.of("invalid", {"note": SENTENCES["what_to_mend"]})
    body = TargetsJudged(year, [row.id for row in rows], agreed, note)
    journal.record(body, subject=f"targets/{year}", actor=actor.username, at=now)
    return len(rows)


# -- realisation -----------------------------------------------------------------------------------------------------


class Typed(msgspec.Struct, frozen=True):
    """What somebody typed for a period: the parts of the formula, or the value where there is none."""

    numerator: str = ""
    denominator: str = ""
    value: str = ""
    note: str = ""
    reason: str = ""


@office_command("indicator.type")
def type_figure(journal: Journal, actor: Actor, *, key: str, period: Period, typed: Typed, now: datetime) -> int:
    """Write a figure down, or correct the one that stands; returns its id. Raises Problem."""
    indicator = check_typing(journal.db, actor, key, period, office_date(now))
    wrong: dict[str, str] = {}
    parts, value = read_figure(indicator, typed, wrong)
    note = field_text(wrong, "note", typed.note, 500, "Keterangan", lines=True)
    held = find_figure(journal.db, key, period)
    if held:
        empty, replaces = ("Tulis mengapa angkanya diubah.", held.id)
    else:
        empty, replaces = ("", None)
    reason = field_text(wrong, "reason", typed.reason, 300, "Alasan", empty=empty)
    check_nothing_wrong(wrong)
    body = RealisationTyped(
        journal.next_id("realisation"), key, period.code, value, *parts, note=note, replaces=replaces, reason=reason
    )
    journal.record(body, subject=f"realisation/{body.id}", actor=actor.username, at=now)
    return body.id


def check_typing(db: Database, actor: Actor, key: str, period: Period, today: date) -> Indicator:
    """The indicator, if this person may type its figure for a period now. Raises Problem."""
    indicator, target = load_indicator(db, key), load_targets(db, period.year).get(key)
    if indicator.query:
        raise Problem.of("conflict", why=COMPUTED)
    if not can_type(actor, indicator, target):
        unit = target.responsible if target else indicator.responsible
        raise Problem.of("conflict", why=OTHER_UNIT.format(unit=unit_words(actor.profile, unit)))
    if period.kind != typing_kind(indicator):
        raise Problem.of("invalid", {"period": "Sasaran ini tidak diukur untuk periode itu. Pilih dari daftar."})
    if period.start > today:
        raise Problem.of("invalid", {"period": f"{period.label} belum mulai."})
    if db.one("SELECT 1 FROM performance_review WHERE period = ?", (str(period.year),)):
        raise Problem.of("conflict", why=f"Evaluasi tahun {period.year} sudah ditutup; angkanya tidak diubah lagi.")
    return indicator


def read_figure(indicator: Indicator, typed: Typed, wrong: dict[str, str]) -> tuple[tuple[str, str], str]:
    """((numerator, denominator), value) of what was typed, exact. What is wrong goes into `wrong`."""
    from schema.indicator_values import exact_text

    formula = indicator.formula
    if formula is None or not formula.denominator:
        field = "value" if formula is None else "numerator"
        value = read_amount(field, typed, wrong, plain=formula is not None)
        if value is None:
            return ("", ""), ""
        if value.first < 0:
            wrong[field] = NEGATIVE
        return ("", ""), exact_text(value)
    above, below = (read_amount(name, typed, wrong, plain=True) for name in ("numerator", "denominator"))
    if above is None or below is None:
        return ("", ""), ""
    try:
        value = formula.value(above.first, below.first, indicator.unit)
    except ValueError as error:
        wrong["denominator"] = str(error)
        return ("", ""), ""
    if above.first < 0 and indicator.unit != "percent":
        wrong["numerator"] = NEGATIVE
    part_of_whole = indicator.unit == "percent" and not typed.note
    if part_of_whole and above.first > below.first:
        wrong["numerator"] = "Lebih besar daripada pembaginya. Periksa, atau jelaskan di Keterangan."
    return (exact_text(above), exact_text(below)), exact_text(value)


def read_amount(name: str, typed: Typed, wrong: dict[str, str], *, plain: bool) -> Value | None:
    """A typed value; `plain`: a single number. What is wrong goes into `wrong`."""
    from schema.indicator_values import parse_value

    text = str(getattr(typed, name))
    if not text.strip():
        wrong[name] = "Isi angkanya."
        return None
    try:
        value = parse_value(text)
    except ValueError as error:
        wrong[name] = str(error)
        return None
    if plain and value.form != "number":
        wrong[name] = "Isi satu angka, misalnya 85 atau 2,5."
        return None
    if value.first < 0 and name != "numerator":
        wrong[name] = NEGATIVE
    return value


def figure_subject(db: Database, actor: Actor, figure_id: int, _today: date) -> Subject[Realisation]:
    row = load_figure(db, figure_id)
    title = f"Angka {Period.parse(row.period).label}"
    return Subject(row, f"realisation/{row.id}", title, row.state, figure_facts(db, row, actor), FIGURES)


move_figure = Moves(FIGURE_MOVES, "figure_id", figure_subject)


@move_figure("attach")
def attach_evidence(act: Act[Realisation], *, figure_id: int, data: bytes, name: str, now: datetime) -> None:
    """Keep a file as evidence of a figure that waits. Raises Problem."""
    check_typing(act.journal.db, act.actor, act.thing.indicator, Period.parse(act.thing.period), act.today)
    subject = f"realisation/{figure_id}"
    keep_file(act.journal, act.actor, data=data, rule=EVIDENCE, subject=subject, now=now, name=name, field="evidence")


@move_figure.chosen_by("agreed", {True: "check", False: "return"})
def judge_figure(
    act: Act[Realisation],
    *,
    figure_id: int,
    agreed: Annotated[
        bool, YesNo("Sesuai dengan buktinya?", SENTENCES["choose_one"], words=("Sesuai", "Tidak, kembalikan"))
    ],
    note: Annotated[str, Text("Yang dilihat", name="check_note", most=500, lines=True)],
    now: datetime,
) -> None:
    """Another person compared a figure with its evidence, and agrees or gives it back. Raises Problem."""
    if not agreed and not note:
        raise Problem.of("invalid", {"check_note": SENTENCES["what_to_mend"]})
    act.record(RealisationChecked(figure_id, agreed, note))


def figure_facts(db: Database, row: Realisation, actor: Actor) -> set[str]:
    """What holds of a figure for this person, as `Move.needs` names it. Whoever typed an earlier one of the same
    period knows it, and checks none of them."""
    known = figure_history(db, row.indicator, Period.parse(row.period))
    facts = {"evidence"} if evidence_of(db, known) else set()
    if actor.username not in [figure.typed_by for figure in known]:
        facts.add("another")
    return facts


def evidence_of(db: Database, rows: Sequence[Realisation]) -> list[StoredFile]:
    """The files of a figure and of those that it replaced, the newest figure first."""
    return [file for row in rows for file in files_of(db, f"realisation/{row.id}", EVIDENCE.id)]


# -- evaluation of a period ------------------------------------------------------------------------------------------


def period_subject(db: Database, _actor: Actor, period: Period, today: date) -> Subject[Period]:
    state = "closed" if find_review(db, period) else "open"
    facts = period_facts(db, period, today)
    return Subject(period, f"performance/{period.code}", f"Evaluasi {period.label}", state, facts, PERIOD_STATES)


move_period = Moves(PERIOD_MOVES, "period", period_subject)


@move_period("analyse")
def analyse_period(
    act: Act[Period],
    *,
    period: Period,
    text: Annotated[str, Text("Analisis", "Tulis analisisnya.", most=LONGEST, lines=True)],
    now: datetime,
) -> int:
    """Write what the figures of a period mean; somebody else may add what he sees."""
    body = PerformanceAnalysed(act.journal.next_id("performance_analysis"), period.code, text)
    act.record(body)
    return body.id


class Plan(msgspec.Struct, frozen=True):
    """What follows, as it was typed: what, who (username), by when."""

    what: str
    person: str
    by_on: date | None


@move_period("close")
def close_period(
    act: Act[Period],
    *,
    period: Period,
    conclusion: str,
    plans: Sequence[Plan],
    targets: Sequence[NewTarget] = (),
    now: datetime,
) -> None:
    """The chief closes a period with what follows, each with a date, and sets the next year's targets with it.

    What was reached is kept as it is at this moment. The caller has confirmed the PIN. Raises Problem, with all that
    is wrong in the conclusion and in any of the lines at once.
    """
    db, wrong = act.journal.db, dict[str, str]()
    words = field_text(
        wrong, "conclusion", conclusion, LONGEST, "Kesimpulan", lines=True, empty=SENTENCES["conclusion"]
    )
    follow_ups = [judged_plan(db, n, plan, act.today, wrong) for n, plan in enumerate(plans, start=1)]
    found = achievements(db, period, act.today)
    if not plans and any(achievement.state == "missed" for achievement in found):
        wrong["what-1"] = "Ada sasaran yang belum tercapai. Tulis paling sedikit satu tindak lanjut."
    try:
        set_targets(act.journal, act.actor, year=period.year + 1, changes=targets, now=now)
    except Problem as problem:
        wrong |= problem.fields or {"conclusion": problem.sentence}
    check_nothing_wrong(wrong)
    figures = msgspec.json.encode([frozen_figure(achievement) for achievement in found]).decode()
    act.record(PerformanceClosed(period.code, words, figures, follow_ups))


def judged_plan(db: Database, n: int, plan: Plan, today: date, wrong: dict[str, str]) -> FollowUp:
    what = field_text(wrong, f"what-{n}", plan.what, 500, "Tindak lanjut", empty="Tulis apa yang dikerjakan.")
    if plan.person not in responsible_people(db):
        wrong[f"person-{n}"] = "Pilih siapa yang mengerjakannya."
    if plan.by_on is None or plan.by_on < today:
        wrong[f"by_on-{n}"] = "Isi batas waktunya: hari ini atau sesudahnya."
    return FollowUp(what, plan.person, str(plan.by_on or ""))


class FrozenFigure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was reached when a period was closed; later corrections do not change it."""

    key: str
    name: str
    state: str
    target: str = ""
    value: str = ""


def frozen_figure(figure: Achievement) -> FrozenFigure:
    return FrozenFigure(figure.key, figure.indicator.name, figure.state, target_words(figure), value_words(figure))


def frozen_figures(review: PerformanceReview) -> dict[str, FrozenFigure]:
    """Key → what was reached when a period was closed."""
    return {figure.key: figure for figure in msgspec.json.decode(review.figures, type=list[FrozenFigure])}


@move_period("follow")
def follow_plan(
    act: Act[Period],
    *,
    period: Period,
    n: int,
    note: Annotated[str, Text("Yang dikerjakan", SENTENCES["what_was_worked"], most=500, lines=True)],
    now: datetime,
) -> None:
    """The person whom a follow-up names has carried it out. Raises Problem."""
    row = PerformanceFollowUp.first(act.journal.db, period=period.code, n=n)
    if row is None or row.person != act.actor.username:
        raise Problem.of("conflict", why="Tindak lanjut ini bukan tugas Anda. Yang disebut namanya mencatatnya.")
    if row.done_on:
        raise Problem.of("conflict", why="Tindak lanjut ini sudah dicatat selesai.")
    act.record(PerformanceFollowed(period.code, n, act.today.isoformat(), note))
