"""Examples of the papers of letters."""

from datetime import date

from app.platform.printing.data import letters as shapes
from tests.platform.printing import samples

MEETING = (("Hari dan tanggal", "Pukul"), ("Rabu, 25 Maret 2026", "09.00 sampai 12.00"))


def letter() -> shapes.OfficialLetter:
    return shapes.OfficialLetter(
        **samples.base("SURAT"),
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
