"""Examples of the hotline's papers."""

from datetime import date

from app.printing.data import books
from app.printing.data.contacts import InformationSheet, IntegrityPact, TextPart
from tests.printing import samples

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 80"><rect width="40" height="80" fill="#fff"/>'
    '<rect x="4" y="10" width="28" height="12" fill="#ccc"/></svg>'
)


def contact(title: str, parts: tuple[TextPart, ...], charts: tuple[str, ...] = ()) -> InformationSheet:
    return InformationSheet(
        **samples.base("PR/029/F-13.2"),  # type: ignore[arg-type]
        number="0012/HLS/2026",
        title=title,
        field="Akademik",
        channel="SMS",
        customer="Wulan Sari",
        phone="0812****1234",
        received_at=samples.PRINTED_AT,
        received_on=date(2026, 3, 12),
        addressee="Wadir",
        parts=parts,
        maker=samples.OPERATOR,
        receiver=samples.SECRETARY,
        charts=charts,
    )


def request() -> InformationSheet:
    asked = TextPart(label="Kebutuhan pelanggan", text="Kapan batas daftar ulang mahasiswa baru?")
    why = TextPart(label="Informasi yang dibutuhkan", text="Gelombang dua belum ada.\nMohon tanggalnya.")
    return contact("Laporan kebutuhan informasi pelanggan", (asked, why), (PICTURE,))


def answer() -> InformationSheet:
    asked = TextPart(label="Kebutuhan pelanggan", text="Kapan batas daftar ulang mahasiswa baru?")
    told = TextPart(label="Instruksi tentang jawabannya", text="Jumat 14 Agustus pukul 16.00.")
    return contact("Lembar informasi", (asked, told, TextPart(label="Jawaban yang disampaikan", text="")))


def day() -> books.Register:
    return books.Register(
        **samples.base("PR/029/F-10"),  # type: ignore[arg-type]
        title="Laporan kebutuhan pelanggan",
        period="Kamis, 12 Maret 2026",
        columns=tuple(books.Column(title=title) for title in ("No.", "Kontak", "Kebutuhan pelanggan", "Hasil")),
        rows=((1, "0012/HLS/2026", "Kapan batas daftar ulang?", "Terjawab sesuai instruksi"),),
        totals=(books.Total(label="Kebutuhan yang masuk", value=1),),
        keeper=samples.OPERATOR,
        approver=samples.SECRETARY,
    )


def pact() -> IntegrityPact:
    return IntegrityPact(
        **samples.base("PR/029/F-5.2.2"),  # type: ignore[arg-type]
        number="HK.01/120/2026",
        on=date(2026, 1, 6),
        signer=samples.OPERATOR,
        points=("Saya memberikan informasi yang akurat.", "Saya menjaga rahasia nomor dan nama pelanggan."),
        head_official=samples.CAMAT,
    )
