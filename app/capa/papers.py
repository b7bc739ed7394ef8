"""The LTPP as a paper."""

from collections.abc import Sequence
from datetime import date, datetime

from app.capa import service as capas
from app.capa.tables import CapaRound
from app.complaints import queries
from app.complaints.papers import paper_fields
from app.office.papers import staff_official
from app.people.queries import person_names
from app.printing.data import books as shapes
from app.printing.data import common
from schema.database import Database

# -- LTPP ------------------------------------------------------------------------------------------------------


def capa_paper(db: Database, capa_id: int, printed_by: str, printed_at: datetime) -> shapes.CapaSheet:
    found, known = capas.load_report(db, capa_id), person_names(db)
    rounds = tuple(
        round_sheet(row, whys, known.get(row.person, row.person), known.get(row.checked_by, row.checked_by))
        for row, whys in capas.report_rounds(db, capa_id)
    )
    last = capas.report_rounds(db, capa_id)[-1][0] if rounds else None
    nobody = common.Official(name="", post="Penanggung jawab")
    return shapes.CapaSheet(
        **paper_fields(db, "capa", printed_by, printed_at),
        number=found.number,
        opened_on=date.fromisoformat(found.opened_on),
        opened_by=known.get(found.opened_by, found.opened_by),
        source=capas.SOURCES[found.source],
        state=capas.STATES[found.state],
        problem=found.problem,
        evidence=found.evidence,
        immediate=found.immediate,
        complaints=tuple(number for _, number, _, _ in queries.lines_by_id(db, capas.lines_of_report(db, capa_id))),
        rounds=rounds,
        opener=staff_official(db, found.opened_by),
        worker=staff_official(db, last.person) if last else nobody,
        checker=staff_official(db, last.checked_by)
        if last and last.checked_by
        else common.Official(name="", post="Pemeriksa"),
    )


def round_sheet(row: CapaRound, whys: Sequence[str], person: str, checked_by: str) -> shapes.CapaRoundSheet:
    return shapes.CapaRoundSheet(
        round=row.round,
        whys=tuple(whys),
        corrective=row.corrective,
        preventive=row.preventive,
        person=person,
        due_on=date.fromisoformat(row.due_on),
        done_on=date.fromisoformat(row.done_on) if row.done_on else None,
        done_note=row.done_note,
        checked_on=date.fromisoformat(row.checked_on) if row.checked_on else None,
        checked_by=checked_by,
        effective=None if row.effective is None else bool(row.effective),
        check_note=row.check_note,
    )
