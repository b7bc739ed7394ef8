"""What earlier releases kept of secret codes goes, from tables and journal, and the whole proof still holds."""

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from app import compose
from app.casework.desk import service as cases
from app.casework.desk.print_events import PaperJudged
from app.casework.desk.tables import PaperContent, PaperPrint
from app.cli import proving
from app.core.permissions import SYSTEM
from app.platform.office.redactions import is_redaction_due
from app.quality.surveys.events import Answer, VotesCounted
from app.quality.surveys.tables import SurveyAnswer
from schema.database import Database
from sync.erasure import StillNeededError, destroy_bodies
from sync.journal import Journal
from tests.cli.test_backup import office
from tests.proof.planted_codes import NOW, finish_case

CODES = ("4K7MQ2XQ", "7T2V9H3C", "AAAAAAA7")
LATER = NOW + timedelta(minutes=5)


def old_content(code: str) -> str:
    """The digest that an earlier release kept of a slip."""
    text = json.dumps({"survey": {"code": code, "qr": code}}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def old_ballot(code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=b"loket survey vote", n=4096, r=8, p=1, dklen=32).hex()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An office with prints and votes as an earlier release wrote them, just taken over."""
    folder = tmp_path / "kantor"
    folder.mkdir()
    office(folder)
    journal = open_journal(folder)
    for number, code in enumerate(CODES, 1):
        finish_case(journal, number)
        for paper in ("survey_slip", "receipt"):
            subject, content = f"case/{number}", old_content(code)
            cases.record_print(journal, SYSTEM, subject=subject, paper=paper, content=content, now=NOW)
    answers = [
        Answer(number, "skm-2017", "ktp-el", "2026-03", "333333333", {}, f"Saran {number}", old_ballot(code))
        for number, code in enumerate(CODES, 1)
    ]
    with journal.transaction():
        journal.record(VotesCounted(answers), subject="survey", actor="system", at=NOW)
    take_over(journal.db)
    journal.db.close()
    return folder


def open_journal(folder: Path) -> Journal:
    return compose.journal("office", compose.open_side("office", folder))


def take_over(db: Database) -> None:
    """What step 90 does with a database that has a journal."""
    with db.writing():
        db.run("INSERT INTO redaction_due (last_id) SELECT max(id) FROM journal")


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("kantor.sqlite3*")))


def leftovers(folder: Path) -> list[str]:
    """Which digests of codes still lie in the files."""
    held = bytes_in(folder)
    return [code for code in CODES if old_ballot(code).encode() in held]


def faults(folder: Path) -> list[str]:
    return proving.prove_side("office", folder, fresh=False).faults


def test_digests_of_before_leave_tables_and_journal(data: Path) -> None:
    assert leftovers(data) == list(CODES)
    assert proving.main(data, "whole") == 0
    assert leftovers(data) == []
    db = compose.open_side("office", data)
    assert not is_redaction_due(db)
    contents = {(row.paper, row.content) for row in PaperPrint.rows(db)}
    assert contents == {("survey_slip", "-"), *(("receipt", old_content(code)) for code in CODES)}
    assert {row.paper for row in PaperContent.rows(db)} == {"receipt"}
    assert [(row.ballot, row.comment) for row in SurveyAnswer.rows(db, order="id")] == [
        (str(number), f"Saran {number}") for number in (1, 2, 3)
    ]
    assert cases.next_copy_number(db, "case/1", "survey_slip", "another") == 1  # a new code makes an original
    assert cases.next_copy_number(db, "case/1", "receipt", old_content(CODES[0])) == 2
    assert (db.one("SELECT count(*) FROM journal WHERE kind = 'body.destroyed'"), faults(data)) == ((1,), [])


def test_the_work_is_done_once_and_again_for_a_backup_of_before(data: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(data, before)
    assert [proving.main(data, "whole"), proving.main(data, "whole")] == [0, 0]
    db = compose.open_side("office", data)
    assert db.one("SELECT count(*) FROM journal WHERE kind LIKE '%_cleared'") == (2,)
    assert leftovers(before) == list(CODES)
    assert proving.main(before, "whole") == 0
    assert leftovers(before) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_on_the_way_it_goes_on(data: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Before the bodies go the tables are clean already; after it only the note that the work waits is left."""

    def killed(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(proving, "destroy_bodies" if when == "before" else "end_redaction", killed)
        with pytest.raises(KeyboardInterrupt):
            proving.redact_old_bodies("office", data)
    assert is_redaction_due(compose.open_side("office", data))
    assert proving.main(data, "whole") == 0
    assert (leftovers(data), faults(data)) == ([], [])
    assert not is_redaction_due(compose.open_side("office", data))


def test_what_is_printed_before_the_night_keeps_its_place(data: Path) -> None:
    """Between the take-over and the night the office goes on printing; its proof holds all the same."""
    journal = open_journal(data)
    for content in ("new", "new"):
        cases.record_print(journal, SYSTEM, subject="case/2", paper="survey_slip", content=content, now=LATER)
    with journal.transaction():
        judged = PaperJudged("case/2", "survey_slip", came_out=True)
        journal.record(judged, subject="case/2", actor="system", at=LATER)
    journal.db.close()
    assert proving.main(data, "whole") == 0
    assert (leftovers(data), faults(data)) == ([], [])


def test_a_print_of_today_does_not_lose_its_content_by_the_command(data: Path, tmp_path: Path) -> None:
    """`destroy` may not take the content of a print on which the count of copies rests."""
    journal = open_journal(data)
    [(n,)] = list(journal.db.run("SELECT max(n) FROM journal WHERE kind = 'paper.printed'"))
    place = (journal.source, 1, "office", n)
    body = b'{"subject":"case/3","paper":"receipt","copy":1,"content":"-"}'
    with pytest.raises(StillNeededError):
        destroy_bodies(
            journal, "office", {place: body}, reason="x", actor="wiji", at=LATER, scratch=tmp_path / "scratch.sqlite3"
        )


def test_a_database_of_today_has_nothing_to_redact(tmp_path: Path) -> None:
    office(tmp_path)
    assert not is_redaction_due(compose.open_side("office", tmp_path))
