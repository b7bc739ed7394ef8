"""`verify` as a command: exit codes, both forms, what is kept, and the nightly proof in a process of its own."""

import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import apsw
import pytest
from click.testing import CliRunner, Result

from app import compose
from app.cli import database, proving
from app.cli.database import RESTORE_STEPS, verdict_lines, verify
from schema.earlier_copy import KEPT_DAYS
from schema.migrations import ADVICE, migrate_database
from sync.chains import ProofResult
from sync.scheduler import UNKEPT, last_proof
from sync.verification import DAMAGED, UNREADABLE
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


# -- what is kept beside a database that takes nothing --------------------------------------------------------------


class Full(OSError):
    """As a full disk answers."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "No space left on device")


def refuse(error: Exception) -> Callable[..., NoReturn]:
    def fail(*_given: object, **_named: object) -> NoReturn:
        raise error

    return fail


def test_a_verdict_that_cannot_be_kept_stands_beside_the_database_and_a_sound_one_nowhere(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(proving, "keep_proof", refuse(Full()))
        assert proving.prove_side("office", data, fresh=False).faults == []
        assert not (data / UNKEPT).exists()
        tamper(data, "DROP TRIGGER journal_no_update")
        [first, *_] = proving.prove_side("office", data, fresh=False).faults
        assert (data / UNKEPT).read_text(encoding="utf-8") == first
        if os.name == "posix":
            assert (data / UNKEPT).stat().st_mode & 0o777 == 0o600
        patch.setattr(proving, "keep_proof", refuse(ValueError("a fault of the program")))
        with pytest.raises(ValueError, match="of the program"):
            proving.prove_side("office", data, fresh=True)
    assert proving.prove_side("office", data, fresh=False).faults[0] == first
    assert not (data / UNKEPT).exists(), "the database has it now"


@pytest.mark.parametrize("fresh", [True, False])
def test_a_file_that_does_not_open_is_told_beside_it_and_another_fault_is_raised(
    fresh: bool, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[bool]()

    def prove(_side: str, _data: Path, *, fresh: bool) -> NoReturn:
        asked.append(fresh)
        raise apsw.NotADBError("file is not a database")

    with monkeypatch.context() as patch:
        patch.setattr(proving, "prove_side", prove)
        told = proving.prove_or_tell_damage("office", data, fresh=fresh)
    assert (told.faults, asked) == ([DAMAGED.format(what=UNREADABLE)], [fresh])
    assert (data / UNKEPT).read_text(encoding="utf-8") == told.faults[0]
    monkeypatch.setattr(proving, "prove_side", refuse(ValueError("a fault of the program")))
    with pytest.raises(ValueError, match="of the program"):
        proving.prove_or_tell_damage("office", data, fresh=fresh)


def test_only_an_office_that_has_begun_is_proved_at_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[list[str]]()
    monkeypatch.setattr(proving, "run_child", lambda call, *_: calls.append(call))
    for begun in (False, True):
        data = tmp_path / str(begun)
        if begun:
            office(data)
        with closing(compose.open_side("office", data)) as db:
            migrate_database(db, "office")
            journal = compose.journal("office", db)
            proof = proving.nightly_proof(journal, data)
            assert proof.name() == (journal.source if begun else "")
            proof.prove("fresh", threading.Event())
    assert calls == [[sys.executable, "-m", "app.cli.proving", str((tmp_path / "True").resolve()), "fresh"]]


def test_what_cannot_be_destroyed_on_one_side_is_noted_and_the_other_side_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    carried = list[str]()
    monkeypatch.setattr(compose, "sides_in", lambda _data: ["office", "centre"])
    monkeypatch.setattr(proving, "redact_old_bodies", lambda side, _data: side == "office" and refuse(Full())())
    monkeypatch.setattr(proving, "carry_out_destruction", lambda side, _data: carried.append(side))
    proving.destroy_unkept(tmp_path)
    assert carried == ["centre"]
    assert [record.getMessage() for record in caplog.records] == [
        "what the office no longer keeps could not be destroyed"
    ]


@pytest.mark.parametrize(("form", "fresh", "destroys"), [("fresh", True, 0), ("whole", False, 1)])
def test_each_form_proves_every_side_and_only_the_whole_one_destroys(
    form: str, fresh: bool, destroys: int, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, destroyed = list[tuple[str, bool]](), list[Path]()
    faults = {"office": list[str](), "centre": list[str]()}

    def prove(side: str, _data: Path, *, fresh: bool) -> ProofResult:
        asked.append((side, fresh))
        return ProofResult(faults=faults[side])

    monkeypatch.setattr(compose, "sides_in", lambda _data: ["office", "centre"])
    monkeypatch.setattr(proving, "prove_or_tell_damage", prove)
    monkeypatch.setattr(proving, "destroy_unkept", destroyed.append)
    monkeypatch.setattr(os, "nice", lambda _by: None, raising=False)
    assert proving.main(data, form) == 0
    faults["centre"].append("broken")
    assert proving.main(data, form) == 1
    assert asked == [("office", fresh), ("centre", fresh)] * 2
    assert destroyed == [data] * destroys * 2


BROKEN = DAMAGED.format(what=UNREADABLE)


@pytest.mark.parametrize(
    ("verdict", "fresh", "first", "more"),
    [
        (ProofResult(), False, "Jurnal kantor utuh, dan tabel sama dengan jurnal (1.200 baris dalam 3 jalur).", []),
        (ProofResult(), True, "Jurnal kantor utuh sejak pemeriksaan terakhir (1.200 baris dalam 3 jalur).", []),
        (ProofResult(faults=["Satu."]), True, "Jurnal kantor TIDAK COCOK (1.200 baris dalam 3 jalur).", ["  Satu."]),
        (ProofResult(digest="ab"), False, "Jurnal kantor utuh, dan", ["Kode pengaman tabel: ab"]),
        (
            ProofResult(faults=["Satu.", BROKEN]),
            False,
            "Basis data kantor RUSAK; jurnalnya belum diperiksa.",
            ["  Satu.", f"  {BROKEN}", *(f"  {n}. {step}" for n, step in enumerate(RESTORE_STEPS, 1))],
        ),
    ],
)
def test_a_verdict_in_words(verdict: ProofResult, fresh: bool, first: str, more: list[str]) -> None:
    verdict.entries, verdict.streams = 1200, 3
    [headline, *lines] = verdict_lines("office", verdict, fresh=fresh)
    assert headline.startswith(first)
    assert lines == more


def test_a_migration_names_its_copy_and_ends_with_1_where_the_tables_are_not_as_they_should_be(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrated(*more: str) -> Result:
        return CliRunner().invoke(database.migrate, ["--data", str(data), *more])

    assert migrated().stdout == "Basis data kantor: sudah mutakhir.\n"
    monkeypatch.setattr(database.migration, "migrate_database", lambda _db, _side: ["office/1", "office/2"])
    assert migrated().stdout == "Basis data kantor: 2 langkah dijalankan.\n"
    monkeypatch.setattr(database, "newest_copy", lambda path: path.with_name("kantor.sebelum"))
    monkeypatch.setattr(database, "check_schema", lambda _db, _side: ["Susunan: satu."])
    done = migrated()
    assert (done.exit_code, done.stdout.splitlines()) == (
        1,
        [
            "Basis data kantor: 2 langkah dijalankan.",
            f"  Salinan keadaan sebelumnya: kantor.sebelum, disimpan {KEPT_DAYS} hari.",
            "  Susunan: satu.",
        ],
    )
    as_json = json.loads(migrated("--json").stdout)
    assert as_json == {"applied": {"office": ["office/1", "office/2"]}, "faults": {"office": ["Susunan: satu."]}}
    monkeypatch.setattr(database.migration, "migrate_database", lambda _db, _side: [])
    assert "Salinan" not in migrated().stdout
