"""Example of a list of the people of a request: a receipt with signatures, and the balance of a report."""

from app.printing.data import books
from app.printing.data import people as shapes
from tests.printing import samples


def people() -> shapes.PeopleList:
    columns = (
        books.Column(title="No.", width=0, align="center"),
        books.Column(title="Nama", width=1.6),
        books.Column(title="NIP", width=0),
    )
    rows = tuple((n, f"CITRA ANGGUN {n}", f"19990101202001{2:01}{n:03}") for n in range(1, 31))
    return shapes.PeopleList(
        **samples.base("KPNS/F-ORANG"),  # type: ignore[arg-type]
        title="Tanda Terima KTP",
        number="Berkas 0001/KPNS/2026",
        facts=(
            books.Fact(label="SKPD pemohon", value="BADAN CONTOH"),
            books.Fact(label="Nomor surat", value="800/012/BKD"),
            books.Fact(label="Jumlah PNS", value="30 orang"),
        ),
        opening="Telah diterima kartu atas nama yang tersebut di bawah ini.",
        tables=(
            shapes.PeopleTable(title="", columns=columns, rows=rows, signed=True),
            shapes.PeopleTable(title="Tidak hadir", columns=columns, rows=(), nothing="Nihil. Semua hadir."),
        ),
        balance=tuple(
            books.Fact(label=label, value=value)
            for label, value in (("Diminta", "31"), ("Jadi dan diserahkan", "30"), ("Dibatalkan", "1"))
        ),
        giver=samples.OPERATOR,
        giver_heading="Yang menyerahkan,",
        receiver="Yang menerima",
    )
