"""The pages of the queue: the counter with its keys, settings, and who may see what."""

import re

import pytest
from flask import Flask

from app.services.tickets import queries, service
from app.services.tickets.tables import Ticket
from tests.platform.people import Browser
from tests.services.tickets.queue import HOTLINE, KTP, Queue


def keys_of(page: str) -> list[str]:
    """The letters of the buttons on a page of a counter."""
    return re.findall(r'aria-keyshortcuts="([a-z])"', page.partition("<main")[2])


def test_a_counter_offers_what_is_possible_now(as_sari: Browser, queue: Queue) -> None:
    queue.take()
    queue.take()
    assert keys_of(as_sari.get("/antrean/1").text) == ["n"]
    assert as_sari.post("/antrean/1/berikutnya").status_code == 303
    called = as_sari.get("/antrean/1").text
    assert keys_of(called) == ["m", "u", "t"]
    assert "A-001" in called
    ticket = queue.find("A-001").id
    assert as_sari.post("/antrean/1/berikutnya").status_code == 409
    assert as_sari.post(f"/antrean/1/nomor/{ticket}/mulai").location == "/antrean/1"
    serving = as_sari.get("/antrean/1").text
    assert keys_of(serving) == ["n", "s"]
    assert "/permohonan/baru?layanan=ktp-el" in serving
    assert as_sari.post(f"/antrean/1/nomor/{ticket}/selesai").status_code == 303
    assert as_sari.post(f"/antrean/1/nomor/{ticket}/selesai").status_code == 409


def test_who_did_not_come_stands_on_the_page_until_called_back(as_sari: Browser, queue: Queue) -> None:
    queue.take()
    queue.next()
    ticket = queue.find("A-001").id
    as_sari.post(f"/antrean/1/nomor/{ticket}/tidak-datang")
    assert "Tidak datang hari ini" in as_sari.get("/antrean/1").text
    assert as_sari.post(f"/antrean/2/nomor/{ticket}/kembali").status_code == 303
    assert (queue.find("A-001").state, queue.find("A-001").counter) == ("called", 2)
    assert as_sari.post(f"/antrean/2/nomor/{ticket}/lagi").status_code == 303


def test_an_officer_draws_a_number_for_somebody(web: Flask, as_ida: Browser, queue: Queue) -> None:
    answer = as_ida.post("/antrean/3/ambil", {"service": HOTLINE, "priority": "y"})
    assert answer.location == "/antrean/3"
    assert "Nomor B-001 untuk pengunjung." in as_ida.get("/antrean/3").text
    assert queue.find("B-001").priority == 1
    refused = as_ida.post("/antrean/3/ambil", {"service": "tidak-ada"})
    assert refused.status_code == 422
    queue.clock.forward(hours=12)
    assert "Kantor buka lagi" in Browser(web, "ida").post("/antrean/3/ambil", {"service": KTP}).text


def test_the_waiting_part_looks_for_itself(as_sari: Browser, queue: Queue) -> None:
    assert "0 menunggu" in as_sari.get("/antrean/1/menunggu").text
    queue.take()
    queue.take(priority=True)
    page = as_sari.get("/antrean/1/menunggu").text
    assert "2 menunggu" in page
    assert "Berikutnya <b>A-002</b> (prioritas)" in page
    assert "<html" not in page


def test_a_part_that_looks_for_itself_keeps_no_screen_open(as_sari: Browser, queue: Queue) -> None:
    as_sari.get("/antrean/1")
    for _ in range(3):
        queue.clock.forward(minutes=4)
        last = as_sari.get("/antrean/1/menunggu")
    assert last.status_code == 423
    assert as_sari.get("/antrean/1").status_code == 423


def test_the_list_of_counters_and_an_office_with_one(as_sari: Browser, queue: Queue) -> None:
    page = as_sari.get("/antrean").text
    assert all(name in page for name in ("Loket 1", "Loket 2", "Loket 3", "semua"))
    told = {"on": True, "services": [KTP], "counters": ["Meja depan"], "now": queue.clock()}
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)
    assert as_sari.get("/antrean").location == "/antrean/1"
    assert as_sari.get("/antrean/2").status_code == 404


def test_the_counter_of_before_is_remembered_until_another_is_wanted(as_sari: Browser, queue: Queue) -> None:
    as_sari.get("/antrean/2")
    assert as_sari.get("/antrean").location == "/antrean/2"
    assert "Pilih loket" in as_sari.get("/antrean?pilih=1").text
    told = {"on": True, "services": [KTP], "counters": ["Depan", "Samping"], "now": queue.clock()}
    as_sari.get("/antrean/3")
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)
    assert "Pilih loket" in as_sari.get("/antrean").text


def test_settings_are_saved_with_the_letters(as_ratna: Browser, queue: Queue) -> None:
    page = as_ratna.get("/pengaturan/antrean").text
    assert "huruf A" in page
    sent = {"on": "y", "services": [HOTLINE], "counters": "Meja informasi\r\n\r\nLoket 2: B"}
    assert as_ratna.post("/pengaturan/antrean", sent).status_code == 303
    assert queries.letters_of_services(queue.journal.db) == {HOTLINE: "B"}
    assert [counter.name for counter in queries.all_counters(queue.journal.db)] == ["Meja informasi", "Loket 2"]
    wrong = as_ratna.post("/pengaturan/antrean", {"on": "y", "services": [HOTLINE], "counters": "Loket 1: A"})
    assert wrong.status_code == 422
    assert "Huruf A bukan huruf" in wrong.text


def test_an_office_without_a_queue_has_no_line_in_its_menu(as_sari: Browser, queue: Queue) -> None:
    rail = as_sari.get("/").text.partition("<details")[0]
    assert "Panggil antrean" in rail  # in sight, not below "Lainnya"
    told = {"on": False, "services": [], "counters": ["Loket 1"], "now": queue.clock()}
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)
    assert "Panggil antrean" not in as_sari.get("/").text
    assert "tidak memakai nomor antrean" in as_sari.get("/antrean").text
    assert as_sari.post("/antrean/1/berikutnya").status_code == 409


@pytest.mark.parametrize("path", ["/antrean", "/antrean/1", "/antrean/1/menunggu"])
def test_a_village_clerk_calls_nobody(as_desi: Browser, path: str) -> None:
    assert as_desi.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/antrean/1/berikutnya", "/antrean/1/ambil", "/antrean/1/nomor/1/mulai"])
def test_nor_does_a_stranger(warga: Browser, as_desi: Browser, queue: Queue, path: str) -> None:
    queue.take()
    assert as_desi.post(path, {"service": KTP}).status_code == 403
    assert warga.post(path, {"service": KTP}).status_code in (303, 401)
    assert [ticket.state for ticket in Ticket.rows(queue.journal.db)] == ["waiting"]
