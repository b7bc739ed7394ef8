"""Papers of a dispatch. The annex and the spreadsheet hold full NIKs: every print and download is logged."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.ktp import dispatch_papers, queries
from app.ktp.views.dispatch import detail
from app.ktp.views.forms import PinForm
from app.ktp.views.printing import download, paper
from app.people import service as people
from app.web.context import current_actor, db, now
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pin import confirm_pin

pages = Blueprint("letters", __name__, url_prefix="/pengiriman")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(what: str, dispatch_id: int) -> str:
    """Name of a file: what it is and the number of the dispatch."""
    return f"{what}-{queries.dispatch(db(), dispatch_id).number}"


def seen(action: str, dispatch_id: int) -> None:
    """One line in the access log: somebody saw full NIKs."""
    people.log_access(db(), at=now(), person_id=current_actor().person_id, action=action,
                      subject=f"dispatch/{dispatch_id}", address=request.remote_addr or "")  # fmt: skip


@pages.post("/<int:dispatch_id>/surat-pengantar")
@needs("case.reveal")
def covering_letter(dispatch_id: int) -> ResponseReturnValue:
    """Covering letter with its annex (Terbatas)."""
    answer = paper("covering_letter", f"dispatch/{dispatch_id}",
                   lambda: dispatch_papers.covering_letter(db(), dispatch_id, current_actor(), now()),
                   file_name("surat-pengantar", dispatch_id))  # fmt: skip
    seen("dispatch.annex", dispatch_id)
    return answer


@pages.post("/<int:dispatch_id>/berita-acara")
@needs("dispatch.view")
def minutes(dispatch_id: int) -> ResponseReturnValue:
    """Berita acara of the hand-over to the centre."""
    return paper("minutes", f"dispatch/{dispatch_id}",
                 lambda: dispatch_papers.minutes(db(), dispatch_id, current_actor(), now()),
                 file_name("berita-acara", dispatch_id))  # fmt: skip


@pages.post("/<int:dispatch_id>/xlsx")
@needs("case.reveal")
def spreadsheet(dispatch_id: int) -> ResponseReturnValue:
    """The dispatch as XLSX, for a Dukcapil that runs no Loket; a file that anybody can carry away asks the PIN."""
    form = PinForm(prefix="unduh")
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
    if not sound(form):
        return detail(dispatch_id, 422, sheet_form=form)
    content = dispatch_papers.spreadsheet(db(), dispatch_id, now())
    seen("dispatch.xlsx", dispatch_id)
    return download(content, SHEET, file_name("kirim", dispatch_id) + ".xlsx")
