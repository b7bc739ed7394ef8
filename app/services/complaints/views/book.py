"""Buku pengaduan: the ruled register of a year, with the box openings between its lines and what stands out today."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.casework.desk import drafts
from app.casework.desk import service as cases
from app.casework.desk.pictures import Gap, gap_words
from app.casework.desk.views.lists import asked_gap
from app.casework.desk.views.papers import judge_answer, printed_answer, signed_answer
from app.core.codes import check_code, show_code
from app.core.dates import date_or_none, short_date
from app.core.permissions import SYSTEM, Actor, may, require
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.core.text import in_small_letters
from app.platform.files.queries import FileBytes
from app.platform.office import queries as office
from app.platform.office.settings import sends_sms
from app.platform.people import queries as people
from app.platform.people import sessions
from app.platform.printing.papers import PAPERS
from app.platform.web.commands import NOT_REFUSED, Refused, form_of
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_session,
    current_time,
    forget_session,
    remote_address,
)
from app.platform.web.forms import (
    Form,
    Slice,
    cut_slice,
    page_number,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import local_path, needs_permission
from app.services.complaints import limits, papers, queries, service, signing, suggestion_box, transitions
from app.services.complaints.masks import CleanWords
from app.services.complaints.queries import EVERY_YEAR, GONE, Asked, find_slip
from app.services.complaints.service import WrittenLine
from app.services.complaints.views.memory import FreshCodes
from app.services.complaints.words import CATEGORIES, CHANNELS, STATES
from schema.database import Database, cached_until_next_entry

pages = Blueprint("complaints", __name__, url_prefix="/pengaduan")
ASKABLE = {
    "late": "Lewat batas",
    "late_first": "Jawaban pertama lewat batas",
    "late_settling": "Penyelesaian lewat batas",
    "unanswered": "Belum dijawab",
    "running": "Berjalan",
    **STATES,
    "unsatisfied": "Pengadu belum puas",
    "aside": "Disisihkan",
}


def current_codes() -> FreshCodes:
    return cast(FreshCodes, current_app.extensions.setdefault("loket_codes", FreshCodes()))


def fresh_code(complaint_id: int) -> str:
    """The code of a slip that this person just made; empty where it is nobody's any more."""
    return current_codes().code_of(complaint_id, current_actor().username, current_time())


def keep_code(complaint_id: int, code: str) -> None:
    current_codes().keep_code(complaint_id, code, current_actor().username, current_time())


@pages.get("")
@needs_permission("complaint.view")
def show_register() -> ResponseReturnValue:
    asked = asked_filter()
    number = page_number()
    lines, more = draw_lines(current_db(), asked, number, current_actor(), current_date())
    return show_page(
        "services/complaints/book.html",
        asked=asked,
        rows=lines,
        slice=Slice((), number, more),
        last=queries.last_line(current_db(), asked.year)[1],
        every_year=EVERY_YEAR,
        days_words=days_words(asked),
        standing=queries.book_standing(current_db(), current_date()),
        box=box_today(),
        years=queries.book_years(current_db()) or [current_date().year],
        states=ASKABLE,
        channels=limits.channel_names(current_db()),
        categories=CATEGORIES,
        sections=limits.section_names(current_db()),
        values={key: value for key, value in request.args.items() if key != "hal"},
    )


def asked_year() -> int:
    """The year that the address asks for: 0 for every year, this one where it says none."""
    year = request.args.get("tahun", "")
    if year == EVERY_YEAR:
        return 0
    if year.isascii() and year.isdigit() and len(year) == 4:
        return int(year)
    return current_date().year


def asked_filter() -> Asked:
    """What the address asks for; nonsense asks for nothing."""

    def choice(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    def day(name: str) -> str:
        found = date_or_none(request.args.get(name, ""), current_date())
        return found.isoformat() if found else ""

    between = None
    if gap := asked_gap():
        between = (gap.first, gap.last)
    return Asked(
        asked_year(),
        choice("keadaan", ASKABLE),
        choice("seksi", limits.section_names(current_db())),
        choice("tentang", CATEGORIES),
        choice("sarana", CHANNELS),
        day("masuk"),
        day("keluar"),
        day("sejak"),
        between,
    )


def days_words(asked: Asked) -> str:
    """`masuk 20 Nov 2026`; empty where no day is asked."""
    told = (("masuk", asked.came), ("selesai", asked.ended))
    words = [f"{word} {short_date(date.fromisoformat(day))}" for word, day in told if day]
    if asked.since and asked.gap:
        since = short_date(date.fromisoformat(asked.since))
        words.append(f"selesai sejak {since}, {gap_words(Gap(*asked.gap), 'batas')}")
    return ", ".join(words)


class Initials(dict[str, str]):
    """User name → how somebody initials the book: `Nur Laila` → `NL`; a visitor at the kiosk has none."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__({SYSTEM.username: "kios"})
        self.names = names

    def __missing__(self, username: str) -> str:
        words = [word for word in self.names.get(username, username).split() if word[:1].isalpha()]
        self[username] = "".join(word[0] for word in words if not word.endswith("."))[:3].upper()
        return self[username]


@cached_until_next_entry
def draw_lines(db: Database, asked: Asked, number: int, actor: Actor, today: date) -> tuple[Markup, bool]:
    """The lines of a page of the book as this person may read them, drawn once until the book grows; whether another
    page follows."""
    found = cut_slice(queries.book_page(db, asked, today, number), number, queries.PER_PAGE)
    drawn = current_app.jinja_env.get_template("services/complaints/_lines.html").render(
        rows=register_days(db, found.items, actor, today),
        channels=CHANNELS,
        categories=CATEGORIES,
        sections=limits.section_names(db),
    )
    if not found.items:
        return Markup(""), found.more
    return Markup(drawn), found.more


def register_days(db: Database, rows: Sequence[Any], actor: Actor, today: date) -> list[dict[str, Any]]:
    """The days of a page of the book as the template draws them: day, opening of the box, lines."""
    if not rows:
        return []
    notes = queries.staff_columns(db, [row.id for row in rows])
    names = people.person_names(db)
    clean = transitions.readable_words(db, actor, rows, today)
    initials = Initials(names)
    boxes = suggestion_box.openings_between(
        db, date.fromisoformat(rows[-1].received_on), date.fromisoformat(rows[0].received_on)
    )
    villages = limits.area_names(db)
    calendar = office.office_calendar(db)
    days = []
    known = limits.all_limits(db)
    for day, lines in groupby(rows, key=lambda row: row.received_on):
        drawn_lines = []
        for row in lines:
            reason = ""
            if row.aside:
                reason = transitions.readable_text(db, actor, row, row.aside_reason, today)
            more = {
                "reason": reason,
                "village": villages.get(row.area, ""),
                "state": limits.row_word(row, today, calendar, known),
            }
            drawn_lines.append(register_line(row, clean[row.id], notes[row.id], initials) | more)
        box = boxes.get(day)
        by = names.get(box.actor, "") if box else ""
        days.append({"day": day, "box": box, "box_by": by, "lines": drawn_lines})
    return days


def register_line(row: Any, clean: CleanWords | None, written: list[Any], initials: Initials) -> dict[str, Any]:
    """One line as the template draws it; `clean`: its words without identity, for who may not read them whole."""
    hands = dict.fromkeys((row.entered_by, *(column.actor for column in written)))
    words = clean.words if clean else row.words
    if row.aside:
        words = ""
    return {
        "row": row,
        "who": complainant_shown(row),
        "words": words,
        "notes": [column for column in written if column.name == "note"],
        "deeds": [column for column in written if column.name in ("follow_up", "first_answer", "answer")],
        "initials": ", ".join(dict.fromkeys(initials[hand] for hand in hands)),
    }


def complainant_shown(row: Any) -> str:
    if row.anonymous:
        return "Tanpa nama"
    if row.confidential:
        return "Nama dirahasiakan"
    if row.named:
        return "Bernama"
    return "Nama tidak ditulis"


def find_lines(database: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: lines of the book by their slip code, or by what was typed of their number."""
    try:
        slip = find_slip(database, check_code(text))
    except ValueProblem:
        slip = None
    if slip:
        ids = [slip.complaint_id]
    else:
        ids = queries.ids_by_number(database, text, MOST_OF_A_KIND)
    return [
        Found(
            f"Pengaduan {number}",
            f"{STATES[state]}: {words}",
            url_for("complaints.show_line", complaint_id=line_id),
            exact=slip is not None or number == text.upper(),
        )
        for line_id, number, state, words in queries.lines_by_id(database, ids)
    ]


def box_today() -> dict[str, Any]:
    db = current_db()
    today = current_date()
    opened = suggestion_box.openings_between(db, today, today).get(today.isoformat())
    by = ""
    if opened:
        by = people.person_names(db).get(opened.actor, "")
    return {
        "opened": opened,
        "by": by,
        "missed": suggestion_box.missed_days(db, today),
        "unexplained": suggestion_box.unexplained_days(db, today),
        "workday": office.office_calendar(db).is_workday(today),
        "from": suggestion_box.END_OF_SERVICE,
    }


def waiting_count(database: Database, actor: Actor, _at: Any) -> int | None:
    if not may(actor, "complaint.answer"):
        return None
    return queries.count_unanswered(database) or None


SIZES = {"a3": "poster A3", "f4": "poster F4"}


def unjudged_papers(*subjects: str) -> list[tuple[Any, str]]:
    """(print, title) of papers of these subjects that this person printed last and has not judged: nobody else held
    them in his hands, and the kiosk's prints nobody here saw."""
    mine = current_actor().username
    return [
        (row, paper_title(row))
        for subject in subjects
        for row in cases.paper_prints(current_db(), subject)
        if row.came_out is None and row.paper in PAPERS and row.actor == mine
    ]


def paper_title(row: Any) -> str:
    return SIZES.get(row.subject.rpartition("-")[2], "") or in_small_letters(PAPERS[row.paper].title)


def kiosk_address() -> str:
    """Where the kiosk runs, seen from this desk; nothing where it does not or the desk is another computer."""
    port = current_app.config.get("KIOSK_PORT")
    host = request.host.rpartition(":")[0] or request.host
    at_home = remote_address() in ("127.0.0.1", "::1")
    if port and (at_home or current_loket().shell.insecure):
        return f"http://{host}:{port}/"
    return ""


def keyboard_address() -> str:
    if not kiosk_address():
        return ""
    return url_for("complaints.give_keyboard")


def offer_channels(form: Form) -> None:
    """What comes from the box is written when it is opened."""
    ways = limits.channel_names(current_db()).items()
    form["channel"].choices = to_choices((key, word) for key, word in ways if key != "box")


@pages.get("/tulis")
@needs_permission("complaint.write")
def new_line(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    if refused.form:
        held = None
    else:
        held = drafts.kept_form(current_db(), current_actor(), drafts.LINE)
    form = refused.form_for(service.write_line, channel="desk", category="other")
    if held is not None:
        form = form_of(service.write_line)(formdata=MultiDict(held.fields))
    offer_channels(form)
    shown = {"form": form, "keyboard": keyboard_address(), "draft": held, "asks_sms": sends_sms(current_db())}
    return show_page("services/complaints/write.html", status=status, **shown)


@pages.post("/tulis/isian")
@needs_permission("complaint.write")
def save_field() -> ResponseReturnValue:
    drafts.keep_form(current_db(), current_actor(), drafts.LINE, request.form.to_dict(flat=False), current_time())
    return render_template("casework/desk/_saved.html", oob=True)


@pages.post("/tulis/buang")
@needs_permission("complaint.write")
def forget_draft() -> ResponseReturnValue:
    drafts.forget_form(current_db(), current_actor(), drafts.LINE)
    return redirect_to(url_for("complaints.new_line"), SENTENCES["draft_dropped"])


@pages.post("/tulis")
@needs_permission("complaint.write")
def write_line() -> ResponseReturnValue:
    form = form_of(service.write_line)()

    def write() -> WrittenLine:
        with current_journal().transaction():
            drafts.forget_form(current_db(), current_actor(), drafts.LINE)
            return call_command(service.write_line, **form.values)

    def show_written(written: WrittenLine) -> ResponseReturnValue:
        keep_code(written.id, written.code)
        where = url_for("complaints.show_receipt", complaint_id=written.id)
        return redirect_to(where, f"Tertulis sebagai {written.number}.")

    return run_command(
        write,
        lambda problem: new_line(422, Refused(service.write_line, form, problem)),
        show_written,
        form=form,
    )


@pages.post("/papan-ketik")
@needs_permission("complaint.view")
def give_keyboard() -> ResponseReturnValue:
    """Lock this session, then open the kiosk for the visitor: the keyboard changes hands, the account does not."""
    known = current_session()
    where = kiosk_address()
    if not where or known is None:
        raise Problem.of("conflict", why="Kios tidak berjalan di komputer ini. Jalankan Loket tanpa --no-kiosk.")
    sessions.lock_session(current_db(), known, now=current_time(), address=remote_address())
    forget_session()
    answer = make_response(render_template("services/complaints/keyboard.html", where=where))
    answer.headers["Refresh"] = f"0; url={where}"
    return answer


@pages.get("/<int:complaint_id>/tanda-terima")
@needs_permission("complaint.write")
def show_receipt(complaint_id: int) -> ResponseReturnValue:
    line = transitions.load_line(current_db(), complaint_id)
    return show_page(
        "services/complaints/receipt.html",
        line=line,
        code=show_code(fresh_code(line.id)),
        gone=GONE,
        asked=unjudged_papers(f"complaint/{complaint_id}"),
        receiver=people.person_names(current_db()).get(line.entered_by, papers.KIOSK),
    )


# -- papers --------------------------------------------------------------------------------------------------------


paper_pages = Blueprint("complaint_paper", __name__)
SUBJECT = re.compile(r"(complaint|capa|recap|poster|book|year)/[0-9A-Za-z-]{1,20}")
MAY_PRINT = {
    "complaint_receipt": "complaint.write",
    "answer_letter": "complaint.answer",
    "complaint_book": "complaint.view",
    "capa": "complaint.view",
    "recap": "recap.view",
    "poster": "recap.view",
    "register": "recap.view",
}
"""Papers of this room → the permission that prints them, and therefore judges them."""


@paper_pages.post("/pengaduan/<int:complaint_id>/cetak/tanda-terima")
@needs_permission("complaint.write")
def print_receipt(complaint_id: int) -> Response:
    code = fresh_code(complaint_id)
    actor = current_actor()
    if not code:
        raise Problem.of("conflict", why=GONE)
    data = papers.receipt_paper(current_db(), complaint_id, code, actor.name, current_time())
    return printed_answer("complaint_receipt", data, f"complaint/{complaint_id}", f"tanda-terima-{complaint_id}.pdf")


@paper_pages.post("/pengaduan/<int:complaint_id>/cetak/surat")
@needs_permission("complaint.answer")
def print_letter(complaint_id: int) -> Response:
    """The answer as a letter; once it came back with its electronic signature, that file, which may show a name."""
    subject = f"complaint/{complaint_id}"
    name = f"jawaban-{complaint_id}.pdf"
    signed = signing.signing_of_answer(current_db(), complaint_id)
    if signed is not None and signed.taken_at:
        return signed_answer(open_answer(complaint_id, signed=True), "answer_letter", subject, name)
    data = papers.answer_paper(current_journal(), current_actor(), complaint_id, current_time(), remote_address())
    return printed_answer("answer_letter", data, subject, name)


def open_answer(complaint_id: int, *, signed: bool) -> FileBytes:
    """A PDF of an answer letter for whoever asks, who is logged. Raises Problem."""
    return call_command(signing.open_answer, complaint_id=complaint_id, signed=signed, address=remote_address())


@paper_pages.post("/pengaduan/cetak")
@needs_permission("complaint.view")
def print_book_page() -> Response:
    shown = asked_filter()
    number = page_number()
    rows = queries.book_page(current_db(), shown, current_date(), number)[: queries.PER_PAGE]
    if not rows:
        raise Problem.of("not_found", what="Halaman buku itu")
    data = papers.book_paper(current_db(), current_actor(), rows, current_time(), remote_address())
    name = f"{shown.year}-{rows[-1].n}-{rows[0].n}"
    return printed_answer("complaint_book", data, f"book/{name}", f"buku-pengaduan-{name}.pdf")


@paper_pages.post("/pengaduan/kertas/hasil")
@needs_permission("complaint.view")
def judge_paper() -> ResponseReturnValue:
    get = request.form.get
    subject = get("subject", "")
    paper = get("paper", "")
    if not SUBJECT.fullmatch(subject) or paper not in MAY_PRINT:
        raise Problem.of("not_found", what="Cetakan itu")
    require(current_actor(), MAY_PRINT[paper])
    return judge_answer(subject, paper, local_path(get("back"), "/"))
