"""Perekaman: who waits and where, who comes when, what came of it, and whether the equipment works."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.date_input import parse_date
from app.core.permissions import may
from app.core.problems import Problem
from app.core.value_problem import ValueProblem
from app.ktp import papers, recording, recording_lists
from app.ktp.queries import step_count
from app.ktp.views.forms import DayForm, DeviceForm, NotRecordedForm, RecordingForm, StatusForm
from app.ktp.views.printing import paper, questions
from app.ktp.views.shared import chosen, defaults, ktp_case, name_of, workday_beside
from app.office import service as office
from app.people import service as people
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("recording", __name__, url_prefix="/perekaman")
NAV = (Nav("Perekaman", "recording.overview", "recording.view", group="Loket", order=50,
           count=lambda db, actor, _now: step_count(db, actor, "record")),)  # fmt: skip


def by_village() -> str:
    """The list by village of this day: a village clerk prints the own village's, the office the whole."""
    return f"recording-list/{today().isoformat()}/{current_actor().area or 'all'}"


def of_day(day: date) -> str:
    """The list of one day of the schedule."""
    return f"recording-day/{day.isoformat()}/{current_actor().area or 'all'}"


def asked_day() -> date:
    """The day of the schedule that the address names; today when it names none."""
    text = request.args.get("hari", "")
    try:
        return parse_date(text, today(), future=True) if text else today()
    except ValueProblem as problem:
        raise Problem.of("invalid", {"hari": str(problem)}) from problem


@pages.get("/")
@needs("recording.view")
def overview() -> ResponseReturnValue:
    """Who waits by village, and the day's schedule."""
    return overview_page()


def overview_page(status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw the overview; a form that was just refused replaces its fresh one."""
    day, actor = asked_day(), current_actor()
    calendar = office.calendar(db())
    fresh = {"device_form": DeviceForm(formdata=None),
             "day_form": DayForm(formdata=None, data={"on": recording_lists.next_free_day(db(), today())})}  # fmt: skip
    return page(
        "ktp/recording.html",
        status=status,
        waiting=recording_lists.waiting_rows(db(), actor),
        day=day,
        scheduled=recording_lists.day_list(db(), actor, day),
        before=workday_beside(day, -1),
        after=workday_beside(day, 1),
        villages=office.area_names(db()),
        devices=office.devices(db()),
        broken=recording_lists.broken_devices(db()),
        slots=defaults(db()).slots,
        workday=calendar.is_workday(day),
        asked=questions(by_village()) + questions(of_day(day)),
        **(fresh | forms),
    )


@pages.post("/jadwal")
@needs("recording.do")
def schedule() -> ResponseReturnValue:
    """Give the ticked cases the next free places of a day; all or none."""
    form, cases = DayForm(), chosen("berkas")
    if form.validate() and not cases:
        form.problem = "Centang dulu siapa yang dijadwalkan."
    day = form.on.data or today()
    if sound(form):
        with told(form), journal().transaction():
            for case_id in cases:
                recording.schedule(journal(), current_actor(), case_id=case_id, on=day, now=now())
    if not sound(form):
        return overview_page(status=422, day_form=form)
    return done(url_for("recording.overview", hari=day.isoformat()), f"{len(cases)} orang dijadwalkan.")


@pages.post("/<int:case_id>/hadir")
@needs("recording.do")
def attend(case_id: int) -> ResponseReturnValue:
    """Whether somebody came to the appointment."""
    came = request.form.get("hadir") == "ya"
    recording.attend(journal(), current_actor(), case_id=case_id, attended=came, now=now())
    where = url_for("recording.overview", hari=request.form.get("hari") or None)
    return done(where, "Dicatat hadir." if came else "Dicatat tidak datang.")


@pages.post("/alat")
@needs("device.note")
def device() -> ResponseReturnValue:
    """A piece of equipment works again, or does not."""
    form = DeviceForm()
    if form.validate():
        with told(form):
            office.note_device(journal(), current_actor(), name=form.name.data, works=form.works.data == "ya",
                               note=form.note.data, now=now())  # fmt: skip
    if not sound(form):
        return overview_page(status=422, device_form=form)
    return done(url_for("recording.overview") + "#alat", f"{form.name.data} dicatat.")


# -- one case --------------------------------------------------------------------------------------------------


@pages.get("/<int:case_id>")
@needs("recording.view")
def case_page(case_id: int) -> ResponseReturnValue:
    """One person's recordings and the forms that note another result."""
    return one(case_id)


def one(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw one case; a form that was just refused replaces its fresh one."""
    case = ktp_case(case_id)
    noted, broken = recording_lists.history(db(), case.main_key), recording_lists.broken_devices(db())
    fresh = {
        "form": RecordingForm(formdata=None, data={"how": "already" if noted or broken else "here"}),
        "status_form": StatusForm(formdata=None),
        "failed_form": with_reasons(NotRecordedForm(formdata=None)),
    }
    slot = recording.slot_of(db(), case_id)
    shown = fresh | forms
    if broken:
        offer_no_recorder(shown["form"])
    return page(
        "ktp/recording_case.html",
        status=status,
        case=case,
        noted=noted,
        slot=slot,
        name=name_of(case),
        statuses=recording.STATUSES,
        grounds=recording.GROUNDS,
        village=office.area_names(db()).get(case.area, ""),
        people=people.names(db()),
        broken=broken,
        elsewhere=recording_lists.elsewhere_words(db()),
        kasi=may(current_actor(), "recording.ground"),
        has_pin=has_pin(),
        **shown,
    )


def offer_no_recorder(form: Any) -> None:
    """While the equipment is broken only what the central system says can be noted."""
    form.how.choices = [one for one in form.how.choices if one.value != "here"]


def with_reasons(form: NotRecordedForm) -> NotRecordedForm:
    """Give the form the reasons that the standard lists."""
    listed = [(one, one) for one in recording_lists.failure_reasons(db(), today())]
    form.reason.choices = options([("", "Pilih sebabnya"), *listed])
    return form


def dated(form: RecordingForm) -> bool:
    """Whether day and place are known: empty ones mean today and here, but a recording found elsewhere has its own."""
    if form.how.data == "here":
        form.on.data, form.place.data = form.on.data or today(), form.place.data or defaults(db()).name
        return True
    for field, what in ((form.on, "tanggalnya"), (form.place, "tempatnya")):
        if not field.data:
            field.errors = [f"Tulis {what} seperti di sistem pusat."]
    return sound(form)


@pages.post("/<int:case_id>/catat")
@needs("recording.do")
def note(case_id: int) -> ResponseReturnValue:
    """Note a recording made here, or found in the central system; the case moves on. A ground needs the PIN."""
    form = RecordingForm()
    if form.validate() and dated(form):
        with told(form):
            if form.how.data == "here":
                recording.check_recorder(db(), form.on.data or today())
            if form.how.data == "here" and form.ground.data and may(current_actor(), "recording.ground"):
                confirm_pin(form.pin.data)
            recording.note_recording(
                journal(), current_actor(), case_id=case_id, status=form.status.data, on=form.on.data or today(),
                place=form.place.data, already=form.how.data == "already", ground=form.ground.data or "",
                note=form.note.data, now=now(),
            )  # fmt: skip
    if not sound(form):
        return one(case_id, status=422, form=form)
    return done(url_for("recording.case_page", case_id=case_id), recording.STATUSES[form.status.data][1])


@pages.post("/<int:case_id>/status")
@needs("recording.do")
def renew(case_id: int) -> ResponseReturnValue:
    """Note what the central system says now."""
    form = StatusForm()
    if form.validate():
        with told(form):
            recording.update_status(journal(), current_actor(), case_id=case_id, status=form.status.data,
                                    note=form.note.data, on=form.on.data, place=form.place.data, now=now())  # fmt: skip
    if not sound(form):
        return one(case_id, status=422, status_form=form)
    return done(url_for("recording.case_page", case_id=case_id), recording.STATUSES[form.status.data][1])


@pages.post("/<int:case_id>/belum")
@needs("recording.do")
def failed(case_id: int) -> ResponseReturnValue:
    """Note why nothing was recorded today."""
    form = with_reasons(NotRecordedForm())
    if form.validate():
        reason = ". ".join(part for part in (form.reason.data, form.more.data) if part)
        with told(form):
            recording.not_recorded(journal(), current_actor(), case_id=case_id, reason=reason, now=now())
    if not sound(form):
        return one(case_id, status=422, failed_form=form)
    return done(url_for("recording.overview"), "Dicatat belum terekam; berkas tetap menunggu.")


# -- paper -----------------------------------------------------------------------------------------------------


@pages.post("/cetak/desa")
@needs("recording.view")
def print_villages() -> ResponseReturnValue:
    """The recording list by village."""
    return paper("recording_list", by_village(), lambda: papers.recording_by_village(db(), current_actor(), now()),
                 f"daftar-perekaman-desa-{today().isoformat()}")  # fmt: skip


@pages.post("/cetak/hari")
@needs("recording.view")
def print_day() -> ResponseReturnValue:
    """The recording list of one day."""
    day = asked_day() if request.args.get("hari") else today()
    return paper(
        "recording_list",
        of_day(day),
        lambda: papers.recording_of_day(db(), current_actor(), day, now()),
        f"daftar-perekaman-{day.isoformat()}",
    )
