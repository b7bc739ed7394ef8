"""Every paper of the walks as a reader has it: no column of dashes, no empty part, no annex that is missing, and no
word of another kind of office."""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.world.walked import Walked, walk_of

DASH = "–"
ANNEX = re.compile(r"\bterlampir\b|\b(dalam|tercantum pada) lampiran\b|\blampiran\s*:\s*[1-9]", re.IGNORECASE)
PART = re.compile(r"[A-K]\. [A-Z]\w|[0-9]{1,2}\. [A-Z]{3}")
CODE = re.compile(r"\b[a-z0-9-]+/[a-z]+_\w+|\b[0-9]+/office/[0-9]+")
LATELY = 40
"""Points above a run of dashes within which another value of its column would stand."""
OTHERS = {
    "kecamatan": r"Direktur|Poltekkes|Politeknik|Wadir|Ketua Jurusan|Kepala Biro|Biro Organisasi",
    "poltekkes": r"Camat|[Kk]ecamatan|Bupati|[Dd]esa|Dispenduk Capil|Kasi|Kepala Biro|Biro Organisasi",
    "biro": r"Camat|[Kk]ecamatan|Bupati|[Dd]esa|Dispenduk Capil|Kasi|Direktur|Poltekkes|[Mm]ahasiswa",
}
"""Profile → words that only another kind of office uses."""
OF_ALL_SERVICES = ("daftar-pelaksana", "register-pemrosesan")
"""Papers that quote each standard of an office: with every service of all kinds in one, their words stand there."""
PROFILES = {"semua": "kecamatan", "poltekkes": "poltekkes", "biro": "biro"}
"""Walk → the profile of its office."""


class Word(NamedTuple):
    """A word where it lies on a page, in points."""

    page: int
    left: float
    top: float
    width: float
    text: str

    def lies_below(self, other: "Word") -> bool:
        """In one column: as far as both reach, a little room besides."""
        return self.left < other.left + other.width + 4 and other.left < self.left + self.width + 4


@pytest.fixture(scope="module", params=PROFILES)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Walked]:
    return PROFILES[request.param], walk_of(tmp_path_factory, request.param)


def text_of(paper: Path) -> str:
    told = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True, text=True)
    return told.stdout


def words_of(paper: Path) -> Iterator[Word]:
    told = subprocess.run(["pdftotext", "-tsv", str(paper), "-"], capture_output=True, check=True, text=True)
    for line in told.stdout.splitlines()[1:]:
        level, page, _, _, _, _, left, top, width, _, _, text = line.split("\t", 11)
        if level == "5":
            yield Word(int(page), float(left), float(top), float(width), text)


def dash_columns(words: list[Word]) -> list[tuple[int, str]]:
    """(page, head) of columns in which nothing but dashes stands, in two rows or more."""
    columns: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for word in words:
        if word.text == DASH:
            columns[word.page, round((word.left + word.width / 2) / 6)].append(word)
    found = []
    for (page, _), dashes in columns.items():
        first, last = dashes[0], dashes[-1]
        beside = [word for word in words if word.page == page and word.text != DASH and word.lies_below(first)]
        among = [word for word in beside if first.top <= word.top <= last.top]
        above = [word.text for word in beside if first.top - LATELY < word.top < first.top]
        if len(dashes) > 1 and not among and not any(text[:1].isdigit() for text in above):
            found.append((page, " ".join(above)))
    return found


def empty_parts(text: str) -> list[str]:
    """Headings `A. …` or `1. …` below which the next one follows at once, or nothing."""
    lines = [*filter(None, map(str.strip, text.replace("\f", "\n").splitlines())), "Z. Ende"]
    return [line for line, below in pairwise(lines) if PART.match(line) and (PART.match(below) or below == "Z. Ende")]


def missing_annex(text: str) -> bool:
    """Whether a paper names an annex of which no later page says that it is one."""
    _, *later = text.split("\f")[:-1]
    return bool(ANNEX.search(text)) and not any("lampiran" in page[:600].lower() for page in later)


def test_no_paper_has_a_column_of_dashes_an_empty_part_or_a_missing_annex(walk: tuple[str, Walked]) -> None:
    _, walked = walk
    assert walked.ended_well, walked.said
    faults = []
    for paper in walked.papers:
        text = text_of(paper)
        faults += [f"{paper.stem}: only dashes below {head!r}" for _, head in dash_columns([*words_of(paper)])]
        faults += [f"{paper.stem}: nothing below {part}" for part in empty_parts(text)]
        faults += [f"{paper.stem}: the annex that it names is not there"] if missing_annex(text) else []
    assert faults == []


def test_no_paper_speaks_of_another_kind_of_office_or_in_codes(walk: tuple[str, Walked]) -> None:
    profile, walked = walk
    foreign, faults = re.compile(rf"\b({OTHERS[profile]})\b"), []
    for paper in walked.papers:
        text = text_of(paper)
        quoting = profile == "kecamatan" and paper.stem.partition("-")[2] in OF_ALL_SERVICES
        faults += [] if quoting else [f"{paper.stem}: {found[0]}" for found in foreign.finditer(text)]
        faults += [f"{paper.stem}: {found[0]}" for found in CODE.finditer(text)]
    assert faults == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("Lalu", 90), (DASH, 100), (DASH, 110)], [(1, "Lalu")]),
        ([("Lalu", 90), (DASH, 100), ("3", 110), (DASH, 120)], []),
        ([("7", 90), (DASH, 100), (DASH, 110)], []),
        ([("Lalu", 90), (DASH, 100)], []),
    ],
)
def test_a_column_of_dashes_is_found_and_one_with_a_value_is_none(
    rows: list[tuple[str, int]], found: list[tuple[int, str]]
) -> None:
    assert dash_columns([Word(1, 200, top, 6, text) for text, top in rows]) == found


def test_an_empty_part_and_a_missing_annex_are_found() -> None:
    assert empty_parts("A. Tujuan\n\nB. Hasil\nAda.\n\fC. Hambatan\n") == ["A. Tujuan", "C. Hambatan"]
    assert missing_annex("Daftar nama terlampir.\n\f")
    assert missing_annex("Lampiran : 1 (satu) berkas\n\fHalaman dua\n\f")
    assert not missing_annex("Daftar nama terlampir.\n\fLampiran Surat Nomor 1\n\f")
    assert not missing_annex("Lampiran : tidak ada\n\f")
    assert CODE.search("kecamatan/days_validate_p90")
    assert not CODE.search("KTP/F-1.02, dan/atau, 12/03/2026")
