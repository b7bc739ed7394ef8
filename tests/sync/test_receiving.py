"""Each line once and in order; a bad one costs only itself; a different one stops the stream."""

from collections.abc import Callable
from typing import ClassVar, Literal

import msgspec
import pytest

from schema.structs import Travel
from sync import acknowledgements
from sync.acknowledgements import open_forks, peer_statuses
from sync.answers import answer_batch
from sync.entries import GENESIS, Kind, link_hash, parse_utc_text, split_line
from sync.events import LineSettled
from sync.file_format import LineVerdict, seal_file
from sync.forks import settle_fork
from sync.incoming_entries import apply_waiting_entries
from sync.incoming_files import receive_file
from sync.nodes import Node
from sync.outgoing_files import make_header, make_parcel, make_parcels, missing_spans
from sync.problems import SyncError
from tests.sync.world import CARDS, CENTRE, OFFICE, OUT, CardAsked, World, apply_printed, digest, lines, open_side


def forge(world: World, raw: list[bytes], first: int = 1, prev: bytes = GENESIS) -> bytes:
    """A truly signed batch of the office with lines of our making."""
    head = prev
    for line in raw:
        head = link_hash(head, *split_line(line))
    header = make_header(
        world.office, world.peer, "batch", world.now, where=(OFFICE, 1, OUT), first=first, lines=len(raw)
    )
    header = msgspec.structs.replace(header, prev=prev.hex(), head=head.hex())
    return seal_file(header, raw, world.office.keys, world.peer.keys)[0]


def line(n: int, data: str = "", **other: str) -> bytes:
    """One line as an office writes it, with some parts changed."""
    parts = {
        "specversion": "1.0",
        "id": f"1/{OUT}/{n}",
        "source": OFFICE,
        "type": "card.asked",
        "subject": f"card/{n}",
        "time": "2026-03-02T01:00:00Z",
        "dataschema": "1",
        **other,
    }
    head = msgspec.json.encode(parts)[:-1]
    return head + b',"data":' + (data or f'{{"number":{n},"name":"Warga"}}').encode() + b"}"


POISONS: dict[str, Callable[[int], bytes]] = {
    "not json": lambda n: b"\x00\xff\xfe not json",
    "no data": lambda n: b'{"id":"1/dukcapil/50"}',
    "bad utf-8": lambda n: line(n, '{"number":1,"name":"x"}').replace(b"x", b"\xff"),
    "lone surrogate": lambda n: line(n, '{"number":1,"name":"\\ud800"}'),
    "nul in subject": lambda n: line(n, subject="a\0b"),
    "wrong place": lambda n: line(n, id=f"1/{OUT}/{n + 1}"),
    "wrong source": lambda n: line(n, source="350898"),
    "wrong time": lambda n: line(n, time="2026-13-99T01:00:00Z"),
    "deep": lambda n: line(n, "[" * 5000 + "]" * 5000),
    "deep and unclosed": lambda n: line(n, "[" * 5000),
    "huge number": lambda n: line(n, '{"number":' + "9" * 400 + ',"name":"x"}'),
    "wrong type": lambda n: line(n, '{"number":"satu","name":"x"}'),
    "version no number": lambda n: line(n, dataschema="satu"),
    "rule refuses": lambda n: line(n, '{"number":-1,"name":"x"}'),
    "constraint refuses": lambda n: line(n, '{"number":1,"name":"x"}'),
    "unknown and broken": lambda n: line(n, "{", type="card.unheard"),
}


@pytest.mark.parametrize("poison", POISONS)
def test_one_poisoned_line_among_a_hundred(world: World, poison: str) -> None:
    raw = [line(n) for n in range(1, 101)]
    raw[49] = POISONS[poison](50)
    taken = receive_file(world.centre, forge(world, raw), world.now)
    assert taken.problems == []
    assert [n for n, _ in taken.received.set_aside] == [50]
    assert taken.received.set_aside[0][1].endswith(".")
    assert world.centre.db.one("SELECT count(*) FROM card") == (99,)
    held = world.centre.journal.tail(OFFICE, 1, OUT)
    assert held.n == 100
    assert held.hash.hex() == taken.header.head


UNREADABLE = ("not json", "no data", "nul in subject", "wrong time")
"""Of these not even what stands before their data can be read."""


@pytest.mark.parametrize(
    "poison", [*UNREADABLE, "wrong type", "rule refuses", "constraint refuses", "unknown and broken"]
)
def test_why_a_line_is_set_aside_tells_what_could_be_read_of_it(world: World, poison: str) -> None:
    taken = receive_file(world.centre, forge(world, [line(1), POISONS[poison](2)]), world.now)
    ((_, why),) = taken.received.set_aside
    assert (why == "Baris tidak dapat dibaca.") == (poison in UNREADABLE)


def test_a_poisoned_line_is_given_back_byte_for_byte(world: World) -> None:
    raw = [line(1), b"\x00\xff poison", line(3)]
    receive_file(world.centre, forge(world, raw), world.now)
    from sync.outgoing_files import read_lines

    assert read_lines(world.centre, (OFFICE, 1, OUT), 0)[2] == raw
    assert read_lines(world.centre, (OFFICE, 1, OUT), 2)[2] == raw[2:]


def test_the_verdict_is_said_once_and_for_ever_and_reaches_the_desk(world: World) -> None:
    world.ask(3)
    body = CardAsked(3, "Sama")
    with world.office.db.writing(), world.office.db.applying():
        world.office.db.run("DELETE FROM card WHERE number = 3")
    with world.office.journal.transaction():
        world.office.journal.record(body, subject="card/3", actor="sari", at=world.now, stream=OUT)
    report = world.sync()
    assert report.ok
    assert (report.sent, report.set_aside_there) == (4, 1)
    assert world.sync().set_aside_there == 0
    row = world.office.db.one("SELECT n, subject, told_by, settled_at FROM set_aside_line")
    assert row == (4, "card/3", CENTRE, None)
    with world.office.journal.transaction():
        world.office.journal.record(
            LineSettled(1, OUT, 4, "sudah diperbaiki"), subject="card/3", actor="budi", at=world.now
        )
    assert world.office.db.one("SELECT note FROM set_aside_line WHERE settled_at IS NOT NULL") == ("sudah diperbaiki",)


def test_same_batch_twice_is_a_repeat(world: World) -> None:
    world.ask(5)
    (made,) = make_parcels(world.office, world.peer, world.now)
    first = receive_file(world.centre, made.sealed, world.now)
    again = receive_file(world.centre, made.sealed, world.now)
    assert (first.received.fresh, first.received.repeats) == (5, 0)
    assert (again.received.fresh, again.received.repeats) == (0, 5)
    receipt = receive_file(world.office, answer_batch(world.centre, OFFICE, made.sealed, world.now), world.now)
    assert [(v.first, v.last, v.repeat) for v in receipt.header.verdicts] == [(1, 5, True)]


def test_overlap_takes_only_the_rest(world: World) -> None:
    world.ask(5)
    (made,) = make_parcels(world.office, world.peer, world.now)
    receive_file(world.centre, made.sealed, world.now)
    world.ask(2, start=6)
    (longer,) = make_parcels(world.office, world.peer, world.now)
    taken = receive_file(world.centre, longer.sealed, world.now)
    assert (taken.received.fresh, taken.received.repeats) == (2, 5)
    assert digest(world.office.db) == digest(world.centre.db)


def test_a_gap_is_answered_with_our_head(world: World) -> None:
    world.ask(2)
    late = forge(world, [line(9)], first=9, prev=bytes(31) + b"\1")
    taken = receive_file(world.centre, late, world.now)
    assert taken.received.gap
    assert world.centre.journal.tail(OFFICE, 1, OUT).n == 0
    receipt = receive_file(world.office, answer_batch(world.centre, OFFICE, late, world.now), world.now)
    assert next(ack.n for ack in receipt.header.ack if ack.origin == OFFICE) == 0


def test_a_different_line_stops_the_stream_until_a_person_decides(world: World) -> None:
    world.ask(3)
    world.sync()
    twin = forge(world, [line(n, f'{{"number":{n + 50},"name":"Kembar"}}') for n in range(1, 5)])
    before = digest(world.centre.db), lines(world.centre, OFFICE, OUT)
    with pytest.raises(SyncError) as forked:
        answer_batch(world.centre, OFFICE, twin, world.now)
    assert forked.value.code == "fork"
    world.ask(1, start=9)
    report = world.sync()
    assert report.code == "stopped"
    assert (digest(world.centre.db), lines(world.centre, OFFICE, OUT)) == before
    (fork,) = open_forks(world.centre.db)
    assert (fork.source, fork.n) == (OFFICE, 1)
    assert fork.ours != fork.theirs
    assert [status.missing for status in peer_statuses(world.centre.db)] == [1]
    decide(world)
    assert world.sync().sent == 1  # this PC has the chain that goes on
    assert open_forks(world.centre.db) == []
    with pytest.raises(SyncError) as late:
        answer_batch(world.centre, OFFICE, twin, world.now)
    assert late.value.code == "settled"
    assert open_forks(world.centre.db) == []
    assert [status.missing for status in peer_statuses(world.centre.db)] == [0]


def test_a_forked_start_and_a_false_chain(world: World) -> None:
    world.ask(3)
    world.sync()
    assert code_of(world.centre, forge(world, [line(4)], first=4, prev=b"\7" * 32), world) == "fork"
    raw = [line(1)]
    header = make_header(world.office, world.peer, "batch", world.now, where=(OFFICE, 1, OUT), first=1, lines=1)
    false = seal_file(header, raw, world.office.keys, world.peer.keys)[0]
    decide(world)
    assert code_of(world.centre, false, world) == "wrong_chain"


def decide(world: World) -> None:
    """The administrator of the centre lets the PC go on whose lines are held."""
    settle_fork(
        world.centre.journal,
        world.office_peer,
        (OFFICE, 1, OUT),
        goes_on="held",
        note="Komputer lama dimatikan.",
        carried=(),
        actor="eko",
        now=world.now,
    )


def code_of(road: Node, sealed: bytes, world: World) -> str:
    return receive_file(road, sealed, world.now).problems[0].code


def test_lines_of_a_newer_program_wait_and_keep_the_chain(world: World) -> None:
    raw = [line(1), line(2, type="card.laminated"), line(3, dataschema="2"), line(4)]
    taken = receive_file(world.centre, forge(world, raw), world.now)
    assert (taken.received.fresh, taken.received.waiting, taken.received.set_aside) == (4, 2, [])
    assert list(world.centre.db.run("SELECT why FROM journal_waiting ORDER BY id")) == [
        ("card.laminated/1",),
        ("card.asked/2",),
    ]
    assert world.centre.db.one("SELECT count(*) FROM card") == (2,)


def test_foreign_streams_and_later_epochs_are_refused(world: World) -> None:
    with world.office.journal.transaction():
        world.office.journal.record(CardAsked(1, "x"), subject="card/1", actor="sari", at=world.now, stream="bank")
    header = make_header(world.office, world.peer, "batch", world.now, where=(OFFICE, 1, "bank"), lines=1)
    for changed in ({}, {"stream": OUT, "epoch": 2}):
        sealed = seal_file(msgspec.structs.replace(header, **changed), [line(1)], world.office.keys, world.peer.keys)[0]
        with pytest.raises(SyncError) as refused:
            receive_file(world.centre, sealed, world.now)
        assert refused.value.code in ("bad_header", "epoch_ahead")


def test_our_own_entry_says_what_came_and_where_it_stands(world: World) -> None:
    world.ask(7)
    world.sync()
    rows = [e for e in world.centre.journal.about(f"road/{OFFICE}") if e.kind == "entries.received"]
    (entry,) = rows
    head = world.office.journal.tail(OFFICE, 1, OUT).hash.hex()
    assert (entry.body.first, entry.body.last, entry.body.head) == (1, 7, head)
    assert (entry.stream, entry.at) == (f"office/{OFFICE}", parse_utc_text("2026-03-02T01:00:00Z"))


def test_every_export_starts_at_the_first_unacknowledged_line(world: World) -> None:
    world.ask(3)
    world.sync()
    world.ask(2, start=4)
    (span,) = missing_spans(world.office, world.peer)
    assert (span.after, span.last) == (3, 5)
    made = make_parcel(world.office, world.peer, span, world.now)
    assert (made.first, made.last) == (4, 5)


class CardLaminated(msgspec.Struct, frozen=True):
    TRAVEL: ClassVar = Travel("office", "card/*")

    number: int
    serial: str


class CardBurnt(msgspec.Struct, frozen=True):
    TRAVEL: ClassVar = Travel("centre", "card/*")

    number: int
    serial: str


def test_after_the_update_waiting_lines_are_applied_in_order(world: World) -> None:
    raw = [
        line(1),
        line(2, '{"number":1,"serial":"S1"}', type="card.laminated"),
        line(3, dataschema="9"),
        line(4, '{"number":7}', type="card.laminated"),
        line(5, '{"number":1,"serial":"ABU"}', type="card.burnt"),
    ]
    receive_file(world.centre, forge(world, raw), world.now)

    kinds = [
        *CARDS,
        Kind("card.laminated", 1, CardLaminated, apply_printed),
        Kind("card.burnt", 1, CardBurnt, apply_printed),
    ]
    updated = open_side(world.folder / "centre.db", "centre", CENTRE, cards=kinds)
    assert apply_waiting_entries(updated, world.now) == 1
    assert apply_waiting_entries(updated, world.now) == 0
    assert updated.db.one("SELECT state FROM card WHERE number = 1") == ("S1",)
    waiting = [row[0] for row in updated.db.run("SELECT why FROM journal_waiting ORDER BY id")]
    assert waiting == [
        "card.asked/9",
        "Isi baris tidak dapat diterapkan di sini (ValidationError).",
        "Catatan card.burnt tidak boleh datang dari kecamatan; isinya tidak dipakai.",
    ]
    (said,) = [entry for entry in updated.about(f"road/{OFFICE}") if entry.kind == "entries.caught_up"]
    assert said.body.lines == [f"1/{OUT}/2"]
    updated.db.close()


def test_of_a_file_that_names_many_lines_only_so_many_are_noted_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledgements, "MAX_NOTED", 3)
    world.ask(6)
    head = make_header(world.centre, world.office_peer, "state", world.now)

    def noted(*spans: tuple[int, int], verdict: Literal["stored", "set_aside"] = "set_aside", stream: str = OUT) -> int:
        said = [LineVerdict(OFFICE, 1, stream, first, last, verdict, "Nomor lain.") for first, last in spans]
        header = msgspec.structs.replace(head, receipts=said)
        with world.office.journal.transaction():
            return acknowledgements.note_verdicts(world.office, world.peer, header, world.now)

    def known() -> list[int]:
        return [row[0] for row in world.office.db.run("SELECT n FROM set_aside_line ORDER BY n")]

    assert noted((1, 6), verdict="stored") == 0
    assert noted((1, 6), stream="office") == 0, "a stream that stays at home"
    assert known() == []
    assert noted((1, 2), (3, 4)) == 3
    assert known() == [1, 2, 3]
    assert noted((2, 4), (4, 4)) == 1, "two were known, and one was named twice"
    assert noted((5, 9)) == 2, "seven to nine were never written"
    assert known() == [1, 2, 3, 4, 5, 6]
