"""The part of `prove privacy` about erased people, and that it would find one."""

from pathlib import Path

import pytest

from app.records.retention import service
from tests.proof.erased_people import COMPILED, files_with, look_for_people
from tests.records.retention.conftest import LATER


def test_nothing_of_the_people_is_left(folder: Path) -> None:
    proved = look_for_people(folder, LATER)
    assert proved.faults == []
    assert proved.figures.endswith(" 0 left")


def test_a_file_that_is_not_written_anew_is_found_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old words lie in the log beside the database as long as nobody clears it."""
    monkeypatch.setattr(service, "clear_traces", lambda _db: None)
    monkeypatch.setattr("sync.erasure.table_changes", lambda _live, _copy, _only: [])
    assert look_for_people(folder, LATER).faults != []


def test_words_of_the_programs_own_pages_are_nobodys(folder: Path) -> None:
    """What an officer opened decides which compiled pages lie in the folder; the same word elsewhere is found."""
    (folder / COMPILED).mkdir(exist_ok=True)
    for place in (folder / COMPILED / "page.bin", folder / "catatan.txt"):
        place.write_bytes(b"misalnya Bidang Seni Ukir")
    assert files_with(folder, "Bidang Seni Ukir") == ["catatan.txt"]
