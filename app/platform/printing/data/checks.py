"""The paper of an internal check (clause 10)."""

from datetime import date

from app.platform.printing.data.common import NumberedPaper, Official, Part


class CheckedCase(Part):
    """A sampled case: its part and place in the draw, its number, and how many questions conform and do not."""

    part: str
    ordinal: int
    number: str
    conforms: int
    faults: int


class CheckFindingSheet(Part):
    """A finding with its answer; what is empty leaves room to write."""

    number: int
    case: str
    question: str
    weight: str
    note: str
    answer: str
    action: str
    due_on: date | None
    answered_by: str
    capa: str


class CheckSheet(NumberedPaper):
    """An internal check from its plan to its end. `drawing` says in a line how the sample can be drawn again."""

    on: date
    services: str
    purpose: str
    state: str
    span: str
    drawing: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    cases: tuple[CheckedCase, ...]
    findings: tuple[CheckFindingSheet, ...]
    conclusion: str
    overseer: Official
    head_official: Official
