"""The page of the exchange: what waits, what needs a person, sticks and enrolment, each with a sentence. All real."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.core.problems import Problem
from app.platform.office import service
from app.platform.office.exchange import ExchangeState, OfficeExchange
from app.platform.office.views import exchange as exchange_page
from app.platform.office.views.exchange import exchange_header
from app.platform.web.context import RoadStatus
from sync import enrolment
from sync.enrolment import EnrolmentCode, write_centre_keys
from sync.events import LineSetAside
from sync.incoming_entries import stop_stream
from sync.problems import CarrierError, SyncReport
from sync.scheduler import note_result
from tests.platform.people import SECRET_KEY, Browser
from tests.proof.pair import CENTRE, OFFICE, Pair, open_centre_road, pair
from tests.services.ktp.desk import Desk

PAGE = "/jalan/"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Pair]:
    """An office and a centre that know each other."""
    made = pair(tmp_path)
    made.office.db.run("UPDATE credential SET must_change = 0")
    made.office.db.run("UPDATE road_peer SET address = '127.0.0.1:9'")  # nobody answers there
    yield made
    made.close()


@pytest.fixture
def joined(stage: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The pages of that office; its data folder holds the keys of the exchange."""
    config = {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: stage.now}
    app = make_office_app(stage.office.journal, tmp_path / "pages", config)
    road = OfficeExchange(stage.office.journal, tmp_path / "pages")
    monkeypatch.setattr(road, "open_node", lambda: stage.office)
    app.extensions["loket"].surroundings.sync = road
    return app


def text(browser: Browser, path: str = PAGE) -> str:
    return browser.get(path).get_data(as_text=True)


def road_of(app: Flask) -> OfficeExchange:
    found = app.extensions["loket"].surroundings.sync
    assert isinstance(found, OfficeExchange)
    return found


def test_without_a_centre_the_page_says_how_to_begin(as_ratna: Browser, desk: Desk) -> None:
    page = text(as_ratna)
    assert "Kantor ini belum terdaftar" in page
    desk_page = text(as_ratna, "/")
    assert "<b>Pengiriman dengan kertas</b></span>" in desk_page
    assert desk_page.count("elum terdaftar") == 1, "the desk says it, and the masthead does not say it again"
    for data in ({"code": ""}, {"code": "SALAH"}):
        answer = as_ratna.post(f"{PAGE}daftar", data)
        assert answer.status_code == 422
        assert f'value="{data["code"]}"' in answer.get_data(as_text=True)
        assert ("Ketik kode dari pusat." in answer.get_data(as_text=True)) is (data["code"] == "")
    desk.enrol()
    assert "<b>Semua terkirim</b>" in text(as_ratna, "/")
    service.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=False, now=desk.now)
    assert "<b>Pengiriman dengan kertas</b>Dispenduk Capil tanpa Loket" in text(as_ratna, "/")
    desk.send(desk.ready())
    assert "<b>Pengiriman dengan kertas</b>2 belum terkirim" in text(as_ratna, "/")


def test_enrolment_by_stick(as_ratna: Browser, desk: Desk, tmp_path: Path) -> None:
    centre = open_centre_road(tmp_path / "pusat")
    code = enrolment.issue_code(centre, "350899", "Contoh", address="127.0.0.1:9", actor="yuni", now=desk.now)
    assert isinstance(code, EnrolmentCode)
    folder = next(path for path, label in road_of(as_ratna.app).sticks() if label.startswith("Folder flashdisk"))
    data = {"code": code.text(), "folder": folder}
    assert as_ratna.post(f"{PAGE}daftar", data).status_code == 422
    write_centre_keys(centre, Path(folder))
    answer = as_ratna.post(f"{PAGE}daftar", data)
    assert answer.status_code == 200
    assert "Bawa ke pemberi kode" in answer.get_data(as_text=True)
    [request] = Path(folder).glob("*pendaftaran*.loket")
    (Path(folder) / "jawaban.loket").write_bytes(enrolment.accept_office(centre, request.read_bytes(), desk.now))
    assert "terdaftar" in as_ratna.post(f"{PAGE}stik/baca", {"folder": folder}).get_data(as_text=True)
    assert "Terakhir bertukar" in text(as_ratna)
    centre.db.close()


def test_sending_without_network_says_so_and_a_lost_stick_too(stage: Pair, joined: Flask) -> None:
    wiji = Browser(joined, "wiji")
    answer = wiji.post(f"{PAGE}kirim").get_data(as_text=True)
    assert "Belum selesai" in answer
    assert "Pusat tidak terjangkau" in answer
    told = wiji.post(f"{PAGE}kirim", htmx=True).text
    assert re.search(r'id="exchange-now".+id="alerts" hx-swap-oob="innerHTML".+tidak terjangkau', told, re.DOTALL)
    assert "exchange-now" not in text(Browser(joined, "retno"), "/"), "only who may run it has the button"
    lost = wiji.post(f"{PAGE}stik/tulis", {"folder": "/tidak/ada"}).get_data(as_text=True)
    assert "Flashdisk itu tidak ditemukan lagi" in lost
    own = road_of(joined).sticks()[-1][0]
    assert "Selesai" in wiji.post(f"{PAGE}stik/tulis", {"folder": own}).get_data(as_text=True)
    assert "Selesai" in wiji.post(f"{PAGE}stik/baca", {"folder": own}).get_data(as_text=True)
    assert Browser(joined, "retno").post(f"{PAGE}kirim").status_code == 403


def test_the_centre_s_key_can_be_compared_by_telephone(stage: Pair, joined: Flask) -> None:
    page = text(Browser(joined, "wiji"))
    assert stage.centre.keys.public.signer[:16] in page
    assert "diumumkan dengan kunci sebelumnya" not in page


def aside(stage: Pair, n: int = 1) -> None:
    """The centre could not use a line of ours."""
    body = LineSetAside(1, "dukcapil", n, "dispatch.line", "Nomor kosong.", CENTRE)
    with stage.office.journal.transaction():
        stage.office.journal.record(body, subject="case/7", actor="road", at=stage.now)


def test_a_line_that_was_set_aside_waits_until_somebody_notes_what_was_done(stage: Pair, joined: Flask) -> None:
    aside(stage)
    agung = Browser(joined, "agung")
    page = text(agung)
    assert "Baris pengiriman" in page
    assert "Nomor kosong." in page
    assert 'href="/berkas/7"' in page
    assert "Perlu diperiksa" in text(agung, "/")
    empty = agung.post(f"{PAGE}periksa/baris", {"place": "1/dukcapil/1", "note": " "})
    assert empty.status_code == 422
    assert "Tulis apa yang sudah dilakukan." in empty.get_data(as_text=True)
    assert (
        Browser(joined, "retno").post(f"{PAGE}periksa/baris", {"place": "1/dukcapil/1", "note": "x"}).status_code == 403
    )
    assert agung.post(f"{PAGE}periksa/baris", {"place": "1/dukcapil/1", "note": "Dikirim ulang"}).status_code == 303
    assert "Nomor kosong." not in text(agung)
    entry = stage.office.journal.about("case/7")[-1]
    assert (entry.kind, entry.actor, entry.body.note) == ("line.settled", "agung", "Dikirim ulang")
    again = agung.post(f"{PAGE}periksa/baris", {"place": "1/dukcapil/1", "note": "Lagi"})
    assert "sudah diselesaikan" in again.get_data(as_text=True)


@pytest.mark.parametrize("place", ["", "1", "x/y/z", "1/dukcapil/99"])
def test_a_place_that_is_on_no_list_is_refused(stage: Pair, joined: Flask, place: str) -> None:
    with pytest.raises(Problem):
        road_of(joined).settle_line(stage.who("agung"), place, "x", stage.now)


@pytest.mark.parametrize(("source", "words"), [(OFFICE, "ketik kode itu di bawah"), (CENTRE, "Hubungi administrator")])
def test_a_fork_names_what_to_do(stage: Pair, joined: Flask, source: str, words: str) -> None:
    with stage.office.journal.transaction():
        stop_stream(stage.office.journal, (source, 1, "350807"), 3, b"a" * 32, b"b" * 32, stage.now)
    shown = text(Browser(joined, "wiji"))
    assert words in shown
    assert "tampil setelah pertukaran berikutnya" in shown


def test_the_header_treats_offline_as_weather_until_the_third_working_day(stage: Pair, joined: Flask) -> None:
    db, wiji = stage.office.db, stage.who("wiji")

    def header(now: datetime) -> RoadStatus | None:
        with joined.test_request_context("/"):
            return exchange_header(db, wiji, now)

    stage.sync()
    good = header(stage.now)
    assert good is not None
    assert (good.state, good.title) == ("good", "Semua terkirim")
    with stage.office.journal.transaction():
        stage.office.journal.record(
            LineSetAside(1, "dukcapil", 99, "x", "y", CENTRE),
            subject="s",
            actor="road",
            at=stage.now,
            stream="dukcapil",
        )
    stage.office.db.run("DELETE FROM road_run")
    road_of(joined).settle_line(wiji, "1/dukcapil/99", "ok", stage.now)
    waiting = header(stage.now)
    assert waiting is not None
    assert (waiting.state, waiting.title, waiting.detail[:17]) == (
        "sent",
        "Menunggu dikirim",
        "1 belum terkirim,",
    )
    report = SyncReport()
    report.fail(CarrierError("offline"))
    note_result(db, CENTRE, report, stage.now, 0.5)
    states = [header(stage.now + timedelta(days=days)) for days in (0, 2, 3)]
    assert [state.state for state in states if state] == ["idle", "idle", "warn"]
    assert all(state.title.startswith("Luring sejak") for state in states if state)


THURSDAY = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)
"""09.42 in the office."""
MONDAY_BEFORE, TODAY = THURSDAY - timedelta(days=3), THURSDAY - timedelta(minutes=30)
UNSENT = {"unsent": 1234, "oldest_at": TODAY}
OLD = {"unsent": 2, "oldest_at": MONDAY_BEFORE}
ENROLLED = {"enrolled": True}


@pytest.mark.parametrize(
    ("state", "runs_loket", "shown"),
    [
        ({"enrolled": False}, True, ("idle", "Pengiriman dengan kertas", "", "")),
        (ENROLLED, True, ("good", "Semua terkirim", "belum ada pengiriman", "now")),
        (ENROLLED | {"last_contact_at": TODAY}, True, ("good", "Semua terkirim", "terakhir 09.12", "now")),
        (ENROLLED | {"last_contact_at": MONDAY_BEFORE}, True, ("good", "Semua terkirim", "terakhir Sen 9 Mar", "now")),
        (ENROLLED | UNSENT, True, ("sent", "Menunggu dikirim", "1.234 belum terkirim, tertua Kam 12 Mar", "now")),
        (ENROLLED | OLD, True, ("warn", "Menunggu dikirim", "2 belum terkirim, tertua Sen 9 Mar", "now")),
        (ENROLLED | {"offline_since": TODAY}, True, ("idle", "Luring sejak 09.12", "Tidak ada yang tertunda", "now")),
        (
            ENROLLED | OLD | {"offline_since": MONDAY_BEFORE},
            True,
            ("warn", "Luring sejak Sen 9 Mar", "2 belum terkirim, tertua Sen 9 Mar", "now"),
        ),
        (ENROLLED, False, ("idle", "Pengiriman dengan kertas", "Dispenduk Capil tanpa Loket", "")),
        (
            ENROLLED | UNSENT,
            False,
            ("idle", "Pengiriman dengan kertas", "1.234 belum terkirim, tertua Kam 12 Mar", ""),
        ),
        (
            ENROLLED | UNSENT | {"set_aside": 2, "stopped": 1},
            True,
            ("warn", "Perlu diperiksa", "3 hal pada sambungan ke Dispenduk Capil", ""),
        ),
    ],
)
def test_the_header_says_how_the_exchange_stands(
    desk: Desk,
    web: Flask,
    monkeypatch: pytest.MonkeyPatch,
    state: dict[str, Any],
    runs_loket: bool,
    shown: tuple[str, ...],
) -> None:
    """What waits for a person comes before everything, weather is none; sending is offered where it can help."""
    db, ratna = desk.journal.db, desk.who("ratna")
    service.change_setting(desk.journal, ratna, key="centre.runs_loket", value=runs_loket, now=desk.now)
    monkeypatch.setattr(exchange_page, "exchange_state", lambda: ExchangeState(**state))
    monkeypatch.setattr(exchange_page, "own_exchange", lambda: SimpleNamespace(waiting_lines=lambda _: 0))
    with web.test_request_context("/"):
        found = exchange_header(db, ratna, THURSDAY)
    assert found is not None
    assert (found.state, found.title, found.detail) == shown[:3]
    assert bool(found.run) == (shown[3] == "now")


@pytest.mark.parametrize(
    ("enrolled", "partners", "shown"), [(False, [], False), (True, [], True), (False, ["p"], True)]
)
def test_an_office_with_nobody_to_send_to_has_no_word_of_it_in_its_header(
    desk: Desk, web: Flask, monkeypatch: pytest.MonkeyPatch, enrolled: bool, partners: list[str], shown: bool
) -> None:
    monkeypatch.setattr(exchange_page, "exchange_state", lambda: ExchangeState(enrolled=enrolled))
    monkeypatch.setattr(exchange_page, "own_exchange", lambda: SimpleNamespace(waiting_lines=lambda _: 0))
    monkeypatch.setattr(exchange_page.queries, "loket_partners", lambda _: partners)
    with web.test_request_context("/"):
        assert (exchange_header(desk.journal.db, desk.who("ratna"), THURSDAY) is not None) == shown


def test_what_an_exchange_says_is_shown_as_it_is(stage: Pair, joined: Flask) -> None:
    class Desk(OfficeExchange):
        def sync(self, now: object) -> SyncReport:
            return SyncReport(sentences=["3 catatan terkirim dan diakui Pusat."])

    joined.extensions["loket"].surroundings.sync = Desk(stage.office.journal, road_of(joined).data)
    page = Browser(joined, "wiji").post(f"{PAGE}kirim").get_data(as_text=True)
    assert "3 catatan terkirim dan diakui Pusat." in page
