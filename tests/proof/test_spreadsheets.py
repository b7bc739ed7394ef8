"""The short form of the proof of spreadsheets, the limits of the reader, and that nothing else reads registers."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from app.casework.importing import isolated_reading
from app.casework.importing.spreadsheet import Cell, ImportProblem
from tests.casework.importing.books import line, register
from tests.proof.bombs import SAID
from tests.proof.spreadsheets import prove_spreadsheets
from tests.rules.source import imports, modules
from tests.world.nightly import NIGHTLY, by_day

SLOW = ("20 million blank rows", "cells below the count", "blanks without end", "an OpenDocument of rows")
ALIKE = (
    "12 million cells",
    "a row numbered 1e9",
    "a million fonts",
    "blank rows with a prefix",
    "3 million texts",
    "9 million fields",
)
"""Another of the same kind is read by day too, or the same through the page, and ends in the same sentence."""
PARSERS = ("openpyxl", "csv", "zipfile")


def test_every_bomb_ends_in_a_sentence_and_the_office_answers_meanwhile(tmp_path: Path) -> None:
    short = [name for name in SAID if name not in SLOW and (NIGHTLY or name not in ALIKE)]
    proved = prove_spreadsheets(tmp_path, 1, short, ["12 million cells"])
    assert proved.faults == []
    assert proved.figures.startswith(f"spreadsheets: {len(short)} bombs, most memory ")
    assert len(short) == by_day(11, 17)


@pytest.mark.parametrize(
    ("deed", "ending"),
    [
        ("bytearray(600 * 2**20)", "MemoryError"),
        ("open('x', 'w').write('x' * 9000)", "File too large"),
        ("import resource; assert resource.getrlimit(resource.RLIMIT_CPU) == (30, 30)", ""),
    ],
)
def test_the_reader_bounds_itself_before_it_reads(deed: str, ending: str, tmp_path: Path) -> None:
    begin = "import os; from app.casework.importing import isolated_reading as reader"
    bound = "reader.restrain_process(reader.SECONDS, reader.MEMORY)"
    code = f"{begin}; os.chdir({str(tmp_path)!r}); {bound}; {deed}"
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.CHECKOUT, capture_output=True, text=True)
    assert (done.returncode != 0) == bool(ending)
    assert ending in done.stderr


def test_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_reading, "SECONDS", 0.001)
    with pytest.raises(ImportProblem, match="belum selesai dibaca"):
        isolated_reading.read_limited(register(line()))


def test_a_busy_pc_does_not_end_a_reader_that_reckoned_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_reading, "SECONDS", 0.001)  # of this process; the reader bounds itself by its own
    monkeypatch.setattr(isolated_reading, "ON_THE_WALL", 600_000)
    assert len(isolated_reading.read_limited(register(line())).sheets) == 1


def test_what_was_read_comes_back_as_it_was_stored() -> None:
    content = b"NO;NIK;NAMA\n1;3508990101800002;ANI\n"
    [sheet] = isolated_reading.read_limited(content, "JAN\0UARI").sheets
    assert (sheet.name, sheet.rows[1].cells[1]) == ("JANUARI", Cell("3508990101800002"))
    cells = isolated_reading.read_limited(register(line(no=12.5, tgl=20250126))).sheets[0].rows[-1].cells
    assert [(cell.kind, cell.value) for cell in cells[:2]] == [("number", 12.5), ("number", 20250126)]


def test_nothing_but_the_child_opens_a_foreign_file() -> None:
    """Whoever imports a parser, or the function that uses it, stands in this list."""
    reading = {path for path in modules("app", "sync") if imports(path) & {*PARSERS}}
    assert reading == {
        "app/quality/quarter/papers.py",  # writes CSV
        "app/quality/surveys/papers.py",  # writes CSV
        "app/platform/people/credentials.py",  # reads names of places that ship with the program
        "app/casework/importing/file_formats.py",
        "app/platform/files/content.py",  # reads names in a workbook's list of contents; it unpacks nothing
        "app/platform/updates/releases.py",  # reads names and bytes out of a ZIP, within bounds; it decodes nothing
        "app/platform/updates/versions.py",  # unpacks a release whose signatures hold
        "app/cli/packaging/windows.py",  # unpacks the Python that whoever builds a package put in
        "app/platform/files/matching.py",  # reads names and bytes out of a ZIP, within bounds; it decodes nothing
    }
    readers = {"app.casework.importing.file_formats.read_bytes", "app.casework.importing.file_formats.read_csv"}
    calling = {path for path in modules("app", "sync") if imports(path) & readers}
    assert calling == {"app/casework/importing/isolated_reading.py"}
