import logging
import re
import socket

import apsw
import pytest
from flask import Blueprint, Flask

from app.cli.serving import Running
from app.core.problems import CATALOGUE, Problem
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import WebRoom
from app.platform.web.guard import needs_permission
from tests.platform.people import Browser

pages = Blueprint("desk", __name__)
NIK = "3508994402090008"


@pages.get("/galat/<code>")
@needs_permission("case.open")
def problem(code: str) -> str:
    raise Problem(code, CATALOGUE[code].status, CATALOGUE[code].sentence, {"nik": "NIK kurang satu angka."})


@pages.get("/rusak")
@needs_permission("case.open")
def broken() -> str:
    nik = NIK
    raise ZeroDivisionError(len(nik))


@pages.get("/serah")
@needs_permission("card.hand_over")
def for_the_counter() -> str:
    return "kartu"


@pages.get("/sibuk")
@needs_permission("case.open")
def busy() -> str:
    raise apsw.BusyError("database is locked")


@pages.get("/penuh")
@needs_permission("case.open")
def full() -> str:
    try:
        raise apsw.FullError("disk full")
    except apsw.FullError as error:
        raise RuntimeError("wrapped by the model layer") from error


@pages.post("/penuh")
@needs_permission("case.open")
def full_while_saving() -> str:
    raise apsw.FullError("disk full")


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [PEOPLE, WebRoom([pages])]


MEANINGS = {
    401: "sign_in wrong_password password_over",
    403: "forbidden other_section",
    404: "not_found",
    413: "too_large",
    422: "invalid wrong_pin pin_missing pin_elsewhere reason_needed empty_dispatch series bad_file"
    " wrong_code code_missing code_used clock_differs code_elsewhere spare_pair",
    423: "pin_locked pin_needs_password pin_waits code_waits",
    429: "too_many_tries",
    500: "print_failed disk_error damaged not_database",
    503: "busy read_only no_permission cannot_open server_away",
    507: "disk_full",
}
"""Status of HTTP → problems with that meaning (RFC 9110, 4918, 6585); all others are 409: things stand otherwise."""


def test_a_problem_has_the_status_of_its_meaning() -> None:
    told = {code: status for status, codes in MEANINGS.items() for code in codes.split()}
    assert told.keys() <= CATALOGUE.keys()
    assert {code: one.status for code, one in CATALOGUE.items()} == {code: told.get(code, 409) for code in CATALOGUE}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_problem_is_a_page_a_note_and_json(as_sari: Browser, code: str) -> None:
    status = CATALOGUE[code].status
    page = as_sari.get(f"/galat/{code}")
    assert page.status_code == status
    assert "<h1" in page.get_data(as_text=True)
    in_order = '<ol class="steps">' in page.text
    assert in_order is (code in ("damaged", "not_database")), "what to do one after the other is numbered"
    note = as_sari.get(f"/galat/{code}", headers={"HX-Request": "true"})
    assert (note.status_code, note.headers["HX-Retarget"]) == (status, "#alerts")
    assert 'role="alert"' in note.get_data(as_text=True)
    assert "<html" not in note.get_data(as_text=True)
    data = as_sari.get(f"/galat/{code}", headers={"Accept": "application/json"})
    assert (data.status_code, data.content_type) == (status, "application/problem+json")
    assert data.get_json()["type"] == f"urn:loket:problem:{code}"
    assert data.get_json()["fields"] == {"nik": "NIK kurang satu angka."}


def test_an_unforeseen_error_gives_a_code_that_stands_in_the_log(
    as_sari: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = as_sari.get("/rusak")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Ada yang salah di Loket" in body
    code = body.split("sebutkan kode ")[1].split(" ")[0]
    assert code in caplog.text
    assert "ZeroDivisionError" not in body
    assert NIK not in body + caplog.text


def test_a_busy_or_full_database_is_said_plainly(as_sari: Browser) -> None:
    busy, full = as_sari.get("/sibuk"), as_sari.get("/penuh")
    assert (busy.status_code, full.status_code) == (503, 507)
    assert "sedang dipakai program lain" in busy.get_data(as_text=True)
    assert "Ruang simpan penuh" in full.get_data(as_text=True)


def test_what_could_not_be_saved_is_sent_again_and_a_long_text_can_be_read_and_copied(as_sari: Browser) -> None:
    typed = {"judul": "a" * 29, "uraian": "b" * 30, "password": "c" * 40}
    page = as_sari.post("/penuh", typed).get_data(as_text=True)
    assert re.findall(r'name="(judul|uraian|password)" value="(\w+)"', page) == [
        ("judul", "a" * 29),
        ("uraian", "b" * 30),
    ]
    assert re.findall(r"<textarea[^>]*readonly>(\w+)</textarea>", page) == ["b" * 30]
    assert "Yang Anda ketik belum hilang" not in as_sari.post("/penuh", typed, htmx=True).get_data(as_text=True)


def test_unknown_pages_and_wrong_methods(as_sari: Browser, warga: Browser) -> None:
    for browser in (as_sari, warga):
        answer = browser.get("/tidak-ada")
        assert answer.status_code == 404
        assert "Halaman tidak ditemukan" in answer.get_data(as_text=True)
    wrong = as_sari.get("/saya/pin")
    assert (wrong.status_code, set(wrong.headers["Allow"].split(", "))) == (405, {"POST", "OPTIONS"})


@pytest.mark.parametrize("name", ["jahat.example", "jahat.example:99", "satu dua", "<script>", ""])
def test_a_foreign_host_header_gets_one_quiet_sentence(web: Flask, caplog: pytest.LogCaptureFixture, name: str) -> None:
    server = Running(web, 0)
    host, port = server.address.split(":")
    for way in ("GET /masuk", "POST /masuk", "GET /tidak-ada"):
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(f"{way} HTTP/1.0\r\nHost: {name}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
        assert answer.startswith("HTTP/1.0 400")
        assert "Loket tidak dilayani dengan nama itu" in answer
        assert "Content-Security-Policy" in answer
        assert not name or name not in answer
    server.stop()
    assert caplog.text == ""


def test_an_address_with_a_stroke_behind_it_leads_to_the_page(as_sari: Browser) -> None:
    """One rule for every page; what is nowhere stays nowhere, and nothing leads to another site."""
    sari = as_sari
    there = sari.get("/galat/conflict/?hal=2")
    assert (there.status_code, there.headers["Location"]) == (302, "/galat/conflict?hal=2")
    assert sari.get("/galat/conflict/").headers["Location"] == "/galat/conflict"
    assert sari.post("/galat/conflict/").status_code == 404
    assert sari.get("/tidak-ada/").headers["Location"] == "/tidak-ada"
    assert sari.get("/tidak-ada").status_code == 404
    for hostile in ("//jahat.example//", "/%5Cjahat.example/", "/%0d%0aX:1/"):
        assert "jahat" not in sari.get(hostile).headers.get("Location", "")


def test_a_refusal_says_which_role_may_and_404_and_500_are_pages_of_the_house(
    as_sari: Browser, as_desi: Browser
) -> None:
    """The frame stays around, the picture of an empty window is drawn, and there is a way on."""
    pages = {403: as_desi.get("/serah"), 404: as_sari.get("/tidak-ada"), 500: as_sari.get("/rusak")}
    for status, answer in pages.items():
        page = answer.get_data(as_text=True)
        assert answer.status_code == status
        for part in ('class="masthead"', 'class="astray-art"', "art-desk", "<h1>", 'class="btn btn-main" href="/'):
            assert part in page, (status, part)
    refused = pages[403].get_data(as_text=True)
    assert "Yang berwenang: Petugas Loket" in refused
    assert "Petugas Desa" not in refused.partition("Yang berwenang:")[2].partition("</p>")[0]
