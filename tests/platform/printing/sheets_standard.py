"""The shipped KTP standard as a paper, with its real definition and flowchart."""

from datetime import date

from app.core.procedure.flowchart import flowchart_sheets
from app.core.procedure.sop import identity_block, replaced_laws, sop_boxes
from app.platform.printing.data import books as shapes
from app.platform.printing.data import common
from app.platform.printing.data.books import standard_clauses
from schema.definitions import SERVICES, load_definition
from schema.service_procedure import Definition
from tests.platform.printing import samples

KTP = load_definition(SERVICES / "ktp-el.toml")


def standard(ratio: float = 0.0, annotated: bool = False, definition: Definition = KTP) -> shapes.Standard:
    return shapes.Standard(
        **samples.base("SP-PELY-02"),
        title="Standar pelayanan " + definition.name,
        service=definition.identity.title,
        number=definition.identity.full_number,
        revised_on=date(2025, 12, 20),
        signers=(
            ("Dibuat oleh", common.Official(name="Agung Dwi Nugroho, S.E.", post="Kasi Pelayanan Umum")),
            ("Diperiksa oleh", samples.SECRETARY),
            ("Disetujui oleh", samples.CAMAT),
        ),
        in_force="sejak 5 Januari 2026",
        clauses=standard_clauses(definition, clean=not annotated),
        annotated=annotated,
        charts=tuple(flowchart_sheets(definition, ratio)),
    )


def sop() -> shapes.Sop:
    """The procedure in the official form, as an ISO document with copies."""
    return shapes.Sop(
        **samples.base("SP-PELY-02"),
        title="SOP " + KTP.name,
        heading=f"Prosedur {KTP.identity.title}",
        office=KTP.identity.office,
        annex_of="Lampiran IV Peraturan Bupati Nomor     Tahun 2018",
        identity=tuple(identity_block(KTP)),
        boxes=tuple(sop_boxes(KTP)),
        replaced=replaced_laws(KTP),
        charts=tuple(flowchart_sheets(KTP, 0.53)),
        inferred=(("9", "Menyerahkan KTP", "Petugas Loket", "Butir 4.7 tidak menyebut yang menyerahkan."),),
        signers=(("Dibuat oleh", samples.SECRETARY), ("Disahkan", samples.CAMAT)),
        statuses=("ASLI", "TERKENDALI DIREKTORAT"),
        distribution=(("1", "Camat", "Hadi Purnomo, 12 Maret 2026"), ("2", "Unit Arsip", "")),
        chronology=(("23 November 2015", "Terbit pertama kali", ""),),
        copying="Dokumen ini dilarang diperbanyak tanpa izin.",
        in_force="sejak 5 Januari 2026",
        stamp="TERKENDALI DIREKTORAT 1",
        running_head=True,
    )
