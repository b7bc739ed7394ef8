"""A lived-in year: about 800 applications in every state, made by real service calls at moments of the past.

Everything is drawn from one seed, and time only moves forward; nothing here looks at a clock. Slip codes, keys and
salts are random as always, so two years of the same seed agree in every case, state and date, not in every byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from app.centre.offices import publish_state
from app.core.clock import at_office
from app.demo import after, counter, posting, recorder
from app.demo.complaints import LINES, ComplaintYear
from app.demo.ending import leave_behind
from app.demo.floor import Floor
from app.demo.hands import Hands
from app.demo.people import Citizen, Citizens
from app.demo.sides import Sides, found, in_haste
from app.demo.stories import SPAN, Plan, Story
from app.ktp.daily import DAILY
from app.ktp.moves import SERVICE
from app.office import service as office
from app.office.first_run import own_villages
from app.people import service as people

DAYS, CASES, SEED = 365, 800, 350899
QUIET = timedelta(days=5)
"""The office's PC stays on over long holidays: its daily check keeps the clock of the journal trusted."""

Progress = Callable[[int, int], None]
Step = Callable[[Hands, Story], None]
STEPS: dict[str, Step] = {
    "submit": counter.submit, "validate": counter.check, "returned": counter.bring_back, "record": recorder.record,
    "print": after.at_the_centre, "repair": after.repair, "hand_over": after.at_the_counter,
}  # fmt: skip
STANDS_IN = {"submit": "submit", "validate": "validate", "repair": "repair", "arrived": "hand_over"}
"""Halts that simply leave a case in a step; the others are looked after where they happen."""


@dataclass
class Year:
    """The world on its way through a year."""

    sides: Sides
    hands: Hands
    floor: Floor
    plan: Plan
    stories: dict[int, Story]
    offline: set[date]
    book: ComplaintYear

    def live(self, days: list[date], progress: Progress) -> None:
        """Go through the calendar days in order."""
        by_number: dict[str, Story] = {}
        for number, today in enumerate(days, start=1):
            progress(number, len(days))
            if self.hands.calendar.is_workday(today):
                self.morning(today)
                by_number = {story.number: story for story in self.stories.values()}
                self.floor.day(today, by_number)
                self.evening(today)
            elif today - self.hands.tick.at.date() >= QUIET:
                self.holiday(at_office(today, 6))

    def holiday(self, now: datetime) -> None:
        """Nobody works, but both PCs are on: the daily checks run by themselves."""
        self.daily(now)
        publish_state(self.floor.journal, now=now)
        self.hands.tick.at = self.floor.tick.at = now

    def morning(self, today: date) -> None:
        """The office's working day up to the dispatch."""
        hands = self.hands
        hands.today = today
        hands.tick.begin(today, 7, 20)
        self.daily(hands.tick())
        after.count_shipments(hands, self.stories)
        for case_id, step in self.open_steps():
            self.act(self.stories[case_id], step)
        for story in self.plan.of_day(today, self.former):
            counter.open_case(hands, story)
            self.stories[story.case_id] = story
            if story.ready_on <= today:
                self.act(story, "validate")
        events_of(today, hands, self.plan.workdays)
        hands.tick.begin(today, 13, 30)
        if posting.is_posting_day(hands):
            posting.post(hands, self.stories)

    def daily(self, now: datetime) -> None:
        """What the office's PC does once a day by itself."""
        for job in DAILY:
            job(self.hands.journal, now)

    def open_steps(self) -> list[tuple[int, str]]:
        """(case, step) of everything that is open, in order of opening."""
        return list(self.hands.db.run("SELECT id, step FROM case_file WHERE closed = 0 ORDER BY id"))

    def act(self, story: Story, step: str) -> None:
        """Do what is next for a case, unless it is to stand where it is."""
        if story.ready_on > self.hands.today:
            return
        if step == story.leaves_at:
            self.hands.leave(story, story.fate)
        elif step in STEPS and STANDS_IN.get(story.halt) != step and not self.at_rest(story):
            STEPS[step](self.hands, story)

    def at_rest(self, story: Story) -> bool:
        """Whether a story has come to where it is to stand."""
        return (story.halt == "returned" and "returned" in story.done) or (
            story.halt == "called" and "called" in story.done
        )

    def former(self) -> Citizen | None:
        """Somebody whose case ended two months ago, for a second application."""
        limit = (self.hands.today - timedelta(days=60)).isoformat()
        rows = list(
            self.hands.db.run(
                "SELECT id FROM case_file WHERE step = '@done' AND closed_on < ? ORDER BY id", (limit,)
            )
        )
        known = [self.stories[row[0]] for row in rows if not self.stories[row[0]].again]
        fresh = [story for story in known if story.first_time("came again")][:1] if known else []
        return fresh[0].citizen if fresh else None

    def evening(self, today: date) -> None:
        """The complaint book, then the exchange with the centre, unless the network is away."""
        self.book.day(today, self.hands.tick)
        now = at_office(today, 16, 45)
        self.hands.tick.at = self.floor.tick.at = now
        if today in self.offline:
            self.sides.no_network(now)
        else:
            self.sides.exchange(now)


def make_year(data: Path, today: date, *, centre_address: str, progress: Progress = lambda _done, _all: None,
              cases: int = CASES, days: int = DAYS, seed: int = SEED) -> Sides:  # fmt: skip
    """Both sides in `data` after a year that ended on the last working day before `today`."""
    random = Random(seed)
    start = today - timedelta(days=days)
    share = start.timetuple().tm_yday / 365
    starts = {"case": 1 + round(CASES * share), "dispatch": 1 + round(100 * share), "letter": 1 + round(420 * share),
              "minutes": 1 + round(100 * share)}  # fmt: skip
    opening = at_office(start - timedelta(days=1), 8)
    sides = found(
        data, centre_address=centre_address, now=opening, on=start - timedelta(days=1), starts=starts
    )
    with in_haste(sides.office.journal, sides.centre.journal):
        year = furnish(sides, random, start, today, cases, opening)
        year.live([start + timedelta(days=n) for n in range(days)], progress)
        leave_behind(year.hands, year.stories)
    return sides


def furnish(sides: Sides, random: Random, start: date, today: date, cases: int, opening: datetime) -> Year:
    """The world on its first day."""
    calendar = office.calendar(sides.office.db)
    days = [start + timedelta(days=n) for n in range((today - start).days)]
    workdays = [day for day in days if calendar.is_workday(day)]
    if len(workdays) <= SPAN:
        raise ValueError(f"a demo needs more than {SPAN} working days")
    definition = office.current_definition(sides.office.db, SERVICE, start)
    hands = Hands(sides, definition, calendar, random, workdays[-1], opening)
    dry = len(workdays) * 2 // 5
    drought = (workdays[dry], workdays[dry + 7])
    floor = Floor(sides, random, (workdays[-2], workdays[-1]), drought, opening)
    offline = {workdays[-1], *(workdays[n + more] for n in (20, len(workdays) // 2) for more in range(3))}
    plan = Plan(
        random, Citizens(random, [one.code for one in own_villages(sides.office.name)]), workdays, cases
    )
    book = ComplaintYear(sides, calendar, workdays, LINES * len(workdays) // 247)
    return Year(sides, hands, floor, plan, {}, offline & set(workdays[: -SPAN // 2]) | {workdays[-1]}, book)


def events_of(today: date, hands: Hands, workdays: list[date]) -> None:
    """What happens to the office itself: a broken camera, a Camat on leave."""
    at = workdays.index(today)
    if at in (30, 33):
        office.note_device(hands.journal, hands.fajar, name="Kamera", works=at == 33, now=hands.tick(),
                           note="" if at == 33 else "Lampu kilat mati.")  # fmt: skip
    if at == len(workdays) // 3:
        wiji, hendra = hands.actors["wiji"], hands.actors["hendra"]
        plh = people.Appoint(wiji.person_id, "camat", "plh", "Surat perintah 800/112/427.86", today,
                             today + timedelta(days=9), hendra.person_id)  # fmt: skip
        number = people.propose(hands.journal, hendra, plh, now=hands.tick())
        people.confirm(hands.journal, hands.actors["agung"], number, now=hands.tick())
