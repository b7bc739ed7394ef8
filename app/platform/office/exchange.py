"""The exchange with the centre as the office's pages see it: keys, network, stick, and what waits for a person."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from app.core.messages import LINE_KIND, DispatchLine, parse_dispatch_line
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.core.text import required_text
from app.platform.office import settings
from schema.database import Database
from schema.struct_rows import select_struct, select_structs
from sync.acknowledgements import Fork, KeptFile, SyncStatus, kept_files, open_forks, sync_status, waiting_entries
from sync.carriers import removable_drives
from sync.enrolment import EnrolmentCode, enrol_over_network, write_request
from sync.events import LineSettled
from sync.evidence import rewritten_history
from sync.forks import VersionLine, Versions, read_versions
from sync.incoming_files import Refusal, read_refusals
from sync.journal import LOCAL, Journal
from sync.keys import ValueSealer, make_sealer
from sync.nodes import Node, NodeKeys, Peer, keys_for_code, office_keys, read_peers, waiting_keys
from sync.problems import SyncError, SyncReport
from sync.runs import read_stick, sync_over_network, sync_to_folder

ExchangeState = SyncStatus
ExchangeReport = SyncReport
"""What the pages call them, which know nothing of sync."""
NO_STICK = "Flashdisk itu tidak ditemukan lagi. Colok flashdisknya, muat ulang halaman, lalu pilih lagi."


class UnusedLine(msgspec.Struct, frozen=True):
    """A line of ours that the other side stored but could not use."""

    epoch: int
    stream: str
    n: int
    kind: str
    subject: str
    reason: str
    told_at: datetime

    @property
    def place(self) -> str:
        return f"{self.epoch}/{self.stream}/{self.n}"


class CentreKey(msgspec.Struct, frozen=True):
    """Fingerprint of the centre's signing key, since when it is known here, how many went before it by announcement."""

    signer: str
    since: datetime
    followed: int


class OfficeExchange:
    """The exchange with the centre as the office's pages see it. Keys are loaded when the office has an identity.

    `waiting_lines(db)`: lines of another PC of this office, and own ones that never reached the centre.
    """

    def __init__(self, journal: Journal, data: Path, waiting_lines: Callable[[Database], int] = lambda _db: 0) -> None:
        self.journal = journal
        self.data = data
        self.waiting_lines = waiting_lines
        self.keys = data / "keys"

    def open_node(self) -> Node:
        """This PC with its keys. Raises SyncError when they are missing or damaged."""
        return self.node_with(*office_keys(self.journal.db, self.keys, self.journal.source))

    def node_with(self, keys: NodeKeys, partners: dict[str, NodeKeys] | None = None) -> Node:
        """This PC with some keys, under the office's name in files and sentences."""
        known = (settings.get_setting(self.journal.db, f"office.{key}") for key in ("short_name", "place"))
        return Node(self.journal, keys, next((str(name) for name in known if name), "Kantor"), partners or {})

    def keys_problem(self) -> str:
        """What is wrong with this PC's key files and how to go on; an empty text when nothing is."""
        try:
            if self.journal.has_identity:
                self.open_node()
        except SyncError as problem:
            return problem.sentence
        return ""

    def node_to_enrol(self, typed: str) -> Node:
        """The one that asks to be let in: with new keys for this code, if the office was enrolled there before. A
        partner that lets it in for the first time gets the keys that the others know.

        Rotation, a restored PC, a fenced one and one whose key files are damaged or gone all come this way. The keys in
        force stay so until the answer is read. Raises SyncError("code_shape").
        """
        code = EnrolmentCode.read(typed)
        again = any(
            code.address == partner.address or code.digest == partner.keys.digest() for partner in self.partners()
        )
        if not again and not self.keys_problem():
            return self.open_node()
        return self.node_with(keys_for_code(self.journal, self.keys, code.token_hash))

    def sealer(self) -> ValueSealer:
        """What seals and opens numbers that come with a partner's answer. Raises Problem without keys."""
        try:
            return make_sealer(self.open_node().keys, self.keys)
        except SyncError as problem:
            raise Problem.of("conflict", why=problem.sentence) from problem

    def partners(self) -> list[Peer]:
        return read_peers(self.journal.db)

    def node_to_read(self) -> Node:
        """This PC, or where the keys are lost with the new ones that wait for their answer. Raises SyncError."""
        try:
            return self.open_node()
        except SyncError:
            waiting = waiting_keys(self.keys, self.journal.source)
            if not waiting:
                raise
            return self.node_with(next(iter(waiting.values())))

    def state(self) -> SyncStatus:
        if self.journal.has_identity:
            return sync_status(self.journal.db)
        return SyncStatus(enrolled=False)

    def newer_entries(self) -> tuple[int, datetime | None]:
        """How many entries of a newer program wait for the update of this one, and since when."""
        if self.journal.has_identity:
            newer = waiting_entries(self.journal.db)
        else:
            newer = []
        return sum(each.count for each in newer), min((each.since for each in newer), default=None)

    def centre_key(self) -> CentreKey | None:
        """The key of the centre that is in force here."""
        retired = "(SELECT count(*) FROM road_key WHERE retired_at IS NOT NULL)"
        return select_struct(CentreKey, self.journal.db, "FROM road_key WHERE fenced_at IS NULL", followed=retired)

    def sync(self, now: datetime) -> SyncReport:
        return run_exchange(lambda: sync_over_network(self.open_node(), now))

    def write_stick(self, folder: str, now: datetime) -> SyncReport:
        return run_exchange(lambda: sync_to_folder(self.open_node(), self.chosen_stick(folder), now))

    def read_stick(self, folder: str, now: datetime) -> SyncReport:
        """Read what lies on one of :meth:`sticks`."""
        return run_exchange(lambda: read_stick(self.node_to_read(), self.chosen_stick(folder), now))

    def enrol(self, code: str, now: datetime) -> SyncReport:

        def enrol_now() -> SyncReport:
            label = enrol_over_network(self.node_to_enrol(code), code, now).centre_label
            return SyncReport(sentences=[f"Kantor ini terdaftar di {label}."])

        return run_exchange(enrol_now)

    def request_enrolment(self, code: str, folder: str, now: datetime) -> SyncReport:
        """Write the enrolment request to one of :meth:`sticks`, for an office without network."""

        def write() -> SyncReport:
            name = write_request(self.node_to_enrol(code), code, self.chosen_stick(folder), now).name
            return SyncReport(
                sentences=[f"Dokumen {name} ditulis. Bawa ke pemberi kode, lalu baca jawabannya di sini."]
            )

        return run_exchange(write)

    # -- what waits for a person ------------------------------------------------------------------------------

    def unused_lines(self) -> list[UnusedLine]:
        return select_structs(
            UnusedLine, self.journal.db, "FROM set_aside_line WHERE settled_at IS NULL ORDER BY told_at, n LIMIT 100"
        )

    def forks(self) -> list[tuple[Fork, Versions]]:
        """Stopped streams, the first place known to differ of each, with both versions."""
        first = {(fork.source, fork.epoch, fork.stream): fork for fork in reversed(open_forks(self.journal.db))}
        return [(item, read_versions(self.journal, where)) for where, item in first.items()]

    def rewritten_history(self) -> list[str]:
        return [event.sentence for event in rewritten_history(self.journal)]

    def kept_files(self) -> list[KeptFile]:
        return kept_files(self.journal.db)

    def refusals(self) -> list[Refusal]:
        """What of the centre was refused, kept, set aside or waits here, added up by reason."""
        return [refusal for peer in self.partners() for refusal in read_refusals(self.journal.db, peer.name)]

    def settle_line(self, actor: Actor, place: str, note: str, now: datetime) -> None:
        require(actor, "sync.run")
        note = required_text(note, "note", SENTENCES["done_briefly"], 300)
        with self.journal.transaction():
            line = next((unused for unused in self.unused_lines() if unused.place == place), None)
            if line is None:
                raise Problem.of("conflict", why="Catatan itu sudah diselesaikan. Muat ulang halaman.")
            body = LineSettled(line.epoch, line.stream, line.n, note)
            self.journal.record(body, subject=line.subject, actor=actor.username, at=now)

    def sticks(self) -> list[tuple[str, str]]:
        """Removable drives that are plugged in, and the office's own folder for files sent in another way."""
        return plugged_sticks(self.data)

    def chosen_stick(self, folder: str) -> Path:
        """One of :meth:`sticks` that was chosen. Raises SyncError when it is not there any more."""
        if folder not in dict(self.sticks()):
            raise SyncError("stick_missing", NO_STICK)
        return Path(folder)


def plugged_sticks(data: Path) -> list[tuple[str, str]]:
    """(folder, words): removable drives that are plugged in, and a folder in `data`, made here, in their place."""
    own = data / "stik"
    own.mkdir(parents=True, exist_ok=True)
    drives = [(str(path), f"Flashdisk {label}") for path, label in removable_drives()]
    return [*drives, (str(own), "Folder flashdisk di komputer ini")]


def case_in(line: VersionLine) -> DispatchLine | None:
    if line.kind != LINE_KIND:
        return None
    return parse_dispatch_line(line.line.decode(errors="replace"))


def run_exchange(exchange: Callable[[], SyncReport]) -> SyncReport:
    """What an exchange came to; keys that cannot be used are an answer too."""
    try:
        return exchange()
    except SyncError as problem:
        return SyncReport(problems=[problem], sentences=[problem.sentence])


def stream_words(db: Database, source: str, stream: str) -> str:
    """Whose entries a stream holds, in words of the page `Sambungan`: of this office, to a partner or from one."""
    peers = read_peers(db)
    sending = [peer.label for peer in peers if peer.name == source]
    if sending:
        return f"dari {sending[0]}"
    receiving = [peer.label for peer in peers if peer.stream_out == stream]
    if receiving:
        return f"untuk {receiving[0]}"
    if stream.partition("/")[0] == LOCAL:
        return "kantor ini"
    return "untuk mitra"


def entry_words(n: int, epoch: int) -> str:
    """`nomor 213`; the numbers begin anew after the journal was brought back from a backup, in a further epoch."""
    if epoch > 1:
        return f"nomor {n}, masa jurnal {epoch}"
    return f"nomor {n}"
