"""A side tells its own lines from forged ones: each batch carries the writer's signature over the head it ends with.

Whoever receives a batch keeps that signature. When the writer has lost its lines, they come back together with it: the
chain that ends in a head which the writer itself once signed proves every line (decision 11). The writer knows its
earlier keys from `own_key`, which its backups carry, or from the enrolment answer when nothing is left.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime

import msgspec

from schema.decoding import decode
from sync import marks
from sync.events import KeysRecalled
from sync.forks import is_stopped
from sync.header import Header, HeadProof
from sync.keys import PublicKeys, fingerprint
from sync.line import stamp
from sync.problems import EnvelopeError
from sync.road import Road
from sync.succession import Succession, follow

Where = tuple[str, int, str]
STATEMENTS = "statements."


def spoken(header: Header) -> bytes:
    """What the writer signs: that its stream had this head after this number."""
    return f"loket-head-1\n{header.source}\n{header.epoch}\n{header.stream}\n{header.last}\n{header.head}\n".encode()


def prove_head(road: Road, header: Header) -> HeadProof:
    """Sign the head of our own lines in a file."""
    signature = urlsafe_b64encode(road.keys.sign(spoken(header))).rstrip(b"=").decode()
    return HeadProof(road.keys.public.signer, signature)


def note_own_key(road: Road, signing: str, now: datetime, named_by: str = "") -> None:
    """In the open transaction: this public key (hex) is or was ours, so that we know it again after a restore.

    `named_by`: only the centre says so.
    """
    if road.db.one("SELECT 1 FROM own_key WHERE signing = ?", (signing,)):
        return
    road.db.run(
        "INSERT INTO own_key (signer, signing, since, named_by) VALUES (?, ?, ?, ?) ON CONFLICT (signer) DO NOTHING",
        (fingerprint(bytes.fromhex(signing)), signing, stamp(now), named_by),
    )


def own_signing(road: Road, signer: str) -> str | None:
    """Our public key of a fingerprint (hex), present or earlier; None for one that is not known as ours."""
    keys = road.keys.public
    if signer == keys.signer:
        return keys.signing
    row = road.db.one("SELECT signing FROM own_key WHERE signer = ?", (signer,))
    return str(row[0]) if row else None


def announced_signing(road: Road, proof: HeadProof) -> str | None:
    """The key of a proof (hex) when our own statements lead to it from one that we know: the backup was older."""
    rows = list(road.db.run("SELECT signing FROM own_key"))
    for signing in (road.keys.public.signing, *(str(row[0]) for row in rows)):
        for step in follow(PublicKeys(road.name, signing, ""), proof.keys):
            if step.keys.signer == proof.signer:
                return step.keys.signing
    return None


def recall_keys(road: Road, earlier: Sequence[str], centre: str, now: datetime) -> None:
    """In the open transaction: the centre's enrolment answer names keys that we lost; the journal keeps which."""
    fresh = [one for one in earlier if own_signing(road, fingerprint(bytes.fromhex(one))) is None]
    for signing in fresh:
        note_own_key(road, signing, now, named_by=centre)
    if fresh:
        signers = [fingerprint(bytes.fromhex(signing)) for signing in fresh]
        road.journal.record(KeysRecalled(centre, signers), subject=f"keys/{road.name}", actor="road", at=now)


def verified(signing: str, header: Header) -> bool:
    """Whether the head of a file was signed with that public key."""
    proof = header.proof
    try:
        raw = urlsafe_b64decode(proof.signature + "==") if isinstance(proof, HeadProof) else b""
    except (binascii.Error, ValueError):
        return False
    return PublicKeys(header.source, signing, "").verify(spoken(header), raw)


def check_proof(road: Road, header: Header, signing: str) -> None:
    """Judge the proof of a file with lines; `signing` is the sender's key in force. Raises EnvelopeError.

    Our own lines must belong to a head that we signed ourselves.
    """
    if header.source == header.sender:
        if isinstance(header.proof, HeadProof) and not verified(signing, header):
            raise EnvelopeError("wrong_proof", sender=header.sender[:40])
        return
    if still_open(road, header):
        return  # refused in `take`, after its acknowledgements were noted
    if not isinstance(header.proof, HeadProof):
        raise EnvelopeError("returned_unproved", sender=header.sender[:40])
    own = own_signing(road, header.proof.signer) or announced_signing(road, header.proof)
    if own is None:
        raise EnvelopeError("returned_key", signer=header.proof.signer[:8])
    if not verified(own, header):
        raise EnvelopeError("returned_unproved", sender=header.sender[:40])


def still_open(road: Road, header: Header) -> EnvelopeError | None:
    """Why lines of our own are not taken back: their epoch is not closed. A stream that a fork has stopped takes none
    either, but keeps them as the other version."""
    stopped = is_stopped(road.db, (header.source, header.epoch, header.stream))
    if header.source == header.sender or header.epoch < road.journal.epoch or stopped:
        return None
    return EnvelopeError("returned_open", sender=header.sender[:40], epoch=header.epoch)


def keep_proof(road: Road, header: Header) -> None:
    """In the open transaction: the writer's signature over the head that its lines now end with here, and the
    statements that lead to its key."""
    if header.source == header.sender and isinstance(header.proof, HeadProof):
        said = msgspec.json.encode(header.successions).decode()
        if header.successions and marks.get(road.db, STATEMENTS + header.source) != said:
            marks.put(road.db, STATEMENTS + header.source, said)
        road.db.run(
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


def last_proof(road: Road, where: Where, after: int, last: int) -> tuple[int, HeadProof] | None:
    """The last number in (after, last] of another side's stream whose head we hold signed, with the signature."""
    row = road.db.one(
        "SELECT n, signer, signature FROM head_proof WHERE source = ? AND epoch = ? AND stream = ? AND n > ? AND n <= ?"
        " ORDER BY n DESC LIMIT 1",
        (*where, after, last),
    )
    if row is None:
        return None
    said = marks.get(road.db, STATEMENTS + where[0])
    return row[0], HeadProof(row[1], row[2], decode(said, list[Succession]) if said else [])
