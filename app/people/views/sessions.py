"""The page of one's own open sessions: where one is signed in, and the way to end what should not be."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.people import own_sessions
from app.people.session import Session
from app.web.context import current_session, db, now
from app.web.guard import signed_in
from app.web.pages import done, page

pages = Blueprint("own_sessions", __name__, url_prefix="/saya/sesi")


def this_session() -> Session:
    """The session of this request. Raises `sign_in`, which the guard has seen to."""
    known = current_session()
    if known is None:
        raise Problem.of("sign_in")
    return known


@pages.get("/", endpoint="page")
@signed_in
def overview() -> ResponseReturnValue:
    """Each session: since when, last used, device, from where."""
    return page("people/sessions.html", sessions=own_sessions.own_sessions(db(), this_session()))


@pages.post("/akhiri")
@signed_in
def end_one() -> ResponseReturnValue:
    """End one of the others."""
    own_sessions.end_session(db(), this_session(), request.form.get("sesi", ""), now=now(),
                             address=request.remote_addr or "")  # fmt: skip
    return done(
        url_for("own_sessions.page"), "Sesi itu diakhiri. Di sana harus masuk lagi dengan kata sandi."
    )


@pages.post("/akhiri-lain")
@signed_in
def end_others() -> ResponseReturnValue:
    """End all but this."""
    own_sessions.end_others(db(), this_session(), now=now(), address=request.remote_addr or "")
    return done(url_for("own_sessions.page"), "Semua sesi lain diakhiri.")
