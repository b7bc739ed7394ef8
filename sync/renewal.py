"""New keys of one's own: the centre rotates and announces, an office makes new ones with an enrolment code.

New keys wait in a folder of their own until the database says that they are in force; the change is one commit there.
So a power cut leaves the old keys or the new ones, and the next start puts the files where they belong.
"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from schema.database import Database
from sync import marks
from sync.events import KeysRotated
from sync.journal import Journal
from sync.keys import (
    AGE_FILE,
    PUBLIC_FILE,
    SIGNING_FILE,
    NodeKeys,
    PublicKeys,
    load_keys,
    load_or_make_keys,
    make_keys,
    remaining_identities,
    store_keys,
)
from sync.problems import RoadError
from sync.road import Road
from sync.succession import MOST, Succession, announce

WAITING = "menunggu"
"""Folder inside `keys/` for keys that are not in force yet."""

IN_FORCE, WAITING_FOR = "keys.in_force", "keys.waiting_for"
_one_at_a_time = threading.Lock()


def keys_in_force(db: Database, folder: Path, node: str) -> NodeKeys:
    """The keys of this side; waiting ones take their place once the database says so, and open files before that.

    Keys are made only for a side that nobody knows yet. Raises RoadError("no_keys") or ("bad_keys").
    """
    with _one_at_a_time:
        waiting = waiting_keys(folder, node)
        if waiting and marks.get(db, IN_FORCE) == waiting.public.sealed_to:
            store_keys(folder, waiting)
            forget_waiting(folder)
            return waiting
        known = db.one("SELECT 1 FROM road_peer") is not None or marks.get(db, IN_FORCE) != ""
        keys = load_keys(folder, node) if known else load_or_make_keys(folder, node)
        return NodeKeys(node, keys.signing, (*keys.identities, waiting.identities[0])) if waiting else keys


def waiting_keys(folder: Path, node: str) -> NodeKeys | None:
    """Keys that are not in force yet; damaged ones are as good as none, for a new code makes others."""
    try:
        return load_keys(folder / WAITING, node)
    except RoadError:
        return None


def forget_waiting(folder: Path) -> None:
    """Remove the folder of waiting keys."""
    for name in (SIGNING_FILE, PUBLIC_FILE, AGE_FILE):
        (folder / WAITING / name).unlink(missing_ok=True)
    (folder / WAITING).rmdir()


def put_in_force(db: Database, sealed_to: str) -> None:
    """In the open transaction: from now on the keys with this age key are ours."""
    marks.put(db, IN_FORCE, sealed_to)


# -- the centre ------------------------------------------------------------------------------------------------


def rotate(
    road: Road, folder: Path, *, announced: bool, reason: str, actor: str, now: datetime
) -> PublicKeys:
    """Change this side's signing and age key; the new public keys.

    `announced`: signed by the key that goes, for every peer that holds it. Without that (the old key was stolen)
    nobody follows, and each peer needs an enrolment code. Files sealed for earlier keys stay readable either way.
    """
    with road.journal.transaction():
        road.db.hold("keys")
        old = keys_in_force(road.db, folder, road.name)
        new = make_keys(road.name, old.identities)
        change(road.journal, folder, new, announce(old, new, now) if announced else None, reason, actor, now)
    return keys_in_force(road.db, folder, road.name).public


def replace_lost(journal: Journal, folder: Path, *, reason: str, actor: str, now: datetime) -> PublicKeys:
    """New keys where the files of the present ones are missing or damaged; a person decided that no copy is left.

    Nobody follows without an announcement: each peer needs an enrolment code. What can still be read of the earlier age
    keys goes on opening files.
    """
    with journal.transaction():
        journal.db.hold("keys")
        new = make_keys(journal.source, remaining_identities(folder))
        change(journal, folder, new, None, reason, actor, now)
    return keys_in_force(journal.db, folder, journal.source).public


def change(
    journal: Journal,
    folder: Path,
    new: NodeKeys,
    said: Succession | None,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """In the open transaction: the new keys wait in their folder, the journal and the mark put them in force."""
    store_keys(folder / WAITING, new)
    body = KeysRotated(journal.source, new.public.signer, new.public.sealed_to, reason, said)
    journal.record(body, subject=f"keys/{journal.source}", actor=actor, at=now)
    put_in_force(journal.db, new.public.sealed_to)


def own_successions(road: Road) -> list[Succession]:
    """The statements that lead to the keys in force, the oldest first; none where they lead elsewhere."""
    rows = road.db.run(
        "SELECT before, signing, recipient, since, by_old, by_new FROM key_succession ORDER BY seq"
    )
    said = [Succession(*row) for row in rows]
    if not said or said[-1].signing != road.keys.public.signing:
        return []
    return said[-MOST:]


def own_signers(road: Road) -> list[str]:
    """Fingerprints of our signing keys that a peer may still know us by, the present one first."""
    return [road.keys.public.signer, *(one.before for one in reversed(own_successions(road)))]


# -- an office -------------------------------------------------------------------------------------------------


def keys_for_code(journal: Journal, folder: Path, token_hash: str) -> NodeKeys:
    """New keys for an office that enrols again: the same for the same code, so that trying again gives one answer.

    Damaged or missing keys do not stand in the way: this is how an office gets others.
    """
    with _one_at_a_time:
        waiting = waiting_keys(folder, journal.source)
        if waiting and marks.get(journal.db, WAITING_FOR) == token_hash:
            return waiting
        made = make_keys(journal.source, remaining_identities(folder))
        store_keys(folder / WAITING, made)
        with journal.transaction():
            marks.put(journal.db, WAITING_FOR, token_hash)
        return made
