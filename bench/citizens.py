"""Invented people and papers to measure with. Every NIK and KK begins with the synthetic prefix 350899."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

PREFIX = "350899"
FIRST = (
    "Agus",
    "Ahmad",
    "Anisa",
    "Arif",
    "Ayu",
    "Bagus",
    "Bambang",
    "Budi",
    "Dewi",
    "Dian",
    "Dwi",
    "Eko",
    "Endang",
    "Fajar",
    "Fitri",
    "Hari",
    "Hendra",
    "Heru",
    "Ika",
    "Imam",
    "Indah",
    "Joko",
    "Kartika",
    "Lilik",
    "Lina",
    "Mega",
    "Muhammad",
    "Nanang",
    "Nur",
    "Nurul",
    "Putri",
    "Ratna",
    "Rina",
    "Rudi",
    "Siti",
    "Slamet",
    "Sri",
    "Sugeng",
    "Sulastri",
    "Sumiati",
    "Suparman",
    "Supriyadi",
    "Sutini",
    "Sutrisno",
    "Tri",
    "Wahyu",
    "Wati",
    "Yanti",
    "Yuli",
    "Yusuf",
)
LAST = (
    "Aisyah",
    "Aminah",
    "Anggraini",
    "Arifin",
    "Astuti",
    "Cahyono",
    "Fatimah",
    "Firmansyah",
    "Handayani",
    "Handoko",
    "Hariyanto",
    "Hasanah",
    "Hidayat",
    "Hidayati",
    "Irawan",
    "Iskandar",
    "Kurniawan",
    "Kusuma",
    "Lestari",
    "Mahmudi",
    "Marlina",
    "Maulana",
    "Mulyadi",
    "Mustofa",
    "Nugroho",
    "Nuraini",
    "Permana",
    "Prasetyo",
    "Pratiwi",
    "Purnomo",
    "Puspitasari",
    "Rahayu",
    "Rahman",
    "Rahmawati",
    "Ramadhan",
    "Rohman",
    "Safitri",
    "Santoso",
    "Saputra",
    "Sari",
    "Setiawan",
    "Setyowati",
    "Suhartini",
    "Sulistyowati",
    "Susanti",
    "Susanto",
    "Utami",
    "Wahyuni",
    "Widodo",
    "Wulandari",
)
STREETS = (
    "Dusun Krajan",
    "Dusun Tulusrejo",
    "Dusun Sumberejo",
    "Dusun Kebonan",
    "Jl. Melati",
    "Jl. Diponegoro",
)
PLACES = ("Lumajang", "Lumajang", "Lumajang", "Jember", "Probolinggo", "Malang")
KINDS = ("baru", "hilang", "rusak", "perubahan_data", "pindah_datang")
TODAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Citizen:
    """One invented person with what a form asks of him; dates as ISO text."""

    number: int
    kind: str
    name: str
    sex: str
    birth_on: str
    birth_place: str
    nik: str
    kk: str
    mother: str
    village: str
    street: str
    rt: str
    rw: str
    phone: str

    def fields(self) -> dict[str, str]:
        """The stored fields of a KTP application."""
        changes = {"changes": "Pekerjaan lama: petani, baru: pedagang"} if self.kind == "perubahan_data" else {}
        return {
            "kind": self.kind,
            "form_code": "f_1_02",
            **changes,
            "nik": self.nik,
            "kk": self.kk,
            "full_name": self.name,
            "birth_place": self.birth_place,
            "birth_on": self.birth_on,
            "sex": self.sex,
            "mother_name": self.mother,
            "village": self.village,
            "street": self.street,
            "rt": self.rt,
            "rw": self.rw,
            "postcode": "67382",
            "phone": self.phone,
        }


class Citizens:
    """Draws people, each NIK once; the same seed gives the same people."""

    def __init__(self, villages: tuple[str, ...], seed: int = 20260302) -> None:
        self.random, self.villages, self.drawn = Random(seed), villages, 0
        self.given: set[str] = set()

    def draw(self) -> Citizen:
        """The next person, between 17 and 70 years old."""
        pick, self.drawn = self.random, self.drawn + 1
        sex = pick.choice(("male", "female"))
        born = TODAY - timedelta(days=pick.randint(17 * 366, 70 * 365))
        recorded = TODAY - timedelta(days=pick.randint(100, 5000))
        return Citizen(
            self.drawn,
            pick.choice(KINDS),
            self.name().upper(),
            sex,
            born.isoformat(),
            pick.choice(PLACES).upper(),
            self.sixteen(f"{born.day + 40 * (sex == 'female'):02d}{born:%m%y}"),
            self.sixteen(f"{recorded:%d%m%y}"),
            self.name().upper(),
            pick.choice(self.villages),
            pick.choice(STREETS),
            f"{pick.randint(1, 12):03d}",
            f"{pick.randint(1, 5):03d}",
            f"0810{pick.randint(10000000, 99999999)}",
        )

    def name(self) -> str:
        """Two or three words."""
        pick = self.random
        middle = [pick.choice(FIRST)] if pick.random() < 0.3 else []
        return " ".join([pick.choice(FIRST), *middle, pick.choice(LAST)])

    def sixteen(self, day: str) -> str:
        """A number as NIK and KK have it, given once; any serial, so that it compresses no better than real ones."""
        number = f"{PREFIX}{day}{self.random.randint(1, 9999):04d}"
        if number in self.given:
            return self.sixteen(day)
        self.given.add(number)
        return number

    def many(self, count: int) -> list[Citizen]:
        """So many people."""
        return [self.draw() for _ in range(count)]
