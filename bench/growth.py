"""Figure `growth`: work of an exchange and of the centre's sums in a journal of 1,000 to 1,000,000 lines.

It is counted in steps of SQLite's machine.
`run.py bench --only growth`. Steps are counted, never seconds: they are the same on every machine and in every run. A
journal is filled with lines that only look like ones (their hashes are no chain), acknowledged and signed on both sides
as those of years are: what follows them is a real exchange, with every check.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import apsw

from app.centre.forks import list_history_contradictions
from app.centre.queries import line_balance, list_office_queues
from bench.citizens import Citizens
from bench.measuring import Figure
from bench.sync import CENTRE, NOW, OFFICE, STREAM, VILLAGES, Counter, copied, one_dispatch, prepare, subject_of
from schema.database import SqliteDatabase
from sync.exchange import sync_now
from sync.nodes import Node, read_peers

SIZES = (1_000, 10_000, 100_000)
LONG = (*SIZES, 1_000_000)
TEN = 10
AN_EXCHANGE = 20
"""Lines of one exchange of the past: ten there, ten answers. Each left a signed place."""
LINES_A_CARD = 5
"""A card is sent, accepted, printed, shipped and acknowledged."""
FLAT = 0.1
"""The greatest exponent of what should not grow: ten times the lines cost at most a quarter more."""


@dataclass(frozen=True)
class Grown:
    """Steps of an exchange with nothing new, of one with ten new lines and of the centre's sums, in a journal of
    `lines`, before the database had statistics and afterwards."""

    lines: int
    nothing: int
    ten: int
    sums: int
    nothing_analysed: int
    ten_analysed: int
    sums_analysed: int


COUNTED = {
    "nothing": "exchange, nothing new, without ANALYZE",
    "ten": "exchange, ten new lines, without ANALYZE",
    "sums": "sums and contradictions on the centre's pages, without ANALYZE",
    "nothing_analysed": "exchange, nothing new, with ANALYZE",
    "ten_analysed": "exchange, ten new lines, with ANALYZE",
    "sums_analysed": "sums and contradictions on the centre's pages, with ANALYZE",
}


def main(_rounds: int) -> list[Figure]:
    """Each work: an exponent above `FLAT` misses its aim."""
    counted = measure(LONG)
    figures = []
    for steps, what in COUNTED.items():
        told = ", ".join(f"{getattr(one, steps):,} at {one.lines:,}" for one in counted)
        grown = exponent(counted, steps)
        figures.append(Figure("growth", what, FLAT, False, grown, "exponent", f"steps: {told}"))
    return figures


def exponent(counted: Sequence[Grown], steps: str) -> float:
    """How work grows with the lines between the smallest and the largest journal: 0 not at all, 1 as they do."""
    first, last = counted[0], counted[-1]
    return log(getattr(last, steps) / getattr(first, steps)) / log(last.lines / first.lines)


def measure(sizes: Sequence[int]) -> list[Grown]:
    """The steps of both sides together at each size, smallest first."""
    with tempfile.TemporaryDirectory(prefix="loket-growth-") as folder:
        base = Path(folder) / "base"
        prepare(base, TEN, TEN)
        return [measure_one(base, Path(folder) / str(lines), lines) for lines in sizes]


def measure_one(base: Path, folder: Path, lines: int) -> Grown:
    """A pair of databases that grows to so many lines, and both exchanges in it."""
    with copied(base, folder) as (office, centre):
        exchange(office, centre)
        for node in (office, centre):
            grow(node, lines)
        exchange(office, centre)
        plain = count_each(office, centre, 2)
        for node in (office, centre):
            node.db.run("ANALYZE")
        analysed = count_each(office, centre, 3)
    shutil.rmtree(folder)
    return Grown(lines, *plain, *analysed)


def count_each(office: Node, centre: Node, dispatch_id: int) -> tuple[int, int, int]:
    """Steps of an exchange with nothing new, of one with ten new lines, of the sums."""
    nothing = counted_exchange(office, centre)
    write_ten(office, dispatch_id)
    return nothing, counted_exchange(office, centre), counted_sums(centre)


def counted_sums(centre: Node) -> int:
    """Steps of what the first page and the page of an office add up. Raises RuntimeError where lines are missing."""
    steps: list[int] = []
    with counting(centre, steps):
        balances = [line_balance(centre.db), line_balance(centre.db, OFFICE)]
        list_office_queues(centre.db)
        list_history_contradictions(centre.journal, OFFICE)
    if not all(balance.agrees and balance.came for balance in balances):
        raise RuntimeError("lines are missing in the balance")
    return sum(steps)


def exchange(office: Node, centre: Node) -> None:
    """One exchange. Raises RuntimeError where it does not succeed."""
    report = sync_now(office, read_peers(office.db)[0], Counter(centre).carrier, NOW)
    if not report.ok:
        raise RuntimeError(" ".join(report.sentences))


def counted_exchange(office: Node, centre: Node) -> int:
    """Steps that both databases took for one exchange."""
    steps: list[int] = []
    with counting(office, steps), counting(centre, steps):
        exchange(office, centre)
    return sum(steps)


@contextmanager
def counting(node: Node, steps: list[int]) -> Iterator[None]:
    """Note the steps of every statement that this thread's connection runs to its end."""
    connection = raw(node)
    connection.trace_v2(
        apsw.SQLITE_TRACE_PROFILE, lambda seen: steps.append(seen["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"])
    )
    try:
        yield
    finally:
        connection.trace_v2(0, None)


def raw(node: Node) -> Any:
    """The connection of this thread."""
    if not isinstance(node.db, SqliteDatabase):
        raise TypeError("steps are SQLite's")
    return node.db.connection()


def write_ten(office: Node, dispatch_id: int) -> None:
    """A dispatch of nine lines and the entry that closes it."""
    sent = office.journal.tail(OFFICE, 1, STREAM).n
    bodies = one_dispatch(Citizens(VILLAGES), dispatch_id, TEN, sent)
    with office.journal.transaction():
        named = [(body, subject_of(body)) for body in bodies]
        office.journal.record_many(named, actor="agung", at=NOW, stream=STREAM)


# -- years gone by ---------------------------------------------------------------------------------------------

LINES = """INSERT INTO journal (id, source, epoch, stream, n, lane, seq, kind, subject, at, clock, head, hash)
    WITH RECURSIVE place (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM place WHERE i < :lines)
    SELECT :id + 2 * i, :source, 1, :stream, :n + i, :lane, CASE WHEN :own THEN :seq + i END,
        CASE WHEN i % :anchored THEN 'dispatch.line' ELSE 'heads.anchored' END,
        CASE WHEN i % :anchored THEN 'case/' || (:n + i) ELSE 'anchor' END,
        '2026-03-02T02:00:00Z', 'ok', CAST('{' AS BLOB), CAST(printf('%.1s%031d', :source, :n + i) AS BLOB)
    FROM place"""
ANCHORED = """INSERT INTO journal_body (id, body)
    SELECT id, CAST('{"n":0,"hash":""}' AS BLOB) FROM journal WHERE subject = 'anchor'"""
SIGNED = """INSERT INTO road_checkpoint (peer, source, epoch, stream, n, hash, said_at)
    SELECT ?, source, epoch, stream, n, hash, at FROM journal
    WHERE source = ? AND stream = ? AND n > ? AND n % ? = 0"""
ACKNOWLEDGED = "UPDATE road_ack SET n = ?, head = ?, told = ? WHERE origin = ? AND epoch = 1 AND stream = ?"
STREAMS = ((OFFICE, STREAM), (CENTRE, OFFICE))


def grow(node: Node, lines: int) -> None:
    """Fill both streams alike, a line and its answer in turn, with what the other side signed of them."""
    (peer,) = read_peers(node.db)
    connection = raw(node)
    with node.db.writing(), node.db.applying():
        newest = connection.execute("SELECT max(id) FROM journal").get
        seq = connection.execute("SELECT max(seq) FROM journal WHERE lane = ?", (peer.lane,)).get
        for turn, (source, stream) in enumerate(STREAMS):
            before = node.journal.tail(source, 1, stream).n
            values = {"lines": lines // 2, "id": newest + turn, "source": source, "stream": stream, "n": before}
            values |= {"anchored": AN_EXCHANGE // 2 if source == OFFICE else lines}
            connection.execute(LINES, values | {"lane": peer.lane, "own": source == node.name, "seq": seq})
            connection.execute(SIGNED, (peer.name, source, stream, before, AN_EXCHANGE // 2))
            tail = node.journal.tail(source, 1, stream)
            connection.execute(ACKNOWLEDGED, (tail.n, tail.hash.hex(), tail.n, source, stream))
        connection.execute(ANCHORED)
        if peer.lane:
            fill_floor(connection, lines // LINES_A_CARD)


FLOOR_LINES = """
    WITH RECURSIVE place (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM place WHERE i < :lines)
    SELECT i, 1000 + i / 9 AS dispatch_id FROM place"""


def fill_floor(connection: Any, lines: int) -> None:
    """Cards of the past on the print floor, in dispatches of nine, all of them shipped, added up by office."""
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(incoming_line)")]
    changed = {
        "line": "'0/' || i",
        "dispatch_id": "past.dispatch_id",
        "number": "printf('%04d/KTP/2025', i)",
        "code": "printf('%011d', i)",
        "main_key": "printf('350899%010d', i)",
        "kk": "printf('350898%010d', i)",
        "name": "'WARGA ' || i",
        "state": "'shipped'",
        "serial": "'S' || i",
        "shipment": "'P' || past.dispatch_id",
        "case_id": "1000 + i",
    }
    copied_from = ", ".join(changed.get(name, f"pattern.{name}") for name in names)
    values = {"lines": lines}
    for table, kept in (("incoming_dispatch", "pattern.dispatch_id = 1"), ("line_count", "pattern.dispatch_id = 1")):
        fill_by_dispatch(connection, table, kept, values)
    connection.execute(
        f"INSERT INTO incoming_line ({', '.join(names)}) SELECT {copied_from}"
        f" FROM ({FLOOR_LINES}) AS past JOIN incoming_line pattern ON pattern.ordinal = 1 AND pattern.dispatch_id = 1",
        values,
    )
    connection.execute("DELETE FROM office_line_count")
    connection.execute(
        "INSERT INTO office_line_count (source, state, lines)"
        " SELECT source, state, sum(lines) FROM line_count GROUP BY source, state"
    )


def fill_by_dispatch(connection: Any, table: str, kept: str, values: dict[str, int]) -> None:
    """Rows of a table that has one for each dispatch, as the first one's."""
    names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    changed = {"dispatch_id": "past.dispatch_id", "state": "'shipped'"}
    copied_from = ", ".join(changed.get(name, f"pattern.{name}") for name in names)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {copied_from}"
        f" FROM (SELECT DISTINCT dispatch_id FROM ({FLOOR_LINES})) AS past JOIN {table} pattern ON {kept}",
        values,
    )
