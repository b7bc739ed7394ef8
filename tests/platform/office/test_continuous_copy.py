"""The continuous copy: a PC whose whole disk is lost has lost at most what was written since the last minute."""

import io
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from app import compose
from app.casework.desk.tasks import backup_tasks
from app.core.problems import Problem
from app.platform.backups import service as backup_service
from app.platform.backups.continuous import CopyKeeper
from app.platform.backups.service import COPY_MISSING, STICK_BACKUP_FOLDER, Backups, continuous_line, read_standing
from app.platform.files import service as files
from schema.database import Database, open_office
from sync.backup import BackupError, open_stream
from sync.events import BodyDestroyed
from sync.increments import ENDING, LEFT_TO_ENTRIES, NOT_KEPT, Continued, small_tables
from sync.restore import confirm_key, draw_key, keep_unconfirmed, restore_backup
from sync.verification import names_beside
from tests.cli.calling import run
from tests.platform.files.pictures import jpeg
from tests.platform.people import START, Browser
from tests.services.ktp.desk import Desk
from tests.world.nightly import NIGHTLY

MINUTE = timedelta(minutes=1)


class Copied:
    """An office with a confirmed recovery key and a stick that stays in."""

    def __init__(self, desk: Desk, data: Path, stick: Path) -> None:
        self.desk, self.db, self.stick = desk, desk.journal.db, stick
        self.recipient, self.secret = draw_key()
        keep_unconfirmed(self.db, self.recipient, self.secret, START)
        assert confirm_key(self.db, self.secret[-6:], "ratna", START)
        self.backups = Backups(desk.journal, "office", data)
        self.keeper = CopyKeeper(self.backups)
        self.lost = 0

    @property
    def place(self) -> Path:
        return self.stick / STICK_BACKUP_FOLDER

    def choose(self) -> None:
        self.keeper.choose(self.desk.who("ratna"), str(self.stick), self.desk.now)

    def minute(self) -> bool:
        """The next round."""
        self.desk.now += MINUTE
        return self.keeper.tick(self.desk.now)

    def increments(self) -> list[str]:
        return sorted(path.name for path in self.place.glob(f"*{ENDING}"))

    def restore(self, folder: Path, place: Path | None = None) -> tuple[Continued, Database]:
        """What another PC makes of the stick alone."""
        newest = max((place or self.place).glob("*.loket-cadangan"))
        continued = Continued(newest, self.secret)
        target = folder / "kantor.sqlite3"
        verdict = restore_backup(
            newest,
            self.secret,
            target,
            folder / "keys",
            "office",
            lambda db: compose.journal("office", db),
            self.desk.now,
            go_on=continued.apply,
        )
        assert verdict.faults == []
        return continued, open_office(target)


@pytest.fixture
def copied(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copied:
    monkeypatch.setattr(backup_service, "removable_drives", list)
    (tmp_path / "stick").mkdir()
    (tmp_path / "data").mkdir()
    return Copied(desk, tmp_path / "data", tmp_path / "stick")


def cases(db: Database) -> list[tuple[object, ...]]:
    return list(db.run("SELECT id, number, fields FROM case_file ORDER BY id"))


def test_what_was_written_until_the_last_minute_comes_back_from_the_stick_alone(copied: Copied, tmp_path: Path) -> None:
    copied.choose()
    assert copied.minute()
    assert len(list(copied.place.glob("*.loket-cadangan"))) == 1
    for _ in range(3):
        copied.desk.complete()
        files.keep_file(
            copied.desk.journal,
            copied.desk.who("sari"),
            data=jpeg(grey=copied.desk.made),
            rule=files.SCAN,
            subject="case/1",
            name="pindaian.jpg",
            now=copied.desk.now,
        )
        assert copied.minute()
    reached = copied.desk.now
    known, contents = cases(copied.db), list(copied.db.run("SELECT digest, content FROM file_content ORDER BY digest"))
    lost = copied.desk.complete()  # in the minute that is lost
    shutil.rmtree(tmp_path / "data")
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.applied, continued.reached_at, continued.stopped) == (len(copied.increments()), reached, "")
        assert cases(db) == known
        assert read_standing(db) is None, "a restored PC writes into no folder that nobody chose there"
        assert lost not in [row[0] for row in known]
        assert list(db.run("SELECT digest, content FROM file_content ORDER BY digest")) == contents
        secrets = "SELECT * FROM credential ORDER BY person_id"
        assert list(db.run(secrets)) == list(copied.db.run(secrets))
        assert [row[0] for row in db.run("SELECT kind FROM journal ORDER BY id DESC LIMIT 1")] == ["epoch.opened"]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


FAULTS: list[tuple[Callable[[Path], object], str]] = [
    (Path.unlink, "Lanjutan nomor 3 tidak ada"),
    (flip, "Lanjutan nomor 3 rusak, terpotong, atau dikunci dengan kunci lain"),
    (lambda path: path.write_bytes(path.read_bytes()[:-7]), "Lanjutan nomor 3 rusak"),
    (lambda path: shutil.copy(path.with_name(path.name.replace("000003", "000002")), path), "bukan milik cadangan"),
]


def test_the_command_takes_the_backup_and_tells_a_machine_how_far_it_came(copied: Copied, tmp_path: Path) -> None:
    """Whoever names the newest file of the folder is told which one to name."""
    copied.choose()
    copied.minute()
    for _ in range(2):
        copied.desk.open()
        assert copied.minute()
    first, *_, last = copied.increments()
    key, newest = tmp_path / "kunci.txt", max(copied.place.glob("*.loket-cadangan"))
    key.write_text(copied.secret, encoding="utf-8")
    asked = ("--key-file", str(key), "--data", str(tmp_path / "other"))
    refused = run("restore", str(copied.place / last), *asked)
    assert (refused.returncode, f"{last} lanjutan sebuah cadangan" in refused.stderr) == (1, True)
    (copied.place / first).unlink()
    told = json.loads(run("restore", str(newest), *asked, "--json").stdout)
    assert (told["increments"], told["reached_at"], told["increments_left_out"]) == (0, "", len(copied.increments()))
    assert told["why_left_out"] == "Lanjutan nomor 1 tidak ada"


@pytest.mark.parametrize(("what", "said"), FAULTS if NIGHTLY else FAULTS[:2])
def test_a_missing_or_faulty_increment_ends_there_and_says_so(
    copied: Copied, tmp_path: Path, what: Callable[[Path], object], said: str
) -> None:
    copied.choose()
    copied.minute()
    seen: list[list[tuple[object, ...]]] = []
    for _ in range(4):
        copied.desk.open()
        assert copied.minute()
        seen.append(cases(copied.db))
    third = copied.place / copied.increments()[2]
    what(third)
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.applied, said in continued.stopped) == (2, True), continued.stopped
        assert continued.skipped == len(copied.increments()) - 2
        assert cases(db) in seen[:2]


def test_an_increment_of_a_newer_program_is_left_with_its_sentence(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied.choose()
    copied.minute()
    monkeypatch.setattr("sync.increments.VERSION", "9.0.0")
    monkeypatch.setattr("sync.increments.first_column", lambda _db, _sql, _params=(): ["office/9999_later.sql"])
    copied.desk.open()
    assert copied.minute()
    monkeypatch.undo()
    continued, db = copied.restore(tmp_path / "other")
    db.close()
    assert "ditulis Loket 9.0.0, yang lebih baru" in continued.stopped


def test_a_newer_backup_takes_the_place_of_the_increments(copied: Copied, tmp_path: Path) -> None:
    copied.choose()
    copied.minute()
    copied.desk.open()
    copied.minute()
    old = copied.increments()
    copied.desk.now += timedelta(days=1)
    assert copied.backups.go(copied.desk.now)
    copied.desk.open()
    assert copied.minute()
    assert not set(old) & set(copied.increments())
    known = cases(copied.db)
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.stopped, cases(db)) == ("", known)


def test_a_folder_that_is_gone_is_told_at_the_desk_and_goes_on_by_itself(copied: Copied, tmp_path: Path) -> None:
    ratna = copied.desk.who("ratna")
    assert continuous_line(copied.db, copied.desk.now).kind == "idle"
    assert backup_tasks(copied.db, ratna, copied.desk.now) == []
    copied.choose()
    assert continuous_line(copied.db, copied.desk.now).word == "Dimulai"
    assert continuous_line(copied.db, copied.desk.now + timedelta(minutes=5)).word == "Terlambat"
    copied.minute()
    assert continuous_line(copied.db, copied.desk.now).kind == "good"
    copied.stick.rename(tmp_path / "pulled")
    copied.desk.open()
    assert not copied.minute()
    line = continuous_line(copied.db, copied.desk.now)
    assert (line.kind, line.word, line.todo) == ("warn", "Terhenti", COPY_MISSING)
    assert [task.detail for task in backup_tasks(copied.db, ratna, copied.desk.now)] == [COPY_MISSING]
    (tmp_path / "pulled").rename(copied.stick)
    copied.minute()
    assert continuous_line(copied.db, copied.desk.now).kind == "good"
    known = cases(copied.db)
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.stopped, cases(db)) == ("", known)
    assert continuous_line(copied.db, copied.desk.now + timedelta(minutes=4)).kind == "good"
    late = continuous_line(copied.db, copied.desk.now + timedelta(minutes=5))
    assert (late.kind, late.word) == ("warn", "Terlambat")


def test_another_stick_in_its_place_gets_everything(copied: Copied, tmp_path: Path) -> None:
    copied.choose()
    copied.minute()
    copied.desk.open()
    copied.minute()
    shutil.rmtree(copied.place)
    copied.place.mkdir()
    assert copied.minute()
    known = cases(copied.db)
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.stopped, cases(db)) == ("", known)


def test_a_copy_that_begins_anew_leaves_nothing_of_before(copied: Copied, tmp_path: Path) -> None:
    """What an earlier run of increments left beside the same backup never comes after the new one."""
    copied.choose()
    for _ in range(3):
        copied.desk.open()
        copied.minute()
    old = {name: (copied.place / name).read_bytes() for name in copied.increments()}
    copied.choose()
    assert copied.minute()
    assert copied.increments() == [min(old)]
    known = cases(copied.db)
    for name in sorted(old)[1:]:  # as after a power cut before they were removed
        (copied.place / name).write_bytes(old[name])
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.applied, cases(db)) == (1, known)
        assert "Lanjutan nomor 2 tidak menyambung" in continued.stopped


def test_after_a_destruction_a_new_backup_goes_on(copied: Copied, tmp_path: Path) -> None:
    copied.choose()
    copied.minute()
    first = read_standing(copied.db)
    copied.desk.open()
    with copied.desk.journal.transaction():
        copied.desk.journal.record(BodyDestroyed([], "contoh"), subject="body", actor="system", at=copied.desk.now)
    copied.desk.now += timedelta(seconds=5)
    assert copied.minute()
    standing = read_standing(copied.db)
    assert first is not None
    assert standing is not None
    assert standing.base != first.base
    known = cases(copied.db)
    continued, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert (continued.stopped, cases(db)) == ("", known)


def test_many_files_go_out_in_several_increments(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied.choose()
    copied.minute()
    before = len(copied.increments())
    monkeypatch.setattr("sync.increments.MOST_BYTES", 2 * len(jpeg()))
    for grey in range(1, 8):
        files.keep_file(
            copied.desk.journal,
            copied.desk.who("sari"),
            data=jpeg(grey=grey),
            rule=files.SCAN,
            subject="case/1",
            name="pindaian.jpg",
            now=copied.desk.now,
        )
    assert copied.minute()
    assert len(copied.increments()) - before >= 3
    _, db = copied.restore(tmp_path / "other")
    with closing(db):
        assert db.one("SELECT count(*) FROM file_content") == (7,)


def test_what_lies_in_the_folder_is_sealed_and_for_its_owner(copied: Copied) -> None:
    copied.choose()
    copied.minute()
    copied.desk.open()
    copied.minute()
    for path in copied.place.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"age-encryption.org/v1")
        assert b"350899" not in content
        assert path.stat().st_mode & 0o077 == 0
    newest = copied.place / copied.increments()[-1]
    plain = io.BytesIO()
    with newest.open("rb") as sealed:
        open_stream(sealed, plain, pyrage.x25519.Identity.from_str(copied.secret))
    assert plain.getvalue().startswith(b"SQLite format 3")
    assert b"350899" in plain.getvalue()


def test_every_table_beside_the_journal_is_decided(copied: Copied) -> None:
    """A table that no entry rebuilds goes along whole, unless it belongs to this PC or comes by its lines."""
    beside = {name for name in names_beside(copied.db) if not name.endswith("%")}
    assert set(small_tables(copied.db)) == beside - LEFT_TO_ENTRIES - NOT_KEPT - {"road_chunk"}
    assert beside >= NOT_KEPT | LEFT_TO_ENTRIES
    assert {"credential", "identity", "survey_box", "survey_code", "own_definition"} <= set(small_tables(copied.db))


@pytest.mark.parametrize("folder", ["/tidak/ada", "relatif", "data", "\0"])
def test_a_folder_that_will_not_do_is_refused(copied: Copied, tmp_path: Path, folder: str) -> None:
    asked = str(tmp_path / "data") if folder == "data" else folder
    with pytest.raises(Problem) as refused:
        copied.keeper.choose(copied.desk.who("ratna"), asked, copied.desk.now)
    assert set(refused.value.fields) == {"folder"}
    assert read_standing(copied.db) is None


def test_who_may_not_make_backups_chooses_no_folder(copied: Copied) -> None:
    with pytest.raises(Problem) as refused:
        copied.keeper.choose(copied.desk.who("sari"), str(copied.stick), copied.desk.now)
    assert refused.value.code == "forbidden"


def test_the_folder_is_chosen_and_ended_on_the_page(
    copied: Copied, as_ratna: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copied.stick = tmp_path_factory.mktemp("stick")  # the pages' own data folder is the one of the test
    assert "Salinan tiap menit" in as_ratna.get("/cadangan/").text
    wrong = as_ratna.post("/cadangan/salinan", {"folder": "/tidak/ada"})
    assert (wrong.status_code, "Folder itu tidak ada" in wrong.text) == (422, True)
    assert as_ratna.post("/cadangan/salinan", {"folder": str(copied.stick)}).status_code == 303
    assert copied.keeper.tick(START)
    page = as_ratna.get("/cadangan/").text
    assert f'value="{copied.stick}"' in page
    assert "Jalan" in page
    assert as_ratna.post("/cadangan/salinan", {"folder": ""}).status_code == 303
    assert read_standing(copied.db) is None
    assert not copied.minute()


def test_a_failing_backup_is_not_tried_each_minute(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(*_: object) -> None:
        tried.append(copied.desk.now)
        raise BackupError("Data tidak lulus pemeriksaan")

    monkeypatch.setattr(backup_service, "make_backup", fail)
    copied.choose()
    for _ in range(35):
        assert not copied.minute()
    assert len(tried) == 2
    standing = read_standing(copied.db)
    assert standing is not None
    assert "Data tidak lulus pemeriksaan" in standing.sentence
