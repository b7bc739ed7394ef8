"""Lines out of the journal into files, always from the first that the other side has not acknowledged; and pieces of
announced files: those asked for, on a stick also those that could not be asked for yet."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from schema.database import first_column
from sync.acknowledgements import (
    SAID_NOTHING,
    count_unread,
    known_ack,
    own_acks,
    own_verdicts,
    read_forms,
    shared_streams,
)
from sync.entries import GENESIS, StreamKey, line_bytes, stored_hash, to_utc_text
from sync.epochs import given_epoch, granted_epoch
from sync.file_format import FORMAT, FORMS, MAX_LINES, FileType, Header, LineVerdict, seal_file
from sync.file_pieces import PIECE, lacking_pieces
from sync.forks import MOST_KEPT, compared_from, is_stopped, open_stops
from sync.head_proofs import last_head_proof, sign_head
from sync.journal import LOCAL
from sync.loss_claims import has_claim, kept_statement, sign_acks
from sync.nodes import Node, Peer, own_successions
from sync.problems import SyncError
from sync.unfinished import digest_of, find_part, forget_part, keep_part

BATCH_LINES = MAX_LINES
BATCH_BYTES = 1024 * 1024
"""A file closes after this much plain text, long before the format's own limit."""


class Span(msgspec.Struct, frozen=True):
    """Lines of a stream after `after` up to `last` that the peer lacks. `returned`: they are the peer's own."""

    where: StreamKey
    after: int
    last: int
    returned: bool


class Parcel(msgspec.Struct, frozen=True):
    sealed: bytes
    digest: str
    where: StreamKey
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def keep_parcel(node: Node, peer: Peer, what: str, made: Parcel, now: datetime) -> None:
    """Keep a file before it goes, so that it may go on in the same bytes. No commit waits for the disk."""
    about = msgspec.json.encode(replace(made, sealed=b"")).decode()
    named = sealing_of(node, peer, what)
    size = len(made.sealed)
    digest = digest_of(made.sealed)
    keep_part(node.db, peer.name, "out", made.sealed, digest=digest, size=size, now=now, what=named, about=about)


def kept_parcel(node: Node, peer: Peer, what: str, now: datetime) -> Parcel | None:
    """The same file from before, while neither side's keys have changed since."""
    part = find_part(node.db, peer.name, "out", what=sealing_of(node, peer, what), now=now)
    if part is None:
        return None
    return replace(msgspec.json.decode(part.about, type=Parcel), sealed=part.content)


def drop_parcel(node: Node, peer: Peer) -> None:
    forget_part(node.db, peer.name, "out")


def sealing_of(node: Node, peer: Peer, what: str) -> str:
    """What a file is, by whom it is signed and for whom sealed."""
    return f"{what} {node.keys_for(peer.name).public.signer} {peer.keys.sealed_to}"


def missing_spans(node: Node, peer: Peer) -> list[Span]:
    """What the peer lacks, its own lost lines and own: the office's always before the centre's, which answer them.

    Of our own nothing while a person has to decide whether we have lost some: two lines would have one number.
    """
    back: list[Span] = []
    own: list[Span] = []
    doubted = has_claim(node.db, peer.name)
    for where, known in shared_streams(node, peer).items():
        source, epoch, stream = where
        returned = source != node.name
        if returned:
            granted = known is not None
        else:
            granted = not doubted and epoch <= own_epoch(node, peer)
        if not granted:
            continue  # the peer has not spoken of it, or has not granted it
        after = (known or SAID_NOTHING).n
        last = node.journal.tail(source, epoch, stream).n
        if returned:  # only closed epochs go back, and only as far as the peer itself signed
            proved = None
            if epoch < peer.epoch:
                proved = last_head_proof(node, where, after, last)
            last = proved[0] if proved else after
        if last <= after or is_stopped(node.db, where):
            continue
        if returned:
            back.append(Span(where, after, last, returned))
        else:
            own.append(Span(where, after, last, returned))
    if peer.lane:
        return back + own
    return own + back


def stopped_streams(node: Node, peer: Peer) -> list[SyncError]:
    if not open_stops(node.db):
        return []
    return [
        SyncError("stopped", place=f"{epoch}/{stream}", sender=source)
        for source, epoch, stream in shared_streams(node, peer)
        if is_stopped(node.db, (source, epoch, stream))
    ]


def read_lines(node: Node, where: StreamKey, after: int) -> tuple[bytes, bytes, list[bytes]]:
    """(prev, head, lines) of the next file's worth of lines after a number."""
    most = BATCH_LINES
    if after:  # the line of that number comes first, for its hash
        most += 1
    rows = node.db.run(
        "SELECT j.n, j.head, coalesce(b.body, r.body), j.hash FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
        " LEFT JOIN journal_redaction r ON r.id = j.id"
        " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n >= ? ORDER BY j.n LIMIT ?",
        (*where, after, most),
    )
    previous = GENESIS
    head = GENESIS
    size = 0
    lines: list[bytes] = []
    for n, start, body, digest in rows:
        if n == after:
            previous = head = bytes(digest)
            continue
        if body is None:
            line = bytes(start)
        else:
            line = line_bytes(bytes(start), bytes(body))
        size += len(line)
        if lines and size > BATCH_BYTES:
            break
        lines.append(line)
        head = bytes(digest)
    return previous, head, lines


def make_parcel(
    node: Node, peer: Peer, span: Span, now: datetime, *, online: bool = False, continues: bool = False
) -> Parcel:
    """`online`: for a way that answers, in the shortest form that the peer reads; files of a stick open with stock
    tools. `continues`: to be taken only if the peer holds exactly the lines before."""
    source = span.where[0]
    previous, head, lines = read_lines(node, span.where, span.after)
    proved = None
    if source != node.name:
        proved = last_head_proof(node, span.where, span.after, span.after + len(lines))
        if proved:
            lines = lines[: proved[0] - span.after]
        else:
            lines = []
        head = stored_hash(node.db, span.where, span.after + len(lines)) or GENESIS
    header = make_header(node, peer, "batch", now, where=span.where, first=span.after + 1, lines=len(lines))
    header = replace(header, prev=previous.hex(), head=head.hex())
    if proved:
        header = replace(header, origin=source, needs=["origin"], proof=proved[1])
    elif source == node.name and lines:
        header = replace(header, proof=sign_head(node, header))
    if continues:
        header = replace(header, continues=True, needs=["continues"])
    sealed, digest = seal_for(node, peer, header, lines, online=online)
    return Parcel(sealed, digest, span.where, span.after + 1, span.after + len(lines))


def make_header(
    node: Node,
    peer: Peer,
    kind: FileType,
    now: datetime,
    *,
    where: StreamKey | None = None,
    first: int = 1,
    lines: int = 0,
    receipts: list[LineVerdict] | None = None,
    answers: str = "",
) -> Header:
    """A header with our acknowledgements and every verdict that the peer has not read of yet,
    and the way from our earlier keys to the one that signs."""
    shared = shared_streams(node, peer)
    said = (receipts or []) + own_verdicts(node, shared)
    keys = node.keys_for(peer.name).public
    acks = own_acks(node, peer, shared)
    if where:
        epoch, stream = where[1:]
    else:
        epoch = own_epoch(node, peer)
        stream = peer.stream_out
    clock = node.journal.clock_at(now)
    doubt = msgspec.UNSET if clock == "ok" else clock
    return Header(
        format=FORMAT,
        type=kind,
        sender=node.name,
        signer=keys.signer,
        recipient=peer.name,
        sealed_to=peer.keys.sealed_to,
        epoch=epoch,
        stream=stream,
        first=first,
        last=first + lines - 1,
        count=lines,
        prev=GENESIS.hex(),
        head=GENESIS.hex(),
        created=to_utc_text(now),
        ack=acks,
        chunks=lacking_pieces(node.db, peer.name),
        receipts=said or msgspec.UNSET,
        answers=answers or msgspec.UNSET,
        keys=own_successions(node) or msgspec.UNSET,
        moved=moved_from(node, peer),
        signed=sign_acks(node, peer, acks),
        returned=kept_statement(node.db, peer.name) or msgspec.UNSET,
        unread=count_unread(node.db, peer.name) or msgspec.UNSET,
        clock=doubt,
        reads=FORMS,
    )


def seal_for(node: Node, peer: Peer, header: Header, lines: Sequence[bytes], *, online: bool) -> tuple[bytes, str]:
    """(sealed bytes, batch digest), as :func:`seal_file`."""
    reads = 0
    if online:
        reads = read_forms(node.db, peer.name)
    return seal_file(header, lines, node.keys_for(peer.name), peer.keys, reads=reads)


def own_epoch(node: Node, peer: Peer) -> int:
    """The epoch in a file without lines: an office speaks in the one that the centre granted, the centre in its own."""
    if peer.lane:
        return node.journal.epoch
    return granted_epoch(node.journal, peer.name)


def moved_from(node: Node, peer: Peer) -> int | msgspec.UnsetType:
    """The epoch that this partner granted, where another one has granted a later one since; this side has not come
    back between them, or it would be waiting for the partner's own word."""
    if peer.lane:
        return msgspec.UNSET
    given = given_epoch(node.journal, peer.name)
    if given and given < own_epoch(node, peer):
        return given
    return msgspec.UNSET


def make_note(
    node: Node,
    peer: Peer,
    now: datetime,
    kind: FileType = "state",
    answers: str = "",
    receipts: list[LineVerdict] | None = None,
    answered: Header | None = None,
    online: bool = False,
) -> Parcel:
    """A file without lines. `answered`: the header of the file that this answers; what its writer has signed there need
    not be shown to it at once."""
    header = make_header(node, peer, kind, now, receipts=receipts, answers=answers)
    if answered and header.returned == answered.signed:
        header = replace(header, returned=msgspec.UNSET)
    sealed, digest = seal_for(node, peer, header, [], online=online)
    return Parcel(sealed, digest, (node.name, node.journal.epoch, LOCAL), 1, 0)


def make_parcels(node: Node, peer: Peer, now: datetime) -> Iterator[Parcel]:
    for span in missing_spans(node, peer):
        reached = span.after
        while reached < span.last:
            made = make_parcel(node, peer, Span(span.where, reached, span.last, span.returned), now)
            reached = made.last
            yield made
    for where, _ in open_stops(node.db):
        if where in shared_streams(node, peer):
            yield from make_version_parcels(node, peer, where, now)


def make_version_parcels(node: Node, peer: Peer, where: StreamKey, now: datetime) -> Iterator[Parcel]:
    reached = compared_from(node.db, where)
    last = node.journal.tail(*where).n
    while reached < min(last, compared_from(node.db, where) + 2 * MOST_KEPT):
        made = make_parcel(node, peer, Span(where, reached, last, where[0] != node.name), now)
        if not made.count:
            return
        reached = made.last
        yield made


def find_span(node: Node, peer: Peer, epoch: int, stream: str, n: int) -> Span | None:
    """What we hold of a shared stream after a place, going on in the next epoch where one ends."""
    for where in shared_streams(node, peer):
        if where[2] != stream or where[1] < epoch:
            continue
        start = n if where[1] == epoch else 0
        last = node.journal.tail(*where).n
        if last > start and (where[0] == node.name or last_head_proof(node, where, start, last)):
            return Span(where, start, last, where[0] != node.name)
    return None


# -- pieces of announced files ---------------------------------------------------------------------------------

IN_ONE_FILE = 40
"""Pieces in a file of a stick."""
HERE = (
    " FROM outgoing_piece p JOIN outgoing_file f ON f.stream = p.stream AND f.file_id = p.file_id AND f.gone_at = ''"
    " JOIN file_content c ON c.digest = f.digest WHERE p.stream = ?"
)
ASKED = (
    f"SELECT digest FROM wanted_piece w WHERE EXISTS (SELECT 1{HERE} AND p.digest = w.digest) AND peer = ?"
    " ORDER BY place"
)
UNTOLD = (
    "SELECT p.digest FROM outgoing_file f JOIN file_content c ON c.digest = f.digest"
    " JOIN outgoing_piece p ON p.stream = f.stream AND p.file_id = f.file_id"
    " WHERE f.stream = ? AND f.gone_at = '' AND (f.epoch, f.n) > (?, ?) ORDER BY f.epoch, f.n, p.place"
)
CONTENT = f"SELECT substr(c.content, p.place * {PIECE} + 1, {PIECE}){HERE} AND p.digest = ? LIMIT 1"


def asked_pieces(node: Node, peer: Peer) -> list[str]:
    """Pieces of announced files that the other side last said it lacks, and that are here."""
    return first_column(node.db, ASKED, (peer.stream_out, peer.name))


def untold_pieces(node: Node, peer: Peer) -> list[str]:
    """Pieces of files whose announcement the other side has not acknowledged, so it could not ask for them yet."""
    epoch = node.journal.epoch
    known = known_ack(node, peer, node.name, epoch, peer.stream_out) or SAID_NOTHING
    return first_column(node.db, UNTOLD, (peer.stream_out, epoch, known.n))


def make_piece_parcel(node: Node, peer: Peer, digests: Sequence[str], now: datetime) -> Parcel:
    rows = (node.db.one(CONTENT, (peer.stream_out, digest)) for digest in digests)
    lines = [b64encode(bytes(row[0])) for row in rows if row is not None]
    header = make_header(node, peer, "pieces", now)
    sealed, digest = seal_file(replace(header, last=0), lines, node.keys_for(peer.name), peer.keys)
    return Parcel(sealed, digest, (node.name, node.journal.epoch, peer.stream_out), 1, 0)


def make_piece_parcels(node: Node, peer: Peer, now: datetime) -> Iterator[Parcel]:
    """For a way that answers later: all that is asked for, and all that could not be asked for yet."""
    todo = list(dict.fromkeys([*asked_pieces(node, peer), *untold_pieces(node, peer)]))
    for start in range(0, len(todo), IN_ONE_FILE):
        yield make_piece_parcel(node, peer, todo[start : start + IN_ONE_FILE], now)
