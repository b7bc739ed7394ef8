"""What this side knows of its backups: recovery keys and their confirmation, what was made, what failed.

All of it stands beside the journal. Of a recovery key only the public half is kept; the secret is shown once.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage

from schema.database import Database
from sync.line import moment, stamp

if TYPE_CHECKING:
    from sync.backup import Backup

RECIPIENT_FILE = "cadangan.pub"
"""Where programs before migration 15 kept the public half, confirmed by nobody."""
PREFIX = "AGE-SECRET-KEY-"
GROUP = 6
"""Letters of a group on paper. The last one is the key's own checksum (bech32)."""


@dataclass(frozen=True)
class RecoveryKey:
    """A recovery key's public half. `confirmed_at` is None until a person typed back the end of the secret."""

    recipient: str
    tail: str
    made_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str


@dataclass(frozen=True)
class MadeBackup:
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


@dataclass(frozen=True)
class BackupFailure:
    """Why the last try of a job (`make`, `copy`) did not succeed; gone after the next success."""

    failed_at: datetime
    sentence: str


# -- recovery keys ---------------------------------------------------------------------------------------------


def draw_key() -> tuple[str, str]:
    """(public half, secret) of a fresh recovery key, in memory only."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def in_groups(secret: str) -> str:
    """The secret as a person copies it: groups of six letters, the last one to be typed back."""
    text = normalise(secret)
    body = text[len(PREFIX) + 1 :]
    rest = len(body) % GROUP
    groups = [body[at : at + GROUP] for at in range(rest, len(body), GROUP)]
    return " ".join([text[: len(PREFIX) + 1] + body[:rest], *groups])


def normalise(typed: str) -> str:
    """What a person typed, without spaces and in capitals."""
    return "".join(typed.split()).upper()


def tail_of(recipient: str, last_group: str) -> str:
    """What is kept to recognise the last group."""
    return hashlib.sha256(f"{recipient} {normalise(last_group)}".encode()).hexdigest()


def read_keys(db: Database) -> list[RecoveryKey]:
    """All recovery keys, the newest first."""
    rows = db.run(
        "SELECT recipient, tail, made_at, confirmed_at, confirmed_by FROM backup_key ORDER BY made_at DESC, recipient"
    )
    return [RecoveryKey(one[0], one[1], moment(one[2]), at(one[3]), one[4]) for one in rows]


def key_in_force(db: Database) -> RecoveryKey | None:
    """The key that was confirmed last: every backup is sealed for it."""
    confirmed = [one for one in read_keys(db) if one.confirmed_at]
    return max(confirmed, key=lambda one: (one.confirmed_at, one.made_at), default=None)


def key_to_confirm(db: Database) -> RecoveryKey | None:
    """The key that waits for a person."""
    return next((one for one in read_keys(db) if not one.confirmed_at), None)


def keep_unconfirmed(db: Database, recipient: str, secret: str, now: datetime) -> None:
    """Keep the public half of a key whose backup stands. An earlier one that nobody confirmed is given up."""
    tail = tail_of(recipient, normalise(secret)[-GROUP:])
    with db.writing():
        db.run("DELETE FROM backup_key WHERE confirmed_at IS NULL")
        db.run(
            "INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, ?, ?)",
            (recipient, tail, stamp(now)),
        )


def confirm_key(db: Database, typed: str, by: str, now: datetime) -> bool:
    """Put the waiting key in force when `typed` is its last group, or the whole of it; whether it was."""
    waiting = key_to_confirm(db)
    if waiting is None or not holds(waiting, typed):
        return False
    with db.writing():
        db.run("UPDATE backup_key SET confirmed_at = ?, confirmed_by = ? WHERE recipient = ?",
               (stamp(now), by, waiting.recipient))  # fmt: skip
    return True


def holds(key: RecoveryKey, typed: str) -> bool:
    """Whether whoever typed this holds the key's secret half."""
    text = normalise(typed)
    if not text.startswith(PREFIX):
        return hmac.compare_digest(tail_of(key.recipient, text), key.tail)
    try:
        return str(pyrage.x25519.Identity.from_str(text).to_public()) == key.recipient
    except pyrage.IdentityError:
        return False


def keep_used(db: Database, secret: str, now: datetime) -> None:
    """Whoever restored a backup holds its key: it stays in force on the restored side, and no other does."""
    text = normalise(secret)
    recipient = str(pyrage.x25519.Identity.from_str(text).to_public())
    with db.writing():
        db.run("DELETE FROM backup_key")
        db.run("INSERT INTO backup_key (recipient, tail, made_at, confirmed_at, confirmed_by) VALUES (?, ?, ?, ?, ?)",
               (recipient, tail_of(recipient, text[-GROUP:]), stamp(now), stamp(now), "restore"))  # fmt: skip


def adopt_file(db: Database, keys: Path, now: datetime) -> None:
    """Take over the public half that an earlier program kept in a file; a person has yet to confirm it."""
    path = keys / RECIPIENT_FILE
    if not path.is_file():
        return
    if not read_keys(db):
        with db.writing():
            db.run("INSERT INTO backup_key (recipient, tail, made_at) VALUES (?, '', ?)",
                   (path.read_text(encoding="ascii").strip(), stamp(now)))  # fmt: skip
    path.unlink()


# -- what was made ---------------------------------------------------------------------------------------------


def note_made(db: Database, made: Backup) -> None:
    """Keep a backup that stands. A failure before it is forgotten."""
    with db.writing():
        db.run("DELETE FROM backup_failure WHERE job = 'make'")
        db.run(
            "INSERT INTO backup_made (name, place, recipient, made_at, size, entries, digest, alarm)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (made.path.name, str(made.path.parent), made.recipient, stamp(made.made_at), made.size, made.entries,
             made.digest, made.alarm),
        )  # fmt: skip


def note_copied(db: Database, made: Backup, folder: str, now: datetime) -> None:
    """Keep that a copy was written outside of this PC and read back."""
    with db.writing():
        db.run("DELETE FROM backup_failure WHERE job = 'copy'")
        db.run("UPDATE backup_made SET copied_at = ?, copied_to = ? WHERE name = ? AND digest = ?",
               (stamp(now), folder, made.path.name, made.digest))  # fmt: skip


def note_failed(db: Database, job: str, sentence: str, now: datetime) -> None:
    """Keep why a job (`make`, `copy`) did not succeed."""
    with db.writing():
        db.run("INSERT INTO backup_failure (job, failed_at, sentence) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET"
               " failed_at = excluded.failed_at, sentence = excluded.sentence",
               (job, stamp(now), sentence))  # fmt: skip


def failure_of(db: Database, job: str) -> BackupFailure | None:
    """The last failure of a job that no success followed."""
    row = db.one("SELECT failed_at, sentence FROM backup_failure WHERE job = ?", (job,))
    return BackupFailure(moment(row[0]), row[1]) if row else None


def last_made(db: Database) -> MadeBackup | None:
    """The newest backup that counts: one whose key a person confirmed."""
    return next(iter(backups_where(db, "k.confirmed_at IS NOT NULL")), None)


def last_copied(db: Database) -> MadeBackup | None:
    """The newest one that counts and has a copy outside of this PC."""
    return next(iter(backups_where(db, "k.confirmed_at IS NOT NULL AND m.copied_at IS NOT NULL")), None)


def unopenable(db: Database) -> set[str]:
    """Names of backups whose key nobody confirmed: they count for nothing and push nothing out."""
    return {one.name for one in backups_where(db, "k.confirmed_at IS NULL", most=1000)}


def backups_where(db: Database, where: str, most: int = 1) -> list[MadeBackup]:
    """Backups in the order in which they were made, the newest first."""
    rows = db.run(
        "SELECT m.name, m.place, m.recipient, m.made_at, m.size, m.entries, m.alarm, m.copied_at, m.copied_to"
        f" FROM backup_made m LEFT JOIN backup_key k ON k.recipient = m.recipient WHERE {where}"
        " ORDER BY m.id DESC LIMIT ?", (most,))  # fmt: skip
    return [
        MadeBackup(name, place, recipient, moment(made_at), size, entries, alarm, at(copied_at), copied_to)
        for name, place, recipient, made_at, size, entries, alarm, copied_at, copied_to in rows
    ]


def at(text: str | None) -> datetime | None:
    """A stored moment or None."""
    return moment(text) if text else None
