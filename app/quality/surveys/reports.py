"""Reports of a period, drafted with their figures and published by the chief; the LTPP of an index below its target."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from app.core.asked import Text
from app.core.clock import office_date
from app.core.periods import Period
from app.core.permissions import Actor, require
from app.core.problems import CATALOGUE, Problem, check_found
from app.platform.office import settings
from app.platform.office.numbers import epoch_letter
from app.quality.capa.service import open_report
from app.quality.surveys.events import CapaAsked, ReportDrafted, ReportPublished, ReportWithdrawn
from app.quality.surveys.queries import (
    TARGET,
    index,
    is_withheld,
    office_survey,
    results_by_group,
    results_by_service,
    sample_size,
    sources_of,
)
from app.quality.surveys.reckoning import Result, number_text, result_json
from app.quality.surveys.tables import SurveyCapa, SurveyReport
from app.room import office_command
from schema.database import Database, first_value
from schema.surveys import Survey
from sync.journal import Journal

PLAN_LIMIT = 2000
PLAN_FIRST = "Tulis rencana tindak lanjut, paling sedikit untuk unsur terendah."
WITHHELD = (
    "Jawabannya terlalu sedikit untuk ditampilkan sendiri: dengan kurang dari lima responden orang dapat menebak siapa "
    "menjawab apa. Pilih semua layanan atau masa yang lebih panjang."
)
STATES = {
    "drafted": ("wait", "Menunggu pimpinan"),
    "published": ("good", "Terbit"),
    "withdrawn": ("idle", "Ditarik"),
}
TREND = 6
"""Periods in the chart, the asked one last."""


def office_target(db: Database) -> Decimal:
    return Decimal(str(settings.get_setting(db, TARGET)))


def decimal_words(value: Decimal | str | None) -> str:
    """`76,47`, or a dash where there is no data."""
    if value is None:
        return "–"
    return str(value).replace(".", ",")


def is_below_target(db: Database, result: Result) -> bool:
    return result.index is not None and result.index < office_target(db)


# -- reports -------------------------------------------------------------------------------------------------------


def report_figures(db: Database, survey: Survey, service: str, period: Period) -> dict[str, Any]:
    """Everything that a report says, as text and numbers: it stays what it was when the report was drafted."""
    result = index(db, service, period, survey)
    enough = sample_size(db, survey, service, period, result.respondents)
    trend = index_trend(db, survey, service, period)
    services = [group_line(group.label, group.result) for group in results_by_service(db, survey, period)]
    groups = {}
    for label, results in results_by_group(db, survey, service, period).items():
        groups[label] = [group_line(group.label, group.result) for group in results]
    return {
        "label": period.label,
        "result": result_json(survey, result),
        "wanted": enough.wanted,
        "finished": enough.finished,
        "enough": enough.reached,
        "before": {"label": period.before.label, "index": trend[-2][1]},
        "trend": trend,
        "target": str(office_target(db)),
        "sources": dict(sorted(sources_of(db, survey.id, service, period).items())),
        "services": services,
        "groups": groups,
    }


def index_trend(db: Database, survey: Survey, service: str, period: Period) -> list[tuple[str, str | None]]:
    """(code, index) of the newest periods of this kind, oldest first."""
    found: list[tuple[str, str | None]] = []
    for _ in range(TREND):
        withheld = is_withheld(db, survey, service, period)
        if withheld:
            value = None
        else:
            value = index(db, service, period, survey).index
        found.insert(0, (period.code, number_text(value)))
        period = period.before
    return found


def group_line(label: str, result: Result) -> list[Any]:
    """[label, respondents, index or None, category]."""
    return [label, result.respondents, number_text(result.index), result.mark]


@office_command("survey.draft")
def draft_report(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    period: Period,
    plan: Annotated[str, Text("Rencana tindak lanjut", PLAN_FIRST, most=PLAN_LIMIT, lines=True)],
    now: datetime,
) -> int:
    """Draft the report of a period that is over, or of the running one. Raises Problem `conflict` without data."""
    db = journal.db
    survey = office_survey(journal.db)
    figures = report_figures(db, survey, service, period)
    if why := why_not_drafted(db, survey, service, period, figures["result"]["index"]):
        raise Problem.of("conflict", why=why)
    id_ = journal.next_id("survey_report")
    year = office_date(now).year
    said = json.dumps(figures, ensure_ascii=False, sort_keys=True)
    body = ReportDrafted(
        id_,
        next_number(journal, survey, year),
        survey.id,
        service,
        period.start.isoformat(),
        period.end.isoformat(),
        period.code,
        plan,
        said,
        hashlib.sha256(f"{said}\n{plan}".encode()).hexdigest(),
    )
    journal.record(body, subject=f"survey/report/{id_}", actor=actor.username, at=now)
    return id_


def why_not_drafted(db: Database, survey: Survey, service: str, period: Period, index: object) -> str:
    """Why no report of a period can be drafted now; empty where one can. `index` is that of the period, if any."""
    same = {"survey": survey.id, "service": service, "period": period.code}
    known = SurveyReport.first(db, state=("drafted", "published"), **same)
    if known is not None:
        return f"Laporan masa ini sudah ada: {known.number}. Tarik dulu bila perlu diganti."
    if index is None:
        return "Belum ada nilai indeks untuk masa ini, jadi belum ada yang dilaporkan."
    if not is_withheld(db, survey, service, period):
        return ""
    return WITHHELD


def next_number(journal: Journal, survey: Survey, year: int) -> str:
    tail = f"{epoch_letter(journal.epoch)}/{survey.short}/{year}"
    known = first_value(journal.db, "SELECT count(*) FROM survey_report WHERE number LIKE ?", (f"%{tail}",))
    return f"{int(known or 0) + 1:02d}{tail}"


def get_report(db: Database, report_id: int) -> SurveyReport:
    return check_found(SurveyReport.first(db, id=report_id), "Laporan survei itu")


@office_command("survey.publish")
def publish_report(
    journal: Journal,
    actor: Actor,
    *,
    report_id: int,
    digest: Annotated[str, Text("Yang dibaca", most=64)],
    now: datetime,
) -> None:
    """The chief signs the report with this digest; not what he drafted himself. Raises Problem."""
    report = get_report(journal.db, report_id)
    if report.state != "drafted" or report.digest != digest:
        raise Problem.of("state", what=f"Laporan {report.number}", state=STATES[report.state][1].lower())
    if report.actor == actor.username:
        raise Problem.of("conflict", why=CATALOGUE["second_person"].sentence)
    body = ReportPublished(report_id, digest)
    journal.record(body, subject=f"survey/report/{report_id}", actor=actor.username, at=now)


@office_command("survey.draft", "survey.publish")
def withdraw_report(
    journal: Journal,
    actor: Actor,
    *,
    report_id: int,
    why: Annotated[str, Text("Mengapa ditarik", "Tulis mengapa laporan ini ditarik.", most=300)],
    now: datetime,
) -> None:
    """Whoever drafts takes back a draft, the chief also what was published; it stays readable. Raises Problem."""
    report = get_report(journal.db, report_id)
    if report.state == "published":
        require(actor, "survey.publish")
    else:
        require(actor, "survey.draft")
    if report.state == "withdrawn":
        raise Problem.of("state", what=f"Laporan {report.number}", state="sudah ditarik")
    body = ReportWithdrawn(report_id, why)
    journal.record(body, subject=f"survey/report/{report_id}", actor=actor.username, at=now)


def list_reports(db: Database) -> list[SurveyReport]:
    return SurveyReport.rows(db, order="id DESC")


def newest_published(db: Database) -> SurveyReport | None:
    """What hangs on the board: the newest report about all services, else about any."""
    rows = SurveyReport.rows(db, state="published", order="last_on DESC, id DESC", limit=60)
    about_all = [row for row in rows if not row.service]
    return next(iter(about_all or rows), None)


def next_report_due(db: Database, today: date) -> date:
    """A report is due at least once a year: one year after the last day of the newest, at first by the year's end."""
    known = newest_published(db)
    if known is None:
        return date(today.year, 12, 31)
    return date(int(known.last_on[:4]) + 1, 12, 31)


# -- below the target ----------------------------------------------------------------------------------------------


def capa_of(db: Database, service: str, period: Period) -> int | None:
    known = SurveyCapa.first(db, service=service, period=period.code)
    return known.capa_id if known else None


@office_command("capa.open")
def open_survey_capa(journal: Journal, actor: Actor, *, service: str, period: Period, now: datetime) -> int:
    """The LTPP of an index below its target, opened once; returns its id. Raises Problem `conflict` above it."""
    db = journal.db
    if known := capa_of(db, service, period):
        return known
    result = index(db, service, period)
    if not is_below_target(db, result):
        raise Problem.of("conflict", why="Indeks masa ini tidak di bawah target, jadi tidak perlu LTPP.")
    problem, evidence = capa_words(db, result, period)
    capa_id = open_report(journal, actor, source="survey", problem=problem, evidence=evidence, now=now)
    body = CapaAsked(capa_id, service, period.code)
    journal.record(body, subject=f"capa/{capa_id}", actor=actor.username, at=now)
    return capa_id


def capa_words(db: Database, result: Result, period: Period) -> tuple[str, str]:
    problem = (
        f"Indeks kepuasan {period.label} adalah {decimal_words(result.index)} ({result.mark}, {result.words.lower()}), "
        f"di bawah target {decimal_words(office_target(db))}."
    )
    lowest = "; ".join(f"{element.id} {element.name} {decimal_words(element.value)}" for element in result.lowest)
    return problem, f"{result.respondents} responden. Unsur terendah: {lowest}."
