"""Portraits of nobody for the photos of the demo: a drawn head and shoulders before red or blue, as small PNG files."""

import struct
import zlib
from functools import cache

from tests.platform.files.pictures import chunk

WIDTH, HEIGHT, SCALE = 120, 160, 3
BACKGROUND, SKIN, HAIR, CLOTHES, COLLAR = range(5)
HAIRS = ((28, 24, 22), (46, 32, 24), (60, 44, 32))
SKINS = ((224, 178, 140), (206, 156, 116), (186, 134, 96), (238, 196, 160))
SUITS = ((245, 245, 245), (52, 73, 102), (90, 60, 100), (40, 90, 80))
RED, BLUE = (176, 24, 32), (24, 64, 160)


def portrait(n: int) -> bytes:
    """The same number gives the same picture, another number another one; 360 × 480 pixels, about 2 kB."""
    base = (RED, BLUE)[n % 2]
    shade = tuple(part + n // every % 48 for part, every in zip(base, (2, 96, 4608), strict=True))
    colours = (shade, SKINS[n % 4], HAIRS[n % 3], SUITS[n // 3 % 4], (250, 250, 250))
    head = struct.pack(">IIBBBBB", WIDTH * SCALE, HEIGHT * SCALE, 8, 3, 0, 0, 0)
    palette = b"".join(bytes(colour) for colour in colours)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", packed_rows(n % 3)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in parts)


@cache
def packed_rows(cut: int) -> bytes:
    """The rows of the drawing; `cut` is how long the hair falls."""
    rows = []
    for y in range(HEIGHT):
        line = b"".join(bytes([part_at(x, y, cut)]) * SCALE for x in range(WIDTH))
        rows.append((b"\0" + line) * SCALE)
    return zlib.compress(b"".join(rows), 9)


def part_at(x: int, y: int, cut: int) -> int:
    """What of the person is seen at a point."""
    if is_inside(x, y, 60, 70, 22, 29) and y > 56 - (x - 60) ** 2 // 60:
        return SKIN
    if is_inside(x, y, 60, 62, 27, 31) and y < (66, 84, 108)[cut]:
        return HAIR
    if cut == 2 and 34 < x < 86 and 62 < y < 112:
        return HAIR
    if 51 < x < 69 and 90 < y < 112:
        return SKIN
    if is_inside(x, y, 60, 168, 54, 58):
        return COLLAR if abs(x - 60) < (y - 108) // 3 and y < 138 else CLOTHES
    return BACKGROUND


def is_inside(x: int, y: int, across: int, down: int, wide: int, high: int) -> bool:
    """Whether a point lies in an ellipse."""
    return ((x - across) / wide) ** 2 + ((y - down) / high) ** 2 <= 1
