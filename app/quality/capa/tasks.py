"""Reports that wait for the person who asks."""

from datetime import date, datetime

from app.casework.desk.parts import DeskParts, Task
from app.casework.desk.tasks import late_task
from app.core.clock import office_date
from app.core.dates import stored_date
from app.core.permissions import Actor, may
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import DueItem, running_deadlines
from app.platform.office.moves import can_move, may_move
from app.quality.capa.service import MOVES, present_round, report_facts
from app.quality.capa.tables import Capa, CapaRound
from app.services.complaints.limits import due_from, told_of_duty
from schema.database import Database

TAB = "LTPP"
MOST = 100


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    """LTPPs that run: until causes and actions are written, until the actions are done, until they are verified."""
    if not may(actor, "complaint.view"):
        return []
    numbers = {row.id: row.number for row in Capa.rows(db, Capa.state != "effective")}
    deadlines = running_deadlines(db, "capa", dated=True)
    running = [(capa_id, "Tindakan", deadline) for capa_id, deadline, _ in deadlines if capa_id in numbers]
    for report in Capa.rows(db, Capa.state != "effective", order="id", limit=MOST):
        duties = open_duties(db, report, present_round(db, report))
        running += [(report.id, words, deadline) for words, deadline in duties]
    items = []
    for capa_id, words, deadline in running:
        subject = f"capa/{capa_id}"
        where = {"capa_id": capa_id}
        duty = told_of_duty(db, actor, subject, deadline, now)
        answered = subject if duty.told else ""
        title = f"LTPP {numbers[capa_id]}"
        items.append(DueItem(title, words, deadline, "capa.show_report", where, answered, duty.note))
    return items


def late_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """LTPPs over a limit, for those whose turn it is to be told and who have nothing to do with them themselves."""
    own = {task.values["capa_id"] for task in report_tasks(db, actor, now)}
    late = [item for item in due_items(db, actor, now) if item.subject and item.values["capa_id"] not in own]
    return [late_task(TAB, item) for item in late]


def open_duties(db: Database, report: Capa, present: CapaRound | None) -> list[tuple[str, Deadline]]:
    """What an LTPP owes beside its actions: a plan since it was opened (or found without effect), then the check by
    another since its actions were done."""
    if present and present.done_on and not present.checked_on:
        return [("Verifikasi hasil", duty_since(db, "capa_check", present.done_on))]
    again = None
    if present and report.state == "again":
        again = present.checked_on
    if not present or again:
        return [("Sebab dan tindakan", duty_since(db, "capa_plan", again or report.opened_on))]
    return []


def duty_since(db: Database, name: str, since: str) -> Deadline:
    due = due_from(db, name, date.fromisoformat(since))
    return Deadline(name, due.unit, since, due.on)


def report_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not (may(actor, "capa.work") or may(actor, "capa.check")):
        return []
    tasks = []
    for report in Capa.rows(db, Capa.state != "effective", order="id", limit=MOST):
        present = present_round(db, report)
        if todo := report_todo(report, present, actor, office_date(now)):
            due = present.due_on if present else ""
            if duties := open_duties(db, report, present):
                due = duties[0][1].due
            due_on = stored_date(due)
            title = f"{todo[0]} {report.number}"
            where = {"capa_id": report.id}
            tasks.append(
                Task(TAB, title, report.problem[:160], "capa.show_report", todo[1], where, due_on, act=todo[2])
            )
    return tasks


def report_todo(report: Capa, present: CapaRound | None, actor: Actor, today: date) -> tuple[str, str, str] | None:
    """(title, verb, act) of what a report asks of this person now."""
    person = present.person if present else ""
    facts = report_facts(present, actor, today)
    possible = {name for name, move in MOVES.items() if may_move(actor, move) and can_move(move, report.state, facts)}
    if "plan" in possible and actor.username in (report.opened_by, person) and (not present or report.state == "again"):
        return "Rencana LTPP", "Isi", "write"
    if "complete" in possible and person == actor.username:
        return "Kerjakan LTPP", "Selesaikan", "follow"
    if "effective" not in possible:
        return None
    return ("Verifikasi LTPP", "Verifikasi", "verify")


DESK = DeskParts(
    tasks=[report_tasks, late_tasks],
    due_items=(due_items,),
)
