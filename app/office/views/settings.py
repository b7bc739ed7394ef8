"""Settings of the office: identity and arms, way of working, pauses, network, villages, number series."""

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.dates import short_date
from app.core.problems import Problem
from app.core.workdays import WEEKDAYS
from app.core.working_time import DAY_KEYS, Hours, spans_text
from app.office import hours, numbers, queries, service, settings
from app.office.events import HolidayData, VillageData
from app.office.queries import DueChange
from app.office.views.forms import (
    HolidayForm,
    HoursForm,
    IdentityForm,
    NetworkForm,
    PausesForm,
    ReasonForm,
    SeriesForm,
    ShiftForm,
    VillageForm,
    WorkForm,
)
from app.web.context import current_actor, current_date, current_db, current_journal, current_loket, current_time
from app.web.forms import Form, has_pin, redirect_to, run_command, show_page, to_choices
from app.web.guard import needs_permission

pages = Blueprint("settings", __name__, url_prefix="/pengaturan")


def identity_form() -> IdentityForm:
    known = settings.all_settings(current_db())
    return IdentityForm(data={key.replace(".", "_", 1): value for key, value in known.items()})


def work_form() -> WorkForm:
    known = settings.all_settings(current_db())
    return offered_work_form(
        WorkForm(
            promise_kept_when=known["promise.kept_when"],
            paper_size=known["paper.size"],
            paper_slip=known["paper.slip"],
            recording_slots=known["recording.slots_per_day"],
            uncollected_days=known["uncollected.after_days"],
            centre_runs="1" if known["centre.runs_loket"] else "0",
        )
    )


def offered_work_form(form: WorkForm) -> WorkForm:
    """The form in the words of the services, without the choice of an office that sends on paper: its enrolment."""
    kept, product = (
        queries.kept_choices(current_db(), current_date()),
        queries.product_words(current_db(), current_date()),
    )
    form.promise_kept_when.choices = to_choices(kept)
    form.uncollected_days.label.text = f"{product.capitalize()} dianggap lama setelah (hari)"
    if not queries.is_enrolled(current_db()):
        del form.centre_runs
    return form


def pauses_form() -> PausesForm:
    form = PausesForm(enabled=settings.get_setting(current_db(), "pauses.enabled"))
    form.enabled.choices = to_choices(
        [(one.id, one.label) for one in queries.listed_pauses(current_db(), current_date()).values()]
    )
    return form


def network_form() -> NetworkForm:
    known = settings.all_settings(current_db())
    return NetworkForm(
        open=known["network.open"], hosts=known["network.hosts"], without_tls=known["network.without_tls"]
    )


FORMS: dict[str, Callable[[], Form]] = {
    "identity": identity_form,
    "work": work_form,
    "pauses": pauses_form,
    "network": network_form,
}


def draw_settings(status: int = 200, arms_error: str = "", **forms: Form) -> ResponseReturnValue:
    ready = {name: forms.get(name) or make() for name, make in FORMS.items()}
    notes = {one.id: one.explanation for one in queries.listed_pauses(current_db(), current_date()).values()}
    return show_page(
        "office/settings.html",
        status=status,
        arms=settings.get_setting(current_db(), "office.arms"),
        arms_error=arms_error,
        notes=notes,
        has_pin=has_pin(),
        **ready,
    )


@pages.get("/", endpoint="page")
@needs_permission("office.settings")
def settings_overview() -> ResponseReturnValue:
    return draw_settings()


def change_settings(values: dict[str, object]) -> None:
    known = settings.all_settings(current_db())
    with current_journal().transaction():
        for key, value in values.items():
            if known[key] != value:
                service.change_setting(current_journal(), current_actor(), key=key, value=value, now=current_time())


@pages.post("/identitas")
@needs_permission("office.settings")
def set_identity() -> ResponseReturnValue:
    form = IdentityForm()
    return run_command(
        lambda: change_settings(dict(form.settings())),
        lambda _: draw_settings(422, identity=form),
        url_for("settings.page"),
        "Identitas kantor disimpan.",
        form=form,
    )


@pages.post("/lambang")
@needs_permission("office.settings")
def set_arms() -> ResponseReturnValue:
    upload = request.files.get("arms")
    if not upload and request.form.get("aksi") != "lepas":
        return draw_settings(422, "Pilih berkas lambang lebih dulu.")
    return run_command(
        lambda: change_settings(
            {"office.arms": settings.to_data_address(upload.read(settings.ARMS_LIMIT + 1) if upload else b"")}
        ),
        lambda problem: draw_settings(problem.status, problem.fields.get("arms", problem.sentence)),
        url_for("settings.page"),
        "Lambang di kop surat diganti.",
    )


@pages.post("/kerja")
@needs_permission("office.settings")
def set_work() -> ResponseReturnValue:
    form = offered_work_form(WorkForm())
    return run_command(
        lambda: change_settings(
            {
                "promise.kept_when": form.promise_kept_when.data,
                "paper.size": form.paper_size.data,
                "paper.slip": form.paper_slip.data,
                "recording.slots_per_day": form.recording_slots.data,
                "uncollected.after_days": form.uncollected_days.data,
            }
            | ({"centre.runs_loket": form.centre_runs.data == "1"} if form.centre_runs else {})
        ),
        lambda _: draw_settings(422, work=form),
        url_for("settings.page"),
        "Cara kerja kantor disimpan.",
        form=form,
    )


@pages.post("/jeda")
@needs_permission("office.settings")
def set_pauses() -> ResponseReturnValue:
    form = pauses_form()
    return run_command(
        lambda: service.set_pauses(
            current_journal(),
            current_actor(),
            enabled=form.enabled.data or [],
            on=current_date(),
            now=current_time(),
        ),
        lambda _: draw_settings(422, pauses=form),
        url_for("settings.page"),
        "Alasan jeda disimpan.",
        form=form,
    )


@pages.post("/jaringan")
@needs_permission("office.settings")
def set_network() -> ResponseReturnValue:
    form = NetworkForm()
    return run_command(
        lambda: service.set_network(
            current_journal(),
            current_actor(),
            opened=form.open.data,
            hosts=form.hosts.data or "",
            without_tls=form.without_tls.data,
            now=current_time(),
        ),
        lambda _: draw_settings(422, network=form),
        url_for("settings.page"),
        "Disimpan. Berlaku setelah Loket dijalankan lagi.",
        form=form,
        pin=bool(form.open.data and form.without_tls.data),
    )


@pages.get("/desa")
@needs_permission("office.settings")
def village_list() -> ResponseReturnValue:
    return show_page(
        "office/villages.html", villages=queries.list_villages(current_db()), form=VillageForm(formdata=None)
    )


@pages.post("/desa/<code>")
@needs_permission("office.settings")
def set_village(code: str) -> ResponseReturnValue:
    form, known = VillageForm(), {one.code: one for one in queries.list_villages(current_db())}
    if code not in known:
        raise Problem.of("not_found", what="Desa itu")
    village = VillageData(code, form.name.data, form.head_name.data, form.head_nip.data)
    return run_command(
        lambda: service.set_village(current_journal(), current_actor(), village=village, now=current_time()),
        lambda _: show_page(
            "office/villages.html", status=422, villages=queries.list_villages(current_db()), form=form, wrong=code
        ),
        url_for("settings.village_list"),
        f"Desa {form.name.data} disimpan.",
        form=form,
    )


@pages.get("/nomor")
@needs_permission("office.settings")
def number_series() -> ResponseReturnValue:
    return draw_series()


def draw_series(status: int = 200, wrong: str = "", form: SeriesForm | None = None) -> ResponseReturnValue:
    """Each series with its pattern, start and the number that comes next; `wrong` names the one just refused."""
    known = queries.list_series(current_db(), current_date())
    coming = {
        one.name: numbers.number_after(
            current_db(),
            one.name,
            (one.pattern, one.start, one.start_year),
            current_date(),
            current_journal().epoch,
            0,
        ).text
        for one in known
    }
    return show_page(
        "office/series.html",
        status=status,
        series=known,
        names=queries.series_labels(current_db(), current_date()),
        coming=coming,
        wrong=wrong,
        form=form or SeriesForm(formdata=None),
    )


@pages.post("/nomor/<name>")
@needs_permission("office.settings")
def set_series(name: str) -> ResponseReturnValue:
    form = SeriesForm()
    labels = queries.series_labels(current_db(), current_date())
    if name not in labels:
        raise Problem.of("not_found", what="Deret nomor itu")
    return run_command(
        lambda: service.set_series(
            current_journal(),
            current_actor(),
            name=name,
            pattern=form.pattern.data or "",
            start=form.start.data or 1,
            now=current_time(),
        ),
        lambda _: draw_series(422, name, form),
        url_for("settings.number_series"),
        f"Deret nomor {labels[name].lower()} disimpan.",
        form=form,
    )


calendar_pages = Blueprint("calendar", __name__, url_prefix="/pengaturan/kalender")
SHOWN_CHANGES = 30


def list_due_changes() -> list[DueChange]:
    """Open promises of all rooms that the present calendar would date otherwise, the nearest first."""
    changes = (change for room in current_loket().rooms for ask in room.due_changes for change in ask(current_db()))
    return sorted(changes, key=lambda change: change.promised)


def draw_calendar(
    form: HolidayForm,
    status: int = 200,
    *,
    hours_form: HoursForm | None = None,
    shift_form: ShiftForm | None = None,
    moving: ReasonForm | None = None,
) -> ResponseReturnValue:
    asked = request.args.get("tahun", "")
    year = (
        int(asked)
        if asked.isascii() and asked.isdigit() and len(asked) == 4 and asked.startswith("20")
        else current_date().year
    )
    changes, days = list_due_changes(), queries.list_holidays(current_db(), year)
    return show_page(
        "office/calendar.html",
        status=status,
        year=year,
        days=days,
        form=form,
        decrees=queries.named_decrees(days),
        update=queries.shipped_update(current_db(), year),
        last_year=queries.office_calendar(current_db()).last_known_year,
        changes=changes[:SHOWN_CHANGES],
        rest=max(0, len(changes) - SHOWN_CHANGES),
        hours=office_hours_lines(),
        shifts=hours.list_shifts(current_db(), current_date()),
        hours_form=hours_form or HoursForm(formdata=None),
        shift_form=shift_form or ShiftForm(formdata=None),
        moving=moving or ReasonForm(formdata=None),
    )


class HoursLine(NamedTuple):
    """Office hours as the page shows them: `state` is a state class with its `word`, `days` (name, hours) each."""

    name: str
    state: str
    word: str
    basis: str
    days: list[tuple[str, str]]


def office_hours_lines() -> list[HoursLine]:
    """The hours in force today, what holds after them where they end by themselves, then those that begin later."""
    today, working = current_date(), hours.working_time(current_db())
    shown: dict[Hours, HoursLine] = {}
    held = working.hours_of(today)
    if held:
        shown[held] = hours_line(held, "good", "Berlaku")
    after = working.hours_of(held.until + timedelta(days=1)) if held and held.until else None
    for one in [after] if after else []:
        shown.setdefault(one, hours_line(one, "wait", "Sesudah itu"))
    for one in working.hours:
        if one.since > today:
            shown.setdefault(one, hours_line(one, "wait", f"Mulai {short_date(one.since)}"))
    return list(shown.values())


def hours_line(one: Hours, state: str, word: str) -> HoursLine:
    until = f", sampai {short_date(one.until)}" if one.until else ""
    days = []
    for spans, group in groupby(zip(WEEKDAYS, one.week, strict=True), key=lambda day: day[1]):
        names = [name for name, _ in group]
        if spans:
            days.append((names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}", spans_text(spans)))
    return HoursLine(one.name, state, word + until, one.basis, days)


@calendar_pages.get("/", endpoint="page")
@needs_permission("office.settings")
def calendar_overview() -> ResponseReturnValue:
    return draw_calendar(HolidayForm(formdata=None))


@calendar_pages.post("/")
@needs_permission("office.settings")
def add_holiday() -> ResponseReturnValue:
    form = HolidayForm()

    def write() -> str:
        row = HolidayData(str(form.on_date.data), form.name.data, form.kind.data, form.basis.data, "kantor")
        service.set_holidays(
            current_journal(), current_actor(), days=[row], removed=[], reason=row.basis, now=current_time()
        )
        return row.on_date[:4]

    return run_command(
        write,
        lambda _: draw_calendar(form, 422),
        lambda year: redirect_to(
            url_for("calendar.page", tahun=year), "Hari libur disimpan. Janji yang sudah diberikan tetap."
        ),
        form=form,
    )


@calendar_pages.post("/tanggal")
@needs_permission("office.settings")
def move_due_times() -> ResponseReturnValue:
    """Take over the new times of the chosen open cases; those that nobody chose stay as they were promised."""
    form, chosen = ReasonForm(), set(request.form.getlist("pilih"))

    def move() -> int:
        moved = [change for change in list_due_changes() if change.key in chosen]
        if not moved:
            raise Problem.of("invalid", {"reason": "Centang paling sedikit satu berkas."})
        with current_journal().transaction():
            for change in moved:
                change.move(current_journal(), current_actor(), form.reason.data or "", current_time())
        return len(moved)

    return run_command(
        move,
        lambda _: draw_calendar(HolidayForm(formdata=None), 422, moving=form),
        lambda count: redirect_to(
            url_for("calendar.page"),
            f"{count} tanggal dipindah. Beri tahu pemohonnya; slip mereka memuat tanggal lama.",
        ),
        form=form,
    )


@calendar_pages.post("/jam")
@needs_permission("office.settings")
def set_hours() -> ResponseReturnValue:
    form = HoursForm()
    return run_command(
        lambda: hours.set_hours(
            current_journal(),
            current_actor(),
            name=form.name.data or "",
            since=form.since.data or current_date(),
            until=form.until.data,
            week={key: form.data[key] or "" for key in DAY_KEYS},
            basis=form.basis.data or "",
            now=current_time(),
        ),
        lambda _: draw_calendar(HolidayForm(formdata=None), 422, hours_form=form),
        url_for("calendar.page"),
        "Jam kerja disimpan. Batas yang sudah berjalan tetap.",
        form=form,
    )


@calendar_pages.post("/hari-khusus")
@needs_permission("office.settings")
def set_shift() -> ResponseReturnValue:
    form = ShiftForm()
    return run_command(
        lambda: hours.set_shift(
            current_journal(),
            current_actor(),
            day=form.day.data or current_date(),
            name=form.shift_name.data or "",
            spans=form.spans.data or "",
            now=current_time(),
        ),
        lambda _: draw_calendar(HolidayForm(formdata=None), 422, shift_form=form),
        url_for("calendar.page"),
        "Jam hari itu disimpan. Batas yang sudah berjalan tetap.",
        form=form,
    )


@calendar_pages.post("/<int:year>/ambil")
@needs_permission("office.settings")
def take_shipped_calendar(year: int) -> ResponseReturnValue:
    service.take_shipped_calendar(current_journal(), current_actor(), year=year, now=current_time())
    return redirect_to(url_for("calendar.page", tahun=year), f"Kalender {year} diambil dari program. Janji lama tetap.")


@calendar_pages.post("/<on_date>/hapus")
@needs_permission("office.settings")
def remove_holiday(on_date: str) -> ResponseReturnValue:
    form = ReasonForm()
    if not any(
        one.on_date == on_date
        for one in queries.list_holidays(current_db(), int(on_date[:4]) if on_date[:4].isdecimal() else 0)
    ):
        raise Problem.of("not_found", what="Hari libur itu")
    if not form.validate():
        raise Problem.of("reason_needed")
    service.set_holidays(
        current_journal(), current_actor(), days=[], removed=[on_date], reason=form.reason.data, now=current_time()
    )
    return redirect_to(
        url_for("calendar.page", tahun=on_date[:4]), "Hari libur dihapus. Janji yang sudah diberikan tetap."
    )
