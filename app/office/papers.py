"""The standard and its documents as papers."""

from __future__ import annotations

from datetime import date, datetime

from app.core.dates import plain_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.office.letterhead import letterhead, signing
from app.office.tables import Standard
from app.printing import data as shapes
from app.printing.from_definition import standard_clauses
from schema.database import Database
from schema.service_flow import Definition

ROWS_ON_A_SHEET = 9


def control(definition: Definition) -> shapes.Control:
    """Document control of the standard itself: SP-PELY-02, its revision and issue date."""
    one = definition.identity
    return shapes.Control(document=one.number, revision=one.revision, issued_on=one.issued_on)


def standard_paper(db: Database, definition: Definition, adopted: Standard | None, actor: Actor,
                   now: datetime) -> shapes.Standard:  # fmt: skip
    """The whole standard; without an adoption it says that it is not in force."""
    from app.sop.flowchart import flowchart  # drawing is asked for once a year, not at every start

    one = definition.identity
    posts = {signatory.id: signatory.post for signatory in one.signatories}

    def person(part: str) -> shapes.Official:
        return shapes.Official(name=getattr(adopted, part) if adopted else "", post=posts.get(part, ""))

    return shapes.Standard(
        head=letterhead(db), control=control(definition), printed_at=now, printed_by=actor.name,
        title=f"{one.document_kind} {definition.name}", service=one.title, number=one.full_number,
        revised_on=one.revised_on, maker=person("maker"), checker=person("checker"), approver=person("approver"),
        clauses=standard_clauses(definition), charts=tuple(flowchart(definition, ROWS_ON_A_SHEET)),
        in_force=f"sejak {plain_date(date.fromisoformat(adopted.effective_on))}" if adopted else "",
    )  # fmt: skip


def statement_paper(db: Database, definition: Definition, document_id: str, actor: Actor, now: datetime,
                    on: date) -> shapes.Statement:  # fmt: skip
    """A guarantee or policy (clauses 12 and 13) on one page. Raises Problem `not_found`."""
    found = next((one for one in definition.documents if one.id == document_id), None)
    if found is None:
        raise Problem.of("not_found", what="Dokumen itu")
    return shapes.Statement(
        head=letterhead(db), control=control(definition), printed_at=now, printed_by=actor.name, title=found.title,
        clause=found.clause, paragraphs=(found.text,), points=(), on=on, signer=signing(db, "camat", on),
    )  # fmt: skip
