"""Form F-1.02 of Permendagri 109/2019 as our own drawing; its words are data (`schema/forms`), with the kinds and
papers of ours that they stand for.
"""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import schema
from app.core.clock import office_date
from app.core.permissions import Actor
from app.desk.checklist import CheckedLine, read_checklist
from app.desk.papers import POPULATION_FORM, counted_by, paper_fields
from app.desk.queries import case_form
from app.desk.tables import CaseFile
from app.printing.data import cases as shapes
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition


@lru_cache(maxsize=1)
def form_words() -> dict[str, Any]:
    """Columns of (letter, words, kind) and attachments as (words, item), as the file says them."""
    folder = Path(schema.__file__ or "").parent / "forms"
    return tomllib.loads((folder / f"{POPULATION_FORM}.toml").read_text(encoding="utf-8"))


def population_form(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PopulationForm:
    """The form as far as the case fills it; papers are ticked only where the counter has counted them."""
    values, counter = case_form(definition, case).values, counted_by(db, case)
    family = engine.field_with_role(definition, "family_key")
    lines = read_checklist(db, definition, case) if counter else []
    return shapes.PopulationForm(
        **paper_fields(db, definition, "population_form", actor, now),
        number=case.number,
        code=POPULATION_FORM,
        name=case.name,
        nik=case.main_key,
        family_key=values.get(family.id, "") if family else "",
        columns=marked_columns(case.kind),
        attachments=marked_attachments(lines),
        on=date.fromisoformat(case.received_on) if case.received_on else office_date(now),
        checked_by=counter,
    )


def marked_columns(kind: str) -> tuple[shapes.MarkedColumn, ...]:
    """The columns with the line of this kind of application chosen."""
    return tuple(
        shapes.MarkedColumn(
            title=column["title"],
            lines=tuple(
                shapes.MarkedLine(code=code, label=label, chosen=bool(own) and own == kind)
                for code, label, own in column["lines"]
            ),
        )
        for column in form_words()["columns"]
    )


def marked_attachments(lines: Sequence[CheckedLine]) -> tuple[shapes.Choice, ...]:
    there = {one.need.id for one in lines if one.state == "present"}
    return tuple(shapes.Choice(label=label, chosen=item in there) for label, item in form_words()["attachments"])
