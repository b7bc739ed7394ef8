"""What an uploaded file is by its content: type, structure, pixels. No picture is drawn, and its name says nothing.

Places and other marks that phones and programs write into pictures are taken out; of EXIF only the orientation stays,
without which a picture would lie on its side.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Literal

import msgspec

from app.core.problems import ValueProblem
from schema.service_standard import FileRule

JPEG = "image/jpeg"
PNG = "image/png"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"jpeg": JPEG, "png": PNG, "pdf": PDF, "xlsx": XLSX}
NAMES = {JPEG: "JPEG", PNG: "PNG", PDF: "PDF", XLSX: "Excel (.xlsx)"}
ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf", XLSX: "xlsx"}
MOST_DIRECTORY = 512 * 1024
"""Bytes of a ZIP's list of contents: enough for the names of many files, and no more than is read without harm."""
TAIL = 65_536 + 22
"""Bytes in which a ZIP ends: where its list of contents stands, and a remark."""
MOST_PIXELS = 40_000_000
"""A picture that would take more memory than an office PC has to spare is refused by its header."""
BROKEN = "Dokumen ini terpotong atau rusak. Salin ulang dari asalnya, lalu coba lagi."
MACROS = "Buku Excel ini berisi makro. Simpan sebagai .xlsx biasa, lalu coba lagi."
TOO_LARGE = "Dokumen terlalu besar. Batasnya {limit} kB; kecilkan gambarnya, lalu coba lagi."
STRANGE = "Isi dokumen ini bukan {types}. Nama dokumen tidak menentukan isinya."
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
STEP = 65_536
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers that say how large the picture is."""
SCAN = 0xDA
END = 0xD9
EXIF = 0xE1
ADOBE = 0xEE
COMMENT = 0xFE
NO_FILL = re.compile(rb"\xff[^\xff]", re.DOTALL)
NEXT_PART = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""In the bytes of a picture every 0xFF that begins nothing is followed by 0, or by the mark of a restart."""
SIDEWAYS = (5, 6, 7, 8)
"""Orientations in which width and height change places."""


class ContentProblem(ValueProblem):
    """A file that cannot be used; `sort` groups it in a report."""

    def __init__(self, sort: str, sentence: str) -> None:
        super().__init__(sentence)
        self.sort = sort


SORTS = {
    "unreadable": "Tidak terbaca",
    "large": "Terlalu besar",
    "small": "Terlalu kecil",
    "ratio": "Perbandingan sisi lain",
    "extra": "Tidak ada pemiliknya",
    "duplicate": "Ganda",
}
"""Why a file is not taken, in a report on many."""


class Content(msgspec.Struct, frozen=True):
    """Bytes as they are kept, their media type, and pixels as they are seen (0 of what is no picture)."""

    data: bytes
    kind: str
    width: int = 0
    height: int = 0


def check_content(data: bytes, rule: FileRule) -> Content:
    """The content of a file that fits its purpose. Raises ValueProblem with what to do."""
    if not data:
        raise ContentProblem("unreadable", "Pilih dulu dokumennya. Dokumen yang kosong tidak dapat dipakai.")
    if len(data) > rule.max_kb * 1000:
        raise ContentProblem("large", TOO_LARGE.format(limit=rule.max_kb))
    content = read_content(data)
    if content is None or content.kind not in [TYPES[kind] for kind in rule.types]:
        raise ContentProblem("unreadable", STRANGE.format(types=words_of_types(rule)))
    check_picture(content, rule)
    return content


def words_of_types(rule: FileRule) -> str:
    names = [NAMES[TYPES[kind]] for kind in rule.types]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} atau {names[-1]}"


def read_content(data: bytes) -> Content | None:
    """What the bytes are; None for none of the types. Raises ValueProblem for one that is broken or too large."""
    if data.startswith(b"\xff\xd8\xff"):
        content = read_jpeg(data)
    elif data.startswith(PNG_START):
        content = read_png(data)
    elif data.startswith((b"%PDF-1.", b"%PDF-2.")):
        if b"%%EOF" not in data[-1024:] or b"startxref" not in data[-2048:]:
            raise ContentProblem("unreadable", BROKEN)
        content = Content(data, PDF)
    elif data.startswith(b"PK\x03\x04"):
        return read_workbook(data)
    else:
        return None
    if not is_within_pixels(content):
        raise ContentProblem("large", "Gambar ini lebih dari 40 megapiksel. Kecilkan ukurannya, lalu coba lagi.")
    return content


def read_workbook(data: bytes) -> Content | None:
    """A spreadsheet as it was saved; None for another archive. Raises ContentProblem for macros.

    Only the list of its contents is read here, within bounds, and nothing is unpacked.
    """
    import zipfile

    if not has_small_directory(data[-TAIL:]):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ContentProblem("unreadable", MACROS)
    return Content(data, XLSX)


def has_small_directory(tail: bytes) -> bool:
    """Whether the list of contents of a ZIP, by whatever may be its end, is small enough to be read."""
    places = [found.start() for found in re.finditer(rb"PK\x05\x06", tail)]
    sizes = [int.from_bytes(tail[place + 12 : place + 16], "little") for place in places]
    return bool(sizes) and max(sizes) <= MOST_DIRECTORY and b"PK\x06\x07" not in tail


def is_within_pixels(content: Content) -> bool:
    return content.width * content.height <= MOST_PIXELS


def is_of_kind(data: bytes, kind: str) -> bool:
    """Whether bytes of somebody else's are what he says: a page goes by that."""
    try:
        content = read_content(data)
    except ContentProblem:
        return False
    return content is not None and content.kind == kind


def check_picture(content: Content, rule: FileRule) -> None:
    """That a picture has the pixels and the proportion of its purpose. Raises ContentProblem."""
    if content.kind not in (JPEG, PNG):
        return
    wide = content.width
    high = content.height
    if wide < rule.width or high < rule.height:
        least = f"paling sedikit {rule.width} × {rule.height}"
        raise ContentProblem("small", f"Gambar terlalu kecil: {wide} × {high} piksel, {least}.")
    if not rule.ratio:
        return
    across, down = (int(part) for part in rule.ratio.split(":"))
    if abs(wide * down - high * across) * 100 > high * across * rule.tolerance:
        why = (
            f"Perbandingan sisi {wide} × {high} bukan {rule.ratio} (lebar : tinggi). Potong gambarnya, lalu coba lagi."
        )
        raise ContentProblem("ratio", why)


# -- JPEG ------------------------------------------------------------------------------------------------------


def jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) of every part up to the end mark, a scan with its picture bytes. Raises ValueProblem."""
    at = 2
    while True:
        start = NO_FILL.search(data, at)
        if start is None or data[at] != 0xFF:
            raise ContentProblem("unreadable", BROKEN)
        at = start.start()
        marker = data[start.start() + 1]
        if marker == END:
            yield marker, data[at : at + 2]
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data) or 0xD0 <= marker <= 0xD8:
            raise ContentProblem("unreadable", BROKEN)
        if marker == SCAN:
            following = NEXT_PART.search(data, end)
            if following:
                end = following.start()
            else:
                end = len(data)
        yield marker, data[at:end]
        at = end


def read_jpeg(data: bytes) -> Content:
    kept = [data[:2]]
    orientation = 1
    size = (0, 0)
    scanned = False
    for marker, part in jpeg_parts(data):
        if marker in FRAMES and len(part) >= 9:
            size = int.from_bytes(part[7:9], "big"), int.from_bytes(part[5:7], "big")
        if marker == EXIF and part[4:10] == b"Exif\0\0":
            orientation = exif_orientation(part[10:])
        if not (0xE1 <= marker <= 0xEF or marker == COMMENT) or marker == ADOBE:
            kept.append(part)
        scanned = scanned or marker == SCAN
    if 0 in size or not scanned:
        raise ContentProblem("unreadable", BROKEN)
    if orientation != 1:
        kept.insert(1, orientation_segment(orientation))
        if orientation in SIDEWAYS:
            size = (size[1], size[0])
    return Content(b"".join(kept), JPEG, *size)


def exif_orientation(tiff: bytes) -> int:
    """1 to 8 out of an EXIF block; 1 where it says nothing that can be read."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    at = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[at : at + 2], order)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        if int.from_bytes(tiff[entry : entry + 2], order) == 0x0112:
            value = int.from_bytes(tiff[entry + 8 : entry + 10], order)
            return value if 1 <= value <= 8 else 1
    return 1


def orientation_segment(orientation: int) -> bytes:
    """An EXIF block that holds the orientation and nothing else."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


# -- PNG -------------------------------------------------------------------------------------------------------


def read_png(data: bytes) -> Content:
    kept = [PNG_START]
    at = 8
    size = (0, 0)
    ended = False
    while at + 12 <= len(data) and not ended:
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise ContentProblem("unreadable", BROKEN)
        if at == 8 and (name, length) == (b"IHDR", 13):
            size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if name in PNG_KEPT:
            kept.append(data[at:end])
        at = end
        ended = name == b"IEND"
    if 0 in size or not ended:
        raise ContentProblem("unreadable", BROKEN)
    content = Content(b"".join(kept), PNG, *size)
    if is_within_pixels(content):
        check_png_rows(data[24:29], size, [part[8:-4] for part in kept if part[4:8] == b"IDAT"])
    return content


def check_png_rows(shape: bytes, size: tuple[int, int], packed: list[bytes]) -> None:
    """That the rows of a PNG unpack, to as many bytes as its head says and never to more. Raises ContentProblem."""
    depth, colour, _, _, interlaced = shape
    width, height = size
    row = 1 + -(-width * depth * CHANNELS.get(colour, 1) // 8)
    most = height * row + (interlaced and 7 * (height + width))
    unpacker = zlib.decompressobj()
    total = 0
    rest = b""
    try:
        for part in packed:
            rest = part
            while rest and total <= most:
                total += len(unpacker.decompress(rest, STEP))
                rest = unpacker.unconsumed_tail
    except zlib.error:
        total = -1
    if not unpacker.eof or total > most or (total < height * row and not interlaced):
        raise ContentProblem("unreadable", BROKEN)
