"""SMS to applicants and complainants: what went out and what it cost, and on the page of a case what is told of it."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.clock import at_office, office_date
from app.core.permissions import Actor, may
from app.platform.office.settings import get_setting, sends_sms
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import CaseSheet, current_actor, current_db, current_time
from app.platform.web.forms import read_slice, redirect_to, show_page
from app.platform.web.guard import needs_permission
from app.services.hotline import notices
from app.services.hotline.views.messages import shown_words
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("notices", __name__, url_prefix="/sms")
MONTH = timedelta(days=30)


@pages.get("")
@needs_permission("card.call")
def show_notices(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    now = current_time()
    midnight = at_office(office_date(now), 0, 0)
    values: dict[str, Any] = {"on": sends_sms(db), "problem": refused.problem}
    if not actor.village_only:
        values |= {
            "today": notices.spent_since(db, midnight),
            "month": notices.spent_since(db, now - MONTH),
            "left": max(0, get_setting(db, "sms.most_notices") - notices.notices_today(db, now)),
            "hours": (get_setting(db, "sms.from_hour"), get_setting(db, "sms.until_hour")),
        }
    part = read_slice(partial(notices.latest_notices, db, actor))
    return show_page("services/hotline/notices.html", status=status, part=part, **values, **shown_words())


def notice_sheet(db: Database, actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """Whether the applicant is told by SMS, what was told, and the button that ends it."""
    sends = sends_sms(db)
    if case.accepts_sms or sends:
        rows = notices.notices_of(db, case.id)
    else:
        rows = []
    if not (rows or (case.accepts_sms and sends)):
        return None
    stops = case.accepts_sms and not case.closed and may(actor, "case.note")
    body = render_template(
        "services/hotline/_notices.html", rows=rows, case=case, stops=stops, on=sends, **shown_words()
    )
    return CaseSheet("SMS", Markup(body))


def go_to_case(_: None, case_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("cases.show_case", case_id=case_id), "SMS kepada pemohon ini dihentikan.")


add_command(pages, "/berkas/<int:case_id>/henti", notices.stop_sms, show_notices, then=go_to_case)
