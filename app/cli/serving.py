"""Waitress as every command starts it: quiet, with a sentence when the port is taken, stoppable from another thread."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BytesIO
from time import monotonic
from typing import Any

import click
from waitress import wasyncore
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver, FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from app.cli.stopping import stopped_by_event
from schema.body_limits import ASKED, DROPPED, SMALL, body_limit
from schema.cipher import keeps_plain_bytes_in_memory

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
THREADS = 8
ENDLESS = 1 << 60
"""Waitress's own limit of bodies does nothing: each route has its own (`app/cli/serving.py`)."""
OUTGOING = 1 << 20
"""Bytes of answers that nobody has fetched yet from which on they go through a temporary file (waitress's own)."""
SEALED_PATH = "/api/v1/"
"""What other sides send there is sealed for this one."""


def open_server(app: Any, host: str, port: int, *, proxied: bool = False) -> Any:
    """A waitress server that holds its port. Raises ClickException when the port is taken.

    `proxied`: a proxy with TLS stands on this PC; its word about address, name and scheme is believed, nobody else's.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    trust: dict[str, Any] = {}
    if proxied:
        trust = {
            "trusted_proxy": "127.0.0.1",
            "clear_untrusted_proxy_headers": True,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
        }
    if ":" in host:
        family = socket.AF_INET6
    else:
        family = socket.AF_INET
    try:
        own = socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.ClickException(
            f"Port {port} sedang dipakai program lain. Tutup program itu, atau pilih --port lain."
        ) from error
    return make_server(app, own, trust)


def make_server(app: Any, own: socket.socket, trust: dict[str, Any]) -> Any:
    """The server over a socket that is bound, with its threads."""
    from waitress.adjustments import Adjustments
    from waitress.task import ThreadedTaskDispatcher

    adjusted = Adjustments(
        sockets=[own],
        threads=THREADS,
        ident=None,
        connection_limit=PLACES + THREADS,
        recv_bytes=65536,
        max_request_header_size=MOST_HEAD,
        max_request_body_size=ENDLESS,
        outbuf_overflow=spooled_from("", OUTGOING),
        asyncore_use_poll=True,
        **trust,
    )
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(THREADS)
    known = (own.family, own.type, own.proto, own.getsockname())
    return Server(
        telling_body_limits(app),
        {},
        True,
        own,
        dispatcher=threads,
        adj=adjusted,
        bind_socket=False,
        sockinfo=known,
    )


def telling_body_limits(app: Any) -> Callable[..., Any]:
    """The application, which the server may also ask how large the body of a request may be before it is received."""
    from flask import Flask

    ask = partial(body_limit, app) if isinstance(app, Flask) else getattr(app, "body_limit", lambda _environ: SMALL)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if ASKED in environ:
            return ask(environ)
        return app(environ, start_response)

    return answer


class LateApplication:
    """An application that is made when the first request comes: many offices have a kiosk that nobody opens today."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._turn = threading.Lock()
        self._made: Any = None

    def application(self) -> Any:
        with self._turn:
            if self._made is None:
                self._made = self._make()
            return self._made

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.application()(environ, start_response)
        return answer

    def body_limit(self, environ: dict[str, Any]) -> int:
        return body_limit(self.application(), environ)


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """End on SIGTERM as on Ctrl+C, so that nothing stays behind; also where a parent made us deaf to Ctrl+C.

    Windows says SIGBREAK where the window is closed or somebody signs out, and then waits a few seconds.
    """

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    wanted = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGBREAK", signal.SIGTERM)}
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        with stopped_by_event():
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """The wanted port, or another one when somebody holds it."""
    for port in (wanted, 0):
        with socket.socket() as tried:
            if os.name == "posix":  # Windows would take a port that somebody holds
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise click.ClickException("Tidak ada port yang bebas di komputer ini.")


class Running:
    def __init__(self, app: Any, port: int, host: str = "127.0.0.1", *, proxied: bool = False) -> None:
        self.server = open_server(app, host, port, proxied=proxied)
        self.thread = threading.Thread(target=self.server.run, name=f"port-{port}", daemon=True)
        self.thread.start()
        self.port = int(self.server.effective_port)
        self.address = f"{host}:{self.port}"

    def stop(self) -> None:
        """Cut every connection, let the port go, then wait for those who are still at work."""
        self.server.trigger.pull_trigger(self._close)
        self.thread.join(5)
        self.server.task_dispatcher.shutdown()
        self.server.close()

    def _close(self) -> None:
        """Runs in the server's own loop, which ends when nothing is left to listen to."""
        for channel in list(self.server.active_channels.values()):
            channel.handle_close()
        self.server.close()


PLACES = 256
"""Connections of one port at the same time."""
PER_ADDRESS = 32
"""And from one other machine. This PC's own address is not counted: a proxy on it speaks for everybody."""
YOUNG = 2.0
"""Seconds for which a newcomer is not sent away for another one."""
HEAD, IDLE, STALL, GRACE = 10.0, 120.0, 30.0, 30.0
"""Seconds for the head of a request, between two requests, between two pieces, and before a body's pace counts."""
PACE = 500
"""Bytes a second on the average: a sixteenth of the line of 64 kbit/s that a village may have."""
THROWN_AWAY = 16 * 1024 * 1024
"""So much of a refused body is still read, so that whoever sends it can hear the answer; beyond it the line is cut."""
MOST_HEAD = 32 * 1024
LAST_READS = 16
CUT_SECONDS = 10.0
"""So long a request about a file waits for what came of it over a line that was cut."""
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")

log = logging.getLogger(__name__)


class LimitedBuffer(OverflowableBuffer):
    """A body up to `limit` bytes; of a larger one nothing is kept and the length is counted."""

    def __init__(self, overflow: int, limit: int) -> None:
        super().__init__(overflow)
        self.limit = limit
        self.dropped = 0

    def append(self, piece: bytes) -> None:
        if self.dropped:
            self.dropped += len(piece)
        elif len(self) + len(piece) <= self.limit:
            super().append(piece)
        else:
            self.drop(len(self) + len(piece))

    def drop(self, size: int) -> None:
        """Give up what was kept of a body of at least `size` bytes."""
        self.close()
        self.buf = None
        self.strbuf = b""
        self.overflowed = False
        self.dropped = size

    def __len__(self) -> int:
        return self.dropped or int(super().__len__())


def spooled_from(path: str, usual: int) -> int:
    """Bytes from which on a body goes through a temporary file: in an encrypted folder only what came sealed does."""
    if path.startswith(SEALED_PATH) or not keeps_plain_bytes_in_memory():
        return usual
    return ENDLESS


class Request(HTTPRequestParser):
    body_rcv: Any
    expect_continue: bool

    def __init__(self, channel: Channel, adj: Any) -> None:
        super().__init__(adj)
        self.channel = channel
        self.begun = monotonic()
        self.body_begun = 0.0
        self.buffer: LimitedBuffer | None = None

    def parse_header(self, head: bytes) -> None:
        super().parse_header(head)
        if self.body_rcv is None:
            return
        self.body_begun = monotonic()
        if 0 < self.content_length <= SMALL:
            limit = SMALL
        else:
            limit = self.channel.limit_of(self)
        self.buffer = LimitedBuffer(spooled_from(self.path, self.adj.inbuf_overflow), limit)
        if self.chunked:
            self.body_rcv = ChunkedReceiver(self.buffer)
        else:
            self.body_rcv = FixedStreamReceiver(self.content_length, self.buffer)
        if self.content_length > limit:
            self.buffer.drop(self.content_length)

    def received(self, data: bytes) -> int:
        """Take what came. A refused body that nobody waits for, or that does not end, ends here."""
        taken = int(super().received(data))
        if self.buffer is not None and self.buffer.dropped and not self.error:
            expected = self.expect_continue or self.content_length > self.buffer.limit + THROWN_AWAY
            if expected or self.body_bytes_received > self.buffer.limit + THROWN_AWAY:
                self.headers["CONNECTION"] = "close"
                self.headers["CONTENT_LENGTH"] = str(len(self.buffer))
                self.expect_continue = False
                self.completed = True
        return taken

    @property
    def is_dropped(self) -> bool:
        return self.buffer is not None and self.buffer.dropped > 0

    @property
    def is_cut_part(self) -> bool:
        """Whether the line ended within the body of a part of a file: what came of it counts
        (`sync/http_server.py`)."""
        came = self.buffer is not None and not self.is_dropped and len(self.buffer) > 0
        is_part = self.headers_finished and self.command == "PUT" and self.path.startswith(SEALED_PATH)
        return came and is_part and not self.chunked and not self.completed and not self.error


class Task(WSGITask):
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.request.is_dropped:
            environ[DROPPED] = True
            environ["wsgi.input"] = BytesIO()
        return environ


class CutPart:
    """What came of a part whose line was cut, given to the application in a thread of the server; nobody hears the
    answer."""

    def __init__(self, channel: Channel, request: Request) -> None:
        self.channel = channel
        self.request = request
        self.ended = threading.Event()

    def service(self) -> None:
        try:
            environ = Task(self.channel, self.request).get_environment()
            environ["CONTENT_LENGTH"] = str(len(self.request.buffer or b""))
            answer = self.channel.server.application(environ, lambda *_: None)
            try:
                b"".join(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        except Exception:
            log.exception("what came of a cut file could not be kept")
        finally:
            self.cancel()

    def cancel(self) -> None:
        self.request.close()
        self.channel.server.cut_parts.pop(self.request.path, None)
        self.ended.set()


class Channel(HTTPChannel):
    """One connection, with the moment until which it must have done something."""

    task_class = Task

    def __init__(self, server: Any, *args: Any, **named: Any) -> None:
        self.since = self.moved = self.free_since = monotonic()
        self.served = self.ended = False
        self.closed = threading.Event()
        super().__init__(server, *args, **named)
        server.make_room(self)

    def parser_class(self, adj: Any) -> Request:
        return Request(self, adj)

    def limit_of(self, request: Request) -> int:
        environ = Task(self, request).get_environment()
        try:
            return int(self.server.application(environ | {"wsgi.input": BytesIO(), ASKED: True}, None))
        except Exception:
            log.exception("nobody says how large this body may be")
            return SMALL

    def received(self, data: bytes) -> bool:
        self.moved = monotonic()
        return bool(super().received(data))

    def send(self, *args: Any, **named: Any) -> int:
        sent = int(super().send(*args, **named))
        if sent:
            self.moved = monotonic()
        return sent

    def handle_close(self) -> None:
        """The line ended, by either side. What came of a part is kept before anybody is answered about that file."""
        connected = self.connected
        if connected:
            self.read_rest()
        request = self.request
        super().handle_close()
        if connected and request is not None and request.is_cut_part:
            part = CutPart(self, request)
            self.server.cut_parts[request.path] = part
            self.server.task_dispatcher.add_task(part)
        self.closed.set()

    def read_rest(self) -> None:
        """What arrived before the end and was not read yet, because an answer was on its way out."""
        with suppress(OSError, AttributeError):
            for _ in range(LAST_READS):
                data = self.socket.recv(self.adj.recv_bytes)
                if not data or not self.requests_lock.acquire(blocking=False):
                    return
                self.requests_lock.release()
                self.received(data)

    def service(self) -> None:
        self.served = True
        if self.requests and self.requests[0].path.startswith(SEALED_PATH):
            self.server.await_part(self.requests[0].path)
        try:
            super().service()
        finally:
            self.moved = self.free_since = monotonic()

    @property
    def due(self) -> float:
        """The moment (monotonic) until which the other side must have done something; endless while we work."""
        request = self.request
        if self.requests:
            return math.inf
        if self.total_outbufs_len:
            return self.moved + STALL
        if request is None and self.served:
            return self.free_since + IDLE
        if request is None:
            return self.free_since + HEAD
        if not request.headers_finished:
            return min(float(request.begun), self.free_since + IDLE) + HEAD
        paced = request.body_begun + GRACE + request.body_bytes_received / PACE
        return min(self.moved + STALL, float(paced))

    def end(self) -> None:
        """Cut the line. The loop then closes it by itself, so no number of a socket is used again too early. It is told
        so, for Windows says nothing of a line that this side has cut."""
        self.ended = self.will_close = True
        with suppress(OSError, AttributeError):
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):
    channel_class = Channel
    next_look = 0.0

    def __init__(self, *args: Any, **named: Any) -> None:
        self.cut_parts: dict[str, CutPart] = {}
        super().__init__(*args, **named)

    def readable(self) -> bool:
        """Asked in each round of the loop; once a second it ends what is overdue."""
        now = monotonic()
        if now >= self.next_look:
            self.next_look = now + 1
            for channel in self.open_channels():
                if channel.due < now:
                    channel.end()
        return bool(super().readable())

    def close(self) -> None:
        """Let the port go. What wakes the loop stays open while anybody is at work: a late one would find its number
        gone, or write into another file that has it by then. Called again after that, it closes this too."""
        self.trigger.del_channel()
        if not self.task_dispatcher.threads:
            self.trigger.close()
        wasyncore.dispatcher.close(self)

    def open_channels(self) -> list[Channel]:
        return [channel for channel in list(self.active_channels.values()) if not channel.ended]

    def await_part(self, path: str) -> None:
        """Before a request about a file: keep what came of it over earlier lines. One that brings it still is dead, for
        its office asks anew."""
        for channel in self.open_channels():
            if channel.request is not None and channel.request.path == path and channel.request.is_cut_part:
                channel.end()
                channel.closed.wait(CUT_SECONDS)
        part = self.cut_parts.get(path)
        if part is not None:
            part.ended.wait(CUT_SECONDS)

    def make_room(self, newcomer: Channel) -> None:
        """Let a newcomer in: where its machine, or everybody, holds too many places, the worst one goes."""
        everyone = self.open_channels()
        address = str(newcomer.addr[0])
        if address not in LOOPBACK_ADDRESSES:
            neighbours = [channel for channel in everyone if channel.addr[0] == address]
            if len(neighbours) > PER_ADDRESS:
                end_worst_channel(neighbours, newcomer)
                return
        if len(everyone) > PLACES:
            end_worst_channel(everyone, newcomer)


def end_worst_channel(channels: Iterable[Channel], newcomer: Channel) -> None:
    """End the connection with the least time left; one at work, never. Where all came just now, the first of them goes,
    best one that has had its answer: a newcomer must have the time to ask, however the others fill the places."""
    young = monotonic() - YOUNG

    def rank(channel: Channel) -> tuple[bool, bool, float]:
        if channel.since < young:
            return (False, False, channel.due)
        return (True, not channel.served or channel.request is not None, channel.since)

    waiting = [channel for channel in channels if channel is not newcomer and not channel.requests]
    if waiting:
        min(waiting, key=rank).end()
