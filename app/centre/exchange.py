"""The exchange with offices as the centre runs it: its keys, enrolment codes, sticks, and what waits for whom."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from app.centre import settings
from app.core.problems import Problem
from sync import nodes
from sync.acknowledgements import SyncStatus, peer_statuses
from sync.carriers import removable_drives
from sync.enrolment import issue_code, write_centre_keys
from sync.entries import read_fact
from sync.journal import Journal
from sync.keys import NodeKeys, PublicKeys
from sync.nodes import Node, read_peers
from sync.problems import SyncError
from sync.runs import read_stick, write_stick

LOST_KEYS = (
    "Berkas kunci pusat cetak hilang atau rusak, padahal kecamatan sudah mengenalnya. Kembalikan folder keys dari "
    "salinannya, lalu muat ulang. Bila tidak ada salinannya, administrator membuat kunci baru di halaman Kunci pusat; "
    "setiap kecamatan lalu memerlukan kode pendaftaran baru."
)
STICK_FOLDER = "stik"


class StickResult(NamedTuple):
    """What a stick came to: sentences for the people, and whether nothing is left undone."""

    ok: bool
    sentences: list[str]


@dataclass
class CentreExchange:
    """What pages and commands ask of the exchange. The keys are made when the centre is founded."""

    journal: Journal
    folder: Path
    _keys: NodeKeys | None = field(default=None, repr=False)
    _in_force: str = ""

    def keys(self) -> NodeKeys:
        """The centre's keys, made at the first need, read again when they were changed, also by another process.

        Raises Problem when they are lost or damaged: new ones cut off every office that knows the old, so a person
        decides about that.
        """
        in_force = read_fact(self.journal.db, nodes.IN_FORCE)
        if self._keys is None or in_force != self._in_force:
            try:
                self._keys = nodes.keys_in_force(self.journal.db, self.folder, self.journal.source)
            except SyncError as problem:
                raise Problem.of("conflict", why=LOST_KEYS) from problem
            self._in_force = in_force
        return self._keys

    def lost(self) -> str:
        """Why the keys cannot be used and how to go on; an empty text when they can."""
        try:
            self.keys()
        except Problem as problem:
            return problem.sentence
        return ""

    def road(self) -> Node:
        return Node(self.journal, self.keys(), settings.get_setting(self.journal.db, "centre.name"))

    def issue(self, office: str, name: str, actor: str, now: datetime) -> str:
        address = settings.get_setting(self.journal.db, "centre.address")
        try:
            return issue_code(self.road(), office, name, address=address, actor=actor, now=now).text()
        except SyncError as problem:
            raise Problem.of("conflict", why=problem.sentence) from problem

    def own_keys(self) -> PublicKeys:
        return self.keys().public

    def rotate(self, announced: bool, reason: str, actor: str, now: datetime) -> None:
        if not self.lost():
            nodes.rotate_keys(self.road(), self.folder, announced=announced, reason=reason, actor=actor, now=now)
        elif announced:
            raise Problem.of("conflict", why=LOST_KEYS)
        else:
            nodes.replace_lost_keys(self.journal, self.folder, reason=reason, actor=actor, now=now)

    def sticks(self) -> list[tuple[str, str]]:
        """(path, label) of the removable drives that are plugged in, and of the centre's own folder."""
        own = self.folder.parent / STICK_FOLDER
        own.mkdir(parents=True, exist_ok=True)
        return [(str(path), f"Stik {label}") for path, label in removable_drives()] + [
            (str(own), "Folder stik di komputer ini")
        ]

    def read_stick(self, folder: Path, now: datetime) -> StickResult:
        """Every office's files, requests of new offices included; these are answered on the same stick."""
        report = read_stick(self.road(), folder, now)
        return StickResult(report.ok, list(report.sentences))

    def write_stick(self, folder: Path, now: datetime) -> StickResult:
        road = self.road()
        reports = [write_stick(road, peer, folder, now) for peer in read_peers(road.db)]
        said = [sentence for report in reports for sentence in report.sentences]
        return StickResult(all(one.ok for one in reports), said or ["Belum ada kecamatan yang terdaftar."])

    def write_keys(self, folder: Path) -> StickResult:
        try:
            path = write_centre_keys(self.road(), folder)
        except SyncError as problem:
            return StickResult(False, [problem.sentence])
        return StickResult(True, [f"Berkas {path.name} ditulis. Isinya bukan rahasia."])

    def standing(self) -> dict[str, SyncStatus]:
        """Office code → what waits for it."""
        return {one.peer: one for one in peer_statuses(self.journal.db)}
