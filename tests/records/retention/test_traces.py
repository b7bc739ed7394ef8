"""Words of what went stay in no index: a row that is deleted there keeps its words until the index is written anew."""

from app.records.retention.service import are_traces_left, clear_traces
from sync.journal import Journal

WORD = "wredopancoro"
INDEXES = ("case_fts", "member_fts", "contact_fts", "incoming_fts", "outgoing_fts")


def held_words(journal: Journal) -> set[str]:
    """The indexes in whose own rows the word stands."""
    return {
        name
        for name in INDEXES
        for (block,) in journal.db.run(f"SELECT block FROM {name}_data")
        if WORD[4:].encode() in bytes(block)
    }


def test_a_word_of_what_went_stands_in_no_index(journal: Journal) -> None:
    db = journal.db
    sql = "SELECT name FROM pragma_table_info(?) LIMIT 1"
    columns = {name: db.one(sql, (name,)) for name in INDEXES}
    with journal.transaction(), db.applying():
        for name, column in columns.items():
            assert column is not None
            for row, text in ((901, f"{WORD} tetap"), (902, "yang tinggal")):
                db.run(f"INSERT INTO {name} (rowid, {column[0]}) VALUES (?, ?)", (row, text))
    with journal.transaction(), db.applying():
        db.run(
            "INSERT INTO draft (author, service, fields, created_at, updated_at) VALUES ('x', 'y', ?, '', '')",
            (f'"{WORD * 10_000}"',),
        )
        db.run("DELETE FROM draft WHERE author = 'x'")
        for name in INDEXES:
            db.run(f"DELETE FROM {name} WHERE rowid = 901")
    assert held_words(journal) == set(INDEXES), "as long as nobody looks after it"
    assert db.one("PRAGMA freelist_count") != (0,), "pages that nothing uses hold what stood there"
    clear_traces(db)
    assert db.one("PRAGMA freelist_count") == (0,)
    assert held_words(journal) == set()
    assert not are_traces_left(db)
    for name, column in columns.items():
        assert column is not None
        assert db.one(f"SELECT rowid FROM {name} WHERE {name} MATCH 'tinggal'") == (902,)
