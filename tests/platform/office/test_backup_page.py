"""Backups from their page: the key shown once and confirmed, made by itself at night, kept by the schedule, copied."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app import compose
from app.casework.desk.tasks import backup_tasks
from app.core.problems import Problem
from app.platform.backups import service as backup_service
from app.platform.backups.service import STICK_BACKUP_FOLDER, Backups, backup_lines
from app.platform.backups.views.page import waiting_count
from app.platform.people.access_log import access_lines
from sync.backup import Backup
from sync.restore import confirm_key, draw_key, keep_unconfirmed, key_in_force, restore_backup
from tests.platform.people import PIN, START, Browser
from tests.services.ktp.desk import Desk

PAGE = "/cadangan/"
NIGHT = datetime(2026, 3, 12, 11, 30, tzinfo=UTC)


@pytest.fixture
def backups(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backups:
    monkeypatch.setattr(backup_service, "removable_drives", list)
    return Backups(desk.journal, "office", tmp_path)


@pytest.fixture
def confirmed(backups: Backups) -> Backups:
    recipient, secret = draw_key()
    keep_unconfirmed(backups.db, recipient, secret, START)
    assert confirm_key(backups.db, secret[-6:], "ratna", START)
    return backups


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.loket-cadangan"))


def words(backups: Backups, name: str, now: datetime) -> tuple[str, str]:
    return next((line.kind, line.word) for line in backup_lines(backups.db, now) if line.name == name)


def test_a_key_is_made_with_the_pin_shown_once_confirmed_and_opens_the_backup(
    desk: Desk, as_ratna: Browser, tmp_path: Path
) -> None:
    ratna = desk.who("ratna")
    assert [task.title for task in backup_tasks(desk.journal.db, ratna, START)] == ["Kunci pemulihan: belum ada"]
    waiting = as_ratna.get(PAGE).text
    assert waiting.count("Menunggu kunci pemulihan") == 2, "neither a backup nor a copy of each minute"
    assert "Pilih foldernya" not in waiting, "there is no folder to be chosen yet"
    assert as_ratna.post(PAGE, {"folder": ""}).status_code == 422  # no key, no backup
    assert as_ratna.post(PAGE + "kunci", {"pin": "111111"}).status_code in (403, 422)
    first = as_ratna.post(PAGE + "kunci", {"pin": PIN})
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    [shown] = re.findall(r"AGE-SECRET-KEY-1\w{4}(?: \w{6}){9}", first.text)
    assert "AGE-SECRET-KEY-1" not in as_ratna.get(PAGE).text
    assert [task.word for task in backup_tasks(desk.journal.db, ratna, START)] == ["Belum dipastikan"]
    assert backup_tasks(desk.journal.db, desk.who("oki"), START) == []
    assert "Kunci pemulihan" in as_ratna.get("/keadaan/").text
    wrong = as_ratna.post(PAGE + "kunci/pastikan", {"typed": "qqqqqq"})
    assert (wrong.status_code, "Periksa kertasnya" in wrong.text) == (422, True)
    assert as_ratna.post(PAGE + "kunci/pastikan", {"typed": shown.split()[-1]}).status_code == 303
    assert backup_tasks(desk.journal.db, ratna, START) == []
    [sealed] = (tmp_path / "cadangan").glob("*.loket-cadangan")
    verdict = restore_backup(
        sealed,
        shown,
        tmp_path / "lain" / "kantor.sqlite3",
        tmp_path / "lain" / "keys",
        "office",
        lambda db: compose.journal("office", db),
        START,
    )
    assert verdict.faults == []
    page = as_ratna.get(PAGE).text
    assert "Pilih foldernya di halaman ini" in page
    assert "halaman Cadangan" not in page, "a page sends nobody to itself"
    assert as_ratna.post(PAGE, {"folder": ""}).status_code == 200
    lines = [line for _, line in access_lines(desk.journal.db) if line.action.startswith("backup.")]
    assert [line.action for line in lines] == [
        "backup.made",
        "backup.key_confirmed",
        "backup.key_made",
        "backup.made",
    ]
    assert {line.name for line in lines} == {"Ratna Puspita"}
    assert shown not in str(lines)


def test_a_first_backup_that_fails_keeps_and_shows_no_key(desk: Desk, as_ratna: Browser, tmp_path: Path) -> None:
    (tmp_path / "cadangan").write_text("sebuah berkas menghalangi folder")
    refused = as_ratna.post(PAGE + "kunci", {"pin": PIN})
    assert (refused.status_code, "tidak dapat ditulis" in refused.text) == (422, True)
    assert "AGE-SECRET-KEY-1" not in refused.text
    assert desk.journal.db.one("SELECT count(*) FROM backup_key") == (0,)


def test_only_offered_places_and_only_for_whoever_answers_for_the_data(
    desk: Desk, web: Flask, confirmed: Backups, tmp_path: Path
) -> None:
    assert Browser(web, "oki").get(PAGE).status_code == 403
    acts: list[tuple[Callable[[str], object], str]] = [
        (lambda who: confirmed.make(desk.who(who), "", START), "oki"),
        (lambda who: confirmed.make_key(desk.who(who), START), "oki"),
        (lambda who: confirmed.confirm_key(desk.who(who), "x", START), "oki"),
    ]
    for act, who in acts:
        with pytest.raises(Problem) as caught:
            act(who)
        assert caught.value.code == "forbidden"
    with pytest.raises(Problem) as caught:
        confirmed.make(desk.who("ratna"), "/etc", START)
    assert caught.value.code == "invalid"
    assert not (tmp_path / "cadangan").exists()


def test_nothing_is_made_by_itself_before_a_person_confirmed_the_key(backups: Backups, tmp_path: Path) -> None:
    recipient, secret = draw_key()
    keep_unconfirmed(backups.db, recipient, secret, START)
    assert not backups.go_if_due(NIGHT)
    assert not backups.go_at_closing(NIGHT, lambda: None)
    assert not (tmp_path / "cadangan").exists()


def test_the_rail_counts_a_key_that_nobody_confirmed(backups: Backups, as_ratna: Browser) -> None:
    assert waiting_count(backups.db, as_ratna.actor, NIGHT) == 1
    recipient, secret = draw_key()
    keep_unconfirmed(backups.db, recipient, secret, START)
    assert waiting_count(backups.db, as_ratna.actor, NIGHT) == 1
    assert confirm_key(backups.db, secret[-6:], "ratna", START)
    assert waiting_count(backups.db, as_ratna.actor, NIGHT) is None


def test_nightly_once_at_closing_and_made_up_for_after_a_night_switched_off(confirmed: Backups, tmp_path: Path) -> None:
    assert confirmed.go_if_due(NIGHT)
    assert not confirmed.go_if_due(NIGHT + timedelta(hours=12))
    said: list[str] = []
    assert confirmed.go_at_closing(NIGHT + timedelta(hours=20), lambda: said.append("x"))
    assert not confirmed.go_at_closing(NIGHT + timedelta(hours=20, minutes=5), lambda: said.append("x"))
    assert said == ["x"]
    assert confirmed.go_if_due(NIGHT + timedelta(days=3, hours=13))
    assert files(tmp_path / "cadangan") == [
        "350899-20260312-113000.loket-cadangan",
        "350899-20260313-073000.loket-cadangan",
        "350899-20260316-003000.loket-cadangan",
    ]


def test_a_failed_night_is_told_and_tried_again(confirmed: Backups, tmp_path: Path) -> None:
    (tmp_path / "cadangan").write_text("sebuah berkas menghalangi folder")
    assert confirmed.go_if_due(NIGHT)
    [line] = [row for row in backup_lines(confirmed.db, NIGHT) if row.name == "Cadangan"]
    assert (line.word, "gagal: Tempat tujuan tidak dapat ditulis" in line.detail) == ("Belum ada", True)
    assert not confirmed.go_if_due(NIGHT + timedelta(minutes=10))
    (tmp_path / "cadangan").unlink()
    assert confirmed.go_if_due(NIGHT + timedelta(minutes=30))
    assert words(confirmed, "Cadangan", NIGHT + timedelta(hours=1)) == ("good", "Baru")


def test_the_schedule_prunes_our_own_and_never_the_one_just_made(confirmed: Backups, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    folder.mkdir()
    for day in range(1, 12):
        (folder / f"350899-203003{day:02}-010000.loket-cadangan").write_bytes(b"x")  # the clock was wrong for a while
    foreign = ["350800-20200101-010000.loket-cadangan", "foto.jpg"]
    for name in foreign:
        (folder / name).write_bytes(b"x")
    assert confirmed.go_if_due(NIGHT)
    names = files(folder)
    assert "350899-20260312-113000.loket-cadangan" in names
    assert foreign[0] in names
    assert (folder / "foto.jpg").exists()
    assert [name for name in names if name.startswith("350899-2030030")] != [
        f"350899-203003{day:02}-010000.loket-cadangan" for day in range(1, 10)
    ]


def test_after_a_backup_that_shrank_or_that_no_known_key_opens_all_others_stay(
    confirmed: Backups, tmp_path: Path
) -> None:
    known = [f"350899-202603{day:02}-010000.loket-cadangan" for day in range(1, 12)]
    for name in known:
        (tmp_path / name).write_bytes(b"x")
    key = key_in_force(confirmed.db)
    assert key is not None
    made = Backup(tmp_path / "350899-20260312-113000.loket-cadangan", key.recipient, NIGHT, 9, 1, "00", "")
    for kept in (replace(made, alarm="menyusut"), replace(made, recipient=draw_key()[0])):
        confirmed.prune(tmp_path, kept)
        assert files(tmp_path) == known
    confirmed.prune(tmp_path, made)
    assert 0 < len(files(tmp_path)) < len(known)
    assert files(tmp_path)[-1] == known[-1], "the newest of each span stays"


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=-1), "bertanggal di masa depan"),
        (timedelta(), "hari ini"),
        (timedelta(hours=23, minutes=59), "hari ini"),
        (timedelta(days=1), "1 hari lalu"),
        (timedelta(days=7, hours=23), "7 hari lalu"),
    ],
)
def test_the_age_of_a_backup_in_words(age: timedelta, said: str) -> None:
    assert backup_service.age_words(NIGHT - age, NIGHT) == said


def test_each_stick_gets_a_copy_that_was_read_back(
    confirmed: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "FLASHDISK"
    stick.mkdir()
    monkeypatch.setattr(backup_service, "removable_drives", lambda: [(stick, "FLASHDISK")])
    assert words(confirmed, "Salinan di flashdisk", NIGHT) == ("idle", "Belum ada")
    assert confirmed.go_if_due(NIGHT)
    [own] = (tmp_path / "cadangan").glob("*.loket-cadangan")
    [copy] = (stick / STICK_BACKUP_FOLDER).iterdir()
    assert (copy.name, copy.read_bytes(), copy.stat().st_mode & 0o777) == (own.name, own.read_bytes(), 0o600)
    assert words(confirmed, "Salinan di flashdisk", NIGHT + timedelta(days=7)) == ("good", "Ada")
    assert words(confirmed, "Salinan di flashdisk", NIGHT + timedelta(days=8)) == ("warn", "Sudah lama")
    copy.unlink()
    (stick / STICK_BACKUP_FOLDER).rmdir()
    (stick / STICK_BACKUP_FOLDER).write_text("penghalang")
    assert confirmed.go_if_due(NIGHT + timedelta(days=1))
    [line] = [
        row for row in backup_lines(confirmed.db, NIGHT + timedelta(days=9)) if row.name == "Salinan di flashdisk"
    ]
    assert "tidak dapat ditulis" in line.todo


def test_a_backup_lies_where_it_was_asked_for(
    confirmed: Backups, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "FLASHDISK"
    stick.mkdir()
    monkeypatch.setattr(backup_service, "removable_drives", lambda: [(stick, "FLASHDISK")])
    assert confirmed.places() == [("", "Komputer ini, folder cadangan"), (str(stick), "Flashdisk FLASHDISK")]
    assert confirmed.make(desk.who("ratna"), str(stick), NIGHT).ok
    assert len(files(stick / STICK_BACKUP_FOLDER)) == 1
    assert files(tmp_path / "cadangan") == []
    assert confirmed.make(desk.who("ratna"), "", NIGHT + timedelta(hours=1)).ok
    (own,) = files(tmp_path / "cadangan")
    noted = confirmed.db.run("SELECT action, detail FROM access_log ORDER BY rowid")
    assert ("backup.made", own) in list(noted), "whoever makes a backup is written down"
    with pytest.raises(Problem) as gone:
        confirmed.make(desk.who("ratna"), str(tmp_path / "LAIN"), NIGHT)
    assert gone.value.fields == {"folder": "Flashdisk itu sudah tidak terpasang. Pilih tempat lain."}


@pytest.mark.parametrize(
    ("days", "kind", "word"), [(0, "good", "Baru"), (2, "good", "Baru"), (3, "warn", "Sudah lama")]
)
def test_the_age_is_that_of_the_proof_and_a_file_alone_proves_nothing(
    confirmed: Backups, tmp_path: Path, days: int, kind: str, word: str
) -> None:
    (tmp_path / "cadangan").mkdir()
    (tmp_path / "cadangan" / "350899-20260312-010000.loket-cadangan").write_bytes(b"x")
    assert words(confirmed, "Cadangan", NIGHT) == ("warn", "Belum ada")
    confirmed.go(NIGHT)
    assert words(confirmed, "Cadangan", NIGHT + timedelta(days=days)) == (kind, word)
    for path in (tmp_path / "cadangan").iterdir():
        path.unlink()
    assert words(confirmed, "Cadangan", NIGHT) == ("warn", "Berkasnya hilang")


def test_an_emptied_database_beside_a_backup_offers_the_restore_and_founds_nothing(
    stranger: Browser, tmp_path: Path
) -> None:
    assert "Siapkan" in stranger.get("/persiapan/").text or stranger.get("/persiapan/").status_code == 200
    (tmp_path / "cadangan").mkdir()
    (tmp_path / "cadangan" / "350899-20260312-010000.loket-cadangan").write_bytes(b"x")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "signing.key").write_bytes(b"x")
    for answer in (stranger.get("/persiapan/"), stranger.post("/persiapan/kantor", {"office_code": "350807"})):
        assert answer.status_code == 409
        for part in (
            "350899-20260312-010000.loket-cadangan",
            "keys/signing.key",
            "run.py restore",
            "begin-anew",
        ):
            assert part in answer.text
