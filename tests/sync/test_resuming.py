"""A file that was cut goes on where it ended: both ways, after either side was killed, beside sides that cannot."""

import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from app.cli.serving import Running
from bench.relay import Relay
from sync import http_client, http_server, keys
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.keys import sign_text, signed_request_text
from sync.outgoing_files import make_parcel, missing_spans
from sync.problems import CarrierError, SyncReport
from sync.unfinished import KEPT_FOR, MOST_STUCK, Held, Unfinished, digest_of
from tests.sync.child import ENDED_BY_IT, KILL
from tests.sync.test_killed import child
from tests.sync.world import CENTRE, OFFICE, OUT, CardAsked, CardPrinted, World, enrol, keys_of, make_world, open_side
from tests.world.nightly import NIGHTLY

EACH = 6000


MOST_SECONDS = 5
"""A side that does not notice costs this long, and no more."""


class CutLine(Relay):
    """A relay that hangs up after so many bytes of both ways together, each time anew; `cuts`: then it holds."""

    def __init__(
        self, port: int, each: int = EACH, cuts: int = 10**6, on_cut: Callable[[int], object] = lambda _left: None
    ) -> None:
        super().__init__(port)
        self.each, self.left, self.cuts, self.on_cut = each, each, cuts, on_cut
        self.ends: list[socket.socket] = []

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        for end in (self.listener, *self.ends):
            end.close()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        self.ends.append(source)
        with suppress(OSError):
            while data := source.recv(200):
                with self.lock:
                    part = data[: self.left] if self.cuts else data
                    self.left -= len(part)
                    self.carried += len(part)
                    over = self.cuts > 0 and self.left <= 0
                target.sendall(part)
                if over:
                    with self.lock:
                        self.cuts, self.left = self.cuts - 1, self.each
                    self.on_cut(self.cuts)
                    wait_until_noticed(target)
                    break
        for stream in (target, source):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)


def wait_until_noticed(target: socket.socket) -> None:
    """End the line and wait for the other side's own end: only then does what it was given count for the next try."""
    target.settimeout(MOST_SECONDS)
    target.shutdown(socket.SHUT_WR)
    while target.recv(200):
        pass


@contextmanager
def served(world: World) -> Iterator[Running]:
    """The centre as the product serves it."""
    app = Flask("centre")
    http_server.install_server(app, world.centre, lambda: world.now)
    running = Running(app, 0)
    try:
        yield running
    finally:
        running.stop()


def carrier(world: World, address: str) -> HttpCarrier:
    kept = Unfinished(world.office.db, CENTRE, lambda: world.now)
    return HttpCarrier(
        address, world.office.keys, world.centre.keys.public, lambda: world.now, read_seconds=20, unfinished=kept
    )


def exchange(world: World, address: str) -> SyncReport:
    line = carrier(world, address)
    try:
        return sync_now(world.office, world.peer, line, world.now)
    finally:
        line.close()


def noise(number: int) -> str:
    """A name that does not pack."""
    return hashlib.sha512(str(number).encode()).hexdigest()


def ask_much(world: World, count: int, start: int = 1) -> None:
    bodies = [(CardAsked(n, noise(n)), f"card/{n}") for n in range(start, start + count)]
    with world.office.journal.transaction():
        world.office.journal.record_many(bodies, actor="sari", at=world.now, stream=OUT)


def print_much(world: World, count: int) -> None:
    bodies = [(CardPrinted(n, noise(n)), f"card/{n}") for n in range(1, count + 1)]
    with world.centre.journal.transaction():
        world.centre.journal.record_many(bodies, actor="printer", at=world.now, stream=OFFICE, lane=OFFICE)


def size_of_the_next_file(world: World) -> int:
    return len(make_parcel(world.office, world.peer, missing_spans(world.office, world.peer)[0], world.now).sealed)


@pytest.fixture
def full(tmp_path: Path) -> World:
    """An office whose next file has some 60 kB."""
    world = make_world(tmp_path)
    ask_much(world, 490)
    return world


def test_a_file_over_a_line_that_ends_every_6_kb_costs_a_fifth_more_at_most(full: World) -> None:
    size = size_of_the_next_file(full)
    with served(full) as running, CutLine(running.port) as line:
        report = exchange(full, line.address)
    assert (report.ok, report.sent) == (True, 490)
    assert full.level()
    assert line.cuts < 10**6 - 7
    assert line.carried <= 1.2 * size, f"{line.carried} bytes for a file of {size}"
    assert full.office.db.one("SELECT count(*) FROM road_part") == (0,)
    assert full.centre.db.one("SELECT taken, length(content) FROM road_part") == (1, 0)


def test_a_file_is_fetched_over_such_a_line_at_the_same_cost(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.ask(490)
    assert world.sync().ok
    print_much(world, 490)
    with served(world) as running, CutLine(running.port) as line:
        asking = carrier(world, line.address)
        sealed = asking.fetch(f"1/{OFFICE}/0")
        asking.close()
    assert line.carried <= 1.2 * len(sealed), f"{line.carried} bytes for a file of {len(sealed)}"
    with served(world) as running, CutLine(running.port) as line:  # anew: a question that is cut is asked next time
        assert exchange(world, line.address).received == 490
    assert world.level()


def test_a_line_that_never_carries_4_kb_brings_everything_in_the_end(full: World) -> None:
    size = size_of_the_next_file(full)
    with served(full) as running, CutLine(running.port, each=4000) as line:
        exchange(full, line.address)
    assert full.level()
    assert line.carried <= 1.5 * size


def office_is_killed(full: World) -> None:
    size, pids = size_of_the_next_file(full), []

    def kill(left: int) -> None:
        if left == 10:
            os.kill(pids[0], KILL)

    with served(full) as running, CutLine(running.port, cuts=14, on_cut=kill) as line:
        with child("go", full.folder, line.address) as office:
            pids.append(office.pid)
            assert office.wait(30) == ENDED_BY_IT
        assert full.centre.db.one("SELECT count(*) FROM journal WHERE kind = 'card.asked'") == (0,)
        assert exchange(full, line.address).ok
    assert full.level()
    assert line.carried <= 1.2 * size + EACH, "what the last connection brought may be lost"


def centre_is_killed(full: World) -> None:
    size, carried = size_of_the_next_file(full), 0
    with child("serve", full.folder, 0) as centre:
        assert centre.stdout is not None
        port = int(centre.stdout.readline().split(":")[1])

        def kill(left: int) -> None:
            if left == 10:
                os.kill(centre.pid, KILL)

        with CutLine(port, cuts=14, on_cut=kill) as line:
            assert not exchange(full, line.address).ok
            carried = line.carried
        centre.wait(30)
    assert carried > 3 * EACH
    with served(full) as running, CutLine(running.port) as line:
        assert exchange(full, line.address).ok
        assert carried + line.carried <= 1.2 * size + 3 * EACH, (
            "what the killed centre had not written down comes again"
        )
    assert full.level()


@pytest.mark.parametrize("kill", [office_is_killed, centre_is_killed] if NIGHTLY else [office_is_killed])
def test_a_file_goes_on_after_either_side_was_killed_between_two_parts(
    full: World, kill: Callable[[World], None]
) -> None:
    kill(full)


def test_two_offices_at_once_over_such_lines(tmp_path: Path) -> None:
    """Each has its own unfinished file at the centre."""
    world = make_world(tmp_path)
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    journal = open_side(other_folder / "office.db", "office", "350898")
    other = World(other_folder, type(world.office)(journal, keys_of(other_folder, "350898"), "Kunir"), world.centre)
    enrol(other.office, world.centre, world.now)
    ask_much(world, 200)
    bodies = [(CardAsked(n, noise(n)), f"card/{n}") for n in range(1001, 1201)]
    with journal.transaction():
        journal.record_many(bodies, actor="sari", at=world.now, stream=OUT)
    with served(world) as running, CutLine(running.port) as line:
        reports: list[SyncReport] = []
        threads = [
            threading.Thread(target=lambda side=side: reports.append(exchange(side, line.address)))
            for side in (world, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        # both share the bytes after which the line ends, so either may meet more ends than it bears
        reports += [exchange(side, line.address) for side in (world, other) * 3]
    assert world.centre.db.one("SELECT count(*) FROM card") == (400,)


def test_a_lost_receipt_brings_no_part_again(full: World) -> None:
    """The centre has the whole file when the line ends: the office is told so and asks for the receipt alone."""
    size = size_of_the_next_file(full)
    with served(full) as running, CutLine(running.port, each=size + 1400, cuts=1) as line:
        assert exchange(full, line.address).ok
    assert line.cuts == 0
    assert full.level()
    assert line.carried < 1.2 * size


# -- sides that know nothing of parts ---------------------------------------------------------------------------------


def test_an_office_of_before_is_served_as_before(full: World) -> None:
    with served(full) as running:
        line = HttpCarrier(running.address, full.office.keys, full.centre.keys.public, lambda: full.now)
        assert sync_now(full.office, full.peer, line, full.now).ok
        line.close()
    assert full.level()
    assert full.centre.db.one("SELECT count(*) FROM road_part") == (0,)


def test_a_centre_of_before_gets_whole_files(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows no short form, says nothing of parts beside its state, and not where a file that it gives begins."""
    monkeypatch.setattr(http_server, "FORM", "nothing")
    monkeypatch.setattr(http_server, "PARTS_HEADER", "X-Nothing")
    monkeypatch.setattr(http_server, "FILE_HEADER", "X-Nothing")
    print_much_later = 30
    with served(full) as running, CutLine(running.port, cuts=0) as line:
        assert exchange(full, line.address).ok
        print_much(full, print_much_later)
        assert exchange(full, line.address).received == print_much_later
    assert full.level()
    assert full.centre.db.one("SELECT count(*) FROM road_part WHERE way = 'in'") == (0,)


def test_a_proxy_that_hands_on_whole_requests_alone_gets_smaller_parts(
    full: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.serving.Request.is_cut_part", False)
    with served(full) as running, CutLine(running.port) as line:
        reports = [exchange(full, line.address) for _ in range(2)]
    assert reports[-1].ok
    assert full.level()


# -- a peer that lies, and what is damaged ----------------------------------------------------------------------------


def put(world: World, running: Running, sealed: bytes, start: int = 0, digest: str = "", size: int = 0) -> bytes:
    """One part as an office would bring it. Raises CarrierError."""
    target = f"/api/v1/offices/{OFFICE}/files/{digest or digest_of(sealed)}?from={start}&size={size or len(sealed)}"
    text = signed_request_text("PUT", target, b"", world.centre.keys.public.signer)
    with http_client.plain_session() as session:
        url = f"http://{running.address}{target}"
        return http_client.transfer_body(session, "PUT", url, sealed, sign_text(world.office.keys, text))[0]


def parts(world: World) -> list[tuple[object, ...]]:
    return list(world.centre.db.run("SELECT peer, way, length(content), taken FROM road_part ORDER BY peer"))


def test_who_begins_a_thousand_files_keeps_one_and_nobody_elses_goes(full: World) -> None:
    with full.centre.db.writing():
        full.centre.db.run(
            "INSERT INTO road_part (peer, way, what, digest, size, at, content) VALUES (?, 'in', '', ?, 9, ?, ?)",
            ("350898", "0" * 64, f"{full.now:%Y-%m-%dT%H:%M:%SZ}", b"abc"),
        )
    with served(full) as running:
        for number in range(40):
            put(full, running, bytes([number]) * 3000, digest=f"{number:064x}", size=4_000_000)
    assert parts(full) == [("350898", "in", 3, 0), (OFFICE, "in", 3000, 0)]


def test_a_damaged_part_is_found_and_nothing_of_it_is_taken(full: World) -> None:
    sealed = make_parcel(full.office, full.peer, missing_spans(full.office, full.peer)[0], full.now).sealed
    digest, size, half = digest_of(sealed), len(sealed), len(sealed) // 2
    with served(full) as running:
        put(full, running, sealed[: half - 1] + b"?", digest=digest, size=size)
        with pytest.raises(CarrierError) as refused:
            put(full, running, sealed[half:], half, digest, size)
        assert refused.value.code == "damaged"
        assert parts(full) == []
        assert full.centre.db.one("SELECT count(*) FROM card") == (0,)
        assert exchange(full, running.address).ok
    assert full.level()


def test_a_part_that_does_not_follow_is_passed_over(full: World) -> None:
    sealed = make_parcel(full.office, full.peer, missing_spans(full.office, full.peer)[0], full.now).sealed
    digest, size = digest_of(sealed), len(sealed)
    with served(full) as running:
        put(full, running, sealed[:1000], 0, digest, size)
        for start in (0, 999, 1001):
            said = put(full, running, sealed[start : start + 500], start, digest, size)
            assert http_client.decode_json(said, Held) == Held(1000)
        assert put(full, running, sealed[1000:], 1000, digest, size).startswith(b"age-encryption.org")
        assert http_client.decode_json(put(full, running, sealed[:10], 0, digest, size), Held) == Held(size, taken=True)


@pytest.mark.parametrize(
    ("start", "size", "digest"),
    [("x", "9", "0" * 64), ("0", "0", "0" * 64), ("0", "99999999", "0" * 64), ("0", "9", "00"), ("0", "9", "Z" * 64)],
)
def test_addresses_outside_their_bounds_are_refused(full: World, start: str, size: str, digest: str) -> None:
    target = f"/api/v1/offices/{OFFICE}/files/{digest}?from={start}&size={size}"
    text = signed_request_text("PUT", target, b"", full.centre.keys.public.signer)
    app = Flask("centre")
    http_server.install_server(app, full.centre, lambda: full.now)
    headers = {keys.SIGNATURE_HEADER: sign_text(full.office.keys, text)}
    answer = app.test_client().put(target, data=b"abc", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert parts(full) == []


@pytest.mark.parametrize(
    ("code", "over", "times"), [("busy", False, 1), ("offline", False, MOST_STUCK), ("slow", True, 1)]
)
def test_a_file_is_asked_for_again_while_the_line_breaks_and_no_longer(
    full: World, monkeypatch: pytest.MonkeyPatch, code: str, over: bool, times: int
) -> None:
    """A centre that says something is heard at once; a line that brings nothing is tried so often, and not for ever."""
    line, asked = carrier(full, "http://127.0.0.1:9"), list[str]()

    def ask(method: str, target: str, *_: object, **__: object) -> bytes:
        asked.append(method)
        assert len(asked) <= MOST_STUCK, "asked without end"
        raise CarrierError(code)

    monkeypatch.setattr(line, "_ask", ask)
    monkeypatch.setattr(line, "_until", lambda: float("-inf") if over else float("inf"))
    with pytest.raises(CarrierError) as refused:
        line.fetch("1/dukcapil/0")
    assert (refused.value.code, len(asked)) == (code, times)


def test_an_unsigned_part_is_not_kept(full: World) -> None:
    target = f"/api/v1/offices/{OFFICE}/files/{'0' * 64}?from=0&size=9"
    app = Flask("centre")
    http_server.install_server(app, full.centre, lambda: full.now)
    other = sign_text(full.centre.keys, signed_request_text("PUT", target, b"", full.centre.keys.public.signer))
    for signature in ("", "A" * 86, other):
        answer = app.test_client().put(target, data=b"abc", headers={keys.SIGNATURE_HEADER: signature})
        assert (answer.status_code, answer.json["code"]) == (401, "unsigned")
    assert parts(full) == []


def test_an_old_beginning_is_thrown_away(full: World) -> None:
    with served(full) as running:
        put(full, running, b"x" * 3000, digest="1" * 64, size=5000)
        full.now += KEPT_FOR * 2
        said = put(full, running, b"y" * 100, digest="2" * 64, size=5000)
        assert http_client.decode_json(said, Held) == Held(100)
    assert parts(full) == [(OFFICE, "in", 100, 0)]
