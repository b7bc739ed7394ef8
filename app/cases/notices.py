"""What is said about a form beside the errors of its fields: findings that refuse, ask or explain, and cards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """Something a person must see before the form is sent. `refuse` cannot be passed; `ask` needs a decision,
    `explain` a reason in the person's own words.

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

    def undecided(self, heeded: set[str], reasons: Mapping[str, str]) -> list[Notice]:
        """Findings that still need a person's decision, or the reason that explains them (finding → reason)."""
        return [one for one in self.notices if (one.level == "ask" and one.id not in heeded)
                or (one.level == "explain" and not reasons.get(one.id, "").strip())]  # fmt: skip

    def about(self, field_id: str) -> list[Notice]:
        """Findings that belong beside one field."""
        return [one for one in self.notices if one.field == field_id]


def trace(*values: str) -> str:
    """A short digest of compared values for a notice's id: decided once, asked again when one of them changes.

    It stands in the journal beside the decision, eight letters long: enough to tell two values apart, of no use to
    find a number again in an entry that no longer holds it.
    """
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:8]


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
