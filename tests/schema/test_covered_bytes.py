"""What stands in pieces, or in memory, is byte for byte what a file would hold."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.covered_copy import PIECE, InMemory, Pieces, PieceStream

PLACES = st.one_of(
    st.integers(0, 3 * PIECE), st.sampled_from([0, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE - 1])
)
LENGTHS = st.sampled_from([0, 1, 7, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])
ACTS = st.lists(st.tuples(st.sampled_from(["write", "truncate", "read"]), PLACES, LENGTHS), max_size=9)


def like_a_file(made: Pieces | InMemory, acts: list[tuple[str, int, int]]) -> None:
    beside = io.BytesIO()
    for n, (act, at, length) in enumerate(acts, 1):
        size = len(beside.getbuffer())
        if act == "write" and length:
            part = bytes([n]) * length
            beside.seek(at)
            beside.write(part)
            made.write(at, part)
        elif act == "truncate":
            beside.truncate(min(at, size))
            made.truncate(min(at, size))
        else:
            beside.seek(at)
            assert made.read(at, length) == beside.read(length)
    assert made.size == len(beside.getbuffer())
    assert made.read(0, made.size) == beside.getvalue()


@given(ACTS)
@settings(max_examples=60)
def test_pieces_hold_what_a_file_would(acts: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        made = Pieces(Path(folder) / "salinan")
        like_a_file(made, acts)
        made.close()


@given(ACTS)
def test_memory_holds_what_a_file_would(acts: list[tuple[str, int, int]]) -> None:
    like_a_file(InMemory(), acts)


@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 5])
def test_a_stream_gives_back_what_it_took(tmp_path: Path, size: int) -> None:
    words = bytes(n % 251 for n in range(size))
    made = Pieces(tmp_path / "salinan")
    with io.BufferedWriter(PieceStream(made), 1000) as out:  # type: ignore[arg-type]
        out.write(words)
    with io.BufferedReader(PieceStream(made), 1000) as back:  # type: ignore[arg-type]
        assert back.read() == words
    made.close()
