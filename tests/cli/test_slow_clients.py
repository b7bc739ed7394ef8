"""Visitors who come slowly: none keeps a place that another one needs, and nobody honest is sent away."""

import http.client
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import serving
from app.cli.serving import Channel, Running
from tests.proof.faces import Face
from tests.proof.slow_clients import prove_slow_clients
from tests.world.nightly import by_day

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 12000\r\n\r\n"
NEIGHBOUR = "127.0.0.9"


def hello(environ: dict[str, object], start: object) -> list[bytes]:
    """An application that says how much it was sent."""
    size = len(environ["wsgi.input"].read())
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % size]


@pytest.fixture
def running() -> Iterator[Running]:
    server = Running(hello, 0)
    yield server
    server.stop()


def come(running: Running, beginning: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
    """A visitor who has sent the beginning of something."""
    line = socket.create_connection(("127.0.0.1", running.port), 10, source_address=(address, 0))
    line.sendall(beginning)
    return line


def ask(running: Running) -> int:
    return Face("hello", running.port, "/").ask(5)[0]


def is_ended(line: socket.socket) -> bool:
    """Whether the other side has ended the connection; waits for it."""
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True


def test_the_office_answers_while_others_trickle(tmp_path_factory: pytest.TempPathFactory) -> None:
    part = prove_slow_clients(tmp_path_factory.mktemp("pintu"), seconds=0.6, visitors=by_day(100, 200))
    assert part.faults == []
    assert part.figures.startswith("slow clients: 72 of 72 ")


def test_a_head_that_does_not_end_is_cut(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD", 0.1)
    monkeypatch.setattr(serving, "IDLE", 0.1)
    with ExitStack() as crowd:
        silent, slow, empty = (
            crowd.enter_context(come(running, sent)) for sent in (b"", HEAD + b"X-Slow: ", b"\r\n\r\n")
        )
        assert is_ended(silent)
        assert is_ended(slow)
        assert is_ended(empty)


def test_a_line_that_was_cut_is_closed_also_where_the_system_says_nothing_of_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where nothing tells the loop of a line that this side has cut."""
    monkeypatch.setattr(serving, "HEAD", 0.1)
    monkeypatch.setattr(socket, "SHUT_RDWR", 99)
    with come(running) as silent:
        assert is_ended(silent)


def test_a_body_below_the_pace_is_cut_and_one_above_it_comes_through(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "GRACE", 0.1)
    with come(running, FORM + b"x") as slow:
        assert is_ended(slow)
    monkeypatch.setattr(serving, "GRACE", 0.0)
    with come(running, FORM + b"x" * 11_990) as village, come(running, FORM + b"x") as slow:
        assert is_ended(slow)  # the looking round that cut this one spared the other
        village.sendall(b"x" * 10)
        assert b"200 OK" in village.recv(1000)


@pytest.mark.parametrize(("pace", "comes_through"), [(8000, True), (1200, True), (400, False), (5, False)])
def test_a_village_line_sends_a_long_form_in_peace(pace: int, comes_through: bool) -> None:
    sending = SimpleNamespace(requests=[], total_outbufs_len=0, served=False, free_since=0.0, moved=0.0)
    sending.request = SimpleNamespace(headers_finished=True, body_begun=0.0, body_bytes_received=0)
    in_time = []
    for second in range(1, 2_000_000 // pace):
        in_time.append(Channel.due.fget(sending) > second)
        sending.moved, sending.request.body_bytes_received = second, pace * second
    assert all(in_time) == comes_through


def test_more_visitors_than_places_keep_nobody_out(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "YOUNG", 0.0)
    with ExitStack() as crowd:
        kept = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        crowd.callback(kept.close)
        kept.request("GET", "/")
        assert kept.getresponse().read() == b"0"
        lines = [crowd.enter_context(come(running, beginning)) for beginning in (b"", HEAD, FORM) for _ in range(150)]
        assert ask(running) == 200
        assert len(running.server.open_channels()) <= serving.PLACES
        assert is_ended(lines[0])
        kept.request("GET", "/")  # a browser's own line, unused for a moment, was not given away
        assert kept.getresponse().read() == b"0"


def test_one_machine_holds_so_many_places_and_can_still_ask(running: Running) -> None:
    with ExitStack() as crowd:
        lines = [crowd.enter_context(come(running, HEAD, NEIGHBOUR)) for _ in range(serving.PER_ADDRESS + 20)]
        assert all(is_ended(line) for line in lines[:20])
        lines[-1].sendall(b"\r\n")
        assert b"200 OK" in lines[-1].recv(1000)
        lines[25].sendall(b"\r\n")
        assert b"200 OK" in lines[25].recv(1000)


@dataclass
class Stand:
    """A connection as the choice sees it: when it came, how long it may still wait."""

    since: float
    due: float
    served: bool = False
    requests: tuple[str, ...] = ()
    request: str | None = "begun"
    ended: bool = False

    def end(self) -> None:
        self.ended = True


def test_a_newcomer_has_the_time_to_ask_however_the_others_fill_the_places() -> None:
    now = monotonic()
    newcomer = Stand(now, now + 10)
    asking = Stand(now - 0.05, now + 10)  # its head is on the way
    patient = Stand(now - 0.5, now + 30)  # sent a large piece at once, so that much time is left to it
    content = Stand(now - 0.1, now + 120, served=True, request=None)
    slow, village = Stand(now - 9, now + 1), Stand(now - 60, now + 900)
    working = Stand(now - 300, math.inf, requests=("at work",))
    everyone = [newcomer, asking, patient, content, slow, village, working]
    for gone in (slow, village, content, patient, asking):
        serving.end_worst_channel([one for one in everyone if not one.ended], newcomer)
        assert gone.ended
    serving.end_worst_channel([newcomer, working], newcomer)
    assert not newcomer.ended
    assert not working.ended


# -- what came of a part whose line was cut -------------------------------------------------------------------------


class Answer:
    """An application that takes a part: it reads what came, goes on while it answers, and is closed at the end."""

    def __init__(self, *, fails: bool) -> None:
        self.fails, self.did = fails, list[object]()
        self.ended = Event()

    def __call__(self, environ: dict[str, Any], start: object) -> "Answer":
        self.did.append((environ["CONTENT_LENGTH"], environ["wsgi.input"].read()))
        return self

    def __iter__(self) -> Iterator[bytes]:
        self.did.append("read")
        if self.fails:
            raise OSError(28, "No space left on device")
        yield b"kept"

    def close(self) -> None:
        self.did.append("closed")
        self.ended.set()


@pytest.mark.parametrize("fails", [False, True])
def test_what_came_of_a_cut_part_goes_the_whole_way_through_the_application(fails: bool) -> None:
    answer = Answer(fails=fails)
    running = Running(answer, 0)
    line = come(running, b"PUT /api/v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 12000\r\n\r\nfirst")
    line.close()
    assert answer.ended.wait(20)
    running.stop()
    assert answer.did == [("5", b"first"), "read", "closed"]
    assert running.server.cut_parts == {}, "who asks about that file waits no longer"


class FakeLock:
    """A lock that an answer holds or does not hold; waiting for it would stop the one thread that reads."""

    def __init__(self, *, free: bool) -> None:
        self.free, self.waited = free, False

    def acquire(self, blocking: bool = True) -> bool:
        self.waited = self.waited or blocking
        return self.free

    def release(self) -> None:
        pass


@pytest.mark.parametrize(("free", "taken"), [(True, [b"satu", b"dua"]), (False, [])])
def test_what_a_line_that_ended_still_holds_is_read_without_waiting_for_an_answer(
    free: bool, taken: list[bytes]
) -> None:
    arriving, heard, lock = [b"satu", b"dua", b"", b"tidak"], list[bytes](), FakeLock(free=free)
    line: Any = SimpleNamespace(
        socket=SimpleNamespace(recv=lambda _most: arriving.pop(0)),
        adj=SimpleNamespace(recv_bytes=8192),
        requests_lock=lock,
        received=heard.append,
    )
    Channel.read_rest(line)
    assert (heard, lock.waited) == (taken, False)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ({"requests": [1], "total_outbufs_len": 5}, math.inf),
        ({"total_outbufs_len": 5}, 200 + serving.STALL),
        ({"served": True}, 300 + serving.IDLE),
        ({}, 300 + serving.HEAD),
        ({"request": {"begun": 310.0}}, 310 + serving.HEAD),
        ({"request": {"begun": 500.0}}, 300 + serving.IDLE + serving.HEAD),
        ({"request": {"headers_finished": True, "body_begun": 190.0}}, 190 + serving.GRACE),
        ({"request": {"headers_finished": True, "body_begun": 900.0}}, 200 + serving.STALL),
        ({"request": {"headers_finished": True, "body_begun": 160.0, "body_bytes_received": 5000}}, 200.0),
    ],
)
def test_until_when_the_other_side_must_have_done_something(state: dict[str, Any], due: float) -> None:
    """At 200 something moved, since 300 the line was free; a body has its half minute and then 500 bytes a second."""
    request = {"headers_finished": False, "begun": 0.0, "body_begun": 0.0, "body_bytes_received": 0}
    line = {"requests": [], "total_outbufs_len": 0, "served": False, "request": None, "moved": 200.0} | state
    if line["request"] is not None:
        line["request"] = SimpleNamespace(**request | line["request"])
    assert Channel.due.fget(SimpleNamespace(**line, free_since=300.0)) == due  # type: ignore[attr-defined]


WHOLE_CUT = {
    "buffer": b"came",
    "is_dropped": False,
    "headers_finished": True,
    "command": "PUT",
    "path": serving.SEALED_PATH + "x",
    "chunked": False,
    "completed": False,
    "error": None,
}


@pytest.mark.parametrize(
    "change",
    [
        {"buffer": None},
        {"buffer": b""},
        {"is_dropped": True},
        {"headers_finished": False},
        {"command": "POST"},
        {"path": "/masuk"},
        {"chunked": True},
        {"completed": True},
        {"error": "too large"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_only_the_begun_body_of_a_part_counts_when_the_line_is_cut(change: dict[str, Any]) -> None:
    assert serving.Request.is_cut_part.fget(SimpleNamespace(**WHOLE_CUT)) is True  # type: ignore[attr-defined]
    assert not serving.Request.is_cut_part.fget(SimpleNamespace(**WHOLE_CUT | change))  # type: ignore[attr-defined]


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("is_part", [True, False])
def test_what_arrived_last_is_read_before_a_line_ends_and_counts_once(
    connected: bool, is_part: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, tasks = list[str](), list[Any]()
    monkeypatch.setattr(serving.HTTPChannel, "handle_close", lambda _line: done.append("closed"))
    line: Any = Channel.__new__(Channel)
    line.connected, line.closed = connected, threading.Event()
    line.request = SimpleNamespace(is_cut_part=is_part, path="/x")
    line.read_rest = lambda: done.append("read")
    line.server = SimpleNamespace(cut_parts={}, task_dispatcher=SimpleNamespace(add_task=tasks.append))
    line.handle_close()
    assert done == [*["read"] * connected, "closed"]
    assert line.server.cut_parts == ({"/x": tasks[0]} if connected and is_part else {})
    assert len(tasks) == (connected and is_part)
    assert line.closed.is_set()


def test_where_nobody_says_how_large_a_body_may_be_it_is_small(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "Task", lambda *_: SimpleNamespace(get_environment=lambda: {"X": "y"}))

    def limit(environ: dict[str, Any], start: object) -> str:
        assert (environ["X"], environ[serving.ASKED], start) == ("y", True, None)
        return "7000"

    line: Any = Channel.__new__(Channel)
    line.server = SimpleNamespace(application=limit)
    assert Channel.limit_of(line, None) == 7000  # type: ignore[arg-type]  # the request is not looked at here
    line.server = SimpleNamespace(application=lambda *_: "no number")
    assert Channel.limit_of(line, None) == serving.SMALL  # type: ignore[arg-type]
    assert [record.getMessage() for record in caplog.records] == ["nobody says how large this body may be"]


def channel(**state: Any) -> Any:
    """A line that was ended by nobody; what it is asked is told in `ended_by`."""
    line = SimpleNamespace(
        addr=("10.0.0.9", 1), ended=False, requests=[], since=0.0, served=False, request=None, due=1.0, ends=0
    )
    vars(line).update(state)

    def end() -> None:
        line.ends += 1

    line.end, line.closed = end, SimpleNamespace(wait=lambda _seconds: None)
    return line


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        ([{"since": 5.0}, {"since": 4.0}], 1),
        ([{"since": 4.0}, {"since": 5.0, "served": True}], 1),
        ([{"since": 4.0, "served": True, "request": 1}, {"since": 5.0, "served": True}], 1),
        ([{"since": 4.0, "served": True}, {"since": -9.0, "due": 99.0}], 1),
        ([{"since": -9.0, "due": 9.0}, {"since": -9.0, "due": 3.0}], 1),
        ([{"requests": [1], "since": -9.0}, {"since": 5.0}], 1),
        ([{"requests": [1]}, {"requests": [1]}], None),
    ],
)
def test_who_goes_first_where_there_is_no_room(
    lines: list[dict[str, Any]], gone: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 1, whoever came after -1 is young. An old one goes first, the one with the least time; then one that was
    answered and asks nothing; then the first that came. One at work stays."""
    monkeypatch.setattr(serving, "monotonic", lambda: serving.YOUNG - 1.0)
    every = [channel(**state) for state in lines]
    newcomer = channel(since=-99.0, due=-99.0)
    serving.end_worst_channel([newcomer, *every], newcomer)
    assert [line.ends for line in every] == [int(at == gone) for at in range(len(every))]
    assert newcomer.ends == 0


@pytest.mark.parametrize(
    ("others", "address", "ended"),
    [
        (["10.0.0.9"] * (serving.PER_ADDRESS - 1), "10.0.0.9", 0),
        (["10.0.0.9"] * serving.PER_ADDRESS, "10.0.0.9", 1),
        (["10.0.0.8"] * serving.PER_ADDRESS, "10.0.0.9", 0),
        (["127.0.0.1"] * serving.PER_ADDRESS, "127.0.0.1", 0),
        (["::1"] * (serving.PLACES - 1), "::1", 0),
        (["::1"] * serving.PLACES, "::1", 1),
        (["127.0.0.1"] * serving.PLACES, "10.0.0.9", 1),
        (["10.0.0.9"] * serving.PLACES, "10.0.0.9", 1),
    ],
)
def test_a_newcomer_finds_room_up_to_the_limits_of_its_machine_and_of_all(
    others: list[str], address: str, ended: int
) -> None:
    lines = [channel(addr=(other, 1)) for other in others]
    newcomer = channel(addr=(address, 1))
    server: Any = SimpleNamespace(open_channels=lambda: [*lines, newcomer])
    serving.Server.make_room(server, newcomer)
    assert sum(line.ends for line in lines) == ended


def test_what_came_of_a_file_is_waited_for_and_its_dead_line_is_ended() -> None:
    waited = list[float]()

    def bringing(path: str, cut: bool) -> Any:
        return channel(request=SimpleNamespace(path=path, is_cut_part=cut))

    lines = [bringing("/x", cut=True), bringing("/x", cut=False), bringing("/y", cut=True), channel()]
    lines[0].closed = SimpleNamespace(wait=waited.append)
    kept = SimpleNamespace(ended=SimpleNamespace(wait=waited.append))
    server: Any = SimpleNamespace(open_channels=lambda: lines, cut_parts={"/x": kept, "/z": kept})
    serving.Server.await_part(server, "/x")
    assert ([line.ends for line in lines], waited) == ([1, 0, 0, 0], [serving.CUT_SECONDS] * 2)
    serving.Server.await_part(server, "/nobody")
    assert len(waited) == 2


def test_a_body_is_kept_up_to_its_limit_and_counted_beyond() -> None:
    buffer = serving.LimitedBuffer(serving.ENDLESS, 10)
    for piece, size, dropped in ((b"12345", 5, 0), (b"67890", 10, 0), (b"x", 11, 11), (b"yy", 13, 13)):
        buffer.append(piece)
        assert (len(buffer), buffer.dropped) == (size, dropped)
    assert buffer.get() == b""
