"""The commands that run an office: serving, the exchange from the command line, the administrator's way back."""

import gc
import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
import requests

from app import compose
from app.casework.desk import drafts
from app.cli import centre as centre_command
from app.cli import exchange
from app.cli import office as office_command
from app.cli.demo.sides import Sides, make_sides
from app.cli.office import OfficeJobs
from app.cli.serving import Running, free_port
from app.core import clock
from app.platform.office import settings
from app.platform.office.exchange import OfficeExchange
from app.platform.office.service import change_setting
from app.platform.people.sessions import sign_in
from schema.database import open_office
from schema.migrations import Side
from sync.entries import to_utc_text
from sync.keys import SIGNING_FILE, make_keys
from sync.problems import SyncReport
from tests.cli.test_command_line import call
from tests.rules.source import ROOT
from tests.world.cast import PASSWORD

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    """An office and a centre at their first day, enrolled with each other, the centre not running."""
    made = make_sides(tmp_path, centre_address=f"127.0.0.1:{free_port(0)}", now=NOW, on=date(2026, 3, 2))
    yield made
    made.close()


def folders(sides: Sides) -> tuple[str, str]:
    return str(sides.side_folder("office")), str(sides.side_folder("centre"))


def test_an_empty_office_starts_and_shows_its_set_up_page(tmp_path: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "run.py", "--data", str(tmp_path), "--port", "0"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:\d+/", started.stdout.readline())
    assert address is not None
    page = requests.get(address[0], timeout=10)
    started.send_signal(signal.SIGINT)
    _, complaint = started.communicate(timeout=20)
    assert page.status_code == 200
    assert "/persiapan" in page.url
    assert "Server" not in page.headers
    assert started.returncode == 0
    assert "Traceback" not in complaint


def test_opening_the_office_to_the_network_needs_its_setting(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, complaint = call(capsys, "office", "--data", str(tmp_path), "--host", "0.0.0.0")
    assert code == 1
    assert "tanpa pengaman" in complaint
    assert "proksi ber-TLS" in complaint


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        code, _, complaint = call(capsys, "office", "--data", str(tmp_path), "--port", port)
    assert code == 1
    assert f"Port {port} sedang dipakai" in complaint


def test_a_server_lets_its_port_go(tmp_path: Path) -> None:
    def hello(_environ: object, start: object) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ada"]

    first = Running(hello, 0)
    assert requests.get(f"http://{first.address}/", timeout=5).text == "ada"
    port = int(first.address.split(":")[1])
    first.stop()
    assert not first.thread.is_alive()
    second = Running(hello, port)
    assert second.address == first.address
    second.stop()


def test_who_is_still_at_work_when_a_server_stops_finds_all_that_it_needs(caplog: pytest.LogCaptureFixture) -> None:
    """The loop has ended and the answer is told to it: nothing is said of that, and no other file is written into."""
    at_work, servers = threading.Event(), list[Running]()

    def answer(_environ: object, start: Any) -> list[bytes]:
        at_work.set()
        servers[0].thread.join()
        servers[0].server.pull_trigger()
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ada"]

    servers.append(Running(answer, 0))
    with socket.create_connection(("127.0.0.1", servers[0].port)) as asking:
        asking.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert at_work.wait(10)
        trigger = servers[0].server.trigger
        servers[0].stop()
    assert [record.getMessage() for record in caplog.records if record.levelname != "INFO"] == []
    assert (trigger._closed, servers[0].server.task_dispatcher.threads) == (True, set())


@pytest.mark.parametrize("proxied", [False, True])
def test_whom_a_request_comes_from_is_said_by_the_proxy_alone_and_only_where_there_is_one(
    proxied: bool,
) -> None:
    def tell(environ: dict[str, str], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [" ".join((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"])).encode()]

    claimed = {"X-Forwarded-For": "192.168.1.20", "X-Forwarded-Proto": "https"}
    running = Running(tell, 0, proxied=proxied)
    try:
        said = requests.get(f"http://{running.address}/", headers=claimed, timeout=5).text
    finally:
        running.stop()
    assert said == ("192.168.1.20 https" if proxied else "127.0.0.1 http")


# -- the exchange from the command line ----------------------------------------------------------------------------


def test_a_stick_goes_there_and_back(capsys: pytest.CaptureFixture[str], sides: Sides, tmp_path: Path) -> None:
    office, centre = folders(sides)
    stick = tmp_path / "stick"
    stick.mkdir()
    OfficeJobs(sides.office.journal, clock.now).daily(clock.now())  # anchors today's head: something to send
    code, told, _ = call(capsys, "sync", "--data", office, "--to", str(stick))
    assert code == 0
    assert "Baru dihitung terkirim setelah balasan" in told
    code, told, _ = call(capsys, "sync", "--data", centre, "--from", str(stick), "--to", str(stick), "--json")
    assert (code, json.loads(told)["received"]) == (0, 1)
    kunir = stick / "dukcapil-3508-kunir-001.loket"
    kunir.write_bytes(make_keys("350898").public.seal(b"for another office"))
    code, told, _ = call(capsys, "sync", "--data", office, "--from", str(stick), "--json")
    answer = json.loads(told)
    assert (code, answer["ok"], answer["problems"]) == (0, True, [])
    assert answer["passed_over"] == [kunir.name]
    assert answer["sentences"][-1] == "1 dokumen untuk kantor lain dilewati."


def test_an_exchange_begins_as_a_start_does_with_the_marker_of_its_side(
    capsys: pytest.CaptureFixture[str], sides: Sides, tmp_path: Path
) -> None:
    """A database that came back is noticed before anything goes out."""
    data = sides.side_folder("office")
    marker = compose.marker_file("office", data)
    assert not marker.exists()
    (tmp_path / "flashdisk").mkdir()
    assert call(capsys, "sync", "--data", str(data), "--to", str(tmp_path / "flashdisk"))[0] == 0
    assert marker.is_file()


def test_an_unreachable_centre_is_said_and_ends_with_1(capsys: pytest.CaptureFixture[str], sides: Sides) -> None:
    code, told, _ = call(capsys, "sync", "--data", folders(sides)[0])
    assert code == 1
    assert "Pusat tidak terjangkau" in told


def test_the_centre_waits_to_be_called(capsys: pytest.CaptureFixture[str], sides: Sides) -> None:
    code, _, complaint = call(capsys, "sync", "--data", folders(sides)[1])
    assert code == 1
    assert "kecamatan yang menghubungi pusat" in complaint


def test_sync_needs_an_office_that_was_set_up(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, complaint = call(capsys, "sync", "--data", str(tmp_path))
    assert (code, "belum ada basis data Loket" in complaint) == (1, True)
    open_office(tmp_path / compose.FILES["office"]).run("CREATE TABLE migration (name TEXT PRIMARY KEY)")
    code, _, complaint = call(capsys, "sync", "--data", str(tmp_path))
    assert (code, "belum disiapkan" in complaint) == (1, True)


# -- the administrator -----------------------------------------------------------------------------------------


def test_an_administrator_gets_in_again(
    capsys: pytest.CaptureFixture[str], sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("jagung bakar manis\n"))
    code, told, _ = call(capsys, "reset-admin", "Wiji", "--data", folders(sides)[0])
    assert (code, "wiji diganti" in told) == (0, True)
    assert "jagung" not in told
    assert sign_in(sides.office.db, username="wiji", password="jagung bakar manis", now=NOW)


@pytest.mark.parametrize(
    ("who", "typed", "sentence"),
    [
        ("retno", "jagung bakar manis", "retno bukan administrator di sini"),
        ("wiji", "pendek", "paling sedikit 10 huruf"),
    ],
)
def test_nobody_else_and_no_weak_password(
    capsys: pytest.CaptureFixture[str],
    sides: Sides,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    typed: str,
    sentence: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
    code, _, complaint = call(capsys, "reset-admin", who, "--data", folders(sides)[0])
    assert code == 1
    assert sentence in complaint
    assert sign_in(sides.office.db, username="wiji", password=PASSWORD, now=NOW)


# -- what is said at the start, and on which ports ----------------------------------------------------------------


class Served:
    """What stands in the place of the servers: where they were opened, and that each was ended."""

    def __init__(self, patch: pytest.MonkeyPatch, module: Any, kiosk_taken: bool = False) -> None:
        self.opened, self.visitors, self.ended = list[Any](), list[Any](), list[str]()
        self.effective_port, self.kiosk_taken = 4321, kiosk_taken
        patch.setattr(module, "open_server", self.open)
        patch.setattr(module, "Running", self.run_beside)
        patch.setattr(gc, "freeze", lambda: None)

    def open(self, app: Any, host: str, port: int, *, proxied: bool) -> "Served":
        self.app = app
        self.opened.append((host, port, proxied))
        return self

    def run(self) -> None:
        self.ended.append("run")
        raise KeyboardInterrupt

    def close(self) -> None:
        self.ended.append("close")

    def run_beside(self, _app: object, port: int, host: str, **_how: object) -> Any:
        if self.kiosk_taken:
            raise click.ClickException(f"Port {port} sedang dipakai.")
        self.visitors.append(port)
        return SimpleNamespace(address=f"{host}:{port}", port=port, stop=lambda: self.ended.append("stop"))


@pytest.mark.parametrize(("port", "beside"), [(0, 0), (1, 2), (8035, 8036), (65534, 65535), (65535, 65534)])
def test_a_kiosk_without_a_port_of_its_own_takes_one_that_there_is(port: int, beside: int) -> None:
    assert office_command.port_beside(port) == beside


@pytest.mark.parametrize(
    ("port", "kiosk", "no_kiosk", "beside"),
    [
        (8035, None, False, [8036]),
        (8035, 9000, False, [9000]),
        (8035, 9000, True, []),
    ],
)
def test_the_kiosk_opens_beside_the_office_or_where_it_is_told(
    port: int,
    kiosk: int | None,
    no_kiosk: bool,
    beside: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    served = Served(monkeypatch, office_command)
    office_command.serve_office(tmp_path, None, port, kiosk, no_kiosk)
    assert (served.opened, served.visitors) == ([("127.0.0.1", port, False)], beside)
    assert served.ended == ["run", "close", *["stop"] * len(beside)]
    first = "Loket: http://127.0.0.1:4321/  (Ctrl+C untuk berhenti)"
    visitors = [
        f"Kios pengunjung: http://127.0.0.1:{one}/, layar ruang tunggu: http://127.0.0.1:{one}/papan" for one in beside
    ]
    assert capsys.readouterr() == ("\n".join([first, *visitors]) + "\n", "")


def test_an_office_says_at_its_start_what_is_open_and_what_does_not_work(
    sides: Sides, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wiji, data = sides.actor("wiji", date(2026, 3, 2)), sides.side_folder("office")
    served = Served(monkeypatch, office_command, kiosk_taken=True)
    office_command.serve_office(data, None, 8035, None, False)
    told = capsys.readouterr()
    assert "Kios pengunjung" not in told.out
    assert told.err == "Kios tidak dijalankan. Port 8036 sedang dipakai.\n"
    for key, value in (("network.open", True), ("network.hosts", "192.168.1.10"), ("network.without_tls", True)):
        change_setting(sides.office.journal, wiji, key=key, value=value, now=NOW)
    (data / "keys" / SIGNING_FILE).unlink()
    served = Served(monkeypatch, office_command)
    office_command.serve_office(data, None, 8035, None, False)
    problem, opened = capsys.readouterr().err.splitlines()
    assert problem == OfficeExchange(sides.office.journal, data).keys_problem() != ""
    assert opened == "Jaringan kantor terbuka tanpa TLS, menurut pengaturan."
    assert served.ended == ["run", "close", "stop"]


def test_a_centre_says_at_its_start_where_its_page_is_and_that_its_keys_are_gone(
    sides: Sides, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, page = sides.side_folder("centre"), "Pusat: http://127.0.0.1:4321/  (Ctrl+C untuk berhenti)"
    served = Served(monkeypatch, centre_command)
    centre_command.serve_centre(data, "127.0.0.1", 8135, ())
    assert capsys.readouterr() == (f"{page}\n", "")
    assert (served.opened, served.ended) == ([("127.0.0.1", 8135, False)], ["run", "close"])
    (data / "keys" / SIGNING_FILE).unlink()
    served = Served(monkeypatch, centre_command)
    centre_command.serve_centre(data, "0.0.0.0", 8135, ("cetak.example",), 8200)
    told = capsys.readouterr()
    assert told.out == f"{page}\nHalaman status: http://0.0.0.0:8200/\n"
    assert told.err.strip() == served.app.desk.lost() != ""
    assert (served.opened, served.ended) == ([("0.0.0.0", 8135, True)], ["run", "close", "stop"])


# -- what runs beside the pages --------------------------------------------------------------------------------


def test_the_clockwork_does_each_job_once_a_day(sides: Sides) -> None:
    db, retno = sides.office.db, sides.actor("retno", date(2026, 3, 2))
    old = drafts.start_draft(db, retno, service="ktp-el", now=NOW)
    with db.writing():
        db.run("UPDATE draft SET updated_at = ? WHERE id = ?", (to_utc_text(NOW - timedelta(days=31)), old))
    work = OfficeJobs(sides.office.journal, clock.now)
    for minutes in (0, 1, 2):
        work.tick(NOW + timedelta(minutes=minutes))
    kinds = [row[0] for row in db.run("SELECT kind FROM journal WHERE at >= ?", (NOW,))]
    assert kinds.count("heads.anchored") == 1
    assert kinds.count("dispatch.balanced") == 1
    assert db.one("SELECT 1 FROM draft WHERE id = ?", (old,)) is None
    assert work.scheduler is None


@pytest.mark.parametrize("days", [365, 365 * 73, -365 * 56])
def test_under_a_clock_that_jumped_nothing_typed_is_swept_and_nothing_is_anchored(sides: Sides, days: int) -> None:
    """A year ahead every draft would be older than 30 days."""
    db, retno = sides.office.db, sides.actor("retno", date(2026, 3, 2))
    draft = drafts.start_draft(db, retno, service="ktp-el", now=NOW)
    work = OfficeJobs(sides.office.journal, clock.now)
    before = db.one("SELECT max(id) FROM journal")
    work.tick(NOW + timedelta(days=days))
    assert db.one("SELECT 1 FROM draft WHERE id = ?", (draft,)) == (1,)
    assert db.one("SELECT max(id) FROM journal") == before
    work.tick(NOW + timedelta(minutes=1))
    kinds = [row[0] for row in db.run("SELECT kind FROM journal WHERE at >= ?", (NOW,))]
    assert kinds.count("heads.anchored") == 1


def test_the_clockwork_travels_for_an_enrolled_office_only(sides: Sides) -> None:
    work = OfficeJobs(sides.office.journal, lambda: NOW, lambda: sides.office)
    work.tick(NOW)
    assert work.scheduler is not None
    work.scheduler.stop()


def test_an_office_that_was_opened_without_tls_listens_to_its_network(sides: Sides) -> None:
    from app.cli.office import listen_address
    from app.platform.office.queries import network_plan

    journal, wiji = sides.office.journal, sides.actor("wiji", date(2026, 3, 2))
    assert listen_address(None, network_plan(journal.db)) == "127.0.0.1"
    for key, value in (
        ("network.open", True),
        ("network.hosts", "192.168.1.10"),
        ("network.without_tls", True),
    ):
        change_setting(journal, wiji, key=key, value=value, now=NOW)
    assert settings.get_setting(journal.db, "network.open") is True
    assert listen_address("0.0.0.0", network_plan(journal.db)) == "0.0.0.0"


# -- which way an exchange goes --------------------------------------------------------------------------------------


BOTH, READ, WRITTEN, OVER = "to a folder", "read", "written", "over the network"


@pytest.mark.parametrize(
    ("side", "to", "source", "peers", "told"),
    [
        ("office", None, None, 1, [OVER]),
        ("office", "a", None, 1, [BOTH]),
        ("office", None, "b", 1, [READ]),
        ("office", "a", "b", 1, [READ, BOTH]),
        ("centre", "a", None, 2, [WRITTEN] * 2),
        ("centre", "a", None, 0, [exchange.NOBODY]),
        ("centre", None, "b", 2, [READ]),
        ("centre", "a", "b", 2, [READ, WRITTEN, WRITTEN]),
        ("centre", "a", "b", 0, [READ, exchange.NOBODY]),
    ],
)
def test_which_way_an_exchange_goes(
    side: Side, to: str | None, source: str | None, peers: int, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick is read before it is written; the centre writes one answer for each office and calls nobody."""
    for name, said in (
        ("sync_over_network", OVER),
        ("sync_to_folder", BOTH),
        ("read_stick", READ),
        ("write_stick", WRITTEN),
    ):
        monkeypatch.setattr(exchange, name, lambda *_given, said=said: SyncReport(sentences=[said]))
    monkeypatch.setattr(exchange, "read_peers", lambda _db: [object()] * peers)
    node: Any = SimpleNamespace(db=None)
    ways = [Path(way) if way else None for way in (to, source)]
    reports = exchange.run_exchange(side, node, *ways, datetime(2026, 3, 2, tzinfo=UTC))
    assert [sentence for report in reports for sentence in report.sentences] == told


def test_a_centre_is_told_that_it_calls_nobody() -> None:
    node: Any = SimpleNamespace(db=None)
    with pytest.raises(click.ClickException, match="kecamatan yang menghubungi pusat"):
        exchange.run_exchange("centre", node, None, None, datetime(2026, 3, 2, tzinfo=UTC))
