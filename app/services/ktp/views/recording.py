"""Perekaman: who waits and where, who comes when, what came of it, and whether the equipment works."""

from datetime import date, timedelta
from functools import partial

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches.partners import partner_services
from app.casework.batches.views.printing import (
    case_words,
    find_partner_case,
    print_questions,
    ticked_ids,
)
from app.casework.desk.opening import CaseFile
from app.casework.desk.views.papers import printed_answer
from app.casework.resources.service import note_facility
from app.core.central_status import STATUSES
from app.core.dates import parse_date
from app.core.permissions import may
from app.core.problems import Problem, ValueProblem
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_of
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import (
    Form,
    confirm_pin,
    has_pin,
    read_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from app.services.ktp import papers, queries, recording
from app.services.ktp.recording import SERVICE
from schema.service_procedure import Definition

pages = Blueprint("recording", __name__, url_prefix="/perekaman")
PER_PAGE = 100
"""Who waits for the recording, on a page of the list in which a day is filled."""


def offer_devices(form: Form) -> Form:
    devices = queries.recorders(current_db(), current_date())
    form["name"].choices = to_choices((device.name, device.name) for device in devices)
    return form


def village_list_subject() -> str:
    """The list by village of this day: a village clerk prints the own village's, the office the whole."""
    return f"recording-list/{current_date().isoformat()}/{current_actor().area or 'all'}"


def day_list_subject(day: date) -> str:
    return f"recording-day/{day.isoformat()}/{current_actor().area or 'all'}"


def asked_day() -> date:
    text = request.values.get("hari", "")
    try:
        if text:
            return parse_date(text, current_date(), future=True)
        return current_date()
    except ValueProblem as problem:
        raise Problem.of("invalid", {"hari": str(problem)}) from problem


def workday_beside(day: date, step: int) -> date:
    calendar = office.office_calendar(current_db())
    day += timedelta(days=step)
    while not calendar.is_workday(day):
        day += timedelta(days=step)
    return day


@pages.get("/")
@needs_permission("recording.view")
def show_recordings(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    today = current_date()
    db = current_db()
    day, actor, free = asked_day(), current_actor(), queries.next_free_day(db, today)
    calendar = office.office_calendar(db)
    return show_page(
        "services/ktp/recording.html",
        status=status,
        problem=refused.sentence_for(recording.note_attendance),
        waiting=read_slice(partial(queries.waiting_rows, db, actor), PER_PAGE),
        unsure=read_slice(partial(queries.status_rows, db, actor.own_area), PER_PAGE, "status"),
        unsure_count=queries.count_without_status(db, actor.own_area),
        wait=queries.status_wait(),
        unrecorded=queries.unrecorded_by_area(db, actor.own_area),
        day=day,
        scheduled=queries.scheduled_on_day(db, actor, day),
        before=workday_beside(day, -1),
        after=workday_beside(day, 1),
        villages=office.area_names(db),
        services=partner_services(db),
        devices=queries.recorders(db, today),
        broken=queries.broken_devices(db, today),
        slots=settings.get_setting(db, "recording.slots_per_day"),
        workday=calendar.is_workday(day),
        promise_calendar=calendar,
        asked=print_questions(village_list_subject()) + print_questions(day_list_subject(day)),
        device_form=offer_devices(refused.form_for(note_facility)),
        day_form=refused.form_for(recording.schedule_recording, on=free),
    )


@pages.post("/jadwal")
@needs_permission("recording.do")
def schedule_cases() -> ResponseReturnValue:
    form = form_of(recording.schedule_recording)()
    cases = ticked_ids("berkas")
    day = form["on"].data or current_date()

    def schedule() -> int:
        if not cases:
            raise Problem.of("invalid", {"berkas": "Centang dulu siapa yang dijadwalkan."})
        with current_journal().transaction():
            for case_id in cases:
                recording.schedule_recording(
                    current_journal(), current_actor(), case_id=case_id, now=current_time(), **form.values
                )
        return len(cases)

    return run_command(
        schedule,
        lambda problem: show_recordings(problem.status, Refused(recording.schedule_recording, form, problem)),
        lambda count: redirect_to(
            url_for("recording.show_recordings", hari=day.isoformat()), f"{count} orang dijadwalkan."
        ),
        form=form,
    )


def go_to_day(_: None, form: CommandForm) -> ResponseReturnValue:
    """Back to the day that the list showed; the address of today names none."""
    day = None
    if request.form.get("hari"):
        day = asked_day().isoformat()
    where = url_for("recording.show_recordings", hari=day)
    if form.values["attended"]:
        return redirect_to(where, "Dicatat hadir.")
    return redirect_to(where, "Dicatat tidak datang.")


def case_of_day(case_id: int) -> dict[str, int]:
    """A day that cannot be read is refused before anything is written."""
    asked_day()
    return {"case_id": case_id}


ATTENDED = "/<int:case_id>/hadir"
add_command(pages, ATTENDED, recording.note_attendance, show_recordings, named=case_of_day, then=go_to_day)


def after_device(_: None, form: CommandForm) -> ResponseReturnValue:
    return redirect_to(url_for("recording.show_recordings") + "#alat", f"{form.values['name']} dicatat.")


add_command(pages, "/alat", note_facility, show_recordings, then=after_device)


# -- one case --------------------------------------------------------------------------------------------------


@pages.get("/<int:case_id>")
@needs_permission("recording.view")
def show_recording(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    case, definition = find_ktp_case(case_id)
    return show_page(
        "services/ktp/recording_case.html",
        status=status,
        **case_words(case, definition),
        noted=queries.recording_history(db, case.main_key),
        slot=recording.find_slot(db, case_id),
        statuses=STATUSES,
        grounds=recording.GROUNDS,
        village=office.area_names(db).get(case.area, ""),
        people=people.person_names(db),
        broken=queries.broken_devices(db, current_date()),
        elsewhere=queries.words_while_broken(db, current_date()),
        kasi=may(current_actor(), "recording.ground"),
        has_pin=has_pin(),
        form=refused.form_for(recording.note_recording, pin=True),
        status_form=refused.form_for(recording.update_status),
        failed_form=refused.form_for(recording.note_failed_recording),
    )


def find_ktp_case(case_id: int) -> tuple[CaseFile, Definition]:
    """A KTP case that this person may see. Raises Problem `not_found`."""
    case, definition = find_partner_case(case_id)
    if case.service != SERVICE:
        raise Problem.of("not_found", what="Berkas itu")
    return case, definition


@pages.post("/<int:case_id>/catat")
@needs_permission("recording.do")
def note_recording(case_id: int) -> ResponseReturnValue:
    """Note a recording made here, or found in the central system; the case moves on. A ground needs the PIN."""
    form = form_of(recording.note_recording, pin=True)()
    return run_command(
        lambda: write_recording(case_id, form),
        lambda problem: show_recording(case_id, 422, Refused(recording.note_recording, form, problem)),
        lambda _: after_recording(case_id, form["status"].data),
        form=form,
    )


def after_recording(case_id: int, status: str) -> ResponseReturnValue:
    """Back to the desk, where the next one waits; a case that stays here keeps its page."""
    case, _ = find_ktp_case(case_id)
    if case.step == "record":
        return say_status(case_id, status)
    return redirect_to(url_for(current_loket().shell.home), f"Berkas {case.number}: {STATUSES[status][1]}")


def write_recording(case_id: int, form: CommandForm) -> None:
    """What is recorded here needs equipment that works, and a second time the PIN."""
    said = form.values
    if said["how"] == "here":
        recording.check_recorder(current_db(), said["on"] or current_date(), current_date())
        if said["ground"] and may(current_actor(), "recording.ground"):
            confirm_pin(form["pin"].data)
    recording.note_recording(current_journal(), current_actor(), case_id=case_id, now=current_time(), **said)


def say_status(case_id: int, status: str) -> ResponseReturnValue:
    return redirect_to(url_for("recording.show_recording", case_id=case_id), STATUSES[status][1])


@pages.post("/<int:case_id>/status")
@needs_permission("recording.do")
def update_status(case_id: int) -> ResponseReturnValue:
    form = form_of(recording.update_status)()
    return run_command(
        lambda: recording.update_status(
            current_journal(), current_actor(), case_id=case_id, now=current_time(), **form.values
        ),
        lambda problem: show_recording(case_id, 422, Refused(recording.update_status, form, problem)),
        lambda _: say_status(case_id, form["status"].data),
        form=form,
    )


STILL_WAITS = "Dicatat belum terekam; berkas tetap menunggu."
ADDRESS = "/<int:case_id>/belum"
add_command(pages, ADDRESS, recording.note_failed_recording, show_recording, STILL_WAITS, to=show_recordings)


# -- paper -----------------------------------------------------------------------------------------------------


@pages.post("/cetak/desa")
@needs_permission("recording.view")
def print_villages() -> ResponseReturnValue:
    return printed_answer(
        "recording_list",
        papers.recording_by_village(current_db(), current_actor(), current_time()),
        village_list_subject(),
        f"daftar-perekaman-desa-{current_date().isoformat()}.pdf",
    )


@pages.post("/cetak/hari")
@needs_permission("recording.view")
def print_day() -> ResponseReturnValue:
    if request.args.get("hari"):
        day = asked_day()
    else:
        day = current_date()
    return printed_answer(
        "recording_list",
        papers.recording_of_day(current_db(), current_actor(), day, current_time()),
        day_list_subject(day),
        f"daftar-perekaman-{day.isoformat()}.pdf",
    )
