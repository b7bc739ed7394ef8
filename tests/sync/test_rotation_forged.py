"""Announcements of keys that somebody made up, changed, kept or moved: they lead nowhere."""

from datetime import timedelta

import msgspec
from msgspec.structs import replace

from sync import nodes
from sync.file_format import seal_file
from sync.incoming_files import receive_file
from sync.keys import KeyAnnouncement, NodeKeys, announce_keys, follow_announcements, make_keys
from sync.outgoing_files import make_header, make_note
from tests.sync.rotating import followed, refused, rotate
from tests.sync.world import CENTRE, OFFICE, World


def forged(world: World, thief: NodeKeys, said: list[KeyAnnouncement]) -> bytes:
    """A note in the centre's name, signed by keys of somebody else, with statements of their own."""
    road = replace(world.centre, keys=thief)
    header = make_header(road, world.office_peer, "state", world.now)
    return seal_file(msgspec.structs.replace(header, keys=said), [], thief, world.office.keys.public)[0]


def test_a_batch_of_an_unknown_key_is_refused_with_a_sentence(world: World) -> None:
    thief = make_keys(CENTRE)
    problem = refused(world.office, forged(world, thief, []), world)
    assert problem.code == "unknown_key"
    assert problem.sentence == (
        "Dokumen ini ditandatangani kunci dukcapil-3508 yang tidak dikenal di sini dan tidak diumumkan oleh kunci "
        "lamanya. Isinya tidak dipakai; tanyakan kepada dukcapil-3508. Bila kuncinya memang diganti tanpa "
        "pengumuman, minta kode pendaftaran baru."
    )


def test_forged_announcements_lead_nowhere(world: World) -> None:
    real, thief = world.centre.keys, make_keys(CENTRE)
    good = announce_keys(real, thief, world.now)
    own = announce_keys(thief, thief, world.now)
    sealed_on = announce_keys(replace(real, node="dukcapil-3509"), replace(thief, node="dukcapil-3509"), world.now)
    tries = [
        replace_said(own, before=real.public.signer),  # the thief says it of himself
        replace_said(good, by_old=own.by_old),
        replace_said(good, by_new=own.by_old),  # somebody else's key, not held by who announces it
        replace_said(good, recipient=make_keys("x").public.recipient),
        replace_said(good, since="kemarin"),
        replace_said(good, by_old="***"),
        sealed_on,
    ]
    before = world.peer
    for one in tries:
        assert follow_announcements(real.public, [one]) == []
        assert refused(world.office, forged(world, thief, [one]), world).code in ("unknown_key", "bad_header")
    assert (world.peer, followed(world.office.db)) == (before, [])
    assert [step.keys for step in follow_announcements(real.public, [*tries, good])] == [thief.public]


def replace_said(one: KeyAnnouncement, **changes: str) -> KeyAnnouncement:
    return msgspec.structs.replace(one, **changes)


def test_an_announcement_played_back_changes_nothing(world: World) -> None:
    world.later(days=1)
    first = rotate(world)
    old_file = make_note(world.centre, world.office_peer, world.now).sealed
    second = world.centre.keys
    world.later(days=1)
    rotate(world)
    receive_file(world.office, make_note(world.centre, world.office_peer, world.now).sealed, world.now)
    now_known = world.peer.keys
    receive_file(world.office, old_file, world.now)  # from before the second change, within its grace
    assert world.peer.keys == now_known
    thief = make_keys(CENTRE)
    for given_up in (first, second):
        said = [announce_keys(given_up, thief, world.now)]
        assert refused(world.office, forged(world, thief, said), world).code == "unknown_key"
    assert world.peer.keys == now_known


def test_an_announcement_in_a_file_that_is_not_signed_by_it_is_not_followed(world: World) -> None:
    """Statements are no secret: only a file of the new key itself counts."""
    old = world.centre
    world.later(days=1)
    rotate(world)
    said = nodes.own_successions(world.centre)
    header = make_header(old, world.office_peer, "state", world.now - timedelta(days=2))
    carried = seal_file(msgspec.structs.replace(header, keys=said), [], old.keys, world.office.keys.public)[0]
    receive_file(world.office, carried, world.now)
    assert world.peer.keys == old.keys.public


def test_an_office_cannot_announce_itself(world: World) -> None:
    """A clone would put itself in the place of the real PC; an office's keys need the administrator's code."""
    clone = make_keys(OFFICE)
    road = replace(world.office, keys=clone)
    header = make_header(road, world.peer, "state", world.now)
    header = msgspec.structs.replace(header, keys=[announce_keys(world.office.keys, clone, world.now)])
    data = seal_file(header, [], clone, world.centre.keys.public)[0]
    assert refused(world.centre, data, world).code == "unknown_key"
    assert world.office_peer.keys == world.office.keys.public
