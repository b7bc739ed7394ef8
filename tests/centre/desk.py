"""A centre with its pages in a folder, its two people signed in, and an office that sends to it."""

from __future__ import annotations

import re
from pathlib import Path

from app.centre import service, settings
from app.compose_centre import Centre, build_centre
from app.core.permissions import SYSTEM
from app.platform.people import service as people
from app.platform.people.changes import AddPerson
from tests.centre.print_centre import IDENTITY, OFFICE, YUNI, PrintCentre
from tests.platform.people import CHEAP, PASSWORD, Browser, Clock

CODE = "dukcapil-3508"


class Desk:
    """The centre as its people see it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.centre: Centre = build_centre(folder, now=clock)
        settings.create_centre(
            self.centre.journal,
            identity=IDENTITY,
            name="Eko Prabowo",
            username="eko",
            password=PASSWORD,
            now=clock(),
            cost=CHEAP,
        )
        self.centre.desk.keys()
        people.add_person(
            self.centre.journal,
            SYSTEM,
            AddPerson(username="yuni", name="Yuni Astutik", roles=("printer",)),
            password=PASSWORD,
            must_change=False,
            cost=CHEAP,
            now=clock(),
        )
        self.print_centre = PrintCentre(self.centre.journal, now=clock())
        self.print_centre.enrol(OFFICE)
        service.receive_blanks(self.centre.journal, YUNI, count=20, letter="471/1", now=clock())
        self.yuni = Browser(self.centre.pages, "yuni")
        self.eko = Browser(self.centre.pages, "eko")
        self.stranger = Browser(self.centre.pages)

    def again(self) -> Desk:
        """Both people signed in anew: their sessions ended meanwhile."""
        self.yuni, self.eko = Browser(self.centre.pages, "yuni"), Browser(self.centre.pages, "eko")
        return self


def line_path(line: str, office: str = OFFICE) -> str:
    """The address of a line's page."""
    epoch, _stream, n = line.split("/")
    return f"/baris/{office}/{epoch}/{n}/"


def shown_code(page: str) -> str:
    """The enrolment code as it stands on a page: the address, then its groups, as somebody reads them aloud."""
    found = re.search(r'<p id="enrolment-code">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split())
