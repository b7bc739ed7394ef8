"""Where a picture begins to be one: sizes, fill bytes, restarts, orientations in strange places, rows of each depth."""

import struct
import zlib

import pytest

from app.platform.files.content import (
    MOST_DIRECTORY,
    MOST_PIXELS,
    PNG_START,
    Content,
    ContentProblem,
    check_content,
    check_picture,
    exif_orientation,
    has_small_directory,
    is_of_kind,
    is_within_pixels,
    read_content,
    words_of_types,
)
from schema.service_standard import FileRule
from tests.platform.files.pictures import chunk, jpeg, pdf, png, segment


def is_taken(data: bytes) -> bool:
    try:
        return read_content(data) is not None
    except ContentProblem:
        return False


def drawn(depth: int, colour: int, rows: list[int], *, width: int = 9, high: int = 0, interlaced: int = 0) -> bytes:
    """A PNG whose rows have so many bytes behind their filter byte; `high`: how many rows it says."""
    shape = struct.pack(">IIBBBBB", width, high or len(rows), depth, colour, 0, 0, interlaced)
    head, packed = chunk(b"IHDR", shape), zlib.compress(b"".join(bytes(1 + row) for row in rows))
    return PNG_START + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("depth", "colour", "row"),
    [
        (8, 0, 9),
        (8, 2, 27),
        (8, 3, 9),
        (8, 4, 18),
        (8, 6, 36),
        (16, 0, 18),
        (1, 0, 2),
        (2, 3, 3),
        (4, 0, 5),
        (16, 6, 72),
    ],
)
def test_the_rows_of_a_png_have_as_many_bytes_as_its_depth_and_colours_ask(depth: int, colour: int, row: int) -> None:
    """PNG 1.2: rows end on a whole byte; grey has one channel, grey with alpha two, colour three, with alpha four."""
    assert is_taken(drawn(depth, colour, [row] * 3))
    for rows in ([row, row, row - 1], [row, row, row + 1], [row] * 3 + [0]):
        assert not is_taken(drawn(depth, colour, rows, high=3))


def test_an_interlaced_png_may_have_more_rows_and_fewer_bytes() -> None:
    """Seven passes have a filter byte for each of their rows, which are shorter."""
    assert is_taken(drawn(8, 0, [9] * 3, interlaced=1))
    for extra, taken in ((7 * (3 + 9), True), (7 * (3 + 9) + 1, False)):
        packed = zlib.compress(bytes(10 * 3 + extra))
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 3, 8, 0, 0, 0, 1))
        assert is_taken(PNG_START + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")) is taken


def test_the_rows_of_a_png_may_lie_in_several_chunks_and_must_end() -> None:
    packed = zlib.compress(bytes(10 * 3))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 3, 8, 0, 0, 0, 0))

    def whole(*parts: bytes) -> bytes:
        return PNG_START + head + b"".join(chunk(b"IDAT", part) for part in parts) + chunk(b"IEND", b"")

    assert is_taken(whole(packed[:4], packed[4:]))
    assert not is_taken(whole(packed[:-4]))
    assert not is_taken(whole(b"no zlib"))
    assert not is_taken(PNG_START + head + chunk(b"IEND", b""))
    assert not is_taken(PNG_START + chunk(b"IDAT", packed) + head + chunk(b"IEND", b"")), "the head comes first"


def test_a_large_png_of_one_colour_unpacks_within_its_rows() -> None:
    """More than one step of unpacking."""
    assert is_taken(drawn(8, 0, [400] * 400, width=400))
    assert not is_taken(drawn(8, 0, [400] * 400, width=399))


# -- JPEG ------------------------------------------------------------------------------------------------------------


def test_what_may_stand_between_the_parts_of_a_jpeg() -> None:
    """Fill bytes may; a byte that is no mark, a restart and a part without length may not (ITU T.81, B.1.1.2)."""
    whole = jpeg()
    assert is_taken(whole[:2] + b"\xff\xff" + whole[2:])
    assert not is_taken(whole[:2] + b"\x00" + whole[2:])
    for marker in (0xD0, 0xD7, 0xD8):
        assert not is_taken(whole[:2] + segment(marker, b"ab") + whole[2:]), marker
    for length, taken in ((1, False), (2, True)):
        assert is_taken(whole[:2] + b"\xff\xe5" + struct.pack(">H", length) + whole[2:]) is taken


def test_restarts_and_stuffed_bytes_belong_to_the_scan_and_another_scan_is_read_on() -> None:
    whole = jpeg()
    inside = whole[:-2] + b"\xff\xd3\xff\x00\x12"
    assert is_taken(inside + b"\xff\xd9")
    again = inside + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x33\xff\xd9"
    kept = read_content(again)
    assert kept is not None
    assert kept.data == again
    assert not is_taken(inside)


def test_a_jpeg_without_frame_or_scan_or_size_is_none() -> None:
    whole = jpeg()
    scan, frame = whole.index(b"\xff\xda"), whole.index(b"\xff\xc0")
    assert not is_taken(whole[:scan] + b"\xff\xd9")
    assert not is_taken(whole[:frame] + whole[frame + 13 :])
    for zero in (5, 7):
        assert not is_taken(whole[: frame + zero] + b"\0\0" + whole[frame + zero + 2 :])


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC7, 0xC9, 0xCB, 0xCD, 0xCF])
def test_every_kind_of_frame_says_the_size(marker: int) -> None:
    held = read_content(jpeg(16, 24).replace(b"\xff\xc0", bytes([0xFF, marker])))
    assert held is not None
    assert (held.width, held.height) == (16, 24)


@pytest.mark.parametrize("marker", [0xC4, 0xC8, 0xCC])
def test_tables_say_no_size(marker: int) -> None:
    assert not is_taken(jpeg(16, 24).replace(b"\xff\xc0", bytes([0xFF, marker])))


@pytest.mark.parametrize(("marker", "stays"), [(0xE0, True), (0xE1, False), (0xED, False), (0xEE, True), (0xEF, False)])
def test_only_two_marks_of_programs_stay(marker: int, stays: bool) -> None:
    """JFIF, and Adobe's, which says how its colours are meant."""
    held = read_content(jpeg(extra=segment(marker, b"LINTANG")))
    assert held is not None
    assert (b"LINTANG" in held.data) is stays


def tiff(*entries: tuple[int, int], at: int = 8, count: int | None = None, order: str = ">") -> bytes:
    """An EXIF block: (tag, value) of each entry; where its list begins, and how many it says it has."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    listed = b"".join(struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    said = len(entries) if count is None else count
    return mark + struct.pack(f"{order}I", at) + bytes(at - 8) + struct.pack(f"{order}H", said) + listed


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_orientation_is_found_wherever_its_entry_stands(order: str) -> None:
    assert exif_orientation(tiff((0x0110, 3), (0x0112, 6), order=order)) == 6
    assert exif_orientation(tiff((0x0112, 6), (0x0112, 3), order=order)) == 6, "the first counts"
    assert exif_orientation(tiff((0x0112, 8), at=20, order=order)) == 8
    assert exif_orientation(tiff((0x0110, 6), order=order)) == 1
    assert exif_orientation(tiff((0x0110, 1), (0x0112, 6), count=1, order=order)) == 1, "beyond its list"
    assert exif_orientation(tiff((0x0112, 6), count=9, order=order)) == 6
    assert exif_orientation(tiff((0x0112, 6), order=order)[:-1]) == 1, "an entry cut short"
    assert exif_orientation(b"") == 1


# -- purposes --------------------------------------------------------------------------------------------------------


def rule(**more: object) -> FileRule:
    return FileRule(**({"id": "x", "label": "X", "types": ("jpeg", "png")} | more))  # type: ignore[arg-type]


def is_fit(wide: int, high: int, **more: object) -> bool:
    try:
        check_picture(Content(b"", "image/png", wide, high), rule(**more))
    except ContentProblem:
        return False
    return True


def test_the_least_size_and_the_tolerance_of_a_purpose() -> None:
    assert [is_fit(wide, 400, width=300, height=400) for wide in (299, 300)] == [False, True]
    assert [is_fit(300, high, width=300, height=400) for high in (399, 400)] == [False, True]
    sides = (989, 990, 1000, 1010, 1011)
    assert [is_fit(wide, 1000, ratio="1:1", tolerance=1) for wide in sides] == [False, True, True, True, False]
    assert [is_fit(wide, 400, ratio="3:4", tolerance=0) for wide in (299, 300, 301)] == [False, True, False]
    assert is_fit(1, 1)
    check_picture(Content(b"", "application/pdf"), rule(width=300, height=400, ratio="3:4"))


def test_a_file_of_exactly_its_limit_is_taken() -> None:
    data = jpeg()
    padded = data + bytes(3000 - len(data) % 1000)
    limit = len(padded) // 1000
    assert check_content(padded, rule(max_kb=limit)).data == data
    with pytest.raises(ContentProblem, match=f"{limit} kB"):
        check_content(padded + b"\0", rule(max_kb=limit))


def test_forty_megapixels_are_the_end() -> None:
    assert is_within_pixels(Content(b"", "image/png", MOST_PIXELS, 1))
    assert not is_within_pixels(Content(b"", "image/png", MOST_PIXELS + 1, 1))


def test_a_pdf_ends_where_readers_look_for_its_end() -> None:
    whole = pdf()
    assert is_taken(whole.replace(b"%PDF-1.4", b"%PDF-2.0"))
    assert read_content(whole.replace(b"%PDF-1.4", b"%PDF-3.0")) is None
    end = len(whole) - whole.index(b"%%EOF")
    assert [is_taken(whole + bytes(more)) for more in (1024 - end, 1025 - end)] == [True, False]
    start = len(whole) - whole.index(b"startxref")
    assert [is_taken(whole + bytes(more - 5) + b"%%EOF") for more in (2048 - start, 2049 - start)] == [True, False]


def test_a_list_of_contents_of_exactly_its_limit_is_read() -> None:
    def tail(size: int, more: bytes = b"") -> bytes:
        return b"PK\x05\x06" + bytes(8) + struct.pack("<I", size) + bytes(6) + more

    assert [has_small_directory(tail(size)) for size in (MOST_DIRECTORY, MOST_DIRECTORY + 1)] == [True, False]
    assert not has_small_directory(tail(5, tail(MOST_DIRECTORY + 1)))
    assert not has_small_directory(tail(5, b"PK\x06\x07"))
    assert not has_small_directory(b"")


def test_types_are_said_in_words() -> None:
    said = [words_of_types(rule(types=types)) for types in (("pdf",), ("jpeg", "png"), ("jpeg", "png", "xlsx"))]
    assert said == ["PDF", "JPEG atau PNG", "JPEG, PNG atau Excel (.xlsx)"]


def test_bytes_are_of_their_own_kind_alone() -> None:
    assert is_of_kind(png(), "image/png")
    assert not is_of_kind(png(), "image/jpeg")
    assert not is_of_kind(png()[:-9], "image/png")
    assert not is_of_kind(b"MZ", "image/png")
