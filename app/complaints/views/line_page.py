"""One line of the book: the visitor's own words, what the staff wrote beside them, clocks, class, route, identity."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import asides, book, capa, clocks, follow, identity, limits, queries, slip_codes, wording
from app.complaints.rights import may_on
from app.complaints.views.asking import questions
from app.complaints.views.book_page import current_codes, hand, pages
from app.complaints.words import CATEGORIES, CHANNELS, COLUMNS, HANDLINGS, PAUSES, STATES, TYPES, WEIGHTS
from app.core.permissions import may
from app.office import service as office
from app.people import service as people
from app.web.context import current_actor, db, now, today
from app.web.guard import needs
from app.web.pages import page

WORDS = {"types": TYPES, "weights": WEIGHTS, "handlings": HANDLINGS, "categories": CATEGORIES, "pauses": PAUSES,
         "states": STATES, "channels": CHANNELS, "columns": COLUMNS}  # fmt: skip
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@pages.get("/<int:complaint_id>")
@needs("complaint.view")
def line(complaint_id: int) -> ResponseReturnValue:
    """The page of a line."""
    return line_page(complaint_id)


@pages.post("/<int:complaint_id>/pengadu")
@needs("complaint.identity")
def reveal(complaint_id: int) -> ResponseReturnValue:
    """Show who complained; who looked is written into the access log."""
    person = identity.reveal(db(), current_actor(), complaint_id=complaint_id, now=now(),
                             address=request.remote_addr or "")  # fmt: skip
    return line_page(complaint_id, person=person)


@pages.post("/<int:complaint_id>/pindaian/<int:scan_id>")
@needs("complaint.scan")
def scan(complaint_id: int, scan_id: int) -> Response:
    """A picture of the handwritten page, as a file to keep or open. It may show a name: whoever looks is logged."""
    found = identity.open_scan(db(), current_actor(), complaint_id=complaint_id, scan_id=scan_id, now=now(),
                               address=request.remote_addr or "")  # fmt: skip
    answer = Response(found.data, content_type=found.kind)
    name = f"pindaian-{complaint_id}-{scan_id}.{EXTENSIONS[found.kind]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def line_page(complaint_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw a line; `more` carries what a refused form held, or the identity just revealed."""
    found = book.get(db(), complaint_id)
    written, names = queries.columns(db(), [complaint_id])[complaint_id], people.names(db())
    running = follow.running_pause(db(), complaint_id)
    clean = identity.words_for(db(), current_actor(), [found], today())[found.id]
    own = (clean.words, clean.hope) if clean else (found.words, found.hope)
    stands = running is not None and running.from_on <= found.settle_due_on
    values: dict[str, Any] = {
        "line": found, "own": own, "whole": own == (found.words, found.hope),
        "written": written, "names": names, "hand": lambda username: hand(username, names),
        "running": running,
        "clocks": clocks.clocks(db(), found, today(), stands), "sections": limits.section_names(db()),
        "in_use": {row.code: row.name for row in limits.sections(db())},
        "section": limits.section(db(), found.section),
        "village": limits.area_names(db()).get(found.area, ""),
        "services": {one.id: one.short_name for one in office.services(db(), today())},
        "routes": queries.routes(db(), complaint_id),
        "stood": queries.pauses(db(), complaint_id), "related": queries.related(db(), complaint_id),
        "scans": queries.scans(db(), complaint_id), "capas": capa.of_complaint(db(), complaint_id),
        "person": None, "problem": None,
        "asides": asides.all_of(db(), complaint_id), "codes": slip_codes.reissued(db(), complaint_id),
        "plain": lambda text: identity.text_for(db(), current_actor(), found, text, today()),
        "fresh": bool(current_codes().get(complaint_id, current_actor().username, now())),
        "typed": {}, "deed": "", "can": can(found, written), "sms": sms(found, written), "words": WORDS,
        "trail": trail(complaint_id), "asked": questions(f"complaint/{complaint_id}"),
    }  # fmt: skip
    return page("complaints/line.html", status=status, **(values | more))


def can(found: Any, written: list[queries.Column]) -> dict[str, Any]:
    """Which deeds the state of a line allows this person; `strike` holds the ids of what he may strike through."""
    standing = {one.name for one in written if not one.struck_by}
    runs = found.state != "closed" and not found.aside

    def may_here(permission: str) -> bool:
        return may_on(db(), current_actor(), found, f"complaint.{permission}", today())

    return {
        "note": may_here("write"),
        "first_answer": runs
        and bool(found.first_due_on)
        and not found.first_answer_on
        and may_here("answer"),
        "follow": runs and may_here("follow"),
        "answer": runs and "follow_up" in standing and may_here("answer"),
        "satisfaction": bool(found.answered_on) and may_here("answer"),
        "close": runs and can_end(found, standing) and may_here("close"),
        "tell": may_here("answer"),
        "reopen": found.state == "closed" and may_here("class"),
        "pause": runs and may_here("follow"),
        "strike": {one.id for one in written if runs and not one.struck_by and may_strike(found, one)},
        "class": runs and may_here("class"),
        "link": may_here("class"),
        "route": runs and may_here("route"),
        "scan": identity.may_open_scans(db(), current_actor(), found, today()),
        "slip": found.channel != "box" and may_here("slip"),
        "aside": runs and may_here("aside"),
        "take_back": bool(found.aside) and may_here("take_back"),
        "check_aside": bool(found.aside) and may_here("aside_check"),
    }


def may_strike(found: Any, one: queries.Column) -> bool:
    """Whether this person may strike through something beside a line."""
    return follow.may_strike(db(), current_actor(), found, one.name, one.actor, today())


def can_end(found: Any, standing: Set[str]) -> bool:
    """Whether a line can be settled: the follow-up stands there and, where somebody can be answered, the answer."""
    return "follow_up" in standing and (not found.first_due_on or "answer" in standing)


def sms(found: Any, written: list[queries.Column]) -> str:
    """The text message of the last answer, to copy; nothing where nobody can be answered."""
    last = next(
        (one for one in reversed(written) if one.name in ("answer", "first_answer") and not one.struck_by),
        None,
    )
    return wording.sms(db(), found, last.text) if last and found.first_due_on else ""


def trail(complaint_id: int) -> list[tuple[Any, str]]:
    """(moment, person) of everybody who looked at the identity."""
    if not may(current_actor(), "complaint.identity"):
        return []
    seen = people.access_lines(db(), subject=f"complaint/{complaint_id}", limit=20)
    return [(one.at, one.name) for _, one in seen if one.action == "complaint.identity"]


def here(complaint_id: int) -> str:
    """The address of a line."""
    return url_for("complaints.line", complaint_id=complaint_id)
