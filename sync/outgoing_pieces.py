"""Pieces of announced files on their way out: those asked for, and on a stick those that could not be asked for yet."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from sync.acknowledgements import known_ack
from sync.file_format import seal_file
from sync.file_pieces import PIECE
from sync.nodes import Node, Peer
from sync.outgoing_files import Parcel, make_header

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
UNTOLD = f"SELECT p.digest{HERE} AND (f.epoch, f.n) > (?, ?) ORDER BY f.epoch, f.n, p.place"
CONTENT = f"SELECT substr(c.content, p.place * {PIECE} + 1, {PIECE}){HERE} AND p.digest = ? LIMIT 1"


def asked_pieces(node: Node, peer: Peer) -> list[str]:
    """Pieces of announced files that the other side last said it lacks, and that are here."""
    return [str(row[0]) for row in node.db.run(ASKED, (peer.stream_out, peer.name))]


def untold_pieces(node: Node, peer: Peer) -> list[str]:
    """Pieces of files whose announcement the other side has not acknowledged, so it could not ask for them yet."""
    epoch = node.journal.epoch
    known = known_ack(node, peer, node.name, epoch, peer.stream_out)
    return [str(row[0]) for row in node.db.run(UNTOLD, (peer.stream_out, epoch, known.n if known else 0))]


def make_piece_parcel(node: Node, peer: Peer, digests: Sequence[str], now: datetime) -> Parcel:
    """A file of pieces, without entries."""
    rows = (node.db.one(CONTENT, (peer.stream_out, digest)) for digest in digests)
    lines = [b64encode(bytes(row[0])) for row in rows if row is not None]
    header = make_header(node, peer, "pieces", now)
    sealed, digest = seal_file(replace(header, last=0), lines, node.keys, peer.keys)
    return Parcel(sealed, digest, (node.name, node.journal.epoch, peer.stream_out), 1, 0)


def make_piece_parcels(node: Node, peer: Peer, now: datetime) -> Iterator[Parcel]:
    """For a way that answers later: all that is asked for, and all that could not be asked for yet."""
    todo = list(dict.fromkeys([*asked_pieces(node, peer), *untold_pieces(node, peer)]))
    for start in range(0, len(todo), IN_ONE_FILE):
        yield make_piece_parcel(node, peer, todo[start : start + IN_ONE_FILE], now)
