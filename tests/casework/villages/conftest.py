"""The office that carries KTP files, a stick, and two villages with folders of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.casework.villages import incoming, network, service
from app.casework.villages.files import spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_network import exchange_with_office, join_office
from app.cli.serving import Running
from app.compose_office import OfficeSite
from app.core.permissions import Actor
from app.platform.office.exchange import OfficeExchange
from sync.nodes import Node
from tests.platform.people import KRAI, MUNDER
from tests.services.ktp.conftest import desk, office_file, rooms, shell, web
from tests.services.ktp.desk import Desk

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
KEEPER = Actor(0, "Ratna", "ratna", frozenset({"admin"}))


class Counter:
    """The kecamatan's side of the stick: what its pages do, by the services."""

    def __init__(self, desk: Desk, folder: Path, stick: Path) -> None:
        self.desk, self.folder, self.stick = desk, folder, stick

    @property
    def node(self) -> Node:
        return OfficeExchange(self.desk.journal, self.folder).open_node()

    def note(self, village: str, fingerprint: str) -> None:
        service.note_village_key(
            self.desk.journal,
            KEEPER,
            self.node,
            self.stick,
            village=village,
            fingerprint=fingerprint,
            now=self.desk.now,
        )

    def list_for(self, village: str) -> str:
        return service.seal_list(
            self.desk.journal, self.desk.who("sari"), self.node, self.stick, village=village, now=self.desk.now
        )

    def take(self) -> service.Taking:
        return incoming.take_drafts(self.desk.journal, self.desk.who("sari"), self.node, self.stick, now=self.desk.now)

    def give_back(self, draft_id: int, reason: str) -> None:
        service.return_draft(
            self.desk.journal, self.desk.who("sari"), draft_id=draft_id, reason=reason, now=self.desk.now
        )

    def meet(self, folder: VillageFolder, village: str) -> None:
        """Both sides know each other's keys, with the fingerprints read aloud."""
        self.note(village, spoken_fingerprint(folder.make_keys(village, self.stick)))
        folder.trust_office(self.stick, spoken_fingerprint(self.node.keys.public))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    place = tmp_path / "flashdisk"
    place.mkdir()
    return place


@pytest.fixture
def counter(desk: Desk, tmp_path: Path, stick: Path) -> Counter:
    return Counter(desk, tmp_path / "kantor", stick)


@pytest.fixture
def munder(counter: Counter, tmp_path: Path) -> VillageFolder:
    """A village whose key is noted, and that trusts the kecamatan."""
    folder = VillageFolder(tmp_path / "munder")
    counter.meet(folder, MUNDER)
    return folder


@pytest.fixture
def krai(counter: Counter, tmp_path: Path) -> VillageFolder:
    folder = VillageFolder(tmp_path / "krai")
    counter.meet(folder, KRAI)
    return folder


# -- over the network -----------------------------------------------------------------------------------------------


class Line:
    """The office's server on a port of its own, and what an administrator does for villages there."""

    def __init__(self, desk: Desk, data: Path) -> None:
        self.desk, self.exchange = desk, OfficeExchange(desk.journal, data)
        self.running = Running(OfficeSite(Flask("kantor"), desk.journal, data, lambda: desk.now), 0)
        self.turn_on(self.running.address)

    def turn_on(self, address: str) -> None:
        network.change_village_address(self.desk.journal, KEEPER, address=address, now=self.desk.now)

    def code(self, village: str) -> str:
        return network.issue_village_code(self.desk.journal, KEEPER, self.exchange, village=village, now=self.desk.now)

    def joined(self, folder: Path, village: str) -> VillageFolder:
        own = VillageFolder(folder)
        join_office(own, village, self.code(village), self.desk.now)
        exchange_with_office(own, self.desk.now)
        return own

    def entries(self, kind: str) -> int:
        [count] = self.desk.journal.db.one("SELECT count(*) FROM journal WHERE kind = ?", (kind,)) or (0,)
        return int(count)


@pytest.fixture
def line(desk: Desk, tmp_path: Path) -> Iterator[Line]:
    made = Line(desk, tmp_path / "kantor")
    yield made
    made.running.stop()


@pytest.fixture
def near(line: Line, tmp_path: Path) -> VillageFolder:
    """A village that was let in and holds its first list."""
    return line.joined(tmp_path / "dekat", MUNDER)
