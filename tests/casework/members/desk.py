"""A bureau at work with collective requests: its people, a request, lists and slots."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.casework.desk.opening import Application, open_case
from app.casework.desk.tables import CaseFile
from app.casework.members import schedule, service
from app.casework.members.queries import member_rows, state_counts
from app.casework.members.tables import Member
from app.core.clock import at_office
from app.core.permissions import SYSTEM, Actor
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from app.platform.people.events import ProfileChosen
from schema.definitions import SERVICES, definition_text
from schema.seed_data import seed_holidays
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import START, actor_of, enter

SERVICE = "kartu-pns"
CAST: dict[str, dict[str, Any]] = {
    "tuti": {"name": "Tuti Karang", "roles": ["kasubbag_tu"], "nip": "197001011990012999"},
    "kepala": {"name": "Hendro Karang", "roles": ["kepala_biro"], "nip": "196501011985011999", "rank": "Pembina Utama"},
    "kabag": {"name": "Ratih Karang", "roles": ["kabag_kpp", "admin"], "nip": "197501011998012999"},
    "taufik": {"name": "Taufik Karang", "roles": ["kasubbag_tal", "kasubbag"], "nip": "198001012003011999"},
    "priyo": {"name": "Priyo Karang", "roles": ["processor"], "nip": "199001012015011999"},
    "indah": {"name": "Indah Karang", "roles": ["information"]},
}
IDENTITY = {
    "office.code": "350899",
    "office.name": "Biro Organisasi Contoh",
    "office.place": "Contoh",
    "office.regency": "Kabupaten Contoh",
}


def found_bureau(journal: Journal) -> None:
    """Everything of an office that has this one procedure in force."""
    with journal.transaction():
        journal.record(ProfileChosen("biro"), subject="office", actor="system", at=START)
    office.set_up(journal, SYSTEM, now=START, series=[], holidays=[], identity=IDENTITY, villages=[])
    enter(journal, CAST)
    journal.db.run("DELETE FROM sign_in_attempt")
    put_in_force(journal, definition_text(SERVICES / f"{SERVICE}.toml"), on=date(2026, 1, 1))
    days = [
        HolidayData(holiday.date.isoformat(), holiday.name, holiday.kind, holiday.basis, holiday.source)
        for holiday in seed_holidays()
    ]
    office.set_holidays(journal, who(journal, "kabag"), days=days, removed=[], reason="SKB", now=START)


def who(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, START.date())


def nip(n: int, *, sex: int = 1) -> str:
    """A made-up NIP of somebody born on 1 January 1980 and appointed in 2005."""
    return f"19800101200501{sex}{n:03}"


def person(n: int, **changes: str) -> dict[str, str]:
    return {"nip": nip(n), "name": f"Pegawai {chr(65 + n % 26)} {n}", "rank": "III/a", "unit": "Sekretariat"} | changes


@dataclass
class Bureau:
    """A request of an agency; `now` is the moment of the next step."""

    journal: Journal
    now: datetime = START
    case_id: int = 0
    opened: list[int] = field(default_factory=list)

    def who(self, username: str) -> Actor:
        return who(self.journal, username)

    def open(self, number: str = "800/012/BKD") -> int:
        """A request of an agency; the clerk who takes the letter ends the first step at once."""
        raw = {"agency": "Badan Contoh", "letter_number": number, "letter_date": "2026-03-10"}
        made = open_case(
            self.journal,
            self.who("tuti"),
            Application(service=SERVICE, raw=raw, ticked={"request_letter": ""}),
            now=self.now,
        )
        self.case_id = made.id
        self.opened.append(made.id)
        return made.id

    def put_at(self, step: str) -> None:
        """The request stands at a step: letters and dispositions have tests of their own."""
        with self.journal.transaction():
            from app.casework.desk.events import CaseAdvanced

            case = CaseFile.first(self.journal.db, id=self.case_id)
            assert case is not None
            body = CaseAdvanced(case.id, "moved", case.step, step, "office", self.now.date().isoformat())
            self.journal.record(body, subject=f"case/{case.id}", actor="tuti", at=self.now)

    def enter(self, count: int, first: int = 1) -> None:
        rows = [person(n) for n in range(first, first + count)]
        service.add_members(self.journal, self.who("tuti"), case_id=self.case_id, rows=rows, now=self.now)

    def slots(self, first: date, last: date, capacity: int = 5, hours: str = "08.00-10.00, 10.00-12.00") -> int:
        return schedule.open_slots(
            self.journal,
            self.who("taufik"),
            service=SERVICE,
            first=first,
            last=last,
            hours=hours,
            capacity=capacity,
            place="Ruang Rekam",
            now=self.now,
        )

    def plan(self, by: str = "taufik", **values: Any) -> int:
        return schedule.plan_members(self.journal, self.who(by), case_id=self.case_id, now=self.now, **values)

    def move(self, move_id: str, ids: list[int], by: str = "priyo", reason: str = "") -> int:
        return service.move_members(
            self.journal,
            self.who(by),
            case_id=self.case_id,
            move_id=move_id,
            ids=ids,
            reason=reason,
            now=self.now,
        )

    def rows(self, state: str = "") -> list[Member]:
        return member_rows(self.journal.db, self.case_id, state)

    def ids(self, state: str = "") -> list[int]:
        return [row.id for row in self.rows(state)]

    def counts(self) -> dict[str, int]:
        return state_counts(self.journal.db, self.case_id)

    def at(self, day: date, hour: int = 8) -> None:
        """The morning of a day, in office time."""
        self.now = at_office(day, hour)

    def next_day(self, days: int = 1) -> None:
        self.now += timedelta(days=days)
