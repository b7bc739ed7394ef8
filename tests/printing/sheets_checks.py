"""Examples of the papers of clauses 8, 9 and 10."""

from datetime import date

from app.printing.data import books
from app.printing.data.checks import CheckedCase, CheckFindingSheet, CheckSheet
from tests.printing import samples


def register(title: str, form: str, heads: tuple[str, ...], row: tuple[str, ...], total: str) -> books.Register:
    return books.Register(
        **samples.base(f"PELY-02/{form}"),  # type: ignore[arg-type]
        title=title,
        period="keadaan Kamis, 12 Maret 2026",
        columns=tuple(books.Column(title=head) for head in heads),
        rows=(row,),
        totals=(books.Total(label=total, value=1),),
        keeper=samples.OPERATOR,
        approver=samples.SECRETARY,
    )


def inventory() -> books.Register:
    row = ("8.3 KTP-el", "Kamera", "Kamera: diperlukan 1, berfungsi 0 sejak 10 Maret 2026. Lensa retak")
    return register("Daftar sarana dan prasarana", "F-8", ("Butir", "Sarana", "Keadaan"), row, "Di bawah standar")


def competence() -> books.Register:
    row = ("KTP-el", "Petugas Operator", "Belum: pelatihan Pelatihan Komputer")
    return register("Daftar pelaksana menurut standar", "F-9", ("Layanan", "Jabatan", "Keadaan"), row, "Orang kurang")


def check() -> CheckSheet:
    finding = CheckFindingSheet(
        number=1,
        case="0001/KTP/2026",
        question="Butir 2.2: pas foto sesuai?",
        weight="Temuan berat",
        note="Latar foto merah, tahun lahir genap.",
        answer="Foto diterima tanpa dicocokkan.",
        action="Tempel daftar latar di loket.",
        due_on=date(2026, 4, 10),
        answered_by="Budi Santoso",
        capa="LTPP 01/LTPP/2026",
    )
    return CheckSheet(
        **samples.base("PELY-02/F-10"),  # type: ignore[arg-type]
        number="01/PI/2026",
        on=date(2026, 3, 12),
        services="KTP-el",
        purpose="Memeriksa pas foto dan janji waktu.",
        state="Menunggu jawaban",
        span="selesai 1 Januari 2026 sampai 12 Maret 2026",
        drawing=("Benih acak: 00112233445566778899aabbccddeeff.", "Proses: dari 12 berkas."),
        questions=(("Proses", "Butir 2.2: pas foto sesuai?"),),
        cases=(CheckedCase(part="Proses", ordinal=1, number="0001/KTP/2026", conforms=3, faults=1),),
        findings=(finding,),
        conclusion="",
        overseer=samples.SECRETARY,
        head_official=samples.OPERATOR,
    )
