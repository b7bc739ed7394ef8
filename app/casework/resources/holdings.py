"""Education and training of the people who work here."""

from app.casework.resources.tables import Qualification
from app.core.holdings import Holding, Sought
from app.core.permissions import Actor, may
from app.platform.people.queries import list_people
from app.room import Kept
from schema.database import Database


def find_holdings(db: Database, actor: Actor, sought: Sought) -> list[Holding]:
    if not may(actor, "competence.view"):
        return []
    people = [person for person in list_people(db) if person.nip == sought.number or sought.is_named_in(person.name)]
    return [
        hold_qualification(row, person.nip == sought.number)
        for person in people
        for row in Qualification.rows(db, person_id=person.id)
    ]


def hold_qualification(row: Qualification, sure: bool) -> Holding:
    told = (
        ("Pendidikan", f"{row.education} {row.study}".strip()),
        ("Bekerja sejak", row.working_since),
        ("Pelatihan", row.trainings if row.trainings != "[]" else ""),
        ("Keterampilan", row.skills if row.skills != "[]" else ""),
    )
    values = tuple((label, str(said)) for label, said in told if said)
    return Holding("Petugas", "Pendidikan dan pelatihan", values, sure, f"qualification/{row.person_id}")


KEPT = Kept(find=find_holdings)
