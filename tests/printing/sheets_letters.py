"""Examples of the papers of letters."""

from datetime import date

from msgspec.structs import replace

from app.printing.data import letters as shapes
from tests.printing import samples

MEETING = (("Hari dan tanggal", "Pukul"), ("Rabu, 25 Maret 2026", "09.00 sampai 12.00"))


def letter() -> shapes.OfficialLetter:
    return shapes.OfficialLetter(
        **samples.base("SURAT"),  # type: ignore[arg-type]
        number="800/12/2026",
        on=date(2026, 3, 12),
        signer=samples.CAMAT,
        urgency="Segera",
        attachment="1 (satu) lembar",
        subject="Pemberitahuan jadwal",
        to=("Kepala Dinas Contoh", "di tempat"),
        blocks=(shapes.Block(text="Menjawab surat Saudara."), shapes.Block(rows=MEETING)),
        copies=("Sekretaris Daerah",),
    )


def decree() -> shapes.OfficialLetter:
    lines = ("Menimbang: a. bahwa layanan diberikan oleh tim khusus;\nb. bahwa anggotanya sarjana.", "MEMUTUSKAN")
    people = (("No.", "Nama", "Pendidikan"), ("1", "Bayu Nugroho", "Magister (S2)"))
    return replace(
        letter(),
        number="HK.01/120/2026",
        subject="Tim Pelaksana Hotline Service",
        blocks=(
            *(shapes.Block(text=one) for one in (*lines, "KESATU: Berlaku sampai dengan 31 Desember 2026.")),
            shapes.Block(rows=people),
        ),
    )


def disposition() -> shapes.DispositionSheet:
    line = shapes.DispositionLine(label="Kasi Pelayanan Umum", due_on=date(2026, 3, 16), state="Belum dibuka")
    step = shapes.DispositionStep(
        by="Hadi Purnomo",
        post="Camat",
        at=samples.PRINTED_AT,
        instructions=("Selesaikan",),
        note="Undang semua desa.",
        lines=(line,),
    )
    return shapes.DispositionSheet(
        **samples.base("SURAT/F-01"),  # type: ignore[arg-type]
        number="001/SM/2026",
        letter_number="045/12",
        letter_date=date(2026, 3, 10),
        received_on=date(2026, 3, 12),
        sender="Dinas Contoh",
        subject="Permohonan rapat",
        urgency="Biasa",
        code="000 Umum",
        attachments=2,
        to="Camat",
        instructions=("Untuk diketahui", "Selesaikan"),
        steps=(step,),
    )
