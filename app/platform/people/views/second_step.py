"""The second step of signing in, and one's own authenticator app with its spare codes."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from markupsafe import Markup

from app.platform.people import authenticator, queries, second_step, sessions
from app.platform.people.authenticator import Asked
from app.platform.people.one_time_codes import app_address, spoken_key
from app.platform.people.sessions import device_words
from app.platform.people.views.forms import CodeForm, FirstCodeForm, OwnerForm
from app.platform.people.views.sign_in import required_session
from app.platform.printing.child import qr_svg
from app.platform.web import guard
from app.platform.web.browser import keep_trust
from app.platform.web.context import (
    current_actor,
    current_db,
    current_journal,
    current_loket,
    current_time,
    forget_session,
    remote_address,
)
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import at_second_step, before_change, signed_in, to_install

pages = Blueprint("second_step", __name__, url_prefix="/masuk/kode")
own_pages = Blueprint("authenticator", __name__, url_prefix="/saya/kode-ponsel")


@pages.get("/", endpoint="page")
@signed_in
@before_change
@at_second_step
def draw_second_step(form: CodeForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The page that asks the code; whoever is in already goes on."""
    onward = guard.local_path(request.values.get("lanjut"), "")
    if required_session().code_due != "code":
        return redirect_to(onward or url_for(current_loket().shell.home))
    shown = form or CodeForm(formdata=None)
    old_sheet = authenticator.is_sheet_before_return(current_db(), current_actor().person_id)
    return show_page("platform/people/second_step.html", status=status, form=shown, lanjut=onward, old_sheet=old_sheet)


@pages.post("/")
@signed_in
@before_change
@at_second_step
def pass_second_step() -> ResponseReturnValue:
    form = CodeForm()
    known = required_session()
    onward = guard.local_path(request.form.get("lanjut"), "")
    if known.code_due != "code":
        return redirect_to(onward or url_for(current_loket().shell.home))

    def go_in(token: str) -> ResponseReturnValue:
        guard.change_token(token)
        if form.remember.data:
            remember_here()
        return redirect_to(onward or url_for(current_loket().shell.home))

    return run_command(
        lambda: second_step.pass_with_code(
            current_db(), known, form.app_code.data, now=current_time(), address=remote_address()
        ),
        lambda _: draw_second_step(form, 422),
        go_in,
        form=form,
    )


def remember_here() -> None:
    token = second_step.remember_browser(
        current_db(),
        required_session(),
        now=current_time(),
        address=remote_address(),
        device=device_words(request.user_agent.string),
    )
    keep_trust(current_actor().person_id, token)


# -- one's own app -----------------------------------------------------------------------------------------------------


def asked_now() -> Asked:
    return Asked(current_actor(), current_time(), remote_address(), required_session().browser)


@own_pages.get("/", endpoint="page")
@signed_in
@to_install
def draw_own_app(
    owner: OwnerForm | None = None, first: FirstCodeForm | None = None, status: int = 200
) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    key = authenticator.offered_key(db, actor.person_id, current_time())
    place = f"Loket {current_loket().shell.place(db)}"
    spoken = ""
    picture = Markup()
    if key:
        spoken = spoken_key(key)
        picture = Markup(qr_svg(app_address(key, actor.username, place)))
    return show_page(
        "platform/people/authenticator.html",
        status=status,
        owner=owner or OwnerForm(formdata=None),
        first=first or FirstCodeForm(formdata=None),
        installed=authenticator.is_installed(db, actor.person_id),
        spare=authenticator.count_spare_codes(db, actor.person_id),
        old_sheet=authenticator.is_sheet_before_return(db, actor.person_id),
        demanded=bool(sessions.demanded_roles(db) & actor.roles),
        due=required_session().code_due,
        key=spoken,
        picture=picture,
    )


def prove(form: OwnerForm) -> None:
    code = form.app_code.data or ""
    authenticator.prove_owner(current_db(), asked_now(), form.password.data, code)


@own_pages.post("/mulai")
@signed_in
@to_install
def begin_app() -> ResponseReturnValue:
    form = OwnerForm()

    def begin() -> None:
        prove(form)
        authenticator.offer_app(current_db(), current_actor(), current_time())

    return run_command(begin, lambda _: draw_own_app(form, status=422), url_for("authenticator.page"), form=form)


@own_pages.post("/pastikan")
@signed_in
@to_install
def install_app() -> ResponseReturnValue:
    """The first code makes it count. The answer is the page with the spare codes, for they are shown once."""
    form = FirstCodeForm()
    known = required_session()

    def install() -> list[str]:
        codes = authenticator.install_app(current_journal(), asked_now(), form.app_code.data)
        second_step.keep_session_open(current_db(), known, now=current_time())
        sessions.end_other_sessions(current_db(), known_key=known.key, person_id=known.actor.person_id)
        return codes

    return run_command(install, lambda _: draw_own_app(first=form, status=422), show_codes, form=form)


def show_codes(codes: list[str]) -> ResponseReturnValue:
    forget_session()
    person = queries.find_person(current_db(), current_actor().person_id)
    return show_page("platform/people/spare_codes.html", codes=codes, person=person)


@own_pages.post("/cadangan")
@signed_in
def make_spare_codes() -> ResponseReturnValue:
    form = OwnerForm()

    def make() -> list[str]:
        prove(form)
        return authenticator.make_spare_codes(current_journal(), asked_now())

    return run_command(make, lambda _: draw_own_app(form, status=422), show_codes, form=form)


@own_pages.post("/lepas")
@signed_in
def take_app_off() -> ResponseReturnValue:
    form = OwnerForm()

    def take_off() -> None:
        prove(form)
        authenticator.take_own_app_off(current_journal(), asked_now())

    told = "Kode ponsel dilepas. Masuk kembali cukup dengan kata sandi."
    return run_command(take_off, lambda _: draw_own_app(form, status=422), url_for("people.my_page"), told, form=form)
