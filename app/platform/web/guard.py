"""Default deny: a view without a declared permission is refused, whoever asks.

`@needs_permission("case.open")` (any of several), `@signed_in` (whoever is signed in) and `@public` only mark the view;
the one `before_request` below reads the mark. `@passive` marks requests that a page makes by itself: they do not keep
a session awake. `@takes_body(limit)` (schema/body_limits.py) lets a view take a bigger body than a form.

A post that meets a lock is not lost: its fields stand hidden in the lock page, whose form posts to the very address
that was asked for. The guard unlocks, takes the secret out of the form, and the view runs as if nothing had been.
So it is with a post of somebody who was signed out meanwhile, in another window: the same person's password goes on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from htmx_flask import request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from app.core.permissions import Actor, may, require_one
from app.core.problems import Problem
from app.platform.people import second_step, sessions
from app.platform.people.access_log import log_access, log_access_once
from app.platform.people.queries import actor_of, is_nobody_entered
from app.platform.people.sessions import Session
from app.platform.web import context, forms
from app.platform.web.browser import browser_digest, keep_browser, trust_cookie
from app.platform.web.context import current_actor, current_db, current_session, current_time, remote_address
from app.platform.web.own_flask import LateFlask
from schema import database
from schema.body_limits import BODY_LIMIT, DROPPED, SMALL
from schema.profiles import load_profile

View = TypeVar("View", bound=Callable[..., Any])
UNLOCK_PASSWORD = "kunci-sandi"
UNLOCK_PIN = "kunci-pin"
NEXT_PAGE = "lanjut"
UNLOCK_FIELDS = frozenset({UNLOCK_PASSWORD, UNLOCK_PIN})
PERSON = "who"
"""In the cookie: who is or was signed in here."""
SECRET_FIELDS = frozenset({"csrf_token", "old", "new", "again", "pin", forms.CODE_FIELD})
OPEN = "open to everybody"
ANYONE = "anyone signed in"


def mark_view(**marks: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__dict__.update(marks)
        return view

    return mark


def needs_permission(*permissions: str) -> Callable[[View], View]:
    """Mark a view: one of these permissions is needed. Raises KeyError for a name the table does not know."""
    for permission in permissions:
        load_profile().rights[permission]
    return mark_view(loket_needs=permissions)


public = mark_view(loket_needs=OPEN)
signed_in = mark_view(loket_needs=ANYONE)
passive = mark_view(loket_passive=True)
"""For a view that pages ask by themselves; it does not postpone the idle lock."""
before_change = mark_view(loket_before_change=True)
while_locked = mark_view(loket_while_locked=True)
at_second_step = mark_view(loket_at_second_step=True)
"""For a view that a session may open whose second step is still to be passed."""
to_install = mark_view(loket_to_install=True)
"""For a view by which a demanded authenticator app is installed."""


def request_body_limit() -> int:
    """Bytes that the body of this request may have, for the server that receives it."""
    if request.endpoint is None:
        return SMALL
    view = current_app.view_functions[request.endpoint]
    known = None
    if getattr(view, "loket_needs", None) != OPEN:
        known = context.current_session()
    return body_limit_of(view, known)


def body_limit_of(view: Callable[..., Any], known: Session | None) -> int:
    """Bytes that a view takes. Large ones are for people with a session, and for the set-up page as long as there is
    nobody who could have one."""
    usual = int(current_app.config["MAX_CONTENT_LENGTH"])
    limit = int(getattr(view, "loket_takes", usual))
    if limit <= SMALL or (known is not None and known.code_due != "code"):
        return limit
    if getattr(view, "loket_needs", None) == OPEN:
        set_up = hasattr(view, "loket_takes") and is_nobody_entered(context.current_db())
        return limit if set_up else SMALL
    if known_person():
        return min(limit, usual)
    return SMALL


def declared_permission(app: Flask, endpoint: str) -> Any:
    return getattr(app.view_functions[endpoint], "loket_needs", None)


def may_open(endpoint: str) -> bool:
    """Whether the person at this page may open another one: what leads there is drawn for nobody else."""
    known = current_session()
    view = cast(LateFlask, current_app).find_view(endpoint)
    mark = getattr(view, "loket_needs", ())
    return mark in (OPEN, ANYONE) or (known is not None and any(may(known.actor, permission) for permission in mark))


def install_guard(app: Flask, csrf: CSRFProtect) -> None:
    app.extensions[BODY_LIMIT] = request_body_limit
    app.before_request(lambda: admit_request(csrf))
    app.teardown_request(database.release_journal_state)


def admit_request(csrf: CSRFProtect) -> ResponseReturnValue | None:
    """None for a request that may reach its view; else the answer that leads to sign-in, lock or first password.

    Raises Problem `forbidden`; no mark of the view lets nobody in.
    """
    if request.endpoint is None:
        return None
    if "\0" in request.path:
        abort(404)
    loket = context.current_loket()
    database.hold_journal_state(loket.journal.db)
    view = current_app.view_functions[request.endpoint]
    mark = getattr(view, "loket_needs", None)
    known = context.current_session() if mark != OPEN else None
    if request.method == "POST":
        if DROPPED in request.environ:
            request.max_content_length = 0
        else:
            request.max_content_length = body_limit_of(view, known)
    if mark != OPEN and known is None:
        if (answer := answer_signed_out(csrf)) is not None:
            return answer
        known = context.current_session()
    check_text()
    csrf.protect()
    if mark == OPEN:
        return loket.shell.lead_to_set_up()
    answer = admission_answer(view, known)
    if answer is None and mark != ANYONE:
        if known is not None and known.locked:
            known = context.current_session()  # it was opened by what this request brought
        check_permission(mark, known)
    return answer


def check_text() -> None:
    """No letter of any language is U+0000 and PostgreSQL stores none: nobody typed that."""
    if request.query_string:
        typed = list(request.args.items(multi=True))
    else:
        typed = []
    if request.method == "POST":
        typed += request.form.items(multi=True)
    if any("\0" in name or "\0" in value for name, value in typed):
        abort(400)


def admission_answer(view: Callable[..., Any], known: Session | None) -> ResponseReturnValue | None:
    """None for somebody awake and done with the first password; else the answer that leads there."""
    if known is not None and known.locked and not hasattr(view, "loket_while_locked"):
        if not try_unlock():
            passive = hasattr(view, "loket_passive") and bool(request.htmx)
            if passive:
                return ("", 204)
            return lock_page(known.actor, pin_opens=does_pin_open())
        known = context.current_session()
    if known is None or (known.locked and not hasattr(view, "loket_while_locked")):
        return redirect_to_sign_in()
    strip_unlock_fields()
    if known.code_due == "code" and not hasattr(view, "loket_at_second_step"):
        return lead_to_second_step(known, asked_page())
    if known.must_change and not hasattr(view, "loket_before_change"):
        return redirect(url_for("people.my_page"), 303)
    if known.code_due == "install" and not known.must_change and not hasattr(view, "loket_to_install"):
        return lead_to_second_step(known)
    if known.note_due and not known.locked and not hasattr(view, "loket_passive"):
        with forms.full_disk_ignored():
            sessions.note_look(context.current_db(), known, now=context.current_time())
    return None


def lead_to_second_step(known: Session, onward: str = "") -> ResponseReturnValue:
    """The page where a code is asked, or where a demanded app is installed."""
    if known.code_due == "install":
        return redirect_whole(url_for("authenticator.page"))
    return redirect_whole(url_for("second_step.page", lanjut=onward or None))


def redirect_whole(where: str) -> ResponseReturnValue:
    """Lead the whole page there, also out of a part of it that asked."""
    if not request.htmx:
        return redirect(where, 303)
    answer = make_response("", 401)
    answer.headers["HX-Redirect"] = where
    return answer


def strip_unlock_fields() -> None:
    """Take password and PIN of the lock page out of the form: no view and no draft may ever see them."""
    if request.method == "POST" and any(name in request.form for name in UNLOCK_FIELDS):
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in UNLOCK_FIELDS]
        request.__dict__["form"] = ImmutableMultiDict(kept)


def check_permission(mark: Any, known: Session | None) -> None:
    if not isinstance(mark, tuple):
        current_app.logger.error("endpoint %s declares no permission", request.endpoint)
        raise Problem.of("forbidden")
    if known is None or known.locked:
        raise Problem.of("sign_in")
    require_one(known.actor, mark)


ROUTE_PART = 60
ONCE_IN = timedelta(hours=1)
MOST_NOTED = 1000
"""Looks whose line in the access log is remembered, so that a page opened again need not ask for it."""


def note_access(action: str, subject: str, detail: str = "") -> None:
    """Leave a line for whoever is signed in, once an hour for the same; a full disk stops nobody from looking."""
    known = current_session()
    now = current_time()
    if known is None:
        return
    noted: dict[tuple[int, str, str], datetime] = current_app.extensions["loket_noted"]
    key = (known.actor.person_id, action, subject)
    if key in noted and timedelta() <= now - noted[key] < ONCE_IN:
        return
    if len(noted) >= MOST_NOTED:
        noted.clear()
    with forms.full_disk_ignored():
        noted[key] = log_access_once(
            current_db(),
            at=now,
            person_id=known.actor.person_id,
            action=action,
            subject=subject,
            detail=detail,
            address=remote_address(),
            within=ONCE_IN,
        )


def record_access(action: str, subject: str = "", detail: str = "") -> None:
    """Write one line into the access log for whoever is signed in, each time."""
    log_access(
        current_db(),
        at=current_time(),
        person_id=current_actor().person_id,
        action=action,
        subject=subject,
        detail=detail,
        address=remote_address(),
    )


def note_refused() -> None:
    """Leave a line about what this person may not open or do: the rule of the route, never what was typed."""
    rule = request.url_rule
    if rule is None or "loket" not in current_app.extensions:
        return
    case_id = (request.view_args or {}).get("case_id")
    if isinstance(case_id, int):
        subject = f"case/{case_id}"
    else:
        subject = f"page{rule.rule}"
    note_access("access.refused", subject[:ROUTE_PART], f"{request.method} {rule.rule}"[:ROUTE_PART])


# -- signed out meanwhile, in another window ---------------------------------------------------------------------------


def keep_known_person(token: str) -> None:
    """Open the session of a token in the cookie, which then knows whose browser this is also after signing out.

    Whoever comes back as the same person keeps the token of the forms: pages that are still open go on.
    """
    was = session.get(PERSON)
    forms = session.get("csrf_token")
    session.clear()
    session["sid"] = token
    context.forget_session()
    known = pass_where_remembered(context.current_session())
    if known is None:
        return
    session[PERSON] = known.actor.person_id
    keep_browser()
    if was == known.actor.person_id and forms:
        session["csrf_token"] = forms


def pass_where_remembered(known: Session | None) -> Session | None:
    """The session, its second step passed where this browser did so before for the same person."""
    if known is None or known.code_due != "code":
        return known
    shown = request.cookies.get(trust_cookie(known.actor.person_id), "")
    token = second_step.pass_with_browser(context.current_db(), known, shown, now=context.current_time())
    if token is not None:
        change_token(token)
    return context.current_session()


def change_token(token: str) -> None:
    """The same session goes on under another token."""
    session["sid"] = token
    context.forget_session()


def forget_token() -> None:
    """Take the session out of the cookie at its end; whose browser it is and the token of its forms stay."""
    kept = {name: session[name] for name in (PERSON, "csrf_token") if name in session}
    session.clear()
    session.update(kept)
    context.forget_session()


def known_person() -> Actor | None:
    """Who was signed in last in this browser, and still works here."""
    person_id = session.get(PERSON)
    if not isinstance(person_id, int):
        return None
    return actor_of(context.current_db(), person_id, context.current_date())


def is_own_form() -> bool:
    """Whether a page of ours sent this request, which the browser says by itself: nobody else's form is ever kept."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def answer_signed_out(csrf: CSRFProtect) -> ResponseReturnValue | None:
    """To sign-in; where something was typed, the page that asks the same person's password and then goes on.

    None where this very request brings it.
    """
    actor = known_person()
    if actor is None or not (request.htmx or (request.method == "POST" and is_own_form())):
        return redirect_to_sign_in()
    check_text()
    if request.method == "POST" and request.form.get(UNLOCK_PASSWORD):
        csrf.protect()
        if sign_in_again(actor):
            return None
    return lock_page(actor, pin_opens=False, gone=True)


def sign_in_again(actor: Actor) -> bool:
    """Whether the password opened a session of this person; what was wrong is kept for the page."""
    try:
        token = sessions.sign_in(
            context.current_db(),
            username=actor.username,
            password=request.form[UNLOCK_PASSWORD],
            now=context.current_time(),
            address=remote_address(),
            device=sessions.device_words(request.user_agent.string),
            browser=browser_digest(),
        )
    except Problem as problem:
        g.lock_problem = problem
        return False
    keep_known_person(token)
    return True


# -- the idle lock: the page stays, the same person re-enters password or PIN, and the post goes through ---------------


def is_secret_field(name: str) -> bool:
    """Whether no page ever shows this field again: a PIN or password, also under the prefix of its form."""
    return name.rpartition("-")[2] in SECRET_FIELDS or "password" in name or "sandi" in name


def redirect_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page and back to where one wanted to go (pages only: a post is not repeated)."""
    if request.htmx:
        return redirect_whole(url_for("people.sign_in"))
    return redirect_whole(url_for("people.sign_in", lanjut=asked_page() or None))


def asked_page() -> str:
    """The address of the page that is asked for; empty for a post, which is not repeated."""
    if request.method != "GET":
        return ""
    return request.full_path.rstrip("?")


def try_unlock() -> bool:
    """Whether this very request carries the right secret; what was wrong is kept for the page."""
    known = context.current_session()
    if known is None or request.method != "POST" or not UNLOCK_FIELDS & set(request.form):
        return False
    try:
        sessions.unlock_session(
            context.current_db(),
            known,
            password=request.form.get(UNLOCK_PASSWORD, ""),
            pin=request.form.get(UNLOCK_PIN, ""),
            now=context.current_time(),
            address=remote_address(),
        )
    except Problem as problem:
        g.lock_problem = problem
        return False
    context.forget_session()
    return True


def does_pin_open() -> bool:
    """Whether the PIN still opens this screen, after the try that this very request may have made."""
    context.forget_session()
    known = context.current_session()
    return known is not None and sessions.does_pin_open(context.current_db(), known, now=context.current_time())


def lock_page(actor: Actor, *, pin_opens: bool, gone: bool = False) -> ResponseReturnValue:
    """The lock over the page that stands, or as a page that keeps what was posted. `gone`: signed out meanwhile."""
    status = 401 if gone else 423
    if request.htmx:
        answer = make_response(lock_fragment(actor, pin_opens=pin_opens, gone=gone), status)
        answer.headers["HX-Retarget"] = "#lock"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    action = url_for("people.unlock_screen")
    kept = [(NEXT_PAGE, request.full_path.rstrip("?"))]
    if request.method == "POST":
        action = request.path
        kept = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in UNLOCK_FIELDS and not is_secret_field(name)
        ]
    files = [upload.filename for upload in request.files.values() if upload.filename]
    page = render_template(
        "lock.html",
        actor=actor,
        pin_opens=pin_opens,
        gone=gone,
        action=action,
        kept=kept,
        files=files,
        problem=g.get("lock_problem"),
    )
    return page, status


def lock_fragment(actor: Actor, *, pin_opens: bool, gone: bool = False) -> str:
    return render_template(
        "_lock.html",
        actor=actor,
        pin_opens=pin_opens,
        gone=gone,
        action=url_for("people.unlock_screen"),
        kept=[],
        files=[],
        problem=g.get("lock_problem"),
        cover=True,
    )


def page_before(otherwise: str) -> str:
    """The page of ours on which this request was sent, where it can be opened again; else `otherwise`."""
    sent = urlsplit(request.referrer or "")
    where = local_path(f"{sent.path}?{sent.query}".rstrip("?"), otherwise)
    addresses = cast(LateFlask, current_app).create_url_adapter(request)
    try:
        if addresses is not None:
            addresses.match(sent.path, method="GET")
    except HTTPException:
        return otherwise
    if sent.netloc == request.host:
        return where
    return otherwise


def local_path(where: str | None, otherwise: str) -> str:
    """A path of our own pages, or `otherwise`: no sign-in or unlock ever leads to another address."""
    if not where or where[0] != "/" or where[1:2] in ("/", "\\"):
        return otherwise
    if any(ord(sign) < 33 or sign == "\\" for sign in where):
        return otherwise
    return where
