"""Buku pengaduan: the ruled register of a year, with the box openings between its lines and what stands out today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any, cast

import msgspec
from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import clocks, identity, limits, openings, queries
from app.complaints.kept_masks import Clean
from app.complaints.queries import Asked, Column, Row
from app.complaints.slip_codes import slip_of
from app.complaints.views.fresh_codes import FreshCodes
from app.complaints.words import CATEGORIES, CHANNELS, STATES
from app.core.codes import check_code
from app.core.permissions import SYSTEM, Actor, may
from app.core.value_problem import ValueProblem
from app.office import service as office
from app.people import service as people
from app.web.context import current_actor, db, today
from app.web.guard import needs
from app.web.pages import Slice, cut, page, page_number
from schema.database import Database

pages = Blueprint("complaints", __name__, url_prefix="/pengaduan")
pages.record_once(lambda state: state.app.extensions.setdefault("loket_codes", FreshCodes()))
ASKABLE = {"late": "Lewat batas", "unanswered": "Belum dijawab", "running": "Berjalan", **STATES,
           "unsatisfied": "Pengadu belum puas", "aside": "Disisihkan"}  # fmt: skip


def current_codes() -> FreshCodes:
    """Slip codes that were just made at these desks."""
    return cast(FreshCodes, current_app.extensions["loket_codes"])


@pages.get("")
@needs("complaint.view")
def register() -> ResponseReturnValue:
    """A page of the book."""
    asked, number = wanted(), page_number()
    found = cut(queries.book_page(db(), asked, today(), number), number, queries.PER_PAGE)
    return page(
        "complaints/book.html", asked=asked, rows=drawn(found), slice=found,
        last=queries.last_line(db(), asked.year)[1], standing=queries.standing(db(), today()), box=box_today(),
        years=queries.years(db()) or [today().year],
        states=ASKABLE, channels=CHANNELS, categories=CATEGORIES, sections=limits.section_names(db()),
        values={key: value for key, value in request.args.items() if key != "hal"},
    )  # fmt: skip


def wanted() -> Asked:
    """What the address asks for; nonsense asks for nothing."""
    year = request.args.get("tahun", "")

    def one(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    return Asked(
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today().year,
        one("keadaan", ASKABLE), one("seksi", limits.section_names(db())), one("tentang", CATEGORIES),
        one("sarana", CHANNELS),
    )  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """One line as the register draws it; `state` is its class, word and when."""

    row: Row
    who: str
    words: str
    reason: str
    village: str
    state: tuple[str, str, str]
    notes: list[Column]
    deeds: list[Column]
    initials: str


class Day(msgspec.Struct, frozen=True):
    """A day of the register: how the box was opened and by whom, then the lines of that day."""

    day: str
    box: Any
    box_by: str
    lines: list[Line]


def drawn(found: Slice[Row]) -> list[Day]:
    """Days of the register, the newest first: the box opening of a day, then its lines with their staff columns."""
    rows = list(found.items)
    if not rows:
        return []
    notes, names = queries.columns(db(), [row.id for row in rows]), people.names(db())
    villages, calendar = limits.area_names(db()), office.calendar(db())
    clean = identity.words_for(db(), current_actor(), rows, today())
    boxes = openings.between(
        db(), date.fromisoformat(rows[-1].received_on), date.fromisoformat(rows[0].received_on)
    )
    days = []
    for day, lines in groupby(rows, key=lambda row: row.received_on):
        drawn_lines = [line_of(row, clean[row.id], notes[row.id], names, villages, calendar) for row in lines]
        box = boxes.get(day)
        by = names.get(box.actor, "") if box else ""
        days.append(Day(day, box, by, drawn_lines))
    return days


def line_of(
    row: Row, clean: Clean | None, written: list[Column], names: Mapping[str, str], villages: Mapping[str, str],
    calendar: Any,
) -> Line:  # fmt: skip
    """One line as the template draws it; `clean`: its words without identity, for who may not read them whole."""
    hands = [row.entered_by, *(one.actor for one in written)]
    words = "" if row.aside else clean.words if clean else row.words
    return Line(
        row, who(row), words, identity.text_for(db(), current_actor(), row, row.aside or "", today()),
        villages.get(row.area, ""),
        clocks.row_word(row, today(), calendar), [one for one in written if one.name == "note"],
        [one for one in written if one.name in ("follow_up", "first_answer", "answer")],
        ", ".join(dict.fromkeys(hand(one, names) for one in hands)),
    )  # fmt: skip


def who(row: Row) -> str:
    """What the register shows of a complainant: never the name itself."""
    if row.anonymous:
        return "Tanpa nama"
    if row.confidential:
        return "Nama dirahasiakan"
    return "Bernama" if row.named else "Nama tidak ditulis"


def initials(name: str) -> str:
    """`Nur Laila` → `NL`, as somebody initials the register."""
    words = [word for word in name.split() if word[:1].isalpha() and not word.endswith(".")]
    return "".join(word[0] for word in words[:3]).upper()


def hand(username: str, names: Mapping[str, str]) -> str:
    """How somebody initials the book; a visitor at the kiosk has no initials."""
    return "kios" if username == SYSTEM.username else initials(names.get(username, username))


def full_number(text: str, year: int) -> str:
    """`12` → `012/ADUAN/2026`, as somebody says a line of this year's book; anything else as typed."""
    short = text.strip()
    return (
        f"{int(short):03d}/ADUAN/{year}" if short.isascii() and short.isdigit() and len(short) < 7 else short
    )


def find_line(database: Database, actor: Actor, text: str) -> str | None:
    """The address of the line whose slip code or number somebody typed into the search box."""
    if not may(actor, "complaint.view"):
        return None
    try:
        slip = slip_of(database, check_code(text))
        found = slip.complaint_id if slip else None
    except ValueProblem:
        found = queries.by_number(database, text)
    return url_for("complaints.line", complaint_id=found) if found else None


def box_today() -> dict[str, Any]:
    """Whether the box was opened today, and the working days on which it was not."""
    opened = openings.between(db(), today(), today()).get(today().isoformat())
    return {"opened": opened, "by": people.names(db()).get(opened.actor, "") if opened else "",
            "missed": openings.missed(db(), today()), "unexplained": openings.unexplained(db(), today()),
            "workday": office.calendar(db()).is_workday(today()), "from": openings.END_OF_SERVICE}  # fmt: skip


def waiting_count(database: Database, actor: Actor, _at: Any) -> int | None:
    """Beside the rail's line: first answers that are still open."""
    return queries.unanswered(database) or None if may(actor, "complaint.answer") else None
