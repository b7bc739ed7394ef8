"""A cycle of monitoring and evaluation: planned, reported by the team together, evaluated and closed by the chief."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from app.core.asked import Day, Text
from app.core.clock import office_date
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, ValueProblem, check_nothing_wrong
from app.core.text import field_text
from app.platform.files.service import SCAN, keep_file
from app.platform.office.moves import Act
from app.platform.office.numbers import yearly_number
from app.platform.people.queries import actor_named
from app.quality.capa.service import open_report
from app.quality.evaluation.events import (
    CapaOfIndicator,
    CycleClosed,
    CycleEvaluated,
    CyclePlanned,
    CycleReported,
    CycleWithdrawn,
    FollowUpTaken,
    ReportDrafted,
    ReportRejected,
    SheetPlanned,
    SupervisionNoted,
)
from app.quality.evaluation.queries import (
    aimed_achievements,
    by_unit,
    carried_follow_ups,
    cycle_period,
    evaluation_rules,
    find_capa,
    rows_of_sheet,
    sheets_of,
)
from app.quality.evaluation.tables import EvaluationCycle
from app.quality.evaluation.transitions import Digest, move_cycle, sign_next, signature_due
from app.quality.indicators.queries import Achievement, achievement
from app.quality.indicators.service import NewTarget, set_targets
from app.quality.indicators.wording import responsible_unit, target_words, unit_words, value_words
from app.room import office_command
from schema.database import Database
from schema.evaluation import load_principles
from schema.profiles import Profile
from sync.journal import Journal

KINDS = {"routine": "Rutin", "incidental": "Insidental"}
LONGEST = 5000
NO_OBSTACLES = "Tulis hambatannya; bila tidak ada, tulis tidak ada."


class Plan(msgspec.Struct, frozen=True):
    """A plan as it was typed. `team`: role → user names; no `components` means all."""

    period: str
    from_on: date | None
    until_on: date | None
    team: Mapping[str, Sequence[str]]
    kind: str = "routine"
    reason: str = ""
    components: Sequence[str] = ()


@office_command("evaluation.assess")
def plan_cycle(journal: Journal, actor: Actor, *, plan: Plan, now: datetime) -> int:
    """Plan a cycle: one sheet for each unit that answers for an indicator in scope. Raises Problem."""
    db = journal.db
    today = office_date(now)
    wrong = dict[str, str]()
    empty = ""
    if plan.kind == "incidental":
        empty = "Tulis mengapa siklus insidental diadakan."
    reason = field_text(wrong, "reason", plan.reason, 300, "Alasan", lines=True, empty=empty)
    if plan.kind != "incidental":
        reason = ""
    period = check_plan(db, actor, plan, today, wrong)
    if period and "period" not in wrong:
        scope = scoped_indicators(db, period, plan.components, today)
    else:
        scope = []
    components = dict.fromkeys(indicator.indicator.component for indicator in scope)
    is_covered = scope and components.keys() >= set(plan.components)
    if not is_covered and "period" not in wrong:
        wrong["components"] = "Tidak ada sasaran dengan target yang berlaku dalam cakupan itu."
    if wrong or period is None:
        raise Problem.of("invalid", wrong)
    first = journal.next_id("evaluation_sheet")
    taken = journal.next_id("follow_up")
    sheets = []
    for sheet_id, (unit, rows) in enumerate(by_unit(actor.profile, scope).items(), first):
        sheets.append(SheetPlanned(sheet_id, unit, [row.key for row in rows]))
    follow_ups = [FollowUpTaken(number, row.id) for number, row in enumerate(carried_follow_ups(db), taken)]
    body = CyclePlanned(
        journal.next_id("evaluation_cycle"),
        yearly_number(journal, "evaluation", "MONEV", today.year),
        period.code,
        plan.kind,
        reason,
        list(components),
        {role: list(names) for role, names in plan.team.items()},
        str(plan.from_on),
        str(plan.until_on),
        sheets,
        follow_ups,
    )
    journal.record(body, subject=f"evaluation/{body.id}", actor=actor.username, at=now)
    return body.id


def check_plan(db: Database, actor: Actor, plan: Plan, today: date, wrong: dict[str, str]) -> Period | None:
    """The period of a plan; what is wrong goes into `wrong`."""
    if plan.kind not in KINDS:
        wrong["kind"] = SENTENCES["choose_one"]
    if plan.from_on is None or plan.until_on is None or plan.until_on < plan.from_on:
        wrong["until_on"] = "Isi tanggal mulai dan selesainya; selesai tidak sebelum mulai."
    rules = evaluation_rules(db)
    for role in rules.team:
        names = plan.team.get(role, ())
        members = [actor_named(db, name, today) for name in names]
        if not members or not all(member and role in member.roles for member in members):
            wrong[f"team-{role}"] = f"Pilih paling sedikit satu orang dari {actor.profile.label(role)}."
    if not wrong and actor.username not in {name for names in plan.team.values() for name in names}:
        wrong[f"team-{rules.team[0]}"] = "Yang merencanakan siklus ini ikut dalam timnya."
    try:
        period = Period.parse(plan.period)
    except ValueProblem as problem:
        wrong["period"] = problem.sentence
        return None
    if period.start > today:
        wrong["period"] = f"{period.label} belum mulai."
    elif plan.kind == "routine" and find_routine_cycle(db, period):
        wrong["period"] = f"{period.label} sudah mempunyai siklus rutin. Buka siklus itu, atau pilih insidental."
    return period


def find_routine_cycle(db: Database, period: Period) -> EvaluationCycle | None:
    return EvaluationCycle.first(db, EvaluationCycle.state != "withdrawn", period=period.code, kind="routine")


def scoped_indicators(db: Database, period: Period, components: Sequence[str], today: date) -> list[Achievement]:
    found = aimed_achievements(db, period, today)
    return [figure for figure in found if not components or figure.indicator.component in components]


@move_cycle("withdraw")
def withdraw_cycle(
    act: Act[EvaluationCycle],
    *,
    cycle_id: int,
    reason: Annotated[str, Text("Alasan membatalkan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Take back a plan of which nothing was done yet."""
    act.record(CycleWithdrawn(cycle_id, reason))


# -- report ----------------------------------------------------------------------------------------------------------


class Report(msgspec.Struct, frozen=True):
    """The report as the team wrote it; `principles`: how each of the nine was kept."""

    results: str
    obstacles: str
    recommendations: str
    principles: Sequence[str]


@move_cycle("draft")
def draft_report(act: Act[EvaluationCycle], *, cycle_id: int, report: Report, now: datetime) -> None:
    """Write the report, or write it again: what was signed of the one before is void. Raises Problem."""
    db = act.journal.db
    wrong = dict[str, str]()
    results, obstacles, recommendations = (
        field_text(wrong, name, getattr(report, name), LONGEST, label, lines=True, empty=empty)
        for name, label, empty in REPORT_TEXTS
    )
    kept = [
        field_text(wrong, f"principle-{n}", text, 500, principle.name, lines=True, empty="Tulis bagaimana dijalankan.")
        for n, (principle, text) in enumerate(zip(load_principles(), report.principles, strict=True), start=1)
    ]
    check_nothing_wrong(wrong)
    due = [signature_due(db, "Disusun oleh", role) for role in evaluation_rules(db).team]
    digest = report_digest(db, act.thing, [results, obstacles, recommendations, *kept])
    act.record(ReportDrafted(cycle_id, results, obstacles, recommendations, kept, digest, due))


REPORT_TEXTS = (
    ("results", "Hasil kegiatan", "Tulis hasil kegiatannya."),
    ("obstacles", "Hambatan", NO_OBSTACLES),
    ("recommendations", "Rekomendasi", "Tulis rekomendasinya."),
)


def report_digest(db: Database, cycle: EvaluationCycle, texts: Sequence[str]) -> str:
    """Over everything that the report says: its texts, and every row of every sheet."""
    sheets = [(sheet.unit, sheet.activities, sheet.obstacles) for sheet in sheets_of(db, cycle.id)]
    rows = [list(row.__data__.values()) for sheet in sheets_of(db, cycle.id) for row in rows_of_sheet(db, sheet.id)]
    whole = json.dumps([cycle.number, *texts, sheets, rows], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


@move_cycle("reject")
def reject_report(
    act: Act[EvaluationCycle],
    *,
    cycle_id: int,
    reason: Annotated[str, Text("Yang harus diperbaiki", SENTENCES["what_to_mend"], most=500)],
    now: datetime,
) -> None:
    """Send the report back before it is complete."""
    act.record(ReportRejected(cycle_id, reason))


@move_cycle("sign")
def sign_report(act: Act[EvaluationCycle], *, cycle_id: int, digest: Digest, now: datetime) -> bool:
    """Sign the report for the own part of the team; True when it is complete. The PIN was asked before."""
    last = sign_next(act, act.subject.key, act.thing.digest, digest)
    if last:
        act.record(CycleReported(cycle_id, digest))
    return last


# -- evaluation ------------------------------------------------------------------------------------------------------


@move_cycle("evaluate")
def evaluate_cycle(
    act: Act[EvaluationCycle], *, cycle_id: int, text: str, targets: Sequence[NewTarget], now: datetime
) -> int:
    """The chief evaluates and sets the next year's targets; how many are new. The PIN was asked before.

    Raises Problem, `invalid` at `evaluation`, `target-KEY` and `reason-KEY` of all that is wrong.
    """
    wrong: dict[str, str] = {}
    words = field_text(wrong, "evaluation", text, LONGEST, "Evaluasi", lines=True, empty="Tulis evaluasinya.")
    year = cycle_period(act.thing).year + 1
    changed = 0
    try:
        changed = set_targets(act.journal, act.actor, year=year, changes=targets, now=now)
    except Problem as problem:
        wrong |= problem.fields or {"evaluation": problem.sentence}
    check_nothing_wrong(wrong)
    act.record(CycleEvaluated(cycle_id, words))
    return changed


@move_cycle("close")
def close_cycle(act: Act[EvaluationCycle], *, cycle_id: int, now: datetime) -> None:
    """The chief closes; nothing of it is open any more. The PIN was asked before."""
    act.record(CycleClosed(cycle_id))


# -- what was not reached, and supervision -----------------------------------------------------------------------------


@office_command("capa.open")
def open_capa(journal: Journal, actor: Actor, *, key: str, period: Period, now: datetime) -> int:
    """The LTPP of an indicator that was not reached in a period: opened with its text filled, or the one there is.

    Raises Problem `conflict` where the figure is not one that was missed.
    """
    known = find_capa(journal.db, key, period)
    if known is not None:
        return known
    figure = achievement(journal.db, key, period, office_date(now))
    if figure.state != "missed":
        raise Problem.of(
            "conflict", why=f"{figure.indicator.name} tidak berkeadaan belum tercapai pada {period.label}."
        )
    evidence = evidence_words(figure, actor.profile)
    capa_id = open_report(
        journal, actor, source="quality_target", problem=missed_words(figure), evidence=evidence, now=now
    )
    link = CapaOfIndicator(key, period.code, capa_id)
    journal.record(link, subject=f"capa/{capa_id}", actor=actor.username, at=now)
    return capa_id


def missed_words(figure: Achievement) -> str:
    return (
        f"{figure.indicator.name}: {value_words(figure)} pada {figure.period.label}, sasaran {target_words(figure)}. "
        f"{figure.indicator.definition}"
    )


def evidence_words(figure: Achievement, profile: Profile) -> str:
    unit = unit_words(profile, responsible_unit(figure))
    clause = figure.indicator.clause or "sasaran kantor"
    return f"Capaian {figure.period.label} menurut Sasaran Mutu ({clause}); unit: {unit}."


SUPERVISED_ON = "Isi tanggal pembinaannya, paling lambat hari ini."


@move_cycle("supervise")
def supervise_cycle(
    act: Act[EvaluationCycle],
    *,
    cycle_id: int,
    on_date: Annotated[date, Day("Tanggal", SUPERVISED_ON)],
    post: Annotated[str, Text("Jabatan yang membina", "Tulis jabatan yang membina, bukan namanya.", most=120)],
    notes: Annotated[str, Text("Catatan", "Tulis apa yang disampaikan.", most=LONGEST, lines=True)],
    now: datetime,
    files: Sequence[tuple[bytes, str]] = (),
) -> int:
    """Write down a supervision from above, with its papers. Raises Problem."""
    if on_date > act.today:
        raise Problem.of("invalid", {"on_date": SUPERVISED_ON})
    body = SupervisionNoted(act.journal.next_id("supervision"), cycle_id, str(on_date), post, notes)
    act.record(body)
    for data, name in files:
        subject = f"supervision/{body.id}"
        keep_file(act.journal, act.actor, data=data, rule=SCAN, subject=subject, now=now, name=name, field="files")
    return body.id
