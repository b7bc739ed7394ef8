"""What is larger than a route takes is refused with a sentence, and nothing of it lies on the disk."""

import re
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from app.cli.demo.sides import make_sides
from app.cli.serving import Running, free_port
from app.compose_centre import build_centre
from app.compose_office import make_office_app
from app.quality.quarter.views.waiting_room import make_kiosk_app
from schema.body_limits import SMALL
from sync.file_format import MAX_SEALED
from tests.world.cast import OFFICE, PASSWORD

PIECE = b"x" * 65536
HUGE, LARGE = 150_000_000, 92 * len(PIECE)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LONG_FORM, BATCH = 256 * 1024, MAX_SEALED
PAGE, KIOSK, ROAD = "Yang dikirim terlalu besar", "Tulisannya terlalu panjang", "Dokumen terlalu besar"
WITHOUT_SESSION = [
    ("office", "/masuk", SMALL, PAGE),
    ("office", "/persiapan/kantor", SMALL, PAGE),
    ("kiosk", "/tulis", LONG_FORM, KIOSK),
    ("kiosk", "/kode", SMALL, KIOSK),
    ("centre", "/masuk", SMALL, PAGE),
    ("centre", "/api/v1/enrolments", SMALL, ROAD),
    ("centre", f"/api/v1/offices/{OFFICE}/batches", BATCH, ROAD),
]


@dataclass
class Spool:
    """Every temporary file that was opened, and the most that ever lay in one."""

    files: list[Any]

    @property
    def most(self) -> int:
        """Bytes of the largest."""
        return max((file.most for file in self.files), default=0)


class Watched:
    """A temporary file that remembers how large it became."""

    def __init__(self, file: Any) -> None:
        self.file, self.most = file, 0

    def write(self, data: bytes) -> int:
        written = int(self.file.write(data))
        self.most = max(self.most, self.file.tell())
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.fixture
def spool(monkeypatch: pytest.MonkeyPatch) -> Spool:
    made, real = Spool([]), tempfile.TemporaryFile

    def noted(*args: Any, **named: Any) -> Any:
        made.files.append(Watched(real(*args, **named)))
        return made.files[-1]

    monkeypatch.setattr("tempfile.TemporaryFile", noted)
    return made


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Office, kiosk and centre, set up and behind the real server."""
    folder = tmp_path_factory.mktemp("besar")
    sides = make_sides(folder, centre_address=f"127.0.0.1:{free_port(0)}", now=NOW, on=date(2026, 3, 2))
    journal, clock = sides.office.journal, {"CLOCK": lambda: NOW}
    apps = {
        "office": make_office_app(journal, sides.side_folder("office"), dict(clock)),
        "kiosk": make_kiosk_app(journal, dict(clock)),
        "centre": build_centre(sides.side_folder("centre"), now=lambda: NOW),
    }
    running = {name: Running(app, 0) for name, app in apps.items()}
    yield {name: one.port for name, one in running.items()}
    for one in running.values():
        one.stop()


def answer_to(port: int, path: str, head: str, sent: int, *, chunked: bool) -> str:
    """What is answered to a post whose body of `sent` bytes is written as far as the other side reads."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
        try:
            for _ in range(0, sent, len(PIECE)):
                line.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
            if chunked:
                line.sendall(b"0\r\n\r\n")
            line.shutdown(socket.SHUT_WR)
        except OSError:
            assert sent > LARGE, "a refused form of ordinary size must be able to end"
        return read_all(line)


def read_all(line: socket.socket) -> str:
    """Everything until the other side closes."""
    pieces = []
    try:
        while piece := line.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces).decode("utf-8", "replace")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("face", "path", "limit", "sentence"), WITHOUT_SESSION)
def test_a_body_above_the_routes_limit_never_lies_on_the_disk(
    ports: dict[str, int], spool: Spool, face: str, path: str, limit: int, sentence: str, chunked: bool
) -> None:
    head = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {LARGE}"
    told = answer_to(ports[face], path, head, LARGE, chunked=chunked)
    assert " 413 " in told.split("\r\n")[0]
    assert sentence in told
    assert spool.most <= (limit if chunked else 0)


@pytest.mark.parametrize(("face", "path", "limit", "sentence"), WITHOUT_SESSION[:1] + WITHOUT_SESSION[-1:])
def test_150_megabytes_are_refused_at_once(
    ports: dict[str, int], spool: Spool, face: str, path: str, limit: int, sentence: str
) -> None:
    told = answer_to(ports[face], path, f"Content-Length: {HUGE}", 0, chunked=False)
    assert " 413 " in told.split("\r\n")[0]
    assert sentence in told
    answer_to(ports[face], path, "Transfer-Encoding: chunked", HUGE, chunked=True)
    assert spool.most <= limit


def test_the_programs_themselves_keep_nothing_above_the_limit(tmp_path: Path) -> None:
    from tests.proof.bodies import prove_bodies

    part = prove_bodies(tmp_path, huge=40_000_000)
    assert part.faults == []
    assert part.figures.startswith("bodies: 28 of 28 refused, 0 ")


def test_who_waits_for_leave_to_send_is_refused_before_sending(ports: dict[str, int]) -> None:
    told = answer_to(ports["office"], "/masuk", f"Content-Length: {LARGE}\r\nExpect: 100-continue", 0, chunked=False)
    assert " 413 " in told.split("\r\n")[0]


def test_a_session_may_send_long_forms_and_files(ports: dict[str, int], spool: Spool) -> None:
    address = f"http://127.0.0.1:{ports['office']}"
    visitor = requests.Session()
    visitor.headers["Referer"] = address

    def token(path: str) -> str:
        made = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get(address + path).text)
        assert made is not None
        return made[1]

    def post(path: str, size: int) -> requests.Response:
        data = {"csrf_token": kept, "catatan": "x" * size}
        return visitor.post(address + path, data=data, allow_redirects=False, timeout=20)

    kept = token("/masuk")
    form = {"csrf_token": kept, "username": "wiji", "password": PASSWORD}
    assert visitor.post(address + "/masuk", data=form, allow_redirects=False, timeout=20).status_code == 303
    kept = token("/saya")
    assert post("/impor", 900_000).status_code == 422  # read, and no file was in it
    assert post("/pengaturan/lambang", 3_000_000).status_code == 413
    assert post("/masuk", 20_000).status_code == 413
    files = {"file": ("r.csv", b"y" * 10_000_000)}
    sent = visitor.post(address + "/impor", data={"csrf_token": kept}, files=files, allow_redirects=False, timeout=30)
    assert sent.status_code == 303
    before = len(spool.files)
    visitor.cookies.clear()
    sent = visitor.post(address + "/impor", data={"csrf_token": kept}, files=files, allow_redirects=False, timeout=30)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/masuk")
    assert len(spool.files) == before
