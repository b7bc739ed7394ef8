"""Files that are no register, and workbooks that mean harm: one sentence each, and never a crash."""

import io
import os
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.casework.importing import file_formats, isolated_reading
from app.casework.importing.file_formats import MAX_OTHER, file_bytes, is_xml, read_bytes
from app.casework.importing.spreadsheet import (
    MAX_BYTES,
    MAX_TEXT,
    Book,
    Budget,
    Cell,
    ImportProblem,
    Limits,
    Piece,
    clip_text,
)
from tests.casework.importing.books import line, register, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def told(content: bytes) -> str:
    with pytest.raises(ImportProblem) as caught:
        read_bytes(content)
    assert caught.value.code == "bad_file"
    return caught.value.sentence


def outcome(content: bytes) -> str:
    """The format of what was read, or that a whole sentence was said; anything else is raised."""
    try:
        return read_bytes(content).format
    except ImportProblem as problem:
        return "a sentence" if problem.sentence.endswith(".") else problem.sentence


def zipped(**parts: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def rebuilt(change: Callable[[str, bytes], bytes], content: bytes | None = None) -> bytes:
    """A workbook with some of its parts changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or register(line()))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, change(name, source.read(name)))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Dokumen ini kosong"),
        (b"%PDF-1.7\nhalo", "dokumen PDF"),
        (b"\x89PNG\r\n\x1a\n", "gambar"),
        (OLE, "format Excel lama (.xls)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "dikunci kata sandi"),
        (b"<html><table><tr><td>NIK</td></tr></table>", "halaman web"),
        (bytes(range(256)) * 40, "bukan dokumen Excel atau CSV"),
        (b"PK\x03\x04rusak", "rusak atau terpotong"),
        (zipped(**{"surat.txt": "halo"}), "bukan buku kerja Excel"),
        (zipped(**{"mimetype": "x", "content.xml": "<a/>"}), "OpenDocument"),
        (zipped(**{"xl/workbook.bin": b"x"}), ".xlsb"),
        (register(line())[:-400], "rusak atau terpotong"),
        (zipped(**{"xl/workbook.xml": "<halo", "[Content_Types].xml": "<Types/>"}), "rusak atau terpotong"),
    ],
)
def test_a_wrong_file_gets_its_own_sentence(content: bytes, said: str) -> None:
    assert said in told(content)


def test_an_archive_of_a_version_that_nobody_reads_is_broken() -> None:
    content = bytearray(register(line()))
    content[content.index(b"PK\x01\x02") + 6] = 255  # the version needed to take out the first part
    assert "rusak atau terpotong" in told(bytes(content))


def test_a_file_that_is_too_large_is_told_before_it_is_read() -> None:
    assert "terlalu besar" in told(b"x" * (MAX_BYTES + 1))


def test_an_archive_that_swells_is_refused() -> None:
    bomb = rebuilt(lambda name, old: b" " * (MAX_OTHER + 1) if name == "xl/styles.xml" else old)
    assert "tidak wajar besarnya" in told(bomb)
    assert len(bomb) < 50_000


@pytest.mark.parametrize(
    ("swollen", "ratio", "refused"),
    [(0, 1, True), (2**30, 1, False), (0, 10_000, False)],
    ids=["large and packed tightly", "small", "large and packed loosely"],
)
def test_only_what_is_both_large_and_packed_tightly_swells(
    swollen: int, ratio: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_formats, "SWOLLEN", swollen)
    monkeypatch.setattr(file_formats, "RATIO", ratio)
    with zipfile.ZipFile(io.BytesIO(register(line()))) as archive:
        if refused:
            with pytest.raises(ImportProblem, match="tidak wajar besarnya"):
                file_formats.inspect_archive(archive)
        else:
            assert file_formats.inspect_archive(archive) is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    poison = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + "x" * 999 + '">]><a>&b;</a>'
    hostile = rebuilt(lambda name, old: poison.encode(encoding) if name.endswith("sheet1.xml") else old)
    assert "tidak aman" in told(hostile)


def test_a_declaration_across_two_pieces_of_reading_is_found() -> None:
    early = b"<!--" + b"x" * (1024 * 1024 - 8) + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"
    hostile = rebuilt(lambda name, old: early if name.endswith("sheet1.xml") else old)
    assert "tidak aman" in told(hostile)


def test_a_wrong_extent_in_the_sheet_hides_no_rows() -> None:
    lying = rebuilt(lambda _name, old: old.replace(b'<dimension ref="A1:K5"', b'<dimension ref="A1:B2"'))
    assert [row.number for row in read_bytes(lying).sheets[0].rows] == [1, 2, 4, 5]


def test_a_formula_without_a_stored_result_is_not_taken_for_an_empty_cell() -> None:
    content = workbook({"A": [["NO", "NIK", "NAMA"], [1, "x", "y"]]})
    written = rebuilt(
        lambda _n, old: old.replace(b'<c r="B2" t="inlineStr"><is><t>x</t></is></c>', b'<c r="B2"><f>A2+1</f></c>'),
        content,
    )
    cell = read_bytes(written).sheets[0].rows[1].at(1)
    assert (cell.kind, cell.text) == ("formula", "=A2+1")


def test_a_file_from_disk_is_read_by_its_content_not_its_name(tmp_path: Path) -> None:
    place = tmp_path / "register.csv"
    place.write_bytes(register(line()))
    assert read_bytes(file_bytes(place)).format == "xlsx"
    with pytest.raises(ImportProblem, match=r"tidak ada\.xlsx tidak ditemukan"):
        file_bytes(tmp_path / "tidak ada.xlsx")
    with pytest.raises(ImportProblem, match="adalah folder"):
        file_bytes(tmp_path)


@given(st.binary(max_size=400))
@example(b"PK\x05\x06" + bytes(18))
@example(b"\xff\xfe")
@example(b'"')
def test_any_bytes_give_a_book_or_a_sentence(content: bytes) -> None:
    assert outcome(content) in ("csv", "a sentence")


@given(st.data())
def test_a_damaged_workbook_gives_a_book_or_a_sentence(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(content)) in ("xlsx", "csv", "a sentence")


SOUND = register(line())


# -- bounds, and the process that reads ------------------------------------------------------------------------------


def cells(*texts: str) -> list[Cell]:
    return [Cell(text) for text in texts]


def spend(limits: Limits, *rows: tuple[str, ...]) -> int:
    """How many rows a reading within these limits gives."""
    budget = Budget(limits)
    return sum(len(list(budget.spend_row(number, cells(*row)))) for number, row in enumerate(rows, 1))


@pytest.mark.parametrize(
    ("limits", "fits", "too_much", "said"),
    [
        (Limits(lines=2), [("a",), ("",), ("b",)], [("a",), ("b",), ("c",)], "lebih dari 2 baris"),
        (Limits(filled=3), [("a", "b"), ("c", "")], [("a", "b"), ("c", "d")], "lebih dari 3 sel"),
        (Limits(letters=4), [("ab", "cd")], [("ab", "cd"), ("e",)], "lebih dari 4 huruf"),
    ],
)
def test_a_reading_ends_beyond_its_lines_cells_and_letters(
    limits: Limits, fits: list[tuple[str, ...]], too_much: list[tuple[str, ...]], said: str
) -> None:
    """Blank rows and the empty cells at the end of a row cost nothing."""
    assert spend(limits, *fits) == sum(any(row) for row in fits)
    with pytest.raises(ImportProblem) as ended:
        spend(limits, *too_much)
    assert said in ended.value.why
    assert "per tahun" in ended.value.why


def test_a_long_cell_is_cut_with_a_mark() -> None:
    assert clip_text("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert clip_text("x" * (MAX_TEXT + 1)) == "x" * (MAX_TEXT - 1) + "…"


class Pipe:
    """Standard input and output of the reader's process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, question: bytes, *arguments: str) -> None:
        self.answer = io.BytesIO()
        monkeypatch.setattr(sys, "argv", ["reader", *arguments])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(question)))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=self.answer))

    def sent(self) -> list[object]:
        """What the process gave in pieces, to the end."""
        found, rest = [], self.answer.getvalue()
        while rest:
            size = int.from_bytes(rest[:4])
            found.append(isolated_reading.to_sent(rest[4 : 4 + size]))
            rest = rest[4 + size :]
        return found


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """The limits that the reading process asks of the system, which this process does not get."""
    asked: dict[int, int] = {}

    def limit(kind: int, values: tuple[int, int]) -> None:
        assert values[0] == values[1]
        asked[kind] = values[0]

    monkeypatch.setattr(resource, "setrlimit", limit)
    monkeypatch.setattr(os, "nice", lambda by: asked.update({-1: by}))
    return asked


def test_the_reader_bounds_itself_before_it_reads_and_answers_once(
    monkeypatch: pytest.MonkeyPatch, bounds: dict[int, int]
) -> None:
    pipe = Pipe(monkeypatch, b"REGISTER\0no;nama\n1;Siti\n")
    isolated_reading.read_stdin()
    book = msgspec.msgpack.decode(pipe.answer.getvalue(), type=Book)
    assert (book.format, book.sheets[0].name) == ("csv", "REGISTER")
    assert [[cell.text for cell in row.cells] for row in book.sheets[0].rows] == [["no", "nama"], ["1", "Siti"]]
    assert bounds == {
        resource.RLIMIT_AS: 512 * 2**20,
        resource.RLIMIT_CPU: 30,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        -1: 10,
    }


def test_a_long_list_comes_in_pieces_that_end_with_nothing_or_a_sentence(
    monkeypatch: pytest.MonkeyPatch, bounds: dict[int, int]
) -> None:
    monkeypatch.setattr(isolated_reading, "PIECE_ROWS", 2)
    lines = b"DAFTAR\0" + b"".join(b"%d;x\n" % n for n in range(5))
    limits = Limits(lines=5)
    pipe = Pipe(monkeypatch, lines, msgspec.json.encode(limits).decode())
    isolated_reading.read_stdin()
    *pieces, end = pipe.sent()
    assert end is None
    assert [(piece.sheet, len(piece.rows), piece.first) for piece in pieces if isinstance(piece, Piece)] == [
        ("DAFTAR", 2, True),
        ("DAFTAR", 2, False),
        ("DAFTAR", 1, False),
    ]
    assert bounds[resource.RLIMIT_CPU] == 120
    pipe = Pipe(monkeypatch, lines, msgspec.json.encode(Limits(lines=4)).decode())
    isolated_reading.read_stdin()
    assert "lebih dari 4 baris" in str(pipe.sent()[-1])
    for broken, said in ((MemoryError, isolated_reading.TOO_MUCH), (RuntimeError, isolated_reading.BROKEN)):

        def read(*_given: object, broken: type[Exception] = broken) -> None:
            raise broken

        with monkeypatch.context() as patch:
            patch.setattr(isolated_reading, "read_pieces", read)
            patch.setattr(isolated_reading, "read_bytes", read)
            pipe = Pipe(patch, lines, msgspec.json.encode(limits).decode())
            isolated_reading.read_stdin()
            assert pipe.sent() == [said]
            assert isolated_reading.read_or_explain(b"", "x") == said


@pytest.mark.parametrize(
    ("name", "start", "xml"),
    [
        ("xl/workbook.xml", b"<?xml version", True),
        ("xl/hidden.bin", b"<?xml version", True),
        ("xl/hidden.bin", b"\xef\xbb\xbf \r\n\t<!DOCTYPE", True),
        ("_rels/.RELS", b"", True),
        ("xl/drawing.vml", b"no mark at all", True),
        ("xl/media/image1.png", b"\x89PNG\r\n", False),
        ("xl/media/image1.ico", b"\0\0\1\0", False),
        ("xl/vbaProject.bin", b"text < and more", False),
    ],
)
def test_a_part_of_a_workbook_is_xml_by_its_name_or_by_how_it_begins(name: str, start: bytes, xml: bool) -> None:
    """Whatever it is called: an entity could be declared in it."""
    assert is_xml(name, start) is xml


@pytest.mark.parametrize("start", [b"\xff\xfe<\0!\0", b"\xfe\xff\0<\0!", b"<\0!\0", b"\0<\0!"])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/hidden.bin"])
def test_a_part_in_utf_16_would_hide_what_it_declares(name: str, start: bytes) -> None:
    with pytest.raises(ImportProblem):
        is_xml(name, start)
