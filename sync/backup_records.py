"""What this side knows of its backups: recovery keys and their confirmation, what was made, what failed.

All of it stands beside the journal. Of a recovery key only the public half is kept; the secret is shown once.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyrage

from schema.database import Database
from schema.tables import select_struct, select_structs
from sync.entries import to_utc_text

if TYPE_CHECKING:
    from sync.backup import Backup


RECIPIENT_FILE = "cadangan.pub"
"""Where programs before migration 15 kept the public half, confirmed by nobody."""
PREFIX = "AGE-SECRET-KEY-"
GROUP = 6
"""Letters of a group on paper. The last one is the key's own checksum (bech32)."""


class RecoveryKey(msgspec.Struct, frozen=True):
    recipient: str
    tail: str
    made_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str


class MadeBackup(msgspec.Struct, frozen=True):
    """A backup that was opened again and found whole at `made_at`; `place` is its folder, `size` in bytes."""

    name: str
    place: str
    recipient: str
    made_at: datetime
    size: int
    entries: int
    alarm: str
    copied_at: datetime | None
    copied_to: str


class BackupFailure(msgspec.Struct, frozen=True):
    failed_at: datetime
    sentence: str


# -- recovery keys ---------------------------------------------------------------------------------------------


def draw_key() -> tuple[str, str]:
    """(public half, secret) of a fresh recovery key, in memory only."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def to_groups(secret: str) -> str:
    text = normalise_secret(secret)
    body = text[len(PREFIX) + 1 :]
    rest = len(body) % GROUP
    groups = [body[at : at + GROUP] for at in range(rest, len(body), GROUP)]
    return " ".join([text[: len(PREFIX) + 1] + body[:rest], *groups])


def normalise_secret(typed: str) -> str:
    return "".join(typed.split()).upper()


def secret_tail(recipient: str, last_group: str) -> str:
    return hashlib.sha256(f"{recipient} {normalise_secret(last_group)}".encode()).hexdigest()


def read_keys(db: Database) -> list[RecoveryKey]:
    return select_structs(RecoveryKey, db, "FROM backup_key ORDER BY made_at DESC, recipient")


def key_in_force(db: Database) -> RecoveryKey | None:
    confirmed = [one for one in read_keys(db) if one.confirmed_at]
    return max(confirmed, key=lambda one: (one.confirmed_at, one.made_at), default=None)


def key_to_confirm(db: Database) -> RecoveryKey | None:
    return next((one for one in read_keys(db) if not one.confirmed_at), None)


def keep_unconfirmed(db: Database, recipient: str, secret: str, now: datetime) -> None:
    """Keep the public half of a key whose backup stands. An earlier one that nobody confirmed is given up."""
    tail = secret_tail(recipient, normalise_secret(secret)[-GROUP:])
    with db.writing():
        db.run("DELETE FROM backup_key WHERE confirmed_at IS NULL")
        db.run(
            "INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, ?, ?)",
            (recipient, tail, to_utc_text(now)),
        )


def confirm_key(db: Database, typed: str, by: str, now: datetime) -> bool:
    """Put the waiting key in force when `typed` is its last group, or the whole of it; whether it was."""
    waiting = key_to_confirm(db)
    if waiting is None or not is_secret_of(waiting, typed):
        return False
    with db.writing():
        db.run(
            "UPDATE backup_key SET confirmed_at = ?, confirmed_by = ? WHERE recipient = ?",
            (to_utc_text(now), by, waiting.recipient),
        )
    return True


def is_secret_of(key: RecoveryKey, typed: str) -> bool:
    text = normalise_secret(typed)
    if not text.startswith(PREFIX):
        return hmac.compare_digest(secret_tail(key.recipient, text), key.tail)
    try:
        return str(pyrage.x25519.Identity.from_str(text).to_public()) == key.recipient
    except pyrage.IdentityError:
        return False


def keep_used(db: Database, secret: str, now: datetime) -> None:
    """Whoever restored a backup holds its key: it stays in force on the restored side, and no other does."""
    text = normalise_secret(secret)
    recipient = str(pyrage.x25519.Identity.from_str(text).to_public())
    with db.writing():
        db.run("DELETE FROM backup_key")
        db.run(
            "INSERT INTO backup_key (recipient, tail, made_at, confirmed_at, confirmed_by) VALUES (?, ?, ?, ?, ?)",
            (recipient, secret_tail(recipient, text[-GROUP:]), to_utc_text(now), to_utc_text(now), "restore"),
        )


def adopt_file(db: Database, keys: Path, now: datetime) -> None:
    """Take over the public half that an earlier program kept in a file; a person has yet to confirm it."""
    path = keys / RECIPIENT_FILE
    if not path.is_file():
        return
    if not read_keys(db):
        with db.writing():
            db.run(
                "INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, '', ?)",
                (path.read_text(encoding="ascii").strip(), to_utc_text(now)),
            )
    path.unlink()


# -- what was made ---------------------------------------------------------------------------------------------


def note_made(db: Database, made: Backup) -> None:
    with db.writing():
        db.run("DELETE FROM backup_failure WHERE job = 'make'")
        db.run(
            "INSERT INTO backup_made (name, place, recipient, made_at, size, entries, digest, alarm)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                made.path.name,
                str(made.path.parent),
                made.recipient,
                to_utc_text(made.made_at),
                made.size,
                made.entries,
                made.digest,
                made.alarm,
            ),
        )


def note_copied(db: Database, made: Backup, folder: str, now: datetime) -> None:
    with db.writing():
        db.run("DELETE FROM backup_failure WHERE job = 'copy'")
        db.run(
            "UPDATE backup_made SET copied_at = ?, copied_to = ? WHERE name = ? AND digest = ?",
            (to_utc_text(now), folder, made.path.name, made.digest),
        )


def note_failed(db: Database, job: str, sentence: str, now: datetime) -> None:
    with db.writing():
        db.run(
            "INSERT INTO backup_failure (job, failed_at, sentence) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET"
            " failed_at = excluded.failed_at, sentence = excluded.sentence",
            (job, to_utc_text(now), sentence),
        )


def failure_of(db: Database, job: str) -> BackupFailure | None:
    return select_struct(BackupFailure, db, "FROM backup_failure WHERE job = ?", (job,))


def last_made(db: Database) -> MadeBackup | None:
    return next(iter(backups_where(db, "k.confirmed_at IS NOT NULL")), None)


def last_copied(db: Database) -> MadeBackup | None:
    return next(iter(backups_where(db, "k.confirmed_at IS NOT NULL AND m.copied_at IS NOT NULL")), None)


def unopenable_backups(db: Database) -> set[str]:
    """Names of backups whose key nobody confirmed: they count for nothing and push nothing out."""
    return {one.name for one in backups_where(db, "k.confirmed_at IS NULL", most=1000)}


def backups_where(db: Database, where: str, most: int = 1) -> list[MadeBackup]:
    source = "FROM backup_made m LEFT JOIN backup_key k ON k.recipient = m.recipient"
    rest = f"{source} WHERE {where} ORDER BY m.id DESC LIMIT ?"
    return select_structs(MadeBackup, db, rest, (most,), recipient="m.recipient", made_at="m.made_at")
