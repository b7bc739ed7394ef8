"""Answers of views: page or fragment, redirect with a toast, pages of a list."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from flask import flash, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request
from werkzeug.routing import IntegerConverter

Item = TypeVar("Item")
PER_PAGE = 25


class KeyConverter(IntegerConverter):
    """A row's number in an address. One too long for a database is no address at all, so it is simply not found."""

    regex = r"[0-9]{1,18}"


def show_page(
    template: str, fragment: str | None = None, /, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """The whole page, or for htmx only the fragment (when there is one). Form errors go out with status 422."""
    chosen = fragment if fragment and request.htmx and not request.htmx.boosted else template
    answer = make_response(render_template(chosen, **values), status)
    if fragment:
        answer.vary.add("HX-Request")
    return answer


def redirect_to(where: str, toast: str = "") -> ResponseReturnValue:
    """After a successful post: go to a page, which shows the toast once. No NIK and no name of a citizen in it."""
    if toast:
        flash(toast)
    if request.htmx:
        answer = make_response("", 204)
        answer.headers["HX-Redirect"] = where
        return answer
    return redirect(where, 303)


class Slice(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list. `more` says that another page follows; the whole is never counted."""

    items: Sequence[Item]
    number: int
    more: bool


def page_number() -> int:
    asked = request.args.get("hal", "1")
    return min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1


def cut_slice(rows: Sequence[Item], number: int, per_page: int = PER_PAGE) -> Slice[Item]:
    """A slice of rows read with `LIMIT per_page + 1`: the extra row only tells that there is more."""
    return Slice(rows[:per_page], number, len(rows) > per_page)
