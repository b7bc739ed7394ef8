"""Coming to know each other: one code, one office, once, seven days; and what becomes of the earlier PC."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace

from sync import enrolment
from sync.acknowledgements import kept_files
from sync.enrolment import ALPHABET, EnrolmentCode
from sync.incoming_files import receive_file
from sync.keys import make_keys
from sync.nodes import Node, find_peer, peer_keys, read_peers
from sync.outgoing_files import make_parcels
from sync.problems import SyncError
from sync.runs import read_stick, write_stick
from tests.sync.http import serving
from tests.sync.world import ADDRESS, CENTRE, NOW, OFFICE, World, enrol, keys_of, open_side

CODE = EnrolmentCode("pusat.example:8135", bytes(range(16)), bytes(range(16, 32)))


def issue(world: World, office: str = OFFICE) -> EnrolmentCode:
    return enrolment.issue_code(world.centre, office, "Yosowilangun", address=ADDRESS, actor="admin", now=world.now)


def request(world: World, code: EnrolmentCode, road: Node | None = None) -> bytes:
    return enrolment.request_file(road or world.office, code, world.centre.keys.public, world.now)[0]


def newcomer(world: World) -> Node:
    """The same office with other keys, as a clone or a thief would have them."""
    return replace(world.office, keys=make_keys(OFFICE))


def refused(world: World, data: bytes) -> str:
    with pytest.raises(SyncError) as problem:
        enrolment.accept_office(world.centre, data, world.now)
    return problem.value.code


def test_a_code_survives_handwriting() -> None:
    text = CODE.text()
    assert EnrolmentCode.read(text) == CODE
    assert EnrolmentCode.read("  " + text.replace("-", " ").lower().replace("0", "o")) == CODE
    address, _, letters = text.partition(" ")
    assert address == "pusat.example:8135"
    assert all(len(group) == 4 for group in letters.split("-")[:-1])


@given(st.integers(0, 54), st.sampled_from(ALPHABET))
def test_every_wrong_letter_is_found(place: int, letter: str) -> None:
    address, _, letters = CODE.text().partition(" ")
    plain = letters.replace("-", "")
    changed = plain[:place] + letter + plain[place + 1 :]
    if changed == plain:
        return
    with pytest.raises(SyncError) as wrong:
        EnrolmentCode.read(f"{address} {changed}")
    assert wrong.value.code == "code_shape"


@pytest.mark.parametrize("text", ["", "pusat", "pusat.example:8135 ABCD", "pusat.exampel:8135" + CODE.text()[18:]])
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(SyncError) as wrong:
        EnrolmentCode.read(text)
    assert wrong.value.code == "code_shape"


def test_the_token_is_stored_hashed(world: World) -> None:
    code = issue(world)
    rows = list(world.centre.db.run("SELECT * FROM road_code"))
    assert code.token.hex() not in repr(rows)
    assert code.token_hash in repr(rows)


def test_same_token_and_keys_get_the_same_answer(world: World) -> None:
    code, public = issue(world), world.centre.keys.public
    granted = [
        enrolment.finish_enrolment(
            world.office, enrolment.accept_office(world.centre, request(world, code), world.now), public, "x", world.now
        )
        for _ in range(2)
    ]
    assert granted[0] == granted[1]
    assert len(peer_keys(world.centre.db, OFFICE)) == 1


def test_other_keys_with_a_used_code_are_refused_and_shown(world: World) -> None:
    code = issue(world)
    enrolment.accept_office(world.centre, request(world, code), world.now)
    with pytest.raises(SyncError) as thief:
        enrolment.accept_office(world.centre, request(world, code, newcomer(world)), world.now)
    assert thief.value.code == "code_used"
    assert world.office.keys.public.signer[:8] in thief.value.sentence
    assert [(kept.code, kept.sender) for kept in kept_files(world.centre.db)] == [("code_used", OFFICE)]


def test_expired_unknown_and_foreign_codes(world: World) -> None:
    code = issue(world)
    world.now += timedelta(days=7)
    assert refused(world, request(world, code, newcomer(world))) == "code_expired"
    world.now = NOW
    assert refused(world, request(world, replace(code, token=bytes(16)))) == "code_unknown"
    assert refused(world, request(world, issue(world, "350898"))) == "code_office"


def test_a_new_code_ends_the_earlier_ones(world: World) -> None:
    """Two live codes would let two PCs write in one epoch."""
    first, second = issue(world), issue(world)
    assert refused(world, request(world, first, newcomer(world))) == "code_replaced"
    other = issue(world, "350898")
    request_of_second = request(world, second, newcomer(world))
    enrolment.accept_office(world.centre, request_of_second, world.now)
    assert refused(world, request(world, first, newcomer(world))) == "code_replaced"
    assert enrolment.accept_office(world.centre, request_of_second, world.now)
    live = "SELECT office FROM road_code WHERE used_at IS NULL AND replaced_at IS NULL"
    assert list(world.centre.db.run(live)) == [("350898",)]
    assert other.token_hash


def test_a_used_code_answers_no_fenced_key(world: World) -> None:
    code = issue(world)
    old = request(world, code, newcomer(world))
    enrolment.accept_office(world.centre, old, world.now)
    enrolment.accept_office(world.centre, request(world, issue(world), newcomer(world)), world.now)
    assert refused(world, old) == "fenced"


def test_another_centre_is_recognised(world: World) -> None:
    false = make_keys(CENTRE).public
    with pytest.raises(SyncError) as wrong:
        enrolment.request_file(world.office, issue(world), false, world.now)
    assert wrong.value.code == "code_centre"


def test_the_earlier_pc_is_fenced_and_told_why(world: World) -> None:
    world.ask(2)
    world.sync()
    twin = world.office
    world.later(days=1)
    restored = newcomer(world)
    enrol(restored, world.centre, world.now)
    assert [key.epoch for key in peer_keys(world.centre.db, OFFICE)] == [2, 1]
    twin_files = parcels_of_twin(world, twin)
    with pytest.raises(SyncError) as fenced:
        receive_file(world.centre, twin_files, world.now)
    assert fenced.value.code == "fenced"
    assert "2026-03-03" in fenced.value.sentence
    with pytest.raises(SyncError):
        receive_file(world.centre, next(make_parcels(twin, world.peer, world.now)).sealed, world.now)
    (kept,) = kept_files(world.centre.db)
    assert (kept.code, kept.sender, kept.first) == ("fenced", OFFICE, 1)
    with pytest.raises(SyncError) as again:
        enrolment.accept_office(world.centre, request(world, issue(world), twin), world.now)
    assert again.value.code == "fenced"


def parcels_of_twin(world: World, twin: Node) -> bytes:
    world.ask(1, start=77)
    return next(make_parcels(twin, world.peer, world.now)).sealed


def fresh_pair(folder: Path) -> tuple[Node, Node]:
    """Two sides that have never met."""
    office = Node(open_side(folder / "o.db", "office", OFFICE), keys_of(folder, OFFICE), "Yosowilangun")
    centre = Node(open_side(folder / "c.db", "centre", CENTRE), keys_of(folder, CENTRE), "Dispenduk Capil Lumajang")
    return office, centre


def test_joining_over_the_network(tmp_path: Path) -> None:
    office, centre = fresh_pair(tmp_path)
    with serving(centre, lambda: NOW) as address:
        code = enrolment.issue_code(centre, OFFICE, "Yosowilangun", address=address, actor="admin", now=NOW)
        granted = enrolment.enrol_over_network(office, code.text(), NOW)
    assert (granted.epoch, granted.stream_out) == (1, "dukcapil")
    assert read_peers(office.db)[0].label == "Dispenduk Capil Lumajang"
    known = find_peer(centre.db, OFFICE)
    assert known is not None
    assert known.lane == OFFICE


def test_joining_by_stick(tmp_path: Path) -> None:
    office, centre = fresh_pair(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    enrolment.write_centre_keys(centre, stick)
    code = enrolment.issue_code(centre, OFFICE, "Yosowilangun", address=ADDRESS, actor="admin", now=NOW)
    enrolment.write_request(office, code.text(), stick, NOW)
    assert read_stick(centre, stick, NOW).sentences[0].startswith("Pendaftaran diterima.")
    assert read_stick(office, stick, NOW).sentences == ["Kantor ini terdaftar di Dispenduk Capil Lumajang."]
    world = World(tmp_path, office, centre)
    world.ask(3)
    write_stick(office, world.peer, stick, NOW)
    assert read_stick(centre, stick, NOW).received == 3
    assert world.level()


def test_a_stick_with_other_keys_is_refused(tmp_path: Path) -> None:
    office, centre = fresh_pair(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    code = enrolment.issue_code(centre, OFFICE, "Yosowilangun", address=ADDRESS, actor="admin", now=NOW)
    with pytest.raises(SyncError) as bare:
        enrolment.write_request(office, code.text(), stick, NOW)
    assert bare.value.code == "no_centre_key", "nobody is warned of a false key where there is none"
    enrolment.write_centre_keys(replace(centre, keys=make_keys(CENTRE)), stick)
    with pytest.raises(SyncError) as wrong:
        enrolment.write_request(office, code.text(), stick, NOW)
    assert wrong.value.code == "code_centre"


@pytest.mark.parametrize("wrong", ["office", "centre"])
def test_an_answer_that_is_meant_for_another_office_or_names_another_centre_makes_no_partner(
    world: World, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    office, before = newcomer(world), read_peers(world.office.db)
    sealed = enrolment.accept_office(world.centre, request(world, issue(world), office), world.now)
    other = {"office": "350898", "centre": make_keys("bank-3508").public}[wrong]
    read = enrolment.read_body
    monkeypatch.setattr(enrolment, "read_body", lambda *given: structs.replace(read(*given), **{wrong: other}))
    with pytest.raises(SyncError) as refused:
        enrolment.finish_enrolment(office, sealed, world.centre.keys.public, "x", world.now)
    assert refused.value.code == "sealed_on"
    assert read_peers(office.db) == before
