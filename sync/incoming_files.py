"""One file in: opened, proved, its acknowledgements and verdicts noted, its lines received, in one transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from schema.database import is_environment_error, run_with_retries
from sync.acknowledgements import note_acks, note_heard, note_verdicts, writer_epoch
from sync.clock import keep_centre_time
from sync.entries import parse_utc_text
from sync.events import KeysFollowed
from sync.file_format import Header, Opened, open_file
from sync.head_proofs import check_proof, keep_head_proof, note_own_key, open_epoch_problem
from sync.incoming_entries import ReceivedLines, receive_lines
from sync.journal import to_valid_epoch
from sync.keys import GRACE, PublicKeys, is_utc_text
from sync.nodes import Node, Peer, PeerKey, find_peer, note_contact, replace_peer_keys, sender_key
from sync.problems import EnvelopeError, SyncError
from sync.refused import check_not_barred, close_kept_file, full_disk_as_problem, next_kept_file, note_refused_file

log = logging.getLogger("loket.road")
NOTED = ("fenced", "retired")
"""Problems that taking a file leaves a note of by itself."""


@dataclass(slots=True)
class ReceivedFile:
    """What one file brought. `told`: new set-aside verdicts on lines of ours; `returned`: the lines were our own;
    `followed`: it announced the peer's new keys, and they are in force now."""

    header: Header
    digest: str
    peer: Peer
    received: ReceivedLines = field(default_factory=ReceivedLines)
    told: int = 0
    problems: list[SyncError] = field(default_factory=list)
    name: str = ""
    followed: bool = False
    refused: EnvelopeError | None = None

    @property
    def returned(self) -> bool:
        return self.header.source != self.header.sender


def receive_file(
    road: Node, sealed: bytes, now: datetime, *, answers: str = "", name: str = "", sender: str = ""
) -> ReceivedFile:
    """Take one file. `answers`: digest of our file that this should answer; `name`: its file name on a stick;
    `sender`: who alone may have written it.

    Raises EnvelopeError for a file that is not to be used and RoadError("disk_full") when nothing could be stored.
    """
    keys: list[PeerKey] = []

    def find(header: Header, _lines: Sequence[bytes]) -> PublicKeys:
        if header.type == "enrol":
            raise EnvelopeError("enrolment_reply" if header.answers else "enrolment")
        if sender and header.sender != sender:
            raise EnvelopeError("foreign", sender=header.sender[:40], expected=sender)
        keys.append(sender_key(road.db, header))
        return keys[0].keys

    opened = open_file(sealed, road.keys, find)
    check_not_barred(road.db, opened.header.sender)
    peer = find_peer(road.db, opened.header.sender)
    if peer is None:
        raise EnvelopeError("unknown_sender", sender=opened.header.sender[:40])
    check_file_allowed(road, peer, keys[0], opened, now, name)
    with full_disk_as_problem():
        taken = run_with_retries(lambda: store_file(road, peer, keys[0], opened, now, answers))
    if taken.refused:  # what the file acknowledges was noted all the same: it may show a fork
        raise taken.refused
    taken.name = name
    return taken


def check_file_allowed(road: Node, peer: Peer, key: PeerKey, opened: Opened, now: datetime, name: str) -> None:
    """What a truly signed file may still not do: come from a fenced key, a later epoch or a foreign stream."""
    header = opened.header
    if key.fenced_at and not is_in_grace(key, header, now):
        since = (key.retired_at or key.fenced_at)[:10]
        problem = EnvelopeError("retired" if key.retired_at else "fenced", sender=header.sender, since=since)
        if header.count:
            note_refused_file(
                road, header, f"{problem.code} {header.signer}".encode(), name or "jaringan", problem, now
            )
        raise problem
    if header.source == peer.name and header.epoch > key.epoch and peer.lane:  # the centre grants its own epochs
        raise EnvelopeError("epoch_ahead", sender=peer.name, epoch=header.epoch, known=key.epoch)
    if header.count and not peer.owns(header.source, header.stream, road.name):
        raise EnvelopeError("bad_header", what="jalur bukan milik pengirim")
    if header.count:
        check_proof(road, header, key.keys.signing)


def is_in_grace(key: PeerKey, header: Header, now: datetime) -> bool:
    """Whether a file of a key that announced its successor was made before the change and is not too old."""
    if not key.retired_at:
        return False
    return header.created <= key.retired_at and now <= parse_utc_text(key.retired_at) + GRACE


def store_file(road: Node, peer: Peer, key: PeerKey, opened: Opened, now: datetime, answers: str) -> ReceivedFile:
    """The transaction: contact, announced keys, acknowledgements, verdicts, lines."""
    header = opened.header
    taken = ReceivedFile(header, opened.digest, peer)
    bound = bool(answers) and header.answers == answers
    with road.journal.transaction():
        note_contact(road.db, peer, now, header.sealed_to)
        note_own_key(road, road.keys.public.signing, now)
        if not peer.lane and header.clock is msgspec.UNSET and is_utc_text(header.created):
            keep_centre_time(road.db, parse_utc_text(header.created), now, fresh=False)
        if key.steps:
            taken.peer, taken.followed = follow_peer_keys(road, peer, key, now)
        taken.told = note_verdicts(road, peer, header, now)
        taken.problems = note_acks(road, peer, header, bound, now)
        taken.refused = open_epoch_problem(road, header) if header.count else None
        if header.count and not taken.refused:
            taken.received = receive_lines(road.journal, peer, header, opened.lines, now)
            if taken.received.problem:
                taken.problems.append(taken.received.problem)
            elif not taken.received.gap:
                keep_head_proof(road, header)
        note_heard(road, peer, header)
        if not peer.lane and writer_epoch(header) > peer.epoch:
            taken.peer = open_peer_epoch(road, taken.peer, to_valid_epoch(writer_epoch(header)))
    return taken


def open_peer_epoch(road: Node, peer: Peer, epoch: int) -> Peer:
    """The centre came back and opened an epoch of its own: its earlier ones are closed from now on."""
    road.db.run("UPDATE road_peer SET epoch = ? WHERE name = ?", (epoch, peer.name))
    road.db.run("UPDATE road_key SET epoch = ? WHERE peer = ? AND fenced_at IS NULL", (epoch, peer.name))
    return find_peer(road.db, peer.name) or peer


def follow_peer_keys(road: Node, peer: Peer, key: PeerKey, now: datetime) -> tuple[Peer, bool]:
    """(the peer with its announced keys, whether they are new here); the journal keeps that they were followed."""
    before = replace_peer_keys(road, peer, key.steps, now)
    if before:
        signers = [step.keys.signer for step in key.steps]
        body = KeysFollowed(peer.name, before, signers, key.steps[-1].since)
        road.journal.record(
            body, subject=f"keys/{peer.name}", actor="road", at=now, stream=peer.local_stream, lane=peer.lane
        )
    return find_peer(road.db, peer.name) or peer, bool(before)


def receive_kept_files(road: Node, after: ReceivedFile, now: datetime) -> list[ReceivedFile]:
    """Take the kept files whose turn has come with the lines of `after`: of the same sender and stream alone.

    Each is tried once, when its place is reached; one that is of no use stays as a row that says why. Raises only what
    a failing disk or database raises.
    """
    done: list[ReceivedFile] = []
    header = after.header
    where = (header.sender, header.source, header.epoch, header.stream)
    while after.received.fresh and (kept := next_kept_file(road, where)):
        digest, sealed, name = kept
        try:
            taken = receive_file(road, sealed, now, name=name, sender=header.sender)
        except Exception as error:
            if is_environment_error(error):
                raise
            problem = error if isinstance(error, SyncError) else SyncError("bad_header", what="isi")
            log.warning("kept file of %s: %s", header.sender, type(error).__name__)
            close_kept_file(road, digest, None if problem.code in NOTED else problem)
            continue
        done.append(taken)
        close_kept_file(road, digest, taken.problems[0] if taken.problems else None)
    return done
