"""The notice board: codes of what is ready, as page and paper, and nothing else about anybody."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.casework.desk import papers
from app.casework.desk.service import case_by_id
from app.core.codes import show_code
from app.platform.office import queries as office
from app.platform.printing.papers import render_paper
from app.services.complaints import kiosk
from tests.platform.people import START, Browser
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk

PAGE = "/papan/siap"


def ready(desk: Desk) -> tuple[str, str, str]:
    """(code of a card that arrived, code of one still being printed, name of the first)."""
    first, second = desk.ready(), desk.ready()
    sent = desk.send(first, second)
    desk.printed(sent, 1)
    desk.shipped("350807-2026-001", sent, 1)
    desk.arrived(first, shipment="350807-2026-001")
    found = [case_by_id(desk.journal.db, one) for one in (first, second)]
    assert found[0] is not None
    assert found[1] is not None
    return show_code(found[0].code), show_code(found[1].code), found[0].name


def test_the_board_names_codes_of_what_lies_ready_only(desk: Desk, as_desi: Browser) -> None:
    assert "Belum ada yang siap" in as_desi.get(PAGE).text
    here, elsewhere, name = ready(desk)
    page = Browser(as_desi.app, "desi").get(PAGE).text
    assert here in page
    assert elsewhere not in page
    assert name.split()[0].lower() not in page.lower()
    assert "350899" not in page.replace("Kantor 350899", "")
    assert papers.ready_codes(desk.journal.db) == [("ktp-el", here)]


def test_the_kiosk_leaves_out_no_card_that_waits(desk: Desk) -> None:
    cases, lines = [desk.ready() for _ in range(61)], range(1, 62)
    sent = desk.send(*cases)
    desk.printed(sent, *lines)
    desk.shipped("350807-2026-001", sent, *lines)
    desk.arrived(*cases, shipment="350807-2026-001")
    assert len(kiosk.ready_codes(desk.journal.db)) == len(cases)


def test_codes_of_several_services_stand_in_one_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(desk)
    definition = office.current_definition(desk.journal.db, "ktp-el", START.date())
    monkeypatch.setattr(papers.office, "adopted_definition", lambda *_: definition)
    last = papers.fetching_step(definition)
    assert last
    with desk.journal.db.writing(), desk.journal.db.applying():
        for service, code in (("zz", "AAAA2222"), ("aa", "ZZZZ9999")):
            desk.journal.db.run(
                "UPDATE case_file SET service = ?, code = ?, step = ?"
                " WHERE id = (SELECT min(id) FROM case_file WHERE service = 'ktp-el')",
                (service, code, last.id),
            )
    assert papers.ready_codes(desk.journal.db) == [("zz", show_code("AAAA2222")), ("aa", show_code("ZZZZ9999"))]


def test_the_paper_is_original_until_the_same_list_is_printed_again(
    desk: Desk, as_sari: Browser, tmp_path: Path
) -> None:
    here, elsewhere, name = ready(desk)
    made = papers.ready_codes_paper(desk.journal.db, desk.who("sari"), "ktp-el", START)
    text = text_of(render_paper("ready_codes", made), tmp_path)
    assert here in text
    assert elsewhere not in text
    assert name.split()[0].lower() not in text.lower()
    for copy in (False, True):
        answer = as_sari.post(f"{PAGE}/cetak", {"layanan": "ktp-el"})
        assert answer.content_type == "application/pdf"
        assert ("SALINAN" in text_of(answer.data, tmp_path)) == copy
    day = START.date()
    subject = papers.board_subject("ktp-el", day, [here])
    assert subject != papers.board_subject("ktp-el", day, [here, elsewhere])
    assert subject != papers.board_subject("ktp-el", day + timedelta(days=1), [here])


def test_an_unknown_service_has_no_paper(as_sari: Browser, desk: Desk) -> None:
    assert as_sari.post(f"{PAGE}/cetak", {"layanan": "lain"}).status_code in (404, 409, 422)
    assert as_sari.post(f"{PAGE}/cetak").status_code in (404, 409, 422)
