"""Journal kinds of this room: recording, dispatch, answers, cards. `apply` sees only the entry and the tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from app.cases.events import index_case, touch, way
from app.cases.tables import CaseFile
from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    HeadsAnchored,
    RecallAsked,
)
from app.ktp.anchors import check_anchor
from app.ktp.answer_events import ANSWER_KINDS
from app.ktp.card_events import CARD_KINDS
from app.ktp.import_events import IMPORT_KINDS
from app.ktp.tables import (
    BalanceCheck,
    CentreStateRow,
    Dispatch,
    DispatchLineRow,
    DispatchPick,
    Recording,
    RecordingSlot,
)
from app.ktp.twin_events import TWIN_KINDS
from app.office.events import Number, use_number
from schema.database import Database
from sync.authority import AuthorityError
from sync.journal import ID_ROOM, Entry, Kind, nothing
from sync.line import stamp

IN_DISPATCH = "dispatch"
"""Place of the papers of a case that a dispatch holds; its number is the dispatch's."""


class RecordingScheduled(msgspec.Struct, frozen=True):
    """An appointment for the recording: day and place in that day's queue."""

    case_id: int
    on: str
    slot: int


class RecordingAttended(msgspec.Struct, frozen=True):
    """Whether the applicant came."""

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


class DispatchDrafted(msgspec.Struct, frozen=True):
    """A dispatch gets its number and its ordered cases; the same id again replaces the order."""

    id: int
    number: Number
    on: str
    case_ids: list[int]


class DispatchDropped(msgspec.Struct, frozen=True):
    """A draft is given up; its number stays used."""

    id: int
    reason: str


class NumbersTaken(msgspec.Struct, frozen=True):
    """Letter and minutes numbers of a dispatch, taken at its closing."""

    dispatch_id: int
    letter: Number
    minutes: Number


class BalanceChecked(msgspec.Struct, frozen=True):
    """The day's check of every open dispatch: (id, sent, printed, refused, waiting)."""

    on: str
    dispatches: list[tuple[int, int, int, int, int]]


def apply_scheduled(db: Database, entry: Entry) -> None:
    body: RecordingScheduled = entry.body
    RecordingSlot.replace(case_id=body.case_id, on_date=body.on, slot=body.slot, attended=None,
                          actor=entry.actor).execute(db)  # fmt: skip
    touch(db, entry, body.case_id)


def apply_attended(db: Database, entry: Entry) -> None:
    body: RecordingAttended = entry.body
    RecordingSlot.update(attended=int(body.attended)).where(RecordingSlot.case_id == body.case_id).execute(db)


def apply_recording(db: Database, entry: Entry) -> None:
    apply_recordings(db, [entry])


def apply_recordings(db: Database, entries: Sequence[Entry]) -> None:
    """Many at once: an imported register knows whom it recorded."""
    times = {at: stamp(at) for at in {entry.at for entry in entries}}
    db.many(
        "INSERT INTO recording (id, nik, case_id, status, on_date, place, ground, note, actor, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(body.id, body.nik, body.case_id, body.status, body.on, body.place, body.ground, body.note, entry.actor,
          times[entry.at]) for entry in entries for body in [entry.body]],
    )  # fmt: skip


def apply_drafted(db: Database, entry: Entry) -> None:
    body: DispatchDrafted = entry.body
    Dispatch.insert(id=body.id, number=body.number.text, state="draft", drafted_on=body.on,
                    drafted_by=entry.actor).on_conflict_ignore().execute(db)  # fmt: skip
    put_back(db, entry, body.id, body.number.text)
    for ordinal, case_id in enumerate(body.case_ids, 1):
        row = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (case_id,))
        place, number = row or ("", "")
        DispatchPick.insert(dispatch_id=body.id, ordinal=ordinal, case_id=case_id, place=place,
                            place_number=number).execute(db)  # fmt: skip
        touch(db, entry, case_id, place=IN_DISPATCH, place_number=body.number.text)
    use_number(db, entry, body.number)


def put_back(db: Database, entry: Entry, dispatch_id: int, number: str) -> None:
    """Take all cases out of a draft; papers that lie in it go back to where they lay before."""
    for pick in DispatchPick.rows(db, DispatchPick.dispatch_id == dispatch_id):
        row = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (pick.case_id,))
        if row == (IN_DISPATCH, number):
            touch(db, entry, pick.case_id, place=pick.place, place_number=pick.place_number)
    DispatchPick.delete().where(DispatchPick.dispatch_id == dispatch_id).execute(db)


def apply_dropped(db: Database, entry: Entry) -> None:
    Dispatch.update(state="dropped").where(Dispatch.id == entry.body.id).execute(db)
    found = Dispatch.first(db, Dispatch.id == entry.body.id)
    put_back(db, entry, entry.body.id, found.number if found else "")


def apply_numbers(db: Database, entry: Entry) -> None:
    body: NumbersTaken = entry.body
    Dispatch.update(letter=body.letter.text, minutes=body.minutes.text).where(
        Dispatch.id == body.dispatch_id
    ).execute(db)
    use_number(db, entry, body.letter)
    use_number(db, entry, body.minutes)


def apply_line(db: Database, entry: Entry) -> None:
    """Our own line: sent now, or returned by the centre to a PC that lost its last days."""
    body: DispatchLine = entry.body
    recover(db, entry, body)
    recover_recording(db, entry, body)
    pick = DispatchPick.first(db, DispatchPick.case_id == body.case_id)
    row: dict[str, Any] = {"dispatch_id": body.dispatch_id, "ordinal": body.ordinal, "case_id": body.case_id}
    DispatchLineRow.insert(
        **row,
        line=entry.line_id,
        source=entry.source,
        again=body.again,
        folder=pick.place_number if pick else "",
    ).on_conflict_ignore().execute(db)
    DispatchPick.delete().where(DispatchPick.case_id == body.case_id).execute(db)
    touch(db, entry, body.case_id, step=body.step, place=body.place, place_number=body.dispatch)
    way(db, entry, body.case_id, body.sent_on, "sent", "dispatch", body.step, body.dispatch)


OTHER_CASE = (
    "Baris ini milik berkas lain: di sini nomor atau NIK berkasnya berbeda. Cocokkan dengan kertasnya."
)
NUMBER_TAKEN = "Nomor berkas baris ini di sini sudah dipakai berkas lain. Cocokkan dengan kertasnya."
OTHER_DISPATCH = "Pengiriman baris ini di sini sudah dipakai untuk baris lain. Cocokkan dengan kertasnya."


def check_returned(db: Database, entry: Entry) -> None:
    """A returned line belongs to the case here that has its id, its number and its NIK, or to none yet.

    Raises AuthorityError: two PCs of one office may have given one id or number to two people.
    """
    body: DispatchLine = entry.body
    case = CaseFile.first(db, CaseFile.id == body.case_id)
    if case and (case.number, case.main_key) != (body.number, body.main_key):
        raise AuthorityError(OTHER_CASE)
    if case is None and CaseFile.first(db, CaseFile.number == body.number):
        raise AuthorityError(NUMBER_TAKEN)
    dispatch = Dispatch.first(db, (Dispatch.id == body.dispatch_id) | (Dispatch.number == body.dispatch))
    row = DispatchLineRow.first(
        db, DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    )
    if (dispatch and (dispatch.id, dispatch.number) != (body.dispatch_id, body.dispatch)) or (
        row and row.line != entry.line_id
    ):
        raise AuthorityError(OTHER_DISPATCH)


def recover(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back dispatch and case where a restored PC does not know them any more."""
    Dispatch.insert(id=body.dispatch_id, number=body.dispatch, state="draft", drafted_on=body.sent_on,
                    drafted_by=entry.actor).on_conflict_ignore().execute(db)  # fmt: skip
    recover_case(db, entry, body)


def recover_case(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back the case of a line, if it is not here."""
    if CaseFile.first(db, CaseFile.id == body.case_id) is not None:
        if body.completed_on and body.due_on:
            CaseFile.update(completed_on=body.completed_on, due_on=body.due_on).where(
                CaseFile.id == body.case_id, CaseFile.completed_on.is_null()
            ).execute(db)
        return
    at = stamp(entry.at)
    CaseFile.insert(
        id=body.case_id, service=body.service, revision=body.revision, number=body.number, code=body.code,
        kind=body.kind, name=body.name, area=body.area, main_key=body.main_key,
        birth_on=body.fields.get("birth_on"), phone=body.fields.get("phone", ""),
        fields=json.dumps(body.fields, ensure_ascii=False), step=body.step, closed=0, place=body.place,
        received_on=body.received_on, entered_at=at, entered_by=entry.actor, late_reason="",
        completed_on=body.completed_on or None, due_on=body.due_on or None, changed_at=at, origin="recovered",
    ).execute(db)  # fmt: skip
    keys = [(name, body.fields[name]) for name in ("nik", "kk") if body.fields.get(name)]
    index_case(db, body.case_id, body.name, keys, [])


def recover_recording(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back the noted recording, so that a restored PC never asks for a second one (SP 4.5)."""
    if not body.recording or Recording.first(db, Recording.nik == body.main_key) is not None:
        return
    base = (entry.epoch - 1) * ID_ROOM
    row = db.one("SELECT max(id) FROM recording WHERE id > ? AND id <= ?", (base, base + ID_ROOM))
    number = ((row[0] if row else None) or base) + 1
    Recording.insert(id=number, nik=body.main_key, case_id=body.case_id, status=body.recording,
                     on_date=body.recorded_on, place="", ground="", note="", actor=entry.actor,
                     at=stamp(entry.at)).execute(db)  # fmt: skip


def apply_sent(db: Database, entry: Entry) -> None:
    body: DispatchSent = entry.body
    Dispatch.update(state="sent", sent_on=body.on, count=body.count, digest=body.digest, letter=body.letter,
                    minutes=body.minutes, confirmed_by=body.confirmed_by, road=body.road).where(
        Dispatch.id == body.dispatch_id
    ).execute(db)  # fmt: skip


def apply_recall(db: Database, entry: Entry) -> None:
    body: RecallAsked = entry.body
    DispatchLineRow.update(recall=body.reason).where(DispatchLineRow.line == body.line).execute(db)


def apply_centre_state(db: Database, entry: Entry) -> None:
    body: CentreState = entry.body
    CentreStateRow.replace(name=entry.source, blanks=body.blanks, queue=body.queue, as_of=body.as_of).execute(
        db
    )


def apply_balance(db: Database, entry: Entry) -> None:
    body: BalanceChecked = entry.body
    for dispatch_id, sent, printed, refused, waiting in body.dispatches:
        BalanceCheck.replace(on_date=body.on, dispatch_id=dispatch_id, sent=sent, printed=printed, refused=refused,
                             waiting=waiting, agrees=int(sent == printed + refused + waiting)).execute(db)  # fmt: skip


KINDS = [
    Kind("recording.scheduled", 1, RecordingScheduled, apply_scheduled),
    Kind("recording.attended", 1, RecordingAttended, apply_attended),
    Kind("recording.noted", 1, RecordingNoted, apply_recording, personal=True, apply_many=apply_recordings),
    Kind("dispatch.drafted", 1, DispatchDrafted, apply_drafted),
    Kind("dispatch.dropped", 1, DispatchDropped, apply_dropped),
    Kind("dispatch.numbered", 1, NumbersTaken, apply_numbers),
    Kind("dispatch.line", 1, DispatchLine, apply_line, personal=True, check=check_returned),
    Kind("dispatch.sent", 1, DispatchSent, apply_sent),
    Kind("dispatch.balanced", 1, BalanceChecked, apply_balance),
    Kind("line.recall_asked", 1, RecallAsked, apply_recall),
    Kind("centre.state", 1, CentreState, apply_centre_state),
    Kind("heads.anchored", 1, HeadsAnchored, nothing, proved_by=check_anchor),
    *ANSWER_KINDS,
    *CARD_KINDS,
    *IMPORT_KINDS,
    *TWIN_KINDS,
]
