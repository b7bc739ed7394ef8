"""After an update: lines of a newer program that waited are applied now, in the order in which they came."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from schema.bulk import is_environment, savepoint
from sync.authority import check_entry, check_head, check_records, check_sender
from sync.events import EntriesCaughtUp
from sync.journal import Journal
from sync.kinds import Entry
from sync.line import read_head
from sync.receiving import react, reason

Waiting = tuple[int, str, str, bytes, bytes]
"""(id, lane, source, head, body)."""


def catch_up(journal: Journal, now: datetime) -> int:
    """Apply what this program understands by now; how many lines. Called once after each start.

    A line that still cannot be applied goes on waiting, with the reason; its verdict was given and stays. Whether its
    sender may write it could not be judged when it came, so it is judged now.
    """
    with journal.transaction():
        rows = journal.db.run(
            "SELECT w.id, j.lane, j.source, j.head, b.body FROM journal_waiting w JOIN journal j ON j.id = w.id"
            " JOIN journal_body b ON b.id = w.id ORDER BY j.lane, j.source, w.id"
        )
        waiting: list[Waiting] = [(row[0], row[1], row[2], bytes(row[3]), bytes(row[4])) for row in rows]
        return sum(
            apply_group(journal, lane, source, list(group), now)
            for (lane, source), group in groupby(waiting, key=lambda row: (row[1], row[2]))
        )


def apply_group(journal: Journal, lane: str, source: str, rows: list[Waiting], now: datetime) -> int:
    """Lines of one source in one lane; those that went in are named in one entry of ours."""
    done: list[Entry] = []
    for number, _, _, head, body in rows:
        if not known(journal, head):
            continue
        try:
            entry = journal.decode(head, body)
            apply_one(journal, lane, head, entry)
        except Exception as error:
            if is_environment(error):
                raise
            journal.db.run("UPDATE journal_waiting SET why = ? WHERE id = ?", (reason(error), number))
            continue
        journal.db.run("DELETE FROM journal_waiting WHERE id = ?", (number,))
        done.append(entry)
    if done:
        stream = f"office/{lane}" if lane else "office"
        lines = [entry.line_id for entry in done]
        journal.record(EntriesCaughtUp(source, lines), subject=f"road/{source}", actor="road", at=now,
                       stream=stream, lane=lane)  # fmt: skip
        if source != journal.source:
            react(journal, done, now)
    return len(done)


def known(journal: Journal, head: bytes) -> bool:
    """Whether this program has the kind and version of a line."""
    parts = read_head(head)
    kind = journal.kinds.get(parts.type)
    return kind is not None and int(parts.dataschema) <= kind.version


def apply_one(journal: Journal, lane: str, head: bytes, entry: Entry) -> None:
    """Apply one entry that its sender may write, or nothing of it. Raises AuthorityError."""
    kind = journal.kinds[entry.kind]
    check_head(read_head(head))
    check_sender(kind, lane, entry.source == journal.source)
    check_entry(kind, entry)
    with savepoint(journal.db), journal.db.applying():
        journal.apply([entry], check_records)
