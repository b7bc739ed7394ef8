"""The audit sheet of a unit, and follow-ups."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.platform.office.moves import possible_moves
from app.platform.web.commands import NOT_REFUSED, Command, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.quality.evaluation import queries, sheets, transitions
from app.quality.evaluation.views.cycles import draw_cycle, page_words, show_cycle
from app.quality.evaluation.views.forms import Draw, form_values, run_change, staff_choices, typed_text
from schema.body_limits import SMALL, takes_body

pages = Blueprint("evaluation_sheets", __name__, url_prefix="/monev")
ADDED = "Tindak lanjut ditambahkan."


@pages.get("/lembar/<int:sheet_id>")
@needs_permission("evaluation.view")
def show_sheet(sheet_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The sheet of a unit; a refused form comes back, that of an assessment at its row."""
    db = current_db()
    actor = current_actor()
    sheet = transitions.load_sheet(db, sheet_id)
    cycle = transitions.load_cycle(db, sheet.cycle_id)
    facts = transitions.sheet_facts(db, sheet, actor)
    period = queries.cycle_period(cycle)
    follow = possible_moves(transitions.CYCLE_MOVES, actor, cycle.state)["follow"]
    return show_page(
        "quality/evaluation/sheet.html",
        sheet=sheet,
        cycle=cycle,
        rows=queries.sheet_rows(db, sheet, period, current_date()),
        follow_ups=[row for row in queries.follow_ups_of(db, cycle.id) if row.unit == sheet.unit],
        capas=queries.capas_of(db, period),
        can=possible_moves(transitions.SHEET_MOVES, actor, sheet.state, facts),
        can_follow=follow and ("in_team" in facts or "own_unit" in facts),
        staff=staff_choices(),
        waits=transitions.waiting_words(sheet, actor),
        ordinal=refused.place.get("ordinal", 0),
        **form_values(status, refused),
        **page_words(),
    )


SHEET = "/lembar/<int:sheet_id>"
add_command(pages, f"{SHEET}/baris/<int:ordinal>", sheets.assess_row, show_sheet, "Penilaian disimpan.")
add_command(pages, f"{SHEET}/kirim", sheets.send_sheet, show_sheet, "Lembar dikirim ke unitnya.")
add_command(pages, f"{SHEET}/kembali", sheets.return_sheet, show_sheet, "Lembar dibuka lagi.")
add_command(pages, f"{SHEET}/tutup", sheets.close_sheet, show_sheet, "Lembar ditutup.")


@pages.post("/lembar/<int:sheet_id>/jawab")
@needs_permission("evaluation.answer")
@takes_body(10 * SMALL)
def answer_sheet(sheet_id: int) -> ResponseReturnValue:
    responses = {
        int(number): text
        for name, text in request.form.items()
        if name.startswith("response-") and (number := name.removeprefix("response-")).isdecimal() and len(number) < 9
    }
    said: dict[str, Any] = {name: typed_text(name) for name in ("activities", "obstacles")}
    there = url_for("evaluation_sheets.show_sheet", sheet_id=sheet_id)
    redraw = partial(show_sheet, sheet_id)
    said |= {"sheet_id": sheet_id, "responses": responses}
    return run_change(sheets.answer_sheet, redraw, there, "Jawaban unit disimpan.", **said)


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
    """A follow-up, from the page of the cycle or from that of a sheet (`lembar` in the address)."""
    sheet_id = request.args.get("lembar", "")
    form = form_of(sheets.add_follow_up)()
    redraw: Draw = partial(show_cycle, cycle_id)
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id)
    if sheet_id.isdecimal() and len(sheet_id) < 10:
        redraw = partial(show_sheet, int(sheet_id))
        there = url_for("evaluation_sheets.show_sheet", sheet_id=int(sheet_id))
    return run_change(sheets.add_follow_up, redraw, there, ADDED, form=form, cycle_id=cycle_id)


def change_follow_up(follow_up_id: int, command: Command, toast: str) -> ResponseReturnValue:
    cycle_id = transitions.load_follow_up(current_db(), follow_up_id).cycle_id
    there = url_for("evaluation.show_cycle", cycle_id=cycle_id) + f"#follow-up-{follow_up_id}"
    form = form_of(command)()
    redraw = partial(draw_cycle, cycle_id)
    return run_change(command, redraw, there, toast, form=form, follow_up_id=follow_up_id)


@pages.post("/tindak-lanjut/<int:follow_up_id>/selesai")
@needs_permission("evaluation.view")
def complete_follow_up(follow_up_id: int) -> ResponseReturnValue:
    return change_follow_up(follow_up_id, sheets.complete_follow_up, "Dinyatakan selesai. Tim memeriksanya.")


@pages.post("/tindak-lanjut/<int:follow_up_id>/periksa")
@needs_permission("evaluation.assess")
def judge_follow_up(follow_up_id: int) -> ResponseReturnValue:
    return change_follow_up(follow_up_id, sheets.judge_follow_up, "Pemeriksaan dicatat.")


@pages.post("/tindak-lanjut/<int:follow_up_id>/lanjutkan")
@needs_permission("evaluation.assess")
def carry_follow_up(follow_up_id: int) -> ResponseReturnValue:
    return change_follow_up(follow_up_id, sheets.carry_follow_up, "Dilanjutkan ke siklus berikutnya.")
