"""Names written with letters that look like Latin ones: refused or folded where they enter, found where they lie."""

import unicodedata

import pytest

from app.core.problems import ValueProblem
from app.core.similarity import name_tokens
from app.core.text import BLANKS, LIKE, clean_name, fold_forms, fold_text, limit_text, look_alike, to_latin


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("SUGЕNG", "Nama: huruf ke-4 bukan huruf biasa (Kiril, mirip huruf E). Ketik ulang bagian itu."),
        ("ΝGATINI", "Nama: huruf ke-1 bukan huruf biasa (Yunani, mirip huruf N). Ketik ulang bagian itu."),
        ("SITI\u3164AMINAH", "Nama: huruf ke-5 bukan huruf biasa (tanda kosong yang tidak terlihat)."),
        ("SITI A\u0332MINAH", "Nama: huruf ke-7 bukan huruf biasa (tanda gabung pada huruf A)."),
        ("PAЈЕM", "Nama: huruf ke-3 bukan huruf biasa (Kiril, mirip huruf J)."),
    ],
)
def test_a_name_with_another_script_is_refused_and_the_letter_named(typed: str, sentence: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        clean_name(typed)
    assert refused.value.sentence.startswith(sentence)


def test_zero_width_signs_stay_refused() -> None:
    with pytest.raises(ValueProblem, match="tidak dapat dicetak"):
        clean_name("SU\u200bGENG")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＳＵＧＥＮＧ", "SUGENG"),
        ("𝐒𝐮𝐠𝐞𝐧𝐠", "Sugeng"),
        ("Ⓢugeng ③⑤", "Sugeng 35"),
        ("a＠contoh．id", "a@contoh.id"),
        ("Nu\u0301r Zaʼim", "Núr Zaʼim"),
        ("½ m², 5 ‰ … “baik” – ya", "½ m², 5 ‰ … “baik” – ya"),
        ("السلام عليكم", "السلام عليكم"),
    ],
)
def test_other_forms_of_plain_letters_are_folded_and_everything_else_stays(typed: str, kept: str) -> None:
    assert limit_text(typed, limit=60) == kept


def test_search_reads_a_name_as_it_looks() -> None:
    for written in ("Sugеng Riyаdi", "ＳＵＧＥＮＧ Riyadi", "Sugeng\u3164 Riyadi", "SUGE\u0301NG RIYADI"):
        assert fold_text(written) == "SUGENG RIYADI"
        assert name_tokens(written) == name_tokens("Sugeng Riyadi")


def test_every_sign_of_the_table_is_refused_and_read_as_one_latin_letter_or_nothing() -> None:
    for sign, letter in LIKE.items():
        assert to_latin(sign) == letter
        assert letter.isascii()
        assert not sign.isascii()
        assert look_alike(f"a{sign}") is not None
    for sign in BLANKS:
        assert (to_latin(sign), unicodedata.category(sign)[0] == "C") == ("", False)
        assert look_alike(sign) == (1, "tanda kosong yang tidak terlihat")
    assert fold_forms("biasa") == "biasa"
