"""The idle lock: the page stays, the same person re-enters password or PIN, and the post goes through.

A post that meets a lock is not lost: its fields stand hidden in the lock page, whose form posts to the very address
that was asked for. The guard unlocks, takes the secret out of the form, and the view runs as if nothing had been.
"""

from flask import g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from app.core.problems import Problem
from app.people import sessions
from app.web import context

UNLOCK_PASSWORD, UNLOCK_PIN, NEXT_PAGE = "kunci-sandi", "kunci-pin", "lanjut"
UNLOCK_FIELDS = frozenset({UNLOCK_PASSWORD, UNLOCK_PIN})
SECRET_FIELDS = frozenset({"csrf_token", "old", "new", "again", "pin"})


def is_secret_field(name: str) -> bool:
    """Whether no page ever shows this field again: a PIN or password, also under the prefix of its form."""
    return name.rpartition("-")[2] in SECRET_FIELDS or "password" in name or "sandi" in name


def redirect_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page and back to where one wanted to go (pages only: a post is not repeated)."""
    where = url_for("people.sign_in", lanjut=request.full_path.rstrip("?") if request.method == "GET" else None)
    if request.htmx:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("people.sign_in")
        return answer
    return redirect(where, 303)


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
            address=request.remote_addr or "",
        )
    except Problem as problem:
        g.lock_problem = problem
        return False
    context.forget_session()
    return True


def lock_page(known: sessions.Session, *, passive: bool = False) -> ResponseReturnValue:
    if request.htmx:
        if passive:
            return "", 204
        answer = make_response(lock_fragment(known), 423)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#lock", "innerHTML"
        return answer
    action, kept = url_for("people.unlock_screen"), [(NEXT_PAGE, request.full_path.rstrip("?"))]
    if request.method == "POST":
        action = request.path
        kept = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in UNLOCK_FIELDS and not is_secret_field(name)
        ]
    files = [upload.filename for upload in request.files.values() if upload.filename]
    page = render_template("lock.html", session=known, action=action, kept=kept, files=files, problem=lock_problem())
    return page, 423


def lock_fragment(known: sessions.Session) -> str:
    """The cover that htmx lays over the page; the page below keeps its fields."""
    return render_template(
        "_lock.html",
        session=known,
        action=url_for("people.unlock_screen"),
        kept=[],
        files=[],
        problem=lock_problem(),
        cover=True,
    )


def lock_problem() -> Problem | None:
    return g.get("lock_problem")


def local_path(where: str | None, otherwise: str) -> str:
    """A path of our own pages, or `otherwise`: no sign-in or unlock ever leads to another address."""
    if not where or where[0] != "/" or where[1:2] in ("/", "\\"):
        return otherwise
    return otherwise if any(ord(sign) < 33 or sign == "\\" for sign in where) else where
