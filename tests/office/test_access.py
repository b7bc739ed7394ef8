"""The access log in words, page by page; no code and no number of a citizen on it."""

from __future__ import annotations

import re
from pathlib import Path

from app.office.views.access_page import ACTIONS, PER_PAGE
from app.people.access_log import log_access
from sync.journal import Journal
from tests.people import START, Browser

PAGE = "/keadaan/akses/"
ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(r'log_access\(.{0,300}?action="([a-z_.]+)"|\bseen\("([a-z_.]+)"', re.DOTALL)


def test_every_action_of_an_office_has_its_words() -> None:
    sources = [
        path for room in ("people", "office", "cases", "ktp") for path in (ROOT / "app" / room).rglob("*.py")
    ]
    used = {one or two for path in sources for one, two in CALL.findall(path.read_text(encoding="utf-8"))}
    assert {"case.reveal", "sign_in", "dispatch.annex"} <= used
    assert used - set(ACTIONS) == set()


def test_lines_are_words_and_page_on(journal: Journal, as_ratna: Browser) -> None:
    for number in range(PER_PAGE + 5):
        log_access(
            journal.db,
            at=START,
            person_id=1,
            action="case.reveal",
            subject=f"case/{number}",
            address="127.0.0.1",
        )
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Melihat nomor lengkap" in page
    assert f'<a href="/berkas/{PER_PAGE + 4}">Berkas {PER_PAGE + 4}</a>' in page
    assert "case.reveal" not in page
    older = re.search(r'href="(/keadaan/akses/\?sebelum=\d+)" rel="next"', page)
    assert older is not None
    second = as_ratna.get(older[1]).get_data(as_text=True)
    assert ">Berkas 4<" in second
    assert ">Berkas 5<" not in second
    assert "Yang terbaru" in second
    assert as_ratna.get(f"{PAGE}?sebelum=x").status_code == 200


def test_who_may_read_it(as_camat: Browser, as_budi: Browser) -> None:
    assert as_camat.get(PAGE).status_code == 200
    assert as_budi.get(PAGE).status_code == 403
