"""The journal kind of an imported KTP line: the case, and what the old register proves about the recording.

One entry for both, because they come from one line and twenty thousand lines come at once.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from app.casework.desk.events import ImportedCase, change_case, write_imported_cases
from app.core.messages import DispatchLine, LineTakenOver
from app.room import add_row_of, alter_row_of
from app.services.ktp.tables import Recording, RecordingSlot
from schema.database import Database, first_value
from schema.person_fields import PersonKey, PersonText
from sync.entries import NOBODY, Entry, Kind, to_utc_text
from sync.journal import ID_ROOM


class ProvenRecording(msgspec.Struct, frozen=True):
    """A recording that the register proves (SP 4.5: once in a lifetime): id, status, day, place and what to know."""

    id: int
    status: str
    on: str
    place: str
    note: PersonText


class KtpImported(msgspec.Struct, frozen=True, omit_defaults=True):
    case: ImportedCase
    recording: ProvenRecording | None = None


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
    nik: PersonKey
    status: str
    on: str
    place: str
    case_id: int | None = None
    ground: Literal["", "efac", "deletion_granted", "centre_refusal"] = ""
    note: PersonText = ""


def apply_scheduled(db: Database, entry: Entry) -> None:
    body: RecordingScheduled = entry.body
    RecordingSlot.put_from(db, body, on_date=body.on, attended=None, actor=entry.actor)
    change_case(db, entry, body.case_id)


def apply_imported_line(db: Database, entry: Entry) -> None:
    apply_imported_lines(db, [entry])


def apply_imported_lines(db: Database, entries: Sequence[Entry]) -> None:
    write_imported_cases(db, entries, [entry.body.case for entry in entries])
    recordings = [recording_row(entry, entry.body) for entry in entries if entry.body.recording]
    Recording.add_all(db, recordings)


def recording_row(entry: Entry, body: KtpImported) -> dict[str, Any]:
    proven = body.recording
    case = body.case
    own = {"nik": case.main_key, "case_id": case.id, "actor": entry.actor, "at": to_utc_text(entry.at)}
    if not proven:
        return {}
    return Recording.take(proven, on_date=proven.on, **own)


def recover_recording(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back the noted recording, so that a restored PC never asks for a second one (SP 4.5)."""
    if not body.recording or Recording.first(db, nik=body.main_key) is not None:
        return
    base = (entry.epoch - 1) * ID_ROOM
    newest = first_value(db, "SELECT max(id) FROM recording WHERE id > ? AND id <= ?", (base, base + ID_ROOM))
    Recording.add(
        db,
        id=(newest or base) + 1,
        nik=body.main_key,
        case_id=body.case_id,
        status=body.recording,
        on_date=body.recorded_on,
        place="",
        ground="",
        note="",
        actor=entry.actor,
        at=to_utc_text(entry.at),
    )


def recover_from_line(db: Database, entry: Entry) -> None:
    recover_recording(db, entry, entry.body)


def recover_from_taken_over(db: Database, entry: Entry) -> None:
    body: LineTakenOver = entry.body
    recover_recording(db, entry, replace(body.line, case_id=body.case_id))


KINDS = [
    Kind("recording.scheduled", 1, RecordingScheduled, apply_scheduled, NOBODY),
    Kind("recording.attended", 1, RecordingAttended, alter_row_of(RecordingSlot, key="case_id"), NOBODY),
    Kind("recording.noted", 1, RecordingNoted, add_row_of(Recording, on_date="on")),
    Kind("ktp.imported", 1, KtpImported, apply_imported_line, apply_many=apply_imported_lines),
]
