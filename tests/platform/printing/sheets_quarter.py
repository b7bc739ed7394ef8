"""Examples of the papers of the complaint book and the quarter."""

from datetime import date

from app.platform.printing.data import books as shapes
from tests.platform.printing import samples


def answer() -> shapes.AnswerLetter:
    return shapes.AnswerLetter(
        **samples.base(""),
        number="400.12/131/427.86/2026",
        complaint="034/ADUAN/2026",
        received_on=date(2026, 3, 10),
        to=("Tumini", "Desa Krai"),
        words="Saya sudah tiga kali datang, kartu belum jadi juga.",
        paragraphs=("Kartu Anda dapat diambil hari Jumat.",),
        on=date(2026, 3, 12),
        signer=samples.CAMAT,
    )
