"""The centre's keys change: announced under the old key, by both carriers; sticks under way; losses."""

import shutil

import pytest
from msgspec.structs import replace

from sync import enrolment, nodes
from sync.acknowledgements import kept_files
from sync.incoming_files import receive_file
from sync.keys import GRACE, MOST_ANNOUNCEMENTS, make_keys
from sync.nodes import peer_keys
from sync.outgoing_files import make_note, make_parcels
from sync.runs import read_stick
from tests.sync.rotating import by_stick, folder_of, followed, over_network, refused, rotate
from tests.sync.world import ADDRESS, CENTRE, OFFICE, World, enrol, keys_of, open_side

# -- both carriers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("carry", [over_network, by_stick])
def test_an_announced_key_is_followed_and_journalled(world: World, carry: object) -> None:
    world.ask(2)
    world.sync()
    world.later(days=1)
    old = rotate(world)
    world.print_cards(2)
    report = carry(world)
    assert report.ok
    assert report.received == 2
    assert "memakai kunci baru" in " ".join(report.sentences)
    assert world.peer.keys == world.centre.keys.public
    assert world.peer.keys.recipient != old.public.recipient
    assert followed(world.office.db) == [("keys.followed", f"keys/{CENTRE}")]
    entry = world.office.journal.about(f"keys/{CENTRE}")[0]
    assert (entry.body.before, entry.body.signers) == (old.public.signer, [world.centre.keys.public.signer])
    assert world.centre.journal.about(f"keys/{CENTRE}")[0].actor == "dewi"
    world.later(hours=1)
    assert over_network(world).sentences == ["Tidak ada yang baru di kedua pihak."]
    world.ask(1, start=50)
    assert over_network(world).sent == 1


def test_with_nothing_else_to_say_the_network_still_brings_the_key(world: World) -> None:
    world.ask(1)
    over_network(world)
    world.later(days=1)
    rotate(world)
    assert over_network(world).ok
    assert world.peer.keys == world.centre.keys.public
    seals_to = world.centre.db.one("SELECT seals_to FROM road_peer")
    assert seals_to == (world.centre.keys.public.sealed_to,)


def test_two_rotations_missed_in_a_row(world: World) -> None:
    world.ask(3)
    for days in (30, 200):
        world.later(days=days)
        rotate(world)
    assert over_network(world).sent == 3
    assert world.peer.keys == world.centre.keys.public
    keys = peer_keys(world.office.db, CENTRE)
    assert [bool(key.fenced_at) for key in keys] == [False, True, True]
    assert [bool(key.retired_at) for key in keys] == [False, True, True]
    assert world.level()


def test_more_rotations_than_travel_need_a_code(world: World) -> None:
    for _ in range(MOST_ANNOUNCEMENTS + 1):
        world.later(days=1)
        rotate(world)
    problem = refused(world.office, make_note(world.centre, world.office_peer, world.now).sealed, world)
    assert problem.code == "unknown_key"


# -- what is under way ------------------------------------------------------------------------------------------


def test_a_file_sealed_for_the_old_key_still_opens(world: World) -> None:
    world.ask(4)
    (made,) = make_parcels(world.office, world.peer, world.now)
    world.later(days=400)
    rotate(world)
    assert receive_file(world.centre, made.sealed, world.now).received.fresh == 4


def test_a_stick_of_the_old_key_is_taken_for_thirty_days(world: World) -> None:
    world.ask(2)
    world.sync()
    world.print_cards(2)
    (under_way,) = make_parcels(world.centre, world.office_peer, world.now)
    world.later(days=1)
    rotate(world)
    receive_file(world.office, make_note(world.centre, world.office_peer, world.now).sealed, world.now)
    world.now += GRACE
    assert receive_file(world.office, under_way.sealed, world.now).received.fresh == 2
    world.later(seconds=1)
    problem = refused(world.office, under_way.sealed, world)
    assert problem.code == "retired"
    assert "diganti pada 2026-03-03" in problem.sentence
    stick = world.folder / "stick"
    stick.mkdir()
    (stick / "lama.loket").write_bytes(under_way.sealed)
    assert read_stick(world.office, stick, world.now).code == "retired"
    assert [kept.code for kept in kept_files(world.office.db)] == ["retired"]


def test_what_the_old_key_signs_after_the_change_is_not_taken(world: World) -> None:
    """A copy of the centre's PC that goes on with the old keys, or somebody who took them."""
    twin = world.centre
    world.later(days=1)
    rotate(world)
    receive_file(world.office, make_note(world.centre, world.office_peer, world.now).sealed, world.now)
    world.later(minutes=1)
    assert refused(world.office, make_note(twin, world.office_peer, world.now).sealed, world).code == "retired"


def test_an_enrolment_under_way_survives_the_change(world: World) -> None:
    code = enrolment.issue_code(world.centre, OFFICE, "Y", address=ADDRESS, actor="dewi", now=world.now)
    known = world.centre.keys.public
    request, _ = enrolment.request_file(world.office, code, known, world.now)
    world.later(days=1)
    rotate(world)
    answer = enrolment.accept_office(world.centre, request, world.now)
    enrolment.finish_enrolment(world.office, answer, known, ADDRESS, world.now)
    assert world.peer.keys == world.centre.keys.public
    world.ask(1)
    assert over_network(world).sent == 1


# -- restored, stolen, cut off ----------------------------------------------------------------------------------


@pytest.mark.parametrize("carry", [over_network, by_stick])
def test_an_office_restored_from_before_the_change(world: World, carry: object) -> None:
    world.ask(3)
    world.sync()
    yesterday = world.folder / "yesterday.db"
    world.office.db.run("VACUUM INTO '" + str(yesterday) + "'")
    world.later(days=1)
    rotate(world)
    world.print_cards(3)
    assert over_network(world).received == 3
    world.office.db.close()
    shutil.copy(yesterday, world.folder / "restored.db")
    world.office = replace(world.office, journal=open_side(world.folder / "restored.db", "office", OFFICE))
    assert world.peer.keys != world.centre.keys.public
    world.later(hours=1)
    report = carry(world)
    assert world.peer.keys == world.centre.keys.public
    assert over_network(world).code == "new_code"  # it lost what it had acknowledged, so its numbers begin anew
    assert report.code in ("new_code", "gap", "")  # a stick begins after what the centre believes to be there
    assert world.level()
    world.office = replace(world.office, keys=make_keys(OFFICE))
    enrol(world.office, world.centre, world.now)
    assert over_network(world).ok


def test_a_stolen_key_is_changed_without_an_announcement(world: World) -> None:
    world.later(days=1)
    rotate(world)
    over_network(world)
    world.later(days=1)
    rotate(world, announced=False)
    assert nodes.own_successions(world.centre) == []
    assert over_network(world).code == "unsigned"
    assert (
        refused(world.office, make_note(world.centre, world.office_peer, world.now).sealed, world).code == "unknown_key"
    )
    enrol(world.office, world.centre, world.now)
    world.later(minutes=5)
    assert over_network(world).ok
    assert [key.retired_at for key in peer_keys(world.office.db, CENTRE)] == [None, None, None]


def test_a_power_cut_leaves_the_old_keys_or_the_new(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old, folder = world.centre.keys.public, folder_of(world)

    def cut(*_: object) -> None:
        raise OSError("listrik padam")

    with monkeypatch.context() as patch:
        patch.setattr(nodes, "put_in_force", cut)
        with pytest.raises(OSError, match="listrik"):
            rotate(world)
    assert nodes.keys_in_force(world.centre.db, folder, CENTRE).public == old
    assert world.centre.journal.about(f"keys/{CENTRE}") == []
    with monkeypatch.context() as patch:
        patch.setattr(nodes, "forget_waiting", cut)
        with pytest.raises(OSError, match="listrik"):
            rotate(world)
    fresh = nodes.keys_in_force(world.centre.db, folder, CENTRE)
    assert fresh.public.signing == nodes.own_successions(replace(world.centre, keys=fresh))[-1].signing
    assert not (folder / nodes.WAITING_FOLDER).exists()
    assert keys_of(world.folder, CENTRE).public == fresh.public
    assert len(fresh.identities) == 3  # the one that never came into force opens nothing, and harms nothing
