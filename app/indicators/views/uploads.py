"""Figures as a file: upload, what each row is worth, and taking the sound ones."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import SENTENCES, Problem
from app.indicators import uploads
from app.members.uploads import MAX_BYTES, ReadList, ReadLists
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.body_limits import takes_body

pages = Blueprint("figure_uploads", __name__, url_prefix="/sasaran/unggah")
READ = ReadLists()
"""Figures that were read and wait for the decision of whoever uploaded them."""


@pages.get("")
@needs_permission("indicator.type")
def show_upload() -> ResponseReturnValue:
    return draw_upload()


def draw_upload(problem: Problem | None = None) -> ResponseReturnValue:
    return show_page(
        "indicators/upload.html",
        status=422 if problem else 200,
        problem=problem.sentence if problem else "",
        heads=uploads.HEADS,
        limit=MAX_BYTES // 1024 // 1024,
        year=current_date().year,
    )


@pages.post("")
@needs_permission("indicator.type")
@takes_body(MAX_BYTES + 65_536)
def take_upload() -> ResponseReturnValue:
    file = request.files.get("file")

    def read() -> ReadList:
        from app.importing.isolated_reading import read_limited

        if file is None or not file.filename:
            raise Problem.of("bad_file", why=SENTENCES["file_first"])
        content = file.stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Problem.of("bad_file", why=f"Dokumen lebih dari {MAX_BYTES // 1024 // 1024} MB.")
        rows = uploads.read_rows(read_limited(content))
        return READ.keep_list(current_actor(), 0, content, rows, current_time())

    return run_command(
        read, draw_upload, lambda made: redirect_to(url_for("figure_uploads.show_rows", token=made.token))
    )


@pages.get("/<token>")
@needs_permission("indicator.type")
def show_rows(token: str) -> ResponseReturnValue:
    return draw_rows(token)


def draw_rows(token: str, problem: Problem | None = None) -> ResponseReturnValue:
    read = READ.find_list(current_actor(), 0, token)
    judged = uploads.judge_rows(current_db(), current_actor(), read.rows, current_date())
    return show_page(
        "indicators/upload_rows.html",
        status=problem.status if problem else 200,
        token=token,
        problem=problem,
        judged=judged,
        sound=sum(one.sound for one in judged),
        known=sum(one.known for one in judged),
        known_words=uploads.KNOWN,
    )


@pages.post("/<token>")
@needs_permission("indicator.type")
def take_rows(token: str) -> ResponseReturnValue:
    """Type the sound rows; a second press finds them typed and types nothing twice."""
    read = READ.find_list(current_actor(), 0, token)
    return run_command(
        lambda: uploads.take_rows(current_journal(), current_actor(), read.rows, current_time()),
        lambda problem: draw_rows(token, problem),
        lambda count: redirect_to(
            url_for("indicators.show_dashboard"), f"{count} angka tersimpan. Unggah bukti setiap angka."
        ),
    )
