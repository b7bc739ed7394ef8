"""What citizens and typing errors may bring: markup, endless names, foreign scripts, control signs, broken arms."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.platform.printing.data import books as shapes
from app.platform.printing.data.common import Paper
from app.platform.printing.papers import PAPERS, arms_svg, plain_data, render_paper
from tests.platform.printing import samples, sheets_books, slips
from tests.platform.printing.reading import text_of
from tests.world.nightly import by_day

MARKUP = '#panic("x") $ ] [ } { *tebal* _miring_ `kode` <label> @acuan \\ // /* = - + #include "/etc/passwd" "'
SIGNS = (
    MARKUP,
    "عمر محمد \u202eOMAR\u202c שלום",
    "BUDI \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f466 SANTOSO",
    "BUDI\x00\x07\x1b[31m\tSANTOSO\r\nBARIS DUA",
    '","copy":true,"size":"F4","x":"',
    "<svg onload=alert(1)><image href='/etc/passwd'/></svg>",
)
NASTY = " ".join(SIGNS)


def poisoned(value: Any, poison: str) -> Any:
    """The same data with every text that is free replaced; numbers, dates, choices and images stay."""
    if isinstance(value, msgspec.Struct):
        kept = {"qr", "acting", "shape", "arrangement", "arms", "columns", "charts", "photo_svg"}
        changes = {name: poisoned(getattr(value, name), poison) for name in value.__struct_fields__ if name not in kept}
        return msgspec.structs.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(poisoned(inner, poison) for inner in value)
    return poison if isinstance(value, str) and value else value


@pytest.mark.parametrize("name", list(PAPERS)[:: by_day(2, 1)])
def test_every_paper_survives_every_text(name: str, samples: Mapping[str, Paper], tmp_path: Path) -> None:
    """Long texts stand in test_layout.py."""
    text = text_of(render_paper(name, poisoned(samples[name], NASTY)), tmp_path)
    assert "SALINAN" not in text
    assert "panic" in text
    assert "\u200b" not in text, "what is copied or searched is the word itself"


def test_markup_is_printed_letter_by_letter(tmp_path: Path) -> None:
    letter = _statement(paragraphs=(MARKUP,))
    letters = text_of(render_paper("statement", letter), tmp_path).replace(" ", "")
    assert MARKUP.replace(" ", "") in letters


def test_a_long_name_breaks_inside_its_cell(tmp_path: Path) -> None:
    subject = msgspec.structs.replace(samples.SUBJECT, name="W" * 200)
    text = text_of(render_paper("receipt", msgspec.structs.replace(slips.receipt(), subject=subject)), tmp_path)
    assert text.count("W") >= 200
    assert "W" * 60 not in text
    assert "\u200b" not in text


def test_signs_that_turn_the_text_around_are_left_out() -> None:
    receipt = msgspec.structs.replace(slips.receipt(), received_by="A\u202eB\u2066C\x00D\tE")
    assert plain_data(receipt)["received_by"] == "A B C D E"


@settings(max_examples=by_day(6, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_text_makes_a_paper(text: str, tmp_path: Path) -> None:
    receipt = msgspec.structs.replace(slips.receipt(), received_by=text, missing=(text, "foto"))
    assert "Pas foto" not in text_of(render_paper("receipt", receipt), tmp_path) or "Pas foto" in text


def _png(wide: int, high: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x40" * wide for _ in range(high))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 12'><path d='M0 0h10v9l-5 3-5-3z'/></svg>"


def _statement(**changes: object) -> shapes.Statement:
    return msgspec.structs.replace(sheets_books.statement(), **changes)


def _with_arms(arms: bytes) -> shapes.Statement:
    return _statement(head=msgspec.structs.replace(samples.HEAD, arms=arms))


@pytest.mark.parametrize("arms", [SVG, _png(20, 24)], ids=["svg", "png"])
def test_arms_are_drawn(arms: bytes) -> None:
    pdf = render_paper("statement", _with_arms(arms))
    assert pdf == render_paper("statement", _with_arms(arms))
    assert b"Lambang daerah" in pdf, "what it shows is told to who cannot see it"


@pytest.mark.parametrize("arms", [b"", b"GIF89a...", b"<svg", _png(20, 24)[:60]], ids=["none", "gif", "torn", "cut"])
def test_arms_stay_blank_until_the_office_has_put_them_in(arms: bytes, tmp_path: Path) -> None:
    pdf = render_paper("statement", _with_arms(arms))
    assert b"Lambang daerah" not in pdf
    assert "lambang" not in text_of(pdf, tmp_path)


def test_arms_cannot_read_files_of_the_pc() -> None:
    assert arms_svg(b"#!/bin/sh") == ""
    reading = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><image href='/etc/hostname' width='9'/></svg>"
    assert render_paper("statement", _with_arms(reading)).startswith(b"%PDF-")
