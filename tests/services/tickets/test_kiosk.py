"""Drawing a number at the kiosk: once for a press, bounded for a device, without a trace; the screen names nobody."""

import re

import pytest
from flask import Flask

from app.services.tickets import queries, service
from app.services.tickets.queries import MOST_CALLS_SHOWN
from app.services.tickets.service import PER_MINUTE
from app.services.tickets.tables import Ticket
from app.services.tickets.views.kiosk import PER_DEVICE, PER_NETWORK
from tests.services.tickets.queue import HOTLINE, KTP, Queue, Visitor, at, number_on

HOSTILE = ("", "ktm", "tidak-ada", "A", "'; DROP TABLE ticket; --", "<script>alert(1)</script>", "\x00", "x" * 5000)


def numbers(queue: Queue) -> list[str]:
    return [str(ticket.number) for ticket in Ticket.rows(queue.journal.db, order="id")]


def test_a_visitor_draws_a_number_and_reads_how_many_wait(visitor: Visitor, queue: Queue) -> None:
    assert "Ambil nomor antrean" in visitor.get("/").text
    assert "Tidak ada antrean" in visitor.get("/antrean").text
    first = visitor.draw()
    assert number_on(first) == "A-001"
    assert "Anda yang berikutnya" in first.text
    assert "Kamis, 12 Maret 2026 pukul 09.42" in first.text
    second = visitor.draw(priority="1")
    assert "1 menunggu sebelum Anda" in second.text
    assert "prioritas" in second.text
    assert [ticket.priority for ticket in Ticket.rows(queue.journal.db, order="id")] == [0, 1]
    assert number_on(visitor.draw(service=HOTLINE)) == "B-001"
    assert "2 menunggu" in visitor.get("/antrean").text


def test_a_button_pressed_twice_gives_one_number(visitor: Visitor, queue: Queue) -> None:
    data = {"token": visitor.token(), "service": KTP}
    first, second = (visitor.client.post("/antrean", data=data).location for _ in range(2))
    assert first == second
    assert number_on(visitor.get(first)) == "A-001"
    assert numbers(queue) == ["A-001"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_form_of_somewhere_else_gives_nothing(visitor: Visitor, queue: Queue, token: str) -> None:
    sent = visitor.client.post("/antrean", data={"token": token, "service": KTP})
    assert sent.status_code == 303
    assert "terlalu lama terbuka" in visitor.get(sent.location).text
    assert numbers(queue) == []
    foreign = visitor.client.post(
        "/antrean", data={"token": visitor.token(), "service": KTP}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert visitor.get(foreign.location).status_code == 403
    assert numbers(queue) == []


@pytest.mark.parametrize("asked", HOSTILE)
def test_only_what_the_office_queues_is_given(visitor: Visitor, queue: Queue, asked: str) -> None:
    assert visitor.draw(service=asked).status_code == 422
    assert numbers(queue) == []


def test_one_device_draws_so_many_in_a_minute(visitor: Visitor, queue: Queue) -> None:
    drawn = [number_on(visitor.draw()) for _ in range(PER_DEVICE + 3)]
    assert drawn == [*(f"A-{n:03}" for n in range(1, PER_DEVICE + 1)), "", "", ""]
    assert "Tunggu satu menit" in visitor.draw().text
    queue.clock.forward(seconds=61)
    assert number_on(visitor.draw()) == f"A-{PER_DEVICE + 1:03}"


def test_many_devices_together_draw_no_more_than_the_office_gives_in_a_minute(kiosk: Flask, queue: Queue) -> None:
    crowd = [Visitor(kiosk, f"10.0.0.{n}") for n in range(1, 7)]
    drawn = [number_on(one.draw()) for one in crowd for _ in range(PER_DEVICE)]
    assert sum(map(bool, drawn)) == PER_MINUTE
    assert numbers(queue) == [f"A-{n:03}" for n in range(1, PER_MINUTE + 1)]


def test_the_network_cannot_use_up_the_numbers_of_the_kiosk(
    kiosk: Flask, queue: Queue, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PER_NETWORK < service.PER_DAY
    monkeypatch.setattr(service, "PER_MINUTE", 1000)
    draws = kiosk.extensions["loket_draws"]
    for _ in range(PER_NETWORK):
        draws.count("10.0.0.1", queue.clock())
    assert "Tunggu satu menit" in Visitor(kiosk, "10.0.0.2").draw().text
    assert number_on(visitor.draw()) == "A-001"


@pytest.mark.parametrize("moment", [at(7), at(12, 10), at(20), at(9, day=14), at(9, day=19)])
def test_outside_of_the_hours_the_kiosk_says_when_the_office_opens(
    visitor: Visitor, queue: Queue, moment: object
) -> None:
    token = visitor.token()
    queue.clock.at = moment
    page = visitor.get("/antrean")
    assert page.status_code == 409
    assert "Kantor buka lagi" in page.text
    assert "Kantor buka lagi" in visitor.draw(token).text
    assert numbers(queue) == []


def test_an_office_without_a_queue_shows_no_door_and_no_screen(visitor: Visitor, queue: Queue) -> None:
    told = {"on": False, "services": [], "counters": [], "now": queue.clock()}
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)
    assert "nomor antrean" not in visitor.get("/").text
    assert "calls.js" not in visitor.get("/papan").text
    assert [visitor.get(path).status_code for path in ("/antrean", "/antrean/layar")] == [409, 409]
    assert "Ada yang ingin disampaikan?" in visitor.get("/").text


def test_the_screen_shows_numbers_and_counters_and_nobody(visitor: Visitor, queue: Queue) -> None:
    assert "Belum ada nomor yang dipanggil" in visitor.get("/antrean/layar").text
    for _ in range(3):
        queue.take()
    queue.next(1)
    queue.clock.forward(minutes=1)
    queue.next(2)
    page = visitor.get("/antrean/panggilan").text
    assert re.findall(r'data-number="([^"]+)"\s+data-counter="([^"]+)"', page) == [
        ("A-002", "Loket 2"),
        ("A-001", "Loket 1"),
    ]
    assert "1 menunggu" in page
    queue.absent("A-002")
    assert "A-002" not in visitor.get("/antrean/panggilan").text
    assert "sari" not in page.lower()


def test_the_screen_shows_the_last_call_and_four_before_it(visitor: Visitor, queue: Queue) -> None:
    assert MOST_CALLS_SHOWN == 4
    for _ in range(7):
        queue.take()
        queue.serve()
    shown = re.findall(r'data-number="([^"]+)"', visitor.get("/antrean/panggilan").text)
    assert shown == ["A-007", "A-006", "A-005", "A-004", "A-003"]


def test_a_screen_without_script_looks_for_itself_and_the_policy_holds(visitor: Visitor, queue: Queue) -> None:
    page = visitor.get("/antrean/layar")
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert re.findall(r"<script(?! src)", page.text) == []


def test_yesterdays_calls_leave_the_screen(visitor: Visitor, queue: Queue) -> None:
    queue.take()
    queue.serve()
    queue.clock.at = at(8, day=13)
    assert "Belum ada nomor" in visitor.get("/antrean/panggilan").text
    assert queries.latest_calls(queue.journal.db, queue.clock().date()) == []
