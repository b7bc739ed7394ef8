"""The centre's real HTTP interface on loopback, and a proxy that cuts answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask

from app.cli.serving import Running
from sync.http_server import install_server
from sync.nodes import NodeSource


@contextmanager
def serving(road: NodeSource, now: Any) -> Iterator[str]:
    """The centre behind waitress; gives `127.0.0.1:port`. `now` is called for each request."""
    app = Flask("centre")
    install_server(app, road, now)
    server = Running(app, 0)
    try:
        yield server.address
    finally:
        server.stop()


class Wire:
    """A proxy on loopback that lets `limit` bytes of the next answer pass and counts what it carries."""

    def __init__(self, target: str) -> None:
        host, port = target.split(":")
        self.target = (host, int(port))
        self.limit: int | None = None
        self.asked = self.answered = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target) as server:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            there = threading.Thread(target=self._ask, args=(client, server), daemon=True)
            there.start()
            left = self.limit
            while data := server.recv(65536):
                part = data if left is None else data[:left]
                self.answered += len(part)
                client.sendall(part)
                if left is not None:
                    left -= len(part)
                    if left <= 0:
                        break
            for end in (client, server):
                end.shutdown(socket.SHUT_RDWR)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                self.asked += len(data)
                server.sendall(data)
        except OSError:
            return

    def close(self) -> None:
        self.listener.close()


class Replay:
    """A centre that gives the same recorded answer to everybody, but only its first `limit` bytes."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.limit = answer, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                read_request(client)
                client.sendall(self.answer[: self.limit])

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


def read_request(client: socket.socket) -> bytes:
    """One whole request with a Content-Length, or without a body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def at(moment: datetime) -> Any:
    return lambda: moment
