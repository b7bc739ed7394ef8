"""One file in: opened, proved, its acknowledgements and verdicts noted, its lines received, in one transaction."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from schema.database import Database
from schema.database_errors import is_environment_error, is_storage_failure, run_with_retries
from sync.acknowledgements import note_acks, note_forms, note_heard, note_unread, note_verdicts, writer_epoch
from sync.entries import parse_utc_text, to_utc_text
from sync.epochs import to_valid_epoch
from sync.events import KeysFollowed, OfficeAdmitted, OfficeBarred
from sync.file_format import Header, Opened, open_file
from sync.file_pieces import note_wanted, take_pieces
from sync.head_proofs import check_proof, keep_head_proof, note_own_key, open_epoch_problem
from sync.incoming_entries import ReceivedLines, receive_lines
from sync.journal import Journal, keep_centre_time
from sync.keys import GRACE, PublicKeys, is_utc_text
from sync.loss_claims import keep_statement
from sync.nodes import Node, Peer, PeerKey, find_peer, note_contact, replace_peer_keys, sender_key
from sync.problems import EnvelopeError, SyncError

MOST_FILES = 40
MOST_BYTES = 48 * 1024 * 1024
"""Of early files, for each sender: more than a year of a busy office's sticks."""
KEPT_FOR = timedelta(days=60)
MOST_NOTES = 20
"""Rows without bytes, for each sender; the oldest goes."""

Where = tuple[str, str, int, str]
"""(sender, source, epoch, stream)."""


@contextmanager
def full_disk_as_problem() -> Iterator[None]:
    """A full or failing disk of ours as a SyncError with its sentence."""
    try:
        yield
    except Exception as error:
        if is_storage_failure(error):
            raise SyncError("disk_full") from error
        raise


def keep_early_file(node: Node, header: Header, sealed: bytes, name: str, now: datetime) -> SyncError:
    """Keep a truly signed file that came too early; the problem to tell: `gap`, or `gap_full` when it was not kept."""
    tail = node.journal.tail(header.source, header.epoch, header.stream)
    problem = SyncError("gap", first=header.first, held=tail.n)
    with full_disk_as_problem(), node.journal.transaction():
        drop_old_files(node, header.sender, now)
        row = node.db.one(
            "SELECT count(*), coalesce(sum(length(sealed)), 0) FROM road_aside WHERE sender = ? AND code = 'gap'",
            (header.sender,),
        )
        files, size = row or (0, 0)
        same = f"{header.source}/{header.epoch}/{header.stream}/{header.first}/{header.last}/{header.head}"
        digest = hashlib.sha256(f"{header.sender} {same}".encode()).hexdigest()  # however often it is sealed anew
        known = node.db.one("SELECT 1 FROM road_aside WHERE digest = ?", (digest,)) is not None
        if not known and (files >= MOST_FILES or size + len(sealed) > MOST_BYTES):
            return SyncError("gap_full", first=header.first, held=tail.n)
        put_refused_row(node, header, digest, name, problem, now, sealed)
    return problem


def drop_old_files(node: Node, sender: str, now: datetime) -> None:
    if node.journal.clock_at(now) == "ok":
        node.db.run("DELETE FROM road_aside WHERE sender = ? AND kept_at < ?", (sender, to_utc_text(now - KEPT_FOR)))


def note_refused_file(
    node: Node, header: Header | None, same: bytes, name: str, problem: SyncError, now: datetime
) -> None:
    """Remember that a file was refused and why, and count it where `same` was refused before. Its bytes are not kept.

    `header` only of a truly signed file: what merely says whose it is counts for nobody.
    """
    sender = header.sender if header else ""
    with full_disk_as_problem(), node.journal.transaction():
        drop_old_files(node, sender, now)
        put_refused_row(node, header, hashlib.sha256(same).hexdigest(), name, problem, now, b"")
        node.db.run(
            "DELETE FROM road_aside WHERE sender = ? AND code <> 'gap' AND digest NOT IN (SELECT digest FROM road_aside"
            " WHERE sender = ? AND code <> 'gap' ORDER BY kept_at DESC, digest LIMIT ?)",
            (sender, sender, MOST_NOTES),
        )


def put_refused_row(
    node: Node,
    header: Header | None,
    digest: str,
    name: str,
    problem: SyncError,
    now: datetime,
    sealed: bytes,
) -> None:
    """In the open transaction: one row for one content, with how often it came."""
    where = ("", "", 0, "", 0, 0)
    if header:
        where = (header.sender, header.source, header.epoch, header.stream, header.first, header.last)
    node.db.run(
        "INSERT INTO road_aside (digest, name, sender, source, epoch, stream, first, last, code, sentence,"
        " kept_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET times = road_aside.times + 1, name = excluded.name",
        (digest, name, *where, problem.code, problem.sentence, to_utc_text(now), sealed),
    )


def next_kept_file(node: Node, where: Where) -> tuple[str, bytes, str] | None:
    """(digest, bytes, name) of the kept file of one stream whose lines are next, if there is one."""
    tail = node.journal.tail(*where[1:])
    row = node.db.one(
        "SELECT digest, sealed, name FROM road_aside WHERE sender = ? AND source = ? AND epoch = ? AND stream = ?"
        " AND code = 'gap' AND first <= ? ORDER BY first, digest LIMIT 1",
        (*where, tail.n + 1),
    )
    if not row:
        return None
    return (row[0], bytes(row[1]), row[2])


def close_kept_file(node: Node, digest: str, problem: SyncError | None = None) -> None:
    with node.journal.transaction():
        if problem is None:
            node.db.run("DELETE FROM road_aside WHERE digest = ?", (digest,))
            return
        node.db.run(
            "UPDATE road_aside SET code = ?, sentence = ?, sealed = ? WHERE digest = ?",
            (problem.code, problem.sentence, b"", digest),
        )


STRANGERS = "?"
"""The row of all senders that are not known."""
MOST_CODES = 60
log = logging.getLogger("loket.sync")


class Refusal(msgspec.Struct, frozen=True):
    """How often something of a side was not taken, for one reason, with the last sentence and when (UTC text)."""

    what: str
    count: int
    sentence: str
    last_at: str


REFUSALS_SQL = (  # `+`: begun with the few that wait, not with all that ever came of the sender
    "SELECT 'Ditolak' AS what, count, sentence, last_at FROM road_refusal WHERE sender = ?"
    " UNION ALL SELECT 'Dokumen disimpan dulu', count(*), max(sentence), max(kept_at) FROM road_aside"
    " WHERE sender = ? AND settled_at IS NULL GROUP BY code"
    " UNION ALL SELECT 'Catatan disisihkan', count(*), reason, max(at) FROM journal"
    " WHERE source = ? AND verdict = 'set_aside' GROUP BY reason"
    " UNION ALL SELECT 'Menunggu pembaruan', count(*), w.why, max(j.at) FROM journal_waiting w"
    " JOIN journal j ON j.id = +w.id WHERE j.source = ? GROUP BY w.why"
    " ORDER BY 4 DESC, 1, 3 LIMIT 60"
)


def read_refusals(db: Database, sender: str) -> list[Refusal]:
    """What of a side, or of all strangers, was refused, kept, set aside or waits here, by reason, newest first."""
    return [Refusal(*row) for row in db.run(REFUSALS_SQL, (sender,) * 4)]


def note_refusal(db: Database, sender: str, problem: SyncError, now: datetime) -> None:
    def count_one() -> None:
        with db.writing():
            known = "\0" not in sender and db.one("SELECT 1 FROM road_peer WHERE name = ?", (sender,)) is not None
            name = sender if known else STRANGERS
            db.run(
                "INSERT INTO road_refusal (sender, code, count, sentence, last_at) VALUES (?, ?, 1, ?, ?)"
                " ON CONFLICT (sender, code) DO UPDATE SET count = road_refusal.count + 1,"
                " sentence = excluded.sentence, last_at = excluded.last_at",
                (name, problem.code[:MOST_CODES], problem.sentence.replace("\0", "")[:400], to_utc_text(now)),
            )

    try:
        run_with_retries(count_one)
    except Exception as error:
        if not is_environment_error(error):
            raise
        log.warning("a refusal could not be counted: %s", type(error).__name__)


def find_bar(db: Database, office: str) -> tuple[str, str, str] | None:
    """(reason, since, by whom) of an office that is barred, or None."""
    row = db.one("SELECT reason, barred_at, barred_by FROM road_bar WHERE office = ?", (office,))
    if not row:
        return None
    return (str(row[0]), str(row[1]), str(row[2]))


def check_not_barred(db: Database, office: str) -> None:
    """Raise EnvelopeError("barred") for an office that the administrator has barred."""
    bar = find_bar(db, office)
    if bar:
        raise EnvelopeError("barred", sender=office)


def bar_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    """In the open transaction: bar it. Barring again changes the reason."""
    journal.record(OfficeBarred(office, reason), subject=f"office/{office}", actor=actor, at=now)


def admit_office(journal: Journal, office: str, reason: str, *, actor: str, now: datetime) -> None:
    journal.record(OfficeAdmitted(office, reason), subject=f"office/{office}", actor=actor, at=now)


NOTED = ("fenced", "retired")
"""Problems that taking a file leaves a note of by itself."""


@dataclass(slots=True)
class ReceivedFile:
    """What one file brought. `newly_aside`: new set-aside verdicts on our lines; `returned`: the lines were our own;
    `followed`: it announced the peer's new keys, and they are in force now."""

    header: Header
    digest: str
    peer: Peer
    received: ReceivedLines = field(default_factory=ReceivedLines)
    newly_aside: int = 0
    problems: list[SyncError] = field(default_factory=list)
    name: str = ""
    followed: bool = False
    refused: EnvelopeError | None = None
    pieces: int = 0

    @property
    def returned(self) -> bool:
        return self.header.source != self.header.sender


def receive_file(
    node: Node, sealed: bytes, now: datetime, *, answers: str = "", name: str = "", sender: str = ""
) -> ReceivedFile:
    """Take one file. `answers`: digest of our file that this should answer; `name`: its file name on a stick;
    `sender`: who alone may have written it.

    Raises EnvelopeError for a file that is not to be used and SyncError("disk_full") when nothing could be stored.
    """
    keys: list[PeerKey] = []

    def find(header: Header, _lines: Sequence[bytes]) -> PublicKeys:
        if header.type == "enrol":
            if header.answers:
                code = "enrolment_reply"
            else:
                code = "enrolment"
            raise EnvelopeError(code)
        if header.type == "village":
            raise EnvelopeError("village_file")
        if sender and header.sender != sender:
            raise EnvelopeError("foreign", sender=header.sender[:40], expected=sender)
        keys.append(sender_key(node.db, header))
        return keys[0].keys

    opened = open_file(sealed, node.keys, find)
    check_not_barred(node.db, opened.header.sender)
    peer = find_peer(node.db, opened.header.sender)
    if peer is None:
        raise EnvelopeError("unknown_sender", sender=opened.header.sender[:40])
    check_file_allowed(node, peer, keys[0], opened, now, name)
    with full_disk_as_problem():
        taken = run_with_retries(lambda: store_file(node, peer, keys[0], opened, now, answers))
    if taken.refused:  # what the file acknowledges was noted all the same: it may show a fork
        raise taken.refused
    taken.name = name
    return taken


def check_file_allowed(node: Node, peer: Peer, key: PeerKey, opened: Opened, now: datetime, name: str) -> None:
    """What a truly signed file may still not do: come from a fenced key, a later epoch or a foreign stream."""
    header = opened.header
    if key.fenced_at and not is_in_grace(key, header, now):
        since = (key.retired_at or key.fenced_at)[:10]
        if key.retired_at:
            code = "retired"
        else:
            code = "fenced"
        problem = EnvelopeError(code, sender=header.sender, since=since)
        if header.count:
            note_refused_file(node, header, f"{code} {header.signer}".encode(), name or "jaringan", problem, now)
        raise problem
    is_ahead = header.source == peer.name and header.epoch > key.epoch and peer.lane  # the centre grants its own epochs
    if is_ahead and not (isinstance(header.moved, int) and header.moved <= key.epoch):
        raise EnvelopeError("epoch_ahead", sender=peer.name, epoch=header.epoch, known=key.epoch)
    if header.count and not peer.owns(header.source, header.stream, node.name):
        raise EnvelopeError("bad_header", what="jalur bukan milik pengirim")
    if header.count:
        check_proof(node, header, key.keys.signing)


def is_in_grace(key: PeerKey, header: Header, now: datetime) -> bool:
    """Whether a file of a key that announced its successor was made before the change and is not too old."""
    if not key.retired_at:
        return False
    return header.created <= key.retired_at and now <= parse_utc_text(key.retired_at) + GRACE


def store_file(node: Node, peer: Peer, key: PeerKey, opened: Opened, now: datetime, answers: str) -> ReceivedFile:
    """The transaction: contact, announced keys, acknowledgements, verdicts, lines."""
    header = opened.header
    taken = ReceivedFile(header, opened.digest, peer)
    bound = bool(answers) and header.answers == answers
    with node.journal.transaction():
        check_continues(node, header)
        note_contact(node.db, peer, now, header.sealed_to)
        note_own_key(node, node.keys_for(peer.name).public.signing, now)
        if not peer.lane and header.clock is msgspec.UNSET and is_utc_text(header.created):
            keep_centre_time(node.db, parse_utc_text(header.created), now, fresh=False)
        if key.steps:
            taken.peer, taken.followed = follow_peer_keys(node, peer, key, now)
        keep_statement(node.db, peer.name, header)
        unread = header.unread if isinstance(header.unread, int) else 0
        note_unread(node.db, peer.name, unread)
        note_forms(node.db, peer.name, header)
        taken.newly_aside = note_verdicts(node, peer, header, now)
        taken.problems = note_acks(node, peer, header, bound, now)
        if header.count:
            taken.refused = open_epoch_problem(node, header)
        else:
            taken.refused = None
        if header.count and not taken.refused:
            taken.received = receive_lines(node.journal, peer, header, opened.lines, now)
            if taken.received.problem:
                taken.problems.append(taken.received.problem)
            elif not taken.received.gap:
                keep_head_proof(node, header)
        tell_acknowledged(node.journal, header, now)
        if header.type == "pieces":
            taken.pieces = take_pieces(node.db, peer.name, opened.lines)
        note_wanted(node.db, peer.name, header.chunks)
        note_heard(node, peer, header)
        if peer.lane and header.source == peer.name and header.epoch > peer.epoch:  # another partner granted it
            taken.peer = open_peer_epoch(node, taken.peer, header.epoch)
        if not peer.lane and writer_epoch(header) > peer.epoch:
            taken.peer = open_peer_epoch(node, taken.peer, to_valid_epoch(writer_epoch(header)))
    return taken


def check_continues(node: Node, header: Header) -> None:
    """Lines that were sent unasked count only where exactly those before them are here: their writer may have come back
    from an older state, and nothing of it may be compared before it has learned that. Raises EnvelopeError."""
    if header.continues is not True:
        return
    tail = node.journal.tail(header.source, header.epoch, header.stream)
    if (tail.n + 1, tail.hash.hex()) != (header.first, header.prev):
        raise EnvelopeError("ask_first")


def tell_acknowledged(journal: Journal, header: Header, now: datetime) -> None:
    """Let the rooms note what a partner's file, written when its clock said so, acknowledges to have received."""
    if is_utc_text(header.created):
        written = parse_utc_text(header.created)
    else:
        written = now
    for note in journal.acknowledged:
        note(journal, written, now)


def open_peer_epoch(node: Node, peer: Peer, epoch: int) -> Peer:
    """A centre came back and opened an epoch of its own, or an office writes in one that another partner granted: its
    earlier ones are closed from now on."""
    node.db.run("UPDATE road_peer SET epoch = ? WHERE name = ?", (epoch, peer.name))
    node.db.run("UPDATE road_key SET epoch = ? WHERE peer = ? AND fenced_at IS NULL", (epoch, peer.name))
    return find_peer(node.db, peer.name) or peer


def follow_peer_keys(node: Node, peer: Peer, key: PeerKey, now: datetime) -> tuple[Peer, bool]:
    """(the peer with its announced keys, whether they are new here); the journal keeps that they were followed."""
    before = replace_peer_keys(node, peer, key.steps, now)
    if before:
        signers = [step.keys.signer for step in key.steps]
        body = KeysFollowed(peer.name, before, signers, key.steps[-1].since)
        node.journal.record(
            body, subject=f"keys/{peer.name}", actor="road", at=now, stream=peer.local_stream, lane=peer.lane
        )
    return find_peer(node.db, peer.name) or peer, bool(before)


def receive_kept_files(node: Node, after: ReceivedFile, now: datetime) -> list[ReceivedFile]:
    """Take the kept files whose turn has come with the lines of `after`: of the same sender and stream alone.

    Each is tried once, when its place is reached; one that is of no use stays as a row that says why. Raises only what
    a failing disk or database raises.
    """
    done: list[ReceivedFile] = []
    header = after.header
    where = (header.sender, header.source, header.epoch, header.stream)
    while after.received.fresh and (kept := next_kept_file(node, where)):
        digest, sealed, name = kept
        try:
            taken = receive_file(node, sealed, now, name=name, sender=header.sender)
        except Exception as error:
            if is_environment_error(error):
                raise
            if isinstance(error, SyncError):
                problem = error
            else:
                problem = SyncError("bad_header", what="isi")
            log.warning("kept file of %s: %s", header.sender, type(error).__name__)
            if problem.code in NOTED:
                left = None
            else:
                left = problem
            close_kept_file(node, digest, left)
            continue
        done.append(taken)
        close_kept_file(node, digest, next(iter(taken.problems), None))
    return done
