"""What a proof found, and how far it came."""

import hashlib
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schema.database import Database, first_value
from sync.entries import (
    GENESIS,
    Entry,
    Head,
    JournalError,
    StreamKey,
    link_body_digest,
    own_source,
    parse_line_id,
    read_head,
    to_utc_text,
)
from sync.events import BodyDestroyed, EntriesCaughtUp, EntriesReceived
from sync.incoming_entries import CLOCKS
from sync.journal import LOCAL, Journal, Tail
from sync.progress import Progress, unheard

Place = tuple[str, int, str, int]
"""(source, epoch, stream, n)."""


@dataclass
class ProofResult:
    """`digest` is over all official tables (empty for the everyday form); `faults` are Indonesian sentences.

    `heads`: where each stream stood when it was hashed.
    """

    entries: int = 0
    streams: int = 0
    digest: str = ""
    faults: list[str] = field(default_factory=list)
    heads: dict[StreamKey, Tail] = field(default_factory=dict)


BODIES_DESTROYED = "body"
"""Subject of every `body.destroyed`, so that they are found by an index."""

ROWS = (
    "SELECT j.n, j.lane, j.seq, j.kind, j.subject, j.at, j.clock, j.head, j.hash, j.verdict, b.body FROM journal j"
    " LEFT JOIN journal_body b ON b.id = j.id WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n > ?"
    " ORDER BY j.n"
)


TOLD_EVERY = 2000
"""Lines after which whoever waits is told how far the hashing came."""
REPEATED_COLUMNS = ("kind", "subject", "at", "clock", "lane", "seq", "verdict")
"""Columns of the journal that repeat what the chain holds."""


class Row(msgspec.Struct, frozen=True):
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
        body = entry.body
        if isinstance(body, EntriesReceived):
            key = (body.origin, body.epoch, body.stream)
            self.waiting |= {(*key, n) for n in body.waiting}
            intake = Intake(body.first, body.last, lane, to_utc_text(entry.at), frozenset(body.set_aside))
            insort(self.intakes.setdefault(key, []), intake, key=lambda known: known.first)
        elif isinstance(body, EntriesCaughtUp):
            self.waiting -= {(body.origin, *parse_line_id(line)) for line in body.lines}

    def intake(self, key: StreamKey, n: int) -> Intake | None:
        known = self.intakes.get(key, [])
        at = bisect_right(known, n, key=lambda span: span.first) - 1
        if at >= 0 and n <= known[at].last:
            return known[at]
        return None


# -- streams ---------------------------------------------------------------------------------------------------


def all_streams(db: Database) -> list[StreamKey]:
    """Every (source, epoch, stream) of the journal, by jumping along its index: there are few, its entries are many."""
    collected: list[StreamKey] = []
    last: StreamKey = ("", 0, "")
    sql = (
        "SELECT source, epoch, stream FROM journal WHERE (source, epoch, stream) > (?, ?, ?)"
        " ORDER BY source, epoch, stream LIMIT 1"
    )
    while row := db.one(sql, last):
        last = (row[0], row[1], row[2])
        collected.append(last)
    return collected


def is_local(key: StreamKey, source: str) -> bool:
    return key[0] == source and (key[2] == LOCAL or key[2].startswith(LOCAL + "/"))


def prove_chains(
    journal: Journal,
    verdict: ProofResult,
    since: Mapping[StreamKey, Tail] | None = None,
    progress: Progress = unheard,
) -> Declared:
    """Hash every stream from `since` on (from its beginning where nothing is known of it); what our entries declare."""
    db = journal.db
    since = since or {}
    source = own_source(db)
    declared = Declared(read_destroyed(journal))
    if progress is unheard:
        lines = 0
    else:
        lines = int(first_value(db, "SELECT coalesce(max(id), 0) FROM journal"))

    def tell() -> None:
        if verdict.entries % TOLD_EVERY == 0:
            progress(verdict.entries, lines)

    for key in sorted(all_streams(db), key=lambda stream: (not is_local(stream, source), stream)):
        verdict.heads[key] = prove_stream(journal, key, since.get(key, Tail(0, GENESIS)), declared, verdict, tell)
        verdict.streams += 1
    return declared


def prove_stream(
    journal: Journal,
    key: StreamKey,
    start: Tail,
    declared: Declared,
    verdict: ProofResult,
    counted: Callable[[], None] = lambda: None,
) -> Tail:
    """One stream from a proved place on; the first fault of each sort is named. Returns where it ends."""
    name = f"{key[0]} {key[1]}/{key[2]}"
    last = start
    said = set[str]()

    def tell(sort: str, sentence: str) -> None:
        if sort not in said:
            said.add(sort)
            verdict.faults.append(sentence)

    for row in rows_after(journal.db, key, start.n):
        verdict.entries += 1
        counted()
        n = last.n + 1
        if row.n != n:
            tell("chain", f"Rantai jurnal {name} putus pada baris {n}: nomor barisnya meloncat.")
        elif hash_of(row, last.hash, declared.destroyed.get((*key, n))) != row.hash:
            tell("chain", f"Rantai jurnal {name} putus pada baris {n}: isinya tidak cocok dengan kode pengamannya.")
        intake = declared.intake(key, row.n)
        if column := wrong_column(row, key, intake):
            tell("column", f"Kolom {column} pada baris {name}/{row.n} tidak cocok dengan isi yang berantai.")
        if intake is None and (fault := entry_fault(journal, key, row, declared)):
            tell("testimony", fault)
        last = Tail(row.n, row.hash)
    return last


def rows_after(db: Database, key: StreamKey, after: int) -> Iterator[Row]:
    for n, lane, seq, kind, subject, at, clock, head, digest, verdict, body in db.run(ROWS, (*key, after)):
        held = None if body is None else bytes(body)
        yield Row(n, lane, seq, kind, subject, at, clock, bytes(head), bytes(digest), verdict, held)


def hash_of(row: Row, previous: bytes, destroyed: tuple[bytes, bytes] | None) -> bytes:
    if destroyed is not None:
        return link_body_digest(previous, row.head, destroyed[1])
    return link_body_digest(previous, row.head, hashlib.sha256(row.body or b"").digest())


def entry_fault(journal: Journal, key: StreamKey, row: Row, declared: Declared) -> str:
    kind = journal.kinds.get(row.kind)
    if kind is None or not (kind.proved_by or kind.body in (EntriesReceived, EntriesCaughtUp)):
        return ""
    held = row.body or declared.destroyed.get((*key, row.n), (b"", b""))[0]
    try:
        entry = journal.decode(row.head, held)
    except (JournalError, ValueError):
        return f"Baris {row.kind} nomor {row.n} tidak dapat dibaca."
    declared.note(entry, row.lane)
    if not kind.proved_by:
        return ""
    return kind.proved_by(journal.db, entry)


# -- columns beside the hash -----------------------------------------------------------------------------------


def wrong_column(row: Row, key: StreamKey, intake: Intake | None) -> str:
    """Name of the first column that differs from the hashed head, or from what our entry says of a received line."""
    try:
        head = read_head(row.head)
    except ValueError:
        head = None
    held = {name: getattr(row, name) for name in REPEATED_COLUMNS}
    if intake is not None:
        wanted = received_columns(row, head, intake)
    else:
        if head and (head.source, head.id) == (key[0], f"{key[1]}/{key[2]}/{row.n}"):
            wanted = [own_columns(head)]
        else:
            wanted = []
    if held in wanted:
        return ""
    return next((name for name in held if wanted and held[name] != wanted[0][name]), "head")


def own_columns(head: Head) -> dict[str, Any]:
    return {
        "kind": head.type,
        "subject": head.subject,
        "at": head.time,
        "clock": head.clock,
        "lane": head.lane,
        "seq": head.seq,
        "verdict": "stored",
    }


def received_columns(row: Row, head: Head | None, intake: Intake) -> list[dict[str, Any]]:
    """The columns that a received line may have: what its head says, or nothing where it could not be read."""
    if row.n in intake.aside:
        verdict = "set_aside"
    else:
        verdict = "stored"
    beside = {"lane": intake.lane, "seq": None, "verdict": verdict}
    unread = {"kind": "?", "subject": "", "at": intake.at, "clock": "unsure"} | beside
    if head is None:
        return [unread]
    clock = "unsure"
    if head.clock in CLOCKS:
        clock = head.clock
    read = {"kind": head.type, "subject": head.subject, "at": head.time, "clock": clock} | beside
    if verdict == "set_aside":
        return [read, unread]
    return [read]


# -- rows that our entries must name ---------------------------------------------------------------------------


def read_destroyed(journal: Journal) -> dict[Place, tuple[bytes, bytes]]:
    """Place -> (redacted body, SHA-256 of the body that went), from our own `body.destroyed`."""
    collected: dict[Place, tuple[bytes, bytes]] = {}
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
            for destroyed in body.bodies:
                place = (destroyed.source, destroyed.epoch, destroyed.stream, destroyed.n)
                collected[place] = (destroyed.redacted.encode(), digest_bytes(destroyed.digest))
    return collected


def digest_bytes(text: str) -> bytes:
    """Bytes of a hex digest; of anything else nothing, which fits no chain."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


HELD_BODY = (
    "SELECT 1 FROM journal j JOIN journal_body b ON b.id = j.id"
    " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?"
)


def prove_redactions(db: Database, declared: Declared, verdict: ProofResult) -> None:
    rows = db.run(
        "SELECT j.source, j.epoch, j.stream, j.n, r.body FROM journal_redaction r JOIN journal j ON j.id = +r.id"
    )  # `+`: the few that were replaced come first, or without statistics the whole journal would
    held = {(row[0], row[1], row[2], row[3]): bytes(row[4]) for row in rows}
    for place in sorted({*held, *declared.destroyed}):
        name = "{} {}/{}/{}".format(*place)
        if place not in declared.destroyed:
            verdict.faults.append(f"Isi baris {name} diganti tanpa catatan pemusnahan.")
        elif held.get(place) != declared.destroyed[place][0]:
            verdict.faults.append(f"Isi pengganti baris {name} tidak sama dengan catatan pemusnahannya.")
        elif db.one(HELD_BODY, place):
            verdict.faults.append(f"Isi baris {name} masih ada, padahal tercatat sudah dimusnahkan.")


def prove_waiting(db: Database, declared: Declared, verdict: ProofResult) -> None:
    rows = db.run("SELECT j.source, j.epoch, j.stream, j.n FROM journal_waiting w JOIN journal j ON j.id = +w.id")
    for place in sorted({tuple(row) for row in rows} ^ declared.waiting):
        verdict.faults.append("Baris {} {}/{}/{} yang menunggu pembaruan tidak cocok dengan jurnal.".format(*place))


def prove_intakes(declared: Declared, verdict: ProofResult) -> None:
    for key, intakes in sorted(declared.intakes.items()):
        last = intakes[-1].last
        held = verdict.heads.get(key)
        if held is None or held.n < last:
            verdict.faults.append(f"Baris {key[0]} {key[1]}/{key[2]}/{last} pernah diterima dan sekarang tidak ada.")


def prove_order(db: Database, verdict: ProofResult) -> None:
    """Our own order of applying runs 1, 2, 3 … in every lane, in the order of the rows."""
    placed_rows = (
        "SELECT lane, seq, row_number() OVER (PARTITION BY lane ORDER BY id) AS place FROM journal"
        " WHERE seq IS NOT NULL"
    )
    rows = db.run(f"SELECT lane, min(place) FROM ({placed_rows}) AS o WHERE seq <> place GROUP BY lane ORDER BY lane")
    for lane, place in rows:
        where = f" jalur {lane}" if lane else ""
        verdict.faults.append(f"Urutan jurnal{where} tidak utuh mulai urutan ke-{place}.")


def prove_counts(db: Database, verdict: ProofResult) -> None:
    """The quick form of :func:`check_order`: as many entries in each lane as its highest place says."""
    sql = "SELECT lane, count(*), max(seq) FROM journal WHERE seq IS NOT NULL GROUP BY lane ORDER BY lane"
    for lane, count, highest in db.run(sql):
        if count != highest:
            where = f" jalur {lane}" if lane else ""
            verdict.faults.append(f"Urutan jurnal{where} tidak utuh: {count} baris, urutan terakhir {highest}.")
