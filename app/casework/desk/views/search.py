"""The page of the search: cases of this person, and what the other rooms find, by kind."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk import queries
from app.casework.desk.opening import services_open_to
from app.casework.desk.queries import CaseRow
from app.casework.desk.story import spoken_name
from app.casework.desk.views import case_page
from app.casework.desk.views.case_rows import drawn_rows
from app.core.codes import ALPHABET, LENGTHS, has_valid_check, typed_code
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.text import begins_words, search_words
from app.platform.office import queries as office
from app.platform.web import palette
from app.platform.web.context import MOST_OF_A_KIND, Found, current_actor, current_date, current_db
from app.platform.web.forms import show_page
from app.platform.web.guard import record_access, signed_in
from app.platform.web.palette import Group, asks_person
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("search", __name__)
MOST_FOUND = 30
"""Cases that a search shows; more are no answer, and their words stand in no address that a next page could have."""


@pages.route("/cari", methods=["GET", "POST"])
@signed_in
def search_cases() -> ResponseReturnValue:
    """Search by key, number or part of it, slip code or name. It is a POST, so that no number stands in an address.

    What only one thing answers to opens at once. A slip code opens what is done together with its owner, where that is
    this person's act: recording, hand-over.
    """
    if request.method == "POST":
        text = palette.asked_text()
    else:
        text = request.args.get("kode", "")
    cases = found_cases(text)
    if text:
        groups = palette.find_things(text)
    else:
        groups = []
    note_search(text, cases, groups)
    where = only_answer(text, cases, groups)
    if where:
        return redirect(where, 303)
    if text:
        places = palette.find_places(text)
    else:
        places = []
    return show_page(
        "casework/desk/found.html",
        tables=tables_by_service(cases[:MOST_FOUND]),
        count=len(cases[:MOST_FOUND]) + sum(len(found) for _, found in groups),
        more=len(cases) > MOST_FOUND,
        groups=[*groups, *places],
        asked=bool(text),
        numbered=any(sign.isdigit() for sign in text),
        miscopied=not cases and is_miscopied_code(text),
        search_words=office.search_words(current_db(), current_date()),
        villages=office.village_names(current_db()),
    )


def found_cases(text: str) -> list[CaseRow]:
    """One more than are shown, for whoever may see cases at all."""
    if not may(current_actor(), "case.list"):
        return []
    return queries.search_cases(current_db(), current_actor(), text, MOST_FOUND + 1)


def only_answer(text: str, cases: list[CaseRow], groups: list[Group]) -> str:
    """The page to open at once: of the one thing that the text names exactly, else of the only one; else empty."""
    things = [*map(as_found(text), cases), *(hit for _, found in groups for hit in found)]
    exact = [thing for thing in things if thing.exact]
    if len(exact) == 1 or len(things) == 1:
        return (exact or things)[0].address
    return "" if things else reserved_page(text)


def as_found(text: str) -> Callable[[CaseRow], Found]:
    """Cases as the text found them; by its slip code a case opens with what is done together with its owner."""
    code = typed_code(text)

    def read(row: CaseRow) -> Found:
        by_slip = bool(code) and row.code == code
        act = ""
        if by_slip:
            act = case_page.next_act_address(row.id, by_slip=True)
        address = act or url_for("cases.show_case", case_id=row.id)
        return Found(row.number, row.name, address, exact=by_slip or row.number == text.upper())

    return read


def reserved_page(text: str) -> str:
    """The page on which the blank form of a scanned or typed code is typed in, for those who may."""
    if not may(current_actor(), "form.enter"):
        return ""
    try:
        return url_for("reserved.show_enter", kode=queries.find_reserved_form(current_db(), text).number)
    except Problem:
        return ""


def tables_by_service(cases: list[CaseRow]) -> list[tuple[str, list[Any]]]:
    """The rows of each service under its name, in the order in which they were found."""
    order = list(dict.fromkeys(row.service for row in cases))
    ranked = sorted(cases, key=lambda row: order.index(row.service))
    tables = []
    for service, rows in groupby(ranked, key=lambda row: row.service):
        definition = office.current_definition(current_db(), service, current_date())
        tables.append((definition.short_name, drawn_rows(list(rows))))
    return tables


def is_miscopied_code(text: str) -> bool:
    """Whether this is written like a slip code, yet its check character says that one was read or typed wrongly."""
    signs = "".join(text.upper().replace("-", " ").split())
    if len(signs) not in LENGTHS or signs.isalpha() or signs.isdigit():
        return False
    return not set(signs) - set(ALPHABET) - set("ILOU") and not has_valid_check(signs)


def note_search(text: str, cases: list[CaseRow], groups: list[Group]) -> None:
    """A search for a person leaves a trace: by number or by name, and how much came of it, never what was typed."""
    traced = {finder.kind for finder in palette.own_finders(typing=False) if finder.traced}
    people = sum(len(found) for kind, found in groups if kind in traced)
    count = len(cases) + people
    subject = "page/cari"
    if len(cases) == 1 and not people:
        subject = f"case/{cases[0].id}"
    detail = ""
    if subject == "page/cari":
        detail = f"{count} berkas"
    if asks_person(text):
        record_access("search.number", subject, detail)
    elif any(sign.isalpha() for sign in text) and not any(sign.isdigit() for sign in text):
        record_access("search.name", subject, detail)


# -- while somebody types --------------------------------------------------------------------------------------------


def find_numbers(db: Database, actor: Actor, text: str) -> list[Found]:
    """Cases by a part of their number, under the search box."""
    rows = queries.find_by_number(db, actor, text, MOST_OF_A_KIND)
    return [Found(row.number, spoken_name(row.name), url_for("cases.show_case", case_id=row.id)) for row in rows]


def find_services(db: Database, actor: Actor, text: str) -> list[Found]:
    """Services in which this person may begin an application."""
    asked = search_words(text)
    known = [
        (definition, f"Permohonan baru {definition.name} {definition.short_name}")
        for definition in services_open_to(db, actor, current_date())
    ]
    wanted = [procedure for procedure, words in known if begins_words(search_words(words), asked)]
    return [begin_service(procedure) for procedure in wanted]


def begin_service(service: Definition) -> Found:
    address = url_for("form.start_application", layanan=service.id)
    return Found(f"Permohonan baru: {service.short_name}", "", address)
