"""What a Camat signs unchanged: long names and addresses, forty lines, and still every word in its cell, text above the
signatures of every page."""

import re
from collections.abc import Mapping
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.casework.letters.transitions import SIGNED_BY_TWO
from app.platform.printing.data.common import Official, Paper
from app.platform.printing.papers import PAPERS, render_paper
from tests.platform.printing.layout import Sheet, Word, faults_of, headings_at_the_foot, sheets_of, x_heights

NAME = "Raden Ajeng Hajjah Siti Nurhalimatussa'diyah Kusumaningrat Dewi"[:60]
ADDRESS = (
    "Jalan Mayor Jenderal Soekartijo Nomor 56 Gang Kenanga III Perumahan Griya Yosowilangun Permai Blok Kertanegara "
    "Nomor 118 RT 003 RW 012 Dusun Krajan Kidul, Desa Yosowilangun Kidul, Kecamatan Yosow"
)[:200]
MOST_LINES = {"lines": 40, "rows": 40, "cards": 40, "codes": 40, "balances": 10, "items": 6}
NAMES = {"name", "receiver", "applicant", "carrier", "printed_by", "village_head", "opened_by", "received_by", "who"}
ADDRESSES = {"address", "home", "addressee"}
TITLES = {
    "title",
    "heading",
    "office",
    "stamp",
    "form_label",
    "validity",
    "service",
    "subject",
    "clause",
    "statement",
    "done",
}
X_OF_A_WALL = 7.0
"""Millimetres: how high an x is at least on what hangs on the wall, but for the document control at its foot."""
BOLD_BODIES = {"population_form", "ready_codes", "card_sheet", "quality_targets"}
"""Papers whose texts themselves are bold: typed words, codes, cards, targets."""
KEPT = {"qr", "acting", "shape", "arrangement", "arms", "columns", "charts", "photo_svg", "head", "control"}


def stretched(value: Any, field: str = "", signers: Any = None) -> Any:
    """The same data with names of 60 letters, addresses of 200, lists of 40 lines, and signers told apart."""
    signers = signers or count(1)
    if isinstance(value, Official):
        n = next(signers)
        more = {"name": f"Penanda{n} {NAME}"[:60], "post": f"Jabatan{n} Kepala Seksi Ketenteraman dan Pelayanan Umum"}
        return msgspec.structs.replace(value, **more, nip=f"19680101 199003 1 {n:03}")
    if isinstance(value, msgspec.Struct):
        own = {name: getattr(value, name) for name in value.__struct_fields__ if name not in KEPT}
        return msgspec.structs.replace(value, **{name: stretched(one, name, signers) for name, one in own.items()})
    if isinstance(value, tuple):
        longer = islice(cycle(value), MOST_LINES[field]) if value and field in MOST_LINES else value
        inner = "cell" if field == "rows" else field
        return tuple(stretched(numbered(one, n), inner, signers) for n, one in enumerate(longer))
    return stretched_text(value, field) if isinstance(value, str) and value else value


def numbered(row: Any, n: int) -> Any:
    """A line of a list with its own number or first text, so that no two of them look alike."""
    if isinstance(row, msgspec.Struct) and isinstance(getattr(row, "number", None), str):
        return msgspec.structs.replace(row, number=f"{n:03}{row.number[3:]}")
    if not isinstance(row, tuple) or not any(isinstance(cell, str) for cell in row):
        return row
    first = next(place for place, cell in enumerate(row) if isinstance(cell, str))
    return (*row[:first], f"{n}. {row[first]}", *row[first + 1 :])


def stretched_text(text: str, field: str) -> str:
    if field in ADDRESSES:
        return ADDRESS
    if field in NAMES or (field == "cell" and re.fullmatch(r"[A-Z][A-Z .,']{7,}", text)):
        return NAME.upper() if text.isupper() else NAME
    return f"{text} {text} {text}" if len(text) > 40 and field not in TITLES else text


def stands_alone(sheets: list[Sheet], page: int, posts: list[Word]) -> bool:
    """Whether nothing but a head stands above the signatures of a page: what its page before has in the same place."""
    lines = 45 if any(one.text == "a.n." for one in sheets[page].words) else 30  # day, heading, a.n. above the post
    top = min(word.top for word in posts) - lines
    before = {(one.text, round(one.top)) for one in sheets[page - 1].words} if page else set()
    above = [
        known_word
        for known_word in sheets[page].words
        if 54 < known_word.bottom < top and (known_word.text, round(known_word.top)) not in before
    ]
    return not above


@pytest.mark.parametrize("name", PAPERS)
def test_no_word_crosses_a_cell_and_no_signature_stands_alone(
    name: str, samples: Mapping[str, Paper], tmp_path: Path
) -> None:
    assert faults_on_paper(name, stretched(samples[name]), tmp_path) == []


@pytest.mark.parametrize("form", ["memo", "order", "statement", "report", "minutes"])
def test_every_head_of_a_letter_holds_long_words_and_keeps_its_signatures(
    form: str, samples: Mapping[str, Paper], tmp_path: Path
) -> None:
    """The same letter under each head; minutes and a report have two signatures."""
    letter: Any = samples["headed_letter"]
    maker = letter.maker if form in SIGNED_BY_TWO else None
    other = msgspec.structs.replace(letter, form=form, title="Naskah", maker=maker)
    assert faults_on_paper("headed_letter", stretched(other), tmp_path) == []


def faults_on_paper(name: str, data: Paper, folder: Path) -> list[str]:
    """What crosses a cell, lies on something else, is a heading at the foot or a signature without text on its page."""
    size = "A4" if "A4" in PAPERS[name].sizes else PAPERS[name].sizes[0]
    pdf = render_paper(name, data, size=size)
    sheets = sheets_of(pdf, folder)
    faults = [fault for page, sheet in enumerate(sheets) for fault in faults_of(sheet, page + 1)]
    if name not in BOLD_BODIES:
        faults += [f"{heading} stands alone" for heading in headings_at_the_foot(pdf, folder)]
    for page, sheet in enumerate(sheets):
        posts = [word for word in sheet.words if re.match(r"Jabatan\d", word.text)]
        if posts and any(word.text.startswith("Penanda") for word in sheet.words) and stands_alone(sheets, page, posts):
            faults.append(f"{page + 1}: signatures stand alone")
        if name == "poster":
            faults += [f"{page + 1}: {word} is {high} mm high" for high, word in x_heights(sheet) if high < X_OF_A_WALL]
    return faults


def test_sixty_letters_without_a_space_break_where_a_column_is_narrowest(
    samples: Mapping[str, Paper], tmp_path: Path
) -> None:
    called: Any = samples["call_list"]
    solid = {"name": "W" * 60, "address": "M" * 200}
    groups = tuple(
        msgspec.structs.replace(group, lines=tuple(msgspec.structs.replace(line, **solid) for line in group.lines))
        for group in called.groups
    )
    sheets = sheets_of(render_paper("call_list", msgspec.structs.replace(called, groups=groups)), tmp_path)
    assert [fault for page, sheet in enumerate(sheets) for fault in faults_of(sheet, page + 1)] == []
