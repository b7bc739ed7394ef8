"""A file as an answer: for those who may see what it belongs to, with headers that let it do nothing."""

from flask import Blueprint, Response, request

from app.core.problems import Problem
from app.files import queries
from app.files.content import ENDINGS, JPEG, PNG
from app.web.context import current_actor, current_db, current_loket, current_time
from app.web.guard import needs_permission, note_access

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
        raise Problem.of("forbidden")
    found = queries.read_file(current_db(), file_id)
    answer = guarded_answer(found.content, found.kind, f"{found.purpose}-{found.id}", keep="unduh" in request.args)
    note_access("file.opened", row.subject, f"file/{file_id}")
    return answer


def may_see(subject: str) -> bool:
    """Whether whoever asks may see the files of a subject: the room that owns it says so, and nobody else."""
    owner, _, number = subject.partition("/")
    readers = [room.file_readers[owner] for room in current_loket().rooms if owner in room.file_readers]
    asked = current_db(), current_actor(), int(number) if number.isdecimal() else 0, current_time()
    return any(may_read(*asked) for may_read in readers)


def guarded_answer(content: bytes, kind: str, name: str, *, keep: bool = False) -> Response:
    """Bytes of somebody else's as an answer. `name`, without ending, says what it is and nothing of a person."""
    how = "attachment" if keep or kind not in (JPEG, PNG) else "inline"
    headers = SHOWN | {"Content-Disposition": f'{how}; filename="{name}.{ENDINGS[kind]}"'}
    return Response(content, content_type=kind, headers=headers)
