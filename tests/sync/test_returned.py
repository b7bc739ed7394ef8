"""Lines that come back are our own, proved by our own signature, and of a closed epoch; all else is refused."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from sync.entries import GENESIS, Head, head_bytes, line_bytes, link_hash, split_line
from sync.file_format import Header, HeadProof, seal_file
from sync.head_proofs import sign_head
from sync.incoming_files import receive_file
from sync.keys import make_keys
from sync.nodes import Node
from sync.outgoing_files import make_header
from sync.problems import EnvelopeError
from tests.sync.rotating import over_network, rotate
from tests.sync.test_restored import back, copy_of, open_next_epoch
from tests.sync.world import CENTRE, OFFICE, OUT, World, enrol, lines

PRINTED = b'{"number":1,"serial":"PALSU"}'


def a_line(source: str, stream: str, epoch: int, n: int, kind: str, body: bytes) -> bytes:
    """One line in the name of any side."""
    head = Head("1.0", f"{epoch}/{stream}/{n}", source, kind, "card/1", "2026-03-02T01:00:00Z", "1", n, "x", "ok", "")
    return line_bytes(head_bytes(head), body)


def returned(
    world: World,
    writer: Node,
    epoch: int = 1,
    after: int = 0,
    prev: bytes = GENESIS,
    proof: Callable[[Header], HeadProof] | None = None,
) -> bytes:
    """A truly signed file in which `writer` "gives back" a line in the other side's name."""
    at_office = writer is world.office
    source, stream, kind = (CENTRE, OFFICE, "card.printed") if at_office else (OFFICE, OUT, "card.asked")
    peer = world.peer if at_office else world.office_peer
    body = PRINTED if at_office else b'{"number":1,"name":"Palsu"}'
    raw = [a_line(source, stream, epoch, after + 1, kind, body)]
    header = make_header(writer, peer, "batch", world.now, where=(source, epoch, stream), first=after + 1, lines=1)
    header = replace(header, prev=prev.hex(), head=link_hash(prev, *split_line(raw[0])).hex(), origin=source)
    header = replace(header, proof=proof(header)) if proof else header
    return seal_file(header, raw, writer.keys, peer.keys)[0]


def refusal(road: Node, sealed: bytes, world: World) -> str:
    """The code with which a file is refused; nothing of it is stored."""
    before = road.db.one("SELECT count(*) FROM journal")
    with pytest.raises(EnvelopeError) as refused:
        receive_file(road, sealed, world.now)
    assert road.db.one("SELECT count(*) FROM journal") == before
    assert road.db.one("SELECT count(*) FROM road_stop") == (0,)
    return refused.value.code


@pytest.mark.parametrize("side", ["office", "centre"])
@pytest.mark.parametrize("epoch", [1, 2, 99_999_999])
def test_nobody_writes_into_the_other_sides_running_or_future_epoch(world: World, side: str, epoch: int) -> None:
    writer, other = (world.office, world.centre) if side == "office" else (world.centre, world.office)
    assert refusal(other, returned(world, writer, epoch), world) == "returned_open"
    assert (
        refusal(other, returned(world, writer, epoch, proof=lambda header: sign_head(writer, header)), world)
        == "returned_open"
    )


@pytest.mark.parametrize("side", ["office", "centre"])
def test_a_closed_epoch_takes_only_what_its_own_key_signed(world: World, side: str) -> None:
    writer, other = (world.office, world.centre) if side == "office" else (world.centre, world.office)
    world.ask(1)
    world.print_cards(1)
    world.sync()
    open_next_epoch(world, other, writer)
    tail = other.journal.tail(other.name, 1, OUT if other is world.office else OFFICE)
    stranger = make_keys(other.name)

    def forged(header: Header) -> HeadProof:
        return replace(sign_head(writer, header), signer=other.keys.public.signer)

    def unknown(header: Header) -> HeadProof:
        return sign_head(replace(writer, keys=stranger), header)

    def told(proof: Callable[[Header], HeadProof] | None) -> str:
        return refusal(other, returned(world, writer, 1, tail.n, tail.hash, proof), world)

    assert told(None) == "returned_unproved"
    assert told(forged) == "returned_unproved"
    assert told(unknown) == "returned_key"


def test_a_proof_over_another_head_is_no_proof(world: World) -> None:
    """An honest statement about line 3 does not carry a made-up line 4, nor another line 3."""
    world.ask(3)
    world.sync()
    row = world.centre.db.one("SELECT signer, signature FROM head_proof WHERE n = 3")
    assert row is not None
    open_next_epoch(world, world.office, world.centre)
    held = HeadProof(*row)
    tail = world.office.journal.tail(OFFICE, 1, OUT)
    two = world.office.db.one("SELECT hash FROM journal WHERE source = ? AND stream = ? AND n = 2", (OFFICE, OUT))
    assert two is not None
    for after, prev in ((3, tail.hash), (2, bytes(two[0]))):
        made = returned(world, world.centre, 1, after, prev, lambda _header: held)
        assert refusal(world.office, made, world) == "returned_unproved"


def test_a_batch_whose_own_head_is_wrongly_signed_is_refused(world: World) -> None:
    raw = [a_line(OFFICE, OUT, 1, 1, "card.asked", b'{"number":1,"name":"x"}')]
    header = make_header(world.office, world.peer, "batch", world.now, where=(OFFICE, 1, OUT), lines=1)
    header = replace(header, head=link_hash(GENESIS, *split_line(raw[0])).hex())
    wrong = sign_head(world.office, replace(header, head="ab" * 32))
    sealed = seal_file(replace(header, proof=wrong), raw, world.office.keys, world.peer.keys)[0]
    assert refusal(world.centre, sealed, world) == "wrong_proof"


def test_thousands_of_lines_come_back_in_files_that_each_prove_themselves(world: World) -> None:
    for start in range(1, 1200, 300):
        world.ask(300, start)
        world.sync()
    yesterday = copy_of(world.office, world.folder / "yesterday.db")
    for start in range(1201, 2400, 300):
        world.ask(300, start)
        world.sync()
    before = lines(world.office, OFFICE, OUT)
    world.office = back(world, world.office, yesterday, "office")
    open_next_epoch(world, world.office, world.centre)
    world.later(hours=1)
    assert world.sync().returned == 1200
    assert lines(world.office, OFFICE, OUT) == before
    assert world.level()


def test_with_nothing_left_the_enrolment_answer_names_the_earlier_key(world: World) -> None:
    from tests.sync.world import open_side

    world.ask(3)
    world.sync()
    old = world.office.keys.public
    world.office.db.close()
    blank = open_side(world.folder / "blank.db", "office", OFFICE, world.now)
    world.office = Node(blank, make_keys(OFFICE), "Yosowilangun")
    enrol(world.office, world.centre, world.later(hours=1))
    assert world.sync().returned == 3
    row = world.office.db.one("SELECT signing, named_by FROM own_key WHERE signer = ?", (old.signer,))
    assert row == (old.signing, CENTRE)
    (said,) = [entry for entry in world.office.journal.about(f"keys/{OFFICE}") if entry.kind == "keys.recalled"]
    assert msgspec.to_builtins(said.body) == {"named_by": CENTRE, "signers": [old.signer]}


def test_a_key_that_was_announced_after_the_backup_is_known_by_its_own_statement(world: World) -> None:
    """The centre restores an older backup; the office gives back lines under the newer key, and the way to it."""
    world.ask(1)
    world.print_cards(2)
    world.sync()
    yesterday = copy_of(world.centre, world.folder / "yesterday.db")
    world.later(days=1)
    rotate(world)
    world.print_cards(3, start=3)
    assert over_network(world).ok
    before = lines(world.centre, CENTRE, OFFICE)
    assert world.office.db.one("SELECT count(DISTINCT signer) FROM head_proof") == (2,)
    world.centre = back(world, replace(world.centre, keys=make_keys(CENTRE)), yesterday, "centre")
    open_next_epoch(world, world.centre, world.office)
    enrol(world.office, world.centre, world.later(hours=1))
    assert world.sync().given_back == 3
    assert lines(world.centre, CENTRE, OFFICE) == before
