"""Rekap triwulan: the list of quarters and one recap with its figures, states, pledges and public version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.complaints import capa, charts, frame, pledges, quarter, quarter_queries, queries
from app.complaints.doubts import doubtful_words
from app.complaints.figures import Figures
from app.complaints.identity import words_for
from app.complaints.kept_masks import Clean
from app.complaints.public import public
from app.complaints.views.asking import questions
from app.complaints.views.forms import ApproveForm, LaterPledgeForm, PledgeForm, PostingForm
from app.complaints.views.recap_words import drawing, lead_of, marked
from app.core.permissions import may
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.core.value_problem import ValueProblem
from app.people import service as people
from app.web.context import current_actor, db, today
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("recap", __name__, url_prefix="/rekap")
KINDS = {"draft": "wait", "checked": "sent", "approved": "good", "published": "good"}


@pages.get("")
@needs("recap.view")
def overview() -> ResponseReturnValue:
    """Every recap, and ended quarters that have none."""
    known = quarter_queries.recaps(db())
    begun = {one.quarter for one in known}
    todo = [one for one in quarter_queries.missing(db(), today()) if str(one) not in begun]
    return page(
        "complaints/recaps.html",
        recaps=[(one, Quarter.parse(one.quarter)) for one in known],
        todo=todo,
        running=Quarter.of(today()),
        years=sorted({Quarter.parse(one.quarter).year for one in known}, reverse=True),
        states=quarter.STATES,
        kinds=KINDS,
        open_pledges=pledges.unkept(db()),
        may_pledge=pledges.may_pledge(current_actor()),
    )


@pages.get("/<code>")
@needs("recap.view")
def show(code: str) -> ResponseReturnValue:
    """One recap; before the first draft, the button that makes it."""
    return recap_page(asked(code))


def asked(code: str) -> Quarter:
    """The quarter of an address. Raises Problem `not_found`."""
    try:
        return Quarter.parse(code)
    except ValueProblem as problem:
        raise Problem.of("not_found", what="Triwulan itu") from problem


def recap_page(one: Quarter, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw a quarter; `more` carries refused forms."""
    recap = quarter.find(db(), one)
    if recap is None:
        return page("complaints/recap_none.html", status=status, quarter=one, over=today() > one.end,
                    problem=more.get("problem"))  # fmt: skip
    figures, given = quarter.figures_of(recap), pledges.of_quarter(db(), one)
    values: dict[str, Any] = {
        "quarter": one,
        "recap": recap,
        "figures": figures,
        "lead": lead_of(figures),
        "marked": marked,
        "states": quarter.STATES,
        "kinds": KINDS,
        "names": people.names(db()),
        "pledges": given,
        "lacks": quarter.poster_lacks(db(), recap),
        "seen": frame.digest_of_page(db(), recap) if recap.state == "checked" else "",
        "history": pledges.history(db(), [row.id for row in given]),
        "addenda": quarter_queries.addenda(db(), one),
        "postings": quarter_queries.postings(db(), one),
        "pledge_form": pledge_form(recap, blank=True),
        "approve_form": ApproveForm(formdata=None),
        "problem": None,
        "typed": {},
        "posting_form": PostingForm(formdata=None, data={"on": today(), "place": "Papan pengumuman kantor"}),
        "months": drawing(charts.months(figures.sums.months)),
        "trend": drawing(charts.trend(figures.promises)),
        "capa_states": capa.STATES,
        "late": quarter_queries.late_lines(db(), recap) if recap.state in quarter.FROZEN else {},
        "can": can(recap),
        "pairs": pairs(recap, figures),
        "doubts": [] if recap.state in quarter.FROZEN else doubtful_words(db(), figures),
        "public": public(db(), recap),
        "asked": questions(f"recap/{one}", f"poster/{one}-a3", f"poster/{one}-f4"),
    }
    return page("complaints/recap.html", status=status, **(values | more))


def pledge_form(recap: Any, *, blank: bool = False) -> PledgeForm:
    """The form of one more pledge: with the Camat's PIN once the recap is approved."""
    form = LaterPledgeForm if recap.state in quarter.FROZEN else PledgeForm
    return form(formdata=None) if blank else form()


def can(recap: Any) -> dict[str, bool]:
    """What this person may do with a recap in its state."""
    actor, draft = current_actor(), recap.state == "draft"
    return {
        "redraft": draft and may(actor, "recap.draft"),
        "check": draft and not recap.note and may(actor, "recap.check") and recap.drafted_by != actor.username,
        "approve": recap.state == "checked" and may(actor, "recap.approve"),
        "return": (draft and not recap.note and may(actor, "recap.check"))
        or (recap.state == "checked" and (may(actor, "recap.check") or may(actor, "recap.approve"))),
        "pledge": pledges.may_give(actor, recap.state),
        "addendum": recap.state in quarter.FROZEN and may(actor, "recap.draft"),
        "post": recap.state in quarter.FROZEN and may(actor, "board.post"),
        "print": recap.state in quarter.FROZEN,
    }  # fmt: skip


def pairs(recap: Any, figures: Figures) -> list[tuple[Any, str]]:
    """(public item, the visitor's own words): both versions side by side, until the recap is frozen."""
    if recap.state in quarter.FROZEN or not (
        may(current_actor(), "recap.check") or may(current_actor(), "recap.draft")
    ):
        return []
    items = [*figures.lines, *figures.carried.lines]
    rows = {row.number: row for row in queries.lines_numbered(db(), [one.number for one in items])}
    clean = words_for(db(), current_actor(), list(rows.values()), today())
    return [(one, own_words(rows.get(one.number), clean)) for one in items]


def own_words(row: queries.Row | None, clean: Mapping[int, Clean | None]) -> str:
    """The visitor's words of a line as this person may read them."""
    masked = clean[row.id] if row else None
    return masked.words if masked else row.words if row else ""


def here(one: Quarter) -> str:
    """The address of a recap."""
    return url_for("recap.show", code=str(one))
