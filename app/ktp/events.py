"""The journal kind of an imported KTP line: the case, and what the old register proves about the recording.

One entry for both, because they come from one line and twenty thousand lines come at once.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from app.core.messages import DispatchLine, LineTakenOver
from app.desk.events import change_case
from app.desk.imported_cases import ImportedCase, write_cases
from app.ktp.tables import Recording, RecordingSlot
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text
from sync.journal import ID_ROOM


class ProvenRecording(msgspec.Struct, frozen=True):
    """A recording that the register proves (SP 4.5: once in a lifetime): id, status, day, place and what to know."""

    id: int
    status: str
    on: str
    place: str
    note: str


class KtpImported(msgspec.Struct, frozen=True, omit_defaults=True):
    case: ImportedCase
    recording: ProvenRecording | None = None


def apply_imported_line(db: Database, entry: Entry) -> None:
    apply_imported_lines(db, [entry])


def apply_imported_lines(db: Database, entries: Sequence[Entry]) -> None:
    write_cases(db, entries, [entry.body.case for entry in entries])
    times = {at: to_utc_text(at) for at in {entry.at for entry in entries}}
    db.many(
        "INSERT INTO recording (id, nik, case_id, status, on_date, place, note, actor, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                proven.id,
                body.case.main_key,
                body.case.id,
                proven.status,
                proven.on,
                proven.place,
                proven.note,
                entry.actor,
                times[entry.at],
            )
            for entry in entries
            for body in [entry.body]
            if (proven := body.recording) is not None
        ],
    )


class RecordingScheduled(msgspec.Struct, frozen=True):
    case_id: int
    on: str
    slot: int


class RecordingAttended(msgspec.Struct, frozen=True):
    case_id: int
    attended: bool


class RecordingNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """Status, date and place of a recording (domain.md 3.1); `ground` allows a second one, with its reason."""

    id: int
    nik: str
    status: str
    on: str
    place: str
    case_id: int | None = None
    ground: Literal["", "efac", "deletion_granted", "centre_refusal"] = ""
    note: str = ""


def apply_scheduled(db: Database, entry: Entry) -> None:
    body: RecordingScheduled = entry.body
    RecordingSlot.replace(
        case_id=body.case_id, on_date=body.on, slot=body.slot, attended=None, actor=entry.actor
    ).execute(db)
    change_case(db, entry, body.case_id)


def apply_attended(db: Database, entry: Entry) -> None:
    body: RecordingAttended = entry.body
    RecordingSlot.update(attended=int(body.attended)).where(RecordingSlot.case_id == body.case_id).execute(db)


def apply_recording(db: Database, entry: Entry) -> None:
    apply_recordings(db, [entry])


def apply_recordings(db: Database, entries: Sequence[Entry]) -> None:
    """Many at once: an imported register knows whom it recorded."""
    times = {at: to_utc_text(at) for at in {entry.at for entry in entries}}
    db.many(
        "INSERT INTO recording (id, nik, case_id, status, on_date, place, ground, note, actor, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                body.id,
                body.nik,
                body.case_id,
                body.status,
                body.on,
                body.place,
                body.ground,
                body.note,
                entry.actor,
                times[entry.at],
            )
            for entry in entries
            for body in [entry.body]
        ],
    )


def recover_recording(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back the noted recording, so that a restored PC never asks for a second one (SP 4.5)."""
    if not body.recording or Recording.first(db, Recording.nik == body.main_key) is not None:
        return
    base = (entry.epoch - 1) * ID_ROOM
    row = db.one("SELECT max(id) FROM recording WHERE id > ? AND id <= ?", (base, base + ID_ROOM))
    number = ((row[0] if row else None) or base) + 1
    Recording.insert(
        id=number,
        nik=body.main_key,
        case_id=body.case_id,
        status=body.recording,
        on_date=body.recorded_on,
        place="",
        ground="",
        note="",
        actor=entry.actor,
        at=to_utc_text(entry.at),
    ).execute(db)


def recover_from_line(db: Database, entry: Entry) -> None:
    recover_recording(db, entry, entry.body)


def recover_from_taken_over(db: Database, entry: Entry) -> None:
    body: LineTakenOver = entry.body
    recover_recording(db, entry, replace(body.line, case_id=body.case_id))


ALSO = {"dispatch.line": recover_from_line, "twin.taken_over": recover_from_taken_over}
"""Kinds of the room that sends cases, and what they do to the recordings of this one besides."""

KINDS = [
    Kind("recording.scheduled", 1, RecordingScheduled, apply_scheduled),
    Kind("recording.attended", 1, RecordingAttended, apply_attended),
    Kind("recording.noted", 1, RecordingNoted, apply_recording, personal=True, apply_many=apply_recordings),
    Kind("ktp.imported", 1, KtpImported, apply_imported_line, personal=True, apply_many=apply_imported_lines),
]
