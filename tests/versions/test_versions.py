"""Data of every released version: today's program opens, migrates, proves, catches up and does a day's work with it."""

import re
import secrets
import tarfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from app import compose
from app.cli.demo.command import WALK_DAY
from app.cli.demo.programs import centre_moved
from app.cli.demo.sides import FOLDERS
from app.cli.demo.walk import walk_main_job
from app.cli.serving import free_port
from app.core.clock import at_office
from schema import cipher
from schema.encrypting import encrypt_files
from schema.migrations import Side, check_schema, is_schema_sealed, migrate_database
from schema.version import VERSION
from sync.journal import Journal
from sync.verification import verify_side
from tests.rules.source import ROOT
from tests.world.nightly import NIGHTLY

HERE = Path(__file__).parent
RELEASED = sorted(path.name.removesuffix(".tar.xz") for path in HERE.glob("*.tar.xz"))
WORKED_ON = RELEASED if NIGHTLY else RELEASED[:1]
"""By day a day's work is done with the oldest alone, which changes most on its way to today's tables."""


@pytest.fixture(params=RELEASED)
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Both data folders as a released version left them."""
    folder = tmp_path / "data"
    with tarfile.open(HERE / f"{request.param}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def opened(side: Side, data: Path) -> Journal:
    return compose.journal(side, compose.open_side(side, data / FOLDERS[side]))


def test_data_and_program_of_each_released_version_are_kept_and_of_no_other() -> None:
    heads = re.findall(r"^## ([0-9.]+)(.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0][0] == VERSION
    released = sorted(version for version, state in heads if "not released yet" not in state)
    assert released == RELEASED
    assert sorted(path.name.removesuffix(".tar.xz") for path in (HERE / "programs").glob("*.tar.xz")) == RELEASED


def test_an_old_version_is_taken_over_and_works_on(data: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for side in FOLDERS:
        journal = opened(side, data)
        before = journal.db.one("SELECT count(*) FROM journal")
        migrate_database(journal.db, side)
        assert check_schema(journal.db, side) == []
        assert is_schema_sealed(journal.db)
        assert journal.db.one("SELECT count(*) FROM journal") == before
        assert verify_side(journal, side, tmp_path / f"{side}.sqlite3").faults == []
        journal.db.close()
    caught_up(opened("office", data), data)
    if request.node.callspec.params["data"] not in WORKED_ON:
        return
    said: list[str] = []
    centre = free_port(0)
    centre_moved(data, f"127.0.0.1:{centre}")
    assert walk_main_job(data, tmp_path / "papers", WALK_DAY, (free_port(0), centre), said.append), "\n".join(said)


@pytest.fixture
def encrypted(data: Path) -> Iterator[Path]:
    """The office of a released version, its databases encrypted as they lie."""
    office, key = data / FOLDERS["office"], secrets.token_bytes(32)
    assert numbers_in(office)
    encrypt_files(office, key, partial((office / cipher.KEY_FILE).write_text, "{}", encoding="utf-8"))
    yield office
    cipher.forget_key(office)


def numbers_in(folder: Path) -> list[str]:
    """The files in which a NIK of the invented office can be read."""
    return [path.name for path in folder.rglob("*") if path.is_file() and b"350899" in path.read_bytes()]


def test_an_encrypted_office_is_taken_over_and_shows_no_number_meanwhile(encrypted: Path) -> None:
    assert numbers_in(encrypted) == []
    journal = compose.journal("office", compose.open_side("office", encrypted))
    migrate_database(journal.db, "office")
    assert check_schema(journal.db, "office") == []
    assert numbers_in(encrypted) == []
    compose.begin("office", journal, encrypted, at_office(date(2026, 2, 28), 7))
    assert verify_side(journal, "office", encrypted / "scratch.sqlite3").faults == []
    assert numbers_in(encrypted) == []
    journal.db.close()


def caught_up(journal: Journal, data: Path) -> None:
    """The first start of the new program applies what the old one kept for it, and opens no epoch for an update."""
    waiting, epoch = journal.db.one("SELECT count(*) FROM journal_waiting"), journal.epoch
    assert waiting is not None
    assert waiting[0] >= 1
    compose.begin("office", journal, data / FOLDERS["office"], at_office(date(2026, 2, 28), 7))
    assert journal.db.one("SELECT count(*) FROM journal_waiting") == (0,)
    assert journal.epoch == epoch
    journal.db.close()
