"""Write a line into the book on somebody's behalf: at the desk, by telephone, message, letter, LAPOR, online."""

from __future__ import annotations

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.cases import form_drafts as drafts
from app.complaints import book
from app.complaints.line_papers import KIOSK
from app.complaints.views.asking import questions
from app.complaints.views.book_page import current_codes, pages
from app.complaints.views.forms import WriteForm
from app.complaints.views.fresh_codes import GONE
from app.core.codes import show_code
from app.core.problems import Problem
from app.people import service as people
from app.web.context import current_actor, current_session, db, forget_session, journal, loket, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page


def kiosk_address() -> str:
    """Where the kiosk runs, seen from this desk; nothing where it does not or the desk is another computer."""
    port, host = current_app.config.get("KIOSK_PORT"), request.host.rpartition(":")[0] or request.host
    at_home = (request.remote_addr or "") in ("127.0.0.1", "::1")
    return f"http://{host}:{port}/" if port and (at_home or loket().shell.insecure) else ""


def keyboard() -> str:
    """The address that hands the keyboard over, where there is a kiosk."""
    return url_for("complaints.give_keyboard") if kiosk_address() else ""


@pages.get("/tulis")
@needs("complaint.write")
def new_line() -> ResponseReturnValue:
    """An empty form, or what was typed and not sent."""
    held = drafts.kept(db(), current_actor(), drafts.LINE)
    form = WriteForm(formdata=MultiDict(held.fields) if held else None)
    form.offer()
    return page("complaints/write.html", form=form, keyboard=keyboard(), draft=held)


@pages.post("/tulis/isian")
@needs("complaint.write")
def save_field() -> ResponseReturnValue:
    """A field was left: keep what stands in the form."""
    drafts.keep(db(), current_actor(), drafts.LINE, request.form.to_dict(flat=False), now())
    return render_template("cases/_saved.html", oob=True)


@pages.post("/tulis/buang")
@needs("complaint.write")
def forget_draft() -> ResponseReturnValue:
    """Throw away what was typed."""
    drafts.forget(db(), current_actor(), drafts.LINE)
    return done(url_for("complaints.new_line"), "Draf dibuang.")


@pages.post("/tulis")
@needs("complaint.write")
def write() -> ResponseReturnValue:
    """Write the line, then show its receipt."""
    form = WriteForm()
    form.offer()
    written = None
    if form.validate():
        with told(form), journal().transaction():
            written = book.write(
                journal(), current_actor(), channel=form.channel.data, visitor=form.visitor(), now=now(),
                type_=form.type.data, category=form.category.data, weight=form.weight.data,
                received_on=form.received_on.data,
            )  # fmt: skip
            drafts.forget(db(), current_actor(), drafts.LINE)
    if written is None or not sound(form):
        return page("complaints/write.html", status=422, form=form, keyboard=keyboard(), draft=None)
    current_codes().put(written.id, written.code, current_actor().username, now())
    return done(url_for("complaints.receipt", complaint_id=written.id), f"Tertulis sebagai {written.number}.")


@pages.post("/papan-ketik")
@needs("complaint.view")
def give_keyboard() -> ResponseReturnValue:
    """Lock this session, then open the kiosk for the visitor: the keyboard changes hands, the account does not."""
    known, where = current_session(), kiosk_address()
    if not where or known is None:
        raise Problem.of(
            "conflict", why="Kios tidak berjalan di komputer ini. Jalankan Loket tanpa --no-kiosk."
        )
    people.lock(db(), known, now=now(), address=request.remote_addr or "")
    forget_session()
    answer = make_response(render_template("complaints/keyboard.html", where=where))
    answer.headers["Refresh"] = f"0; url={where}"
    return answer


@pages.get("/<int:complaint_id>/tanda-terima")
@needs("complaint.write")
def receipt(complaint_id: int) -> ResponseReturnValue:
    """What the complainant takes along: code, receiver, date."""
    line = book.get(db(), complaint_id)
    return page(
        "complaints/receipt.html",
        line=line,
        code=show_code(current_codes().get(line.id, current_actor().username, now())),
        gone=GONE,
        asked=questions(f"complaint/{complaint_id}"),
        receiver=people.names(db()).get(line.entered_by, KIOSK),
    )
