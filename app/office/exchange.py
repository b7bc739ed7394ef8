"""The exchange with the centre as the office's pages see it: keys, network, stick, and what waits for a person."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import asdict

from app.core.messages import LINE_KIND, parse_dispatch_line
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.office import settings
from schema.database import Database
from sync.acknowledgements import KeptFile, SyncStatus, kept_files, open_forks, sync_status, waiting_entries
from sync.carriers import removable_drives
from sync.enrolment import EnrolmentCode, enrol_over_network, write_request
from sync.entries import parse_utc_text
from sync.events import LineSettled
from sync.evidence import rewritten_history
from sync.forks import VersionLine, read_versions
from sync.incoming_files import Refusal, read_refusals
from sync.journal import Journal
from sync.nodes import Node, keys_for_code, keys_in_force, read_peers, waiting_keys
from sync.problems import SyncError, SyncReport
from sync.runs import read_stick, sync_over_network, sync_to_folder

STICK_FOLDER = "stik"


class ExchangeState(SyncStatus, frozen=True):
    """How the exchange stands; `waiting`: entries of a newer program."""

    waiting: int = 0
    waiting_since: datetime | None = None


class ExchangeResult(msgspec.Struct, frozen=True):
    """What an exchange came to: sentences for the officer, names of files, and whether nothing is left undone."""

    ok: bool
    sentences: Sequence[str]
    names: Sequence[str] = ()


class LineSetAside(msgspec.Struct, frozen=True):
    """A line of ours that the other side stored but could not use; `place` is epoch/stream/n."""

    place: str
    kind: str
    subject: str
    reason: str
    told_by: str
    told_at: datetime


class ForkLine(msgspec.Struct, frozen=True):
    """One line of a version: its kind, and number and name of the case where it is one."""

    n: int
    kind: str
    number: str = ""
    name: str = ""


class Fork(msgspec.Struct, frozen=True):
    """Two versions of a stream: `shared` lines alike, then what stands here and what the other side showed."""

    place: str
    source: str
    ours: bool
    found_at: datetime
    shared: int
    held: list[ForkLine]
    other: list[ForkLine]


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
        self.journal, self.data, self.waiting_lines = journal, data, waiting_lines

    def road(self) -> Node:
        """The road with this PC's keys. Raises RoadError when they are missing or damaged."""
        keys = keys_in_force(self.journal.db, self.data / "keys", self.journal.source)
        return Node(self.journal, keys, self.label())

    def label(self) -> str:
        """This office in names of files and sentences."""
        known = (settings.get_setting(self.journal.db, f"office.{key}") for key in ("short_name", "place"))
        return next((str(one) for one in known if one), "Kantor")

    def keys_problem(self) -> str:
        """What is wrong with this PC's key files and how to go on; an empty text when nothing is."""
        if not self.journal.has_identity:
            return ""
        try:
            keys_in_force(self.journal.db, self.data / "keys", self.journal.source)
        except SyncError as problem:
            return problem.sentence
        return ""

    def road_for(self, typed: str) -> Node:
        """The road that asks to be let in: with new keys for this code, if the office was enrolled before.

        Rotation, a restored PC, a fenced one and one whose key files are damaged or gone all come this way. The keys in
        force stay so until the answer is read. Raises RoadError("code_shape").
        """
        token = EnrolmentCode.read(typed).token_hash
        if not read_peers(self.journal.db) and not self.keys_problem():
            return self.road()
        return Node(self.journal, keys_for_code(self.journal, self.data / "keys", token), self.label())

    def road_to_read(self) -> Node:
        """The road, or where the keys are lost the one whose new keys wait for their answer. Raises RoadError."""
        try:
            return self.road()
        except SyncError:
            waiting = waiting_keys(self.data / "keys", self.journal.source)
            if waiting is None:
                raise
            return Node(self.journal, waiting, self.label())

    def state(self) -> ExchangeState:
        """How it stands now."""
        newer = waiting_entries(self.journal.db) if self.journal.has_identity else []
        since = min((each.since for each in newer), default=None)
        known = asdict(sync_status(self.journal.db)) if self.journal.has_identity else {"enrolled": False}
        return ExchangeState(**known, waiting=sum(each.count for each in newer), waiting_since=since)

    def centre_key(self) -> CentreKey | None:
        """The key of the centre that is in force here."""
        row = self.journal.db.one(
            "SELECT signer, since, (SELECT count(*) FROM road_key WHERE retired_at IS NOT NULL) FROM road_key"
            " WHERE fenced_at IS NULL"
        )
        return CentreKey(row[0], parse_utc_text(row[1]), row[2]) if row else None

    def sync(self, now: datetime) -> ExchangeResult:
        """One exchange over the network."""
        return told(lambda: sync_over_network(self.road(), now))

    def write_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Write what the centre lacks into a folder."""
        return told(lambda: sync_to_folder(self.road(), folder, now))

    def read_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Read what lies in a folder."""
        return told(lambda: read_stick(self.road_to_read(), folder, now))

    def enrol(self, code: str, now: datetime) -> ExchangeResult:
        """Enrol with the centre's printed code, over the network."""
        return told(
            lambda: [f"Kantor ini terdaftar di {enrol_over_network(self.road_for(code), code, now).centre_label}."]
        )

    def request_enrolment(self, code: str, folder: Path, now: datetime) -> ExchangeResult:
        """Write the enrolment request to a folder, for an office without network."""

        def write() -> list[str]:
            name = write_request(self.road_for(code), code, folder, now).name
            return [f"Berkas {name} ditulis. Bawa ke pusat cetak, lalu baca jawabannya di sini."]

        return told(write)

    # -- what waits for a person ------------------------------------------------------------------------------

    def lines_aside(self) -> list[LineSetAside]:
        """Lines of ours that the other side could not use."""
        rows = self.journal.db.run(
            "SELECT epoch, stream, n, kind, subject, reason, told_by, told_at FROM set_aside_line"
            " WHERE settled_at IS NULL ORDER BY told_at, n LIMIT 100"
        )
        return [
            LineSetAside(f"{epoch}/{stream}/{n}", kind, subject, reason, told_by, parse_utc_text(at))
            for epoch, stream, n, kind, subject, reason, told_by, at in rows
        ]

    def forks(self) -> list[Fork]:
        """Stopped streams with both versions."""
        found = {(one.source, one.epoch, one.stream): one for one in reversed(open_forks(self.journal.db))}
        return [
            Fork(
                f"{one.epoch}/{one.stream}/{one.n}",
                one.source,
                one.source == self.journal.source,
                one.found_at,
                both.shared,
                [fork_line(line) for line in both.held],
                [fork_line(line) for line in both.other],
            )
            for where, one in found.items()
            for both in [read_versions(self.journal, where)]
        ]

    def rewritten(self) -> list[str]:
        """What changed of acknowledged or anchored history."""
        return [one.sentence for one in rewritten_history(self.journal)]

    def kept_files(self) -> list[KeptFile]:
        """Files kept aside."""
        return kept_files(self.journal.db)

    def not_taken(self) -> list[Refusal]:
        """What of the centre was refused, kept, set aside or waits here, added up by reason."""
        known = read_peers(self.journal.db)
        return read_refusals(self.journal.db, known[0].name) if known else []

    def settle_line(self, actor: Actor, place: str, note: str, now: datetime) -> None:
        """Record that somebody has dealt with a line of ours."""
        require(actor, "sync.run")
        with self.journal.transaction():
            found = next((one for one in self.lines_aside() if one.place == place), None)
            epoch, stream, n = split_place(found.place if found else "", note)
            self.journal.record(
                LineSettled(epoch, stream, n, note.strip()),
                subject=found.subject if found else "",
                actor=actor.username,
                at=now,
            )

    def sticks(self) -> list[tuple[str, str]]:
        """Removable drives that are plugged in, and the office's own folder for files sent in another way."""
        own = self.data / STICK_FOLDER
        own.mkdir(parents=True, exist_ok=True)
        return [(str(path), f"Stik {label}") for path, label in removable_drives()] + [
            (str(own), "Folder stik di komputer ini")
        ]


def fork_line(line: VersionLine) -> ForkLine:
    """A line of a version with what its body says of a case."""
    case = parse_dispatch_line(line.line.decode(errors="replace")) if line.kind == LINE_KIND else None
    return ForkLine(line.n, line.kind, case.number, case.name) if case else ForkLine(line.n, line.kind)


def split_place(place: str, note: str) -> tuple[int, str, int]:
    """(epoch, stream, n) of a place that is on a list; an empty one is not. Raises Problem."""
    if not place:
        raise Problem.of("conflict", why="Catatan itu sudah diselesaikan. Muat ulang halaman.")
    if not note.strip() or len(note) > 300:
        raise Problem.of("invalid", {"note": SENTENCES["done_briefly"]})
    epoch, _, rest = place.partition("/")
    stream, _, n = rest.rpartition("/")
    return int(epoch), stream, int(n)


def told(exchange: Callable[[], SyncReport | list[str]]) -> ExchangeResult:
    """What an exchange came to, in the words of the pages; keys that cannot be used are an answer too."""
    try:
        done = exchange()
    except SyncError as problem:
        return ExchangeResult(False, [problem.sentence])
    return ExchangeResult(True, done) if isinstance(done, list) else ExchangeResult(done.ok, done.sentences, done.names)
