"""What surveys ask for at *Meja kerja*: the yearly report, a signature, forms to type again or to settle."""

from datetime import date, datetime, timedelta

from app.casework.desk.parts import NO_BUTTON, DeskParts, Task, asked_with, with_act
from app.core.clock import office_date
from app.core.dates import numeric_date
from app.core.permissions import Actor, may
from app.quality.surveys.forms import list_forms
from app.quality.surveys.reports import newest_published, next_report_due
from app.quality.surveys.tables import SurveyReport, SurveyTyping
from schema.database import Database

TAB = "Survei kepuasan"
WARNED_BEFORE = timedelta(days=60)


@with_act("write")
@asked_with("survey.view")
def report_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """A report is due at least once a year (PermenPANRB 14/2017); a drafted one waits for the chief."""
    today = office_date(now)
    tasks = list[Task]()
    waiting = SurveyReport.rows(db, state="drafted", order="id")
    if may(actor, "survey.publish"):
        tasks += [
            Task(
                TAB,
                "Laporan survei menunggu tanda tangan",
                f"Laporan {row.number}",
                "survey_reports.show_report",
                "Baca",
                {"report_id": row.id},
                act="approve",
            )
            for row in waiting
            if row.actor != actor.username
        ]
    due = next_report_due(db, today)
    if may(actor, "survey.draft") and not waiting and due - WARNED_BEFORE <= today:
        tasks.append(Task(TAB, "Susun laporan survei", due_words(db), "surveys.show_results", NO_BUTTON, {}, due))
    return tasks


def due_words(db: Database) -> str:
    last = newest_published(db)
    if last is None:
        return "Survei kepuasan dilaporkan paling sedikit sekali setahun; belum ada laporan."
    until = numeric_date(date.fromisoformat(last.last_on))
    return f"Paling sedikit sekali setahun; laporan terakhir {last.number} sampai {until}."


@with_act("write")
@asked_with("survey.type")
def form_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Forms that another person has typed once, and those that a third person is to settle."""
    own = {row.number for row in SurveyTyping.rows(db, actor=actor.username)}
    found = list[Task]()
    once = [form for form in list_forms(db, "typed") if form.number not in own]
    if once:
        lowest = min(form.number for form in once)
        text = f"{len(once)} lembar menunggu diketik orang kedua."
        found.append(Task(TAB, "Ketik lembar survei", text, "survey_forms.show_form", "Ketik", {"number": lowest}))
    if may(actor, "survey.settle"):
        found += [
            Task(
                TAB,
                f"Selesaikan lembar survei {form.number}",
                "Dua orang mengetik berbeda; lihat kertasnya.",
                "survey_forms.show_form",
                "Selesaikan",
                {"number": form.number},
            )
            for form in list_forms(db, "differs", limit=20)
            if form.number not in own
        ]
    return found


DESK = DeskParts(
    tasks=[report_tasks, form_tasks],
)
