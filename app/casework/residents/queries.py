"""What the page of the reference tells: acts of the past, and how many people were looked up by whom on which day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.casework.residents.compare import COMPARED
from app.casework.residents.tables import ResidentsAct
from app.core.clock import at_office, office_date
from app.platform.office import queries as office
from app.platform.people.access_log import access_lines
from schema.database import Database

DAYS_SHOWN = 14
MOST_LINES = 20_000
"""Looks of two weeks: far more than an office of this size has forms."""
MOST_ACTS = 20


class Looks(msgspec.Struct, frozen=True):
    """On a day somebody had so many people compared."""

    on: date
    name: str
    people: int


def looks_by_day(db: Database, now: datetime) -> list[Looks]:
    """Of the last two weeks, the newest day first, and there who looked most."""
    since = at_office(office_date(now) - timedelta(days=DAYS_SHOWN - 1), 0)
    lines = access_lines(db, actions=[COMPARED], since=since, limit=MOST_LINES)
    counted = Counter((office_date(datetime.fromisoformat(line.at)), line.name) for _, line in lines)
    found = [Looks(on, name, people) for (on, name), people in counted.items()]
    return sorted(found, key=lambda look: (-look.on.toordinal(), -look.people, look.name))


def past_acts(db: Database) -> Sequence[ResidentsAct]:
    return ResidentsAct.rows(db, order="id DESC", limit=MOST_ACTS)


def has_subject(db: Database) -> bool:
    """Whether this office compares anything with residents: it has villages of its own."""
    return bool(office.village_names(db))
