"""What shall become of each application: drawn from a seed, or planned so that every state is seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.services.ktp.tables import AWAY
from tests.world.cast import OFFICE_CAST
from tests.world.citizens import HOMES, Citizen, Citizens

CLERKS = {person.area: person.username for person in OFFICE_CAST if person.area}
"""Village code → user name of its clerk."""

KINDS = {"baru": 44, "hilang": 15, "rusak": 14, "perubahan_data": 18, "pindah_datang": 6, "luar_domisili": 3}
FATES = {
    "plain": 66,
    "returned": 12,
    "absent": 4,
    "efac": 2,
    "refused": 5,
    "spoiled": 3,
    "misprint": 2,
    "slow": 4,
    "corrected": 2,
    "power_cut": 2,
    "withdrawn": 1.2,
    "rejected": 1,
    "died": 0.8,
    "moved": 0.8,
    "recalled": 0.7,
    "uncollected": 1.5,
}
"""What happens on the way, with its weight. `refused` by the centre, `rejected` by the Kasi, `recalled`: asked back."""

LEAVING = {
    "withdrawn": ("validate", "returned", "record"),
    "died": ("record", "dispatch", "hand_over"),
    "moved": ("record", "dispatch"),
}
"""Fates that end by hand, and the steps in which they do."""


@dataclass
class Story:
    """One application: whose, of which kind, what happens to it (`fate`) and where it stands at the end (`halt`).

    `ready_on`: nothing happens to it before that day. `swift`: no idle days. `done`: what has happened already.
    """

    citizen: Citizen
    kind: str
    fate: str = "plain"
    halt: str = ""
    swift: bool = False
    village_route: bool = False
    leaves_at: str = ""
    again: bool = False
    case_id: int = 0
    number: str = ""
    ready_on: date = date.min
    done: set[str] = field(default_factory=set)

    def first_time(self, what: str) -> bool:
        if what in self.done:
            return False
        self.done.add(what)
        return True


@dataclass(frozen=True)
class Standing:
    """`count` applications that stand in a state at the end, opened so many working days before it."""

    halt: str
    count: int
    before: int
    fate: str = "plain"
    kind: str = ""


STANDING: tuple[Standing, ...] = (
    Standing("submit", 5, 2),
    Standing("validate", 4, 0),
    Standing("returned", 4, 5, "returned"),
    Standing("returned", 1, 24, "returned"),
    Standing("unscheduled", 4, 1, kind="baru"),
    Standing("scheduled", 6, 2, kind="baru"),
    Standing("efac", 2, 10, "efac", "baru"),
    Standing("ready", 6, 4),
    Standing("young", 1, 6, kind="baru"),
    Standing("draft", 4, 3),
    Standing("unsent", 6, 4),
    Standing("waiting", 5, 7),
    Standing("accepted", 5, 9),
    Standing("accepted", 2, 19),
    Standing("printed", 4, 10),
    Standing("shipped", 5, 10),
    Standing("repair", 3, 10, "refused"),
    Standing("arrived", 5, 13),
    Standing("called", 8, 15),
    Standing("uncollected", 4, 32),
    Standing("closed_uncollected", 2, 45),
    Standing("misprint", 1, 17, "misprint"),
    Standing("recalled", 1, 9, "recalled"),
    Standing("conflict", 1, 16),
    Standing("validate", 1, 0, kind=AWAY),
    Standing("called", 1, 15, kind=AWAY),
    Standing("unsent", 1, 4, kind=AWAY),
    Standing("arrived", 1, 13, kind=AWAY),
)

SPAN = max(story.before for story in STANDING)
"""Working days that a year needs at least."""


def draw_weighted(random: Random, table: dict[str, float] | dict[str, int]) -> str:
    return random.choices(list(table), list(table.values()))[0]


class Plan:
    def __init__(self, random: Random, citizens: Citizens, workdays: Sequence[date], cases: int) -> None:
        """`workdays` in order; about `cases` stories over all of them."""
        self.random = random
        self.citizens = citizens
        self.workdays = list(workdays)
        self.mean = max(0.0, cases - sum(standing.count for standing in STANDING)) / len(workdays)
        self.owed = 0.0
        self.standing = [
            (self.workdays[-1 - standing.before], standing) for standing in STANDING for _ in range(standing.count)
        ]

    def of_day(self, today: date, former: Callable[[], Citizen | None]) -> list[Story]:
        """Who comes today. `former` gives somebody who got a card long ago, or None."""
        self.owed += self.mean * self.random.choice((0.4, 0.8, 1.0, 1.2, 1.6))
        count = int(self.owed)
        self.owed %= 1
        drawn = [self.draw(today, former) for _ in range(count)]
        planned = [self.stand(today, standing) for day, standing in self.standing if day == today]
        return drawn + planned

    def draw(self, today: date, former: Callable[[], Citizen | None]) -> Story:
        again = None
        if self.random.random() < 0.05:
            again = former()
        if again is None:
            kind = draw_weighted(self.random, KINDS)
        else:
            kind = self.random.choice(("hilang", "rusak"))
        kind = AWAY if again and again.home else kind
        fate = draw_weighted(self.random, FATES)
        if fate in ("efac", "absent") and (kind != "baru" or again):
            fate = "plain"
        citizen = again or self.applicant(today, kind)
        leaves_at = ""
        if fate in LEAVING:
            leaves_at = self.random.choice(LEAVING[fate])
        return Story(
            citizen,
            kind,
            fate,
            leaves_at=leaves_at,
            again=again is not None,
            ready_on=today,
            village_route=citizen.village in CLERKS and self.random.random() < 0.5,
        )

    def stand(self, today: date, standing: Standing) -> Story:
        kinds = {name: n for name, n in KINDS.items() if name != AWAY or standing.halt != "submit"}
        kind = standing.kind or draw_weighted(self.random, kinds)
        from_village = standing.halt == "submit" or (kind != AWAY and self.random.random() < 0.3)
        village = ""
        if from_village:
            village = self.random.choice(list(CLERKS))
        citizen = self.applicant(today, kind, village)
        if standing.halt == "young":
            citizen = self.citizens.draw_born(self.workdays[-1] - timedelta(days=16 * 366 + 200), village)
        return Story(
            citizen, kind, standing.fate, standing.halt, swift=True, ready_on=today, village_route=bool(village)
        )

    def applicant(self, today: date, kind: str, village: str = "") -> Citizen:
        ages = (19, 67)
        if kind == "baru" and self.random.random() < 0.8:
            ages = (17, 18)
        citizen = self.citizens.draw(today, ages=ages, village=village)
        if kind == AWAY:
            return citizen.away(HOMES[self.citizens.drawn % len(HOMES)])
        return citizen
