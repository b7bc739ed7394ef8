"""Photos of an intake: upload with its report, and pages on which each photo stands beside name and number."""

from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.files.content import words_of_types
from app.ktm import photos
from app.ktm.photos import PER_PAGE, STATES
from app.web.context import Nav, current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import cut_slice, page_number, redirect_to, run_command, show_page
from app.web.guard import needs_permission, record_access
from schema.body_limits import takes_body

pages = Blueprint("ktm_photos", __name__, url_prefix="/ktm/foto")
MOST_UPLOAD = 100 * 1024 * 1024
MOST_TOLD = 500
"""Files that a report names; it counts the rest."""


class UploadReport(msgspec.Struct, frozen=True):
    """What came of an upload, as long as the program runs: it names files, which bear numbers of students."""

    intake: str
    kept: int
    same: int
    replaced: int
    unmatched: list[Any]


NAV = (Nav("Foto mahasiswa", "ktm_photos.show_photos", "ktm.intake", group="Loket", order=71, shown=photos.has_photos),)


def asked_intake(intakes: list[str]) -> str:
    asked = request.values.get("angkatan", "")[:9]
    return asked or next(iter(intakes), "")


@pages.get("")
@needs_permission("ktm.intake")
def show_photos() -> ResponseReturnValue:
    return draw_photos()


def draw_photos(problem: Problem | None = None) -> ResponseReturnValue:
    """The page of an intake; what was typed in a refused form stands in it again."""
    db = current_db()
    definition, rule = photos.find_photo_service(db, current_date())
    intakes = photos.list_intakes(db, definition.id)
    intake = asked_intake(intakes)
    students = photos.list_students(db, definition.id, intake)
    counts = photos.count_states(students)
    asked = request.values.get("keadaan", "")
    state = asked if asked in STATES else next((one for one in STATES if counts[one]), "waiting")
    shown = [one for one in students if one.state == state]
    first = (page_number() - 1) * PER_PAGE
    return show_page(
        "ktm/photos.html",
        status=problem.status if problem else 200,
        problem=problem,
        typed=request.form if problem else {},
        rule=rule,
        types=words_of_types(rule),
        intakes=intakes,
        intake=intake,
        counts=counts,
        states=STATES,
        state=state,
        page=cut_slice(shown[first : first + PER_PAGE + 1], page_number(), PER_PAGE),
        report=report_of(intake),
        sorts=sort_words(),
    )


def sort_words() -> dict[str, str]:
    from app.files.matching import MATCH_SORTS

    return MATCH_SORTS


def reports() -> dict[int, UploadReport]:
    known: dict[int, UploadReport] = current_app.extensions.setdefault("loket_photo_reports", {})
    return known


def report_of(intake: str) -> UploadReport | None:
    held = reports().get(current_actor().person_id)
    return held if held and held.intake == intake else None


@pages.post("")
@needs_permission("ktm.intake")
@takes_body(MOST_UPLOAD + 1024 * 1024)
def take_photos() -> ResponseReturnValue:
    definition, rule = photos.find_photo_service(current_db(), current_date())
    intake = asked_intake([])

    def match() -> Any:
        return photos.match_photos(
            current_journal(),
            current_actor(),
            service=definition,
            rule=rule,
            intake=intake,
            named=uploaded_files(),
            now=current_time(),
        )

    def tell(done: Any) -> ResponseReturnValue:
        told = sorted(done.unmatched, key=lambda one: (one.sort, one.name))
        reports()[current_actor().person_id] = UploadReport(intake, done.kept, done.same, done.replaced, told)
        record_access("file.uploaded", detail=f"{done.kept} foto")
        return redirect_to(url_for("ktm_photos.show_photos", angkatan=intake), f"{done.kept} foto disimpan.")

    return run_command(match, draw_photos, tell)


def uploaded_files() -> list[Any]:
    """Files and folders as they came, a ZIP as the files in it. Raises Problem `bad_file`."""
    from app.files.matching import files_named, zip_files

    chosen = [one for name in ("files", "folder") for one in request.files.getlist(name) if one.filename]
    zips = [one for one in chosen if one.stream.read(4) == b"PK\x03\x04"]
    plain = [one for one in chosen if one not in zips]
    named = [file for one in zips for file in zip_files(one.stream)]
    if plain or not named:
        named += files_named((one.filename or "", partial(read_upload, one.stream)) for one in plain)
    return named


def read_upload(stream: Any, most: int) -> bytes:
    stream.seek(0)
    return bytes(stream.read(most))


@pages.post("/periksa")
@needs_permission("ktm.intake")
def judge_photos() -> ResponseReturnValue:
    definition, _ = photos.find_photo_service(current_db(), current_date())
    ids = [int(one) for one in request.form.getlist("foto") if one.isascii() and one.isdigit() and len(one) < 16]
    intake = asked_intake([])

    def judge() -> tuple[int, int]:
        return photos.judge_photos(
            current_journal(),
            current_actor(),
            service=definition.id,
            intake=intake,
            reasons={file_id: request.form.get(f"alasan-{file_id}", "") for file_id in ids},
            now=current_time(),
        )

    def tell(done: tuple[int, int]) -> ResponseReturnValue:
        where = url_for("ktm_photos.show_photos", angkatan=intake, keadaan=request.form.get("keadaan", "")[:10])
        doubted = f", {done[1]} ditandai tidak cocok" if done[1] else ""
        return redirect_to(where, f"{done[0]} foto dipastikan{doubted}.")

    return run_command(judge, draw_photos, tell)


@pages.post("/batal")
@needs_permission("ktm.intake")
def doubt_photo() -> ResponseReturnValue:
    """A confirmed photo is confirmed no longer, with the reason."""
    definition, _ = photos.find_photo_service(current_db(), current_date())
    asked, intake = request.form.get("foto", ""), asked_intake([])
    file_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
    why = request.form.get(f"alasan-{file_id}", "").strip()

    def doubt() -> tuple[int, int]:
        if not why:
            raise Problem.of("invalid", {f"alasan-{file_id}": "Tulis apa yang tidak cocok."})
        return photos.judge_photos(
            current_journal(),
            current_actor(),
            service=definition.id,
            intake=intake,
            reasons={file_id: why},
            now=current_time(),
        )

    where = url_for("ktm_photos.show_photos", angkatan=intake, keadaan="confirmed")
    return run_command(doubt, draw_photos, lambda _: redirect_to(where, "Foto ditandai tidak cocok."))
