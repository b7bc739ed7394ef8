"""Default deny: a view without a declared permission is refused, whoever asks.

`@needs("case.open")` (any of several), `@signed_in` (whoever is signed in) and `@public` only mark the view; the one
`before_request` below reads the mark. `@passive` marks requests that a page makes by itself: they do not keep a
session awake. `@takes(limit)` (schema/body_limits.py) lets a view take a bigger body than a form.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict

from app.core.permissions import may, permission_problem
from app.core.problems import Problem, storage_problem
from app.people import sessions
from app.people.access_log import log_access, log_access_once
from app.people.queries import is_nobody_entered
from app.web import context, locking, notices
from app.web.context import current_actor, current_db, current_session, current_time
from schema import body_limits, query_cache
from schema.body_limits import BODY_LIMIT, DROPPED, SMALL
from schema.profiles import load_profile

View = TypeVar("View", bound=Callable[..., Any])
OPEN = "open to everybody"
ANYONE = "anyone signed in"


def needs_permission(*permissions: str) -> Callable[[View], View]:
    """Mark a view: one of these permissions is needed. Raises KeyError for a name the table does not know."""
    for permission in permissions:
        load_profile().rights[permission]

    def mark(view: View) -> View:
        view.loket_needs = permissions  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    view.loket_needs = OPEN  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    view.loket_needs = ANYONE  # type: ignore[attr-defined]
    return view


def passive(view: View) -> View:
    """Mark a view that pages ask by themselves; it does not postpone the idle lock."""
    view.loket_passive = True  # type: ignore[attr-defined]
    return view


def before_change(view: View) -> View:
    view.loket_before_change = True  # type: ignore[attr-defined]
    return view


def while_locked(view: View) -> View:
    view.loket_while_locked = True  # type: ignore[attr-defined]
    return view


def request_body_limit() -> int:
    """Bytes that the body of this request may have. Large ones are for people with a session, and for the set-up page
    as long as there is nobody who could have one."""
    if request.endpoint is None:
        return SMALL
    view = current_app.view_functions[request.endpoint]
    limit = body_limits.declared_limit(view, current_app.config["MAX_CONTENT_LENGTH"])
    if limit <= SMALL:
        return limit
    if getattr(view, "loket_needs", None) == OPEN:
        set_up = hasattr(view, "loket_takes") and is_nobody_entered(context.current_db())
        return limit if set_up else SMALL
    return limit if context.current_session() is not None else SMALL


def declared_permission(app: Flask, endpoint: str) -> Any:
    return getattr(app.view_functions[endpoint], "loket_needs", None)


def install_guard(app: Flask, csrf: CSRFProtect) -> None:

    def guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        if "\0" in request.path:
            abort(404)
        query_cache.hold_journal_state(context.current_db())
        view = app.view_functions[request.endpoint]
        mark = getattr(view, "loket_needs", None)
        if request.method == "POST":
            request.max_content_length = 0 if DROPPED in request.environ else request_body_limit()
        if mark == OPEN:
            check_text()
            csrf.protect()
            return None
        answer = admission_answer(view, csrf)
        if answer is None:
            check_permission(mark)
        return answer

    app.extensions[BODY_LIMIT] = request_body_limit
    app.before_request(guard)
    app.teardown_request(lambda _error: query_cache.release_journal_state())


def check_text() -> None:
    """No letter of any language is U+0000 and PostgreSQL stores none: nobody typed that."""
    typed = list(request.args.items(multi=True))
    if request.method == "POST":
        typed += request.form.items(multi=True)
    if any("\0" in name or "\0" in value for name, value in typed):
        abort(400)


def admission_answer(view: Callable[..., Any], csrf: CSRFProtect) -> ResponseReturnValue | None:
    """None for somebody known, awake and done with the first password; else the answer that leads there."""
    known = context.current_session()
    if known is None:
        return locking.redirect_to_sign_in()
    check_text()
    csrf.protect()
    if known.locked and not hasattr(view, "loket_while_locked"):
        if not locking.try_unlock():
            return locking.lock_page(known, passive=hasattr(view, "loket_passive"))
        known = context.current_session()
        if known is None or known.locked:
            return locking.redirect_to_sign_in()
    strip_unlock_fields()
    if known.must_change and not hasattr(view, "loket_before_change"):
        return redirect(url_for("people.my_page"), 303)
    if not known.locked and not hasattr(view, "loket_passive"):
        touch_session(known)
    return None


def touch_session(known: sessions.Session) -> None:
    """Note that somebody works here. Where the disk takes nothing, looking goes on without the note."""
    try:
        sessions.touch_session(context.current_db(), known, now=context.current_time())
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        notices.release_reserve(stored)


def strip_unlock_fields() -> None:
    """Take password and PIN of the lock page out of the form: no view and no draft may ever see them."""
    if request.method == "POST" and any(name in request.form for name in locking.UNLOCK_FIELDS):
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in locking.UNLOCK_FIELDS]
        request.__dict__["form"] = ImmutableMultiDict(kept)


def check_permission(mark: Any) -> None:
    """Raise Problem `forbidden` unless the mark lets the actor in; no mark lets nobody in."""
    if mark == ANYONE:
        return
    if not isinstance(mark, tuple):
        current_app.logger.error("endpoint %s declares no permission", request.endpoint)
        raise Problem.of("forbidden")
    if not any(may(context.current_actor(), permission) for permission in mark):
        raise permission_problem(context.current_actor(), *mark)


ROUTE_PART = 60


def note_access(action: str, subject: str, detail: str = "") -> None:
    """Leave a line for whoever is signed in, once an hour for the same; a full disk stops nobody from looking."""
    known = current_session()
    if known is None:
        return
    try:
        log_access_once(
            current_db(),
            at=current_time(),
            person_id=known.actor.person_id,
            action=action,
            subject=subject,
            detail=detail,
            address=request.remote_addr or "",
        )
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        notices.release_reserve(stored)


def record_access(action: str, subject: str = "", detail: str = "") -> None:
    """Write one line into the access log for whoever is signed in, each time."""
    log_access(
        current_db(),
        at=current_time(),
        person_id=current_actor().person_id,
        action=action,
        subject=subject,
        detail=detail,
        address=request.remote_addr or "",
    )


def note_refused() -> None:
    """Leave a line about what this person may not open or do: the rule of the route, never what was typed."""
    rule = request.url_rule
    if rule is None or "loket" not in current_app.extensions:
        return
    case_id = (request.view_args or {}).get("case_id")
    subject = f"case/{case_id}" if isinstance(case_id, int) else f"page{rule.rule}"
    note_access("access.refused", subject[:ROUTE_PART], f"{request.method} {rule.rule}"[:ROUTE_PART])
