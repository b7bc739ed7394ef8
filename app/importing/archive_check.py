"""Looks into a workbook's archive before any parser does: bombs, passwords, entities, other formats.

Sizes are trusted because zipfile never gives more bytes than the directory declares. Rows, cells, styles and texts are
counted in the unpacked bytes, piece by piece, whatever the part is called; nothing is built of them.
"""

import re
import zipfile
import zlib
from collections import Counter

from app.core.dates import format_number
from app.importing.spreadsheet import MAX_CELLS, MAX_ROWS, ImportProblem, too_many_rows

MAX_PARTS = 1_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024
MAX_OTHER = 8 * 1024 * 1024
SWOLLEN, RATIO = 32 * 1024 * 1024, 400
"""Beyond so many bytes an archive may not have shrunk to less than a part in 400; real sheets come to 100."""
MAX_STYLES = 60_000
"""Excel itself keeps 65,490 formats of cells."""
MAX_STRINGS_KEPT = 1_000_000
MAX_ELEMENTS = 12_000_000
MAX_OTHER_ELEMENTS = 400_000
"""Tags in parts that are neither a sheet nor its texts: each becomes an object of the parser."""
_CHUNK = 1024 * 1024
_OVERLAP = 64

_BROKEN = "Berkas Excel ini rusak atau terpotong. Salin ulang dari asalnya, atau buka di Excel lalu simpan lagi."
_BOMB = "Isi berkas Excel ini tidak wajar besarnya. Simpan ulang di Excel tanpa gambar dan lembar lain."
_OPEN_DOCUMENT = "Ini berkas OpenDocument. Buka di LibreOffice, pilih Simpan Sebagai, lalu pilih Excel (.xlsx)."
_BINARY = "Ini format biner Excel (.xlsb). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx."
_OTHER_ZIP = "Ini bukan buku kerja Excel. Kalau ini arsip ZIP, buka dulu, lalu impor berkas .xlsx di dalamnya."
_LOCKED = "Arsip ini dikunci kata sandi. Buka kuncinya dulu, lalu impor lagi."
_ENTITIES = "Berkas Excel ini memuat bagian XML yang tidak aman. Buka di Excel, simpan ulang, lalu impor lagi."

# A formula whose result was never stored would look like an empty cell.
_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^<>]*+(?<=/)>)\s*+(?:<v\s*+/>|<v>\s*+</v>|</c>)")


_COUNTED = re.compile(rb"<(?:[\w.-]{1,40}:)?(row|c|si|xf|font|fill|border|numFmt|dxf)[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:[\w.-]{1,40}:)?row\s[^<>]*?\br\s{0,9}=\s{0,9}[\"']([0-9.eE+]{1,30})[\"']")
_STYLES = (b"xf", b"font", b"fill", b"border", b"numFmt", b"dxf")
_SHEET = (b"row", b"c", b"si")
_XML_ENDINGS = (".xml", ".rels", ".vml")


class Counts:
    def __init__(self) -> None:
        self.tags: Counter[bytes] = Counter()
        self.highest = 0.0
        self.elements = self.other = 0

    def count_piece(self, piece: bytes) -> None:
        """Count a piece of XML. Raises ImportProblem as soon as something is beyond its limit."""
        tags = Counter(_COUNTED.findall(piece))
        self.tags += tags
        self.elements += (elements := piece.count(b"<"))
        if not any(tags[name] for name in _SHEET):
            self.other += elements
        for number in _ROW_NUMBER.findall(piece):
            self.highest = max(self.highest, _row_number(number))
        self.check_limits()

    def check_limits(self) -> None:
        rows, cells = max(self.highest, self.tags[b"row"]), self.tags[b"c"]
        if rows > MAX_ROWS:
            raise too_many_rows(int(min(rows, 1e15)))
        if cells > MAX_CELLS:
            raise _too_many(cells, "sel", MAX_CELLS)
        styles = max(self.tags[name] for name in _STYLES)
        if styles > MAX_STYLES:
            raise _too_many(styles, "gaya sel", MAX_STYLES)
        if self.tags[b"si"] > MAX_STRINGS_KEPT:
            raise _too_many(self.tags[b"si"], "teks", MAX_STRINGS_KEPT)
        if self.elements > MAX_ELEMENTS or self.other > MAX_OTHER_ELEMENTS:
            raise ImportProblem(_BOMB)


def _row_number(number: bytes) -> float:
    """A row number as the parser takes it, which knows 1e9 too."""
    try:
        return float(number)
    except ValueError:
        return 0.0


def _too_many(number: int, what: str, limit: int) -> ImportProblem:
    return ImportProblem(
        f"Berkas berisi sedikitnya {format_number(number)} {what}, sedangkan yang dapat dibaca "
        f"{format_number(limit)}. Salin baris yang "
        "terisi ke buku kerja baru (Tempel Nilai), simpan sebagai .xlsx, lalu impor lagi."
    )


def inspect_archive(archive: zipfile.ZipFile) -> bool:
    """Check a workbook's archive; answer whether it holds formulas without a stored result.

    Raises ImportProblem for anything that is no sound .xlsx workbook.
    """
    parts = archive.infolist()
    _refuse_other_formats(archive, {part.filename for part in parts})
    unpacked, packed = (
        sum(part.file_size for part in parts),
        sum(part.compress_size for part in parts),
    )
    swollen = unpacked > SWOLLEN and unpacked > RATIO * packed
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise ImportProblem(_BOMB)
    uncomputed, counts = False, Counts()
    for part in parts:
        if part.flag_bits & 1:
            raise ImportProblem(_LOCKED)
        uncomputed |= _scan_part(archive, part, counts)
    if swollen:
        raise ImportProblem(_BOMB)
    return uncomputed


def broken_file() -> ImportProblem:
    return ImportProblem(_BROKEN)


def _refuse_other_formats(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise ImportProblem(_BINARY)
    if "mimetype" in names and "content.xml" in names:
        raise ImportProblem(_OPEN_DOCUMENT)
    raise ImportProblem(_OTHER_ZIP)


def _scan_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, counts: Counts) -> bool:
    """Read one part in pieces; of XML refuse declarations of entities, count, look for uncomputed formulas.

    A part is XML by its beginning too: a workbook may name its sheets as it likes.
    """
    if part.file_size > _size_limit(part.filename):
        raise ImportProblem(_BOMB)
    found, tail, named = False, b"", part.filename.lower().endswith(_XML_ENDINGS)
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                if not tail and not (named or _is_xml(piece)):
                    return False
                if not tail and (piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in piece[:4]):
                    raise ImportProblem(_ENTITIES)  # UTF-16 would hide a declaration from the search below
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise ImportProblem(_ENTITIES)
                counts.count_piece(piece)
                found = found or _UNCOMPUTED.search(window) is not None
                tail = window[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImportProblem(_BROKEN) from error
    return found


def _is_xml(start: bytes) -> bool:
    head = start[:256].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return head.startswith(b"<")


def _size_limit(name: str) -> int:
    if name.startswith(("xl/worksheets/sheet", "xl/drawings/")):
        return MAX_UNPACKED
    return MAX_STRINGS if name.endswith("sharedStrings.xml") else MAX_OTHER
