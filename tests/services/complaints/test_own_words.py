"""The visitor's own words may hold a name, a NIK, a telephone: who reads them whole, and who without the numbers."""

from pathlib import Path

import pytest
from flask import Flask

from app.platform.printing.papers import render_paper
from app.services.complaints import masks, papers, queries
from app.services.complaints.known_names import Names
from app.services.complaints.masks import Masker
from app.services.complaints.queries import Asked
from app.services.complaints.service import WrittenLine
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.platform.printing.reading import text_of
from tests.quality.quarter.recaps import Q1, draft
from tests.services.complaints.desk import BookDesk

OWN = "Saya Tumini, NIK 3508994112800030.\nHubungi 0812-3456-7890."
HOPE = "Ditelepon ke 081234567890."
NUMBERS = ("3508994112800030", "0812-3456-7890", "081234567890")
WHOLE, MASKED = ("ida", "camat"), ("sari", "oki", "budi", "ratna")


@pytest.fixture(params=["anonymous", "confidential"])
def secret(request: pytest.FixtureRequest, book: BookDesk) -> WrittenLine:
    """A line whose complainant does not want to be known."""
    return book.write(OWN, hope=HOPE, second_word="melati", **{request.param: True})


def seen(browser: Browser, path: str) -> list[str]:
    page = browser.get(path)
    assert page.status_code == 200
    return [number for number in NUMBERS if number in page.get_data(as_text=True)]


def test_only_two_roles_read_the_numbers_in_the_words_of_a_secret_line(
    web: Flask, book: BookDesk, secret: WrittenLine
) -> None:
    line = f"/pengaduan/{secret.id}"
    for who in WHOLE:
        assert seen(Browser(web, who), line) == list(NUMBERS)
        assert seen(Browser(web, who), "/pengaduan") == list(NUMBERS[:2])
    for who in MASKED:
        browser = Browser(web, who)
        assert seen(browser, line) + seen(browser, "/pengaduan") == []
        page = browser.get(line).get_data(as_text=True)
        assert "<p>Saya [nama], NIK [nomor].</p><p>Hubungi [nomor].</p>" in page
        assert "yang membacanya utuh petugas layanan informasi dan Camat" in page
    row = book.row(secret)
    assert (row.words, row.hope) == (OWN, HOPE)


def test_an_open_line_is_read_whole_by_those_who_may_open_its_scans(web: Flask, book: BookDesk) -> None:
    line = book.write(OWN, name="Tumini", category="speed")
    for who in (*WHOLE, *MASKED):
        page = Browser(web, who).get(f"/pengaduan/{line.id}").get_data(as_text=True)
        whole = who in (*WHOLE, "budi", "ratna")
        assert (NUMBERS[0] in page) == whole, who
        assert ("Saya [nama], NIK [nomor]." in page) != whole, who
        assert ("yang membacanya utuh" in page) != whole, who


def test_what_was_masked_once_is_kept_until_the_masks_change(
    book: BookDesk, secret: WrittenLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = book.journal.db
    asked: list[str] = []
    monkeypatch.setattr(Masker, "page", lambda _self, text, _line=0: asked.append(text) or "baru")
    assert masks.clean_words(db, [secret.id])[secret.id].words == "Saya [nama], NIK [nomor].\nHubungi [nomor]."
    assert asked == []
    monkeypatch.setattr(masks, "MASKS", masks.MASKS + 1)
    assert masks.clean_words(db, [secret.id])[secret.id] == ("baru", "baru")
    assert masks.clean_words(db, [secret.id])[secret.id] == ("baru", "baru")
    assert asked == [OWN, HOPE]


def test_kept_words_stand_beside_the_journal(book: BookDesk, secret: WrittenLine, tmp_path: Path) -> None:
    book.journal.db.run("DELETE FROM complaint_masked")
    assert verify_side(book.journal, "office", tmp_path / "a.sqlite3").faults == []
    assert list(masks.clean_words(book.journal.db, [secret.id, 999])) == [secret.id]
    assert verify_side(book.journal, "office", tmp_path / "b.sqlite3").faults == []


def test_lists_and_both_versions_of_a_recap_show_no_number_either(
    web: Flask, book: BookDesk, secret: WrittenLine
) -> None:
    other = book.write("Antre lama")
    assert Browser(web, "ida").post(f"/pengaduan/{other.id}/terkait", {"number": secret.number}).status_code == 303
    made = Browser(web, "ida").post("/ltpp/baru", {"source": "audit", "trouble": "Antre", "pengaduan": str(secret.id)})
    for path in (f"/pengaduan/{other.id}", made.headers["Location"]):
        page = " ".join(Browser(web, "sari").get(path).get_data(as_text=True).split())
        assert "Saya [nama], NIK [nomor]. Hubungi [nomor]." in page
        assert seen(Browser(web, "sari"), path) == []
    draft(book)
    path = f"/rekap/{Q1}"
    assert seen(Browser(web, "ratna"), path) == []
    assert seen(Browser(web, "ida"), path) == list(NUMBERS[:2])


def test_a_printed_page_shows_what_its_printer_may_read_under_one_digest(
    book: BookDesk, secret: WrittenLine, tmp_path: Path
) -> None:
    db, now = book.journal.db, book.clock()
    rows = queries.book_page(db, Asked(2026), now.date(), 1)
    whole, masked = (papers.book_paper(db, book.who(who), rows, now) for who in ("ida", "budi"))
    assert whole.digest == masked.digest
    assert NUMBERS[0] in text_of(render_paper("complaint_book", whole), tmp_path)
    said = text_of(render_paper("complaint_book", masked), tmp_path)
    assert [number for number in NUMBERS if number in said] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Baris satu\n\nHP 0812 3456", "Baris satu\n\nHP [nomor]"),
        ("NIK 3508 9941\n1280 0030 milik saya", "NIK [nomor] milik saya"),
        ("35\u200b08994112800030", "[nomor]"),
        ("Datang 12-03-2026 pukul 08.30", "Datang 12-03-2026 pukul 08.30"),
    ],
)
def test_lines_are_kept_and_numbers_go(text: str, shown: str) -> None:
    assert Masker(Names.from_people([])).page(text) == shown
