"""Journal kinds of files. The bytes stand beside the journal; an entry names them by their digest."""

import msgspec

from app.core.messages import FileSent, FileWithdrawn
from app.platform.files.tables import IncomingFile, OutgoingFile, OutgoingPiece, StoredFile
from app.room import AT, BY, add_row_of, alter_row_of, in_turn
from schema.database import Database, to_column
from schema.person_fields import PersonCode, PersonText
from sync.entries import NOBODY, AuthorityError, Entry, Kind, to_utc_text
from sync.file_pieces import MOST_AWAITED, PIECE, await_pieces, count_awaited, digest_of, read_content

NOT_HERE = "Isi dokumen nomor {id} tidak ada. Pulihkan dari cadangan."
NOT_THE_SAME = "Isi dokumen nomor {id} tidak sama dengan kode pengamannya. Pulihkan dari cadangan."
WRONG_PIECES = "Potongan dokumen tidak cocok dengan ukurannya; dokumen itu tidak diminta."
TOO_MANY = "Terlalu banyak foto dan pindaian kantor ini yang belum lengkap di sini; kirim sisanya sesudah itu."
NOT_SENT = "Dokumen yang ditarik ini tidak pernah dikirim."


class FileKept(msgspec.Struct, frozen=True):
    """Somebody put a file in. `width` and `height` are pixels, 0 of a PDF; `name` is what he called it."""

    id: int
    digest: str
    kind: str
    size: int
    width: int
    height: int
    name: PersonCode
    purpose: str
    subject: str


class FilesConfirmed(msgspec.Struct, frozen=True):
    """Somebody looked at these files, one page of them at a time: each belongs to what it is about."""

    ids: list[int]


class FileDoubted(msgspec.Struct, frozen=True):
    """A file does not belong to what it is about, or is confirmed no longer."""

    id: int
    reason: PersonText


class FileRemoved(msgspec.Struct, frozen=True):
    """Its bytes are destroyed, and its name goes; what it was, when and why stays."""

    id: int
    reason: PersonText


def content_fault(db: Database, entry: Entry) -> str:
    """That the bytes of a file are here and are the ones that were put in, unless they were destroyed."""
    row = db.one("SELECT digest, gone_at FROM stored_file WHERE id = ?", (entry.body.id,))
    if row is None or row[1]:
        return ""
    content = read_content(db, row[0])
    if content is None:
        return NOT_HERE.format(id=entry.body.id)
    if digest_of(content) == row[0]:
        return ""
    return NOT_THE_SAME.format(id=entry.body.id)


def apply_confirmed(db: Database, entry: Entry) -> None:
    said = {"confirmed_at": to_utc_text(entry.at), "confirmed_by": entry.actor, "doubt": ""}
    StoredFile.alter(db, {"id": tuple(entry.body.ids)}, **said)


def drop_unused_content(db: Database, _entry: Entry) -> None:
    """Destroy bytes that no file needs any more."""
    db.run(
        "DELETE FROM file_content WHERE NOT EXISTS"
        " (SELECT 1 FROM stored_file s WHERE s.digest = file_content.digest AND s.gone_at = '')"
        " AND NOT EXISTS (SELECT 1 FROM incoming_file i WHERE i.digest = file_content.digest AND i.gone_at = '')"
    )


# -- on the way to a partner -----------------------------------------------------------------------------------


def apply_sent(db: Database, entry: Entry) -> None:
    """At the office: what may be asked for from now on."""
    body: FileSent = entry.body
    place = {"stream": entry.stream, "file_id": body.file_id}
    values = {"epoch": entry.epoch, "n": entry.n, "at": to_utc_text(entry.at), "actor": entry.actor}
    OutgoingFile.put(db, **place, digest=body.digest, **values)
    rows = [{**place, "digest": digest, "place": at} for at, digest in enumerate(body.pieces)]
    OutgoingPiece.add_all(db, rows, "DO NOTHING")


def apply_recalled(db: Database, entry: Entry) -> None:
    OutgoingFile.alter(db, {"stream": entry.stream, "file_id": entry.body.file_id}, gone_at=to_utc_text(entry.at))


def check_incoming(db: Database, entry: Entry) -> None:
    """That an announcement is one of a file within its bounds. Raises AuthorityError."""
    body: FileSent = entry.body
    if len(body.pieces) != -(-body.size // PIECE):
        raise AuthorityError(WRONG_PIECES)
    if count_awaited(db, entry.source) + len(body.pieces) > MOST_AWAITED:
        raise AuthorityError(TOO_MANY)


def apply_incoming(db: Database, entry: Entry) -> None:
    """At the partner's: ask for the pieces of what is not here."""
    body: FileSent = entry.body
    values = IncomingFile.take(body, source=entry.source, at=to_utc_text(entry.at))
    IncomingFile.add(db, **values | {"pieces": to_column(body.pieces)})
    await_pieces(db, entry.source, body.file_id, body.digest, body.pieces)


def check_withdrawn(db: Database, entry: Entry) -> None:
    if not db.one("SELECT 1 FROM incoming_file WHERE source = ? AND file_id = ?", (entry.source, entry.body.file_id)):
        raise AuthorityError(NOT_SENT)


def apply_withdrawn(db: Database, entry: Entry) -> None:
    where = {"source": entry.source, "file_id": entry.body.file_id}
    IncomingFile.alter(db, where, gone_at=to_utc_text(entry.at))
    db.run("DELETE FROM awaited_piece WHERE source = ? AND file_id = ?", tuple(where.values()))
    drop_unused_content(db, entry)


REMOVED = alter_row_of(StoredFile, {"name": ""}, gone_at=AT, gone_by=BY, gone_why="reason")
DOUBTED = {"confirmed_at": "", "confirmed_by": ""}
STORED = [
    Kind(
        "file.kept",
        1,
        FileKept,
        add_row_of(StoredFile),
        proved_by=content_fault,
        gone_from="stored_file",
    ),
    Kind("file.removed", 1, FileRemoved, in_turn(REMOVED, drop_unused_content)),
    Kind("file.confirmed", 1, FilesConfirmed, apply_confirmed, NOBODY),
    Kind("file.doubted", 1, FileDoubted, alter_row_of(StoredFile, DOUBTED, doubt="reason")),
]
OFFICE_KINDS = [
    *STORED,
    Kind("file.sent", 1, FileSent, apply_sent, NOBODY),
    Kind("file.withdrawn", 1, FileWithdrawn, apply_recalled),
]
CENTRE_KINDS = [
    *STORED,
    Kind("file.sent", 1, FileSent, apply_incoming, NOBODY, check=check_incoming),
    Kind("file.withdrawn", 1, FileWithdrawn, apply_withdrawn, check=check_withdrawn),
]
