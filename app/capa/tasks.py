"""Reports that wait for the person who asks."""

from __future__ import annotations

from datetime import date, datetime

from app.capa.tables import CapaRound
from app.complaints.tasks import MOST, TAB
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.desk.tasks import Provider, Task
from app.office.deadlines import DueItem, running_deadlines
from schema.database import Database


def can_verify(actor: Actor, state: str, present: CapaRound, today: date) -> bool:
    """Whether the actor may verify a round today: another person, a later day, done or past its date."""
    ready = state == "done" or (state == "open" and present.due_on < today.isoformat())
    return (
        ready
        and may(actor, "capa.check")
        and actor.username != present.person
        and not present.checked_on
        and today.isoformat() > (present.done_on or present.due_on)
    )


def due_items(db: Database, actor: Actor, _now: datetime) -> list[DueItem]:
    """Actions of LTPPs that run."""
    if not may(actor, "complaint.view"):
        return []
    numbers = dict(db.run("SELECT id, number FROM capa WHERE state <> 'effective'"))
    return [
        DueItem(f"LTPP {numbers[capa_id]}", "Tindakan", one, "capa.show_report", {"capa_id": capa_id})
        for capa_id, one, _ in running_deadlines(db, "capa")
        if capa_id in numbers
    ]


def report_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not (may(actor, "capa.work") or may(actor, "capa.check")):
        return []
    rows = db.run(
        "SELECT k.id, k.number, k.problem, k.state, r.person, r.due_on, k.opened_by FROM capa k"
        " LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = k.round WHERE k.state <> 'effective'"
        f" ORDER BY k.id LIMIT {MOST}"
    )
    found = []
    for number, name, problem, state, person, due_on, opened_by in rows:
        todo = report_todo(db, actor, now, (number, state, person, opened_by))
        if todo:
            title, verb = todo
            found.append(
                Task(
                    TAB,
                    f"{title} {name}",
                    problem[:160],
                    "capa.show_report",
                    verb,
                    {"capa_id": number},
                    date.fromisoformat(due_on) if due_on and state == "open" else None,
                )
            )
    return found


def report_todo(
    db: Database, actor: Actor, now: datetime, one: tuple[int, str, str | None, str]
) -> tuple[str, str] | None:
    capa_id, state, person, opened_by = one
    if (person is None or state == "again") and may(actor, "capa.work") and actor.username in (opened_by, person):
        return "Rencana LTPP", "Isi"
    if state == "open" and person == actor.username:
        return "Kerjakan LTPP", "Selesaikan"
    present = CapaRound.first(db, CapaRound.capa_id == capa_id, CapaRound.person == person) if person else None
    if present is not None and can_verify(actor, state, present, office_date(now)):
        return "Verifikasi LTPP", "Verifikasi"
    return None


TASKS: list[Provider] = [report_tasks]
