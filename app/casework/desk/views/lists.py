"""Lists of cases: all, found, due, the register book of a month."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk import queries, register_book
from app.casework.desk.limits import due_items, early_cases, react_to_limit
from app.casework.desk.parts import parts_of
from app.casework.desk.pictures import KEPT_LIMIT, Gap, gap_words
from app.casework.desk.views import case_page
from app.casework.desk.views.case_rows import drawn_rows
from app.casework.desk.views.desk import days_ahead, estimate_note
from app.casework.desk.views.papers import file_answer, printed_answer
from app.casework.desk.waiting import waiting_condition
from app.core.dates import date_or_none, short_date
from app.core.permissions import refusal_naming
from app.core.problems import Problem
from app.core.procedure.limits import deadline_words, due_short, is_over, over_from
from app.core.text import typed_number
from app.core.workdays import wall_time
from app.platform.office import deadlines
from app.platform.office import queries as office
from app.platform.office.deadlines import DueItem
from app.platform.office.queries import working_time
from app.platform.people.queries import profile_of
from app.platform.web.commands import form_of
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import PER_PAGE, Form, Slice, asked_slice, read_slice, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from schema.service_procedure import Definition

pages = Blueprint("lists", __name__)
case_pages = case_page.pages  # the list of all cases is one of them
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES_OF_BOOK = 50
"""Lines of the register book on a page; its paper and its spreadsheet hold the whole month."""
FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Years of the register book that can be asked for."""
ELSEWHERE = "luar"
"""How an address names the cases of people who live in no village of this kecamatan."""


@case_pages.get("")
@needs_permission("case.list")
def show_cases() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "") for name in ("layanan", "langkah", "desa", "keadaan", *DAYS_ASKED)}
    found = filtered_cases(asked, request.args.get("sebelum", ""))
    return show_page(
        "casework/desk/list.html",
        rows=drawn_rows(found.rows),
        before=found.before,
        asked=asked,
        states=STATES_ASKED,
        days_asked={name: text for name, text in asked.items() if name in DAYS_ASKED and text},
        days_words=days_words(),
        steps=steps_of_service(asked["layanan"]),
        services=office.services_in_force(current_db(), current_date()),
        villages=office.village_names(current_db()),
        outside=(ELSEWHERE, office.OUTSIDE),
        actor=current_actor(),
    )


def filtered_cases(asked: Mapping[str, str], before: str) -> queries.Page:
    area = asked["desa"] or None
    if asked["desa"] == ELSEWHERE:
        area = ""
    return queries.latest_cases(
        current_db(),
        current_actor(),
        closed={"jalan": 0, "tutup": 1}.get(asked["keadaan"]),
        besides=conditions_asked(asked["keadaan"]),
        service=asked["layanan"],
        step=asked["langkah"],
        area=area,
        before=typed_number(before),
    )


STATES_ASKED = {
    "": "Semua",
    "jalan": "Masih berjalan",
    "lewat": "Lewat janji",
    "dijeda": "Hitungan dijeda",
    "tutup": "Selesai atau ditutup",
}
DAYS_ASKED = (
    "masuk",
    "keluar",
    "dari",
    "sampai",
    "selisih",
    "hingga",
    "tanpa",
    "menunggu",
    "sejak",
    "batas",
    "dalam",
)
"""What the marks of a picture ask: the day of receipt or of the end, promises of some days kept with a gap, which
service is drawn elsewhere, and a limit of cases received since a day that was kept or not."""


def conditions_asked(state: str) -> list[queries.Condition]:
    """What the address asks besides step, service and village. Raises Problem `invalid`."""
    named = {"lewat": queries.late_since(current_date()), "dijeda": queries.STANDING_STILL}
    found: list[queries.Condition] = []
    if state in named:
        found.append(named[state])
    for name, condition in (("masuk", queries.came_on), ("keluar", queries.ended_on)):
        if day := asked_day(name):
            found.append(condition(day))
    since = asked_day("dari")
    until = asked_day("sampai")
    gap = asked_gap()
    if since and until and gap:
        found.append(queries.kept_with_gap(since, until, gap.first, gap.last))
    if limit := asked_limit():
        found.append(queries.limit_ended(limit.id, limit.since, kept=limit.kept == "1"))
    if (waits := request.args.get("menunggu", "")) in WAITS:
        sql, values = waiting_condition(current_db())
        found.append(queries.Condition(f"({sql}) = {int(waits)}", values))
    if other := request.args.get("tanpa", ""):
        found.append(queries.besides_service(other))
    return found


WAITS = {"0": "tidak menunggu kabar lain", "1": "menunggu kabar lain"}
"""Cases that wait at their step for word from elsewhere, and those that do not."""


def asked_gap() -> Gap | None:
    """`selisih=-3&hingga=-1`: one to three days before the promised date; nonsense asks for nothing."""
    asked = [request.args.get(name, "") for name in ("selisih", "hingga")]
    if not all(re.fullmatch(r"-?\d{1,4}", text, re.ASCII) for text in asked):
        return None
    return Gap(int(asked[0]), int(asked[1]))


class LimitAsked(NamedTuple):
    """`layanan=ktm&batas=account&sejak=2026-10-25&dalam=1`; `kept` is a key of `KEPT_LIMIT`."""

    id: str
    label: str
    since: date
    kept: str


def asked_limit() -> LimitAsked | None:
    """The limit of which an address asks; nonsense asks for nothing."""
    service, limit, kept = (request.args.get(name, "") for name in ("layanan", "batas", "dalam"))
    since = asked_day("sejak")
    if not since or kept not in KEPT_LIMIT:
        return None
    label = limit_labels(service).get(limit, "")
    if not label:
        return None
    return LimitAsked(limit, label, since, kept)


def limit_labels(service: str) -> dict[str, str]:
    """What the limits of a service are called, in the words of the newest revision that has them."""
    db = current_db()
    revisions = [standard.revision for standard in office.list_standards(db) if standard.service == service]
    definitions = [office.adopted_definition(db, service, revision) for revision in sorted(revisions)]
    return {limit.id: limit.label for definition in definitions for limit in definition.limits}


def days_words() -> str:
    """What the days of an address ask, in words: `masuk 20 Nov 2026`; empty where they ask nothing."""
    told = [f"{name} {short_date(day)}" for name in ("masuk", "keluar") if (day := asked_day(name))]
    since = asked_day("dari")
    until = asked_day("sampai")
    gap = asked_gap()
    if since and until and gap:
        told.append(f"janji {short_date(since)} sampai {short_date(until)}, selesai {gap_words(gap)}")
    if limit := asked_limit():
        told.append(f"masuk sejak {short_date(limit.since)} dan {KEPT_LIMIT[limit.kept]}: {limit.label}")
    names = {
        definition.id: definition.short_name for definition in office.services_in_force(current_db(), current_date())
    }
    told += [f"bukan {names[name]}" for name in (request.args.get("tanpa", ""),) if name in names]
    told += [WAITS[waits] for waits in (request.args.get("menunggu", ""),) if waits in WAITS]
    return "; ".join(told)


SHOWN_LIMITS = ("lewat", "hampir")
"""What the page of due dates shows of the limits of cases alone, for a row of *Meja kerja* that counts them."""


def asked_limits() -> str:
    asked = request.args.get("keadaan", "")
    return asked if asked in SHOWN_LIMITS else ""


@pages.get("/jatuh-tempo")
@needs_permission("due.view")
def show_due(status: int = 200, noting: Form | None = None) -> ResponseReturnValue:
    """Promises by date: the strip of days, then the cases up to the chosen day, then the other limits that run."""
    since = asked_day("dari")
    until = chosen_day()
    shown = asked_limits()
    kept = {"keadaan": shown} if shown else {}
    part = read_slice(partial(queries.due_cases, current_db(), current_actor(), until, since=since), PER_PAGE)
    return show_page(
        "casework/desk/due.html",
        status=status,
        part=part,
        rows=drawn_rows(part.items),
        since=since,
        until=until,
        days={name: day.isoformat() for name, day in (("dari", since), ("sampai", until)) if day} | kept,
        stood=queries.count_stood(current_db(), current_actor().own_area),
        villages=office.village_names(current_db()),
        strip=days_ahead(),
        strip_note=estimate_note(),
        lines=due_lines(shown),
        shown=shown,
        noting=noting or form_of(deadlines.note_deadline).holding(),
    )


class DueLine(NamedTuple):
    """A limit on the list of what is due: `state` is a class with its `word`, `over` whether a reaction is asked."""

    item: DueItem
    due: str
    state: str
    word: str
    over: bool


def own_due_items() -> list[DueItem]:
    db = current_db()
    actor = current_actor()
    now = current_time()
    return [
        item for parts in parts_of(current_loket().rooms) for ask in parts.due_items for item in ask(db, actor, now)
    ]


def own_case_items(shown: str) -> list[DueItem]:
    """Limits of cases that are over (`lewat`) or near (`hampir`), of which this person was told."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    items = due_items(db, actor, now)
    if shown == "lewat":
        return [item for item in items if item.subject]
    near = {(row.case_id, row.limit_id, row.scope) for row, told in early_cases(db, now) if told & actor.duties}
    return [item for item in items if (item.values["case_id"], item.deadline.limit, item.deadline.scope) in near]


def due_lines(shown: str) -> Slice[DueLine]:
    """What runs towards its limit in every room, the nearest first; promises stand in the list of cases."""
    if shown:
        chosen = own_case_items(shown)
    else:
        chosen = own_due_items()
    items = sorted(chosen, key=lambda item: over_from(item.deadline.due))
    part = asked_slice(items, PER_PAGE, "batas")
    return Slice([draw_due_item(item) for item in part.items], part.number, part.more)


def draw_due_item(item: DueItem) -> DueLine:
    """The same words on the list of what is due and on the page that its room has for it."""
    deadline = item.deadline
    at = wall_time(current_time())
    words = deadline_words(deadline, at, working_time(current_db()), item.early)
    return DueLine(item, due_short(deadline.due), *words, is_over(deadline, at))


@pages.post("/jatuh-tempo/catatan")
@needs_permission("due.view")
def note_deadline() -> ResponseReturnValue:
    """Somebody who was told that a limit is over writes what is being done about it."""
    form = form_of(deadlines.note_deadline)()

    def react() -> None:
        values = form.values
        room, _, number = values["subject"].partition("/")
        if room == "case":
            del values["subject"]
            case_id = 0
            if number.isdecimal() and len(number) < 16:
                case_id = int(number)
            react_to_limit(current_journal(), current_actor(), case_id=case_id, now=current_time(), **values)
            return
        told = {(item.subject, item.deadline.limit, item.deadline.scope): item.deadline for item in own_due_items()}
        duty = told.get((values["subject"], values["limit"], values["scope"]))
        if duty is None:
            raise refusal_naming("yang diberi tahu tentang batas itu di Meja kerjanya")
        deadlines.note_deadline(current_journal(), current_actor(), duty=duty, now=current_time(), **values)

    return run_command(
        react,
        lambda problem: show_due(problem.status, form),
        url_for("lists.show_due"),
        "Catatan disimpan. Atasan diberi tahu lagi bila tetap tidak selesai.",
        form=form,
    )


@pages.get("/register")
@needs_permission("register.view")
def show_register() -> ResponseReturnValue:
    month = chosen_month()
    definition = chosen_service()
    book = register_book.register_lines(current_db(), current_actor(), definition.id, month)
    return show_page(
        "casework/desk/register.html",
        part=asked_slice(book, LINES_OF_BOOK),
        month=month,
        service=definition,
        services=office.services_in_force(current_db(), current_date()),
        key_title=register_book.key_heading(definition),
        asks_area=register_book.asks_area(definition),
        note=register_book.mask_note(definition),
        totals=register_book.register_totals(book, current_date()),
        before=(month - timedelta(days=1)).replace(day=1),
        after=(month + timedelta(days=32)).replace(day=1),
    )


@pages.post("/register/cetak")
@needs_permission("register.view")
def print_register() -> ResponseReturnValue:
    month = chosen_month()
    definition = chosen_service()
    office.current_definition(current_db(), definition.id, current_date())
    data = register_book.register_paper(current_db(), current_actor(), definition, month, current_time())
    return printed_answer("register", data, register_subject(definition, month), f"register-{month:%Y-%m}.pdf")


@pages.post("/register/unduh")
@needs_permission("register.view")
def download_register() -> ResponseReturnValue:
    """The month as a spreadsheet; taking it along is noted in the access log."""
    month = chosen_month()
    definition = chosen_service()
    record_access("register.export", register_subject(definition, month))
    sheet = register_book.register_sheet(current_db(), current_actor(), definition, month, current_time())
    return file_answer(sheet, XLSX, f"register-{month:%Y-%m}.xlsx")


def steps_of_service(service: str) -> list[tuple[str, str]]:
    """(id, words) of the states of a service; none of an office with several before one is chosen."""
    known = office.services_in_force(current_db(), current_date())
    chosen = next((definition for definition in known if definition.id == service or len(known) == 1), None)
    if chosen is None:
        return []
    states = [(step.id, step.state_label) for step in chosen.steps]
    return states + [(f"@{exit_.id}", exit_.state_label) for exit_ in chosen.exits]


def chosen_service() -> Definition:
    """The service that a list asks for, else the office's first. Raises Problem `not_found`."""
    return office.shown_standard(current_db(), request.values.get("layanan", "") or first_service(), current_date())[0]


def first_service() -> str:
    known = office.services_in_force(current_db(), current_date())
    if known:
        return known[0].id
    return profile_of(current_db()).services[0]


def register_subject(definition: Definition, month: date) -> str:
    """What was printed or taken along; the book of the office's first service keeps the name of its months."""
    if definition.id == first_service():
        return f"register/{month:%Y-%m}"
    return f"register/{definition.id}/{month:%Y-%m}"


def chosen_month() -> date:
    """The first day of the asked `Maret 2026`, `03-2026`, `3/2026` or `2026-03`; of this month where none is asked.

    Raises Problem `invalid`; the book links to the month before and after, so the last ones are left out.
    """
    text = request.values.get("bulan", "").strip()
    today = current_date()
    month: date | None = today.replace(day=1)
    if text:
        first = f"1-{text}"
        if text[:4].isdigit():
            first = f"{text}-01"
        month = date_or_none(first, today)
    if month is None or not FIRST_YEAR <= month.year <= LAST_YEAR:
        sentence = f"Ketik bulan dan tahun dari {FIRST_YEAR} sampai {LAST_YEAR}, misalnya 03-2026."
        raise Problem("invalid", 422, sentence, {"bulan": sentence})
    return month


def chosen_day() -> date:
    return asked_day("sampai") or office.office_calendar(current_db()).add_workdays(current_date(), 5)


def asked_day(name: str) -> date | None:
    """The day that the address names. Raises Problem `invalid` for one that is no day."""
    text = request.args.get(name, "")
    try:
        if not text:
            return None
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem.of("invalid", {name: "Tanggal itu tidak ada."}) from error
