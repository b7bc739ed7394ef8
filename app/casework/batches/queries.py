"""What the pages of a partner ask: dispatches with their lines, answers typed and in conflict, balance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.casework.batches.partners import condition_at, condition_to_send, partner_of
from app.casework.batches.tables import AnswerConflict, BalanceCheck, CentreStateRow, Dispatch, DispatchLineRow
from app.casework.desk.queries import seen_area
from app.casework.desk.tables import CaseFile, PaperPrint
from app.casework.desk.waiting import waiting_condition
from app.core.permissions import Actor
from app.core.problems import check_found
from app.platform.office import settings
from app.platform.office.numbers import find_numbered, is_word_of_numbers
from schema.database import Database, cached_until_next_entry, first_column, first_value
from schema.service_procedure import Definition
from sync.enrolment import CENTRE_STREAM
from sync.entries import to_utc_text

NEWEST = "(SELECT max(n.dispatch_id) FROM dispatch_line n WHERE n.case_id = c.id)"
"""A case that came back (refused, misprint) has several lines; only the newest speaks of what is due."""


def newest_line_of(db: Database, case_id: int) -> DispatchLineRow | None:
    """The newest line of a case; None for a case of an old register, which no dispatch of ours carried."""
    return DispatchLineRow.first(db, case_id=case_id, order="dispatch_id DESC")


# -- dispatches ------------------------------------------------------------------------------------------------


def find_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    return check_found(Dispatch.first(db, id=dispatch_id), "Pengiriman itu")


def find_dispatches(db: Database, text: str, most: int) -> list[Dispatch]:
    """Dispatches whose number holds what was typed, the newest first; all of them hold the word of their pattern."""
    if is_word_of_numbers(db, "dispatch", text):
        return Dispatch.rows(db, order="id DESC", limit=most)
    ids = find_numbered(db, "dispatch", text)[:most]
    if not ids:
        return []
    return Dispatch.rows(db, id=tuple(ids), order="id DESC")


def list_drafts(db: Database, service: str) -> list[Dispatch]:
    """Drafts of a service, each with the number of its `cases`."""
    cases = "(SELECT count(*) FROM dispatch_pick p WHERE p.dispatch_id = d.id)"
    return Dispatch.joined(db, "d", "WHERE d.state = 'draft' AND d.service = ? ORDER BY d.id", (service,), cases=cases)


def list_picks(db: Database, dispatch_id: int) -> list[CaseFile]:
    rest = "JOIN dispatch_pick p ON p.case_id = c.id WHERE p.dispatch_id = ? ORDER BY p.ordinal"
    return CaseFile.joined(db, "c", rest, (dispatch_id,))


def shown_answer(reference: str) -> str:
    """SQL of what pages show of an answer to a line `l`: the mask of its value, else its serial number."""
    own = "v.dispatch_id = l.dispatch_id AND v.ordinal = l.ordinal"
    return f"coalesce((SELECT v.mask FROM answer_value v WHERE {own} AND v.reference = {reference}), {reference})"


LINE_COLUMNS = {
    "shown": shown_answer("l.serial"),
    "number": "c.number",
    "name": "c.name",
    "area": "c.area",
    "main_key": "c.main_key",
    "kind": "c.kind",
    "step": "c.step",
    "closed": "c.closed",
    "newest": f"l.dispatch_id = {NEWEST}",
    "conflicts": "(SELECT count(*) FROM answer_conflict a WHERE a.dispatch_id = l.dispatch_id AND a.ordinal = l.ordinal"
    " AND a.settled_by = '')",
    "typed": "t.result",
    "typed_reason": "t.reason",
    "typed_serial": shown_answer("t.serial"),
    "typed_biometric": "t.biometric",
    "typed_by": "t.typed_by",
    "checked_by": "t.checked_by",
}


def list_lines(db: Database, dispatch_id: int) -> list[DispatchLineRow]:
    repairing, values = condition_at(db, "repair")
    rest = (
        "JOIN case_file c ON c.id = l.case_id LEFT JOIN typed_answer t ON t.dispatch_id = l.dispatch_id"
        " AND t.ordinal = l.ordinal WHERE l.dispatch_id = ? ORDER BY l.ordinal"
    )
    return DispatchLineRow.joined(db, "l", rest, (*values, dispatch_id), **LINE_COLUMNS, repairing=repairing)


OPEN_CASE_COLUMNS = {
    "dispatch": "d.number",
    "road": "d.road",
    "number": "c.number",
    "name": "c.name",
    "main_key": "c.main_key",
    "typed": "t.result",
    "checked_by": "t.checked_by",
}


def lines_of_open_cases(db: Database, service: str) -> list[DispatchLineRow]:
    """The newest sent line of each open case of a service, with its dispatch's number and way, and what was typed."""
    rest = (
        "JOIN case_file c ON c.id = l.case_id JOIN dispatch d ON d.id = l.dispatch_id LEFT JOIN typed_answer t"
        " ON t.dispatch_id = l.dispatch_id AND t.ordinal = l.ordinal WHERE c.closed = 0 AND c.service = ?"
        f" AND l.dispatch_id = {NEWEST} ORDER BY l.dispatch_id, l.ordinal"
    )
    return DispatchLineRow.joined(db, "l", rest, (service,), **OPEN_CASE_COLUMNS)


class LineFilter(NamedTuple):
    id: str
    label: str
    amount: int


FILTERS = {
    "semua": ("Semua", lambda line: True),
    "perhatian": ("Perlu perhatian", lambda line: line.attention),
    "menunggu": ("Menunggu", lambda line: line.open),
    "dicetak": ("printed", lambda line: line.result == "printed"),
    "ditolak": ("refused", lambda line: line.result == "refused"),
}
"""Filter → its word, or the answer whose word the definition has, and which lines it shows."""


def filter_lines(
    found: list[DispatchLineRow], which: str, results: Mapping[str, str]
) -> tuple[list[LineFilter], list[DispatchLineRow]]:
    tabs = [
        LineFilter(name, results.get(label, label), sum(map(fits, found))) for name, (label, fits) in FILTERS.items()
    ]
    return tabs, [dispatch for dispatch in found if FILTERS[which][1](dispatch)]


SENT_COLUMNS = {
    "sent": "d.count",
    "printed": "coalesce(sum(l.result = 'printed'), 0)",
    "refused": "coalesce(sum(l.result = 'refused'), 0)",
    "waiting": "coalesce(sum(l.result IN ('waiting', 'accepted')), 0)",
    "received": "coalesce((SELECT j.n <= k.n FROM journal j JOIN road_ack k ON k.origin = j.source"
    " AND k.epoch = j.epoch AND k.stream = j.stream WHERE j.subject = 'dispatch/' || d.id"
    " AND j.kind = 'dispatch.sent'), 0)",
}


def sent_dispatches(
    db: Database, limit: int, offset: int = 0, service: str = "", *, only_open: bool = False
) -> list[Dispatch]:
    """Sent dispatches of a service, or of all, the newest first; `only_open` leaves out those whose every line is
    answered. One with a line too few is never left out: a lost line must not make it look finished."""
    if only_open:
        having = "HAVING waiting > 0 OR count(l.ordinal) <> d.count"
    else:
        having = ""
    return find_sent(db, "? IN ('', d.service)", (service, limit, offset), having)


def sent_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    return find_sent(db, "d.id = ?", (dispatch_id, 1, 0))[0]


def find_sent(db: Database, where: str, params: Sequence[Any], having: str = "") -> list[Dispatch]:
    rest = (
        f"LEFT JOIN dispatch_line l ON l.dispatch_id = d.id WHERE d.state = 'sent' AND {where}"
        f" GROUP BY d.id {having} ORDER BY d.id DESC LIMIT ? OFFSET ?"
    )
    return Dispatch.joined(db, "d", rest, params, **SENT_COLUMNS)


def dispatches_before(db: Database, dispatch: Dispatch, at: datetime, limit: int) -> list[Dispatch]:
    """The dispatches of the same service before this one whose lines still waited at that moment, the newest first.

    Their counts are those of that moment, so that a covering letter printed again says what it said.
    """
    counts_then = {
        "printed": "coalesce(sum(l.result = 'printed' AND l.answered_at <= ?3), 0)",
        "refused": "coalesce(sum(l.result = 'refused' AND l.answered_at <= ?3), 0)",
        "waiting": "coalesce(sum(l.result IN ('waiting', 'accepted') OR l.answered_at > ?3), 0)",
    }
    rest = (
        "LEFT JOIN dispatch_line l ON l.dispatch_id = d.id WHERE d.state = 'sent' AND d.id < ?1 AND d.service = ?2"
        " GROUP BY d.id HAVING waiting > 0 ORDER BY d.id DESC LIMIT ?4"
    )
    values = (dispatch.id, dispatch.service, to_utc_text(at), limit)
    return Dispatch.joined(db, "d", rest, values, **(SENT_COLUMNS | counts_then))


def last_check(db: Database, dispatch_id: int) -> BalanceCheck | None:
    return BalanceCheck.first(db, dispatch_id=dispatch_id, order="on_date DESC")


# -- balance -----------------------------------------------------------------------------------------------------


@cached_until_next_entry
def count_mismatches(db: Database, service: str = "") -> int:
    """Dispatches, of a service or of all, whose figures did not agree at their last check."""
    return int(
        first_value(
            db,
            "SELECT count(*) FROM balance_check b WHERE b.agrees = 0 AND b.on_date ="
            " (SELECT max(n.on_date) FROM balance_check n WHERE n.dispatch_id = b.dispatch_id)"
            " AND (? = '' OR b.dispatch_id IN (SELECT id FROM dispatch WHERE service = ?))",
            (service, service),
        )
    )


def last_checked_on(db: Database) -> str | None:
    day: str | None = first_value(db, "SELECT max(on_date) FROM balance_check")
    return day


# -- the centre ------------------------------------------------------------------------------------------------


def centre_news(db: Database, definition: Definition) -> CentreStateRow | None:
    """What citizens ask most, with its age, and the centre's `title`; None when the centre has never said it, or makes
    nothing of this service."""
    if partner_of(definition).stream != CENTRE_STREAM:
        return None
    others = set(first_column(db, "SELECT name FROM road_peer WHERE stream_out <> ?", (CENTRE_STREAM,)))
    told = CentreStateRow.rows(db, order="as_of DESC")
    news = next((item for item in told if item.name not in others), None)
    if news is not None:
        news.title = settings.get_setting(db, "office.centre_name")
    return news


# -- answers that differ ---------------------------------------------------------------------------------------


CONFLICT_COLUMNS = {
    "dispatch": "d.number",
    "case_id": "c.id",
    "number": "c.number",
    "name": "c.name",
    "area": "c.area",
    "main_key": "c.main_key",
    "held_by": "l.answered_by",
    "held_reason": "l.reason",
    "held_serial": shown_answer("l.serial"),
    "shown": shown_answer("a.serial"),
}


def list_conflicts(db: Database, service: str, *, settled: bool = False, limit: int = 100) -> list[AnswerConflict]:
    """Open differences of a service, the newest of each line and side; or the settled ones, newest first."""
    newest = (
        "a.settled_by = '' AND a.id = (SELECT max(b.id) FROM answer_conflict b WHERE b.dispatch_id = a.dispatch_id"
        " AND b.ordinal = a.ordinal AND b.received_by = a.received_by AND b.settled_by = '')"
    )
    if settled:
        where = "a.settled_by <> ''"
        order = "a.id DESC"
    else:
        where = newest
        order = "a.id"
    rest = (
        "JOIN dispatch d ON d.id = a.dispatch_id JOIN dispatch_line l ON l.dispatch_id = a.dispatch_id"
        " AND l.ordinal = a.ordinal JOIN case_file c ON c.id = l.case_id"
        f" WHERE {where} AND d.service = ? ORDER BY {order} LIMIT ?"
    )
    return AnswerConflict.joined(db, "a", rest, (service, limit), **CONFLICT_COLUMNS)


def disputed_on_the_way(db: Database, service: str) -> dict[str, list[tuple[int, str]]]:
    """Shipment → (case id, name) of cards in it whose answers differ, so that nobody waits for them yet."""
    where, values = condition_at(db, "arrive", service)
    rows = db.run(
        "SELECT DISTINCT l.shipment, c.id, c.name FROM answer_conflict a JOIN dispatch_line l"
        " ON l.dispatch_id = a.dispatch_id AND l.ordinal = a.ordinal JOIN case_file c ON c.id = l.case_id"
        f" WHERE a.settled_by = '' AND l.shipment <> '' AND c.service = ? AND NOT ({where}) ORDER BY c.id",
        [service, *values],
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for shipment, case_id, name in rows:
        found.setdefault(shipment, []).append((case_id, name))
    return found


def unchecked_answers(db: Database, actor: Actor, service: str) -> list[tuple[int, str, int]]:
    """(dispatch id, number, count) of typed answers that this person may check: not those of the own hand."""
    return list(
        db.run(
            "SELECT d.id, d.number, count(*) FROM typed_answer t JOIN dispatch d ON d.id = t.dispatch_id"
            " WHERE t.checked_by = '' AND t.typed_by <> ? AND d.service = ? GROUP BY d.id ORDER BY d.id",
            (actor.username, service),
        )
    )


@cached_until_next_entry
def newest_sent_at(db: Database) -> str | None:
    """When the newest dispatch left, or None."""
    row = db.one("SELECT max(id) FROM dispatch WHERE state = 'sent'")
    sql = "SELECT max(at) FROM journal WHERE subject = ? AND kind = 'dispatch.sent'"
    if row and row[0]:
        return first_value(db, sql, (f"dispatch/{row[0]}",))
    return None


@cached_until_next_entry
def count_held_up(db: Database, service: str) -> int:
    """How many cases of a service would be sent next and wait for word from elsewhere."""
    here, values = condition_at(db, "send", service)
    waiting, others = waiting_condition(db)
    return int(first_value(db, f"SELECT count(*) FROM case_file c WHERE {here} AND {waiting}", [*values, *others]))


@cached_until_next_entry
def cases_to_send(db: Database, service: str = "") -> tuple[int, str | None]:
    """How many cases of a service (or of all) may go into a dispatch and are in none, and their nearest promise."""
    where, values = condition_to_send(db, service)
    row = db.one(f"SELECT count(*), min(c.due_on) FROM case_file c WHERE {where}", values)
    if row:
        return (int(row[0]), row[1])
    return (0, None)


def cases_to_repair(db: Database, actor: Actor, service: str, limit: int) -> list[CaseFile]:
    where, values = condition_at(db, "repair", service)
    own, mine = seen_area(actor)
    rest = f"WHERE {where} {own} ORDER BY c.due_on IS NULL, c.due_on, c.id LIMIT ?"
    return CaseFile.joined(db, "c", rest, [*values, *mine, limit])


def list_refusals(db: Database, case_id: int) -> list[DispatchLineRow]:
    """Refused lines of a case with the number of their `dispatch`, the newest first."""
    rest = "JOIN dispatch d ON d.id = l.dispatch_id WHERE l.case_id = ? AND l.result = 'refused'"
    return DispatchLineRow.joined(db, "l", f"{rest} ORDER BY l.dispatch_id DESC", (case_id,), dispatch="d.number")


def unjudged_prints(db: Database, subject: str) -> list[PaperPrint]:
    return PaperPrint.rows(db, subject=subject, came_out=None, order="last_at")
