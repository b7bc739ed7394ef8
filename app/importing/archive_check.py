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
MAX_ELEMENTS, MAX_OTHER_ELEMENTS = 12_000_000, 400_000
"""Tags of a file, and those in parts that are neither a sheet nor its texts: each becomes an object of the parser."""
STYLES = (b"xf", b"font", b"fill", b"border", b"numFmt", b"dxf")
MOST = (((b"c",), "sel", MAX_CELLS), (STYLES, "gaya sel", 60_000), ((b"si",), "teks", 1_000_000))
"""Tags of which a file may hold so many, and their name; Excel itself keeps 65,490 formats of cells."""
CHUNK, OVERLAP = 1024 * 1024, 64

BROKEN = "Berkas Excel ini rusak atau terpotong. Salin ulang dari asalnya, atau buka di Excel lalu simpan lagi."
BOMB = "Isi berkas Excel ini tidak wajar besarnya. Simpan ulang di Excel tanpa gambar dan lembar lain."
ENTITIES = "Berkas Excel ini memuat bagian XML yang tidak aman. Buka di Excel, simpan ulang, lalu impor lagi."

# A formula whose result was never stored would look like an empty cell.
UNCOMPUTED = re.compile(rb"(?:</f>|<f[^<>]*+(?<=/)>)\s*+(?:<v\s*+/>|<v>\s*+</v>|</c>)")
COUNTED = re.compile(rb"<(?:[\w.-]{1,40}:)?(row|c|si|xf|font|fill|border|numFmt|dxf)[\s/>]")
ROW_NUMBER = re.compile(rb"<(?:[\w.-]{1,40}:)?row\s[^<>]*?\br\s{0,9}=\s{0,9}[\"']([0-9.eE+]{1,30})[\"']")


class Counts:
    def __init__(self) -> None:
        self.tags: Counter[bytes] = Counter()
        self.highest_row = 0.0
        self.elements = self.other_elements = 0

    def count_piece(self, piece: bytes) -> None:
        """Count a piece of XML. Raises ImportProblem as soon as something is beyond its limit."""
        tags, elements = Counter(COUNTED.findall(piece)), piece.count(b"<")
        self.tags += tags
        self.elements += elements
        self.other_elements += 0 if tags[b"row"] or tags[b"c"] or tags[b"si"] else elements
        rows = max(self.highest_row, self.tags[b"row"], *map(to_row_number, ROW_NUMBER.findall(piece)))
        self.highest_row = rows
        if rows > MAX_ROWS:
            raise too_many_rows(int(min(rows, 1e15)))
        for names, what, most in MOST:
            number = max(self.tags[name] for name in names)
            if number > most:
                raise ImportProblem(
                    f"Berkas berisi sedikitnya {format_number(number)} {what}, sedangkan yang dapat dibaca "
                    f"{format_number(most)}. Salin baris yang terisi ke buku kerja baru (Tempel Nilai), simpan sebagai "
                    ".xlsx, lalu impor lagi."
                )
        if self.elements > MAX_ELEMENTS or self.other_elements > MAX_OTHER_ELEMENTS:
            raise ImportProblem(BOMB)


def to_row_number(number: bytes) -> float:
    """A row number as the parser takes it, which knows 1e9 too."""
    try:
        return float(number)
    except ValueError:
        return 0.0


def inspect_archive(archive: zipfile.ZipFile) -> bool:
    """Check a workbook's archive; answer whether it holds formulas without a stored result.

    Raises ImportProblem for anything that is no sound .xlsx workbook.
    """
    parts = archive.infolist()
    refuse_other_formats({part.filename for part in parts})
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise ImportProblem(BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise ImportProblem("Arsip ini dikunci kata sandi. Buka kuncinya dulu, lalu impor lagi.")
    counts = Counts()
    uncomputed = [scan_part(archive, part, counts) for part in parts]
    if unpacked > SWOLLEN and unpacked > RATIO * packed:
        raise ImportProblem(BOMB)
    return any(uncomputed)


def refuse_other_formats(names: set[str]) -> None:
    if {"xl/workbook.xml", "[Content_Types].xml"} <= names:
        return
    if "xl/workbook.bin" in names:
        raise ImportProblem("Ini format biner Excel (.xlsb). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx.")
    if {"mimetype", "content.xml"} <= names:
        raise ImportProblem(
            "Ini berkas OpenDocument. Buka di LibreOffice, pilih Simpan Sebagai, lalu pilih Excel (.xlsx)."
        )
    raise ImportProblem(
        "Ini bukan buku kerja Excel. Kalau ini arsip ZIP, buka dulu, lalu impor berkas .xlsx di dalamnya."
    )


def scan_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, counts: Counts) -> bool:
    """Read one part in pieces; of XML refuse declarations of entities, count, look for uncomputed formulas.

    A part is XML by its beginning too: a workbook may name its sheets as it likes.
    """
    if part.file_size > size_limit(part.filename):
        raise ImportProblem(BOMB)
    uncomputed, tail = False, b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                if not tail and not is_xml(part.filename, piece):
                    return False
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise ImportProblem(ENTITIES)
                counts.count_piece(piece)
                uncomputed = uncomputed or UNCOMPUTED.search(window) is not None
                tail = window[-OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImportProblem(BROKEN) from error
    return uncomputed


def is_xml(name: str, start: bytes) -> bool:
    """Whether a part is XML by its name or beginning. Raises ImportProblem for UTF-16: it would hide declarations."""
    begins_so = start[:256].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    if not begins_so and not name.lower().endswith((".xml", ".rels", ".vml")):
        return False
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:4]:
        raise ImportProblem(ENTITIES)
    return True


def size_limit(name: str) -> int:
    if name.startswith(("xl/worksheets/sheet", "xl/drawings/")):
        return MAX_UNPACKED
    return MAX_STRINGS if name.endswith("sharedStrings.xml") else MAX_OTHER
