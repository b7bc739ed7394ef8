"""Decisions that nobody may make with a screen left open: each asks the PIN, and a wrong one loses nothing typed."""

import pytest
from flask import Flask

from app.casework.batches import answers, products, queries
from app.casework.batches.views import answers as answer_pages
from app.casework.batches.views import dispatch as dispatch_pages
from app.casework.batches.views import printing
from app.platform.web import forms
from app.services.ktp import recording
from app.services.ktp.views import recording as recording_pages
from tests.platform.people import PIN, Browser, Clock
from tests.services.ktp.desk import Desk


@pytest.fixture
def budi(web: Flask) -> Browser:
    return Browser(web, "budi")


def refused(browser: Browser, path: str, **data: str) -> str:
    answer = browser.post(path, data)
    assert answer.status_code == 422, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def test_a_line_is_asked_back_with_the_pin(desk: Desk, budi: Browser) -> None:
    made = desk.enrol().send(desk.ready(), desk.ready())
    where = f"/pengiriman/{made}/1/minta-kembali"
    page = refused(budi, where, reason="Pemohon meninggal", pin="000000")
    assert "PIN tidak cocok" in page
    assert 'value="Pemohon meninggal"' in page
    assert "Isi PIN." in refused(budi, where, reason="Pemohon meninggal", pin="")
    assert answers.get_line(desk.journal.db, made, 1).recall == ""
    assert budi.post(where, {"reason": "Pemohon meninggal", "pin": PIN}).status_code == 303
    assert answers.get_line(desk.journal.db, made, 1).recall == "Pemohon meninggal"


def test_conflicting_answers_are_settled_with_the_pin(desk: Desk, budi: Browser) -> None:
    made = desk.send(desk.ready())
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.printed(made, 1)
    [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
    where, name = f"/pengiriman/perbedaan/{conflict.id}", f"c{conflict.id}"
    typed = {f"{name}-holds": "received", f"{name}-note": "Ditelepon ke Dispenduk Capil"}
    page = refused(budi, where, **typed, **{f"{name}-pin": "000000"})
    assert "PIN tidak cocok" in page
    assert 'value="Ditelepon ke Dispenduk Capil"' in page
    assert queries.list_conflicts(desk.journal.db, "ktp-el")
    assert budi.post(where, typed | {f"{name}-pin": PIN}).status_code == 303
    assert not queries.list_conflicts(desk.journal.db, "ktp-el")


def test_a_second_recording_is_noted_with_the_pin(desk: Desk, budi: Browser) -> None:
    case_id = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=case_id,
        status="efac",
        on=desk.now.date(),
        place="Kecamatan Contoh",
        now=desk.now,
    )
    where = f"/perekaman/{case_id}/catat"
    typed = {
        "how": "here",
        "status": "print_ready",
        "on": "12032026",
        "place": "Kecamatan Contoh",
        "ground": "efac",
        "note": "Dicek di SIAK",
    }
    for typed_pin, sentence in (("", "Isi PIN."), ("000000", "PIN tidak cocok")):
        page = refused(budi, where, **typed, pin=typed_pin)
        assert sentence in page
        assert 'value="Dicek di SIAK"' in page
    assert desk.step(case_id) == "record"
    assert budi.post(where, typed | {"pin": PIN}).status_code == 303
    assert desk.step(case_id) == "dispatch"


def test_a_card_is_given_out_with_the_pin(desk: Desk, web: Flask) -> None:
    sari = Browser(web, "sari")
    made = desk.send(desk.ready())
    desk.printed(made, 1)
    [case_id] = [line.case_id for line in queries.list_lines(desk.journal.db, made)]
    products.count_cards_in(desk.journal, desk.who("sari"), case_ids=[case_id], counted=1, note="", now=desk.now)
    where, typed = (
        f"/kartu/serah/{case_id}",
        {
            "relation": "self",
            "receiver": "Slamet Widodo Putra",
            "compared": ["Nama", "NIK", "Tanggal lahir", "Alamat", "Foto", "Nomor seri"],
        },
    )
    assert 'name="pin"' in sari.get(where).text
    for typed_pin, sentence in (("", "Isi PIN."), ("000000", "PIN tidak cocok")):
        page = refused(sari, where, **typed, pin=typed_pin)
        assert sentence in page
        assert 'value="Slamet Widodo Putra"' in page
    assert products.find_hand_over(desk.journal.db, case_id) is None
    assert sari.post(where, typed | {"pin": PIN}).status_code == 303
    assert desk.step(case_id) == "@done"


def test_the_spreadsheet_of_a_dispatch_leaves_with_the_pin(desk: Desk, budi: Browser) -> None:
    made = desk.send(desk.ready())
    for typed_pin, sentence in (("", "Isi PIN."), ("000000", "PIN tidak cocok")):
        assert sentence in refused(budi, f"/pengiriman/{made}/xlsx", **{"unduh-pin": typed_pin})
    logged = "SELECT count(*) FROM access_log WHERE action = 'dispatch.xlsx'"
    assert desk.journal.db.one(logged) == (0,)
    answer = budi.post(f"/pengiriman/{made}/xlsx", {"unduh-pin": PIN})
    assert (answer.status_code, answer.get_data()[:2], desk.journal.db.one(logged)) == (200, b"PK", (1,))


def test_a_pin_that_was_typed_stands_in_no_lock_page(desk: Desk, budi: Browser, clock: Clock) -> None:
    made = desk.send(desk.ready())
    clock.forward(minutes=11)
    typed = {"reason": "Pemohon meninggal", "pin": "918273", "unduh-pin": "918273", "old": "kata lama sekali"}
    page = budi.post(f"/pengiriman/{made}/1/minta-kembali", typed)
    assert (page.status_code, "Pemohon meninggal" in page.text) == (423, True)
    assert "918273" not in page.text
    assert "kata lama sekali" not in page.text


def test_all_pages_ask_the_pin_in_the_same_way() -> None:
    for page in (answer_pages, dispatch_pages, recording_pages):
        assert (page.run_command, page.has_pin) == (forms.run_command, forms.has_pin)
        assert getattr(page, "confirm_pin", forms.confirm_pin) is forms.confirm_pin
    assert not hasattr(printing, "confirm_pin")
