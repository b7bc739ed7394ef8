"""Settings of the office: identity and arms, way of working, pauses, network, villages, number series."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.dates import short_date
from app.core.problems import SENTENCES, Problem, check_found
from app.core.text import in_small_letters, sentence_case
from app.core.workdays import DAY_KEYS, Hours, week_lines
from app.platform.office import numbers, queries, service, settings
from app.platform.office.events import HolidayData, VillageData
from app.platform.office.queries import DueChange
from app.platform.office.views.forms import (
    HolidayForm,
    HoursForm,
    IdentityForm,
    MoveForm,
    NetworkForm,
    PausesForm,
    ReadingsForm,
    ReasonForm,
    SeriesForm,
    SettingsForm,
    ShiftForm,
    VillageForm,
    WorkForm,
)
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import Form, has_pin, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("settings", __name__, url_prefix="/pengaturan")


def form_of_settings(kind: type[SettingsForm]) -> SettingsForm:
    known = settings.all_settings(current_db())
    return kind(formdata=None, data={key.replace(".", "_", 1): value for key, value in known.items()})


def with_choices(form: Form) -> Form:
    """The form in the words of the services, without the choice of an office that sends on paper: its enrolment."""
    db, today = current_db(), current_date()
    if isinstance(form, PausesForm):
        form.enabled.choices = to_choices([(one.id, one.label) for one in queries.listed_pauses(db, today).values()])
    if isinstance(form, ReadingsForm):
        form.chosen.choices = to_choices(queries.listed_readings(db, today).items())
    if isinstance(form, WorkForm):
        form.promise_kept_when.choices = to_choices(queries.kept_choices(db, today))
        product = sentence_case(queries.product_words(db, today))
        form.uncollected_after_days.label.text = f"{product} dianggap lama setelah (hari)"
        if not queries.is_enrolled(db):
            del form.centre_runs_loket
    return form


@pages.get("/", endpoint="page")
@needs_permission("office.settings")
def settings_overview(status: int = 200, arms_error: str = "", **forms: Form) -> ResponseReturnValue:
    known = settings.all_settings(current_db())
    network = {key: known[f"network.{key}"] for key in ("open", "hosts", "without_tls")}
    shown: dict[str, Form] = {
        "identity": form_of_settings(IdentityForm),
        "work": form_of_settings(WorkForm),
        "pauses": PausesForm(formdata=None, enabled=known["pauses.enabled"]),
        "readings": ReadingsForm(formdata=None, chosen=known["limits.readings"]),
        "network": NetworkForm(formdata=None, data=network),
    }
    listed = queries.listed_pauses(current_db(), current_date()).values()
    return show_page(
        "platform/office/settings.html",
        status=status,
        arms=known["office.arms"],
        arms_error=arms_error,
        notes={one.id: one.explanation for one in listed},
        has_pin=has_pin(),
        **{name: with_choices(form) for name, form in shown.items()} | forms,
    )


def save_form(
    name: str, form: Form, command: Callable[[], object], toast: str, pin: bool = False
) -> ResponseReturnValue:
    return run_command(
        command,
        lambda _: settings_overview(422, **{name: form}),
        url_for("settings.page"),
        toast,
        form=form,
        pin=pin,
    )


def change_settings(values: Mapping[str, object]) -> None:
    service.change_settings(current_journal(), current_actor(), values, current_time())


@pages.post("/identitas")
@needs_permission("office.settings")
def set_identity() -> ResponseReturnValue:
    form = IdentityForm()
    return save_form("identity", form, lambda: change_settings(form.settings()), "Identitas kantor disimpan.")


@pages.post("/lambang")
@needs_permission("office.settings")
def set_arms() -> ResponseReturnValue:
    upload, taken_off = request.files.get("arms"), request.form.get("aksi") == "lepas"
    if not upload and not taken_off:
        return settings_overview(422, "Pilih dokumen lambang lebih dulu.")
    data = upload.read(settings.ARMS_LIMIT + 1) if upload and not taken_off else b""
    return run_command(
        lambda: change_settings({"office.arms": settings.to_data_address(data)}),
        lambda problem: settings_overview(problem.status, problem.fields.get("arms", problem.sentence)),
        url_for("settings.page"),
        "Lambang di kop surat diganti.",
    )


@pages.post("/kerja")
@needs_permission("office.settings")
def set_work() -> ResponseReturnValue:
    form = WorkForm()
    return save_form(
        "work", with_choices(form), lambda: change_settings(form.settings()), "Cara kerja kantor disimpan."
    )


@pages.post("/jeda")
@needs_permission("office.settings")
def set_pauses() -> ResponseReturnValue:
    form = PausesForm()

    def choose() -> None:
        chosen = form.enabled.data or []
        service.set_pauses(current_journal(), current_actor(), enabled=chosen, on=current_date(), now=current_time())

    return save_form("pauses", with_choices(form), choose, "Alasan jeda disimpan.")


@pages.post("/bacaan")
@needs_permission("office.settings")
def set_readings() -> ResponseReturnValue:
    form = ReadingsForm()

    def choose() -> None:
        chosen = form.chosen.data or []
        service.set_readings(current_journal(), current_actor(), chosen=chosen, on=current_date(), now=current_time())

    return save_form("readings", with_choices(form), choose, "Bacaan batas waktu disimpan.")


@pages.post("/jaringan")
@needs_permission("office.settings")
def set_network() -> ResponseReturnValue:
    form = NetworkForm()
    return save_form(
        "network",
        form,
        lambda: service.set_network(
            current_journal(),
            current_actor(),
            opened=form.open.data,
            hosts=form.hosts.data or "",
            without_tls=form.without_tls.data,
            now=current_time(),
        ),
        "Disimpan. Berlaku setelah Loket dijalankan lagi.",
        pin=bool(form.open.data and form.without_tls.data),
    )


@pages.get("/desa")
@needs_permission("office.settings")
def village_list() -> ResponseReturnValue:
    return draw_villages(VillageForm(formdata=None))


def draw_villages(form: VillageForm, status: int = 200, wrong: str = "") -> ResponseReturnValue:
    villages = queries.list_villages(current_db())
    return show_page("platform/office/villages.html", status=status, villages=villages, form=form, wrong=wrong)


@pages.post("/desa/<code>")
@needs_permission("office.settings")
def set_village(code: str) -> ResponseReturnValue:
    form = VillageForm()
    if code not in queries.village_names(current_db()):
        raise Problem.of("not_found", what="Desa itu")
    village = VillageData(code, form.name.data, form.head_name.data, form.head_nip.data)
    return run_command(
        lambda: service.set_village(current_journal(), current_actor(), village=village, now=current_time()),
        lambda _: draw_villages(form, 422, code),
        url_for("settings.village_list"),
        f"Desa {form.name.data} disimpan.",
        form=form,
    )


@pages.get("/nomor")
@needs_permission("office.settings")
def number_series(status: int = 200, wrong: str = "", form: SeriesForm | None = None) -> ResponseReturnValue:
    """Each series with its pattern, start and the number that comes next; `wrong` names the one just refused."""
    known = queries.list_series(current_db(), current_date())
    epoch = current_journal().epoch
    coming = {one.name: numbers.number_after(current_db(), one, current_date(), epoch).text for one in known}
    return show_page(
        "platform/office/series.html",
        status=status,
        series=known,
        names=queries.series_labels(current_db(), current_date()),
        coming=coming,
        wrong=wrong,
        form=form or SeriesForm(formdata=None),
    )


@pages.get("/nomor/<name>/contoh")
@needs_permission("office.settings")
def preview_number(name: str) -> ResponseReturnValue:
    """The next number of a series with what is typed, asked for by its fields."""
    known = {one.name: one for one in queries.list_series(current_db(), current_date())}
    row, form = check_found(known.get(name), "Penomoran itu"), SeriesForm(request.args)
    if form.start.process_errors:
        shown = numbers.NumberPreview("", "Isi nomor pertama dengan angka.")
    else:
        typed, epoch = (form.pattern.data or "", form.start.data or 1), current_journal().epoch
        shown = numbers.preview_number(current_db(), row, *typed, current_date(), epoch)
    return render_template("platform/office/_number_preview.html", shown=shown)


@pages.post("/nomor/<name>")
@needs_permission("office.settings")
def set_series(name: str) -> ResponseReturnValue:
    form = SeriesForm()
    labels = queries.series_labels(current_db(), current_date())
    if name not in labels:
        raise Problem.of("not_found", what="Penomoran itu")
    return run_command(
        lambda: service.set_series(
            current_journal(),
            current_actor(),
            name=name,
            pattern=form.pattern.data or "",
            start=form.start.data or 1,
            now=current_time(),
        ),
        lambda _: number_series(422, name, form),
        url_for("settings.number_series"),
        f"Penomoran {in_small_letters(labels[name])} disimpan.",
        form=form,
    )


calendar_pages = Blueprint("calendar", __name__, url_prefix="/pengaturan/kalender")


def list_due_changes() -> list[DueChange]:
    """Open limits of all rooms that the present calendar would end at another time, the nearest first."""
    changes = (change for room in current_loket().rooms for ask in room.due_changes for change in ask(current_db()))
    return sorted(changes, key=lambda change: change.promised)


@calendar_pages.get("/", endpoint="page")
@needs_permission("office.settings")
def calendar_overview(status: int = 200, **forms: Form) -> ResponseReturnValue:
    """The calendar of a year; `forms` are those that were refused: form, hours_form, shift_form, moving."""
    asked = request.args.get("tahun", "")
    year = int(asked) if re.fullmatch("20[0-9]{2}", asked) else current_date().year
    kinds = {"form": HolidayForm, "hours_form": HoursForm, "shift_form": ShiftForm, "moving": MoveForm}
    days = queries.list_holidays(current_db(), year)
    return show_page(
        "platform/office/calendar.html",
        status=status,
        year=year,
        days=days,
        decrees=list(dict.fromkeys(row.basis for row in days if row.kind != "lokal" and row.basis)),
        update=queries.shipped_update(current_db(), year),
        last_year=queries.office_calendar(current_db()).last_known_year,
        changes=list_due_changes(),
        hours=dated_hours(),
        shifts=queries.list_shifts(current_db(), current_date()),
        **{name: kind(formdata=None) for name, kind in kinds.items()} | forms,
    )


def dated_hours() -> list[tuple[Hours, str, list[tuple[str, str]]]]:
    """The hours in force today, what holds after them where they end by themselves, then those that begin later; each
    with its word and the lines of its week."""
    today, working = current_date(), queries.working_time(current_db())
    held = working.hours_of(today)
    after = working.hours_of(held.until + timedelta(days=1)) if held and held.until else None
    shown = {held: "Berlaku"} if held else {}
    if after:
        shown.setdefault(after, "Sesudah itu")
    for one in working.hours:
        if one.since > today:
            shown.setdefault(one, f"Mulai {short_date(one.since)}")
    return [(one, word, week_lines(one)) for one, word in shown.items()]


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
        lambda _: calendar_overview(422, form=form),
        lambda year: redirect_to(
            url_for("calendar.page", tahun=year), "Hari libur disimpan. Janji yang sudah diberikan tetap."
        ),
        form=form,
    )


@calendar_pages.post("/tanggal")
@needs_permission("office.settings")
def move_due_times() -> ResponseReturnValue:
    """Take over the new times of the chosen open cases or of all; what nobody chose stays as it was promised."""
    form, chosen = MoveForm(), set(request.form.getlist("pilih"))

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
        lambda _: calendar_overview(422, moving=form),
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
        lambda: service.set_hours(
            current_journal(),
            current_actor(),
            name=form.name.data or "",
            since=form.since.data or current_date(),
            until=form.until.data,
            week={key: form.data[key] or "" for key in DAY_KEYS},
            basis=form.basis.data or "",
            now=current_time(),
        ),
        lambda _: calendar_overview(422, hours_form=form),
        url_for("calendar.page"),
        "Jam kerja disimpan. Batas yang sudah berjalan tetap.",
        form=form,
    )


@calendar_pages.post("/hari-khusus")
@needs_permission("office.settings")
def set_shift() -> ResponseReturnValue:
    form = ShiftForm()
    return run_command(
        lambda: service.set_shift(
            current_journal(),
            current_actor(),
            day=form.day.data or current_date(),
            name=form.shift_name.data or "",
            spans=form.spans.data or "",
            now=current_time(),
        ),
        lambda _: calendar_overview(422, shift_form=form),
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
    form, year = ReasonForm(), on_date[:4]
    if not year.isdecimal() or on_date not in {one.on_date for one in queries.list_holidays(current_db(), int(year))}:
        raise Problem.of("not_found", what="Hari libur itu")
    if not form.validate():
        raise Problem.of("reason_needed")
    service.set_holidays(
        current_journal(), current_actor(), days=[], removed=[on_date], reason=form.reason.data, now=current_time()
    )
    return redirect_to(url_for("calendar.page", tahun=year), "Hari libur dihapus. Janji yang sudah diberikan tetap.")
