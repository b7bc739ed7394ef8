"""The table of moves of a line: what the service does, what the page offers, what the journal keeps, by state.

What is expected is written down here from SP 11.3 to 11.7, not read from the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.complaints import service
from app.complaints.service import WrittenLine
from app.complaints.transitions import MOVES
from app.core.problems import Problem
from tests.complaints.desk import BookDesk
from tests.complaints.lines import do
from tests.people import Browser

STATES = ("open", "followed", "answered", "closed", "aside")
CLASS = {"type_": "complaint", "category": "speed", "weight": "light", "handling": "desk"}
MADE: dict[str, tuple[Callable[..., Any], str, dict[str, Any], str]] = {
    "note": (service.add_note, "ida", {"text": "Menelepon"}, "open followed answered closed aside"),
    "link": (service.link_lines, "ida", {"number": "2"}, "open followed answered closed aside"),
    "class": (service.classify_line, "ida", CLASS, "open followed answered - -"),
    "route": (service.route_line, "ida", {"section": "umum", "reason": "Sarana"}, "open followed answered - -"),
    "first_answer": (service.write_first_answer, "ida", {"text": "Diterima"}, "open - - - -"),
    "follow": (service.write_follow_up, "budi", {"text": "Ditambah"}, "followed followed answered - -"),
    "answer": (service.write_answer, "ida", {"text": "Sudah"}, "- answered answered - -"),
    "satisfaction": (service.record_satisfaction, "ida", {"satisfied": True, "text": ""}, "- - answered closed -"),
    "close": (service.close_line, "ida", {}, "- - closed - -"),
    "reopen": (service.reopen_line, "ida", {"reason": "Terulang"}, "- - - followed -"),
    "pause": (service.pause_clock, "budi", {"reason": "field", "text": ""}, "open followed answered - -"),
    "resume": (service.resume_clock, "budi", {}, "- - - - -"),
    "aside": (service.set_line_aside, "ida", {"reason": "Iseng"}, "aside aside aside - -"),
    "check_aside": (service.confirm_aside, "ratna", {}, "- - - - aside"),
    "take_back": (service.take_back_line, "ida", {"reason": "Ternyata pengaduan"}, "- - - - open"),
}
"""Move → command, who makes it, its words, and the state after it in each of STATES; `-`: refused."""
ELSEWHERE = {"scan", "strike", "slip", "object"}
"""Moves with tests of their own: test_scans, test_follow, test_slip_codes, test_asides."""


def line_in(book: BookDesk, state: str) -> WrittenLine:
    line = book.write()
    book.write("Yang lain")
    if state == "aside":
        do(book, service.set_line_aside, "ida", line, reason="Iseng")
    if state in ("followed", "answered", "closed"):
        book.follow(line)
    if state in ("answered", "closed"):
        book.answer(line)
    if state == "closed":
        do(book, service.close_line, "ida", line)
    return line


def state_of(book: BookDesk, line: WrittenLine) -> str:
    row = book.row(line)
    return "aside" if row.aside else row.state


def test_every_move_is_looked_at() -> None:
    assert set(MADE) | ELSEWHERE == set(MOVES)


@pytest.mark.parametrize("state", STATES)
def test_a_move_ends_in_the_state_that_the_book_says_and_the_page_offers_no_other(
    web: Flask, book: BookDesk, state: str
) -> None:
    posts = {rule.endpoint: rule.rule for rule in web.url_map.iter_rules() if "POST" in (rule.methods or ())}
    browsers = {who: Browser(web, who) for who in ("ida", "budi", "ratna")}
    for move, (command, who, _, after) in MADE.items():
        line, expected = line_in(book, state), after.split()[STATES.index(state)]
        page = browsers[who].get(f"/pengaduan/{line.id}").get_data(as_text=True)
        address = posts[f"complaints.{command.__name__}"].replace("<int:complaint_id>", str(line.id))
        assert (f'action="{address}"' in page) == (expected != "-"), move
        assert outcome(book, move, line) == expected, move


def outcome(book: BookDesk, move: str, line: WrittenLine) -> str:
    """The state after a move, `-` where it is refused; its entry is of the kind that the table names."""
    command, who, words, _ = MADE[move]
    [(last,)] = book.journal.db.run("SELECT max(id) FROM journal")
    try:
        do(book, command, who, line, **words)
    except Problem as problem:
        return "-" if problem.code in ("state", "conflict") else problem.code
    [(kind,)] = book.journal.db.run("SELECT kind FROM journal WHERE id > ? ORDER BY id LIMIT 1", (last,))
    assert kind == MOVES[move].kind
    return state_of(book, line)
