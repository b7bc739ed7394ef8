"""Pages of an intake of students: cards found, steps chosen, a session begun and ended, papers printed."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.casework.batches import products
from app.core.codes import show_code
from app.core.problems import SENTENCES
from app.services.ktm import queries
from app.services.ktm.tables import StudentCard
from tests.platform.people import PIN, Browser, Clock
from tests.platform.printing.reading import pages_of
from tests.services.ktm.desk import CardDesk, nim

INTAKE = "/ktm/angkatan?angkatan=2026"


@pytest.fixture
def sari(desk: CardDesk, web: Flask) -> Browser:
    """At the counter of student cards."""
    return Browser(web, "sari")


def students_of(page: str) -> set[int]:
    """The requests that a page ticks."""
    return {int(number) for number in re.findall(r'name="berkas" value="([0-9]+)"', page)}


def test_one_card_is_opened_at_once_and_none_or_several_are_listed(desk: CardDesk, sari: Browser) -> None:
    [(_, first), (_, second)] = desk.with_card(1, 2)
    for typed in (show_code(first.code), nim(1), f" {nim(1)} "):
        assert sari.post("/ktm/kartu/cari", {"kartu": typed}).location == f"/ktm/kartu/{first.code}", typed
    for typed in ("", "  ", nim(9)):
        page = sari.post("/ktm/kartu/cari", {"kartu": typed})
        assert page.status_code == 200, typed
        assert first.code not in page.text
        assert second.code not in page.text


def test_a_card_names_the_earlier_ones_of_its_student_and_not_itself(desk: CardDesk, sari: Browser) -> None:
    [(case_id, old)] = desk.with_card(1)
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=case_id, receiver="Alya", relation="self", now=desk.now
    )
    desk.withdraw(old.code, why="lost", given_back="lost")
    again = desk.open(1, kind="lost", why="Tercecer di angkutan")
    desk.check(again)
    desk.photo(again)
    desk.advance(again, "registered_again")
    desk.complete(again)
    [new] = desk.make(again)
    for card, other in ((new, old), (old, new)):
        page = sari.get(f"/ktm/kartu/{card.code}").text
        assert f"/ktm/kartu/{other.code}" in page
        assert f'href="/ktm/kartu/{card.code}"' not in page
    for card, status in ((new, 200), (old, 409)):
        assert sari.post(f"/ktm/kartu/{card.code}/muka.pdf").status_code == status


def test_a_request_leads_to_its_intake_at_its_step(desk: CardDesk, sari: Browser) -> None:
    case_id = desk.register(1)
    there = urlsplit(str(sari.get(f"/ktm/berkas/{case_id}").location))
    assert (there.path, parse_qs(there.query)) == (
        "/ktm/angkatan",
        {"angkatan": ["2026"], "langkah": [desk.case(case_id).step]},
    )
    assert sari.get("/ktm/angkatan").location == "/ktm/"
    assert sari.get("/ktm/laporan").location == "/ktm/"


def test_an_intake_shows_the_students_of_the_step_that_is_asked_for(desk: CardDesk, sari: Browser) -> None:
    checked, waiting = desk.register(1), desk.register(2)
    made = desk.send(checked, waiting)
    desk.hand_list_over(made)
    desk.typed(made, 1, "990000000001")
    page = sari.get(f"{INTAKE}&langkah=check").text
    assert students_of(page) == {checked}
    assert nim(2)[-3:] not in page
    whole = sari.get(INTAKE).text
    assert all(nim(number)[-3:] in whole for number in (1, 2))


def test_what_was_ticked_stays_ticked_when_it_is_refused(desk: CardDesk, sari: Browser) -> None:
    ready, unticked, early = (desk.register(number) for number in (1, 2, 3))
    made = desk.send(ready, unticked, early)
    desk.hand_list_over(made)
    for ordinal in (1, 2):
        desk.typed(made, ordinal, f"99000000000{ordinal}")
    sent = {"angkatan": "2026", "langkah": "check"}
    nobody = sari.post("/ktm/periksa", sent)
    assert nobody.status_code == 422
    assert "Centang 1 sampai" in nobody.text
    refused = sari.post("/ktm/periksa", sent | {"berkas": [str(ready), str(early)]})
    assert refused.status_code == 409
    assert f"Berkas {desk.case(early).number} sudah berubah" in refused.text
    boxes = re.findall(r'<input[^>]*name="berkas"[^>]*>', refused.text)
    ticks = {int(re.findall('value="([0-9]+)"', box)[0]): " checked" in box for box in boxes}
    assert ticks == {ready: True, unticked: False}
    done = sari.post("/ktm/periksa", sent | {"berkas": [str(ready), str(unticked)]})
    assert done.location == INTAKE
    assert "2 mahasiswa lengkap" in sari.get(INTAKE).text


@pytest.mark.parametrize(("shape", "pages"), [("kartu", 2), ("lembar", 1)])
def test_cards_are_printed_one_to_a_page_or_on_a_sheet(
    desk: CardDesk, sari: Browser, shape: str, pages: int, tmp_path: Path
) -> None:
    ids = [desk.register(1), desk.register(2)]
    made = desk.send(*ids)
    desk.hand_list_over(made)
    for ordinal in (1, 2):
        desk.typed(made, ordinal, f"99000000000{ordinal}")
    desk.complete(*ids)
    ticked = {"angkatan": "2026", "bentuk": shape, "berkas": [str(number) for number in ids]}
    printed = sari.post("/ktm/cetak", ticked)
    assert printed.content_type == "application/pdf"
    assert len(pages_of(printed.data, tmp_path)) == pages
    assert {card.case_id for card in StudentCard.rows(desk.journal.db)} == set(ids)
    nobody = sari.post("/ktm/cetak", ticked | {"berkas": []})
    assert nobody.status_code == 422
    assert "Centang 1 sampai" in nobody.text


def test_a_session_is_begun_ended_and_told_with_its_minutes(
    desk: CardDesk, sari: Browser, web: Flask, clock: Clock
) -> None:
    desk.open(1)
    refused = sari.post("/ktm/sosialisasi", {"intake": ""})
    assert refused.status_code == 422
    assert SENTENCES["intake"] in refused.text
    assert sari.post("/ktm/sosialisasi", {"intake": "2026"}).location == INTAKE
    [session] = queries.list_sessions(desk.journal.db, "2026")
    assert queries.session_minutes(session) == 0, "it goes on"
    assert "Sosialisasi angkatan 2026" in sari.get("/jatuh-tempo").text
    clock.forward(minutes=95)
    sari = Browser(web, "sari")
    ended = f"/ktm/sosialisasi/{session.id}?angkatan=2026"
    assert sari.post(ended, {"attended": "0"}).status_code == 422
    assert sari.post(ended, {"attended": "40"}).location == INTAKE
    [session] = queries.list_sessions(desk.journal.db, "2026")
    assert queries.session_minutes(session) == 95
    assert "Sosialisasi angkatan 2026" not in sari.get("/jatuh-tempo").text
    assert sari.post(ended, {"attended": "40"}).status_code == 409


def test_who_does_not_take_in_students_is_told_of_a_late_session_and_asked_for_no_reason(
    desk: CardDesk, web: Flask, clock: Clock
) -> None:
    Browser(web, "sari").post("/ktm/sosialisasi", {"intake": "2026"})
    clock.forward(hours=30)
    now = clock()
    for username, subject in (("sari", "intake/1"), ("budi", "intake/1"), ("camat", "")):
        actor = desk.who(username)
        held = [(item.title, item.subject) for item in queries.due_items(desk.journal.db, actor, now)]
        assert held == [("Sosialisasi angkatan 2026", subject)], username
    assert queries.due_items(desk.journal.db, desk.who("desi"), now) == []


def test_a_withdrawal_that_is_refused_keeps_the_reason_that_was_chosen(desk: CardDesk, web: Flask) -> None:
    [(_, card)] = desk.with_card(1)
    budi = Browser(web, "budi")
    address = f"/ktm/kartu/{card.code}/cabut"
    chosen = {"why": "left", "given_back": "owed", "note": "Pindah kampus"}
    for pin in ("", "000000"):
        page = budi.post(address, chosen | {"pin": pin})
        assert page.status_code == 422, pin
        assert "Pindah kampus" in page.text
    assert queries.find_card(desk.journal.db, card.code).withdrawn_on is None
    assert budi.post(address, chosen | {"pin": PIN}).location == f"/ktm/kartu/{card.code}"
    assert queries.find_card(desk.journal.db, card.code).withdrawn_on
