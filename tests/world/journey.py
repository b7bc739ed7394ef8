"""What the steps of the walk share: programs, clock, browsers of the cast, the telling of each step, the papers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.cli.demo.programs import Programs, SetClock
from app.core.dates import clock_time, short_day
from app.core.workdays import Calendar, Holiday
from schema.seed_data import seed_holidays
from tests.world.browser import Astray, Browser, Page
from tests.world.cast import BANK_CAST, CENTRE_CAST, PASSWORD, find_member
from tests.world.citizens import Citizen

Say = Callable[[str], None]


@dataclass
class Applicant:
    citizen: Citizen
    kind: str
    case_id: int = 0
    number: str = ""
    serial: str = ""

    @property
    def case(self) -> str:
        return f"/berkas/{self.case_id}"


@dataclass
class Journey:
    programs: Programs
    clock: SetClock
    out: Path
    say: Say
    addresses: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    signed_in: dict[str, object] = field(default_factory=dict)
    papers: dict[str, list[str]] = field(default_factory=dict)
    steps: int = 0
    slip: str = "80mm"

    def __post_init__(self) -> None:
        self.calendar = Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})
        self.today: date = self.clock.at.date()

    # -- time --------------------------------------------------------------------------------------------------

    def next_workday(self, hour: int = 8) -> None:
        self.today = self.calendar.add_workdays(self.today, 1)
        self.clock.go(self.today, hour)
        self.programs.look_round()

    # -- people ------------------------------------------------------------------------------------------------

    def browser(self, username: str) -> Browser:
        """The browser of somebody of the cast, signed in: a new day or a long pause asks for the password again."""
        casts = {"centre": CENTRE_CAST, "bank": BANK_CAST}
        side = next(
            (side for side, cast in casts.items() if username in [person.username for person in cast]), "office"
        )
        known = self.browsers.get(username)
        if known is None:
            known = self.browsers[username] = Browser(f"http://{self.addresses[side]}", username, PASSWORD)
        seen = self.signed_in.get(username)
        if seen is None or abs((self.clock.at - seen).total_seconds()) > 300:  # type: ignore[operator]  # an aware datetime
            known.sign_in()
        self.signed_in[username] = self.clock.at
        return known

    # -- telling -----------------------------------------------------------------------------------------------

    def step(self, username: str, what: str, minutes: int = 4) -> Browser:
        self.steps += 1
        self.clock.forward(minutes)
        who = find_member(username)
        self.say(
            f"\n[{self.steps:>2}] {short_day(self.clock.at.date())} {clock_time(self.clock.at)}  {who.name}, {who.post}"
        )
        self.say(f"     {what}")
        return self.browser(username)

    def tell(self, label: str, text: str) -> None:
        self.say(f"     {label:<7} {text}")

    def state(self, applicant: Applicant, username: str = "retno") -> tuple[str, str]:
        """Say where a case stands, as its page answers it; (state, promise) for the walk's own checks."""
        page = self.browser(username).get(applicant.case)
        answers = {each[0]: each[1:] for each in page.answers}
        place, now = answers["Sekarang berada di"][:2]
        promise, word = answers["Janji kepada pemohon"][:2]
        label = now.split(", sejak")[0].rstrip(".")
        when = (
            f"janji {promise} ({word})" if promise[:1].isupper() and promise[-1:].isdigit() else "janji belum dihitung"
        )
        self.tell("berkas", f"{applicant.number} {applicant.citizen.name}: {label}; di {place}; {when}")
        return label, promise

    def expect(self, applicant: Applicant, wanted: str, username: str = "retno") -> None:
        label, _ = self.state(applicant, username)
        if wanted.lower() not in label.lower():
            raise Astray(f"Berkas {applicant.number} seharusnya {wanted}, ternyata {label}.")

    def sentence(self, page: Page, words: str) -> None:
        if words.lower() not in page.text.lower():
            raise Astray(f"Halaman {page.path} tidak mengatakan: {words}. {' '.join(page.errors)[:300]}")

    # -- papers ------------------------------------------------------------------------------------------------

    def paper(self, name: str, about: str, pdf: bytes) -> None:
        order = sum(len(files) for files in self.papers.values()) + 1
        safe = "".join(sign if sign.isalnum() else "-" for sign in about)
        file = f"{order:02d}-{name}{'-' + safe if safe else ''}.pdf"
        (self.out / file).write_bytes(pdf)
        self.papers.setdefault(name, []).append(file)
        self.tell("kertas", file)

    def case_paper(self, applicant: Applicant, username: str, name: str, kind: str) -> None:
        browser = self.browser(username)
        sheet = browser.get(f"{applicant.case}/kertas/{name}")
        self.paper(kind, applicant.number, browser.pdf(sheet, "/cetak"))
        browser.send(sheet, "/hasil", {"jawaban": "ya"})
