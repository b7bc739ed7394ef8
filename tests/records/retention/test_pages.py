"""The page: what is due, what each may do there, nothing typed lost, minutes, and what a restored office reads."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.casework.batches.records import open_lines
from app.cli import proving
from app.compose_office import make_office_app
from app.records.retention import queries
from schema.person_fields import DESTROYED
from tests.platform.people import SECRET_KEY, Browser, keep_pin
from tests.records.retention.conftest import LATER, REASON, Office

PAGE = "/pemusnahan"
PIN = "482915"


@pytest.fixture
def web(lived: Office, folder: Path) -> Flask:
    for username in ("wiji", "hendra", "sulis"):
        keep_pin(lived.db, lived.who(username).person_id, pin=PIN, now=LATER)
    return make_office_app(lived.journal, folder, {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: LATER})


def text(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def proposal(lived: Office, **typed: object) -> dict[str, object]:
    groups = [group.key for group in queries.due_groups(queries.due_records(lived.db, LATER.date()))]
    return {"propose-groups": groups, "propose-reason": REASON, "propose-pin": PIN} | typed


def test_two_people_decide_and_the_minutes_print(web: Flask, lived: Office, folder: Path) -> None:
    wiji, hendra = Browser(web, "wiji"), Browser(web, "hendra")
    page = wiji.get(PAGE)
    assert "Berkas KTP-el" in text(page)
    linked = re.search(r'href="(/berkas/\d+)"', page.get_data(as_text=True))
    assert linked
    assert wiji.get(linked[1]).status_code == 200
    wrong = wiji.post(f"{PAGE}/usulkan", proposal(lived, **{"propose-pin": "111222"}))
    assert wrong.status_code == 422
    assert f'value="{REASON}"' in wrong.get_data(as_text=True), "nothing typed is lost"
    assert "checked" in wrong.get_data(as_text=True)
    assert wiji.post(f"{PAGE}/usulkan", proposal(lived)).status_code == 303
    mine = wiji.get(PAGE).get_data(as_text=True)
    assert "/konfirmasi" not in mine, "not offered to whoever proposed"
    assert "Menunggu orang kedua" in mine
    assert wiji.post(f"{PAGE}/1/konfirmasi", {"confirm-pin": PIN}).status_code == 403
    number = lived.db.one("SELECT max(id), number FROM destruction")
    where = f"{PAGE}/{number[0]}"
    assert f"{where}/konfirmasi" in hendra.get(PAGE).get_data(as_text=True)
    assert number[1] in text(hendra.get("/"))
    assert hendra.post(f"{where}/konfirmasi", {"confirm-pin": "111222"}).status_code == 422
    assert hendra.post(f"{where}/konfirmasi", {"confirm-pin": PIN}).status_code == 303
    again = hendra.post(f"{where}/konfirmasi", {"confirm-pin": PIN})
    assert again.status_code == 409, "the page is drawn again"
    logged = list(lived.db.run("SELECT subject FROM access_log WHERE action = 'records.confirmed'"))
    assert logged == [(f"destruction/{number[0]}",)]
    assert "sudah berubah" in text(again)
    assert "Dimusnahkan malam ini" in text(wiji.get(PAGE))
    assert proving.main(folder, "whole") == 0
    shown = text(wiji.get(where))
    assert "Cetak berita acara" in shown
    printed = wiji.post(f"{where}/cetak")
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert "Tidak ada yang lewat masa simpannya" in text(wiji.get(PAGE)) or "Ditahan" in text(wiji.get(PAGE))


@pytest.mark.parametrize("username", ["retno", "agung", "sulis", "nurlaila"])
def test_whoever_else_sees_nothing_of_it(web: Flask, username: str) -> None:
    browser = Browser(web, username)
    assert browser.get(PAGE).status_code == 403
    for act in ("usulkan", "1/konfirmasi", "1/tarik", "masa-simpan", "tahan", "tahan/lepas", "1/cetak"):
        assert browser.post(f"{PAGE}/{act}").status_code == 403


def test_a_destroyed_record_still_opens_and_is_found_by_number_only(web: Flask, lived: Office, folder: Path) -> None:
    made = lived.decide()
    cases = [record for record in queries.records_of(lived.db, made) if record.kind in ("case/ktp-el", "case/ktm")]
    case_id = int(cases[0].subject.partition("/")[2])
    name = str(lived.db.one("SELECT name FROM case_file WHERE id = ?", (case_id,))[0])
    wiji = Browser(web, "wiji")
    assert name.casefold() in text(wiji.get(f"/berkas/{case_id}")).casefold()
    assert proving.main(folder, "whole") == 0
    page = wiji.get(f"/berkas/{case_id}")
    assert page.status_code == 200
    assert DESTROYED in text(page)
    assert name.casefold() not in text(page).casefold()
    complaints = [record for record in queries.records_of(lived.db, made) if record.kind == "complaint"]
    assert wiji.get(f"/pengaduan/{complaints[0].subject.partition('/')[2]}").status_code == 200
    found = text(wiji.post("/cari", {"q": name}))
    assert cases[0].number not in found
    assert f"/berkas/{case_id}" not in found
    assert wiji.post("/cari", {"q": cases[0].number}).location == f"/berkas/{case_id}"
    for address in ("/register?bulan=2026-03&layanan=ktp-el", "/pengaduan/", "/berkas/", "/surat-keluar", "/paten/"):
        answer = wiji.get(address, follow_redirects=True)
        shown = name.casefold() in text(answer).casefold()
        assert (answer.status_code, shown) == (200, False), address


def test_a_restored_office_reads_that_people_are_back(web: Flask, lived: Office) -> None:
    wiji = Browser(web, "wiji")
    assert "Pernah dipulihkan dari cadangan" not in text(wiji.get(PAGE))
    with lived.journal.transaction():
        lived.journal.open_epoch(lived.journal.source, LATER, epoch=lived.journal.epoch + 1, cause="restored")
    page = text(wiji.get(PAGE))
    assert "Pernah dipulihkan dari cadangan" in page
    assert "Berkas KTP-el" in page, "the list is offered"


def test_periods_and_holds_keep_what_was_typed(web: Flask, lived: Office) -> None:
    wiji = Browser(web, "wiji")
    bad = wiji.post(f"{PAGE}/masa-simpan", {"period-kind": "complaint", "period-years": "0", "period-reason": "JRA 7"})
    assert bad.status_code == 422
    assert 'value="JRA 7"' in bad.get_data(as_text=True)
    good = {"period-kind": "complaint", "period-years": "10", "period-reason": "JRA 7"}
    assert wiji.post(f"{PAGE}/masa-simpan", good).status_code == 303
    assert "JRA 7" in text(wiji.get(PAGE))
    due = queries.due_records(lived.db, LATER.date())
    number = next(record.number for record in due if not record.held_why)
    held = {"hold-number": number.lower(), "hold-reason": "Surat PN 3/2034"}
    assert wiji.post(f"{PAGE}/tahan", held).status_code == 303
    assert "ditahan: Surat PN 3/2034" in text(wiji.get(PAGE))
    assert wiji.post(f"{PAGE}/tahan", held).status_code == 422
    hold = lived.db.one("SELECT id FROM record_hold")[0]
    assert wiji.post(f"{PAGE}/tahan/lepas", {"lift-hold": str(hold), "lift-reason": "Selesai"}).status_code == 303
    assert "Surat PN 3/2034" not in text(wiji.get(PAGE))


def test_the_desk_of_january_asks_for_the_list_once(web: Flask, lived: Office) -> None:
    """`LATER` is in March; in June nobody is asked, nor once the year has a list."""
    wiji = Browser(web, "wiji")
    assert "Daftar pemusnahan 2034" in text(wiji.get("/"))
    web.config["CLOCK"] = lambda: LATER.replace(month=6)
    assert "Daftar pemusnahan 2034" not in text(Browser(web, "wiji").get("/"))
    web.config["CLOCK"] = lambda: LATER
    lived.decide()
    assert "Daftar pemusnahan 2034" not in text(wiji.get("/"))


def test_a_line_that_no_partner_confirmed_holds_its_case(lived: Office) -> None:
    """The office alone would have it then: its body may not go before the partner signed for it."""
    sent = lived.db.one(
        "SELECT l.case_id FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id"
        " JOIN case_file c ON c.id = l.case_id"
        " WHERE d.road = 'loket' AND c.closed = 1"
    )
    assert sent is not None
    assert f"case/{sent[0]}" not in dict(open_lines(lived.db))
    with lived.db.writing():
        lived.db.run("UPDATE road_ack SET n = 0")
    assert dict(open_lines(lived.db))[f"case/{sent[0]}"] == "barisnya belum dinyatakan diterima mitra"
    assert queries.holds(lived.db)[f"case/{sent[0]}"], "one of its reasons is told"
