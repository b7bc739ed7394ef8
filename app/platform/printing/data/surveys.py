"""Papers of satisfaction surveys: the slip with a code, the empty form, the report and its poster."""

from datetime import date

from app.platform.printing.data.books import Fact
from app.platform.printing.data.common import Official, Paper, Part, SecretCode


class SurveySlip(Paper):
    """What a visitor takes to the kiosk; `survey` is drawn with its QR."""

    service: str
    survey: SecretCode
    until_on: date
    questions: int


class FormQuestion(Part):
    id: str
    question: str
    answers: tuple[str, ...]


class FormGroup(Part):
    label: str
    options: tuple[str, ...]


class SurveyForms(Paper):
    """Empty forms, one for each number."""

    name: str
    basis: str
    service: str
    numbers: tuple[int, ...]
    questions: tuple[FormQuestion, ...]
    groups: tuple[FormGroup, ...]


class ElementLine(Part):
    id: str
    name: str
    answered: int
    mean: str
    value: str
    mark: str


class GroupTable(Part):
    """Rows of label, respondents, index, category."""

    title: str
    rows: tuple[tuple[str, str, str, str], ...]


class SurveyReport(Paper):
    """The report of a period, and the poster of the same figures. `charts` are SVG texts."""

    title: str
    basis: str
    number: str
    period: str
    scope: str
    index: str
    mark: str
    words: str
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    elements: tuple[ElementLine, ...]
    groups: tuple[GroupTable, ...]
    bands: tuple[tuple[str, str, str], ...]
    plan: tuple[str, ...]
    charts: tuple[str, ...]
    digest: str
    on: date
    maker: Official
    signer: Official
