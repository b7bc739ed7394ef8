"""Lists of cases: all, found, due, the register book of a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import queries, register, reserving
from app.cases.views import case_page
from app.cases.views.ahead import days_ahead, note_ahead
from app.cases.views.drawn import drawn
from app.cases.views.papers import printed
from app.core.codes import ALPHABET, CODE_LENGTH, has_valid_check
from app.core.permissions import may
from app.core.problems import Problem
from app.office import service as office
from app.people import service as people
from app.web.context import current_actor, db, loket, now, today
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("lists", __name__)
search_pages = Blueprint("search", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 50
FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Years of the register book that can be asked for."""
ELSEWHERE = "luar"
"""How an address names the cases of people who live in no village of this kecamatan."""


@case_page.pages.get("")
@needs("case.list")
def all_cases() -> ResponseReturnValue:
    """Cases, the newest first, filtered by step, village and whether they run."""
    asked = {name: request.args.get(name, "") for name in ("langkah", "desa", "keadaan")}
    found = filtered(asked, request.args.get("sebelum", ""))
    return page(
        "cases/list.html",
        rows=drawn(found.rows),
        before=found.before,
        asked=asked,
        steps=all_steps(),
        villages=office.village_names(db()),
        outside=(ELSEWHERE, office.OUTSIDE),
        actor=current_actor(),
    )


def filtered(asked: Mapping[str, str], before: str) -> queries.Page:
    """One page of the list; `before` is the id below which it goes on."""
    return queries.latest(
        db(),
        current_actor(),
        closed={"jalan": 0, "tutup": 1}.get(asked["keadaan"]),
        step=asked["langkah"],
        area="" if asked["desa"] == ELSEWHERE else asked["desa"] or None,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


def elsewhere(text: str) -> str | None:
    """The page of another room that the text names, such as a complaint by its slip code."""
    asked = (room.find(db(), current_actor(), text) for room in loket().rooms if room.find)
    return next((where for where in asked if where), None)


def reserved_form(text: str) -> str | None:
    """The page on which the blank form of a scanned or typed code is typed in, for those who may."""
    if not may(current_actor(), "form.enter"):
        return None
    try:
        return url_for("reserved.enter", kode=reserving.find(db(), text).number)
    except Problem:
        return None


def looks_miscopied(text: str) -> bool:
    """Whether this is written like a slip code, yet its check character says that one was read or typed wrongly."""
    signs = "".join(text.upper().replace("-", " ").split())
    if len(signs) != CODE_LENGTH or signs.isalpha() or signs.isdigit():
        return False
    return not set(signs) - set(ALPHABET) - set("ILOU") and not has_valid_check(signs)


def note_search(text: str, found: list[queries.CaseRow]) -> None:
    """A search for a person leaves a trace: by number or by name, and how much came of it, never what was typed."""
    subject = f"case/{found[0].id}" if len(found) == 1 else "page/cari"
    detail = f"{len(found)} berkas" if len(found) != 1 else ""
    if queries.looks_like_number(text):
        log_search("search.number", subject, detail)
    elif any(sign.isalpha() for sign in text) and not any(sign.isdigit() for sign in text):
        log_search("search.name", subject, detail)


def log_search(action: str, subject: str, detail: str) -> None:
    """One line in the access log for each search."""
    people.log_access(db(), at=now(), person_id=current_actor().person_id, action=action, subject=subject,
                      detail=detail, address=request.remote_addr or "")  # fmt: skip


@search_pages.route("/cari", methods=["GET", "POST"])
@needs("case.list")
def find() -> ResponseReturnValue:
    """Search by NIK, KK, number, slip code or name. It is a POST, so that no number stands in an address."""
    text = request.form.get("q", "") if request.method == "POST" else request.args.get("kode", "")
    found = queries.search(db(), current_actor(), text)
    note_search(text, found)
    if len(found) == 1:
        return redirect(url_for("cases.show", case_id=found[0].id), 303)
    where = None if found else elsewhere(text) or reserved_form(text)
    if where:
        return redirect(where, 303)
    return page(
        "cases/found.html",
        rows=drawn(found),
        text=text[:100],
        asked=bool(text.strip()),
        miscopied=not found and looks_miscopied(text),
        villages=office.village_names(db()),
    )


@pages.get("/jatuh-tempo")
@needs("due.view")
def due() -> ResponseReturnValue:
    """Promises by date: the strip of days, then the cases up to the chosen day."""
    until = chosen_day()
    rows = queries.due(db(), current_actor(), until)
    return page(
        "cases/due.html",
        rows=drawn(rows),
        until=until,
        villages=office.village_names(db()),
        strip=days_ahead(lambda day: url_for("lists.due", sampai=day.isoformat())),
        strip_note=note_ahead(),
    )


@pages.get("/register")
@needs("register.view")
def register_book() -> ResponseReturnValue:
    """The register book of a month."""
    month = chosen_month()
    book = register.lines(db(), current_actor(), month)
    return page(
        "cases/register.html",
        book=book,
        month=month,
        titles=register.TITLES,
        totals=register.totals(book, today()),
        before=(month - timedelta(days=1)).replace(day=1),
        after=(month + timedelta(days=32)).replace(day=1),
    )


@pages.post("/register/cetak")
@needs("register.view")
def register_paper() -> ResponseReturnValue:
    """The month as a paper."""
    month = chosen_month()
    data = register.paper(db(), current_actor(), month, now())
    return printed("register", data, f"register/{month:%Y-%m}", f"register-{month:%Y-%m}.pdf")


@pages.post("/register/unduh")
@needs("register.view")
def register_sheet() -> ResponseReturnValue:
    """The month as a spreadsheet; taking it along is noted in the access log."""
    month, actor = chosen_month(), current_actor()
    people.log_access(
        db(),
        at=now(),
        person_id=actor.person_id,
        action="register.export",
        subject=f"register/{month:%Y-%m}",
        address=request.remote_addr or "",
    )
    answer = Response(register.sheet(db(), actor, month, now()), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="register-{month:%Y-%m}.xlsx"'
    return answer


def all_steps() -> list[tuple[str, str]]:
    """(id, state label) of every step and end of the services in force."""
    found: dict[str, str] = {}
    for definition in office.services(db(), today()):
        found |= {one.id: one.state_label for one in definition.steps}
        found |= {f"@{one.id}": one.state_label for one in definition.exits}
    return list(found.items())


def chosen_month() -> date:
    """The month asked for, else this one. Raises Problem `invalid`."""
    text = request.values.get("bulan", "")
    try:
        month = date.fromisoformat(f"{text}-01") if text else today().replace(day=1)
    except ValueError as error:
        raise Problem.of("invalid", {"bulan": "Pilih bulan, misalnya 2026-03."}) from error
    if not FIRST_YEAR <= month.year <= LAST_YEAR:  # the book links to the month before and after
        raise Problem.of("invalid", {"bulan": f"Pilih bulan dari tahun {FIRST_YEAR} sampai {LAST_YEAR}."})
    return month


def chosen_day() -> date:
    """The last day of the due list, else five working days ahead."""
    text = request.args.get("sampai", "")
    try:
        return date.fromisoformat(text) if text else office.calendar(db()).add_workdays(today(), 5)
    except ValueError as error:
        raise Problem.of("invalid", {"sampai": "Tanggal itu tidak ada."}) from error
