"""Where a person stands in the list of a collective request."""

import json

from app.casework.desk.tables import CaseFile
from app.casework.members.judging import people_in
from app.casework.members.tables import Member
from app.core.holdings import HeldPage, Holding, Sought
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.room import Kept
from schema.database import Database, first_column
from schema.service_fields import Field

FOUND = "SELECT id FROM member WHERE member_key = ?1 OR instr(fields, ?1) > 0 OR name LIKE ?2 OR fields LIKE ?2"


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    ids = tuple(first_column(db, FOUND, (sought.number, sought.like)))
    if ids:
        rows = Member.rows(db, id=ids, order="id")
    else:
        rows = []
    held = ((row, row.member_key == sought.number or sought.is_numbered_in(row.fields)) for row in rows)
    return [hold_member(db, row, sure) for row, sure in held if sure or sought.is_named_in(row.name, row.fields)]


def held_value(field: Field, value: str, sure: bool) -> str:
    """A value as it is told; masked where it is not sure that the person is meant."""
    if sure:
        return value
    return field.masked(value)


def hold_member(db: Database, row: Member, sure: bool) -> Holding:
    case = CaseFile.first(db, id=row.case_id)
    assert case is not None
    people = people_in(office.adopted_definition(db, case.service, case.revision))
    said = json.loads(row.fields)
    values = tuple(
        (field.label, held_value(field, said[field.id], sure)) for field in people.fields if said.get(field.id)
    )
    where = {"case_id": row.case_id, "member_id": row.id}
    page = HeldPage("members.show_member", where, "members.show_member")
    title = f"Baris {row.ordinal} dari berkas {case.number}"
    return Holding("Orang dalam permohonan", title, values, sure, f"case/{row.case_id}", page)


KEPT = Kept(find=find_holdings)
