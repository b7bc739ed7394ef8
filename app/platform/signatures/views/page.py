"""Sertifikat akar: what the office trusts, what waits for its second person, and a new one."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.platform.people import queries as people
from app.platform.signatures import queries, service
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_db, current_journal, current_time
from app.platform.web.forms import has_pin, run_command, show_page
from app.platform.web.guard import needs_permission

pages = Blueprint("roots", __name__, url_prefix="/pengaturan/akar")


@pages.get("/")
@needs_permission("office.settings", "people.second")
def show_roots(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    proposing = None
    if refused.command is service.propose_root:
        proposing = refused.form
    own = [row.id for row in queries.list_roots(db) if row.actor == actor.username]
    values: dict[str, Any] = {
        "roots": queries.list_roots(db),
        "own": own,
        "form": proposing or form_of(service.propose_root)(formdata=None),
        "refused": refused,
        "confirm": service.confirm_root,
        "withdraw": service.withdraw_root,
        "has_pin": has_pin(),
        "missing": service.missing_words(),
        "can_propose": may(actor, "office.settings"),
        "names": people.person_names(db),
        "problem": refused.sentence,
    }
    return show_page("platform/signatures/roots.html", status=status, **values)


@pages.post("/")
@needs_permission("office.settings")
def propose_root() -> ResponseReturnValue:
    form = form_of(service.propose_root)()
    upload = request.files.get("certificate")
    data = b""
    if upload:
        data = upload.read(service.MOST_BYTES + 1)
    return run_command(
        lambda: service.propose_root(current_journal(), current_actor(), data=data, now=current_time(), **form.values),
        lambda problem: show_roots(problem.status, Refused(service.propose_root, form, problem)),
        url_for("roots.show_roots"),
        "Sertifikat akar ditambahkan. Sekarang orang kedua membandingkan sidik jarinya dan mengonfirmasi.",
        form=form,
    )


CONFIRMED = "Sertifikat akar dikonfirmasi dan dipercaya kantor ini."
add_command(
    pages, "/<int:root_id>/konfirmasi", service.confirm_root, show_roots, CONFIRMED, pin=True, prefix="y{root_id}-"
)
WITHDRAWN = "Sertifikat akar dicabut."
add_command(pages, "/<int:root_id>/cabut", service.withdraw_root, show_roots, WITHDRAWN, prefix="w{root_id}-")
