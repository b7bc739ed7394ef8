"""Which browser asks: a token in a cookie of its own that outlives the session, so that tries are counted apart.

It opens nothing and signs nobody in (docs/decisions/0084-places.md). What it says is a random value that only the
program could have put on its list; whoever makes one up is a stranger.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import cast

from flask import Response, after_this_request, current_app, g, request

from app.platform.people.places import KNOWN_FOR

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name() -> str:
    """`loket_office_browser`, over TLS with the mark that only this very name may set it."""
    name = f"{current_app.config['SESSION_COOKIE_NAME']}_browser"
    if request.is_secure:
        return f"__Host-{name}"
    return name


def trust_cookie(person_id: int) -> str:
    """The name of the cookie in which this browser is remembered for one person; it needs the password beside it."""
    return f"{cookie_name()}_{person_id}"


def keep_trust(person_id: int, token: str) -> None:
    keep_cookie(trust_cookie(person_id), token)


def keep_cookie(name: str, token: str) -> None:
    @after_this_request
    def set_cookie(answer: Response) -> Response:
        answer.set_cookie(
            name,
            token,
            max_age=KNOWN_FOR // timedelta(seconds=1),
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
        return answer


def browser_token() -> str:
    """The token that the browser shows, or a new one, one and the same within a request."""
    if "browser_token" not in g:
        shown = request.cookies.get(cookie_name(), "")
        if TOKEN.fullmatch(shown):
            g.browser_token = shown
        else:
            g.browser_token = secrets.token_urlsafe(32)
    return cast(str, g.browser_token)


def browser_digest() -> str:
    return hashlib.sha256(browser_token().encode()).hexdigest()


def keep_browser() -> None:
    """Somebody's password was right here: the browser keeps its token."""
    keep_cookie(cookie_name(), browser_token())
