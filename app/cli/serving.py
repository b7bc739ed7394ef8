"""Waitress as every command starts it: quiet, with a sentence when the port is taken, stoppable from another thread."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
THREADS = 8
FRAME = 64 * 1024
"""What stands around an upload."""


def listen(app: Any, host: str, port: int, *, proxied: bool = False) -> Any:
    """A waitress server that holds its port. Raises ClickException when the port is taken.

    `proxied`: a proxy with TLS stands on this PC; its word about address, name and scheme is believed, nobody else's.
    """
    from waitress import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    trust: dict[str, Any] = {}
    if proxied:
        trust = {"trusted_proxy": "127.0.0.1", "clear_untrusted_proxy_headers": True,
                 "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}}  # fmt: skip
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        own = socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.ClickException(
            f"Port {port} sedang dipakai program lain. Tutup program itu, atau pilih --port lain."
        ) from error
    return create_server(app, sockets=[own], threads=THREADS, ident=None, **limits(app), **trust)


def limits(app: Any) -> dict[str, Any]:
    """What waitress refuses by itself: a body larger than any that the application takes, before it is spooled to disk.

    A length that is declared is refused at once, one that is not (chunked) when the limit is reached.
    """
    from flask import Flask

    from app.web.guard import largest_body

    largest = largest_body(app) if isinstance(app, Flask) else getattr(app, "largest_body", 0)
    return {"max_request_body_size": largest + FRAME}


@contextmanager
def ended_politely() -> Iterator[None]:
    """End on SIGTERM as on Ctrl+C, so that nothing stays behind; also where a parent made us deaf to Ctrl+C."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, stop) for one in wanted]
    try:
        yield
    finally:
        for one, handler in zip(wanted, before, strict=True):
            signal.signal(one, handler)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """The wanted port, or another one when somebody holds it."""
    for port in (wanted, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise click.ClickException("Tidak ada port yang bebas di komputer ini.")


class Running:
    """A server in a thread of its own, until :meth:`stop`."""

    def __init__(self, app: Any, port: int, host: str = "127.0.0.1") -> None:
        self.server = listen(app, host, port)
        self.thread = threading.Thread(target=self.server.run, name=f"port-{port}", daemon=True)
        self.thread.start()
        self.port = int(self.server.effective_port)
        self.address = f"{host}:{self.port}"

    def stop(self) -> None:
        """Answer what is being asked, then let the port go."""
        self.server.trigger.pull_trigger(self._close)
        self.thread.join(5)
        self.server.task_dispatcher.shutdown()

    def _close(self) -> None:
        """Runs in the server's own loop, which ends when nothing is left to listen to."""
        for channel in list(self.server.active_channels.values()):
            channel.handle_close()
        self.server.close()
