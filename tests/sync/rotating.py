"""What the tests of changed keys share: a centre that rotates, and an office that hears of it by both carriers."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from schema.database import Database
from sync import nodes
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.incoming_files import receive_file
from sync.keys import NodeKeys
from sync.nodes import Node
from sync.problems import EnvelopeError, SyncReport
from sync.runs import read_stick, write_stick
from tests.sync.http import serving
from tests.sync.world import CENTRE, World


def folder_of(world: World) -> Path:
    return world.folder / "keys" / CENTRE


def rotate(world: World, announced: bool = True) -> NodeKeys:
    """The centre's administrator changes the keys; gives the old ones."""
    old = world.centre.keys
    nodes.rotate_keys(
        world.centre, folder_of(world), announced=announced, reason="Tahun baru", actor="dewi", now=world.now
    )
    world.centre = replace(world.centre, keys=nodes.keys_in_force(world.centre.db, folder_of(world), CENTRE))
    return old


def over_network(world: World) -> SyncReport:
    with serving(lambda: world.centre, lambda: world.now) as address:
        line = HttpCarrier(address, world.office.keys, world.peer.keys, lambda: world.now)
        report = sync_now(world.office, world.peer, line, world.now)
        line.close()
    return report


def by_stick(world: World) -> SyncReport:
    """The office reads what the centre wrote to a fresh stick."""
    stick = world.folder / f"stick-{world.now:%j%H%M%S}"
    stick.mkdir()
    write_stick(world.centre, world.office_peer, stick, world.now)
    return read_stick(world.office, stick, world.now)


def refused(road: Node, data: bytes, world: World) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as problem:
        receive_file(road, data, world.now)
    return problem.value


def followed(db: Database) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in db.run("SELECT kind, subject FROM journal WHERE kind = 'keys.followed'")]
