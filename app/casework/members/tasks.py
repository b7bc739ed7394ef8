"""Rows and cards of Meja kerja: who is expected today, who waits for a slot, and days that became days off."""

from collections.abc import Iterator
from datetime import date, datetime

from app.casework.desk.parts import Card, DeskParts, Task, with_act
from app.casework.desk.queries import CaseRow, waiting_cases
from app.casework.members.queries import booked_counts, planned_state
from app.casework.members.schedule import booked_days_off, schedule_of, waiting_members
from app.casework.members.service import has_role
from app.core.clock import office_date
from app.core.dates import long_date, short_date
from app.core.permissions import Actor
from app.platform.office import queries as office
from schema.database import Database
from schema.service_procedure import Definition

LONG_AGO = "0001-01-01"
FAR_AHEAD = "9999-12-31"
MOST = 100


def scheduled_services(db: Database, actor: Actor, on: date) -> Iterator[Definition]:
    """Services in force with a schedule in which this person has a part."""
    for definition in office.services_in_force(db, on):
        people = definition.people
        if people is not None and people.schedule is not None:
            roles = {*people.schedule.roles, *(role for move in people.moves if move.attends for role in move.roles)}
            if has_role(definition, actor, roles):
                yield definition


@with_act("follow")
def attendance_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Days that have come and on which somebody's coming is not noted yet."""
    today = office_date(now)
    found = []
    for definition in scheduled_services(db, actor, today):
        counts = booked_counts(db, definition.id, planned_state(definition), LONG_AGO, today.isoformat())
        found += [attendance_task(definition, date.fromisoformat(day), count, today) for day, count in counts.items()]
    return found


def attendance_task(definition: Definition, day: date, count: int, today: date) -> Task:
    schedule = schedule_of(definition)
    late = day < today
    state = "wait"
    word = "Hari ini"
    if late:
        state = "bad"
        word = "Belum dicatat"
    return Task(
        "Kehadiran",
        f"{schedule.label}, {short_date(day)}",
        f"Catat kehadiran {count} orang.",
        "schedule.show_day",
        "Catat",
        {"service_id": definition.id, "day": day.isoformat()},
        day,
        state=state,
        word=word,
        service=definition.id,
    )


@with_act("follow")
def planning_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Requests with people who wait for a slot, and booked days on which the office is closed."""
    today = office_date(now)
    found = list[Task]()
    for definition in scheduled_services(db, actor, today):
        schedule = schedule_of(definition)
        people = definition.people
        if people is None or not has_role(definition, actor, schedule.roles):
            continue
        move = next(rule for rule in people.moves if rule.id == schedule.move)
        steps = list(move.steps) or [step.id for step in definition.steps]
        rows = waiting_cases(db, actor, steps, (definition.id, definition.identity.revision), MOST)
        found += [waiting_task(row, count) for row in rows if (count := len(waiting_members(db, definition, row.id)))]
        found += [day_off_task(definition, *off) for off in booked_days_off(db, definition, today)]
    return found


def waiting_task(row: CaseRow, count: int) -> Task:
    said = f"{count} orang menunggu jadwal."
    where = {"case_id": row.id}
    return Task("Jadwal", row.name, said, "members.show_members", "Jadwalkan", where, case_id=row.id)


def day_off_task(definition: Definition, day: date, why: str, count: int) -> Task:
    said = f"{long_date(day)} menjadi hari libur ({why}), sedangkan {count} orang dijadwalkan hari itu."
    where = {"service_id": definition.id, "day": day.isoformat()}
    title = "Jadwal jatuh pada hari libur"
    page = ("schedule.show_day", "Jadwalkan ulang", where)
    return Task("Jadwal", title, said, *page, day, state="warn", word="Libur", act="decide")


def day_line(day: date, count: int, today: date) -> tuple[str, str, str]:
    state = "wait" if day == today else "idle"
    return state, short_date(day), f"{count} orang"


def schedule_card(db: Database, actor: Actor, now: datetime) -> Card | None:
    """The next days on which people come, of the first service that has a schedule."""
    today = office_date(now)
    definition = next(scheduled_services(db, actor, today), None)
    if definition is None:
        return None
    counts = booked_counts(db, definition.id, planned_state(definition), today.isoformat(), FAR_AHEAD)
    days = [(date.fromisoformat(day), count) for day, count in list(counts.items())[:5]]
    lines = [day_line(day, count, today) for day, count in days]
    lead = f"{counts.get(today.isoformat(), 0)} orang hari ini"
    return Card(schedule_of(definition).label, lead, "", lines, "schedule.choose_service", "Buka jadwal")


DESK = DeskParts(
    tasks=[attendance_tasks, planning_tasks],
    cards=[schedule_card],
)
