"""Sections and time limits: office data, seeded once, changed by the Camat or the Sekretaris."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from app.complaints.limit_events import LimitSet, SectionSet
from app.complaints.tables import ComplaintLimit, SectionRow
from app.complaints.words import LIMITS, SECTIONS
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from app.office import service as office
from app.sop.deadline import counting
from schema.database import Database
from schema.remembered import remembered
from sync.journal import Journal

OTHER_SERVICE = "Layanan lain"
OUTSIDE_AREA = "outside"
"""The area of a complainant who lives in no village of this kecamatan; an empty one was not told."""


def seed(journal: Journal, now: datetime) -> None:
    """Give an office its first sections and limits, once."""
    with journal.transaction():
        if SectionRow.first(journal.db) is not None:
            return
        for code, name in SECTIONS.items():
            journal.record(
                SectionSet(code, name, ""), subject=f"section/{code}", actor=SYSTEM.username, at=now
            )
        for name, limit in LIMITS.items():
            journal.record(LimitSet(name, *limit), subject=f"limit/{name}", actor=SYSTEM.username, at=now)


def set_section(journal: Journal, actor: Actor, *, code: str, name: str, head: str, now: datetime,
                active: bool = True) -> None:  # fmt: skip
    """Enter or change a section and its head (user name, may be empty), or retire it (`active` off).

    Raises Problem: one with open lines and the last one in use are not retired.
    """
    require(actor, "office.settings")
    if not code.isidentifier() or not name.strip() or len(name) > 80:
        raise Problem.of("invalid", {"name": "Isi kode (huruf tanpa spasi) dan nama seksi."})
    if head and journal.db.one("SELECT 1 FROM person WHERE username = ?", (head,)) is None:
        raise Problem.of("invalid", {"head": "Kepala seksi tidak dikenal."})
    with journal.transaction():
        if not active:
            refuse_retiring(journal.db, code)
        journal.record(
            SectionSet(code, name.strip(), head, active),
            subject=f"section/{code}",
            actor=actor.username,
            at=now,
        )


def refuse_retiring(db: Database, code: str) -> None:
    """Raise Problem `conflict` where a section still has work, or no other one would be left."""
    row = db.one("SELECT count(*) FROM complaint WHERE section = ? AND state IN ('open', 'followed', 'answered')"
                 " AND aside = 0", (code,))  # fmt: skip
    if row and row[0]:
        why = f"Seksi ini masih punya {row[0]} pengaduan yang berjalan. Selesaikan atau teruskan dulu ke seksi lain."
        raise Problem.of("conflict", why=why)
    if not any(one.code != code for one in sections(db)):
        raise Problem.of(
            "conflict", why="Ini seksi terakhir. Tambahkan seksi lain dulu, baru nonaktifkan yang ini."
        )


def set_limit(
    journal: Journal, actor: Actor, *, name: str, days: int, unit: str, source: str, now: datetime
) -> None:
    """Change a limit, with where it comes from. Lines already written keep their due dates."""
    require(actor, "complaint.limits")
    known = ComplaintLimit.first(journal.db, ComplaintLimit.name == name)
    if (
        known is None
        or not 0 < days <= 365
        or unit not in ("working_days", "calendar_days")
        or not source.strip()
    ):
        raise Problem.of("invalid", {"days": "Isi 1 sampai 365 hari, satuan, dan dasarnya."})
    with journal.transaction():
        journal.record(LimitSet(name, known.label, days, unit, source.strip()[:200]), subject=f"limit/{name}",
                       actor=actor.username, at=now)  # fmt: skip


def limit_of(db: Database, name: str) -> tuple[int, str]:
    """(days, unit) of a limit."""
    row = ComplaintLimit.first(db, ComplaintLimit.name == name)
    return (row.days, row.unit) if row else (LIMITS[name].days, LIMITS[name].unit)


def due(db: Database, name: str, start: date) -> date:
    """The last day of a limit that starts on a date (the start day is not counted)."""
    days, unit = limit_of(db, name)
    return counting(unit, office.calendar(db)).add_workdays(start, days)


def sections(db: Database) -> list[SectionRow]:
    """Sections in use."""
    return SectionRow.rows(db, SectionRow.active == 1, order=SectionRow.code)


def section(db: Database, code: str) -> SectionRow | None:
    """A section, in use or retired."""
    return SectionRow.first(db, SectionRow.code == code)


def retired_sections(db: Database) -> list[SectionRow]:
    """Sections that are no longer in use; old lines still name them."""
    return SectionRow.rows(db, SectionRow.active == 0, order=SectionRow.code)


def limits(db: Database) -> list[ComplaintLimit]:
    """Every limit."""
    return ComplaintLimit.rows(db, order=ComplaintLimit.name)


def service_names(db: Database, on: date) -> dict[str, str]:
    """What a line may be about: services in force by id (the recap counts by it), then another one."""
    return {one.id: one.short_name for one in office.services(db, on)} | {OTHER_SERVICE: OTHER_SERVICE}


@remembered
def area_names(db: Database) -> Mapping[str, str]:
    """Where a complainant lives, as forms offer it: the office's villages, then outside of them (code → name)."""
    return MappingProxyType({**office.village_names(db), OUTSIDE_AREA: office.OUTSIDE})


@remembered
def section_names(db: Database) -> Mapping[str, str]:
    """Code → name of the sections in use, then of the retired ones: old lines still name them."""
    rows = db.run("SELECT code, name FROM section ORDER BY active DESC, code")
    return MappingProxyType(dict(rows))
