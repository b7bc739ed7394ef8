"""Before a new version of the program changes a database it keeps it as it was, and the way back leads there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import apsw
import pytest

from app import compose
from app.cli import main
from app.platform.backups.service import BackupClock
from app.records.retention.service import clear_traces
from schema import cipher, earlier_copy
from schema import migrations as migration
from schema.earlier_copy import KEPT_DAYS, count_rows, earlier_copies, newest_copy
from schema.encrypting import encrypt_files
from schema.migrations import MigrationError, keep_state_before, migrate_database
from sync.evidence import read_marker, renew_marker, return_cause

KEY = bytes(range(32))
FIRST = datetime(2026, 3, 2, tzinfo=UTC)
PLANTED = "3508990101900001"
STEP_FILES = migration.step_files


class NewStep(NamedTuple):
    """The program of the next version: one step more than today's."""

    path: Path
    number: str


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A database of today's version with a number that can be looked for in the bytes of its file."""
    path = tmp_path / "data" / compose.FILES["office"]
    path.parent.mkdir()
    plant(path)
    return path


def plant(path: Path) -> None:
    db = compose.open_side("office", path.parent)
    migrate_database(db, "office")
    compose.journal("office", db).open_epoch("350899", FIRST)
    with db.applying(), db.writing():
        db.run("INSERT INTO village (code, name) VALUES ('3508992010', ?)", (PLANTED,))
    db.close()


@pytest.fixture
def newer(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewStep:
    assert office.exists()  # made by the program of before
    step = tmp_path / "9000_next.sql"
    step.write_text("UPDATE village SET name = 'Munder';", encoding="utf-8")
    be_newer(monkeypatch, step)
    return NewStep(step, "9000")


def be_newer(monkeypatch: pytest.MonkeyPatch, *steps: Path) -> None:
    def with_new(folder: str, engine: str) -> list[Path]:
        own = STEP_FILES(folder, engine)
        return [*own, *steps] if folder == "office" else own

    monkeypatch.setattr(migration, "step_files", with_new)


def update(path: Path) -> list[str]:
    db = compose.open_side("office", path.parent)
    try:
        return migrate_database(db, "office")
    finally:
        db.close()


def words_in(path: Path) -> str:
    """What stands where the number was planted; the new step writes `Munder` there."""
    with closing(cipher.connect(path)) as own:
        return str(own.execute("SELECT name FROM village").get)


def command(*arguments: str) -> int:
    """The exit code of a command of the program."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.mark.usefixtures("newer")
def test_the_state_of_before_lies_beside_the_database_for_its_owner_alone(office: Path) -> None:
    assert update(office) == ["office/9000"]
    [copy] = earlier_copies(office)
    assert copy.name == "kantor.sebelum-9000.sqlite3"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (words_in(copy), words_in(office)) == (PLANTED, "Munder")
    before = copy.stat().st_mtime_ns
    assert update(office) == []
    assert copy.stat().st_mtime_ns == before, "a start without a new step copies nothing"


@pytest.mark.usefixtures("newer")
def test_what_is_a_copy_itself_leaves_none(office: Path) -> None:
    db = compose.open_side("office", office.parent)
    assert migrate_database(db, "office", keep_copy=False) == ["office/9000"]
    db.close()
    assert earlier_copies(office) == []


def test_a_new_database_and_one_without_a_new_step_leave_no_copy(office: Path) -> None:
    assert update(office) == []
    assert earlier_copies(office) == []
    empty = compose.open_side("office", office.parent / "new")
    keep_state_before(empty, "office")
    empty.close()
    assert earlier_copies(Path(empty.database)) == []


@pytest.mark.usefixtures("newer")
def test_whoever_went_back_by_hand_and_worked_on_gets_a_copy_of_that(office: Path) -> None:
    update(office)
    [copy] = earlier_copies(office)
    shutil.copy2(copy, office)
    with closing(cipher.connect(office)) as own:
        own.execute("UPDATE village SET name = 'Krai'")
    update(office)
    assert words_in(copy) == "Krai"


def test_an_update_that_ended_half_way_keeps_what_was_there_before_it(
    office: Path, newer: NewStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = newer.path.with_name("9001_broken.sql")
    broken.write_text("INSERT INTO nowhere VALUES (1);", encoding="utf-8")
    be_newer(monkeypatch, newer.path, broken)
    with pytest.raises(MigrationError, match="office/9001"):
        update(office)
    broken.write_text("SELECT 1;", encoding="utf-8")
    assert update(office) == ["office/9001"]
    [copy] = earlier_copies(office)
    assert words_in(copy) == PLANTED


def test_the_next_update_replaces_the_copy_of_the_last_one(
    office: Path, newer: NewStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(office)
    later = newer.path.with_name("9002_later.sql")
    later.write_text("SELECT 1;", encoding="utf-8")
    be_newer(monkeypatch, newer.path, later)
    update(office)
    assert [copy.name for copy in earlier_copies(office)] == ["kantor.sebelum-9002.sqlite3"]


@pytest.mark.usefixtures("newer")
def test_without_room_for_the_copy_nothing_is_changed(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(office.parent)
    monkeypatch.setattr(earlier_copy.shutil, "disk_usage", lambda _path: usage._replace(free=earlier_copy.SPARE))
    with pytest.raises(MigrationError, match="Kosongkan ruang"):
        update(office)
    assert (earlier_copies(office), words_in(office)) == ([], PLANTED)


@pytest.mark.usefixtures("newer")
def test_a_copy_that_was_cut_is_not_taken_for_one(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_source: apsw.Connection, target: Path, _key: bytes | None) -> None:
        target.write_bytes(b"half")
        raise apsw.FullError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(cipher, "vacuum_into", cut)
        with pytest.raises(MigrationError, match="Salinan sebelum pemutakhiran"):
            update(office)
    assert (newest_copy(office), words_in(office)) == (None, PLANTED)
    update(office)
    [copy] = earlier_copies(office)
    assert words_in(copy) == PLANTED


@pytest.fixture
def encrypted(office: Path) -> Iterator[Path]:
    encrypt_files(office.parent, KEY, partial((office.parent / cipher.KEY_FILE).write_text, "{}", encoding="utf-8"))
    yield office
    cipher.forget_key(office.parent)


@pytest.mark.usefixtures("newer")
def test_the_copy_of_an_encrypted_database_is_encrypted(encrypted: Path) -> None:
    update(encrypted)
    [copy] = earlier_copies(encrypted)
    assert PLANTED.encode() not in copy.read_bytes()
    assert words_in(copy) == PLANTED


@pytest.mark.parametrize(
    ("removed", "left"),
    [
        (lambda db: minute_of_backups(db, age_of(db) + timedelta(days=KEPT_DAYS, seconds=-1)), 1),
        (lambda db: minute_of_backups(db, age_of(db) + timedelta(days=KEPT_DAYS, seconds=1)), 0),
        (clear_traces, 0),
    ],
    ids=["within its days", "after its days", "when people are destroyed"],
)
@pytest.mark.usefixtures("newer")
def test_a_copy_stays_for_its_days_and_goes_with_people(
    office: Path, removed: Callable[[object], None], left: int
) -> None:
    update(office)
    db = compose.open_side("office", office.parent)
    removed(db)
    db.close()
    assert len(earlier_copies(office)) == left


def minute_of_backups(db: Any, now: datetime) -> None:
    """What the thread of office and centre that makes backups does in a minute in which none is due."""
    backups: Any = SimpleNamespace(db=db, go_if_due=lambda _now: False)
    BackupClock(backups, lambda: now).tick(now)


def age_of(db: object) -> datetime:
    """When the copy beside a database was made."""
    [copy] = earlier_copies(Path(str(db.database)))
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC)


@pytest.mark.usefixtures("newer")
def test_the_way_back_gives_the_old_program_its_database(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("migrate", "--data", str(office.parent)) == 0
    assert "kantor.sebelum-9000.sqlite3" in capsys.readouterr().out
    assert command("migrate", "--back", "--data", str(office.parent)) == 0
    assert "program yang lama" in capsys.readouterr().out
    assert (words_in(office), earlier_copies(office)) == (PLANTED, [])
    assert command("migrate", "--back", "--data", str(office.parent)) == 1
    assert "Tidak ada salinan" in capsys.readouterr().err


@pytest.mark.usefixtures("newer")
def test_after_the_way_back_the_database_fits_the_marker_that_the_newer_program_renewed(office: Path) -> None:
    """Nobody wrote anything, so nothing is older than it was: no epoch is opened and `verify` is content."""
    marker = compose.marker_file("office", office.parent)
    update(office)
    with closing(compose.open_side("office", office.parent)) as db:
        renew_marker(compose.journal("office", db), marker)
        renew_marker(compose.journal("office", db), marker)
    assert command("migrate", "--back", "--data", str(office.parent)) == 0
    with closing(compose.open_side("office", office.parent)) as db:
        assert return_cause(db, read_marker(marker), "") == ""


@pytest.mark.usefixtures("newer")
def test_the_way_back_is_closed_once_somebody_has_worked(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update(office)
    db = compose.open_side("office", office.parent)
    compose.journal("office", db).open_epoch("350899", FIRST + timedelta(days=1))
    db.close()
    assert command("migrate", "--back", "--data", str(office.parent)) == 1
    assert "1 catatan baru" in capsys.readouterr().err
    assert words_in(office) == "Munder"
    assert len(earlier_copies(office)) == 1


@pytest.mark.usefixtures("newer")
def test_the_way_back_is_closed_after_a_restore_of_something_older(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older backup has fewer entries than the copy, and another one at its end: nothing of it may be lost."""
    db = compose.open_side("office", office.parent)
    compose.journal("office", db).open_epoch("350899", FIRST + timedelta(days=1))
    db.close()
    update(office)
    [copy] = earlier_copies(office)
    kept = office.parent / "kept"
    office.rename(kept)
    plant(office)
    assert count_rows(office, "journal") < count_rows(copy, "journal")
    assert command("migrate", "--back", "--data", str(office.parent)) == 1
    assert "1 catatan baru" in capsys.readouterr().err
    assert copy.exists()


def test_an_older_program_says_which_version_a_database_needs(
    office: Path, newer: NewStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = newer.path.with_name("9002_later.sql")
    later.write_text("SELECT 1;", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(migration, "VERSION", "0.9.5")
        update(office)
        be_newer(patch, newer.path, later)
        patch.setattr(migration, "VERSION", "0.10.0")
        update(office)
        patch.setattr(migration, "step_files", STEP_FILES)
        patch.setattr(migration, "VERSION", "0.9.0")
        sentence = r"Loket 0\.9\.0 \(langkah office/9000, office/9002\)\. Pasang Loket versi 0\.10\.0 atau"
        with pytest.raises(MigrationError, match=sentence):
            update(office)


@pytest.mark.parametrize(("free", "copied", "fits"), [(0, 0, True), (-1, 0, False), (-50, 50, True), (-51, 50, False)])
def test_a_copy_wants_room_for_all_and_what_the_one_before_gives_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, copied: int, fits: bool
) -> None:
    path, copy = tmp_path / "kantor.sqlite3", tmp_path / "salinan"
    path.write_bytes(b"x" * 700)
    path.with_name("kantor.sqlite3-wal").write_bytes(b"x" * 300)
    if copied:
        copy.write_bytes(b"x" * copied)
    usage = SimpleNamespace(free=1000 + earlier_copy.SPARE + free)
    monkeypatch.setattr(earlier_copy.shutil, "disk_usage", lambda _: usage)
    try:
        earlier_copy.check_room(path, copy)
        there = True
    except earlier_copy.NoRoomError:
        there = False
    assert there is fits
