"""What officer and receiver read together on a card before it is handed over."""

from string import capwords

from app.batches.partners import answer_value, partner_of, shown_value, to_address
from app.batches.queries import newest_line_of
from app.desk.moving import form_values
from app.desk.tables import CaseFile
from app.office import queries as office
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition

SERIAL = "Nomor seri"


def points_to_compare(db: Database, definition: Definition, case: CaseFile) -> list[tuple[str, str]]:
    """(what, what ought to stand there) of everything that is compared. The value is empty where only the eye can tell,
    as for a photo; numbers of people are masked."""
    key, line = engine.field_with_role(definition, "key"), newest_line_of(db, case.id)
    heading = key.heading if key else "Nomor"
    words = known_words(db, definition, case) | {heading: engine.mask_key(definition, case.main_key)}
    points = [(one, words.get(one, "")) for one in partner_of(definition).inspect or ("Nama", heading)]
    return points + ([(SERIAL, line.serial)] if line and line.serial and not answer_value(definition) else [])


def known_words(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """Label → value of the case, as an officer reads it."""
    values = form_values(case)
    shown = {
        one.label: shown_value(db, definition, one.id, values[one.id])
        for one in definition.fields
        if one.id in values and one.mask is None
    }
    village = office.area_names(db).get(case.area, "")
    address = [to_address(definition, values), f"Desa {village}" if village else ""]
    return shown | {"Nama": capwords(case.name), "Alamat": ", ".join(part for part in address if part)}
