"""What a partner or an office says that this side has lost, without proof: a person decides. The same on both sides."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from app.core.problems import SENTENCES
from app.platform.backups import service
from app.platform.web.context import current_actor, current_db, current_journal, current_loket, current_time
from app.platform.web.forms import AtMost, Filled, Form, TextLine, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("claims", __name__, url_prefix="/pernyataan")
DECIDES = {"office": "office.settings", "centre": "centre.offices"}


class ClaimForm(Form):
    answer = RadioField(
        "Keputusan",
        [Filled(SENTENCES["choose_one"])],
        choices=to_choices(
            [
                ("untrue", "Tidak benar. Tidak ada catatan yang hilang di sini"),
                ("true", "Benar. Komputer ini mundur ke keadaan lama"),
            ]
        ),
    )
    note = TextLine("Dengan apa dipastikan", [Filled(SENTENCES["done"]), AtMost(service.NOTE_LIMIT)])


@pages.get("/", endpoint="page")
@needs_permission(*DECIDES.values())
def show_claims(peer: str = "", form: ClaimForm | None = None) -> ResponseReturnValue:
    """Draw the page; `form` is the refused answer about a `peer`."""
    claims = service.peer_claims(current_db())
    forms = {one.peer: form if form and one.peer == peer else claim_form(one.peer, empty=True) for one in claims}
    answered = form if peer not in forms else None
    return show_page(
        "platform/backups/claims.html", status=422 if form else 200, claims=claims, forms=forms, answered=answered
    )


def claim_form(peer: str, *, empty: bool = False) -> ClaimForm:
    prefix = f"{peer}-"
    return ClaimForm(formdata=None, prefix=prefix) if empty else ClaimForm(prefix=prefix)


@pages.post("/<peer>")
@needs_permission(*DECIDES.values())
def answer_claim(peer: str) -> ResponseReturnValue:
    form = claim_form(peer)
    return run_command(
        lambda: service.answer_claim(
            current_journal(),
            current_actor(),
            permission=DECIDES[current_loket().shell.side],
            peer=peer,
            believed=form.answer.data == "true",
            note=form.note.data or "",
            now=current_time(),
        ),
        lambda _: show_claims(peer, form),
        url_for("claims.page"),
        "Keputusan disimpan.",
        form=form,
    )
