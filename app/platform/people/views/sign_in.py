"""Signing in and out, the lock, and one's own page. The administrator's pages stand in `staff.py` beside it."""

from datetime import timedelta

from flask import Blueprint, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.core.dates import long_moment
from app.core.problems import Problem
from app.platform.people import access_log, authenticator, credentials, queries, second_step, sessions
from app.platform.people.access_log import action_words
from app.platform.people.sessions import Session, device_words
from app.platform.people.views.forms import PasswordForm, PinForm, SignInForm
from app.platform.web import guard
from app.platform.web.browser import browser_digest
from app.platform.web.context import (
    current_actor,
    current_db,
    current_journal,
    current_loket,
    current_session,
    current_time,
    remote_address,
)
from app.platform.web.forms import answers_in_place, duty_or_home, redirect_to, run_command, show_page
from app.platform.web.guard import at_second_step, before_change, public, signed_in, to_install, while_locked

pages = Blueprint("people", __name__)


@pages.get("/masuk")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; an empty office goes to its set-up page instead."""
    setup = current_loket().shell.setup
    if setup and queries.is_nobody_entered(current_db()):
        return redirect(url_for(setup), 303)
    known = current_session()
    if known and not known.locked:
        return redirect(url_for(current_loket().shell.home), 303)
    return show_page(
        "platform/people/sign_in.html", form=SignInForm(), lanjut=guard.local_path(request.args.get("lanjut"), "")
    )


@pages.post("/masuk")
@public
def sign_in_now() -> ResponseReturnValue:
    form = SignInForm()
    onward = guard.local_path(request.form.get("lanjut"), "")

    def go_in(token: str) -> ResponseReturnValue:
        guard.keep_known_person(token)
        known = required_session()
        if known.code_due:
            return guard.lead_to_second_step(known, onward)
        if answers_in_place() and known.must_change:
            return draw_first_password()
        return redirect_to(onward or url_for(current_loket().shell.home))

    return run_command(
        lambda: sessions.sign_in(
            current_db(),
            username=form.username.data,
            password=form.password.data,
            now=current_time(),
            address=remote_address(),
            device=device_words(request.user_agent.string),
            browser=browser_digest(),
        ),
        lambda _: show_page("platform/people/sign_in.html", status=422, form=form, lanjut=onward),
        go_in,
        form=form,
    )


def draw_first_password() -> ResponseReturnValue:
    """The own password and PIN, asked where the first password was right; a refused one comes back as a page."""
    g.pop("csrf_token", None)  # it belongs to the session that has just ended
    person = queries.find_person(current_db(), current_actor().person_id)
    return show_page(
        "platform/people/_first_password.html",
        person=person,
        password=password_form(fresh=True),
        first=required_session(),
    )


@pages.post("/keluar")
@signed_in
@before_change
@while_locked
@at_second_step
@to_install
def sign_out() -> ResponseReturnValue:
    known = current_session()
    if known:
        sessions.sign_out(current_db(), known, now=current_time(), address=remote_address())
    guard.forget_token()
    return redirect(url_for("people.sign_in"), 303)


@pages.post("/kunci")
@signed_in
@before_change
def lock_screen() -> ResponseReturnValue:
    known = required_session()
    sessions.lock_session(current_db(), known, now=current_time(), address=remote_address())
    if request.htmx:
        return guard.lock_fragment(known.actor, pin_opens=guard.does_pin_open())
    return redirect(guard.page_before(url_for(current_loket().shell.home)), 303)


@pages.post("/buka-kunci")
@signed_in
@before_change
def unlock_screen() -> ResponseReturnValue:
    """Reached only when the guard has unlocked: take the cover away, or go back to the page."""
    if request.htmx:
        answer = make_response("")
        answer.headers["HX-Trigger-After-Settle"] = "loket:unlocked"
        return answer
    return redirect(guard.local_path(request.form.get(guard.NEXT_PAGE), url_for(current_loket().shell.home)), 303)


@pages.post("/masih-di-sini")
@signed_in
@before_change
def note_awake() -> ResponseReturnValue:
    return "", 204


@pages.post("/saya/sandi")
@signed_in
@before_change
def change_password() -> ResponseReturnValue:
    form = password_form()
    first = required_session().must_change
    pin = form.data.get("pin", "")

    def change() -> None:
        if pin:
            credentials.check_pin(pin, known=credentials.owner_words(current_db(), current_actor().person_id))

        credentials.set_password(
            current_journal(),
            current_actor(),
            old=form.data.get("old"),
            new=form.new.data,
            now=current_time(),
            address=remote_address(),
            browser=required_session().browser,
        )
        sessions.end_other_sessions(current_db(), known_key=required_session().key, person_id=current_actor().person_id)
        if pin:
            make_pin(form.new.data, pin)

    return run_command(
        change, lambda _: draw_own_page(form, status=422), lambda _: after_change(first, bool(pin)), form=form
    )


def after_change(first: bool, with_pin: bool) -> ResponseReturnValue:
    """Back to the own page; whoever changed the first password begins to work."""
    if not first:
        return redirect_to(url_for("people.my_page"), "Kata sandi diganti.")
    told = "Kata sandi diganti. Selamat bekerja."
    if with_pin:
        told = "Kata sandi diganti dan PIN disimpan. Selamat bekerja."
    return redirect_to(duty_or_home(), told)


JUST_NOW = timedelta(minutes=10)


def password_form(*, fresh: bool = False) -> PasswordForm:
    """The PIN is asked at the first sign-in only; whoever came in with the first password a moment ago does not type
    it again."""
    if fresh:
        form = PasswordForm(formdata=None)
    else:
        form = PasswordForm()
    known = required_session()
    if not known.must_change:
        del form.pin
    if known.must_change and current_time() - known.started_at < JUST_NOW:
        del form.old
    return form


def make_pin(password: str, pin: str, old_pin: str = "") -> None:
    credentials.set_pin(
        current_journal(),
        current_actor(),
        password=password,
        pin=pin,
        old_pin=old_pin,
        now=current_time(),
        address=remote_address(),
        browser=required_session().browser,
    )


@pages.post("/saya/pin")
@signed_in
def change_pin() -> ResponseReturnValue:
    form = PinForm()
    return run_command(
        lambda: make_pin(form.password.data, form.pin.data, form.old_pin.data or ""),
        lambda _: draw_own_page(pin=form, status=422),
        lambda _: redirect_to(url_for("people.my_page"), words_of_new_pin()),
        form=form,
    )


def words_of_new_pin() -> str:
    begins = credentials.pin_counts_from(current_db(), current_actor().person_id)
    if begins is None or begins <= current_time():
        return "PIN disimpan dan langsung berlaku."
    return f"PIN disimpan; berlaku mulai {long_moment(begins)}."


@pages.post("/saya/perubahan")
@signed_in
@before_change
def read_changes() -> ResponseReturnValue:
    """The person has read what was changed about the own rights, up to the change that the page showed."""
    shown = request.form.get("sampai", "")
    newest = max((change.id for change in queries.changes_about(current_db(), current_actor().person_id)), default=0)
    if shown.isascii() and shown.isdigit() and len(shown) < 19:
        credentials.acknowledge_changes(current_db(), current_actor().person_id, min(int(shown), newest))
    return redirect_to(guard.local_path(request.form.get("lanjut"), url_for("people.my_page")))


@pages.get("/saya", endpoint="my_page")
@signed_in
@before_change
def draw_own_page(
    password: PasswordForm | None = None, pin: PinForm | None = None, status: int = 200
) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    return show_page(
        "platform/people/me.html",
        status=status,
        person=queries.find_person(db, actor.person_id),
        password=password or password_form(fresh=True),
        words_of=action_words,
        pin=pin or PinForm(formdata=None),
        has_pin=credentials.has_pin(db, actor.person_id),
        first=current_session(),
        pin_from=credentials.pin_counts_from(db, actor.person_id),
        changes=queries.changes_about(db, actor.person_id),
        moved=credentials.is_pin_elsewhere(db, actor.person_id),
        lines=access_log.access_lines(db, person_id=actor.person_id, limit=6),
    )


session_pages = Blueprint("own_sessions", __name__, url_prefix="/saya/sesi")


def required_session() -> Session:
    known = current_session()
    if known is None:
        raise Problem.of("sign_in")
    return known


@session_pages.get("/", endpoint="page")
@signed_in
def own_sessions_page() -> ResponseReturnValue:
    return show_page(
        "platform/people/sessions.html",
        sessions=sessions.list_own_sessions(current_db(), required_session()),
        browsers=second_step.list_browsers(current_db(), current_actor().person_id),
    )


@session_pages.post("/akhiri")
@signed_in
def end_one_session() -> ResponseReturnValue:
    sessions.end_own_session(
        current_db(),
        required_session(),
        request.form.get("sesi", ""),
        now=current_time(),
        address=remote_address(),
    )
    return redirect_to(url_for("own_sessions.page"), "Sesi itu diakhiri. Di sana harus masuk lagi dengan kata sandi.")


@session_pages.post("/akhiri-lain")
@signed_in
def end_all_others() -> ResponseReturnValue:
    sessions.end_all_others(current_db(), required_session(), now=current_time(), address=remote_address())
    authenticator.forget_browsers(current_db(), current_actor().person_id)
    return redirect_to(url_for("own_sessions.page"), "Semua sesi lain diakhiri.")


@session_pages.post("/lupakan")
@signed_in
def forget_browser() -> ResponseReturnValue:
    mark = request.form.get("peramban", "")
    second_step.forget_browser(current_db(), required_session(), mark, now=current_time(), address=remote_address())
    return redirect_to(url_for("own_sessions.page"), "Peramban itu akan ditanya kode lagi saat masuk.")
