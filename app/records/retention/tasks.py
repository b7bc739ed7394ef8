"""Rows of *Meja kerja*: a list that waits for its second person, and once a year what is due."""

from datetime import date, datetime

from app.casework.desk.parts import DeskParts, Task, asked_with, with_act
from app.core.clock import office_date
from app.core.permissions import Actor
from app.records.retention import queries
from app.records.retention.service import can_confirm
from schema.database import Database

TAB = "Masa simpan dan pemusnahan"
MONTHS = (1, 2, 3)
"""When a year begins, its list is made."""


@with_act("decide")
@asked_with("records.confirm")
def waiting_list(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    row = queries.open_destruction(db)
    if row is None or not can_confirm(row, actor):
        return []
    return [Task(TAB, f"Daftar pemusnahan {row.number}", "Menunggu orang kedua.", "retention.show", "Konfirmasi")]


@with_act("decide")
@asked_with("records.keep")
def yearly_list(db: Database, _actor: Actor, now: datetime) -> list[Task]:
    """From January to March, where the year has no list yet and something is due."""
    today = office_date(now)
    if today.month not in MONTHS or queries.has_list_since(db, date(today.year, 1, 1)):
        return []
    if not queries.is_anything_due(db, today):
        return []
    detail = "Ada berkas yang sudah lewat masa simpannya."
    return [Task(TAB, f"Daftar pemusnahan {today.year}", detail, "retention.show", "Susun")]


DESK = DeskParts(
    tasks=(waiting_list, yearly_list),
)
