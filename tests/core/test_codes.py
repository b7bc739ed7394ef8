"""Slip codes: every single slip of the pen is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import ALPHABET, check_character, check_code, has_valid_check, new_code, show_code
from app.core.problems import ValueProblem

bodies = st.sampled_from((7, 10)).flatmap(lambda size: st.text(ALPHABET, min_size=size, max_size=size))


def _accepted(code: str) -> bool:
    try:
        return check_code(code) is not None
    except ValueProblem:
        return False


def test_every_substitution_at_every_place_is_caught() -> None:
    """The check is linear, so one code per (place, pair) is a proof; four codes are used."""
    for seed in (b"\x00" * 7, b"\xff" * 7, b"loket-1", b"\x12\x34\x56\x78\x9a\xbc\xde"):
        code = new_code(random_bytes=seed)
        for place, old in enumerate(code):
            slips = [code[:place] + other + code[place + 1 :] for other in ALPHABET if other != old]
            assert not any(has_valid_check(slip) for slip in slips)


def test_every_adjacent_transposition_of_every_pair_is_caught() -> None:
    """All 32 x 31 pairs of different characters at all ten places, the check character included."""
    for place in range(9):
        for first in ALPHABET:
            for second in ALPHABET:
                if first == second:
                    continue
                body = "0" * place + first + second + "0" * (8 - place)
                swapped = "0" * place + second + first + "0" * (8 - place)
                assert check_character(body) != check_character(swapped)
    for last in ALPHABET:
        body = "000000000" + last
        check = check_character(body)
        if check != last:
            assert not has_valid_check("000000000" + check + last)


@given(bodies, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_a_substituted_code_is_refused(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    slip = code[:place] + other + code[place + 1 :]
    assert _accepted(slip) == (slip == code)


@given(bodies, st.integers(0, 6))
def test_a_transposed_code_is_refused(body: str, place: int) -> None:
    code = body + check_character(body)
    slip = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert _accepted(slip) == (slip == code)


@given(st.binary(min_size=5, max_size=12))
def test_a_new_code_reads_back_however_it_is_written(random_bytes: bytes) -> None:
    code = new_code(random_bytes=random_bytes)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    sloppy = f" {show_code(code).lower().replace('1', 'l').replace('0', 'o').replace('v', 'u')} "
    assert check_code(code) == check_code(show_code(code)) == check_code(sloppy) == code


def test_the_look_of_a_code() -> None:
    code = new_code(random_bytes=bytes(range(1, 8)))
    assert [len(group) for group in show_code(code).split("-")] == [4, 4]
    assert not set("".join(new_code() for _ in range(200))) & set("ILOU")
    assert len({new_code() for _ in range(200)}) == 200
    with pytest.raises(ValueError, match="random bytes"):
        new_code(random_bytes=b"123")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Kode belum diisi."),
        ("4K7M-Q2X", "Kode berisi 8 (slip lama 11) huruf dan angka. Yang diketik 7."),
        ("4K7M-Q2X?", "Kode tidak mungkin berisi tanda “?”. Lihat lagi slipnya."),
        ("0000-0000-001", "Kode tidak cocok: ada yang salah ketik atau tertukar. Lihat lagi slipnya."),
        ("A" * 1000, "Kode terlalu panjang. Kode di slip berisi 8 (slip lama 11) huruf dan angka."),
    ],
)
def test_sentences(typed: str, sentence: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        check_code(typed)
    assert raised.value.sentence == sentence


def test_a_code_of_before_is_read_for_ever() -> None:
    code = "4K7MQ2XAB1" + check_character("4K7MQ2XAB1")
    assert len(code) == 11
    for typed in (code, show_code(code), code.lower(), "4k7m q2xa " + code[8:]):
        assert check_code(typed) == code
    assert show_code(code).count("-") == 2


def test_a_fresh_code_is_one_that_no_other_paper_has() -> None:
    asked: list[str] = []

    def is_taken(code: str) -> bool:
        asked.append(code)
        return len(asked) <= 3

    assert new_code(is_taken) == asked[-1]
    assert len(asked) == 4


def test_document_numbers_carry_the_same_check() -> None:
    number = "470/0123/427.96.07/2026"
    sealed = f"{number}-{check_character(number)}"
    assert has_valid_check(sealed)
    assert has_valid_check(sealed.lower())
    assert not has_valid_check(sealed.replace("0123", "0132"))
    assert not has_valid_check("")
    assert not has_valid_check("A")
