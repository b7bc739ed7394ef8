"""Files as others read them. Whether somebody may see one is asked of whoever owns its subject."""

from datetime import date
from typing import Any

import msgspec

from app.core.problems import Problem, check_found
from app.platform.files.content import is_of_kind
from app.platform.files.tables import IncomingFile, StoredFile
from app.platform.office import queries as office
from schema.database import Database, first_column, first_value
from sync.file_pieces import read_content

OWN_PURPOSES = {
    "scan": "Pindaian",
    "screenshot": "Gambar pesan",
    "to_sign": "PDF untuk ditandatangani",
    "signed": "Surat bertanda tangan elektronik",
}
"""Purposes of files that no service names."""


class FileBytes(msgspec.Struct, frozen=True):
    id: int
    kind: str
    name: str
    purpose: str
    subject: str
    content: bytes


def files_of(db: Database, subject: str, purpose: str = "") -> list[StoredFile]:
    """Files of a subject that are still here, oldest first; of one purpose where it is named."""
    wanted: dict[str, Any] = {"purpose": purpose} if purpose else {}
    return StoredFile.rows(db, subject=subject, gone_at="", order="id", **wanted)


def find_file(db: Database, file_id: int) -> StoredFile:
    """The row of a file, also of one whose bytes are gone. Raises Problem `not_found`."""
    return check_found(StoredFile.first(db, id=file_id), "Dokumen itu")


def files_of_year(db: Database, year: int) -> list[StoredFile]:
    """Everything that was put in during a year, destroyed or not, the newest first."""
    return StoredFile.rows(db, StoredFile.at >= f"{year}-", StoredFile.at < f"{year + 1}-", order="id DESC")


def years_with_files(db: Database, this_year: int) -> list[int]:
    years = {this_year}
    following = "SELECT min(at) FROM stored_file WHERE at >= ?"
    at = first_value(db, following, ("",))
    while at:
        years.add(int(at[:4]))
        at = first_value(db, following, (f"{int(at[:4]) + 1}-",))
    return sorted(years, reverse=True)


def purpose_labels(db: Database) -> dict[str, str]:
    """What files of each purpose are called, as the services in force say."""
    rules = (rule for service in office.services_in_force(db, date.max) for rule in service.files)
    return OWN_PURPOSES | {rule.id: rule.label for rule in rules}


def check_here(row: StoredFile) -> StoredFile:
    """A file whose bytes were not destroyed. Raises Problem `conflict`, with the reason."""
    if row.gone_at:
        raise Problem.of("conflict", why=f"Isi dokumen ini sudah dimusnahkan: {row.gone_why}")
    return row


def read_file(db: Database, file_id: int) -> FileBytes:
    """A file with its bytes. Raises Problem `not_found`, or `conflict` where they were destroyed or are missing."""
    row = check_here(find_file(db, file_id))
    content = read_content(db, row.digest)
    if content is None:
        raise Problem.of("conflict", why="Isi dokumen ini tidak ada di sini. Minta administrator memulihkannya.")
    return FileBytes(row.id, row.kind, row.name, row.purpose, row.subject, content)


NEWEST_INCOMING = (
    "SELECT max(file_id) FROM incoming_file WHERE source = ? AND about = ? AND purpose = ? AND gone_at = ''"
)


def incoming_bytes(db: Database, source: str, about: str, purpose: str) -> FileBytes | None:
    """At a partner's: the newest file that an office sent about a subject; None while it is not whole.

    None too where it was withdrawn, or is not of the type that the office says.
    """
    newest = first_value(db, NEWEST_INCOMING, (source, about, purpose))
    row = None
    if newest is not None:
        row = IncomingFile.first(db, source=source, file_id=newest)
    content = None
    if row:
        content = read_content(db, row.digest)
    if row is None or content is None or not is_of_kind(content, row.kind):
        return None
    return FileBytes(row.file_id, row.kind, "", row.purpose, row.about, content)


def subjects_with(db: Database, digest: str) -> set[str]:
    """The subjects that have a file of just these bytes."""
    return set(first_column(db, "SELECT subject FROM stored_file WHERE digest = ? AND gone_at = ''", (digest,)))
