"""Journal kinds of satisfaction surveys. None of them says which case a vote came from."""

import msgspec

from app.quality.surveys.tables import SurveyAnswer, SurveyCapa, SurveyForm, SurveyImport, SurveyReport, SurveyTyping
from app.room import AT, BY, add_row_of, alter_row_of, stamp_row_of
from schema.database import Database
from schema.person_fields import PersonCode
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One respondent; `ballot` is the random number under which a vote lay in the box."""

    id: int
    survey: str
    service: str
    month: str
    marks: str
    respondent: dict[str, str] = {}
    comment: PersonCode = ""
    ballot: str | None = None


class VotesCounted(msgspec.Struct, frozen=True):
    """The box was emptied: its votes, in the order of their random numbers."""

    answers: list[Answer]


class BallotsCleared(msgspec.Struct, frozen=True):
    """Votes up to the answer `last` lay under digests of their codes; their own ids stand in the place of these."""

    last: int


class FormsPrinted(msgspec.Struct, frozen=True):
    first: int
    count: int
    survey: str
    service: str
    on: str


class FormTyped(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one person typed from a form; `answer_id` where it agrees with what another one typed."""

    number: int
    state: str
    survey: str
    service: str
    month: str
    marks: str
    respondent: dict[str, str] = {}
    comment: PersonCode = ""
    answer_id: int = 0


class FormSettled(FormTyped, frozen=True, omit_defaults=True):
    """Two persons typed differently; a third looked at the paper."""


class FormSpoiled(msgspec.Struct, frozen=True):
    number: int
    why: str


class AnswersImported(msgspec.Struct, frozen=True):
    digest: str
    name: str
    survey: str
    service: str
    month: str
    answers: list[Answer]


class ReportDrafted(msgspec.Struct, frozen=True):
    id: int
    number: str
    survey: str
    service: str
    first_on: str
    last_on: str
    period: str
    plan: str
    figures: str
    digest: str


class ReportPublished(msgspec.Struct, frozen=True):
    id: int
    digest: str


class ReportWithdrawn(msgspec.Struct, frozen=True):
    id: int
    why: str


class CapaAsked(msgspec.Struct, frozen=True):
    capa_id: int
    service: str
    period: str


def add_answers(db: Database, answers: list[Answer], source: str) -> None:
    SurveyAnswer.add_all(
        db, [SurveyAnswer.take(answer, source=source, respondent=to_json(answer)) for answer in answers]
    )


def to_json(body: Answer | FormTyped) -> str:
    return msgspec.json.encode(dict(sorted(body.respondent.items()))).decode()


def apply_counted(db: Database, entry: Entry) -> None:
    add_answers(db, entry.body.answers, "kiosk")


def apply_ballots_cleared(db: Database, entry: Entry) -> None:
    db.run("UPDATE survey_answer SET ballot = CAST(id AS TEXT) WHERE source = 'kiosk' AND id <= ?", (entry.body.last,))


def apply_printed(db: Database, entry: Entry) -> None:
    body: FormsPrinted = entry.body
    shared = {"survey": body.survey, "service": body.service, "printed_on": body.on, "actor": entry.actor}
    numbers = range(body.first, body.first + body.count)
    SurveyForm.add_all(db, [shared | {"number": number, "state": "printed"} for number in numbers])


def apply_typed(db: Database, entry: Entry) -> None:
    body: FormTyped = entry.body
    typed = SurveyTyping.take(body, respondent=to_json(body), at=to_utc_text(entry.at), actor=entry.actor)
    SurveyTyping.add(db, **typed)
    finish_form(db, body)


def finish_form(db: Database, body: FormTyped) -> None:
    """The new state of a form, and its answer where it counts now."""
    SurveyForm.alter(db, {"number": body.number}, state=body.state)
    if body.answer_id:
        said = (body.survey, body.service, body.month, body.marks, body.respondent, body.comment)
        add_answers(db, [Answer(body.answer_id, *said)], "form")


def apply_settled(db: Database, entry: Entry) -> None:
    finish_form(db, entry.body)


def apply_imported(db: Database, entry: Entry) -> None:
    body: AnswersImported = entry.body
    at = {"at": to_utc_text(entry.at), "actor": entry.actor}
    SurveyImport.add_from(db, body, lines=len(body.answers), **at)
    add_answers(db, body.answers, "import")


KINDS = [
    Kind("survey.votes_counted", 1, VotesCounted, apply_counted),
    Kind("survey.ballots_cleared", 1, BallotsCleared, apply_ballots_cleared, NOBODY),
    Kind("survey.forms_printed", 1, FormsPrinted, apply_printed, NOBODY),
    Kind("survey.form_typed", 1, FormTyped, apply_typed),
    Kind("survey.form_settled", 1, FormSettled, apply_settled),
    Kind("survey.form_spoiled", 1, FormSpoiled, alter_row_of(SurveyForm, {"state": "spoiled"}, key="number"), NOBODY),
    Kind("survey.imported", 1, AnswersImported, apply_imported),
    Kind("survey.report_drafted", 1, ReportDrafted, add_row_of(SurveyReport, {"state": "drafted"}), NOBODY),
    Kind(
        "survey.report_published",
        1,
        ReportPublished,
        stamp_row_of(SurveyReport, {"state": "published"}, published_at=AT, published_by=BY),
        NOBODY,
    ),
    Kind("survey.report_withdrawn", 1, ReportWithdrawn, alter_row_of(SurveyReport, {"state": "withdrawn"}), NOBODY),
    Kind("survey.capa_asked", 1, CapaAsked, add_row_of(SurveyCapa), NOBODY),
]
