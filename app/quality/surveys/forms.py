"""Paper forms: numbered, printed empty, filled in by hand, typed by two persons; only what agrees counts, once.

Where the two typed differently a third person settles it with the paper in hand. A number that is spoiled counts never.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict

from app.core.asked import Amount, Choice, Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import CATALOGUE, Problem, check_found
from app.platform.office.queries import services_in_force
from app.quality.surveys.answers import Said, check_month, chosen_label, typed_said
from app.quality.surveys.events import FormSettled, FormSpoiled, FormsPrinted, FormTyped
from app.quality.surveys.queries import office_survey
from app.quality.surveys.tables import SurveyForm, SurveyTyping
from app.room import office_command
from schema.database import Database, first_value
from schema.surveys import Survey, load_survey
from sync.journal import Journal

MOST_FORMS = 200
SPOILED = "Tulis mengapa lembar ini tidak dipakai."
HOW_MANY = f"Isi banyaknya, 1 sampai {MOST_FORMS}."
STATES = {
    "printed": ("idle", "Belum diketik"),
    "typed": ("wait", "Menunggu pengetik kedua"),
    "differs": ("warn", "Ketikan berbeda"),
    "counted": ("good", "Dihitung"),
    "spoiled": ("warn", "Rusak"),
}
OPEN = ("printed", "typed")


def services_to_rate(db: Database, today: date) -> dict[str, str]:
    """Service → its short name, of those that a form may be about; a form without one is about the whole office."""
    return {service.id: service.short_name for service in services_in_force(db, today)}


@office_command("survey.type")
def print_forms(
    journal: Journal,
    actor: Actor,
    *,
    service: Annotated[str, Choice("Layanan yang dinilai", name="layanan", choices=services_to_rate)],
    count: Annotated[int, Amount("Banyaknya", least=1, most=MOST_FORMS, outside=HOW_MANY)],
    now: datetime,
) -> list[int]:
    """Numbers of new forms of the office's survey. Raises Problem `invalid`."""
    first = journal.next_id("survey_form", "number")
    on = office_date(now).isoformat()
    body = FormsPrinted(first, count, office_survey(journal.db).id, service, on)
    journal.record(body, subject=f"survey/form/{first}", actor=actor.username, at=now)
    return list(range(first, first + count))


def get_form(db: Database, number: int) -> SurveyForm:
    return check_found(SurveyForm.first(db, number=number), f"Lembar survei {number}")


def form_typings(db: Database, number: int) -> list[SurveyTyping]:
    return SurveyTyping.rows(db, number=number, order="at")


def said_of(typing: SurveyTyping) -> Said:
    return Said(typing.marks, json.loads(typing.respondent), typing.comment)


@office_command("survey.type")
def type_form(
    journal: Journal, actor: Actor, *, number: int, month: str, typed: Mapping[str, str], now: datetime
) -> str:
    """What stands on a form, by the first or the second person; returns the form's new state. Raises Problem."""
    form = get_form(journal.db, number)
    known = form_typings(journal.db, number)
    if form.state not in OPEN:
        raise Problem.of("state", what=f"Lembar survei {number}", state=STATES[form.state][1])
    if any(typing.actor == actor.username for typing in known):
        raise Problem.of("conflict", why=CATALOGUE["second_person"].sentence)
    said = typed_said(load_survey(form.survey), typed)
    check_month(month, office_date(now))
    answer_id = 0
    if not known:
        state = "typed"
    elif (known[0].month, said_of(known[0])) == (month, said):
        state = "counted"
        answer_id = journal.next_id("survey_answer")
    else:
        state = "differs"
    body = FormTyped(**form_words(form), **asdict(said), month=month, state=state, answer_id=answer_id)
    journal.record(body, subject=f"survey/form/{number}", actor=actor.username, at=now)
    return state


def form_words(form: SurveyForm) -> dict[str, Any]:
    return {"number": form.number, "survey": form.survey, "service": form.service}


@office_command("survey.settle")
def settle_form(
    journal: Journal, actor: Actor, *, number: int, month: str, typed: Mapping[str, str], now: datetime
) -> None:
    """What the paper really says, by a third person who looked at it. Raises Problem."""
    form = get_form(journal.db, number)
    if form.state != "differs":
        raise Problem.of("state", what=f"Lembar survei {number}", state=STATES[form.state][1])
    if any(typing.actor == actor.username for typing in form_typings(journal.db, number)):
        raise Problem.of("conflict", why="Perbedaan diselesaikan orang ketiga, bukan salah satu pengetiknya.")
    said = typed_said(load_survey(form.survey), typed)
    check_month(month, office_date(now))
    answer_id = journal.next_id("survey_answer")
    said_words = asdict(said)
    body = FormSettled(**form_words(form), **said_words, month=month, state="counted", answer_id=answer_id)
    journal.record(body, subject=f"survey/form/{number}", actor=actor.username, at=now)


@office_command("survey.type")
def spoil_form(
    journal: Journal,
    actor: Actor,
    *,
    number: int,
    why: Annotated[str, Text("Lembar rusak atau hilang: mengapa", SPOILED, most=200)],
    now: datetime,
) -> int:
    """A form that cannot be read, or was printed in vain: it counts never. Returns its number. Raises Problem."""
    form = get_form(journal.db, number)
    if form.state == "counted":
        raise Problem.of("state", what=f"Lembar survei {number}", state=STATES[form.state][1])
    body = FormSpoiled(number, why)
    journal.record(body, subject=f"survey/form/{number}", actor=actor.username, at=now)
    return number


class Difference(msgspec.Struct, frozen=True):
    """A field that two persons typed differently, in words."""

    field: str
    label: str
    first: str
    second: str


def differences(db: Database, survey: Survey, number: int) -> list[Difference]:
    """Field by field, in the order of the form; nothing while only one has typed."""
    known = form_typings(db, number)
    if len(known) < 2:
        return []
    first, second = (typing_words(survey, typing) for typing in known[:2])
    return [
        Difference(field, label, value, second[field][1])
        for field, (label, value) in first.items()
        if value != second[field][1]
    ]


def typing_words(survey: Survey, typing: SurveyTyping) -> dict[str, tuple[str, str]]:
    """Field → (its label, what was typed)."""
    said = said_of(typing)
    groups = {asked.id: (asked.label, chosen_label(asked, said.respondent, "–")) for asked in survey.asked}
    marks = {
        element.id: (f"{element.id} {element.name}", mark)
        for element, mark in zip(survey.elements, said.marks, strict=True)
    }
    return {"month": ("Bulan", typing.month)} | marks | groups | {"comment": ("Saran", said.comment or "–")}


def typed_values(typing: SurveyTyping, survey: Survey) -> dict[str, Any]:
    """What was typed, as the fields of the form hold it."""
    said = said_of(typing)
    marks = {element.id: mark.strip("-") for element, mark in zip(survey.elements, said.marks, strict=True)}
    return marks | said.respondent | {"comment": said.comment, "month": typing.month}


def list_forms(db: Database, *states: str, limit: int = 200) -> list[SurveyForm]:
    chosen = states or tuple(STATES)
    return SurveyForm.rows(db, state=chosen, order="number DESC", limit=limit)


def count_forms(db: Database) -> dict[str, int]:
    return dict(db.run("SELECT state, count(*) FROM survey_form GROUP BY state"))


def last_number(db: Database) -> int:
    return int(first_value(db, "SELECT max(number) FROM survey_form") or 0)
