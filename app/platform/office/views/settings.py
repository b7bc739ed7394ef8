"""Settings of the office: identity and arms, way of working, pauses, network, villages, number series."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.dates import short_date
from app.core.problems import SENTENCES, Problem, check_found, check_known
from app.core.text import in_small_letters, sentence_case
from app.core.workdays import Hours, week_lines
from app.platform.office import numbers, queries, service, settings
from app.platform.office.queries import DueChange
from app.platform.office.views.forms import MoveForm, WorkForm
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import has_pin, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("settings", __name__, url_prefix="/pengaturan")
PAGE = "settings.page"


def settings_held() -> dict[str, Any]:
    """Every setting under the name of its field: `office_name`."""
    return {key.replace(".", "_", 1): value for key, value in settings.all_settings(current_db()).items()}


def work_form(form: WorkForm) -> WorkForm:
    """The form in the words of the services, without the choice of an office that sends on paper: its enrolment."""
    db = current_db()
    today = current_date()
    form.promise_kept_when.choices = to_choices(queries.kept_choices(db, today))
    product = sentence_case(queries.product_words(db, today))
    form.uncollected_after_days.label.text = f"{product} dianggap lama setelah (hari)"
    if not queries.is_enrolled(db):
        del form.centre_runs_loket
    return form


@pages.get("/", endpoint="page")
@needs_permission("office.settings")
def settings_overview(
    status: int = 200, refused: Refused = NOT_REFUSED, arms_error: str = "", work: WorkForm | None = None
) -> ResponseReturnValue:
    held = settings_held()
    network = {name: held[f"network_{name}"] for name in ("hosts", "without_tls")}
    listed = queries.listed_pauses(current_db(), current_date()).values()
    return show_page(
        "platform/office/settings.html",
        status=status,
        identity=refused.form_for(service.set_identity, **held),
        work=work or work_form(WorkForm(formdata=None, data=held)),
        pauses=refused.form_for(service.set_pauses, enabled=held["pauses_enabled"]),
        readings=refused.form_for(service.set_readings, chosen=held["limits_readings"]),
        network=refused.form_for(service.set_network, pin=True, opened=held["network_open"], **network),
        arms=held["office_arms"],
        arms_error=arms_error,
        notes={reason.id: reason.explanation for reason in listed},
        has_pin=has_pin(),
    )


add_command(pages, "/identitas", service.set_identity, settings_overview, "Identitas kantor disimpan.", to=PAGE)
add_command(pages, "/jeda", service.set_pauses, settings_overview, "Alasan jeda disimpan.", to=PAGE)
add_command(pages, "/bacaan", service.set_readings, settings_overview, "Bacaan batas waktu disimpan.", to=PAGE)


def change_settings(values: Mapping[str, object]) -> None:
    service.change_settings(current_journal(), current_actor(), values, current_time())


@pages.post("/lambang")
@needs_permission("office.settings")
def set_arms() -> ResponseReturnValue:
    upload = request.files.get("arms")
    taken_off = request.form.get("aksi") == "lepas"
    if not upload and not taken_off:
        return settings_overview(422, arms_error="Pilih dokumen lambang lebih dulu.")
    data = b""
    if upload and not taken_off:
        data = upload.read(settings.ARMS_LIMIT + 1)
    return run_command(
        lambda: change_settings({"office.arms": settings.to_data_address(data)}),
        lambda problem: settings_overview(problem.status, arms_error=problem.fields.get("arms", problem.sentence)),
        url_for("settings.page"),
        "Lambang di kop surat diganti.",
    )


@pages.post("/kerja")
@needs_permission("office.settings")
def set_work() -> ResponseReturnValue:
    form = work_form(WorkForm())
    return run_command(
        lambda: change_settings(form.settings()),
        lambda problem: settings_overview(problem.status, work=form),
        url_for(PAGE),
        "Cara kerja kantor disimpan.",
        form=form,
    )


@pages.post("/jaringan")
@needs_permission("office.settings")
def set_network() -> ResponseReturnValue:
    """Only opening without TLS asks for the PIN."""
    form = form_of(service.set_network, pin=True)()
    return run_command(
        lambda: service.set_network(current_journal(), current_actor(), now=current_time(), **form.values),
        lambda problem: settings_overview(problem.status, Refused(service.set_network, form, problem)),
        url_for(PAGE),
        "Disimpan. Berlaku setelah Loket dijalankan lagi.",
        form=form,
        pin=bool(form["open"].data and form["without_tls"].data),
    )


@pages.get("/desa")
@needs_permission("office.settings")
def village_list(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return show_page(
        "platform/office/villages.html",
        status=status,
        villages=queries.list_villages(current_db()),
        form=refused.form_for(service.set_village),
        wrong=refused.place.get("code", ""),
    )


def tell_village(name: str) -> ResponseReturnValue:
    return redirect_to(url_for("settings.village_list"), f"Desa {name} disimpan.")


add_command(pages, "/desa/<code>", service.set_village, village_list, then=tell_village)


@pages.get("/nomor")
@needs_permission("office.settings")
def number_series(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Each series with its pattern, start and the number that comes next."""
    today = current_date()
    db = current_db()
    known = queries.list_series(db, today)
    epoch = current_journal().epoch
    coming = {row.name: numbers.number_after(db, row, today, epoch).text for row in known}
    return show_page(
        "platform/office/series.html",
        status=status,
        series=known,
        names=queries.series_labels(db, today),
        coming=coming,
        wrong=refused.place.get("name", ""),
        form=refused.form_for(service.set_series),
    )


def known_series(name: str) -> dict[str, str]:
    """The name of a series of this office. Raises Problem `not_found`."""
    labels = queries.series_labels(current_db(), current_date())
    check_known(name, labels, "Penomoran itu")
    return {"name": name}


def tell_series(name: str) -> ResponseReturnValue:
    label = queries.series_labels(current_db(), current_date())[name]
    return redirect_to(url_for("settings.number_series"), f"Penomoran {in_small_letters(label)} disimpan.")


add_command(pages, "/nomor/<name>", service.set_series, number_series, named=known_series, then=tell_series)


@pages.get("/nomor/<name>/contoh")
@needs_permission("office.settings")
def preview_number(name: str) -> ResponseReturnValue:
    """The next number of a series with what is typed, asked for by its fields."""
    known = {row.name: row for row in queries.list_series(current_db(), current_date())}
    row = check_found(known.get(name), "Penomoran itu")
    form = form_of(service.set_series)(request.args)
    if form["start"].process_errors:
        shown = numbers.NumberPreview("", "Isi nomor pertama dengan angka.")
    else:
        typed = (form["pattern"].data or "", form["start"].data or 1)
        epoch = current_journal().epoch
        shown = numbers.preview_number(current_db(), row, *typed, current_date(), epoch)
    return render_template("platform/office/_number_preview.html", shown=shown)


calendar_pages = Blueprint("calendar", __name__, url_prefix="/pengaturan/kalender")


def list_due_changes() -> list[DueChange]:
    """Open limits of all rooms that the present calendar would end at another time, the nearest first."""
    asked = (ask for room in current_loket().rooms if room.desk for ask in room.desk.due_changes)
    changes = (change for ask in asked for change in ask(current_db()))
    return sorted(changes, key=lambda change: change.promised)


@calendar_pages.get("/", endpoint="page")
@needs_permission("office.settings")
def calendar_overview(
    status: int = 200, refused: Refused = NOT_REFUSED, moving: MoveForm | None = None
) -> ResponseReturnValue:
    """The calendar of a year; a refused form keeps what was typed, a refusal without one stands above."""
    db = current_db()
    asked = request.args.get("tahun", "")
    if re.fullmatch("20[0-9]{2}", asked):
        year = int(asked)
    else:
        year = current_date().year
    days = queries.list_holidays(db, year)
    return show_page(
        "platform/office/calendar.html",
        status=status,
        year=year,
        days=days,
        decrees=list(dict.fromkeys(row.basis for row in days if row.kind != "lokal" and row.basis)),
        update=queries.shipped_update(db, year),
        last_year=queries.office_calendar(db).last_known_year,
        changes=list_due_changes(),
        hours=dated_hours(),
        shifts=queries.list_shifts(db, current_date()),
        not_done=refused.sentence_for(service.remove_holiday, service.take_shipped_calendar),
        form=refused.form_for(service.add_holiday),
        hours_form=refused.form_for(service.set_hours),
        shift_form=refused.form_for(service.set_shift),
        moving=moving or MoveForm(formdata=None),
    )


def dated_hours() -> list[tuple[Hours, str, list[tuple[str, str]]]]:
    """The hours in force today, what holds after them where they end by themselves, then those that begin later; each
    with its word and the lines of its week."""
    today = current_date()
    working = queries.working_time(current_db())
    held = working.hours_of(today)
    after = None
    if held and held.until:
        after = working.hours_of(held.until + timedelta(days=1))
    shown = {held: "Berlaku"} if held else {}
    if after:
        shown.setdefault(after, "Sesudah itu")
    for hours in working.hours:
        if hours.since > today:
            shown.setdefault(hours, f"Mulai {short_date(hours.since)}")
    return [(hours, word, week_lines(hours)) for hours, word in shown.items()]


@calendar_pages.post("/tanggal")
@needs_permission("office.settings")
def move_due_times() -> ResponseReturnValue:
    """Take over the new times of the chosen open cases or of all; what nobody chose stays as it was promised."""
    form = MoveForm()
    chosen = set(request.form.getlist("pilih"))

    def move() -> int:
        moved = [change for change in list_due_changes() if form.all.data or change.key in chosen]
        if not moved:
            raise Problem.of("invalid", {"reason": SENTENCES["one_case"]})
        with current_journal().transaction():
            for change in moved:
                change.move(current_journal(), current_actor(), form.reason.data or "", current_time())
        return len(moved)

    return run_command(
        move,
        lambda problem: calendar_overview(problem.status, moving=form),
        lambda count: redirect_to(
            url_for("calendar.page"),
            f"{count} tanggal dipindah. Beri tahu pemohonnya; slip mereka memuat tanggal lama.",
        ),
        form=form,
    )


def tell_year(toast: str) -> Callable[[int], ResponseReturnValue]:
    """The calendar of the year that a command has changed, with what is said of it."""
    return lambda year: redirect_to(url_for("calendar.page", tahun=year), toast.format(year=year))


ADDED = tell_year("Hari libur disimpan. Janji yang sudah diberikan tetap.")
TAKEN = tell_year("Kalender {year} diambil dari program. Janji lama tetap.")
REMOVED = tell_year("Hari libur dihapus. Janji yang sudah diberikan tetap.")
HOURS_SET = "Jam kerja disimpan. Batas yang sudah berjalan tetap."
SHIFT_SET = "Jam hari itu disimpan. Batas yang sudah berjalan tetap."
CALENDAR = "calendar.page"
add_command(calendar_pages, "/", service.add_holiday, calendar_overview, then=ADDED)
add_command(calendar_pages, "/jam", service.set_hours, calendar_overview, HOURS_SET, to=CALENDAR)
add_command(calendar_pages, "/hari-khusus", service.set_shift, calendar_overview, SHIFT_SET, to=CALENDAR)
add_command(calendar_pages, "/<int:year>/ambil", service.take_shipped_calendar, calendar_overview, then=TAKEN)
add_command(calendar_pages, "/<on_date>/hapus", service.remove_holiday, calendar_overview, then=REMOVED)
