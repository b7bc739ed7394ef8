"""Where the text of a file parts into lines and signature, and how much of it may be there."""

from base64 import b64encode

import pytest

from sync.file_format import MAX_LINE, MAX_LINES, SIGNATURE, split_signed
from sync.problems import EnvelopeError

MARK = bytes(range(64))


def text_of(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines) + SIGNATURE + b64encode(MARK) + b'"}\n'


def refused(plain: bytes) -> str:
    with pytest.raises(EnvelopeError) as problem:
        split_signed(plain)
    return problem.value.code


def test_the_last_line_is_the_signature_of_all_before_it() -> None:
    assert split_signed(text_of(b"{}", b"a", b"b")) == (b"{}\na\nb\n", [b"{}", b"a", b"b"], MARK)


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_text_that_ends_otherwise_is_damaged(cut: int) -> None:
    plain = text_of(b"{}", b"a")
    assert refused(plain[:-cut]) == "damaged"
    assert refused(plain + b"\n" * cut) == "damaged"
    assert refused(plain[:-3] + b"x" * cut + plain[-cut:]) == "damaged"


@pytest.mark.parametrize("plain", [b"", b"\n", text_of(), b'{}\n{"x":"y"}\n'])
def test_a_text_without_lines_or_without_a_signature_is_damaged(plain: bytes) -> None:
    assert refused(plain) == "damaged"


def test_a_file_holds_its_header_and_so_many_lines_of_so_many_bytes() -> None:
    full = (b"{}", *[b"a"] * MAX_LINES)
    assert len(split_signed(text_of(*full))[1]) == MAX_LINES + 1
    assert refused(text_of(*full, b"a")) == "too_big"
    assert split_signed(text_of(b"{}", b"a" * MAX_LINE))[1][1] == b"a" * MAX_LINE
    assert refused(text_of(b"{}", b"a" * (MAX_LINE + 1))) == "too_big"
