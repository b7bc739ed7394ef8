"""Every stream hashed again, and what stands beside the hash compared with the hashed bytes.

Our own local streams come first: their entries say which lines were received, which wait and which bodies were
destroyed, so that every other row can be judged by what is chained.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schema.database import Database
from sync.events import BodyDestroyed, EntriesCaughtUp, EntriesReceived
from sync.journal import LOCAL, Entry, Journal, JournalError, Tail
from sync.line import GENESIS, Head, link_digest, read_head, stamp
from sync.receiving import CLOCKS
from sync.verdict import Place, StreamKey, Verdict

BODIES_DESTROYED = "body"
"""Subject of every `body.destroyed`, so that they are found by an index."""

ROWS = (
    "SELECT j.n, j.lane, j.seq, j.kind, j.subject, j.at, j.clock, j.head, j.hash, j.verdict, b.body FROM journal j"
    " LEFT JOIN journal_body b ON b.id = j.id WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n > ?"
    " ORDER BY j.n"
)


BESIDE = ("kind", "subject", "at", "clock", "lane", "seq", "verdict")
"""Columns of the journal that repeat what the chain holds."""


class Row(msgspec.Struct, frozen=True):
    """One row of the journal with its body (None: none is held)."""

    n: int
    lane: str
    seq: int | None
    kind: str
    subject: str
    at: str
    clock: str
    head: bytes
    hash: bytes
    verdict: str
    body: bytes | None


class Intake(msgspec.Struct, frozen=True):
    """Lines first..last that one `entries.received` of ours names; `at` as stored, `aside` were set aside."""

    first: int
    last: int
    lane: str
    at: str
    aside: frozenset[int]


@dataclass
class Declared:
    """What our own chained entries say of other rows."""

    destroyed: dict[Place, tuple[bytes, bytes]] = field(default_factory=dict)
    intakes: dict[StreamKey, list[Intake]] = field(default_factory=dict)
    waiting: set[Place] = field(default_factory=set)

    def note(self, entry: Entry, lane: str) -> None:
        """Take in one entry of our own."""
        body = entry.body
        if isinstance(body, EntriesReceived):
            key = (body.origin, body.epoch, body.stream)
            self.waiting |= {(*key, n) for n in body.waiting}
            one = Intake(body.first, body.last, lane, stamp(entry.at), frozenset(body.set_aside))
            insort(self.intakes.setdefault(key, []), one, key=lambda known: known.first)
        elif isinstance(body, EntriesCaughtUp):
            self.waiting -= {(body.origin, *place_of(line)) for line in body.lines}

    def intake(self, key: StreamKey, n: int) -> Intake | None:
        """Which of our entries names a received line."""
        known = self.intakes.get(key, [])
        at = bisect_right(known, n, key=lambda one: one.first) - 1
        return known[at] if at >= 0 and n <= known[at].last else None


def place_of(line: str) -> tuple[int, str, int]:
    """(epoch, stream, n) of `epoch/stream/n`. Raises ValueError."""
    epoch, rest = line.split("/", 1)
    stream, n = rest.rsplit("/", 1)
    return int(epoch), stream, int(n)


# -- streams ---------------------------------------------------------------------------------------------------


def streams(db: Database) -> list[StreamKey]:
    """Every (source, epoch, stream) of the journal, by jumping along its index: there are few, its entries are many."""
    found: list[StreamKey] = []
    last: StreamKey = ("", 0, "")
    sql = ("SELECT source, epoch, stream FROM journal WHERE (source, epoch, stream) > (?, ?, ?)"
           " ORDER BY source, epoch, stream LIMIT 1")  # fmt: skip
    while row := db.one(sql, last):
        last = (row[0], row[1], row[2])
        found.append(last)
    return found


def is_local(key: StreamKey, source: str) -> bool:
    """Whether a stream is our own and stays here."""
    return key[0] == source and (key[2] == LOCAL or key[2].startswith(LOCAL + "/"))


def check_chains(
    journal: Journal, verdict: Verdict, since: Mapping[StreamKey, Tail] | None = None
) -> Declared:
    """Hash every stream from `since` on (from its beginning where nothing is known of it); what our entries declare."""
    db, since = journal.db, since or {}
    source = own_source(db)
    declared = Declared(declared_destroyed(journal))
    for key in sorted(streams(db), key=lambda one: (not is_local(one, source), one)):
        verdict.heads[key] = check_stream(journal, key, since.get(key, Tail(0, GENESIS)), declared, verdict)
        verdict.streams += 1
    return declared


def own_source(db: Database) -> str:
    """Our own name as the database has it now; empty before the set-up."""
    row = db.one("SELECT value FROM identity WHERE key = 'source'")
    return str(row[0]) if row else ""


def check_stream(journal: Journal, key: StreamKey, start: Tail, declared: Declared, verdict: Verdict) -> Tail:
    """One stream from a proved place on; the first fault of each sort is named. Returns where it ends."""
    name, last, said = f"{key[0]} {key[1]}/{key[2]}", start, set[str]()

    def tell(sort: str, sentence: str) -> None:
        if sort not in said:
            said.add(sort)
            verdict.faults.append(sentence)

    for row in rows_after(journal.db, key, start.n):
        verdict.entries += 1
        n = last.n + 1
        if row.n != n:
            tell("chain", f"Rantai jurnal {name} putus pada baris {n}: nomor barisnya meloncat.")
        elif hash_of(row, last.hash, declared.destroyed.get((*key, n))) != row.hash:
            tell("chain", f"Rantai jurnal {name} putus pada baris {n}: isinya tidak cocok dengan sidiknya.")
        intake = declared.intake(key, row.n)
        if column := wrong_column(row, key, intake):
            tell("column", f"Kolom {column} pada baris {name}/{row.n} tidak cocok dengan isi yang berantai.")
        if intake is None and (fault := testimony(journal, row, declared)):
            tell("testimony", fault)
        last = Tail(row.n, row.hash)
    return last


def hash_held(db: Database, key: StreamKey, n: int) -> bytes:
    """Hash of an entry that is held; the beginning of every chain for number 0, nothing where it is missing."""
    if n == 0:
        return GENESIS
    row = db.one(
        "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", (*key, n)
    )
    return bytes(row[0]) if row else b""


def rows_after(db: Database, key: StreamKey, after: int) -> Iterator[Row]:
    """Rows of a stream after a number, in order."""
    for n, lane, seq, kind, subject, at, clock, head, digest, verdict, body in db.run(ROWS, (*key, after)):
        held = None if body is None else bytes(body)
        yield Row(n, lane, seq, kind, subject, at, clock, bytes(head), bytes(digest), verdict, held)


def hash_of(row: Row, previous: bytes, destroyed: tuple[bytes, bytes] | None) -> bytes:
    """What the hash of a row must be. The digest of a destroyed body stands in the entry that destroyed it."""
    if destroyed is not None:
        return link_digest(previous, row.head, destroyed[1])
    return link_digest(previous, row.head, hashlib.sha256(row.body or b"").digest())


def testimony(journal: Journal, row: Row, declared: Declared) -> str:
    """Take in what an entry of our own declares, and compare what it testifies. A sentence, or nothing."""
    kind = journal.kinds.get(row.kind)
    if kind is None or not (kind.proved_by or kind.body in (EntriesReceived, EntriesCaughtUp)):
        return ""
    try:
        entry = journal.decode(row.head, row.body or b"")
    except (JournalError, ValueError):
        return f"Baris {row.kind} nomor {row.n} tidak dapat dibaca."
    declared.note(entry, row.lane)
    return kind.proved_by(journal.db, entry) if kind.proved_by else ""


# -- columns beside the hash -----------------------------------------------------------------------------------


def wrong_column(row: Row, key: StreamKey, intake: Intake | None) -> str:
    """Name of the first column that differs from the hashed head, or from what our entry says of a received line."""
    try:
        head = read_head(row.head)
    except ValueError:
        head = None
    here = {name: getattr(row, name) for name in BESIDE}
    if intake is not None:
        wanted = received_columns(row, head, intake)
    else:
        wanted = [own_columns(head)] if head and (head.source, *place_in(head)) == (*key, row.n) else []
    if here in wanted:
        return ""
    return next((name for name in here if wanted and here[name] != wanted[0][name]), "head")


def place_in(head: Head) -> tuple[int, str, int]:
    """Where a head says it stands; nowhere when it cannot be read."""
    try:
        return head.place
    except ValueError:
        return 0, "", 0


def own_columns(head: Head) -> dict[str, Any]:
    """The columns of an entry of our own."""
    return {"kind": head.type, "subject": head.subject, "at": head.time, "clock": head.clock, "lane": head.lane,
            "seq": head.seq, "verdict": "stored"}  # fmt: skip


def received_columns(row: Row, head: Head | None, intake: Intake) -> list[dict[str, Any]]:
    """The columns that a received line may have: what its head says, or nothing where it could not be read."""
    verdict = "set_aside" if row.n in intake.aside else "stored"
    beside = {"lane": intake.lane, "seq": None, "verdict": verdict}
    unread = {"kind": "?", "subject": "", "at": intake.at, "clock": "unsure"} | beside
    if head is None:
        return [unread]
    clock = head.clock if head.clock in CLOCKS else "unsure"
    read = {"kind": head.type, "subject": head.subject, "at": head.time, "clock": clock} | beside
    return [read, unread] if verdict == "set_aside" else [read]


# -- rows that our entries must name ---------------------------------------------------------------------------


def declared_destroyed(journal: Journal) -> dict[Place, tuple[bytes, bytes]]:
    """Place -> (redacted body, SHA-256 of the body that went), from our own `body.destroyed`."""
    found: dict[Place, tuple[bytes, bytes]] = {}
    rows = journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.subject = ? AND j.seq IS NOT NULL ORDER BY j.id",
        (BODIES_DESTROYED,),
    )
    for head, text in rows:
        try:
            body = journal.decode(bytes(head), bytes(text)).body
        except (JournalError, ValueError):
            continue  # its own stream names it
        if isinstance(body, BodyDestroyed):
            for one in body.bodies:
                place = (one.source, one.epoch, one.stream, one.n)
                found[place] = (one.redacted.encode(), digest_bytes(one.digest))
    return found


def digest_bytes(text: str) -> bytes:
    """Bytes of a hex digest; of anything else nothing, which fits no chain."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def check_redactions(db: Database, declared: Declared, verdict: Verdict) -> None:
    """Every redacted body was named by a `body.destroyed`, and every named one is gone and stands redacted."""
    rows = db.run(
        "SELECT j.source, j.epoch, j.stream, j.n, r.body FROM journal_redaction r JOIN journal j ON j.id = r.id"
    )
    held = {(row[0], row[1], row[2], row[3]): bytes(row[4]) for row in rows}
    for place in sorted({*held, *declared.destroyed}):
        name = "{} {}/{}/{}".format(*place)
        if place not in declared.destroyed:
            verdict.faults.append(f"Isi baris {name} diganti tanpa catatan pemusnahan.")
        elif held.get(place) != declared.destroyed[place][0]:
            verdict.faults.append(f"Isi pengganti baris {name} tidak sama dengan catatan pemusnahannya.")
        elif has_body(db, place):
            verdict.faults.append(f"Isi baris {name} masih ada, padahal tercatat sudah dimusnahkan.")


def has_body(db: Database, place: Place) -> bool:
    """Whether the body of an entry is held."""
    sql = ("SELECT 1 FROM journal j JOIN journal_body b ON b.id = j.id"
           " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?")  # fmt: skip
    return db.one(sql, place) is not None


def check_waiting(db: Database, declared: Declared, verdict: Verdict) -> None:
    """What waits for an update is what our entries say, less what they say was caught up."""
    rows = db.run(
        "SELECT j.source, j.epoch, j.stream, j.n FROM journal_waiting w JOIN journal j ON j.id = w.id"
    )
    for place in sorted({tuple(row) for row in rows} ^ declared.waiting):
        verdict.faults.append(
            "Baris {} {}/{}/{} yang menunggu pembaruan tidak cocok dengan jurnal.".format(*place)
        )


def check_intakes(declared: Declared, verdict: Verdict) -> None:
    """Every received line that our entries name is still here."""
    for key, intakes in sorted(declared.intakes.items()):
        last, held = intakes[-1].last, verdict.heads.get(key)
        if held is None or held.n < last:
            verdict.faults.append(
                f"Baris {key[0]} {key[1]}/{key[2]}/{last} pernah diterima dan sekarang tidak ada."
            )


def check_order(db: Database, verdict: Verdict) -> None:
    """Our own order of applying runs 1, 2, 3 … in every lane, in the order of the rows."""
    placed_rows = ("SELECT lane, seq, row_number() OVER (PARTITION BY lane ORDER BY id) AS place FROM journal"
                   " WHERE seq IS NOT NULL")  # fmt: skip
    rows = db.run(
        f"SELECT lane, min(place) FROM ({placed_rows}) AS o WHERE seq <> place GROUP BY lane ORDER BY lane"
    )
    for lane, place in rows:
        where = f" jalur {lane}" if lane else ""
        verdict.faults.append(f"Urutan jurnal{where} tidak utuh mulai urutan ke-{place}.")


def check_counts(db: Database, verdict: Verdict) -> None:
    """The quick form of :func:`check_order`: as many entries in each lane as its highest place says."""
    sql = "SELECT lane, count(*), max(seq) FROM journal WHERE seq IS NOT NULL GROUP BY lane ORDER BY lane"
    for lane, count, highest in db.run(sql):
        if count != highest:
            where = f" jalur {lane}" if lane else ""
            verdict.faults.append(
                f"Urutan jurnal{where} tidak utuh: {count} baris, urutan terakhir {highest}."
            )
