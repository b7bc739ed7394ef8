"""Impor register: upload a file, look at what it says, correct the columns, load it, fetch the rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches.views.forms import PinForm
from app.casework.importing.spreadsheet import MAX_BYTES
from app.core.problems import SENTENCES, Problem
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import asked_slice, has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, passive, record_access
from app.services.ktp.views.registers import readable_services, registers
from schema.body_limits import takes_body

# An import happens a few times in an office's life: its modules load when it does, not at every start.
if TYPE_CHECKING:
    from app.casework.importing.headings import Columns, Layout
    from app.casework.importing.jobs import Job, Jobs
    from app.casework.importing.judging import Line, Report

pages = Blueprint("register_import", __name__, url_prefix="/impor")

ROWS = 50
MEGABYTES = MAX_BYTES // 1_048_576
LOOKS = {"refused": "bad", "warning": "warn", "repeated": "back", "accepted": "good"}
"""How a verdict is shown; those that need a look stand first."""
NOTHING_TO_READ = (
    "Tidak ada layanan kantor ini yang register lamanya dibaca Loket. Catat berkasnya dari Permohonan baru; daftar "
    "orang dari sebuah permohonan dibaca di halaman berkasnya."
)


class Matching(msgspec.Struct, frozen=True):
    """One layout on the matching form, the sheets that have it, its meanings by column, and a line as an example."""

    layout: Layout
    sheets: list[str]
    meanings: dict[int, str]
    example: Line | None


def list_services() -> dict[str, str]:
    """Service → its name, of those whose lists are read here. Raises Problem `conflict` where there is none."""
    found = readable_services(current_db())
    if not found:
        raise Problem.of("conflict", why=NOTHING_TO_READ)
    return found


def import_jobs(service: str = "") -> Jobs:
    """The jobs of a service, by default the first one's; their words are read when the first file comes."""
    from app.casework.importing.jobs import Jobs

    service = service or next(iter(list_services()))
    held: dict[str, Jobs] = current_app.extensions.setdefault("loket_imports", {})
    if service not in held:
        held[service] = Jobs(*registers()[service]())
    return held[service]


def jobs_with(job_id: str) -> Jobs:
    """The jobs among which this one is, whichever service it is of."""
    held: dict[str, Jobs] = current_app.extensions.get("loket_imports", {})
    return next((jobs for jobs in held.values() if jobs.has_job(job_id)), None) or import_jobs()


def newest_job() -> Job | None:
    held: dict[str, Jobs] = current_app.extensions.get("loket_imports", {})
    found = [job for jobs in held.values() if (job := jobs.newest_of(current_actor()))]
    return max(found, key=lambda job: job.started, default=None)


@pages.get("")
@needs_permission("import.run")
def show_upload() -> ResponseReturnValue:
    return draw_upload(newest_job())


def draw_upload(job: Job | None, problem: str = "") -> ResponseReturnValue:
    status = 422 if problem else 200
    chosen = request.values.get("layanan", "")
    return show_page(
        "services/ktp/import.html",
        status=status,
        job=job,
        limit=MEGABYTES,
        problem=problem,
        services=list_services(),
        chosen=chosen,
    )


@pages.post("")
@needs_permission("import.run")
@takes_body(MAX_BYTES + 1_048_576)
def take_upload() -> ResponseReturnValue:
    file = request.files.get("file")
    content = b""
    if file:
        content = file.stream.read(MAX_BYTES + 1)
    name = ""
    if file:
        name = file.filename or "register"
    if not name:
        return draw_upload(None, SENTENCES["file_first"])
    service = request.form.get("layanan", "")
    if service not in list_services():
        service = ""
    jobs = import_jobs(service)
    job = jobs.start_job(current_journal(), current_actor(), content, name[-120:], current_time())
    record_access("register.upload", detail=f"{len(content) // 1024} KiB")
    return redirect_to(url_for("register_import.show_import", job_id=job.id))


@pages.get("/<job_id>")
@needs_permission("import.run")
def show_import(job_id: str) -> ResponseReturnValue:
    return draw_import(jobs_with(job_id).find_job(current_actor(), job_id))


def draw_import(job: Job, problem: str = "", status: int = 200, form: PinForm | None = None) -> ResponseReturnValue:
    from app.casework.importing.cells import quote_cell
    from app.casework.importing.judging import VERDICTS

    wanted = request.args.get("putusan", "")
    report = job.report
    wanted = wanted if wanted in LOOKS else ""
    lines = []
    matchings = []
    counts = {}
    rejects = 0
    if report:
        lines = sorted(report.lines, key=lambda line: [*LOOKS].index(line.verdict))
        matchings = list_matchings(report)
        counts = report.counts
        rejects = len(report.rejected)
    lines = [line for line in lines if line.verdict == wanted or (not wanted and line.verdict != "accepted")]
    return show_page(
        "services/ktp/import_job.html",
        status=status,
        job=job,
        problem=problem,
        wanted=wanted,
        looks=LOOKS,
        verdicts=VERDICTS,
        rows=asked_slice(lines, ROWS),
        counts=counts,
        matchings=matchings,
        quote=quote_cell,
        rejects=rejects,
        form=form or PinForm(formdata=None),
        has_pin=has_pin(),
    )


@pages.get("/<job_id>/kemajuan")
@needs_permission("import.run")
@passive
def show_progress(job_id: str) -> ResponseReturnValue:
    """The progress bar; when nothing runs any more, the page that shows what came out."""
    job = jobs_with(job_id).find_job(current_actor(), job_id)
    if job.busy:
        return show_page("services/ktp/_import_progress.html", job=job)
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/kolom")
@needs_permission("import.run")
def match_columns(job_id: str) -> ResponseReturnValue:
    job = jobs_with(job_id).find_job(current_actor(), job_id)
    matching, twice = chosen_columns(job)
    if twice:
        return draw_import(job, f"Dua kolom diberi arti yang sama: {', '.join(twice)}. Pilih satu saja.", 422)
    jobs_with(job_id).judge_again(current_journal(), current_actor(), job_id, current_time(), matching=matching)
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/tanpa-keterangan")
@needs_permission("import.run")
def set_blank_meaning(job_id: str) -> ResponseReturnValue:
    jobs_with(job_id).judge_again(
        current_journal(), current_actor(), job_id, current_time(), blank_done=request.form.get("arti") == "selesai"
    )
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/jalankan")
@needs_permission("import.run")
def load_lines(job_id: str) -> ResponseReturnValue:
    jobs_with(job_id).load_job(current_journal(), current_actor(), job_id, current_time())
    return redirect_to(url_for("register_import.show_import", job_id=job_id))


@pages.post("/<job_id>/ditolak.xlsx")
@needs_permission("import.run")
def download_rejects(job_id: str) -> ResponseReturnValue:
    """The lines that were not taken, with their reasons, to be repaired; whole numbers, so it asks the PIN."""
    from app.casework.importing.judging import rejects_workbook
    from app.platform.office.papers import office_name

    job = jobs_with(job_id).find_job(current_actor(), job_id)
    form = PinForm()
    if (report := job.report) is None:
        raise Problem.of("conflict", why="Dokumen ini masih dibaca. Tunggu sebentar.")

    def write_workbook() -> bytes:
        record_access("import.rejects", subject=f"import/{job_id}")
        return rejects_workbook(report, current_date(), office_name(current_db()))

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
    jobs_with(job_id).drop_job(current_actor(), job_id)
    return redirect_to(url_for("register_import.show_upload"), "Dokumen unggahan dihapus.")


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
    if not job.report:
        return matching, twice
    for possible in list_matchings(job.report):
        layout = possible.layout
        known = possible.layout.words.columns
        posted = {at: request.form.get(f"{layout.key}-{at}") for at in range(len(layout.headings))}
        if not any(meaning is not None for meaning in posted.values()):
            continue
        chosen = [(meaning, at) for at, meaning in posted.items() if meaning in known]
        matching[layout.key] = dict(reversed(chosen))
        twice += [known[meaning].label for place, (meaning, _) in enumerate(chosen) if meaning in dict(chosen[:place])]
    return matching, twice
