"""Journal kinds of what leaves for a partner and comes back. `apply` sees only the entry and the tables."""

import json
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from app.batches.answer_events import ANSWER_KINDS, Answer, put_answer_in_force
from app.batches.tables import (
    BalanceCheck,
    CardCall,
    CentreStateRow,
    Dispatch,
    DispatchLineRow,
    DispatchPick,
    HandOver,
    Shipment,
)
from app.core.messages import (
    FIRST_SERVICE,
    CentreState,
    DispatchLine,
    DispatchSent,
    GivenNumber,
    HeadsAnchored,
    RecallAsked,
    TwinSentAgain,
    TwinSetAside,
    TwinTakenOver,
)
from app.desk.events import Item, add_case_event, change_case, index_case, put_items
from app.desk.tables import CaseFile
from app.office.events import Number, use_number
from app.people.access_log import still_begins_with
from schema.database import Database
from sync.entries import AuthorityError, Entry, Kind, apply_nothing, to_utc_text
from sync.events import put_decision

IN_DISPATCH = "dispatch"
"""Place of the papers of a case that a dispatch holds; its number is the dispatch's."""


class DispatchDrafted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispatch gets its number and its ordered cases; the same id again replaces the order."""

    id: int
    number: Number
    on: str
    case_ids: list[int]
    service: str = FIRST_SERVICE


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


def apply_drafted(db: Database, entry: Entry) -> None:
    body: DispatchDrafted = entry.body
    Dispatch.insert(
        id=body.id,
        number=body.number.text,
        state="draft",
        drafted_on=body.on,
        drafted_by=entry.actor,
        service=body.service,
    ).on_conflict_ignore().execute(db)
    return_picked_papers(db, entry, body.id, body.number.text)
    for ordinal, case_id in enumerate(body.case_ids, 1):
        row = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (case_id,))
        place, number = row or ("", "")
        DispatchPick.insert(
            dispatch_id=body.id, ordinal=ordinal, case_id=case_id, place=place, place_number=number
        ).execute(db)
        change_case(db, entry, case_id, place=IN_DISPATCH, place_number=body.number.text)
    use_number(db, entry, body.number)


def return_picked_papers(db: Database, entry: Entry, dispatch_id: int, number: str) -> None:
    """Take all cases out of a draft; papers that lie in it go back to where they lay before."""
    for pick in DispatchPick.rows(db, DispatchPick.dispatch_id == dispatch_id):
        row = db.one("SELECT place, place_number FROM case_file WHERE id = ?", (pick.case_id,))
        if row == (IN_DISPATCH, number):
            change_case(db, entry, pick.case_id, place=pick.place, place_number=pick.place_number)
    DispatchPick.delete().where(DispatchPick.dispatch_id == dispatch_id).execute(db)


def apply_dropped(db: Database, entry: Entry) -> None:
    Dispatch.update(state="dropped").where(Dispatch.id == entry.body.id).execute(db)
    found = Dispatch.first(db, Dispatch.id == entry.body.id)
    return_picked_papers(db, entry, entry.body.id, found.number if found else "")


def apply_numbers(db: Database, entry: Entry) -> None:
    body: NumbersTaken = entry.body
    Dispatch.update(letter=body.letter.text, minutes=body.minutes.text).where(Dispatch.id == body.dispatch_id).execute(
        db
    )
    use_number(db, entry, body.letter)
    use_number(db, entry, body.minutes)


def apply_dispatch_line(db: Database, entry: Entry) -> None:
    """Our own line: sent now, or returned by the centre to a PC that lost its last days."""
    body: DispatchLine = entry.body
    recover_dispatch(db, entry, body)
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
    change_case(db, entry, body.case_id, step=body.step, place=body.place, place_number=body.dispatch)
    add_case_event(db, entry, body.case_id, body.sent_on, "sent", "dispatch", body.step, body.dispatch)


OTHER_CASE = "Baris ini milik berkas lain: di sini nomor atau NIK berkasnya berbeda. Cocokkan dengan kertasnya."
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


def recover_dispatch(db: Database, entry: Entry, body: DispatchLine) -> None:
    """Put back dispatch and case where a restored PC does not know them any more."""
    Dispatch.insert(
        id=body.dispatch_id,
        number=body.dispatch,
        state="draft",
        drafted_on=body.sent_on,
        drafted_by=entry.actor,
        service=body.service,
    ).on_conflict_ignore().execute(db)
    recover_case(db, entry, body)


def recover_case(db: Database, entry: Entry, body: DispatchLine) -> None:
    if CaseFile.first(db, CaseFile.id == body.case_id) is None:
        insert_recovered(db, entry, body)
    if body.completed_on and body.due_on:
        CaseFile.update(completed_on=body.completed_on, due_on=body.due_on).where(
            CaseFile.id == body.case_id, CaseFile.completed_on.is_null()
        ).execute(db)


def insert_recovered(db: Database, entry: Entry, body: DispatchLine) -> None:
    """The case without its promise, which is written to it afterwards (its deadline follows that)."""
    at = to_utc_text(entry.at)
    CaseFile.insert(
        id=body.case_id,
        service=body.service,
        revision=body.revision,
        number=body.number,
        code=body.code,
        kind=body.kind,
        name=body.name,
        area=body.area,
        main_key=body.main_key,
        birth_on=body.fields.get("birth_on"),
        phone=body.fields.get("phone", ""),
        fields=json.dumps(body.fields, ensure_ascii=False),
        step=body.step,
        closed=0,
        place=body.place,
        received_on=body.received_on,
        entered_at=at,
        entered_by=entry.actor,
        late_reason="",
        changed_at=at,
        origin="recovered",
    ).execute(db)
    keys = [(name, body.fields[name]) for name in ("nik", "kk") if body.fields.get(name)]
    index_case(db, body.case_id, body.name, keys, [])


def apply_sent(db: Database, entry: Entry) -> None:
    body: DispatchSent = entry.body
    Dispatch.update(
        state="sent",
        sent_on=body.on,
        count=body.count,
        digest=body.digest,
        letter=body.letter,
        minutes=body.minutes,
        confirmed_by=body.confirmed_by,
        road=body.road,
    ).where(Dispatch.id == body.dispatch_id).execute(db)


def apply_recall(db: Database, entry: Entry) -> None:
    body: RecallAsked = entry.body
    DispatchLineRow.update(recall=body.reason).where(DispatchLineRow.line == body.line).execute(db)


def apply_centre_state(db: Database, entry: Entry) -> None:
    body: CentreState = entry.body
    CentreStateRow.replace(name=entry.source, blanks=body.blanks, queue=body.queue, as_of=body.as_of).execute(db)


def apply_balance(db: Database, entry: Entry) -> None:
    body: BalanceChecked = entry.body
    for dispatch_id, sent, printed, refused, waiting in body.dispatches:
        BalanceCheck.replace(
            on_date=body.on,
            dispatch_id=dispatch_id,
            sent=sent,
            printed=printed,
            refused=refused,
            waiting=waiting,
            agrees=int(sent == printed + refused + waiting),
        ).execute(db)


class ShipmentCounted(msgspec.Struct, frozen=True):
    """A shipment as counted on arrival; what differs from the shipping list stands in the note."""

    shipment: str
    sent_on: str
    expected: int
    counted: int
    on: str
    note: str


class CardArrived(msgspec.Struct, frozen=True):
    case_id: int
    dispatch_id: int
    ordinal: int
    on: str


class ApplicantCalled(msgspec.Struct, frozen=True):
    """One attempt to call the applicant by hand: phone, message, village or visit."""

    case_id: int
    means: str
    reached: bool
    note: str


class CardHandedOver(msgspec.Struct, frozen=True):
    """Handed over once: to whom, in which relation, on whose authority, and what was surrendered."""

    case_id: int
    receiver: str
    relation: str
    authority: str
    surrendered: str
    on: str


class CardMisprinted(msgspec.Struct, frozen=True):
    """A misprint, found at arrival, hand-over or later: the card is surrendered and printed again, free of charge."""

    case_id: int
    dispatch_id: int
    ordinal: int
    reason: str
    on: str


def apply_counted(db: Database, entry: Entry) -> None:
    body: ShipmentCounted = entry.body
    Shipment.insert(number=body.shipment, sent_on=body.sent_on, count=body.expected).on_conflict_ignore().execute(db)
    Shipment.update(counted=body.counted, arrived_on=body.on, note=body.note).where(
        Shipment.number == body.shipment
    ).execute(db)


def apply_card_arrived(db: Database, entry: Entry) -> None:
    body: CardArrived = entry.body
    DispatchLineRow.update(arrived_on=body.on).where(
        DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    ).execute(db)


def apply_called(db: Database, entry: Entry) -> None:
    body: ApplicantCalled = entry.body
    CardCall.insert(
        case_id=body.case_id,
        at=to_utc_text(entry.at),
        means=body.means,
        reached=int(body.reached),
        note=body.note,
        actor=entry.actor,
    ).execute(db)


def apply_handed_over(db: Database, entry: Entry) -> None:
    body: CardHandedOver = entry.body
    HandOver.insert(
        case_id=body.case_id,
        receiver=body.receiver,
        relation=body.relation,
        authority=body.authority,
        surrendered=body.surrendered,
        on_date=body.on,
        at=to_utc_text(entry.at),
        actor=entry.actor,
    ).execute(db)


def apply_misprinted(db: Database, entry: Entry) -> None:
    body: CardMisprinted = entry.body
    DispatchLineRow.update(misprint=body.reason).where(
        DispatchLineRow.dispatch_id == body.dispatch_id, DispatchLineRow.ordinal == body.ordinal
    ).execute(db)
    HandOver.update(returned_on=body.on).where(
        HandOver.case_id == body.case_id, HandOver.returned_on.is_null()
    ).execute(db)


CARD_KINDS = [
    Kind("shipment.counted", 1, ShipmentCounted, apply_counted),
    Kind("card.arrived", 1, CardArrived, apply_card_arrived),
    Kind("card.called", 1, ApplicantCalled, apply_called, personal=True),
    Kind("card.handed_over", 1, CardHandedOver, apply_handed_over, personal=True),
    Kind("card.misprinted", 1, CardMisprinted, apply_misprinted),
]

REPLACED = "Diganti baris komputer lain kantor ini, yang sudah ada di pusat cetak."
MOVED_AWAY = "~"
"""After the place of an own line whose number the centre gave to another one: no answer can mean it any more."""


def apply_taken_over(db: Database, entry: Entry) -> None:
    """The case stands here under its new number: ready to be sent, or sent already where the centre works with it. A
    case that both PCs had before they parted is the same case, and keeps its number."""
    body: TwinTakenOver = entry.body
    sent_as = body.dispatch.text if body.dispatch else ""
    line = replace(
        body.line,
        case_id=body.case_id,
        number=body.number.text,
        step=body.step,
        place=body.papers,
        dispatch_id=body.dispatch_id,
        dispatch=sent_as,
        code=body.code or body.line.code,
    )
    if CaseFile.first(db, CaseFile.id == body.case_id) is None:
        recover_case(db, entry, line)
        put_items(
            db,
            entry,
            body.case_id,
            [Item(one, "present", "") for one in line.items],
            line.completed_on or line.received_on,
        )
        use_number(db, entry, to_number("case", body.number))
    else:
        DispatchPick.delete().where(DispatchPick.case_id == body.case_id).execute(db)
        change_case(db, entry, body.case_id, step=body.step, place=body.papers)
    add_case_event(
        db,
        entry,
        body.case_id,
        line.received_on,
        "taken_over",
        "",
        body.step,
        f"{body.line.number} ({body.place}): {body.note}",
    )
    if body.dispatch:
        put_dispatch_of_line(db, entry, body, body.dispatch)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def put_dispatch_of_line(db: Database, entry: Entry, body: TwinTakenOver, given: GivenNumber) -> None:
    """A dispatch of its own for a line that the centre works with; its answers come under the place of the line."""
    line = body.line
    use_number(db, entry, to_number("dispatch", given))
    Dispatch.insert(
        id=body.dispatch_id,
        number=given.text,
        state="sent",
        drafted_on=line.sent_on,
        sent_on=line.sent_on,
        drafted_by=entry.actor,
        count=1,
        confirmed_by=entry.actor,
        service=line.service,
    ).execute(db)
    free_line_place(db, body.place)
    DispatchLineRow.update(result="refused", reason=REPLACED, answered_at=to_utc_text(entry.at)).where(
        DispatchLineRow.case_id == body.case_id, DispatchLineRow.result << ["waiting", "accepted"]
    ).execute(db)
    DispatchLineRow.insert(
        dispatch_id=body.dispatch_id,
        ordinal=1,
        case_id=body.case_id,
        line=body.place,
        source=entry.source,
        again=line.again,
        shipment=body.said.shipment if body.said else "",
    ).execute(db)
    if body.said:
        answer = Answer(
            body.said.result, "road", body.said.reason, body.said.serial, body.said.on or None, body.said.biometric
        )
        put_answer_in_force(db, entry, body.dispatch_id, 1, answer)
    change_case(db, entry, body.case_id, place_number=given.text)


def to_number(series: str, given: GivenNumber) -> Number:
    return Number(series, given.year, given.n, given.text)


def free_line_place(db: Database, place: str) -> None:
    """Free the place of a line for the line that the centre holds there."""
    DispatchLineRow.update(line=place + MOVED_AWAY).where(DispatchLineRow.line == place).execute(db)


def apply_set_aside(db: Database, entry: Entry) -> None:
    body: TwinSetAside = entry.body
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_sent_again(db: Database, entry: Entry) -> None:
    """The own case waits to be sent again; whatever was answered under its place was meant for another line."""
    body: TwinSentAgain = entry.body
    DispatchLineRow.update(
        line=body.place + MOVED_AWAY,
        result="refused",
        reason=body.reason,
        serial="",
        printed_on=None,
        biometric=0,
        answered_at=to_utc_text(entry.at),
        answered_by="",
        shipment="",
        arrived_on=None,
    ).where(
        DispatchLineRow.line << [body.place, body.place + MOVED_AWAY], DispatchLineRow.case_id == body.case_id
    ).execute(db)
    case = CaseFile.first(db, CaseFile.id == body.case_id)
    if case is not None and not case.closed:
        change_case(db, entry, body.case_id, step=body.step, place=body.papers, place_number="")
        add_case_event(db, entry, body.case_id, body.on, "sent_again", case.step, body.step, body.reason)
    put_decision(db, entry, body.place, body.hash, "again", "", body.reason)


TWIN_KINDS = [
    Kind("twin.taken_over", 1, TwinTakenOver, apply_taken_over, personal=True),
    Kind("twin.set_aside", 1, TwinSetAside, apply_set_aside),
    Kind("twin.sent_again", 1, TwinSentAgain, apply_sent_again),
]


def check_anchored_log(db: Database, entry: Entry) -> str:
    """A sentence that names the day whose access log no longer fits an anchor of our own, or nothing."""
    body: HeadsAnchored = entry.body
    if still_begins_with(db, date.fromisoformat(body.on), body.access_log):
        return ""
    return f"Log akses tanggal {body.on} tidak sama dengan sidik harian pada baris {entry.line_id}."


KINDS = [
    Kind("dispatch.drafted", 1, DispatchDrafted, apply_drafted),
    Kind("dispatch.dropped", 1, DispatchDropped, apply_dropped),
    Kind("dispatch.numbered", 1, NumbersTaken, apply_numbers),
    Kind("dispatch.line", 1, DispatchLine, apply_dispatch_line, personal=True, check=check_returned),
    Kind("dispatch.sent", 1, DispatchSent, apply_sent),
    Kind("dispatch.balanced", 1, BalanceChecked, apply_balance),
    Kind("line.recall_asked", 1, RecallAsked, apply_recall),
    Kind("centre.state", 1, CentreState, apply_centre_state),
    Kind("heads.anchored", 1, HeadsAnchored, apply_nothing, proved_by=check_anchored_log),
    *ANSWER_KINDS,
    *CARD_KINDS,
    *TWIN_KINDS,
]
