"""The LTPP as a paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime

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
    found = capas.load_report(db, capa_id)
    known = person_names(db)
    rounds = capas.report_rounds(db, capa_id)
    if rounds:
        person = rounds[-1][0].person
        checker = rounds[-1][0].checked_by
    else:
        person = ""
        checker = ""
    lines = queries.lines_by_id(db, capas.lines_of_report(db, capa_id))
    sheets = tuple(round_sheet(row, whys, known) for row, whys in rounds)
    return shapes.CapaSheet.of(
        found,
        **paper_fields(db, "capa", printed_by, printed_at),
        opened_by=known.get(found.opened_by, found.opened_by),
        source=capas.SOURCES[found.source],
        state=capas.STATES[found.state],
        complaints=tuple(number for _, number, _, _ in lines),
        rounds=sheets,
        opener=staff_official(db, found.opened_by),
        worker=official_or_post(db, person, "Penanggung jawab"),
        checker=official_or_post(db, checker, "Pemeriksa"),
    )


def official_or_post(db: Database, username: str, post: str) -> Official:
    if username:
        return staff_official(db, username)
    return Official(name="", post=post)


def round_sheet(row: CapaRound, whys: Sequence[str], known: Mapping[str, str]) -> shapes.CapaRoundSheet:
    return shapes.CapaRoundSheet.of(
        row,
        whys=tuple(whys),
        person=known.get(row.person, row.person),
        checked_by=known.get(row.checked_by, row.checked_by),
    )
