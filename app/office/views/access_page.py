"""The access log in words: who signed in, searched, opened, saw or was refused what; searched, and week by week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import at_office
from app.core.date_input import parse_date
from app.core.value_problem import ValueProblem
from app.people import service as people
from app.people.access_log import access_lines
from app.people.access_week import monday_of, newest_unread, note_read, week_of_access
from app.people.access_words import GROUPS, actions_of, words_of
from app.web.context import current_actor, db, now, today
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("access", __name__, url_prefix="/keadaan/akses")
PER_PAGE = 50
SUBJECTS = {
    "case": "Berkas", "register": "Register", "dispatch": "Pengiriman", "stream": "Aliran", "person": "Petugas",
    "complaint": "Pengaduan", "week": "Minggu", "page": "Halaman", "import": "Impor",
}  # fmt: skip
CASE_PAGE = "cases.show"


def about(subject: str) -> tuple[str, int | None]:
    """What a line is about in words, and the case to open, if it is one."""
    kind, _, rest = subject.partition("/")
    words = f"{SUBJECTS[kind]} {rest}" if kind in SUBJECTS else subject
    linked = kind == "case" and rest.isdecimal() and CASE_PAGE in current_app.view_functions
    return words, int(rest) if linked else None


def whole(text: str) -> int | None:
    """A number of an address, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def day(text: str) -> date | None:
    """A date as it was typed or stands in an address, or None."""
    try:
        return parse_date(text, today())
    except ValueProblem:
        return None


def asked_lines(asked: dict[str, str]) -> list[tuple[int, Any]]:
    """One line more than a page, as the filters ask."""
    since, until = day(asked["dari"]), day(asked["sampai"])
    return access_lines(
        db(),
        person_id=whole(asked["petugas"]),
        actions=actions_of(asked["apa"]),
        subject=asked["tentang"] or None,
        since=at_office(since, 0) if since else None,
        until=at_office(until + timedelta(days=1), 0) if until else None,
        before=whole(request.args.get("sebelum", "")),
        limit=PER_PAGE + 1,
    )


@pages.get("/", endpoint="page")
@needs("access.view")
def overview() -> ResponseReturnValue:
    """The newest lines that the filters leave; `sebelum` pages to older ones."""
    asked = {
        name: request.args.get(name, "")[:60] for name in ("petugas", "apa", "tentang", "dari", "sampai")
    }
    rows = asked_lines(asked)
    lines = [(line, words_of(line.action), *about(line.subject)) for _, line in rows[:PER_PAGE]]
    kept = {name: value for name, value in asked.items() if value}
    older = rows[PER_PAGE - 1][0] if len(rows) > PER_PAGE else None
    return page("office/access.html", lines=lines, older=older, first="sebelum" not in request.args, asked=asked,
                kept=kept, groups=GROUPS, staff=people.people(db()), case_page=CASE_PAGE,
                about=about(asked["tentang"])[0])  # fmt: skip


@pages.get("/minggu")
@needs("access.view")
def week() -> ResponseReturnValue:
    """What each person did in a week, and what stands out; the week before this one unless another is asked for."""
    last = monday_of(today()) - timedelta(days=7)
    monday = monday_of(min(day(request.args.get("mulai", "")) or last, today()))
    return page("office/access_week.html", week=week_of_access(db(), monday), groups=GROUPS, last=last,
                unread=newest_unread(db(), today()) == monday)  # fmt: skip


@pages.post("/minggu")
@needs("access.review")
def read_week() -> ResponseReturnValue:
    """Keep that the week before this one was read."""
    monday = newest_unread(db(), today())
    if monday and request.form.get("mulai") == str(monday):
        note_read(
            db(), monday, person_id=current_actor().person_id, now=now(), address=request.remote_addr or ""
        )
    return redirect(url_for("access.week"), 303)
