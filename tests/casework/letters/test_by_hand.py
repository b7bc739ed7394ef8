"""The book of letters delivered by hand (buku ekspedisi): which lines it has on which day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from app.casework.letters import papers, service, signing
from app.casework.letters.queries import letters_to_carry
from app.casework.letters.views.lists import days_of_span
from app.core.permissions import Actor
from app.core.problems import Problem
from sync.journal import Journal
from tests.casework.letters.test_drafts import FREE
from tests.casework.letters.test_pages import signed_letter
from tests.platform.people import START, Browser
from tests.platform.printing.reading import text_of

Who = Callable[[str], Actor]
TODAY = START.date()


def numbered(journal: Journal, who: Who, at: datetime = START) -> int:
    made = signed_letter(journal, who)
    service.number_letter(journal, who("ratna"), letter_id=made, now=at)
    return made


def leaves(journal: Journal, who: Who, way: str, on: date, proof: str) -> int:
    made = numbered(journal, who)
    now = START + timedelta(days=(on - TODAY).days)
    service.send_letter(journal, who("ratna"), letter_id=made, on=on, way=way, proof=proof, now=now)
    return made


def receivers(journal: Journal, who: Who, since: date, until: date, today: date = TODAY) -> list[str]:
    return [row[-1] for row in papers.by_hand_rows(journal.db, who("ratna"), since, until, today)]


def test_the_book_has_what_left_by_hand_in_its_days_and_what_waits_to_be_carried(journal: Journal, who: Who) -> None:
    tomorrow = TODAY + timedelta(days=1)
    leaves(journal, who, "messenger", TODAY, "Diterima Sari")
    leaves(journal, who, "post", TODAY, "Resi 1")
    leaves(journal, who, "mail", TODAY, "Surel")
    leaves(journal, who, "taken", tomorrow, "Diterima Budi")
    numbered(journal, who)
    signed_letter(journal, who)  # without a number nobody carries it
    assert receivers(journal, who, TODAY, TODAY) == ["Diterima Sari", ""]
    assert receivers(journal, who, TODAY, TODAY, today=tomorrow) == ["Diterima Sari"], "that day is over"
    assert receivers(journal, who, TODAY, tomorrow, today=tomorrow) == ["Diterima Sari", "Diterima Budi", ""]
    assert receivers(journal, who, tomorrow, tomorrow, today=tomorrow) == ["Diterima Budi", ""]
    first, waiting = papers.by_hand_rows(journal.db, who("ratna"), TODAY, TODAY, TODAY)
    assert (first[0], first[1], waiting[0], waiting[1]) == (1, TODAY, 2, None)
    assert first[4:6] == (FREE.subject, FREE.addressed_to)


@pytest.mark.parametrize(
    ("span", "today", "days"),
    [
        ("hari", date(2026, 3, 12), (date(2026, 3, 12), date(2026, 3, 12))),
        ("bulan", date(2026, 12, 31), (date(2026, 12, 1), date(2026, 12, 31))),
        ("bulan", date(2028, 2, 1), (date(2028, 2, 1), date(2028, 2, 29))),
        ("bulan", date(2025, 12, 31), (date(2025, 12, 1), date(2025, 12, 31))),
        ("tahun", date(2026, 7, 1), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_days_of_a_span(span: str, today: date, days: tuple[date, date]) -> None:
    assert days_of_span(span, today) == days


def test_a_letter_that_is_out_for_its_electronic_signature_is_not_carried(journal: Journal, who: Who) -> None:
    out, here = numbered(journal, who), numbered(journal, who)
    signing.hand_out_letter(journal, who("ratna"), letter_id=out, now=START)
    assert [row.id for row in letters_to_carry(journal.db, who("ratna"))] == [here]


def test_no_other_span_is_asked_for() -> None:
    for span in ("", "abad", "2026"):
        with pytest.raises(Problem, match="tidak ditemukan"):
            days_of_span(span, TODAY)


def test_the_book_is_printed_and_taken_along_by_whoever_keeps_the_agenda(
    journal: Journal, who: Who, as_ratna: Browser, as_sari: Browser, tmp_path: Path
) -> None:
    numbered(journal, who)
    assert "Cetak buku ekspedisi" in as_ratna.get("/surat-keluar").get_data(as_text=True)
    printed = text_of(as_ratna.post("/surat/ekspedisi/cetak", {"masa": "hari"}).data, tmp_path)
    assert [word for word in ("BUKU EKSPEDISI", "12 Maret 2026", "000/1/427.86/2026") if word not in printed] == []
    sheet = openpyxl.load_workbook(BytesIO(as_ratna.post("/surat/ekspedisi/unduh", {"masa": "tahun"}).data)).active
    assert sheet is not None
    assert [row[2] for row in sheet.values] == ["Nomor surat", "000/1/427.86/2026"]
    assert "Cetak buku ekspedisi" not in as_sari.get("/surat-keluar").get_data(as_text=True)
    past = {"masa": "tahun", "tanggal": "31122025"}
    assert "Nihil." in text_of(as_ratna.post("/surat/ekspedisi/cetak", past).data, tmp_path)
    assert as_ratna.post("/surat/ekspedisi/cetak", {"tanggal": "besok lusa"}).status_code == 422
    assert as_sari.post("/surat/ekspedisi/cetak").status_code == 403
    assert as_sari.post("/surat/ekspedisi/unduh").status_code == 403
    logged = list(journal.db.run("SELECT subject FROM access_log WHERE action = 'letter.export'"))
    assert logged == [("by_hand/2026-01-01/2026-12-31",)]
