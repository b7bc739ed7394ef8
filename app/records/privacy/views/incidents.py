"""A failure of data protection, from the moment it is known to its end."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.permissions import may
from app.core.problems import Problem, check_known
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import has_pin, redirect_to, show_page
from app.platform.web.guard import needs_permission
from app.records.privacy import service
from app.records.privacy.views.requests import running_limits

pages = Blueprint("incidents", __name__, url_prefix="/data-pribadi/kegagalan")
MEASURES_FIRST = "Tulis dulu penanganan dan pemulihannya; pemberitahuan harus memuatnya."


@pages.get("/baru")
@needs_permission("privacy.incident")
def new_incident(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    form = refused.form_for(service.note_incident, known_at=current_time())
    return show_page("records/privacy/incident_new.html", status=status, form=form)


def show_noted(incident_id: int) -> ResponseReturnValue:
    return redirect_to(
        url_for("incidents.show_incident", incident_id=incident_id), "Dicatat. Beri tahu dalam 3 × 24 jam."
    )


@pages.get("/<int:incident_id>")
@needs_permission("privacy.view")
def show_incident(incident_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw a sheet; a refused form keeps what was typed."""
    db = current_db()
    actor = current_actor()
    incident = service.load_incident(db, incident_id)
    runs = not incident.closed_at
    unprintable = ""
    problem = ""
    if not incident.measures:
        unprintable = MEASURES_FIRST
    if refused.form:
        problem = refused.form.problem
    values: dict[str, Any] = {
        "incident": incident,
        "told": service.notices_of(db, incident_id),
        "audiences": service.AUDIENCES,
        "unprintable": unprintable,
        "missing": service.missing_for_close(db, incident),
        "limit": running_limits().get(("incidents.show_incident", incident_id)),
        "names": people.person_names(db),
        "facts": refused.form_for(service.describe_incident, incident),
        "facts_open": refused.command is service.describe_incident,
        "notice": refused.form_for(service.note_notice),
        "close": refused.form_for(service.close_incident, pin=True),
        "problem": problem,
        "can_work": runs and may(actor, "privacy.incident"),
        "can_read": may(actor, "privacy.read") and not incident.read_at,
        "can_close": runs and may(actor, "privacy.lead"),
        "has_pin": has_pin(),
    }
    return show_page("records/privacy/incident.html", status=status, **values)


READ = "Dicatat bahwa Anda sudah membacanya."
CLOSED = "Lembar kegagalan ditutup."
add_command(pages, "/baru", service.note_incident, new_incident, then=show_noted)
add_command(pages, "/<int:incident_id>/ubah", service.describe_incident, show_incident, "Lembar diperbarui.")
add_command(pages, "/<int:incident_id>/beri-tahu", service.note_notice, show_incident, "Pemberitahuan dicatat.")
add_command(pages, "/<int:incident_id>/baca", service.read_incident, show_incident, READ)
add_command(pages, "/<int:incident_id>/tutup", service.close_incident, show_incident, CLOSED, pin=True)


@pages.post("/<int:incident_id>/cetak/<audience>")
@needs_permission("privacy.view")
def print_notice(incident_id: int, audience: str) -> Response:
    """The notification to the people or to the authority; `lembar` is the sheet itself."""
    from app.records.privacy.papers import incident_paper, notification_paper

    incident = service.load_incident(current_db(), incident_id)
    subject = f"data_incident/{incident_id}"
    if audience == "lembar":
        data = incident_paper(current_db(), incident, current_actor(), current_time())
        return printed_answer("incident_sheet", data, subject, f"kegagalan-{incident_id}.pdf")
    check_known(audience, ("people", "authority"), "Kertas itu")
    if not incident.measures:
        raise Problem.of("conflict", why=MEASURES_FIRST)
    data = notification_paper(current_db(), incident, audience, current_actor(), current_time())
    return printed_answer(
        "incident_notice", data, f"{subject}/{audience}", f"pemberitahuan-{incident_id}-{audience}.pdf"
    )
