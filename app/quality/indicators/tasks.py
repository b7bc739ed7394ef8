"""What targets and figures ask for at *Meja kerja*: to set, to type, to check, to analyse, to close, to follow up."""

from collections.abc import Iterator
from datetime import date, datetime

from app.casework.desk.parts import DeskParts, Task
from app.core.clock import office_date
from app.core.periods import Period, last_ended, periods_of_year
from app.core.permissions import Actor, may
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import DueItem
from app.quality.indicators import queries, service
from app.quality.indicators.tables import PerformanceFollowUp, Realisation
from schema.database import Database

TAB = "Sasaran mutu"
TO_DO = "indicators.list_figures"


def indicator_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """One row for each kind of work, however many figures it is about."""
    if not may(actor, "indicator.view") or not queries.indicator_files(db):
        return []
    today = office_date(now)
    return [*target_tasks(db, actor, today), *figure_tasks(db, actor, today), *period_tasks(db, actor, today)]


def target_tasks(db: Database, actor: Actor, today: date) -> Iterator[Task]:
    """The targets of this year, until they are in force; those that wait for a second person."""
    for year in queries.years_waiting(db):
        if queries.may_judge_targets(actor, queries.waiting_rows(db, year)):
            count = len(queries.waiting_targets(db, year))
            detail = f"{count} target ditetapkan dan menunggu persetujuan Anda sebagai orang kedua."
            where = {"year": year}
            yield Task(TAB, f"Setujui target {year}", detail, "targets.show_targets", "Baca", where, act="verify")
    if may(actor, "indicator.target") and today.year not in queries.years_in_force(db):
        targets = queries.load_targets(db, today.year).values()
        count = sum(not (target.in_force or target.waiting) for target in targets)
        if count:
            detail = f"{count} target usulan menunggu penetapan Anda; sampai itu tidak ada yang dinilai."
            yield Task(
                TAB,
                f"Tetapkan target {today.year}",
                detail,
                "targets.show_targets",
                "Baca",
                {"year": today.year},
                act="approve",
            )


def figure_tasks(db: Database, actor: Actor, today: date) -> Iterator[Task]:
    if may(actor, "indicator.type") and (missing := missing_figures(db, actor, today)):
        back = sum(returned for _, _, returned in missing)
        detail = f"{missing[0][1].label} dan yang sebelumnya."
        state = word = ""
        if back:
            detail += f" {back} dikembalikan pemeriksa."
            state = "back"
            word = "Dikembalikan"
        title = f"{len(missing)} capaian menunggu diisi"
        yield Task(TAB, title, detail, TO_DO, "Isi", state=state, word=word, act="write", count=len(missing))
    if may(actor, "indicator.check") and (count := len(figures_to_check(db, actor))):
        title = f"{count} capaian menunggu diperiksa"
        detail = "Cocokkan dengan buktinya."
        yield Task(TAB, title, detail, TO_DO, "Periksa", act="verify", count=count)


def missing_figures(db: Database, actor: Actor, today: date) -> list[tuple[str, Period, bool]]:
    """(key, period, whether it was returned) of figures of this and the last year that this person is to type: of
    periods that are over and whose target is in force, the newest first. Activities are typed as they happen."""
    missing = []
    for year in set(queries.years_in_force(db)) & {today.year, today.year - 1}:
        targets = queries.load_targets(db, year)
        typed = queries.figures_of_year(db, year)
        for key, indicator in queries.indicators_of(db).items():
            target = targets.get(key)
            kind = queries.typing_kind(indicator)
            if target is None or not target.in_force or not queries.can_type(actor, indicator, target):
                continue
            states = {row.period: row.state for row in typed.get(key, ())}
            over = [item for item in periods_of_year(kind, year) if item.end < today and kind != "activity"]
            missing += [(key, item, False) for item in over if item.code not in states]
            missing += [(key, Period.parse(code), True) for code, state in states.items() if state == "returned"]
    return sorted(missing, key=lambda pair: pair[1].end, reverse=True)


def figures_to_check(db: Database, actor: Actor) -> list[Realisation]:
    """Figures that wait for somebody who did not type them."""
    rows = Realisation.rows(db, state="waiting", order="id")
    return [row for row in rows if "another" in service.figure_facts(db, row, actor)]


def period_tasks(db: Database, actor: Actor, today: date) -> Iterator[Task]:
    """Periods that are over and not closed yet: to analyse, then to close; and follow-ups of one's own."""
    analyses = may(actor, "performance.analyse")
    closes = may(actor, "performance.close")
    periods = open_periods(db, today) if analyses or closes else ()
    for period in periods:
        written = bool(queries.analyses_of(db, period))
        where = {"code": period.code}
        page = "reviews.show_review"
        if analyses and not written:
            yield Task(
                TAB, f"Analisis {period.label}", "Tulis mengapa tercapai atau tidak.", page, "Tulis", where, act="write"
            )
        elif closes and written:
            detail = "Analisis petugas sudah ada. Tutup dengan tindak lanjut dan target berikutnya."
            yield Task(TAB, f"Tutup evaluasi {period.label}", detail, page, "Baca", where, act="decide")
    for row in PerformanceFollowUp.rows(db, person=actor.username, done_on="", order="by_on"):
        due = date.fromisoformat(row.by_on)
        where = {"code": row.period}
        yield Task(
            TAB, "Tindak lanjut evaluasi", row.what[:160], "reviews.show_review", "Catat", where, due, act="follow"
        )


def open_periods(db: Database, today: date) -> list[Period]:
    """The last quarter and the last year that are over, as far as their targets are in force and nobody closed them."""
    known = set(queries.years_in_force(db))
    over = [last_ended("quarter", today), last_ended("year", today)]
    return [period for period in over if period.year in known and not queries.find_review(db, period)]


def due_items(db: Database, actor: Actor, _now: datetime) -> list[DueItem]:
    """Follow-ups that run."""
    if not may(actor, "indicator.view"):
        return []
    return [
        DueItem(
            f"Evaluasi {Period.parse(row.period).label}",
            row.what[:80],
            Deadline("follow_up", "working_days", row.by_on, row.by_on),
            "reviews.show_review",
            {"code": row.period},
        )
        for row in PerformanceFollowUp.rows(db, done_on="", order="by_on", limit=100)
    ]


DESK = DeskParts(
    tasks=[indicator_tasks],
    due_items=(due_items,),
)
