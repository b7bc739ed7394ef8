"""What the centre answers: a receipt to a file, lines that are asked for, its small signed state."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.acknowledgements import count_unread, own_acks
from sync.entries import parse_line_id, to_utc_text
from sync.exchange import ShortState, State, state_ack
from sync.file_format import LineVerdict
from sync.incoming_files import ReceivedFile, check_not_barred, receive_file, receive_kept_files
from sync.loss_claims import has_claim
from sync.nodes import Node, Peer, find_peer, note_contact
from sync.outgoing_files import find_span, make_note, make_parcel
from sync.problems import SyncError
from sync.unfinished import WHOLE_BELOW, digest_of, find_part, keep_part


def enrolled_peer(node: Node, name: str) -> Peer:
    """The enrolled peer of that name. Raises SyncError("unknown_sender") or ("barred")."""
    peer = find_peer(node.db, name)
    if peer is None:
        raise SyncError("unknown_sender", sender=name[:40])
    check_not_barred(node.db, name)
    return peer


def answer_batch(node: Node, office: str, sealed: bytes, now: datetime) -> bytes:
    """Take one file of an office and answer with a sealed receipt. Raises SyncError when its lines are not to be had;
    a stream that stands still does not keep the others from flowing."""
    taken = receive_file(node, sealed, now, sender=office)
    if taken.received.problem:
        raise taken.received.problem
    receive_kept_files(node, taken, now)
    peer = enrolled_peer(node, taken.peer.name)
    said = line_verdicts(taken)
    header = taken.header
    made = make_note(node, peer, now, "receipt", taken.digest, said, answered=header, online=True)
    return made.sealed


def line_verdicts(taken: ReceivedFile) -> list[LineVerdict]:
    """Repeats and new lines as two ranges; lines set aside are named one by one beside them."""
    header = taken.header
    received = taken.received
    where = (header.source, header.epoch, header.stream)
    middle = header.first + received.repeats
    said = []
    if received.repeats:
        said.append(LineVerdict(*where, header.first, middle - 1, repeat=True))
    if received.fresh:
        said.append(LineVerdict(*where, middle, header.last))
    return said


def answer_fetch(node: Node, office: str, after: str, now: datetime) -> bytes:
    """Lines after `epoch/stream/n` of a stream shared with the office, sealed to it. Raises SyncError."""
    peer = peer_who_fetches(node, office)
    try:
        epoch, stream, n = parse_line_id(after)
        span = find_span(node, peer, epoch, stream, max(0, n))
    except ValueError as error:
        raise SyncError("bad_request", what="after") from error
    if span:
        made = make_parcel(node, peer, span, now, online=True)
    else:
        made = make_note(node, peer, now, online=True)
    return made.sealed


def peer_who_fetches(node: Node, office: str) -> Peer:
    """The office, when it may have our lines now. Raises SyncError."""
    peer = enrolled_peer(node, office)
    if has_claim(node.db, office):
        raise SyncError("word_waits")
    return peer


def answer_rest(node: Node, office: str, after: str, digest: str, start: int, now: datetime) -> tuple[bytes, str, int]:
    """(sealed, its digest, `start`) for an office that has the first bytes of a file; (sealed, digest, 0) of a new one
    where that file is no longer kept. Raises SyncError."""
    peer = peer_who_fetches(node, office)
    part = None
    if digest:
        part = find_part(node.db, peer.name, "out", digest=digest, now=now)
    if part and start <= part.size:
        return part.content, part.digest, start
    sealed = answer_fetch(node, office, after, now)
    if len(sealed) >= WHOLE_BELOW:
        keep_part(node.db, peer.name, "out", sealed, digest=digest_of(sealed), size=len(sealed), now=now)
    return sealed, digest_of(sealed), 0


def answer_state(node: Node, office: str, now: datetime, *, short: bool = False) -> bytes:
    """The state as JSON, `short` where that says it all; whoever carries it signs it. Raises SyncError."""
    peer = enrolled_peer(node, office)
    with node.db.learning():
        note_contact(node.db, peer, now)
    acks = [state_ack(ack) for ack in own_acks(node, peer)]
    unread = count_unread(node.db, office)
    clock = node.journal.clock_at(now)
    if short and clock == "ok" and not unread:
        return msgspec.json.encode(ShortState(int(now.timestamp()), acks))
    return msgspec.json.encode(State(to_utc_text(now), acks, clock, unread))
