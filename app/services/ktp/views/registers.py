"""Whose old registers and lists this office can have read."""

from collections.abc import Callable
from datetime import date
from typing import Any

from app.platform.office import queries as office
from app.platform.people.queries import profile_of
from app.platform.web.context import current_loket
from schema.database import Database
from schema.definitions import load_all


def registers() -> dict[str, Callable[[], tuple[Any, Any]]]:
    """Service → what reads its register."""
    known = (each for room in current_loket().rooms for each in room.services.items())
    return {service: pages.register for service, pages in known if pages.register is not None}


def readable_services(db: Database) -> dict[str, str]:
    """Service → its short name, of those that the office has and whose lists a room reads; before its first standard
    of those with which an office of its kind begins."""
    readable = registers()
    held = office.services_in_force(db, date.max) or [load_all()[name] for name in profile_of(db).services]
    return {service.id: service.short_name for service in held if service.id in readable}


def reads_registers(db: Database) -> bool:
    """Whether any list of this office is read here."""
    return bool(readable_services(db))
