"""Enrolment: how an office and the centre come to know each other's keys (sync.md section 4).

A code lets one office in once, within seven days. The request is sealed to the centre and signed by the new key; the
same token and keys get the same answer again, other keys are refused and shown. Rotation, loss, restore and clone take
this same path: the code carries the next epoch number, and using it fences the earlier key.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b32decode, b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from schema.data_folder import files_named, write_whole
from schema.database import Database, Table
from schema.database_errors import run_with_retries
from schema.structs import decode_json
from sync.carriers import ENDING, REPLY, REQUEST, file_label, read_plain, stick_problem
from sync.entries import (
    Code,
    Epoch,
    Fingerprint,
    Hash,
    Label,
    Stream,
    drop_fact,
    keep_fact,
    parse_utc_text,
    read_fact,
    to_utc_text,
)
from sync.epochs import next_epoch, to_valid_epoch
from sync.file_format import Header, Opened, lone_header, open_file, seal_file
from sync.head_proofs import note_own_key, note_recalled_keys
from sync.incoming_files import check_not_barred, note_refused_file
from sync.journal import LOCAL
from sync.keys import NodeKeys, PublicKeys, follow_announcements
from sync.nodes import Node, own_successions, peer_keys, put_in_force, read_peers, take_granted_epoch
from sync.problems import CarrierError, EnvelopeError, SyncError


class IssuedCode(Table, table="road_code"):
    """An enrolment code that was issued, by the hash of its token."""


T = TypeVar("T", bound=msgspec.Struct)
VALID = timedelta(days=7)
ENROLMENT_STREAM = "enrol"
CENTRE_STREAM = "dukcapil"
OWN_STREAM = "stream"
"""The fact that names the stream which offices send to a partner; one founded before this was told has the centre's."""


def own_stream(db: Database) -> str:
    """The stream in which offices send to this side, set when it was founded and granted with every code."""
    return read_fact(db, OWN_STREAM) or CENTRE_STREAM


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


def issue_code(node: Node, office: str, label: str, *, address: str, actor: str, now: datetime) -> EnrolmentCode:
    """A fresh code for one office, with the epoch that it would be granted now; earlier ones that nobody used die.

    Raises SyncError("epoch_full").
    """
    token = os.urandom(16)
    with node.journal.transaction():
        node.db.hold(f"code/{office}")
        drop_codes(node.db, office, now)
        IssuedCode.add(
            node.db,
            token_hash=hash_token(token),
            office=office,
            label=label,
            epoch=next_epoch(node.db, office),
            issued_by=actor,
            issued_at=now,
            expires_at=now + VALID,
        )
    return EnrolmentCode(address, node.keys.public.digest(), token)


class Accepted(msgspec.Struct, frozen=True):
    office: str
    label: str
    sealed: bytes
    settled: bool


def accept_office(node: Node, sealed: bytes, now: datetime) -> bytes:
    """Let an office in: the sealed answer, the same for the same token and keys. Raises SyncError."""
    return accept_request(node, sealed, now).sealed


def accept_request(node: Node, sealed: bytes, now: datetime) -> Accepted:
    """Open a request and let the office in. Raises SyncError."""

    def introduced(header: Header, lines: Sequence[bytes]) -> PublicKeys:
        known = read_body(header, lines, EnrolRequest).keys
        if not known.sound():
            raise EnvelopeError("bad_header", what="kunci pendaftaran")
        return known

    opened = open_file(sealed, node.keys, introduced)
    request = read_body(opened.header, opened.lines, EnrolRequest)
    try:
        return run_with_retries(lambda: admit_request(node, opened, request, now))
    except SyncError as problem:
        if problem.code == "code_used":  # somebody has the paper: the administrator must see it, once for each code
            note_refused_file(
                node, opened.header, f"{ENROLMENT_STREAM} {request.token}".encode(), "pendaftaran", problem, now
            )
        raise


def admit_request(node: Node, opened: Opened, request: EnrolRequest, now: datetime) -> Accepted:
    signer = request.keys.signer
    office = request.keys.node
    with node.journal.transaction():
        node.db.hold(f"code/{office}")
        check_not_barred(node.db, office)
        label, used = check_code(node.db, request, now)
        check_not_fenced(node.db, office, signer)
        if used:
            epoch = next(key.epoch for key in peer_keys(node.db, office) if key.keys.signer == signer)
        else:
            epoch = max(next_epoch(node.db, office), to_valid_epoch(request.epoch))
            values = {"used_at": now, "signer": signer}
            IssuedCode.alter(node.db, {"token_hash": hash_token(bytes.fromhex(request.token))}, **values)
            drop_codes(node.db, office, now)
            save_peer(
                node.db,
                request.keys,
                label or request.label,
                epoch=epoch,
                lane=office,
                streams=(office, own_stream(node.db)),
                now=now,
            )
        row = node.db.one("SELECT label, coalesce(last_contact_at, '') FROM road_peer WHERE name = ?", (office,))
    answer = EnrolAnswer(
        office,
        epoch,
        own_stream(node.db),
        office,
        node.keys.public,
        node.label,
        node.journal.epoch,
        [key.keys.signing for key in peer_keys(node.db, office) if key.keys.signer != signer][:400],
    )
    header = enrolment_header(node.keys, request.keys, epoch, now, opened.digest)
    header = msgspec.structs.replace(header, keys=own_successions(node) or msgspec.UNSET)
    sealed = seal_file(header, [msgspec.json.encode(answer)], node.keys, request.keys)[0]
    if row:
        return Accepted(office, row[0], sealed, bool(used and row[1] > used))
    return Accepted(office, label, sealed, False)


def drop_codes(db: Database, office: str, now: datetime) -> None:
    """In the open transaction: codes of an office that nobody has used are good for nothing from now on.

    Two live codes would give two PCs one epoch.
    """
    IssuedCode.alter(db, {"office": office, "used_at": None, "replaced_at": None}, replaced_at=now)


def check_code(db: Database, request: EnrolRequest, now: datetime) -> tuple[str, str]:
    """(label, when these very keys used it or an empty text) of the token's code. Raises SyncError."""
    code = IssuedCode.first(db, token_hash=hash_token(bytes.fromhex(request.token)))
    if code is None:
        raise SyncError("code_unknown")
    if code.office != request.keys.node:
        raise SyncError("code_office", office=code.office, sender=request.keys.node[:40])
    if code.used_at and code.signer != request.keys.signer:
        raise SyncError("code_used", signer=code.signer[:8])
    if not code.used_at and code.replaced_at:
        raise SyncError("code_replaced")
    if not code.used_at and now >= parse_utc_text(code.expires_at):
        raise SyncError("code_expired", until=code.expires_at[:10])
    return code.label, code.used_at or ""


def check_not_fenced(db: Database, office: str, signer: str) -> None:
    """A fenced key stays fenced: a twin must make new keys before it may come back. Raises SyncError."""
    for key in peer_keys(db, office):
        if key.keys.signer == signer and key.fenced_at:
            raise SyncError("fenced", sender=office, since=key.fenced_at[:10])


# -- the office's side ------------------------------------------------------------------------------------------


def request_file(node: Node, code: EnrolmentCode, centre: PublicKeys, now: datetime) -> tuple[bytes, str]:
    """(sealed request, digest). Raises SyncError("code_centre") when the centre's keys are not those of the code."""
    if not centre.sound() or centre.digest() != code.digest:
        raise SyncError("code_centre")
    body = EnrolRequest(code.token.hex(), node.keys.public, node.label, node.journal.epoch)
    header = enrolment_header(node.keys, centre, node.journal.epoch, now)
    return seal_file(header, [msgspec.json.encode(body)], node.keys, centre)


def finish_enrolment(
    node: Node, sealed: bytes, centre: PublicKeys, address: str, now: datetime, request: str = ""
) -> EnrolAnswer:
    """Take the centre's answer: know the centre, and open the granted epoch when it is a new one. Raises SyncError.

    A centre that changed its keys while the request was under way answers with the way there. `request`: digest of the
    request that must be answered; an answer to an earlier one is `stale_reply`.
    """
    opened = open_file(sealed, node.keys, lambda header, _lines: announced_keys(centre, header))
    if request and opened.header.answers != request:
        raise EnvelopeError("stale_reply")
    centre = announced_keys(centre, opened.header)
    answer = read_body(opened.header, opened.lines, EnrolAnswer)
    if answer.office != node.name or answer.centre != centre:
        raise EnvelopeError("sealed_on", sender=centre.node, recipient=answer.office[:40])
    with node.journal.transaction():
        check_stream_free(node.db, answer.stream_out, centre.node)
        save_peer(
            node.db,
            centre,
            answer.centre_label,
            epoch=answer.centre_epoch,
            lane="",
            streams=(answer.stream_out, answer.stream_in),
            now=now,
            address=address,
        )
        others = node.db.one("SELECT 1 FROM road_peer WHERE name <> ?", (centre.node,)) is not None
        partner = centre.node if others else ""
        put_in_force(node.db, opened.header.sealed_to, partner)
        note_own_key(node, node.keys.public.signing, now)
        note_recalled_keys(node, answer.earlier, centre.node, now)
        take_granted_epoch(node.journal, centre.node, to_valid_epoch(answer.epoch), now)
    return answer


def check_stream_free(db: Database, stream: str, partner: str) -> None:
    """A stream belongs to one partner: nobody is let in to read what goes to another one, or stays here.

    Raises SyncError("stream_taken").
    """
    other = db.one("SELECT label FROM road_peer WHERE stream_out = ? AND name <> ?", (stream, partner))
    if other or stream.partition("/")[0] == LOCAL:
        owner = "kantor ini sendiri"
        if other:
            owner = other[0]
        raise SyncError("stream_taken", stream=stream, other=owner)


def announced_keys(centre: PublicKeys, header: Header) -> PublicKeys:
    steps = follow_announcements(centre, header.successions)
    return next((step.keys for step in steps if step.keys.signer == header.signer), centre)


# -- both sides -------------------------------------------------------------------------------------------------


def save_peer(
    db: Database,
    keys: PublicKeys,
    label: str,
    *,
    epoch: int,
    lane: str,
    streams: tuple[str, str],
    now: datetime,
    address: str = "",
) -> None:
    """Store a peer and its new key; an earlier key is fenced, with no grace. Raises SyncError("bad_keys")."""
    if not keys.sound():
        raise SyncError("bad_keys", file=keys.node[:40])
    db.run(
        "INSERT INTO road_peer (name, label, address, lane, stream_out, stream_in, epoch, enrolled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET label = excluded.label,"
        " address = excluded.address, epoch = excluded.epoch, enrolled_at = excluded.enrolled_at",
        (keys.node, label, address, lane, *streams, epoch, to_utc_text(now)),
    )
    db.run(
        "UPDATE road_key SET fenced_at = coalesce(fenced_at, ?), retired_at = NULL WHERE peer = ? AND signer <> ?",
        (to_utc_text(now), keys.node, keys.signer),
    )
    db.run(
        "INSERT INTO road_key (peer, signer, signing, recipient, epoch, since) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, signer) DO UPDATE SET epoch = excluded.epoch, recipient = excluded.recipient,"
        " fenced_at = NULL, retired_at = NULL",
        (keys.node, keys.signer, keys.signing, keys.recipient, epoch, to_utc_text(now)),
    )


def enrolment_header(keys: NodeKeys, to: PublicKeys, epoch: int, now: datetime, answers: str = "") -> Header:
    return lone_header("enrol", ENROLMENT_STREAM, keys, to, epoch, now, answers=answers)


def read_body(header: Header, lines: Sequence[bytes], kind: type[T]) -> T:
    """The single line of an enrolment file. Raises EnvelopeError."""
    if header.type != "enrol" or len(lines) != 1:
        raise EnvelopeError("bad_header", what="bukan dokumen pendaftaran")
    try:
        return decode_json(lines[0], kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError("bad_header", what="isi pendaftaran") from error


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TO_OURS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
FROM_OURS = str.maketrans(ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
"""Letters of base32, and those without lookalikes that people copy from paper."""
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
LETTERS = 55


class EnrolmentCode(msgspec.Struct, frozen=True):
    """`address` as the office reaches the centre, `digest` of its keys (16 bytes), `token` (16 bytes)."""

    address: str
    digest: bytes
    token: bytes

    @property
    def token_hash(self) -> str:
        return hash_token(self.token)

    def text(self) -> str:
        raw = self.digest + self.token
        whole = b"\0" + raw + check_bytes(self.address, raw)  # 34 bytes are 55 letters, a leading zero makes them 56
        letters = b32encode(whole).decode().translate(TO_OURS)[1:]
        return self.address + " " + "-".join(letters[i : i + 4] for i in range(0, LETTERS, 4))

    @classmethod
    def read(cls, text: str) -> EnrolmentCode:
        """A code as typed; blanks, lines, hyphens, small letters and O for 0 do not matter. Raises SyncError."""
        address, rest = (*text.split(maxsplit=1), "", "")[:2]
        letters = "".join(rest.split()).replace("-", "").upper().translate(LOOKALIKES)
        if len(letters) != LETTERS or letters.strip(ALPHABET):
            raise SyncError("code_shape")
        raw = b32decode("A" + letters.translate(FROM_OURS))
        if raw[0] or raw[33:] != check_bytes(address, raw[1:33]):
            raise SyncError("code_shape")
        return cls(address, raw[1:17], raw[17:33])


def hash_token(token: bytes) -> str:
    return hashlib.sha256(b"loket-token-1" + token).hexdigest()


def check_bytes(address: str, raw: bytes) -> bytes:
    """Two bytes that change with every typing error in address or code (65,535 times in 65,536)."""
    return hashlib.sha256(b"loket-code-1" + address.encode() + b"\n" + raw).digest()[:2]


PENDING = "enrolment.pending"
KEY_FILE = "kunci-pusat"


class PendingRequest(msgspec.Struct, frozen=True):
    """What the office remembers between request and answer: where the centre is, which keys it must have, and the
    digest of the request that must be answered (empty in a request of an earlier version)."""

    address: str
    centre: PublicKeys
    request: str = ""


def enrol_over_network(node: Node, typed: str, now: datetime) -> EnrolAnswer:
    """Enrol over the network with the code as typed. Trying again gives the same answer. Raises SyncError."""
    from sync.http_client import (
        centre_keys,
        post_enrolment,  # requests is needed once in an office's life
    )

    code = EnrolmentCode.read(typed)
    centre = centre_keys(code.address)
    request, digest = request_file(node, code, centre, now)
    return finish_enrolment(node, post_enrolment(code.address, request), centre, code.address, now, digest)


def write_centre_keys(node: Node, folder: Path) -> Path:
    return write_stick_file(folder, f"{KEY_FILE}-{file_label(node.label)}.json", msgspec.json.encode(node.keys.public))


def write_request(node: Node, typed: str, folder: Path, now: datetime) -> Path:
    """The office writes its request beside the centre's key file. Raises SyncError."""
    code = EnrolmentCode.read(typed)
    centre = find_centre_keys(folder, code)
    request, digest = request_file(node, code, centre, now)
    pending = msgspec.json.encode(PendingRequest(code.address, centre, digest)).decode()
    keep_fact(node.db, f"{PENDING}.{centre.node}", pending)
    known = {peer.name for peer in read_peers(node.db)}
    known.update(key.removeprefix(f"{PENDING}.") for key, _ in pending_requests(node.db))
    others = known - {centre.node}
    name = f"{node.label} {centre.node}" if others else node.label  # requests to two partners lie beside each other
    return write_stick_file(folder, f"{file_label(name)}{REQUEST}{ENDING}", request)


def pending_requests(db: Database) -> list[tuple[str, str]]:
    """(fact, value) of requests that wait for their answer, one for each partner."""
    rows = db.run("SELECT key, value FROM identity WHERE key LIKE ? ORDER BY key", (f"{PENDING}%",))
    return [(str(key), str(value)) for key, value in rows]


def find_centre_keys(folder: Path, code: EnrolmentCode) -> PublicKeys:
    """The key file on the stick that the code means. Raises SyncError: "no_centre_key" for none, "code_centre"."""
    found = False
    try:
        for path in files_named(folder, f"{KEY_FILE}-*.json"):
            try:
                keys = decode_json(read_plain(path, 4096), PublicKeys)
            except (msgspec.MsgspecError, UnicodeDecodeError, CarrierError):
                continue
            if keys.digest() == code.digest:
                return keys
            found = True
    except OSError as error:
        raise stick_problem(error, folder) from error
    if found:
        raise SyncError("code_centre")
    raise SyncError("no_centre_key")


def answer_request(node: Node, data: bytes, folder: Path, now: datetime) -> str:
    """The centre found a request on a stick: the answer is written beside it. The sentence. Raises SyncError."""
    accepted = accept_request(node, data, now)
    if accepted.settled:
        return f"Pendaftaran {accepted.label} sudah selesai; dokumen permintaannya boleh dihapus dari flashdisk."
    name = f"{file_label(f'{node.label} {accepted.label}')}{REPLY}{ENDING}"
    path = write_stick_file(folder, name, accepted.sealed)
    return f"Pendaftaran diterima. Bawa kembali dokumen {path.name} ke kantor pendaftar."


def read_reply(node: Node, data: bytes, now: datetime) -> str:
    """The office found an answer on a stick: it is enrolled. The sentence. Raises SyncError (`stale_reply`: old)."""
    waiting = pending_requests(node.db)
    for key, kept in waiting:
        pending = decode_json(kept, PendingRequest)
        try:
            granted = finish_enrolment(node, data, pending.centre, pending.address, now, pending.request)
        except EnvelopeError as problem:
            if problem.code == "wrong_signer" and len(waiting) > 1:  # another partner's
                continue
            raise
        drop_fact(node.db, key)
        return f"Kantor ini terdaftar di {granted.centre_label}."
    raise SyncError("stale_reply")


def write_stick_file(folder: Path, name: str, data: bytes) -> Path:
    """Write one file to a stick. Raises CarrierError."""
    if not folder.is_dir():
        raise CarrierError("stick_missing", folder=folder.name or str(folder))
    try:
        write_whole(folder / name, data)
    except OSError as error:
        raise stick_problem(error, folder) from error
    return folder / name
