"""Photos of an intake: upload with its report, and pages on which each photo stands beside name and number."""

from functools import partial
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.platform.files.content import SORTS, words_of_types
from app.platform.files.service import WHY_NOT
from app.platform.web.commands import is_id
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import asked_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.services.ktm import photos
from app.services.ktm.photos import PER_PAGE, STATES
from app.services.ktm.views.intakes import asked_intake
from schema.body_limits import takes_body

pages = Blueprint("ktm_photos", __name__, url_prefix="/ktm/foto")
MOST_UPLOAD = 100 * 1024 * 1024
MOST_TOLD = 500
"""Files that a report names; it counts the rest."""


@pages.get("")
@needs_permission("ktm.intake")
def show_photos(problem: Problem | None = None) -> ResponseReturnValue:
    """The page of an intake; what was typed in a refused form stands in it again."""
    db = current_db()
    definition, rule = photos.find_photo_service(db, current_date())
    intakes = photos.list_intakes(db, definition.id)
    intake = asked_intake() or next(iter(intakes), "")
    students = photos.list_students(db, definition.id, intake)
    counts = photos.count_states(students)
    state = request.values.get("keadaan", "")
    if state not in STATES:
        state = next(filter(counts.get, STATES), "waiting")
    shown = [student for student in students if student.state == state]
    report = report_of(intake)
    status, typed = (problem.status, request.form) if problem else (200, {})
    return show_page(
        "services/ktm/photos.html",
        status=status,
        problem=problem,
        typed=typed,
        rule=rule,
        types=words_of_types(rule),
        intakes=intakes,
        intake=intake,
        counts=counts,
        states=STATES,
        state=state,
        page=asked_slice(shown, PER_PAGE),
        report=report,
        most=MOST_TOLD,
        sorts=SORTS,
    )


def report_of(intake: str) -> Any:
    """What came of this person's last upload, where it was for this intake."""
    uploaded_for, report = upload_reports().get(current_actor().person_id, ("", None))
    if uploaded_for != intake:
        return None
    return report


def upload_reports() -> dict[int, tuple[str, Any]]:
    """Person → intake and what came of the last upload. Kept in memory: file names bear numbers of students."""
    known: dict[int, tuple[str, Any]] = current_app.extensions.setdefault("loket_photo_reports", {})
    return known


@pages.post("")
@needs_permission("ktm.intake")
@takes_body(MOST_UPLOAD + 1024 * 1024)
def take_photos() -> ResponseReturnValue:
    definition, rule = photos.find_photo_service(current_db(), current_date())
    intake = asked_intake()

    def match() -> Any:
        asked: dict[str, Any] = {"service": definition, "rule": rule, "intake": intake, "now": current_time()}
        return photos.match_photos(current_journal(), current_actor(), named=uploaded_files(), **asked)

    def tell(done: Any) -> ResponseReturnValue:
        upload_reports()[current_actor().person_id] = (intake, done)
        record_access("file.uploaded", detail=f"{done.kept} foto")
        return redirect_to(url_for("ktm_photos.show_photos", angkatan=intake), f"{done.kept} foto disimpan.")

    return run_command(match, show_photos, tell)


def uploaded_files() -> list[Any]:
    """Files and folders as they came, a ZIP as the files in it. Raises Problem `bad_file`."""
    from app.platform.files.matching import files_named, zip_files

    plain: list[Any] = []
    named: list[Any] = []
    for upload in request.files.getlist("files") + request.files.getlist("folder"):
        if upload.filename and upload.stream.read(4) == b"PK\x03\x04":
            named += zip_files(upload.stream)
        elif upload.filename:
            plain.append((upload.filename, partial(read_upload, upload.stream)))
    if named and not plain:
        return named
    return named + files_named(plain)


def read_upload(stream: Any, most: int) -> bytes:
    stream.seek(0)
    return bytes(stream.read(most))


def posted_photos() -> list[int]:
    return [int(number) for number in request.form.getlist("foto") if is_id(number)]


@pages.post("/periksa")
@needs_permission("ktm.intake")
def judge_photos() -> ResponseReturnValue:
    """One page of photos, or a single one that was confirmed or doubted before."""
    definition, _ = photos.find_photo_service(current_db(), current_date())
    intake = asked_intake()
    state = request.form.get("keadaan", "")[:10]
    reasons = {file_id: request.form.get(f"alasan-{file_id}", "") for file_id in posted_photos()}

    def judge() -> tuple[int, int]:
        if state == "confirmed" and not any(why.strip() for why in reasons.values()):
            raise Problem.of("invalid", {"alasan": WHY_NOT})
        asked: dict[str, Any] = {"service": definition.id, "intake": intake, "now": current_time()}
        return photos.judge_photos(
            current_journal(), current_actor(), reasons=reasons, doubted=state == "doubted", **asked
        )

    def tell(done: tuple[int, int]) -> ResponseReturnValue:
        said = f"{done[0]} foto dipastikan, {done[1]} ditandai tidak cocok."
        return redirect_to(url_for("ktm_photos.show_photos", angkatan=intake, keadaan=state), said)

    return run_command(judge, show_photos, tell)
