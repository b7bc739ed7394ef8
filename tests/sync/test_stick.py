"""The stick: read-only, pulled out, mixed with other things, in any order, from others, twice."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from schema.data_folder import files_named
from sync import carriers
from sync.carriers import FolderCarrier, file_label, stick_problem
from sync.incoming_files import receive_file
from sync.nodes import Node, read_peers
from sync.outgoing_files import make_note
from sync.problems import CarrierError
from sync.runs import read_stick, write_stick
from tests.sync.world import World, enrol, keys_of, make_world, open_side


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_names_say_whose_and_which(world: World, stick: Path) -> None:
    world.ask(501)
    report = write_stick(world.office, world.peer, stick, world.now)
    assert report.names == ["yosowilangun-001.loket", "yosowilangun-002.loket"]
    (sentence,) = report.sentences
    assert sentence == (
        "501 catatan untuk Dispenduk Capil Lumajang ditulis ke 2 dokumen (yosowilangun-001.loket sampai "
        "yosowilangun-002.loket). Baru dihitung terkirim setelah balasan Dispenduk Capil Lumajang dibaca di sini."
    )
    read_stick(world.centre, stick, world.now)
    report = write_stick(world.centre, world.office_peer, stick, world.now)
    assert report.names == ["dispenduk-capil-lumajang-yosowilangun-001.loket"]
    assert write_stick(world.office, world.peer, stick, world.now).names[0] == "yosowilangun-003.loket"


def test_files_in_any_order_and_on_two_sticks(world: World, stick: Path, tmp_path: Path) -> None:
    world.ask(1300)
    write_stick(world.office, world.peer, stick, world.now)
    first = stick / "yosowilangun-001.loket"
    other = tmp_path / "other"
    other.mkdir()
    shutil.move(first, other / first.name)
    report = read_stick(world.centre, stick, world.now)
    assert report.code == "gap"
    assert report.sentences[0] == (
        "yosowilangun-002.loket: Dokumen ini mulai dari catatan 501, padahal yang terakhir di sini 0. "
        "Disimpan dulu; baca juga dokumen sebelumnya."
    )
    assert world.centre.db.one("SELECT count(*) FROM card") == (0,)
    report = read_stick(world.centre, other, world.now)
    assert (report.ok, report.received) == (True, 1300)
    assert world.level()
    assert world.centre.db.one("SELECT count(*) FROM road_aside WHERE settled_at IS NULL") == (0,)


def test_reverse_names_on_one_stick_leave_no_complaint(world: World, stick: Path) -> None:
    world.ask(900)
    write_stick(world.office, world.peer, stick, world.now)
    (stick / "yosowilangun-001.loket").rename(stick / "z.loket")
    report = read_stick(world.centre, stick, world.now)
    assert (report.ok, report.received, report.problems) == (True, 900, [])
    assert world.level()


def test_foreign_damaged_and_stray_files_cost_only_themselves(world: World, stick: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    elsewhere = make_world(tmp_path / "elsewhere")
    elsewhere.ask(1)
    world.ask(3)
    write_stick(elsewhere.office, elsewhere.peer, stick, world.now)
    (stick / "yosowilangun-001.loket").rename(stick / "lain.loket")
    write_stick(world.office, world.peer, stick, world.now)
    whole = (stick / "yosowilangun-001.loket").read_bytes()
    (stick / "a-terpotong.loket").write_bytes(whole[:-20])
    (stick / "kosong.loket").touch()
    (stick / "foto.jpg").write_bytes(b"\xff\xd8")
    (stick / "yosowilangun-009.loket.tmp").write_bytes(whole)
    report = read_stick(world.centre, stick, world.now)
    assert report.received == 3
    assert sorted(problem.code for problem in report.problems) == ["damaged", "not_loket", "wrong_recipient"]
    assert any(
        sentence.startswith("lain.loket: Dokumen ini disegel untuk kantor lain") for sentence in report.sentences
    )
    kept = {row[0] for row in world.centre.db.run("SELECT name FROM road_aside")}
    assert kept == {"a-terpotong.loket", "kosong.loket"}
    assert world.level()


@pytest.fixture
def shared(world: World, stick: Path) -> Path:
    """A stick that the centre filled for Yosowilangun, Kunir and Kunir Lor."""
    for code, label in (("350897", "Kunir Lor"), ("350898", "Kunir")):
        journal = open_side(world.folder / f"{code}.db", "office", code)
        enrol(Node(journal, keys_of(world.folder, code), label), world.centre, world.now)
    world.ask(3)
    world.sync()
    world.print_cards(2)
    for peer in read_peers(world.centre.db):
        assert write_stick(world.centre, peer, stick, world.now).ok
    assert len(list(stick.iterdir())) == 3
    return stick


def test_files_for_other_offices_are_passed_over_quietly(world: World, shared: Path) -> None:
    (shared / "kunir-004.loket").write_bytes((shared / "dispenduk-capil-lumajang-kunir-001.loket").read_bytes())
    report = read_stick(world.office, shared, world.now)
    assert (report.ok, report.received, report.files) == (True, 2, 1)
    assert report.sentences == [
        "2 catatan baru diterima dari Dispenduk Capil Lumajang.",
        "3 dokumen untuk kantor lain dilewati.",
    ]
    assert report.names == ["dispenduk-capil-lumajang-yosowilangun-001.loket"]
    assert world.office.db.one("SELECT count(*) FROM road_aside") == (0,)
    assert world.level()


def test_a_stick_with_nothing_for_us_was_perhaps_swapped(world: World, shared: Path) -> None:
    (shared / "dispenduk-capil-lumajang-yosowilangun-001.loket").unlink()
    report = read_stick(world.office, shared, world.now)
    assert (report.ok, report.code, report.files) == (False, "wrong_recipient", 0)
    assert report.sentences == ["Semua 2 dokumen di sini disegel untuk kantor lain. Periksa apakah flashdisk tertukar."]
    (shared / "dispenduk-capil-lumajang-kunir-001.loket").unlink()
    (sentence,) = read_stick(world.office, shared, world.now).sentences
    assert sentence.startswith("dispenduk-capil-lumajang-kunir-lor-001.loket: Dokumen ini disegel untuk kantor lain")


def test_a_file_that_bears_our_name_and_is_sealed_for_another_is_an_error(world: World, shared: Path) -> None:
    other = (shared / "dispenduk-capil-lumajang-kunir-001.loket").read_bytes()
    for name in ("dispenduk-capil-lumajang-yosowilangun-002.loket", "Kecamatan Yosowilangun (1).LOKET"):
        (shared / name).write_bytes(other)
        report = read_stick(world.office, shared, world.now)
        assert (report.ok, [problem.code for problem in report.problems]) == (False, ["wrong_recipient"])
        assert any(sentence.startswith(f"{name}: Dokumen ini disegel") for sentence in report.sentences)
        assert report.sentences[-1] == "2 dokumen untuk kantor lain dilewati."
        (shared / name).unlink()


def test_an_old_stick_read_again_changes_nothing(world: World, stick: Path) -> None:
    world.ask(20)
    write_stick(world.office, world.peer, stick, world.now)
    assert read_stick(world.centre, stick, world.now).received == 20
    report = read_stick(world.centre, stick, world.now)
    assert (report.ok, report.received, report.sentences) == (
        True,
        0,
        ["Tidak ada yang baru di kedua pihak."],
    )


def test_lost_lines_come_back_by_stick_alone(world: World, stick: Path) -> None:
    """The centre was restored; no network anywhere. Its own stream comes back from the office."""
    world.ask(5)
    world.sync()
    copy = world.folder / "old.db"
    world.centre.db.run(f"VACUUM INTO '{copy}'")
    world.print_cards(4)
    world.sync()
    world.centre.db.close()
    shutil.copy(copy, world.folder / "centre2.db")
    from msgspec.structs import replace

    from sync.epochs import open_provisional
    from tests.sync.world import CENTRE, open_side

    world.centre = replace(world.centre, journal=open_side(world.folder / "centre2.db", "centre", CENTRE))
    open_provisional(world.centre.journal, "restored", world.now)  # as every restore does
    for side, other in ((world.centre, world.office), (world.office, world.centre)):
        world.later(hours=1)
        assert write_stick(side, read_peers(side.db)[0], stick, world.now).ok
        assert read_stick(other, stick, world.now).ok
    assert world.level()


def test_stick_that_is_not_there_or_goes_away(world: World, stick: Path) -> None:
    for missing in (
        write_stick(world.office, world.peer, stick / "no", world.now),
        read_stick(world.office, stick / "no", world.now),
    ):
        assert missing.code == "stick_missing"
        assert missing.retry
    carrier = FolderCarrier(stick, "yosowilangun")
    shutil.rmtree(stick)
    with pytest.raises(CarrierError) as gone:
        carrier.send(b"x")
    assert gone.value.code == "stick_missing"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "stick_full"),
        (errno.EROFS, "stick_readonly"),
        (errno.EACCES, "stick_readonly"),
        (errno.EIO, "stick_pulled"),
        (errno.ENODEV, "stick_pulled"),
    ],
)
def test_each_failure_has_its_sentence(stick: Path, number: int, code: str) -> None:
    assert stick_problem(OSError(number, "x"), stick).code == code


@pytest.mark.parametrize(("number", "goes_on"), [(errno.EACCES, True), (errno.EPERM, True), (errno.EIO, False)])
def test_a_file_that_may_not_be_read_holds_up_no_other(
    stick: Path, monkeypatch: pytest.MonkeyPatch, number: int, goes_on: bool
) -> None:
    for name in ("a.loket", "b.loket"):
        (stick / name).write_bytes(name.encode())

    def read_plain(path: Path, limit: int) -> bytes:
        if path.name == "a.loket":
            raise OSError(number, "x")
        return path.read_bytes()[:limit]

    monkeypatch.setattr(carriers, "read_plain", read_plain)
    carrier = FolderCarrier(stick, "x")
    if not goes_on:
        with pytest.raises(CarrierError) as pulled:
            carrier.fetch("")
        assert pulled.value.code == "stick_pulled"
        return
    assert (carrier.fetch(""), carrier.current) == (b"b.loket", "b.loket")
    assert [(name, problem.code) for name, problem in carrier.problems] == [("a.loket", "unreadable")]
    assert (carrier.fetch(""), carrier.current) == (b"", "")


def test_read_only_stick(world: World) -> None:
    """/proc takes no files, whoever asks."""
    report = write_stick(world.office, world.peer, Path("/proc/self/attr"), world.now)
    assert report.code in ("stick_readonly", "stick_pulled")
    assert report.files == 0


def test_names_for_every_file_system() -> None:
    assert file_label("Kec. Yosowilangun / Timur") == "kec-yosowilangun-timur"
    assert file_label("…") == "loket"


def test_files_of_ours_are_not_read_back(world: World, stick: Path) -> None:
    write_stick(world.office, world.peer, stick, world.now)
    assert read_stick(world.office, stick, world.now).sentences == [
        "Tidak ada dokumen Loket dari pihak lain di folder ini."
    ]


def test_a_note_carries_only_acknowledgements(world: World) -> None:
    made = make_note(world.centre, world.office_peer, world.now)
    taken = receive_file(world.office, made.sealed, world.now)
    assert (taken.header.type, taken.header.count, made.count) == ("state", 0, 0)
    assert {(ack.origin, ack.n) for ack in taken.header.ack} == {("350899", 0), ("dukcapil-3508", 0)}


def test_an_empty_drive_is_a_folder_without_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no first entry of it, so whoever goes through the entries is told that there is no such place."""

    def no_first_entry(path: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "File not found", str(path))

    monkeypatch.setattr(os, "scandir", no_first_entry)
    assert files_named(tmp_path, "*.loket") == []
    assert files_named(tmp_path / "no such folder", "*.loket") == []
    for name in ("b.loket", "a.loket", "c.loket.tmp"):
        (tmp_path / name).touch()
    assert files_named(tmp_path, "*.loket") == [tmp_path / "a.loket", tmp_path / "b.loket"]
