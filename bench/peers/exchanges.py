"""Questions about an exchange, of every contender in turn: first push, nothing new, ten new, killed, ten years."""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from app.core.messages import DispatchLine
from bench.citizens import Citizens
from bench.peers.answers import Answer
from bench.peers.own_side import OWN_LINES
from bench.peers.sides import Client, Contender, NotDone, Server, lines_there
from bench.relay import Relay
from bench.start import wait_for
from bench.sync import ENTRIES, TOGETHER, VILLAGES, as_plain, dispatches, one_dispatch

HISTORY = 35_000
"""Lines of ten years of one kecamatan, as `bench.sizing` reckons them."""
SMALL_ROUNDS = 10
MOST_TRIES = 20


@dataclass
class Content:
    """Files of lines, the same for everybody; each call gives further ones."""

    folder: Path
    citizens: Citizens = field(default_factory=lambda: Citizens(VILLAGES))
    written: int = 0
    closed: int = 0

    def many(self, entries: int) -> Path:
        """A file of dispatches of 399 lines and the entry that closes each."""
        bodies = list(dispatches(self.citizens, entries, TOGETHER))
        self.closed += entries // TOGETHER
        return self.keep(bodies)

    def ten(self) -> Path:
        """A file of nine lines and the entry that closes their dispatch."""
        self.closed += 1
        return self.keep(list(one_dispatch(self.citizens, 10_000 + self.closed, 10, self.written)))

    def keep(self, bodies: Sequence[msgspec.Struct]) -> Path:
        """The lines as a plain program reads them, and as our journal does."""
        file = self.folder / f"{self.written}.jsonl"
        plain, own = [], []
        for body in bodies:
            self.written += 1
            plain.append(json.dumps(as_plain(body, self.written)))
            own.append(json.dumps(["line" if isinstance(body, DispatchLine) else "sent", msgspec.to_builtins(body)]))
        file.write_text("\n".join(plain), encoding="utf-8")
        file.with_suffix(OWN_LINES).write_text("\n".join(own), encoding="utf-8")
        return file


@dataclass
class Pair:
    """One contender's office and centre, with a relay between them that counts."""

    contender: Contender
    folder: Path
    server: Server
    client: Client
    relay: Relay
    expected: int = 0

    def write(self, file: Path) -> None:
        """Lines into the office, not brought yet."""
        self.client.ask(do="write", file=str(file))
        self.expected += sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line)

    def push(self) -> tuple[float, int]:
        """(seconds, bytes both ways) of one exchange. Raises NotDone."""
        self.relay.carried = 0
        seconds = float(self.client.ask(do="push", address=f"http://{self.relay.address}/")["seconds"])
        return seconds, self.relay.carried

    def check_whole(self) -> None:
        """Ask the stopped server's folder. Raises NotDone where lines are missing or there twice."""
        self.server.kill()
        there = lines_there(self.contender, self.folder / "centre")
        if there != self.expected:
            raise NotDone(f"{self.contender.name}: {there} lines instead of {self.expected}")


@contextmanager
def new_pair(contender: Contender, folder: Path) -> Iterator[Pair]:
    """A pair that knows each other; everything of it is gone at the end."""
    place = folder / contender.name.lower()
    shutil.rmtree(place, ignore_errors=True)
    contender.found(place)
    with ExitStack() as stack:
        server = stack.enter_context(Server(contender, place / "centre"))
        client = stack.enter_context(Client(contender, place / "office"))
        relay = stack.enter_context(Relay(server.port))
        yield Pair(contender, place, server, client, relay)
    shutil.rmtree(place, ignore_errors=True)


def ask_all(contenders: list[Contender], folder: Path, *, rounds: int, history: int) -> list[Answer]:
    """Every question of every contender."""
    first = Answer("first-push", f"{ENTRIES:,} lines for the first time", "lines/s", more_is_better=True)
    weight = Answer("bytes", "bytes of a line on the wire, both ways", "B")
    idle = Answer("nothing-new", "an exchange with nothing new", "ms")
    ten = Answer("ten-new", "an exchange with ten new lines", "ms")
    ten_bytes = Answer("ten-new-bytes", "ten new lines, both ways", "B")
    killed = Answer("killed", "server killed half-way: bytes until all is there, of a push without that", "×")
    old_idle = Answer("history-nothing-new", f"nothing new, after {history:,} lines", "ms")
    old_ten = Answer("history-ten-new", f"ten new lines, after {history:,} lines", "ms")
    for turn in range(rounds):
        for contender in contenders[turn % len(contenders) :] + contenders[: turn % len(contenders)]:
            content = Content(folder)
            with new_pair(contender, folder) as pair:
                pair.write(content.many(ENTRIES))
                seconds, size = pair.push()
                first.add(contender.name, ENTRIES / seconds)
                weight.add(contender.name, size / ENTRIES)
                ask_small(pair, content, idle, ten, ten_bytes)
                pair.check_whole()
            killed.add(contender.name, bytes_when_killed(contender, folder, size) / size)
    for contender in contenders:
        content = Content(folder)
        with new_pair(contender, folder) as pair:
            while content.written < history:
                pair.write(content.many(min(ENTRIES, (history - content.written) // TOGETHER * TOGETHER or TOGETHER)))
                pair.push()
            ask_small(pair, content, old_idle, old_ten)
            pair.check_whole()
    return [first, weight, idle, ten, ten_bytes, killed, old_idle, old_ten]


def ask_small(pair: Pair, content: Content, idle: Answer, ten: Answer, ten_bytes: Answer | None = None) -> None:
    """Nothing new and ten new, several times, in turn."""
    pair.push()
    for _ in range(SMALL_ROUNDS):
        idle.add(pair.contender.name, pair.push()[0] * 1000)
        pair.write(content.ten())
        seconds, size = pair.push()
        ten.add(pair.contender.name, seconds * 1000)
        if ten_bytes:
            ten_bytes.add(pair.contender.name, size)


def bytes_when_killed(contender: Contender, folder: Path, whole: int) -> int:
    """Bytes until the centre has everything, when it is killed after half of them and started again. Raises NotDone."""
    with new_pair(contender, folder) as pair:
        pair.write(Content(folder).many(ENTRIES))
        pair.relay.carried, pair.relay.cut_at = 0, whole // 2
        pair.relay.on_cut = pair.server.restart
        carried = 0
        for _ in range(MOST_TRIES):
            with suppress(NotDone):
                pair.client.ask(do="push", address=f"http://{pair.relay.address}/")
                break
            carried += pair.relay.carried
            pair.relay.carried = 0
            wait_for(pair.server.port, time.perf_counter())
        else:
            raise NotDone(f"{contender.name}: not whole after {MOST_TRIES} tries")
        carried += pair.relay.carried
        pair.check_whole()
        return carried
