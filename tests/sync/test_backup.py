"""A backup counts only when it was opened again; one that fails leaves nothing behind, and memory no key to trust."""

import gzip
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import apsw
import pytest

from app.compose import kinds
from schema.covered_copy import PlainCopy
from schema.data_folder import remove_leftovers
from schema.database import open_office
from sync import backup
from sync.backup import (
    ALARM,
    ENDING,
    WORK,
    BackupError,
    FolderBusyError,
    last_made,
    make_backup,
    note_made,
    prove_opened,
    unopenable_backups,
    working_folder,
)
from sync.journal import Journal
from sync.restore import (
    RECIPIENT_FILE,
    adopt_file,
    confirm_key,
    draw_key,
    keep_unconfirmed,
    key_in_force,
    key_to_confirm,
    to_groups,
)
from tests.sync.ending import end_at_each_line
from tests.world.nightly import by_day

NOW = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)
RECIPIENT, SECRET = draw_key()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / WORK


def make(journal: Journal, folder: Path, work: Path) -> backup.Backup:
    return make_backup(journal, "office", folder, RECIPIENT, NOW, work)


def run_backup(database: Path, folder: Path, work: Path, recipient: str) -> None:
    make_backup(Journal(open_office(database), kinds("office")), "office", folder, recipient, NOW, work)


def left(work: Path) -> list[str]:
    return [path.name for path in work.glob("*")]


def test_stock_tools_open_a_backup_and_find_no_draft_in_it(journal: Journal, tmp_path: Path, work: Path) -> None:
    journal.db.run(
        "INSERT INTO draft (author, service, fields, created_at, updated_at)"
        " VALUES ('x', 'y', '{\"nama\": \"setengah jadi\"}', '', '')"
    )
    made = make(journal, tmp_path / "stik", work)
    key = tmp_path / "kunci.txt"
    key.write_text(SECRET + "\n", encoding="ascii")
    sealed = subprocess.run(["age", "-d", "-i", str(key), str(made.path)], capture_output=True, check=True)
    plain = gzip.decompress(sealed.stdout)
    assert b"setengah jadi" not in plain
    database = tmp_path / "dibuka.sqlite3"
    database.write_bytes(plain)
    found = apsw.Connection(str(database)).execute("SELECT value FROM identity WHERE key = 'source'")
    assert list(found) == [("350899",)]
    assert made.entries == journal.db.one("SELECT count(*) FROM journal")[0]


def test_every_file_is_the_owners_and_no_plain_copy_stays(
    journal: Journal, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: dict[str, int] = {}
    folders: set[int] = set()

    def look(step: Callable[..., Any]) -> Callable[..., Any]:
        def looking(*given: Any) -> Any:
            came = step(*given)
            modes.update({path.name: path.stat().st_mode & 0o777 for path in work.rglob("*")})
            folders.update(path.stat().st_mode & 0o777 for path in (work, work.parent))
            modes.update({path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "stik").rglob("*")})
            return came

        return looking

    for name in ("copy_database", "seal_stream", "open_stream", "prove_opened"):
        monkeypatch.setattr(backup, name, look(getattr(backup, name)))
    before = os.umask(0)
    try:
        made = make(journal, tmp_path / "stik", work)
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert {"salinan.sqlite3", "dibuka.sqlite3", made.path.name + ".tmp"} <= set(modes)
    assert folders == {0o700}
    assert (made.path.stat().st_mode & 0o777, left(work)) == (0o600, [])


def test_the_sealed_bytes_and_their_folder_are_durable(
    journal: Journal, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, synced = os.fsync, set()

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    made = make(journal, tmp_path / "stik", work)
    assert {made.path.stat().st_ino, made.path.parent.stat().st_ino} <= synced


def test_never_two_under_one_name(journal: Journal, tmp_path: Path, work: Path) -> None:
    folder = tmp_path / "stik"
    folder.mkdir()
    (folder / f"350899-20260312-024100{ENDING}.tmp").write_bytes(b"cut short")
    names = [make(journal, folder, work).path.name for _ in range(3)]
    assert names == [f"350899-20260312-024200{n}{ENDING}" for n in ("", "-2", "-3")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize("fault", ["flipped", "cut", "other"])
def test_a_backup_that_does_not_open_as_it_was_is_none(
    journal: Journal, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    real = backup.seal_stream

    def seal(plain: BinaryIO, sealed: BinaryIO, recipients: Any, *told: Any) -> str:
        digest = real(plain, sealed, recipients, *told)
        size = sealed.seek(0, os.SEEK_END)
        if fault == "cut":
            sealed.truncate(size - 100)
        if fault == "flipped":
            sealed.seek(size // 2)
            sealed.write(b"\0\0\0\0")
        return "0" * 64 if fault == "other" else digest

    monkeypatch.setattr(backup, "seal_stream", seal)
    with pytest.raises(BackupError, match="tidak terbuka kembali"):
        make(journal, tmp_path / "stik", work)
    assert (list((tmp_path / "stik").iterdir()), left(work)) == ([], [])


def test_tables_that_differ_from_the_journal_give_no_backup(journal: Journal, tmp_path: Path, work: Path) -> None:
    with journal.db.applying(), journal.db.writing():
        journal.db.run("UPDATE village SET name = 'Diubah'")
    with pytest.raises(BackupError, match="tidak lulus"):
        make(journal, tmp_path / "stik", work)
    assert (list(tmp_path.glob("stik/*")), left(work)) == ([], [])


def test_what_came_out_must_have_whole_chains_and_our_name(journal: Journal, tmp_path: Path) -> None:
    copy = tmp_path / "salinan.sqlite3"
    journal.db.run(f"VACUUM INTO '{copy}'")
    assert prove_opened(PlainCopy(copy), journal).faults == []
    other = apsw.Connection(str(copy))
    other.execute("UPDATE identity SET value = '350800' WHERE key = 'source'")
    with pytest.raises(BackupError, match="tidak terbuka kembali"):
        prove_opened(PlainCopy(copy), journal)
    other.execute("UPDATE identity SET value = '350899' WHERE key = 'source'")
    other.execute("DROP TRIGGER body_no_update; UPDATE journal_body SET body = CAST(body || ' ' AS BLOB) WHERE id = 2")
    other.close()
    with pytest.raises(BackupError, match="tidak lulus"):
        prove_opened(PlainCopy(copy), journal)
    with copy.open("r+b") as file:  # a page in the middle of the file turns to nothing
        file.seek(copy.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises((BackupError, apsw.CorruptError)):
        prove_opened(PlainCopy(copy), journal)


@pytest.mark.parametrize(("factor", "alarm"), [(1.9, ""), (2.1, ALARM)])
def test_a_backup_below_half_of_the_one_before_raises_an_alarm(
    journal: Journal, tmp_path: Path, work: Path, factor: float, alarm: str
) -> None:
    size = make(journal, tmp_path / "ukur", work).size
    folder = tmp_path / "stik"
    folder.mkdir()
    (folder / f"350899-20260310-010000{ENDING}").write_bytes(b"x" * 9_000_000)
    (folder / f"350899-20260311-010000{ENDING}").write_bytes(b"x" * int(size * factor))
    (folder / f"350800-20260312-010000{ENDING}").write_bytes(b"x" * 9_000_000)  # another office's
    assert make(journal, folder, work).alarm == alarm


def test_one_at_a_time_and_a_killed_run_is_swept(journal: Journal, tmp_path: Path, work: Path) -> None:
    with working_folder(work):
        (work / "salinan.sqlite3").write_bytes(b"plain")
        with pytest.raises(BackupError, match="sedang berjalan"):
            make(journal, tmp_path / "stik", work)
        with pytest.raises(FolderBusyError), working_folder(work):
            raise AssertionError
        remove_leftovers(tmp_path)
        assert left(work) == ["salinan.sqlite3"]
    work.mkdir(parents=True)
    (work / "salinan.sqlite3").write_bytes(b"left by a power cut")
    remove_leftovers(tmp_path)
    assert not work.parent.exists()


def test_killed_at_any_line_no_backup_and_no_key_stands_that_does_not_open(
    journal: Journal, tmp_path: Path, work: Path
) -> None:
    journal.db.close()
    run = partial(run_backup, tmp_path / "kantor.sqlite3", tmp_path / "stik", work, RECIPIENT)
    ended = 0
    for _ in end_at_each_line(run, ("sync/backup.py",), step=by_day(200, 25)):
        ended += 1
        whole = list((tmp_path / "stik").glob(f"*{ENDING}"))
        for path in whole:
            key = tmp_path / "kunci.txt"
            key.write_text(SECRET, encoding="ascii")
            assert subprocess.run(["age", "-d", "-i", str(key), str(path)], capture_output=True).returncode == 0
            path.unlink()
        remove_leftovers(tmp_path)
        assert left(work) == []
    assert ended > 2
    assert key_in_force(journal.db) is key_to_confirm(journal.db) is None


def test_a_key_that_an_earlier_program_kept_in_a_file_waits_for_a_person(journal: Journal, tmp_path: Path) -> None:
    db, keys = journal.db, tmp_path / "keys"
    keys.mkdir()
    adopt_file(db, keys, NOW)
    assert key_to_confirm(db) is None, "no file, no key"
    (keys / RECIPIENT_FILE).write_text(f"{RECIPIENT}\n", encoding="ascii")
    adopt_file(db, keys, NOW)
    assert (key_to_confirm(db).recipient, key_in_force(db), list(keys.iterdir())) == (RECIPIENT, None, [])
    assert not confirm_key(db, to_groups(SECRET).split()[-1], "ratna", NOW), (
        "of that file the end of the key is not known"
    )
    assert confirm_key(db, SECRET, "ratna", NOW)
    (keys / RECIPIENT_FILE).write_text(draw_key()[0], encoding="ascii")
    adopt_file(db, keys, NOW)
    assert (key_in_force(db).recipient, key_to_confirm(db), list(keys.iterdir())) == (RECIPIENT, None, [])


def test_a_backup_counts_once_a_person_typed_the_end_of_its_key(journal: Journal, tmp_path: Path, work: Path) -> None:
    db = journal.db
    made = make(journal, tmp_path / "stik", work)
    note_made(db, made)
    keep_unconfirmed(db, RECIPIENT, SECRET, NOW)
    assert (last_made(db), unopenable_backups(db)) == (None, {made.path.name})
    groups = to_groups(SECRET)
    assert groups.replace(" ", "") == SECRET
    last = groups.split()[-1]
    wrong = ("Q" if last[0] != "Q" else "P") + last[1:]
    assert [confirm_key(db, typed, "ratna", NOW) for typed in ("", wrong, draw_key()[1])] == [False] * 3
    assert key_in_force(db) is None
    assert confirm_key(db, f" {last.lower()} ", "ratna", NOW)
    assert (key_in_force(db).recipient, key_in_force(db).confirmed_by) == (RECIPIENT, "ratna")
    assert last_made(db).name == made.path.name
    other, secret = draw_key()
    keep_unconfirmed(db, other, secret, NOW)
    assert key_in_force(db).recipient == RECIPIENT
    assert confirm_key(db, to_groups(secret), "ratna", NOW)  # the whole key is its own proof
    assert last_made(db).name == made.path.name
