"""The calendar: days that do not count. Promises given stay; the page names those that would fall otherwise today."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.office import decrees, service
from app.office.due_changes import DueChange
from app.office.events import HolidayData
from app.office.views.forms import HolidayForm, ReasonForm
from app.web.context import current_actor, db, journal, loket, now, today
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("calendar", __name__, url_prefix="/pengaturan/kalender")
SHOWN = 30


def due_changes() -> list[DueChange]:
    """Open promises of all rooms that the present calendar would date otherwise, the nearest first."""
    changes = (change for room in loket().rooms for ask in room.due_changes for change in ask(db()))
    return sorted(changes, key=lambda change: change.promised)


def show(form: HolidayForm, status: int = 200) -> ResponseReturnValue:
    """Draw one year's list."""
    asked = request.args.get("tahun", "")
    year = (
        int(asked)
        if asked.isascii() and asked.isdigit() and len(asked) == 4 and asked.startswith("20")
        else today().year
    )
    changes, days = due_changes(), service.holidays(db(), year)
    return page("office/calendar.html", status=status, year=year, days=days, form=form,
                decrees=decrees.decrees(days), update=decrees.shipped_update(db(), year),
                last_year=service.calendar(db()).last_known_year, changes=changes[:SHOWN],
                rest=max(0, len(changes) - SHOWN))  # fmt: skip


@pages.get("/", endpoint="page")
@needs("office.settings")
def overview() -> ResponseReturnValue:
    """Days off of a year."""
    return show(HolidayForm(formdata=None))


@pages.post("/")
@needs("office.settings")
def add() -> ResponseReturnValue:
    """One more day off, or another name for one."""
    form = HolidayForm()
    day = form.on_date.data if form.validate() else None
    if day:
        with told(form):
            row = HolidayData(day.isoformat(), form.name.data, form.kind.data, form.basis.data, "kantor")
            service.set_holidays(
                journal(), current_actor(), days=[row], removed=[], reason=row.basis, now=now()
            )
    if day is None or not sound(form):
        return show(form, 422)
    return done(
        url_for("calendar.page", tahun=day.year), "Hari libur disimpan. Janji yang sudah diberikan tetap."
    )


@pages.post("/<int:year>/ambil")
@needs("office.settings")
def take_over(year: int) -> ResponseReturnValue:
    """The days that the program brings along for a year become the office's own."""
    decrees.take_over(journal(), current_actor(), year=year, now=now())
    return done(
        url_for("calendar.page", tahun=year), f"Kalender {year} diambil dari program. Janji lama tetap."
    )


@pages.post("/<on_date>/hapus")
@needs("office.settings")
def remove(on_date: str) -> ResponseReturnValue:
    """A day is a working day after all."""
    form = ReasonForm()
    if not any(
        one.on_date == on_date
        for one in service.holidays(db(), int(on_date[:4]) if on_date[:4].isdecimal() else 0)
    ):
        raise Problem.of("not_found", what="Hari libur itu")
    if not form.validate():
        raise Problem.of("reason_needed")
    service.set_holidays(
        journal(), current_actor(), days=[], removed=[on_date], reason=form.reason.data, now=now()
    )
    return done(
        url_for("calendar.page", tahun=on_date[:4]), "Hari libur dihapus. Janji yang sudah diberikan tetap."
    )
