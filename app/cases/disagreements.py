"""NIK, birth date and sex of a form that contradict each other: lawful at times, never silent. A person says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from app.cases.notices import Notice, trace
from app.core.identity import LENGTH, Nik, Sex
from app.core.identity_warnings import nik_disagreements
from app.sop import engine
from schema.service_flow import Definition


def disagreements(definition: Definition, values: Mapping[str, str]) -> list[Notice]:
    """What birth date and sex say against the NIK, each at its field; empty without a NIK or when they agree."""
    asked = {role: engine.field_with_role(definition, role) for role in ("key", "birth", "sex")}
    held = {role: values.get(one.id, "") if one else "" for role, one in asked.items()}
    if asked["key"] is None or asked["key"].type != "nik" or len(held["key"]) != LENGTH:
        return []
    born = date.fromisoformat(held["birth"]) if held["birth"] else None
    against = nik_disagreements(Nik(held["key"]), born, cast("Sex | None", held["sex"] or None))
    return [
        Notice(f"nik-{role}-{trace(held['key'], held[role])}", "explain", sentence, one.id)
        for role, sentence in against.items()
        if (one := asked[role])
    ]
