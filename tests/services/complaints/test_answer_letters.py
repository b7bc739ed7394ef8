"""The answer to a complainant as a letter: number, sifat, lampiran, hal, and an address."""

from datetime import timedelta
from pathlib import Path

from flask import Flask

from app.core.codes import show_code
from app.platform.office.numbers import next_number
from app.platform.people.changes import AddPerson, Disable
from app.platform.printing.papers import content_digest
from app.services.complaints import service
from app.services.complaints.kiosk import look_up_code
from app.services.complaints.papers import answer_paper
from app.services.complaints.tables import AnswerLetter
from sync.verification import verify_side
from tests.platform.people import Browser, agree
from tests.platform.printing.reading import text_of
from tests.services.complaints.desk import BookDesk


def letter(web: Flask, complaint_id: int, folder: Path, who: str = "ida") -> str:
    return text_of(Browser(web, who).post(f"/pengaduan/{complaint_id}/cetak/surat").data, folder)


def test_the_answer_carries_number_sifat_lampiran_hal_and_the_address(
    web: Flask, book: BookDesk, tmp_path: Path
) -> None:
    line = book.write(name="Tumini", address="Jalan Melati 4")
    book.follow(line)
    book.answer(line)
    text = letter(web, line.id, tmp_path)
    assert "Nomor : 400.12/1/427.86/2026" in text
    assert "Sifat : Biasa" in text
    assert "Lampiran : -" in text
    assert f"Hal : Jawaban atas pengaduan nomor {line.number}" in text.replace("- ", "-")
    assert "Yth. Tumini" in text
    assert "Jalan Melati 4" in text
    assert "di tempat" not in text


def test_di_tempat_ends_the_address_block_only_where_there_is_no_address(
    web: Flask, book: BookDesk, tmp_path: Path
) -> None:
    line = book.write(anonymous=True)
    book.follow(line)
    book.answer(line)
    text = letter(web, line.id, tmp_path)
    assert f"Yth. Pengadu nomor {line.number}" in text
    assert "di tempat" in text


def test_a_letter_keeps_its_number_and_day_and_another_answer_gets_the_next(book: BookDesk) -> None:
    journal, ida = book.journal, book.who("ida")
    line = book.write(name="Tumini")
    book.follow(line)
    book.answer(line)
    first = answer_paper(journal, ida, line.id, book.clock())
    day = first.on
    book.clock.forward(days=3)
    again = answer_paper(journal, ida, line.id, book.clock())
    assert (again.number, again.on) == (first.number, day)
    assert next_number(journal.db, "letter", day, 1).text == "400.12/2/427.86/2026"
    service.strike_column(
        journal, ida, column_id=AnswerLetter.rows(journal.db)[0].id, reason="Salah tulis", now=book.clock()
    )
    book.answer(line, "Loket sudah kami tambah satu.")
    assert answer_paper(journal, ida, line.id, book.clock()).number == "400.12/2/427.86/2026"
    assert first.paragraphs != answer_paper(journal, ida, line.id, book.clock()).paragraphs


def test_a_letter_printed_under_the_next_camat_is_still_that_of_who_signed_it(book: BookDesk, tmp_path: Path) -> None:
    journal, ida = book.journal, book.who("ida")
    old, new = book.write(name="Tumini"), book.write(name="Suparmi")
    for line in (old, new):
        book.follow(line)
        book.answer(line)
    first = answer_paper(journal, ida, old.id, book.clock())
    assert first.signer.name == "Hadi Purnomo"
    book.clock.forward(days=3)
    succeed(book, "camat", AddPerson("lestari", "Lestari Handayani", ("camat",), "198001012005012001"))
    again = answer_paper(journal, ida, old.id, book.clock())
    assert (again.signer, content_digest(again)) == (first.signer, content_digest(first))
    assert answer_paper(journal, ida, new.id, book.clock()).signer.name == "Lestari Handayani"
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_whoever_holds_the_letter_asks_by_its_code_whether_it_is_genuine(
    web: Flask, book: BookDesk, tmp_path: Path
) -> None:
    line = book.write(name="Tumini", address="Jalan Melati 4")
    book.follow(line)
    book.answer(line)
    text = letter(web, line.id, tmp_path)
    row = AnswerLetter.rows(book.journal.db)[0]
    assert f"Kode periksa {show_code(row.check_code)}" in text
    today = book.clock().date()
    answer = look_up_code(book.journal.db, row.check_code, "", today)
    assert answer is not None
    assert f"surat nomor {row.number}, tanggal" in answer.panel.sentence
    assert "hal jawaban atas pengaduan" in answer.panel.sentence
    asked = Browser(web, "sari").post("/periksa-surat", {"code": show_code(row.check_code)})
    assert answer.panel.sentence in asked.get_data(as_text=True)
    assert "Tumini" not in asked.get_data(as_text=True)
    service.strike_column(book.journal, book.who("ida"), column_id=row.id, reason="Salah tulis", now=book.clock())
    gone = look_up_code(book.journal.db, row.check_code, "", today)
    assert gone is not None
    assert gone.panel.sentence.endswith("dicabut kantor ini dan tidak berlaku.")
    assert verify_side(book.journal, "office", tmp_path / "replay.sqlite3").faults == []


def succeed(book: BookDesk, username: str, successor: AddPerson) -> None:
    """Another person takes the post; who held it leaves."""
    agree(book.journal, successor, password="Gerobak-biru-41", now=book.clock())
    agree(book.journal, Disable(book.who(username).person_id, "Pindah tugas"), now=book.clock() + timedelta(minutes=1))
