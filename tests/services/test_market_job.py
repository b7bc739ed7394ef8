"""A service that no room knows, over HTTP from application to hand-over: a file in the office and nothing else."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk.queries import case_events
from app.casework.desk.service import case_by_id
from app.compose_office import make_office_app
from sync.journal import Journal
from tests.casework.desk.market import MARKET, adopt_market, permit
from tests.platform.people import PIN, SECRET_KEY, Browser, Clock
from tests.platform.printing.reading import text_of

OF_CARDS = re.compile(r"\b(NIK|KK|KTP|KTP-el|Dispenduk Capil|Capil|kartu|foto|perekaman)\b", re.IGNORECASE)


@pytest.fixture
def office(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    adopt_market(journal)
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def main_of(browser: Browser, path: str) -> str:
    """The page without its frame, which belongs to the whole office."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    part: str = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    found = OF_CARDS.search(re.sub(r"<svg.*?</svg>", "", part, flags=re.DOTALL))
    assert found is None, (path, part[max(0, found.start() - 80) : found.end() + 40] if found else "")
    return part


def paper_text(browser: Browser, path: str, folder: Path) -> str:
    made = browser.post(f"{path}/cetak")
    assert made.content_type == "application/pdf"
    text = text_of(made.data, folder)
    assert OF_CARDS.search(text) is None, text
    return text


def move(browser: Browser, outcome: str, step: str, **more: str) -> int:
    return browser.post("/berkas/1/langkah", {"outcome": outcome, "step": step, **more}).status_code


def test_a_permit_from_application_to_hand_over(journal: Journal, office: Flask, tmp_path: Path) -> None:
    sari, oki, camat = (Browser(office, name) for name in ("sari", "oki", "camat"))
    assert "Nomor kios pedagang" in main_of(sari, f"/permohonan/baru?layanan={MARKET}")
    draft = sari.post("/permohonan/baru", {"layanan": MARKET, "kunci": "B-07"}).location
    form = main_of(sari, draft)
    assert 'value="B-07"' in form

    refused = sari.post(draft, permit(goods="fireworks") | {"aksi": "daftar", "have": "market_letter"})
    assert refused.status_code == 409
    assert "Kios pasar desa tidak untuk petasan dan kembang api. (Perdes Pasar ps. 7)" in refused.text
    assert 'value="Ponirah"' in refused.text
    assert journal.db.one("SELECT count(*) FROM case_file") == (0,)

    receipt = sari.post(draft, permit() | {"aksi": "daftar", "have": "market_letter"})
    assert receipt.status_code == 303
    case = case_by_id(journal.db, 1)
    assert case is not None
    assert (case.number, case.main_key, case.step) == ("IKP-001/III/2026", "B-07", "check")
    assert "IKP-001/III/2026" in main_of(sari, receipt.location)
    text = paper_text(sari, "/berkas/1/kertas/tanda-terima", tmp_path)
    assert "Izin kios" in text
    assert "B-07" in text

    again = sari.post("/permohonan/baru", {"layanan": MARKET, "kunci": "B-07"}).location
    second = sari.post(again, permit(trader="Sulastri") | {"aksi": "daftar"})
    assert second.status_code == 409
    assert "Kios ini masih punya berkas yang berjalan: IKP-001/III/2026" in second.text

    assert "B-07" in main_of(sari, "/berkas/1")
    main_of(sari, "/berkas/1/periksa")
    sent = {"state-market_letter": "present", "outcome": "complete", "step": "check"}
    assert sari.post("/berkas/1/periksa", sent).status_code == 303
    assert "3 hari kerja" in paper_text(sari, "/berkas/1/kertas/slip", tmp_path)
    assert move(oki, "fit", "survey") == 303
    assert move(camat, "signed", "sign", pin="000000") == 422
    assert move(camat, "signed", "sign", pin=PIN) == 303
    assert "Siap diambil" in main_of(sari, f"/berkas?layanan={MARKET}")
    assert move(sari, "handed_over", "hand_over") == 303
    done = case_by_id(journal.db, 1)
    assert done is not None
    assert (done.step, done.closed, done.kept_on) == ("@done", 1, "2026-03-12")
    assert [event.action for event in case_events(journal.db, 1)][1:] == ["complete", "fit", "signed", "handed_over"]
    assert "Izin sudah diserahkan" in main_of(sari, "/berkas/1")
    assert "IKP-001/III/2026" in main_of(sari, f"/register?bulan=2026-03&layanan={MARKET}")


def test_the_standard_says_why_a_step_has_no_row(office: Flask) -> None:
    shown = main_of(Browser(office, "sari"), f"/standar/{MARKET}")
    assert "Izin Menempati Kios Pasar Desa" in shown
    assert "Langkah tanpa baris: Meninjau kios. Naskah tidak memuat peninjauan" in shown
