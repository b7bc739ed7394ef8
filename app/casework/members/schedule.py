"""The days on which people come: open slots, put people into them in order or by hand, nothing over capacity."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated

from app.casework.desk.moving import require_open_step
from app.casework.members.events import Slot, SlotsRemoved, SlotsSet
from app.casework.members.judging import people_in
from app.casework.members.queries import booked_counts, member_rows, planned_state, slots_from
from app.casework.members.service import can_make, check_members, check_role, find_list, record_move, refuse_move
from app.casework.members.tables import Member, MemberEvent, MemberSlot
from app.core.asked import Amount, Day, Text
from app.core.clock import office_date
from app.core.dates import long_date
from app.core.permissions import Actor
from app.core.problems import Problem, check_found
from app.core.workdays import wall_time
from app.platform.office import queries as office
from app.room import office_command
from schema.database import Database
from schema.service_fields import PeopleSchedule
from schema.service_procedure import Definition
from sync.journal import Journal

HOURS = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])\s*[-\u2013]\s*([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")
MOST_DAYS = 31
MOST_CAPACITY = 500
CAPACITY = f"Antara 1 dan {MOST_CAPACITY} orang."
CAPACITY_OR_0 = f"Isi kapasitas dengan angka, paling banyak {MOST_CAPACITY}; 0 menghapus slotnya."


def service_schedule(db: Database, service: str, on: date) -> tuple[Definition, PeopleSchedule]:
    """A service in force that has a schedule. Raises Problem `not_found`."""
    definition = next((procedure for procedure in office.services_in_force(db, on) if procedure.id == service), None)
    if definition is None or definition.people is None or definition.people.schedule is None:
        raise Problem.of("not_found", what="Jadwal layanan itu")
    return definition, definition.people.schedule


def schedule_of(definition: Definition) -> PeopleSchedule:
    return check_found(people_in(definition).schedule, "Jadwal layanan itu")


def parse_hours(text: str) -> list[tuple[str, str]]:
    """`08.00-10.00, 10.00-12.00` as pairs in order. Raises Problem for what is unclear, empty or overlaps."""
    parts = [part.strip() for part in re.split(r"[,;\n]", text[:500]) if part.strip()]
    found = [HOURS.fullmatch(part) for part in parts]
    hours = sorted((f"{int(m[1]):02}.{m[2]}", f"{int(m[3]):02}.{m[4]}") for m in found if m)
    overlaps = any(first[1] > second[0] for first, second in pairwise(hours))
    if not parts or len(hours) != len(parts) or overlaps or any(begins >= ends for begins, ends in hours):
        raise Problem.of("invalid", {"hours": "Tulis jamnya seperti 08.00-10.00, 10.00-12.00, tanpa tumpang tindih."})
    return hours


@office_command("case.list")  # the schedule of the file says who opens days
def open_slots(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    first: Annotated[date, Day("Dari hari", "Isi harinya.", future=True, past="Harinya sudah lewat.")],
    last: Annotated[date | None, Day("Sampai hari", future=True)],
    hours: Annotated[str, Text("Jam", "Isi jamnya.", most=500)],
    capacity: Annotated[int, Amount("Orang per slot", "Isi jumlahnya.", least=1, most=MOST_CAPACITY, outside=CAPACITY)],
    place: Annotated[str, Text("Tempat", "Isi tempatnya.", most=100)],
    now: datetime,
) -> int:
    """Open slots on the working days from `first` to `last` (only `first` without it); returns how many.

    Raises Problem.
    """
    db = journal.db
    spans = parse_hours(hours)
    until = last or first
    if not 0 <= (until - first).days < MOST_DAYS:
        why = f"Hari terakhir tidak sebelum hari pertama, dan paling banyak {MOST_DAYS} hari."
        raise Problem.of("invalid", {"last": why})
    definition, schedule = service_schedule(db, service, office_date(now))
    check_role(definition, actor, schedule.roles)
    days = working_days(db, first, until)
    for slot in slots_from(db, service, first.isoformat(), until.isoformat()):
        if slot.place == place and any(begins < slot.ends and ends > slot.begins for begins, ends in spans):
            held = f"{long_date(date.fromisoformat(slot.on_date))} {slot.begins}-{slot.ends} di {slot.place}"
            raise Problem.of("conflict", why=f"Slot {held} sudah ada. Ubah kapasitasnya, atau pilih jam lain.")
    wanted = [(day, span) for day in days for span in spans]
    first_id = journal.next_id("member_slot")
    slots = [Slot(first_id + at, day.isoformat(), *span, capacity, place) for at, (day, span) in enumerate(wanted)]
    journal.record(SlotsSet(service, slots), subject=f"schedule/{service}", actor=actor.username, at=now)
    return len(slots)


def working_days(db: Database, first: date, last: date) -> list[date]:
    """The working days of a span. Raises Problem `invalid` when there is none."""
    calendar = office.office_calendar(db)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if days := [day for day in span if calendar.is_workday(day)]:
        return days
    raise Problem.of("invalid", {"first": "Tidak ada hari kerja pada tanggal itu menurut kalender kantor."})


@office_command("case.list")  # the schedule of the file says who changes slots
def change_slot(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    slot_id: int,
    capacity: Annotated[int, Amount("Kapasitas", CAPACITY_OR_0, most=MOST_CAPACITY, outside=CAPACITY_OR_0)],
    now: datetime,
) -> None:
    """Give a slot another capacity; with 0 it is taken away, as long as nobody has or had it. Raises Problem."""
    db = journal.db
    definition, schedule = service_schedule(db, service, office_date(now))
    check_role(definition, actor, schedule.roles)
    slot = check_found(MemberSlot.first(db, id=slot_id, service=service), "Slot itu")
    taken = len(Member.rows(db, slot_id=slot_id))
    if taken > capacity or (not capacity and MemberEvent.first(db, slot_id=slot_id)):
        why = f"Slot ini sudah dipakai {taken} orang; kapasitas antara {taken or 1} dan {MOST_CAPACITY}."
        raise Problem.of("invalid", {"capacity": f"{why} Pindahkan dulu orangnya."})
    kept = Slot(slot.id, slot.on_date, slot.begins, slot.ends, capacity, slot.place)
    body: SlotsSet | SlotsRemoved = SlotsRemoved(service, [slot_id])
    if capacity:
        body = SlotsSet(service, [kept])
    journal.record(body, subject=f"schedule/{service}", actor=actor.username, at=now)


# -- people into slots ---------------------------------------------------------------------------------------------


def plan_members(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    ids: Sequence[int] = (),
    slot_id: int | None = None,
    since: date | None = None,
    now: datetime,
) -> int:
    """Put people into slots, all or none; returns how many.

    Without `ids` everybody who waits for a slot, in order; without `slot_id` into the next free ones from `since` on.
    Raises Problem.
    """
    with journal.transaction():
        db = journal.db
        case, definition = find_list(db, actor, case_id)
        require_open_step(definition, case)
        schedule = schedule_of(definition)
        move = next(rule for rule in people_in(definition).moves if rule.id == schedule.move)
        if not can_make(definition, case, actor, move):
            refuse_move(definition, case, actor, move.id)
        chosen = ids or [member.id for member in waiting_members(db, definition, case_id)]
        if not chosen:
            raise Problem.of("conflict", why="Tidak ada yang menunggu jadwal. Muat ulang halaman.")
        members = check_members(db, definition, case, move, chosen)
        offered = free_places(db, definition.id, members, slot_id, since, now)
        if len(offered) < len(members):
            raise Problem.of("conflict", why=too_few_words(len(offered), len(members), slot_id))
        placed: list[tuple[int, int | None]] = [
            (member.id, slot) for member, slot in zip(members, offered, strict=False)
        ]
        record_move(journal, actor, definition, case, move, placed, "", now)
    return len(placed)


def too_few_words(free: int, wanted: int, slot_id: int | None) -> str:
    if slot_id:
        where = "di slot itu"
    else:
        where = "di slot yang terbuka"
    if slot_id:
        mend = "Pilih slot lain atau kurangi centangnya."
    else:
        mend = "Buka hari baru di halaman jadwal."
    return f"Tempat {where} tinggal {free}, sedangkan yang dijadwalkan {wanted} orang. {mend}"


def waiting_members(db: Database, definition: Definition, case_id: int) -> list[Member]:
    """Whoever has no slot yet, or must come once more."""
    people = people_in(definition)
    schedule = schedule_of(definition)
    return [row for row in member_rows(db, case_id) if row.state in (people.first, *schedule.again)]


def free_places(
    db: Database, service: str, moved: Sequence[Member], slot_id: int | None, since: date | None, now: datetime
) -> list[int]:
    """A slot's id for each free place of it, in the order of day and hour; places of those who are moved count as free.

    Never of an hour that has begun, nor of a day off.
    """
    at = wall_time(now)
    calendar = office.office_calendar(db)
    given_up = Counter(member.slot_id for member in moved)
    begin = max(at.date(), since or at.date()).isoformat()
    begun = (at.date().isoformat(), f"{at:%H.%M}")
    places: list[int] = []
    for slot in slots_from(db, service, begin):
        usable = (slot.on_date, slot.begins) > begun and calendar.is_workday(date.fromisoformat(slot.on_date))
        if usable and slot_id in (None, slot.id):
            places += [slot.id] * (slot.capacity - slot.taken + given_up[slot.id])
    return places


def offered_slots(db: Database, definition: Definition, now: datetime) -> list[tuple[MemberSlot, int]]:
    """Slots that still have places, each with how many."""
    free = Counter(free_places(db, definition.id, (), None, None, now))
    if free:
        slots = MemberSlot.rows(db, id=tuple(free), order="on_date, begins, place")
    else:
        slots = []
    return [(slot, free[slot.id]) for slot in slots]


def booked_days_off(db: Database, definition: Definition, today: date) -> list[tuple[date, str, int]]:
    """Days from today on for which people are asked to come although the office is closed: (day, why, how many)."""
    calendar = office.office_calendar(db)
    found = []
    counts = booked_counts(db, definition.id, planned_state(definition), today.isoformat(), "9999-12-31")
    for day, count in ((date.fromisoformat(text), count) for text, count in counts.items()):
        if not calendar.is_workday(day):
            holiday = calendar.holiday(day)
            why = "akhir pekan"
            if holiday:
                why = holiday.name
            found.append((day, why, count))
    return found
