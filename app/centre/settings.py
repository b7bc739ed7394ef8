"""Settings of the centre with their defaults. A value that was never set is its default."""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.centre.tables import CentreSetting
from app.core.problems import Problem
from app.core.text import limit_text
from app.core.value_problem import ValueProblem
from schema.database import Database

DEFAULTS: dict[str, str] = {
    "centre.code": "",
    "centre.name": "",
    "centre.regency": "",
    "centre.place": "",
    "centre.postal": "",
    "centre.contact": "",
    "centre.address": "",
    "paper.size": "F4",
}
"""`centre.address` is how offices reach the centre over the network, such as `pusat.example:8135`; `postal` is where
the house stands."""

LIMIT = 200


def get(db: Database, key: str) -> str:
    """The value of a setting. Raises KeyError for an unknown key."""
    row = db.one("SELECT value FROM centre_setting WHERE key = ?", (key,))
    value: str = json.loads(row[0]) if row else DEFAULTS[key]
    return value


def all_settings(db: Database) -> dict[str, str]:
    """Every setting with its value or default."""
    return DEFAULTS | {row.key: json.loads(row.value) for row in CentreSetting.rows(db)}


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """The values, trimmed. Raises Problem `invalid` with one sentence per wrong field."""
    wrong: dict[str, str] = {}
    clean: dict[str, str] = {}
    for key, value in values.items():
        if key not in DEFAULTS:
            raise KeyError(key)
        try:
            clean[key] = limit_text(value, limit=LIMIT, label="Isian")
        except ValueProblem as problem:
            wrong[key] = problem.sentence
    if clean.get("paper.size", "F4") not in ("F4", "A4"):
        wrong["paper.size"] = "Pilih salah satu dari daftar."
    if wrong:
        raise Problem.of("invalid", wrong)
    return clean
