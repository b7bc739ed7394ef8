"""From an empty centre to cards on their way: set-up page, enrolment and batches over real HTTP, on both engines."""

import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from app.centre.offices import LOST_KEYS
from app.compose_centre import Centre, Publisher, build_centre
from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    LineAccepted,
    LinePrinted,
    LineRefused,
    ShipmentSent,
    dispatch_digest,
)
from app.core.problems import Problem
from schema.cipher import forget_key
from schema.database import open_office
from schema.migrations import migrate_database
from sync.enrolment import enrol_over_network
from sync.entries import Entry, Kind, apply_nothing
from sync.events import KINDS as ROAD_KINDS
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.nodes import Node
from sync.runs import sync_over_network
from sync.verification import verify_side
from tests.browser import served
from tests.centre.desk import Desk, line_path, shown_code
from tests.centre.print_centre import a_line, closing
from tests.platform.people import PASSWORD, START, Browser, Clock
from tests.postgres import Server

OFFICE = "350807"
TRAVELLING = [
    Kind("dispatch.line", 1, DispatchLine, apply_nothing),
    Kind("dispatch.sent", 1, DispatchSent, apply_nothing),
    Kind("line.accepted", 1, LineAccepted, apply_nothing),
    Kind("line.refused", 1, LineRefused, apply_nothing),
    Kind("line.printed", 1, LinePrinted, apply_nothing),
    Kind("shipment.sent", 1, ShipmentSent, apply_nothing),
    Kind("centre.state", 1, CentreState, apply_nothing),
]


@pytest.fixture(params=["sqlite", "postgres"])
def centre(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Centre]:
    """An empty centre as the command builds it, on each engine."""
    if request.param == "sqlite":
        yield build_centre(tmp_path / "pusat", now=clock)
        return
    started: Server = request.getfixturevalue("postgres")
    with started.database() as address:
        monkeypatch.setenv("LOKET_CENTRE_DB", address)
        made = build_centre(tmp_path / "pusat", now=clock)
        yield made
        made.journal.db.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Node]:
    """An office that knows only the bodies that travel."""
    db = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(db, "office")
    journal = Journal(db, [*ROAD_KINDS, *TRAVELLING])
    journal.open_epoch(OFFICE, START)
    yield Node(journal, load_or_make_keys(tmp_path / "kantor-keys", OFFICE), "Yosowilangun")
    db.close()


def without_keeping(centre: Centre) -> Callable[..., Iterable[bytes]]:
    """The centre for a test server that takes a new thread for each request: its connection closes with it."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return list(centre(environ, start_response))
        finally:
            centre.journal.db.close()

    return answer


def set_up(centre: Centre, address: str) -> Browser:
    """Go through the set-up page, sign in with what was typed there."""
    browser = Browser(centre.pages)
    assert browser.get("/blangko/", follow_redirects=True).request.path == "/persiapan/"
    page = browser.get("/persiapan/").get_data(as_text=True)
    assert "dukcapil-3508" in page
    wrong = browser.post("/persiapan/", {"centre_code": "pusat", "centre_name": "", "password": "x"})
    assert wrong.status_code == 422
    typed = {
        "centre_code": "dukcapil-3508",
        "centre_name": "Pusat Cetak Contoh",
        "centre_regency": "Kabupaten Contoh",
        "centre_place": "Contoh",
        "centre_address": address.removeprefix("http://"),
        "name": "Eko Prabowo",
        "username": "eko",
        "password": PASSWORD,
    }
    assert browser.post("/persiapan/", typed).headers["Location"] == "/masuk"
    assert browser.get("/persiapan/").status_code == 404
    assert browser.post("/masuk", {"username": "eko", "password": PASSWORD}).status_code == 303
    return browser


def test_a_centre_locks_its_database_before_it_is_set_up(tmp_path: Path, clock: Clock) -> None:
    made = build_centre(tmp_path / "pusat", now=clock)
    browser, typed = Browser(made.pages), {"passphrase": "jambu terbang sore hari", "again": "jambu terbang sore hari"}
    assert "Kunci dengan kata sandi" in browser.get("/persiapan/").get_data(as_text=True)
    assert browser.post("/persiapan/kata-sandi", typed).headers["Location"] == "/persiapan/kata-sandi"
    set_up(made, "127.0.0.1:8135")
    assert browser.post("/persiapan/kata-sandi", typed).status_code == 404
    files = [path for path in (tmp_path / "pusat").glob("pusat.sqlite3*") if not path.name.endswith("-shm")]
    assert files
    assert not any(b"Pusat Cetak Contoh" in path.read_bytes() for path in files)
    made.journal.db.close()
    forget_key(tmp_path / "pusat")


def dispatch(office: Node, count: int = 3) -> list[str]:
    """The office closes a dispatch."""
    lines = [a_line(1, ordinal, ordinal) for ordinal in range(1, count + 1)]
    said = {"actor": "oki", "at": START, "stream": "dukcapil"}
    with office.journal.transaction():
        ids = [office.journal.record(line, subject=f"case/{line.case_id}", **said).line_id for line in lines]
        office.journal.record(closing(lines, ids), subject="dispatch/1", **said)
    assert dispatch_digest(lines, ids) == closing(lines, ids).digest
    return ids


def answers(office: Node) -> list[Entry]:
    """What came back from the centre, in its order."""
    rows = office.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.source = 'dukcapil-3508' ORDER BY j.n"
    )
    return [office.journal.decode(bytes(head), bytes(body)) for head, body in rows]


def test_one_dispatch_there_and_back(centre: Centre, office: Node, clock: Clock, tmp_path: Path) -> None:
    with served(without_keeping(centre)) as address:
        eko = set_up(centre, address)
        page = eko.post("/kantor/", {"office": OFFICE}).get_data(as_text=True)
        code = shown_code(page)
        assert code.startswith("127.0.0.1:")
        assert enrol_over_network(office, code, clock()).office == OFFICE
        ids = dispatch(office)
        assert sync_over_network(office, clock()).sentences == ["4 catatan terkirim dan diakui Pusat Cetak Contoh."]
        assert "Yosowilangun" in eko.get("/").get_data(as_text=True)
        eko.post("/blangko/masuk", {"count": "10", "letter": "471/1"})
        eko.post(f"/masukan/{OFFICE}/1/terima-semua")
        for place, line in enumerate(ids[:2]):
            assert eko.post(line_path(line, OFFICE) + "cetak", {"serial": f"0A11840{place}"}).status_code == 303
        eko.post(line_path(ids[2], OFFICE) + "tolak", {"reason": "biometric"})
        eko.post(f"/pengiriman/kecamatan/{OFFICE}", {"lines": ids[:2], "counted": "2", "carrier": "Fajar"})
        assert centre.publish(clock()) == 1
        assert sync_over_network(office, clock.forward(minutes=1)).ok
        assert sync_over_network(office, clock.forward(minutes=1)).sentences == ["Tidak ada yang baru di kedua pihak."]
    back = answers(office)
    assert [entry.kind for entry in back] == [
        *["line.accepted"] * 3,
        "line.printed",
        "line.printed",
        "line.refused",
        "shipment.sent",
        "centre.state",
    ]
    assert [entry.body.line for entry in back[:3]] == ids
    assert (back[5].body.line, back[5].body.biometric) == (ids[2], True)
    assert back[6].body.lines == [(ids[0], "0A118400"), (ids[1], "0A118401")]
    assert (back[7].body.blanks, back[7].body.queue) == (8, 0)
    assert verify_side(centre.journal, "centre", tmp_path / "scratch.sqlite3").faults == []
    assert "Semua diakui" in eko.get("/kantor/").get_data(as_text=True)


def test_pages_answer_this_machine_only_and_the_road_answers_everybody(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path, clock)

    def ask(path: str, remote: str) -> str:
        said: list[str] = []
        environ = {
            "PATH_INFO": path,
            "REMOTE_ADDR": remote,
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.url_scheme": "http",
        }
        list(desk.centre(environ, lambda status, _headers, _info=None: said.append(status)))
        return said[0][:3]

    assert ask("/masuk", "10.8.0.20") == "403"
    assert ask("/masuk", "127.0.0.1") == "200"
    assert ask("/api/v1/centre", "10.8.0.20") == "200"


def test_an_empty_centre_answers_no_office(tmp_path: Path, clock: Clock) -> None:
    with served(build_centre(tmp_path, now=clock)) as address:
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(f"{address}/api/v1/centre")
        assert refused.value.code == 404
        refused.value.close()


def test_set_up_is_for_this_machine(tmp_path: Path, clock: Clock) -> None:
    browser = Browser(build_centre(tmp_path, now=clock).pages)
    away = {"REMOTE_ADDR": "10.8.0.20"}
    assert browser.get("/persiapan/", environ_overrides=away).status_code == 404
    assert browser.post("/persiapan/", {}, environ_overrides=away).status_code == 404


def test_lost_keys_are_not_silently_replaced(tmp_path: Path, clock: Clock) -> None:
    Desk(tmp_path, clock)
    (tmp_path / "keys" / "signing.key").unlink()
    with pytest.raises(Problem) as lost:
        build_centre(tmp_path, now=clock).desk.keys()
    assert lost.value.sentence == LOST_KEYS


def test_sessions_survive_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = Desk(tmp_path, clock)
    again = build_centre(tmp_path, now=clock)
    assert again.pages.secret_key == first.centre.pages.secret_key
    assert (tmp_path / "keys" / "session.key").stat().st_mode & 0o077 == 0


def test_the_publisher_tells_the_offices_and_stops(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path, clock)
    publisher = Publisher(desk.centre)
    publisher.start()
    publisher.stop()
    assert desk.print_centre.told() == ["centre.state"]
