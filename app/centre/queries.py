"""What the pages of the print centre read, in one statement each: figures, lists of lines, dispatches, shipments."""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.centre.tables import (
    KTP_TERMS,
    BlankCount,
    BlankDay,
    BlankMovement,
    IncomingDispatch,
    IncomingLine,
    OutgoingShipment,
    shared_terms,
)
from app.core.messages import PartnerWords
from schema.database import Database, cached_until_next_entry, distinct_values, first_value
from schema.definitions import load_all
from schema.struct_rows import select_structs
from sync.enrolment import CENTRE_STREAM, own_stream

JOIN_OFFICE_NAMES = " LEFT JOIN road_peer p ON p.name = {0} LEFT JOIN centre_office o ON o.code = {0}"
"""Joins that know an office's name; `coalesce(p.label, o.name, code)` is the one to show."""


QUEUE_ORDER = "due_on, sent_on, source, dispatch_id, ordinal"
"""Order of the print queue: the nearest promise first, then whoever sent first."""
ORDER_OF_QUEUE = ", ".join(f"l.{column}" for column in QUEUE_ORDER.split(", "))


HELD_BY_RETURN = (
    "l.state IN ('waiting', 'accepted') AND EXISTS (SELECT 1 FROM road_peer h WHERE h.name = l.source"
    " AND h.heard_in < (SELECT max(epoch) FROM side_return)) AND NOT EXISTS (SELECT 1 FROM line_release r"
    " WHERE r.source = l.source AND r.line = l.line AND r.return_epoch = (SELECT max(epoch) FROM side_return))"
)
"""SQL on a line `l`: we came back and its office was not heard since. Nothing is before the first return, for a number
is never smaller than NULL."""
HELD_BY_CLAIM = (
    "l.state IN ('waiting', 'accepted') AND l.source IN (SELECT c.peer FROM loss_claim c WHERE c.decided_at = ''"
    " AND c.epoch >= coalesce((SELECT max(epoch) FROM side_return), 0))"
)
"""SQL on a line `l`: its office says without proof that we have lost something, and nobody has decided."""
LINE_IS_HELD = f"(({HELD_BY_RETURN}) OR ({HELD_BY_CLAIM}))"


class Balance(msgspec.Struct, frozen=True):
    """Lines in figures. They agree when came = printed + refused + waiting (shipped cards count as printed)."""

    came: int
    printed: int
    refused: int
    waiting: int

    @property
    def agrees(self) -> bool:
        return self.came == self.printed + self.refused + self.waiting


def count_paper_lines(db: Database, office: str) -> int:
    return count_lines(db, "paper", office)


def count_lines(db: Database, state: str, office: str = "") -> int:
    """Lines in one state, of all offices or of one."""
    only, offices = of_office("source", office)
    sql = f"SELECT coalesce(sum(lines), 0) FROM office_line_count WHERE state = ?{only}"
    return int(first_value(db, sql, (state, *offices)) or 0)


def of_office(column: str, office: str) -> tuple[str, tuple[str, ...]]:
    """A further condition that takes the lines of one office, with its value; nothing where all are meant."""
    if office:
        return (f" AND {column} = ?", (office,))
    return ("", ())


class Blanks(msgspec.Struct, frozen=True):
    """The book of blanks in figures: stock = before + received + corrected - used - spoiled."""

    before: int
    received: int
    used: int
    spoiled: int
    corrected: int

    @property
    def stock(self) -> int:
        return self.before + self.received + self.corrected - self.used - self.spoiled


LEFT_OVER = "coalesce(sum(received + corrected - used - spoiled), 0)"
"""What days leave over."""


def blank_stock(db: Database) -> int:
    return int(first_value(db, f"SELECT {LEFT_OVER} FROM blank_day") or 0)


def queue_length(db: Database) -> int:
    return count_lines(db, "accepted")


def count_late_lines(db: Database, today: str) -> int:
    sql = "SELECT count(*) FROM incoming_line WHERE state IN ('waiting', 'accepted') AND due_on <> '' AND due_on < ?"
    return int(first_value(db, sql, (today,)) or 0)


def is_line_held(db: Database, office: str, line: str, why: str = LINE_IS_HELD) -> bool:
    sql = f"SELECT 1 FROM incoming_line l WHERE l.source = ? AND l.line = ? AND {why}"
    return db.one(sql, (office, line)) is not None


def line_balance(db: Database, office: str = "", dispatch_id: int | None = None) -> Balance:
    """The balance of everything, of an office, or of one dispatch. Lines that went on paper are no work here.

    Each part is counted by its own states, so that a line in no known state would show.
    """
    where = ["state <> 'paper'"]
    params = []
    for clause, value in (("source = ?", office or None), ("dispatch_id = ?", dispatch_id)):
        if value is not None:
            where.append(clause)
            params.append(value)
    if dispatch_id is None:
        table = "office_line_count"
    else:
        table = "line_count"
    [balance] = select_structs(
        Balance,
        db,
        f"FROM {table} WHERE {' AND '.join(where)}",
        params,
        came=whole("sum(lines)"),
        printed=sum_of_states("printed", "shipped"),
        refused=sum_of_states("refused"),
        waiting=sum_of_states("waiting", "accepted"),
    )
    return balance


def whole(total: str) -> str:
    """SQL of a sum as a whole number, also of nothing: PostgreSQL adds whole numbers up to a decimal."""
    return f"CAST(coalesce({total}, 0) AS BIGINT)"


def sum_of_states(*states: str) -> str:
    """SQL of how many lines are in one of these states; the names are ours."""
    named = ", ".join(f"'{state}'" for state in states)
    return whole(f"sum(lines) FILTER (WHERE state IN ({named}))")


def blank_figures(db: Database, since: str = "0000-00-00", until: str = "9999-12-31") -> Blanks:
    """The book of blanks between two office dates (both included); `before` is the stock at the start."""
    before = first_value(db, f"SELECT {LEFT_OVER} FROM blank_day WHERE on_date < ?", (since,))
    sums = ", ".join(f"coalesce(sum({column}), 0)" for column in ("received", "used", "spoiled", "corrected"))
    days = f"SELECT {sums} FROM blank_day WHERE on_date >= ? AND on_date <= ?"
    moved = db.one(days, (since, until)) or (0, 0, 0, 0)
    return Blanks(int(before or 0), *map(int, moved))


def earliest_of_open(column: str, where: str) -> str:
    """SQL of the earliest date of lines that still wait for work, state by state: each is the first of an index."""
    query = f"SELECT min({column}) AS day FROM incoming_line WHERE {where} AND state = "
    return f"coalesce((SELECT min(day) FROM ({query}'waiting' UNION ALL {query}'accepted') AS days), '')"


class OfficeQueue(msgspec.Struct, frozen=True):
    """What an office still waits for. `printed`: cards that lie here; times and dates are ISO text or empty."""

    code: str
    name: str
    undecided: int
    queued: int
    printed: int
    oldest_on: str
    due_on: str
    last_contact_at: str

    @property
    def waiting(self) -> int:
        return self.undecided + self.queued


def list_office_queues(db: Database) -> list[OfficeQueue]:
    found = select_structs(
        OfficeQueue,
        db,
        f"FROM office_line_count l{JOIN_OFFICE_NAMES.format('l.source')}"
        " WHERE l.state IN ('waiting', 'accepted', 'printed') GROUP BY l.source, p.label, o.name, p.last_contact_at",
        code="l.source",
        name="coalesce(p.label, o.name, l.source)",
        undecided=sum_of_states("waiting"),
        queued=sum_of_states("accepted"),
        printed=sum_of_states("printed"),
        oldest_on=earliest_of_open("sent_on", "source = l.source"),
        due_on=earliest_of_open("due_on", "source = l.source"),
        last_contact_at="coalesce(p.last_contact_at, '')",
    )
    return sorted(found, key=lambda row: (not row.waiting, row.due_on, row.code))


def office_names(db: Database) -> dict[str, str]:
    """Code → name of every office that was invited or enrolled; the enrolled name holds."""
    return dict(db.run("SELECT code, name FROM centre_office")) | dict(db.run("SELECT name, label FROM road_peer"))


def find_shipments(db: Database, rest: str, params: tuple[Any, ...]) -> list[OutgoingShipment]:
    joins = JOIN_OFFICE_NAMES.format("s.office")
    return OutgoingShipment.joined(db, "s", joins + rest, params, name="coalesce(p.label, o.name, s.office)")


def list_shipments(db: Database, limit: int = 26, offset: int = 0) -> list[OutgoingShipment]:
    return find_shipments(db, " ORDER BY s.at DESC, s.number DESC LIMIT ? OFFSET ?", (limit, offset))


def find_shipment(db: Database, number: str) -> OutgoingShipment | None:
    return next(iter(find_shipments(db, " WHERE s.number = ?", (number,))), None)


def last_carrier(db: Database, office: str) -> str:
    last = OutgoingShipment.first(db, office=office, order="at DESC")
    return str(last.carrier) if last else ""


def list_book_days(db: Database, limit: int = 31) -> list[BlankDay]:
    """The last days on which the book moved, the newest first; `left` is the stock at the end of the day."""
    days = BlankDay.rows(db, order="on_date DESC", limit=limit)
    left = blank_stock(db)
    for day in days:
        day.left = left
        left -= day.received + day.corrected - day.used - day.spoiled
    return days


def list_deliveries(db: Database, limit: int = 20) -> list[BlankMovement]:
    return BlankMovement.rows(db, kind=("received", "corrected"), order="at DESC, entry DESC", limit=limit)


def last_count(db: Database) -> BlankCount | None:
    return BlankCount.first(db, order="at DESC, entry DESC")


def blanks_per_day(db: Database, since: str) -> float:
    row = db.one(
        "SELECT sum(used + spoiled), count(*) FROM blank_day WHERE used + spoiled > 0 AND on_date >= ?",
        (since,),
    )
    if row and row[1]:
        return float(row[0]) / row[1]
    return 0.0


@cached_until_next_entry
def centre_terms(db: Database) -> PartnerWords:
    """What pages call things that are about every line here: services are found by jumping along their index."""
    first = "SELECT words FROM incoming_line WHERE service >= ? ORDER BY service LIMIT 1"
    all_words = [first_value(db, first, (service,)) for service in distinct_values(db, "incoming_line", "service")]
    return shared_terms([IncomingLine(words=words).terms for words in all_words])


def services_received(db: Database) -> frozenset[str]:
    """The services of the lines that ever came; before the first one those that a partner may receive."""
    came = frozenset(distinct_values(db, "incoming_line", "service"))
    return came or frozenset(name for name, definition in load_all().items() if definition.partner)


def search_keys(db: Database) -> str:
    """`NIK, nomor KK`: the numbers by which a line is found, as its services call them."""
    keys = centre_terms(db).key
    return keys.replace(KTP_TERMS.key, f"{KTP_TERMS.key}, nomor KK")


# -- lines and dispatches ---------------------------------------------------------------------------------------


def makes_cards(db: Database) -> bool:
    """Whether this side prints: it has blanks, and what it made leaves in shipments. A bank answers with numbers."""
    return own_stream(db) == CENTRE_STREAM


def office_word(db: Database) -> str:
    """What those are called who send here: every office of a regency's print centre is a kecamatan."""
    if makes_cards(db):
        return "kecamatan"
    return "kantor"


def line_id(db: Database, epoch: int, n: int) -> str:
    """A line by the parts of its address: offices send to this side in its one stream."""
    return f"{epoch}/{own_stream(db)}/{n}"


def find_lines(
    db: Database, where: str, params: Sequence[Any], order: str, limit: int = 2000, offset: int = 0
) -> list[IncomingLine]:
    """Lines that satisfy a condition, in an order; both are text of ours, values go through `params`."""
    rest = f"{JOIN_OFFICE_NAMES.format('l.source')} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    name = "coalesce(p.label, o.name, l.source)"
    shown = "coalesce((SELECT v.mask FROM line_value v WHERE v.source = l.source AND v.line = l.line), l.serial)"
    compared = "coalesce((SELECT t.verdict FROM line_original t WHERE t.source = l.source AND t.line = l.line), '')"
    more = {"office": name, "shown": shown, "typed_verdict": compared}
    return IncomingLine.joined(db, "l", rest, (*params, limit, offset), **more)


def list_queue(db: Database, office: str = "", limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    """The print queue of all offices or of one, the nearest promise first; held lines are not offered."""
    only, offices = of_office("l.source", office)
    where = f"l.state = 'accepted' AND NOT ({LINE_IS_HELD}){only}"
    return find_lines(db, where, offices, ORDER_OF_QUEUE, limit, offset)


def next_in_queue(db: Database, office: str = "") -> IncomingLine | None:
    only, offices = of_office("l.source", office)
    where = f"l.state = 'accepted' AND l.recall = '' AND NOT ({LINE_IS_HELD}){only}"
    return next(iter(find_lines(db, where, offices, ORDER_OF_QUEUE, 1)), None)


def list_dispatch_lines(db: Database, office: str, dispatch_id: int) -> list[IncomingLine]:
    return find_lines(db, "l.source = ? AND l.dispatch_id = ?", (office, dispatch_id), "l.ordinal")


def list_cards_to_ship(db: Database, office: str) -> list[IncomingLine]:
    # `+`, or the index of dispatches would give the order, through every line that the office ever sent
    return find_lines(db, "l.source = ? AND l.state = 'printed'", (office,), "+l.dispatch_id, l.ordinal")


def list_shipment_lines(db: Database, office: str, number: str) -> list[IncomingLine]:
    where = "l.source = ? AND l.shipment = ? AND l.shipment <> ''"
    return find_lines(db, where, (office, number), "+l.dispatch_id, l.ordinal")


def list_refused_lines(db: Database, limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    return find_lines(db, "l.state = 'refused'", (), "l.changed_at DESC, l.source, l.line", limit, offset)


def list_recalled_lines(db: Database) -> list[IncomingLine]:
    # a CASE, or SQLite goes through every open line instead of the short index of those that are asked back
    where = "l.recall <> '' AND CASE WHEN l.state IN ('waiting', 'accepted') THEN 1 ELSE 0 END = 1"
    return find_lines(db, where, (), ORDER_OF_QUEUE, 50)


def list_lines_of_person(db: Database, line: IncomingLine) -> list[IncomingLine]:
    where = "l.main_key = ? AND l.main_key <> '' AND l.service = ? AND NOT (l.source = ? AND l.line = ?)"
    return find_lines(db, where, (line.main_key, line.service, line.source, line.line), "l.sent_on DESC, l.line", 5)


def find_line(db: Database, office: str, line: str) -> IncomingLine | None:
    return next(iter(find_lines(db, "l.source = ? AND l.line = ?", (office, line), "l.line", 1)), None)


def search_lines(db: Database, text: str) -> list[IncomingLine]:
    """Lines by key, number of the family card, case number, slip code, serial, or how a number or name begins."""
    typed = " ".join(text.split()).upper()[:100]
    plain = typed.replace(" ", "").replace("-", "").replace(".", "")
    if not typed:
        return []
    if plain.isdigit() and len(plain) == 16:
        return find_lines(db, "l.main_key = ? OR l.kk = ?", (plain, plain), "l.sent_on DESC, l.line", 50)
    for column, value in (("number", typed), ("main_key", typed), ("code", plain), ("serial", plain)):
        found = find_lines(db, f"l.{column} = ? AND l.{column} <> ''", (value,), "l.sent_on DESC, l.line", 50)
        if found:
            return found
    return find_begun_lines(db, "number", typed) or find_begun_lines(db, "name", typed)


def find_begun_lines(db: Database, column: str, typed: str) -> list[IncomingLine]:
    where = f"l.{column} >= ? AND l.{column} < ?"
    order = f"l.{column}, l.sent_on DESC, l.line"
    return find_lines(db, where, (typed, typed + "\U0010ffff"), order, 50)


OF_DISPATCH = "source = d.source AND dispatch_id = d.dispatch_id"
ON_PAPER = f"(SELECT count(*) FROM incoming_line WHERE {OF_DISPATCH} AND state = 'paper' AND answer IN"
DISPATCH_FIGURES = {
    "office": "coalesce(p.label, o.name, d.source)",
    "came": whole("sum(c.lines)"),
    "undecided": sum_of_states("waiting"),
    "queued": sum_of_states("accepted"),
    "printed": f"{sum_of_states('printed', 'shipped')} + {ON_PAPER} ('printed'))",
    "refused": f"{sum_of_states('refused')} + {ON_PAPER} ('refused'))",
    "due_on": earliest_of_open("due_on", OF_DISPATCH),
    "unanswered": f"{ON_PAPER} ('', 'accepted'))",
}
"""What lists add to a dispatch. One on `paper` has answers of the paper list; `unanswered` lines never got one."""


def find_dispatches(db: Database, where: str, params: Sequence[Any], order: str) -> list[IncomingDispatch]:
    rest = (
        "LEFT JOIN line_count c ON c.source = d.source AND c.dispatch_id = d.dispatch_id"
        f"{JOIN_OFFICE_NAMES.format('d.source')} WHERE {where}"
        f" GROUP BY d.source, d.dispatch_id, p.label, o.name {order}"
    )
    return IncomingDispatch.joined(db, "d", rest, params, **DISPATCH_FIGURES)


def list_undecided_dispatches(db: Database, office: str = "", limit: int = 100) -> list[IncomingDispatch]:
    """Dispatches with undecided lines, the nearest promise first."""
    only, offices = of_office("w.source", office)
    due_on = earliest_of_open("due_on", "source = w.source AND dispatch_id = w.dispatch_id")
    where = (
        "(d.source, d.dispatch_id) IN (SELECT w.source, w.dispatch_id FROM line_count w"
        f" WHERE w.state = 'waiting'{only} ORDER BY {due_on}, w.source, w.dispatch_id LIMIT ?)"
    )
    order = "ORDER BY due_on, d.sent_on, d.source, d.dispatch_id"
    return find_dispatches(db, where, (*offices, limit), order)


def count_undecided_dispatches(db: Database, office: str = "") -> int:
    only, offices = of_office("source", office)
    sql = f"SELECT count(*) FROM line_count WHERE state = 'waiting'{only}"
    return int(first_value(db, sql, offices) or 0)


def list_dispatches(db: Database, office: str, limit: int = 26, offset: int = 0) -> list[IncomingDispatch]:
    """A page of the dispatches of an office, the newest first: chosen before anything is counted."""
    where = (
        "(d.source, d.dispatch_id) IN (SELECT source, dispatch_id FROM incoming_dispatch WHERE source = ?"
        " ORDER BY sent_on DESC, dispatch_id DESC LIMIT ? OFFSET ?)"
    )
    return find_dispatches(db, where, (office, limit, offset), "ORDER BY d.sent_on DESC, d.dispatch_id DESC")


def find_dispatch(db: Database, office: str, dispatch_id: int) -> IncomingDispatch | None:
    return next(iter(find_dispatches(db, "d.source = ? AND d.dispatch_id = ?", (office, dispatch_id), "")), None)


class SilentOffice(msgspec.Struct, frozen=True):
    """An office that has not given back yet what it holds of our decisions, and its held lines."""

    code: str
    name: str
    last_contact_at: str
    held: int


def last_return_epoch(db: Database) -> int:
    return int(first_value(db, "SELECT max(epoch) FROM side_return") or 0)


def list_silent_offices(db: Database) -> list[SilentOffice]:
    open_lines = f"SELECT {whole('sum(lines)')} FROM office_line_count WHERE source = p.name"
    released = (
        "SELECT count(*) FROM line_release r JOIN incoming_line l ON l.source = r.source AND l.line = r.line"
        " WHERE r.source = p.name AND r.return_epoch = (SELECT max(epoch) FROM side_return)"
    )
    states = "state IN ('waiting', 'accepted')"
    held = f"({open_lines} AND {states}) - ({released} AND l.{states})"
    rest = "FROM road_peer p WHERE p.heard_in < (SELECT max(epoch) FROM side_return) ORDER BY p.name"
    last = "coalesce(p.last_contact_at, '')"
    return select_structs(SilentOffice, db, rest, code="p.name", name="p.label", last_contact_at=last, held=held)


def list_held_lines(db: Database, limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    return find_lines(db, HELD_BY_RETURN, (), ORDER_OF_QUEUE, limit, offset)
