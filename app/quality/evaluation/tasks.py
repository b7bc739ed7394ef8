"""What of a cycle or a document waits for the person who asks."""

from datetime import date, datetime

from app.casework.desk.parts import DeskParts, Task, asked_with, with_act
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.platform.office.deadlines import DueItem, running_deadlines
from app.quality.evaluation.documents import document_title, documents_for
from app.quality.evaluation.queries import unit_label
from app.quality.evaluation.tables import EvaluationCycle, EvaluationSheet, FollowUp
from app.quality.evaluation.transitions import follow_up_facts, heads_unit, sheet_facts, signs_now, team_members
from schema.database import Database

TAB = "Mutu"
MOST = 100
ACTS = {
    "Jawab": "answer",
    "Isi": "write",
    "Periksa": "verify",
    "Baca dan tanda tangani": "approve",
    "Evaluasi": "decide",
    "Tutup": "decide",
    "Susun": "write",
    "Selesaikan": "follow",
}
"""Verb of a row → what it asks (app.casework.desk.arranging)."""


@asked_with("evaluation.view")
def sheet_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Sheets that the team assesses or closes, and those that a unit answers."""
    tasks = []
    for sheet in EvaluationSheet.joined(
        db,
        "s",
        "JOIN evaluation_cycle c ON c.id = s.cycle_id WHERE c.state = 'running' AND s.state <> 'closed' ORDER BY s.id",
    ):
        todo = sheet_todo(db, sheet, actor)
        if todo:
            title = f"{todo[0]} {unit_label(db, sheet.unit)}"
            verb = todo[1]
            where = {"sheet_id": sheet.id}
            tasks.append(
                Task(TAB, title, "Pemantauan dan evaluasi", "evaluation_sheets.show_sheet", verb, where, act=ACTS[verb])
            )
    return tasks[:MOST]


def sheet_todo(db: Database, sheet: EvaluationSheet, actor: Actor) -> tuple[str, str] | None:
    """(title, verb) of what a sheet asks of this person now."""
    if sheet.state == "sent":
        answers = may(actor, "evaluation.answer") and heads_unit(actor, sheet.unit)
        if not answers:
            return None
        return ("Jawab lembar audit", "Jawab")
    if not may(actor, "evaluation.assess") or "in_team" not in sheet_facts(db, sheet, actor):
        return None
    if sheet.state == "open":
        return ("Isi lembar audit", "Isi")
    return ("Periksa jawaban", "Periksa")


@asked_with("evaluation.view")
def cycle_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Reports to write or sign, and cycles that the chief evaluates or closes."""
    tasks = []
    for cycle in EvaluationCycle.rows(db, EvaluationCycle.state != "closed", order="id", limit=MOST):
        if todo := cycle_todo(db, cycle, actor, office_date(now)):
            where = {"cycle_id": cycle.id}
            title = f"{todo[0]} {cycle.number}"
            tasks.append(
                Task(TAB, title, "Pemantauan dan evaluasi", "evaluation.show_cycle", todo[1], where, act=ACTS[todo[1]])
            )
    return tasks


def cycle_todo(db: Database, cycle: EvaluationCycle, actor: Actor, today: date) -> tuple[str, str] | None:
    if cycle.state == "drafted":
        mine = signs_now(db, f"evaluation/{cycle.id}", actor, today)
        if not mine:
            return None
        return ("Tanda tangani laporan", "Baca dan tanda tangani")
    if cycle.state in ("reported", "evaluated") and may(actor, "evaluation.evaluate"):
        running = FollowUp.first(db, cycle_id=cycle.id, state=("open", "done"))
        if cycle.state == "reported":
            return "Evaluasi siklus", "Evaluasi"
        if running:
            return None
        return ("Tutup siklus", "Tutup")
    if cycle.state == "running" and actor.username in team_members(cycle):
        left = EvaluationSheet.first(db, EvaluationSheet.state != "closed", cycle_id=cycle.id)
        if left:
            return None
        return ("Susun laporan", "Susun")
    return None


@asked_with("evaluation.view")
def follow_up_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Follow-ups of this person, and those that the team looks at."""
    tasks = []
    for row in FollowUp.rows(db, state=("open", "done"), order="due_on", limit=MOST):
        facts = follow_up_facts(db, row, actor)
        due = None
        if row.state == "open":
            title = "Tindak lanjut"
            verb = "Selesaikan"
            is_mine = "own" in facts
            due = date.fromisoformat(row.due_on)
        else:
            title = "Periksa tindak lanjut"
            verb = "Periksa"
            is_mine = may(actor, "evaluation.assess") and {"in_team", "another"} <= facts
        if is_mine and "live" in facts:
            where = {"cycle_id": row.cycle_id, "_anchor": f"follow-up-{row.id}"}
            tasks.append(Task(TAB, title, row.what[:160], "evaluation.show_cycle", verb, where, due, act=ACTS[verb]))
    return tasks


@with_act("approve")
@asked_with("standard.sign")
def document_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Documents of quality whose next signature this person gives."""
    return [
        Task(
            TAB,
            document_title(row),
            f"{label}: menunggu tanda tangan Anda dengan PIN.",
            "quality.show_document",
            "Baca dan tanda tangani",
            {"quality_id": row.id},
            state="wait",
            word="Menunggu tanda tangan",
        )
        for row, label in documents_for(db, actor, now)
    ]


def due_items(db: Database, actor: Actor, _now: datetime) -> list[DueItem]:
    """Follow-ups that run."""
    if not may(actor, "evaluation.view"):
        return []
    known = {row.id: row for row in FollowUp.rows(db, state="open")}
    return [
        DueItem(
            known[number].what[:80],
            "Tindak lanjut",
            deadline,
            "evaluation.show_cycle",
            {"cycle_id": known[number].cycle_id},
        )
        for number, deadline, _ in running_deadlines(db, "follow_up", dated=True)
        if number in known
    ]


DESK = DeskParts(
    tasks=[sheet_tasks, cycle_tasks, follow_up_tasks, document_tasks],
    due_items=(due_items,),
)
