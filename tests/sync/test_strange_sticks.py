"""A stick that anybody filled: links, pipes, folders, strange names, hostile files. Each costs its own sentence."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sync import enrolment, runs
from sync.file_format import Ack, seal_file
from sync.keys import SIGNING_FILE, PublicKeys
from sync.nodes import Node, read_peers
from sync.outgoing_files import make_header
from sync.problems import CATALOGUE
from sync.runs import read_stick, write_stick
from tests.sync.world import ADDRESS, CENTRE, NOW, OFFICE, CardPrinted, World, enrol, keys_of, make_world, open_side


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def link_to_key(stick: Path) -> None:
    (stick / "kiriman.loket").symlink_to(stick.parent / "keys" / CENTRE / SIGNING_FILE)


def broken_link(stick: Path) -> None:
    (stick / "kiriman.loket").symlink_to(stick / "tidak-ada")


def folder(stick: Path) -> None:
    (stick / "kiriman.loket").mkdir()


def pipe(stick: Path) -> None:
    os.mkfifo(stick / "kiriman.loket")


@pytest.mark.parametrize("put", [link_to_key, broken_link, folder, pipe], ids=lambda put: put.__name__)
def test_what_is_no_file_is_passed_by(world: World, stick: Path, put: Callable[[Path], None]) -> None:
    put(stick)
    world.ask(3)
    write_stick(world.office, world.peer, stick, world.now)
    report = read_stick(world.centre, stick, world.now)
    assert (report.ok, report.received) == (True, 3)
    assert f"kiriman.loket: {CATALOGUE['no_file'].sentence}" in report.sentences
    assert world.centre.db.one("SELECT count(*) FROM road_aside") == (0,)


def test_a_linked_key_file_is_not_the_centres(world: World, stick: Path) -> None:
    enrolment.write_centre_keys(world.centre, stick)
    (stick / "kunci-pusat-a.json").symlink_to(stick.parent / "keys" / CENTRE / SIGNING_FILE)
    (stick / "kunci-pusat-b.json").mkdir()
    code = enrolment.issue_code(world.centre, OFFICE, "Y", address=ADDRESS, actor="admin", now=NOW)
    assert enrolment.find_centre_keys(stick, code) == world.centre.keys.public


def test_a_name_that_is_no_text(world: World, stick: Path) -> None:
    (stick / os.fsdecode(b"kiriman-\xff\xfe.loket")).write_bytes(b"x")
    world.ask(3)
    write_stick(world.office, world.peer, stick, world.now)
    report = read_stick(world.centre, stick, world.now)
    assert (report.received, [problem.code for problem in report.problems]) == (3, ["not_loket"])
    assert "\n".join(report.sentences).encode()
    assert world.centre.db.one("SELECT name FROM road_aside") == ("kiriman-\ufffd\ufffd.loket",)


LABELS = {"350801": "Lumajang", "350802": "Lumajang Kota", "350803": "Kota", "350804": "LUMAJANG"}


def test_names_that_begin_or_end_like_others(tmp_path: Path, stick: Path) -> None:
    """Four offices and a centre whose names are parts of each other share one stick, there and back.

    `lumajang-kota-001` may be the centre's for Kota or Lumajang Kota's own: Kota is told so, and the rest is read.
    """
    centre = Node(open_side(tmp_path / "c.db", "centre", CENTRE), keys_of(tmp_path, CENTRE), "Lumajang")
    worlds = []
    for code, label in LABELS.items():
        office = Node(open_side(tmp_path / f"{code}.db", "office", code), keys_of(tmp_path, code), label)
        enrol(office, centre, NOW)
        worlds.append(World(tmp_path, office, centre))
        worlds[-1].ask(2, start=int(code))
        write_stick(office, worlds[-1].peer, stick, NOW)
    assert read_stick(centre, stick, NOW).received == 8
    for world in worlds:
        code = world.office.name
        with centre.journal.transaction():
            centre.journal.record(
                CardPrinted(int(code), "S1"), subject="card/1", actor="x", at=NOW, stream=code, lane=code
            )
        (known,) = (peer for peer in read_peers(centre.db) if peer.name == code)
        assert write_stick(centre, known, stick, NOW).ok
    for world in worlds:
        report = read_stick(world.office, stick, NOW)
        assert report.received == 1, report.sentences
        ambiguous = {"wrong_recipient"} if world.office.label != "Lumajang Kota" else set()
        assert {problem.code for problem in report.problems} == ambiguous, report.sentences


def fresh_pair(folder: Path) -> tuple[Node, Node]:
    """Two sides that have never met."""
    office = Node(open_side(folder / "o.db", "office", OFFICE), keys_of(folder, OFFICE), "Yosowilangun")
    return office, Node(
        open_side(folder / "c.db", "centre", CENTRE), keys_of(folder, CENTRE), "Dispenduk Capil Lumajang"
    )


def test_the_next_day_the_enrolment_files_are_still_there(tmp_path: Path, stick: Path) -> None:
    office, centre = fresh_pair(tmp_path)
    enrolment.write_centre_keys(centre, stick)
    code = enrolment.issue_code(centre, OFFICE, "Yosowilangun", address=ADDRESS, actor="admin", now=NOW)
    enrolment.write_request(office, code.text(), stick, NOW)
    assert read_stick(centre, stick, NOW).ok
    assert read_stick(office, stick, NOW).ok
    world = World(tmp_path, office, centre)
    for day in (1, 2, 9):
        now = world.later(days=day)
        world.ask(3, start=day * 10)
        write_stick(office, world.peer, stick, now)
        there = read_stick(centre, stick, now)
        assert (there.ok, there.received) == (True, 3), there.sentences
        world.print_cards(2, start=day * 10)
        write_stick(centre, world.office_peer, stick, now)
        back = read_stick(office, stick, now)
        assert (back.ok, back.received) == (True, 2), back.sentences
        assert any(
            sentence.startswith(
                "dispenduk-capil-lumajang-yosowilangun-jawaban-pendaftaran.loket: Jawaban pendaftaran yang sudah lama"
            )
            for sentence in back.sentences
        )
    assert world.level()


def test_an_expired_request_costs_only_itself(tmp_path: Path, stick: Path) -> None:
    world = make_world(tmp_path)
    late = Node(open_side(tmp_path / "l.db", "office", "350807"), keys_of(tmp_path, "350807"), "Kunir")
    enrolment.write_centre_keys(world.centre, stick)
    code = enrolment.issue_code(world.centre, "350807", "Kunir", address=ADDRESS, actor="admin", now=NOW)
    enrolment.write_request(late, code.text(), stick, NOW)
    now = world.later(days=8)
    world.ask(3)
    write_stick(world.office, world.peer, stick, now)
    report = read_stick(world.centre, stick, now)
    assert (report.received, [problem.code for problem in report.problems]) == (3, ["code_expired"])
    assert any(
        sentence.startswith("kunir-pendaftaran.loket: Kode pendaftaran sudah lewat") for sentence in report.sentences
    )


def test_an_answer_to_an_earlier_request_is_old(tmp_path: Path, stick: Path) -> None:
    office, centre = fresh_pair(tmp_path)
    enrolment.write_centre_keys(centre, stick)
    code = enrolment.issue_code(centre, OFFICE, "Yosowilangun", address=ADDRESS, actor="admin", now=NOW)
    enrolment.write_request(office, code.text(), stick, NOW)
    read_stick(centre, stick, NOW)
    enrolment.write_request(office, code.text(), stick, NOW + timedelta(hours=1))
    report = read_stick(office, stick, NOW + timedelta(hours=1))
    assert report.ok
    assert any("sudah lama" in sentence for sentence in report.sentences)
    read_stick(centre, stick, NOW + timedelta(hours=2))
    assert "Kantor ini terdaftar di Dispenduk Capil Lumajang." in read_stick(office, stick, NOW).sentences


def hostile_ack(world: World) -> bytes:
    header = make_header(world.office, world.peer, "state", world.now)
    header = msgspec.structs.replace(header, ack=[Ack(CENTRE, 1, OFFICE, 1, "zz")])
    return seal_file(header, [], world.office.keys, world.peer.keys)[0]


def hostile_key(world: World) -> bytes:
    keys = world.office.keys
    body = enrolment.EnrolRequest("00", PublicKeys("350807", "zz", keys.public.recipient), "Kunir", 1)
    header = enrolment.enrolment_header(keys, world.centre.keys.public, 1, world.now)
    return seal_file(header, [msgspec.json.encode(body)], keys, world.centre.keys.public)[0]


@pytest.mark.parametrize("make", [hostile_ack, hostile_key], ids=lambda make: make.__name__)
def test_a_hostile_file_never_ends_the_reading(world: World, stick: Path, make: Callable[[World], bytes]) -> None:
    world.print_cards(2)
    (stick / "a.loket").write_bytes(make(world))
    world.ask(3)
    write_stick(world.office, world.peer, stick, world.now)
    report = read_stick(world.centre, stick, world.now)
    assert (report.received, [problem.code for problem in report.problems]) == (3, ["bad_header"])
    assert any(sentence.startswith("a.loket: Kepala dokumen tidak dapat dibaca") for sentence in report.sentences)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("yosowilangun", "yosowilangun"),
        ("yosowilangun-001", "yosowilangun"),
        ("yosowilangun-001-2", "yosowilangun"),
        ("Pos 7-001", "pos"),
        ("7-001", "7"),
        ("007", "007"),
        ("dukcapil-yosowilangun-003", "dukcapil-yosowilangun"),
    ],
)
def test_numbers_at_the_end_of_a_files_name_say_nothing_of_its_owner(name: str, owner: str) -> None:
    """Only a name that is nothing but a number stays one."""
    assert runs.file_owner_label(name) == owner
