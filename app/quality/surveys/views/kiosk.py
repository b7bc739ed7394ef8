"""The survey at the visitors' kiosk: a code from the slip, one question a page, large buttons, no script needed.

What was chosen travels in the form itself, with the code, in no address; every answer page is shown once, as all of the
kiosk. Nothing is written before the last button. A vote without a code is not taken: nothing else tells one visitor's
second vote from another's first.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, Flask, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.core.codes import show_code
from app.core.problems import Problem
from app.platform.web.brakes import GuessBrake
from app.quality.quarter.views import waiting_room
from app.quality.surveys import reports, votes
from app.quality.surveys.answers import COMMENT_LIMIT, Said, check_said
from app.quality.surveys.queries import office_survey
from app.quality.surveys.reckoning import LEFT_OUT
from app.quality.surveys.reports import decimal_words
from app.services.complaints.views.kiosk import (
    BOARD_FRESH,
    FAREWELL,
    STALE,
    asking_address,
    current_day,
    current_moment,
    draw_page,
    kiosk_db,
    make_token,
    sent_token,
)
from sync.journal import Journal

pages = Blueprint("survey_kiosk", __name__, url_prefix="/survei")
LEFT_ALONE, USED_CODE = 300, 30
"""Seconds until an unfinished survey leaves the screen: the next visitor shall not vote with another's code; and until
the page is free again that refused one."""


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The kiosk of an office, with screen and survey."""
    app = waiting_room.make_kiosk_app(journal, config)
    app.extensions["loket_survey_misses"] = GuessBrake()
    app.register_blueprint(pages)
    return app


def misses() -> GuessBrake:
    return cast(GuessBrake, current_app.extensions["loket_survey_misses"])


@pages.get("")
def show_survey(status: int = 200, wrong: Mapping[str, str] | None = None, problem: str = "") -> ResponseReturnValue:
    return draw_page(
        "kiosk/survey_code.html",
        status,
        survey=office_survey(kiosk_db()),
        token=make_token("survey"),
        wrong=wrong or {},
        problem=problem,
        typed=request.form.get("code", "")[:20],
    )


@pages.post("")
def begin_survey() -> ResponseReturnValue:
    if sent_token("survey") is None:
        return show_survey(422, problem=STALE)
    try:
        code = check_voter(request.form.get("code", ""))
    except Problem as problem:
        return show_survey(422, problem.fields)
    return draw_question(code, "", 0)


def check_voter(typed: str) -> str:
    """The stored form of a code that may vote. Raises Problem `invalid`, and too many misses."""
    now = current_moment()
    address = asking_address()
    if misses().is_full(address, now):
        raise TooManyRequests
    try:
        return votes.find_code(kiosk_db(), typed, current_day())[0]
    except Problem:
        misses().count_miss(address, now)
        raise


@pages.post("/jawab")
def answer_question() -> ResponseReturnValue:
    """Take the mark of a question and show the next one; `kembali` goes one back."""
    if sent_token("survey") is None:
        return show_survey(422, problem=STALE)
    elements = office_survey(kiosk_db()).elements
    code = request.form.get("code", "")[:20]
    marks = request.form.get("marks", "")
    if set(marks) - set("1234-") or len(marks) > len(elements):
        return show_survey(422, problem=STALE)
    if "kembali" in request.form:
        if marks:
            return draw_question(code, marks[:-1], len(marks) - 1)
        return show_survey()
    mark = request.form.get("mark", "")
    if mark not in ("1", "2", "3", "4", LEFT_OUT) or len(marks) >= len(elements):
        return draw_question(code, marks, len(marks))
    marks += mark
    return draw_question(code, marks, len(marks))


def draw_question(code: str, marks: str, place: int) -> ResponseReturnValue:
    """The question at a place; behind the last one what is asked about the visitor."""
    survey = office_survey(kiosk_db())
    shared: dict[str, Any] = {"survey": survey, "token": make_token("survey"), "code": code, "marks": marks}
    if place >= len(survey.elements):
        return draw_about(code, marks)
    element = survey.elements[place]
    return draw_page("kiosk/survey_question.html", seconds=LEFT_ALONE, element=element, place=place, **shared)


def draw_about(code: str, marks: str, status: int = 200, wrong: Mapping[str, str] | None = None) -> ResponseReturnValue:
    return draw_page(
        "kiosk/survey_about.html",
        status,
        LEFT_ALONE,
        survey=office_survey(kiosk_db()),
        token=make_token("survey"),
        code=code,
        marks=marks,
        typed=request.form,
        wrong=wrong or {},
        most=COMMENT_LIMIT,
    )


@pages.post("/kirim")
def send_vote() -> ResponseReturnValue:
    """The last button. Where the code was used meanwhile, the visitor is told so and nothing is written."""
    if sent_token("survey") is None:
        return show_survey(422, problem=STALE)
    survey = office_survey(kiosk_db())
    get = request.form.get
    code = get("code", "")[:20]
    marks = get("marks", "")
    if "kembali" in request.form:
        if marks:
            return draw_question(code, marks[:-1], len(marks) - 1)
        return show_survey()
    said = Said(marks, {asked.id: get(asked.id, "") for asked in survey.asked}, get("comment", ""))
    try:
        check_said(survey, said)
        check_voter(code)
        votes.cast_vote(kiosk_db(), code, said, current_moment())
    except Problem as problem:
        if "code" in problem.fields:
            return draw_page("kiosk/survey_used.html", 409, seconds=USED_CODE, sentence=problem.fields["code"])
        return draw_about(code, marks, 422, problem.fields or {"marks": problem.sentence})
    return draw_page("kiosk/survey_thanks.html", seconds=FAREWELL, code=show_code(code))


@pages.get("/hasil")
def show_result() -> ResponseReturnValue:
    """The newest published report, for the screen of the waiting room."""
    found = reports.newest_published(kiosk_db())
    if found:
        figures = json.loads(found.figures)
    else:
        figures = {}
    page = make_response(draw_page("kiosk/survey_result.html", report=found, figures=figures, words=decimal_words))
    page.headers["Refresh"] = str(BOARD_FRESH)
    return page
