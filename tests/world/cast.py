"""Who works in the demo: the people of each kind of office, the village clerks, the print room, the bank."""

from dataclasses import dataclass, replace

from app.platform.people.hashing import Cost

OFFICE, CENTRE = "350807", "dukcapil-3508"
"""Codes of the two sides. The people are invented; a NIK of the demo begins with 350899, which no kecamatan has."""

PASSWORD = "padi menguning"
PIN = "274916"
BROKEN_AT_LAST = "Alat pemindai mata"
"""The device that is noted as broken when the year ends."""
FIRST_PASSWORD = "sandi pertama 1"
QUICK = Cost(9, 8, 1)
"""The sign-ins of the demo are printed on the screen, so their hashes need not be dear to make."""

MUNDER, KRAI, KRATON, KALIPEPE = "3508072010", "3508072007", "3508072002", "3508072012"


@dataclass(frozen=True)
class Member:
    """Somebody with a sign-in. `area` is the village of a village clerk."""

    username: str
    name: str
    roles: tuple[str, ...]
    post: str
    nip: str = ""
    rank: str = ""
    area: str | None = None


OFFICE_CAST = (
    Member("retno", "Retno Wulandari", ("counter",), "Petugas Loket"),
    Member("fajar", "Fajar Setiawan", ("operator",), "Petugas Operator"),
    Member("agung", "Agung Dwi Nugroho", ("kasi",), "Kasi Pelayanan Umum", "198203142008011000", "Penata (III/c)"),
    Member(
        "wiji",
        "Wiji Handayani",
        ("sekretaris", "admin"),
        "Sekretaris Kecamatan",
        "197611052003122000",
        "Penata Tk. I (III/d)",
    ),
    Member("hendra", "Hendra Prasetyawan", ("camat",), "Camat", "197408212000031000", "Pembina (IV/a)"),
    Member("nurlaila", "Nur Laila", ("information",), "Petugas Layanan Informasi"),
    Member("munder", "Suprapti Ningrum", ("village",), "Petugas Desa Munder", area=MUNDER),
    Member("krai", "Yulianto Saputra", ("village",), "Petugas Desa Krai", area=KRAI),
    Member("kraton", "Endah Lestariwati", ("village",), "Petugas Desa Kraton", area=KRATON),
    Member("kalipepe", "Mochamad Rofik", ("village",), "Petugas Desa Kalipepe", area=KALIPEPE),
    Member("sulis", "Sulistyowati", ("kasi",), "Kasubbag Umum dan Kepegawaian", "198511232010012000", "Penata (III/c)"),
)

ALL_SERVICES_CAST = tuple(
    replace(person, roles=("kasi", "kasubbag")) if person.username == "sulis" else person for person in OFFICE_CAST
)
"""The kecamatan that runs every service: the head of Subbagian Umum and Kepegawaian does the work of its Kasubbag."""

POLTEKKES_CAST = (
    Member(
        "bagas",
        "Bagas Priyambodo",
        ("kabag", "admin"),
        "Kepala Bagian Akademik dan Umum",
        "197702142002121000",
        "Pembina (IV/a)",
    ),
    Member(
        "laksmi", "Laksmi Ayuningtyas", ("direktur",), "Direktur", "196805172000032000", "Pembina Utama Muda (IV/c)"
    ),
    Member("surya", "Surya Adinata", ("wadir1",), "Wakil Direktur I", "197003222001121000", "Pembina Tk. I (IV/b)"),
    Member("ningsih", "Ningsih Rahayu", ("wadir2",), "Wakil Direktur II", "197109032001122000", "Pembina (IV/a)"),
    Member("haris", "Haris Munandar", ("wadir3",), "Wakil Direktur III", "197206112003121000", "Pembina (IV/a)"),
    Member("wibowo", "Wibowo Kartiko", ("senat",), "Ketua Senat", "196611282000031000", "Pembina Utama Muda (IV/c)"),
    Member(
        "tirta",
        "Tirta Kencana",
        ("mutu",),
        "Kepala Pusat Penjaminan Mutu",
        "197508192005012000",
        "Penata Tk. I (III/d)",
    ),
    Member(
        "gustia",
        "Gustia Permata",
        ("spi",),
        "Kepala Satuan Pengawas Internal",
        "197712112006042000",
        "Penata Tk. I (III/d)",
    ),
    Member(
        "rahma",
        "Rahma Oktaviani",
        ("kasubbag_umum", "kasubbag"),
        "Kasubbag Kepegawaian dan Umum",
        "198010042006042000",
        "Penata Tk. I (III/d)",
    ),
    Member(
        "dimas",
        "Dimas Aryo Seno",
        ("kasubbag_mahasiswa", "kasubbag"),
        "Kasubbag Kemahasiswaan, Alumni, dan Kerja Sama",
        "198204252008121000",
        "Penata (III/c)",
    ),
    Member("yuni", "Yuni Astutik", ("jurusan",), "Ketua Jurusan", "197912302006042000", "Penata Tk. I (III/d)"),
    Member("vina", "Vina Melati", ("counter",), "Petugas Yandu"),
    Member("rizky", "Rizky Ramadhani", ("counter",), "Petugas Yandu"),
    Member("ocha", "Rosa Anindita", ("hotline",), "Tim Hotline"),
    Member("pandu", "Pandu Wirawan", ("hotline",), "Tim Hotline"),
)

BIRO_CAST = (
    Member("noor", "Noor Hayati", ("kabag_kpp", "admin"), "Kabag KPP", "197607082002122000", "Pembina (IV/a)"),
    Member(
        "syahrul", "Syahrul Anwari", ("kepala_biro",), "Kepala Biro", "196909012000031000", "Pembina Utama Muda (IV/c)"
    ),
    Member("rusdi", "Rusdiansyah", ("kasubbag_tu", "kasubbag"), "Kasubbag TU", "198103152007011000", "Penata (III/c)"),
    Member("halimah", "Halimah", ("kasubbag_tal", "kasubbag"), "Kasubbag TAL", "198406202009032000", "Penata (III/c)"),
    Member("yusran", "Yusran Fadillah", ("processor",), "Pemroses KTP"),
    Member("aida", "Aida Safitri", ("information",), "Petugas Layanan Informasi"),
)

CASTS = {"kecamatan": OFFICE_CAST, "poltekkes": POLTEKKES_CAST, "biro": BIRO_CAST}
"""The people of each profile's office; the first of them administers it."""

CENTRE_CAST = (
    Member("dyah", "Dyah Kusumastuti", ("centre_admin", "printer"), "Administrator Pusat"),
    Member("teguh", "Teguh Widodo", ("printer",), "Petugas Cetak"),
)
"""The first of each side founds it."""

BANK_CAST = (
    Member("gilang", "Gilang Pramana", ("centre_admin", "printer"), "Administrator bank"),
    Member("citra", "Citra Maharani", ("printer",), "Petugas bank"),
)


def find_member(username: str) -> Member:
    """One of the cast. Raises StopIteration for a name that is not in it."""
    everybody = (*OFFICE_CAST, *POLTEKKES_CAST, *BIRO_CAST, *CENTRE_CAST, *BANK_CAST)
    return next(person for person in everybody if person.username == username)
