"""How large a register may be, to the byte."""

import pytest

from app.casework.importing import file_formats
from app.casework.importing.file_formats import ImportProblem, refuse_size
from app.casework.importing.spreadsheet import MAX_BYTES

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("size", [1, MAX_BYTES - 1, MAX_BYTES])
def test_a_register_may_be_as_large_as_the_limit(size: int) -> None:
    refuse_size(size)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "Dokumen ini kosong. Salin ulang dari asalnya, lalu coba lagi."),
        (MAX_BYTES + 1, "Dokumen terlalu besar (20,0 MB; batasnya 20 MB). Bagi menjadi satu dokumen per tahun."),
        (
            25 * MEGABYTE + MEGABYTE // 2,
            "Dokumen terlalu besar (25,5 MB; batasnya 20 MB). Bagi menjadi satu dokumen per tahun.",
        ),
    ],
)
def test_an_empty_register_and_one_beyond_the_limit_are_told_so(size: int, said: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        refuse_size(size)
    assert str(refused.value) == said


@pytest.mark.parametrize(("rows", "most"), [(True, "MAX_ELEMENTS"), (False, "MAX_OTHER_ELEMENTS")])
def test_elements_of_rows_and_of_anything_else_have_a_limit_each(
    rows: bool, most: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_formats, "MAX_ELEMENTS", 50)
    monkeypatch.setattr(file_formats, "MAX_OTHER_ELEMENTS", 10)
    limit, row = getattr(file_formats, most), b"<row><v>" if rows else b""
    counts = file_formats.Counts()
    counts.count_piece(row + b"<v>" * (limit - row.count(b"<")))
    with pytest.raises(ImportProblem):
        counts.count_piece(row + b"<v>")
