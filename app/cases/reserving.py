"""Reading reserved forms: a set that was printed together, one by its code or number, those still out."""

from __future__ import annotations

from app.cases.tables import ReservedForm
from app.core.codes import check_code, has_valid_check
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.value_problem import ValueProblem
from schema.database import Database


def batch(db: Database, actor: Actor, code: str) -> list[ReservedForm]:
    """The forms that were reserved together with this one, in order of number. Raises Problem `not_found`."""
    one = ReservedForm.first(db, ReservedForm.code == code)
    if one is None or (actor.village_only and one.area != actor.area):
        raise Problem.of("not_found", what="Formulir bernomor itu")
    return ReservedForm.rows(
        db,
        ReservedForm.reserved_at == one.reserved_at,
        ReservedForm.actor == one.actor,
        ReservedForm.area == one.area,
        order=ReservedForm.number,
    )


def find(db: Database, typed: str) -> ReservedForm:
    """A form by its scanned code, or by its number with or without check character. Raises Problem at field `kode`."""
    text = typed.strip()[:64].upper()
    found = None
    try:
        found = ReservedForm.first(db, ReservedForm.code == check_code(text))
    except ValueProblem:
        for number in (text, text.rpartition("-")[0] if has_valid_check(text) else ""):
            found = found or (ReservedForm.first(db, ReservedForm.number == number) if number else None)
    if found is None:
        sentence = "Kode atau nomor ini tidak ada di daftar formulir bernomor. Lihat lagi lembarnya."
        raise Problem.of("invalid", {"kode": sentence})
    return found


def waiting(db: Database, actor: Actor, limit: int = 200) -> list[ReservedForm]:
    """Forms whose number is reserved and that are not typed in yet, the latest first."""
    own = [ReservedForm.area == actor.area] if actor.village_only else []
    return ReservedForm.rows(
        db,
        ReservedForm.case_id.is_null(),
        *own,
        order=(ReservedForm.reserved_at.desc(), ReservedForm.number),
        limit=limit,
    )
