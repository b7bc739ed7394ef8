"""How large a register may be, to the byte."""

import pytest

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
