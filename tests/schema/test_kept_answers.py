"""Answers that are kept until the next entry: asked once, never stale, never without end."""

from contextlib import suppress
from pathlib import Path

from schema.database import (
    MOST_ANSWERS,
    Database,
    SqliteDatabase,
    cached_until_next_entry,
    hold_journal_state,
    open_office,
    release_journal_state,
)
from schema.migrations import migrate_database

ASKED: list[int] = []


@cached_until_next_entry
def ask(db: Database, n: int) -> int:
    ASKED.append(n)
    return n + 1


def test_an_answer_is_kept_and_no_more_than_so_many(tmp_path: Path) -> None:
    db = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(db, "office")
    ASKED.clear()
    assert [ask(db, 1), ask(db, 1), ask(db, 2)] == [2, 2, 3]
    assert ASKED == [1, 2], "asked once for each argument"
    for n in range(3 * MOST_ANSWERS):
        ask(db, n)
        assert len(db.kept_answers) <= MOST_ANSWERS
    ASKED.clear()
    assert ask(db, 3 * MOST_ANSWERS - 1) == 3 * MOST_ANSWERS
    assert ASKED == []
    with db.writing():
        assert ask(db, 3 * MOST_ANSWERS - 1) == 3 * MOST_ANSWERS
    assert ASKED == [3 * MOST_ANSWERS - 1], "a transaction that belongs to no request always asks"
    db.close()


def test_a_transaction_of_a_request_is_answered_until_it_writes(tmp_path: Path) -> None:
    """An answer of what may still be rolled back is neither given nor kept; another process's entry is never missed."""
    db, other = open_office(tmp_path / "kantor.sqlite3"), open_office(tmp_path / "kantor.sqlite3")
    migrate_database(db, "office")
    count_villages = cached_until_next_entry(lambda asked: next(asked.run("SELECT count(*) FROM village"))[0])
    hold_journal_state(db)
    assert count_villages(db) == 0
    add_entry(other, 1)
    with db.writing():
        assert count_villages(db) == 1, "an entry that came between the look and the transaction"
        ASKED.clear()
        assert (ask(db, 1), ask(db, 1), ASKED) == (2, 2, [1])
    with suppress(ZeroDivisionError), db.writing():
        add_entry(db, 2)
        assert (count_villages(db), ask(db, 1), ask(db, 1), ASKED) == (2, 2, 2, [1, 1, 1])
        raise ZeroDivisionError
    assert count_villages(db) == 1, "rolled back"
    add_entry(other, 2)
    assert count_villages(db) == 1, "one request looks at one state"
    release_journal_state()
    assert count_villages(db) == 2
    db.close()
    other.close()


def add_entry(db: SqliteDatabase, number: int) -> None:
    """An entry and what it changes."""
    columns = "id, source, epoch, stream, n, lane, seq, kind, subject, at, clock, head, hash"
    values = (number, "kec", 1, "office", number, "", number, "village.kept", "office", "2026-03-02T01:00:00Z", "ok")
    with db.writing(), db.applying():
        db.run(f"INSERT INTO journal ({columns}) VALUES ({', '.join('?' * 13)})", (*values, b"{", bytes(32)))
        db.run("INSERT INTO village (code, name) VALUES (?, ?)", (f"{number:010}", f"Desa {number}"))
