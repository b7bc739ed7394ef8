"""What a service may add to opening a case. The desk calls it; the service's room stands above and implements it."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

import msgspec

from app.cases.fields import Form
from schema.database import Database
from schema.service_flow import Definition


class Notice(msgspec.Struct, frozen=True):
    """Something a person must see before the form is sent. `refuse` cannot be passed; `ask` needs a decision.

    `id` is stable for the same finding, so that a decision on it holds until the finding changes. `detail` tells what
    another file holds; a village clerk reads it only of a file `inside` the own village.
    """

    id: str
    level: str
    sentence: str
    field: str = ""
    case_id: int | None = None
    decision: str = ""
    detail: str = ""
    inside: str = ""


class Review(msgspec.Struct, frozen=True):
    """Findings on a form beside the errors of its fields."""

    notices: list[Notice] = msgspec.field(default_factory=list)

    @property
    def refused(self) -> Notice | None:
        """The first finding that forbids opening."""
        return next((one for one in self.notices if one.level == "refuse"), None)

    def undecided(self, heeded: set[str]) -> list[Notice]:
        """Findings that still need a person's decision."""
        return [one for one in self.notices if one.level == "ask" and one.id not in heeded]

    def about(self, field_id: str) -> list[Notice]:
        """Findings that belong beside one field."""
        return [one for one in self.notices if one.field == field_id]


class Aside(msgspec.Struct, frozen=True):
    """A card beside the form: what this very applicant should know or bring.

    `picture` names a drawing of the pages: a portrait on a red or blue ground, or none. `more` unfolds on request.
    """

    id: str
    title: str
    lead: str = ""
    text: str = ""
    picture: Literal["", "photo-red", "photo-blue"] = ""
    more: tuple[str, str] = ("", "")


class ServiceRules(Protocol):
    """Rules of one service."""

    def review(self, db: Database, definition: Definition, form: Form, today: date,
               own_case: int | None = None) -> Review:  # fmt: skip
        """Findings on a form; `own_case` is the case being corrected, which never collides with itself."""

    def supplied(self, form: Form) -> dict[str, str]:
        """The definition's `supplied_facts` that this form allows to tell."""

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Cards beside the form, for the fields that are filled so far."""


class NoRules:
    """A service whose definition says everything."""

    def review(self, db: Database, definition: Definition, form: Form, today: date,
               own_case: int | None = None) -> Review:  # fmt: skip
        """No findings."""
        return Review()

    def supplied(self, form: Form) -> dict[str, str]:
        """Nothing beyond the form."""
        return {}

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Nothing beside the form."""
        return []
