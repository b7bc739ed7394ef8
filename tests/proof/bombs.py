"""Files that pretend to be registers and mean harm: small on the stick, endless for whoever opens them."""

import io
import re
import zipfile
from collections.abc import Callable

from tests.casework.importing.books import line, register

SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
Change = Callable[[bytes], bytes]


def rebuilt(part: str, change: Change) -> bytes:
    """A small sound workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(register(line()))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, change(content) if name == part else content)
    return target.getvalue()


def before(end: bytes, added: bytes) -> Change:
    """Put bytes in front of a closing tag."""
    return lambda content: content.replace(end, added + end, 1)


def in_sheet(rows: bytes) -> bytes:
    """A workbook whose sheet ends with these rows."""
    return rebuilt(SHEET, before(b"</sheetData>", rows))


def moved_sheet() -> bytes:
    """Rows without end in a part that does not call itself a sheet."""
    moved = rebuilt("xl/_rels/workbook.xml.rels", lambda old: re.sub(rb"worksheets/sheet1\.xml", b"media/a.png", old))
    target = io.BytesIO(moved)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        sheet = archive.read(SHEET).replace(b"</sheetData>", b"<row/>" * 1_200_000 + b"</sheetData>")
        archive.writestr("xl/media/a.png", sheet)
    return target.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def laughing() -> bytes:
    """A billion laughs: ten entities, each ten times the one before."""
    declared = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(10))
    return b'<?xml version="1.0"?><!DOCTYPE a [' + declared + b"]><a>&a9;</a>"


TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
ROW_OF_TEXTS = b"<row>" + b'<c t="s"><v>0</v></c>' * 30 + b"</row>"


OVERRIDE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def with_texts(texts: bytes, rows: bytes = b"") -> bytes:
    """A workbook that keeps its texts apart, as Excel does."""
    with zipfile.ZipFile(io.BytesIO(rebuilt("[Content_Types].xml", before(b"</Types>", OVERRIDE)))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[SHEET] = before(b"</sheetData>", rows)(parts[SHEET])
    return zipped(parts | {STRINGS: TEXTS % texts})


SAID: dict[str, tuple[Callable[[], bytes], str]] = {
    "a row numbered a billion": (
        lambda: in_sheet(b'<row r="1000000000"><c t="inlineStr"><is><t>x</t></is></c></row>'),
        "1.000.000.000 baris",
    ),
    "a row numbered 1e9": (lambda: in_sheet(b"<row r='1e9'><c/></row>"), "1.000.000.000 baris"),
    "20 million blank rows": (lambda: in_sheet(b"<row/>" * 20_000_000), "baris, sedangkan"),
    "blank rows with a prefix": (lambda: in_sheet(b"<x:row a='1'/>" * 900_000), "baris, sedangkan"),
    "blank rows in a picture": (moved_sheet, "baris, sedangkan"),
    "12 million cells": (lambda: in_sheet(b"<row>" + b"<c/>" * 12_000_000 + b"</row>"), "sel, sedangkan"),
    "cells below the count": (lambda: in_sheet(b"<row>" + b"<c/>" * 1_900_000 + b"</row>"), "terlalu banyak memori"),
    "1.5 million formats": (
        lambda: rebuilt(STYLES, before(b"</cellXfs>", b"<xf/>" * 1_500_000)),
        "gaya sel, sedangkan",
    ),
    "a million fonts": (lambda: rebuilt(STYLES, before(b"</fonts>", b"<font/>" * 1_000_000)), "gaya sel, sedangkan"),
    "3 million texts": (lambda: with_texts(b"<si/>" * 3_000_000), "teks, sedangkan"),
    "one long text 600,000 times": (
        lambda: with_texts(b"<si><t>" + b"x" * 30_000 + b"</t></si>", ROW_OF_TEXTS * 20_000),
        "30.000.000 huruf",
    ),
    "merged cells without end": (
        lambda: rebuilt(SHEET, before(b"</worksheet>", b"<mergeCell/>" * 3_000_000)),
        "tidak wajar besarnya",
    ),
    "blanks without end": (lambda: rebuilt(STYLES, lambda _old: b" " * 190_000_000), "tidak wajar besarnya"),
    "a billion laughs": (lambda: rebuilt(SHEET, lambda _old: laughing()), "tidak aman"),
    "a billion laughs in UTF-16": (
        lambda: rebuilt(SHEET, lambda _old: laughing().decode().encode("utf-16")),
        "tidak aman",
    ),
    "a file of this PC": (
        lambda: rebuilt(SHEET, lambda _old: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "tidak aman",
    ),
    "an archive of archives": (
        lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.xlsx": bytes(20_000_000)})})}),
        "bukan buku kerja",
    ),
    "an OpenDocument of rows": (
        lambda: zipped({"mimetype": b"x", "content.xml": b"<r/>" * 20_000_000}),
        "OpenDocument",
    ),
    "20 million columns": (lambda: b";" * 20_000_000, "16.384 kolom"),
    "20 million lines": (lambda: b"\n" * 20_000_000, "baris, sedangkan"),
    "9 million fields": (lambda: (b";a" * 160 + b"\n") * 59_000, "1.200.000 sel"),
}
"""Each bomb by its name: how it is made, and what its sentence says."""
