"""What the masks leave is offered to the eye word by word: one press takes a word out of the draft."""

import pytest
from flask import Flask

from app.quality.quarter import service
from app.quality.quarter.queries import doubtful_words
from tests.platform.people import Browser
from tests.quality.quarter.recaps import Q1, draft
from tests.services.complaints.desk import BookDesk


def offered(book: BookDesk) -> list[str]:
    return doubtful_words(book.journal.db, service.figures_of_recap(service.load_recap(book.journal.db, Q1)))


def test_words_that_nobody_knows_are_offered_and_struck_with_one_press(web: Flask, book: BookDesk) -> None:
    book.write('Gantarwo mengambil giliran saya di Krai. Katanya "welipaj" boleh, Pak Camat. Saya lapor Ngatini.')
    draft(book)
    assert offered(book) == ["Gantarwo", "welipaj"]
    ida, path = Browser(web, "ida"), f"/rekap/{Q1}"
    assert 'name="strike" value="Gantarwo"' in ida.get(path).get_data(as_text=True)
    assert ida.post(f"{path}/susun", {"strike": "Gantarwo"}).status_code == 303
    assert offered(book) == ["welipaj"]
    assert ida.post(f"{path}/susun", {"strike": "welipaj"}).status_code == 303
    assert offered(book) == []
    text = service.load_recap(book.journal.db, Q1).figures
    assert [word for word in ("Gantarwo", "welipaj", "Ngatini") if word in text] == []
    assert len(service.figures_of_recap(service.load_recap(book.journal.db, Q1)).hidden) == 2


def test_the_checker_reads_the_words_and_changes_nothing(web: Flask, book: BookDesk) -> None:
    book.write("Gantarwo mengambil giliran saya")
    draft(book)
    page = Browser(web, "ratna").get(f"/rekap/{Q1}").get_data(as_text=True)
    assert "<p>Gantarwo</p>" in page
    assert 'name="strike"' not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Namanya Hari, dia pegang map hijau.", []),  # the mask knows this one
        ("Yang jaga Hari. Lalu Slamet datang.", ["Hari"]),
        ("Hari ini tutup. Hari Senin juga. Pada hari kerja saya ke sana.", []),
        ("Dia dipanggil “gendut welipaj” oleh kawannya.", ["gendut", "welipaj"]),
        ("PETUGAS GANTARWO MINTA UANG KEPADA SAYA DI LOKET LUMAJANG", ["GANTARWO"]),
        ("Kata Sabar, tunggu saja di Krai.", ["Sabar"]),
        ("Loket tutup pukul dua di Lumajang.", []),
        ("Alamat surel saya salah. Surel itu [welipaj] atau [Gantarwo].", ["Gantarwo", "Surel"]),
        ("Kata 'welipaj' saja, bukan sembodro.", ["welipaj"]),
        ("Hari libur buka. Hari Sembodro tidak.", ["Hari", "Sembodro"]),
    ],
)
def test_every_capitalised_or_quoted_word_that_is_no_place_and_no_known_word_is_offered(
    book: BookDesk, text: str, words: list[str]
) -> None:
    book.write(text)
    draft(book)
    assert offered(book) == words
