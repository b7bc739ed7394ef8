"""A side of the exchange: its journal, its keys, and the peers that it was enrolled with."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from schema.database import Database, Row
from sync.entries import keep_fact, read_fact, to_utc_text
from sync.epochs import GIVEN, GRANTED, given_epoch, granted_epoch
from sync.events import KeysRotated
from sync.file_format import Header
from sync.journal import LOCAL, Journal
from sync.keys import (
    AGE_FILE,
    MOST_ANNOUNCEMENTS,
    PUBLIC_FILE,
    SIGNING_FILE,
    AnnouncedKeys,
    KeyAnnouncement,
    NodeKeys,
    PublicKeys,
    announce_keys,
    follow_announcements,
    load_keys,
    load_or_make_keys,
    make_keys,
    remaining_identities,
    store_keys,
)
from sync.problems import EnvelopeError, SyncError


class Node(msgspec.Struct, frozen=True):
    """`label` names this side in file names and sentences, such as `Yosowilangun`."""

    journal: Journal
    keys: NodeKeys
    label: str
    partner_keys: Mapping[str, NodeKeys] = msgspec.field(default_factory=dict)
    """Of partners whose code came while others knew the keys of this side: each of them has its own."""

    def keys_for(self, peer: str) -> NodeKeys:
        """The keys that a partner knows this side by."""
        return self.partner_keys.get(peer, self.keys)

    @property
    def db(self) -> Database:
        return self.journal.db

    @property
    def name(self) -> str:
        return self.journal.source


NodeSource = Node | Callable[[], Node]
"""A side, or where to find the present one: keys may change while a program runs."""


def node_finder(node: NodeSource) -> Callable[[], Node]:
    if isinstance(node, Node):
        return lambda: node
    return node


class Peer(msgspec.Struct, frozen=True):
    name: str
    label: str
    address: str
    lane: str
    stream_out: str
    stream_in: str
    epoch: int
    keys: PublicKeys

    @property
    def local_stream(self) -> str:
        if self.lane:
            return f"{LOCAL}/{self.lane}"
        return LOCAL

    def owns(self, source: str, stream: str, me: str) -> bool:
        return (source, stream) in ((me, self.stream_out), (self.name, self.stream_in))


class PeerKey(msgspec.Struct, frozen=True):
    """A signing key that a peer has or had; a fenced one only explains why it is refused.

    `retired_at`: the key announced its own successor, since when by the peer's clock; `steps`: the announcement that
    leads here from the key in force, to be taken over with the file that this key signed.
    """

    keys: PublicKeys
    epoch: int
    fenced_at: str | None
    retired_at: str | None = None
    steps: tuple[AnnouncedKeys, ...] = ()


SELECT_PEER = (
    "SELECT p.name, p.label, p.address, p.lane, p.stream_out, p.stream_in, p.epoch, k.signing, k.recipient"
    " FROM road_peer p JOIN road_key k ON k.peer = p.name AND k.fenced_at IS NULL"
)


def peer_of_row(row: Row) -> Peer:
    name, label, address, lane, stream_out, stream_in, epoch, signing, recipient = row
    return Peer(name, label, address, lane, stream_out, stream_in, epoch, PublicKeys(name, signing, recipient))


def read_peers(db: Database) -> list[Peer]:
    """Every enrolled peer, by name: one for an office, all offices for the centre."""
    return [peer_of_row(row) for row in db.run(SELECT_PEER + " ORDER BY p.name")]


def find_peer(db: Database, name: str) -> Peer | None:
    row = db.one(SELECT_PEER + " WHERE p.name = ?", (name,))
    return peer_of_row(row) if row else None


def peer_keys(db: Database, name: str) -> list[PeerKey]:
    rows = db.run(
        "SELECT signing, recipient, epoch, fenced_at, retired_at FROM road_key WHERE peer = ?"
        " ORDER BY fenced_at IS NOT NULL, epoch DESC",
        (name,),
    )
    return [PeerKey(PublicKeys(name, row[0], row[1]), row[2], row[3], row[4]) for row in rows]


def sender_key(db: Database, header: Header) -> PeerKey:
    """The key that a file says it is signed with, fenced or not. Raises EnvelopeError for strangers."""
    known = peer_keys(db, header.sender)
    if not known:
        raise EnvelopeError("unknown_sender", sender=header.sender[:40])
    for key in known:
        if key.keys.signer == header.signer:
            return key
    return announced_key(db, known, header)


def announced_key(db: Database, known: list[PeerKey], header: Header) -> PeerKey:
    """The key that the file announces under the one that we hold. Raises EnvelopeError("unknown_key").

    Only the centre announces keys (its lane is empty); an office gets new ones with the administrator's code, or a
    clone could put itself in the place of the real one.
    """
    current = known[0]
    peer = find_peer(db, header.sender)
    if peer and not peer.lane and not current.fenced_at:
        steps = follow_announcements(current.keys, header.successions)
    else:
        steps = []
    fenced = {key.keys.signer for key in known}
    for number, step in enumerate(steps, start=1):
        if step.keys.signer in fenced:
            break
        if step.keys.signer == header.signer:
            return PeerKey(step.keys, current.epoch, None, steps=tuple(steps[:number]))
    raise EnvelopeError("unknown_key", sender=header.sender[:40])


def note_contact(db: Database, peer: Peer, now: datetime, sealed_to: str = "") -> None:
    """Note the contact and hold the peer's row: two workers never receive from one office at the same time.

    `sealed_to`: which of our age keys the peer's file was sealed for.
    """
    db.run(
        "UPDATE road_peer SET touched = touched + 1, last_contact_at = ?, seals_to = coalesce(?, seals_to)"
        " WHERE name = ?",
        (to_utc_text(now), sealed_to or None, peer.name),
    )


def replace_peer_keys(node: Node, peer: Peer, steps: tuple[AnnouncedKeys, ...], now: datetime) -> str:
    """In the open transaction: the peer's announced keys take the place of the one that we hold.

    Returns the fingerprint of the key that went, or an empty text when somebody else was faster.
    """
    current = peer_keys(node.db, peer.name)[0]
    if current.keys.signer in {step.keys.signer for step in steps}:
        return ""
    for step in steps:
        node.db.run(
            "UPDATE road_key SET fenced_at = ?, retired_at = ? WHERE peer = ? AND fenced_at IS NULL",
            (to_utc_text(now), step.since, peer.name),
        )
        node.db.run(
            "INSERT INTO road_key (peer, signer, signing, recipient, epoch, since) VALUES (?, ?, ?, ?, ?, ?)",
            (peer.name, step.keys.signer, step.keys.signing, step.keys.recipient, current.epoch, to_utc_text(now)),
        )
    return current.keys.signer


WAITING_FOLDER = "menunggu"
"""Folder inside `keys/` for keys that are not in force yet."""

PARTNERS_FOLDER = "mitra"
"""Folder inside `keys/` with the keys of single partners, each in a folder of the partner's code."""

IN_FORCE = "keys.in_force"
_one_at_a_time = threading.Lock()


def keys_in_force(db: Database, folder: Path, node: str) -> NodeKeys:
    """The keys of this side; waiting ones take their place once the database says so, and open files before that.

    Keys are made only for a side that nobody knows yet. Raises SyncError("no_keys") or ("bad_keys").
    """
    with _one_at_a_time:
        activate_waiting_keys(db, folder, folder, node, IN_FORCE)
        known = db.one("SELECT 1 FROM road_peer") is not None or read_fact(db, IN_FORCE) != ""
        if known:
            keys = load_keys(folder, node)
        else:
            keys = load_or_make_keys(folder, node)
        waiting = [key.identities[0] for key in waiting_keys(folder, node).values()]
        return NodeKeys(node, keys.signing, (*keys.identities, *waiting))


def activate_waiting_keys(db: Database, folder: Path, place: Path, node: str, fact: str) -> None:
    in_force = read_fact(db, fact)
    for found, keys in waiting_keys(folder, node).items():
        if keys.public.sealed_to == in_force:
            store_keys(place, keys)
            forget_waiting(found)


def partner_keys(db: Database, folder: Path, node: str) -> dict[str, NodeKeys]:
    """Our own keys that are used with one partner only, by the code of the partner. Where they cannot be read, those
    for all partners have to do: the partner then asks for a new code."""
    by_partner: dict[str, NodeKeys] = {}
    with _one_at_a_time:
        for (name,) in list(db.run("SELECT name FROM road_peer ORDER BY name")):
            partner_folder = folder / PARTNERS_FOLDER / name
            activate_waiting_keys(db, folder, partner_folder, node, f"{IN_FORCE}.{name}")
            with suppress(SyncError):
                by_partner[name] = load_keys(partner_folder, node)
    return by_partner


def office_keys(db: Database, folder: Path, node: str) -> tuple[NodeKeys, dict[str, NodeKeys]]:
    """(the keys of this office, those of single partners); the first open whatever was sealed for any of them.

    Raises SyncError as :func:`keys_in_force` does, where no partner has keys of its own.
    """
    partners = partner_keys(db, folder, node)
    try:
        own = keys_in_force(db, folder, node)
    except SyncError:
        if not partners:
            raise
        own = next(iter(partners.values()))
    others = [identity for keys in partners.values() for identity in keys.identities]
    return NodeKeys(node, own.signing, (*own.identities, *others)), partners


def waiting_keys(folder: Path, node: str) -> dict[Path, NodeKeys]:
    """Keys that are not in force yet, by their folder: the centre's next ones, those of codes not yet answered."""
    found: dict[Path, NodeKeys] = {}
    waiting = folder / WAITING_FOLDER
    folders = [path for path in waiting.glob("*") if path.is_dir()]
    for place in (waiting, *sorted(folders)):
        with suppress(SyncError):
            found[place] = load_keys(place, node)
    return found


def forget_waiting(place: Path) -> None:
    for name in (SIGNING_FILE, PUBLIC_FILE, AGE_FILE):
        (place / name).unlink(missing_ok=True)
    with suppress(OSError):  # the keys of other codes lie in it
        place.rmdir()


def put_in_force(db: Database, sealed_to: str, partner: str = "") -> None:
    """`partner`: the only one that knows these keys; the others go on with the earlier ones."""
    if partner:
        key = f"{IN_FORCE}.{partner}"
    else:
        key = IN_FORCE
    keep_fact(db, key, sealed_to)


# -- the centre ------------------------------------------------------------------------------------------------


def rotate_keys(node: Node, folder: Path, *, announced: bool, reason: str, actor: str, now: datetime) -> PublicKeys:
    """Change this side's signing and age key; the new public keys.

    `announced`: signed by the key that goes, for every peer that holds it. Without that (the old key was stolen)
    nobody follows, and each peer needs an enrolment code. Files sealed for earlier keys stay readable either way.
    """
    with node.journal.transaction():
        node.db.hold("keys")
        old = keys_in_force(node.db, folder, node.name)
        new = make_keys(node.name, old.identities)
        announcement = None
        if announced:
            announcement = announce_keys(old, new, now)
        put_new_keys(node.journal, folder, new, announcement, reason, actor, now)
    return keys_in_force(node.db, folder, node.name).public


def replace_lost_keys(journal: Journal, folder: Path, *, reason: str, actor: str, now: datetime) -> PublicKeys:
    """New keys where the files of the present ones are missing or damaged; a person decided that no copy is left.

    Nobody follows without an announcement: each peer needs an enrolment code. What can still be read of the earlier age
    keys goes on opening files.
    """
    with journal.transaction():
        journal.db.hold("keys")
        new = make_keys(journal.source, remaining_identities(folder))
        put_new_keys(journal, folder, new, None, reason, actor, now)
    return keys_in_force(journal.db, folder, journal.source).public


def put_new_keys(
    journal: Journal,
    folder: Path,
    new: NodeKeys,
    said: KeyAnnouncement | None,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    store_keys(folder / WAITING_FOLDER, new)
    body = KeysRotated(journal.source, new.public.signer, new.public.sealed_to, reason, said)
    journal.record(body, subject=f"keys/{journal.source}", actor=actor, at=now)
    put_in_force(journal.db, new.public.sealed_to)


def own_successions(node: Node) -> list[KeyAnnouncement]:
    rows = node.db.run("SELECT before, signing, recipient, since, by_old, by_new FROM key_succession ORDER BY seq")
    said = [KeyAnnouncement(*row) for row in rows]
    if not said or said[-1].signing != node.keys.public.signing:
        return []
    return said[-MOST_ANNOUNCEMENTS:]


def own_signers(node: Node) -> list[str]:
    return [node.keys.public.signer, *(succession.before for succession in reversed(own_successions(node)))]


# -- an office -------------------------------------------------------------------------------------------------


def keys_for_code(journal: Journal, folder: Path, token_hash: str) -> NodeKeys:
    """New keys for an office that enrols again: the same for the same code, so that trying again gives one answer.

    Damaged or missing keys do not stand in the way: this is how an office gets others.
    """
    with _one_at_a_time:
        place = folder / WAITING_FOLDER / token_hash[:16]
        known = waiting_keys(folder, journal.source).get(place)
        if known:
            return known
        made = make_keys(journal.source, remaining_identities(folder))
        store_keys(place, made)
        return made


def take_granted_epoch(journal: Journal, partner: str, epoch: int, now: datetime) -> None:
    """Write in the epoch that a partner grants. Partners that knew the one of before follow; one that waits for a
    decision of its own, because this side had come back, goes on waiting."""
    before = journal.epoch
    follow = [peer for peer in read_peers(journal.db) if granted_epoch(journal, peer.name) == before]
    if epoch > before:
        journal.open_epoch(journal.source, now, epoch=epoch, actor="road")
        for peer in follow:
            keep_fact(journal.db, f"{GRANTED}.{peer.name}", str(epoch))
            keep_fact(journal.db, f"{GIVEN}.{peer.name}", str(given_epoch(journal, peer.name) or before))
    keep_fact(journal.db, f"{GRANTED}.{partner}", str(epoch))
    keep_fact(journal.db, f"{GIVEN}.{partner}", str(epoch))
