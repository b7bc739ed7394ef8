"""`own_side.py FOLDER serve PORT`, `own_side.py FOLDER talk`: an office and a centre of ours, as a peer of the others.

The office only records (what it applies to its own tables is no part of an exchange); the centre is the product's.
"""

import json
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
from flask import Flask

from app.cli.serving import Running
from app.core.messages import DispatchLine, DispatchSent
from bench import sync as lines
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.http_server import install_server
from sync.nodes import Node, read_peers
from sync.unfinished import Unfinished

BODIES: dict[str, type[DispatchLine | DispatchSent]] = {"line": DispatchLine, "sent": DispatchSent}
OWN_LINES = ".own"
"""Ending of the file with the same lines as bodies of entries, beside the one that the others read."""


def serve(folder: Path, port: int) -> None:
    """The centre's side until it is killed."""
    app = Flask("centre")
    install_server(app, lines.open_world(folder)[1], lambda: lines.NOW)
    Running(app, port)
    Event().wait()


def write(office: Node, file: Path) -> None:
    """The same lines as everybody's, as entries of the journal."""
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    bodies = [msgspec.convert(body, BODIES[kind]) for kind, body in written]
    with office.journal.transaction():
        named = [(body, lines.subject_of(body)) for body in bodies]
        office.journal.record_many(named, actor="agung", at=lines.NOW, stream=lines.STREAM)


def push(office: Node, centre: Node, address: str) -> float:
    """Seconds of one exchange on a connection of its own. Raises RuntimeError where something is left undone."""
    begun = time.perf_counter()
    peer = read_peers(office.db)[0]
    unfinished = Unfinished(office.db, peer.name, lambda: lines.NOW)
    carrier = HttpCarrier(address, office.keys, centre.keys.public, lambda: lines.NOW, unfinished=unfinished)
    try:
        report = sync_now(office, peer, carrier, lines.NOW)
    finally:
        carrier.close()
    if not report.ok:
        raise RuntimeError(" ".join(report.sentences))
    return time.perf_counter() - begun


def answer(office: Node, centre: Node, asked: dict[str, Any]) -> dict[str, Any]:
    """What one question comes to."""
    if asked["do"] == "write":
        write(office, Path(asked["file"]).with_suffix(OWN_LINES))
        return {}
    if asked["do"] == "push":
        return {"seconds": push(office, centre, asked["address"].removeprefix("http://").rstrip("/"))}
    sql = "SELECT count(*) FROM journal WHERE source = ? AND stream = ? AND verdict = 'stored'"
    return {"count": centre.db.one(sql, (lines.OFFICE, lines.STREAM))[0]}  # type: ignore[index]  # a count is a row


def talk(folder: Path) -> None:
    """Questions from stdin until it ends."""
    office, centre = lines.open_world(folder)
    for text in sys.stdin:
        try:
            said = answer(office, centre, json.loads(text))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            said = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    if sys.argv[2] == "serve":
        serve(Path(sys.argv[1]), int(sys.argv[3]))
    else:
        talk(Path(sys.argv[1]))
