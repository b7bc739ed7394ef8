"""What a service may add to opening a case. The desk calls it; the service's room stands above and implements it."""

from __future__ import annotations

import json
from datetime import date
from typing import Protocol

from app.cases.disagreements import disagreements
from app.cases.fields import Form
from app.cases.notices import Aside, Notice, Review
from app.cases.tables import CaseFile
from schema.database import Database
from schema.service_flow import Definition


class ServiceRules(Protocol):
    """Rules of one service."""

    def review(self, db: Database, definition: Definition, form: Form, today: date,
               own_case: int | None = None) -> Review:  # fmt: skip
        """Findings on a form; `own_case` is the case being corrected, which never collides with itself."""

    def explain(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """Findings on a case as it stands that want a reason, explained or not."""

    def supplied(self, form: Form) -> dict[str, str]:
        """The definition's `supplied_facts` that this form allows to tell."""

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Cards beside the form, for the fields that are filled so far."""


class NoRules:
    """A service whose definition says everything."""

    def review(self, db: Database, definition: Definition, form: Form, today: date,
               own_case: int | None = None) -> Review:  # fmt: skip
        """Only what contradicts itself."""
        return Review(disagreements(definition, form.values))

    def explain(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """Only what contradicts itself."""
        return disagreements(definition, json.loads(case.fields))

    def supplied(self, form: Form) -> dict[str, str]:
        """Nothing beyond the form."""
        return {}

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Nothing beside the form."""
        return []
