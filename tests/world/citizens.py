"""Citizens of the demo: invented Javanese and Indonesian names, synthetic numbers, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

PREFIX = "350899"
"""A kecamatan that does not exist, so that no NIK and no KK of the demo can belong to anybody."""

MALE = (
    "Agus",
    "Anang",
    "Arif",
    "Bagas",
    "Bagus",
    "Budi",
    "Catur",
    "Danang",
    "Deni",
    "Didik",
    "Edi",
    "Eko",
    "Galih",
    "Gunawan",
    "Hari",
    "Heru",
    "Imam",
    "Irfan",
    "Joko",
    "Lukman",
    "Mohamad",
    "Muhammad",
    "Nanang",
    "Nur",
    "Rahmat",
    "Rizal",
    "Samsul",
    "Sugeng",
    "Suyono",
    "Taufik",
    "Tri",
    "Untung",
    "Wahyu",
    "Yoga",
    "Yudi",
)
MALE_LAST = (
    "Aditya",
    "Arifin",
    "Basuki",
    "Cahyono",
    "Efendi",
    "Firmansyah",
    "Hariyanto",
    "Hidayat",
    "Iskandar",
    "Kurniawan",
    "Mahendra",
    "Maulana",
    "Mulyono",
    "Nugroho",
    "Prabowo",
    "Pramono",
    "Prasetyo",
    "Purnomo",
    "Ramadhan",
    "Santoso",
    "Saputro",
    "Setiadi",
    "Sugiarto",
    "Sutrisno",
    "Syaifudin",
    "Utomo",
    "Wahyudi",
    "Wibisono",
    "Wicaksono",
    "Widianto",
)
FEMALE = (
    "Ambar",
    "Anisa",
    "Ayu",
    "Citra",
    "Dewi",
    "Diah",
    "Dwi",
    "Eka",
    "Endang",
    "Erna",
    "Fitri",
    "Hana",
    "Ika",
    "Indah",
    "Intan",
    "Kartika",
    "Lailatul",
    "Lilik",
    "Maya",
    "Mega",
    "Nining",
    "Nurul",
    "Putri",
    "Rani",
    "Ratna",
    "Rina",
    "Siti",
    "Sri",
    "Sulastri",
    "Titik",
    "Umi",
    "Vina",
    "Wahyuni",
    "Wulan",
    "Yuni",
)
FEMALE_LAST = (
    "Agustina",
    "Amalia",
    "Anggraeni",
    "Astuti",
    "Damayanti",
    "Fatimah",
    "Handayani",
    "Hasanah",
    "Indriani",
    "Khasanah",
    "Kusumawati",
    "Lestari",
    "Maharani",
    "Mardiana",
    "Nofitasari",
    "Nuraini",
    "Oktavia",
    "Pertiwi",
    "Puspitasari",
    "Rahayu",
    "Rahmawati",
    "Rohmah",
    "Safitri",
    "Sari",
    "Setyowati",
    "Susanti",
    "Utami",
    "Wardani",
    "Widyawati",
    "Wijayanti",
)
BIRTH_PLACES = (
    "Lumajang",
    "Lumajang",
    "Lumajang",
    "Lumajang",
    "Jember",
    "Probolinggo",
    "Malang",
    "Banyuwangi",
)
STREETS = (
    "Krajan",
    "Krajan",
    "Tulusrejo",
    "Sumberejo",
    "Kebonan",
    "Rekesan",
    "Jl. Melati",
    "Jl. Diponegoro",
    "",
)
HOMES = (
    ("Rambipuji", "Rambipuji", "Kabupaten Jember", "Jawa Timur"),
    ("Kraksaan Wetan", "Kraksaan", "Kabupaten Probolinggo", "Jawa Timur"),
    ("Sawojajar", "Kedungkandang", "Kota Malang", "Jawa Timur"),
    ("Kuta", "Kuta", "Kabupaten Badung", "Bali"),
)
"""Village, kecamatan, regency and province where people from elsewhere live."""


@dataclass(frozen=True)
class Citizen:
    """One invented person. `village` is a village code."""

    name: str
    sex: str
    birth_on: date
    birth_place: str
    nik: str
    kk: str
    mother: str
    village: str
    street: str
    rt: str
    rw: str
    phone: str
    home: tuple[str, str, str, str] | None = None
    """Village, kecamatan, regency and province of somebody whose home is elsewhere."""

    @property
    def spoken(self) -> str:
        return self.name.split()[0]

    def fields(self) -> dict[str, str]:
        return {
            "nik": self.nik,
            "kk": self.kk,
            "full_name": self.name,
            "birth_place": self.birth_place,
            "birth_on": self.birth_on.strftime("%d%m%Y"),
            "sex": self.sex,
            "mother_name": self.mother,
            "phone": self.phone,
        } | self.address()

    def address(self) -> dict[str, str]:
        if self.home is None:
            return {
                "village": self.village,
                "street": self.street,
                "rt": self.rt,
                "rw": self.rw,
                "postcode": "67382",
            }
        block = f"RT {self.rt} RW {self.rw}"
        village, kecamatan, regency, province = self.home
        return {
            "home_address": f"{self.street}, {block}" if self.street else block,
            "home_village": village,
            "home_kecamatan": kecamatan,
            "home_regency": regency,
            "home_province": province,
        }

    def away(self, home: tuple[str, str, str, str]) -> Citizen:
        return replace(self, home=home, village="")


class Citizens:
    def __init__(self, random: Random, villages: Sequence[str]) -> None:
        self.random, self.villages = random, tuple(villages)
        self.drawn = 0

    def draw(self, on: date, *, ages: tuple[int, int], village: str = "") -> Citizen:
        """A new person whose age on a day lies between two whole years."""
        youngest = on.replace(year=on.year - ages[0], day=min(on.day, 28))
        oldest = on.replace(year=on.year - ages[1] - 1, day=min(on.day, 28)) + timedelta(days=40)
        days = max(1, (youngest - oldest).days)
        return self.draw_born(oldest + timedelta(days=self.random.randrange(days)), village)

    def draw_born(self, birth_on: date, village: str = "") -> Citizen:
        self.drawn += 1
        pick = self.random
        sex = pick.choice(("male", "female"))
        return Citizen(
            self.name(sex),
            sex,
            birth_on,
            pick.choice(BIRTH_PLACES),
            self.nik(birth_on, sex),
            self.kk(),
            self.name("female"),
            village or pick.choice(self.villages),
            pick.choice(STREETS),
            f"{pick.randint(1, 12)}",
            f"{pick.randint(1, 5)}",
            f"08100000{self.drawn:04d}" if pick.random() < 0.85 else "",
        )

    def name(self, sex: str) -> str:
        first, last = (FEMALE, FEMALE_LAST) if sex == "female" else (MALE, MALE_LAST)
        middle = [self.random.choice(first)] if self.random.random() < 0.35 else []
        parts = dict.fromkeys([self.random.choice(first), *middle, self.random.choice(last)])
        return " ".join(parts)

    def nik(self, birth_on: date, sex: str) -> str:
        """Sixteen digits; the serial makes it unique among those drawn here."""
        day = birth_on.day + (40 if sex == "female" else 0)
        return f"{PREFIX}{day:02d}{birth_on:%m%y}{self.drawn:04d}"

    def kk(self) -> str:
        recorded = date(2012, 1, 1) + timedelta(days=self.random.randrange(4500))
        return f"{PREFIX}{recorded:%d%m%y}{self.drawn:04d}"
