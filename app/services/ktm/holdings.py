"""Student cards of a person."""

from app.casework.desk.holdings import held_of_cases
from app.core.holdings import HeldPage, Holding, Sought, filled_pairs
from app.core.permissions import Actor
from app.room import Kept
from app.services.ktm.records import rules
from app.services.ktm.tables import StudentCard
from schema.database import Database


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    sure_of = {case.id: sure for case, sure in held_of_cases(db, sought)}
    rows = StudentCard.rows(db, main_key=sought.number)
    if sure_of:
        rows += StudentCard.rows(db, case_id=tuple(sure_of))
    cards = {row.code: row for row in rows}
    return [hold_card(row, row.main_key == sought.number or sure_of.get(row.case_id, False)) for row in cards.values()]


def hold_card(row: StudentCard, sure: bool) -> Holding:
    facts = (
        ("NIM", row.main_key),
        ("Nomor kartu", str(row.number)),
        ("Jadi", row.made_on),
        ("Dicabut", row.withdrawn_on),
        ("Alasan", row.why),
        ("Catatan", row.note),
    )
    values = filled_pairs(facts)
    page = HeldPage("student_card.show_card", {"code": row.code})
    return Holding("Kartu mahasiswa", f"Kartu {row.code}", values, sure, f"case/{row.case_id}", page)


KEPT = Kept(rules=rules, find=find_holdings)
