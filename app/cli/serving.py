"""Waitress as every command starts it: quiet, with a sentence when the port is taken, stoppable from another thread."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

from schema.body_limits import ASKED, SMALL, body_limit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
THREADS = 8
ENDLESS = 1 << 60
"""Waitress's own limit of bodies does nothing: each route has its own (`app/cli/channels.py`)."""


def listen(app: Any, host: str, port: int, *, proxied: bool = False) -> Any:
    """A waitress server that holds its port. Raises ClickException when the port is taken.

    `proxied`: a proxy with TLS stands on this PC; its word about address, name and scheme is believed, nobody else's.
    """
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
    return make_server(app, own, trust)


def make_server(app: Any, own: socket.socket, trust: dict[str, Any]) -> Any:
    """The server over a socket that is bound, with its threads."""
    from waitress.adjustments import Adjustments
    from waitress.task import ThreadedTaskDispatcher

    from app.cli.channels import MOST_HEAD, PLACES, Server

    adjusted = Adjustments(
        sockets=[own], threads=THREADS, ident=None, connection_limit=PLACES + THREADS, recv_bytes=65536,
        max_request_header_size=MOST_HEAD, max_request_body_size=ENDLESS, asyncore_use_poll=True, **trust,
    )  # fmt: skip
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(THREADS)
    known = (own.family, own.type, own.proto, own.getsockname())
    return Server(
        telling_limits(app),
        {},
        True,
        own,
        dispatcher=threads,
        adj=adjusted,
        bind_socket=False,
        sockinfo=known,
    )


def telling_limits(app: Any) -> Callable[..., Any]:
    """The application, which the server may also ask how large the body of a request may be before it is received."""
    from flask import Flask

    ask = (
        partial(body_limit, app)
        if isinstance(app, Flask)
        else getattr(app, "body_limit", lambda _environ: SMALL)
    )

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        return ask(environ) if ASKED in environ else app(environ, start_response)

    return answer


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
