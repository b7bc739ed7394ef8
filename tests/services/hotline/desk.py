"""A hotline that carries contacts through their steps by the services, one call per step."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.casework.desk import moving
from app.casework.desk.opening import Opened
from app.core import clock
from app.core.permissions import SYSTEM, Actor
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import read_deadlines
from app.services.hotline import service
from sync.journal import Journal
from tests.platform.people import Clock, actor_of

QUESTION = "Kapan batas akhir pendaftaran ulang mahasiswa baru?"
NUMBER = "081200001234"


def at_office(text: str) -> datetime:
    """A moment of the office's wall clock: `2026-04-06 09.42`, or `2026-04-06 09.42.20`."""
    day, _, hours = text.partition(" ")
    hour, minute, second = (*map(int, hours.split(".")), 0)[:3]
    return clock.at_office(date.fromisoformat(day), hour, minute) + timedelta(seconds=second)


@dataclass
class HotlineDesk:
    """In an office of the kecamatan: Ida answers, Budi is Kabag, Ratna is Wadir, the Camat is Direktur."""

    journal: Journal
    clock: Clock

    def who(self, username: str) -> Actor:
        return actor_of(self.journal.db, username, self.clock().date())

    def call(self, kind: str = "general", by: str = "ida", **said: str) -> Opened:
        words = {"channel": "telephone", "number": NUMBER, "question": QUESTION} | said
        return service.open_contact(self.journal, self.who(by), kind=kind, now=self.clock(), **words)

    def message(self, number: str = NUMBER, question: str = QUESTION) -> Opened:
        """An SMS that the program took in."""
        return service.open_contact(
            self.journal, SYSTEM, channel="sms", number=number, question=question, now=self.clock()
        )

    def go(self, case_id: int, outcome: str, by: str = "ida", note: str = "", **more: str) -> None:
        actor = self.who(by)
        moving.advance_case(self.journal, actor, case_id=case_id, outcome=outcome, now=self.clock(), note=note, **more)

    def reported(self, kind: str = "general") -> int:
        """A contact that waits for its instruction."""
        case_id = self.call(kind).id
        self.go(case_id, "unanswered")
        self.go(case_id, "to_kabag" if kind == "general" else "to_wadir", note="Tidak ada di desk information.")
        return case_id

    def deadline(self, case_id: int, limit: str, scope: str = "") -> Deadline:
        return read_deadlines(self.journal.db, f"case/{case_id}")[limit, scope]

    def step(self, case_id: int) -> str:
        row = self.journal.db.one("SELECT step FROM case_file WHERE id = ?", (case_id,))
        assert row is not None
        return str(row[0])
