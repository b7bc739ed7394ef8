"""Reading the book for pages and papers: pages of the register, filters, staff columns, what stands out today.

Nothing here reads who complained: names come from `identity.py` alone, which logs every look.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from app.casework.desk.tables import CaseFile
from app.core.codes import new_code
from app.core.problems import SENTENCES, Problem
from app.platform.office.numbers import epoch_letter, holds_parts, number_parts
from app.services.complaints.masks import clean_words
from app.services.complaints.tables import (
    AnswerLetter,
    Complaint,
    ComplaintAside,
    ComplaintCode,
    ComplaintColumn,
    ComplaintPause,
    ComplaintRoute,
)
from schema.database import Database, cached_until_next_entry, first_value
from schema.struct_rows import select_structs
from sync.journal import Journal

PER_PAGE = 15
EVERY_YEAR = "semua"
"""How an address asks for the book of all years."""
FIRST_WORDS = 300
"""Letters of a line that a list shows."""


class Asked(msgspec.Struct, frozen=True):
    """What a page of the register is asked for; empty means all, as does the year 0. `state` may also be one of LATE or
    of PARTS; the marks of a picture ask the days of receipt and of the end (`came`, `ended`), or what was settled since
    a day with so many days between its limit and its end (`since`, `gap`)."""

    year: int
    state: str = ""
    section: str = ""
    category: str = ""
    channel: str = ""
    came: str = ""
    ended: str = ""
    since: str = ""
    gap: tuple[int, int] | None = None

    @property
    def filtered(self) -> bool:
        asked = (self.state, self.section, self.category, self.channel, self.came, self.ended, self.since)
        return not self.year or any(asked)


STOOD = (
    "SELECT 1 FROM complaint_pause s WHERE s.complaint_id = c.id AND s.to_on IS NULL AND s.from_on <= c.settle_due_on"
)
"""The clock stands still; a pause that began after the due date stops nothing."""
BESIDE = {
    "named": "(SELECT p.name <> '' FROM complainant p WHERE p.complaint_id = c.id)",
    "paused": f"EXISTS ({STOOD})",
    "aside_reason": "CASE WHEN c.aside THEN (SELECT a.reason FROM complaint_aside a WHERE a.complaint_id = c.id"
    " AND a.back_at IS NULL) ELSE '' END",
}
"""What the register shows of a line besides: whether a name is kept, whether its clock stands still, why it is set
aside."""
OPEN = "c.state IN ('open', 'followed', 'answered') AND c.aside = 0"
"""Neither settled nor set aside; written so that the index by state serves it."""
OWED = f"{OPEN} AND c.first_answer_on IS NULL AND c.first_due_on IS NOT NULL"
"""Somebody waits for the first answer."""
PARTS = {"unanswered": OWED, "running": OPEN, "unsatisfied": "c.satisfied = 0 AND c.aside = 0", "aside": "c.aside = 1"}
LATE_FIRST = "(c.first_answer_on IS NULL AND c.first_due_on < ?)"
LATE_SETTLING = f"(c.settle_due_on < ? AND NOT EXISTS ({STOOD}))"
LATE = {
    "late": f"{OPEN} AND ({LATE_FIRST} OR {LATE_SETTLING})",
    "late_first": f"{OPEN} AND {LATE_FIRST}",
    "late_settling": f"{OPEN} AND {LATE_SETTLING}",
}
"""Open lines over a limit, by what the list is asked for; each `?` is today. What counts them asks the same."""


@cached_until_next_entry
def last_line(db: Database, year: int) -> tuple[int, int]:
    """(epoch, number) of the last line of a year; lines have no gaps, so the number is also how many there are."""
    row = db.one("SELECT epoch, n FROM complaint WHERE year = ? ORDER BY epoch DESC, n DESC LIMIT 1", (year,))
    if row:
        return (int(row[0]), int(row[1]))
    return (0, 0)


def book_years(db: Database) -> list[int]:
    row = db.one("SELECT (SELECT max(year) FROM complaint), (SELECT min(year) FROM complaint)")
    if row and row[0]:
        return list(range(row[0], row[1] - 1, -1))
    return []


def book_page(db: Database, asked: Asked, today: date, page: int, per_page: int = PER_PAGE) -> list[Complaint]:
    """One page of the register, the newest line first, with one row more when another page follows.

    The whole book is cut by number (lines have no gaps), in the order of its index: no page sorts the year.
    """
    where, params = where_asked(asked, today)
    skip = (page - 1) * per_page
    if not asked.filtered:
        epoch, last = last_line(db, asked.year)
        where += " AND c.n <= ? AND (c.epoch, c.n) <= (?, ?)"  # the pair lets the index begin there
        params = [*params, last - skip, epoch, last - skip]
        skip = 0
    order = "ORDER BY c.year DESC, c.epoch DESC, c.n DESC LIMIT ? OFFSET ?"
    return Complaint.joined(db, "c", f"WHERE {where} {order}", (*params, per_page + 1, skip), **BESIDE)


def where_asked(asked: Asked, today: date) -> tuple[str, list[object]]:
    where, params = ["1 = 1"], []  # type: tuple[list[str], list[object]]
    if asked.year:
        where = ["c.year = ?"]
        params = [asked.year]
    if asked.state in LATE:
        where.append(LATE[asked.state])
        params += [today.isoformat()] * LATE[asked.state].count("?")
    elif asked.state in PARTS:
        where.append(PARTS[asked.state])
    elif asked.state:
        where.append("c.state = ? AND c.aside = 0")
        params.append(asked.state)
    for name in ("section", "category", "channel"):
        if value := getattr(asked, name):
            where.append(f"c.{name} = ?")
            params.append(value)
    for column, day in (("received_on", asked.came), ("closed_on", asked.ended)):
        if day:
            where.append(f"c.{column} = ? AND c.aside = 0")
            params.append(day)
    if asked.since and asked.gap:
        gap = "julianday(c.closed_on) - julianday(c.settle_due_on) BETWEEN ? AND ?"
        where.append(f"c.closed_on >= ? AND {gap} AND c.aside = 0")
        params += [asked.since, *asked.gap]
    return " AND ".join(where), params


def staff_columns(db: Database, ids: Sequence[int]) -> dict[int, list[ComplaintColumn]]:
    """What the staff wrote beside lines, struck columns too, in the order in which they were written."""
    found: dict[int, list[ComplaintColumn]] = {number: [] for number in ids}
    if not ids:
        return found
    for row in ComplaintColumn.rows(db, complaint_id=tuple(ids), order="id"):
        found[row.complaint_id].append(row)
    return found


@cached_until_next_entry
def count_unanswered(db: Database) -> int:
    return int(first_value(db, f"SELECT count(*) FROM complaint c WHERE {OWED}"))


@cached_until_next_entry
def count_late(db: Database, what: str, today: date) -> int:
    """How many lines one of LATE lists today: the one number that desk, book and supervision show."""
    days = [today.isoformat()] * LATE[what].count("?")
    return int(first_value(db, f"SELECT count(*) FROM complaint c WHERE {LATE[what]}", days))


class Standing(msgspec.Struct, frozen=True):
    unanswered: int
    late_first: int
    next_first: tuple[int, str, str] | None
    running: int
    late: int
    latest_late: tuple[int, str, str] | None


@cached_until_next_entry
def book_standing(db: Database, today: date) -> Standing:
    """What stands out today. Both examples are (id, number, due date)."""
    day = today.isoformat()
    [(owed, running)] = db.run(f"SELECT count(*) FILTER (WHERE {OWED}), count(*) FROM complaint c WHERE {OPEN}")
    first = db.one(
        f"SELECT c.id, c.number, c.first_due_on FROM complaint c WHERE {OWED} ORDER BY c.first_due_on, c.id LIMIT 1"
    )
    worst = db.one(
        f"SELECT c.id, c.number, c.settle_due_on FROM complaint c WHERE {LATE['late_settling']}"
        " ORDER BY c.settle_due_on, c.id LIMIT 1",
        (day,),
    )
    late_first = count_late(db, "late_first", today)
    late = count_late(db, "late_settling", today)
    return Standing(owed, late_first, first, running, late, worst)  # type: ignore[arg-type]  # as SQL says


def routes_of_line(db: Database, complaint_id: int) -> list[ComplaintRoute]:
    return ComplaintRoute.rows(db, ComplaintRoute.complaint_id == complaint_id, order="id")


def pauses_of_line(db: Database, complaint_id: int) -> list[ComplaintPause]:
    return ComplaintPause.rows(db, ComplaintPause.complaint_id == complaint_id, order="id")


def running_pause(db: Database, complaint_id: int) -> ComplaintPause | None:
    return ComplaintPause.first(db, ComplaintPause.complaint_id == complaint_id, ComplaintPause.to_on.is_null())


def standing_columns(db: Database, complaint_id: int, without: int = 0) -> set[str]:
    written = ComplaintColumn.complaint_id == complaint_id, ComplaintColumn.struck_at.is_null()
    return {row.name for row in ComplaintColumn.rows(db, *written, ComplaintColumn.id != without)}


def find_aside(db: Database, complaint_id: int) -> ComplaintAside | None:
    return ComplaintAside.first(db, ComplaintAside.complaint_id == complaint_id, ComplaintAside.back_at.is_null())


def asides_of_line(db: Database, complaint_id: int) -> list[ComplaintAside]:
    return ComplaintAside.rows(db, ComplaintAside.complaint_id == complaint_id, order="id")


def load_aside(db: Database, complaint_id: int) -> ComplaintAside:
    found = find_aside(db, complaint_id)
    if found is None:
        raise Problem.of("conflict", why=SENTENCES["not_aside"])
    return found


def related_lines(db: Database, complaint_id: int) -> list[tuple[int, str, str]]:
    """(id, number, first words without identity) of lines about the same thing."""
    rows = list(
        db.run(
            "SELECT c.id, c.number FROM complaint_link l JOIN complaint c ON c.id ="
            " CASE WHEN l.complaint_id = ? THEN l.other_id ELSE l.complaint_id END"
            " WHERE l.complaint_id = ? OR l.other_id = ? ORDER BY c.id",
            (complaint_id,) * 3,
        )
    )
    clean = clean_words(db, [row[0] for row in rows])
    return [(id_, number, clean[id_].words[:FIRST_WORDS]) for id_, number in rows]


class Report(msgspec.Struct):
    """An LTPP as the page of a line names it; app/quality/capa writes it."""

    id: int
    number: str
    state: str
    problem: str


def reports_of_line(db: Database, complaint_id: int) -> list[Report]:
    of_line = "FROM capa WHERE id IN (SELECT capa_id FROM capa_complaint WHERE complaint_id = ?) ORDER BY id"
    return select_structs(Report, db, of_line, (complaint_id,))


class Scan(msgspec.Struct):
    id: int
    kind: str
    size: int
    at: str
    actor: str


def scans_of_line(db: Database, complaint_id: int) -> list[Scan]:
    return select_structs(
        Scan, db, "FROM complaint_scan WHERE complaint_id = ? ORDER BY id", (complaint_id,), size="length(data)"
    )


def lines_by_id(db: Database, ids: Iterable[int]) -> list[tuple[int, str, str, str]]:
    """(id, number, state, first words without identity) of lines."""
    wanted = tuple(ids)
    if not wanted:
        return []
    sql = f"SELECT id, number, state FROM complaint WHERE id IN ({', '.join('?' * len(wanted))}) ORDER BY id"
    clean = clean_words(db, wanted)
    return [(*row, clean[row[0]].words[:FIRST_WORDS]) for row in db.run(sql, wanted)]


def lines_by_number(db: Database, numbers: Sequence[str]) -> list[Complaint]:
    rows: list[Complaint] = []
    for start in range(0, len(numbers), 500):
        part = tuple(numbers[start : start + 500])
        rows += Complaint.joined(db, "c", f"WHERE c.number IN ({', '.join('?' * len(part))})", part, **BESIDE)
    return rows


def next_line_number(journal: Journal, year: int) -> tuple[str, int]:
    """(number, n): the next line of the year without a gap; a later epoch marks its lines with its letter."""
    n = int(first_value(journal.db, "SELECT coalesce(max(n), 0) + 1 FROM complaint WHERE year = ?", (year,)))
    return f"{n:03d}{epoch_letter(journal.epoch)}/ADUAN/{year}", n


def line_id_by_number(db: Database, number: str, year: int = 0) -> int | None:
    """The id of the line `012/ADUAN/2026`; with a year also of its line `12`, as somebody says it."""
    text = number.strip().upper()
    if year and text.isascii() and text.isdigit() and len(text) < 7:
        text = f"{int(text):03d}/ADUAN/{year}"
    row = db.one("SELECT id FROM complaint WHERE number = ?", (text,))
    return int(row[0]) if row else None


def ids_by_number(db: Database, text: str, most: int) -> list[int]:
    """Ids of lines whose number holds what was typed of it (`12`, `012/ADUAN`), the newest first."""
    asked = number_parts(text)
    counters = [int(part) for part in asked if part.isdigit() and len(part) < 7]
    marks = ", ".join("?" * len(counters))
    sql = f"SELECT id, number FROM complaint WHERE n IN ({marks}) ORDER BY id DESC"
    if counters:
        rows = db.run(sql, counters)
    else:
        rows = ()
    return [line_id for line_id, number in rows if holds_parts(number_parts(number), asked)][:most]


# -- slip codes (docs/decisions/0023-slip-codes.md) ------------------------------------------------------------------

GONE = (
    "Kode slip ini tidak disimpan kantor, jadi tidak bisa ditampilkan atau dicetak lagi. Pengadu yang kehilangan "
    "slipnya dibuatkan kode baru oleh petugas layanan informasi."
)


class Slip(NamedTuple):
    """What a code opens: its line, the hash of the second word, and the moment of the newer code that replaced it."""

    complaint_id: int
    second_word: str
    replaced_at: str


def code_digest(code: str) -> str:
    """The digest of a code in stored form. Slow on purpose: SHA-256 would give its 35 random bits away in seconds."""
    return hashlib.scrypt(code.encode(), salt=b"loket-slip-1", n=1024, r=8, p=1, dklen=32).hex()


def second_word_hash(word: str, code: str) -> str:
    """The digest of the second word under the line's own code; spaces and case do not matter. As slow as that of the
    code: a quick one would give code and word away to whoever tries usual words."""
    plain = plain_second_word(word)
    salt = f"loket-word-2 {code}".encode()
    if not plain:
        return ""
    return hashlib.scrypt(plain.encode(), salt=salt, n=1024, r=8, p=1, dklen=32).hex()


def is_second_word(word: str, code: str, kept: str) -> bool:
    """Whether this is the word that was kept; words of before November 2026 were kept as a SHA-256."""
    plain = plain_second_word(word)
    of_before = hashlib.sha256(f"loket-word-1 {code} {plain}".encode()).hexdigest()
    return hmac.compare_digest(kept, second_word_hash(word, code)) or hmac.compare_digest(kept, of_before)


def plain_second_word(word: str) -> str:
    return "".join(word.split()).casefold()


def find_slip(db: Database, code: str) -> Slip | None:
    """What a code opens: of a line written before step 0014 the table holds the code itself, of others a digest."""
    issued = ComplaintCode.first(db, digest=code_digest(code))
    if issued is not None:
        return Slip(issued.complaint_id, issued.second_word, newer_code_at(db, issued.complaint_id, issued.id))
    old = Complaint.first(db, code=code)
    if old is None:
        return None
    return Slip(old.id, old.second_word, newer_code_at(db, old.id, 0))


def answer_letter_of_code(db: Database, code: str) -> AnswerLetter | None:
    """The answer letter whose paper bears this check code (in stored form)."""
    rest = "WHERE l.check_code = ? AND l.check_code <> ''"  # in the words of its index
    if code:
        found = AnswerLetter.joined(db, "l", rest, [code])
    else:
        found = []
    return found[0] if found else None


def code_issue(db: Database, code: str) -> str:
    """Which of the codes of a line this is, by its row; nothing for one of before step 0014."""
    issued = ComplaintCode.first(db, digest=code_digest(code))
    if issued is None:
        return ""
    return str(issued.id)


def unused_slip_code(db: Database) -> str:
    """A fresh code that opens no line and no case."""
    return new_code(lambda code: find_slip(db, code) or CaseFile.first(db, CaseFile.code == code))


def newer_code_at(db: Database, complaint_id: int, code_id: int) -> str:
    """The moment (UTC stamp) of the first code that a line got after another one, or nothing."""
    query = "SELECT min(at) FROM complaint_code WHERE complaint_id = ? AND id > ?"
    return str(first_value(db, query, (complaint_id, code_id)) or "")


def reissued_codes(db: Database, complaint_id: int) -> list[ComplaintCode]:
    where = ComplaintCode.complaint_id == complaint_id, ComplaintCode.reason != ""
    return ComplaintCode.rows(db, *where, order="id")
