"""Where an applicant lives: in a village of this kecamatan, or elsewhere with the home address that the form holds.

A kind of application whose form asks no village is one of people from elsewhere: its case has no area, so no village
clerk could ever see it, and it is opened at the kecamatan's counter only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from app.cases.queries import CaseRow
from app.core.permissions import Actor
from app.office.service import OUTSIDE
from app.sop import engine
from schema.database import Database
from schema.service_flow import Definition, Kind


def asks_area(definition: Definition, kind: str) -> bool:
    """Whether the form of a kind asks the village; a service that never asks one makes no difference."""
    field = engine.field_with_role(definition, "area")
    if field is None:
        return True
    return engine.holds([one for one in field.when if one.fact == "kind"], {"kind": kind})


def kinds_for(definition: Definition, actor: Actor) -> tuple[Kind, ...]:
    """The kinds that this person may open: a village clerk those of the own village's people."""
    return tuple(one for one in definition.kinds if not actor.village_only or asks_area(definition, one.id))


def not_here(definition: Definition, actor: Actor, kind: str) -> str:
    """Why this person may not open a kind, as a sentence; empty when he may."""
    found = next((one for one in definition.kinds if one.id == kind), None)
    if found is None or found in kinds_for(definition, actor):
        return ""
    return (
        f"{found.label} didaftarkan di loket kecamatan, karena pemohonnya bukan penduduk desa ini. "
        "Minta pemohon datang ke loket kecamatan, atau pilih jenis yang lain."
    )


def home_of(definition: Definition, values: Mapping[str, str]) -> str:
    """The home address of somebody from elsewhere in one line; empty when the form holds none."""
    parts = (values.get(one.id, "") for one in definition.fields if one.role == "home")
    return ", ".join(" ".join(part.split()) for part in parts if part.strip())


def area_text(names: Mapping[str, str], area: str, home: str = "") -> str:
    """A case's village as registers and letters name it, or that it lies elsewhere and where."""
    return f"{OUTSIDE}: {home}" if home and not area else names.get(area, area)


def homes(
    db: Database, rows: Iterable[CaseRow], definition_of: Callable[[CaseRow], Definition]
) -> dict[int, str]:
    """Case id → home address, for those of the rows that have no village of this kecamatan."""
    away = {row.id: definition_of(row) for row in rows if not row.area}
    marks = ", ".join("?" * len(away))
    found = db.run(f"SELECT id, fields FROM case_file WHERE id IN ({marks})", list(away)) if away else ()
    return {case_id: home_of(away[case_id], json.loads(fields)) for case_id, fields in found}
