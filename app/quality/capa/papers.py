"""The LTPP as a paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.platform.office.papers import staff_official
from app.platform.people.queries import person_names
from app.platform.printing.data import books as shapes
from app.platform.printing.data.common import Official
from app.quality.capa import service as capas
from app.quality.capa.tables import CapaRound
from app.services.complaints import queries
from app.services.complaints.papers import paper_fields
from schema.database import Database


def capa_paper(db: Database, capa_id: int, printed_by: str, printed_at: datetime) -> shapes.CapaSheet:
    found, known = capas.load_report(db, capa_id), person_names(db)
    rounds = capas.report_rounds(db, capa_id)
    last = rounds[-1][0] if rounds else None
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
        rounds=tuple(round_sheet(row, whys, known) for row, whys in rounds),
        opener=staff_official(db, found.opened_by),
        worker=official_or_post(db, last.person if last else "", "Penanggung jawab"),
        checker=official_or_post(db, last.checked_by if last else "", "Pemeriksa"),
    )


def official_or_post(db: Database, username: str, post: str) -> Official:
    return staff_official(db, username) if username else Official(name="", post=post)


def round_sheet(row: CapaRound, whys: Sequence[str], known: Mapping[str, str]) -> shapes.CapaRoundSheet:
    return shapes.CapaRoundSheet(
        round=row.round,
        whys=tuple(whys),
        corrective=row.corrective,
        preventive=row.preventive,
        person=known.get(row.person, row.person),
        due_on=date.fromisoformat(row.due_on),
        done_on=date.fromisoformat(row.done_on) if row.done_on else None,
        done_note=row.done_note,
        checked_on=date.fromisoformat(row.checked_on) if row.checked_on else None,
        checked_by=known.get(row.checked_by, row.checked_by),
        effective=None if row.effective is None else bool(row.effective),
        check_note=row.check_note,
    )
