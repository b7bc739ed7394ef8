"""A failure of data protection, from the moment it is known to its end."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.clock import office_time
from app.core.permissions import may
from app.core.problems import Problem, check_found
from app.platform.people import queries as people
from app.platform.web.context import current_actor, current_db, current_journal, current_time
from app.platform.web.forms import Form, has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.records.privacy import service
from app.records.privacy.views.forms import CloseForm, FactsForm, IncidentForm, NoticeForm, moment_of
from app.records.privacy.views.requests import running_limits

pages = Blueprint("incidents", __name__, url_prefix="/data-pribadi/kegagalan")
MEASURES_FIRST = "Tulis dulu penanganan dan pemulihannya; pemberitahuan harus memuatnya."


@pages.get("/baru")
@needs_permission("privacy.incident")
def new_incident() -> ResponseReturnValue:
    now = office_time(current_time())
    moment = {"known_on": now.date(), "known_clock": f"{now:%H.%M}"}
    return show_page("records/privacy/incident_new.html", form=IncidentForm(formdata=None, data=moment))


@pages.post("/baru")
@needs_permission("privacy.incident")
def note_incident() -> ResponseReturnValue:
    form = IncidentForm()
    return run_command(
        lambda: service.note_incident(
            current_journal(),
            current_actor(),
            facts=form.facts,
            known_at=moment_of(form.known_on, form.known_clock),
            now=current_time(),
        ),
        lambda problem: show_page("records/privacy/incident_new.html", status=problem.status, form=form),
        lambda made: redirect_to(
            url_for("incidents.show_incident", incident_id=made), "Dicatat. Beri tahu dalam 3 × 24 jam."
        ),
        form=form,
    )


@pages.get("/<int:incident_id>")
@needs_permission("privacy.view")
def show_incident(incident_id: int) -> ResponseReturnValue:
    return draw_incident(incident_id)


def draw_incident(incident_id: int, status: int = 200, problem: str = "", **forms: Form) -> ResponseReturnValue:
    """Draw a sheet; refused forms keep what was typed."""
    db, actor = current_db(), current_actor()
    incident = service.load_incident(db, incident_id)
    runs = not incident.closed_at
    held = {name: getattr(incident, name) for name in ("happened", "exposed", "subjects", "people", "measures")}
    values: dict[str, Any] = {
        "incident": incident,
        "told": service.notices_of(db, incident_id),
        "audiences": service.AUDIENCES,
        "unprintable": "" if incident.measures else MEASURES_FIRST,
        "missing": service.missing_for_close(db, incident),
        "limit": running_limits().get(("incidents.show_incident", incident_id)),
        "names": people.person_names(db),
        "facts": forms.get("facts") or FactsForm(formdata=None, data=held),
        "facts_open": "facts" in forms,
        "notice": forms.get("notice") or NoticeForm(formdata=None),
        "close": forms.get("close") or CloseForm(formdata=None),
        "problem": problem,
        "can_work": runs and may(actor, "privacy.incident"),
        "can_read": may(actor, "privacy.read") and not incident.read_at,
        "can_close": runs and may(actor, "privacy.lead"),
        "has_pin": has_pin(),
    }
    return show_page("records/privacy/incident.html", status=status, **values)


def change_incident(
    incident_id: int, name: str, form: Form, toast: str, command: Callable[..., Any], *, pin: bool = False, **said: Any
) -> ResponseReturnValue:
    """Run a command on a sheet and go back to it; `said` are calls, asked once the form was found right."""

    def run() -> None:
        values = {key: read() for key, read in said.items()}
        command(current_journal(), current_actor(), incident_id=incident_id, now=current_time(), **values)

    return run_command(
        run,
        lambda problem: draw_incident(incident_id, problem.status, form.problem or "", **{name: form}),
        url_for("incidents.show_incident", incident_id=incident_id),
        toast,
        form=form,
        pin=pin,
    )


@pages.post("/<int:incident_id>/ubah")
@needs_permission("privacy.incident")
def describe_incident(incident_id: int) -> ResponseReturnValue:
    form = FactsForm()
    return change_incident(
        incident_id, "facts", form, "Lembar diperbarui.", service.describe_incident, facts=lambda: form.facts
    )


@pages.post("/<int:incident_id>/beri-tahu")
@needs_permission("privacy.incident")
def note_notice(incident_id: int) -> ResponseReturnValue:
    form = NoticeForm()
    return change_incident(
        incident_id,
        "notice",
        form,
        "Pemberitahuan dicatat.",
        service.note_notice,
        audience=lambda: form.audience.data or "",
        told_at=lambda: form.told_at,
        way=lambda: form.way.data or "",
        why_not=lambda: form.why_not.data or "",
    )


@pages.post("/<int:incident_id>/baca")
@needs_permission("privacy.read")
def read_incident(incident_id: int) -> ResponseReturnValue:
    return change_incident(incident_id, "read", Form(), "Dicatat bahwa Anda sudah membacanya.", service.read_incident)


@pages.post("/<int:incident_id>/tutup")
@needs_permission("privacy.lead")
def close_incident(incident_id: int) -> ResponseReturnValue:
    form = CloseForm()
    return change_incident(
        incident_id,
        "close",
        form,
        "Lembar kegagalan ditutup.",
        service.close_incident,
        pin=True,
        conclusion=lambda: form.conclusion.data or "",
    )


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
    check_found(audience if audience in ("people", "authority") else None, "Kertas itu")
    if not incident.measures:
        raise Problem.of("conflict", why=MEASURES_FIRST)
    data = notification_paper(current_db(), incident, audience, current_actor(), current_time())
    return printed_answer(
        "incident_notice", data, f"{subject}/{audience}", f"pemberitahuan-{incident_id}-{audience}.pdf"
    )
