"""Letters on the page of a case, and in the search box."""

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from app.core.permissions import Actor, may
from app.letters.cases import letters_of_case
from app.letters.queries import find_letter
from app.letters.transitions import INCOMING, OUTGOING, can_read_incoming, can_read_outgoing, title_of
from app.letters.views import incoming, outgoing
from app.web.context import CaseSheet
from schema.database import Database
from schema.service_procedure import Definition


def case_sheet(db: Database, actor: Actor, case: Any, definition: Definition, _now: datetime) -> CaseSheet | None:
    """The letters of a case, as far as somebody may read them, and those that its procedure still asks for."""
    rows = letters_of_case(db, case.id)
    if not (rows or any(step.letter for step in definition.steps)) or not may(actor, "letter.view"):
        return None
    lines = [letter_line(db, actor, definition, row) for row in rows]
    have = {row.letter for row in rows}
    of_steps = {step.letter for step in definition.steps}
    asked = [one for one in definition.letters if one.id in of_steps - have and not case.closed]
    permissions = {"in": "letter.agenda", "out": "letter.draft"}
    wanted = [(one, may(actor, permissions[one.direction])) for one in asked]
    return CaseSheet("Surat", Markup(render_template("letters/_case.html", case=case, lines=lines, wanted=wanted)))


def letter_line(db: Database, actor: Actor, definition: Definition, row: Any) -> dict[str, str]:
    """A letter on the page of a case: its state and, for whoever may read it, its subject and address."""
    label = next((one.label for one in definition.letters if one.id == row.letter), "")
    if came := hasattr(row, "sender"):
        title, state, kind = f"Surat masuk {row.number}", INCOMING[row.state], incoming.KINDS[row.state]
    else:
        title, state, kind = title_of(row), OUTGOING[row.state], outgoing.KINDS[row.state]
    readable = can_read_incoming(db, actor, row) if came else can_read_outgoing(actor, row)
    where = url_for("incoming.show_letter" if came else "outgoing.show_letter", letter_id=row.id) if readable else ""
    said = label or (row.subject if readable else "Surat lain")
    return {"title": title, "state": state, "kind": kind, "label": said, "where": where}


def find_address(db: Database, actor: Actor, text: str) -> str | None:
    found = find_letter(db, actor, text) if may(actor, "letter.view") else None
    return url_for(f"{found[0]}.show_letter", letter_id=found[1]) if found else None
