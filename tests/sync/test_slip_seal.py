"""Place and key of a slip's code, and what they seal."""

import base64

import pytest

from sync.slip_seal import PublicState, derive_key, open_state, seal_state

CODE, OFFICE = "4K7MQ2XP", "350899"
STATE = PublicState("Berkas Anda sedang diperiksa.", "Kecamatan Contoh", "2026-03-02", "2026-03-18")


def test_a_code_opens_what_it_sealed_and_nothing_else_does() -> None:
    slip = derive_key(OFFICE, CODE)
    sealed = seal_state(slip.key, STATE)
    assert (len(slip.slot), len(slip.key)) == (64, 32)
    assert slip == derive_key(OFFICE, CODE)
    assert open_state(slip.key, sealed) == STATE
    for other in (derive_key("350898", CODE), derive_key(OFFICE, "4K7MQ2XQ")):
        assert other.slot != slip.slot
        assert open_state(other.key, sealed) is None
    assert slip.key.hex() != slip.slot


def test_the_length_tells_nothing_and_no_two_seals_are_the_same() -> None:
    key = bytes(range(32))
    short, long = seal_state(key, PublicState("x", "y", "2026-03-02")), seal_state(key, STATE)
    assert len(short) == len(long)
    assert seal_state(key, STATE) != long


@pytest.mark.parametrize("junk", ["", "A", "AAAA", "x" * 1420, "é"])
def test_what_somebody_else_wrote_opens_as_nothing(junk: str) -> None:
    assert open_state(bytes(32), junk) is None


def test_a_sealed_text_of_another_form_opens_as_nothing() -> None:
    from nacl.secret import SecretBox

    sealed = base64.b64encode(SecretBox(bytes(32)).encrypt(b'{"said": 3}')).decode()
    assert open_state(bytes(32), sealed) is None


def test_a_state_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        seal_state(bytes(32), PublicState("x" * 1100, "", "2026-03-02"))
