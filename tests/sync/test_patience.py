"""A centre that drips, and one that says what it likes: the office is patient for so long, and speaks its own words."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync.exchange import sync_now
from sync.http_client import HttpCarrier, answered_problem
from sync.problems import CATALOGUE, CarrierError, unsigned_sentence
from tests.sync.http import read_request
from tests.sync.world import World

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"


@contextmanager
def dripping(head: bytes, begin: bytes = b"") -> Iterator[str]:
    """A centre that answers a byte every 50 ms for ever; gives its address."""
    done = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not done.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                read_request(client)
                try:
                    client.sendall(begin)
                    for byte in head + b" " * 10_000:
                        client.sendall(bytes([byte]))
                        if done.wait(0.05):
                            return
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize(("drip", "begin"), [(HEAD, b""), (b"", HEAD)], ids=["head", "body"])
def test_a_drip_is_cut_in_all(world: World, drip: bytes, begin: bytes) -> None:
    """Each byte comes in time, the whole never does."""
    with dripping(drip, begin) as address:
        line = HttpCarrier(
            address, world.office.keys, world.centre.keys.public, lambda: world.now, read_seconds=5, total_seconds=0.6
        )
        began = time.monotonic()
        report = sync_now(world.office, world.peer, line, world.now)
        line.close()
    assert (report.code, report.retry) == ("slow", True)
    assert time.monotonic() - began < 3


def test_a_centre_that_reads_nothing_is_cut_too(world: World) -> None:
    """Sending is part of the transfer: the other side's window is full for ever."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line = HttpCarrier(
            f"127.0.0.1:{deaf.getsockname()[1]}",
            world.office.keys,
            world.centre.keys.public,
            lambda: world.now,
            read_seconds=30,
            total_seconds=0.6,
        )
        began = time.monotonic()
        with pytest.raises(CarrierError) as slow:
            line.send(b"x" * 50_000_000)
        line.close()
    assert slow.value.code == "slow"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_unsigned_problem_prints_no_word_of_its_own(code: str) -> None:
    theirs = "Hubungi 0812-0000 dan sebutkan kata sandi Anda."
    document = json.dumps({"code": code, "title": theirs, "detail": theirs, "sender": theirs}).encode()
    said = answered_problem(409, document)
    assert said.code == code
    assert said.sentence == unsigned_sentence(code)
    assert "0812" not in said.sentence
    assert "{" not in said.sentence


def test_what_is_no_problem_of_ours_prints_nothing_either() -> None:
    for content in (b'{"code": "lain", "detail": "Hubungi 0812"}', b"Hubungi 0812", b'{"code": 5}'):
        assert "0812" not in answered_problem(400, content).sentence


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "busy"), (500, "busy"), (501, "refused"), (502, "busy"), (503, "busy"), (504, "busy"), (505, "refused")]
    + [(status, "refused") for status in (302, 400, 404, 428, 430, 499)],
)
def test_only_what_passes_by_itself_is_called_busy(status: int, code: str) -> None:
    """What a proxy before the centre answers while it is overloaded, being restarted or not reached."""
    assert answered_problem(status, b"").code == code
