"""Real pictures and papers, made byte by byte: this program brings no package that draws any."""

import struct
import zlib


def png(width: int = 354, height: int = 472, *, colour: int = 90, extra: bytes = b"") -> bytes:
    """A PNG of one grey; `extra` stands behind the first chunk."""
    rows = b"".join(b"\0" + bytes([colour]) * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int = 1, *, order: str = "<", place: bytes = b"LINTANG-8.123") -> bytes:
    """An EXIF segment with an orientation and the words of a place."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    gps = struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    return segment(
        0xE1, b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, 2) + entry + gps + struct.pack(f"{order}I", 0) + place
    )


def jpeg(width: int = 360, height: int = 480, *, grey: int = 0, extra: bytes = b"") -> bytes:
    """A baseline JPEG of one grey tone that every decoder reads; both sides are multiples of 8."""
    table = segment(0xDB, b"\0" + b"\x10" * 64)
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    # One code each: DC difference of category 0 or 8, AC end of block.
    dc = segment(0xC4, b"\x00" + bytes([0, 2] + [0] * 14) + b"\x00\x08")
    ac = segment(0xC4, b"\x10" + bytes([1, 0] + [0] * 14) + b"\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    blocks = (width // 8) * (height // 8)
    bits = ("01" + f"{128 + grey % 100:08b}" + "0" if grey else "000") + "000" * (blocks - 1)
    bits += "1" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return b"\xff\xd8" + jfif + extra + table + frame + dc + ac + scan + body + b"\xff\xd9"


def pdf(words: str = "Surat") -> bytes:
    """A PDF with a comment in it."""
    body = f"%PDF-1.4\n% {words}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    body += "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return (
        f"{body}xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )
