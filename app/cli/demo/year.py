"""What lies about on the last afternoon: unfinished forms, an answer to be checked, a broken device."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from app.casework.batches import answers
from app.casework.batches.daily import DAILY
from app.casework.batches.tables import DispatchLineRow
from app.casework.desk import drafts
from app.casework.desk import service as cases
from app.casework.resources.service import note_facility
from app.centre.offices import publish_state
from app.cli.demo.sides import Sides, make_sides, without_disk_sync
from app.cli.demo.stories import CLERKS, SPAN, Plan, Story
from app.core.clock import at_office
from app.core.permissions import Actor
from app.core.workdays import Calendar, Holiday
from app.platform.office import queries as office
from app.platform.office.service import own_villages
from app.platform.people import changes
from app.platform.people import service as people
from app.platform.people.queries import who_signs
from app.quality.evaluation.queries import list_cycles
from app.quality.indicators.queries import years_in_force
from app.services.ktp.tables import SERVICE
from schema.seed_data import seed_holidays
from tests.world import clause_staff, office_staff
from tests.world.cast import BROKEN_AT_LAST, KRAI, MUNDER
from tests.world.citizens import Citizen, Citizens
from tests.world.complaint_staff import LINES, ComplaintYear
from tests.world.evaluation_staff import SCOPE, Team, hold_cycles, sign_policy, sign_targets
from tests.world.indicator_staff import keep_targets
from tests.world.office_day import OfficeDay
from tests.world.printing_staff import PrintRoom
from tests.world.queue_staff import hold_queue
from tests.world.service_staff import Scene
from tests.world.survey_staff import SURVEY_STAFF, run_survey


def leave_behind(hands: OfficeDay, stories: Mapping[int, Story]) -> None:
    people = Citizens(hands.random, [MUNDER, KRAI])
    people.drawn = 9000
    for username, count in (("retno", 2), (CLERKS[MUNDER], 1), (CLERKS[KRAI], 1)):
        for _ in range(count):
            leave_draft(hands, hands.actors[username], people)
    type_one_answer(hands, stories)
    note_facility(
        hands.journal,
        hands.fajar,
        name=BROKEN_AT_LAST,
        works=False,
        now=hands.tick(),
        note="Lensa buram, teknisi dipanggil.",
    )
    clause_staff.hold_check(hands, closed=False)
    hold_cycles(evaluation_team(hands), finished=False, components=SCOPE)
    waiting = [story for story in stories.values() if story.halt == "uncollected"]
    for story in waiting[:1]:
        cases.note_on_case(
            hands.journal,
            hands.actors["wiji"],
            case_id=story.case_id,
            action="note",
            now=hands.tick(),
            text="Titip pesan lewat perangkat desa.",
        )


def leave_draft(hands: OfficeDay, author: Actor, people: Citizens) -> None:
    citizen = people.draw(hands.today, ages=(17, 50), village=author.area or "")
    held = {key: text for key, text in citizen.fields().items() if key in ("nik", "kk", "full_name", "village")}
    number = drafts.start_draft(hands.db, author, service=SERVICE, now=hands.tick() - timedelta(minutes=30))
    drafts.save_draft(hands.db, author, number, held | {"kind": "baru"}, hands.tick())


def type_one_answer(hands: OfficeDay, stories: Mapping[int, Story]) -> None:
    chosen = next((story for story in stories.values() if story.halt == "waiting"), None)
    if chosen is None:
        return
    line = DispatchLineRow.first(hands.db, DispatchLineRow.case_id == chosen.case_id)
    if line is not None:
        answers.type_answer(
            hands.journal,
            hands.retno,
            dispatch_id=line.dispatch_id,
            ordinal=line.ordinal,
            result="printed",
            serial="LMJ25999001",
            now=hands.tick(),
        )


DAYS = 365
CASES = 800
SEED = 350899
QUIET = timedelta(days=5)
"""The office's PC stays on over long holidays: its daily check keeps the clock of the journal trusted."""

Progress = Callable[[int, int], None]
Step = Callable[[OfficeDay, Story], None]
STEPS: dict[str, Step] = {
    "submit": office_staff.receive_paper_file,
    "validate": office_staff.check_file,
    "returned": office_staff.bring_file_back,
    "record": office_staff.record_applicant,
    "print": office_staff.await_centre,
    "repair": office_staff.repair_line,
    "hand_over": office_staff.serve_card,
}
STANDS_IN = {"submit": "submit", "validate": "validate", "repair": "repair", "arrived": "hand_over"}
"""Halts that simply leave a case in a step; the others are looked after where they happen."""


@dataclass
class Year:
    sides: Sides
    hands: OfficeDay
    floor: PrintRoom
    plan: Plan
    stories: dict[int, Story]
    offline: set[date]
    book: ComplaintYear

    def live(self, days: list[date], progress: Progress) -> None:
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
        hands = self.hands
        hands.today = today
        hands.tick.begin(today, 7, 20)
        self.daily(hands.tick())
        hold_queue(hands, today, self.plan.workdays)
        office_staff.count_shipments(hands, self.stories)
        for case_id, step in self.open_steps():
            self.act(self.stories[case_id], step)
        for story in self.plan.of_day(today, self.former):
            office_staff.open_case(hands, story)
            self.stories[story.case_id] = story
            if story.ready_on <= today:
                self.act(story, "validate")
        office_events(today, hands, self.plan.workdays)
        hands.tick.begin(today, 13, 30)
        if office_staff.is_posting_day(hands):
            office_staff.send_dispatches(hands, self.stories)

    def daily(self, now: datetime) -> None:
        for job in DAILY:
            job(self.hands.journal, now)

    def open_steps(self) -> list[tuple[int, str]]:
        """(case, step) of everything that is open, in order of opening."""
        return list(
            self.hands.db.run("SELECT id, step FROM case_file WHERE closed = 0 AND service = ? ORDER BY id", (SERVICE,))
        )

    def act(self, story: Story, step: str) -> None:
        if story.ready_on > self.hands.today:
            return
        if step == story.leaves_at:
            self.hands.leave(story, story.fate)
        elif step in STEPS and STANDS_IN.get(story.halt) != step and not self.at_rest(story):
            STEPS[step](self.hands, story)

    def at_rest(self, story: Story) -> bool:
        return (story.halt == "returned" and "returned" in story.done) or (
            story.halt == "called" and "called" in story.done
        )

    def former(self) -> Citizen | None:
        limit = (self.hands.today - timedelta(days=60)).isoformat()
        rows = list(
            self.hands.db.run(
                "SELECT id FROM case_file WHERE step = '@done' AND closed_on < ? AND service = ? ORDER BY id",
                (limit, SERVICE),
            )
        )
        known = [self.stories[row[0]] for row in rows if not self.stories[row[0]].again]
        if known:
            fresh = [story for story in known if story.first_time("came again")][:1]
        else:
            fresh = []
        return fresh[0].citizen if fresh else None

    def evening(self, today: date) -> None:
        self.book.day(today, self.hands.tick)
        now = at_office(today, 16, 45)
        self.hands.tick.at = self.floor.tick.at = now
        if today in self.offline:
            self.sides.no_network(now)
        else:
            self.sides.exchange(now)


def make_year(
    data: Path,
    today: date,
    *,
    centre_address: str,
    progress: Progress = lambda _done, _all: None,
    cases: int = CASES,
    days: int = DAYS,
    seed: int = SEED,
) -> Sides:
    """Both sides in `data` after a year that ended on the last working day before `today`."""
    random = Random(seed)
    start = today - timedelta(days=days)
    share = start.timetuple().tm_yday / 365
    starts = {
        "case": 1 + round(CASES * share),
        "dispatch": 1 + round(100 * share),
        "letter": 1 + round(420 * share),
        "minutes": 1 + round(100 * share),
    }
    opening = at_office(start - timedelta(days=1), 8)
    sides = make_sides(data, centre_address=centre_address, now=opening, on=start - timedelta(days=1), starts=starts)
    with without_disk_sync(sides.office.journal, sides.centre.journal):
        year = prepare_year(sides, random, start, today, cases, opening)
        year.live([start + timedelta(days=n) for n in range(days)], progress)
        leave_behind(year.hands, year.stories)
        staff = {part: sides.actor(name, year.hands.last_day) for part, name in SURVEY_STAFF.items()}
        run_survey(sides.office.journal, staff, SERVICE, year.hands.today, year.hands.tick())
    return sides


def fewest_days(today: date) -> int:
    """How many days a year that ends before `today` needs at least, by the calendar with which an office begins."""
    calendar = Calendar({row.date: Holiday(row.name, row.kind, row.basis) for row in seed_holidays()})
    days = 0
    workdays = 0
    while workdays <= SPAN:
        days += 1
        workdays += calendar.is_workday(today - timedelta(days=days))
    return days


def prepare_year(sides: Sides, random: Random, start: date, today: date, cases: int, opening: datetime) -> Year:
    calendar = office.office_calendar(sides.office.db)
    days = [start + timedelta(days=n) for n in range((today - start).days)]
    workdays = [day for day in days if calendar.is_workday(day)]
    if len(workdays) <= SPAN:
        raise ValueError(f"a demo needs more than {SPAN} working days")
    definition = office.current_definition(sides.office.db, SERVICE, start)
    hands = OfficeDay(sides, definition, calendar, random, workdays[-1], opening)
    dry = len(workdays) * 2 // 5
    drought = (workdays[dry], workdays[dry + 7])
    floor = PrintRoom(sides, random, (workdays[-2], workdays[-1]), drought, opening)
    offline = {workdays[-1], *(workdays[n + more] for n in (20, len(workdays) // 2) for more in range(3))}
    plan = Plan(
        random, Citizens(random, [village.code for village in own_villages(sides.office.name)]), workdays, cases
    )
    book = ComplaintYear(sides, calendar, workdays, LINES * len(workdays) // 247)
    return Year(sides, hands, floor, plan, {}, offline & set(workdays[: -SPAN // 2]) | {workdays[-1]}, book)


class IdentityCards:
    """Who makes identity cards beside other services, and keeps the kecamatan's book, box, recaps and targets."""

    CASES = 130

    def __init__(self, scene: Scene, start: date, workdays: list[date]) -> None:
        assert scene.sides is not None
        self.scene = scene
        self.last = workdays[-1]
        today = scene.last + timedelta(days=1)
        opening = scene.tick.at
        self.year = prepare_year(scene.sides, Random(SEED), start, today, self.CASES, opening)
        self.year.hands.tick = scene.tick

    def day(self, today: date) -> None:
        """After the others of that day: the clock of all goes on."""
        year = self.year
        year.morning(today)
        year.floor.tick.at = max(year.floor.tick.at, self.scene.tick.at)
        year.floor.day(today, {story.number: story for story in year.stories.values()})
        year.book.adopt_lines()
        year.book.day(today, self.scene.tick)
        if today == self.last:
            leave_behind(year.hands, year.stories)


def evaluation_team(hands: OfficeDay) -> Team:
    roles = {"sekretaris": ["wiji"]}
    answerers = {"pelayanan": "agung"}
    return Team(hands.journal, lambda: hands.tick.at, hands.actors.__getitem__, roles, answerers, "hendra")


def hold_evaluation(hands: OfficeDay, today: date, workdays: list[date]) -> None:
    """Once, when half of the days with targets are over and the Camat signs himself, a cycle and its documents."""
    known = years_in_force(hands.db)
    camat = who_signs(hands.db, "camat", today)
    aimed = [day for day in workdays if day.year in known]
    away = camat is None or camat.person_id != hands.actors["hendra"].person_id
    if today.year not in known or away or list_cycles(hands.db) or today < aimed[len(aimed) // 2]:
        return
    team = evaluation_team(hands)
    hold_cycles(team, finished=True, components=SCOPE)
    sign_targets(team, ("agung", "wiji"), "pelayanan")


def office_events(today: date, hands: OfficeDay, workdays: list[date]) -> None:
    at = workdays.index(today)
    keep_targets(hands, today, workdays[-1])
    if not at:
        clause_staff.fill_register(hands)
    if at == len(workdays) // 2:
        clause_staff.hold_check(hands, closed=True)
        sign_policy(evaluation_team(hands), "agung")
    hold_evaluation(hands, today, workdays)
    if at in (30, 33):
        note = "Lampu kilat mati."
        if at == 33:
            note = ""
        note_facility(
            hands.journal,
            hands.fajar,
            name="Kamera",
            works=at == 33,
            now=hands.tick(),
            note=note,
        )
    if at == len(workdays) // 3:
        wiji = hands.actors["wiji"]
        hendra = hands.actors["hendra"]
        plh = changes.Appoint(
            wiji.person_id,
            "camat",
            "plh",
            "Surat perintah 800/112/427.86",
            today,
            today + timedelta(days=9),
            hendra.person_id,
        )
        number = people.propose_change(hands.journal, hendra, plh, now=hands.tick())
        people.confirm_proposal(hands.journal, hands.actors["agung"], number, now=hands.tick())
