"""Default deny: a view without a declared permission is refused, whoever asks.

`@needs("case.open")` (any of several), `@signed_in` (whoever is signed in) and `@public` only mark the view; the one
`before_request` below reads the mark. `@passive` marks requests that a page makes by itself: they do not keep a
session awake. `@upload(limit)` lets a view take a bigger body than a form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict

from app.core.permissions import PERMISSIONS, may, refusal
from app.core.problems import Problem
from app.core.storage import storage_problem
from app.people import session as sessions
from app.web import context, locking, space
from schema import remembered

View = TypeVar("View", bound=Callable[..., Any])
OPEN = "open to everybody"
ANYONE = "anyone signed in"


def needs(*permissions: str) -> Callable[[View], View]:
    """Mark a view: one of these permissions is needed. Raises KeyError for a name the table does not know."""
    for permission in permissions:
        PERMISSIONS[permission]

    def mark(view: View) -> View:
        view.loket_needs = permissions  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark one of the few views that need no sign-in."""
    view.loket_needs = OPEN  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view that every signed-in person may open, such as one's own page."""
    view.loket_needs = ANYONE  # type: ignore[attr-defined]
    return view


def passive(view: View) -> View:
    """Mark a view that pages ask by themselves; it does not postpone the idle lock."""
    view.loket_passive = True  # type: ignore[attr-defined]
    return view


def before_change(view: View) -> View:
    """Mark the few views that work while the first password has not been changed yet."""
    view.loket_before_change = True  # type: ignore[attr-defined]
    return view


def while_locked(view: View) -> View:
    """Mark what works on a locked screen: signing out."""
    view.loket_while_locked = True  # type: ignore[attr-defined]
    return view


def upload(limit: int) -> Callable[[View], View]:
    """Let a view take bodies of up to `limit` bytes."""

    def mark(view: View) -> View:
        view.loket_upload = limit  # type: ignore[attr-defined]
        return view

    return mark


def largest_body(app: Flask) -> int:
    """Bytes of the largest body that any view of an application takes."""
    uploads = (getattr(view, "loket_upload", 0) for view in app.view_functions.values())
    return max(app.config["MAX_CONTENT_LENGTH"] or 0, *uploads)


def declared(app: Flask, endpoint: str) -> Any:
    """The mark of an endpoint's view, or None when somebody forgot it."""
    return getattr(app.view_functions[endpoint], "loket_needs", None)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Register the guard as the first `before_request`."""

    def guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        if "\0" in request.path:
            abort(404)
        if request.method == "GET":  # a GET changes nothing, so it may look at one state of the journal
            remembered.hold(context.db())
        view = app.view_functions[request.endpoint]
        request.max_content_length = getattr(view, "loket_upload", app.config["MAX_CONTENT_LENGTH"])
        check_text()
        mark = getattr(view, "loket_needs", None)
        if mark == OPEN:
            csrf.protect()
            return None
        answer = admit(view, csrf)
        if answer is None:
            allow(mark)
        return answer

    app.before_request(guard)
    app.teardown_request(lambda _error: remembered.release())


def check_text() -> None:
    """No letter of any language is U+0000 and PostgreSQL stores none: nobody typed that."""
    typed = list(request.args.items(multi=True))
    if request.method == "POST":
        typed += request.form.items(multi=True)
    if any("\0" in name or "\0" in value for name, value in typed):
        abort(400)


def admit(view: Callable[..., Any], csrf: CSRFProtect) -> ResponseReturnValue | None:
    """None for somebody known, awake and done with the first password; else the answer that leads there."""
    known = context.current_session()
    if known is None:
        return locking.ask_sign_in()
    csrf.protect()
    if known.locked and not hasattr(view, "loket_while_locked"):
        if not locking.try_unlock():
            return locking.locked_page(known, passive=hasattr(view, "loket_passive"))
        known = context.current_session()
        if known is None or known.locked:
            return locking.ask_sign_in()
    strip_unlock_fields()
    if known.must_change and not hasattr(view, "loket_before_change"):
        return redirect(url_for("people.me"), 303)
    if not known.locked and not hasattr(view, "loket_passive"):
        note_awake(known)
    return None


def note_awake(known: sessions.Session) -> None:
    """Note that somebody works here. Where the disk takes nothing, looking goes on without the note."""
    try:
        sessions.touch(context.db(), known, now=context.now())
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        space.given_up(stored)


def strip_unlock_fields() -> None:
    """Take password and PIN of the lock page out of the form: no view and no draft may ever see them."""
    if request.method == "POST" and any(name in request.form for name in locking.FIELDS):
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in locking.FIELDS]
        request.__dict__["form"] = ImmutableMultiDict(kept)


def allow(mark: Any) -> None:
    """Raise Problem `forbidden` unless the mark lets the actor in; no mark lets nobody in."""
    if mark == ANYONE:
        return
    if not isinstance(mark, tuple):
        current_app.logger.error("endpoint %s declares no permission", request.endpoint)
        raise Problem.of("forbidden")
    if not any(may(context.current_actor(), permission) for permission in mark):
        raise refusal(context.current_actor(), *mark)
