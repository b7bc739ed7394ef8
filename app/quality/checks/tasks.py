"""Rows of *Meja kerja* and the list under Pengawasan: what a check asks of whom, and a quarter without any."""

from datetime import date, datetime, timedelta

from app.casework.desk.oversight import Watched, WatchedLine
from app.casework.desk.parts import DeskParts, Task, asked_with, with_act
from app.core.clock import office_date
from app.core.dates import relative_due, short_date
from app.core.permissions import Actor
from app.core.quarters import Quarter
from app.platform.office.queries import list_standards, office_calendar
from app.platform.office.settings import get_setting
from app.platform.people.queries import list_people
from app.quality.checks.queries import checked_on, findings_of, may_answer, running_checks, sampled_cases
from app.quality.checks.service import check_facts
from app.quality.checks.tables import InternalCheck
from schema.database import Database
from sync.entries import parse_utc_text

TAB = "Pemeriksaan internal"


@with_act("verify")
@asked_with("check.make")
def overseer_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """What the next move of each check is, where it is whoever oversees who makes it."""
    tasks = list[Task]()
    today = office_date(now)
    for check in running_checks(db):
        due = date.fromisoformat(check.on_date)
        page = {"check_id": check.id}
        if move := next_move(db, check, check_facts(db, check, actor, today)):
            sentence, deed = move
            tasks.append(Task(TAB, f"Pemeriksaan {check.number}", sentence, "checks.show_check", deed, page, due))
    return tasks


def next_move(db: Database, check: InternalCheck, facts: set[str]) -> tuple[str, str] | None:
    """(sentence, word of the button) of what brings a running check on; None where nothing can be done now."""
    if check.state == "planned":
        if "day" not in facts:
            return None
        return ("Tarik sampelnya.", "Tarik sampel")
    if check.state == "answering":
        if "answered" not in facts:
            return None
        return ("Semua temuan sudah dijawab.", "Tutup")
    if lacking := sum(not case.judged for case in sampled_cases(db, check.id)):
        return f"{lacking} sampel belum diperiksa.", "Periksa"
    verb = "Kirim temuan" if "faults" in facts else "Tutup"
    return "Semua sampel sudah diperiksa.", verb


@with_act("answer")
@asked_with("check.answer")
def answering_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Findings that wait for the answer of this head."""
    tasks = []
    for check in running_checks(db):
        mine = [
            finding for finding in findings_of(db, check) if may_answer(actor, finding.row) and not finding.row.answer
        ]
        if mine:
            returned = sum(bool(finding.row.returned_why) for finding in mine)
            more = ""
            if returned:
                more = f" {returned} dikembalikan untuk dilengkapi."
            title = f"Temuan pemeriksaan {check.number}"
            detail = f"{len(mine)} temuan menunggu jawaban Anda.{more}"
            page = {"check_id": check.id}
            tasks.append(
                Task(TAB, title, detail, "checks.show_check", "Jawab", page, state="wait", word="Menunggu jawaban")
            )
    return tasks


def forgotten_quarter(db: Database, today: date) -> Quarter | None:
    """The quarter that has no check: the last one, else the running one when its end is near. None where there is."""
    running = Quarter.of(today)
    if checked_on(db, running.start, running.end):
        return None
    began = working_since(db)
    if (
        began is not None
        and began <= running.before.start
        and not checked_on(db, running.before.start, running.before.end)
    ):
        return running.before
    near = running.end - timedelta(days=get_setting(db, "checks.remind_days")) <= today
    if near and began is not None:
        return running
    return None


def working_since(db: Database) -> date | None:
    """From when on this office works with a standard in this program; None before its first one."""
    standards = [date.fromisoformat(standard.effective_on) for standard in list_standards(db)]
    entered = [office_date(parse_utc_text(person.added_at)) for person in list_people(db)]
    if standards and entered:
        return max(min(standards), min(entered))
    return None


@with_act("write")
@asked_with("check.make")
def reminder_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    quarter = forgotten_quarter(db, office_date(now))
    if quarter is None:
        return []
    over = quarter.end < office_date(now)
    if over:
        passed = "lewat"
        state = "bad"
        word = "Terlewat"
    else:
        passed = "hampir habis"
        state = "warn"
        word = "Segera"
    detail = f"{quarter.span} {passed} tanpa pemeriksaan internal."
    page = ("checks.list_checks", "Rencanakan")
    return [Task(TAB, f"{quarter.label} belum diperiksa", detail, *page, due_on=quarter.end, state=state, word=word)]


def late_actions(db: Database, now: datetime) -> Watched:
    """Actions whose day has come while the check is not closed."""
    today = office_date(now)
    calendar = office_calendar(db)
    lines = [
        WatchedLine(
            f"Pemeriksaan {check.number}, temuan {finding.row.number}",
            f"batas {short_date(date.fromisoformat(finding.row.due_on))}, "
            f"{relative_due(date.fromisoformat(finding.row.due_on), today, calendar).lower()}: {finding.row.action}",
            settled=False,
        )
        for check in running_checks(db)
        for finding in findings_of(db, check)
        if finding.row.due_on and finding.row.due_on < today.isoformat()
    ]
    return Watched("Tindakan pemeriksaan internal", "lewat batas", "checks.list_checks", lines, "tindakan")


DESK = DeskParts(
    tasks=[overseer_tasks, answering_tasks, reminder_tasks],
    watched=[late_actions],
)
