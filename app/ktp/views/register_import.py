"""Impor register: upload a file, look at what it says, correct the columns, load it, fetch the rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import msgspec
from flask import Blueprint, Response, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.batches.views.forms import PinForm
from app.core.problems import SENTENCES, Problem
from app.importing.spreadsheet import MAX_BYTES
from app.web.context import Nav, current_actor, current_date, current_journal, current_time
from app.web.forms import cut_slice, has_pin, page_number, redirect_to, run_command, show_page
from app.web.guard import needs_permission, passive, record_access
from schema.body_limits import takes_body

# An import happens a few times in an office's life: its modules load when it does, not at every start.
if TYPE_CHECKING:
    from app.importing.headings import Columns, Layout
    from app.importing.judging import Line, Report
    from app.importing.service import Job, Jobs

pages = Blueprint("register_import", __name__, url_prefix="/impor")
NAV = (Nav("Impor register", "register_import.show_upload", "import.run", group="Kantor", order=60),)

ROWS = 50
MEGABYTES = MAX_BYTES // 1_048_576
LOOKS = {"refused": "bad", "warning": "warn", "repeated": "back", "accepted": "good"}
"""How a verdict is shown; those that need a look stand first."""


class Matching(msgspec.Struct, frozen=True):
    """One layout on the matching form, the sheets that have it, its meanings by column, and a line as an example."""

    layout: Layout
    sheets: list[str]
    meanings: dict[int, str]
    example: Line | None


def import_jobs() -> Jobs:
    from app.importing.service import Jobs
    from app.ktp.register_cases import ktp_bodies, ktp_words

    if "loket_imports" not in current_app.extensions:
        current_app.extensions["loket_imports"] = Jobs(ktp_words(), ktp_bodies)
    return cast(Jobs, current_app.extensions["loket_imports"])


@pages.get("")
@needs_permission("import.run")
def show_upload() -> ResponseReturnValue:
    return show_page("ktp/import.html", job=import_jobs().newest_of(current_actor()), limit=MEGABYTES, problem="")


@pages.post("")
@needs_permission("import.run")
@takes_body(MAX_BYTES + 1_048_576)
def take_upload() -> ResponseReturnValue:
    file = request.files.get("file")
    content = file.stream.read(MAX_BYTES + 1) if file else b""
    name = (file.filename or "register") if file else ""
    if not name:
        return show_page("ktp/import.html", status=422, job=None, limit=MEGABYTES, problem=SENTENCES["file_first"])
    job = import_jobs().start_job(current_journal(), current_actor(), content, name[-120:], current_time())
    record_access("register.upload", detail=f"{len(content) // 1024} KiB")
    return redirect_to(url_for("register_import.show_import", job_id=job.id))


@pages.get("/<job_id>")
@needs_permission("import.run")
def show_import(job_id: str) -> ResponseReturnValue:
    return draw_import(import_jobs().find_job(current_actor(), job_id))


def draw_import(job: Job, problem: str = "", status: int = 200, form: PinForm | None = None) -> ResponseReturnValue:
    from app.importing.cells import quote_cell
    from app.importing.judging import VERDICTS

    wanted, report = request.args.get("putusan", ""), job.report
    wanted = wanted if wanted in LOOKS else ""
    lines = sorted(report.lines, key=lambda line: [*LOOKS].index(line.verdict)) if report else []
    lines = [line for line in lines if wanted in ("", line.verdict)]
    first = (page_number() - 1) * ROWS
    return show_page(
        "ktp/import_job.html",
        status=status,
        job=job,
        problem=problem,
        wanted=wanted,
        looks=LOOKS,
        verdicts=VERDICTS,
        rows=cut_slice(lines[first : first + ROWS + 1], page_number(), ROWS),
        counts=report.counts if report else {},
        matchings=list_matchings(report) if report else [],
        quote=quote_cell,
        rejects=len(report.rejected) if report else 0,
        form=form or PinForm(formdata=None),
        has_pin=has_pin(),
    )


@pages.get("/<job_id>/kemajuan")
@needs_permission("import.run")
@passive
def show_progress(job_id: str) -> ResponseReturnValue:
    """The progress bar; when nothing runs any more, the page that shows what came out."""
    job = import_jobs().find_job(current_actor(), job_id)
    if job.busy:
        return show_page("ktp/_import_progress.html", job=job)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = url_for("register_import.show_import", job_id=job_id)
    return answer


@pages.post("/<job_id>/kolom")
@needs_permission("import.run")
def match_columns(job_id: str) -> ResponseReturnValue:
    job = import_jobs().find_job(current_actor(), job_id)
    matching, twice = chosen_columns(job)
    if twice:
        return draw_import(job, f"Dua kolom diberi arti yang sama: {', '.join(twice)}. Pilih satu saja.", 422)
    import_jobs().judge_again(current_journal(), current_actor(), job_id, current_time(), matching=matching)
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/tanpa-keterangan")
@needs_permission("import.run")
def set_blank_meaning(job_id: str) -> ResponseReturnValue:
    import_jobs().judge_again(
        current_journal(), current_actor(), job_id, current_time(), blank_done=request.form.get("arti") == "selesai"
    )
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/jalankan")
@needs_permission("import.run")
def load_lines(job_id: str) -> ResponseReturnValue:
    import_jobs().load_job(current_journal(), current_actor(), job_id, current_time())
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/ditolak.xlsx")
@needs_permission("import.run")
def download_rejects(job_id: str) -> ResponseReturnValue:
    """The lines that were not taken, with their reasons, to be repaired; whole numbers, so it asks the PIN."""
    from app.importing.judging import rejects_workbook

    job, form = import_jobs().find_job(current_actor(), job_id), PinForm()
    if (report := job.report) is None:
        raise Problem.of("conflict", why="Berkas ini masih dibaca. Tunggu sebentar.")

    def write_workbook() -> bytes:
        record_access("import.rejects", subject=f"import/{job_id}")
        return rejects_workbook(report, current_date())

    return run_command(
        write_workbook, lambda _: draw_import(job, status=422, form=form), send_workbook, form=form, pin=True
    )


def send_workbook(content: bytes) -> Response:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": 'attachment; filename="baris-ditolak.xlsx"'}
    return Response(content, content_type=kind, headers=headers)


@pages.post("/<job_id>/buang")
@needs_permission("import.run")
def drop_import(job_id: str) -> ResponseReturnValue:
    import_jobs().drop_job(current_actor(), job_id)
    return redirect_to(url_for("register_import.show_upload"), "Berkas unggahan dihapus dari ingatan.")


def list_matchings(report: Report) -> list[Matching]:
    found: dict[str, Matching] = {}
    for sheet in report.sheets:
        layout = sheet.layout
        if layout.key not in found:
            example = next((line for line in report.lines if line.layout.key == layout.key), None)
            meanings = {at: meaning for meaning, at in layout.columns.items()}
            found[layout.key] = Matching(layout, [], meanings, example)
        found[layout.key].sheets.append(sheet.name)
    return list(found.values())


def chosen_columns(job: Job) -> tuple[Mapping[str, Columns], Sequence[str]]:
    """The matching after the posted form, by layout key, and labels of meanings that were given twice.

    The form is about one layout; what was chosen for others before stays.
    """
    matching: dict[str, Columns] = dict(job.matching)
    twice: list[str] = []
    for one in list_matchings(job.report) if job.report else []:
        layout, known = one.layout, one.layout.words.columns
        posted = {at: request.form.get(f"{layout.key}-{at}") for at in range(len(layout.headings))}
        if not any(meaning is not None for meaning in posted.values()):
            continue
        chosen = [(meaning, at) for at, meaning in posted.items() if meaning in known]
        matching[layout.key] = dict(reversed(chosen))
        twice += [known[meaning].label for place, (meaning, _) in enumerate(chosen) if meaning in dict(chosen[:place])]
    return matching, twice
