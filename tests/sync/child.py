"""A second, real process for tests that kill one: `python -m tests.sync.child WHAT FOLDER …`."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from app.cli.serving import open_server
from schema.database import Database
from sync.entries import Entry, Kind
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.nodes import Node, read_peers
from sync.problems import SyncReport
from sync.runs import read_stick, sync_to_folder
from sync.unfinished import Unfinished
from tests.sync.world import CARDS, CENTRE, NOW, OFFICE, CardAsked, apply_asked, keys_of, open_side

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Ends a process at once, of which nothing more runs; on Windows any signal from another process does."""
ENDED_BY_IT = -KILL if os.name == "posix" else KILL
"""What such a process leaves as its exit code."""


def office_of(folder: Path) -> Node:
    return Node(open_side(folder / "office.db", "office", OFFICE), keys_of(folder, OFFICE), "Yosowilangun")


def tell(report: SyncReport) -> None:
    print(report.code, *report.sentences, sep="|", flush=True)  # noqa: T201


def go(folder: Path, address: str) -> None:
    """One exchange of the office over the network."""
    road = office_of(folder)
    peer = read_peers(road.db)[0]
    unfinished = Unfinished(road.db, peer.name, lambda: NOW)
    tell(sync_now(road, peer, HttpCarrier(address, road.keys, peer.keys, lambda: NOW, unfinished=unfinished), NOW))


def limited(folder: Path, what: str, room: str) -> None:
    """Read or write a stick while no file may grow beyond `room` bytes: a full disk, as the program sees it."""
    import resource  # not on Windows, where the rest of this module is used too

    road = office_of(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    work = read_stick if what == "read" else sync_to_folder
    tell(work(road, folder / "stick", NOW))


def serve(folder: Path, dies_at: str) -> None:
    """The centre, which is killed while it applies the card of that number (0: never)."""

    def apply_or_die(db: Database, entry: Entry) -> None:
        if entry.body.number == int(dies_at):
            os.kill(os.getpid(), KILL)
        apply_asked(db, entry)

    from flask import Flask

    from sync.http_server import install_server

    cards = [Kind("card.asked", 1, CardAsked, apply_or_die), replace(CARDS[1])]
    road = Node(
        open_side(folder / "centre.db", "centre", CENTRE, cards=cards), keys_of(folder, CENTRE), "Dispenduk Capil"
    )
    app = Flask("centre")
    install_server(app, road, lambda: NOW)
    server = open_server(app, "127.0.0.1", 0)
    print(f"127.0.0.1:{server.effective_port}", flush=True)  # noqa: T201
    server.run()


if __name__ == "__main__":
    works: dict[str, Callable[..., None]] = {"go": go, "limited": limited, "serve": serve}
    works[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
