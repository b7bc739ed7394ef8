"""Settings of the office: identity and arms, way of working, pauses, network, villages, number series."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.office import arms, numbers, service, settings, ways
from app.office.events import VillageData
from app.office.views.forms import IdentityForm, NetworkForm, PausesForm, SeriesForm, VillageForm, WorkForm
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("settings", __name__, url_prefix="/pengaturan")
SERIES_NAMES = {
    "case": "Berkas",
    "dispatch": "Pengiriman",
    "letter": "Surat keluar",
    "minutes": "Berita acara",
}


def identity_form() -> IdentityForm:
    """The identity as it is, or as it was just typed."""
    known = settings.all_settings(db())
    return IdentityForm(data={key.replace(".", "_", 1): value for key, value in known.items()})


def work_form() -> WorkForm:
    """How the office works, as it is or as just typed."""
    known = settings.all_settings(db())
    return ways_open(WorkForm(
        promise_kept_when=known["promise.kept_when"], paper_size=known["paper.size"], paper_slip=known["paper.slip"],
        recording_slots=known["recording.slots_per_day"], uncollected_days=known["uncollected.after_days"],
        centre_runs="1" if known["centre.runs_loket"] else "0",
    ))  # fmt: skip


def ways_open(form: WorkForm) -> WorkForm:
    """The form without the choice that an office does not have: before its enrolment it sends on paper."""
    if not ways.enrolled(db()):
        del form.centre_runs
    return form


def pauses_form() -> PausesForm:
    """The listed reasons, those switched on ticked."""
    form = PausesForm(enabled=settings.get(db(), "pauses.enabled"))
    form.enabled.choices = options(
        [(one.id, one.label) for one in ways.listed_pauses(db(), today()).values()]
    )
    return form


def network_form() -> NetworkForm:
    """How the office is opened."""
    known = settings.all_settings(db())
    return NetworkForm(
        open=known["network.open"], hosts=known["network.hosts"], without_tls=known["network.without_tls"]
    )


FORMS: dict[str, Callable[[], Form]] = {
    "identity": identity_form, "work": work_form, "pauses": pauses_form, "network": network_form,
}  # fmt: skip


def show(status: int = 200, arms_error: str = "", **forms: Form) -> ResponseReturnValue:
    """The page with the forms, of which one may hold errors."""
    ready = {name: forms.get(name) or make() for name, make in FORMS.items()}
    notes = {one.id: one.explanation for one in ways.listed_pauses(db(), today()).values()}
    return page("office/settings.html", status=status, arms=settings.get(db(), "office.arms"), arms_error=arms_error,
                notes=notes, has_pin=has_pin(), **ready)  # fmt: skip


@pages.get("/", endpoint="page")
@needs("office.settings")
def overview() -> ResponseReturnValue:
    """Identity and way of working."""
    return show()


def change(values: dict[str, object]) -> None:
    """Write the settings that differ, all or none."""
    known = settings.all_settings(db())
    with journal().transaction():
        for key, value in values.items():
            if known[key] != value:
                service.change_setting(journal(), current_actor(), key=key, value=value, now=now())


@pages.post("/identitas")
@needs("office.settings")
def set_identity() -> ResponseReturnValue:
    """Another name, address or telephone on the letterhead."""
    form = IdentityForm()
    if form.validate():
        with told(form):
            change(dict(form.settings()))
    if not sound(form):
        return show(422, identity=form)
    return done(url_for("settings.page"), "Identitas kantor disimpan.")


@pages.post("/lambang")
@needs("office.settings")
def set_arms() -> ResponseReturnValue:
    """Other arms on letterheads, or none."""
    upload = request.files.get("arms")
    if not upload and request.form.get("aksi") != "lepas":
        return show(422, "Pilih berkas lambang lebih dulu.")
    try:
        change({"office.arms": arms.as_address(upload.read(arms.LIMIT + 1) if upload else b"")})
    except Problem as problem:
        if "arms" not in problem.fields:
            raise
        return show(422, problem.fields["arms"])
    return done(url_for("settings.page"), "Lambang di kop surat diganti.")


@pages.post("/kerja")
@needs("office.settings")
def set_work() -> ResponseReturnValue:
    """Promise, papers, recording."""
    form = ways_open(WorkForm())
    if form.validate():
        with told(form):
            change({
                "promise.kept_when": form.promise_kept_when.data, "paper.size": form.paper_size.data,
                "paper.slip": form.paper_slip.data, "recording.slots_per_day": form.recording_slots.data,
                "uncollected.after_days": form.uncollected_days.data,
            } | ({"centre.runs_loket": form.centre_runs.data == "1"} if form.centre_runs else {}))  # fmt: skip
    if not sound(form):
        return show(422, work=form)
    return done(url_for("settings.page"), "Cara kerja kantor disimpan.")


@pages.post("/jeda")
@needs("office.settings")
def set_pauses() -> ResponseReturnValue:
    """Which listed reasons may stop the clock."""
    form = pauses_form()
    if form.validate():
        with told(form):
            ways.set_pauses(
                journal(), current_actor(), enabled=form.enabled.data or [], on=today(), now=now()
            )
    if not sound(form):
        return show(422, pauses=form)
    return done(url_for("settings.page"), "Alasan jeda disimpan.")


@pages.post("/jaringan")
@needs("office.settings")
def set_network() -> ResponseReturnValue:
    """Open to the office network, or close; from the next start on."""
    form = NetworkForm()
    if form.validate():
        with told(form):
            if form.open.data and form.without_tls.data:
                confirm_pin(form.pin.data)
            ways.set_network(journal(), current_actor(), opened=form.open.data, hosts=form.hosts.data or "",
                             without_tls=form.without_tls.data, now=now())  # fmt: skip
    if not sound(form):
        return show(422, network=form)
    return done(url_for("settings.page"), "Disimpan. Berlaku setelah Loket dijalankan lagi.")


@pages.get("/desa")
@needs("office.settings")
def villages() -> ResponseReturnValue:
    """Villages and their heads."""
    return page("office/villages.html", villages=service.villages(db()), form=VillageForm(formdata=None))


@pages.post("/desa/<code>")
@needs("office.settings")
def set_village(code: str) -> ResponseReturnValue:
    """Another spelling or another head of a village."""
    form, known = VillageForm(), {one.code: one for one in service.villages(db())}
    if code not in known:
        raise Problem.of("not_found", what="Desa itu")
    if form.validate():
        with told(form):
            village = VillageData(code, form.name.data, form.head_name.data, form.head_nip.data)
            service.set_village(journal(), current_actor(), village=village, now=now())
    if not sound(form):
        return page(
            "office/villages.html", status=422, villages=service.villages(db()), form=form, wrong=code
        )
    return done(url_for("settings.villages"), f"Desa {form.name.data} disimpan.")


@pages.get("/nomor")
@needs("office.settings")
def series() -> ResponseReturnValue:
    """Number series."""
    return show_series()


def show_series(status: int = 200, wrong: str = "", form: SeriesForm | None = None) -> ResponseReturnValue:
    """Each series with its pattern, start and the number that comes next; `wrong` names the one just refused."""
    known = service.series(db())
    coming = {one.name: numbers.next_number(db(), one.name, today(), journal().epoch).text for one in known}
    return page("office/series.html", status=status, series=known, names=SERIES_NAMES, coming=coming, wrong=wrong,
                form=form or SeriesForm(formdata=None))  # fmt: skip


@pages.post("/nomor/<name>")
@needs("office.settings")
def set_series(name: str) -> ResponseReturnValue:
    """Another pattern or start."""
    form = SeriesForm()
    if name not in SERIES_NAMES:
        raise Problem.of("not_found", what="Deret nomor itu")
    if form.validate():
        with told(form):
            service.set_series(journal(), current_actor(), name=name, pattern=form.pattern.data or "",
                               start=form.start.data or 1, now=now())  # fmt: skip
    if not sound(form):
        return show_series(422, name, form)
    return done(url_for("settings.series"), f"Deret nomor {SERIES_NAMES[name].lower()} disimpan.")
