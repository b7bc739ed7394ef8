"""The KTP standard of the house as a paper, with its real definition and flowchart."""

from datetime import date

from app.printing.data import books as shapes
from app.printing.data import common
from app.printing.data.books import standard_clauses
from app.procedure.flowchart import flowchart_sheets
from schema.definitions import SERVICES, load_definition
from tests.printing import samples

KTP = load_definition(SERVICES / "ktp-el.toml")


def standard(ratio: float = 0.0) -> shapes.Standard:
    return shapes.Standard(
        **samples.base("SP-PELY-02"),  # type: ignore[arg-type]
        title="Standar pelayanan " + KTP.name,
        service=KTP.identity.title,
        number=KTP.identity.full_number,
        revised_on=date(2025, 12, 20),
        signers=(
            ("Dibuat oleh", common.Official(name="Agung Dwi Nugroho, S.E.", post="Kasi Pelayanan Umum")),
            ("Diperiksa oleh", samples.SECRETARY),
            ("Disetujui oleh", samples.CAMAT),
        ),
        in_force="sejak 5 Januari 2026",
        clauses=standard_clauses(KTP),
        charts=tuple(flowchart_sheets(KTP, ratio)),
    )
