"""Answers that are kept until the next entry: asked once, never stale, never without end."""

from pathlib import Path

from schema.database import MOST_ANSWERS, Database, cached_until_next_entry, open_office
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
    assert ASKED == [3 * MOST_ANSWERS - 1], "inside of a transaction it is always asked"
    db.close()
