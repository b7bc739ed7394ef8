"""Where words and rules stand on the pages of a PDF: do words lie on each other, leave their cell or the page?"""

import html
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SLACK = 0.8
"""Points by which a box may touch another: letters have room of their own in it."""
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
_RULE = re.compile(
    rb"q 1 0 0 -1 (?P<x>[\d.-]+) (?P<y>[\d.-]+) cm[^\n]*? (?P<a>[\d.-]+) (?P<b>[\d.-]+) m "
    rb"(?P<c>[\d.-]+) (?P<d>[\d.-]+) l\s+S"
)


class Word(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Rule(NamedTuple):
    """An upright rule: of a table, a box, a line between columns."""

    x: float
    top: float
    bottom: float


class Sheet(NamedTuple):
    width: float
    height: float
    words: list[Word]
    rules: list[Rule]


def sheets_of(pdf: bytes, folder: Path) -> list[Sheet]:
    """The pages with their words (poppler reads them) and upright rules (as the file draws them)."""
    path = folder / "layout.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout.decode()
    parts = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', shown, re.DOTALL)
    drawn = list(page_contents(pdf))
    assert len(parts) == len(drawn) > 0
    return [
        Sheet(float(wide), float(high), words_in(words), list(rules_in(content, float(high))))
        for (wide, high, words), content in zip(parts, drawn, strict=True)
    ]


_LINE = re.compile(r'<text top="(\d+)" [^>]*>(.*?)</text>', re.DOTALL)
_PAGE = re.compile(r'<page number="(\d+)"[^>]* height="(\d+)"[^>]*>(.*?)</page>', re.DOTALL)
FOOT = 50
"""Points at the end of a page that its foot takes."""
PIXELS = 1.5
"""Of pdftohtml, to a point."""
ROW = 6
"""Pixels within which lines stand beside each other."""
BOLD_TEXT = re.compile(r"[\d.,–-]+|Nihil\.|Jumlah.*|Jawaban.*")
"""What is bold and no heading: figures, sums, and the heads of a box in which room for handwriting follows."""


def headings_at_the_foot(pdf: bytes, folder: Path) -> list[str]:
    """Headings that end a page whose text goes on overleaf: its last row is bold from end to end."""
    path = folder / "headings.pdf"
    path.write_bytes(pdf)
    command = ["pdftohtml", "-xml", "-stdout", "-i", str(path)]
    shown = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    faults = []
    for number, high, lines in _PAGE.findall(shown)[:-1]:
        if heading := last_heading(lines, int(high) - FOOT * PIXELS):
            faults.append(f"{number}: {heading}")
    return faults


def last_heading(lines: str, end: float) -> str:
    """The last row of a page above its foot, if all of it is bold; else nothing."""
    rows = [(int(top), text.strip()) for top, text in _LINE.findall(lines) if int(top) < end]
    lowest = max((top for top, text in rows if text), default=0)
    last = [text for top, text in rows if text and top > lowest - ROW]
    bold = all(text.startswith("<b>") and text.endswith("</b>") for text in last)
    words = " ".join(re.sub("<[^>]*>", "", text).strip() for text in last)
    return words if bold and not BOLD_TEXT.fullmatch(words) else ""


def words_in(text: str) -> list[Word]:
    found = ((*map(float, place), html.unescape(word)) for *place, word in _WORD.findall(text))
    return [Word(*one) for one in found if one[4]]


def page_contents(pdf: bytes) -> Iterator[bytes]:
    """What each page draws, in the order of the pages. Raises AttributeError for a PDF of another build."""
    kids = re.search(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)\]", pdf)
    assert kids is not None
    for number in re.findall(rb"(\d+) 0 R", kids[1]):
        page = re.search(rb"\n" + number + rb" 0 obj\s.*?/Contents (\d+) 0 R", pdf, re.DOTALL)
        assert page is not None
        stream = re.search(rb"\n" + page[1] + rb" 0 obj\s.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
        assert stream is not None
        yield zlib.decompressobj().decompress(stream[1])


def rules_in(content: bytes, height: float) -> Iterator[Rule]:
    for one in _RULE.finditer(content):
        x, y, a, b, c, d = (float(one[name]) for name in ("x", "y", "a", "b", "c", "d"))
        if abs(a - c) < 0.01 and abs(b - d) > 4:
            top = height - y
            yield Rule(x + a, top + min(b, d), top + max(b, d))


def faults_of(sheet: Sheet, page: int) -> list[str]:
    """A line for every word that leaves the page, crosses a rule or lies on another word."""
    faults = [f"{page}: {word.text} leaves the page" for word in sheet.words if leaves(word, sheet)]
    for rule in sheet.rules:
        faults += [
            f"{page}: {word.text} crosses the rule at {rule.x:.0f}"
            for word in sheet.words
            if word.left + SLACK < rule.x < word.right - SLACK
            and overlap(word.top, word.bottom, rule.top, rule.bottom) > 2
        ]
    words = sorted(sheet.words)
    for place, word in enumerate(words):
        for other in words[place + 1 :]:
            if other.left > word.right - SLACK:
                break
            if overlap(word.top, word.bottom, other.top, other.bottom) > 0.45 * (word.bottom - word.top):
                faults.append(f"{page}: {word.text} and {other.text} lie on each other")
    return faults


def leaves(word: Word, sheet: Sheet) -> bool:
    return word.left < 2 or word.right > sheet.width - 2 or word.top < 2 or word.bottom > sheet.height - 2


def overlap(a: float, b: float, c: float, d: float) -> float:
    return min(b, d) - max(a, c)


NOTO_SANS = (1.362, 0.536)
"""A line box from ascender to descender, and the height of its x, in parts of the size (its hhea and OS/2 tables;
`test_the_font_of_the_poster_is_the_one_that_is_measured` reads them)."""


def x_heights(sheet: Sheet) -> list[tuple[float, str]]:
    """(height of an x in mm, word) of everything on a poster but the strip of document control at its foot."""
    strip = [word.top for word in sheet.words if word.text.startswith("REKAP-ADU")][-1]
    millimetre = 25.4 / 72 / NOTO_SANS[0] * NOTO_SANS[1]
    return [
        (round((word.bottom - word.top) * millimetre, 2), word.text) for word in sheet.words if word.top < strip - 1
    ]
