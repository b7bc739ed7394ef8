"""The journal kind of an imported KTP line: the case, and what the old register proves about the recording.

One entry for both, because they come from one line and twenty thousand lines come at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.cases.imported import ImportedCase, write_cases
from schema.database import Database
from sync.journal import Entry, Kind
from sync.line import stamp


class ProvenRecording(msgspec.Struct, frozen=True):
    """A recording that the register proves (SP 4.5: once in a lifetime): id, status, day, place and what to know."""

    id: int
    status: str
    on: str
    place: str
    note: str


class KtpImported(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of an old KTP register became a case."""

    case: ImportedCase
    recording: ProvenRecording | None = None


def apply_imported(db: Database, entry: Entry) -> None:
    """One line; a whole batch goes through :func:`apply_many`."""
    apply_many(db, [entry])


def apply_many(db: Database, entries: Sequence[Entry]) -> None:
    """The cases of a batch, then the recordings that their lines prove."""
    write_cases(db, entries, [entry.body.case for entry in entries])
    times = {at: stamp(at) for at in {entry.at for entry in entries}}
    db.many(
        "INSERT INTO recording (id, nik, case_id, status, on_date, place, note, actor, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(proven.id, body.case.main_key, body.case.id, proven.status, proven.on, proven.place, proven.note,
          entry.actor, times[entry.at])
         for entry in entries for body in [entry.body] if (proven := body.recording) is not None],
    )  # fmt: skip


IMPORT_KINDS = [Kind("ktp.imported", 1, KtpImported, apply_imported, personal=True, apply_many=apply_many)]
