"""A training centre and the invented office that sends to it, both in one folder."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from app import compose
from app.centre import settings
from app.centre.queries import services_received
from app.centre.training import (
    ADDRESS,
    SENDER_NAME,
    TrainingExchange,
    administrator,
    found_training_centre,
    write_dispatch,
)
from app.cli.beside import carrier_to, enrol_in_process
from app.core.problems import Problem
from app.platform.office.queries import is_set_up, village_names
from app.platform.people.hashing import Cost
from app.platform.practice.founding import QUICK, found_practice
from app.platform.practice.service import people_not_arrived, write_begun
from schema.data_folder import is_practice
from schema.database import SqliteDatabase
from schema.migrations import Side, migrate_database
from sync.exchange import sync_now
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.nodes import Node, read_peers

SENDER = "pengirim"
"""Below the folder of the centre: that of the office."""
BARRED = "Kantor pengirim latihan tidak dapat mengirim: {why} Buka blokirnya, atau hapus folder latihan ini."


@dataclass
class TrainingCentre:
    """Both sides; `bring_people` is what the pages ask for when an exercise begins."""

    data: Path
    centre: Journal
    exchange: TrainingExchange
    sender: Node
    turn: Lock

    def bring_people(self, now: datetime) -> None:
        """Send the people of every exercise who have not come yet. Raises Problem when the centre lets nobody in."""
        with self.turn:
            self.exchange_now(now)  # first, so that what an end in the middle left behind is not written twice
            villages = list(village_names(self.sender.db).items())
            files = services_received(self.centre.db)
            for people in people_not_arrived(self.centre, self.data, now, files=files, villages=villages):
                write_dispatch(self.sender.journal, people, now)
            self.exchange_now(now)

    def exchange_now(self, now: datetime) -> None:
        """Raises Problem."""
        carrier = carrier_to(self.exchange.open_node(), self.sender.journal.source, now)
        report = sync_now(self.sender, read_peers(self.sender.db)[0], carrier, now)
        if not report.ok:
            raise Problem.of("conflict", why=BARRED.format(why=report.problems[0].sentence))

    def close(self) -> None:
        self.sender.db.close()
        self.centre.db.close()


def open_training_centre(data: Path, now: datetime, cost: Cost = QUICK) -> TrainingCentre:
    """Open both sides, found at the first time; what an end in the middle left undone is done now."""
    centre = open_own("centre", data)
    office = open_own("office", data / SENDER)
    if not is_practice(data / SENDER):
        write_begun(data / SENDER, {})  # so that nobody opens it as a real office
    if not settings.is_set_up(centre.db):
        found_training_centre(centre, now, cost)
    if not is_set_up(office.db):
        found_practice(office, "kecamatan", now, cost)
    exchange = TrainingExchange(centre, data / "keys")
    sender = Node(office, load_or_make_keys(data / SENDER / "keys", office.source), SENDER_NAME)
    if not read_peers(office.db):
        admin = administrator(centre, now)
        enrol_in_process(sender, exchange.open_node(), admin, name=SENDER_NAME, address=ADDRESS, now=now)
    return TrainingCentre(data, centre, exchange, sender, Lock())


def open_own(side: Side, folder: Path) -> Journal:
    """The journal of a side in a file of the folder, whatever LOKET_CENTRE_DB says: that is the real centre's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = SqliteDatabase(folder / compose.FILES[side])
    db.folder = folder
    migrate_database(db, side)
    return compose.journal(side, db)
