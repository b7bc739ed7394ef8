"""When a dispatch reached its partner: its signed receipt says so, its answer, or whoever handed it over on paper.

Noted only where a limit of the service begins or ends with it (`step.@received`, decision 34).
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from app.casework.batches.partners import CaseReader, find_partner_service, partner_of, partner_revisions
from app.casework.batches.queries import find_dispatch, newest_line_of
from app.casework.batches.tables import Dispatch, DispatchLineRow
from app.casework.desk.events import add_note_event
from app.casework.desk.limits import deadlines_after
from app.core.asked import Moment, Text
from app.core.clock import office_date
from app.core.dates import moment_words
from app.core.permissions import SYSTEM, Actor
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.core.procedure.limits import Deadline, receipt_move, to_text, waits_for_receipt
from app.core.workdays import wall_time
from app.platform.office.events import put_deadlines
from app.room import office_command
from schema.database import Database, first_value
from sync.entries import NOBODY, Entry, Kind, parse_utc_text
from sync.journal import Journal


class CaseClocks(msgspec.Struct, frozen=True):
    """The limits of one case as the receipt leaves them."""

    case_id: int
    deadlines: list[Deadline]


class DispatchReached(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispatch reached its partner `at` a minute of the office's wall clock.

    `by`: `receipt` (the partner's signed acknowledgement), `answer` (it answers, so it has it), `person` (the list was
    `handed_to` somebody on paper).
    """

    dispatch_id: int
    at: str
    by: str
    cases: list[CaseClocks]
    handed_to: str = ""


def apply_reached(db: Database, entry: Entry) -> None:
    body: DispatchReached = entry.body
    Dispatch.alter(db, {"id": body.dispatch_id}, reached_at=body.at, reached_by=body.by, handed_to=body.handed_to)
    at = datetime.fromisoformat(body.at)
    handed = ""
    if body.handed_to:
        handed = f", diserahkan kepada {body.handed_to}"
    words = moment_words(at, at.year) + handed
    for case in body.cases:
        put_deadlines(db, f"case/{case.case_id}", case.deadlines)
        add_note_event(db, entry, case.case_id, body.at[:10], "reached", words)


KINDS = [Kind("dispatch.reached", 1, DispatchReached, apply_reached, NOBODY)]


# -- who notes it --------------------------------------------------------------------------------------------------


def awaits_receipt(db: Database, dispatch: Dispatch) -> bool:
    """Whether a limit of a case in this sent dispatch waits for the moment at which it reaches the partner."""
    if dispatch.state != "sent" or dispatch.reached_at or not names_receipt(db, dispatch.service):
        return False
    reader = CaseReader(db)
    lines = DispatchLineRow.rows(db, dispatch_id=dispatch.id)
    return any(waits_for_receipt(reader.find(line.case_id)[1]) for line in lines)


def reached_words(dispatch: Dispatch, today: date) -> str:
    """`Kam 12 Mar 09.42` of a dispatch that reached its partner; else empty."""
    if not dispatch.reached_at:
        return ""
    return moment_words(datetime.fromisoformat(dispatch.reached_at), today.year)


def dispatches_to_hand_over(db: Database, service: str) -> list[Dispatch]:
    """Dispatches on paper of which nobody has noted yet that the partner has them."""
    if not names_receipt(db, service):
        return []
    sent = Dispatch.rows(db, state="sent", road="paper", reached_at="", service=service, order="id")
    return [dispatch for dispatch in sent if awaits_receipt(db, dispatch)]


def names_receipt(db: Database, service: str) -> bool:
    return service in services_with_receipt(db)


def services_with_receipt(db: Database) -> set[str]:
    """Services of which a limit begins or ends when a dispatch reaches the partner."""
    return {definition.id for definition in partner_revisions(db) if waits_for_receipt(definition)}


def check_reached(db: Database, dispatch_id: int) -> None:
    """Raise Problem `conflict` where an answer would come before anybody noted that the partner has the dispatch."""
    dispatch = find_dispatch(db, dispatch_id)
    if awaits_receipt(db, dispatch):
        short = partner_of(find_partner_service(db, dispatch.service)).short
        raise Problem.of("conflict", why=f"Catat dulu kapan pengiriman ini diserahkan kepada {short}, baru jawabannya.")


def note_acknowledged(journal: Journal, written: datetime, now: datetime) -> None:
    """After a signed file of a partner was read, which it had `written` then: note what it says to have received.

    Answers in the same file were heard before: they show an earlier moment where a stick was written long after."""
    services = sorted(services_with_receipt(journal.db))
    if not services:
        return
    marks = ", ".join("?" * len(services))
    sql = (
        "SELECT d.id FROM dispatch d JOIN journal j ON j.subject = 'dispatch/' || d.id AND j.kind = 'dispatch.sent'"
        " JOIN road_ack k ON k.origin = j.source AND k.epoch = j.epoch AND k.stream = j.stream AND k.n >= j.n"
        f" WHERE d.state = 'sent' AND d.road = 'loket' AND d.reached_at = '' AND d.service IN ({marks}) ORDER BY d.id"
    )
    for (dispatch_id,) in list(journal.db.run(sql, services)):
        note_reached(journal, dispatch_id, written, now, "receipt")


def note_reached_by_answer(journal: Journal, dispatch_id: int, answered: datetime, now: datetime) -> None:
    """The partner's own answer shows that it has the dispatch, where no receipt was read before."""
    if awaits_receipt(journal.db, find_dispatch(journal.db, dispatch_id)):
        note_reached(journal, dispatch_id, answered, now, "answer")


@office_command("dispatch.prepare")
def note_handed_over(
    journal: Journal,
    actor: Actor,
    *,
    dispatch_id: int,
    at: Annotated[datetime, Moment("Tanggal diserahkan", SENTENCES["reached_on"])],
    handed_to: Annotated[str, Text("Nama penerima", SENTENCES["reached_by"], most=100)],
    now: datetime,
) -> None:
    """The list was handed over on paper: when, and to whom. Raises Problem."""
    if not awaits_receipt(journal.db, find_dispatch(journal.db, dispatch_id)):
        raise Problem.of("conflict", why="Penyerahan pengiriman ini sudah tercatat. Muat ulang halaman.")
    wrong = {}
    if at > now:
        field = "at_on"
        if office_date(at) == office_date(now):
            field = "at_clock"
        wrong[field] = SENTENCES["not_in_future"]
    elif wall_time(at) < minute_sent(journal.db, dispatch_id):
        wrong["at_clock"] = "Pengiriman ini belum disetujui pada saat itu. Periksa tanggal dan jamnya."
    check_nothing_wrong(wrong)
    note_reached(journal, dispatch_id, at, now, "person", actor, handed_to)


def note_reached(
    journal: Journal,
    dispatch_id: int,
    moment: datetime,
    now: datetime,
    by: str,
    actor: Actor = SYSTEM,
    handed_to: str = "",
) -> None:
    """Record the receipt with what it makes of the limits. A partner's clock that is wrong moves it neither before the
    sending nor after now."""
    at = max(minute_sent(journal.db, dispatch_id), wall_time(min(moment, now)))
    lines = DispatchLineRow.rows(journal.db, dispatch_id=dispatch_id, order="ordinal")
    cases = [CaseClocks(line.case_id, clocks_of(journal.db, line, at)) for line in lines]
    moved = [case for case in cases if case.deadlines]
    body = DispatchReached(dispatch_id, to_text(at, "working_minutes"), by, moved, handed_to)
    journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now)


def minute_sent(db: Database, dispatch_id: int) -> datetime:
    """The minute of the office's wall clock in which a dispatch was closed."""
    sql = "SELECT max(at) FROM journal WHERE subject = ? AND kind = 'dispatch.sent'"
    sent = first_value(db, sql, (f"dispatch/{dispatch_id}",))
    return wall_time(parse_utc_text(sent)).replace(second=0, microsecond=0)


def clocks_of(db: Database, line: DispatchLineRow, at: datetime) -> list[Deadline]:
    """What the receipt makes of the limits of a case; nothing where it stands elsewhere by now."""
    case, definition = CaseReader(db).find(line.case_id)
    newest = newest_line_of(db, line.case_id)
    waits = case.step == partner_of(definition).steps.answer and not case.closed
    if not waits or newest is None or newest.dispatch_id != line.dispatch_id:
        return []
    return deadlines_after(db, definition, case.id, receipt_move(definition), at)
