"""A year that holds an estimate says so in every due date that it gives: pages, kiosk, papers, book of register."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from app.casework.desk import papers as case_papers
from app.casework.desk import register_book
from app.casework.desk.moving import case_definition
from app.casework.desk.service import case_by_id
from app.platform.office import service
from app.platform.office.events import HolidayData
from app.platform.printing.papers import render_paper
from app.services.complaints import papers as complaints_papers
from tests.platform.people import START, Browser
from tests.platform.printing.reading import text_of
from tests.services.complaints.desk import BookDesk, Visit
from tests.services.ktp.desk import SECRETARY, Desk

NOTE = "perkiraan: hari libur 2026 belum ditetapkan"


class Asked:
    """A file of each kind of waiting and a line of the book, all with due dates in 2026."""

    def __init__(self, book: BookDesk) -> None:
        self.book, self.desk = book, Desk(book.journal)
        self.complete, self.ready = self.desk.complete(), self.desk.ready()
        self.line = book.write(name="Tumini")

    def doubt(self) -> None:
        """One day of 2026 turns out to be an estimate."""
        day = HolidayData("2026-12-25", "Hari Raya Natal (perkiraan)", "libur", "SKB 2026", "paket")
        service.set_holidays(self.book.journal, SECRETARY, days=[day], removed=[], reason="Uji", now=START)


@pytest.fixture
def asked(book: BookDesk) -> Asked:
    return Asked(book)


def pages(asked: Asked, web: Flask) -> dict[str, str]:
    """Every page of the office that shows a due date, as the one who works with it sees it."""
    draft = Browser(web, "sari").post("/permohonan/baru", {"layanan": "ktp-el", "kunci": ""}).location or ""
    shown = {
        "/": "oki",
        f"/berkas/{asked.complete}": "sari",
        "/jatuh-tempo?sampai=2026-12-31": "sari",
        "/berkas": "sari",
        draft: "sari",
        "/register": "sari",
        "/perekaman/": "oki",
        f"/perekaman/{asked.complete}": "oki",
        f"/pengaduan/{asked.line.id}": "ida",
        "/pengaduan": "ida",
        "/pengiriman/": "budi",
        f"/pengaduan/{asked.line.id}/tanda-terima": "ida",
    }
    return {path: Browser(web, who).get(path).get_data(as_text=True) for path, who in shown.items()}


def papers(asked: Asked, folder: Path) -> dict[str, str]:
    """The papers that give somebody a date."""
    db, sari, line = asked.book.journal.db, asked.book.who("sari"), asked.line
    case = case_by_id(db, asked.complete)
    assert case is not None
    definition = case_definition(db, case)
    slip = case_papers.promise_slip_paper(db, definition, case, sari, START)
    receipt = complaints_papers.receipt_paper(db, line.id, line.code, "Ida", START)
    sheet = register_book.register_sheet(db, sari, definition, START.date(), START)
    book = openpyxl.load_workbook(io.BytesIO(sheet)).active
    assert book is not None
    printed = register_book.register_paper(db, sari, definition, START.date(), START)
    return {
        "slip": text_of(render_paper("promise_slip", slip), folder),
        "receipt": text_of(render_paper("complaint_receipt", receipt), folder),
        "register": text_of(render_paper("register", printed), folder),
        "spreadsheet": " ".join(str(cell.value) for row in book.iter_rows() for cell in row),
    }


def test_every_due_date_says_that_it_is_an_estimate(asked: Asked, web: Flask, kiosk: Flask, tmp_path: Path) -> None:
    def everything() -> dict[str, str]:
        answer = Visit(kiosk).ask(asked.line.code).get_data(as_text=True)
        told = {**pages(asked, web), **papers(asked, tmp_path), "kiosk": answer}
        return {name: re.sub(r"\s+", " ", text) for name, text in told.items()}

    assert [name for name, text in everything().items() if NOTE in text] == []
    asked.doubt()
    silent = [name for name, text in everything().items() if NOTE not in text]
    assert silent == []
    assert NOTE in Visit(kiosk).write().get_data(as_text=True)
