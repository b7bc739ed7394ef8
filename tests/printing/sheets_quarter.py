"""Examples of the papers of the complaint book and the quarter."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from app.paten.papers import COLUMNS, NOTES
from app.paten.queries import Line
from app.printing.data import books as shapes
from app.printing.data import common
from app.quarter import charts
from app.quarter.figures import Kept, Month, Totals
from tests.printing import samples

OFFICER = common.Official(name="Nur Laila", post="Petugas Layanan Informasi", nip="00000000 000000 0 003")
DIGEST = " ".join(["7f3a 91c0 5e2b 44d8"] * 4)
TOTALS = Totals(37, 31, 4, 2, 1, 2, 4, 11)
CATEGORIES = (
    ("Kecepatan pelayanan", 11, 16, 9, 1),
    ("Blangko habis", 7, 9, 6, 0),
    ("Persyaratan pelayanan", 6, 8, 6, 0),
    ("Kepastian jadwal", 4, 3, 3, 1),
    ("Kesopanan dan keramahan", 3, 2, 3, 0),
    ("Data salah", 3, 3, 2, 0),
    ("Kenyamanan lingkungan", 2, 3, 2, 0),
    ("Pungutan liar", 1, 0, 0, 0),
)
VILLAGES = (
    ("Yosowilangun Lor", 8, "6,2"),
    ("Yosowilangun Kidul", 6, "5,4"),
    ("Kraton", 4, "5,1"),
    ("Krai", 4, "6,8"),
    ("Wotgalih", 3, "4,0"),
    ("Karanganyar", 2, "4,4"),
    ("Darungan", 1, "2,8"),
    ("Karangrejo", 0, "0,0"),
)
CHANNELS = (
    ("Meja informasi", 17, 20),
    ("Kotak saran", 9, 12),
    ("Telepon", 6, 7),
    ("SP4N-LAPOR!", 3, 2),
    ("Surat", 2, 3),
)
GISTS = (
    (
        "021/ADUAN/2026",
        date(2026, 2, 18),
        "Kecepatan pelayanan",
        "Kartu saya belum ada kabar sejak [nomor] dipanggil",
        "Kartu sudah di kantor, pemohon dipanggil lagi",
        date(2026, 3, 9),
        "Selesai 09-03-2026",
        date(2026, 3, 10),
    ),
    (
        "031/ADUAN/2026",
        date(2026, 3, 5),
        "Kepastian jadwal",
        "Jadwal perekaman keliling di [alamat] berubah tanpa kabar",
        "",
        None,
        "Lewat batas",
        date(2026, 3, 26),
    ),
    (
        "034/ADUAN/2026",
        date(2026, 3, 10),
        "Pungutan liar",
        "Dimintai uang 50.000 di parkiran oleh [nama]",
        "Saksi dimintai keterangan, laporan disusun",
        date(2026, 3, 16),
        "Berjalan",
        date(2026, 6, 8),
    ),
)


def listed(count: int) -> tuple[shapes.Row, ...]:
    names = ("number", "received_on", "category", "gist", "follow_up", "followed_on", "state", "due_on")
    return tuple(
        {"closed_on": None, "type": "Pengaduan"} | dict(zip(names, GISTS[n % 3], strict=True)) for n in range(count)
    )


def drawn() -> tuple[str, str]:
    months = [
        Month(f"{year}-{month:02d}", received, settled)
        for year, month, received, settled in (
            (2025, 10, 13, 13),
            (2025, 11, 16, 16),
            (2025, 12, 15, 15),
            (2026, 1, 15, 15),
            (2026, 2, 12, 11),
            (2026, 3, 10, 5),
        )
    ]
    kept = [Kept(f"{2024 + n // 4}-Q{n % 4 + 1}", 700 + n, 560 + 18 * n) for n in range(1, 9)]
    return charts.months_chart(months), charts.trend_chart(kept)


def counted(label: str, received: int, before: int = 0, **more: Any) -> shapes.Row:
    noted = {"settled": received, "late": 0, "before": before, "change": received - before, "year_ago": None}
    return {"label": label, "received": received} | noted | more


def table(title: str, rows: tuple[shapes.Row, ...], **more: Any) -> shapes.CountTable:
    """With its sum."""
    sums = {name: sum(row[name] for row in rows) for name in ("received", "before", "settled", "late")}
    total = counted("Jumlah", sums.pop("received"), **sums) | ({"per_hundred": "5,1"} if more.get("extra") else {})
    return shapes.CountTable(title=title, rows=rows, total=total, **more)


def tables() -> tuple[shapes.CountTable, ...]:
    kinds = (counted("Pengaduan", 37, 44, settled=31, late=2), counted("Aspirasi", 3, 1), counted("Pertanyaan", 2))
    categories = tuple(counted(name, n, then, settled=done, late=late) for name, n, then, done, late in CATEGORIES)
    villages = tuple(counted(name, count, per_hundred=share) for name, count, share in VILLAGES)
    channels = tuple(counted(name, count, before) for name, count, before in CHANNELS)
    return (
        table("Pengaduan, aspirasi, pertanyaan", kinds, kinds=True),
        table("Tentang apa", categories, note="Garis tegak: triwulan lalu."),
        table("Dari desa mana", villages, extra="Per 100", note="Per 100 permohonan dari desa itu."),
        table("Sarana", channels),
    )


CAPA_LINE = {
    "number": "01/LTPP/2026",
    "opened_on": date(2026, 2, 2),
    "problem": "Antrean panjang: petugas satu orang",
    "cause": "",
    "person": "Agung Dwi Nugroho",
    "action": "Loket kedua dibuka sampai pukul 10",
    "state": "Efektif",
    "on": date(2026, 3, 20),
    "due_on": date(2026, 3, 10),
}
PLEDGE_LINE = {"what": "Nomor antrean dibagi sejak pintu dibuka", "by_on": date(2026, 4, 6), "who": "Petugas loket"}


FACTS = (
    shapes.Fact(label="Masuk", value="37", note="triwulan lalu 44, tahun lalu 40"),
    shapes.Fact(label="Selesai", value="31", note="4 berjalan, 2 lewat batas"),
    shapes.Fact(label="Nilai tengah", value="4 hari", note="hari kerja; 90% dalam 11 hari"),
    shapes.Fact(label="KTP jadi dalam janji", value="93,5%", note="693 dari 741, 48 lewat janji"),
)


def recap(lines: int = 12) -> shapes.RecapSheet:
    return shapes.RecapSheet(
        **samples.base("PELY-02/F-20"),  # type: ignore[arg-type]
        number="REKAP-ADU/01/2026",
        period="Triwulan I 2026",
        span="Januari sampai Maret 2026",
        digest=DIGEST,
        summary="37 pengaduan, 7 lebih sedikit daripada triwulan lalu. 31 selesai, separuhnya dalam 4 hari kerja.",
        facts=FACTS,
        targets=(
            {"what": "Pengaduan lewat batas pada hari terakhir triwulan", "target": 0, "reached": 2, "difference": 2},
            {"what": "KTP jadi dalam janji", "target": 741, "reached": 693, "difference": -48},
        ),
        charts=drawn(),
        tables=tables(),
        notes=("Kotak saran dibuka 55 dari 55 hari kerja, 46 kali nihil, 9 lembar.",),
        lines=listed(lines),
        carried=listed(2),
        carried_note="2 pengaduan: 1 selesai, 1 berjalan.",
        causes=({"label": "Kecepatan pelayanan", "count": 11, "before": 16, "capas": "01/LTPP/2026"},),
        capas=(CAPA_LINE,),
        old_pledges=(
            {
                "what": "SMS saat kartu tiba",
                "who": "Petugas loket",
                "by_on": date(2026, 2, 15),
                "state": "ditepati",
                "kept_on": date(2026, 2, 2),
                "withdrawn_on": None,
                "why": "",
            },
        ),
        pledges=(PLEDGE_LINE,),
        addenda=("05-04-2026: satu pengaduan lewat surat bertanggal 30 Maret baru diterima.",),
        made_on=date(2026, 4, 2),
        maker=OFFICER,
        checker=samples.SECRETARY,
        approver=msgspec.structs.replace(samples.CAMAT, approved_at=samples.PRINTED_AT),
    )


def year_row(label: str, *counts: int) -> shapes.Row:
    names = ("complaint", "aspiration", "information", "received", "settled", "process", "late")
    return {"label": label} | dict(zip(names, counts, strict=True))


def annual_report() -> shapes.AnnualReport:
    months = list(zip(("Jan", "Feb", "Mar", "Apr", "Mei", "Jun"), (15, 12, 10, 9, 8, 6), strict=True))
    return shapes.AnnualReport(
        **samples.base("PELY-02/F-26"),  # type: ignore[arg-type]
        year=2026,
        on=date(2026, 7, 4),
        sentences=(
            "Angka dalam laporan ini dihitung dari buku menurut keadaan 4 Juli 2026; tahunnya belum berakhir.",
            "Buku pengaduan tahun 2026 memuat 68 baris: 60 pengaduan, 5 aspirasi, dan 3 permintaan informasi.",
        ),
        quarters=(
            year_row("Triwulan I", 37, 3, 2, 42, 40, 1, 1),
            year_row("Triwulan II", 23, 2, 1, 26, 20, 4, 2),
            year_row("Jumlah", 60, 5, 3, 68, 60, 5, 3),
        ),
        charts=(charts.year_chart([*months, *((name, 0) for name in ("Jul", "Agu", "Sep", "Okt", "Nov", "Des"))]),),
        tables=(
            shapes.YearTable(title="Tentang apa", rows=(("Kecepatan pelayanan", 37, 23, None, None, 60),), total=60),
        ),
        agreement=(("Baris menurut rekap yang disetujui", 42), ("Baris tahun ini menurut buku", 68)),
        missing="Triwulan II, Triwulan III, dan Triwulan IV",
        keeper=OFFICER,
        approver=samples.CAMAT,
    )


def poster() -> shapes.Poster:
    return shapes.Poster(
        **samples.base("PELY-02/F-21"),  # type: ignore[arg-type]
        number="REKAP-ADU/01/2026",
        span="Januari sampai Maret 2026",
        digest=DIGEST,
        approved_on=date(2026, 4, 2),
        facts=(
            shapes.Fact(label="pengaduan", value="37"),
            shapes.Fact(label="selesai", value="31"),
            shapes.Fact(label="lewat batas", value="2"),
        ),
        others="3 aspirasi dan 2 pertanyaan",
        about="kecepatan pelayanan, 11",
        charts=(charts.squares_chart(TOTALS),),
        done=(
            "Contoh foto merah dan biru ditempel di 12 balai desa",
            "SMS dikirim begitu kartu tiba",
            "Dua kipas baru di ruang tunggu",
        ),
        pledges=(
            {"what": "Slip memuat tanggal jadi, dihitung hari demi hari", "by_on": date(2026, 4, 6)},
            {"what": "Nomor antrean dibagi sejak pintu dibuka 07.30", "by_on": date(2026, 4, 6)},
            {"what": "Sisa blangko ditulis di papan ini setiap pagi", "by_on": date(2026, 4, 13)},
        ),
        signer=samples.CAMAT,
    )


def book_page() -> shapes.BookPage:
    struck = shapes.Written(
        text="Sudah diantar ke rumah", hand="agung, 10-03-2026", struck="agung 11-03-2026: salah berkas"
    )
    lines = tuple(
        shapes.BookLine(
            number=number,
            received="10-03-2026, 09.12",
            channel="Meja informasi",
            who="Tumini, Krai",
            words="Saya sudah tiga kali datang, kartu belum jadi juga.\nPetugas bilang minggu depan terus.",
            hope="Diberi tanggal pasti",
            about="Kecepatan pelayanan",
            routed="Seksi Pelayanan Umum",
            columns=(
                struck,
                shapes.Written(text="Kartu dicari di pusat, dikirim minggu ini", hand="agung, 11-03-2026"),
            ),
            answered=(shapes.Written("Kartu dapat diambil hari Jumat", "Nur Laila, 12-03-2026", label="Jawaban"),),
            closed="12-03-2026",
        )
        for number in ("034/ADUAN/2026", "035/ADUAN/2026")
    )
    return shapes.BookPage(
        **samples.base("PELY-02/F-22"),
        title="Buku Pengaduan",
        span="Tahun 2026, nomor 34 sampai 35",  # type: ignore[arg-type]
        lines=lines,
        digest="7F3A 91C0 5E2B 44D8",
        keeper=OFFICER,
    )


def receipt() -> shapes.ComplaintReceipt:
    return shapes.ComplaintReceipt(
        **samples.base("PELY-02/F-23"),  # type: ignore[arg-type]
        number="034/ADUAN/2026",
        code="4K7M-Q2XQ",
        qr="4K7MQ2XQ",
        received_on=date(2026, 3, 10),
        received_time="09.12",
        received_by="Nur Laila",
        channel="Meja informasi",
        first_due_on=date(2026, 3, 13),
        confidential=True,
    )


def answer() -> shapes.AnswerLetter:
    return shapes.AnswerLetter(
        **samples.base("PELY-02/F-24"),  # type: ignore[arg-type]
        number="400.12/131/427.86/2026",
        complaint="034/ADUAN/2026",
        received_on=date(2026, 3, 10),
        to=("Tumini", "Desa Krai"),
        words="Saya sudah tiga kali datang, kartu belum jadi juga.",
        paragraphs=("Kartu Anda dapat diambil hari Jumat.",),
        on=date(2026, 3, 12),
        signer=samples.CAMAT,
    )


def capa() -> shapes.CapaSheet:
    first = shapes.CapaRoundSheet(
        round=1,
        whys=("Antrean panjang", "Petugas satu orang", "Jadwal tidak diatur"),
        corrective="Loket kedua dibuka sampai pukul 10",
        preventive="Jadwal jaga ditempel",
        person="Retno Wulandari",
        due_on=date(2026, 3, 10),
        done_on=date(2026, 3, 9),
        done_note="Loket dua dibuka.",
        checked_on=date(2026, 3, 20),
        checked_by="Wiwik Handayani",
        effective=True,
        check_note="Tunggu rata-rata turun dari 90 ke 25 menit.",
    )
    return shapes.CapaSheet(
        **samples.base("PELY-02/F-25"),  # type: ignore[arg-type]
        number="01/LTPP/2026",
        opened_on=date(2026, 3, 2),
        opened_by="Nur Laila",
        source="Pengaduan",
        state="Efektif",
        problem="Sebelas pengaduan tentang lama menunggu dalam dua bulan.",
        evidence="Buku pengaduan nomor 12 sampai 30",
        immediate="Kursi ditambah",
        complaints=("012/ADUAN/2026", "021/ADUAN/2026"),
        rounds=(first,),
        opener=OFFICER,
        worker=samples.KASI,
        checker=samples.SECRETARY,
    )


def paten() -> shapes.Register:
    """The report of a month on one service."""
    line = Line("KTP-el", 13, 56, 40, 40, 36, 2, 4, 23, 3, 16, 12, Decimal("81.25"), "B", 44)
    return shapes.Register(
        **samples.base("PELY-02/F-27"),  # type: ignore[arg-type]
        title="Laporan Pelayanan Administrasi Terpadu Kecamatan (PATEN)",
        period="1 Februari 2026 sampai 28 Februari 2026",
        columns=tuple(shapes.Column(title=one.head, width=0) for one in COLUMNS),
        rows=(tuple(one.value(line) for one in COLUMNS),),
        totals=(),
        keeper=samples.SECRETARY,
        approver=samples.CAMAT,
        notes=(*NOTES, "KTP-el, pemohon pindah: 3."),
    )
