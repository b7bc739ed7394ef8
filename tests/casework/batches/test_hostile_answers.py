"""A centre that answers anything: every field of every message, every hostile value, and every page of the office."""

from pathlib import Path

from app.casework.desk.service import NONE_LISTED
from app.compose_office import make_office_app
from tests.platform.people import SECRET_KEY, Browser, Clock
from tests.platform.web.walking import failed
from tests.proof.hostility import crawl, poisoned, send
from tests.services.ktp.desk import Desk


def test_a_centre_that_answers_anything_breaks_no_page(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    web = make_office_app(desk.journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    desk.enrol()
    cases = [desk.ready() for _ in range(2)]
    made = desk.send(*cases)
    assert desk.line(made, 1) == "1/dukcapil/1"
    desk.printed(made, 2)
    lines = list(poisoned("centre", desk.journal.source))
    reasons = send(desk.journal, "dukcapil-3508", desk.journal.source, lines)
    assert 500 < len(reasons) < len(lines)
    assert all(len(reason) <= 300 and reason.endswith(".") for reason in reasons)
    budi = Browser(web, "budi")
    seen = crawl(budi, "/") | crawl(budi, f"/pengiriman/{made}")
    assert len(seen) > 15
    assert {path: status for path, status in seen.items() if status >= 500} == {}
    refused = failed(budi, "GET", 1)
    pause = refused.pop("/berkas/1/jeda")
    assert pause.status_code == 409
    assert NONE_LISTED in pause.get_data(as_text=True), "a new office has switched no reason on"
    assert refused == {}
    page = Browser(web, "ratna").get("/jalan/").get_data(as_text=True)
    assert "Dari Dispenduk Capil yang tidak diambil" in page
    assert "Pokok catatan line.printed" in page
    assert desk.open() > max(cases)
