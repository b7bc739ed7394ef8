"""Names, free text, RT/RW and telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.problems import ValueProblem
from app.core.text import (
    clean_name,
    end_sentence,
    fold_forms,
    fold_text,
    limit_text,
    lower_first,
    mask_phone,
    parse_phone,
    parse_rt,
    readable_name,
    with_nya,
)


def test_names_become_block_letters_with_single_spaces_and_keep_their_titles() -> None:
    assert clean_name("  siti \t nur'aini,\u00a0 s.pd ") == "SITI NUR'AINI, S.PD"
    assert clean_name("Jose\u0301") == "JOS\u00c9"


def test_a_name_is_shown_as_it_was_given_and_keeps_its_titles() -> None:
    assert readable_name("Budi Hartini, S.Sos., M.AP") == "Budi Hartini, S.Sos., M.AP"
    assert readable_name("BUDI HARTINI, S.SOS., M.AP") == "Budi Hartini, S.SOS., M.AP"
    assert readable_name("H. AHMAD") == "H. Ahmad"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nama belum diisi."),
        ("123", "Nama tidak berisi huruf."),
        ("SITI\u202eNURAINI", "Nama berisi tanda yang tidak dapat dicetak (huruf ke-5). Ketik ulang."),
        ("SITI\x00", "Nama berisi tanda yang tidak dapat dicetak (huruf ke-5). Ketik ulang."),
        ("SITI \ud800", "Nama berisi tanda yang tidak dapat dicetak (huruf ke-6). Ketik ulang."),
        ("A" * 101, "Nama paling panjang 100 huruf. Yang diketik 101 huruf."),
        ("\u00df" * 60, "Nama paling panjang 100 huruf. Yang diketik 120 huruf."),
        ("A" * 5_000_000, "Nama paling panjang 100 huruf. Yang diketik 5.000.000 huruf."),
    ],
)
def test_refused_names(typed: str, sentence: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        clean_name(typed)
    assert raised.value.sentence == sentence


def test_free_text_keeps_lines_only_where_asked() -> None:
    assert limit_text(" satu\r\ndua\r tiga ", limit=20, lines=True) == "satu\ndua\n tiga"
    assert limit_text(" satu\r\ndua ", limit=20) == "satu dua"
    with pytest.raises(ValueProblem, match=r"Uraian paling panjang 1\.000 huruf"):
        limit_text("x" * 1001, limit=1000, label="Uraian")


def cleaned(typed: str) -> str:
    """The name, or nothing when it was refused."""
    try:
        return clean_name(typed)
    except ValueProblem:
        return ""


@given(st.text(max_size=150))
def test_clean_names_are_stable_and_short(typed: str) -> None:
    name = cleaned(typed)
    assert name == "" or clean_name(name) == name
    assert len(name) <= 100
    assert name.isprintable()


def test_an_abbreviation_keeps_its_capitals() -> None:
    assert [lower_first(one) for one in ("Keluarga satu KK", "KTM", "")] == ["keluarga satu KK", "KTM", ""]
    assert [with_nya(one) for one in ("kartu", "KTM")] == ["kartunya", "KTM-nya"]


def test_full_width_signs_are_plain_ones() -> None:
    """Unicode's block of full-width forms repeats ASCII from `!` to `~`, 0xFEE0 higher."""
    plain = "".join(map(chr, range(ord("!"), ord("~") + 1)))
    assert fold_forms("".join(chr(ord(sign) + 0xFEE0) for sign in plain)) == plain
    assert fold_forms("\uff00\uff5f\uff60") == "\uff00\uff5f\uff60", "beside the block nothing changes"
    assert fold_forms("\u2460\u24b6\U0001d400") == "1AA", "circled and styled"
    assert fold_forms("caf\u00e9 \u00bd m\u00b2 10\u2075 \u2082") == "caf\u00e9 \u00bd m\u00b2 10\u2075 \u2082"


def test_fold_for_search() -> None:
    assert fold_text("  Jos\u00e9   d\u2019Arc ") == "JOSE D\u2019ARC"


@pytest.mark.parametrize(
    ("typed", "rt"), [("3", "003"), ("03", "003"), (" 003 ", "003"), ("RT 3", "003"), ("rt.012", "012")]
)
def test_rt(typed: str, rt: str) -> None:
    assert parse_rt(typed) == rt


def test_rt_and_rw_sentences() -> None:
    for typed, sentence in [("", "RW belum diisi."), ("1234", "RW harus 1 sampai 3 angka, misalnya 003.")]:
        with pytest.raises(ValueProblem) as raised:
            parse_rt(typed, label="RW")
        assert raised.value.sentence == sentence


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0812-3456-7890", "081234567890"),
        ("+62 812 3456 7890", "081234567890"),
        ("6281234567890", "081234567890"),
        ("+62 0812 3456 7890", "081234567890"),
        ("81234567890", "081234567890"),
        ("(0334) 123456", "0334123456"),
        ("+60 12-345 6789", "+60123456789"),
    ],
)
def test_phones(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone
    assert parse_phone(phone) == phone


@pytest.mark.parametrize("typed", ["", "12", "0812x456789", "1" * 5000, "+6", "08123456789012345"])
def test_refused_phones(typed: str) -> None:
    with pytest.raises(ValueProblem):
        parse_phone(typed)


def test_masked_phones() -> None:
    assert mask_phone("081234567890") == "0812****7890"
    assert mask_phone("12345") == "*****"


@pytest.mark.parametrize(
    ("text", "ended"), [("Giliran Budi", "Giliran Budi."), ("Giliran Agung, S.Sos.", "Giliran Agung, S.Sos.")]
)
def test_a_sentence_ends_with_one_stop_also_behind_a_title(text: str, ended: str) -> None:
    assert end_sentence(text) == ended
