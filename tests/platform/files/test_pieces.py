"""Files on their way to a partner: piece by piece, cut, resumed, by stick, hostile, withdrawn; on both engines."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.messages import FileSent
from app.core.permissions import Actor
from app.platform.files import queries, service
from app.platform.files.content import JPEG, Content
from app.platform.files.events import CENTRE_KINDS, OFFICE_KINDS
from sync.acknowledgements import sync_status
from sync.carriers import MemoryCarrier
from sync.exchange import sync_now
from sync.file_format import seal_file
from sync.file_pieces import PIECE
from sync.http_client import HttpCarrier
from sync.incoming_files import receive_file
from sync.nodes import Node
from sync.outgoing_files import make_header
from sync.problems import EnvelopeError
from sync.runs import read_stick, write_stick
from sync.verification import verify_side
from tests.platform.files.pictures import jpeg
from tests.postgres import Server
from tests.sync.http import Wire, serving
from tests.sync.test_resuming import CutLine, exchange, served
from tests.sync.world import CARDS, CENTRE, NOW, OFFICE, OUT, World, enrol, keys_of, open_side

RATNA = Actor(1, "Ratna Puspita", "ratna", frozenset({"sekretaris"}))


def make_road(folder: Path, centre_db: Path | str) -> World:
    office = open_side(folder / "office.db", "office", OFFICE, cards=[*CARDS, *OFFICE_KINDS])
    centre = open_side(centre_db, "centre", CENTRE, cards=[*CARDS, *CENTRE_KINDS])
    sides = (
        Node(office, keys_of(folder, OFFICE), "Yosowilangun"),
        Node(centre, keys_of(folder, CENTRE), "Dispenduk Capil"),
    )
    enrol(*sides, NOW)
    return World(folder, *sides)


@pytest.fixture(params=["sqlite", "postgres"])
def road(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An office on SQLite, a partner on each engine."""
    if request.param == "sqlite":
        yield make_road(tmp_path, tmp_path / "centre.db")
        return
    started: Server = request.getfixturevalue("postgres")
    with started.database() as address:
        made = make_road(tmp_path, address)
        yield made
        made.centre.db.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_road(tmp_path, tmp_path / "centre.db")


def big_photo(pieces: int = 5) -> bytes:
    """A photo that no packing makes smaller; its last piece is a short one."""
    return jpeg()[:-2] + os.urandom((pieces - 1) * PIECE).replace(b"\xff", b"\x7f") + b"\xff\xd9"


def send(world: World, data: bytes, about: str = "case/12") -> int:
    journal = world.office.journal
    content = Content(data, JPEG, 360, 480)
    row = service.keep_content(journal, RATNA, content, "photo", about, "foto.jpg", world.now)
    service.send_file(journal, RATNA, file_id=row.id, stream=OUT, about=about, now=world.now)
    return int(row.id)


def arrived(world: World, about: str = "case/12") -> bytes | None:
    found = queries.incoming_bytes(world.centre.db, OFFICE, about, "photo")
    return found.content if found else None


def rows(node: Node, table: str) -> int:
    row = node.db.one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return int(row[0])


def test_a_file_follows_its_announcement_once(road: World) -> None:
    photo = big_photo()
    send(road, photo)
    send(road, photo, about="case/13")
    report = road.sync()
    assert report.ok, report.sentences
    assert (report.sent, report.pieces) == (2, 5)
    assert "5 potongan foto atau pindaian" in " ".join(report.sentences)
    assert arrived(road) == arrived(road, "case/13") == photo
    assert rows(road.centre, "file_content") == 1
    assert [rows(road.centre, table) for table in ("file_piece", "awaited_piece")] == [0, 0]
    assert road.sync().pieces == 0
    for node, side in ((road.office, "office"), (road.centre, "centre")):
        replayed = verify_side(node.journal, side, road.folder / f"{side}-ulang.sqlite3")
        assert [fault for fault in replayed.faults if "_file" in fault or "_piece" in fault] == []


def test_a_photo_comes_over_a_line_that_never_carries_a_whole_piece(world: World) -> None:
    photo = big_photo(2)
    send(world, photo)
    with served(world) as running, CutLine(running.port) as line:
        exchange(world, line.address)
        assert arrived(world) == photo
        assert line.carried <= 1.6 * len(photo), (
            "two pieces, their announcement, notes and receipts, and what a busy PC asks twice"
        )
    assert rows(world.office, "road_part") == 0


def counted(sent: list[int], line: HttpCarrier, data: bytes) -> bytes:
    sent.append(len(data))
    return line.send(data)


def test_a_cut_line_costs_one_piece_and_no_more(world: World) -> None:
    """Each line lets some bytes of answers pass and breaks within one; a real server and real connections."""
    photo, cuts = big_photo(30), 0
    sent: list[int] = []
    send(world, photo)
    with serving(world.centre, lambda: world.now) as address:
        wire = Wire(address)
        while arrived(world) is None:
            wire.limit = 20_000 + 1_111 * cuts
            line = HttpCarrier(wire.address, world.office.keys, world.centre.keys.public, lambda: world.now)
            carrier = MemoryCarrier(partial(counted, sent, line), line.fetch, line.state)
            held = rows(world.centre, "file_piece")
            report = sync_now(world.office, world.peer, carrier, world.now)
            line.close()
            assert report.ok == (arrived(world) is not None)
            assert (sync_status(world.office.db).pieces == 0) == report.ok, "pages say that something is left"
            cuts += not report.ok
            assert report.ok or rows(world.centre, "file_piece") > held
        wire.close()
    assert arrived(world) == photo
    assert cuts >= 2
    pieces = [size for size in sent if size > PIECE]  # the last one is short
    assert 29 <= len(pieces) <= 29 + cuts, "a cut repeats the piece that was under way and nothing else"
    assert max(pieces) < PIECE + 6_000, "a piece travels nearly as small as it is"


def test_a_stick_carries_pieces_with_the_announcement(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    photo = big_photo(60)
    send(world, photo)
    report = write_stick(world.office, world.peer, stick, world.now)
    assert len(report.names) == 3, "one file of entries, two of pieces"
    (stick / report.names[1]).unlink()
    report = read_stick(world.centre, stick, world.now)
    assert report.ok, report.sentences
    assert arrived(world) is None
    back = tmp_path / "back"
    back.mkdir()
    write_stick(world.centre, world.office_peer, back, world.now)
    read_stick(world.office, back, world.now)
    assert world.sync().pieces == 40, "what came on the stick does not travel again"
    assert arrived(world) == photo
    assert read_stick(world.centre, stick, world.now).ok, "the same stick once more"


def hand_over(world: World, lines: list[bytes]) -> None:
    header = replace(make_header(world.office, world.peer, "pieces", world.now), last=0)
    sealed, _ = seal_file(header, lines, world.office.keys, world.peer.keys)
    receive_file(world.centre, sealed, world.now, sender=OFFICE)


def test_hostile_pieces_are_refused(world: World) -> None:
    send(world, big_photo())
    for lines, code in (
        ([b64encode(b"never announced")], "unasked"),
        ([b64encode(bytes(PIECE + 1))], "too_big"),
        ([b"*not base64*"], "bad_header"),
        ([b"QUJD*REVG"], "bad_header"),  # four signs of base64, one of none, four again
    ):
        with pytest.raises(EnvelopeError) as raised:
            hand_over(world, lines)
        assert raised.value.code == code
    assert rows(world.centre, "file_piece") == 0


def announce(world: World, number: int, **values: object) -> None:
    data = b"x" * 100
    digest = hashlib.sha256(data).hexdigest()
    body = FileSent(number, digest, JPEG, 100, 1, 1, "photo", "case/12", [digest])
    with world.office.journal.transaction():
        world.office.journal.record(
            replace(body, **values), subject=f"file/{number}", actor="ratna", at=world.now, stream=OUT
        )


def test_announcements_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.platform.files.events.MOST_AWAITED", 2)
    ones = [f"{n:064x}" for n in range(1, 5)]
    announce(world, 1, pieces=ones[:2])
    announce(world, 2, size=5_000_000)
    announce(world, 3, about="../../etc/passwd")
    announce(world, 4, digest=ones[0], pieces=ones[:1])
    announce(world, 5, digest=ones[1], pieces=ones[1:2])
    announce(world, 6, digest=ones[2], pieces=ones[2:3])
    report = world.sync()
    assert report.set_aside_there == 4, report.sentences
    reasons = [row[0] for row in world.office.db.run("SELECT reason FROM set_aside_line ORDER BY n")]
    assert reasons[0] == "Potongan dokumen tidak cocok dengan ukurannya; dokumen itu tidak diminta."
    assert reasons[-1].startswith("Terlalu banyak foto")


def test_pieces_that_are_not_the_announced_whole_are_forgotten(world: World) -> None:
    announce(world, 1, digest="0" * 64)
    world.sync()
    hand_over(world, [b64encode(b"x" * 100)])
    assert arrived(world) is None
    assert [rows(world.centre, table) for table in ("file_content", "file_piece", "awaited_piece")] == [0, 0, 0]


def test_a_page_that_calls_itself_a_picture_is_never_shown(world: World) -> None:
    send(world, b"<html><script>alert(1)</script>")
    world.sync()
    assert rows(world.centre, "file_content") == 1
    assert arrived(world) is None


def test_what_is_destroyed_here_is_destroyed_there(road: World) -> None:
    number = send(road, big_photo(2))
    road.sync()
    service.remove_file(road.office.journal, RATNA, file_id=number, reason="Bukan fotonya", now=road.now)
    road.sync()
    assert arrived(road) is None
    assert rows(road.office, "file_content") == rows(road.centre, "file_content") == 0


def test_a_partner_that_came_back_asks_again(world: World) -> None:
    photo = big_photo(3)
    send(world, photo)
    world.sync()
    db = world.centre.db
    with db.writing():  # its newest backup is from before the last pieces
        db.run("DELETE FROM file_content")
        for place, start in enumerate(range(0, len(photo), PIECE)):
            piece = hashlib.sha256(photo[start : start + PIECE]).hexdigest()
            db.run("INSERT INTO awaited_piece VALUES (?, 1, ?, ?)", (OFFICE, place, piece))
    send(world, jpeg(), about="case/14")
    assert world.sync().pieces == 4
    assert arrived(world) == photo
