"""What a decided line of another PC of this office does to the tables. `apply` sees only the entry and the tables."""

from __future__ import annotations

from msgspec.structs import replace

from app.cases.events import Item, touch, way
from app.cases.rows import put_items
from app.cases.tables import CaseFile
from app.core.twin_messages import Given, TwinSentAgain, TwinSetAside, TwinTakenOver
from app.ktp.answer_events import Answer, put_line
from app.ktp.tables import Dispatch, DispatchLineRow, DispatchPick
from app.office.events import Number, use_number
from schema.database import Database
from sync.fork_events import put_decision
from sync.journal import Entry, Kind
from sync.line import stamp

REPLACED = "Diganti baris komputer lain kantor ini, yang sudah ada di pusat cetak."
MOVED_AWAY = "~"
"""After the place of an own line whose number the centre gave to another one: no answer can mean it any more."""


def apply_taken(db: Database, entry: Entry) -> None:
    """The case stands here under its new number: ready to be sent, or sent already where the centre works with it. A
    case that both PCs had before they parted is the same case, and keeps its number."""
    from app.ktp.events import recover_case, recover_recording  # events gathers the kinds of this module

    body: TwinTakenOver = entry.body
    sent_as = body.dispatch.text if body.dispatch else ""
    line = replace(body.line, case_id=body.case_id, number=body.number.text, step=body.step, place=body.papers,
                   dispatch_id=body.dispatch_id, dispatch=sent_as, code=body.code or body.line.code)  # fmt: skip
    if CaseFile.first(db, CaseFile.id == body.case_id) is None:
        recover_case(db, entry, line)
        put_items(db, entry, body.case_id, [Item(one, "present", "") for one in line.items],
                  line.completed_on or line.received_on)  # fmt: skip
        use_number(db, entry, number("case", body.number))
    else:
        DispatchPick.delete().where(DispatchPick.case_id == body.case_id).execute(db)
        touch(db, entry, body.case_id, step=body.step, place=body.papers)
    recover_recording(db, entry, line)
    way(db, entry, body.case_id, line.received_on, "taken_over", "", body.step,
        f"{body.line.number} ({body.place}): {body.note}")  # fmt: skip
    if body.dispatch:
        put_dispatch(db, entry, body, body.dispatch)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def put_dispatch(db: Database, entry: Entry, body: TwinTakenOver, given: Given) -> None:
    """A dispatch of its own for a line that the centre works with; its answers come under the place of the line."""
    line = body.line
    use_number(db, entry, number("dispatch", given))
    Dispatch.insert(id=body.dispatch_id, number=given.text, state="sent", drafted_on=line.sent_on, sent_on=line.sent_on,
                    drafted_by=entry.actor, count=1, confirmed_by=entry.actor).execute(db)  # fmt: skip
    move_away(db, body.place)
    DispatchLineRow.update(result="refused", reason=REPLACED, answered_at=stamp(entry.at)).where(
        DispatchLineRow.case_id == body.case_id, DispatchLineRow.result << ["waiting", "accepted"]
    ).execute(db)
    DispatchLineRow.insert(dispatch_id=body.dispatch_id, ordinal=1, case_id=body.case_id, line=body.place,
                           source=entry.source, again=line.again,
                           shipment=body.said.shipment if body.said else "").execute(db)  # fmt: skip
    if body.said:
        answer = Answer(body.said.result, "road", body.said.reason, body.said.serial, body.said.on or None,
                        body.said.biometric)  # fmt: skip
        put_line(db, entry, body.dispatch_id, 1, answer)
    touch(db, entry, body.case_id, place_number=given.text)


def number(series: str, given: Given) -> Number:
    """A number as the office's room keeps it."""
    return Number(series, given.year, given.n, given.text)


def move_away(db: Database, place: str) -> None:
    """Free the place of a line for the line that the centre holds there."""
    DispatchLineRow.update(line=place + MOVED_AWAY).where(DispatchLineRow.line == place).execute(db)


def apply_aside(db: Database, entry: Entry) -> None:
    body: TwinSetAside = entry.body
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_again(db: Database, entry: Entry) -> None:
    """The own case waits to be sent again; whatever was answered under its place was meant for another line."""
    body: TwinSentAgain = entry.body
    DispatchLineRow.update(
        line=body.place + MOVED_AWAY, result="refused", reason=body.reason, serial="", printed_on=None, biometric=0,
        answered_at=stamp(entry.at), answered_by="", shipment="", arrived_on=None,
    ).where(
        DispatchLineRow.line << [body.place, body.place + MOVED_AWAY], DispatchLineRow.case_id == body.case_id
    ).execute(db)  # fmt: skip
    case = CaseFile.first(db, CaseFile.id == body.case_id)
    if case is not None and not case.closed:
        touch(db, entry, body.case_id, step=body.step, place=body.papers, place_number="")
        way(db, entry, body.case_id, body.on, "sent_again", case.step, body.step, body.reason)
    put_decision(db, entry, body.place, body.hash, "again", "", body.reason)


TWIN_KINDS = [
    Kind("twin.taken_over", 1, TwinTakenOver, apply_taken, personal=True),
    Kind("twin.set_aside", 1, TwinSetAside, apply_aside),
    Kind("twin.sent_again", 1, TwinSentAgain, apply_again),
]
