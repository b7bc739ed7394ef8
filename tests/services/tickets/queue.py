"""A queue at work by its commands; every deed happens at the clock's moment."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from app.core.permissions import SYSTEM, Actor
from app.services.tickets import queries, service
from app.services.tickets.tables import Ticket
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import START, Clock, actor_of

KTP, HOTLINE = "ktp-el", "hotline"
COUNTERS = ["Loket 1", "Loket 2", "Loket 3: B"]


def at(hour: int, minute: int = 0, day: int = 12, month: int = 3) -> datetime:
    """A moment of March 2026 on the office's clock (WIB)."""
    return datetime(2026, month, day, hour - 7, minute, tzinfo=UTC)


def open_queue(journal: Journal) -> None:
    """Numbers for both services at three counters."""
    ratna = actor_of(journal.db, "ratna", START.date())
    service.change_ticket_settings(journal, ratna, on=True, services=[KTP, HOTLINE], counters=COUNTERS, now=START)


@dataclass
class Queue:
    """Numbers by their text, as visitors know them."""

    journal: Journal
    clock: Clock

    def who(self, username: str) -> Actor:
        return actor_of(self.journal.db, username, START.date())

    def take(self, asked: str = KTP, priority: bool = False) -> str:
        """Draw a number; which it is."""
        ticket_id = service.take_ticket(self.journal, SYSTEM, service=asked, priority=priority, now=self.clock())
        ticket = Ticket.first(self.journal.db, id=ticket_id)
        assert ticket is not None
        return str(ticket.number)

    def take_at(self, moment: datetime, asked: str = KTP) -> str:
        self.clock.at = moment
        return self.take(asked)

    def next(self, counter: int = 1, username: str = "sari") -> str:
        return service.call_next(self.journal, self.who(username), counter=counter, now=self.clock())

    def serve(self, counter: int = 1) -> str:
        """Call the next number and begin with it."""
        number = self.next(counter)
        self.begin(number)
        return number

    def find(self, number: str, on: date | None = None) -> Ticket:
        day = (on or self.clock().date()).isoformat()
        ticket = Ticket.first(self.journal.db, number=number, on_date=day)
        assert ticket is not None
        return ticket

    def begin(self, number: str) -> None:
        service.begin_serving(self.journal, self.who("sari"), ticket_id=self.find(number).id, now=self.clock())

    def finish(self, number: str) -> None:
        service.finish_serving(self.journal, self.who("sari"), ticket_id=self.find(number).id, now=self.clock())

    def absent(self, number: str) -> None:
        service.mark_absent(self.journal, self.who("sari"), ticket_id=self.find(number).id, now=self.clock())

    def waiting(self) -> list[str]:
        letters = tuple(queries.letters_of_services(self.journal.db).values())
        return [str(one.number) for one in queries.waiting_tickets(self.journal.db, letters, self.clock().date())]


@dataclass
class Visitor:
    """Somebody at the kiosk, or at another device of the network."""

    app: Flask
    address: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address})

    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get("/antrean").text)
        assert found is not None
        return found[1]

    def draw(self, token: str = "", **fields: str) -> TestResponse:
        """Send the form of the kiosk; the page to which it leads."""
        data = {"token": token or self.token(), "service": KTP, **fields}
        sent = self.client.post("/antrean", data=data, environ_base={"REMOTE_ADDR": self.address})
        return self.get(sent.location) if sent.status_code == 303 else sent


def faults_of(journal: Journal, folder: Path) -> list[str]:
    """What the proof of the journal finds: chains, and every table made anew from the entries."""
    return list(verify_side(journal, "office", folder / "replay.sqlite3").faults)


def number_on(page: TestResponse) -> str:
    """The number that a page of the kiosk shows as the visitor's own, or nothing."""
    found = re.search(r'<b class="number">([^<]+)</b>', page.text)
    return found[1] if found else ""
