"""Enrolment: how an office and the centre come to know each other's keys (sync.md section 4).

A code lets one office in once, within seven days. The request is sealed to the centre and signed by the new key; the
same token and keys get the same answer again, other keys are refused and shown. Rotation, loss, restore and clone take
this same path: the code carries the next epoch number, and using it fences the earlier key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from schema.bulk import run_again
from schema.database import Database
from schema.decoding import decode
from sync import marks
from sync.barring import check_barred
from sync.bounds import Code, Epoch, Fingerprint, Hash, Label, Stream
from sync.enrolment_code import EnrolmentCode, hash_token
from sync.envelope import Opened, open_file, seal
from sync.epochs import GRANTED, bounded, next_epoch
from sync.header import FORMAT, Header
from sync.keeping import note_refused
from sync.keys import NodeKeys, PublicKeys
from sync.line import GENESIS, moment, stamp
from sync.problems import EnvelopeError, RoadError
from sync.proofs import note_own_key, recall_keys
from sync.renewal import own_successions, put_in_force
from sync.road import Road, peer_keys
from sync.succession import follow

T = TypeVar("T", bound=msgspec.Struct)
VALID = timedelta(days=7)
STREAM = "enrol"
CENTRE_STREAM = "dukcapil"


class EnrolRequest(msgspec.Struct, frozen=True):
    """What a new office says of itself; `epoch` is the one in which its journal writes already."""

    token: Fingerprint
    keys: PublicKeys
    label: Label
    epoch: Epoch


class EnrolAnswer(msgspec.Struct, frozen=True):
    """What the centre grants: the epoch to write in and the streams between the two.

    `earlier` are public signing keys (hex) that the office had before: with nothing left it knows its lines by them.
    """

    office: Code
    epoch: Epoch
    stream_out: Stream
    stream_in: Stream
    centre: PublicKeys
    centre_label: Label
    centre_epoch: Epoch
    earlier: Annotated[list[Hash], msgspec.Meta(max_length=400)] = []


# -- the centre's side ------------------------------------------------------------------------------------------


def issue_code(
    road: Road, office: str, label: str, *, address: str, actor: str, now: datetime
) -> EnrolmentCode:
    """A fresh code for one office, with the epoch that it would be granted now; earlier ones that nobody used die.

    Raises RoadError("epoch_full").
    """
    token = os.urandom(16)
    with road.journal.transaction():
        road.db.hold(f"code/{office}")
        drop_codes(road.db, office, now)
        road.db.run(
            "INSERT INTO road_code (token_hash, office, label, epoch, issued_by, issued_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                hash_token(token),
                office,
                label,
                next_epoch(road.db, office),
                actor,
                stamp(now),
                stamp(now + VALID),
            ),
        )
    return EnrolmentCode(address, road.keys.public.digest(), token)


class Accepted(msgspec.Struct, frozen=True):
    """An answered request: of which office, the sealed answer, and whether that office has used its new key since."""

    office: str
    label: str
    sealed: bytes
    settled: bool


def accept(road: Road, sealed: bytes, now: datetime) -> bytes:
    """Let an office in: the sealed answer, the same for the same token and keys. Raises RoadError."""
    return accept_request(road, sealed, now).sealed


def accept_request(road: Road, sealed: bytes, now: datetime) -> Accepted:
    """Open a request and let the office in. Raises RoadError."""
    requests: list[EnrolRequest] = []

    def introduced(header: Header, lines: Sequence[bytes]) -> PublicKeys:
        request = read_body(header, lines, EnrolRequest)
        if not request.keys.sound():
            raise EnvelopeError("bad_header", what="kunci pendaftaran")
        requests.append(request)
        return request.keys

    opened = open_file(sealed, road.keys, introduced)
    request = requests[0]
    try:
        return run_again(lambda: let_in(road, opened, request, now))
    except RoadError as problem:
        if (
            problem.code == "code_used"
        ):  # somebody has the paper: the administrator must see it, once for each code
            note_refused(
                road, opened.header, f"{STREAM} {request.token}".encode(), "pendaftaran", problem, now
            )
        raise


def let_in(road: Road, opened: Opened, request: EnrolRequest, now: datetime) -> Accepted:
    """The transaction: use the code, fence the earlier key, store the new one."""
    signer, office = request.keys.signer, request.keys.node
    with road.journal.transaction():
        road.db.hold(f"code/{office}")
        check_barred(road.db, office)
        label, used = check_code(road.db, request, now)
        refuse_fenced(road.db, office, signer)
        if used:
            epoch = next(key.epoch for key in peer_keys(road.db, office) if key.keys.signer == signer)
        else:
            epoch = max(next_epoch(road.db, office), bounded(request.epoch))
            use_code(road.db, office, hash_token(bytes.fromhex(request.token)), signer, now)
            save_peer(road.db, request.keys, label or request.label, epoch=epoch, lane=office,
                      streams=(office, CENTRE_STREAM), now=now)  # fmt: skip
        row = road.db.one(
            "SELECT label, coalesce(last_contact_at, '') FROM road_peer WHERE name = ?", (office,)
        )
    answer = EnrolAnswer(
        office, epoch, CENTRE_STREAM, office, road.keys.public, road.label, road.journal.epoch,
        [key.keys.signing for key in peer_keys(road.db, office) if key.keys.signer != signer][:400],
    )  # fmt: skip
    header = frame(road.keys, request.keys, epoch, now, opened.digest)
    header = msgspec.structs.replace(header, keys=own_successions(road) or msgspec.UNSET)
    sealed = seal(header, [msgspec.json.encode(answer)], road.keys, request.keys)[0]
    return Accepted(office, row[0] if row else label, sealed, bool(used and row and row[1] > used))


def use_code(db: Database, office: str, token_hash: str, signer: str, now: datetime) -> None:
    """In the open transaction: a code is used, and every other one of its office dies with it."""
    db.run(
        "UPDATE road_code SET used_at = ?, signer = ? WHERE token_hash = ?", (stamp(now), signer, token_hash)
    )
    drop_codes(db, office, now)


def drop_codes(db: Database, office: str, now: datetime) -> None:
    """In the open transaction: codes of an office that nobody has used are good for nothing from now on.

    Two live codes would give two PCs one epoch.
    """
    db.run(
        "UPDATE road_code SET replaced_at = ? WHERE office = ? AND used_at IS NULL AND replaced_at IS NULL",
        (stamp(now), office),
    )


def check_code(db: Database, request: EnrolRequest, now: datetime) -> tuple[str, str]:
    """(label, when these very keys used it or an empty text) of the token's code. Raises RoadError."""
    sql = "SELECT office, label, expires_at, used_at, signer, replaced_at FROM road_code WHERE token_hash = ?"
    try:
        row = db.one(sql, (hash_token(bytes.fromhex(request.token)),))
    except ValueError:
        row = None
    if row is None:
        raise RoadError("code_unknown")
    office, label, expires_at, used_at, signer, replaced_at = row
    if office != request.keys.node:
        raise RoadError("code_office", office=office, sender=request.keys.node[:40])
    if used_at and signer != request.keys.signer:
        raise RoadError("code_used", signer=signer[:8])
    if not used_at and replaced_at:
        raise RoadError("code_replaced")
    if not used_at and now >= moment(expires_at):
        raise RoadError("code_expired", until=expires_at[:10])
    return label, used_at or ""


def refuse_fenced(db: Database, office: str, signer: str) -> None:
    """A fenced key stays fenced: a twin must make new keys before it may come back. Raises RoadError."""
    for key in peer_keys(db, office):
        if key.keys.signer == signer and key.fenced_at:
            raise RoadError("fenced", sender=office, since=key.fenced_at[:10])


# -- the office's side ------------------------------------------------------------------------------------------


def request_file(road: Road, code: EnrolmentCode, centre: PublicKeys, now: datetime) -> tuple[bytes, str]:
    """(sealed request, digest). Raises RoadError("code_centre") when the centre's keys are not those of the code."""
    if not centre.sound() or centre.digest() != code.digest:
        raise RoadError("code_centre")
    body = EnrolRequest(code.token.hex(), road.keys.public, road.label, road.journal.epoch)
    header = frame(road.keys, centre, road.journal.epoch, now)
    return seal(header, [msgspec.json.encode(body)], road.keys, centre)


def finish(
    road: Road, sealed: bytes, centre: PublicKeys, address: str, now: datetime, request: str = ""
) -> EnrolAnswer:
    """Take the centre's answer: know the centre, and open the granted epoch when it is a new one. Raises RoadError.

    A centre that changed its keys while the request was under way answers with the way there. `request`: digest of the
    request that must be answered; an answer to an earlier one is `stale_reply`.
    """
    opened = open_file(sealed, road.keys, lambda header, _lines: announced(centre, header))
    if request and opened.header.answers != request:
        raise EnvelopeError("stale_reply")
    centre = announced(centre, opened.header)
    answer = read_body(opened.header, opened.lines, EnrolAnswer)
    if answer.office != road.name or answer.centre != centre:
        raise EnvelopeError("sealed_on", sender=centre.node, recipient=answer.office[:40])
    with road.journal.transaction():
        save_peer(road.db, centre, answer.centre_label, epoch=answer.centre_epoch, lane="",
                  streams=(answer.stream_out, answer.stream_in), now=now, address=address)  # fmt: skip
        put_in_force(road.db, opened.header.sealed_to)
        note_own_key(road, road.keys.public.signing, now)
        recall_keys(road, answer.earlier, centre.node, now)
        if bounded(answer.epoch) > road.journal.epoch:
            road.journal.found(road.name, now, epoch=answer.epoch, actor="road")
        marks.put(road.db, GRANTED, str(answer.epoch))
    return answer


def announced(centre: PublicKeys, header: Header) -> PublicKeys:
    """The keys that sign the answer, if the ones of the code announced them; else those of the code."""
    steps = follow(centre, header.successions)
    return next((step.keys for step in steps if step.keys.signer == header.signer), centre)


# -- both sides -------------------------------------------------------------------------------------------------


def save_peer(
    db: Database, keys: PublicKeys, label: str, *, epoch: int, lane: str, streams: tuple[str, str],
    now: datetime, address: str = "",
) -> None:  # fmt: skip
    """Store a peer and its new key; an earlier key is fenced, with no grace. Raises RoadError("bad_keys")."""
    if not keys.sound():
        raise RoadError("bad_keys", file=keys.node[:40])
    db.run(
        "INSERT INTO road_peer (name, label, address, lane, stream_out, stream_in, epoch, enrolled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET label = excluded.label,"
        " address = excluded.address, epoch = excluded.epoch, enrolled_at = excluded.enrolled_at",
        (keys.node, label, address, lane, *streams, epoch, stamp(now)),
    )
    db.run("UPDATE road_key SET fenced_at = coalesce(fenced_at, ?), retired_at = NULL WHERE peer = ? AND signer <> ?",
           (stamp(now), keys.node, keys.signer))  # fmt: skip
    db.run(
        "INSERT INTO road_key (peer, signer, signing, recipient, epoch, since) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, signer) DO UPDATE SET epoch = excluded.epoch, recipient = excluded.recipient,"
        " fenced_at = NULL, retired_at = NULL",
        (keys.node, keys.signer, keys.signing, keys.recipient, epoch, stamp(now)),
    )


def frame(keys: NodeKeys, to: PublicKeys, epoch: int, now: datetime, answers: str = "") -> Header:
    """Header of an enrolment file: one line, no chain."""
    return Header(
        format=FORMAT, type="enrol", sender=keys.node, signer=keys.public.signer, recipient=to.node,
        sealed_to=to.sealed_to, epoch=epoch, stream=STREAM, first=1, last=1, count=1, prev=GENESIS.hex(),
        head=GENESIS.hex(), created=stamp(now), answers=answers or msgspec.UNSET,
    )  # fmt: skip


def read_body(header: Header, lines: Sequence[bytes], kind: type[T]) -> T:
    """The single line of an enrolment file. Raises EnvelopeError."""
    if header.type != "enrol" or len(lines) != 1:
        raise EnvelopeError("bad_header", what="bukan berkas pendaftaran")
    try:
        return decode(lines[0], kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError("bad_header", what="isi pendaftaran") from error
