"""What is asked about satisfaction: results by service, period and group, how many answers there are and should be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

import msgspec

from app.platform.office import settings
from app.quality.surveys.reckoning import Result, fewest_respondents, reckon_index
from app.quality.surveys.small_groups import FEWEST, merged_keys
from schema.database import Database, first_column, first_value

if TYPE_CHECKING:
    from schema.surveys import Survey

TOGETHER = "Lainnya, digabung"
METHOD = "survey.method"
TARGET = "survey.target"
DAYS = "survey.days"


class Span(Protocol):
    """A period, from its first day to its last."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


def office_survey(db: Database) -> Survey:
    from schema.surveys import load_survey

    return load_survey(str(settings.get_setting(db, METHOD)))


def index(db: Database, service: str, period: Span, survey: Survey | None = None) -> Result:
    """What the respondents of a service (empty: of all) said in a period. Answers know their month, so a period counts
    every month that it touches."""
    chosen = survey or office_survey(db)
    return reckon_index(chosen, [marks for marks, _ in answers_of(db, chosen.id, service, period)])


def answers_of(db: Database, survey: str, service: str, period: Span) -> list[tuple[str, str]]:
    """(marks, groups as JSON) of each respondent."""
    sql = (
        "SELECT marks, respondent FROM survey_answer WHERE month BETWEEN ? AND ? AND (? = '' OR service = ?)"
        " AND survey = ? ORDER BY id"
    )
    return [
        (str(marks), str(respondent))
        for marks, respondent in db.run(sql, (*months_of(period), service, service, survey))
    ]


def months_of(period: Span) -> tuple[str, str]:
    return f"{period.start:%Y-%m}", f"{period.end:%Y-%m}"


class GroupResult(msgspec.Struct, frozen=True):
    label: str
    result: Result


def results_by_group(db: Database, survey: Survey, service: str, period: Span) -> dict[str, list[GroupResult]]:
    """What is asked of a respondent → the result of each of its groups that somebody belongs to."""
    answers = [(marks, json.loads(who)) for marks, who in answers_of(db, survey.id, service, period)]
    found: dict[str, list[GroupResult]] = {}
    for asked in survey.asked:
        groups = {}
        for option in asked.options:
            groups[option.label] = [marks for marks, who in answers if who.get(asked.id) == option.id]
        groups["Tidak diisi"] = [marks for marks, who in answers if not who.get(asked.id)]
        found[asked.label] = merge_small_groups(survey, groups)
    return found


def merge_small_groups(survey: Survey, groups: dict[str, list[str]]) -> list[GroupResult]:
    """The results of groups (label → marks), the small ones as one row; nothing where all together are few."""
    results = {label: reckon_index(survey, marks) for label, marks in groups.items()}
    counts = {label: result.respondents for label, result in results.items() if result.respondents}
    merged = merged_keys(counts)
    shown = [GroupResult(label, results[label]) for label in counts if label not in merged]
    together = reckon_index(survey, [mark for label in counts if label in merged for mark in groups[label]])
    if together.respondents >= FEWEST:
        return [*shown, GroupResult(TOGETHER, together)]
    return shown


def results_by_service(db: Database, survey: Survey, period: Span) -> list[GroupResult]:
    """The result of each service (its id), small ones as one row."""
    marks = {}
    for service in services_answered(db, survey.id, period):
        marks[service] = [said for said, _ in answers_of(db, survey.id, service, period)]
    return merge_small_groups(survey, marks)


def is_withheld(db: Database, survey: Survey, service: str, period: Span) -> bool:
    """Whether too few judged this service in the period for its result to be told alone."""
    if service:
        return service not in [result.label for result in results_by_service(db, survey, period)]
    return 0 < index(db, "", period, survey).respondents < FEWEST


def finished_services(db: Database, service: str, period: Span) -> int:
    """How many services ended in the period, those of old registers left out: the population of its survey."""
    sql = (
        "SELECT count(*) FROM case_file WHERE closed_on BETWEEN ? AND ? AND closed = 1 AND origin <> 'import'"
        " AND (? = '' OR service = ?)"
    )
    return int(first_value(db, sql, (period.start.isoformat(), period.end.isoformat(), service, service)) or 0)


class Enough(msgspec.Struct, frozen=True):
    """How many respondents there are, and how many there should be of so many finished services."""

    respondents: int
    wanted: int
    finished: int

    @property
    def reached(self) -> bool:
        return self.respondents >= self.wanted > 0

    @property
    def words(self) -> str:
        if self.reached:
            return "cukup responden"
        return "belum cukup responden"


def sample_size(db: Database, survey: Survey, service: str, period: Span, respondents: int) -> Enough:
    finished = finished_services(db, service, period)
    return Enough(respondents, fewest_respondents(survey, finished), finished)


def sources_of(db: Database, survey: str, service: str, period: Span) -> Counter[str]:
    """How many answers came by which way."""
    sql = (
        "SELECT source, count(*) FROM survey_answer WHERE month BETWEEN ? AND ? AND (? = '' OR service = ?)"
        " AND survey = ? GROUP BY source"
    )
    return Counter(dict(db.run(sql, (*months_of(period), service, service, survey))))


def services_answered(db: Database, survey: str, period: Span) -> Sequence[str]:
    sql = "SELECT DISTINCT service FROM survey_answer WHERE month BETWEEN ? AND ? AND survey = ? ORDER BY service"
    return first_column(db, sql, (*months_of(period), survey))


def comments_of(db: Database, survey: str, service: str, period: Span, limit: int = 500) -> list[tuple[str, int]]:
    """(comment, how many wrote the same), without names, numbers and addresses, as complaints are read; the most
    frequent first, in no order of their coming."""
    sql = (
        "SELECT comment, count(*) FROM survey_answer WHERE month BETWEEN ? AND ? AND (? = '' OR service = ?)"
        " AND survey = ? AND comment <> '' GROUP BY comment ORDER BY count(*) DESC, comment LIMIT ?"
    )
    rows = list(db.run(sql, (*months_of(period), service, service, survey, limit)))
    hide = name_hider(db) if rows else str
    return [(hide(str(text)), int(count)) for text, count in rows]


def name_hider(db: Database) -> Callable[[str], str]:
    """Takes names, numbers and addresses out of a text, as out of complaints."""
    from app.platform.people.queries import person_names
    from app.services.complaints.known_names import Names
    from app.services.complaints.masks import Masker, known_places

    return Masker(Names.from_people(list(person_names(db).values())), places=known_places(db)).page
