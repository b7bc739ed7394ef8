"""Who may write what: every forbidden cell of docs/kinds.md is tried against a real receiver and set aside."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.core.messages import ShipmentSent
from sync.entries import Head, head_bytes, line_bytes, link_hash, split_line
from sync.file_format import seal_file
from sync.head_proofs import sign_head
from sync.incoming_files import ReceivedFile, receive_file
from sync.nodes import Node, Peer, find_peer
from sync.outgoing_files import make_header
from sync.problems import EnvelopeError
from tests.proof.messages import SOUND, subject_of
from tests.proof.pair import CENTRE, OFFICE, Pair, pair
from tests.rules.kinds import every_kind
from tests.sync.test_restored import open_next_epoch

OUT = {OFFICE: "dukcapil", CENTRE: OFFICE}
AT = "2026-03-02T01:00:00Z"
Sent = tuple[str, str, bytes]
"""(kind, subject, body)."""


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Pair]:
    """A real office and a real centre."""
    made = pair(tmp_path)
    yield made
    made.close()


def peer_of(node: Node, name: str) -> Peer:
    """A peer that is known."""
    found = find_peer(node.db, name)
    assert found is not None
    return found


def batch(
    both: Pair, writer: Node, lines: Sequence[Sent], *, source: str = "", stream: str = "", epoch: int = 1
) -> bytes:
    """A truly signed file of a side; with another `source` it "gives back" lines, proved by that side's own key."""
    reader = both.centre if writer is both.office else both.office
    source = source or writer.name
    stream = stream or OUT[source]
    epoch = 1
    tail = reader.journal.tail(source, epoch, stream)
    previous, raw = tail.hash, []
    for n, (kind, subject, body) in enumerate(lines, tail.n + 1):
        head = Head("1.0", f"{epoch}/{stream}/{n}", source, kind, subject, AT, "1", n, "x", "ok", "")
        raw.append(line_bytes(head_bytes(head), body))
        previous = link_hash(previous, *split_line(raw[-1]))
    peer = peer_of(writer, reader.name)
    header = make_header(
        writer, peer, "batch", both.now, where=(source, epoch, stream), first=tail.n + 1, lines=len(raw)
    )
    header = replace(header, prev=tail.hash.hex(), head=previous.hex())
    if source != writer.name:
        header = replace(header, origin=source)
        header = replace(header, proof=sign_head(reader, header))
    return seal_file(header, raw, writer.keys, peer.keys)[0]


def give(both: Pair, writer: Node, lines: Sequence[Sent], source: str = "") -> ReceivedFile:
    """Let the other side take such a file."""
    reader = both.centre if writer is both.office else both.office
    return receive_file(reader, batch(both, writer, lines, source=source), both.now)


def official(node: Node) -> list[tuple[object, ...]]:
    """What a hostile line would have changed: people, roles, keys, blanks, lines, settings."""
    tables = [
        row[0]
        for row in node.db.run(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN (SELECT name FROM beside)"
            " AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name"
        )
    ]
    return [(table, tuple(node.db.run(f"SELECT * FROM {table}"))) for table in tables if table != "set_aside_line"]


@pytest.mark.parametrize("sender", ["office", "centre"])
@pytest.mark.parametrize("back", [False, True], ids=["own stream", "given back"])
def test_every_kind_that_a_side_may_not_send_is_set_aside(both: Pair, sender: str, back: bool) -> None:
    """All kinds of both sides, in a side's own stream and in the other's closed one."""
    writer, reader = (both.office, both.centre) if sender == "office" else (both.centre, both.office)
    author = reader if back else writer
    if back:
        open_next_epoch(both, reader, writer)
    side = "office" if author is both.office else "centre"
    forbidden = [kind.name for kind in reader.journal.kinds.values() if not kind.travel or kind.travel.sender != side]
    assert len(forbidden) > 25
    before = official(reader)
    body = {name: msgspec.json.encode(SOUND[name]) for name in SOUND}
    taken = give(
        both, writer, [(name, "keys/x", body.get(name, b"{}")) for name in forbidden], author.name if back else ""
    )
    assert taken.problems == []
    who = "kecamatan" if side == "office" else "pusat"
    assert [reason for _, reason in taken.received.set_aside] == [
        f"Catatan {name} tidak boleh datang dari {who}; isinya tidak dipakai." for name in forbidden
    ]
    assert official(reader) == before


@pytest.mark.parametrize("sender", ["office", "centre"])
def test_a_kind_under_another_subject_is_set_aside(both: Pair, sender: str) -> None:
    writer, reader = (both.office, both.centre) if sender == "office" else (both.centre, both.office)
    allowed = [kind.name for kind in every_kind().values() if kind.travel and kind.travel.sender == sender]
    assert sorted(allowed) == sorted(name for name in SOUND if SOUND[name].TRAVEL.sender == sender)
    lines = [
        (name, subject, msgspec.json.encode(SOUND[name]))
        for name in allowed
        for right in [subject_of(SOUND[name], OUT[writer.name])]
        for subject in (
            "",
            "keys/dukcapil-3508",
            "person/1",
            right + "0x",
            right + "/1",
            "case/01",
            f"line/x/{name}",
        )
    ]
    before = official(reader)
    taken = give(both, writer, lines)
    assert len(taken.received.set_aside) == len(lines)
    assert {reason for _, reason in taken.received.set_aside} == {
        f"Pokok catatan {name} tidak cocok dengan isinya." for name in allowed
    }
    assert official(reader) == before


@pytest.mark.parametrize("sender", ["office", "centre"])
def test_another_stream_is_refused_whole(both: Pair, sender: str) -> None:
    writer, reader = (both.office, both.centre) if sender == "office" else (both.centre, both.office)
    line = [("heads.anchored", "anchor", b"{}")]
    for stream in ("office", f"office/{OFFICE}", "350898", CENTRE, OUT[reader.name]):
        sealed = batch(both, writer, line, stream=stream)
        with pytest.raises(EnvelopeError) as refused:
            receive_file(reader, sealed, both.now)
        assert refused.value.code == "bad_header"


def about_nothing(body: msgspec.Struct) -> msgspec.Struct:
    """A sound message about a line that nobody has written."""
    if isinstance(body, ShipmentSent):
        return replace(body, lines=[("1/dukcapil/77", "K001001")])
    return replace(body, line="1/dukcapil/77")


def test_an_answer_to_a_line_that_was_never_sent_is_set_aside(both: Pair) -> None:
    """Of this office or of another: no record of the sender, no change, and the writer is told."""
    answers = [name for name in SOUND if name.startswith(("line.", "shipment"))]
    for writer, sender in ((both.office, "office"), (both.centre, "centre")):
        names = [name for name in answers if SOUND[name].TRAVEL.sender == sender]
        bodies = [about_nothing(SOUND[name]) for name in names]
        lines = [
            (name, subject_of(body, OUT[writer.name]), msgspec.json.encode(body))
            for name, body in zip(names, bodies, strict=True)
        ]
        taken = give(both, writer, lines)
        assert [reason for _, reason in taken.received.set_aside] == [
            "Catatan ini tentang baris yang tidak ada di sini; nomor dan kuncinya perlu dicocokkan di kedua sisi."
        ] * len(names)
