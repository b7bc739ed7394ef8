"""Clause 10 as a working page: the checks, one check from its plan to its end, one sampled case."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from app.casework.desk.views.papers import printed_answer
from app.core.permissions import Actor
from app.core.problems import check_found
from app.platform.office.moves import can_move, may_move, possible_moves
from app.platform.office.queries import service_names, services_in_force
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import (
    AtMost,
    Form,
    TextLine,
    asked_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from app.quality.checks import papers, queries, service
from app.quality.checks.queries import MOST_QUESTIONS, VERDICTS
from schema.database import Database


class JudgeForm(Form):
    """One pair of fields for each question of a check: its class comes from :func:`judge_form`."""

    count = 0

    @property
    def verdicts(self) -> Sequence[tuple[str, str]]:
        numbers = range(1, self.count + 1)
        return [(self[f"verdict{n}"].data or "", self[f"note{n}"].data or "") for n in numbers]


@cache
def judge_form(count: int) -> type[JudgeForm]:
    """The form that asks so many questions."""
    fields: dict[str, Any] = {"count": count}
    choices = to_choices(VERDICTS.items())
    for n in range(1, count + 1):
        fields[f"verdict{n}"] = RadioField(f"Jawaban {n}", choices=choices, validate_choice=False)
        fields[f"note{n}"] = TextLine(f"Catatan {n}", [AtMost(500)])
    return type("JudgeForm", (JudgeForm,), fields)


pages = Blueprint("checks", __name__, url_prefix="/pemeriksaan")
KINDS = {"planned": "idle", "judging": "wait", "answering": "sent", "closed": "good", "cancelled": "idle"}
WEIGHTS = {"light": "wait", "moderate": "warn", "heavy": "warn", "conforms": "good", "not_applicable": "idle"}
USUAL_SPAN = timedelta(days=90)
"""How far back finished cases are proposed."""
USUAL_SAMPLE = 5


def words() -> dict[str, Any]:
    known = {"states": queries.STATES, "kinds": KINDS, "parts": queries.PARTS, "verdicts": queries.VERDICTS}
    return {**known, "weights": WEIGHTS, "names": person_names(current_db())}


@pages.get("")
@needs_permission("check.view")
def list_checks() -> ResponseReturnValue:
    part = asked_slice([(check, json.loads(check.services)) for check in queries.list_checks(current_db())])
    names = service_names(current_db(), current_date())
    return show_page("quality/checks/checks.html", part=part, services=names, **words())


# -- plan ----------------------------------------------------------------------------------------------------------


def proposed_form() -> Form:
    """Every service in force, the last three months, and the questions that their standards give."""
    definitions = services_in_force(current_db(), current_date())
    today = current_date()
    process, product = queries.proposed_questions(definitions)
    return form_of(service.plan_check).holding(
        on_date=today,
        services=[definition.id for definition in definitions],
        from_on=today - USUAL_SPAN,
        until_on=today,
        process_questions=process,
        product_questions=product,
        process_size=USUAL_SAMPLE,
        product_size=USUAL_SAMPLE,
    )


def find_checks(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: checks by what was typed of their number."""
    return [name_check(row, text) for row in queries.find_checks(db, text, MOST_OF_A_KIND)]


def name_check(row: Any, text: str) -> Found:
    address = url_for("checks.show_check", check_id=row.id)
    return Found(f"Pemeriksaan {row.number}", queries.STATES[row.state], address, exact=row.number == text.upper())


@pages.get("/baru")
@needs_permission("check.make")
def new_check(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return show_page(
        "quality/checks/plan.html",
        status=status,
        form=refused.form or proposed_form(),
        check=None,
        seen=queries.newest_check(current_db()),
        most=MOST_QUESTIONS,
    )


@pages.get("/<int:check_id>/ubah")
@needs_permission("check.make")
def edit_plan(check_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    check = queries.load_check(current_db(), check_id)
    form = refused.form_for(service.change_plan, check)
    return show_page("quality/checks/plan.html", status=status, form=form, check=check, most=MOST_QUESTIONS)


# -- one check -----------------------------------------------------------------------------------------------------


@pages.get("/<int:check_id>")
@needs_permission("check.view")
def show_check(check_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The page of a check; a refused form comes back, at the finding whose it is."""
    db = current_db()
    actor = current_actor()
    check = queries.load_check(db, check_id)
    facts = service.check_facts(db, check, actor, current_date())
    can = possible_moves(service.MOVES, actor, check.state, facts)
    questions = {part: queries.questions_of(check, part) for part in queries.PARTS}
    findings = queries.findings_of(db, check)
    answerable = set()
    if can["answer"]:
        answerable = {finding.row.number for finding in findings if queries.may_answer(actor, finding.row)}
    return show_page(
        "quality/checks/check.html",
        status=status,
        check=check,
        chosen=json.loads(check.services),
        services=service_names(db, current_date()),
        questions=questions,
        findings=findings,
        answerable=answerable,
        can=can,
        problem=refused.sentence,
        wrong=refused.place.get("number", 0),
        answer_form=refused.form_for(service.answer_finding),
        return_form=refused.form_for(service.return_answer),
        cancel_form=refused.form_for(service.cancel_check),
        end_form=refused.form_for(service.close_check, pin=True),
        **sample_of(check),
        **words(),
    )


def sample_of(check: service.InternalCheck) -> dict[str, Any]:
    """The sample of a check as its page shows it: what was found in it stands first, the rest folded away."""
    sample = queries.sampled_cases(current_db(), check.id)
    faults = queries.faults_of(current_db(), check.id)
    faulty = {(fault.part, fault.ordinal) for fault in faults}
    sound = [case for case in sample if case.judged and (case.part, case.ordinal) not in faulty]
    sizes = {part: len(queries.population_of(check, part)) for part in queries.PARTS}
    return {
        "sample": sample,
        "sound": sound,
        "faulty": [case for case in sample if case not in sound],
        "faults": faults,
        "sizes": sizes,
        "reproduced": bool(check.seed) and queries.is_reproduced(current_db(), check),
    }


def show_made(check_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("checks.show_check", check_id=check_id), "Pemeriksaan direncanakan.")


def show_report(capa_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("capa.show_report", capa_id=capa_id), "LTPP dibuka dari temuan ini.")


FINDING = "/<int:check_id>/temuan/<int:number>"
add_command(pages, "/baru", service.plan_check, new_check, then=show_made)
add_command(pages, "/<int:check_id>/ubah", service.change_plan, edit_plan, "Rencana diubah.", to=show_check)
add_command(pages, "/<int:check_id>/sampel", service.draw_cases, show_check, "Sampel ditarik. Periksa satu per satu.")
add_command(pages, "/<int:check_id>/kirim", service.send_findings, show_check, "Temuan dikirim untuk dijawab.")
add_command(pages, f"{FINDING}/jawab", service.answer_finding, show_check, "Jawaban disimpan.")
add_command(pages, f"{FINDING}/kembalikan", service.return_answer, show_check, "Jawaban dikembalikan.")
add_command(pages, f"{FINDING}/ltpp", service.report_finding, show_check, then=show_report)
add_command(pages, "/<int:check_id>/tutup", service.close_check, show_check, "Pemeriksaan ditutup.", pin=True)
add_command(pages, "/<int:check_id>/batal", service.cancel_check, show_check, "Pemeriksaan dibatalkan.")


@pages.post("/<int:check_id>/cetak")
@needs_permission("check.view")
def print_check(check_id: int) -> Response:
    data = papers.check_paper(current_db(), check_id, current_actor(), current_time())
    return printed_answer("internal_check", data, f"check/{check_id}", f"pemeriksaan-{check_id}.pdf")


# -- one sampled case ----------------------------------------------------------------------------------------------


@pages.get("/<int:check_id>/<part>/<int:ordinal>")
@needs_permission("check.view")
def show_sampled(check_id: int, part: str, ordinal: int) -> ResponseReturnValue:
    held: dict[str, str] = {}
    for verdict in queries.verdicts_of(current_db(), check_id, part, ordinal):
        held |= {f"verdict{verdict.question}": verdict.verdict, f"note{verdict.question}": verdict.note}
    asked = queries.questions_of(queries.load_check(current_db(), check_id), part)
    return draw_sampled(check_id, part, ordinal, judge_form(len(asked))(formdata=None, data=held))


def draw_sampled(check_id: int, part: str, ordinal: int, form: JudgeForm, status: int = 200) -> ResponseReturnValue:
    db = current_db()
    check = queries.load_check(db, check_id)
    sample = queries.find_sampled(db, check_id, part, ordinal)
    judge = service.MOVES["judge"]
    return show_page(
        "quality/checks/sampled.html",
        status=status,
        check=check,
        one=sample,
        questions=queries.questions_of(check, part),
        given=queries.verdicts_of(db, check_id, part, ordinal),
        form=form,
        can_judge=may_move(current_actor(), judge) and can_move(judge, check.state),
        **words(),
    )


@pages.post("/<int:check_id>/<part>/<int:ordinal>")
@needs_permission("check.make")
def judge_case(check_id: int, part: str, ordinal: int) -> ResponseReturnValue:
    check_found(queries.PARTS.get(part), "Sampel itu")
    form = judge_form(len(queries.questions_of(queries.load_check(current_db(), check_id), part)))()
    return run_command(
        lambda: service.judge_case(
            current_journal(),
            current_actor(),
            check_id=check_id,
            part=part,
            ordinal=ordinal,
            verdicts=form.verdicts,
            now=current_time(),
        ),
        lambda _: draw_sampled(check_id, part, ordinal, form, 422),
        lambda _: redirect_to(next_address(check_id), "Sampel diperiksa."),
        form=form,
    )


def next_address(check_id: int) -> str:
    """The next case that waits to be looked at, else the check itself."""
    waiting = (case for case in queries.sampled_cases(current_db(), check_id) if not case.judged)
    sample = next(waiting, None)
    if sample is None:
        return url_for("checks.show_check", check_id=check_id)
    return url_for("checks.show_sampled", check_id=check_id, part=sample.part, ordinal=sample.ordinal)
