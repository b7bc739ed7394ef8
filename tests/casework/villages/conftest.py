"""The office that carries KTP files, a stick, and two villages with folders of their own."""

from pathlib import Path

import pytest

from app.casework.villages import service
from app.casework.villages.files import spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
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
        return service.take_drafts(self.desk.journal, self.desk.who("sari"), self.node, self.stick, now=self.desk.now)

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
