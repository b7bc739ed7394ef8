"""Waitress's connections, for visitors who come slowly or bring too much (docs/decisions/0020-slow-clients.md).

A request is handed to a thread only when all of it has come, so slow ones cost nothing but their place. Each place has
a moment until which something must have happened; when all places are taken, the one that waited in vain goes, and the
newcomer is let in. Bodies above the limit of their route are read and thrown away, so that the answer can be told.
"""

from __future__ import annotations

import logging
import math
import socket
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from time import monotonic
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver, FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from schema.body_limits import ASKED, DROPPED, SMALL

PLACES = 256
"""Connections of one face at the same time."""
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
LOOPBACK = ("127.0.0.1", "::1")

log = logging.getLogger(__name__)


class LimitedBuffer(OverflowableBuffer):  # type: ignore[misc]
    """A body up to `limit` bytes; of a larger one nothing is kept and the length is counted."""

    def __init__(self, overflow: int, limit: int) -> None:
        super().__init__(overflow)
        self.limit, self.dropped = limit, 0

    def append(self, piece: bytes) -> None:
        """Keep a piece, or count it when the limit is passed."""
        if self.dropped:
            self.dropped += len(piece)
        elif len(self) + len(piece) <= self.limit:
            super().append(piece)
        else:
            self.drop(len(self) + len(piece))

    def drop(self, size: int) -> None:
        """Give up what was kept of a body of at least `size` bytes."""
        self.close()
        self.buf, self.strbuf, self.overflowed, self.dropped = None, b"", False, size

    def __len__(self) -> int:
        return self.dropped or int(super().__len__())


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request in receipt; knows when it began and how large its body may be."""

    body_rcv: Any
    expect_continue: bool

    def __init__(self, channel: Channel, adj: Any) -> None:
        super().__init__(adj)
        self.channel, self.begun = channel, monotonic()
        self.body_begun = 0.0
        self.buffer: LimitedBuffer | None = None

    def parse_header(self, head: bytes) -> None:
        """Read the head; a body goes into a buffer with the limit of its route."""
        super().parse_header(head)
        if self.body_rcv is None:
            return
        self.body_begun = monotonic()
        limit = SMALL if 0 < self.content_length <= SMALL else self.channel.limit_of(self)
        self.buffer = LimitedBuffer(self.adj.inbuf_overflow, limit)
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
                self.headers["CONNECTION"], self.headers["CONTENT_LENGTH"] = "close", str(len(self.buffer))
                self.expect_continue, self.completed = False, True
        return taken

    @property
    def is_dropped(self) -> bool:
        """Whether its body was larger than allowed."""
        return self.buffer is not None and self.buffer.dropped > 0


class Task(WSGITask):  # type: ignore[misc]
    """A complete request at work."""

    def get_environment(self) -> dict[str, Any]:
        """The environment, which tells of a body that was thrown away."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.is_dropped:
            environ[DROPPED], environ["wsgi.input"] = True, BytesIO()
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, with the moment until which it must have done something."""

    task_class = Task

    def __init__(self, server: Any, *args: Any, **named: Any) -> None:
        self.since = self.moved = self.free_since = monotonic()
        self.served = self.ended = False
        super().__init__(server, *args, **named)
        server.make_room(self)

    def parser_class(self, adj: Any) -> Request:
        """A request begins."""
        return Request(self, adj)

    def limit_of(self, request: Request) -> int:
        """Bytes that the body of a request may have, as the application says."""
        environ = Task(self, request).get_environment()
        try:
            return int(self.server.application(environ | {"wsgi.input": BytesIO(), ASKED: True}, None))
        except Exception:
            log.exception("nobody says how large this body may be")
            return SMALL

    def received(self, data: bytes) -> bool:
        """Take what came and note when."""
        self.moved = monotonic()
        return bool(super().received(data))

    def send(self, *args: Any, **named: Any) -> int:
        """Send and note when something went."""
        sent = int(super().send(*args, **named))
        if sent:
            self.moved = monotonic()
        return sent

    def service(self) -> None:
        """Answer one request; the time for the next begins afterwards."""
        self.served = True
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
        if request is None:
            return self.free_since + (IDLE if self.served else HEAD)
        if not request.headers_finished:
            return min(float(request.begun), self.free_since + IDLE) + HEAD
        paced = request.body_begun + GRACE + request.body_bytes_received / PACE
        return min(self.moved + STALL, float(paced))

    def end(self) -> None:
        """Cut the line. The loop then finds it closed by itself, so no number of a socket is used again too early."""
        self.ended = True
        with suppress(OSError, AttributeError):
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress with a bounded number of places, of which a slow visitor keeps none that another one needs."""

    channel_class = Channel
    next_look = 0.0

    def readable(self) -> bool:
        """Asked in each round of the loop; once a second it ends what is overdue."""
        now = monotonic()
        if now >= self.next_look:
            self.next_look = now + 1
            for channel in self.open_channels():
                if channel.due < now:
                    channel.end()
        return bool(super().readable())

    def open_channels(self) -> list[Channel]:
        """Connections that were not told to end."""
        return [channel for channel in list(self.active_channels.values()) if not channel.ended]

    def make_room(self, newcomer: Channel) -> None:
        """Let a newcomer in: where its machine, or everybody, holds too many places, the worst one goes."""
        everyone, address = self.open_channels(), str(newcomer.addr[0])
        if address not in LOOPBACK:
            neighbours = [channel for channel in everyone if channel.addr[0] == address]
            if len(neighbours) > PER_ADDRESS:
                end_worst(neighbours, newcomer)
                return
        if len(everyone) > PLACES:
            end_worst(everyone, newcomer)


def end_worst(channels: Iterable[Channel], newcomer: Channel) -> None:
    """End the connection with the least time left; one at work, never. Where all came just now, the first of them goes,
    best one that has had its answer: a newcomer must have the time to ask, however the others fill the places."""
    young = monotonic() - YOUNG

    def rank(one: Channel) -> tuple[bool, bool, float]:
        if one.since < young:
            return (False, False, one.due)
        return (True, not one.served or one.request is not None, one.since)

    waiting = [one for one in channels if one is not newcomer and not one.requests]
    if waiting:
        min(waiting, key=rank).end()
