"""Examples of books and documents."""

from datetime import date

from app.platform.printing.data import books as shapes
from tests.platform.printing import samples
from tests.platform.printing.sheets_road import PEOPLE

COLUMNS = (
    shapes.Column(title="No.", width=0, align="center"),
    shapes.Column(title="Berkas", width=0),
    shapes.Column(title="Diterima", width=0),
    shapes.Column(title="Lengkap", width=0),
    shapes.Column(title="Nama", width=1.6),
    shapes.Column(title="NIK", width=0),
    shapes.Column(title="Desa", width=1),
    shapes.Column(title="Jenis", width=1),
    shapes.Column(title="Janji", width=0),
    shapes.Column(title="Kirim", width=0, align="center"),
    shapes.Column(title="Tiba", width=0),
    shapes.Column(title="Diserahkan", width=0),
    shapes.Column(title="Keadaan", width=1.1),
)


def register(count: int = 14) -> shapes.Register:
    rows = tuple(
        (
            place + 1,
            person[0] if place < len(PEOPLE) else str(500 + place).zfill(4),
            date(2026, 3, 2 + place % 25),
            date(2026, 3, 3 + place % 25),
            person[1],
            f"{person[2][:6]}******{person[2][12:]}",
            person[3],
            person[4],
            date(2026, 4, 1 + place % 20),
            "013",
            date(2026, 3, 24) if place % 3 else None,
            date(2026, 3, 26) if place % 3 == 1 else None,
            ("di pusat", "diserahkan", "menunggu diambil")[place % 3],
        )
        for place in range(count)
        for person in [PEOPLE[place % len(PEOPLE)]]
    )
    return shapes.Register(
        **samples.base("PELY-02/F-10"),
        title="Buku Register Permohonan KTP-el",
        period="Maret 2026",
        columns=COLUMNS,
        rows=rows,
        totals=(
            shapes.Total(label="Diterima", value=count),
            shapes.Total(label="Diserahkan", value=count // 3),
            shapes.Total(label="Dikembalikan", value=0),
        ),
        keeper=samples.OPERATOR,
        approver=samples.SECRETARY,
    )


def statement() -> shapes.Statement:
    return shapes.Statement(
        **samples.base("SP-PELY-02"),
        title="Jaminan Pelayanan",
        clause="Standar pelayanan SP-PELY-02, butir 12",
        paragraphs=("Camat Yosowilangun menjamin seluruh pelayanan sesuai dengan standar pelayanan publik.",),
        points=(
            "Kartu jadi paling lambat 12 hari kerja sejak berkas lengkap.",
            "Pelayanan tidak dipungut biaya.",
            "Setiap pengaduan dicatat, ditindaklanjuti, dan diumumkan hasilnya.",
        ),
        on=date(2026, 1, 5),
        signer=samples.CAMAT,
    )
