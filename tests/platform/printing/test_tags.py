"""What a machine can read of PDF/UA-1 in every paper, by the numbers of the Matterhorn Protocol 1.1.

veraPDF comes neither from Debian nor from PyPI or npm, so its rules are read here: each mark is tagged or an artifact
(01-003, 01-004, 01-005), title and language are said (06, 07, 11: test_outside_look.py), tables, rows, cells and lists
nest as they must (09-004 to 09-006), each picture has words (13-004), headings begin with the first and leave none out
(14-002, 14-003), each table has heads and each head its direction (15-003), pages with links go by the tags (28-009).
Fonts (31) are read in test_outside_look.py. What only a person can judge (order of reading, words of a picture) is
looked at.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from app.platform.printing.papers import PAPERS
from tests.platform.printing.layout import page_contents

INSIDE = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    **{part: {"Table"} for part in ("THead", "TBody", "TFoot")},
    **{cell: {"TR"} for cell in ("TH", "TD")},
    "LI": {"L"},
    **{part: {"LI", "Note"} for part in ("Lbl", "LBody")},
}
"""Tag → what it may stand in (ISO 14289-1, 7.5 and 7.6)."""


class Tag(NamedTuple):
    kind: str
    parents: tuple[int, ...]
    """Places in the list, outermost first."""
    told: list[str]


def tags_of(pdf: bytes, folder: Path) -> list[Tag]:
    """The tags in the order of reading, with their attributes, as poppler finds them."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run(["pdfinfo", "-struct", str(path)], capture_output=True, check=True).stdout.decode()
    tags: list[Tag] = []
    above: list[tuple[int, int]] = []
    for line in shown.splitlines():
        depth, words = len(line) - len(line.lstrip()), line.strip()
        if words.startswith("/") and tags:
            tags[-1].told.append(words)
        elif found := re.match(r"[A-Z][A-Za-z0-9]*", words):
            above = [one for one in above if one[0] < depth]
            tags.append(Tag(found[0], tuple(place for _, place in above), []))
            above.append((depth, len(tags) - 1))
    return tags


def tag_faults(tags: list[Tag]) -> Iterator[str]:
    for place, tag in enumerate(tags):
        over = tags[tag.parents[-1]].kind if tag.parents else ""
        if tag.kind in INSIDE and over not in INSIDE[tag.kind]:
            yield f"{tag.kind} in {over}"
        if tag.kind == "TH" and not any(text.startswith("/Scope") for text in tag.told):
            yield "a head of no direction"
        if tag.kind == "Table" and not any(one.kind == "TH" and place in one.parents for one in tags):
            yield "a table without heads"
    levels = [int(tag.kind[1:]) for tag in tags if re.fullmatch(r"H\d", tag.kind)]
    if levels[:1] != [1] or any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings {levels}"


MARKS = re.compile(
    rb"(?P<begin>/(?P<tag>\w+)\s*(?P<more><<.*?>>)?\s*B(?:DC|MC)\b)|(?P<end>\bEMC\b)"
    rb"|(?P<paint>(?<=[\s)\]>])(?:Tj|TJ|Do|sh|S|s|F|f\*?|B\*?|b\*?)(?=\s|$))",
    re.DOTALL,
)


def unmarked(content: bytes) -> int:
    """How many marks of a page are neither tagged nor an artifact."""
    content = re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", content, flags=re.DOTALL)
    around: list[bool] = []
    count = 0
    for one in MARKS.finditer(content):
        if one["begin"]:
            around.append(one["tag"] == b"Artifact" or b"/MCID" in (one["more"] or b""))
        elif one["end"]:
            around.pop()
        else:
            count += not any(around)
    assert around == []
    return count


def test_the_reading_finds_what_is_wrong() -> None:
    """The readers above, against files that are wrong on purpose."""
    assert unmarked(b"/P<</MCID 0>>BDC (a BDC) Tj EMC /Artifact <</Type/Pagination>> BDC 0 0 m 1 1 l S EMC") == 0
    assert unmarked(b"/P<</MCID 0>>BDC (a) Tj EMC 0 0 m 1 1 l S /Span <</Lang(id)>> BDC (b) Tj EMC") == 2
    wrong = [Tag("H2", (), []), Tag("Table", (), []), Tag("TR", (1,), []), Tag("TD", (1,), []), Tag("TH", (1, 2), [])]
    assert list(tag_faults(wrong)) == ["TD in Table", "a head of no direction", "headings [2]"]
    assert list(tag_faults([Tag("H1", (), []), Tag("Table", (), []), Tag("H3", (), [])])) == [
        "a table without heads",
        "headings [1, 3]",
    ]


@pytest.mark.parametrize("name", PAPERS)
def test_a_screen_reader_finds_every_mark_head_and_picture(
    name: str, printed: Callable[..., bytes], tmp_path: Path
) -> None:
    pdf = printed(name)
    assert list(tag_faults(tags_of(pdf, tmp_path))) == []
    assert [unmarked(content) for content in page_contents(pdf)] == [0] * len(list(page_contents(pdf)))
    objects = [part for part in re.split(rb"\bendobj\b", pdf) if b"/S/Figure" in part]
    assert [one[-200:] for one in objects if b"/Alt" not in one] == []
    pages = [part for part in re.split(rb"\bendobj\b", pdf) if re.search(rb"/Type ?/Page\b", part)]
    assert pages
    assert [page for page in pages if b"/Annots" in page and b"/Tabs/S" not in page] == []
    assert all(b"/StructParents" in page for page in pages)
