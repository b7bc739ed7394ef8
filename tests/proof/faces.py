"""Office, kiosk and centre as their real programs, with and without the real proxy, for the proofs of the doors."""

import http.client
import json
import os
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from app.cli.demo.sides import Sides, make_sides
from app.cli.network import caddy_version
from app.cli.serving import free_port
from app.platform.office import proxy
from app.platform.office.service import set_network
from app.platform.people.queries import actor_named
from tests.cli.test_proxy import PROGRAM, at_work

NAME, ADDRESS = "loket.kantor", "127.0.0.2"
FACES = ("office", "kiosk", "centre")
FOUNDED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Face:
    """One program as a visitor meets it: `path` is a page that needs no account, `root` the proxy's certificate."""

    name: str
    port: int
    path: str
    root: Path | None = None

    @property
    def host(self) -> str:
        """What a browser calls it."""
        return NAME if self.root else "127.0.0.1"

    def connect(self, timeout: float = 5.0) -> socket.socket:
        """A connection, with TLS where the proxy stands before it."""
        line = socket.create_connection((ADDRESS if self.root else "127.0.0.1", self.port), timeout)
        if self.root is None:
            return line
        return ssl.create_default_context(cafile=str(self.root)).wrap_socket(line, server_hostname=NAME)

    def ask(self, patience: float = 30.0) -> tuple[int, float]:
        """(status, seconds) of one honest request on a connection of its own. Raises OSError and HTTPException."""
        begun = monotonic()
        asking = http.client.HTTPConnection(self.host, self.port, timeout=patience)
        asking.sock = self.connect(patience)
        try:
            asking.request("GET", self.path)
            answer = asking.getresponse()
            answer.read()
            return answer.status, monotonic() - begun
        finally:
            asking.close()


@contextmanager
def programs(
    folder: Path, *, proxied: bool = False, prepare: Callable[[Sides], None] = lambda _sides: None
) -> Iterator[list[Face]]:
    """The three programs at work in `folder`, where `proxied` once more behind the proxy; `prepare` comes before."""
    sides = make_sides(folder, centre_address="127.0.0.1:9", now=FOUNDED, on=FOUNDED.date())
    prepare(sides)
    if proxied:
        let_in(sides.office.journal)
    sides.close()
    office, kiosk, centre = (free_port(0) for _ in FACES)
    calls = {
        "Kios pengunjung": [
            "office",
            "--data",
            str(sides.side_folder("office")),
            "--port",
            str(office),
            "--kiosk",
            str(kiosk),
        ],
        "Pusat": ["centre", "--data", str(sides.side_folder("centre")), "--port", str(centre), "--name", NAME],
    }
    faces = [
        Face("office", office, "/masuk"),
        Face("kiosk", kiosk, "/tulis"),
        Face("centre", centre, "/masuk"),
    ]
    with ExitStack() as running:
        for words, call in calls.items():
            running.enter_context(at_work([*PROGRAM, *call], words))
        if proxied:
            faces += running.enter_context(proxy_before(folder, faces))
        yield faces


def let_in(journal: Any) -> None:
    """The office listens for a proxy, as `network` writes it down."""
    administrator = actor_named(journal.db, "wiji", FOUNDED.date())
    assert administrator is not None
    set_network(journal, administrator, opened=True, hosts=f"{NAME} {ADDRESS}", without_tls=False, now=FOUNDED)


@contextmanager
def proxy_before(folder: Path, faces: list[Face]) -> Iterator[list[Face]]:
    """The real Caddy, configured by the program's own words, before each of these programs."""
    assert shutil.which("caddy"), "caddy is missing: apt-get install caddy"
    kept = folder / "proksi"
    ways = {face.name: proxy.parse_door(ADDRESS, NAME, free_port(0, ADDRESS), face.port) for face in faces}
    told = proxy.caddy_configuration(next(iter(ways.values())), kept)
    version = caddy_version()
    told["apps"]["http"]["servers"] = {name: proxy.caddy_server(way, version) for name, way in ways.items()}
    (folder / "caddy.json").write_text(json.dumps(told), encoding="utf-8")
    call = ["caddy", "run", "--config", str(folder / "caddy.json")]
    behind = [Face(face.name, ways[face.name].port, face.path, kept / proxy.ROOT_CERTIFICATE) for face in faces]
    with at_work(call, "serving initial configuration", env={**os.environ, "HOME": str(folder)}):
        for face in behind:
            until_shown(face)
        yield behind


def until_shown(face: Face) -> None:
    """Caddy makes its certificate while it already listens: knock until it is shown. Raises OSError after 20 s."""
    patience = monotonic() + 20
    while True:
        try:
            return face.connect().close()
        except OSError:
            if monotonic() > patience:
                raise
