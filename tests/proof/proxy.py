"""A small TCP proxy before several processes of a centre, where an office has Caddy: whoever answers serves."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

WAIT = 2.0


def pump(source: socket.socket, target: socket.socket) -> None:
    """Bytes one way until either side ends; then both connections end."""
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Listens on loopback; each connection goes to the next place that takes it."""

    def __init__(self, places: Callable[[], Sequence[str]]) -> None:
        """`places`: `host:port` of the processes as they are now."""
        self.places, self.turn = places, itertools.count()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self.listener.accept()
                threading.Thread(target=self.pass_on, args=(visitor,), daemon=True).start()

    def pass_on(self, visitor: socket.socket) -> None:
        with visitor:
            if process := self.connect():
                with process:
                    back = threading.Thread(target=pump, args=(process, visitor), daemon=True)
                    back.start()
                    pump(visitor, process)
                    back.join()

    def connect(self) -> socket.socket | None:
        places = self.places()
        first = next(self.turn)
        for offset in range(len(places)):
            host, _, port = places[(first + offset) % len(places)].partition(":")
            with suppress(OSError):
                made = socket.create_connection((host, int(port)), timeout=WAIT)
                made.settimeout(None)
                return made
        return None


@contextmanager
def before(places: Callable[[], Sequence[str]]) -> Iterator[Proxy]:
    """A proxy for as long as it is needed."""
    proxy = Proxy(places)
    try:
        yield proxy
    finally:
        with suppress(OSError):
            proxy.listener.shutdown(socket.SHUT_RDWR)
        proxy.listener.close()
