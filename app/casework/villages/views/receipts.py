"""The number on a village's receipt, at the desk: found by the search, told on the page of its case."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from app.casework.desk.queries import select_cases
from app.casework.villages import queries
from app.core.permissions import Actor, may
from app.platform.office import queries as office
from app.platform.web.context import CaseSheet, Found
from schema.database import Database
from schema.service_procedure import Definition


def find_receipts(db: Database, actor: Actor, text: str) -> list[Found]:
    """Cases and waiting drafts that a village gave this number, those that this person may see."""
    codes = queries.codes_of_number(db, text)
    cases = [found for village, code in codes for found in cases_of(db, actor, village, code)]
    return cases + [found for village, code in codes for found in drafts_of(db, actor, village, code)]


def cases_of(db: Database, actor: Actor, village: str, code: str) -> list[Found]:
    rows = select_cases(db, actor, "c.brought = ?", [f"{village}/{code}"], "c.id", 1)
    return [Found(row.number, row.name, url_for("cases.show_case", case_id=row.id), exact=True) for row in rows]


def drafts_of(db: Database, actor: Actor, village: str, code: str) -> list[Found]:
    draft_id = queries.waiting_draft(db, village, code)
    if draft_id is None or not may(actor, "village.exchange"):
        return []
    note = f"Draf dari desa {office.village_names(db).get(village, village)}"
    return [
        Found(
            queries.given_number(db, f"{village}/{code}"),
            note,
            url_for("form.show_draft", draft_id=draft_id),
            exact=True,
        )
    ]


def receipt_sheet(db: Database, _actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """The number with which the applicant went home; nothing for a case of no village."""
    number = ""
    if case.brought:
        number = queries.given_number(db, case.brought)
    if not number:
        return None
    village = office.village_names(db).get(case.brought.partition("/")[0], "")
    return CaseSheet(
        "Resi desa", Markup(render_template("casework/villages/_receipt.html", number=number, village=village))
    )
