"""Education and training of the people who work here."""

from app.casework.resources.posts import EDUCATION, to_known
from app.casework.resources.tables import Qualification
from app.core.dates import plain_date
from app.core.holdings import Holding, Sought, filled_pairs
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
    known = to_known(row)
    since = ""
    if known.working_since:
        since = plain_date(known.working_since)
    told = (
        ("Pendidikan", f"{EDUCATION.get(known.education, known.education)} {known.study}".strip()),
        ("Bekerja sejak", since),
        ("Pelatihan", "; ".join(f"{name}, {plain_date(on)}" for name, on in known.trainings)),
        ("Keterampilan", "; ".join(sorted(known.skills))),
    )
    values = filled_pairs(told)
    return Holding("Petugas", "Pendidikan dan pelatihan", values, sure, f"qualification/{row.person_id}")


KEPT = Kept(find=find_holdings)
