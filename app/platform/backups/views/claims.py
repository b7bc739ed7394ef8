"""What a partner or an office says that this side has lost, without proof: a person decides. The same on both sides."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.platform.backups import returns
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import current_db
from app.platform.web.forms import Form, show_page
from app.platform.web.guard import needs_permission

pages = Blueprint("claims", __name__, url_prefix="/pernyataan")


@pages.get("/")
@needs_permission(*returns.DECIDES.values())
def page(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw the page; a refused answer stands at its peer, or alone where nothing waits any more."""
    claims = returns.peer_claims(current_db())
    answer = form_of(returns.answer_claim)
    forms: dict[str, Form | None] = {claim.peer: answer.holding(prefix=f"{claim.peer}-") for claim in claims}
    asked = refused.place.get("peer")
    if asked in forms:
        forms[asked] = refused.form
    answered = None
    if asked not in forms:
        answered = refused.form
    return show_page("platform/backups/claims.html", status=status, claims=claims, forms=forms, answered=answered)


add_command(pages, "/<peer>", returns.answer_claim, page, "Keputusan disimpan.", prefix="{peer}-")
