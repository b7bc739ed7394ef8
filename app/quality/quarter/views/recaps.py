"""Rekap triwulan: the list of quarters and one recap with its figures, states, pledges and public version."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from wtforms import PasswordField
from wtforms.validators import Optional

from app.casework.desk.views.lists import draw_due_item
from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.dates import numeric_date
from app.core.permissions import may
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.core.quarters import Quarter
from app.platform.office.moves import can_move, may_move
from app.platform.people import queries as people_queries
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.quality.capa import service as capa_service
from app.quality.quarter import charts, frame, papers, queries, service, shape, wording, year_papers
from app.quality.quarter.figures import Figures
from app.quality.quarter.frame import public_version
from app.quality.quarter.queries import doubtful_words
from app.quality.quarter.tasks import due_items
from app.quality.quarter.transitions import (
    FROZEN,
    MOVES,
    PLEDGE_MOVES,
    PLEDGERS,
    STATES,
    find_recap,
    load_pledge,
    load_recap,
    pledge_facts,
    pledge_state,
    recap_facts,
)
from app.quality.quarter.year_papers import check_year_day
from app.services.complaints import queries as complaints_queries
from app.services.complaints.masks import CleanWords
from app.services.complaints.number_masks import SHOWN
from app.services.complaints.transitions import readable_words
from app.services.complaints.views.book import unjudged_papers
from app.services.complaints.words import TYPES


class ApproveForm(Form):
    pin = PasswordField("PIN persetujuan", [Filled(SENTENCES["pin"]), AtMost(6)])


class PledgeForm(Form):
    what = TextLine("Janji", [Filled("Tulis apa yang dijanjikan."), AtMost(200)])
    who = TextLine("Oleh", [Filled("Tulis siapa yang melakukannya."), AtMost(100)])
    by_on = OfficeDate("Paling lambat", [Filled(SENTENCES["pledge_due"])], future=True)


class LaterPledgeForm(PledgeForm):
    pin = PasswordField("PIN Anda", [Filled(SENTENCES["pin"]), AtMost(6)])


class CorrectForm(PledgeForm):
    reason = TextLine("Mengapa diperbaiki", [Filled(SENTENCES["why_corrected"]), AtMost(200)])


class PostingForm(Form):
    on = OfficeDate("Dipasang tanggal", [Filled("Isi tanggalnya, misalnya 06042026.")])
    until = OfficeDate("Sampai tanggal", [Filled("Isi tanggalnya, misalnya 30062026.")], future=True)
    place = TextLine("Tempat", [Filled("Tulis tempatnya."), AtMost(100)])


class YearForm(Form):
    per = OfficeDate("Keadaan tanggal", [Optional()])


pages = Blueprint("recap", __name__, url_prefix="/rekap")
KINDS = {"draft": "wait", "checked": "sent", "approved": "good", "published": "good"}


@pages.get("")
@needs_permission("recap.view")
def list_recaps(status: int = 200, refused: int = 0, year_form: YearForm | None = None) -> ResponseReturnValue:
    """The list; `refused` is the year whose report could not be made for the day that was typed."""
    known = queries.all_recaps(current_db())
    begun = {one.quarter for one in known}
    todo = [one for one in queries.missing_quarters(current_db(), current_date()) if str(one) not in begun]
    return show_page(
        "quality/quarter/recaps.html",
        status=status,
        refused=refused,
        year_form=year_form,
        year_day=year_form.per._value() if year_form else numeric_date(current_date()),
        recaps=[(one, Quarter.parse(one.quarter)) for one in known],
        todo=todo,
        limits={
            one.values["code"]: draw_due_item(one) for one in due_items(current_db(), current_actor(), current_time())
        },
        running=Quarter.of(current_date()),
        years=sorted({Quarter.parse(one.quarter).year for one in known}, reverse=True),
        states=STATES,
        kinds=KINDS,
        open_pledges=service.unkept_pledges(current_db()),
        may_pledge=may_move(current_actor(), MOVES["pledge"]),
    )


@pages.get("/<code>")
@needs_permission("recap.view")
def show_recap(code: str) -> ResponseReturnValue:
    return draw_recap(asked_quarter(code))


def asked_quarter(code: str) -> Quarter:
    try:
        return Quarter.parse(code)
    except ValueProblem as problem:
        raise Problem.of("not_found", what="Triwulan itu") from problem


def draw_recap(one: Quarter, status: int = 200, **more: Any) -> ResponseReturnValue:
    recap = find_recap(current_db(), one)
    if recap is None:
        return show_page(
            "quality/quarter/recap_none.html",
            status=status,
            quarter=one,
            over=current_date() > one.end,
            problem=more.get("problem"),
        )
    figures, given = service.figures_of_recap(recap), service.pledges_of_quarter(current_db(), one)
    added = {
        later.pledge.id for later in frame.later_pledges(current_db(), recap, frame.frame_of_recap(current_db(), recap))
    }
    values: dict[str, Any] = {
        "quarter": one,
        "recap": recap,
        "figures": figures,
        "lead": wording.digest_sentence(figures),
        "headlines": wording.headlines(figures),
        "targets": wording.targets(figures),
        "unknown": wording.unknown_columns(figures),
        "carried": wording.carried_sentence(figures),
        "marked": mark_removed,
        "states": STATES,
        "kinds": KINDS,
        "names": people_queries.person_names(current_db()),
        "pledges": [one for one in given if one.id not in added],
        "added": [one for one in given if one.id in added],
        "standing": sum(not one.withdrawn_on for one in given),
        "kinds_of_line": TYPES,
        "lacks": service.poster_lacks(current_db(), recap),
        "seen": frame.digest_of_page(current_db(), recap) if recap.state == "checked" else "",
        "history": service.pledge_history(current_db(), [row.id for row in given]),
        "addenda": queries.addenda_of(current_db(), one),
        "postings": queries.postings_of(current_db(), one),
        "pledge_form": new_pledge_form(recap, blank=True),
        "approve_form": ApproveForm(formdata=None),
        "problem": None,
        "typed": {},
        "posting_form": PostingForm(formdata=None, data={"on": current_date(), "place": "Papan pengumuman kantor"}),
        "months": Markup(charts.months_chart(figures.sums.months)),
        "trend": Markup(charts.trend_chart(figures.promises)),
        "capa_states": capa_service.STATES,
        "line_states": shape.STATES,
        "headings": {one.field: one.heading for one in shape.TABLES},
        "late": queries.late_lines_of_recap(current_db(), recap) if recap.state in FROZEN else {},
        "can": allowed_acts(recap),
        "pairs": text_pairs(recap, figures),
        "doubts": [] if recap.state in FROZEN else doubtful_words(current_db(), figures),
        "public": public_version(current_db(), recap),
        "asked": unjudged_papers(f"recap/{one}", f"poster/{one}-a3", f"poster/{one}-f4"),
    }
    return show_page("quality/quarter/recap.html", status=status, **(values | more))


def new_pledge_form(recap: Any, *, blank: bool = False) -> PledgeForm:
    form = LaterPledgeForm if recap.state in FROZEN else PledgeForm
    return form(formdata=None) if blank else form()


def allowed_acts(recap: Any) -> dict[str, bool]:
    """Which moves of the table this person may make now; `print`: the recap is frozen."""
    actor, facts = current_actor(), recap_facts(recap, current_actor())
    can = {name: may_move(actor, move) and can_move(move, recap.state, facts) for name, move in MOVES.items()}
    return can | {"print": recap.state in FROZEN}


def text_pairs(recap: Any, figures: Figures) -> list[tuple[Any, str]]:
    """(public item, the visitor's own words): both versions side by side, until the recap is frozen."""
    if recap.state in FROZEN or not (may(current_actor(), "recap.check") or may(current_actor(), "recap.draft")):
        return []
    items = [*figures.lines, *figures.carried.lines]
    rows = {row.number: row for row in complaints_queries.lines_by_number(current_db(), [one.number for one in items])}
    clean = readable_words(current_db(), current_actor(), list(rows.values()), current_date())
    return [(one, readable_own_words(rows.get(one.number), clean)) for one in items]


def readable_own_words(row: Any, clean: Mapping[int, CleanWords | None]) -> str:
    masked = clean[row.id] if row else None
    return masked.words if masked else row.words if row else ""


_REMOVED = re.compile("|".join(re.escape(one) for one in SHOWN.values()))


def mark_removed(text: str) -> Markup:
    """A public text in which what was taken out stands out, for the eye that reads what is left."""
    return Markup(_REMOVED.sub(lambda found: f"<mark>{found[0]}</mark>", str(escape(text))))


def change_recap(
    code: str, toast: str, command: Callable[..., Any], drawn: str = "", form: Form | None = None, **values: Any
) -> ResponseReturnValue:
    """Run a command on a recap and go back to it; a refused form comes back with the page (`drawn`: its name there).

    A form with a PIN is a decision.
    """
    one = asked_quarter(code)
    return run_command(
        lambda: command(current_journal(), current_actor(), quarter=one, now=current_time(), **values),
        lambda problem: (
            draw_recap(one, 422, **{drawn: form})
            if form
            else draw_recap(one, problem.status, problem=problem, typed=request.form)
        ),
        lambda _: redirect_to(
            url_for("recap.show_recap", code=str(one)) + ANCHORS.get(drawn, ""), toast or approved_toast(one)
        ),
        form=form,
        pin="pin" in (form or ()),
    )


ANCHORS = {"approve_form": "#cetak", "pledge_form": "#janji"}


def approved_toast(one: Quarter) -> str:
    lacks = service.poster_lacks(current_db(), load_recap(current_db(), one))
    return f"Disetujui. Rekap siap dicetak. {lacks or 'Poster siap dicetak.'}"


@pages.post("/<code>/susun")
@needs_permission("recap.draft")
def draft(code: str) -> ResponseReturnValue:
    hide = (
        [line for line in request.form.get("hide", "").splitlines() if line.strip()] if "hide" in request.form else None
    )
    return change_recap(
        code,
        f"Rancangan disusun dari buku. {people_queries.post_words(current_db())['overseer']} memeriksanya.",
        service.draft_recap,
        hide=hide,
        strike=request.form.get("strike", "")[:100],
    )


@pages.post("/<code>/kembalikan")
@needs_permission("recap.check", "recap.approve")
def return_recap(code: str) -> ResponseReturnValue:
    return change_recap(code, "Dikembalikan dengan catatan.", service.return_recap, note=request.form.get("note", ""))


@pages.post("/<code>/periksa")
@needs_permission("recap.check")
def check(code: str) -> ResponseReturnValue:
    return change_recap(
        code,
        f"Diperiksa. {people_queries.post_words(current_db())['chief']} menyetujuinya.",
        service.mark_checked,
        read_public=request.form.get("read_public") == "ya",
    )


@pages.post("/<code>/setujui")
@needs_permission("recap.approve")
def approve(code: str) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    return change_recap(code, "", service.approve_recap, "approve_form", ApproveForm(), seen=seen)


@pages.post("/<code>/janji")
@needs_permission("recap.draft", "recap.check", "recap.approve")
def give_pledge(code: str) -> ResponseReturnValue:
    form = new_pledge_form(load_recap(current_db(), asked_quarter(code)))
    said = {"what": form.what.data, "who": form.who.data, "by_on": form.by_on.data}
    return change_recap(code, "Janji dicatat.", service.give_pledge, "pledge_form", form, **said)


@pages.post("/<code>/adendum")
@needs_permission("recap.draft")
def write_addendum(code: str) -> ResponseReturnValue:
    return change_recap(
        code,
        "Adendum ditulis. Rekapnya sendiri tetap.",
        service.add_addendum,
        text=request.form.get("text", ""),
    )


@pages.post("/<code>/pasang")
@needs_permission("board.post")
def post_recap(code: str) -> ResponseReturnValue:
    form = PostingForm()
    said = {"on": form.on.data, "until": form.until.data, "place": form.place.data}
    return change_recap(code, "Tercatat di papan pengumuman.", service.post_recap, "posting_form", form, **said)


# -- a promise of improvement --------------------------------------------------------------------------------------


@pages.get("/janji/<int:pledge_id>")
@needs_permission("recap.view")
def show_pledge(
    pledge_id: int,
    status: int = 200,
    deed: str = "",
    form: Form | None = None,
    typed: CorrectForm | None = None,
) -> ResponseReturnValue:
    one, actor = load_pledge(current_db(), pledge_id), current_actor()
    state = load_recap(current_db(), Quarter.parse(one.quarter)).state
    now, facts = pledge_state(one), pledge_facts(actor, state)
    can = {name: may_move(actor, move) and can_move(move, now, facts) for name, move in PLEDGE_MOVES.items()}
    held = {"what": one.what, "who": one.who}
    return show_page(
        "quality/quarter/pledge.html",
        status=status,
        pledge=one,
        quarter=Quarter.parse(one.quarter),
        deed=deed,
        problem=form,
        history=service.pledge_history(current_db(), [one.id]).get(one.id, []),
        can=can,
        form=typed or CorrectForm(formdata=None, data=held | {"by_on": date.fromisoformat(one.by_on)}),
        deeds=service.DEEDS,
        frozen=state in FROZEN,
        names=people_queries.person_names(current_db()),
        said=request.form,
    )


def change_pledge(
    pledge_id: int, deed: str, toast: str, command: Callable[..., Any], where: str = "", **values: Any
) -> ResponseReturnValue:
    """Run a command on a promise and go back to it; a refused form (`deed` names it) comes back with the page."""
    form = CorrectForm() if deed == "correct" else Form()
    return run_command(
        lambda: command(current_journal(), current_actor(), pledge_id=pledge_id, now=current_time(), **values),
        lambda _: show_pledge(pledge_id, 422, deed, form, form if isinstance(form, CorrectForm) else None),
        where or url_for("recap.show_pledge", pledge_id=pledge_id),
        toast,
        form=form,
    )


@pages.post("/janji/<int:pledge_id>")
@needs_permission(*PLEDGERS)
def keep_pledge(pledge_id: int) -> ResponseReturnValue:
    answer, where = request.form.get("ditepati"), url_for("recap.list_recaps")
    if answer not in ("ya", "belum"):
        raise Problem.of("invalid", {"ditepati": SENTENCES["choose_one"]})
    kept = answer == "ya"
    toast, said = (
        "Janji ditepati." if kept else "Alasannya dicatat.",
        {"kept": kept, "note": request.form.get("note", "")},
    )
    return change_pledge(pledge_id, "keep", toast, service.keep_pledge, where, **said)


@pages.post("/janji/<int:pledge_id>/perbaiki")
@needs_permission(*PLEDGERS)
def correct_pledge(pledge_id: int) -> ResponseReturnValue:
    form, toast = CorrectForm(), "Janji diperbaiki; yang lama tetap terbaca."
    said = {name: form[name].data for name in ("what", "who", "by_on", "reason")}
    return change_pledge(pledge_id, "correct", toast, service.correct_pledge, **said)


@pages.post("/janji/<int:pledge_id>/tarik")
@needs_permission(*PLEDGERS)
def withdraw_pledge(pledge_id: int) -> ResponseReturnValue:
    toast = "Janji ditarik dengan alasannya."
    return change_pledge(pledge_id, "withdraw", toast, service.withdraw_pledge, reason=request.form.get("reason", ""))


# -- papers and files ------------------------------------------------------------------------------------------------


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.post("/<code>/cetak/rekap")
@needs_permission("recap.view")
def print_recap(code: str) -> Response:
    one = asked_quarter(code)
    data = papers.recap_paper(current_db(), load_recap(current_db(), one), current_actor().name, current_time())
    return printed_answer("recap", data, f"recap/{one}", f"rekap-{one}.pdf")


@pages.post("/<code>/cetak/poster-<size>")
@needs_permission("recap.view")
def print_poster(code: str, size: str) -> Response:
    one = asked_quarter(code)
    check_known(size, "a3", "f4")
    data = papers.poster_paper(current_db(), one, current_actor().name, current_time())
    return printed_answer("poster", data, f"poster/{one}-{size}", f"poster-{one}-{size}.pdf", size.upper())


@pages.post("/<code>/unduh/<kind>")
@needs_permission("recap.view")
def download_recap(code: str, kind: str) -> Response:
    one = asked_quarter(code)
    check_known(kind, "xlsx", "csv")
    found = load_recap(current_db(), one)
    if kind == "xlsx":
        return attached_file(papers.recap_xlsx(current_db(), found, current_time()), XLSX, f"rekap-{one}.xlsx")
    text = papers.recap_csv(service.figures_of_recap(found))
    return attached_file(text.encode("utf-8-sig"), "text/csv; charset=utf-8", f"rekap-{one}.csv")


@pages.post("/tahun/<int:year>/<kind>")
@needs_permission("recap.view")
def print_year(year: int, kind: str) -> ResponseReturnValue:
    check_known(kind, "cetak", "xlsx")
    if not 2000 <= year <= 2099:
        raise Problem.of("not_found", what="Tahun itu")
    form = YearForm()
    if not form.validate():
        return list_recaps(422, year, form)
    db, actor, now, on = current_db(), current_actor(), current_time(), form.per.data or current_date()
    try:
        check_year_day(year, on, current_date())
    except Problem as problem:
        form.take(problem)
        return list_recaps(422, year, form)
    if kind == "xlsx":
        return attached_file(year_papers.year_xlsx(db, year, now, on), XLSX, f"pengaduan-{year}.xlsx")
    data = year_papers.year_paper(db, year, actor.username, actor.name, now, on)
    return printed_answer("annual_report", data, f"year/{year}", f"pengaduan-{year}.pdf")


def check_known(asked: str, *known: str) -> None:
    if asked not in known:
        raise Problem.of("not_found", what="Halaman itu")


def attached_file(data: bytes, kind: str, name: str) -> Response:
    record_access("recap.export", name)
    return file_answer(data, kind, name)
