"""Buku pengaduan: the ruled register of a year, with the box openings between its lines and what stands out today."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any, cast

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.complaints import limits, queries, service, suggestion_box, transitions
from app.complaints.masks import CleanWords
from app.complaints.papers import KIOSK
from app.complaints.queries import Asked
from app.complaints.service import WrittenLine
from app.complaints.slip_codes import GONE, find_slip
from app.complaints.views.forms import WriteForm
from app.complaints.views.memory import FreshCodes
from app.complaints.words import CATEGORIES, CHANNELS, STATES
from app.core.codes import check_code, show_code
from app.core.permissions import SYSTEM, Actor, may
from app.core.problems import Problem, ValueProblem
from app.desk import drafts
from app.desk import service as cases
from app.office import queries as office
from app.people import queries as people
from app.people import sessions
from app.printing.papers import PAPERS
from app.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_session,
    current_time,
    forget_session,
)
from app.web.forms import Slice, cut_slice, page_number, redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("complaints", __name__, url_prefix="/pengaduan")
pages.record_once(lambda state: state.app.extensions.setdefault("loket_codes", FreshCodes()))
ASKABLE = {
    "late": "Lewat batas",
    "unanswered": "Belum dijawab",
    "running": "Berjalan",
    **STATES,
    "unsatisfied": "Pengadu belum puas",
    "aside": "Disisihkan",
}


def current_codes() -> FreshCodes:
    return cast(FreshCodes, current_app.extensions["loket_codes"])


@pages.get("")
@needs_permission("complaint.view")
def show_register() -> ResponseReturnValue:
    asked, number = asked_filter(), page_number()
    found = cut_slice(queries.book_page(current_db(), asked, current_date(), number), number, queries.PER_PAGE)
    return show_page(
        "complaints/book.html",
        asked=asked,
        rows=register_days(found),
        slice=found,
        last=queries.last_line(current_db(), asked.year)[1],
        standing=queries.book_standing(current_db(), current_date()),
        box=box_today(),
        years=queries.book_years(current_db()) or [current_date().year],
        states=ASKABLE,
        channels=CHANNELS,
        categories=CATEGORIES,
        sections=limits.section_names(current_db()),
        values={key: value for key, value in request.args.items() if key != "hal"},
    )


def asked_filter() -> Asked:
    """What the address asks for; nonsense asks for nothing."""
    year = request.args.get("tahun", "")

    def one(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    return Asked(
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else current_date().year,
        one("keadaan", ASKABLE),
        one("seksi", limits.section_names(current_db())),
        one("tentang", CATEGORIES),
        one("sarana", CHANNELS),
    )


def register_days(found: Slice[Any]) -> list[dict[str, Any]]:
    """The days of a page of the book as the template draws them: day, opening of the box, lines."""
    rows = list(found.items)
    if not rows:
        return []
    notes, names = queries.staff_columns(current_db(), [row.id for row in rows]), people.person_names(current_db())
    villages, calendar = limits.area_names(current_db()), office.office_calendar(current_db())
    clean = transitions.readable_words(current_db(), current_actor(), rows, current_date())
    boxes = suggestion_box.openings_between(
        current_db(), date.fromisoformat(rows[-1].received_on), date.fromisoformat(rows[0].received_on)
    )
    days = []
    for day, lines in groupby(rows, key=lambda row: row.received_on):
        drawn_lines = [register_line(row, clean[row.id], notes[row.id], names, villages, calendar) for row in lines]
        box = boxes.get(day)
        by = names.get(box.actor, "") if box else ""
        days.append({"day": day, "box": box, "box_by": by, "lines": drawn_lines})
    return days


def register_line(
    row: Any,
    clean: CleanWords | None,
    written: list[Any],
    names: Mapping[str, str],
    villages: Mapping[str, str],
    calendar: Any,
) -> dict[str, Any]:
    """One line as the template draws it; `clean`: its words without identity, for who may not read them whole."""
    hands = [row.entered_by, *(one.actor for one in written)]
    return {
        "row": row,
        "who": complainant_shown(row),
        "words": "" if row.aside else clean.words if clean else row.words,
        "reason": transitions.readable_text(current_db(), current_actor(), row, row.aside_reason, current_date()),
        "village": villages.get(row.area, ""),
        "state": limits.row_word(row, current_date(), calendar),
        "notes": [one for one in written if one.name == "note"],
        "deeds": [one for one in written if one.name in ("follow_up", "first_answer", "answer")],
        "initials": ", ".join(dict.fromkeys(writer_initials(one, names) for one in hands)),
    }


def complainant_shown(row: Any) -> str:
    if row.anonymous:
        return "Tanpa nama"
    if row.confidential:
        return "Nama dirahasiakan"
    return "Bernama" if row.named else "Nama tidak ditulis"


def name_initials(name: str) -> str:
    """`Nur Laila` → `NL`, as somebody initials the register."""
    words = [word for word in name.split() if word[:1].isalpha() and not word.endswith(".")]
    return "".join(word[0] for word in words[:3]).upper()


def writer_initials(username: str, names: Mapping[str, str]) -> str:
    """How somebody initials the book; a visitor at the kiosk has no initials."""
    return "kios" if username == SYSTEM.username else name_initials(names.get(username, username))


def find_line_address(database: Database, actor: Actor, text: str) -> str | None:
    if not may(actor, "complaint.view"):
        return None
    try:
        slip = find_slip(database, check_code(text))
        found = slip.complaint_id if slip else None
    except ValueProblem:
        found = queries.line_id_by_number(database, text)
    return url_for("complaints.show_line", complaint_id=found) if found else None


def box_today() -> dict[str, Any]:
    opened = suggestion_box.openings_between(current_db(), current_date(), current_date()).get(
        current_date().isoformat()
    )
    return {
        "opened": opened,
        "by": people.person_names(current_db()).get(opened.actor, "") if opened else "",
        "missed": suggestion_box.missed_days(current_db(), current_date()),
        "unexplained": suggestion_box.unexplained_days(current_db(), current_date()),
        "workday": office.office_calendar(current_db()).is_workday(current_date()),
        "from": suggestion_box.END_OF_SERVICE,
    }


def waiting_count(database: Database, actor: Actor, _at: Any) -> int | None:
    return queries.count_unanswered(database) or None if may(actor, "complaint.answer") else None


SIZES = {"a3": "poster A3", "f4": "poster F4"}


def unjudged_papers(*subjects: str) -> list[tuple[Any, str]]:
    """(print, title) of papers of these subjects that this person printed last and has not judged: nobody else held
    them in his hands, and the kiosk's prints nobody here saw."""
    mine = current_actor().username
    return [
        (one, paper_title(one))
        for subject in subjects
        for one in cases.paper_prints(current_db(), subject)
        if one.came_out is None and one.paper in PAPERS and one.actor == mine
    ]


def paper_title(one: Any) -> str:
    return SIZES.get(one.subject.rpartition("-")[2], "") or PAPERS[one.paper].title.lower()


def kiosk_address() -> str:
    """Where the kiosk runs, seen from this desk; nothing where it does not or the desk is another computer."""
    port, host = current_app.config.get("KIOSK_PORT"), request.host.rpartition(":")[0] or request.host
    at_home = (request.remote_addr or "") in ("127.0.0.1", "::1")
    return f"http://{host}:{port}/" if port and (at_home or current_loket().shell.insecure) else ""


def keyboard_address() -> str:
    return url_for("complaints.give_keyboard") if kiosk_address() else ""


@pages.get("/tulis")
@needs_permission("complaint.write")
def new_line() -> ResponseReturnValue:
    held = drafts.kept_form(current_db(), current_actor(), drafts.LINE)
    form = WriteForm(formdata=MultiDict(held.fields) if held else None)
    form.offer()
    return show_page("complaints/write.html", form=form, keyboard=keyboard_address(), draft=held)


@pages.post("/tulis/isian")
@needs_permission("complaint.write")
def save_field() -> ResponseReturnValue:
    drafts.keep_form(current_db(), current_actor(), drafts.LINE, request.form.to_dict(flat=False), current_time())
    return render_template("desk/_saved.html", oob=True)


@pages.post("/tulis/buang")
@needs_permission("complaint.write")
def forget_draft() -> ResponseReturnValue:
    drafts.forget_form(current_db(), current_actor(), drafts.LINE)
    return redirect_to(url_for("complaints.new_line"), "Draf dibuang.")


@pages.post("/tulis")
@needs_permission("complaint.write")
def write_line() -> ResponseReturnValue:
    form = WriteForm()
    form.offer()

    def write() -> WrittenLine:
        said = {name: form[name].data for name in ("category", "weight", "received_on")}
        with current_journal().transaction():
            drafts.forget_form(current_db(), current_actor(), drafts.LINE)
            return service.write_line(
                current_journal(),
                current_actor(),
                channel=form.channel.data,
                visitor=form.visitor(),
                now=current_time(),
                type_=form.type.data,
                **said,
            )

    def show_written(written: WrittenLine) -> ResponseReturnValue:
        current_codes().keep_code(written.id, written.code, current_actor().username, current_time())
        where = url_for("complaints.show_receipt", complaint_id=written.id)
        return redirect_to(where, f"Tertulis sebagai {written.number}.")

    return run_command(
        write,
        lambda _: show_page("complaints/write.html", status=422, form=form, keyboard=keyboard_address(), draft=None),
        show_written,
        form=form,
    )


@pages.post("/papan-ketik")
@needs_permission("complaint.view")
def give_keyboard() -> ResponseReturnValue:
    """Lock this session, then open the kiosk for the visitor: the keyboard changes hands, the account does not."""
    known, where = current_session(), kiosk_address()
    if not where or known is None:
        raise Problem.of("conflict", why="Kios tidak berjalan di komputer ini. Jalankan Loket tanpa --no-kiosk.")
    sessions.lock_session(current_db(), known, now=current_time(), address=request.remote_addr or "")
    forget_session()
    answer = make_response(render_template("complaints/keyboard.html", where=where))
    answer.headers["Refresh"] = f"0; url={where}"
    return answer


@pages.get("/<int:complaint_id>/tanda-terima")
@needs_permission("complaint.write")
def show_receipt(complaint_id: int) -> ResponseReturnValue:
    line = transitions.load_line(current_db(), complaint_id)
    return show_page(
        "complaints/receipt.html",
        line=line,
        code=show_code(current_codes().code_of(line.id, current_actor().username, current_time())),
        gone=GONE,
        asked=unjudged_papers(f"complaint/{complaint_id}"),
        receiver=people.person_names(current_db()).get(line.entered_by, KIOSK),
    )
