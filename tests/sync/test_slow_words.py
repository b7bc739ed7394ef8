"""Who holds an exchange up or asks at another time: a wrong clock goes on by file, a drip of lines is ended, what
waits for the other side's update is told, a file that is sealed anew is kept once."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sync import outgoing_files
from sync.acknowledgements import kept_files, own_acks
from sync.entries import StreamKey
from sync.exchange import MOST_THIN, sync_now
from sync.file_format import Ack, open_file, seal_file
from sync.http_client import HttpCarrier
from sync.incoming_entries import apply_waiting_entries
from sync.nodes import Node, Peer
from sync.outgoing_files import Span, make_parcel
from sync.runs import read_stick
from tests.sync.http import serving
from tests.sync.world import CARDS, CENTRE, OFFICE, OUT, World, open_side


@pytest.mark.parametrize("days", [-30, 30, -20_000])
def test_an_office_with_a_wrong_clock_exchanges_by_file_and_hears_of_it(world: World, days: int) -> None:
    world.ask(3)
    office_now = world.now + timedelta(days=days)
    with serving(world.centre, lambda: world.now) as address:
        peer = msgspec.structs.replace(world.peer, address=address)
        carrier = HttpCarrier(address, world.office.keys, peer.keys, lambda: office_now)
        report = sync_now(world.office, peer, carrier, office_now)
        carrier.close()
    assert (report.ok, report.sent) == (True, 3)
    assert [sentence for sentence in report.sentences if "Jam komputer ini perlu diperiksa" in sentence]
    assert world.office.journal.clock_at(office_now) != "ok"


def test_a_centre_that_gives_one_line_at_a_time_is_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sync()
    world.print_cards(100)
    monkeypatch.setattr(outgoing_files, "BATCH_LINES", 1)
    report = world.sync()
    assert (report.code, report.received, report.retry) == ("drip", MOST_THIN + 1, True)
    assert world.sync().received == MOST_THIN + 1, "what came in stays, and the next exchange goes on from there"
    monkeypatch.undo()
    assert world.sync().received == 100 - 2 * (MOST_THIN + 1)


def test_a_centre_that_takes_one_line_at_a_time_is_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sync()
    world.ask(100)
    told = {"n": 0}

    def meagre(node: Node, peer: Peer, shared: Sequence[StreamKey]) -> list[Ack]:
        true = own_acks(node, peer, shared)
        if node is not world.centre:
            return true
        told["n"] += 1
        head = world.office.db.one("SELECT hash FROM journal WHERE stream = ? AND n = ?", (OUT, told["n"]))
        assert head is not None
        less = {"n": told["n"], "head": bytes(head[0]).hex()}
        return [msgspec.structs.replace(ack, **less) if ack.origin == OFFICE and ack.n else ack for ack in true]

    monkeypatch.setattr(outgoing_files, "own_acks", meagre)
    report = world.sync()
    assert (report.code, report.files) == ("drip", MOST_THIN)


def test_an_office_hears_that_its_lines_wait_for_the_update(world: World) -> None:
    world.centre.db.close()
    older = open_side(world.folder / "centre.db", "centre", CENTRE, cards=CARDS[1:])
    world.centre = msgspec.structs.replace(world.centre, journal=older)
    world.ask(3)
    waits = [sentence for sentence in world.sync().sentences if "sesudah Loket di sana diperbarui" in sentence]
    assert waits
    assert waits[0].startswith("3 catatan sudah di Dispenduk Capil Lumajang")
    assert world.sync().sentences == waits, "as long as it is so"
    older.db.close()
    newer = open_side(world.folder / "centre.db", "centre", CENTRE)
    world.centre = msgspec.structs.replace(world.centre, journal=newer)
    apply_waiting_entries(newer, world.now)
    assert world.sync().sentences == ["Tidak ada yang baru di kedua pihak."]


def test_a_file_that_is_sealed_or_written_anew_is_kept_once(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stik"
    stick.mkdir()
    world.ask(10)
    early = make_parcel(world.office, world.peer, Span((OFFICE, 1, OUT), 4, 10, False), world.now)
    opened = open_file(early.sealed, world.centre.keys, lambda _header, _lines: world.office.keys.public)
    later = msgspec.structs.replace(opened.header, created="2026-03-02T05:00:00Z")
    files = {early.sealed}
    for header in (opened.header, later):
        files.add(seal_file(header, opened.lines, world.office.keys, world.peer.keys)[0])
    for name, sealed in enumerate(files):
        (stick / f"{name}.loket").write_bytes(sealed)
    assert len(files) == 3
    read_stick(world.centre, stick, world.now)
    assert [(file.first, file.last) for file in kept_files(world.centre.db)] == [(5, 10)]
    assert world.sync().sent == 10
    assert kept_files(world.centre.db) == []
