"""Answers typed from the returned list, their second check, and differences between two answers."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.ktp import answers, dispatch_papers, disputes, queries
from app.ktp.papers import kind_labels
from app.ktp.views.forms import AnswerForm, OldAnswerForm, SettleForm
from app.ktp.views.shared import ktp_case, whole_number
from app.office import service as office
from app.people import service as people
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("answers", __name__, url_prefix="/pengiriman")


@pages.get("/<int:dispatch_id>/jawaban")
@needs("answer.type", "answer.check")
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """Type the returned list line by line, or check what another person typed."""
    return typing_page(dispatch_id)


def typing_page(dispatch_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw the page: the line in work, the lines that wait for a check, the whole list."""
    found = dispatch_papers.sent_dispatch(db(), dispatch_id)
    lines = queries.lines(db(), dispatch_id)
    asked = whole_number(request.values.get("baris", "") or request.form.get("ordinal", ""))
    current = next((one for one in lines if one.ordinal == asked), None) or next_line(lines)
    fresh = {"form": AnswerForm(formdata=None, data={"ordinal": current.ordinal if current else None})}
    return page(
        "ktp/answers.html", status=status, found=found, lines=lines, current=current, results=answers.RESULTS,
        unchecked=[one for one in lines if one.unchecked], kinds=kind_labels(db(), today()),
        villages=office.area_names(db()), people=people.names(db()), me=current_actor().username,
        may_type=may(current_actor(), "answer.type"), **(fresh | forms),
    )  # fmt: skip


def next_line(lines: list[queries.Line]) -> queries.Line | None:
    """The first line without any answer in force or waiting for its check."""
    return next((one for one in lines if one.result == "waiting" and not one.unchecked), None) or next(
        (one for one in lines if one.open and not one.unchecked), None)  # fmt: skip


@pages.post("/<int:dispatch_id>/jawaban")
@needs("answer.type")
def type_one(dispatch_id: int) -> ResponseReturnValue:
    """Keep one typed line and go on with the next."""
    form = AnswerForm()
    if form.validate():
        with told(form):
            answers.type_answer(
                journal(), current_actor(), dispatch_id=dispatch_id, ordinal=form.ordinal.data, result=form.result.data,
                serial=form.serial.data, reason=form.reason.data, biometric=form.biometric.data, now=now(),
            )  # fmt: skip
    if not sound(form):
        return typing_page(dispatch_id, 422, form=form)
    return done(url_for("answers.of_dispatch", dispatch_id=dispatch_id) + "#ketik",
                f"Baris {form.ordinal.data} diketik, menunggu pemeriksa kedua.")  # fmt: skip


@pages.post("/<int:dispatch_id>/periksa/<int:ordinal>")
@needs("answer.check")
def check(dispatch_id: int, ordinal: int) -> ResponseReturnValue:
    """The second person agrees with the list, or not."""
    agrees = request.form.get("cocok") == "ya"
    answers.check_answer(
        journal(), current_actor(), dispatch_id=dispatch_id, ordinal=ordinal, agrees=agrees, now=now()
    )
    words = "cocok, jawaban berlaku." if agrees else "tidak cocok, harus diketik lagi."
    return done(
        url_for("answers.of_dispatch", dispatch_id=dispatch_id) + "#periksa", f"Baris {ordinal}: {words}"
    )


# -- two answers to one line ------------------------------------------------------------------------------------


@pages.get("/perbedaan")
@needs("dispatch.view")
def conflicts() -> ResponseReturnValue:
    """Answers that contradict each other, side by side."""
    return conflicts_page()


def conflicts_page(
    status: int = 200, wrong: SettleForm | None = None, asked: int | None = None
) -> ResponseReturnValue:
    """Draw the list; a form that was just refused stands at its conflict."""
    found = disputes.conflicts(db())
    forms = {one.id: wrong if wrong is not None and one.id == asked else SettleForm(formdata=None, prefix=f"c{one.id}")
             for one in found}  # fmt: skip
    return page("ktp/conflicts.html", status=status, found=found, forms=forms, results=answers.RESULTS, wrong=wrong,
                settled=disputes.conflicts(db(), settled=True, limit=20), villages=office.area_names(db()),
                people=people.names(db()), has_pin=has_pin())  # fmt: skip


@pages.post("/perbedaan/<int:conflict_id>")
@needs("dispatch.confirm")
def settle(conflict_id: int) -> ResponseReturnValue:
    """Decide with the PIN which of two answers holds; both stay in the journal."""
    form = SettleForm(prefix=f"c{conflict_id}")
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            answers.settle(journal(), current_actor(), conflict_id=conflict_id, holds=form.holds.data,
                           note=form.note.data, now=now())  # fmt: skip
    if not sound(form):
        return conflicts_page(422, form, conflict_id)
    return done(url_for("answers.conflicts"), "Diputuskan. Kedua jawaban tetap tersimpan di jurnal.")


# -- cases of an old register, which no dispatch of ours carried -------------------------------------------------


@pages.get("/hasil/<int:case_id>")
@needs("dispatch.view")
def of_case(case_id: int) -> ResponseReturnValue:
    """The dispatch that carried a case; a case of an old register gets a page of its own."""
    case = ktp_case(case_id)
    found = answers.carried_by(db(), case_id)
    if found:
        return done(url_for("dispatch.one", dispatch_id=found[0], baris="semua") + f"#baris-{found[1]}")
    return page("ktp/old_answer.html", case=case, form=OldAnswerForm(formdata=None))


@pages.post("/hasil/<int:case_id>")
@needs("answer.type")
def old_answer(case_id: int) -> ResponseReturnValue:
    """What Dukcapil says of a case that was sent before Loket was here."""
    form, case = OldAnswerForm(), ktp_case(case_id)
    if form.validate():
        with told(form):
            answers.answer_old(journal(), current_actor(), case_id=case_id, result=form.result.data,
                               reason=form.reason.data, now=now())  # fmt: skip
    if not sound(form):
        return page("ktp/old_answer.html", status=422, case=case, form=form)
    return done(url_for("cases.show", case_id=case_id), "Jawaban Dukcapil dicatat.")
