"""Eight browsers at once: kept connections, one request after the other, whole answers checked by status and length."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measuring import Seconds

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Site:
    """A server on loopback; `cookie` signs its requests in."""

    port: int
    cookie: str = ""

    def request(self, path: str) -> bytes:
        """The bytes of a GET."""
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode()


class Line:
    """One kept connection."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.socket = socket.create_connection(("127.0.0.1", site.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> bytes:
        """The body of a page. Raises RuntimeError for anything but a whole 200."""
        self.socket.sendall(self.site.request(path))
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.socket.recv(65536)
            if not part:
                raise RuntimeError(f"{path}: the server hung up")
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        status, *fields = head.split(b"\r\n")
        if b" 200 " in status and b"transfer-encoding: chunked" in head.lower():
            return self.rest_of_chunks(body)
        lengths = [line.split(b":")[1] for line in fields if line.lower().startswith(b"content-length:")]
        if b" 200 " not in status or not lengths:
            raise RuntimeError(f"{path}: {status.decode()}")
        parts, size = [body], len(body)
        while size < int(lengths[0]):
            part = self.socket.recv(65536)
            if not part:
                raise RuntimeError(f"{path}: the server hung up")
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def rest_of_chunks(self, begun: bytes) -> bytes:
        """A body in chunks up to its last one, with their lengths still in it. Raises RuntimeError."""
        body = begun
        while not body.endswith(b"0\r\n\r\n"):
            part = self.socket.recv(65536)
            if not part:
                raise RuntimeError("the server hung up")
            body += part
        return body

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def crowd(site: Site, paths: Sequence[str]) -> Seconds:
    """Seconds until eight clients have fetched all pages between them."""
    lines = [Line(site) for _ in range(CLIENTS)]
    wrong: list[Exception] = []

    def work(line: Line, mine: Sequence[str]) -> None:
        try:
            for path in mine:
                line.get(path)
        except (RuntimeError, OSError) as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(line, paths[turn::CLIENTS])) for turn, line in enumerate(lines)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    for line in lines:
        line.close()
    if wrong:
        raise wrong[0]
    return took
