"""Rekap triwulan: the list of quarters and one recap with its figures, states, pledges and public version."""

import re
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from wtforms.validators import Optional

from app.casework.desk.views.lists import draw_due_item
from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.dates import numeric_date
from app.core.permissions import may
from app.core.problems import Problem, ValueProblem
from app.core.quarters import Quarter
from app.platform.office.moves import may_move, possible_moves
from app.platform.people import queries as people_queries
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, OfficeDate, redirect_to, run_command, show_page
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
from app.services.complaints.number_masks import SHOWN
from app.services.complaints.transitions import readable_words
from app.services.complaints.views.book import unjudged_papers
from app.services.complaints.words import TYPES


class YearForm(Form):
    per = OfficeDate("Keadaan tanggal", [Optional()])


pages = Blueprint("recap", __name__, url_prefix="/rekap")
KINDS = {"draft": "wait", "checked": "sent", "approved": "good", "published": "good"}
HEADINGS = {table.field: table.heading for table in shape.TABLES}


@pages.get("")
@needs_permission("recap.view")
def list_recaps(status: int = 200, refused: int = 0, year_form: YearForm | None = None) -> ResponseReturnValue:
    """The list; `refused` is the year whose report could not be made for the day that was typed."""
    known = queries.all_recaps(current_db())
    begun = {recap.quarter for recap in known}
    todo = [quarter for quarter in queries.missing_quarters(current_db(), current_date()) if str(quarter) not in begun]
    recaps = [(recap, Quarter.parse(recap.quarter)) for recap in known]
    due = due_items(current_db(), current_actor(), current_time())
    limits = {item.values["code"]: draw_due_item(item) for item in due}
    if year_form:
        year_day = year_form.per._value()
    else:
        year_day = numeric_date(current_date())
    return show_page(
        "quality/quarter/recaps.html",
        status=status,
        refused=refused,
        year_form=year_form,
        year_day=year_day,
        recaps=recaps,
        todo=todo,
        limits=limits,
        running=Quarter.of(current_date()),
        years=sorted({quarter.year for _, quarter in recaps}, reverse=True),
        states=STATES,
        kinds=KINDS,
        open_pledges=service.unkept_pledges(current_db()),
        may_pledge=may_move(current_actor(), MOVES["pledge"]),
    )


@pages.get("/<code>")
@needs_permission("recap.view")
def show_recap(code: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    quarter = asked_quarter(code)
    recap = find_recap(current_db(), quarter)
    if recap is None:
        return show_page(
            "quality/quarter/recap_none.html",
            status=status,
            quarter=quarter,
            over=current_date() > quarter.end,
            problem=refused.sentence,
        )
    values = recap_values(quarter, recap) | recap_forms(recap, refused)
    return show_page("quality/quarter/recap.html", status=status, **values)


def asked_quarter(code: str) -> Quarter:
    try:
        return Quarter.parse(code)
    except ValueProblem as problem:
        raise Problem.of("not_found", what="Triwulan itu") from problem


def recap_forms(recap: Any, refused: Refused) -> dict[str, Any]:
    """The forms of a recap's page; what belongs to no field of a form with its own summary stands above the page."""
    summed_up = (service.approve_recap, service.give_pledge, service.post_recap)
    problem = "" if refused.command in summed_up else refused.sentence
    return {
        "problem": problem,
        "pledge_form": refused.form_for(service.give_pledge, pin=recap.state in FROZEN),
        "approve_form": refused.form_for(service.approve_recap, pin=True),
        "return_form": refused.form_for(service.return_recap),
        "addendum_form": refused.form_for(service.add_addendum),
        "posting_form": refused.form_for(service.post_recap, on=current_date(), place="Papan pengumuman kantor"),
    }


def recap_values(quarter: Quarter, recap: Any) -> dict[str, Any]:
    """What a recap's page shows."""
    db = current_db()
    frozen = recap.state in FROZEN
    figures = service.figures_of_recap(recap)
    given = service.pledges_of_quarter(db, quarter)
    later = {later.pledge.id for later in frame.later_pledges(db, recap, frame.frame_of_recap(db, recap))}
    approved_pledges = [pledge for pledge in given if pledge.id not in later]
    later_pledges = [pledge for pledge in given if pledge.id in later]
    standing = sum(not pledge.withdrawn_on for pledge in given)
    history = service.pledge_history(db, [pledge.id for pledge in given])
    seen = ""
    if recap.state == "checked":
        seen = frame.digest_of_page(db, recap)
    if frozen:
        late = queries.late_lines_of_recap(db, recap)
    else:
        late = {}
    if frozen:
        doubts = []
    else:
        doubts = doubtful_words(db, figures)
    return {
        "quarter": quarter,
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
        "names": people_queries.person_names(db),
        "pledges": approved_pledges,
        "added": later_pledges,
        "standing": standing,
        "kinds_of_line": TYPES,
        "lacks": service.poster_lacks(db, recap),
        "seen": seen,
        "history": history,
        "addenda": queries.addenda_of(db, quarter),
        "postings": queries.postings_of(db, quarter),
        "months": Markup(charts.months_chart(figures.sums.months)),
        "trend": Markup(charts.trend_chart(figures.promises)),
        "capa_states": capa_service.STATES,
        "line_states": shape.STATES,
        "headings": HEADINGS,
        "late": late,
        "can": allowed_acts(recap),
        "pairs": text_pairs(recap, figures),
        "doubts": doubts,
        "public": public_version(db, recap),
        "asked": unjudged_papers(f"recap/{quarter}", f"poster/{quarter}-a3", f"poster/{quarter}-f4"),
    }


def allowed_acts(recap: Any) -> dict[str, bool]:
    """Which moves of the table this person may make now; `print`: the recap is frozen."""
    can = possible_moves(MOVES, current_actor(), recap.state, recap_facts(recap, current_actor()))
    return can | {"print": recap.state in FROZEN}


def text_pairs(recap: Any, figures: Figures) -> list[tuple[Any, str]]:
    """(public item, the visitor's own words): both versions side by side, until the recap is frozen."""
    if recap.state in FROZEN or not (may(current_actor(), "recap.check") or may(current_actor(), "recap.draft")):
        return []
    items = [*figures.lines, *figures.carried.lines]
    lines = complaints_queries.lines_by_number(current_db(), [item.number for item in items])
    clean = readable_words(current_db(), current_actor(), lines, current_date())
    words = {line.number: (clean[line.id] or line).words for line in lines}
    return [(item, words.get(item.number, "")) for item in items]


_REMOVED = re.compile("|".join(re.escape(sign) for sign in SHOWN.values()))


def mark_removed(text: str) -> Markup:
    """A public text in which what was taken out stands out, for the eye that reads what is left."""
    return Markup(_REMOVED.sub(lambda found: f"<mark>{found[0]}</mark>", str(escape(text))))


def approved_toast(quarter: Quarter) -> str:
    lacks = service.poster_lacks(current_db(), load_recap(current_db(), quarter))
    return f"Disetujui. Rekap siap dicetak. {lacks or 'Poster siap dicetak.'}"


@pages.post("/<code>/susun")
@needs_permission("recap.draft")
def draft_recap(code: str) -> ResponseReturnValue:
    """Draft a recap: with the list of words that was sent, else with the one of the draft before."""
    quarter = asked_quarter(code)
    words = None
    if "hide" in request.form:
        words = [line for line in request.form["hide"].splitlines() if line.strip()]
    strike = request.form.get("strike", "")[:100]
    return run_command(
        lambda: service.draft_recap(
            current_journal(), current_actor(), quarter=quarter, hide=words, strike=strike, now=current_time()
        ),
        lambda problem: show_recap(code, problem.status, Refused(service.draft_recap, problem=problem)),
        url_for("recap.show_recap", code=code),
        f"Rancangan disusun dari buku. {people_queries.post_words(current_db())['overseer']} memeriksanya.",
    )


def quarter_as_read(code: str) -> dict[str, Any]:
    """The quarter, and the print of the page that was read."""
    return {"quarter": asked_quarter(code), "seen": request.form.get("seen", "")}


def tell_approved(_: None, code: str) -> ResponseReturnValue:
    return redirect_to(url_for("recap.show_recap", code=code) + "#cetak", approved_toast(asked_quarter(code)))


APPROVE = "/<code>/setujui"
add_command(pages, APPROVE, service.approve_recap, show_recap, named=quarter_as_read, then=tell_approved, pin=True)


@pages.post("/<code>/janji")
@needs_permission("recap.draft", "recap.check", "recap.approve")
def give_pledge(code: str) -> ResponseReturnValue:
    """A promise; with the PIN where it is added to what was approved."""
    quarter = asked_quarter(code)
    pin = load_recap(current_db(), quarter).state in FROZEN
    form = form_of(service.give_pledge, pin=pin)()
    return run_command(
        lambda: service.give_pledge(
            current_journal(), current_actor(), quarter=quarter, now=current_time(), **form.values
        ),
        lambda problem: show_recap(code, 422, Refused(service.give_pledge, form, problem)),
        url_for("recap.show_recap", code=code) + "#janji",
        "Janji dicatat.",
        form=form,
        pin=pin,
    )


def quarter_of(code: str) -> dict[str, Quarter]:
    return {"quarter": asked_quarter(code)}


def checked_toast() -> str:
    return f"Diperiksa. {people_queries.post_words(current_db())['chief']} menyetujuinya."


WRITTEN = "Adendum ditulis. Rekapnya sendiri tetap."
HUNG = "Tercatat di papan pengumuman."
add_command(pages, "/<code>/periksa", service.mark_checked, show_recap, checked_toast, named=quarter_of)
add_command(
    pages, "/<code>/kembalikan", service.return_recap, show_recap, "Dikembalikan dengan catatan.", named=quarter_of
)
add_command(pages, "/<code>/adendum", service.add_addendum, show_recap, WRITTEN, named=quarter_of)
add_command(pages, "/<code>/pasang", service.post_recap, show_recap, HUNG, named=quarter_of)


# -- a promise of improvement --------------------------------------------------------------------------------------


@pages.get("/janji/<int:pledge_id>")
@needs_permission("recap.view")
def show_pledge(pledge_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    pledge = load_pledge(current_db(), pledge_id)
    actor = current_actor()
    state = load_recap(current_db(), Quarter.parse(pledge.quarter)).state
    if refused.command is service.correct_pledge:
        problem = ""
    else:
        problem = refused.sentence
    return show_page(
        "quality/quarter/pledge.html",
        status=status,
        pledge=pledge,
        quarter=Quarter.parse(pledge.quarter),
        problem=problem,
        history=service.pledge_history(current_db(), [pledge.id]).get(pledge.id, []),
        can=possible_moves(PLEDGE_MOVES, actor, pledge_state(pledge), pledge_facts(actor, state)),
        form=refused.form_for(service.correct_pledge, pledge),
        keep_form=refused.form_for(service.keep_pledge),
        withdraw_form=refused.form_for(service.withdraw_pledge),
        deeds=service.DEEDS,
        frozen=state in FROZEN,
        names=people_queries.person_names(current_db()),
    )


@pages.post("/janji/<int:pledge_id>")
@needs_permission(*PLEDGERS)
def keep_pledge(pledge_id: int) -> ResponseReturnValue:
    form = form_of(service.keep_pledge)()
    if form.values["kept"]:
        toast = "Janji ditepati."
    else:
        toast = "Alasannya dicatat."
    return run_command(
        lambda: service.keep_pledge(
            current_journal(), current_actor(), pledge_id=pledge_id, now=current_time(), **form.values
        ),
        lambda problem: show_pledge(pledge_id, 422, Refused(service.keep_pledge, form, problem)),
        url_for("recap.list_recaps"),
        toast,
        form=form,
    )


CORRECTED = "Janji diperbaiki; yang lama tetap terbaca."
WITHDRAWN = "Janji ditarik dengan alasannya."
add_command(pages, "/janji/<int:pledge_id>/perbaiki", service.correct_pledge, show_pledge, CORRECTED)
add_command(pages, "/janji/<int:pledge_id>/tarik", service.withdraw_pledge, show_pledge, WITHDRAWN)


# -- papers and files ------------------------------------------------------------------------------------------------


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.post("/<code>/cetak/rekap")
@needs_permission("recap.view")
def print_recap(code: str) -> Response:
    quarter = asked_quarter(code)
    data = papers.recap_paper(current_db(), load_recap(current_db(), quarter), current_actor().name, current_time())
    return printed_answer("recap", data, f"recap/{quarter}", f"rekap-{quarter}.pdf")


@pages.post("/<code>/cetak/poster-<size>")
@needs_permission("recap.view")
def print_poster(code: str, size: str) -> Response:
    quarter = asked_quarter(code)
    check_known(size, "a3", "f4")
    data = papers.poster_paper(current_db(), quarter, current_actor().name, current_time())
    return printed_answer("poster", data, f"poster/{quarter}-{size}", f"poster-{quarter}-{size}.pdf", size.upper())


@pages.post("/<code>/unduh/<kind>")
@needs_permission("recap.view")
def download_recap(code: str, kind: str) -> Response:
    quarter = asked_quarter(code)
    check_known(kind, "xlsx", "csv")
    found = load_recap(current_db(), quarter)
    if kind == "xlsx":
        return attached_file(papers.recap_xlsx(current_db(), found, current_time()), XLSX, f"rekap-{quarter}.xlsx")
    text = papers.recap_csv(service.figures_of_recap(found))
    return attached_file(text.encode("utf-8-sig"), "text/csv; charset=utf-8", f"rekap-{quarter}.csv")


@pages.post("/tahun/<int:year>/<kind>")
@needs_permission("recap.view")
def print_year(year: int, kind: str) -> ResponseReturnValue:
    check_known(kind, "cetak", "xlsx")
    if not 2000 <= year <= 2099:
        raise Problem.of("not_found", what="Tahun itu")
    form = YearForm()
    if not form.validate():
        return list_recaps(422, year, form)
    db = current_db()
    actor = current_actor()
    now = current_time()
    on = form.per.data or current_date()
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
