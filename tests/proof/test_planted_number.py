"""The proof of the planted number, and that it would find one."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.proof.planted_number import NUMBER, PLAIN_TEMPORARY, SPELLED, prove_planted_number
from tests.proof.watching import Watch, numbers_in
from tests.world.nightly import NIGHTLY


@pytest.mark.parametrize("encrypted", [False, True] if NIGHTLY else [True])
def test_a_day_leaves_no_number_lying_about(tmp_path: Path, encrypted: bool) -> None:
    """Nor, in an encrypted office, in its database, its scratch copies and what it spools: by day the stricter of the
    two, for it may leave a number nowhere that a plain one may not."""
    proved = prove_planted_number(tmp_path, 1, short=True, encrypted=encrypted)
    assert proved.faults == []
    assert proved.figures.endswith("addresses, 0 places")


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/data/kantor/kerja/63bf7c50dca9/tmp-nameless", True),
        ("/data/kantor/kerja/63bf7c50dca9/tmprxv764pb", True),
        ("/data/kantor/kerja/63bf7c50dca9/tmprxv764pb/tmp1", True),
        ("/data/kantor/kerja/63bf7c50dca9/tmprxv764pb/", False),
        ("/data/kantor/kerja/63bf7c50dca9/tmprxv764pb/scratch.sqlite3-journal", False),
        ("/data/kantor/kerja/63bf7c50dca9/", False),
    ],
)
def test_a_plain_temporary_file_is_told_from_folders_and_databases(path: str, plain: bool) -> None:
    assert bool(PLAIN_TEMPORARY.search(path)) is plain


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        NUMBER.encode(),
        SPELLED.encode(),
        " ".join(NUMBER).encode(),
        NUMBER.encode("utf-16"),
        NUMBER.encode("utf-16-be"),
        gzip.compress(NUMBER.encode(), mtime=0),  # a stamp would name the test differently in each worker
        zipped(zipped(NUMBER.encode())),
        b"%PDF-1.7\nstream\n" + zlib.compress(f"({NUMBER}) Tj".encode()) + b"\nendstream",
    ],
)
def test_a_number_is_found_in_every_spelling_and_packing(content: bytes) -> None:
    assert any(numbers_in(b"abc " + content + b" x" if content[:1].isdigit() else content))
    assert not any(numbers_in(b"3508070101800000 350899 01"))


def test_a_file_that_lies_about_for_a_moment_is_noticed(tmp_path: Path) -> None:
    with Watch(tmp_path, ()) as watch:
        left = tmp_path / "sementara"
        left.write_text(f"NIK {NUMBER}")
        watch.look()
        left.unlink()
        (tmp_path / NUMBER).mkdir()
    assert set(watch.faults) == {"a number in sementara", "in the name of " + "9" * 16}
