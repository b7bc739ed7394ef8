"""What other programs find in our PDFs: poppler reads title, tags, and fonts of every paper as a stranger does.

veraPDF, which proves PDF/UA and PDF/A rule by rule, is no package of Debian; the typesetter checks both while it
writes and leaves the mark out of a file that breaks a rule. So the marks are asked for here, of every paper.
"""

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.platform.printing.data.common import Paper
from app.platform.printing.papers import PAPERS, render_paper


def look_at(pdf: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("name", PAPERS)
def test_a_stranger_finds_title_tags_language_and_bookmarks(
    name: str, printed: Callable[..., bytes], tmp_path: Path
) -> None:
    pdf = printed(name)
    seen = look_at(pdf, tmp_path)
    title = re.search(r"^Title: +(\S.*)$", seen, re.MULTILINE)
    assert title is not None
    assert re.search(r"^Tagged: +yes$", seen, re.MULTILINE)
    assert re.findall(r"^(Suspects|JavaScript|Encrypted): +no$", seen, re.MULTILINE)
    assert b"/Lang(id-ID)" in pdf
    assert re.search(rb"/S ?/H1\b", pdf), "a heading for the screen reader to jump to"
    assert re.search(rb"/Outlines \d+ 0 R", pdf)
    assert re.search(rb"/First \d+ 0 R/Last", pdf), "and a bookmark for the viewer"
    assert b"/DisplayDocTitle true" in pdf


def test_every_letter_of_every_paper_is_embedded(printed: Callable[..., bytes], tmp_path: Path) -> None:
    """All papers as one file, so that one look is enough."""
    files = []
    for name in PAPERS:
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(printed(name))
    subprocess.run(["pdfunite", *map(str, files), str(tmp_path / "all.pdf")], check=True, capture_output=True)
    told = subprocess.run(["pdffonts", str(tmp_path / "all.pdf")], capture_output=True, check=True).stdout.decode()
    fonts = [line.split() for line in told.splitlines()[2:]]
    assert len(fonts) >= len(files)
    assert {font[0].split("+")[-1] for font in fonts} <= {"NotoSans-Regular", "NotoSans-Bold"}
    assert {tuple(font[-5:-2]) for font in fonts} == {("yes", "yes", "yes")}, "embedded, only what is used, readable"


UA, ARCHIVE, ASKS = (
    b"<pdfuaid:part>1</pdfuaid:part>",
    b"<pdfaid:part>2</pdfaid:part>",
    b"/OpenAction<</S/Named/N/Print>>",
)


@pytest.mark.parametrize("name", PAPERS)
def test_only_what_asks_to_be_printed_is_no_file_for_the_archive(
    name: str, samples: Mapping[str, Paper], printed: Callable[..., bytes]
) -> None:
    """PDF/UA-1 always. PDF/A-2a forbids the action that opens the print dialogue (ISO 19005-2, 6.5.1), so a paper that
    comes out of a page's print button is UA-1 only; what is kept as a file is both."""
    kept, asking = printed(name), render_paper(name, samples[name], dialogue=True)
    assert (UA in kept, ARCHIVE in kept, ASKS in kept) == (True, True, False)
    assert (UA in asking, ARCHIVE in asking, ASKS in asking) == (True, False, True)
