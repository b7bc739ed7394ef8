"""The citizens of tests/world as they are measured with: a kind, any serial number, the fields as they are stored."""

from dataclasses import dataclass
from datetime import date
from random import Random

from tests.world import citizens

KINDS = ("baru", "hilang", "rusak", "perubahan_data", "pindah_datang")
TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Citizen(citizens.Citizen):
    """One who asks for a card."""

    kind: str = ""

    def stored(self) -> dict[str, str]:
        """The stored fields of a KTP application."""
        changes = {"changes": "Pekerjaan lama: petani, baru: pedagang"} if self.kind == "perubahan_data" else {}
        return self.fields() | {
            "kind": self.kind,
            "form_code": "f_1_02",
            **changes,
            "birth_place": self.birth_place.upper(),
            "birth_on": self.birth_on.isoformat(),
            "mother_name": self.mother.upper(),
            "rt": f"{self.rt:0>3}",
            "rw": f"{self.rw:0>3}",
        }


class Citizens(citizens.Citizens):
    """Each NIK once; serials are drawn, so that they compress no better than real ones."""

    def __init__(self, villages: tuple[str, ...], seed: int = 20260302) -> None:
        super().__init__(Random(seed), villages)
        self.given: set[str] = set()

    def next(self) -> Citizen:
        """Somebody between 17 and 69 years old."""
        drawn = vars(self.draw(TODAY, ages=(17, 69)))
        return Citizen(**drawn | {"name": drawn["name"].upper()}, kind=self.random.choice(KINDS))

    def nik(self, birth_on: date, sex: str) -> str:
        number = super().nik(birth_on, sex)[:12] + f"{self.random.randint(1, 9999):04d}"
        if number in self.given:
            return self.nik(birth_on, sex)
        self.given.add(number)
        return number

    def kk(self) -> str:
        return super().kk()[:12] + f"{self.random.randint(1, 9999):04d}"

    def many(self, count: int) -> list[Citizen]:
        return [self.next() for _ in range(count)]
