"""Cycles of monitoring and evaluation: list, plan, the page of one, its report, evaluation and supervision."""

from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.periods import Period, periods_of_year
from app.core.permissions import Actor, may
from app.core.problems import Problem, ValueProblem
from app.platform.files.queries import files_of
from app.platform.files.service import SCAN
from app.platform.office.moves import may_move, possible_moves
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    MOST_OF_A_KIND,
    FileOwner,
    Found,
    current_actor,
    current_date,
    current_db,
    current_time,
)
from app.platform.web.forms import asked_slice, redirect_to, show_page
from app.platform.web.guard import needs_permission
from app.quality.evaluation import queries, service, transitions
from app.quality.evaluation.transitions import signs_now
from app.quality.evaluation.views.forms import SIGNED, form_values, run_change, staff_choices, typed_date, typed_text
from app.quality.indicators.queries import LOOKS, STATES, Target, achievement, achievements, load_targets
from app.quality.indicators.service import NewTarget
from app.quality.indicators.views.dashboard import read_period
from app.quality.indicators.wording import target_words, value_words
from schema.body_limits import SMALL, takes_body
from schema.database import Database
from schema.evaluation import load_principles

pages = Blueprint("evaluation", __name__, url_prefix="/monev")
MOST_FILES = 4
MOST_BYTES = SCAN.max_kb * 1000
KINDS = {
    "running": "wait",
    "drafted": "wait",
    "reported": "sent",
    "evaluated": "back",
    "closed": "good",
    "withdrawn": "idle",
    "open": "wait",
    "sent": "sent",
    "answered": "back",
    "done": "sent",
    "checked": "good",
    "carried": "idle",
    "conform": "good",
    "observation": "wait",
    "minor": "warn",
    "major": "warn",
}
"""How a state or weight looks."""


def page_words() -> dict[str, Any]:
    db = current_db()
    return {
        "names": people.person_names(db),
        "unit_label": lambda unit: queries.unit_label(db, unit),
        "looks": KINDS | dict(LOOKS),
        "cycle_states": transitions.CYCLE_STATES,
        "sheet_states": transitions.SHEET_STATES,
        "follow_up_states": transitions.FOLLOW_UP_STATES,
        "weights": transitions.WEIGHTS,
        "states": STATES,
        "kinds": service.KINDS,
        "rules": queries.evaluation_rules(db),
        "period_label": lambda code: Period.parse(code).label,
        "late": lambda row: transitions.is_late(row, current_time()),
    }


@pages.get("")
@needs_permission("evaluation.view")
def list_cycles() -> ResponseReturnValue:
    db = current_db()
    carried = queries.carried_follow_ups(db)
    return show_page(
        "quality/evaluation/cycles.html", part=asked_slice(queries.list_cycles(db)), carried=carried, **page_words()
    )


def asked_year(today: date) -> int:
    """The year of the address or the form; nonsense asks for the running one."""
    try:
        return Period.parse(request.values.get("tahun", "")).year
    except ValueProblem:
        return today.year


def find_cycles(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: cycles by what was typed of their number."""
    return [name_cycle(row, text) for row in queries.find_cycles(db, text, MOST_OF_A_KIND)]


def name_cycle(row: Any, text: str) -> Found:
    address = url_for("evaluation.show_cycle", cycle_id=row.id)
    return Found(f"Monev {row.number}", transitions.CYCLE_STATES[row.state], address, exact=row.number == text.upper())


@pages.get("/baru")
@needs_permission("evaluation.assess")
def new_cycle(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    year = asked_year(today)
    periods = [
        period
        for kind in ("year", "semester", "quarter", "month")
        for period in periods_of_year(kind, year)
        if period.start <= today
    ]
    rules = queries.evaluation_rules(db)
    members = {
        role: [person for person in people.list_people(db, active=True) if role in person.roles] for role in rules.team
    }
    aimed = queries.aimed_achievements(db, Period("year", year), today)
    chosen = None
    if refused.command:
        chosen = request.form.getlist("components")
    return show_page(
        "quality/evaluation/plan.html",
        periods=[(period.code, period.label) for period in periods],
        year=year,
        members=members,
        components=list(dict.fromkeys(row.indicator.component for row in aimed)),
        chosen=chosen,
        label=people.profile_of(db).label,
        today=today,
        **form_values(status, refused),
        **page_words(),
    )


@pages.post("/baru")
@needs_permission("evaluation.assess")
def plan_cycle() -> ResponseReturnValue:
    team = {role: request.form.getlist(f"team-{role}") for role in queries.evaluation_rules(current_db()).team}
    plan = service.Plan(
        typed_text("period"),
        typed_date("from_on"),
        typed_date("until_on"),
        team,
        typed_text("kind") or "routine",
        typed_text("reason"),
        request.form.getlist("components"),
    )
    return run_change(
        service.plan_cycle,
        new_cycle,
        lambda made: redirect_to(
            url_for("evaluation.show_cycle", cycle_id=made), "Siklus dibuka, lembarnya siap diisi."
        ),
        plan=plan,
    )


@pages.get("/<int:cycle_id>")
@needs_permission("evaluation.view")
def show_cycle(cycle_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return draw_cycle(cycle_id, status, refused)


def draw_cycle(cycle_id: int, status: int, refused: Refused) -> ResponseReturnValue:
    """The page of a cycle, for its own forms and for those of its follow-ups."""
    db = current_db()
    actor = current_actor()
    cycle = transitions.load_cycle(db, cycle_id)
    facts = transitions.cycle_facts(db, cycle, actor)
    subject = f"evaluation/{cycle_id}"
    can = possible_moves(transitions.CYCLE_MOVES, actor, cycle.state, facts)
    sheets = queries.sheets_of(db, cycle_id)
    writes = "in_team" in facts
    return show_page(
        "quality/evaluation/cycle.html",
        cycle=cycle,
        team=queries.team_of(cycle),
        sheets=sheets,
        follow_ups=[(row, possible_follow_up(row)) for row in queries.follow_ups_of(db, cycle_id)],
        own_units=[sheet.unit for sheet in sheets if writes or transitions.heads_unit(actor, sheet.unit)],
        supervisions=[
            (supervision, files_of(db, f"supervision/{supervision.id}"))
            for supervision in queries.supervisions_of(db, cycle_id)
        ],
        signatures=queries.signatures_of(db, subject),
        mine=cycle.state == "drafted" and signs_now(db, subject, actor, current_date()),
        can=can,
        may_close=may_move(actor, transitions.CYCLE_MOVES["close"]),
        staff=staff_choices(),
        label=people.profile_of(db).label,
        asked_of=refused.place.get("follow_up_id"),
        today=current_date(),
        **form_values(status, refused),
        **page_words(),
    )


def possible_follow_up(row: Any) -> set[str]:
    """What this person may do about a follow-up now."""
    facts = transitions.follow_up_facts(current_db(), row, current_actor())
    can = possible_moves(transitions.FOLLOW_UP_MOVES, current_actor(), row.state, facts)
    return {name for name, possible in can.items() if possible}


@pages.post("/<int:cycle_id>/pembinaan")
@needs_permission("evaluation.assess")
@takes_body(MOST_FILES * MOST_BYTES + SMALL)
def supervise_cycle(cycle_id: int) -> ResponseReturnValue:
    files = [
        (upload.read(MOST_BYTES + 1), upload.filename)
        for upload in request.files.getlist("files")[:MOST_FILES]
        if upload.filename
    ]
    redraw = partial(show_cycle, cycle_id)
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id)
    command = service.supervise_cycle
    form = form_of(service.supervise_cycle)()
    return run_change(command, redraw, there, "Pembinaan dicatat.", form=form, cycle_id=cycle_id, files=files)


CYCLE = "/<int:cycle_id>"
add_command(pages, f"{CYCLE}/batal", service.withdraw_cycle, show_cycle, "Siklus dibatalkan.")
add_command(pages, f"{CYCLE}/laporan/kembali", service.reject_report, show_cycle, "Laporan dibuka lagi.")
add_command(pages, f"{CYCLE}/laporan/tanda-tangan", service.sign_report, show_cycle, SIGNED, pin=True)
add_command(pages, f"{CYCLE}/tutup", service.close_cycle, show_cycle, "Siklus ditutup.", pin=True)


# -- report ----------------------------------------------------------------------------------------------------------


@pages.get("/<int:cycle_id>/laporan")
@needs_permission("evaluation.assess")
def edit_report(cycle_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    cycle = transitions.load_cycle(current_db(), cycle_id)
    if refused is NOT_REFUSED and cycle.state not in transitions.CYCLE_MOVES["draft"].steps:
        return redirect_to(url_for("evaluation.show_cycle", cycle_id=cycle_id))
    return show_page(
        "quality/evaluation/report.html",
        cycle=cycle,
        sheets=queries.sheets_of(current_db(), cycle_id),
        principles=queries.kept_principles(current_db(), cycle),
        texts=service.REPORT_TEXTS,
        **form_values(status, refused),
        **page_words(),
    )


@pages.post("/<int:cycle_id>/laporan")
@needs_permission("evaluation.assess")
def draft_report(cycle_id: int) -> ResponseReturnValue:
    kept = [typed_text(f"principle-{n}") for n in range(1, len(load_principles()) + 1)]
    report = service.Report(typed_text("results"), typed_text("obstacles"), typed_text("recommendations"), kept)
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id)
    toast = "Laporan disusun. Menunggu tanda tangan tim."
    redraw = partial(edit_report, cycle_id)
    return run_change(service.draft_report, redraw, there, toast, cycle_id=cycle_id, report=report)


# -- evaluation ------------------------------------------------------------------------------------------------------


@pages.get("/<int:cycle_id>/evaluasi")
@needs_permission("evaluation.evaluate")
def evaluation_form(cycle_id: int) -> ResponseReturnValue:
    return draw_evaluation(cycle_id)


def typable_words(target: Target | None) -> str:
    """A target as its field shows it."""
    from schema.indicator_values import format_value

    if target is None:
        return ""
    return format_value(target.value)


def draw_evaluation(cycle_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """What the team found of every indicator, and the next year's target of each."""
    db = current_db()
    cycle = transitions.load_cycle(db, cycle_id)
    if refused is NOT_REFUSED and cycle.state not in transitions.CYCLE_MOVES["evaluate"].steps:
        return redirect_to(url_for("evaluation.show_cycle", cycle_id=cycle_id))
    period = queries.cycle_period(cycle)
    known = {figure.key: figure for figure in achievements(db, period, current_date())}
    coming = load_targets(db, period.year + 1)
    rows = [
        (row, known[row.indicator], coming.get(row.indicator) or known[row.indicator].target)
        for sheet in queries.sheets_of(db, cycle_id)
        for row in queries.rows_of_sheet(db, sheet.id)
        if row.indicator in known
    ]
    return show_page(
        "quality/evaluation/evaluate.html",
        cycle=cycle,
        year=period.year + 1,
        rows=rows,
        capas=queries.capas_of(db, period),
        typable=typable_words,
        target_words=target_words,
        value_words=value_words,
        **form_values(status, refused),
        **page_words(),
    )


@pages.post("/<int:cycle_id>/evaluasi")
@needs_permission("evaluation.evaluate")
@takes_body(10 * SMALL)
def evaluate_cycle(cycle_id: int) -> ResponseReturnValue:
    keys = [name.removeprefix("target-") for name in request.form if name.startswith("target-")]
    targets = [
        NewTarget(key, typed_text(f"target-{key}"), typed_text(f"reason-{key}"))
        for key in keys
        if typed_text(f"target-{key}")
    ]
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id)
    toast = "Evaluasi dan target tahun depan tersimpan."
    redraw = partial(draw_evaluation, cycle_id)
    text = typed_text("evaluation")
    return run_change(
        service.evaluate_cycle, redraw, there, toast, pin=True, cycle_id=cycle_id, text=text, targets=targets
    )


@pages.get("/ltpp")
@needs_permission("capa.open")
def offer_capa() -> ResponseReturnValue:
    """What the LTPP of a missed indicator will say, and the button that opens it."""
    key = request.args.get("sasaran", "")
    period = read_period(request.args.get("periode", ""))
    if (known := queries.find_capa(current_db(), key, period)) is not None:
        return show_capa(known)
    figure = achievement(current_db(), key, period, current_date())
    return show_page("quality/evaluation/capa.html", one=figure, said=service.missed_words(figure), **page_words())


@pages.post("/ltpp")
@needs_permission("capa.open")
def open_capa() -> ResponseReturnValue:
    """The LTPP of an indicator that was not reached; pressed again it leads to the one there is."""
    period = read_period(typed_text("periode"))
    return run_change(service.open_capa, refuse_capa, show_capa, key=typed_text("sasaran"), period=period)


def refuse_capa(status: int, refused: Refused) -> ResponseReturnValue:
    raise refused.problem or Problem.of("not_found", what="LTPP itu")


def show_capa(capa_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("capa.show_report", capa_id=capa_id), "LTPP sasaran ini. Isi sebab dan tindakannya.")


@pages.post("/<int:cycle_id>/cetak")
@needs_permission("evaluation.view")
def print_report(cycle_id: int) -> Response:
    from app.quality.evaluation import papers

    data = papers.report_paper(current_db(), cycle_id, current_actor(), current_time())
    return printed_answer("evaluation_report", data, f"evaluation/{cycle_id}", f"monev-{cycle_id}.pdf")


def can_see_supervision(_db: Database, actor: Actor, _supervision_id: int, _now: datetime) -> bool:
    return may(actor, "evaluation.view")


def capa_link(db: Database, actor: Actor, key: str, period: Period) -> tuple[str, str] | None:
    """The LTPP of an indicator for its own page, or where it is opened while the period was missed."""
    if (known := queries.find_capa(db, key, period)) is not None:
        return "LTPP sasaran ini", url_for("capa.show_report", capa_id=known)
    if not may(actor, "capa.open") or achievement(db, key, period, current_date()).state != "missed":
        return None
    return "Buka LTPP", url_for("evaluation.offer_capa", sasaran=key, periode=period.code)


def supervision_page(db: Database, supervision_id: int) -> tuple[str, str]:
    """What the files of a supervision belong to, and where that is."""
    row = transitions.load_supervision(db, supervision_id)
    return f"Pembinaan {row.post}", url_for("evaluation.show_cycle", cycle_id=row.cycle_id)


FILES = FileOwner(can_see=can_see_supervision, page=supervision_page, rights=("evaluation.view", ""))
"""What pages of files know of those of a supervision."""
