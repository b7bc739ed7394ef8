"""Bytes of files: kept once beside the journal, and on their way to a partner in pieces named by their digest.

An entry in the partner's stream announces a file with its pieces. Every file that the receiver writes names the pieces
that it lacks (`chunks` of the header), so what was cut goes on with the next piece, whichever way it is carried; a
receiver that came back from a backup asks again. Nothing that was not announced and asked for is taken.
"""

import binascii
import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence

from schema.database import Database, first_column, first_value
from sync.problems import EnvelopeError

PIECE = 48 * 1024
"""Bytes of a piece: 64 KiB in a file, which a line of 128 kbit/s carries in four seconds."""
MOST_NAMED = 64
"""Pieces that one file asks for; the answer to each piece names the next ones."""
MOST_AWAITED = 20_000
"""Pieces (some 900 MB) of files that are not whole, for each office."""
WHOLE_FILE = "SELECT digest, size, pieces FROM incoming_file WHERE source = ? AND file_id = ? AND gone_at = ''"


def split_content(content: bytes) -> list[bytes]:
    return [content[start : start + PIECE] for start in range(0, len(content), PIECE)]


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put_content(db: Database, digest: str, content: bytes) -> None:
    """In the open transaction: keep bytes under their digest, once however often they come."""
    db.run(
        "INSERT INTO file_content (digest, content) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", (digest, content)
    )


def read_content(db: Database, digest: str) -> bytes | None:
    """The bytes of a digest; None where they are not here."""
    content = first_value(db, "SELECT content FROM file_content WHERE digest = ?", (digest,))
    if content is None:
        return None
    return bytes(content)


# -- the receiver ----------------------------------------------------------------------------------------------


def await_pieces(db: Database, source: str, file_id: int, digest: str, pieces: Sequence[str]) -> None:
    """In an `apply`: ask for the pieces of an announced file, unless its bytes are here already."""
    if first_value(db, "SELECT 1 FROM file_content WHERE digest = ?", (digest,)):
        return
    rows = [(source, file_id, place, piece) for place, piece in enumerate(pieces)]
    db.many("INSERT INTO awaited_piece (source, file_id, place, digest) VALUES (?, ?, ?, ?)", rows)


def count_awaited(db: Database, source: str) -> int:
    return int(first_value(db, "SELECT count(*) FROM awaited_piece WHERE source = ?", (source,)))


def lacking_pieces(db: Database, source: str) -> list[str]:
    """What the next file to that side asks for, each piece once, in the order of the announcements."""
    sql = "SELECT digest FROM awaited_piece WHERE source = ? ORDER BY file_id, place LIMIT ?"
    return list(dict.fromkeys(first_column(db, sql, (source, MOST_NAMED))))


def take_pieces(db: Database, source: str, lines: Sequence[bytes]) -> int:
    """In the open transaction: keep pieces that were asked for and make whole what they complete; how many were new.

    What came before is passed over. Raises EnvelopeError for what was never announced; then nothing of it is kept.
    """
    return sum(take_piece(db, source, line) for line in lines)


def take_piece(db: Database, source: str, line: bytes) -> bool:
    try:
        content = b64decode(line, validate=True)
    except binascii.Error as error:
        raise EnvelopeError("bad_header", what="potongan dokumen tidak terbaca") from error
    if not 0 < len(content) <= PIECE:
        raise EnvelopeError("too_big", what="potongan dokumen lebih dari 48 KiB")
    digest = digest_of(content)
    sql = "SELECT DISTINCT file_id FROM awaited_piece WHERE source = ? AND digest = ?"
    waiting = first_column(db, sql, (source, digest))
    if not waiting:
        known = "SELECT 1 FROM incoming_file WHERE source = ? AND pieces LIKE ? LIMIT 1"
        if first_value(db, known, (source, f"%{digest}%")):
            return False
        raise EnvelopeError("unasked", sender=source)
    sql = "INSERT INTO file_piece (source, digest, content) VALUES (?, ?, ?) ON CONFLICT (source, digest) DO NOTHING"
    db.run(sql, (source, digest, content))
    db.run("DELETE FROM awaited_piece WHERE source = ? AND digest = ?", (source, digest))
    for file_id in waiting:
        complete_file(db, source, file_id)
    return True


def complete_file(db: Database, source: str, file_id: int) -> None:
    """Keep the bytes of a file of which no piece is lacking any more.

    Pieces that together are not what was announced are forgotten and not asked for again: no honest sender has such.
    """
    if first_value(db, "SELECT 1 FROM awaited_piece WHERE source = ? AND file_id = ? LIMIT 1", (source, file_id)):
        return
    row = db.one(WHOLE_FILE, (source, file_id))
    if row is None:
        return
    content = b"".join(held_pieces(db, source, json.loads(row[2])))
    if (digest_of(content), len(content)) == (row[0], row[1]):
        put_content(db, row[0], content)
    drop_pieces(db, source)


def held_pieces(db: Database, source: str, digests: Sequence[str]) -> Iterator[bytes]:
    for digest in digests:
        content = first_value(db, "SELECT content FROM file_piece WHERE source = ? AND digest = ?", (source, digest))
        yield bytes(content or b"")


def drop_pieces(db: Database, source: str) -> None:
    """Forget pieces that no unfinished file of that side is made of."""
    open_files = (
        "SELECT pieces FROM incoming_file WHERE source = ? AND file_id IN"
        " (SELECT file_id FROM awaited_piece WHERE source = ?)"
    )
    needed = {digest for (pieces,) in db.run(open_files, (source, source)) for digest in json.loads(pieces)}
    held = first_column(db, "SELECT digest FROM file_piece WHERE source = ?", (source,))
    gone = [(source, digest) for digest in held if digest not in needed]
    db.many("DELETE FROM file_piece WHERE source = ? AND digest = ?", gone)


def note_wanted(db: Database, peer: str, named: Sequence[str]) -> None:
    """In the open transaction: what the other side says that it lacks, instead of what it said before."""
    db.run("DELETE FROM wanted_piece WHERE peer = ?", (peer,))
    asked = [digest for digest in dict.fromkeys(named[:MOST_NAMED]) if re.fullmatch("[0-9a-f]{64}", digest)]
    rows = [(peer, digest, place) for place, digest in enumerate(asked)]
    db.many("INSERT INTO wanted_piece (peer, digest, place) VALUES (?, ?, ?)", rows)
