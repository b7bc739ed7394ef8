"""Any schedule of batches - repeated, reordered, by wire and stick, cut, restored - ends in one digest."""

import random
import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from msgspec import structs

from sync.entries import stored_hash
from sync.exchange import sync_now
from sync.file_format import seal_file
from sync.incoming_files import receive_file, receive_kept_files
from sync.outgoing_files import Span, make_header, make_parcels, read_lines
from sync.problems import CarrierError
from sync.runs import read_stick, write_stick
from tests.sync.world import OFFICE, OUT, World, make_world
from tests.world.nightly import by_day

STEP = st.sampled_from(["ask", "print", "wire", "cut", "write", "read", "answer", "home", "old"])


@budget(max_examples=by_day(8, 25))
@given(st.lists(STEP, min_size=4, max_size=14), st.integers(0, 2**31))
def test_any_schedule_ends_level(steps: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        Schedule(world, Path(folder) / "stick", random.Random(seed)).run(steps)
        for _ in range(2):
            world.later(minutes=1)
            assert world.sync().ok
        assert world.level()
        assert world.centre.db.one("SELECT count(*) FROM card") == world.office.db.one("SELECT count(*) FROM card")
        world.office.db.close()
        world.centre.db.close()


class Schedule:
    """What can happen between two sides that hardly ever meet."""

    def __init__(self, world: World, stick: Path, chance: random.Random) -> None:
        self.world, self.stick, self.chance = world, stick, chance
        self.asked = self.printed = 0
        self.kept: list[bytes] = []
        stick.mkdir()

    def run(self, steps: list[str]) -> None:
        for step in steps:
            self.world.later(minutes=1)
            getattr(self, step)()

    def ask(self) -> None:
        count = self.chance.randint(1, 40)
        self.world.ask(count, start=self.asked + 1)
        self.asked += count
        self.kept += [made.sealed for made in make_parcels(self.world.office, self.world.peer, self.world.now)]

    def print(self) -> None:
        there = self.world.centre.journal.tail(OFFICE, 1, OUT).n
        if there > self.printed:
            self.world.print_cards(there - self.printed, start=self.printed + 1)
            self.printed = there

    def wire(self) -> None:
        assert self.world.sync().ok

    def cut(self) -> None:
        """The centre takes a batch, its answer never arrives."""
        carrier = self.world.memory()
        whole = carrier.on_send

        def lose(data: bytes) -> bytes:
            whole(data)
            raise CarrierError("cut_answer")

        carrier.on_send = lose
        sync_now(self.world.office, self.world.peer, carrier, self.world.now)

    def write(self) -> None:
        assert write_stick(self.world.office, self.world.peer, self.stick, self.world.now).ok

    def read(self) -> None:
        assert read_stick(self.world.centre, self.stick, self.world.now).ok

    def answer(self) -> None:
        assert write_stick(self.world.centre, self.world.office_peer, self.stick, self.world.now).ok

    def home(self) -> None:
        assert read_stick(self.world.office, self.stick, self.world.now).ok

    def old(self) -> None:
        """Files of any age turn up again, in any order."""
        for sealed in self.chance.sample(self.kept, len(self.kept)):
            receive_kept_files(
                self.world.centre, receive_file(self.world.centre, sealed, self.world.now), self.world.now
            )


@pytest.mark.parametrize("order", list(permutations(range(4)))[1::4])
def test_batches_in_any_order_on_one_stick(world: World, tmp_path: Path, order: tuple[int, ...]) -> None:
    world.ask(20)
    stick = tmp_path / "stick"
    stick.mkdir()
    for name, which in enumerate(order):
        span = Span((OFFICE, 1, OUT), which * 5, which * 5 + 5, False)
        lines = parcel_of(world, span)
        (stick / f"{name}.loket").write_bytes(lines)
    report = read_stick(world.centre, stick, world.now)
    assert (report.ok, report.received) == (True, 20)
    assert world.level()


def parcel_of(world: World, span: Span) -> bytes:
    """A file that ends where the span ends, as an older export did."""
    previous, _, lines = read_lines(world.office, span.where, span.after)
    chosen = lines[: span.last - span.after]
    head = stored_hash(world.office.db, span.where, span.last)
    assert head is not None
    header = make_header(
        world.office, world.peer, "batch", world.now, where=span.where, first=span.after + 1, lines=len(chosen)
    )
    header = structs.replace(header, prev=previous.hex(), head=head.hex())
    return seal_file(header, chosen, world.office.keys, world.peer.keys)[0]
