"""A database that was copied, restored or exchanged is noticed at the start; an ordinary start is not."""

import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync import evidence
from sync.entries import read_fact
from sync.epochs import JUMP, MAX_EPOCH, open_provisional
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.problems import SyncError
from tests.sync.world import NOW, OFFICE, OUT, CardAsked, open_side

DATABASE, MARKER = "kantor.sqlite3", "kantor.penanda"


@dataclass
class Pc:
    """A data folder on a machine, and the program that runs on it."""

    folder: Path
    machine: str = "pc-one"

    def start(self) -> Journal:
        self.journal = open_side(self.folder / DATABASE, "office", OFFICE)
        self.cause = evidence.begin_session(self.journal, self.folder / MARKER, self.folder / "keys", NOW, self.machine)
        return self.journal

    def register(self, number: int) -> None:
        with self.journal.transaction():
            self.journal.record(CardAsked(number, "Warga"), subject="card", actor="sari", at=NOW, stream=OUT)

    def minute(self) -> None:
        evidence.update_marker(self.journal, self.folder / MARKER, self.machine)

    def stop(self) -> None:
        """A clean end."""
        evidence.renew_marker(self.journal, self.folder / MARKER, self.machine)
        self.journal.db.close()

    def kill(self) -> None:
        """An end without a word."""
        self.journal.db.close()

    def copy_database(self, name: str) -> Path:
        target = self.folder / name
        self.journal.db.run(f"VACUUM INTO '{target}'")
        return target

    def put_back(self, copy: Path) -> None:
        for ending in ("-wal", "-shm"):
            (self.folder / (DATABASE + ending)).unlink(missing_ok=True)
        shutil.copy(copy, self.folder / DATABASE)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    made = Pc(tmp_path / "data")
    made.folder.mkdir()
    return made


def again(pc: Pc) -> str:
    """Start anew; why the program says that it came back."""
    pc.start()
    return pc.cause


def test_ordinary_days_open_no_epoch(pc: Pc) -> None:
    for day in range(1, 4):
        assert again(pc) == ""
        pc.register(day)
        if day == 2:
            pc.minute()
            pc.kill()
        else:
            pc.stop()
    assert again(pc) == ""
    assert pc.journal.epoch == 1
    assert list(pc.journal.db.run("SELECT * FROM side_return")) == []


@pytest.mark.parametrize(("call", "written"), [(1, False), (1, True), (2, False), (2, True)])
def test_killed_while_the_token_changes(pc: Pc, call: int, written: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first writing stands before the commit, the second after it; the kill comes just before or after each."""
    again(pc)
    pc.register(1)
    real, calls = evidence.write_marker, []

    def dying(*given: object) -> None:
        calls.append(given)
        if len(calls) < call or written:
            real(*given)
        if len(calls) == call:
            raise KeyboardInterrupt

    monkeypatch.setattr(evidence, "write_marker", dying)
    with pytest.raises(KeyboardInterrupt):
        evidence.renew_marker(pc.journal, pc.folder / MARKER, pc.machine)
    monkeypatch.undo()
    pc.kill()
    for _ in range(2):
        assert again(pc) == ""
        pc.kill()


def test_an_older_database_file_is_noticed(pc: Pc) -> None:
    again(pc)
    pc.register(1)
    copy = pc.copy_database("salinan")
    pc.register(2)
    pc.minute()
    pc.kill()  # the token is still the one of the copy: what the marker saw of the journal tells
    pc.put_back(copy)
    assert again(pc) == evidence.OLDER
    assert 1 < pc.journal.epoch <= 1 + JUMP + 1
    row = pc.journal.db.one("SELECT epoch, cause, before, confirmed_at FROM side_return")
    assert row == (pc.journal.epoch, "older", 1, "")
    pc.register(2)  # the counter goes on
    pc.stop()
    assert again(pc) == ""


def test_a_database_from_before_the_last_start_is_noticed_though_nothing_was_written(pc: Pc) -> None:
    again(pc)
    copy = pc.copy_database("salinan")
    pc.stop()
    again(pc)
    pc.stop()
    pc.put_back(copy)
    assert again(pc) == evidence.OLDER


def test_a_database_without_its_marker_is_a_copy(pc: Pc) -> None:
    again(pc)
    pc.stop()
    (pc.folder / MARKER).unlink()
    assert again(pc) == evidence.COPIED


def test_a_folder_on_another_machine_makes_new_keys(pc: Pc) -> None:
    again(pc)
    before = load_or_make_keys(pc.folder / "keys", OFFICE).public.signer
    pc.stop()
    new = Pc(pc.folder.parent / "baru", "pc-two")
    shutil.copytree(pc.folder, new.folder)
    assert again(new) == evidence.MOVED
    assert load_or_make_keys(new.folder / "keys", OFFICE).public.signer != before
    new.stop()
    assert again(new) == ""
    assert again(pc) == ""  # the old PC knows nothing of its copy


def test_data_of_an_older_program_is_taken_over_in_silence(pc: Pc) -> None:
    journal = open_side(pc.folder / DATABASE, "office", OFFICE)
    assert read_fact(journal.db, evidence.TOKEN) == ""
    journal.db.close()
    assert again(pc) == ""
    assert pc.journal.epoch == 1


def test_one_backup_restored_twice_gives_two_epochs_and_one_notice_each(pc: Pc) -> None:
    again(pc)
    copy = pc.copy_database("salinan")
    pc.stop()
    epochs = []
    for name in ("satu", "dua", "satu"):
        other = Pc(pc.folder.parent / name, name)
        other.folder.mkdir(exist_ok=True)
        other.put_back(copy)
        restored = open_side(other.folder / DATABASE, "office", OFFICE)
        evidence.begin_after_restore(restored, other.folder / "keys", NOW)
        restored.db.close()
        assert again(other) == ""
        epochs.append(other.journal.epoch)
        assert [row[0] for row in other.journal.db.run("SELECT cause FROM side_return")] == ["restored"]
        other.stop()
        assert again(other) == ""
        other.stop()
    assert len(set(epochs)) == 3


def test_a_centre_keeps_its_keys(tmp_path: Path) -> None:
    journal = open_side(tmp_path / "pusat.sqlite3", "centre", "dukcapil-3508")
    keys = load_or_make_keys(tmp_path / "keys", "dukcapil-3508")
    evidence.begin_after_restore(journal, tmp_path / "keys", NOW)
    assert load_or_make_keys(tmp_path / "keys", "dukcapil-3508").public == keys.public
    evidence.begin_after_restore(journal, tmp_path / "baru", NOW)  # a new PC, where nobody put the keys
    assert load_or_make_keys(tmp_path / "baru", "dukcapil-3508").public != keys.public


def test_epochs_end_with_a_sentence(pc: Pc) -> None:
    again(pc)
    pc.journal.open_epoch(OFFICE, NOW, epoch=MAX_EPOCH)
    with pytest.raises(SyncError) as full:
        open_provisional(pc.journal, evidence.OLDER, NOW)
    assert full.value.code == "epoch_full"
    assert pc.journal.next_id("card", "number") == (MAX_EPOCH - 1) * 10_000_000 + 1


def test_a_full_disk_costs_the_marker_its_news_and_never_the_start(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    again(pc)
    pc.stop()

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(evidence, "write_whole", full)
    assert again(pc) == ""
    pc.register(1)
    pc.kill()
    monkeypatch.undo()
    assert again(pc) == ""
    assert pc.journal.epoch == 1
