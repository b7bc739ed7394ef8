"""A file as an answer, for those who may see what it belongs to; the list of all, and the page that destroys one."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import permission_problem
from app.core.problems import Problem
from app.platform.files import queries, service
from app.platform.files.content import ENDINGS, JPEG, PNG
from app.platform.web.commands import form_asking
from app.platform.web.context import (
    FileOwner,
    call_command,
    current_actor,
    current_date,
    current_db,
    current_loket,
    current_time,
)
from app.platform.web.forms import Form, asked_slice, run_command, show_page
from app.platform.web.guard import local_path, needs_permission, note_access

pages = Blueprint("files", __name__, url_prefix="/lampiran")
SHOWN = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A file of somebody else's runs no script, loads nothing and is framed by nobody."""


@pages.get("/<int:file_id>")
@needs_permission("file.view")
def show_file(file_id: int) -> Response:
    """A picture is shown; anything else, or with `?unduh=1`, is given to keep. Whoever looks is noted."""
    row = queries.find_file(current_db(), file_id)
    if not may_see(row.subject):
        raise file_problem(row.subject, 0)
    found = queries.read_file(current_db(), file_id)
    answer = guarded_answer(found.content, found.kind, f"{found.purpose}-{found.id}", keep="unduh" in request.args)
    note_access("file.opened", row.subject, f"file/{file_id}")
    return answer


def owners_of(owner: str) -> list[FileOwner]:
    """What rooms know of the files of a subject."""
    return [room.files[owner] for room in current_loket().rooms if owner in room.files]


def may_see(subject: str) -> bool:
    """Whether whoever asks may see the files of a subject: the room that owns it says so, and nobody else."""
    owner, _, place = subject.partition("/")
    readers = [known.can_see for known in owners_of(owner) if known.can_see is not None]
    number = 0
    if place.isdecimal():
        number = int(place)
    asked = current_db(), current_actor(), number, current_time()
    return any(may_read(*asked) for may_read in readers)


@pages.get("")
@needs_permission("file.remove")
def list_files() -> ResponseReturnValue:
    """The files of a year that this person may see, destroyed ones too."""
    db = current_db()
    year = asked_year()
    seen = [row for row in queries.files_of_year(db, year) if may_see(row.subject)]
    values: dict[str, Any] = {"years": queries.years_with_files(db, current_date().year), "year": year}
    slice_shown = asked_slice(seen)
    lines = [(row, *name_subject(row.subject), may_remove(row)) for row in slice_shown.items]
    return show_page(
        "platform/files/list.html", slice=slice_shown, lines=lines, labels=queries.purpose_labels(db), **values
    )


def asked_year() -> int:
    asked = request.args.get("tahun", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return int(asked)
    return current_date().year


def name_subject(subject: str) -> tuple[str, str]:
    """What a file is about and the address of that page: the room that owns the subject says so."""
    owner, _, number = subject.partition("/")
    named = next((known.page for known in owners_of(owner) if known.page is not None), None)
    if named:
        return named(current_db(), int(number))
    return ("pekerjaan lain", url_for("files.list_files"))


def may_remove(row: Any) -> bool:
    """Whether whoever asks may destroy a file: he sees what it is about, and a room says that he may."""
    owner = row.subject.partition("/")[0]
    asked = [known.can_remove for known in owners_of(owner) if known.can_remove is not None]
    return not row.gone_at and any(can_remove(current_actor(), row) for can_remove in asked) and may_see(row.subject)


@pages.get("/<int:file_id>/musnahkan")
@needs_permission("file.view")
def show_removal(file_id: int) -> ResponseReturnValue:
    return draw_removal(find_removable(file_id))


def find_removable(file_id: int) -> Any:
    row = queries.check_here(queries.find_file(current_db(), file_id))
    if not may_remove(row):
        raise file_problem(row.subject, 1)
    return row


def file_problem(subject: str, deed: int) -> Problem:
    """Problem `forbidden` of somebody who may not see (0) or destroy (1) the files of a subject: it says who may."""
    owner = subject.partition("/")[0]
    named = [known.rights[deed] for known in owners_of(owner)]
    return permission_problem(current_actor(), *filter(None, named))


RemovalForm = form_asking(service.remove_file)


def draw_removal(row: Any, status: int = 200, form: Form | None = None) -> ResponseReturnValue:
    label, where = name_subject(row.subject)
    values = {
        "file": row,
        "about": label,
        "where": where,
        "onward": local_path(request.values.get("lanjut"), where),
        "label": queries.purpose_labels(current_db()).get(row.purpose, row.purpose),
        "form": form or RemovalForm.holding(reason=row.doubt),
    }
    return show_page("platform/files/removal.html", status=status, **values)


@pages.post("/<int:file_id>/musnahkan")
@needs_permission("file.view")
def remove_file(file_id: int) -> ResponseReturnValue:
    """The bytes of a file go for ever, here and at partners who received them."""
    row = find_removable(file_id)
    form = RemovalForm()
    return run_command(
        lambda: call_command(service.remove_file, file_id=file_id, **form.values),
        lambda problem: draw_removal(row, problem.status, form),
        local_path(request.form.get("lanjut"), name_subject(row.subject)[1]),
        "Isi dokumen dimusnahkan.",
        form=form,
    )


def guarded_answer(content: bytes, kind: str, name: str, *, keep: bool = False) -> Response:
    """Bytes of somebody else's as an answer. `name`, without ending, says what it is and nothing of a person."""
    if keep or kind not in (JPEG, PNG):
        how = "attachment"
    else:
        how = "inline"
    headers = SHOWN | {"Content-Disposition": f'{how}; filename="{name}.{ENDINGS[kind]}"'}
    return Response(content, content_type=kind, headers=headers)
