"""Penyerahan: once, to whom, against which signature (SP 4.7); and Perbaikan of what Dukcapil refused (SP 4.6)."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.permissions import may
from app.ktp import cards, disputes, papers, returned_cards
from app.ktp.views.forms import HandOverForm, RepairForm
from app.ktp.views.printing import paper, questions
from app.ktp.views.shared import ktp_case, name_of
from app.office import service as office
from app.people import service as people
from app.web.context import current_actor, db, journal, now
from app.web.filters import as_moment
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("hand_over", __name__)


@pages.get("/kartu/serah/<int:case_id>")
@needs("card.hand_over")
def case_page(case_id: int) -> ResponseReturnValue:
    """The card's owner stands at the counter; or the receipt of a card that was handed over."""
    return one(case_id)


def one(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw the page of one card."""
    case, given = ktp_case(case_id), cards.handed_over(db(), case_id)
    fresh = {"form": HandOverForm(formdata=None, data={"relation": "self", "receiver": name_of(case)})}
    return page(
        "ktp/hand_over.html",
        status=status,
        case=case,
        name=name_of(case),
        done=given,
        late=given is not None and office_date(as_moment(given.at)).isoformat() != given.on_date,
        relations=cards.RELATIONS,
        surrender=cards.needs_surrender(db(), case),
        serial=cards.serial_of(db(), case_id),
        village=office.area_names(db()).get(case.area, ""),
        people=people.names(db()),
        calls=cards.calls(db(), case_id),
        means=cards.MEANS,
        subject=f"case/{case_id}",
        asked=[one for one in questions(f"case/{case_id}") if one[0].paper == "hand_over"],
        kind=cards.kind_label(db(), case),
        has_pin=has_pin(),
        **(fresh | forms),
    )


@pages.post("/kartu/serah/<int:case_id>")
@needs("card.hand_over")
def hand_over(case_id: int) -> ResponseReturnValue:
    """Hand the card over, once; confirmed with the PIN of whoever gives it out."""
    form = HandOverForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            cards.hand_over(
                journal(), current_actor(), case_id=case_id, receiver=form.receiver.data,
                relation=form.relation.data, authority=form.authority.data, surrendered=form.surrendered.data,
                now=now(), on=form.on.data, note=form.note.data,
            )  # fmt: skip
    if not sound(form):
        return one(case_id, 422, form=form)
    return done(
        url_for("hand_over.case_page", case_id=case_id),
        "Diserahkan. Cetak tanda terimanya, lalu minta tanda tangan.",
    )


@pages.post("/kartu/serah/<int:case_id>/cetak")
@needs("card.hand_over")
def receipt(case_id: int) -> ResponseReturnValue:
    """The receipt that both sides sign."""
    case = ktp_case(case_id)
    return paper("hand_over", f"case/{case_id}", lambda: papers.hand_over(db(), case, current_actor(), now()),
                 f"tanda-terima-{case.number}")  # fmt: skip


@pages.post("/kartu/serah/<int:case_id>/buka-lagi")
@needs("card.hand_over")
def reopen(case_id: int) -> ResponseReturnValue:
    """An uncollected card is fetched after all."""
    ktp_case(case_id)
    returned_cards.reopen(journal(), current_actor(), case_id=case_id, now=now())
    return done(url_for("hand_over.case_page", case_id=case_id), "Berkas dibuka lagi untuk diserahkan.")


# -- repair ----------------------------------------------------------------------------------------------------


@pages.get("/berkas/<int:case_id>/perbaikan")
@needs("case.check")
def repair_page(case_id: int) -> ResponseReturnValue:
    """Why Dukcapil refused the file, and what is done about it."""
    return one_repair(case_id)


def one_repair(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw the page of a refused file."""
    case = ktp_case(case_id)
    refusals = disputes.refusals(db(), case_id)
    again = bool(refusals and refusals[0].biometric)
    fresh = {"form": RepairForm(formdata=None, data={"how": "again" if again else "repaired"})}
    return page("ktp/repair.html", status=status, case=case, name=name_of(case), refusals=refusals,
                village=office.area_names(db()).get(case.area, ""), kind=cards.kind_label(db(), case),
                correct=may(current_actor(), "case.correct"), **(fresh | forms))  # fmt: skip


@pages.post("/berkas/<int:case_id>/perbaikan")
@needs("case.check")
def repair(case_id: int) -> ResponseReturnValue:
    """Repaired under the same number, or back to the recording; the clock runs on."""
    form, case = RepairForm(), ktp_case(case_id)
    if form.validate():
        with told(form):
            returned_cards.repaired(journal(), current_actor(), case_id=case.id, note=form.note.data,
                           record_again=form.how.data == "again", now=now())  # fmt: skip
    if not sound(form):
        return one_repair(case_id, 422, form=form)
    if form.how.data == "again":
        return done(url_for("recording.case_page", case_id=case_id), "Berkas kembali ke perekaman.")
    return done(url_for("dispatch.overview"), "Berkas diperbaiki dan ikut pengiriman berikutnya.")
