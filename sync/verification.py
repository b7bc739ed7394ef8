"""Proof of a side, in two forms. Nothing is changed on this side; what is found is told by place, never with the data.

The **whole** form reads every page, hashes every chain from its beginning, compares what stands beside the hash, the
shape of the database and the evidence outside it, replays the journal into a scratch database and compares every
official table. The **everyday** form does all of that but replay and tables, and hashes only what is new since the
last proof without a fault (docs/decisions/0017-proofs.md).
"""

import hashlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice, zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from schema.database import Database, first_column, open_office
from schema.database_errors import is_environment_error, is_file_damage
from schema.migrations import Side, check_schema, migrate_only
from schema.person_fields import redacted_json
from schema.postgres import CentrePostgres
from sync.chains import (
    Place,
    ProofResult,
    StreamKey,
    prove_chains,
    prove_counts,
    prove_intakes,
    prove_order,
    prove_redactions,
    prove_waiting,
)
from sync.entries import OWN_KINDS, Entry, JournalError, parse_line_id, read_head, stored_hash
from sync.events import EntriesCaughtUp, EntriesReceived
from sync.evidence import history_faults, prove_evidence, read_own_marker
from sync.journal import Journal, Tail
from sync.progress import WHOLE, Progress, part_of, unheard

DAMAGED = "Basis data rusak: {what}. Hentikan pekerjaan dan pulihkan cadangan."
UNREADABLE = "sebagian dokumennya tidak dapat dibaca"
DAMAGES = (
    (
        re.compile(r"(?:missing from|order in|entries in|entry in|found in) index (\w+)"),
        "indeks {} tidak cocok dengan tabelnya",
    ),
    (re.compile(r"value (?:in|for) (\w+)\.\w+"), "isi tabel {} tidak wajar"),
    (re.compile(r"(?:constraint|CHECK).{0,100}?(?:failed in|in) (\w+)"), "isi tabel {} tidak wajar"),
    (re.compile(r"[Pp]age:? (\d+)"), "halaman {} dari dokumennya tidak dapat dibaca"),
)
"""What SQLite's own check says of a damaged file → the same in Indonesian."""
HASHED = 20
"""How much of the whole form is behind it when the chains are proved, of :data:`WHOLE`; the replay is the rest."""


def verify_side(journal: Journal, side: Side, scratch: Path, progress: Progress = unheard) -> ProofResult:
    """The whole form. `scratch` names a database file that does not exist yet; the caller removes it."""

    def work(empty: Database, verdict: ProofResult) -> None:
        declared = prove_chains(journal, verdict, progress=part_of(progress, 0, HASHED))
        prove_redactions(journal.db, declared, verdict)
        prove_waiting(journal.db, declared, verdict)
        prove_intakes(declared, verdict)
        prove_order(journal.db, verdict)
        if replay_journal(journal, scratch_journal(journal, empty), verdict, part_of(progress, HASHED, WHOLE)):
            compare_tables(journal.db, empty, verdict)
        else:
            verdict.digest = tables_digest(journal.db)

    return run_proof(journal, side, scratch, "integrity_check", work)


def verify_new_entries(journal: Journal, side: Side, scratch: Path, since: Mapping[StreamKey, Tail]) -> ProofResult:
    """The short form, for every day: only entries after `since`, which is where each stream ended at the last proof.

    The entry there must still have the hash of then; what came after is proved as in the whole form, without a replay.
    """

    def work(_empty: Database, verdict: ProofResult) -> None:
        for (source, epoch, stream), tail in sorted(since.items()):
            if stored_hash(journal.db, (source, epoch, stream), tail.n) != tail.hash:
                name = f"{source} {epoch}/{stream}/{tail.n}"
                verdict.faults.append(f"Baris {name} tidak sama dengan pemeriksaan sebelumnya.")
        declared = prove_chains(journal, verdict, since)
        prove_redactions(journal.db, declared, verdict)
        prove_intakes(declared, verdict)
        prove_counts(journal.db, verdict)

    return run_proof(journal, side, scratch, "quick_check", work)


def run_proof(
    journal: Journal, side: Side, scratch: Path, check: str, work: Callable[[Database, ProofResult], None]
) -> ProofResult:
    verdict = ProofResult()
    marker = read_own_marker(journal.db)
    try:
        verdict.faults += check_schema(journal.db, side)  # type: ignore[arg-type]  # it is one of the two engines
        with scratch_side(scratch, side) as empty, read_snapshot(journal.db):
            damaged = page_faults(journal.db, check)
            verdict.faults += damaged
            if not damaged:
                verdict.faults += [*beside_faults(journal.db, empty), *history_faults(journal)]
                prove_evidence(journal.db, marker, verdict)
                work(empty, verdict)
    except Exception as error:
        if is_file_damage(error):
            verdict.faults.append(DAMAGED.format(what=UNREADABLE))
        elif not verdict.faults or is_environment_error(error):
            raise  # else a table or column is missing, and what is missing is the answer
    return verdict


def page_faults(db: Database, check: str) -> list[str]:
    """Sentences for what SQLite finds wrong in its own file, each once."""
    if isinstance(db, CentrePostgres):
        return []
    found = [str(row[0]) for row in db.run(f"PRAGMA {check}(5)") if row[0] != "ok"]
    return list(dict.fromkeys(DAMAGED.format(what=damage_words(what)) for what in found))


def damage_words(told: str) -> str:
    """What SQLite says of a damaged file, in Indonesian, with the table, index or page that it names."""
    for pattern, words in DAMAGES:
        if found := pattern.search(told):
            return words.format(*found.groups())
    return UNREADABLE


@contextmanager
def read_snapshot(db: Database) -> Iterator[None]:
    """One moment of the database for all reads inside, however much is written meanwhile."""
    if isinstance(db, CentrePostgres):
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ"
    else:
        begin = "BEGIN"
    db.run(begin)
    try:
        yield
    finally:
        db.run("ROLLBACK")


TOGETHER = 2000
"""Entries that are read and applied in one go, so that kinds with `apply_many` keep their speed."""

OWN = (
    "SELECT j.id, j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
    " LEFT JOIN journal_redaction r ON r.id = j.id WHERE j.seq IS NOT NULL AND j.id > ? AND j.id < ?"
    f" ORDER BY j.id LIMIT {TOGETHER}"
)
RECEIVED = (
    "SELECT j.n, j.head, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
    " LEFT JOIN journal_redaction r ON r.id = j.id"
    " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ? AND j.n <= ? ORDER BY j.n"
)


@contextmanager
def scratch_side(scratch: Path, side: Side) -> Iterator[Database]:
    empty = open_office(scratch)
    try:
        for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-65536"):
            empty.run("PRAGMA " + pragma)  # it is thrown away: a power cut costs nothing here
        migrate_only(empty, side)
        yield empty
    finally:
        empty.close()


def scratch_journal(journal: Journal, empty: Database) -> Journal:
    kinds = [kind for kind in journal.kinds.values() if kind not in OWN_KINDS]
    return Journal(empty, kinds)


def replay_journal(
    journal: Journal,
    copy: Journal,
    verdict: ProofResult,
    progress: Progress,
    instead: Mapping[Place, bytes] = MappingProxyType({}),
) -> bool:
    """Apply everything to the scratch database; whether it went through. `instead`: bodies to try instead of ours."""
    entries = entries_in_order(journal, instead=instead)
    done = 0
    try:
        while batch := list(islice(entries, TOGETHER)):
            if not apply_batch(copy, batch, verdict):
                return False
            done += len(batch)
            progress(done, verdict.entries)
    except (JournalError, ValueError) as error:
        verdict.faults.append(f"Jurnal tidak dapat dibaca setelah {done} baris: {type(error).__name__}.")
        return False
    return True


@contextmanager
def tables_before(journal: Journal, side: Side, scratch: Path, before: int) -> Iterator[Database]:
    """The tables as the journal made them up to an entry of our own (its `id` in the journal, left out itself).

    `scratch` names a database file that does not exist yet; the caller removes it. Raises JournalError when an entry
    cannot be applied again.
    """
    with scratch_side(scratch, side) as empty:
        copy = scratch_journal(journal, empty)
        verdict = ProofResult()
        entries = entries_in_order(journal, before)
        while batch := list(islice(entries, TOGETHER)):
            if not apply_batch(copy, batch, verdict):
                raise JournalError(verdict.faults[0])
        yield empty


def entries_in_order(
    journal: Journal, before: int = sys.maxsize, instead: Mapping[Place, bytes] = MappingProxyType({}), after: int = 0
) -> Iterator[Entry]:
    """All applied entries: our own by their order, received ones at the place where our own entry says they came in.

    `before` and `after` are ids of our own entries in the journal; `instead` has bodies to try in the place of ours.
    """
    last = after
    while rows := list(journal.db.run(OWN, (last, before))):
        for _, head, body in rows:
            entry = decode_stored(journal, head, body)
            if (place := (entry.source, entry.epoch, entry.stream, entry.n)) in instead:
                entry = decode_stored(journal, head, instead[place])
            yield from received_entries(journal, entry, instead)
            yield entry
        last = rows[-1][0]


def decode_stored(journal: Journal, head: bytes, body: bytes | None) -> Entry:
    """One stored entry, a destroyed body in its redacted form. Raises JournalError when it is missing."""
    if body is None:
        raise JournalError("an entry has no body")
    return journal.decode(bytes(head), bytes(body))


def received_entries(journal: Journal, entry: Entry, instead: Mapping[Place, bytes]) -> Iterator[Entry]:
    """The lines that were applied just before one of our own entries. Raises JournalError when one is missing."""
    body = entry.body

    def decode(place: StreamKey, n: int, rows: dict[int, tuple[int, bytes, bytes | None]]) -> Entry:
        head, held = stored_row(rows, n)
        return decode_stored(journal, head, instead.get((*place, n), held))

    if isinstance(body, EntriesReceived):
        left_out = {*body.set_aside, *body.waiting}
        place = (body.origin, body.epoch, body.stream)
        wanted = [n for n in range(body.first, body.last + 1) if n not in left_out]
        if wanted:
            rows = {row[0]: row for row in journal.db.run(RECEIVED, (*place, wanted[0], wanted[-1]))}
            yield from (decode(place, n, rows) for n in wanted)
    elif isinstance(body, EntriesCaughtUp):
        for line in body.lines:
            epoch, stream, n = parse_line_id(line)
            row = journal.db.one(RECEIVED, (body.origin, epoch, stream, n, n))
            rows = {n: row} if row else {}
            yield decode((body.origin, epoch, stream), n, rows)


def stored_row(rows: dict[int, tuple[int, bytes, bytes | None]], n: int) -> tuple[bytes, bytes | None]:
    """(head, body) of one line. Raises JournalError when it is not there."""
    if n not in rows:
        raise JournalError(f"line {n} is missing")
    return rows[n][1], rows[n][2]


def apply_batch(copy: Journal, entries: Sequence[Entry], verdict: ProofResult) -> bool:
    """Apply a batch; when it fails, name the entry at which it does."""
    try:
        with copy.transaction(), copy.db.applying():
            copy.apply(entries)
        return True
    except Exception as error:
        if is_environment_error(error):
            raise
        if len(entries) > 1:
            return all(apply_batch(copy, [entry], verdict) for entry in entries)
        place = f"{entries[0].source} {entries[0].line_id} ({entries[0].kind})"
        verdict.faults.append(f"Baris {place} tidak dapat diterapkan lagi: {type(error).__name__}.")
        return False


Values = tuple[Any, ...]


def compare_tables(live: Database, copy: Database, verdict: ProofResult) -> None:
    """Name the first difference of each table: its row by number in the order of the key, and the columns.

    Which tables are official says `copy`, which the program made; `verdict.digest` is taken over the live ones.
    """
    sha = hashlib.sha256()
    for table in official_tables(copy):
        columns = columns_of(copy, table)
        if columns != columns_of(live, table):
            continue  # the shape was told already
        start_table_digest(sha, table, columns)
        named = False
        for number, (current, replayed) in enumerate(
            zip_longest(rows_of(live, table, columns), rows_of(copy, table, columns)), start=1
        ):
            if current is not None:
                sha.update(repr(current).encode())
            if current != replayed and not named:
                named = True
                what = row_difference(columns, current, replayed)
                verdict.faults.append(f"Tabel {table} berbeda dari jurnal mulai baris {number}: {what}.")
    verdict.digest = sha.hexdigest()


def tables_digest(db: Database) -> str:
    """SHA-256 over all official tables: equal for equal content on either engine."""
    sha = hashlib.sha256()
    for table in official_tables(db):
        columns = columns_of(db, table)
        start_table_digest(sha, table, columns)
        for row in rows_of(db, table, columns):
            sha.update(repr(row).encode())
    return sha.hexdigest()


def start_table_digest(sha: Any, table: str, columns: Sequence[str]) -> None:
    sha.update(repr((table, list(columns))).encode())


def row_difference(columns: Sequence[str], current: Values | None, replayed: Values | None) -> str:
    if current is None:
        return "barisnya hilang"
    if replayed is None:
        return "baris ini tidak berasal dari jurnal"
    unlike = [name for name, now, proved in zip(columns, current, replayed, strict=True) if now != proved]
    return f"kolom {', '.join(unlike)}"


def official_tables(db: Database) -> list[str]:
    """Names of the tables that stand under the journal, in order: all but those that `beside` lists."""
    beside = names_beside(db)
    prefixes = ("sqlite_", *(name[:-1] for name in beside if name.endswith("%")))
    if isinstance(db, CentrePostgres):
        names = db.run("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    else:
        names = db.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    official = [name for (name,) in names if name not in beside and not name.startswith(prefixes)]
    return sorted(official)


def names_beside(db: Database) -> set[str]:
    """The tables that live beside the journal; a trailing % is a prefix."""
    return set(first_column(db, "SELECT name FROM beside"))


def beside_faults(live: Database, fresh: Database) -> list[str]:
    stated = names_beside(live)
    wanted = names_beside(fresh)
    added = [
        f"Tabel {name} dinyatakan bukan catatan resmi, padahal program tidak menyatakannya."
        for name in sorted(stated - wanted)
    ]
    lost = [
        f"Tabel {name} tidak lagi dinyatakan di luar jurnal, padahal program menyatakannya."
        for name in sorted(wanted - stated)
    ]
    return added + lost


def columns_of(db: Database, table: str) -> list[str]:
    """Column names of a table, in alphabetical order, so that both engines agree; none of a table that is not there."""
    if isinstance(db, CentrePostgres):
        rows = db.run("SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,))
    else:
        rows = db.run("SELECT name FROM pragma_table_info(?)", (table,))
    return sorted(str(row[0]) for row in rows)


def rows_of(db: Database, table: str, columns: Sequence[str]) -> Iterator[Values]:
    for row in db.run(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key_of(db, table, columns))}"):
        yield tuple(row)


def key_of(db: Database, table: str, columns: Sequence[str]) -> list[str]:
    """The terms that order a table: its primary key, or all columns where it has none."""
    if not isinstance(db, CentrePostgres):
        rows = list(db.run("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)))
        return [str(row[0]) for row in rows] or list(columns)
    key = db.run(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indrelid = CAST(? AS regclass) AND i.indisprimary"
        " ORDER BY array_position(CAST(i.indkey AS int2[]), a.attnum)",
        (table,),
    )
    names = [str(row[0]) for row in key] or list(columns)
    sql = "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND data_type = 'text'"
    texts = set(first_column(db, sql, (table,)))
    terms = []
    for name in names:
        if name in texts:
            terms.append(f'{name} COLLATE "C"')
        else:
            terms.append(name)
    return terms


def gone_bodies(journal: Journal) -> list[tuple[int, str, int]]:
    """Places (epoch, stream, n) of our own bodies of which the tables hold nothing more (`Kind.gone_from`)."""
    sql = (
        "SELECT j.epoch, j.stream, j.n, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.source = ? AND j.kind = ? ORDER BY j.id"
    )
    places: list[tuple[int, str, int]] = []
    for kind in journal.kinds.values():
        gone = kind.gone_from and set(first_column(journal.db, f"SELECT id FROM {kind.gone_from} WHERE gone_at <> ''"))
        if not gone:
            continue
        for *place, body in journal.db.run(sql, (journal.source, kind.name)):
            if msgspec.json.decode(body)["id"] in gone:
                places.append(tuple(place))
    return places


def redacted_body(journal: Journal, place: Place, phrases: frozenset[str] = frozenset()) -> bytes:
    """The body of an entry without its person (`schema/person_fields.py`). Raises JournalError when it holds none."""
    head, body = held_line(journal, place)
    parts = read_head(head)
    kind = journal.kinds.get(parts.type)
    if kind is None or not kind.personal or int(parts.dataschema) != kind.version:
        raise JournalError("{} {}/{}/{} holds no person that could be taken out".format(*place))
    return redacted_json(body, kind.body, phrases)


def held_line(journal: Journal, place: Place) -> tuple[bytes, bytes]:
    """Head and body of an entry whose body is held. Raises JournalError when there is none."""
    row = journal.db.one(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?",
        place,
    )
    if row is None:
        raise JournalError("{} {}/{}/{} has no body".format(*place))
    return bytes(row[0]), bytes(row[1])
