"""Keeping files: one copy of the same bytes, who may see them, safe answers, what is noted, what is destroyed."""

import hashlib
from datetime import datetime
from pathlib import Path

import pyrage
import pytest
from flask import Flask

from app.core.permissions import Actor
from app.core.problems import Problem, storage_problem
from app.platform.files import queries, service
from app.platform.files.views import ROOM as FILES
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import FileOwner, WebRoom
from schema.database import Database, SqliteDatabase, open_office
from sync.backup import WORK, BackupError, make_backup, open_stream
from sync.journal import Journal
from sync.restore import draw_key
from sync.verification import verify_side
from tests.disk import no_room
from tests.platform.files.pictures import exif, jpeg, pdf, png
from tests.platform.people import START, Browser


def only_ratna(_db: Database, actor: Actor, number: int, _now: datetime) -> bool:
    """Letters belong to Ratna here, all but number 9."""
    return actor.username == "ratna" and number != 9


@pytest.fixture
def rooms() -> list[WebRoom]:
    """Files, and a room that owns letters."""
    return [PEOPLE, FILES, WebRoom((), files={"letter": FileOwner(can_see=only_ratna)})]


def keep(journal: Journal, data: bytes, subject: str = "letter/5", name: str = "surat.pdf") -> int:
    return service.keep_file(journal, ACTOR, data=data, rule=service.SCAN, subject=subject, name=name, now=START).id


ACTOR = Actor(1, "Ratna Puspita", "ratna", frozenset({"sekretaris"}))


def test_the_same_bytes_are_kept_once(journal: Journal) -> None:
    data = jpeg(extra=exif(1))
    first, second = keep(journal, data), keep(journal, jpeg(), subject="letter/6", name="C:\\foto\\a\nb.jpg")
    assert journal.db.one("SELECT count(*), min(digest) FROM file_content") == (1, hashlib.sha256(jpeg()).hexdigest())
    assert queries.read_file(journal.db, first).content == queries.read_file(journal.db, second).content == jpeg()
    assert queries.find_file(journal.db, second).name == "ab.jpg"
    assert [file.id for file in queries.files_of(journal.db, "letter/5", "scan")] == [first]
    with pytest.raises(Problem) as raised:
        keep(journal, b"<html>")
    assert set(raised.value.fields) == {"file"}


def test_a_file_opens_for_those_who_may_see_its_subject(
    web: Flask, journal: Journal, as_ratna: Browser, as_sari: Browser, warga: Browser
) -> None:
    seen, other, orphan = keep(journal, pdf()), keep(journal, jpeg(), "letter/9"), keep(journal, jpeg(), "case/1")
    path = f"/lampiran/{seen}"
    answer = as_ratna.get(path)
    assert (answer.status_code, answer.data) == (200, pdf())
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == f'attachment; filename="scan-{seen}.pdf"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert as_sari.get(path).status_code == 403
    assert warga.get(path).status_code in (302, 303)
    assert as_ratna.get(f"/lampiran/{other}").status_code == 403
    assert as_ratna.get(f"/lampiran/{orphan}").status_code == 403, "nobody owns cases here"
    assert as_ratna.get("/lampiran/999").status_code == 404
    picture = keep(journal, png())
    assert as_ratna.get(f"/lampiran/{picture}").headers["Content-Disposition"].startswith("inline; ")
    assert as_ratna.get(f"/lampiran/{picture}?unduh=1").headers["Content-Disposition"].startswith("attachment; ")
    looks = list(journal.db.run("SELECT subject, detail FROM access_log WHERE action = 'file.opened' ORDER BY id"))
    assert looks[0] == ("letter/5", f"file/{seen}")


def test_what_is_destroyed_is_gone_and_stays_known(journal: Journal, office_db: SqliteDatabase, tmp_path: Path) -> None:
    one, same, other = keep(journal, jpeg()), keep(journal, jpeg()), keep(journal, png())
    service.send_file(journal, ACTOR, file_id=one, stream="bank", about="case/1", now=START)
    service.remove_file(journal, ACTOR, file_id=one, reason="Salah unggah", now=START)
    assert queries.read_file(journal.db, same).content == jpeg(), "another one needs the bytes"
    with pytest.raises(Problem, match="sudah dimusnahkan"):
        queries.read_file(journal.db, one)
    service.remove_file(journal, ACTOR, file_id=same, reason="Salah unggah", now=START)
    assert [row[0] for row in journal.db.run("SELECT digest FROM file_content")] == [hashlib.sha256(png()).hexdigest()]
    assert verify_side(journal, "office", tmp_path / "ulang.sqlite3").faults == []
    office_db.run("DELETE FROM file_content")
    assert f"Isi dokumen nomor {other} tidak ada" in verify_side(journal, "office", tmp_path / "lagi.sqlite3").faults[0]


def test_a_backup_carries_the_bytes_and_says_which_are_missing(journal: Journal, tmp_path: Path) -> None:
    """A restored office has its files; one whose file was lost gets it back by the same file once more."""
    recipient, secret = draw_key()
    number = keep(journal, jpeg())
    made = make_backup(journal, "office", tmp_path / "stik", recipient, START, tmp_path / WORK)
    restored = tmp_path / "pulih.sqlite3"
    with made.path.open("rb") as sealed, restored.open("wb") as plain:
        open_stream(sealed, plain, pyrage.x25519.Identity.from_str(secret))
    db = open_office(restored)
    assert queries.read_file(db, number).content == jpeg()
    db.close()
    journal.db.run("DELETE FROM file_content")
    with pytest.raises(BackupError, match=f"Isi dokumen nomor {number} tidak ada"):
        make_backup(journal, "office", tmp_path / "stik", recipient, START, tmp_path / WORK)
    keep(journal, jpeg())
    assert queries.read_file(journal.db, number).content == jpeg()
    assert make_backup(journal, "office", tmp_path / "stik", recipient, START, tmp_path / WORK).entries


def test_a_full_disk_is_told_and_keeps_nothing(journal: Journal) -> None:
    before = journal.db.one("SELECT count(*) FROM journal")
    with no_room(), pytest.raises(Exception) as raised:  # noqa: PT011 - whatever the engine raises, a page knows it
        keep(journal, png(800, 1000, colour=7))
    told = storage_problem(raised.value)
    assert told is not None
    assert (told.status, "Ruang simpan penuh" in told.sentence) == (507, True)
    assert journal.db.one("SELECT count(*) FROM journal") == before
    assert journal.db.one("SELECT count(*) FROM file_content") == (0,)


def test_the_list_of_files_has_those_whose_subject_one_may_see(journal: Journal, as_ratna: Browser) -> None:
    for subject, data in (("letter/5", pdf()), ("letter/9", jpeg()), ("letter/6", png()), ("case/1", pdf())):
        keep(journal, data, subject)
    listed = {year: as_ratna.get(f"/lampiran?tahun={year}").text.count('data-label="Jenis"') for year in (2026, 2025)}
    assert listed == {2026: 2, 2025: 0}, "neither letter 9 nor what nobody owns"
