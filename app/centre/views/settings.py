"""The set-up page of an empty centre. Only from this PC, only while nobody can sign in."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.centre import settings
from app.centre.views.forms import FirstRunForm, IdentityForm, RotateForm
from app.centre.views.offices import centre_exchange
from app.platform.backups.service import find_remains
from app.platform.backups.views.page import remains_page
from app.platform.backups.views.passphrase import encryption_state, passphrase_page, take_passphrase
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    current_actor,
    current_db,
    current_journal,
    current_time,
    remote_address,
    surroundings,
)
from app.platform.web.forms import has_pin, run_command, show_page
from app.platform.web.guard import needs_permission, public
from schema.seed_data import seed_regency

settings_pages = Blueprint("centre_settings", __name__, url_prefix="/pengaturan/pusat")


@settings_pages.get("/")
@needs_permission("centre.offices")
def edit_settings(
    status: int = 200, refused: Refused = NOT_REFUSED, form: IdentityForm | None = None
) -> ResponseReturnValue:
    known = {key.replace(".", "_", 1): value for key, value in settings.all_settings(current_db()).items()}
    return show_page(
        "centre/settings.html",
        status=status,
        code=known["centre_code"],
        form=form or IdentityForm(formdata=None, data=known),
        clock=refused.form_for(settings.confirm_clock),
        status_page=refused.form_for(settings.choose_status_page, on=bool(known["centre_status_page"])),
        unsettled=current_journal().clock_at(current_time()) != "ok",
    )


@settings_pages.post("/")
@needs_permission("centre.offices")
def save_settings() -> ResponseReturnValue:
    form = IdentityForm()
    return run_command(
        lambda: settings.change_settings(
            current_journal(), current_actor(), values=form.settings(), now=current_time()
        ),
        lambda problem: edit_settings(problem.status, form=form),
        "/pengaturan/pusat/",
        "Pengaturan disimpan.",
        form=form,
    )


CLOCK = "Jam komputer dipastikan. Semua kantor kembali memakainya."
add_command(settings_pages, "/jam", settings.confirm_clock, edit_settings, CLOCK)
add_command(settings_pages, "/status", settings.choose_status_page, edit_settings, "Halaman status diatur.")


pages = Blueprint("centre_setup", __name__, url_prefix="/persiapan")
LOOPBACK = ("127.0.0.1", "::1")


def is_closed() -> bool:
    return settings.is_set_up(current_db()) or remote_address() not in LOOPBACK


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    if is_closed():
        abort(404)
    found = find_remains(surroundings().data)
    if not found:
        return None
    return remains_page(found, "centre")


@pages.get("/")
@public
def show_first_run() -> ResponseReturnValue:
    name = seed_regency().name.title().removeprefix("Kabupaten ")
    guess = {
        "centre_code": f"dukcapil-{seed_regency().code}",
        "centre_name": f"Dispenduk Capil {name}",
        "centre_regency": f"Kabupaten {name}",
        "centre_place": name,
        "centre_address": request.host,
    }
    return draw_first_run(FirstRunForm(formdata=None, data=guess))


def draw_first_run(form: FirstRunForm, status: int = 200) -> ResponseReturnValue:
    return show_page("centre/first.html", status=status, form=form, encryption=encryption_state())


@pages.get("/kata-sandi")
@public
def show_passphrase() -> ResponseReturnValue:
    """Whether the databases of this PC are encrypted: a choice before the set-up, plain until it is made."""
    return passphrase_page(url_for("centre_setup.lock_database"), url_for("centre_setup.show_first_run"))


@pages.post("/kata-sandi")
@public
def lock_database() -> ResponseReturnValue:
    return take_passphrase(url_for("centre_setup.lock_database"), url_for("centre_setup.show_first_run"))


@pages.post("/")
@public
def create_centre() -> ResponseReturnValue:
    form = FirstRunForm()
    return run_command(
        lambda: settings.create_centre(
            current_journal(),
            identity=form.settings(),
            name=form.name.data or "",
            now=current_time(),
            username=form.username.data or "",
            password=form.password.data or "",
        ),
        lambda _: draw_first_run(form, 422),
        url_for("people.sign_in"),
        "Pusat sudah siap. Masuk dengan nama pengguna yang baru dibuat.",
        form=form,
    )


key_pages = Blueprint("centre_keys", __name__, url_prefix="/pengaturan/pusat/kunci")
ROTATED = {
    "announced": "Kunci pusat diganti. Setiap kantor mengikutinya sendiri pada pertukaran berikutnya.",
    "stolen": "Kunci pusat diganti tanpa pengumuman. Buat sekarang kode pendaftaran baru untuk setiap kantor.",
}


@key_pages.get("/", endpoint="page")
@needs_permission("centre.offices")
def show_keys(form: RotateForm | None = None) -> ResponseReturnValue:
    status = 422 if form else 200
    lost = centre_exchange().lost()
    mine = None
    behind = []
    if not lost:
        mine = centre_exchange().own_keys()
        behind = settings.list_offices_behind(current_db(), mine.sealed_to)
    return show_page(
        "centre/keys.html",
        status=status,
        mine=mine,
        changes=settings.list_key_changes(current_journal()),
        lost=lost,
        rests=settings.changed_just_now(current_journal(), current_time()),
        behind=behind,
        people=person_names(current_db()),
        has_pin=has_pin(),
        form=form or RotateForm(formdata=None),
    )


@key_pages.post("/")
@needs_permission("centre.offices")
def rotate_keys() -> ResponseReturnValue:
    form = RotateForm()
    if form.way.data == "announced":
        where = "centre_keys.page"
    else:
        where = "offices.show_offices"
    return run_command(
        lambda: settings.rotate_keys(
            current_journal(),
            current_actor(),
            way=form.way.data or "",
            reason=form.reason.data or "",
            rotate=centre_exchange().rotate,
            now=current_time(),
        ),
        lambda _: show_keys(form),
        url_for(where),
        ROTATED.get(form.way.data, ""),
        form=form,
        pin=True,
    )
