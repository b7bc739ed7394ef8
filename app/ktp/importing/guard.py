"""Looks into a workbook's archive before any parser does: bombs, passwords, entities, other formats.

Sizes are trusted because zipfile never gives more bytes than the directory declares.
"""

from __future__ import annotations

import re
import zipfile
import zlib

from app.ktp.importing.book import ImportProblem

MAX_PARTS = 1_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024
MAX_OTHER = 8 * 1024 * 1024
_CHUNK = 1024 * 1024
_OVERLAP = 64

_BROKEN = (
    "Berkas Excel ini rusak atau terpotong. Salin ulang dari asalnya, atau buka di Excel lalu simpan lagi."
)
_BOMB = "Isi berkas Excel ini tidak wajar besarnya. Simpan ulang di Excel tanpa gambar dan lembar lain."
_OPEN_DOCUMENT = (
    "Ini berkas OpenDocument. Buka di LibreOffice, pilih Simpan Sebagai, lalu pilih Excel (.xlsx)."
)
_BINARY = "Ini format biner Excel (.xlsb). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx."
_OTHER_ZIP = (
    "Ini bukan buku kerja Excel. Kalau ini arsip ZIP, buka dulu, lalu impor berkas .xlsx di dalamnya."
)
_LOCKED = "Arsip ini dikunci kata sandi. Buka kuncinya dulu, lalu impor lagi."
_ENTITIES = (
    "Berkas Excel ini memuat bagian XML yang tidak aman. Buka di Excel, simpan ulang, lalu impor lagi."
)

# A formula whose result was never stored would look like an empty cell.
_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^<>]*+(?<=/)>)\s*+(?:<v\s*+/>|<v>\s*+</v>|</c>)")


def inspect(archive: zipfile.ZipFile) -> bool:
    """Check a workbook's archive; answer whether it holds formulas without a stored result.

    Raises ImportProblem for anything that is no sound .xlsx workbook.
    """
    parts = archive.infolist()
    names = {part.filename for part in parts}
    _refuse_other_formats(archive, names)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise ImportProblem(_BOMB)
    uncomputed = False
    for part in parts:
        if part.flag_bits & 1:
            raise ImportProblem(_LOCKED)
        if part.filename.endswith((".xml", ".rels")):
            uncomputed |= _scan(archive, part)
    return uncomputed


def broken() -> ImportProblem:
    """The problem of a workbook that a parser could not follow."""
    return ImportProblem(_BROKEN)


def _refuse_other_formats(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise ImportProblem(_BINARY)
    if "mimetype" in names and "content.xml" in names:
        raise ImportProblem(_OPEN_DOCUMENT)
    raise ImportProblem(_OTHER_ZIP)


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Read one XML part in pieces, refuse declarations of entities, look for uncomputed formulas."""
    if part.file_size > _limit(part.filename):
        raise ImportProblem(_BOMB)
    sheet = part.filename.startswith("xl/worksheets/")
    found, tail = False, b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                if not tail and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise ImportProblem(_ENTITIES)  # UTF-16 would hide a declaration from the search below
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise ImportProblem(_ENTITIES)
                found = found or (sheet and _UNCOMPUTED.search(window) is not None)
                tail = window[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImportProblem(_BROKEN) from error
    return found


def _limit(name: str) -> int:
    if name.startswith(("xl/worksheets/sheet", "xl/drawings/")):
        return MAX_UNPACKED
    return MAX_STRINGS if name.endswith("sharedStrings.xml") else MAX_OTHER
