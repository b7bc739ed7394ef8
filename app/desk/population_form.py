"""Form F-1.02, *Pendaftaran Peristiwa Kependudukan* (Permendagri 109/2019), as our own drawing with its fields.

Its lines are facts of that form, as two independent public copies give them; which of ours stands for which is said
here by the words that both use.
"""

from collections.abc import Sequence
from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import Actor
from app.desk.checklist import CheckedLine, read_checklist
from app.desk.papers import counted_by, paper_fields
from app.desk.queries import case_form
from app.desk.tables import CaseFile
from app.printing.data import cases as shapes
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition

CODE = "F-1.02"
COLUMNS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Kartu Keluarga",
        (
            ("A", "BARU"),
            ("1", "Membentuk keluarga baru"),
            ("2", "Penggantian kepala keluarga"),
            ("3", "Pisah KK"),
            ("4", "Pindah datang"),
            ("5", "WNI dari luar negeri karena pindah"),
            ("6", "Rentan Adminduk"),
            ("B", "PERUBAHAN DATA"),
            ("1", "Menumpang dalam KK"),
            ("2", "Peristiwa penting"),
            ("3", "Perubahan elemen data yang tercantum dalam KK"),
            ("C", "HILANG/RUSAK"),
            ("1", "Hilang"),
            ("2", "Rusak"),
        ),
    ),
    (
        "KTP-el",
        (
            ("A", "BARU"),
            ("B", "PINDAH DATANG"),
            ("C", "HILANG/RUSAK"),
            ("1", "Hilang"),
            ("2", "Rusak"),
            ("D", "PERPANJANGAN ITAP"),
            ("E", "PERUBAHAN STATUS KEWARGANEGARAAN"),
            ("F", "LUAR DOMISILI"),
            ("G", "TRANSMIGRASI"),
        ),
    ),
    (
        "Kartu Identitas Anak",
        (
            ("A", "BARU"),
            ("B", "HILANG/RUSAK"),
            ("1", "Hilang"),
            ("2", "Rusak"),
            ("C", "PERPANJANGAN ITAP"),
            ("D", "LAINNYA"),
        ),
    ),
    ("Perubahan Data", (("A", "KK"), ("B", "KTP-EL"), ("C", "KIA"))),
)
"""The four columns of *Jenis permohonan*: letter or number, words."""
CARD, CHANGE = 1, 3
"""The column of the card, and that of changed data, where a change of the card is the line KTP-EL."""
ATTACHMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("KK lama/rusak", ()),
    ("Buku nikah/kutipan akta perkawinan", ("marriage_proof",)),
    ("Kutipan akta perceraian", ()),
    ("Surat keterangan pindah", ("moving_letter",)),
    ("Surat keterangan pindah luar negeri", ()),
    ("KTP-el rusak", ("damaged_card",)),
    ("Dokumen perjalanan", ("travel_document",)),
    ("Surat keterangan hilang dari kepolisian", ("police_letter",)),
    ("Surat keterangan/bukti perubahan peristiwa kependudukan dan peristiwa penting", ("event_proof",)),
    ("SPTJM perkawinan/perceraian belum tercatat", ()),
    ("Akta kematian", ()),
    ("Surat pernyataan penyebab terjadinya hilang atau rusak", ()),
    ("Surat keterangan pindah dari perwakilan RI", ()),
    ("Surat pernyataan bersedia menerima sebagai anggota keluarga", ()),
    ("Surat kuasa pengasuhan anak dari orang tua/wali", ()),
    ("Kartu izin tinggal tetap", ("itap_card",)),
)
"""What may be attached: words, and the items of our checklist that are the same paper."""


def population_form(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PopulationForm:
    """The form as far as the case fills it; papers are ticked only where the counter has counted them."""
    values, counter = case_form(definition, case).values, counted_by(db, case)
    family = engine.field_with_role(definition, "family_key")
    lines = read_checklist(db, definition, case) if counter else []
    return shapes.PopulationForm(
        **paper_fields(db, definition, "population_form", actor, now),
        number=case.number,
        code=CODE,
        name=case.name,
        nik=case.main_key,
        family_key=values.get(family.id, "") if family else "",
        columns=marked_columns(engine.kind_named(definition, case.kind).label),
        attachments=marked_attachments(lines),
        on=date.fromisoformat(case.received_on) if case.received_on else office_date(now),
        checked_by=counter,
    )


def marked_columns(kind: str) -> tuple[shapes.MarkedColumn, ...]:
    """The columns with the line of this kind of application chosen."""
    wanted = kind.casefold()
    place = (CHANGE, "ktp-el") if wanted == "perubahan data" else (CARD, wanted)
    return tuple(
        shapes.MarkedColumn(
            title=title,
            lines=tuple(
                shapes.MarkedLine(code=code, label=label, chosen=(n, label.casefold()) == place)
                for code, label in lines
            ),
        )
        for n, (title, lines) in enumerate(COLUMNS)
    )


def marked_attachments(lines: Sequence[CheckedLine]) -> tuple[shapes.Choice, ...]:
    there = {one.need.id for one in lines if one.state == "present"}
    return tuple(shapes.Choice(label=label, chosen=bool(there & set(items))) for label, items in ATTACHMENTS)
