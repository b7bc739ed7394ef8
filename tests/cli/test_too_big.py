"""300 MB for a face that takes four: refused at once, before a byte of it lies on the disk."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.centre_app import build
from app.cli.serving import Running
from app.complaints.views.kiosk import make_kiosk_app
from app.compose_office import make_office_app
from sync.envelope import MAX_SEALED
from sync.journal import Journal
from tests.people import Clock

SIZE = 300_000_000
PIECE = b"x" * 65536


@pytest.fixture
def spooled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every temporary file that waitress opens for a body."""
    made: list[Any] = []
    real = tempfile.TemporaryFile

    def noted(*args: Any, **named: Any) -> Any:
        made.append(real(*args, **named))
        return made[-1]

    monkeypatch.setattr("tempfile.TemporaryFile", noted)
    return made


@pytest.fixture(params=["centre", "office", "kiosk"])
def face(
    request: pytest.FixtureRequest, tmp_path: Path, journal: Journal, clock: Clock
) -> Iterator[tuple[int, int]]:
    """(port, most bytes that its largest route takes) of each face behind the real server."""
    if request.param == "centre":
        app: Any = build(tmp_path / "pusat", now=clock)
    elif request.param == "office":
        app = make_office_app(journal, tmp_path / "kantor", {"CLOCK": clock})
    else:
        app = make_kiosk_app(journal, {"CLOCK": clock})
    running = Running(app, 0)
    yield running.port, {"centre": MAX_SEALED, "office": 21 * 1024 * 1024, "kiosk": 256 * 1024}[request.param]
    running.stop()


def test_a_declared_length_is_refused_at_once(face: tuple[int, int], spooled: list[Any]) -> None:
    port, _most = face
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            b"POST /api/v1/enrolments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % SIZE
        )
        assert b" 413 " in line.recv(65536).split(b"\r\n")[0]
    assert spooled == []


def test_an_undeclared_length_is_cut_at_the_limit(face: tuple[int, int], spooled: list[Any]) -> None:
    port, most = face
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            b"POST /api/v1/enrolments HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        try:
            while sent < SIZE:
                line.sendall(b"%x\r\n" % len(PIECE) + PIECE + b"\r\n")
                sent += len(PIECE)
        except OSError:
            pass
    assert sent < most + 20_000_000
    assert len(spooled) <= 1
