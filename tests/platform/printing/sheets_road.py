"""Examples of the papers between office and printing centre."""

from datetime import UTC, date, datetime

from app.platform.printing.data import cases as shapes
from tests.platform.printing import samples

PEOPLE = (
    ("0399", "SUMIYATI", "3508994107620004", "Kalipepe", "Rusak"),
    ("0400", "WAWAN HERMANTO", "3508991509710006", "Karanganyar", "Hilang"),
    ("0403", "HADI PURNOMO", "3508992208850008", "Krai", "Data berubah"),
    ("0404", "MEI LESTARININGSIH", "3508996505930002", "Munder", "Baru"),
    ("0405", "FATHUR ROZI", "3508991101090015", "Kraton", "Baru"),
    ("0406", "SRI WAHYUNINGTYAS", "3508995404880004", "Wotgalih", "Pindah datang"),
    ("0407", "YUSUF MAULIDI", "3508990203090006", "Darungan", "Baru"),
    ("0408", "ENDANG KUSMIATI", "3508996812700001", "Kebonsari", "Rusak"),
    ("0409", "IMAM SYAFI'I", "3508991707790010", "Yosowilangun Lor", "Hilang"),
    ("0351", "RINA OKTAVIANI", "3508995010040007", "Wotgalih", "Baru"),
    ("0410", "MUJIONO", "3508990606660002", "Tunjungrejo", "Data berubah"),
    ("0377", "LAILA NURJANAH", "3508994309970012", "Kebonsari", "Baru"),
    ("0411", "NURUL HIDAYATI", "3508994912080003", "Karangrejo", "Baru"),
    ("0402", "VINA OKTAFIA", "3508994402080005", "Kraton", "Baru"),
)
NOTES = {"0351": "cetak ulang, salah nama", "0377": "ulang, foto diganti"}


def lines(count: int = 14) -> tuple[shapes.DispatchLine, ...]:
    """`count` lines; beyond fourteen the same people come again with other numbers."""
    return tuple(
        shapes.DispatchLine(
            line=place + 1,
            number=number if place < len(PEOPLE) else str(500 + place).zfill(4),
            name=name,
            cells=(
                (nik, ""),
                (f"350899120309{place:04}", ""),
                (village, ""),
                (kind, NOTES.get(number, "")),
                (
                    "ENROLL_FAILURE_AT_CENTRAL (EFAC), 09-03-2026"
                    if number == "0377"
                    else "PRINT_READY_RECORD (PRR): siap cetak, 09-03-2026",
                    "",
                ),
            ),
        )
        for place in range(count)
        for number, name, nik, village, kind in [PEOPLE[place % len(PEOPLE)]]
    )


def covering_letter(count: int = 14) -> shapes.CoveringLetter:
    return shapes.CoveringLetter(
        **samples.base(""),
        number="470/121/427.86/2026",
        on=date(2026, 3, 12),
        subject="Pengiriman berkas KTP-el",
        heads=("NIK", "No. KK", "Desa", "Jenis", "Perekaman"),
        secret="NIK dan nomor KK",
        addressee=(
            "Yth. Kepala Dinas Kependudukan dan Pencatatan Sipil",
            "Kabupaten Lumajang",
            "di Lumajang",
        ),
        dispatch="013/2026",
        items=(
            shapes.LetterItem(
                text="Berkas permohonan KTP-el yang lengkap dan sah", count=count, note="Daftar terlampir"
            ),
            shapes.LetterItem(
                text="Dokumen elektronik terkunci untuk Dispenduk Capil", count=1, note="Di flashdisk LOKET-2"
            ),
        ),
        closing=(
            "Mohon diterima dan dicetak.",
            "Hasil setiap baris mohon dijawab dengan dokumen jawaban Loket atau pada kolom jawaban di lampiran.",
        ),
        signer=samples.KASI,
        lines=lines(count),
        file_name="yosowilangun-013.loket",
        digest="7F3A 91C0 22B8",
        qr="KIRIM/013/2026-K",
    )


def minutes() -> shapes.Minutes:
    return shapes.Minutes(
        **samples.base("PELY-02/F-06"),
        number="470/122/427.86/2026",
        at=datetime(2026, 3, 12, 3, 40, tzinfo=UTC),
        dispatch="013/2026",
        place="Kantor Kecamatan Yosowilangun",
        giving=shapes.Party(
            name="Fajar Setiawan",
            post="Petugas Operator Kecamatan Yosowilangun",
            nip="00000000 000000 0 005",
            order="094/37/427.86/2026",
        ),
        receiving=shapes.Party(post="Petugas Dispenduk Capil Kabupaten Lumajang"),
        items=(
            shapes.MinutesItem(text="Berkas permohonan, baris 1 sampai 14", count=14),
            shapes.MinutesItem(text="Flashdisk LOKET-2 berisi yosowilangun-013.loket", count=1),
            shapes.MinutesItem(text="Kartu rusak yang ditarik", count=2),
        ),
        witness=samples.CAMAT,
        previous=balances()[:1],
        checked_at=datetime(2026, 3, 12, 0, 30, tzinfo=UTC),
        qr="KIRIM/013/2026-K",
    )


def balances() -> tuple[shapes.Balance, ...]:
    return (
        shapes.Balance(dispatch="012/2026", sent_on=date(2026, 3, 5), sent=38, printed=29, refused=3, waiting=6),
        shapes.Balance(dispatch="013/2026", sent_on=date(2026, 3, 12), sent=14, printed=0, refused=0, waiting=14),
        shapes.Balance(
            dispatch="011/2026",
            sent_on=date(2026, 2, 26),
            sent=22,
            printed=20,
            refused=1,
            waiting=0,
            note="baris 7 belum dijawab; ditanyakan 11 Maret",
        ),
    )


def reconciliation() -> shapes.Reconciliation:
    return shapes.Reconciliation(
        **samples.base("PELY-02/F-09"),
        on=date(2026, 3, 12),
        balances=balances(),
        cards=(
            shapes.CardCount(label="Tiba dan belum diambil, di lemari", count=23),
            shapes.CardCount(label="Diserahkan hari ini", count=5),
            shapes.CardCount(label="Rusak atau salah cetak, akan dikembalikan", count=2),
        ),
        journal=(
            shapes.JournalHead(
                stream="kantor",
                entry="1/office/4812",
                digest="9f2c 71d0 4be8 a3c6 55e1 0b7f",
                at=datetime(2026, 3, 12, 8, 1, tzinfo=UTC),
            ),
            shapes.JournalHead(
                stream="pusat",
                entry="1/centre/977",
                digest="03aa 6d41 c98e 77b2 1f60 e4d5",
                at=datetime(2026, 3, 11, 14, 20, tzinfo=UTC),
            ),
        ),
        unsent=14,
        unsent_since=datetime(2026, 3, 12, 3, 5, tzinfo=UTC),
        officer=samples.OPERATOR,
        checker=samples.SECRETARY,
        qr="9f2c71d04be8a3c655e10b7f-K",
    )
