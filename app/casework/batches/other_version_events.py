"""What a decision on a line of another PC does: taken over, set aside, sent again."""

from msgspec.structs import replace

from app.casework.batches import events, receipts
from app.casework.batches.events import put_answer_in_force, recover_case, to_answer
from app.casework.batches.tables import OPEN, Dispatch, DispatchLineRow, DispatchPick
from app.casework.desk.events import Item, add_case_event, change_case, put_items
from app.casework.desk.tables import CaseFile
from app.core.messages import GivenNumber, LineSentAgain, LineSetAside, LineTakenOver
from app.platform.office.events import Number, put_deadlines, use_number
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text
from sync.events import put_decision

REPLACED = "Diganti baris komputer lain kantor ini, yang sudah ada di mitra."
MOVED_AWAY = "~"
"""After the place of an own line whose number the centre gave to another one: no answer can mean it any more."""


def apply_taken_over(db: Database, entry: Entry) -> None:
    """The case stands here under its new number: ready to be sent, or sent already where the centre works with it. A
    case that both PCs had before they parted is the same case, and keeps its number."""
    body: LineTakenOver = entry.body
    dispatch = ""
    if body.dispatch:
        dispatch = body.dispatch.text
    line = replace(
        body.line,
        case_id=body.case_id,
        number=body.number.text,
        step=body.step,
        place=body.papers,
        dispatch_id=body.dispatch_id,
        dispatch=dispatch,
        code=body.code or body.line.code,
    )
    if CaseFile.first(db, id=body.case_id) is None:
        recover_case(db, entry, line)
        items = [Item(item, "present", "") for item in line.items]
        put_items(db, entry, body.case_id, items, line.completed_on or line.received_on)
        use_number(db, entry, to_number("case", body.number))
    else:
        DispatchPick.remove(db, case_id=body.case_id)
        change_case(db, entry, body.case_id, step=body.step, place=body.papers)
    put_deadlines(db, f"case/{body.case_id}", body.deadlines)
    note = f"{body.line.number} ({body.place}): {body.note}"
    add_case_event(db, entry, body.case_id, line.received_on, "taken_over", "", body.step, note)
    if body.dispatch:
        put_dispatch_of_line(db, entry, body, body.dispatch)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def put_dispatch_of_line(db: Database, entry: Entry, body: LineTakenOver, given: GivenNumber) -> None:
    """A dispatch of its own for a line that the centre works with; its answers come under the place of the line."""
    line = body.line
    use_number(db, entry, to_number("dispatch", given))
    Dispatch.add(
        db,
        id=body.dispatch_id,
        number=given.text,
        state="sent",
        drafted_on=line.sent_on,
        sent_on=line.sent_on,
        drafted_by=entry.actor,
        count=1,
        confirmed_by=entry.actor,
        service=line.service,
    )
    DispatchLineRow.alter(db, {"line": body.place}, line=body.place + MOVED_AWAY)
    replaced = {"result": "refused", "reason": REPLACED, "answered_at": to_utc_text(entry.at)}
    DispatchLineRow.alter(db, {"case_id": body.case_id, "result": OPEN}, **replaced)
    shipment = ""
    if body.said:
        shipment = body.said.shipment
    own = {"line": body.place, "source": entry.source, "again": line.again, "shipment": shipment}
    DispatchLineRow.add(db, dispatch_id=body.dispatch_id, ordinal=1, case_id=body.case_id, **own)
    if body.said:
        put_answer_in_force(db, entry, body.dispatch_id, 1, to_answer(body.said, body.said.result, "road"))
    change_case(db, entry, body.case_id, place_number=given.text)


def to_number(series: str, given: GivenNumber) -> Number:
    return Number(series, given.year, given.n, given.text)


def apply_set_aside(db: Database, entry: Entry) -> None:
    body: LineSetAside = entry.body
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_sent_again(db: Database, entry: Entry) -> None:
    body: LineSentAgain = entry.body
    unanswered = {"serial": "", "printed_on": None, "biometric": 0, "answered_by": ""}
    DispatchLineRow.alter(
        db,
        {"line": (body.place, body.place + MOVED_AWAY), "case_id": body.case_id},
        line=body.place + MOVED_AWAY,
        result="refused",
        reason=body.reason,
        answered_at=to_utc_text(entry.at),
        shipment="",
        arrived_on=None,
        **unanswered,
    )
    case = CaseFile.first(db, id=body.case_id)
    if case is not None and not case.closed:
        change_case(db, entry, body.case_id, step=body.step, place=body.papers, place_number="")
        put_deadlines(db, f"case/{body.case_id}", body.deadlines)
        add_case_event(db, entry, body.case_id, body.on, "sent_again", case.step, body.step, body.reason)
    put_decision(db, entry, body.place, body.hash, "again", "", body.reason)


KINDS = [
    *events.KINDS,
    *receipts.KINDS,
    Kind("twin.taken_over", 1, LineTakenOver, apply_taken_over),
    Kind("twin.set_aside", 1, LineSetAside, apply_set_aside),
    Kind("twin.sent_again", 1, LineSentAgain, apply_sent_again),
]
