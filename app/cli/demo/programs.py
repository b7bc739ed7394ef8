"""Both sides of the demo behind waitress, each in threads of this process, with a clock that can be set."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

from app import compose
from app.cli.demo.sides import FOLDERS, open_journal
from app.cli.office import OfficeJobs
from app.cli.serving import Running, free_port
from app.compose_centre import Publisher, build_centre
from app.compose_office import OfficeSite, make_office_app
from app.core import clock
from app.core.clock import at_office
from app.records.privacy.views.kiosk import make_kiosk_app
from schema.data_folder import hold_folder
from sync.journal import Journal

Clock = Callable[[], datetime]
HERE = "127.0.0.1"


def running_clock(today: date | None) -> Clock:
    """The PC's clock, or one that starts at eight in the morning of another day and runs on from there."""
    if today is None:
        return clock.now
    begin = at_office(today, 8)
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=int(time.monotonic() - started))


class SetClock:
    """A clock that stands still until it is moved on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go(self, on: date, hour: int, minute: int = 0) -> datetime:
        self.at = max(self.at, at_office(on, hour, minute))
        return self.at

    def forward(self, minutes: int) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at


class Programs:
    """The office and its partners. The office can run while they do not."""

    def __init__(self, data: Path, now: Clock) -> None:
        self.data = data
        self.clock = now
        self.office: Running | None = None
        self.kiosk: Running | None = None
        self.centres: list[Running] = []
        self.publishers: list[Publisher] = []
        self.clockwork: OfficeJobs | None = None
        self.journals: list[Journal] = []
        self.held = ExitStack()

    @property
    def kiosk_address(self) -> str:
        if self.kiosk is None:
            return ""
        return self.kiosk.address

    def start_office(self, port: int, centre_port: int) -> str:
        """Serve the office; returns its address. Its daily jobs run, but nothing is sent to the centre by itself.

        The kiosk listens on the port after the office's, or after the centre's where that one is the centre's.
        """
        folder = self.data / FOLDERS["office"]
        self.held.enter_context(hold_folder(folder, "demo"))
        journal = open_journal("office", folder)
        if port + 1 != centre_port:
            kiosk = port + 1
        else:
            kiosk = centre_port + 1
        self.kiosk = Running(make_kiosk_app(journal, {"CLOCK": self.clock}), free_port(kiosk))
        config = {"CLOCK": self.clock, "KIOSK_PORT": self.kiosk.port}
        pages = make_office_app(journal, folder, config)
        self.office = Running(OfficeSite(pages, journal, folder, self.clock), port)
        self.clockwork = OfficeJobs(journal, self.clock)
        self.journals.append(journal)
        return self.office.address

    def start_centre(self, port: int, below: str = "") -> str:
        """Serve a partner, a further one out of a folder of its own; returns its address."""
        folder = self.data / below / FOLDERS["centre"]
        self.held.enter_context(hold_folder(folder, "demo"))
        built = build_centre(folder, now=self.clock)
        self.centres.append(Running(built, port))
        self.publishers.append(Publisher(built))
        self.journals.append(built.journal)
        return self.centres[-1].address

    def begin_rounds(self) -> None:
        for rounds in (*self.publishers, self.clockwork):
            if rounds is not None:
                rounds.start()

    def look_round(self) -> None:
        """One round of what runs beside the pages, now and here: for a clock that stands still between two steps."""
        if self.clockwork is not None:
            self.clockwork.tick(self.clock())
        for publisher in self.publishers:
            publisher.centre.publish(self.clock())

    def stop(self) -> None:
        for part in (self.kiosk, self.office, *self.centres):
            if part is not None:
                part.stop()
        for journal in self.journals:
            journal.db.close()
        self.held.close()


def has_demo(data: Path) -> bool:
    return (data / FOLDERS["office"] / compose.FILES["office"]).is_file()


def centre_moved(data: Path, address: str) -> None:
    db = open_journal("office", data / FOLDERS["office"]).db
    with db.writing():
        db.run("UPDATE road_peer SET address = ?", (address,))
    db.close()
