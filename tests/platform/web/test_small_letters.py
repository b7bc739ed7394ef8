"""A label inside a sentence: abbreviations and names keep their capitals, and codes bring their meaning."""

import pytest

from app.centre.snapshot import recording_words
from app.core.central_status import STATUSES, status_words
from app.core.text import in_small_letters, sentence_case
from app.services.hotline.team import answerer_words
from schema.profiles import load_profile


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Nomor KK", "nomor KK"),
        ("Fotokopi KTP-el", "fotokopi KTP-el"),
        ("Dikirim Dispenduk Capil", "dikirim Dispenduk Capil"),
        ("Menunggu Cetak", "menunggu cetak"),
        ("Keluarga satu KK", "keluarga satu KK"),
        ("Berkas KTP-el", "berkas KTP-el"),
        ("Formulir F-1.02", "formulir F-1.02"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence(label: str, inside: str) -> None:
    assert in_small_letters(label) == inside


def test_a_word_at_the_beginning_of_a_sentence() -> None:
    assert [sentence_case(one) for one in ("kartu", "KTM", "KTP-el", "")] == ["Kartu", "KTM", "KTP-el", ""]


def test_every_code_of_the_central_system_stands_with_its_meaning() -> None:
    assert status_words("print_ready") == "PRINT_READY_RECORD (PRR): siap cetak"
    assert all(len(status_words(status).split(": ", 1)[1]) > 8 for status in STATUSES)
    assert recording_words("card_issued") == "CARD_ISSUED: kartu pernah diterbitkan"
    assert [recording_words(one) for one in ("of_a_newer_program", "")] == ["of_a_newer_program", "tidak ditulis"]


def test_the_decree_of_the_hotline_names_posts_of_this_office() -> None:
    assert answerer_words(load_profile("kecamatan")) == "Sekretaris atau Kasi"
    assert "Wadir" in answerer_words(load_profile("poltekkes"))
