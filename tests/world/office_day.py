"""What everybody in the demo's office needs for an action: journal, people, the moment, patience."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.cli.demo.sides import Sides
from app.cli.demo.stories import CLERKS, Story
from app.core.clock import at_office
from app.core.permissions import Actor
from app.core.workdays import Calendar
from schema.database import Database
from schema.service_procedure import Definition

T = TypeVar("T")
EXIT_REASONS = {
    "withdrawn": "Pemohon menarik permohonan, kartu lama ditemukan kembali.",
    "rejected": "Pemohon tercatat sebagai penduduk kecamatan lain; diarahkan ke sana.",
    "died": "Keluarga membawa kutipan akta kematian.",
    "moved": "Pemohon pindah, surat keterangan pindah sudah terbit.",
    "recalled": "Pemohon meninggal setelah berkas dikirim.",
    "uncollected": "Sudah dipanggil berkali-kali, kartu tidak diambil.",
}
EXITS = {"rejected": "refused", "recalled": "died"}
"""Fates whose exit has another name."""


class Moments:
    """The clock of one simulated day: it only goes forward, a minute or two for each action."""

    def __init__(self, random: Random, at: datetime) -> None:
        self.random, self.at = random, at

    def begin(self, on: date, hour: int, minute: int = 0) -> None:
        """Go on at an hour of the day, or where we are when it has passed already."""
        self.at = max(self.at, at_office(on, hour, minute))

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=self.random.randint(30, 110))
        return self.at


class OfficeDay:
    """The office on one day. `today` and `tick` move on; everything else stays."""

    def __init__(
        self,
        sides: Sides,
        definition: Definition,
        calendar: Calendar,
        random: Random,
        last_day: date,
        opening: datetime,
    ) -> None:
        self.journal, self.definition, self.calendar = sides.office.journal, definition, calendar
        self.random, self.last_day, self.today = random, last_day, date.min
        self.tick = Moments(random, opening)
        self.actors: dict[str, Actor] = {
            name: sides.actor(name, last_day)
            for name in ("retno", "fajar", "agung", "wiji", "hendra", *CLERKS.values())
        }
        self.forms: list[str] = []

    @property
    def db(self) -> Database:
        return self.journal.db

    @property
    def retno(self) -> Actor:
        return self.actors["retno"]

    @property
    def fajar(self) -> Actor:
        return self.actors["fajar"]

    @property
    def agung(self) -> Actor:
        return self.actors["agung"]

    def later(self, story: Story, least: int, most: int) -> None:
        """Let so many working days pass; a swift one takes no more than one."""
        days = min(1, least) if story.swift else self.random.randint(least, most)
        story.ready_on = self.calendar.add_workdays(self.today, days)

    def day_before(self) -> date:
        day = self.today - timedelta(days=1)
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def leave(self, story: Story, why: str) -> None:
        moving.leave_case(
            self.journal,
            self.agung,
            case_id=story.case_id,
            exit_id=EXITS.get(why, why),
            reason=EXIT_REASONS[why],
            now=self.tick(),
        )

    def paper(self, subject: str, name: str) -> None:
        cases.record_print(self.journal, self.retno, subject=subject, paper=name, now=self.tick())
        cases.judge_print(self.journal, self.retno, subject=subject, paper=name, came_out=True, now=self.tick())


def run_heeding(run: Callable[[list[str]], T]) -> T:
    """Run a command; what it asks about is answered: these are different people, the data was compared."""
    try:
        return run([])
    except opening.Undecided as asked:
        return run([notice.id for notice in asked.notices])
