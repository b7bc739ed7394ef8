"""A restore is refused with a sentence or done, and at every moment one whole database lies in place."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import apsw
import pyrage
import pytest

from app import compose
from schema.data_folder import write_whole
from schema.database import open_office
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync.backup import WORK, BackupError, make_backup, seal_stream
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.restore import draw_key, holds_identity, key_in_force, put_in_place, restore_backup, to_groups
from sync.verification import tables_digest
from tests.sync.ending import end_at_each_line

NOW = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)
RECIPIENT, SECRET = draw_key()


def sealed_of(plain: bytes, path: Path) -> Path:
    """A sealed file with any inside."""
    with path.open("wb") as file:
        seal_stream(io.BytesIO(plain), file, [pyrage.x25519.Recipient.from_str(RECIPIENT)])
    return path


def changed(journal: Journal, path: Path, sql: str) -> Path:
    """A backup of the office after a change that no program of today makes."""
    copy = path.with_suffix(".sqlite3")
    journal.db.run(f"VACUUM INTO '{copy}'")
    other = apsw.Connection(str(copy))
    other.execute(sql)
    other.close()
    return sealed_of(copy.read_bytes(), path)


@pytest.fixture
def backup(journal: Journal, tmp_path: Path) -> Path:
    return make_backup(journal, "office", tmp_path / "stik", RECIPIENT, NOW, tmp_path / WORK).path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a database and keys of its own."""
    folder = tmp_path / "komputer"
    folder.mkdir()
    db = open_office(folder / "kantor.sqlite3")
    migrate_database(db, "office")
    compose.journal("office", db).open_epoch("350800", NOW)
    db.close()
    load_or_make_keys(folder / "keys", "350800")
    return folder


def bring_back(sealed: Path, data: Path, secret: str = SECRET, side: str = "office") -> None:
    restore_backup(
        sealed,
        secret,
        data / "kantor.sqlite3",
        data / "keys",
        side,
        lambda db: compose.journal("office", db),
        NOW,
    )


def source_in(path: Path) -> str:
    connection = apsw.Connection(str(path))
    try:
        [(source,)] = connection.execute("SELECT value FROM identity WHERE key = 'source'")
        return str(source)
    finally:
        connection.close()


def test_a_restored_office_has_the_same_tables_a_new_epoch_new_keys_and_the_key_that_opened_it(
    journal: Journal, backup: Path, data: Path
) -> None:
    old_keys = load_or_make_keys(data / "keys", "350800").public.signer
    bring_back(backup, data, f" {to_groups(SECRET).lower()} ")
    header = (data / "kantor.sqlite3").read_bytes()[:20]
    assert header[18:20] == b"\1\1", "one whole file, without a log beside it (SQLite: 2 is WAL)"
    db = open_office(data / "kantor.sqlite3")
    assert tables_digest(db) == tables_digest(journal.db)
    restored = compose.journal("office", db)
    source, epoch = restored.identity()
    assert source == "350899"
    assert epoch > 1
    assert key_in_force(db).recipient == RECIPIENT
    assert load_or_make_keys(data / "keys", "350899").public.signer != old_keys
    assert (data / "kantor.sqlite3").stat().st_mode & 0o777 == 0o600
    assert not (data / WORK).exists()


def test_each_database_before_is_kept_under_its_own_date(backup: Path, data: Path) -> None:
    bring_back(backup, data)
    bring_back(backup, data)
    kept = sorted(path.name for path in data.glob("*.lama*"))
    assert kept == ["kantor.sqlite3.lama-20260312-024200", "kantor.sqlite3.lama-20260312-024200-2"]
    assert [source_in(data / name) for name in kept] == ["350800", "350899"]


def whole(_journal: Journal, path: Path) -> Path:
    return path


def flipped(path: Path) -> Path:
    sealed = bytearray(path.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    return path


def not_packed(path: Path) -> Path:
    path.write_bytes(pyrage.encrypt(b"halo", [pyrage.x25519.Recipient.from_str(RECIPIENT)]))
    return path


def the_centres(path: Path) -> Path:
    database = path.with_suffix(".sqlite3")
    db = open_centre(database)
    migrate_database(db, "centre")
    compose.journal("centre", db).open_epoch("dukcapil-3508", NOW)
    db.run("PRAGMA journal_mode=DELETE")
    db.close()
    return sealed_of(database.read_bytes(), path)


def damaged(journal: Journal, path: Path) -> Path:
    copy = path.with_suffix(".sqlite3")
    journal.db.run(f"VACUUM INTO '{copy}'")
    plain = bytearray(copy.read_bytes())
    pages = "SELECT pageno FROM dbstat WHERE name = 'journal_body' AND pagetype = 'leaf' LIMIT 1"
    [(page,)] = apsw.Connection(str(copy)).execute(pages)
    plain[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    return sealed_of(bytes(plain), path)


REFUSALS: dict[str, tuple[str, Callable[[Journal, Path], Path], str]] = {
    "typed wrong": ("salah ketik", whole, "AGE-SECRET-KEY-SALAH"),
    "another's key": ("dari kantor yang sama", whole, draw_key()[1]),
    "no backup": (
        "bukan cadangan",
        lambda _, path: (path.write_bytes(b"bukan cadangan" * 99) and path) or path,
        SECRET,
    ),
    "empty": ("bukan cadangan", lambda _, path: (path.write_bytes(b"") and path) or path, SECRET),
    "cut": (
        "terpotong",
        lambda _, path: (path.write_bytes(path.read_bytes()[:-100]) and path) or path,
        SECRET,
    ),
    "flipped": ("rusak", lambda _, path: flipped(path), SECRET),
    "not packed": ("rusak atau terpotong", lambda _, path: not_packed(path), SECRET),
    "no database inside": (
        "bukan basis data Loket",
        lambda _, path: sealed_of(b"halo " * 999, path),
        SECRET,
    ),
    "nothing inside": ("bukan basis data Loket", lambda _, path: sealed_of(b"", path), SECRET),
    "another database": (
        "bukan basis data Loket",
        lambda journal, path: changed(journal, path, "DROP TABLE migration"),
        SECRET,
    ),
    "nobody's database": (
        "bukan basis data Loket",
        lambda journal, path: changed(journal, path, "DELETE FROM identity"),
        SECRET,
    ),
    "newer": (
        "lebih baru",
        lambda journal, path: changed(journal, path, "INSERT INTO migration (name) VALUES ('common/9999')"),
        SECRET,
    ),
    "the centre's": ("--side centre", lambda _, path: the_centres(path), SECRET),
    "tables differ": (
        "tidak lulus",
        lambda journal, path: changed(journal, path, "UPDATE village SET name = 'Diubah'"),
        SECRET,
    ),
    "a damaged page": ("rusak", damaged, SECRET),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_restored_says_why_and_changes_nothing(
    journal: Journal, backup: Path, data: Path, case: str
) -> None:
    words, prepare, secret = REFUSALS[case]
    sealed, signer = prepare(journal, backup), load_or_make_keys(data / "keys", "350800").public.signer
    with pytest.raises(BackupError, match=words):
        bring_back(sealed, data, secret)
    assert source_in(data / "kantor.sqlite3") == "350800"
    assert load_or_make_keys(data / "keys", "350800").public.signer == signer
    assert not (data / WORK).exists()
    assert not list(data.glob("*.lama*"))


def test_an_offices_backup_is_no_centres(backup: Path, data: Path) -> None:
    with pytest.raises(BackupError, match="Hilangkan --side centre"):
        bring_back(backup, data, side="centre")


def test_nothing_is_restored_under_a_running_program(backup: Path, data: Path) -> None:
    running = open_office(data / "kantor.sqlite3")
    running.run("SELECT 1 FROM identity")
    with pytest.raises(BackupError, match="masih berjalan"):
        bring_back(backup, data)
    running.close()
    bring_back(backup, data)
    assert source_in(data / "kantor.sqlite3") == "350899"


def test_only_an_unfounded_database_gives_way_without_a_word(data: Path, tmp_path: Path) -> None:
    empty, garbage = tmp_path / "kosong.sqlite3", tmp_path / "rusak.sqlite3"
    db = open_office(empty)
    migrate_database(db, "office")
    db.close()
    garbage.write_bytes(b"x" * 5000)
    assert [holds_identity(path) for path in (data / "kantor.sqlite3", empty, tmp_path / "tiada", garbage)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("logged", [False, True])
def test_killed_at_any_line_the_old_or_the_new_database_is_in_place(tmp_path: Path, logged: bool) -> None:
    """`logged`: the old one is damaged, so that its write-ahead log could not be folded in."""
    database, fresh, run_number = tmp_path / "kantor.sqlite3", tmp_path / "baru.sqlite3", 0
    run = partial(put_in_place, fresh, database, NOW)
    for line in end_at_each_line(run, ("sync/restore.py", "schema/data_folder.py"), how="fork"):
        run_number = line
        lama = next((path for path in tmp_path.glob("*.lama*") if not path.name.endswith(("-wal", "-shm"))), None)
        present = database.read_bytes() if line > 1 else b"old"
        assert present in (b"old", b"new")
        if present == b"new":
            assert lama is not None
            assert lama.read_bytes() == b"old"
            assert not database.with_name("kantor.sqlite3-wal").exists()  # it would be folded into the new one
        if logged and line > 1:
            logs = [database.with_name("kantor.sqlite3-wal"), *tmp_path.glob("*.lama*-wal")]
            assert b"log" in {path.read_bytes() for path in logs if path.exists()}
        for path in tmp_path.iterdir():
            path.unlink()
        write_whole(database, b"old")
        write_whole(fresh, b"new")
        if logged:
            write_whole(database.with_name("kantor.sqlite3-wal"), b"log")
    assert run_number > 15
    assert not fresh.exists() or database.read_bytes() == b"old"
