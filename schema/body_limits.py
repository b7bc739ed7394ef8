"""How many bytes a route takes in the body of a request: declared at its view, asked before anything is kept.

Pages, kiosk and the exchange declare it in this one way; the server (`app/cli/serving.py`) asks an application's
`BODY_LIMIT`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
SMALL = 16 * 1024
"""What a route takes that declares nothing, and the most that somebody without a session may send to a page."""
BODY_LIMIT = "loket_body_limit"
"""Key in `app.extensions`: a function that answers, within a request, how many bytes its body may have."""
ASKED = "loket.ask_body_limit"
"""Set in the environment by the server when it asks for the limit and for nothing else."""
DROPPED = "loket.body_dropped"
"""Set in the environment of a request whose body was larger: nothing of it was kept."""


def takes_body(limit: int) -> Callable[[View], View]:

    def mark_view(view: View) -> View:
        view.loket_takes = limit  # type: ignore[attr-defined]  # a mark on a function
        return view

    return mark_view


def declared_limit(view: Any) -> int:
    """Bytes that a view takes; SMALL for one that declares nothing, and where there is no view."""
    return int(getattr(view, "loket_takes", SMALL))


def body_limit(app: Any, environ: dict[str, Any]) -> int:
    """Bytes that the body of a request to a Flask application may have."""
    ask = app.extensions.get(BODY_LIMIT)
    if ask is None:
        return SMALL
    with app.request_context(environ):
        return int(ask())
