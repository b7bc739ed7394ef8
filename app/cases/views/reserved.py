"""Blank forms with reserved numbers: print them for a village or a power cut, type them in later."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import drafts, papers, reserving, service
from app.cases.views.papers import printed
from app.core.problems import Problem
from app.office import service as office
from app.web.context import current_actor, db, journal, now, today
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("reserved", __name__, url_prefix="/permohonan/formulir")


@pages.get("")
@needs("form.reserve")
def forms() -> ResponseReturnValue:
    """Reserve numbers, print the sheets, see which are still out."""
    return draw()


@pages.post("")
@needs("form.reserve")
def reserve() -> ResponseReturnValue:
    """Reserve some numbers."""
    count = request.form.get("count", "").strip()
    try:
        codes = service.reserve_forms(
            journal(),
            current_actor(),
            service=request.form.get("layanan", ""),
            area=request.form.get("area", ""),
            count=int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0,
            now=now(),
        )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return draw(problem.status, problem)
    return done(url_for("reserved.batch", code=codes[0]), f"{len(codes)} nomor disimpan.")


@pages.get("/<code>")
@needs("form.reserve")
def batch(code: str) -> ResponseReturnValue:
    """One set of reserved forms: print it, say whether it came out."""
    found = reserving.batch(db(), current_actor(), code)
    subject = f"forms/{found[0].code}"
    return page(
        "cases/forms_batch.html",
        forms=found,
        code=code,
        villages=office.village_names(db()),
        printed=next(iter(service.prints(db(), subject)), None),
        copy=service.next_copy(db(), subject, "blank_form"),
    )


@pages.post("/<code>/cetak")
@needs("form.reserve")
def make(code: str) -> ResponseReturnValue:
    """The set as a PDF, one sheet for each number."""
    found = reserving.batch(db(), current_actor(), code)
    definition = office.current_definition(db(), found[0].service, today())
    data = papers.blank_form(db(), definition, found, current_actor(), now())
    return printed("blank_form", data, f"forms/{found[0].code}", "formulir-kosong.pdf")


@pages.post("/<code>/hasil")
@needs("form.reserve")
def judge(code: str) -> ResponseReturnValue:
    """Whether the sheets came out right."""
    found = reserving.batch(db(), current_actor(), code)
    right = request.form.get("jawaban") == "ya"
    service.judged(
        journal(),
        current_actor(),
        subject=f"forms/{found[0].code}",
        paper="blank_form",
        came_out=right,
        now=now(),
    )
    return done(
        url_for("reserved.forms") if right else url_for("reserved.batch", code=code),
        "Lembar keluar dengan benar." if right else "Cetak sekali lagi; yang tadi tidak dihitung.",
    )


@pages.get("/isi")
@needs("form.enter")
def enter() -> ResponseReturnValue:
    """Scan or type the number of a filled form; the search box leads here with the number it was given."""
    return page("cases/enter.html", problem=None, typed=request.args.get("kode", "")[:64])


@pages.post("/isi")
@needs("form.enter")
def begin() -> ResponseReturnValue:
    """Begin (or go on with) the draft of that form; its number and code stay those of the paper."""
    typed = request.form.get("kode", "")
    try:
        found = reserving.find(db(), typed)
    except Problem as problem:
        return page("cases/enter.html", status=problem.status, problem=problem, typed=typed[:64])
    if found.case_id is not None:
        return done(url_for("cases.show", case_id=found.case_id), "Formulir ini sudah didaftarkan.")
    definition = office.current_definition(db(), found.service, today())
    area = {one.id: found.area for one in definition.fields if one.role == "area" and found.area}
    draft_id = drafts.resume(
        db(), current_actor(), service=found.service, now=now(), fields=area, form_code=found.code
    )
    return redirect(url_for("form.draft", draft_id=draft_id), 303)


def draw(status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    """Draw the page of reserved forms."""
    return page(
        "cases/forms.html",
        status=status,
        services=office.services(db(), today()),
        problem=problem,
        typed=request.form,
        villages=office.village_names(db()),
        actor=current_actor(),
        waiting=reserving.waiting(db(), current_actor()),
    )
