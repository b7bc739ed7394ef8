"""On the page of a finished case: the slip with which its visitor judges the service."""

from datetime import datetime
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.platform.web.context import CaseSheet
from app.quality.surveys import votes
from schema.database import Database


def survey_sheet(db: Database, actor: Actor, case: Any, _definition: Any, now: datetime) -> CaseSheet | None:
    if not case.closed or not may(actor, "survey.type"):
        return None
    today = office_date(now)
    until = votes.last_day(db, case)
    if until is None or until < today or not (state := votes.code_state(db, case, today)):
        return None
    body = render_template("quality/surveys/_case.html", case=case, state=state, until=until)
    return CaseSheet("Survei kepuasan", Markup(body))
