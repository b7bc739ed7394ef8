"""Signing in and out, the lock, and one's own page. The administrator's pages stand in `staff.py` beside it."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, session, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.people import authority, credentials, service
from app.people.access_words import words_of
from app.people.own_sessions import device_words
from app.people.views.forms import PasswordForm, PinForm, SignInForm
from app.web import locking
from app.web.context import current_actor, current_session, db, forget_session, journal, loket, now
from app.web.forms import sound, told
from app.web.guard import before_change, public, signed_in, while_locked
from app.web.pages import done, page

pages = Blueprint("people", __name__)


def address() -> str:
    """Where the request came from, for the access log."""
    return request.remote_addr or ""


@pages.get("/masuk")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; an empty office goes to its set-up page instead."""
    setup = loket().shell.setup
    if setup and service.nobody_yet(db()):
        return redirect(url_for(setup), 303)
    known = current_session()
    if known and not known.locked:
        return redirect(url_for(loket().shell.home), 303)
    return page(
        "people/sign_in.html", form=SignInForm(), lanjut=locking.local(request.args.get("lanjut"), "")
    )


@pages.post("/masuk")
@public
def sign_in_now() -> ResponseReturnValue:
    """Check name and password, open a fresh session and go where one wanted to go."""
    form, onward = SignInForm(), locking.local(request.form.get("lanjut"), "")
    if form.validate():
        with told(form):
            token = service.sign_in(db(), username=form.username.data, password=form.password.data, now=now(),
                                    address=address(), device=device_words(request.user_agent.string))  # fmt: skip
            session.clear()
            session["sid"] = token
    if not sound(form):
        return page("people/sign_in.html", status=422, form=form, lanjut=onward)
    return redirect(onward or url_for(loket().shell.home), 303)


@pages.post("/keluar")
@signed_in
@before_change
@while_locked
def sign_out() -> ResponseReturnValue:
    """End the session on the server, then forget its cookie."""
    known = current_session()
    if known:
        service.sign_out(db(), known, now=now(), address=address())
    session.clear()
    forget_session()
    return redirect(url_for("people.sign_in"), 303)


@pages.post("/kunci")
@signed_in
@before_change
def lock() -> ResponseReturnValue:
    """Lock the screen: a cover over the page for htmx, else the lock page."""
    known = current_session()
    assert known is not None  # the guard let somebody in
    service.lock(db(), known, now=now(), address=address())
    if request.htmx:
        return locking.lock_fragment(known)
    return redirect(url_for(loket().shell.home), 303)


@pages.post("/buka-kunci")
@signed_in
@before_change
def unlock() -> ResponseReturnValue:
    """Reached only when the guard has unlocked: take the cover away, or go back to the page."""
    if request.htmx:
        answer = make_response("")
        answer.headers["HX-Trigger-After-Settle"] = "loket:unlocked"
        return answer
    return redirect(locking.local(request.form.get(locking.NEXT), url_for(loket().shell.home)), 303)


@pages.post("/masih-di-sini")
@signed_in
@before_change
def awake() -> ResponseReturnValue:
    """The page says that somebody is typing; the guard has noted it."""
    return "", 204


@pages.get("/saya")
@signed_in
@before_change
def me() -> ResponseReturnValue:
    """One's own page: roles, password, PIN, last sign-ins."""
    return own_page(PasswordForm(formdata=None), PinForm(formdata=None))


@pages.post("/saya/sandi")
@signed_in
@before_change
def change_password() -> ResponseReturnValue:
    """Another password for oneself; other open sessions end."""
    form = PasswordForm()
    if form.validate():
        with told(form):
            service.set_password(
                journal(), current_actor(), old=form.old.data, new=form.new.data, now=now(), address=address()
            )
            service.end_other_sessions(db(), known_key=current_key(), person_id=current_actor().person_id)
    if not sound(form):
        return own_page(form, PinForm(formdata=None), status=422)
    return done(url_for("people.me"), "Kata sandi diganti.")


@pages.post("/saya/pin")
@signed_in
def change_pin() -> ResponseReturnValue:
    """Another PIN for oneself."""
    form = PinForm()
    if form.validate():
        with told(form):
            service.set_pin(journal(), current_actor(), password=form.password.data, pin=form.pin.data,
                            old_pin=form.old_pin.data or "", now=now(), address=address())  # fmt: skip
    if not sound(form):
        return own_page(PasswordForm(formdata=None), form, status=422)
    return done(url_for("people.me"), "PIN disimpan. Lihat di halaman ini mulai kapan berlaku.")


@pages.post("/saya/perubahan")
@signed_in
@before_change
def read_changes() -> ResponseReturnValue:
    """The person has read what was changed about the own rights, up to the change that the page showed."""
    shown = request.form.get("sampai", "")
    newest = max((one.id for one in authority.changes_about(db(), current_actor().person_id)), default=0)
    if shown.isascii() and shown.isdigit() and len(shown) < 19:
        authority.acknowledge(db(), current_actor().person_id, min(int(shown), newest))
    return done(locking.local(request.form.get("lanjut"), url_for("people.me")))


def current_key() -> str:
    """The key of this session, so that changing the password keeps it."""
    known = current_session()
    return known.key if known else ""


def own_page(password: PasswordForm, pin: PinForm, status: int = 200) -> ResponseReturnValue:
    """Draw one's own page with both forms."""
    actor = current_actor()
    return page("people/me.html", status=status, person=service.person(db(), actor.person_id), password=password,
                words_of=words_of, pin=pin, has_pin=service.has_pin(db(), actor.person_id), first=current_session(),
                pin_from=credentials.pin_counts_from(db(), actor.person_id),
                changes=authority.changes_about(db(), actor.person_id),
                moved=service.is_pin_elsewhere(db(), actor.person_id),
                lines=service.access_lines(db(), person_id=actor.person_id, limit=6))  # fmt: skip
