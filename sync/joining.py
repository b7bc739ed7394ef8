"""Carrying an enrolment: over the network in one go, or on a stick in three walks (keys, request, answer)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from schema.decoding import decode
from sync import marks
from sync.carriers.folder import ENDING, REPLY, REQUEST, file_label, read_plain, stick_problem
from sync.enrolment import EnrolAnswer, accept_request, finish, request_file
from sync.enrolment_code import EnrolmentCode
from sync.files import write_whole
from sync.keys import PublicKeys
from sync.problems import CarrierError, RoadError
from sync.road import Road

PENDING = "enrolment.pending"
KEY_FILE = "kunci-pusat"


class Pending(msgspec.Struct, frozen=True):
    """What the office remembers between request and answer: where the centre is, which keys it must have, and the
    digest of the request that must be answered (empty in a request of an earlier version)."""

    address: str
    centre: PublicKeys
    request: str = ""


def join(road: Road, typed: str, now: datetime) -> EnrolAnswer:
    """Enrol over the network with the code as typed. Trying again gives the same answer. Raises RoadError."""
    from sync.carriers.http import centre_keys, post_enrolment  # requests is needed once in an office's life

    code = EnrolmentCode.read(typed)
    centre = centre_keys(code.address)
    request, digest = request_file(road, code, centre, now)
    return finish(road, post_enrolment(code.address, request), centre, code.address, now, digest)


def write_centre_keys(road: Road, folder: Path) -> Path:
    """The centre puts its public keys on a stick; they are no secret."""
    return put(folder, f"{KEY_FILE}-{file_label(road.label)}.json", msgspec.json.encode(road.keys.public))


def write_request(road: Road, typed: str, folder: Path, now: datetime) -> Path:
    """The office writes its request beside the centre's key file. Raises RoadError."""
    code = EnrolmentCode.read(typed)
    centre = find_centre(folder, code)
    request, digest = request_file(road, code, centre, now)
    remember(road, Pending(code.address, centre, digest))
    return put(folder, f"{file_label(road.label)}{REQUEST}{ENDING}", request)


def find_centre(folder: Path, code: EnrolmentCode) -> PublicKeys:
    """The key file on the stick that the code means. Raises RoadError("code_centre")."""
    try:
        for path in sorted(folder.glob(f"{KEY_FILE}-*.json")):
            try:
                found = decode(read_plain(path, 4096), PublicKeys)
            except (msgspec.MsgspecError, UnicodeDecodeError, CarrierError):
                continue
            if found.digest() == code.digest:
                return found
    except OSError as error:
        raise stick_problem(error, folder) from error
    raise RoadError("code_centre")


def answer_request(road: Road, data: bytes, folder: Path, now: datetime) -> str:
    """The centre found a request on a stick: the answer is written beside it. The sentence. Raises RoadError."""
    accepted = accept_request(road, data, now)
    if accepted.settled:
        return (
            f"Pendaftaran {accepted.label} sudah selesai; berkas permintaannya boleh dihapus dari flashdisk."
        )
    name = f"{file_label(f'{road.label} {accepted.label}')}{REPLY}{ENDING}"
    path = put(folder, name, accepted.sealed)
    return f"Pendaftaran diterima. Bawa kembali berkas {path.name} ke kantor pendaftar."


def take_reply(road: Road, data: bytes, now: datetime) -> str:
    """The office found an answer on a stick: it is enrolled. The sentence. Raises RoadError (`stale_reply`: old)."""
    pending = remembered(road)
    if pending is None:
        raise RoadError("stale_reply")
    granted = finish(road, data, pending.centre, pending.address, now, pending.request)
    forget(road)
    return f"Kantor ini terdaftar di {granted.centre_label}."


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write one file to a stick. Raises CarrierError."""
    if not folder.is_dir():
        raise CarrierError("stick_missing", folder=folder.name or str(folder))
    try:
        write_whole(folder / name, data)
    except OSError as error:
        raise stick_problem(error, folder) from error
    return folder / name


def remember(road: Road, pending: Pending) -> None:
    """Keep an open request until its answer comes."""
    with road.journal.transaction():
        marks.put(road.db, PENDING, msgspec.json.encode(pending).decode())


def remembered(road: Road) -> Pending | None:
    """The open request of this office, if any."""
    text = marks.get(road.db, PENDING)
    return decode(text, Pending) if text else None


def forget(road: Road) -> None:
    """The request was answered."""
    with road.journal.transaction():
        marks.drop(road.db, PENDING)
