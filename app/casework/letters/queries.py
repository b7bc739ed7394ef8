"""What pages and papers ask of letters: the agendas of a year as somebody may read them. Reads only."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from app.casework.desk.tables import CaseFile
from app.casework.letters.tables import Disposition, DispositionReceiver, IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import can_read_incoming, can_read_outgoing, filled_roles, title_of
from app.core.codes import typed_code
from app.core.permissions import Actor, may
from app.core.text import prefix_query
from app.platform.office.numbers import find_numbered
from schema.database import Database, distinct_values, first_column

PER_PAGE = 25
MOST_IN_BOOK = 20_000


class Asked(NamedTuple):
    """What a list of letters asks for: a year, a state (empty: all) and words."""

    year: int
    state: str = ""
    text: str = ""


def incoming_letters(db: Database, actor: Actor, asked: Asked, number: int = 1, size: int = 0) -> list[IncomingLetter]:
    """A page of the agenda of letters that came, the newest first, as far as they have reached this person."""
    own, params = reached_condition(actor)
    conditions, values = asked_conditions(asked, ("number", "letter_number", "sender", "subject"))
    rest = f"WHERE l.year = ? AND {own}{conditions} ORDER BY l.id DESC LIMIT ? OFFSET ?"
    return IncomingLetter.joined(db, "l", rest, [asked.year, *params, *values, *page_limits(number, size)])


def outgoing_letters(db: Database, actor: Actor, asked: Asked, number: int) -> list[OutgoingLetter]:
    """A page of the letters of a year in which this person has a part, drafts too; the newest first."""
    own, params = part_condition(actor)
    conditions, values = asked_conditions(asked, ("number", "addressed_to", "subject"))
    year = "coalesce(l.year, CAST(substr(l.drafted_at, 1, 4) AS INTEGER))"
    rest = f"WHERE {year} = ? AND {own}{conditions} ORDER BY l.id DESC LIMIT ? OFFSET ?"
    return OutgoingLetter.joined(db, "l", rest, [asked.year, *params, *values, *page_limits(number)])


def readable_letters(db: Database, actor: Actor, **condition: int | None) -> list[OutgoingLetter]:
    """Letters of ours under a condition, as far as somebody may read them."""
    rows = OutgoingLetter.rows(db, order="id", **condition)
    return [row for row in rows if can_read_outgoing(actor, row)]


def page_limits(number: int, size: int = 0) -> tuple[int, int]:
    """How many rows to read, one more than a page shows, and how many to pass over; `size`: that many at once."""
    if size:
        return (size, 0)
    return (PER_PAGE + 1, (number - 1) * PER_PAGE)


def asked_conditions(asked: Asked, columns: Sequence[str]) -> tuple[str, list[Any]]:
    conditions = ""
    values = list[Any]()
    if asked.state:
        conditions = " AND l.state = ?"
        values = [asked.state]
    if text := asked.text.strip().lower()[:100]:
        conditions += f" AND ({' OR '.join(f'instr(lower(l.{column}), ?) > 0' for column in columns)})"
        values += [text] * len(columns)
    return conditions, values


def roles_of_actor(actor: Actor) -> str:
    return json.dumps(sorted(filled_roles(actor)))


def reached_condition(actor: Actor) -> tuple[str, list[Any]]:
    """SQL of :func:`app.casework.letters.transitions.can_read_incoming`."""
    if may(actor, "letter.book"):
        return "1 = 1", []
    if may(actor, "letter.agenda"):
        keeper = "l.urgency <> 'secret'"
    else:
        keeper = "1 = 0"
    sql = (
        f"({keeper} OR l.registered_by = ? OR l.to_role IN (SELECT value FROM json_each(?))"
        " OR EXISTS (SELECT 1 FROM disposition d WHERE d.letter_id = l.id AND d.actor = ?)"
        " OR EXISTS (SELECT 1 FROM disposition_receiver r WHERE r.letter_id = l.id"
        " AND (r.username = ? OR r.role IN (SELECT value FROM json_each(?)))))"
    )
    name = actor.username
    roles = roles_of_actor(actor)
    return sql, [name, roles, name, name, roles]


def part_condition(actor: Actor) -> tuple[str, list[Any]]:
    """SQL of :func:`app.casework.letters.transitions.can_read_outgoing`."""
    if may(actor, "letter.book"):
        return "1 = 1", []
    if may(actor, "letter.agenda"):
        keeper = "(l.urgency <> 'secret' OR l.signed_at IS NOT NULL)"
    else:
        keeper = "1 = 0"
    mine = "value IN (SELECT value FROM json_each(?))"
    sql = (
        f"({keeper} OR l.drafted_by = ? OR EXISTS (SELECT 1 FROM json_each(l.initials) WHERE {mine})"
        f" OR EXISTS (SELECT 1 FROM json_each(l.signatories) WHERE {mine})"
        f" OR (l.signed_at IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(l.handed_by) WHERE {mine})))"
    )
    return sql, [actor.username, *[roles_of_actor(actor)] * 3]


def agenda_years(db: Database, this_year: int) -> list[int]:
    came, left = (distinct_values(db, table, "year") for table in ("incoming_letter", "outgoing_letter"))
    return sorted({this_year, *came, *left}, reverse=True)


def numbered_letters(db: Database, actor: Actor, year: int) -> list[OutgoingLetter]:
    own, params = part_condition(actor)
    rest = f"WHERE l.year = ? AND l.number <> '' AND {own} ORDER BY l.numbered_on, l.n, l.id LIMIT ?"
    return OutgoingLetter.joined(db, "l", rest, [year, *params, MOST_IN_BOOK])


BY_HAND = ("messenger", "taken")
"""Ways of sending in which a person takes the letter and signs for it."""


def letters_by_hand(db: Database, actor: Actor, since: date, until: date) -> list[OutgoingLetter]:
    """Letters that left by hand from one day to another, in the order of the book."""
    own, params = part_condition(actor)
    by_hand = "l.sent_on BETWEEN ? AND ? AND l.way IN (SELECT value FROM json_each(?))"
    rest = f"WHERE {by_hand} AND {own} ORDER BY l.sent_on, l.year, l.n, l.id LIMIT ?"
    days = [since.isoformat(), until.isoformat(), json.dumps(BY_HAND)]
    return OutgoingLetter.joined(db, "l", rest, [*days, *params, MOST_IN_BOOK])


IS_OPEN = "l.state NOT IN ('sent', 'cancelled')"
"""In the words of the index of open letters: what was sent is never read."""


def letters_to_carry(db: Database, actor: Actor) -> list[OutgoingLetter]:
    """Letters with a number that have not left yet: whoever carries them takes the page along. Those whose paper is out
    to be signed electronically stay."""
    own, params = part_condition(actor)
    out = "EXISTS (SELECT 1 FROM paper_signing s WHERE s.subject = 'outgoing/' || l.id AND s.file_id IS NULL)"
    rest = f"WHERE l.state = 'numbered' AND {IS_OPEN} AND NOT {out} AND {own} ORDER BY l.year, l.n, l.id LIMIT ?"
    return OutgoingLetter.joined(db, "l", rest, [*params, MOST_IN_BOOK])


def letter_of_code(db: Database, code: str) -> OutgoingLetter | None:
    """The letter whose paper bears this check code (in stored form)."""
    rest = "WHERE l.check_code = ? AND l.check_code <> ''"  # in the words of its index
    return next(iter(OutgoingLetter.joined(db, "l", rest, (code,))), None)


class Chain(NamedTuple):
    order: Disposition
    instructions: list[str]
    receivers: list[DispositionReceiver]


def chain_of(db: Database, letter_id: int) -> list[Chain]:
    receivers = DispositionReceiver.rows(db, letter_id=letter_id, order="id")
    return [
        Chain(order, json.loads(order.instructions), [row for row in receivers if row.disposition_id == order.id])
        for order in Disposition.rows(db, letter_id=letter_id, order="id")
    ]


def open_parts_of(db: Database, actor: Actor, most: int) -> list[DispositionReceiver]:
    """What this person has still to do with letters, each with the letter's `number`, `subject`, `sender`; the nearest
    first."""
    rest = (
        "JOIN incoming_letter l ON l.id = r.letter_id WHERE r.done_at IS NULL"
        " AND (r.username = ? OR r.role IN (SELECT value FROM json_each(?)))"
        " ORDER BY r.due_on IS NULL, r.due_on, r.id LIMIT ?"
    )
    more = {name: f"l.{name}" for name in ("number", "subject", "sender")}
    return DispositionReceiver.joined(db, "r", rest, [actor.username, roles_of_actor(actor), most], **more)


def incoming_title(db: Database, letter_id: int) -> str:
    row = IncomingLetter.first(db, id=letter_id)
    if row is None:
        return f"Surat masuk {letter_id}"
    return f"Surat masuk {row.number}"


def outgoing_title(db: Database, letter_id: int) -> str:
    row = OutgoingLetter.first(db, id=letter_id)
    if row:
        return title_of(row)
    return f"Surat keluar {letter_id}"


MOST_LOOKED_AT = 200
"""Letters that a search looks at for those that this person may read."""


def find_incoming(db: Database, actor: Actor, text: str, most: int) -> list[IncomingLetter]:
    """Letters that came, by our number or its part, the sender's number, sender or subject; the newest first."""
    ids = {*find_numbered(db, "incoming", text), *ids_by_words(db, "incoming_fts", text)}
    if ids:
        rows = IncomingLetter.rows(db, id=tuple(ids), order="id DESC")
    else:
        rows = []
    return [row for row in rows if can_read_incoming(db, actor, row)][:most]


def find_outgoing(db: Database, actor: Actor, text: str, most: int) -> list[OutgoingLetter]:
    """Letters of ours, by number or its part, check code, addressee or subject; the newest first."""
    bearing = letter_of_code(db, typed_code(text))
    if bearing:
        coded = {bearing.id}
    else:
        coded = set[int]()
    ids = {*find_numbered(db, "outgoing", text), *ids_by_words(db, "outgoing_fts", text), *coded}
    if ids:
        rows = OutgoingLetter.rows(db, id=tuple(ids), order="id DESC")
    else:
        rows = []
    return [row for row in rows if can_read_outgoing(actor, row)][:most]


def ids_by_words(db: Database, index: str, text: str) -> list[int]:
    """Rows of one of our indexes (schema/office/0082) that hold every word of the text."""
    query = prefix_query(text)
    sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid DESC LIMIT ?"
    if not query:
        return []
    return first_column(db, sql, (query, MOST_LOOKED_AT))


def case_numbers(db: Database, ids: Sequence[int | None]) -> dict[int, str]:
    return {row.id: row.number for row in CaseFile.rows(db, id=tuple(number for number in ids if number is not None))}
