"""The line to the centre: cut anywhere, slow, foreign, silent. Only a signed, whole, fitting answer counts."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import force_setattr

from sync import keys
from sync.acknowledgements import sync_status
from sync.exchange import Exchange, sync_now
from sync.http_client import HttpCarrier
from sync.keys import make_keys
from sync.outgoing_files import make_parcels
from sync.problems import CarrierError, SyncError, SyncReport
from tests.sync.http import Replay, Wire, serving
from tests.sync.world import OFFICE, World, make_world


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[World, Wire]]:
    world = make_world(tmp_path)
    with serving(world.centre, lambda: world.now) as address:
        wire = Wire(address)
        yield world, wire
        wire.close()


def carrier(world: World, wire: Wire) -> HttpCarrier:
    return HttpCarrier(wire.address, world.office.keys, world.centre.keys.public, lambda: world.now)


def test_answer_cut_at_every_byte(served: tuple[World, Wire]) -> None:
    world, wire = served
    world.ask(3)
    (made,) = make_parcels(world.office, world.peer, world.now)
    whole = record(wire.address, world, made.sealed)
    replay = Replay(whole)
    for replay.limit in range(len(whole) + 1):
        line = HttpCarrier(replay.address, world.office.keys, world.centre.keys.public, lambda: world.now)
        exchange = Exchange(world.office, world.peer, line, world.now, SyncReport())
        if replay.limit < len(whole):
            with pytest.raises(CarrierError) as cut:
                exchange.take_answer(line.send(made.sealed), made.digest)
            assert cut.value.code in ("cut_answer", "offline")
            assert cut.value.retry
        else:
            assert sync_status(world.office.db).unsent == 3
            exchange.take_answer(line.send(made.sealed), made.digest)
        line.close()
    replay.close()
    assert sync_status(world.office.db).unsent == 0
    assert world.level()


def record(address: str, world: World, sealed: bytes) -> bytes:
    """The raw bytes of the centre's answer to one batch."""
    target = f"/api/v1/offices/{OFFICE}/batches"
    text = keys.signed_request_text("POST", target, sealed, world.centre.keys.public.signer)
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {len(sealed)}\r\n"
        f"{keys.SIGNATURE_HEADER}: {keys.sign_text(world.office.keys, text)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(address.split(":")[1]))) as line:
        line.sendall(head.encode() + sealed)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("limit", [0, 1, 200, 700])
def test_cut_then_whole_is_level(served: tuple[World, Wire], limit: int) -> None:
    """The centre has taken the batch, the office does not know: the next exchange finds out without sending again."""
    world, wire = served
    world.ask(3)
    wire.limit = limit
    first = carrier(world, wire)
    report = sync_now(world.office, world.peer, first, world.now)
    first.close()
    assert not report.ok
    assert sync_status(world.office.db).unsent == 3
    wire.limit = None
    second = carrier(world, wire)
    assert sync_now(world.office, world.peer, second, world.now).ok
    second.close()
    assert sync_status(world.office.db).unsent == 0
    assert world.level()
    assert world.centre.db.one("SELECT count(*) FROM journal WHERE kind = 'card.asked'") == (3,)


def test_nothing_new_costs_500_bytes_at_most(served: tuple[World, Wire]) -> None:
    world, wire = served
    world.ask(30)
    world.print_cards(20)
    line = carrier(world, wire)
    assert sync_now(world.office, world.peer, line, world.now).ok
    wire.asked = wire.answered = 0
    assert sync_now(world.office, world.peer, line, world.now).sentences == ["Tidak ada yang baru di kedua pihak."]
    assert 0 < wire.asked + wire.answered <= 500
    line.close()


def test_no_centre_there(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    world.ask(1)
    line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: world.now)
    report = sync_now(world.office, world.peer, line, world.now)
    assert (report.code, report.retry, report.sent) == ("offline", True, 0)
    assert sync_status(world.office.db).unsent == 1


def test_a_silent_centre_is_not_waited_for_long(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: world.now, read_seconds=0.2)
        report = sync_now(world.office, world.peer, line, world.now)
    assert (report.code, report.retry) == ("slow", True)


@pytest.mark.parametrize("page", [b"<html>Masuk ke Wi-Fi</html>", b"", b'{"at":"","ack":[]}'])
def test_a_captive_portal_is_no_answer(world: World, page: bytes) -> None:
    """A Wi-Fi portal answers 200 to everything."""
    with socket.create_server(("127.0.0.1", 0)) as portal:
        address = f"127.0.0.1:{portal.getsockname()[1]}"
        threading.Thread(target=answer_all, args=(portal, page), daemon=True).start()
        line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: world.now)
        world.ask(1)
        report = sync_now(world.office, world.peer, line, world.now)
        (made,) = make_parcels(world.office, world.peer, world.now)
        exchange = Exchange(world.office, world.peer, line, world.now, SyncReport())
        with pytest.raises(SyncError) as refused:
            exchange.take_answer(line.send(made.sealed), made.digest)
    assert report.code == "cut_answer"
    assert refused.value.code == "cut_answer"
    assert sync_status(world.office.db).unsent == 1


def answer_all(portal: socket.socket, page: bytes) -> None:
    while True:
        try:
            client, _ = portal.accept()
        except OSError:
            return
        with client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(page), page))
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass


def test_a_centre_with_other_keys_is_not_believed(served: tuple[World, Wire]) -> None:
    world, wire = served
    world.ask(1)
    real = world.centre.keys
    force_setattr(world.centre, "keys", make_keys(real.node))
    line = carrier(world, wire)
    report = sync_now(world.office, world.peer, line, world.now)
    line.close()
    assert not report.ok
    assert sync_status(world.office.db).unsent == 1


def test_an_old_signed_answer_does_not_acknowledge_a_new_batch(world: World) -> None:
    from sync.answers import answer_batch

    world.ask(1)
    (first,) = make_parcels(world.office, world.peer, world.now)
    old = answer_batch(world.centre, world.office.name, first.sealed, world.now)
    world.ask(1, start=2)
    (second,) = make_parcels(world.office, world.peer, world.now)
    exchange = Exchange(world.office, world.peer, world.memory(), world.now, SyncReport())
    with pytest.raises(CarrierError) as refused:
        exchange.take_answer(old, second.digest)
    assert refused.value.code == "cut_answer"


def test_network_and_stick_at_once(served: tuple[World, Wire], tmp_path: Path) -> None:
    from sync.runs import read_stick, write_stick

    world, wire = served
    stick = tmp_path / "stick"
    stick.mkdir()
    world.ask(700)
    write_stick(world.office, world.peer, stick, world.now)
    world.ask(10, start=701)
    results: list[SyncReport] = []
    walking = threading.Thread(target=lambda: results.append(read_stick(world.centre, stick, world.now)))
    walking.start()
    line = carrier(world, wire)
    results.append(sync_now(world.office, world.peer, line, world.now))
    walking.join()
    line.close()
    assert [result.code for result in results] == ["", ""]
    assert world.level()
