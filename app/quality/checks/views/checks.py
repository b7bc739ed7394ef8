"""Clause 10 as a working page: the checks, one check from its plan to its end, one sampled case."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, PasswordField, RadioField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, HiddenInput

from app.casework.desk.views.papers import printed_answer
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found
from app.platform.office.moves import can_move, may_move
from app.platform.office.queries import services_in_force
from app.platform.people.queries import person_names
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
    Filled,
    Form,
    NumberRange,
    OfficeDate,
    TextLine,
    asked_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from app.quality.checks import papers, queries, service
from app.quality.checks.events import Plan
from app.quality.checks.queries import MOST_QUESTIONS, VERDICTS
from app.quality.checks.service import MOST_SAMPLED
from schema.database import Database

SIZES = [NumberRange(0, MOST_SAMPLED, f"Isi antara 0 dan {MOST_SAMPLED}.")]
LONGEST = 60_000
"""Letters of the questions of a part; how many there may be rests on the chosen services."""


class PlanForm(Form):
    on_date = OfficeDate("Tanggal pemeriksaan", [Filled("Isi tanggalnya.")], future=True)
    services = SelectMultipleField(
        "Layanan yang diperiksa", choices=[], validate_choice=False, option_widget=CheckboxInput()
    )
    purpose = TextAreaField("Lingkup dan tujuan", [AtMost(500)])
    from_on = OfficeDate("Hasil yang selesai sejak", [Filled(SENTENCES["from_day"])])
    until_on = OfficeDate("sampai", [Filled("Isi tanggal akhir.")])
    process_size = IntegerField("Sampel berkas berjalan (proses)", SIZES, default=5)
    product_size = IntegerField("Sampel berkas selesai (produk)", SIZES, default=5)
    process_questions = TextAreaField("Pertanyaan proses", [AtMost(LONGEST)])
    product_questions = TextAreaField("Pertanyaan produk", [AtMost(LONGEST)])
    seen = IntegerField(default=0, widget=HiddenInput())

    @property
    def plan(self) -> Plan:
        """What was typed; one question a line."""
        held: dict[str, Any] = {
            name: self[name].data for name in ("services", "process_size", "product_size", "purpose")
        }
        held |= {name: self[name].data.isoformat() for name in ("on_date", "from_on", "until_on")}
        held |= {name: (self[name].data or "").splitlines() for name in ("process_questions", "product_questions")}
        return Plan(**held)


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


class AnswerForm(Form):
    answer = TextAreaField("Jawaban", [AtMost(1000)])
    action = TextAreaField("Tindakan", [AtMost(1000)])
    due_on = OfficeDate("Batas tindakan", [Filled(SENTENCES["action_due"])], future=True)


class EndForm(Form):
    note = TextAreaField("Kesimpulan", [AtMost(1000)])
    pin = PasswordField("PIN Anda", [AtMost(6)])


pages = Blueprint("checks", __name__, url_prefix="/pemeriksaan")
KINDS = {"planned": "idle", "judging": "wait", "answering": "sent", "closed": "good", "cancelled": "idle"}
WEIGHTS = {"light": "wait", "moderate": "warn", "heavy": "warn", "conforms": "good", "not_applicable": "idle"}
USUAL_SPAN = timedelta(days=90)
"""How far back finished cases are proposed."""


def words() -> dict[str, Any]:
    known = {"states": queries.STATES, "kinds": KINDS, "parts": queries.PARTS, "verdicts": queries.VERDICTS}
    return {**known, "weights": WEIGHTS, "names": person_names(current_db())}


@pages.get("")
@needs_permission("check.view")
def list_checks() -> ResponseReturnValue:
    part = asked_slice([(one, json.loads(one.services)) for one in queries.list_checks(current_db())])
    names = queries.services_to_check(current_db(), current_date())
    return show_page("quality/checks/checks.html", part=part, services=names, **words())


# -- plan ----------------------------------------------------------------------------------------------------------


def plan_form(**options: Any) -> PlanForm:
    form = PlanForm(**options)
    form["services"].choices = to_choices(queries.services_to_check(current_db(), current_date()).items())
    return form


def proposed_form() -> PlanForm:
    """Every service in force, the last three months, and the questions that their standards give."""
    definitions, today = services_in_force(current_db(), current_date()), current_date()
    process, product = queries.proposed_questions(definitions)
    held = {
        "on_date": today,
        "services": [one.id for one in definitions],
        "from_on": today - USUAL_SPAN,
        "until_on": today,
        "process_questions": "\n".join(process),
        "product_questions": "\n".join(product),
    }
    return plan_form(formdata=None, data=held)


def draw_plan(form: PlanForm, check_id: int | None = None, status: int = 200) -> ResponseReturnValue:
    check = queries.load_check(current_db(), check_id) if check_id is not None else None
    form.seen.raw_data, form.seen.data = None, queries.newest_check(current_db())
    return show_page("quality/checks/plan.html", status=status, form=form, check=check, most=MOST_QUESTIONS)


def find_checks(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: checks by what was typed of their number."""
    return [name_check(row, text) for row in queries.find_checks(db, text, MOST_OF_A_KIND)]


def name_check(row: Any, text: str) -> Found:
    address = url_for("checks.show_check", check_id=row.id)
    return Found(f"Pemeriksaan {row.number}", queries.STATES[row.state], address, exact=row.number == text.upper())


@pages.get("/baru")
@needs_permission("check.make")
def new_check() -> ResponseReturnValue:
    return draw_plan(proposed_form())


@pages.post("/baru")
@needs_permission("check.make")
def plan_check() -> ResponseReturnValue:
    form = plan_form()
    return run_command(
        lambda: service.plan_check(
            current_journal(), current_actor(), plan=form.plan, seen=form.seen.data, now=current_time()
        ),
        lambda _: draw_plan(form, status=422),
        lambda made: redirect_to(url_for("checks.show_check", check_id=made), "Pemeriksaan direncanakan."),
        form=form,
    )


@pages.get("/<int:check_id>/ubah")
@needs_permission("check.make")
def edit_plan(check_id: int) -> ResponseReturnValue:
    check = queries.load_check(current_db(), check_id)
    form = plan_form(formdata=None, obj=check)
    form["services"].data = json.loads(check.services)
    for part in queries.PARTS:
        form[f"{part}_questions"].data = "\n".join(queries.questions_of(check, part))
    for name in ("on_date", "from_on", "until_on"):
        form[name].data = current_date().fromisoformat(getattr(check, name))
    return draw_plan(form, check_id)


@pages.post("/<int:check_id>/ubah")
@needs_permission("check.make")
def change_plan(check_id: int) -> ResponseReturnValue:
    form = plan_form()
    return run_command(
        lambda: service.change_plan(
            current_journal(), current_actor(), check_id=check_id, plan=form.plan, now=current_time()
        ),
        lambda _: draw_plan(form, check_id, 422),
        url_for("checks.show_check", check_id=check_id),
        "Rencana diubah.",
        form=form,
    )


# -- one check -----------------------------------------------------------------------------------------------------


@pages.get("/<int:check_id>")
@needs_permission("check.view")
def show_check(check_id: int) -> ResponseReturnValue:
    return draw_check(check_id)


def draw_check(
    check_id: int, status: int = 200, problem: Problem | None = None, form: Form | None = None, number: int = 0
) -> ResponseReturnValue:
    """The page of a check; a refused form comes back, `number` is the finding whose it is."""
    db, actor = current_db(), current_actor()
    check = queries.load_check(db, check_id)
    facts = service.check_facts(db, check, actor, current_date())
    can = {name: may_move(actor, move) and can_move(move, check.state, facts) for name, move in service.MOVES.items()}
    findings, sample, faults = (
        queries.findings_of(db, check),
        queries.sampled_cases(db, check_id),
        queries.faults_of(db, check_id),
    )
    sound = [
        one for one in sample if one.judged and (one.part, one.ordinal) not in {(f.part, f.ordinal) for f in faults}
    ]
    return show_page(
        "quality/checks/check.html",
        status=status,
        check=check,
        chosen=json.loads(check.services),
        services=queries.services_to_check(db, current_date()),
        questions={part: queries.questions_of(check, part) for part in queries.PARTS},
        sample=sample,
        sound=sound,
        faulty=[one for one in sample if one not in sound],
        faults=faults,
        findings=findings,
        answerable={one.row.number for one in findings if can["answer"] and queries.may_answer(actor, one.row)},
        sizes={part: len(queries.population_of(check, part)) for part in queries.PARTS},
        reproduced=bool(check.seed) and queries.is_reproduced(db, check),
        can=can,
        problem=problem,
        wrong=number,
        answer_form=form if isinstance(form, AnswerForm) else AnswerForm(formdata=None),
        end_form=form if isinstance(form, EndForm) else EndForm(formdata=None),
        **words(),
    )


def change_check(
    check_id: int,
    command: Callable[..., Any],
    toast: str,
    form: Form | None = None,
    *,
    pin: bool = False,
    **values: Any,
) -> ResponseReturnValue:
    number = values.get("number", 0)
    return run_command(
        lambda: command(current_journal(), current_actor(), check_id=check_id, now=current_time(), **values),
        lambda problem: draw_check(check_id, 422, problem, form, number),
        url_for("checks.show_check", check_id=check_id),
        toast,
        form=form,
        pin=pin,
    )


@pages.post("/<int:check_id>/sampel")
@needs_permission("check.make")
def draw_sample(check_id: int) -> ResponseReturnValue:
    return change_check(check_id, service.draw_cases, "Sampel ditarik. Periksa satu per satu.")


@pages.post("/<int:check_id>/kirim")
@needs_permission("check.make")
def send_findings(check_id: int) -> ResponseReturnValue:
    return change_check(check_id, service.send_findings, "Temuan dikirim untuk dijawab.")


@pages.post("/<int:check_id>/temuan/<int:number>/jawab")
@needs_permission("check.answer")
def answer_finding(check_id: int, number: int) -> ResponseReturnValue:
    form = AnswerForm()
    said: dict[str, Any] = {
        "answer": form.answer.data or "",
        "action": form.action.data or "",
        "due_on": form.due_on.data,
    }
    return change_check(check_id, service.answer_finding, "Jawaban disimpan.", form, number=number, **said)


@pages.post("/<int:check_id>/temuan/<int:number>/kembalikan")
@needs_permission("check.close")
def return_answer(check_id: int, number: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return change_check(check_id, service.return_answer, "Jawaban dikembalikan.", number=number, reason=reason)


@pages.post("/<int:check_id>/temuan/<int:number>/ltpp")
@needs_permission("check.make", "check.answer")
def report_finding(check_id: int, number: int) -> ResponseReturnValue:
    return run_command(
        lambda: service.report_finding(
            current_journal(), current_actor(), check_id=check_id, number=number, now=current_time()
        ),
        lambda problem: draw_check(check_id, 422, problem),
        lambda made: redirect_to(url_for("capa.show_report", capa_id=made), "LTPP dibuka dari temuan ini."),
    )


@pages.post("/<int:check_id>/tutup")
@needs_permission("check.close")
def close_check(check_id: int) -> ResponseReturnValue:
    form = EndForm()
    return change_check(
        check_id, service.close_check, "Pemeriksaan ditutup.", form, pin=True, note=form.note.data or ""
    )


@pages.post("/<int:check_id>/batal")
@needs_permission("check.make")
def cancel_check(check_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return change_check(check_id, service.cancel_check, "Pemeriksaan dibatalkan.", reason=reason)


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
    one = queries.find_sampled(db, check_id, part, ordinal)
    judge = service.MOVES["judge"]
    return show_page(
        "quality/checks/sampled.html",
        status=status,
        check=check,
        one=one,
        questions=queries.questions_of(check, part),
        given=queries.verdicts_of(db, check_id, part, ordinal),
        form=form,
        can_judge=may_move(current_actor(), judge) and can_move(judge, check.state),
        **words(),
    )


@pages.post("/<int:check_id>/<part>/<int:ordinal>")
@needs_permission("check.make")
def judge_case(check_id: int, part: str, ordinal: int) -> ResponseReturnValue:
    check_found(part if part in queries.PARTS else None, "Sampel itu")
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
    waiting = (one for one in queries.sampled_cases(current_db(), check_id) if not one.judged)
    one = next(waiting, None)
    if one is None:
        return url_for("checks.show_check", check_id=check_id)
    return url_for("checks.show_sampled", check_id=check_id, part=one.part, ordinal=one.ordinal)
