"""What waits at the desk for student cards: checks, cards to be made, one row for each intake and step."""

from datetime import datetime

from app.casework.desk.parts import DeskParts, Task, with_act
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.services.ktm.queries import due_items, find_card_service, list_intakes
from app.services.ktm.words import CHECKING, MAKING
from schema.database import Database

WORK = {
    CHECKING: (
        "mahasiswa menunggu pemeriksaan kelengkapan",
        "Periksa dengan Daftar Periksa, lalu KTM dibuat",
        "Periksa",
    ),
    MAKING: ("KTM menunggu dibuat", "Cetak lembar kartu, lalu tandai jadi", "Cetak"),
}


@with_act("check")
def card_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "ktm.card"):
        return []
    try:
        definition = find_card_service(db, office_date(now))
    except Problem:
        return []
    tasks = []
    for intake in list_intakes(db, definition.id):
        for step in definition.steps:
            count = intake.states.get(step.id)
            if count and step.special in WORK:
                what, how, action = WORK[step.special]
                where = {"angkatan": intake.name, "langkah": step.id}
                about = f"{count} {what}"
                detail = f"Angkatan {intake.name}. {how}"
                page = "student_cards.show_intake"
                tasks.append(Task(definition.short_name, about, detail, page, action, where, count=count))
    return tasks


DESK = DeskParts(
    tasks=[card_tasks],
    due_items=(due_items,),
)
