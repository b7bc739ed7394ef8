"""Pages of the hotline: a contact typed in one form, its complaint, the report of a day, the analysis."""

from app.people import access_log
from tests.hotline.desk import NUMBER, QUESTION, HotlineDesk
from tests.people import Browser

CALL = {"question": QUESTION, "kind": "academic", "channel": "telephone", "number": "0812-0000-1234", "caller": "Wulan"}


def test_a_call_is_typed_in_one_form_and_its_number_is_masked(hotline: HotlineDesk, as_ida: Browser) -> None:
    page = as_ida.get("/hotline").text
    assert "Kontak baru" in page
    wrong = as_ida.post("/hotline", CALL | {"question": " "})
    assert wrong.status_code == 422
    assert "Tulis apa yang dibutuhkan pelanggan." in wrong.text
    assert "0812-0000-1234" in wrong.text
    answer = as_ida.post("/hotline", CALL)
    again = as_ida.post("/hotline", CALL)
    assert answer.status_code == 303
    assert answer.location == again.location == "/berkas/1"
    shown = as_ida.get("/berkas/1").text
    assert QUESTION in shown
    assert NUMBER not in shown
    assert "0812*****234" in shown
    assert NUMBER not in as_ida.get("/hotline").text
    whole = as_ida.post("/hotline/kontak/1/nomor")
    assert NUMBER in whole.text
    lines = access_log.access_lines(hotline.journal.db, subject="case/1", limit=9)
    assert [seen.action for _, seen in lines][:1] == ["case.reveal"]
