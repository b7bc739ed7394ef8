"""Papers of monitoring and evaluation, and the documents of quality."""

from datetime import date

from app.platform.printing.data.common import NumberedPaper, Official, Part

Line = tuple[str, ...]


class AuditRow(Part):
    """An indicator on an audit sheet; empty fields leave room to write."""

    name: str
    target: str
    value: str
    state: str
    question: str
    evidence: str
    finding: str
    weight: str
    recommendation: str
    response: str


class AuditPart(Part):
    """The sheet of a unit with its own report; `follow_ups` are lines of their table, cell by cell."""

    unit: str
    state: str
    activities: str
    obstacles: str
    rows: tuple[AuditRow, ...]
    follow_ups: tuple[Line, ...]


class AuditSheet(NumberedPaper):
    """The audit sheet of one unit, across."""

    period: str
    sheet: AuditPart
    team: tuple[Line, ...]
    auditor: Official
    audited: Official


class EvaluationReport(NumberedPaper):
    """The report of the team. `facts` say what was examined, by whom, when; `counts` how many indicators are in which
    state; `principles` are name, text and how it was kept; a report that is not signed by all is a draft."""

    period: str
    facts: tuple[Line, ...]
    aims: tuple[str, ...]
    counts: tuple[Line, ...]
    results: str
    obstacles: str
    recommendations: str
    parts: tuple[AuditPart, ...]
    principles: tuple[Line, ...]
    supervisions: tuple[Line, ...]
    evaluation: str
    digest: str
    signers: tuple[tuple[str, Official], ...]


class QualityTargets(NumberedPaper):
    """Targets of a section for a year, with who made, checked and approved them; cells as in the table."""

    title: str
    year: int
    section: str
    rows: tuple[Line, ...]
    signers: tuple[tuple[str, Official], ...]
    in_force: str
    note: str
    stamp: str
    distribution: tuple[Line, ...]


class QualityPolicy(NumberedPaper):
    """The quality policy as it hangs on the wall; without a day of adoption it is a draft."""

    title: str
    text: str
    points: tuple[tuple[str, str], ...]
    adopted_on: date | None
    signer: Official
    stamp: str
