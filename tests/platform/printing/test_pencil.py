"""What a secretary marked with a pencil: places of words that no other test looks at."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.platform.printing.data.common import Paper
from app.platform.printing.papers import SLIPS, render_paper
from tests.platform.printing import slips
from tests.platform.printing.layout import FOOT, NOTO_SANS, Sheet, Word, overlap, sheets_of
from tests.platform.printing.reading import pixels_of, text_of

HEAD = 45
"""Points at the beginning of a page that its head takes."""
CAPITAL = 0.714
"""How high a capital of Noto Sans is, in its size."""


def closing_page(sheets: list[Sheet], words_above: str) -> tuple[Sheet, Word]:
    """The page with the signatures, and the word above the first of them."""
    found = [(sheet, word) for sheet in sheets for word in sheet.words if word.text == words_above]
    return found[-1]


def test_only_who_signs_electronically_has_a_place_for_it(samples: Mapping[str, Paper], tmp_path: Path) -> None:
    """Whoever wrote a report signed it with the PIN when he submitted it."""
    report: Any = samples["headed_letter"]
    assert report.maker is not None
    text = text_of(render_paper("headed_letter", replace(report, electronic=True)), tmp_path)
    assert text.count("Tempat tanda tangan elektronik") == 1
    assert "elektronik" not in text_of(render_paper("headed_letter", report), tmp_path)


@pytest.mark.parametrize(
    ("name", "words_above"), [("evaluation_report", "Disusun"), ("survey_report", "Disusun"), ("recap", "Dibuat")]
)
def test_nothing_stands_below_the_signatures(
    name: str, words_above: str, printed: Callable[..., bytes], tmp_path: Path
) -> None:
    sheet, first = closing_page(sheets_of(printed(name), tmp_path), words_above)
    below = [word for word in sheet.words if first.top < word.top < sheet.height - FOOT]
    lines = sorted({round(word.top) for word in below})
    assert lines[-1] - lines[0] < 130, "words, post, room for ink, name, rank, NIP and approval"
    last = {word.text for word in below if round(word.top) == lines[-1]}
    assert last & {"NIP", "Persetujuan"}, "what closes a signature closes the page"


@pytest.mark.parametrize("lines", range(2, 62, 5))
def test_two_lines_stand_above_the_signatures_of_a_survey(
    lines: int, samples: Mapping[str, Paper], tmp_path: Path
) -> None:
    """However long the plan is, so that the end of the page falls on every part of the report's end."""
    report: Any = samples["survey_report"]
    plan = tuple(f"Kursi ruang tunggu ditambah, {place}." for place in range(lines))
    sheet, first = closing_page(
        sheets_of(render_paper("survey_report", replace(report, plan=plan)), tmp_path), "Disusun"
    )
    above = {round(word.top) for word in sheet.words if HEAD < word.top < first.top - 14}
    assert len(above) >= 2


MILLIMETRE = 25.4 / 72 * CAPITAL / NOTO_SANS[0]
"""How high a capital is in a word of one point."""


def test_letters_of_charts_are_two_millimetres_high(printed: Callable[..., bytes], tmp_path: Path) -> None:
    first = sheets_of(printed("survey_report"), tmp_path)[0]
    [begin] = [word.bottom for word in first.words if word.text == "gambar"]
    drawn = [word for word in first.words if begin < word.top < first.height - FOOT]
    assert {"U1", "U9", "100"} <= {word.text for word in drawn}
    assert min((word.bottom - word.top) * MILLIMETRE for word in drawn) >= 2


@pytest.mark.parametrize("size", ["F4", "A4"])
def test_letters_of_the_charts_of_a_recap_are_too(size: str, printed: Callable[..., bytes], tmp_path: Path) -> None:
    first = sheets_of(printed("recap", size), tmp_path)[0]
    begin, end = (next(word for word in first.words if word.text == text) for text in ("sesuai", "Penuh:"))
    drawn = [word for word in first.words if begin.bottom < word.top < end.top - 3]
    assert {"triwulan", "75", "100"} <= {word.text for word in drawn}
    assert min((word.bottom - word.top) * MILLIMETRE for word in drawn) >= 2


def test_the_questions_of_an_internal_check_stand_apart(printed: Callable[..., bytes], tmp_path: Path) -> None:
    sheet = sheets_of(printed("internal_check"), tmp_path)[0]
    lines = sorted(word.top for word in sheet.words if word.text == "Butir")
    assert len(lines) > 5
    assert min(below - above for above, below in pairwise(lines)) >= 12.9, "10 points and room between them"


@pytest.mark.parametrize("name", ["covering_letter", "official_letter", "answer_letter", "decree", "headed_letter"])
def test_a_letter_is_no_form(name: str, printed: Callable[..., bytes], tmp_path: Path) -> None:
    """It has the letterhead and the number of a letter; the box with the number of a form stands on forms."""
    form = re.compile(r"No\. Dokumen|/F-\d")
    assert form.search(text_of(printed("register"), tmp_path))
    assert form.search(text_of(printed(name), tmp_path)) is None


def test_a_slip_says_where_to_call(tmp_path: Path) -> None:
    receipt = slips.receipt()
    for size in SLIPS:
        head = replace(receipt.head, phone="(0334) 123456")
        assert "Telepon (0334) 123456" in text_of(
            render_paper("receipt", replace(receipt, head=head), size=size), tmp_path
        )
    assert "Telepon" not in text_of(
        render_paper("receipt", replace(receipt, head=replace(receipt.head, phone=""))), tmp_path
    )


GREEN = (0, 255, 0)
ARMS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12"><rect width="10" height="12" fill="#00ff00"/></svg>'
)
WITH_ARMS: list[tuple[str, dict[str, bool]]] = [
    ("official_letter", {}),
    ("register", {}),
    ("sop", {"running_head": True}),
    ("poster", {}),
    ("student_card", {}),
]
"""A paper of each head that draws arms, and what it takes to have that head."""


def box_of_arms(pdf: bytes, sheet: Sheet) -> Word:
    """Where the first page is green, in points; at 0 where nothing is."""
    rows = pixels_of(pdf, 36)
    points = [(x, y) for y, row in enumerate(rows) for x, dot in enumerate(row) if dot == GREEN]
    across, down = [x * 2.0 for x, _ in points] or [0.0], [y * 2.0 for _, y in points] or [0.0]
    assert (len(rows[0]) * 2, len(rows) * 2) == pytest.approx((sheet.width, sheet.height), abs=3)
    return Word(min(across), min(down), max(across), max(down), "arms")


@pytest.mark.parametrize(("name", "facts"), WITH_ARMS)
def test_arms_stand_at_the_head_and_under_no_word(
    name: str, facts: dict[str, bool], samples: Mapping[str, Paper], tmp_path: Path
) -> None:
    wide = "Jalan Raya Yosowilangun Kidul nomor 350899, Desa Yosowilangun Kidul, Kecamatan Yosowilangun 67382"
    data = replace(samples[name], head=replace(samples[name].head, arms=ARMS, address=wide), **facts)
    pdf = render_paper(name, data)
    sheet = sheets_of(pdf, tmp_path)[0]
    arms = box_of_arms(pdf, sheet)
    assert arms.bottom - arms.top > 16, "points; of a card 6 mm, of a sheet more"
    assert arms.bottom < sheet.height / (1 if sheet.height < 200 else 4)
    below = [word.text for word in sheet.words if shared(word, arms) > 2]
    assert below == []


def shared(word: Word, other: Word) -> float:
    """How far two boxes lie over each other, in points; 0 where they do not."""
    across = overlap(word.left, word.right, other.left, other.right)
    return min(across, overlap(word.top, word.bottom, other.top, other.bottom))


@pytest.mark.parametrize("name", ["register", "hand_over"])
def test_without_arms_the_office_stands_at_the_margin(
    name: str, samples: Mapping[str, Paper], printed: Callable[..., bytes], tmp_path: Path
) -> None:
    assert samples[name].head.arms == b""
    sheet = sheets_of(printed(name), tmp_path)[0]
    office = next(word for word in sheet.words if word.text == "PEMERINTAH")
    assert office.left == min(word.left for word in sheet.words)


@pytest.mark.parametrize("size", SLIPS)
def test_a_number_too_long_for_its_line_breaks_after_a_stroke_and_loses_nothing(size: str, tmp_path: Path) -> None:
    """A reader may still put a blank where the line ends: only a number that fits its line is found as a whole."""
    number = "400.12/1234567890/BA/427.86/KECAMATAN/2026"
    receipt = slips.receipt()
    slip = replace(receipt, subject=replace(receipt.subject, number=number))
    text = text_of(render_paper("receipt", slip, size=size), tmp_path)
    assert number in text.replace(" ", "")
    assert "\u200b" not in text
    [printed] = re.findall(r"400\.12/[^a-z]*/ ?2026", text)
    assert re.sub(r"/ ", "/", printed) == number, "blanks, and so ends of lines, stand after a stroke only"


def test_a_part_without_a_stroke_breaks_after_a_dot_and_only_then_anywhere(tmp_path: Path) -> None:
    receipt = slips.receipt()
    number = "1/PEMERINTAHAN.KECAMATAN-YOSOWILANGUN/" + "9" * 40
    slip = replace(receipt, subject=replace(receipt.subject, number=number))
    text = text_of(render_paper("receipt", slip), tmp_path)
    assert re.search(r"PEMERINTAHAN\. ?KECAMATAN- ?YOSOWILANGUN/", text)
    assert "9" * 40 in text.replace(" ", "")
