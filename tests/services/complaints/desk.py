"""A complaint book at work by the services, for tests and pictures."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.core.permissions import SYSTEM, Actor
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from app.services.complaints import service, transitions
from app.services.complaints.service import Visitor, WrittenLine
from app.services.complaints.tables import Complaint
from sync.journal import Journal
from tests.answers import WatchedClient
from tests.platform.people import CHEAP, PASSWORD, Clock, actor_of

WORDS = "Antrean jam delapan tidak bernomor, yang datang belakangan dilayani dulu."


@dataclass
class BookDesk:
    """The book; every deed happens at the clock's moment."""

    journal: Journal
    clock: Clock

    def who(self, username: str) -> Actor:
        """A person of the cast as an actor."""
        return actor_of(self.journal.db, username, self.clock().date())

    def write(
        self, words: str = WORDS, *, channel: str = "desk", category: str = "speed", **visitor: Any
    ) -> WrittenLine:
        """A line of the book."""
        return service.write_line(
            self.journal,
            SYSTEM,
            channel=channel,
            visitor=Visitor(words, **visitor),
            now=self.clock(),
            category=category,
        )

    def follow(self, line: WrittenLine, text: str = "Loket ditambah satu.") -> None:
        """Budi's follow-up."""
        service.write_follow_up(self.journal, self.who("budi"), complaint_id=line.id, text=text, now=self.clock())

    def answer(self, line: WrittenLine, text: str = "Loket sudah kami tambah.") -> None:
        """Ida's answer."""
        service.write_answer(self.journal, self.who("ida"), complaint_id=line.id, text=text, now=self.clock())

    def row(self, line: WrittenLine) -> Complaint:
        """The line as it stands."""
        return transitions.load_line(self.journal.db, line.id)

    def row_of(self, complaint_id: int) -> Complaint:
        """A line by its id."""
        return transitions.load_line(self.journal.db, complaint_id)

    def other_kasi(self, username: str) -> None:
        """A second Kasi joins the office."""
        add_person(
            self.journal,
            SYSTEM,
            AddPerson(username=username, name="Tono Baru", roles=("kasi",)),
            password=PASSWORD,
            now=self.clock(),
            cost=CHEAP,
            must_change=False,
        )


class Follower(WatchedClient):
    """A browser: it goes where the answer to a form leads."""

    def post(self, *args: Any, **named: Any) -> TestResponse:
        """Send a form, fetch the page that answers it."""
        return super().post(*args, **({"follow_redirects": True} | named))


@dataclass
class Visit:
    """A visitor at the kiosk."""

    app: Flask

    def __post_init__(self) -> None:
        self.app.test_client_class = Follower
        self.client = self.app.test_client()

    def token(self, path: str) -> str:
        """The token of a form."""
        found = re.search(r'name="token" value="([^"]+)"', self.client.get(path).get_data(as_text=True))
        assert found is not None
        return found[1]

    def write(self, words: str = WORDS, *, token: str = "", follow: bool = True, **fields: str) -> TestResponse:
        """Send the form of a complaint."""
        data = {
            "token": token or self.token("/tulis"),
            "words": words,
            "about": "speed",
            "type": "complaint",
            "naming": "anonymous",
            **fields,
        }
        return self.client.post("/tulis", data=data, follow_redirects=follow)

    def ask(self, code: str, word: str = "") -> TestResponse:
        """Ask for a slip code."""
        return self.client.post("/kode", data={"token": self.token("/kode"), "code": code, "word": word})
