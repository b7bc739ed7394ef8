"""Journal kinds of the print centre. `apply` sees only the entry and the tables.

Entries about a line stand in the stream of its office (`entry.stream` is the office's code for our own entries,
`entry.source` for the office's), so each lane can be replayed by itself.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from app.centre.anchors import apply_anchored
from app.centre.blanks import move_blanks
from app.centre.originals import KINDS as ORIGINAL_KINDS
from app.centre.public_states import apply_published
from app.centre.tables import (
    BlankCount,
    CentreOffice,
    CentreSetting,
    IncomingDispatch,
    IncomingLine,
    LineCount,
    LineRelease,
    LineValue,
    OfficeLineCount,
    OfficeRecap,
    OutgoingShipment,
    PendingDecision,
    StateTold,
)
from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    HeadsAnchored,
    LineAccepted,
    LinePrinted,
    LineRefused,
    LineSentAgain,
    LineSetAside,
    LineSpoiled,
    LineTakenOver,
    PaperAnswered,
    RecallAsked,
    RecapPublished,
    ShipmentSent,
    StatePublished,
    dispatch_digest,
)
from app.room import AT, BY, LINE, ON, SOURCE, STREAM, add_row_of, put_row_of, stamp_row_of
from schema.database import Database, to_stored_value
from schema.struct_rows import select_structs
from schema.structs import decode_json
from schema.zone import use_zone
from sync.entries import NO_LINE, NOBODY, AuthorityError, Entry, Kind, check_line, parse_utc_text
from sync.events import put_decision

SENT_TWICE = (
    "Berkas {number} sudah ada di pusat, dikirim lebih dulu (mungkin oleh komputer lain kantor ini). Baris kedua "
    "tidak dipakai, supaya kartunya tidak dicetak dua kali."
)
Values = dict[str, Any]
UNDECIDED_STATES = ("waiting", "accepted")
"""States in which a line still waits for work; with printed (and shipped) and refused they make up the whole. A line
in state `paper` went on paper and never needs it."""


class CentreSetUp(msgspec.Struct, frozen=True):
    settings: dict[str, str]


class CentreSettingChanged(CentreSetUp, frozen=True):
    """Other values for some of them."""


class OfficeInvited(msgspec.Struct, frozen=True):
    """An office was given an enrolment code; the code itself never enters the journal."""

    code: str
    name: str


class ShipmentListPrinted(msgspec.Struct, frozen=True):
    """The list that goes with a shipment was printed, and what it said (a digest)."""

    office: str
    shipment: str
    content: str


class LineReleased(msgspec.Struct, frozen=True):
    """A line that was held back since the centre came back (in `return_epoch`) may be worked on, and why."""

    line: str
    return_epoch: int
    reason: str


class StoredLine(msgspec.Struct, frozen=True):
    """What the digest of a dispatch reads of a line that is here."""

    line: str
    ordinal: int
    main_key: str
    number: str


MOST_LINES = 3000
"""Lines of a dispatch whose digest is compared; an office sends some dozens in one."""


# -- what comes in ---------------------------------------------------------------------------------------------


def apply_line(db: Database, entry: Entry) -> None:
    apply_lines(db, [entry])


def apply_lines(db: Database, entries: Sequence[Entry]) -> None:
    """A run of lines, table by table: a dispatch comes in hundreds."""
    dispatches: dict[tuple[str, int], list[Entry]] = {}
    for entry in entries:
        dispatches.setdefault((entry.source, entry.body.dispatch_id), []).append(entry)
    heads = [
        {
            "source": source,
            "dispatch_id": dispatch_id,
            "number": ours[-1].body.dispatch,
            "sent_on": ours[-1].body.sent_on,
        }
        for (source, dispatch_id), ours in dispatches.items()
    ]
    IncomingDispatch.add_all(db, heads, "DO NOTHING")
    moments = {at: to_stored_value(at) for at in {entry.at for entry in entries}}
    IncomingLine.add_all(db, [line_values(entry, moments[entry.at]) for entry in entries])
    for where, ours in dispatches.items():
        db.run("UPDATE incoming_dispatch SET held = held + ? WHERE source = ? AND dispatch_id = ?", (len(ours), *where))
        count_in(db, *where, "waiting", len(ours))
    apply_waiting_decisions(db, entries)
    for where, ours in dispatches.items():
        compare_dispatch(db, *where, [entry.line_id for entry in ours])


ADD_LINES = (
    "INSERT INTO line_count (source, dispatch_id, state, lines) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (source, dispatch_id, state) DO UPDATE SET lines = line_count.lines + excluded.lines"
)
ADD_OFFICE_LINES = (
    "INSERT INTO office_line_count (source, state, lines) VALUES (?, ?, ?)"
    " ON CONFLICT (source, state) DO UPDATE SET lines = office_line_count.lines + excluded.lines"
)


def count_in(db: Database, source: str, dispatch_id: int, state: str, lines: int) -> None:
    if lines:
        db.run(ADD_LINES, (source, dispatch_id, state, lines))
        db.run(ADD_OFFICE_LINES, (source, state, lines))


def count_over(db: Database, source: str, dispatch_id: int, before: str, after: str, lines: int = 1) -> None:
    """So many lines of a dispatch went from one state to another."""
    if not lines or before == after:
        return
    LineCount.remove(db, source=source, dispatch_id=dispatch_id, state=before, lines=lines)
    sql = "UPDATE line_count SET lines = lines - ? WHERE source = ? AND dispatch_id = ? AND state = ?"
    db.run(sql, (lines, source, dispatch_id, before))
    OfficeLineCount.remove(db, source=source, state=before, lines=lines)
    db.run("UPDATE office_line_count SET lines = lines - ? WHERE source = ? AND state = ?", (lines, source, before))
    count_in(db, source, dispatch_id, after, lines)


def is_sent_already(db: Database, source: str, body: DispatchLine, line: str) -> bool:
    """Asked by the person alone, or SQLite goes through all lines of the office by their state."""
    rows = db.run("SELECT source, number, line, state FROM incoming_line WHERE main_key = ?", (body.main_key,))
    return any(
        (origin, number) == (source, body.number) and other != line and state not in ("refused", "paper")
        for origin, number, other, state in rows
    )


def check_not_sent_twice(db: Database, entry: Entry) -> None:
    """Two PCs of one office may both send a file that they share: the second line of a file that is still in work, or
    was printed and is not asked for again, is set aside. Raises AuthorityError."""
    body: DispatchLine = entry.body
    if not body.again and is_sent_already(db, entry.source, body, entry.line_id):
        raise AuthorityError(SENT_TWICE.format(number=body.number))


def line_values(entry: Entry, at: str) -> Values:
    body: DispatchLine = entry.body
    words = ""
    if body.words:
        words = msgspec.json.encode(body.words).decode()
    return IncomingLine.take(
        body,
        source=entry.source,
        line=entry.line_id,
        kk=body.fields.get("kk", ""),
        words=words,
        birth_on=body.fields.get("birth_on", ""),
        changed_at=at,
        changed_by=entry.actor,
    )


def apply_sent(db: Database, entry: Entry) -> None:
    body: DispatchSent = entry.body
    where = {"source": entry.source, "dispatch_id": body.dispatch_id}
    IncomingDispatch.add(db, "DO NOTHING", **where, number=body.dispatch, sent_on=body.on)
    IncomingDispatch.alter(db, where, **IncomingDispatch.take(body, closed=1, sent_on=body.on))
    compare_dispatch(db, entry.source, body.dispatch_id)


def compare_dispatch(db: Database, source: str, dispatch_id: int, lines: Sequence[str] | None = None) -> None:
    """Compare what the closed dispatch says of itself with the lines that are here; what went on paper is history.

    `lines`: those that have just come; without it all are new to a dispatch just closed. The digest is reckoned only
    when the number of lines agrees, and only for a dispatch of a size that offices send.
    """
    dispatch = IncomingDispatch.first(db, source=source, dispatch_id=dispatch_id)
    if dispatch is None or not dispatch.closed:
        return
    agrees = dispatch.held == dispatch.count <= MOST_LINES and dispatch.digest == stored_digest(db, source, dispatch_id)
    IncomingDispatch.alter(db, {"source": source, "dispatch_id": dispatch_id}, complete=int(agrees))
    if dispatch.road == "paper":
        waiting: Values = {"source": source, "state": "waiting"}
        if lines is None:
            waiting["dispatch_id"] = dispatch_id
        else:
            waiting["line"] = tuple(lines)
        count_over(db, source, dispatch_id, "waiting", "paper", len(IncomingLine.rows(db, **waiting)))
        IncomingLine.alter(db, waiting, state="paper")


def stored_digest(db: Database, source: str, dispatch_id: int) -> str:
    where = "FROM incoming_line WHERE source = ? AND dispatch_id = ?"
    held = select_structs(StoredLine, db, where, (source, dispatch_id))
    return dispatch_digest(held, [struct.line for struct in held])


def apply_paper_answered(db: Database, entry: Entry) -> None:
    body: PaperAnswered = entry.body
    printed_on = ""
    if body.result == "printed":
        printed_on = body.on
    IncomingLine.alter(
        db,
        {"source": entry.source, "line": body.line, "state": "paper"},
        answer=body.result,
        reason=body.reason,
        serial=body.serial,
        biometric=int(body.biometric),
        printed_on=printed_on,
        changed_at=to_stored_value(entry.at),
        changed_by=entry.actor,
    )


def apply_recall(db: Database, entry: Entry) -> None:
    IncomingLine.alter(db, {"source": entry.source, "line": entry.body.line}, recall=entry.body.reason or "-")


def check_named_line(db: Database, entry: Entry) -> None:
    """An office speaks about lines that it sent itself, and that were taken here. Raises AuthorityError."""
    body: RecallAsked | PaperAnswered = entry.body
    check_line(db, entry.source, body.line, body.line_hash)
    if IncomingLine.first(db, source=entry.source, line=body.line) is None:
        raise AuthorityError(NO_LINE)


# -- what we decide --------------------------------------------------------------------------------------------

DECISIONS: dict[str, type[msgspec.Struct]] = {
    "line.accepted": LineAccepted,
    "line.refused": LineRefused,
    "line.printed": LinePrinted,
    "line.spoiled": LineSpoiled,
    "shipment.sent": ShipmentSent,
}


def decision_effect(body: msgspec.Struct, row: IncomingLine) -> tuple[tuple[str, ...], Values]:
    """States of a line in which a decision of ours still counts, and the columns that it then sets."""
    match body:
        case LineAccepted():
            return ("waiting",), {"state": "accepted"}
        case LineRefused():
            words = {"reason": body.reason, "biometric": int(body.biometric)}
            return UNDECIDED_STATES, {"state": "refused"} | words
        case LinePrinted():
            card = {"serial": body.serial, "printed_on": body.on, "compared": body.compared}
            return UNDECIDED_STATES, {"state": "printed"} | card
        case LineSpoiled():
            return UNDECIDED_STATES, {"spoiled": row.spoiled + 1}
        case ShipmentSent():
            return ("printed",), {"state": "shipped", "shipment": body.shipment}
    raise LookupError(f"no decision about a line: {type(body).__name__}")


def decide_line(db: Database, entry: Entry, line: str) -> None:
    """Put a decision of ours on its line. Before the line is here (the centre came back, and its own stream was
    returned first) the decision waits for it."""
    if IncomingLine.first(db, source=entry.stream, line=line) is not None:
        put_decision_on_line(db, entry, line)
        return
    where: Values = {"source": entry.stream, "line": line, "epoch": entry.epoch, "n": entry.n, "kind": entry.kind}
    body = msgspec.json.encode(entry.body).decode()
    PendingDecision.add(db, **where, body=body, at=to_stored_value(entry.at), actor=entry.actor)


def put_decision_on_line(db: Database, entry: Entry, line: str) -> None:
    """Change a line of the office in whose stream we write, if it is still in a state that the decision is for."""
    [row] = IncomingLine.rows(db, source=entry.stream, line=line)
    states, values = decision_effect(entry.body, row)
    if row.state in states:
        own = {"changed_at": to_stored_value(entry.at), "changed_by": entry.actor}
        count_over(db, row.source, row.dispatch_id, row.state, str(values.get("state", row.state)))
        IncomingLine.alter(db, {"source": entry.stream, "line": line}, **own, **values)


def apply_waiting_decisions(db: Database, entries: Sequence[Entry]) -> None:
    """Lines that have just come in get the decisions that waited for them, in the order in which they were taken."""
    if db.one("SELECT 1 FROM pending_decision LIMIT 1") is None:
        return
    for entry in entries:
        for row in PendingDecision.rows(db, order="epoch, n", source=entry.source, line=entry.line_id):
            body = decode_json(row.body, DECISIONS[row.kind])
            at = parse_utc_text(row.at)
            waited = Entry("", row.epoch, row.source, row.n, None, row.kind, "", at, row.actor, body)
            put_decision_on_line(db, waited, row.line)
        PendingDecision.remove(db, source=entry.source, line=entry.line_id)


def apply_decision(db: Database, entry: Entry) -> None:
    decide_line(db, entry, entry.body.line)


def apply_printed(db: Database, entry: Entry) -> None:
    body: LinePrinted = entry.body
    decide_line(db, entry, body.line)
    if body.value is None:
        move_blanks(db, entry, "used", -1, serial=body.serial, line=body.line)
    else:
        own = {"source": entry.stream, "line": body.line, "reference": body.serial}
        LineValue.put_from(db, body.value, **own)


def apply_spoiled(db: Database, entry: Entry) -> None:
    body: LineSpoiled = entry.body
    decide_line(db, entry, body.line)
    move_blanks(db, entry, "spoiled", -1, serial=body.serial, line=body.line, note=body.reason)


def apply_shipped(db: Database, entry: Entry) -> None:
    body: ShipmentSent = entry.body
    own: Values = {"office": entry.stream, "number": body.shipment, "on_date": body.on, "count": len(body.lines)}
    sent = {"carrier": body.carrier, "at": to_stored_value(entry.at), "actor": entry.actor}
    OutgoingShipment.add(db, **own, **sent)
    for line, _serial in body.lines:
        decide_line(db, entry, line)


def apply_released(db: Database, entry: Entry) -> None:
    own = {"source": entry.stream.removeprefix("office/"), "at": to_stored_value(entry.at), "actor": entry.actor}
    LineRelease.add_from(db, entry.body, "DO NOTHING", **own)


# -- the book of blanks ----------------------------------------------------------------------------------------


class BlanksReceived(msgspec.Struct, frozen=True):
    """Blanks came in, with the number of the letter that came along."""

    count: int
    letter: str


class BlanksCorrected(msgspec.Struct, frozen=True):
    """The book is put right by a signed count, with the reason: found, lost, destroyed."""

    count: int
    reason: str


class BlanksCounted(msgspec.Struct, frozen=True):
    """The drawer was counted by hand; `book` is what the book said at that moment."""

    book: int
    counted: int
    note: str


def apply_blanks_received(db: Database, entry: Entry) -> None:
    move_blanks(db, entry, "received", entry.body.count, note=entry.body.letter)


def apply_blanks_corrected(db: Database, entry: Entry) -> None:
    move_blanks(db, entry, "corrected", entry.body.count, note=entry.body.reason)


# -- the centre itself, and lines that two PCs of an office wrote ----------------------------------------------


def apply_settings(db: Database, entry: Entry) -> None:
    for key, value in entry.body.settings.items():
        if key == "centre.zone":
            use_zone(value)
        CentreSetting.put(db, key=key, value=json.dumps(value, ensure_ascii=False))


def apply_sent_again(db: Database, entry: Entry) -> None:
    put_decision(db, entry, entry.body.place, entry.body.hash, "again", "", entry.body.reason)


def apply_set_aside(db: Database, entry: Entry) -> None:
    """What is here of it is asked back: the print room answers as it does to every such wish."""
    body: LineSetAside = entry.body
    if body.held:
        IncomingLine.alter(db, {"source": entry.source, "line": body.place}, recall=body.reason)
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_taken_over(db: Database, entry: Entry) -> None:
    """A line that is here gets its new number, whatever the print room has made of it; one that is not here comes in a
    dispatch of its own, so no card is ever printed for the decision itself."""
    body: LineTakenOver = entry.body
    if body.held:
        where = {"source": entry.source, "line": body.place, "main_key": body.line.main_key}
        changed = {"changed_at": to_stored_value(entry.at), "changed_by": entry.actor}
        IncomingLine.alter(db, where, number=body.number.text, **changed)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def check_decided_line(db: Database, entry: Entry) -> None:
    """What an office says of a line that is here must be about that very line. Raises AuthorityError."""
    body: LineTakenOver | LineSetAside = entry.body
    if body.held:
        check_line(db, entry.source, body.place, body.hash)


SHIPMENT = ("office", "number")
LIST_PRINTED = stamp_row_of(OutgoingShipment, key=SHIPMENT, number="shipment", list_content="content")

KINDS = [
    Kind("dispatch.line", 1, DispatchLine, apply_line, apply_many=apply_lines, check=check_not_sent_twice),
    Kind("dispatch.sent", 1, DispatchSent, apply_sent),
    Kind("line.recall_asked", 1, RecallAsked, apply_recall, check=check_named_line),
    Kind("line.paper_answered", 1, PaperAnswered, apply_paper_answered, check=check_named_line),
    Kind("heads.anchored", 1, HeadsAnchored, apply_anchored, NOBODY),
    Kind(
        "recap.published", 1, RecapPublished, add_row_of(OfficeRecap, source=SOURCE, line=LINE, published_at=AT), NOBODY
    ),
    Kind("case.state_published", 1, StatePublished, apply_published, NOBODY),
    Kind("line.accepted", 1, LineAccepted, apply_decision, NOBODY),
    Kind("line.refused", 1, LineRefused, apply_decision),
    Kind("line.printed", 1, LinePrinted, apply_printed),
    Kind("line.spoiled", 1, LineSpoiled, apply_spoiled),
    Kind("shipment.sent", 1, ShipmentSent, apply_shipped, NOBODY),
    Kind("shipment.list_printed", 1, ShipmentListPrinted, LIST_PRINTED, NOBODY),
    Kind("line.released", 1, LineReleased, apply_released, NOBODY),
    Kind("centre.state", 1, CentreState, put_row_of(StateTold, office=STREAM), NOBODY),
    Kind("centre.set_up", 1, CentreSetUp, apply_settings, NOBODY),
    Kind("centre.setting_changed", 1, CentreSettingChanged, apply_settings, NOBODY),
    Kind("office.invited", 1, OfficeInvited, put_row_of(CentreOffice, invited_at=AT, invited_by=BY), NOBODY),
    Kind("blanks.received", 1, BlanksReceived, apply_blanks_received, NOBODY),
    Kind("blanks.corrected", 1, BlanksCorrected, apply_blanks_corrected, NOBODY),
    Kind("blanks.counted", 1, BlanksCounted, add_row_of(BlankCount, entry=LINE, on_date=ON), NOBODY),
    Kind("twin.taken_over", 1, LineTakenOver, apply_taken_over, check=check_decided_line),
    Kind("twin.set_aside", 1, LineSetAside, apply_set_aside, check=check_decided_line),
    Kind("twin.sent_again", 1, LineSentAgain, apply_sent_again),
    *ORIGINAL_KINDS,
]
