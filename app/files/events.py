"""Journal kinds of files. The bytes stand beside the journal; an entry names them by their digest."""

import hashlib

import msgspec
from msgspec.structs import replace

from app.files.tables import StoredFile
from app.room import add_row_of
from schema.database import Database, first_value
from sync.entries import Entry, Kind, to_utc_text

NOT_HERE = "Isi berkas nomor {id} tidak ada. Pulihkan dari cadangan."
NOT_THE_SAME = "Isi berkas nomor {id} tidak sama dengan sidiknya. Pulihkan dari cadangan."


class FileKept(msgspec.Struct, frozen=True):
    """Somebody put a file in. `width` and `height` are pixels, 0 of a PDF; `name` is what he called it."""

    id: int
    digest: str
    kind: str
    size: int
    width: int
    height: int
    name: str
    purpose: str
    subject: str


class FileRemoved(msgspec.Struct, frozen=True):
    """Its bytes are destroyed; what it was, when and why stays."""

    id: int
    reason: str


def without_name(body: FileKept) -> FileKept:
    return replace(body, name="")


def content_fault(db: Database, entry: Entry) -> str:
    """That the bytes of a file are here and are the ones that were put in, unless they were destroyed."""
    row = db.one("SELECT digest, gone_at FROM stored_file WHERE id = ?", (entry.body.id,))
    if row is None or row[1]:
        return ""
    content = first_value(db, "SELECT content FROM file_content WHERE digest = ?", (row[0],))
    if content is None:
        return NOT_HERE.format(id=entry.body.id)
    return "" if hashlib.sha256(content).hexdigest() == row[0] else NOT_THE_SAME.format(id=entry.body.id)


def apply_removed(db: Database, entry: Entry) -> None:
    body: FileRemoved = entry.body
    gone = {"gone_at": to_utc_text(entry.at), "gone_by": entry.actor, "gone_why": body.reason}
    StoredFile.alter(db, {"id": body.id}, **gone)
    drop_unused_content(db)


def drop_unused_content(db: Database) -> None:
    """Destroy bytes that no file needs any more."""
    db.run(
        "DELETE FROM file_content WHERE NOT EXISTS"
        " (SELECT 1 FROM stored_file s WHERE s.digest = file_content.digest AND s.gone_at = '')"
        " AND NOT EXISTS (SELECT 1 FROM incoming_file i WHERE i.digest = file_content.digest AND i.gone_at = '')"
    )


KINDS = [
    Kind("file.kept", 1, FileKept, add_row_of(StoredFile), personal=True, proved_by=content_fault, redact=without_name),
    Kind("file.removed", 1, FileRemoved, apply_removed),
]
