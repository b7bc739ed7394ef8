"""Impor register: upload a file, look at what it says, correct the columns, load it, fetch the rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import msgspec
from flask import Blueprint, Response, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.ktp.importing.book import MAX_BYTES
from app.ktp.importing.fields import BY_KEY, FIELDS
from app.ktp.views.forms import PinForm
from app.people import service as people
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.forms import sound, told
from app.web.guard import needs, passive, upload
from app.web.pages import cut, done, page, page_number
from app.web.pin import confirm_pin, has_pin

# An import happens a few times in an office's life: its twenty modules load when it does, not at every start.
if TYPE_CHECKING:
    from app.ktp.importing.columns import Columns, Layout
    from app.ktp.importing.jobs import Job, Jobs
    from app.ktp.importing.judge import Line, Report

pages = Blueprint("register_import", __name__, url_prefix="/impor")
NAV = (Nav("Impor register", "register_import.start", "import.run", group="Kantor", order=60),)

ROWS = 50
VERDICTS = {"accepted": "good", "warning": "warn", "refused": "bad", "repeated": "back"}
STEPS = {
    "validate": "menunggu validasi", "returned": "dikembalikan", "record": "menunggu perekaman",
    "dispatch": "siap dikirim", "print": "di Dispenduk Capil", "arrive": "menunggu kartu tiba",
    "hand_over": "siap diambil", "done": "sudah diambil", "withdrawn": "dibatalkan", "refused": "ditolak",
    "died": "meninggal", "moved": "pindah",
}  # fmt: skip


class Shown(msgspec.Struct, frozen=True):
    """A line as the page lists it; the number column and the name as the register has them."""

    sheet: str
    row: int
    number: str
    name: str
    verdict: str
    reason: str


class Column(msgspec.Struct, frozen=True):
    """One column of a layout on the matching form: field name, heading, an example, and its present meaning."""

    field: str
    heading: str
    example: str
    meaning: str


class Matching(msgspec.Struct, frozen=True):
    """One layout on the matching form and the sheets that have it."""

    key: str
    sheets: list[str]
    columns: list[Column]
    missing: list[str]


def jobs() -> Jobs:
    """The imports of this process."""
    from app.ktp.importing.jobs import Jobs

    return cast(Jobs, current_app.extensions.setdefault("loket_imports", Jobs()))


@pages.get("")
@needs("import.run")
def start() -> ResponseReturnValue:
    """Where a file is chosen."""
    return page("ktp/import.html", job=jobs().of(current_actor()), limit=MAX_BYTES // 1_048_576, problem="")


@pages.post("")
@needs("import.run")
@upload(MAX_BYTES + 1_048_576)
def take() -> ResponseReturnValue:
    """Take the file and begin to read it."""
    file = request.files.get("file")
    content = file.stream.read(MAX_BYTES + 1) if file else b""
    name = (file.filename or "register") if file else ""
    if not name:
        told = "Pilih dulu berkasnya."
        return page("ktp/import.html", status=422, job=None, limit=MAX_BYTES // 1_048_576, problem=told)
    job = jobs().start(journal(), current_actor(), content, name[-120:], now())
    people.log_access(db(), at=now(), person_id=current_actor().person_id, action="register.upload",
                      detail=f"{len(content) // 1024} KiB", address=request.remote_addr or "")  # fmt: skip
    return done(url_for("register_import.show", job_id=job.id))


@pages.get("/<job_id>")
@needs("import.run")
def show(job_id: str) -> ResponseReturnValue:
    """What the file says, or how far reading or loading has come."""
    return draw(jobs().get(current_actor(), job_id))


def draw(job: Job, problem: str = "", status: int = 200, form: PinForm | None = None) -> ResponseReturnValue:
    """Draw the page of an import in its present state."""
    from app.ktp.importing.rejects import VERDICT_WORDS, rejected

    wanted = request.args.get("putusan", "")
    wanted = wanted if wanted in VERDICTS else ""
    lines = listed(job.report, wanted) if job.report else []
    first = (page_number() - 1) * ROWS
    return page(
        "ktp/import_job.html", status=status, job=job, problem=problem, wanted=wanted, kinds=VERDICTS,
        words=VERDICT_WORDS, steps=STEPS, rows=cut(lines[first : first + ROWS + 1], page_number(), ROWS),
        counts=job.report.counts if job.report else {}, matchings=matchings(job.report) if job.report else [],
        fields=FIELDS, rejects=len(rejected(job.report)) if job.report else 0,
        form=form or PinForm(formdata=None), has_pin=has_pin(),
    )  # fmt: skip


@pages.get("/<job_id>/kemajuan")
@needs("import.run")
@passive
def progress(job_id: str) -> ResponseReturnValue:
    """The progress bar; when nothing runs any more, the page that shows what came out."""
    job = jobs().get(current_actor(), job_id)
    if job.busy:
        return page("ktp/_import_progress.html", job=job)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = url_for("register_import.show", job_id=job_id)
    return answer


@pages.post("/<job_id>/kolom")
@needs("import.run")
def match(job_id: str) -> ResponseReturnValue:
    """Read the file again with the columns that a person corrected."""
    job = jobs().get(current_actor(), job_id)
    matching, twice = chosen(job)
    if twice:
        return draw(job, f"Dua kolom diberi arti yang sama: {', '.join(twice)}. Pilih satu saja.", 422)
    jobs().again(journal(), current_actor(), job_id, now(), matching=matching)
    return done(url_for("register_import.show", job_id=job_id))


@pages.post("/<job_id>/tanpa-keterangan")
@needs("import.run")
def silence(job_id: str) -> ResponseReturnValue:
    """What it means that the register says nothing about a line's state."""
    jobs().again(journal(), current_actor(), job_id, now(), blank_done=request.form.get("arti") == "selesai")
    return done(url_for("register_import.show", job_id=job_id))


@pages.post("/<job_id>/jalankan")
@needs("import.run")
def run(job_id: str) -> ResponseReturnValue:
    """Load the accepted lines."""
    jobs().load(journal(), current_actor(), job_id, now())
    return done(url_for("register_import.show", job_id=job_id))


@pages.post("/<job_id>/ditolak.xlsx")
@needs("import.run")
def rejects(job_id: str) -> ResponseReturnValue:
    """The lines that were not taken, with their reasons, to be repaired; whole numbers, so it asks the PIN."""
    from app.ktp.importing.rejects import rejects_workbook

    job, form = jobs().get(current_actor(), job_id), PinForm()
    if job.report is None:
        raise Problem.of("conflict", why="Berkas ini masih dibaca. Tunggu sebentar.")
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
    if not sound(form):
        return draw(job, status=422, form=form)
    people.log_access(db(), at=now(), person_id=current_actor().person_id, action="import.rejects",
                      subject=f"import/{job_id}", address=request.remote_addr or "")  # fmt: skip
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": 'attachment; filename="baris-ditolak.xlsx"'}
    return Response(rejects_workbook(job.report, today()), content_type=kind, headers=headers)


@pages.post("/<job_id>/buang")
@needs("import.run")
def drop(job_id: str) -> ResponseReturnValue:
    """Forget the file."""
    jobs().drop(current_actor(), job_id)
    return done(url_for("register_import.start"), "Berkas unggahan dihapus dari ingatan.")


def listed(report: Report, verdict: str) -> list[Shown]:
    """The lines of one verdict, or all; refused ones need a look first."""
    rank = ("refused", "warning", "repeated", "accepted").index
    lines = [line for line in report.lines if not verdict or line.verdict == verdict]
    return [
        shown(line) for line in (lines if verdict else sorted(lines, key=lambda line: rank(line.verdict)))
    ]


def shown(line: Line) -> Shown:
    """One line for the list; a number that strayed into the name column is not shown."""
    from app.ktp.importing.cells import quote

    number, name = (
        line.source.at(line.layout.columns.get(key, -1)).text.strip() for key in ("number", "name")
    )
    return Shown(line.sheet, line.row, quote(number, 12), quote(name, 60), line.verdict, line.reason)


def matchings(report: Report) -> list[Matching]:
    """The layouts of a file, each once, with an example from its first line."""
    found: dict[str, Matching] = {}
    for sheet in report.sheets:
        layout = sheet.layout
        if layout.key not in found:
            example = next((line for line in report.lines if line.layout.key == layout.key), None)
            missing = [BY_KEY[key].label for key in layout.missing]
            found[layout.key] = Matching(layout.key, [], columns_of(layout, example), missing)
        found[layout.key].sheets.append(sheet.name)
    return list(found.values())


def columns_of(layout: Layout, example: Line | None) -> list[Column]:
    """The columns of a layout for the matching form."""
    from app.ktp.importing.cells import quote

    told = {at: key for key, at in layout.columns.items()}
    return [
        Column(f"{layout.key}-{at}", " ".join(heading.split()),
               quote(example.source.at(at).text, 30) if example else "", told.get(at, ""))
        for at, heading in enumerate(layout.headings) if heading.strip()
    ]  # fmt: skip


def chosen(job: Job) -> tuple[Mapping[str, Columns], Sequence[str]]:
    """The matching after the posted form, by layout key, and labels of meanings that were given twice.

    The form is about one layout; what was chosen for others before stays.
    """
    matching: dict[str, Columns] = dict(job.matching)
    twice: list[str] = []
    for one in matchings(job.report) if job.report else []:
        if not any(column.field in request.form for column in one.columns):
            continue
        columns: dict[str, int] = {}
        matching[one.key] = columns
        for column in one.columns:
            meaning = request.form.get(column.field, "")
            if meaning not in BY_KEY:
                continue
            if meaning in columns:
                twice.append(BY_KEY[meaning].label)
            columns.setdefault(meaning, int(column.field.rsplit("-", 1)[1]))
    return matching, twice
