"""What a database must agree with besides itself: its identity, what the other side acknowledged, the marker.

Whoever can write the database can make it agree with itself. What stands here was told to somebody else, or lies
beside the file: a database that lost its last commits (a deleted WAL, an older file put back) does not fit it.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from schema.data_folder import write_whole
from schema.database import Database, SqliteDatabase, first_value
from schema.database_errors import is_environment_error
from schema.postgres import CentrePostgres
from schema.structs import decode_json
from sync.chains import ProofResult
from sync.entries import BIGGEST, StreamKey, keep_fact, last_number, read_fact, stored_hash, to_utc_text
from sync.epochs import known_epochs, open_provisional
from sync.incarnations import note_timeline, read_incarnations, renew_incarnation
from sync.journal import LOCAL, Journal
from sync.keys import SIGNING_FILE, renew_keys

TOKEN, BEGUN = "marker.token", "marker.begun"
"""Marks in the database: the token now; the token with which an epoch was opened after a return."""

RESTORED, OLDER, COPIED, MOVED = "restored", "older", "copied", "moved"
"""Why a side came back: by the command, by an older or foreign database file, by a database file without its marker,
by a data folder on another machine. `rewound` (sync/acknowledgements.py) is what a peer noticed."""

MACHINE = "LOKET_MACHINE"
"""Environment variable with another machine id, for tests."""


class Marker(msgspec.Struct, frozen=True):
    """What the file says: tokens that the database may have, the newest entry seen (id, hash in hex), the machine, and
    the token of the last return that was taken over. `incarnation` is that of a database with several processes."""

    source: str
    tokens: list[str]
    entry: int
    hash: str
    machine: str
    begun: str = ""
    incarnation: str = ""


def machine_id() -> str:
    """A hash of this machine's own id; empty where the system tells none."""
    raw = os.environ.get(MACHINE) or system_id()
    if not raw:
        return ""
    return hashlib.sha256(f"loket-machine-1 {raw}".encode()).hexdigest()[:32]


def system_id() -> str:
    if sys.platform == "win32":
        return windows_id()
    return linux_id()


def linux_id() -> str:
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
    return ""


def windows_id() -> str:
    registry: Any = import_module("winreg")
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(registry.QueryValueEx(key, "MachineGuid")[0])
    except OSError:
        return ""


def marker_beside(database: Path) -> Path:
    return database.with_suffix(".penanda")


def read_marker(path: Path) -> Marker | None:
    try:
        return decode_json(path.read_bytes(), Marker)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


# -- at the start ----------------------------------------------------------------------------------------------


def begin_session(journal: Journal, path: Path, keys: Path, now: datetime, machine: str | None = None) -> str:
    """At each start of a side that was founded: notice a return, open its epoch, renew the marker. Returns the cause.

    An office on another machine makes new keys; a centre keeps its own, so that no office is cut off.
    """
    if machine is None:
        own_machine = machine_id()
    else:
        own_machine = machine
    cause = return_cause(journal.db, read_marker(path), own_machine)
    if cause:
        if cause == MOVED and not is_centre(journal):
            renew_keys(keys, journal.source)
        open_return_epoch(journal, cause, now)
    with disk_failure_ignored():
        renew_marker(journal, path, own_machine)
    return cause


@contextmanager
def disk_failure_ignored() -> Iterator[None]:
    """A full, locked or read-only disk costs the marker its news, never a start: the old tokens go on being right."""
    try:
        yield
    except Exception as error:
        if not (isinstance(error, OSError) or is_environment_error(error)):
            raise


def return_cause(db: Database, known: Marker | None, machine: str) -> str:
    """Why this database cannot simply go on, or an empty text."""
    token = read_fact(db, TOKEN)
    begun = token and token == read_fact(db, BEGUN)
    if begun and (known is None or known.begun != token):
        return ""  # its epoch was opened when it came back; nobody has worked with it since
    if known is None:
        return COPIED if token else ""  # neither: the first start, or data of a program without markers
    if known.machine and machine and known.machine != machine:
        return MOVED
    if token not in known.tokens or not has_marked_entry(db, known):
        return OLDER
    return ""


def has_marked_entry(db: Database, known: Marker) -> bool:
    digest = first_value(db, "SELECT hash FROM journal WHERE id = ?", (known.entry,)) or b""
    return known.entry == 0 or bytes(digest).hex() == known.hash


def is_centre(journal: Journal) -> bool:
    """Whether this is the side that grants epochs: an office's code is a number."""
    return not journal.source.isdigit()


def open_return_epoch(journal: Journal, cause: str, now: datetime, seen: str = "") -> None:
    """Open a provisional epoch and note with the database that this was done. Raises SyncError("epoch_full").

    `seen`: the incarnation that a process saw and the database lost.
    """
    with journal.transaction():
        token = secrets.token_hex(16)
        open_provisional(journal, cause, now)
        keep_fact(journal.db, TOKEN, token)
        keep_fact(journal.db, BEGUN, token)
        if isinstance(journal.db, CentrePostgres):
            renew_incarnation(journal.db, [seen])
            note_timeline(journal.db)


# -- while it runs, and at its end -----------------------------------------------------------------------------


def renew_marker(journal: Journal, path: Path, machine: str | None = None) -> None:
    """A new token in file and database; at each start and clean stop of a side that was founded."""
    token = secrets.token_hex(16)
    with journal.transaction():
        journal.db.hold("marker")
        write_marker(journal, path, [read_fact(journal.db, TOKEN), token], machine)
        keep_fact(journal.db, TOKEN, token)
    update_marker(journal, path, machine)


def update_marker(journal: Journal, path: Path, machine: str | None = None) -> None:
    """Let the marker name the newest entry; once a minute while the program runs."""
    with journal.transaction():
        journal.db.hold("marker")
        write_marker(journal, path, [read_fact(journal.db, TOKEN)], machine)


def carry_token(newer: Database, older: Database) -> None:
    """Let an older database file with the same entries go on where a newer one stood: it answers to the same marker."""
    keep_fact(older, TOKEN, read_fact(newer, TOKEN))


def write_marker(journal: Journal, path: Path, tokens: list[str], machine: str | None) -> None:
    row = journal.db.one("SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1")
    if row:
        entry = int(row[0])
        digest = bytes(row[1]).hex()
    else:
        entry = 0
        digest = ""
    if machine is None:
        own_machine = machine_id()
    else:
        own_machine = machine
    begun = read_fact(journal.db, BEGUN)
    taken_over = "" if begun in tokens[:1] and len(tokens) > 1 else begun  # not before the new token is committed
    incarnation = "".join(read_incarnations(journal.db)[-1:])
    made = msgspec.json.encode(Marker(journal.source, tokens, entry, digest, own_machine, taken_over, incarnation))
    if not path.exists() or path.read_bytes() != made:
        write_whole(path, made, 0o600)


# -- after a restore -------------------------------------------------------------------------------------------


def begin_after_restore(journal: Journal, keys: Path, now: datetime) -> None:
    """The one call after a restored database is in place (or just before, on the file that will be put in place).

    Opens an epoch that no other PC restored from the same backup shares, and makes new keys; a centre that still has
    its keys keeps them. The side works at once; an office sends after a new enrolment code. The marker is written by
    the next start. Calling it twice costs a number. Raises SyncError("epoch_full") and OSError.
    """
    open_return_epoch(journal, RESTORED, now)
    if not (is_centre(journal) and (keys / SIGNING_FILE).exists()):
        renew_keys(keys, journal.source)


LOST = (
    "Basis data lebih tua daripada penandanya (dokumen .penanda): catatan terakhir hilang, WAL terhapus, atau dokumen "
    "lain dipasang."
)


def prove_evidence(db: Database, marker: Marker | None, verdict: ProofResult) -> None:
    source = read_fact(db, "source")
    epoch = read_fact(db, "epoch")
    verdict.faults += identity_faults(db, source, epoch) + acknowledged_faults(db, source, epoch)
    if marker is not None and return_cause(db, marker, "") == OLDER:  # after a restore a new epoch is open
        verdict.faults.append(LOST)


def identity_faults(db: Database, source: str, epoch: str) -> list[str]:
    """Name and epoch of this side are those under which it wrote last, and every epoch of ours was opened."""
    row = db.one("SELECT source, epoch FROM journal WHERE seq IS NOT NULL ORDER BY id DESC LIMIT 1")
    if row is None:
        return []
    faults = []
    if (source, epoch) != (row[0], str(row[1])):
        faults.append(
            f"Identitas ({source}, epos {epoch}) bukan yang terakhir menulis jurnal ({row[0]}, epos {row[1]})."
        )
    for written in known_epochs(db, row[0]):
        opened = "SELECT 1 FROM journal WHERE subject = ? AND kind = 'epoch.opened' AND seq IS NOT NULL AND n = 1"
        if db.one(opened, (f"epoch/{row[0]}/{written}",)) is None and has_written_in(db, row[0], written):
            faults.append(f"Epos {written} tidak pernah dibuka di jurnal.")
    return faults


def has_written_in(db: Database, source: str, epoch: int) -> bool:
    """Whether this side wrote in an epoch itself: lines of ours that only came back were opened in an earlier life."""
    sql = "SELECT 1 FROM journal WHERE source = ? AND epoch = ? AND seq IS NOT NULL LIMIT 1"
    return db.one(sql, (source, epoch)) is not None


def acknowledged_faults(db: Database, source: str, epoch: str) -> list[str]:
    """What the other side signed for in this epoch is still here; whether it is the same says `sync.evidence`.

    A closed epoch may lack lines: they were lost with a PC, and come back from the other side.
    """
    rows = db.run(
        "SELECT peer, epoch, stream, n FROM road_ack WHERE origin = ? AND n > 0 ORDER BY peer, epoch, stream",
        (source,),
    )
    return [
        f"{peer} sudah mengakui baris {signed_in}/{stream}/{n}, tetapi di sini baris itu tidak ada."
        for peer, signed_in, stream, n in list(rows)
        if str(signed_in) == epoch and not stored_hash(db, (source, signed_in, stream), n)
    ]


def read_own_marker(db: Database) -> Marker | None:
    """The marker beside a database file, read before the moment that is proved; PostgreSQL has none beside it."""
    if not isinstance(db, SqliteDatabase):
        return None
    return read_marker(marker_beside(Path(str(db.database))))


ANCHOR_KIND = "heads.anchored"
ANCHOR_SUBJECT = "anchor"
REWRITTEN = (
    "Jalur {source} {epoch}/{stream} ditulis ulang: sampai catatan {agreed} sama dengan yang {by}, tetapi catatan "
    "{first} sampai {n} tidak. Yang pertama berbeda paling awal catatan {first} ({kind})."
)
CONTRADICTS = (
    "Kode pengaman harian {source} bertentangan: {line} menyebut catatan {n}, tidak cocok dengan {before} sebelumnya."
)
ACKED = "sudah diakui pihak lain"
ANCHORED = "dikunci kode pengaman harian"


class Rewritten(msgspec.Struct, frozen=True):
    """A stream whose chain is no longer the one that was agreed: alike up to `agreed`, different at `n`.

    `kind`: of our first entry after `agreed`; `by`: an acknowledgement or an anchor, in words.
    """

    source: str
    epoch: int
    stream: str
    agreed: int
    n: int
    kind: str
    by: str

    @property
    def sentence(self) -> str:
        return REWRITTEN.format(
            source=self.source,
            epoch=self.epoch,
            stream=self.stream,
            agreed=self.agreed,
            first=self.agreed + 1,
            n=self.n,
            kind=self.kind,
            by=self.by,
        )


class Anchor(msgspec.Struct, frozen=True):
    n: int
    hash: str


# -- acknowledgements -------------------------------------------------------------------------------------------


def keep_checkpoint(db: Database, peer: str, where: StreamKey, n: int, digest: bytes, now: datetime) -> None:
    db.run(
        "INSERT INTO road_checkpoint (peer, source, epoch, stream, n, hash, said_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, source, epoch, stream, n, hash) DO NOTHING",
        (peer, *where, n, digest, to_utc_text(now)),
    )


CHECKED = (
    "SELECT c.n, j.hash IS NOT NULL AND j.hash = c.hash FROM road_checkpoint c LEFT JOIN journal j"
    " ON j.source = c.source AND j.epoch = c.epoch AND j.stream = c.stream AND j.n = c.n"
    " WHERE c.source = ? AND c.epoch = ? AND c.stream = ? ORDER BY c.n"
)
"""(n, whether our chain is what was signed) of every kept place of a stream."""


def rewritten_streams(db: Database, *, whole: bool) -> list[Rewritten]:
    """Streams whose acknowledged lines changed. `whole`: every kept place; else the newest of each stream first.

    A place beyond our last line is a loss (a restore), not a rewriting, and is left to the exchange.
    """
    rewritten = []
    for where in signed_streams(db):
        last = last_number(db, where)
        if not whole and newest_agrees(db, where, last):
            continue
        places = [(n, bool(same)) for n, same in db.run(CHECKED, where) if n <= last]
        if difference := first_rewritten(db, where, places, ACKED):
            rewritten.append(difference)
    return rewritten


NEXT_STREAM = (
    "SELECT source, epoch, stream FROM road_checkpoint WHERE (source, epoch, stream, n) > (?, ?, ?, ?)"
    " ORDER BY source, epoch, stream, n LIMIT 1"
)


def signed_streams(db: Database) -> Iterator[StreamKey]:
    """Every stream of which something was signed, by jumping along the index from the end of one to the next: a stream
    has a row for each exchange."""
    row = db.one(NEXT_STREAM, ("", 0, "", 0))
    while row:
        where = (str(row[0]), int(row[1]), str(row[2]))
        yield where
        row = db.one(NEXT_STREAM, (*where, BIGGEST))


NEWEST_SIGNED = (
    "SELECT n, hash FROM road_checkpoint WHERE source = ? AND epoch = ? AND stream = ? AND n = (SELECT max(n)"
    " FROM road_checkpoint WHERE source = ? AND epoch = ? AND stream = ? AND n <= ?)"
)
"""What was signed of the newest place that we have: one hash, unless two of them contradict each other."""


def newest_agrees(db: Database, where: StreamKey, last: int) -> bool:
    """Asked without a join: a join begins with the whole stream of the journal where the database has no statistics."""
    signed = list(db.run(NEWEST_SIGNED, (*where, *where, last)))
    return all(stored_hash(db, where, n) == bytes(digest) for n, digest in signed)


KIND_AT = "SELECT kind FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"


def first_rewritten(db: Database, where: StreamKey, places: list[tuple[int, bool]], by: str) -> Rewritten | None:
    agreed_n = 0
    for n, same in places:
        if not same:
            return Rewritten(*where, agreed_n, n, str(first_value(db, KIND_AT, (*where, agreed_n + 1)) or "?"), by)
        agreed_n = n
    return None


# -- anchors ----------------------------------------------------------------------------------------------------


def read_anchors(db: Database, newest: int = 0) -> Iterator[tuple[str, int, str, Anchor]]:
    """(source, epoch, entry, what it says) of the anchors in our journal, oldest first; `newest`: so many only."""
    sql = (
        "SELECT j.id, j.source, j.epoch, j.stream, j.n, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.subject = ? AND j.kind = ? AND j.verdict = 'stored' ORDER BY j.id"
    )
    params: tuple[Any, ...] = (ANCHOR_SUBJECT, ANCHOR_KIND)
    if newest:
        sql = sql + " DESC LIMIT ?"
        params = (*params, newest)
    for _, source, epoch, stream, n, body in sorted(db.run(sql, params), key=lambda row: (*row[1:3], row[4])):
        try:
            yield source, epoch, f"{epoch}/{stream}/{n}", msgspec.json.decode(bytes(body), type=Anchor)
        except msgspec.MsgspecError:
            continue


def rewritten_anchored_streams(journal: Journal, *, whole: bool) -> list[Rewritten]:
    """Our own stream that stays here, against what was anchored of it at the other side, epoch by epoch.

    What was anchored beyond the end of an epoch that a return closed is lost, and told as such; it is no rewriting.
    """
    epochs: dict[int, list[tuple[int, bool]]] = {}
    newest = 0 if whole else 1
    for source, epoch, _, anchor in read_anchors(journal.db, newest):
        lost = epoch < journal.epoch and anchor.n > last_number(journal.db, (source, epoch, LOCAL))
        if source == journal.source and anchor.n and not lost:
            held = stored_hash(journal.db, (source, epoch, LOCAL), anchor.n)
            epochs.setdefault(epoch, []).append((anchor.n, held.hex() == anchor.hash))
    if not whole and any(not same for places in epochs.values() for _, same in places):
        return rewritten_anchored_streams(journal, whole=True)
    rewritten = []
    for epoch, places in epochs.items():
        if difference := first_rewritten(journal.db, (journal.source, epoch, LOCAL), places, ANCHORED):
            rewritten.append(difference)
    return rewritten


def contradicting_anchors(journal: Journal) -> list[str]:
    """Sentences for anchors of another side that cannot all be true: a head that went back, or two under one number."""
    by_stream: dict[tuple[str, int], list[tuple[str, Anchor]]] = {}
    for source, epoch, line, anchor in read_anchors(journal.db):
        if source != journal.source:
            by_stream.setdefault((source, epoch), []).append((line, anchor))
    return [
        contradiction_sentence(source, line, later.n, before)
        for (source, _), said in by_stream.items()
        for (before, earlier), (line, later) in pairwise(said)
        if anchors_contradict(earlier, later)
    ]


def anchors_contradict(earlier: Anchor, later: Anchor) -> bool:
    """Whether two anchors of an epoch, told in this order, cannot both be true."""
    return later.n < earlier.n or (later.n == earlier.n and later.hash != earlier.hash)


def contradiction_sentence(source: str, line: str, n: int, before: str) -> str:
    """Says that an anchor at `line` names the entry `n` and does not fit the one at `before`."""
    return CONTRADICTS.format(source=source, line=line, n=n, before=before)


# -- both -------------------------------------------------------------------------------------------------------


def rewritten_history(journal: Journal, *, whole: bool = False) -> list[Rewritten]:
    return rewritten_streams(journal.db, whole=whole) + rewritten_anchored_streams(journal, whole=whole)


def history_faults(journal: Journal) -> list[str]:
    """All that contradicts what was signed and anchored, as sentences, for the proof of the journal."""
    rewritten = [difference.sentence for difference in rewritten_history(journal, whole=True)]
    return rewritten + contradicting_anchors(journal)
