"""The table of moves of a line: what the service does, what the page offers, what the journal keeps, by state.

What is expected is written down here from SP 11.3 to 11.7, not read from the table.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.compose import kinds
from app.core.problems import Problem
from app.platform.office.moves import Move
from app.quality.capa import service as capa
from app.quality.quarter import transitions as recap
from app.services.complaints import service
from app.services.complaints.service import WrittenLine
from app.services.complaints.transitions import MOVES
from tests.platform.people import Browser
from tests.platform.web.walking import every_rule
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import do

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
ELSEWHERE = {"scan", "strike", "slip", "object", "stop_sms"}
"""Moves with tests of their own: test_scans, test_follow, test_slip_codes, test_asides, hotline/test_notices."""


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
    posts = {rule.endpoint: rule.rule for rule in every_rule(web) if "POST" in (rule.methods or ())}
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


# -- LTPP and recap ----------------------------------------------------------------------------------------------

CAPA = {
    "plan": "open - - open",
    "complete": "done - - -",
    "effective": "effective effective - -",
    "again": "again again - -",
    "link": "open done effective again",
}
"""SP 11.7, in the states open, done, effective, again: what follows; `-`: refused."""
RECAP = {
    "draft": "draft draft - - -",
    "check": "- checked - - -",
    "return": "- draft draft - -",
    "refuse": "- - draft - -",
    "approve": "- - approved - -",
    "pledge": "- draft checked approved -",
    "post": "- - - published published",
    "addendum": "- - - approved published",
}
"""Clauses 11.8 and 11.9 of ktp-el, before the first draft and in the states draft, checked, approved, published."""
PLEDGE = {"correct": "standing - -", "withdraw": "withdrawn - -", "keep": "kept - -"}
"""A promise: standing, kept, withdrawn."""


@pytest.mark.parametrize(
    ("moves", "states", "expected"),
    [
        (capa.MOVES, ("open", "done", "effective", "again"), CAPA),
        (recap.MOVES, ("", "draft", "checked", "approved", "published"), RECAP),
        (recap.PLEDGE_MOVES, ("standing", "kept", "withdrawn"), PLEDGE),
    ],
)
def test_the_tables_of_ltpp_recap_and_promise(
    moves: dict[str, Move], states: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert {name: " ".join(move.steps.get(one, "-") for one in states) for name, move in moves.items()} == expected


def test_every_kind_of_the_tables_is_a_kind_of_the_journal() -> None:
    named = {move.kind for moves in (MOVES, capa.MOVES, recap.MOVES, recap.PLEDGE_MOVES) for move in moves.values()}
    assert named <= {kind.name for kind in kinds("office")}


def test_an_ltpp_is_in_the_state_of_its_table_after_each_move(book: BookDesk) -> None:
    j, ida, budi, ratna = book.journal, book.who("ida"), book.who("budi"), book.who("ratna")
    made = capa.open_report(j, ida, source="audit", problem="Antre", now=book.clock())
    plan = capa.Plan(["Nomor"], "Bagi nomor", "", "budi", book.clock().date())

    def state() -> str:
        return capa.load_report(j.db, made).state

    for who, effective, refused in ((ratna, True, "conflict"), (budi, True, "conflict")):
        with pytest.raises(Problem) as early:
            capa.verify_round(j, who, capa_id=made, effective=effective, note="Dilihat", now=book.clock())
        assert early.value.code == refused
    for effective, after in ((False, "again"), (True, "effective")):
        assert capa.plan_round(j, budi, capa_id=made, plan=plan, now=book.clock()) == (1 if after == "again" else 2)
        assert state() == CAPA["plan"].split()[0]
        capa.complete_round(j, budi, capa_id=made, note="Sudah", now=book.clock())
        assert state() == "done"
        book.clock.forward(days=1)
        plan = capa.Plan(["Nomor"], "Bagi nomor", "", "budi", book.clock().date())
        with pytest.raises(Problem, match="orang lain"):
            capa.verify_round(j, budi, capa_id=made, effective=effective, note="Dilihat", now=book.clock())
        capa.verify_round(j, ratna, capa_id=made, effective=effective, note="Dilihat", now=book.clock())
        assert state() == after
    with pytest.raises(Problem) as over:
        capa.complete_round(j, budi, capa_id=made, note="Lagi", now=book.clock())
    assert over.value.code == "state"
