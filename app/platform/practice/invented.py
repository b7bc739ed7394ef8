"""Invented people of the exercises: the same one for the same seed, with a NIK that belongs to nobody."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import msgspec

PREFIX = "350899"
"""A kecamatan that does not exist, so that no NIK and no KK of an exercise can belong to anybody."""
MEN = ("Bagas", "Danang", "Galih", "Hari", "Joko", "Lukman", "Rizal", "Sugeng", "Taufik", "Wahyu")
WOMEN = ("Ayu", "Dewi", "Endang", "Fitri", "Indah", "Kartika", "Lestari", "Ratna", "Wulan", "Yuni")
LAST = ("Anggraini", "Cahyadi", "Hidayati", "Kusuma", "Laksana", "Mulyadi", "Nugraha", "Pertiwi", "Samudra", "Wibawa")
SEXES = {"female": "Perempuan", "male": "Laki-laki"}
YOUNGEST, OLDEST = 18, 59
"""Years of age: everybody needs a card, and nobody's is for life."""


class InventedPerson(msgspec.Struct, frozen=True):
    """`village` is (code, name), empty where the office has none."""

    name: str
    mother: str
    nik: str
    kk: str
    sex: str
    birth_on: date
    village: tuple[str, str]

    @property
    def blank(self) -> str:
        """The serial of the blank on which the card is printed: another one for each person."""
        return f"LAT{self.nik[-6:]}"

    def lines(self) -> list[tuple[str, str]]:
        """What is typed of this person: label and text."""
        known = [
            ("Nama", self.name),
            ("NIK", self.nik),
            ("Nomor KK", self.kk),
            ("Tempat lahir", "Lumajang"),
            ("Tanggal lahir", f"{self.birth_on:%d-%m-%Y}"),
            ("Jenis kelamin", SEXES[self.sex]),
            ("Nama ibu", self.mother),
            ("Desa", self.village[1]),
            ("Alamat", "Krajan, RT 2 RW 1, kode pos 67382"),
        ]
        return [line for line in known if line[1]]


def invent_person(seed: str, today: date, villages: Sequence[tuple[str, str]]) -> InventedPerson:
    """The person of a seed; a grown one on that day, of one of these villages."""
    pick = Random(seed)
    sex = pick.choice(("female", "male"))
    youngest = date(today.year - YOUNGEST - 1, 12, 31)
    birth_on = youngest - timedelta(days=pick.randrange((OLDEST - YOUNGEST - 1) * 365))
    recorded = date(2012, 1, 1) + timedelta(days=pick.randrange(4000))
    serial = pick.randrange(1, 10_000)
    if sex == "female":
        day = birth_on.day + 40
        names = WOMEN
    else:
        day = birth_on.day
        names = MEN
    name = f"{pick.choice(names)} {pick.choice(LAST)} {pick.choice(LAST)}"
    mother = f"{pick.choice(WOMEN)} {pick.choice(LAST)}"
    village = ("", "")
    if villages:
        village = pick.choice(villages)
    return InventedPerson(
        name,
        mother,
        f"{PREFIX}{day:02d}{birth_on:%m%y}{serial:04d}",
        f"{PREFIX}{recorded:%d%m%y}{serial:04d}",
        sex,
        birth_on,
        village,
    )
