"""What pages, papers and letters ask of the people of requests. Reads only."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.casework.desk.tables import CaseFile
from app.casework.members.tables import Member, MemberEvent, MemberSlot
from app.core.dates import long_date
from app.core.text import prefix_query
from schema.database import Database
from schema.service_procedure import Definition


def state_counts(db: Database, case_id: int) -> dict[str, int]:
    """State → how many people of the request are in it; states without anybody are left out."""
    return dict(db.run("SELECT state, count(*) FROM member WHERE case_id = ? GROUP BY state", (case_id,)))


def member_rows(db: Database, case_id: int, state: str = "", limit: int | None = None, after: int = 0) -> list[Member]:
    """The people of a request in their order, with their slot."""
    if state:
        state_too = " AND m.state = ?"
        more = [state]
    else:
        state_too = ""
        more = []
    end = ""
    if limit is not None:
        end = f" LIMIT {limit:d} OFFSET {after:d}"
    rest = f"LEFT JOIN member_slot s ON s.id = m.slot_id WHERE m.case_id = ?{state_too} ORDER BY m.ordinal{end}"
    return Member.joined(db, "m", rest, [case_id, *more], **SLOT_WORDS)


SLOT_WORDS = {"on_date": "s.on_date", "begins": "s.begins", "ends": "s.ends", "place": "s.place"}


def find_people(db: Database, area: str | None, text: str, most: int) -> list[Member]:
    """People of requests by their number, else by name, the newest first, with the request's number and name; of one
    number only the newest row. `area`: of the requests of one village only."""
    digits = text.replace(" ", "")
    if digits.isdigit():
        newest = newest_with_key(db, digits)
        more = ""
        if newest is None:
            return []
        found = "m.id = ?"
        values = [newest.id]
    else:
        found = "member_fts MATCH ?"
        values = [prefix_query(text)]
        more = "JOIN member_fts f ON f.rowid = m.id "
    if area is not None:
        own = " AND c.area = ?"
        params = [area]
    else:
        own = ""
        params = []
    rest = f"{more}JOIN case_file c ON c.id = m.case_id WHERE {found}{own} ORDER BY m.id DESC LIMIT ?"
    of_case = {"number": "c.number", "agency": "c.name"}
    if all(values) and values:
        return Member.joined(db, "m", rest, [*values, *params, most], **of_case)
    return []


def newest_with_key(db: Database, key: str) -> Member | None:
    return Member.first(db, member_key=key, order="id DESC")


def field_values(member: Member) -> dict[str, str]:
    values: dict[str, str] = json.loads(member.fields)
    return values


def member_story(db: Database, member_id: int) -> list[MemberEvent]:
    rest = "LEFT JOIN member_slot s ON s.id = e.slot_id WHERE e.member_id = ? ORDER BY e.rowid"
    return MemberEvent.joined(db, "e", rest, [member_id], **SLOT_WORDS)


def request_story(db: Database, case_id: int) -> list[MemberEvent]:
    """What happened to everybody of a request, in the order in which it was written."""
    rest = (
        "JOIN member m ON m.id = e.member_id LEFT JOIN member_slot s ON s.id = e.slot_id"
        " WHERE m.case_id = ? ORDER BY e.rowid"
    )
    return MemberEvent.joined(db, "e", rest, [case_id], **SLOT_WORDS, ordinal="m.ordinal", name="m.name")


# -- slots ---------------------------------------------------------------------------------------------------------


def slot_days(db: Database, slots: Iterable[int]) -> dict[int, date]:
    wanted = tuple(set(slots))
    if wanted:
        rows = MemberSlot.rows(db, id=wanted)
    else:
        rows = []
    return {row.id: date.fromisoformat(row.on_date) for row in rows}


def slots_from(db: Database, service: str, since: str, until: str = "9999-12-31") -> list[MemberSlot]:
    """Slots of a service from a day on, each with how many people have it (`taken`)."""
    taken = "(SELECT count(*) FROM member m WHERE m.slot_id = s.id)"
    rest = "WHERE s.service = ? AND s.on_date BETWEEN ? AND ? ORDER BY s.on_date, s.begins, s.place LIMIT 400"
    return MemberSlot.joined(db, "s", rest, [service, since, until], taken=taken)


def people_of_day(db: Database, service: str, on: str) -> list[Member]:
    """Everybody who has a slot on a day, in the order of the slots, with the request's number and name."""
    rest = (
        "JOIN member_slot s ON s.id = m.slot_id JOIN case_file c ON c.id = m.case_id"
        " WHERE s.service = ? AND s.on_date = ? ORDER BY s.begins, s.place, m.case_id, m.ordinal"
    )
    of_case = {"number": "c.number", "agency": "c.name", "step": "c.step", "revision": "c.revision"}
    return Member.joined(db, "m", rest, [service, on], **SLOT_WORDS, **of_case)


def booked_counts(db: Database, service: str, state: str, since: str, until: str) -> dict[str, int]:
    """Day → how many people are still expected on it."""
    sql = (
        "SELECT s.on_date, count(*) FROM member m JOIN member_slot s ON s.id = m.slot_id"
        " WHERE s.service = ? AND m.state = ? AND s.on_date BETWEEN ? AND ? GROUP BY s.on_date ORDER BY s.on_date"
    )
    return dict(db.run(sql, (service, state, since, until)))


def planned_state(definition: Definition) -> str:
    """The state of somebody who has a slot and whose day has not come; empty for a list without a schedule."""
    people = definition.people
    schedule = None
    if people:
        schedule = people.schedule
    if not people or not schedule:
        return ""
    return next((move.to for move in people.moves if move.id == schedule.move), "")


def clock_words(member: Any) -> str:
    """`Senin, 9 Maret 2026, 08.00-10.00`; empty without a slot."""
    on = member.on_date
    if not on:
        return ""
    return f"{long_date(date.fromisoformat(on))}, {member.begins}-{member.ends}"


# -- letters -------------------------------------------------------------------------------------------------------


def letter_facts(db: Database, case: CaseFile, definition: Definition, *_more: object) -> Mapping[str, str]:
    """What a letter about a request may name: how many people, when they come, and in which clothes."""
    people = definition.people
    if people is None:
        return {}
    members = member_rows(db, case.id)
    final = {state.id for state in people.states if state.final}
    going = [member for member in members if member.state not in final]
    facts = {
        "people_count": str(len(going)),
        "people_names": "\n".join(f"{member.ordinal} | {member.name}" for member in going),
    }
    if people.schedule is not None:
        facts |= {
            "schedule": "\n".join(schedule_lines(members)),
            "people_schedule": "\n".join(person_lines(members)),
            "clothing": people.schedule.clothing,
        }
    return facts


def schedule_lines(members: Sequence[Member]) -> list[str]:
    """One line for each slot that somebody has: day, hours, place and head count, as cells of a table."""
    slots: dict[tuple[str, str, str, str], int] = {}
    for member in members:
        key = (member.on_date, member.begins, member.ends, member.place)
        if member.on_date:
            slots[key] = slots.get(key, 0) + 1
    return [
        f"{long_date(date.fromisoformat(on))} | {begins}-{ends} | {place} | {count} orang"
        for (on, begins, ends, place), count in sorted(slots.items())
    ]


def person_lines(members: Sequence[Member]) -> list[str]:
    """One numbered line for each person who has a slot, in the order of coming: name, day, hours and place."""
    coming = sorted(
        (member for member in members if member.on_date),
        key=lambda member: (member.on_date, member.begins, member.place, member.ordinal),
    )
    return [
        f"{n} | {one.name} | {long_date(date.fromisoformat(one.on_date))} | {one.begins}-{one.ends} | {one.place}"
        for n, one in enumerate(coming, start=1)
    ]
