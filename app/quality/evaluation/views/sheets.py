"""The audit sheet of a unit, and follow-ups."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.problems import Problem
from app.platform.office.moves import can_move, may_move
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.quality.evaluation import queries, sheets, transitions
from app.quality.evaluation.views.cycles import change_cycle, draw_cycle, page_words
from app.quality.evaluation.views.forms import form_values, run_change, staff_choices, typed_date, typed_text
from schema.body_limits import SMALL, takes_body

pages = Blueprint("evaluation_sheets", __name__, url_prefix="/monev")
ADDED = "Tindak lanjut ditambahkan."
ROW_FIELDS = ("question", "evidence", "finding", "weight", "recommendation")


@pages.get("/lembar/<int:sheet_id>")
@needs_permission("evaluation.view")
def show_sheet(sheet_id: int) -> ResponseReturnValue:
    return draw_sheet(sheet_id)


def draw_sheet(
    sheet_id: int, problem: Problem | None = None, refused: str = "", ordinal: int = 0
) -> ResponseReturnValue:
    """The sheet of a unit; `refused` names the form that comes back, `ordinal` its row."""
    db, actor = current_db(), current_actor()
    sheet = transitions.load_sheet(db, sheet_id)
    cycle, facts = transitions.load_cycle(db, sheet.cycle_id), transitions.sheet_facts(db, sheet, actor)
    period = queries.cycle_period(cycle)
    can = {
        name: may_move(actor, move) and can_move(move, sheet.state, facts)
        for name, move in transitions.SHEET_MOVES.items()
    }
    return show_page(
        "quality/evaluation/sheet.html",
        sheet=sheet,
        cycle=cycle,
        rows=queries.sheet_rows(db, sheet, period, current_date()),
        follow_ups=[one for one in queries.follow_ups_of(db, cycle.id) if one.unit == sheet.unit],
        capas=queries.capas_of(db, period),
        can=can,
        can_follow=can_move(transitions.CYCLE_MOVES["follow"], cycle.state)
        and may_move(actor, transitions.CYCLE_MOVES["follow"])
        and ("in_team" in facts or "own_unit" in facts),
        staff=staff_choices(),
        waits=transitions.waiting_words(sheet, actor),
        refused=refused,
        ordinal=ordinal,
        **form_values(problem),
        **page_words(),
    )


def change_sheet(sheet_id: int, command: Any, toast: str, refused: str = "", **values: Any) -> ResponseReturnValue:
    redraw = partial(draw_sheet, sheet_id, refused=refused, ordinal=values.get("ordinal", 0))
    there = url_for("evaluation_sheets.show_sheet", sheet_id=sheet_id)
    return run_change(command, redraw, there, toast, sheet_id=sheet_id, **values)


@pages.post("/lembar/<int:sheet_id>/baris/<int:ordinal>")
@needs_permission("evaluation.assess")
def assess_row(sheet_id: int, ordinal: int) -> ResponseReturnValue:
    assessment = sheets.Assessment(**{name: typed_text(name) for name in ROW_FIELDS})
    values = {"ordinal": ordinal, "assessment": assessment}
    return change_sheet(sheet_id, sheets.assess_row, "Penilaian disimpan.", "row", **values)


@pages.post("/lembar/<int:sheet_id>/kirim")
@needs_permission("evaluation.assess")
def send_sheet(sheet_id: int) -> ResponseReturnValue:
    return change_sheet(sheet_id, sheets.send_sheet, "Lembar dikirim ke unitnya.", "send")


@pages.post("/lembar/<int:sheet_id>/jawab")
@needs_permission("evaluation.answer")
@takes_body(10 * SMALL)
def answer_sheet(sheet_id: int) -> ResponseReturnValue:
    responses = {
        int(number): text
        for name, text in request.form.items()
        if name.startswith("response-") and (number := name.removeprefix("response-")).isdecimal() and len(number) < 9
    }
    said = {name: typed_text(name) for name in ("activities", "obstacles")}
    return change_sheet(sheet_id, sheets.answer_sheet, "Jawaban unit disimpan.", "answer", responses=responses, **said)


@pages.post("/lembar/<int:sheet_id>/kembali")
@needs_permission("evaluation.assess")
def return_sheet(sheet_id: int) -> ResponseReturnValue:
    return change_sheet(sheet_id, sheets.return_sheet, "Lembar dibuka lagi.", "return", reason=typed_text("reason"))


@pages.post("/lembar/<int:sheet_id>/tutup")
@needs_permission("evaluation.assess")
def close_sheet(sheet_id: int) -> ResponseReturnValue:
    return change_sheet(sheet_id, sheets.close_sheet, "Lembar ditutup.", "close")


@pages.post("/lembar/<int:sheet_id>/cetak")
@needs_permission("evaluation.view")
def print_sheet(sheet_id: int) -> Response:
    from app.quality.evaluation import papers

    data = papers.sheet_paper(current_db(), sheet_id, current_actor(), current_time())
    return printed_answer("audit_sheet", data, f"audit_sheet/{sheet_id}", f"lembar-audit-{sheet_id}.pdf")


# -- follow-ups ------------------------------------------------------------------------------------------------------


@pages.post("/<int:cycle_id>/tindak-lanjut")
@needs_permission("evaluation.assess", "evaluation.answer")
def add_follow_up(cycle_id: int) -> ResponseReturnValue:
    words = {name: typed_text(name) for name in ("unit", "what", "level", "person", "indicator")}
    new = sheets.NewFollowUp(due_on=typed_date("due_on"), **words)
    if not (sheet_id := request.args.get("lembar", "")).isdecimal() or len(sheet_id) > 9:
        return change_cycle(cycle_id, sheets.add_follow_up, ADDED, "follow", new=new)
    there, redraw = int(sheet_id), partial(draw_sheet, int(sheet_id), refused="follow")
    address = url_for("evaluation_sheets.show_sheet", sheet_id=there)
    return run_change(sheets.add_follow_up, redraw, address, ADDED, cycle_id=cycle_id, new=new)


def change_follow_up(follow_up_id: int, command: Any, toast: str, **values: Any) -> ResponseReturnValue:
    cycle_id = transitions.load_follow_up(current_db(), follow_up_id).cycle_id
    redraw = partial(draw_cycle, cycle_id, refused=f"follow-up-{follow_up_id}")
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id) + f"#follow-up-{follow_up_id}"
    return run_change(command, redraw, there, toast, follow_up_id=follow_up_id, **values)


@pages.post("/tindak-lanjut/<int:follow_up_id>/selesai")
@needs_permission("evaluation.view")
def complete_follow_up(follow_up_id: int) -> ResponseReturnValue:
    toast, note = "Dinyatakan selesai. Tim memeriksanya.", typed_text("note")
    return change_follow_up(follow_up_id, sheets.complete_follow_up, toast, note=note)


@pages.post("/tindak-lanjut/<int:follow_up_id>/periksa")
@needs_permission("evaluation.assess")
def judge_follow_up(follow_up_id: int) -> ResponseReturnValue:
    said = {"accepted": typed_text("hasil") == "ya", "note": typed_text("note")}
    return change_follow_up(follow_up_id, sheets.judge_follow_up, "Pemeriksaan dicatat.", **said)


@pages.post("/tindak-lanjut/<int:follow_up_id>/lanjutkan")
@needs_permission("evaluation.assess")
def carry_follow_up(follow_up_id: int) -> ResponseReturnValue:
    toast, reason = "Dilanjutkan ke siklus berikutnya.", typed_text("reason")
    return change_follow_up(follow_up_id, sheets.carry_follow_up, toast, reason=reason)
