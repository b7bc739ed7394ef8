"""The set-up page of an empty office. Only from this PC, only while nobody can sign in."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backups.remains import remains
from app.backups.views import remains_page
from app.core.problems import Problem
from app.office import first_run, service, settings
from app.office.views.first_form import ROLES, Sheet, village_rows
from app.office.views.road_page import desk
from app.web.context import db, journal, now, surroundings
from app.web.guard import public
from app.web.pages import done, page
from schema.body_limits import takes

pages = Blueprint("setup", __name__, url_prefix="/persiapan")
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
SET_UP = 2_000_000
"""Bytes of a set-up form: names of a whole office and its arms."""
OPEN = ("setup.first", "setup.found", "setup.villages", "asset", None)


@pages.before_app_request
def lead_here() -> ResponseReturnValue | None:
    """An empty office leads every page here. Once it is set up, the database is not asked again."""
    if current_app.extensions.get("loket_set_up") or request.endpoint in OPEN:
        return None
    if service.is_set_up(db()):
        current_app.extensions["loket_set_up"] = True
        return None
    return redirect(url_for("setup.first"))


def keep_closed() -> None:
    """Answer 404 when the set-up is over, or when another machine asks, be it through a proxy on this one."""
    here = (request.remote_addr or "") in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not here or service.is_set_up(db()):
        abort(404)


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    keep_closed()
    found = remains(surroundings().data)
    return remains_page(found, "office") if found else None


def show(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    """Draw the page."""
    rows = [(ROLES[role][0], row) for role, row in sheet.people.items()]
    return page(
        "office/first.html", status=status, sheet=sheet, form=sheet.form, rows=rows, villages=sheet.villages
    )


@pages.get("/")
@public
def first() -> ResponseReturnValue:
    """The empty form."""
    sheet = Sheet.read()
    sheet.form.office_centre_name.data = settings.DEFAULTS["office.centre_name"]
    name = first_run.regency_name().title()
    sheet.form.office_regency.data = name if name.startswith(("Kabupaten", "Kota")) else f"Kabupaten {name}"
    return show(sheet)


@pages.get("/desa")
@public
def villages() -> ResponseReturnValue:
    """The villages of the kecamatan just chosen, and the names that usually follow from it."""
    code = request.args.get("office_code", "")
    return render_template(
        "office/_first_villages.html", villages=village_rows(code), suggested=first_run.suggested(code)
    )


@pages.post("/")
@public
@takes(SET_UP)
def found() -> ResponseReturnValue:
    """Write everything, or nothing and say all that is wrong."""
    sheet = Sheet.read()
    if request.form.get("aksi") == "desa":
        sheet.keep_arms()
        sheet.suggest()
        return show(sheet)
    if sheet.valid():
        try:
            write(sheet)
        except Problem as problem:
            sheet.take(problem)
    if sheet.broken or sheet.problem:
        return show(sheet, 422)
    enrol(sheet.form.code.data or "")
    return done(url_for("people.sign_in"), "Kantor sudah siap. Masuk dengan nama pengguna yang baru dibuat.")


def write(sheet: Sheet) -> None:
    """Hand what was typed to the service."""
    first_run.found_office(
        journal(), identity=sheet.identity(), people=sheet.everybody(), starts=sheet.starts(), signers=sheet.signers(),
        patterns=sheet.patterns(), own=sheet.places(), now=now(),
    )  # fmt: skip
    surroundings().begin_rooms(journal(), now())


def enrol(code: str) -> None:
    """Enrol with a code that was typed. The office stands either way; the road's sentence says how it went."""
    if not code:
        return
    told = desk().enrol(code, now())
    words = " ".join(told.sentences)
    flash(
        words if told.ok else f"Belum terdaftar di pusat cetak: {words} Ulangi nanti di Jalan ke pusat cetak."
    )
