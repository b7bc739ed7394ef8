"""What a file is by its content: types, broken ones, pixels, proportion, and what is taken out of pictures."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from app.core.problems import ValueProblem
from app.platform.files.content import BROKEN, XLSX, Content, check_content, read_content
from schema.service_standard import FileRule
from tests.platform.files.pictures import chunk, exif, jpeg, pdf, png, segment

ANY = FileRule(id="scan", label="Pindaian", types=("jpeg", "png", "pdf"))
PHOTO = FileRule(id="photo", label="Pasfoto", types=("jpeg", "png"), max_kb=300, width=300, height=400, ratio="3:4")


def refused(data: bytes, rule: FileRule = ANY) -> str:
    with pytest.raises(ValueProblem) as raised:
        check_content(data, rule)
    return raised.value.sentence


def test_the_content_says_what_a_file_is() -> None:
    assert [check_content(data, ANY).kind for data in (jpeg(), png(), pdf())] == [
        "image/jpeg",
        "image/png",
        "application/pdf",
    ]
    assert (check_content(jpeg(360, 480), ANY).width, check_content(jpeg(360, 480), ANY).height) == (360, 480)
    assert (check_content(png(300, 400), ANY).width, check_content(png(300, 400), ANY).height) == (300, 400)
    for strange in (b"MZ\x90", b"<svg onload=alert(1)>", b"GIF89a", b"PK\x03\x04", b"\xff\xd8", b"%PDF"):
        assert "bukan JPEG, PNG atau PDF" in refused(strange)
    assert "bukan JPEG atau PNG" in refused(pdf(), PHOTO)
    assert "kosong" in refused(b"")
    assert "300 kB" in refused(jpeg() + b"\0" * 300_000, PHOTO)


@pytest.mark.parametrize("whole", [jpeg(), png(), pdf()], ids=["jpeg", "png", "pdf"])
def test_a_file_cut_short_is_refused_at_every_place(whole: bytes) -> None:
    for cut in (*range(8, min(len(whole) - 8, 700)), len(whole) - 30):
        assert refused(whole[:cut]) == BROKEN, cut


def test_a_flipped_byte_of_a_png_is_noticed() -> None:
    whole = bytearray(png())
    whole[-30] ^= 1
    assert refused(bytes(whole)) == BROKEN
    for first, length in ((8, 13), (33, len(png()) - 57), (len(png()) - 12, 0)):
        summed = bytearray(png())
        assert zlib.crc32(summed[first + 4 : first + 8 + length]).to_bytes(4, "big") == summed[first + 8 + length :][:4]
        summed[first + 8 + length] ^= 1
        assert refused(bytes(summed)) == BROKEN, "the sum of a part alone is another one"


def test_a_bomb_is_refused_by_its_header() -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    assert "megapiksel" in refused(bomb)
    assert "megapiksel" in refused(jpeg().replace(struct.pack(">HH", 480, 360), struct.pack(">HH", 65_000, 65_000)))


@pytest.mark.parametrize(("more", "kind"), [(100, XLSX), (11_000, None)])
def test_a_workbook_with_a_long_list_of_contents_is_refused_unread(more: int, kind: str | None) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *map(str, range(more))):
            archive.writestr(name, b"")
    content = read_content(out.getvalue())
    assert (content and content.kind) == kind


@pytest.mark.parametrize("lacking", ["[Content_Types].xml", "xl/workbook.xml"])
def test_another_archive_is_no_workbook(lacking: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in {"[Content_Types].xml", "xl/workbook.xml", "word/document.xml"} - {lacking}:
            archive.writestr(name, b"")
    assert read_content(out.getvalue()) is None


def test_a_picture_may_differ_by_so_many_percent_of_its_proportion() -> None:
    """Of 300 × 400 three of a hundred are nine pixels of its width."""
    rule = FileRule(id="photo", label="Pasfoto", types=("png",), ratio="3:4", tolerance=3)
    assert [check_content(png(wide, 400), rule).width for wide in (291, 309)] == [291, 309]
    assert ["bukan 3:4" in refused(png(wide, 400), rule) for wide in (290, 310)] == [True, True]


def test_pixels_and_proportion_are_those_of_the_purpose() -> None:
    assert check_content(jpeg(360, 480), PHOTO).kind == "image/jpeg"
    assert check_content(png(354, 472), PHOTO).kind == "image/png"
    assert "terlalu kecil: 240 × 320" in refused(png(240, 320), PHOTO)
    assert "bukan 3:4" in refused(png(400, 400), PHOTO)
    assert "bukan 3:4" in refused(png(480, 400), PHOTO)


@pytest.mark.parametrize("order", ["<", ">"])
def test_places_go_and_the_orientation_stays(order: str) -> None:
    xmp, comment = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0LINTANG"), segment(0xFE, b"LINTANG")
    upright = check_content(jpeg(extra=exif(order=order) + xmp + comment), ANY)
    assert b"LINTANG" not in upright.data
    assert upright.data == jpeg()
    lying = check_content(jpeg(480, 360, extra=exif(6, order=order)), PHOTO)
    assert b"LINTANG" not in lying.data
    assert (lying.width, lying.height) == (360, 480)
    assert read_content(lying.data) == lying, "what is kept says the same of itself"
    text = png(extra=chunk(b"tEXt", b"Comment\0LINTANG") + chunk(b"eXIf", b"LINTANG"))
    assert check_content(text, ANY) == Content(png(), "image/png", 354, 472)


@pytest.mark.parametrize("orientation", range(10))
def test_every_orientation_of_the_standard_is_kept_and_any_other_is_upright(orientation: int) -> None:
    """EXIF 2.3 numbers them from 1 to 8; from 5 on rows and columns change places."""
    held = check_content(jpeg(480, 360, extra=exif(orientation)), ANY)
    assert (held.width, held.height) == ((360, 480) if orientation in (5, 6, 7, 8) else (480, 360))
    upright = orientation in (0, 1, 9)
    assert (held.data == jpeg(480, 360)) is upright
    assert read_content(held.data) == held


def test_what_stands_behind_the_end_of_a_picture_is_dropped() -> None:
    hidden = b"PK\x03\x04<script>\xff\xd9"
    assert check_content(jpeg() + hidden, ANY).data == jpeg()
    assert check_content(png() + hidden, ANY).data == png()
