"""A side tells its own lines from forged ones: each batch carries the writer's signature over the head it ends with.

Whoever receives a batch keeps that signature. When the writer has lost its lines, they come back together with it: the
chain that ends in a head which the writer itself once signed proves every line (decision 11). The writer knows its
earlier keys from `own_key`, which its backups carry, or from the enrolment answer when nothing is left.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from schema.structs import decode_json
from sync.entries import StreamKey, keep_fact, read_fact, to_utc_text
from sync.events import KeysRecalled
from sync.file_format import Header, HeadProof
from sync.forks import is_stopped
from sync.keys import KeyAnnouncement, PublicKeys, follow_announcements, is_text_signed, key_fingerprint, sign_text
from sync.nodes import Node
from sync.problems import EnvelopeError

STATEMENTS = "statements."


def head_text(header: Header) -> bytes:
    return f"loket-head-1\n{header.source}\n{header.epoch}\n{header.stream}\n{header.last}\n{header.head}\n".encode()


def sign_head(node: Node, header: Header) -> HeadProof:
    keys = node.keys_for(header.recipient)
    return HeadProof(keys.public.signer, sign_text(keys, head_text(header)))


def note_own_key(node: Node, signing: str, now: datetime, named_by: str = "") -> None:
    """In the open transaction: this public key (hex) is or was ours, so that we know it again after a restore.

    `named_by`: only the centre says so.
    """
    if node.db.one("SELECT 1 FROM own_key WHERE signing = ?", (signing,)):
        return
    node.db.run(
        "INSERT INTO own_key (signer, signing, since, named_by) VALUES (?, ?, ?, ?) ON CONFLICT (signer) DO NOTHING",
        (key_fingerprint(bytes.fromhex(signing)), signing, to_utc_text(now), named_by),
    )


def own_signing_key(node: Node, signer: str) -> str | None:
    """Our public key of a fingerprint (hex), present or earlier; None for one that is not known as ours."""
    keys = node.keys.public
    if signer == keys.signer:
        return keys.signing
    row = node.db.one("SELECT signing FROM own_key WHERE signer = ?", (signer,))
    return str(row[0]) if row else None


def announced_signing_key(node: Node, proof: HeadProof) -> str | None:
    rows = list(node.db.run("SELECT signing FROM own_key"))
    for signing in (node.keys.public.signing, *(str(row[0]) for row in rows)):
        for step in follow_announcements(PublicKeys(node.name, signing, ""), proof.keys):
            if step.keys.signer == proof.signer:
                return step.keys.signing
    return None


def note_recalled_keys(node: Node, earlier: Sequence[str], centre: str, now: datetime) -> None:
    """In the open transaction: the centre's enrolment answer names keys that we lost; the journal keeps which."""
    fresh = [key for key in earlier if own_signing_key(node, key_fingerprint(bytes.fromhex(key))) is None]
    for signing in fresh:
        note_own_key(node, signing, now, named_by=centre)
    if fresh:
        signers = [key_fingerprint(bytes.fromhex(signing)) for signing in fresh]
        node.journal.record(KeysRecalled(centre, signers), subject=f"keys/{node.name}", actor="road", at=now)


def is_head_signed(signing: str, header: Header) -> bool:
    if not isinstance(header.proof, HeadProof):
        return False
    return is_text_signed(PublicKeys(header.source, signing, ""), head_text(header), header.proof.signature)


def check_proof(node: Node, header: Header, signing: str) -> None:
    """Judge the proof of a file with lines; `signing` is the sender's key in force. Raises EnvelopeError.

    Our own lines must belong to a head that we signed ourselves.
    """
    if header.source == header.sender:
        if isinstance(header.proof, HeadProof) and not is_head_signed(signing, header):
            raise EnvelopeError("wrong_proof", sender=header.sender[:40])
        return
    if open_epoch_problem(node, header):
        return  # refused in `take`, after its acknowledgements were noted
    if not isinstance(header.proof, HeadProof):
        raise EnvelopeError("returned_unproved", sender=header.sender[:40])
    own = own_signing_key(node, header.proof.signer) or announced_signing_key(node, header.proof)
    if own is None:
        raise EnvelopeError("returned_key", signer=header.proof.signer[:8])
    if not is_head_signed(own, header):
        raise EnvelopeError("returned_unproved", sender=header.sender[:40])


def open_epoch_problem(node: Node, header: Header) -> EnvelopeError | None:
    """Why lines of our own are not taken back: their epoch is not closed. A stream that a fork has stopped takes none
    either, but keeps them as the other version."""
    stopped = is_stopped(node.db, (header.source, header.epoch, header.stream))
    if header.source == header.sender or header.epoch < node.journal.epoch or stopped:
        return None
    return EnvelopeError("returned_open", sender=header.sender[:40], epoch=header.epoch)


def keep_head_proof(node: Node, header: Header) -> None:
    """In the open transaction: the writer's signature over the head that its lines now end with here, and the
    statements that lead to its key."""
    if header.source == header.sender and isinstance(header.proof, HeadProof):
        said = msgspec.json.encode(header.successions).decode()
        if header.successions and read_fact(node.db, STATEMENTS + header.source) != said:
            keep_fact(node.db, STATEMENTS + header.source, said)
        node.db.run(
            "INSERT INTO head_proof (source, epoch, stream, n, signer, signature) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source, epoch, stream, n) DO NOTHING",
            (
                header.source,
                header.epoch,
                header.stream,
                header.last,
                header.proof.signer,
                header.proof.signature,
            ),
        )


def last_head_proof(node: Node, where: StreamKey, after: int, last: int) -> tuple[int, HeadProof] | None:
    """The last number in (after, last] of another side's stream whose head we hold signed, with the signature."""
    row = node.db.one(
        "SELECT n, signer, signature FROM head_proof WHERE source = ? AND epoch = ? AND stream = ? AND n > ? AND n <= ?"
        " ORDER BY n DESC LIMIT 1",
        (*where, after, last),
    )
    if row is None:
        return None
    said = read_fact(node.db, STATEMENTS + where[0])
    if said:
        announced = decode_json(said, list[KeyAnnouncement])
    else:
        announced = []
    return row[0], HeadProof(row[1], row[2], announced)
