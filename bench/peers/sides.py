"""The contenders of an exchange: a server and a client each, processes of their own that answer the same questions.

A client is asked on its stdin, one JSON document a line: `write` the lines of a file, `push` them to an address (it
answers the seconds), `count` the lines of its folder.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from app.cli.serving import free_port
from bench.peers.environments import environment
from bench.start import wait_for
from bench.sync import prepare

HERE = Path(__file__).parent
PATIENCE = 90.0
"""Seconds after which a client that says nothing is started anew."""


class NotDone(Exception):
    """A side could not do what it was asked."""


@dataclass(frozen=True)
class Contender:
    """How to start one: `server` and `client` are calls in which `{folder}` and `{port}` stand; `found` fills the
    folders `office` and `centre` of a new pair."""

    name: str
    server: tuple[str, ...]
    client: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    def call(self, parts: tuple[str, ...], folder: Path, port: int = 0) -> list[str]:
        """The command line of a process."""
        return [part.format(folder=folder, port=port) for part in parts]

    def surroundings(self, folder: Path) -> dict[str, str]:
        """The environment of a process."""
        own = {name: value.format(folder=folder) for name, value in self.variables.items()}
        return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own

    def found(self, pair: Path) -> None:
        """Folders of a new pair that knows each other and has nothing to bring yet."""
        for side in ("office", "centre"):
            (pair / side).mkdir(parents=True)


class Own(Contender):
    """Loket. One folder holds both databases, each opened by its own process."""

    def found(self, pair: Path) -> None:
        """An office that its centre has let in."""
        pair.mkdir()
        prepare(pair / "office", 0, 1)
        (pair / "centre").symlink_to("office")


class Morango(Contender):
    """Both sides hold the one certificate."""

    def found(self, pair: Path) -> None:
        """The tables are made once and copied."""
        super().found(pair)
        call = [*self.client[:-1], "found"]
        subprocess.run(
            self.call(tuple(call), pair / "office"), env=self.surroundings(pair / "office"), check=True, cwd=pair
        )
        shutil.copytree(pair / "office", pair / "centre", dirs_exist_ok=True)


def contenders(columns: Path) -> list[Contender]:
    """Loket, morango, PouchDB. `columns`: a file with the names of what a line holds. Raises NotToBeHad."""
    own = (sys.executable, str(HERE / "own_side.py"), "{folder}")
    django = (str(environment("morango") / "bin" / "python"), str(HERE / "morango_peer" / "program.py"))
    in_django = {"PEER_DATABASE": "{folder}/db.sqlite3", "PEER_COLUMNS": str(columns)}
    node = ("node", str(HERE / "pouchdb_peer" / "program.js"), "{folder}")
    return [
        Own("Loket", (*own, "serve", "{port}"), (*own, "talk")),
        Morango("morango", (*django, "serve", "{port}"), (*django, "talk"), in_django),
        Contender(
            "PouchDB", (*node, "serve", "{port}"), (*node, "talk"), {"PEER_PACKAGES": str(environment("pouchdb"))}
        ),
    ]


@dataclass
class Server:
    """The server of a pair, on a port that it keeps over a restart."""

    contender: Contender
    folder: Path
    port: int = field(default_factory=lambda: free_port(0))
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        call = self.contender.call(self.contender.server, self.folder, self.port)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                call, env=self.contender.surroundings(self.folder), stdout=log, stderr=log, cwd=self.folder
            )
        wait_for(self.port, time.perf_counter())

    def kill(self) -> None:
        """As a power cut ends it."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """Kill it, and start it on the same port as whoever looks after it would."""
        self.kill()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


@dataclass
class Client:
    """The client of a pair; it stays for several exchanges, so that its start is in none of them."""

    contender: Contender
    folder: Path

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self.contender.call(self.contender.client, self.folder),
            env=self.contender.surroundings(self.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.process.communicate(timeout=10)

    def ask(self, **asked: Any) -> dict[str, Any]:
        """One question. Raises NotDone with what the side says of it."""
        if not self.process.stdin or not self.process.stdout:
            raise NotDone(self.contender.name)
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.process.kill()
            self.process.wait()
            self.__enter__()
            raise NotDone(f"{self.contender.name}: no answer after {PATIENCE:.0f} s")
        told: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"failed": "it ended"}')
        if "failed" in told:
            raise NotDone(f"{self.contender.name}: {told['failed']}")
        return told


def lines_there(contender: Contender, folder: Path) -> int:
    """How many lines lie in a folder whose server has ended."""
    with Client(contender, folder) as client:
        return int(client.ask(do="count")["count"])
