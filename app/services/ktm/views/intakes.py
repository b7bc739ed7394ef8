"""Pages of an intake: socialisation, students by step, cards made in one go, papers and report."""

from collections import Counter
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches.views.printing import ticked_boxes, ticked_ids
from app.casework.desk.opening import CaseFile
from app.casework.desk.views.case_page import find_case
from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.printing.papers import render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    surroundings,
)
from app.platform.web.forms import Form, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.services.ktm import papers, queries, service
from app.services.ktm.words import CHECKING, MAKING, is_card_service
from schema.service_procedure import Definition


class TickedForm(Form):
    """Students ticked on the page of an intake; the boxes are read from the request."""


pages = Blueprint("student_cards", __name__, url_prefix="/ktm")


def card_service() -> Definition:
    return queries.find_card_service(current_db(), current_date())


def asked_intake() -> str:
    return request.values.get("angkatan", "")[:9]


@pages.get("/")
@needs_permission("ktm.view")
def show_intakes(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    definition = card_service()
    return show_page(
        "services/ktm/intakes.html",
        status=status,
        service=definition,
        intakes=queries.list_intakes(current_db(), definition.id),
        form=refused.form_for(service.begin_session),
    )


def ticked_form(refused: Refused) -> Form:
    """The refused form with the boxes of students, else one that says nothing."""
    ticking = refused.command in (service.complete_checks, service.make_cards)
    if refused.form is not None and ticking:
        return refused.form
    return TickedForm(formdata=None)


@pages.get("/angkatan")
@needs_permission("ktm.view")
def show_intake(status: int = 200, refused: Refused = NOT_REFUSED, boxes: Form | None = None) -> ResponseReturnValue:
    definition, name = card_service(), asked_intake()
    if not name:
        return redirect_to(url_for("student_cards.show_intakes"))
    queries.check_intake(current_db(), definition.id, name)
    students, steps = queries.list_students(current_db(), definition.id, name), own_steps(definition)
    wanted = request.values.get("langkah", "")
    shown = [student for student in students if wanted in ("", student.step)]
    states = intake_states(definition, students)
    ticked = ticked_boxes("berkas", [student.id for student in shown[: service.MOST_CARDS]])
    return show_page(
        "services/ktm/intake.html",
        status=status,
        service=definition,
        intake=name,
        students=shown,
        most=service.MOST_CARDS,
        total=len(students),
        states=states,
        wanted=wanted,
        sessions=queries.list_sessions(current_db(), name),
        minutes=queries.session_minutes,
        mask=lambda value: engine.mask_key(definition, value),
        checking=steps.get(CHECKING, ""),
        making=steps.get(MAKING, ""),
        labels={state: label for state, label, _ in states},
        ticked=ticked,
        ticked_form=boxes or ticked_form(refused),
        end_form=refused.form_for(service.end_session),
    )


def own_steps(definition: Definition) -> dict[str, str]:
    """What is done here → its step, where it is this person's work."""
    here = (step for step in definition.steps if step.special in (CHECKING, MAKING))
    return {step.special: step.id for step in here if engine.does_step(definition, step, current_actor())}


def intake_states(definition: Definition, students: list[CaseFile]) -> list[tuple[str, str, int]]:
    """(state, its words, students there) in the order of the procedure, empty ones left out."""
    counted = Counter(student.step for student in students)
    return [(state, label, counted[state]) for state, label in queries.states_of(definition) if counted[state]]


def intake_address() -> str:
    return url_for("student_cards.show_intake", angkatan=asked_intake())


@pages.get("/berkas/<int:case_id>")
@needs_permission("ktm.view")
def show_case_work(case_id: int) -> ResponseReturnValue:
    """The page that performs a step of this case: its intake, at that step."""
    case, definition = find_case(case_id)
    intake = queries.case_intake(case)
    if not is_card_service(definition) or not intake:
        raise Problem.of("not_found", what="Angkatan berkas itu")
    return redirect_to(url_for("student_cards.show_intake", angkatan=intake, langkah=case.step))


@pages.post("/sosialisasi")
@needs_permission("ktm.intake")
def begin_session() -> ResponseReturnValue:
    form = form_of(service.begin_session)()
    definition = card_service()
    return run_command(
        lambda: service.begin_session(
            current_journal(), current_actor(), definition=definition, now=current_time(), **form.values
        ),
        lambda problem: show_intakes(422, Refused(service.begin_session, form, problem)),
        lambda _: redirect_to(
            url_for("student_cards.show_intake", angkatan=form["intake"].data),
            "Sosialisasi dimulai. Akhiri di halaman ini.",
        ),
        form=form,
    )


def go_to_intake(_: None) -> ResponseReturnValue:
    return redirect_to(intake_address(), "Sosialisasi dicatat.")


add_command(pages, "/sosialisasi/<int:session_id>", service.end_session, show_intake, then=go_to_intake)


def judged_students() -> dict[str, Any]:
    """All students of the intake, among whom an account number stands once, and what opens the numbers."""
    return {
        "everybody": queries.list_students(current_db(), card_service().id, asked_intake()),
        "sealer": surroundings().sync.sealer,
    }


def tell_complete(count: int) -> ResponseReturnValue:
    return redirect_to(intake_address(), f"{count} mahasiswa lengkap. KTM-nya dapat dicetak.")


def tell_made(count: int) -> ResponseReturnValue:
    return redirect_to(intake_address(), f"{count} KTM jadi dan siap dibagikan.")


add_command(pages, "/periksa", service.complete_checks, show_intake, named=judged_students, then=tell_complete)
add_command(pages, "/jadi", service.make_cards, show_intake, then=tell_made)


@pages.post("/cetak")
@needs_permission("ktm.card")
def print_cards() -> ResponseReturnValue:
    """Draw the ticked cards and print them: ten to a sheet, or one to a page for a card printer."""
    form = TickedForm()
    ticked = ticked_ids("berkas")
    if request.form.get("bentuk") == "kartu":
        paper = "student_card"
    else:
        paper = "card_sheet"

    def draw_pdf() -> bytes:
        cards = service.draw_cards(current_journal(), current_actor(), case_ids=ticked, now=current_time())
        record_access("card.face", f"ktm/{asked_intake()}", f"{len(cards)} kartu")
        data = papers.card_faces(current_db(), card_service(), cards, read_photo, current_actor(), current_time())
        return render_paper(paper, data)

    return run_command(
        draw_pdf,
        lambda _: show_intake(422, boxes=form),
        lambda pdf: file_answer(pdf, "application/pdf", f"kartu-{asked_intake()}.pdf", "inline"),
        form=form,
    )


def read_photo(case_id: int) -> tuple[bytes, str] | None:
    return queries.case_photo(current_db(), case_id)


@pages.post("/daftar-pembagian")
@needs_permission("ktm.card")
def print_distribution() -> ResponseReturnValue:
    definition = card_service()
    intake = asked_intake()
    queries.check_intake(current_db(), definition.id, intake)
    step = ""
    if definition.partner:
        step = definition.partner.steps.hand_over
    data = papers.distribution_list(current_db(), definition, intake, step, current_actor(), current_time())
    return printed_answer("distribution_list", data, f"ktm/{intake}", f"daftar-pembagian-{intake}.pdf")


@pages.get("/laporan")
@needs_permission("ktm.view")
def show_report() -> ResponseReturnValue:
    if not asked_intake():
        return redirect_to(url_for("student_cards.show_intakes"))
    report = read_report()
    return show_page(
        "services/ktm/report.html", intake=report.intake, students=report.students, tables=papers.report_tables(report)
    )


def read_report() -> queries.Report:
    definition = card_service()
    intake = asked_intake()
    queries.check_intake(current_db(), definition.id, intake)
    missing = queries.count_missing_photos(current_db(), definition.id, intake)
    return queries.intake_report(current_db(), definition, intake, missing, current_time())


@pages.post("/laporan")
@needs_permission("ktm.view")
def print_report() -> ResponseReturnValue:
    data = papers.intake_report(current_db(), card_service(), read_report(), current_actor(), current_time())
    return printed_answer("intake_report", data, f"ktm/{asked_intake()}", f"laporan-{asked_intake()}.pdf")


@pages.post("/berkas/<int:case_id>/daftar-periksa")
@needs_permission("ktm.view")
def print_checklist(case_id: int) -> ResponseReturnValue:
    case, definition = find_case(case_id)
    data = papers.checklist(current_db(), definition, case, current_actor(), current_time())
    return printed_answer("checklist", data, f"case/{case_id}", f"daftar-periksa-{case_id}.pdf")
