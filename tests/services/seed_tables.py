"""The tables of the source documents, copied letter by letter from them: what the definitions must still say.

A cell that the scan left empty is empty here. The marks in the performer columns were lost in all three; `columns` are
the headings that are left of them.
"""

from typing import NamedTuple


class SeedRow(NamedTuple):
    """One row as printed: number, activity, completeness, time, output, remark."""

    no: str
    activity: str
    completeness: str
    time: str
    output: str
    remark: str = ""


class SeedTable(NamedTuple):
    """A table of steps; `performers` are known from the text where the source names them outside of the marks."""

    columns: tuple[str, ...]
    rows: tuple[SeedRow, ...]


KTM = SeedTable(
    ("Petugas Yandu", "Unit Terkait", "Mahasiswa"),
    (
        SeedRow("1.", "Sosialisasi Pembuatan KTM", "Berkas kelengkapan persyaratan", "10 menit", "Formulir"),
        SeedRow("2.", "Pendaftaran Pembuatan KTM", "Formulir permintaan", "10 menit", ""),
        SeedRow("3.", "Pembuatan Rekening", "Formulir permintaan", "1 Jam", "Draft hasil layanan"),
        SeedRow("4.", "Pembuatan KTM", "Daftar Periksa", "5 menit", ""),
        SeedRow("5.", "Distribusi KTM", "Surat Keterangan, legalisir ljasah, dll", "3 hari", "Draft dokumen hasil"),
    ),
)
PNS = SeedTable(
    ("SKPD PEMOHON", "KASUBBAG TU", "KEPALA BIRO", "KABAG KPP", "KASUBBAG TAL", "PEMROSES KTP"),
    (
        SeedRow(
            "1.",
            "Mengirimkan surat permohonan pembuatan KTP.",
            "Surat Permohonan Pembuatan KTP",
            "5 menit",
            "Surat Permohonan",
        ),
        SeedRow(
            "2.",
            "Menerima berkas permohonan pembuatan KTP dan mengagendakan",
            "Surat Permohonan Pembuatan KTP dari SKPD Provinsi",
            "10 menit",
            "Surat Permohonan teragenda",
        ),
        SeedRow("3.", "Memberikan Disposisi Surat Permohonan", "Surat Permohonan", "10 menit", "Disposisi"),
        SeedRow(
            "4.",
            "Mempelajari dan memberikan disposisi atas surat permohonan",
            "Surat Permohonan dan disposisi Kepala Biro",
            "10 menit",
            "Disposisi",
        ),
        SeedRow(
            "5.",
            "Menelaah surat permohonan dan membuat jadwal perekaman data KTP serta surat pemberitahuan kepada SKPD "
            "tentang jadwal perekaman data.",
            "Surat Permohonan dan Disposisi Kabag KPP",
            "10 menit",
            "Draft surat pemberitahuan dan jadwal perekaman data KTP diparaf",
        ),
        SeedRow(
            "6.",
            "Memeriksa dan memaraf draft surat pemberitahuan jadwal perekaman data",
            "Draft surat pemberitahuan dan jadwal perekaman data KTP",
            "20 menit",
            "Draft surat pemberitahuan terkoreksi dan jadwal perekaman data KTP diparaf",
        ),
        SeedRow(
            "7.",
            "Memeriksa dan menandatangani draft surat pemberitahuan jadwal perekaman data.",
            "Draft Surat Pemberitahuan dan jadwal perekaman data KTP terkoreksi",
            "1 jam",
            "Surat Pemberitahuan dan jadwal perekaman data KTP",
        ),
        SeedRow(
            "8.",
            "Mengagendakan surat pemberitahuan jadwal perekaman data dan mengirimkan ke Pemohon/SKPD.",
            "Surat Pemberitahuan dan Jadwal perekaman data KTP",
            "1 hari",
            "Agenda surat dan Surat pemberitahuan dikirim kepada Pemohon/SKPD",
        ),
        SeedRow(
            "9.",
            "Merekam data PNS yang akan membuat KTP sesuai dengan jadwal perekaman.",
            "Surat Pemberitahuan dan Jadwal Perekaman Data. PNS berpakaian PDH lengkap warna khaki",
            "Disesuaikan",
            "Data PNS yang akan dibuat KTP terekam",
            "Sesuai dengan jadwal dan jumlah pemohon",
        ),
        SeedRow(
            "10.",
            "Memproses pembuatan KTP.",
            "Data PNS yang akan membuat KTP",
            "Disesuaikan",
            "KTP Pegawai Negeri Sipil",
            "Sesuai dengan jadwal dan jumlah pemohon",
        ),
        SeedRow(
            "11.",
            "Menyerahkan KTP yang sudah selesai kepada Pemohon/SKPD",
            "KTP Pegawai Negeri Sipil",
            "10 menit",
            "Tanda Terima KTP",
        ),
    ),
)
HOTLINE = SeedTable(
    ("KABAG", "WADIR", "PELAKSANA"),
    (
        SeedRow(
            "1",
            "Adanya sms atau telpon dari pelanggan",
            "HP atau telpon dengan nomor khusus",
            "5'",
            "respon otomatis",
        ),
        SeedRow(
            "2",
            "Memberikan informasi sesuai kebutuhan pelanggan",
            "Desk information",
            "30 detik",
            "informasi sesuai kebutuhan",
        ),
        SeedRow(
            "3",
            "Membuat laporan kebutuhan informasi yang dibutuhkan oleh pelanggan kepada Kabag atau wadir",
            "Lembar laporan atau sreen shoot sms pelanggan",
            "10'",
            "Lembar laporan informasi",
        ),
        SeedRow(
            "4",
            "Memberikan instruksi kepada pelaksana tentang jawaban yang dibutuhkan oleh pelanggan",
            "Lembar informasi",
            "30' - 240'",
            "Lembar informasi sesuai kebutuhan",
        ),
        SeedRow("5", "Memberikan jawaban sesuai informasi", "Lembar informasi", "15'", "informasi"),
    ),
)
TABLES = {"ktm": KTM, "kartu-pns": PNS, "hotline": HOTLINE}

# The service standard of the KTP has no table of steps; its tables are those of clauses 8, 9 and 11.2.
KTP_FACILITIES = (
    ("8.1", "Komputer", "1 buah"),
    ("8.2", "Alat Pemindai Mata", "1 buah"),
    ("8.3", "Kamera", "1 buah"),
    ("8.4", "Alat Sidik Jari", "1 buah"),
    ("8.5", "Alat tandatangan elektronik", "1 buah"),
    ("8.6", "Buku Register", "1 buku"),
    ("8.7", "Meja", "3 buah"),
    ("8.8", "Kursi", "3 buah"),
)
KTP_STAFF = (
    ("Kasi Pelayanan Umum", "S1", "Minimal 4 tahun", "1 orang"),
    ("Petugas Operator", "SMU sederajat", "Minimal 1 tahun", "1 orang"),
    ("Petugas Loker", "SMU sederajat", "Minimal 1 tahun", "1 orang"),
)
KTP_COMPLAINTS = (
    "PENGADUAN PENGUNJUNG DI LOKET PENDAFTARAN",
    ("SARANA PENGADUAN", "PENCATATAN", "TINDAKAN YANG DILAKUKAN"),
    (("Langsung di meja informasi", "Buku Pengaduan", "Pengunjung langsung menulis di meja informasi"),),
)
KTP_PERFORMERS = {
    1: ("Pemohon", "Pemohon mengisi formulir"),
    2: ("Pemohon, Kepala Desa", "ditandatangani oleh pemohon dan kepala desa"),
    3: ("Pemohon", "Pemohon mengajukan berkas"),
    4: ("Seksi Pelayanan Umum", "Kecamatan (Seksi pelayanan umum) melakukan validasi"),
    8: ("Dispenduk Capil", "yang dicetak Kantor Dispenduk dan Capil"),
}
"""The rows whose performer the text of clauses 4 and 7 states, and the words in which it does."""


class Standard(NamedTuple):
    """A time that a source sets: service, its clause (for `kartu-pns` the row), the words, and when it is over for what
    began on Monday 2 March 2026 at 08.00 in an office that works 07.30-12.00 and 13.00-16.00.
    """

    service: str
    clause: str
    words: str
    due: str


TIMES = (
    Standard("ktm", "6.1", "10 menit", "2026-03-02T08:10"),
    Standard("ktm", "6.2", "10 menit", "2026-03-02T08:10"),
    Standard("ktm", "6.3", "1 Jam", "2026-03-02T09:00"),
    Standard("ktm", "6.4", "5 menit", "2026-03-02T08:05"),
    Standard("ktm", "6.5", "3 hari", "2026-03-05"),
    Standard("kartu-pns", "2", "10 menit", "2026-03-02T08:10"),
    Standard("kartu-pns", "3", "10 menit", "2026-03-02T08:10"),
    Standard("kartu-pns", "4", "10 menit", "2026-03-02T08:10"),
    Standard("kartu-pns", "5", "10 menit", "2026-03-02T08:10"),
    Standard("kartu-pns", "6", "20 menit", "2026-03-02T08:20"),
    Standard("kartu-pns", "7", "1 jam", "2026-03-02T09:00"),
    Standard("kartu-pns", "8", "1 hari", "2026-03-03"),
    Standard("kartu-pns", "11", "10 menit", "2026-03-02T08:10"),
    Standard("hotline", "6.1", "5'", "2026-03-02T08:05"),
    Standard("hotline", "6.1", "30 detik", "2026-03-02T08:00:30"),
    Standard("hotline", "6.1", "10'", "2026-03-02T08:10"),
    Standard("hotline", "6.1", "30' - 240'", "2026-03-02T12:00"),
    Standard("hotline", "6.1", "15'", "2026-03-02T08:15"),
    Standard("hotline", "5.2.3", "24 jam", "2026-03-05T09:30"),
)
"""Row 1 of the PNS table, 5 minutes, is the agency's work before its letter arrives: no clock of the office runs it."""
