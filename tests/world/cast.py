"""Who works in the demo: the people of the office, the village clerks, and the two of the print floor."""

from dataclasses import dataclass

from app.people.hashing import Cost

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

CENTRE_CAST = (
    Member("dyah", "Dyah Kusumastuti", ("centre_admin", "printer"), "Administrator Pusat Cetak"),
    Member("teguh", "Teguh Widodo", ("printer",), "Petugas Cetak"),
)
"""The first of each side founds it."""


def find_member(username: str) -> Member:
    """One of the cast. Raises StopIteration for a name that is not in it."""
    return next(one for one in (*OFFICE_CAST, *CENTRE_CAST) if one.username == username)
