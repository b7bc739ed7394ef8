"""The power goes off at a write, a sync or a truncate: what is then on the disk must open and hold every commit.

SQLite runs over a layer that writes down each operation on the database and its WAL. An image is what a disk may hold
at one of these moments: all that was synced, and of the rest a random part, the last write perhaps torn at a sector.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import apsw

from app import compose
from schema.database import Row, SqliteDatabase, open_office
from schema.migrations import Side, migrate_database
from sync.entries import GENESIS, link_hash
from sync.verification import tables_digest
from tests.proof.pair import Pair, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker

SECTOR = 512
VFS_NAME = "loket-power"
SUFFIXES = ("-wal", "-journal")
DEEDS_FOR_POINTS = 8
"""One deed of the stage for so many points: a deed makes many times as many operations."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that SQLite asked of a file: `write` (offset, data), `truncate` (offset), `sync` or `delete`."""

    suffix: str
    what: str
    offset: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that returned after so many operations: last journal id, digest of the official tables."""

    operations: int
    last: int
    digest: str


@dataclass
class Disk:
    """What one database's files were told, in order, and the commits in between."""

    operations: list[Operation] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)


class RecordingFile(apsw.VFSFile):
    """A file that writes down what it is told before it does it."""

    def __init__(self, disk: Disk, suffix: str, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self.disk, self.suffix = disk, suffix

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self.disk.operations.append(Operation(self.suffix, "write", offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self.disk.operations.append(Operation(self.suffix, "truncate", newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.operations.append(Operation(self.suffix, "sync"))
        super().xSync(flags)


class RecordingVFS(apsw.VFS):
    """Opens the database under `path` and the files beside it as recording files."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path, self.disk = str(path), disk
        super().__init__(VFS_NAME, "unix")

    def suffix_of(self, name: str) -> str | None:
        """ "" for the database, `-wal` or `-journal` for what stands beside it, None for other files."""
        rest = name.removeprefix(self.path)
        return rest if rest != name and rest in ("", *SUFFIXES) else None

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        text = name.filename() if isinstance(name, apsw.URIFilename) else name
        suffix = self.suffix_of(text) if text else None
        return super().xOpen(name, flags) if suffix is None else RecordingFile(self.disk, suffix, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        suffix = self.suffix_of(filename)
        super().xDelete(filename, syncdir)
        if suffix is not None:
            self.disk.operations.append(Operation(suffix, "delete"))


class RecordingDatabase(SqliteDatabase):
    """An office's or centre's database over the recording layer; each commit is noted with what it left."""

    def __init__(self, path: Path, disk: Disk, synchronous: str = "FULL") -> None:
        self.disk, self.durability = disk, synchronous
        super().__init__(path, vfs=VFS_NAME)

    def _add_conn_hooks(self, conn: apsw.Connection) -> None:
        conn.execute("PRAGMA locking_mode=EXCLUSIVE")  # WAL without shared memory, which no such layer sees
        super()._add_conn_hooks(conn)
        conn.execute(f"PRAGMA synchronous={self.durability}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """As everywhere; the outermost one notes the commit."""
        outermost = not self.in_transaction()
        with super().writing():
            yield
        if outermost and self.one("SELECT 1 FROM sqlite_master WHERE name = 'beside'"):
            last = self.one("SELECT coalesce(max(id), 0) FROM journal")
            self.disk.commits.append(Commit(len(self.disk.operations), last[0] if last else 0, tables_digest(self)))


# -- images ----------------------------------------------------------------------------------------------------


class Files:
    """The files as the disk holds them for certain, and what is still on its way there."""

    def __init__(self) -> None:
        self.certain: dict[str, bytearray] = {}
        self.pending: list[Operation] = []

    def follow(self, operation: Operation) -> None:
        """One operation more: a sync makes everything before it certain for its own file, and earlier deletions:
        SQLite flushes the folder with the first sync of the WAL."""
        if operation.what != "sync":
            self.pending.append(operation)
            return
        waiting, self.pending = self.pending, []
        for earlier in waiting:
            if earlier.what == "delete" or earlier.suffix == operation.suffix:
                change(self.certain, earlier)
            else:
                self.pending.append(earlier)

    def image(self, chance: random.Random) -> dict[str, bytes]:
        """What the disk may hold now."""
        files = {suffix: bytearray(content) for suffix, content in self.certain.items()}
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for operation in self.pending:
            if chance.random() <= share:
                change(files, torn(operation, chance) if operation is self.pending[-1] else operation)
        return {suffix: bytes(content) for suffix, content in files.items()}


def torn(operation: Operation, chance: random.Random) -> Operation:
    """The same write, perhaps cut at a sector."""
    sectors = len(operation.data) // SECTOR
    if operation.what != "write" or sectors < 2 or chance.random() < 0.5:
        return operation
    return Operation(operation.suffix, "write", operation.offset, operation.data[: SECTOR * chance.randint(1, sectors)])


def change(files: dict[str, bytearray], operation: Operation) -> None:
    """Carry out an operation on file contents."""
    if operation.what == "delete":
        files.pop(operation.suffix, None)
        return
    content = files.setdefault(operation.suffix, bytearray())
    end = operation.offset + len(operation.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if operation.what == "truncate":
        del content[operation.offset :]
    else:
        content[operation.offset : end] = operation.data


# -- the proof -------------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """`lost`: images that lack a commit which had returned; `damaged`: images that do not open, hold half a commit or
    do not go on; `faults`: the first of them, by side, operation and what was wrong."""

    points: int = 0
    entries: int = 0
    lost: int = 0
    damaged: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        """Whether nothing was found, and something was looked at."""
        return bool(self.points) and not self.lost and not self.damaged

    def line(self, seed: int) -> str:
        """The figures on one line."""
        return (
            f"power: seed {seed}, points {self.points}, entries {self.entries}, lost {self.lost},"
            f" damaged {self.damaged}"
        )


def prove_power(folder: Path, points: int, seed: int, synchronous: str = "FULL") -> Figures:
    """Work on both sides, each in turn over the recording layer, and look at random images of its disk."""
    figures = Figures()
    sides: tuple[Side, Side] = ("office", "centre")
    for number, side in enumerate(sides):
        chance = random.Random(f"{seed}/{side}")
        place = folder / side
        disk = record(place, side, chance, max(40, points // DEEDS_FOR_POINTS), synchronous)
        share = points // 2 if number else points - points // 2
        figures.entries += disk.commits[-1].last
        look(disk, side, truth_of(place, side), folder / f"{side}-image.sqlite3", share, chance, figures)
    return figures


def record(folder: Path, side: Side, chance: random.Random, deeds: int, synchronous: str) -> Disk:
    """Found both sides and let them work, with one side's disk written down."""
    disk = Disk()
    layer = RecordingVFS(database_of(folder, side), disk)
    try:
        stage: Pair = pair(
            folder,
            durable=True,
            opened={side: lambda place: RecordingDatabase(place / compose.FILES[side], disk, synchronous)},
        )
        worker = Worker(stage, chance)
        for _ in range(deeds):
            worker.step(DEEDS, 3)
        stage.sync()
        stage.close()
    finally:
        layer.unregister()
    return disk


def database_of(folder: Path, side: Side) -> Path:
    """Where the pair keeps a side's database."""
    return folder.resolve() / ("kantor" if side == "office" else "pusat") / compose.FILES[side]


def truth_of(folder: Path, side: Side) -> dict[int, bytes]:
    """Journal id → hash of the whole work, which no power cut disturbed."""
    db = open_office(database_of(folder, side))
    try:
        return {row[0]: bytes(row[1]) for row in db.run("SELECT id, hash FROM journal")}
    finally:
        db.close()


def look(
    disk: Disk, side: Side, truth: dict[int, bytes], path: Path, points: int, chance: random.Random, figures: Figures
) -> None:
    """Make the images of some moments, the same moment now and then twice, and judge each."""
    moments = sorted(chance.choices(range(1, len(disk.operations) + 1), k=points))
    files, reached = Files(), 0
    steps = iter(disk.operations)
    for moment in moments:
        for operation in islice(steps, moment - reached):
            files.follow(operation)
        reached = moment
        figures.points += 1
        fault = judge(files.image(chance), disk, moment, side, truth, path)
        if fault:
            figures.lost += fault == LOST
            figures.damaged += fault != LOST
            figures.faults.append(f"{side}, operation {moment} of {len(disk.operations)}: {fault}")


LOST = "a commit that had returned is gone"


def judge(image: dict[str, bytes], disk: Disk, moment: int, side: Side, truth: dict[int, bytes], path: Path) -> str:
    """What is wrong with an image, or an empty text."""
    for suffix in ("", *SUFFIXES, "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    for suffix, content in image.items():
        path.with_name(path.name + suffix).write_bytes(content)
    returned = [commit for commit in disk.commits if commit.operations <= moment]
    db: SqliteDatabase | None = None
    try:
        db = open_office(path)
        return judge_opened(db, side, returned, disk.commits[len(returned) : len(returned) + 1], truth)
    except Exception as error:  # noqa: BLE001 - whatever it is, the image did not open
        return f"{type(error).__name__}: {error}"
    finally:
        if db is not None:
            db.close()


def judge_opened(
    db: SqliteDatabase, side: Side, returned: list[Commit], under_way: list[Commit], truth: dict[int, bytes]
) -> str:
    """Pages, journal and tables of an image: just a commit that returned last, or the one under way."""
    if db.one("PRAGMA integrity_check(1)") != ("ok",):
        return "the pages do not hold together"
    if returned and not db.one("SELECT 1 FROM sqlite_master WHERE name = 'journal'"):
        return LOST
    if not returned:  # the first commits lay the tables; here it is enough that the program goes on laying them
        migrate_database(db, side)
        return ""
    last: Row = db.one("SELECT coalesce(max(id), 0) FROM journal") or (0,)
    if last[0] < returned[-1].last:
        return LOST
    if last[0] not in {one.last for one in (returned[-1], *under_way)}:
        return "half a commit is there"
    if {row[0]: bytes(row[1]) for row in db.run("SELECT id, hash FROM journal")} != {
        number: sha for number, sha in truth.items() if number <= last[0]
    }:
        return "the journal holds something else"
    if tables_digest(db) not in {one.digest for one in (returned[-1], *under_way)}:
        return LOST if not under_way else "the tables are those of no commit"
    return check_bodies(db)


def check_bodies(db: SqliteDatabase) -> str:
    """Hash the newest entries once more from their bytes."""
    rows = list(
        db.run(
            "SELECT j.source, j.epoch, j.stream, j.n, j.head, b.body, j.hash FROM journal j"
            " LEFT JOIN journal_body b ON b.id = j.id ORDER BY j.id DESC LIMIT 5"
        )
    )
    for source, epoch, stream, n, head, body, stored in rows:
        before = db.one(
            "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
            (source, epoch, stream, n - 1),
        )
        previous = bytes(before[0]) if before else GENESIS
        if link_hash(previous, bytes(head), bytes(body or b"")) != bytes(stored):
            return "an entry does not match its hash"
    return ""
