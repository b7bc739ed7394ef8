"""Requests and failures that wait for the person who asks, and what of them runs towards its limit."""

from datetime import date, datetime

from app.casework.desk.parts import DeskParts, Task
from app.core.permissions import Actor, may
from app.core.procedure.limits import Deadline, parse_time
from app.platform.office.deadlines import DueItem
from app.records.privacy import service
from app.records.privacy.tables import DataIncident
from schema.database import Database

TAB = "Data pribadi"


def due_items(db: Database, actor: Actor, _now: datetime) -> list[DueItem]:
    """Requests that are not answered, and failures of which people and authority were not told."""
    if not may(actor, "privacy.view"):
        return []
    requests = [
        DueItem(
            f"Permintaan data {request.number}",
            "Jawaban 3 × 24 jam",
            service.request_limit(request),
            "privacy.show_request",
            {"request_id": request.id},
        )
        for request in service.open_requests(db)
    ]
    return requests + [
        DueItem(
            f"Kegagalan pelindungan data {incident.number}",
            "Pemberitahuan 3 × 24 jam",
            service.incident_limit(incident),
            "incidents.show_incident",
            {"incident_id": incident.id},
        )
        for incident in service.open_incidents(db)
        if not service.is_told(db, incident)
    ]


def due_day(deadline: Deadline) -> date:
    return parse_time(deadline.due).date()


def request_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "privacy.answer"):
        return []
    return [
        Task(
            TAB,
            f"Permintaan data {request.number}",
            service.REQUESTS[request.kind].label,
            "privacy.show_request",
            "Jawab",
            {"request_id": request.id},
            due_day(service.request_limit(request)),
            act="answer",
            unit="calendar_days",
        )
        for request in service.open_requests(db)
    ]


def incident_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    return [task for incident in service.open_incidents(db) if (task := incident_task(db, actor, incident))]


def incident_task(db: Database, actor: Actor, incident: DataIncident) -> Task | None:
    """What a failure asks of this person: to read of it, to close it, or to work on it."""
    missing = service.missing_for_close(db, incident)
    if may(actor, "privacy.read") and not incident.read_at:
        verb = "Baca"
        act = "decide"
    elif may(actor, "privacy.lead") and not missing:
        verb = "Tutup"
        act = "decide"
    elif may(actor, "privacy.incident") and missing and missing != ["dibaca pimpinan"]:
        verb = "Lanjutkan"
        act = "follow"
    else:
        return None
    due = None
    if not service.is_told(db, incident):
        due = due_day(service.incident_limit(incident))
    return Task(
        TAB,
        f"Kegagalan pelindungan data {incident.number}",
        incident.happened[:160],
        "incidents.show_incident",
        verb,
        {"incident_id": incident.id},
        due,
        act=act,
        unit="calendar_days",
    )


DESK = DeskParts(
    tasks=[request_tasks, incident_tasks],
    due_items=(due_items,),
)
