"""Journal kinds of the print floor. `apply` sees only the entry and the tables.

Entries about a line stand in the stream of its office (`entry.stream` is the office's code for our own entries,
`entry.source` for the office's), so each lane can be replayed by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from app.centre.blanks import BLANK_KINDS, move_blanks
from app.centre.tables import (
    CentreOffice,
    CentreSetting,
    HeadAnchor,
    IncomingDispatch,
    IncomingLine,
    LineRelease,
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
    LineSpoiled,
    PaperAnswered,
    RecallAsked,
    RecapPublished,
    ShipmentSent,
    TwinSentAgain,
    TwinSetAside,
    TwinTakenOver,
    dispatch_digest,
)
from schema.database import Database, to_stored_value
from schema.structs import decode_json
from sync.authority import NO_LINE, AuthorityError, check_line
from sync.entries import Entry, Kind, parse_utc_text
from sync.events import put_decision

SENT_TWICE = (
    "Berkas {number} sudah ada di pusat cetak, dikirim lebih dulu (mungkin oleh komputer lain kantor ini). Baris kedua "
    "tidak dipakai, supaya kartunya tidak dicetak dua kali."
)
UNDECIDED_STATES = ("waiting", "accepted")
"""States in which a line still needs the floor; with printed (and shipped) and refused they make up the whole. A line
in state `paper` went on paper and never needs it."""


class CentreSetUp(msgspec.Struct, frozen=True):
    settings: dict[str, str]


class CentreSettingChanged(msgspec.Struct, frozen=True):
    settings: dict[str, str]


class OfficeInvited(msgspec.Struct, frozen=True):
    """An office was given an enrolment code; the code itself never enters the journal."""

    code: str
    name: str


class LineReleased(msgspec.Struct, frozen=True):
    """A line that was held back since the centre came back (in `return_epoch`) may be worked on, and why."""

    line: str
    return_epoch: int
    reason: str


class StoredLine(NamedTuple):
    """What the digest of a dispatch reads of a line that is here."""

    line: str
    ordinal: int
    main_key: str
    number: str


MOST_LINES = 3000
"""Lines of a dispatch whose digest is compared; an office sends some dozens in one."""
INSERT_DISPATCH = (
    "INSERT INTO incoming_dispatch (source, dispatch_id, number, sent_on) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
LINE_COLUMNS = (
    "source",
    "line",
    "dispatch_id",
    "ordinal",
    "number",
    "code",
    "service",
    "kind_label",
    "name",
    "area_name",
    "main_key",
    "kk",
    "birth_on",
    "fields",
    "items",
    "recording",
    "recorded_on",
    "again",
    "completed_on",
    "due_on",
    "sent_on",
    "explained",
    "words",
    "changed_at",
    "changed_by",
)
INSERT_LINE = f"INSERT INTO incoming_line ({', '.join(LINE_COLUMNS)}) VALUES ({', '.join('?' * len(LINE_COLUMNS))})"
as_json = msgspec.json.Encoder().encode


# -- what comes in ---------------------------------------------------------------------------------------------


def apply_line(db: Database, entry: Entry) -> None:
    apply_lines(db, [entry])


def apply_lines(db: Database, entries: Sequence[Entry]) -> None:
    """A run of lines, table by table: a dispatch comes in hundreds, so this is written below peewee."""
    dispatches = {(entry.source, entry.body.dispatch_id): entry.body for entry in entries}
    db.many(INSERT_DISPATCH, [(*where, body.dispatch, body.sent_on) for where, body in dispatches.items()])
    moments = {at: to_stored_value(at) for at in {entry.at for entry in entries}}
    db.many(INSERT_LINE, [line_row(entry, moments[entry.at]) for entry in entries])
    for where in dispatches:
        lines = [entry.line_id for entry in entries if (entry.source, entry.body.dispatch_id) == where]
        db.run(
            "UPDATE incoming_dispatch SET held = held + ? WHERE source = ? AND dispatch_id = ?", (len(lines), *where)
        )
    apply_waiting_decisions(db, entries)
    for where in dispatches:
        lines = [entry.line_id for entry in entries if (entry.source, entry.body.dispatch_id) == where]
        compare_dispatch(db, *where, lines)


def check_not_sent_twice(db: Database, entry: Entry) -> None:
    """Two PCs of one office may both send a file that they share: the second line of a file that is still in work, or
    was printed and is not asked for again, is set aside. Raises AuthorityError."""
    body: DispatchLine = entry.body
    row = db.one(
        "SELECT line FROM incoming_line WHERE main_key = ? AND source = ? AND number = ? AND line <> ?"
        " AND state IN ('waiting', 'accepted', 'printed', 'shipped') LIMIT 1",
        (body.main_key, entry.source, body.number, entry.line_id),
    )
    if row and not body.again:
        raise AuthorityError(SENT_TWICE.format(number=body.number))


def line_row(entry: Entry, at: str) -> tuple[Any, ...]:
    body: DispatchLine = entry.body
    fields = body.fields
    return (
        entry.source,
        entry.line_id,
        body.dispatch_id,
        body.ordinal,
        body.number,
        body.code,
        body.service,
        body.kind_label,
        body.name,
        body.area_name,
        body.main_key,
        fields.get("kk", ""),
        fields.get("birth_on", ""),
        as_json(fields).decode(),
        as_json(body.items).decode(),
        body.recording,
        body.recorded_on,
        body.again,
        body.completed_on,
        body.due_on,
        body.sent_on,
        as_json(body.explained).decode(),
        as_json(body.words).decode() if body.words else "",
        at,
        entry.actor,
    )


def apply_sent(db: Database, entry: Entry) -> None:
    body: DispatchSent = entry.body
    values = {
        "closed": 1,
        "count": body.count,
        "digest": body.digest,
        "letter": body.letter,
        "minutes": body.minutes,
        "confirmed_by": body.confirmed_by,
        "sent_on": body.on,
        "road": body.road,
    }
    IncomingDispatch.insert(
        source=entry.source, dispatch_id=body.dispatch_id, number=body.dispatch, **values
    ).on_conflict(conflict_target=[IncomingDispatch.source, IncomingDispatch.dispatch_id], update=values).execute(db)
    compare_dispatch(db, entry.source, body.dispatch_id)


def compare_dispatch(db: Database, source: str, dispatch_id: int, lines: Sequence[str] | None = None) -> None:
    """Compare what the closed dispatch says of itself with the lines that are here; what went on paper is history.

    `lines`: those that have just come; without it all are new to a dispatch just closed. The digest is reckoned only
    when the number of lines agrees, and only for a dispatch of a size that offices send.
    """
    here = (IncomingDispatch.source == source, IncomingDispatch.dispatch_id == dispatch_id)
    dispatch = IncomingDispatch.first(db, *here)
    if dispatch is None or not dispatch.closed:
        return
    agrees = dispatch.held == dispatch.count <= MOST_LINES and dispatch.digest == stored_digest(db, source, dispatch_id)
    IncomingDispatch.update(complete=int(agrees)).where(*here).execute(db)
    if dispatch.road != "paper":
        return
    waiting = (IncomingLine.source == source, IncomingLine.state == "waiting")
    ours = IncomingLine.dispatch_id == dispatch_id if lines is None else IncomingLine.line << list(lines)
    IncomingLine.update(state="paper").where(*waiting, ours).execute(db)


def stored_digest(db: Database, source: str, dispatch_id: int) -> str:
    rows = db.run(
        "SELECT line, ordinal, main_key, number FROM incoming_line WHERE source = ? AND dispatch_id = ?",
        (source, dispatch_id),
    )
    held = [StoredLine(*row) for row in rows]
    return dispatch_digest(held, [one.line for one in held])


def apply_paper_answered(db: Database, entry: Entry) -> None:
    body: PaperAnswered = entry.body
    IncomingLine.update(
        answer=body.result,
        reason=body.reason,
        serial=body.serial,
        biometric=int(body.biometric),
        printed_on=body.on if body.result == "printed" else "",
        changed_at=to_stored_value(entry.at),
        changed_by=entry.actor,
    ).where(IncomingLine.source == entry.source, IncomingLine.line == body.line, IncomingLine.state == "paper").execute(
        db
    )


def apply_recall(db: Database, entry: Entry) -> None:
    body: RecallAsked = entry.body
    IncomingLine.update(recall=body.reason or "-").where(
        IncomingLine.source == entry.source, IncomingLine.line == body.line
    ).execute(db)


def apply_anchor(db: Database, entry: Entry) -> None:
    body: HeadsAnchored = entry.body
    HeadAnchor.insert(
        source=entry.source, line=entry.line_id, on_date=body.on, n=body.n, hash=body.hash, access_log=body.access_log
    ).execute(db)


def apply_published(db: Database, entry: Entry) -> None:
    body: RecapPublished = entry.body
    OfficeRecap.insert(
        source=entry.source,
        line=entry.line_id,
        quarter=body.quarter,
        public=body.public,
        digest=body.digest,
        published_at=to_stored_value(entry.at),
    ).execute(db)


def check_named_line(db: Database, entry: Entry) -> None:
    """An office speaks about lines that it sent itself, and that were taken here. Raises AuthorityError."""
    body: RecallAsked | PaperAnswered = entry.body
    check_line(db, entry.source, body.line, body.line_hash)
    here = (IncomingLine.source == entry.source, IncomingLine.line == body.line)
    if IncomingLine.first(db, *here) is None:
        raise AuthorityError(NO_LINE)


# -- what the floor does ---------------------------------------------------------------------------------------


def change_line(db: Database, entry: Entry, line: str, states: tuple[str, ...], **values: Any) -> None:
    """Change one line of the office in whose stream we write, if it is still in one of `states`."""
    IncomingLine.update(changed_at=to_stored_value(entry.at), changed_by=entry.actor, **values).where(
        IncomingLine.source == entry.stream, IncomingLine.line == line, IncomingLine.state << states
    ).execute(db)


def decide_line(db: Database, entry: Entry, line: str) -> None:
    """Put a decision of ours on its line. Before the line is here (the centre came back, and its own stream was
    returned first) the decision waits for it."""
    if IncomingLine.first(db, IncomingLine.source == entry.stream, IncomingLine.line == line) is not None:
        DECISIONS[entry.kind](db, entry, line)
        return
    PendingDecision.insert(
        source=entry.stream,
        line=line,
        epoch=entry.epoch,
        n=entry.n,
        kind=entry.kind,
        body=as_json(entry.body).decode(),
        at=to_stored_value(entry.at),
        actor=entry.actor,
    ).execute(db)


def apply_waiting_decisions(db: Database, entries: Sequence[Entry]) -> None:
    """Lines that have just come in get the decisions that waited for them, in the order in which they were taken."""
    if db.one("SELECT 1 FROM pending_decision LIMIT 1") is None:
        return
    for entry in entries:
        own = (PendingDecision.source == entry.source, PendingDecision.line == entry.line_id)
        for row in PendingDecision.rows(db, *own, order=(PendingDecision.epoch, PendingDecision.n)):
            body = decode_json(row.body.encode(), BODIES[row.kind])
            waited = Entry(
                "", row.epoch, row.source, row.n, None, row.kind, "", parse_utc_text(row.at), row.actor, body
            )
            DECISIONS[row.kind](db, waited, row.line)
        PendingDecision.delete().where(*own).execute(db)


def put_accepted(db: Database, entry: Entry, line: str) -> None:
    change_line(db, entry, line, ("waiting",), state="accepted")


def put_refused(db: Database, entry: Entry, line: str) -> None:
    body: LineRefused = entry.body
    change_line(db, entry, line, UNDECIDED_STATES, state="refused", reason=body.reason, biometric=int(body.biometric))


def put_printed(db: Database, entry: Entry, line: str) -> None:
    body: LinePrinted = entry.body
    change_line(
        db,
        entry,
        line,
        UNDECIDED_STATES,
        state="printed",
        serial=body.serial,
        printed_on=body.on,
        compared=body.compared,
    )


def put_spoiled(db: Database, entry: Entry, line: str) -> None:
    change_line(db, entry, line, UNDECIDED_STATES, spoiled=IncomingLine.spoiled + 1)


def put_shipped(db: Database, entry: Entry, line: str) -> None:
    change_line(db, entry, line, ("printed",), state="shipped", shipment=entry.body.shipment)


DECISIONS: dict[str, Callable[[Database, Entry, str], None]] = {
    "line.accepted": put_accepted,
    "line.refused": put_refused,
    "line.printed": put_printed,
    "line.spoiled": put_spoiled,
    "shipment.sent": put_shipped,
}
BODIES: dict[str, type[msgspec.Struct]] = {
    "line.accepted": LineAccepted,
    "line.refused": LineRefused,
    "line.printed": LinePrinted,
    "line.spoiled": LineSpoiled,
    "shipment.sent": ShipmentSent,
}


def apply_decision(db: Database, entry: Entry) -> None:
    decide_line(db, entry, entry.body.line)


def apply_printed(db: Database, entry: Entry) -> None:
    body: LinePrinted = entry.body
    decide_line(db, entry, body.line)
    move_blanks(db, entry, "used", -1, serial=body.serial, line=body.line)


def apply_spoiled(db: Database, entry: Entry) -> None:
    body: LineSpoiled = entry.body
    decide_line(db, entry, body.line)
    move_blanks(db, entry, "spoiled", -1, serial=body.serial, line=body.line, note=body.reason)


def apply_shipped(db: Database, entry: Entry) -> None:
    body: ShipmentSent = entry.body
    OutgoingShipment.insert(
        office=entry.stream,
        number=body.shipment,
        on_date=body.on,
        count=len(body.lines),
        carrier=body.carrier,
        at=to_stored_value(entry.at),
        actor=entry.actor,
    ).execute(db)
    for line, _serial in body.lines:
        decide_line(db, entry, line)


def apply_released(db: Database, entry: Entry) -> None:
    body: LineReleased = entry.body
    office = entry.stream.removeprefix("office/")
    LineRelease.insert(
        source=office,
        line=body.line,
        return_epoch=body.return_epoch,
        reason=body.reason,
        at=to_stored_value(entry.at),
        actor=entry.actor,
    ).on_conflict_ignore().execute(db)


def apply_state(db: Database, entry: Entry) -> None:
    body: CentreState = entry.body
    values = {"blanks": body.blanks, "queue": body.queue, "as_of": body.as_of}
    StateTold.insert(office=entry.stream, **values).on_conflict(
        conflict_target=[StateTold.office], update=values
    ).execute(db)


# -- the house itself ---------------------------------------------------------------------------------------


def apply_settings(db: Database, entry: Entry) -> None:
    for key, value in entry.body.settings.items():
        row = {"value": json.dumps(value, ensure_ascii=False)}
        CentreSetting.insert(key=key, **row).on_conflict(conflict_target=[CentreSetting.key], update=row).execute(db)


def apply_invited(db: Database, entry: Entry) -> None:
    body: OfficeInvited = entry.body
    row = {"name": body.name, "invited_at": to_stored_value(entry.at), "invited_by": entry.actor}
    CentreOffice.insert(code=body.code, **row).on_conflict(conflict_target=[CentreOffice.code], update=row).execute(db)


def apply_twin_sent_again(db: Database, entry: Entry) -> None:
    body: TwinSentAgain = entry.body
    put_decision(db, entry, body.place, body.hash, "again", "", body.reason)


def apply_twin_set_aside(db: Database, entry: Entry) -> None:
    """What is here of it is asked back: the floor answers as it does to every such wish."""
    body: TwinSetAside = entry.body
    if body.held:
        IncomingLine.update(recall=body.reason).where(
            IncomingLine.source == entry.source, IncomingLine.line == body.place
        ).execute(db)
    put_decision(db, entry, body.place, body.hash, "aside", "", body.reason)


def apply_twin_taken_over(db: Database, entry: Entry) -> None:
    """A line that is here gets its new number, whatever the floor has made of it; one that is not here comes in a
    dispatch of its own, so no card is ever printed for the decision itself."""
    body: TwinTakenOver = entry.body
    if body.held:
        IncomingLine.update(
            number=body.number.text, changed_at=to_stored_value(entry.at), changed_by=entry.actor
        ).where(
            IncomingLine.source == entry.source,
            IncomingLine.line == body.place,
            IncomingLine.main_key == body.line.main_key,
        ).execute(db)
    put_decision(db, entry, body.place, body.hash, "taken", body.number.text, body.note)


def check_twin_line(db: Database, entry: Entry) -> None:
    """What an office says of a line that is here must be about that very line. Raises AuthorityError."""
    body: TwinTakenOver | TwinSetAside = entry.body
    if body.held:
        check_line(db, entry.source, body.place, body.hash)


TWIN_KINDS = [
    Kind("twin.taken_over", 1, TwinTakenOver, apply_twin_taken_over, personal=True, check=check_twin_line),
    Kind("twin.set_aside", 1, TwinSetAside, apply_twin_set_aside, check=check_twin_line),
    Kind("twin.sent_again", 1, TwinSentAgain, apply_twin_sent_again),
]


KINDS = [
    Kind(
        "dispatch.line",
        1,
        DispatchLine,
        apply_line,
        personal=True,
        apply_many=apply_lines,
        check=check_not_sent_twice,
    ),
    Kind("dispatch.sent", 1, DispatchSent, apply_sent),
    Kind("line.recall_asked", 1, RecallAsked, apply_recall, check=check_named_line),
    Kind("line.paper_answered", 1, PaperAnswered, apply_paper_answered, check=check_named_line),
    Kind("heads.anchored", 1, HeadsAnchored, apply_anchor),
    Kind("recap.published", 1, RecapPublished, apply_published),
    Kind("line.accepted", 1, LineAccepted, apply_decision),
    Kind("line.refused", 1, LineRefused, apply_decision),
    Kind("line.printed", 1, LinePrinted, apply_printed),
    Kind("line.spoiled", 1, LineSpoiled, apply_spoiled),
    Kind("shipment.sent", 1, ShipmentSent, apply_shipped),
    Kind("line.released", 1, LineReleased, apply_released),
    Kind("centre.state", 1, CentreState, apply_state),
    Kind("centre.set_up", 1, CentreSetUp, apply_settings),
    Kind("centre.setting_changed", 1, CentreSettingChanged, apply_settings),
    Kind("office.invited", 1, OfficeInvited, apply_invited),
    *BLANK_KINDS,
    *TWIN_KINDS,
]
