"""`verify` as a command: exit codes, both forms, what is kept, and the nightly proof in a process of its own."""

import json
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from click.testing import CliRunner, Result

from app import compose
from app.cli import proving
from app.cli.database import verify
from schema.migrations import ADVICE
from sync.scheduler import last_proof
from tests.cli.test_backup import office


@pytest.fixture
def data(tmp_path: Path) -> Path:
    office(tmp_path)
    return tmp_path


def run(data: Path, *options: str) -> Result:
    return CliRunner().invoke(verify, ["--data", str(data), *options])


def tamper(data: Path, sql: str) -> None:
    tool = apsw.Connection(str(data / "kantor.sqlite3"))
    tool.execute(sql)
    tool.close()


def test_whole_by_default_and_again_after_a_clean_one(data: Path) -> None:
    first = run(data)
    assert first.exit_code == 0
    assert first.stdout.startswith("Jurnal kantor utuh, dan tabel sama dengan jurnal (")
    tamper(data, "UPDATE setting SET value = '\"x\"' WHERE key = 'office.name'")
    again = run(data)
    assert again.exit_code == 1
    assert "Tabel setting berbeda dari jurnal mulai baris" in again.stdout


def test_the_everyday_form_looks_at_what_is_new(data: Path) -> None:
    assert run(data).exit_code == 0
    told = json.loads(run(data, "--new", "--json").stdout)["office"]
    assert (told["form"], told["entries"], told["faults"], told["digest"]) == ("new", 0, [], "")
    assert run(data, "--new").stdout.startswith("Jurnal kantor utuh sejak pemeriksaan terakhir (0 baris")
    tamper(data, "DROP TRIGGER journal_no_update")
    assert run(data, "--new").exit_code == 1


def test_no_scratch_copy_is_left(data: Path) -> None:
    run(data)
    assert not (data / "kerja").exists()


@pytest.mark.parametrize("where", [0, 100])
def test_a_file_that_does_not_open_is_a_verdict(data: Path, where: int) -> None:
    with (data / "kantor.sqlite3").open("r+b") as file:
        file.seek(where)
        file.write(b"\xff" * 64)
    result = run(data)
    assert result.exit_code == 1
    assert result.stdout.startswith("Basis data kantor RUSAK; jurnalnya belum diperiksa.\n  Basis data rusak: ")
    assert "Error" not in result.stdout


def test_the_nightly_proof_keeps_its_result(data: Path) -> None:
    db = compose.open_side("office", data)
    call = [sys.executable, "-m", "app.cli.proving", str(data), "whole"]
    assert proving.run_child(call, threading.Event()) == 0
    kept = last_proof(db)
    assert kept is not None
    assert kept.faults == []
    tamper(data, "DROP TRIGGER journal_no_update")
    assert proving.run_child(call, threading.Event()) == 1
    kept = last_proof(db)
    assert kept is not None
    assert kept.faults == ["Susunan basis data, tidak ada: pemicu journal_no_update.", ADVICE]
    db.close()


def test_the_nightly_proof_ends_with_the_program(data: Path) -> None:
    stopped = threading.Event()
    stopped.set()
    endless = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    assert proving.run_child(endless, stopped) != 0


def test_a_proof_that_is_ended_with_loket_says_nothing_and_keeps_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "verify_side", lambda *_: signal.raise_signal(signal.SIGTERM))
    assert proving.main(data, "whole") == 0
    assert not (data / "kerja").exists(), "its copy is gone"
    with closing(compose.open_side("office", data)) as db:
        assert last_proof(db, "whole") is None
