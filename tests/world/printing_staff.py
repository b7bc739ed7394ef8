"""The print room of the demo's centre: lines decided, blanks used and spoiled, cards shipped."""

from collections.abc import Mapping
from datetime import date, datetime
from random import Random

from app.centre.offices import publish_state
from app.centre.queries import QUEUE_ORDER, blank_stock
from app.centre.service import (
    REASONS,
    SPOILS,
    accept_lines,
    answer_recall,
    correct_blanks,
    count_blanks,
    print_line,
    receive_blanks,
    refuse_line,
    ship_cards,
    spoil_blank,
)
from app.centre.tables import IncomingLine
from app.cli.demo.sides import Sides
from app.cli.demo.stories import Story
from tests.world.cast import OFFICE
from tests.world.office_day import Moments

CAPACITY = 24
LOW = 40
REFUSALS = ("data_differs", "nik_unknown", "address_differs", "biometric", "photo", "kk_old")
CARRIERS = ("Fajar Setiawan, petugas kecamatan", "Kurir Dispenduk Capil")


class PrintRoom:
    """The centre on one day. `drought`: days without blanks in the whole regency."""

    def __init__(
        self,
        sides: Sides,
        random: Random,
        last_days: tuple[date, date],
        drought: tuple[date, date],
        opening: datetime,
    ) -> None:
        self.journal, self.db, self.random = sides.centre.journal, sides.centre.db, random
        self.day_before, self.last_day = last_days
        self.drought, self.today = drought, date.min
        self.tick = Moments(random, opening)
        self.teguh = sides.actor("teguh", last_days[1])
        self.serial = 0
        self.letters = 0

    def day(self, today: date, stories: Mapping[str, Story]) -> None:
        """One working day: decide what came, print, ship, tell the offices. `stories` by case number."""
        self.today = today
        self.tick.begin(today, 8)
        self.supply()
        for line in self.lines("waiting", "accepted"):
            self.decide(line, stories[line.number])
        printed = 0
        for line in self.lines("accepted"):
            if printed < CAPACITY and self.may_print(line, stories[line.number]):
                self.print(line, stories[line.number])
                printed += 1
        self.tick.begin(today, 15)
        if today.weekday() in (0, 2, 4) or today == self.day_before:
            self.ship(stories)
        publish_state(self.journal, now=self.tick())

    def lines(self, *states: str) -> list[IncomingLine]:
        rows = IncomingLine.rows(self.db, source=OFFICE, state=states)
        return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in QUEUE_ORDER.split(", ")))

    def decide(self, line: IncomingLine, story: Story) -> None:
        if story.halt == "waiting" or (story.halt == "recalled" and line.recall):
            return
        if line.recall:
            answer_recall(self.journal, self.teguh, office=OFFICE, line=line.line, now=self.tick())
        elif line.state == "accepted":
            return
        elif story.fate == "refused" and story.first_time("centre refused"):
            reason = self.random.choice(REFUSALS[:3] if story.halt else REFUSALS)
            # Whoever was recorded elsewhere has no recording of ours that could be repeated for that reason.
            if REASONS[reason].biometric and story.kind != "baru":
                reason = "data_differs"
            refuse_line(self.journal, self.teguh, office=OFFICE, line=line.line, reason=reason, now=self.tick())
        else:
            accept_lines(self.journal, self.teguh, office=OFFICE, lines=[line.line], now=self.tick())

    def may_print(self, line: IncomingLine, story: Story) -> bool:
        if (
            line.recall
            or story.halt == "accepted"
            or story.fate == "recalled"
            or line.changed_at[:10] >= f"{self.today}"
        ):
            return False
        first, last = self.drought
        return not first <= self.today <= last and (story.swift or self.random.random() < 0.7)

    def print(self, line: IncomingLine, story: Story) -> None:
        if story.fate == "spoiled" and story.first_time("spoiled"):
            spoil_blank(
                self.journal,
                self.teguh,
                office=OFFICE,
                line=line.line,
                serial=self.next_serial(),
                reason=self.random.choice(list(SPOILS)),
                now=self.tick(),
            )
        print_line(
            self.journal,
            self.teguh,
            office=OFFICE,
            line=line.line,
            serial=self.next_serial(),
            now=self.tick(),
        )

    def next_serial(self) -> str:
        self.serial += 1
        return f"LMJ{26000000 + self.serial}"

    def ship(self, stories: Mapping[str, Story]) -> None:
        """Send off what lies here; what is to be seen on its way leaves by itself, the day before the last."""
        for on_its_way in (False, True):
            ready = [line for line in self.lines("printed") if self.may_ship(line, stories[line.number], on_its_way)]
            if ready:
                ship_cards(
                    self.journal,
                    self.teguh,
                    office=OFFICE,
                    lines=[line.line for line in ready],
                    counted=len(ready),
                    carrier=self.random.choice(CARRIERS),
                    now=self.tick(),
                )

    def may_ship(self, line: IncomingLine, story: Story, on_its_way: bool) -> bool:
        if story.halt == "shipped":
            return on_its_way and self.today == self.day_before
        lies_here = story.swift or line.printed_on < self.today.isoformat()
        return not on_its_way and story.halt not in ("printed", "conflict") and lies_here

    def supply(self) -> None:
        if blank_stock(self.db) < LOW and not self.drought[0] <= self.today <= self.drought[1]:
            self.letters += 1
            letter = f"471.13/{self.letters}/BLANGKO/{self.today.year}"
            receive_blanks(self.journal, self.teguh, count=150, letter=letter, now=self.tick())
        if self.today.weekday() == 0 and self.random.random() < 0.3:
            short = 1 if self.random.random() < 0.2 else 0
            count_blanks(self.journal, self.teguh, counted=blank_stock(self.db) - short, note="", now=self.tick())
            if short:
                correct_blanks(
                    self.journal, self.teguh, count=-short, reason="Satu blangko cacat dari pabrik.", now=self.tick()
                )
