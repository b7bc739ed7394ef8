"""The access log of one week, counted for whoever oversees it: who did how much, and what stands out."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from statistics import median

import msgspec

from app.core.clock import at_office, office_time
from app.people.access_log import log_access
from app.people.access_words import ACTIONS, GROUPS, words_of
from schema.database import Database

READ = "access.week_read"
RARE = ("admin.reset", "backup.restored", "register.loaded", "password.given")
"""Acts on accounts and on whole data sets, named one by one."""
EARLY, LATE = 6, 20
"""Hours of the office's clock before and from which work is odd."""
MANY = 3
"""A person who opened this many times the median of all stands out."""
FEW = 20
"""Below this number of openings nobody stands out."""


class PersonWeek(msgspec.Struct, frozen=True):
    """What one person did in a week: times by group, and how often at an odd hour. `name` is empty for nobody known."""

    name: str
    by_group: dict[str, int]
    odd_hours: int


class Week(msgspec.Struct, frozen=True):
    """A week from its Monday: a line a person, the busiest first, and sentences about what stands out."""

    monday: date
    people: list[PersonWeek]
    notices: list[str]

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        """The Monday before it."""
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        """The Monday after it."""
        return self.monday + timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_of_access(db: Database, monday: date) -> Week:
    """The week that begins with `monday`."""
    begin, end = at_office(monday, 0), at_office(monday + timedelta(days=7), 0)
    rows = list(db.run("SELECT coalesce(p.name, ''), l.action, l.at, l.address FROM access_log l LEFT JOIN person p"
                       " ON p.id = l.person_id WHERE l.at >= ? AND l.at < ? AND l.action <> ? ORDER BY l.id",
                       (begin, end, READ)))  # fmt: skip
    names = sorted({row[0] for row in rows}, key=lambda name: -sum(row[0] == name for row in rows))
    people = [person_week(name, [row for row in rows if row[0] == name]) for name in names]
    return Week(monday, people, [*standing_out(people), *sensitive(rows)])


def person_week(name: str, rows: list[tuple[str, str, str, str]]) -> PersonWeek:
    """The line of one person."""
    counted = Counter(ACTIONS[action][0] for _, action, _, _ in rows if action in ACTIONS)
    odd = sum(is_odd(datetime.fromisoformat(at)) for _, _, at, address in rows if address != "console")
    return PersonWeek(name, {group: counted[group] for group in GROUPS}, odd)


def is_odd(at: datetime) -> bool:
    """Whether nobody works in an office at this moment: by night or on a Sunday."""
    local = office_time(at)
    return not EARLY <= local.hour < LATE or local.weekday() == 6


def standing_out(people: list[PersonWeek]) -> list[str]:
    """Sentences about persons who were refused, worked at odd hours or opened far more than the others."""
    opened = {one.name: one.by_group["cari"] + one.by_group["nomor"] for one in people if one.name}
    usual = median(opened.values()) if opened else 0
    found = []
    for one in people:
        name = one.name or "Orang yang tidak dikenal"
        if refused := one.by_group["ditolak"]:
            found.append(f"{name}: {refused} kali ditolak. Tanyakan apa yang dicari.")
        if one.odd_hours:
            found.append(
                f"{name}: {one.odd_hours} kali di luar jam kantor (malam atau Minggu). Tanyakan sebabnya."
            )
        if opened.get(one.name, 0) >= max(FEW, MANY * usual) and len(opened) > 1:
            found.append(
                f"{name}: membuka {opened[one.name]} kali, jauh di atas yang lain. Periksa untuk apa."
            )
    return found


def sensitive(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """Sentences about acts on accounts and on whole data sets, each with its number."""
    rare = Counter(action for _, action, _, _ in rows
                   if action in ("admin.reset", "backup.restored", "register.loaded", "password.given"))  # fmt: skip
    return [
        f"{words_of(action)}: {count} kali. Pastikan Anda tahu siapa dan mengapa."
        for action, count in rare.items()
    ]


def newest_unread(db: Database, today: date) -> date | None:
    """Monday of the week before this one when it holds lines and nobody has read it, else None."""
    monday = monday_of(today) - timedelta(days=7)
    begin, end = at_office(monday, 0), at_office(monday + timedelta(days=7), 0)
    if db.one("SELECT 1 FROM access_log WHERE subject = ? LIMIT 1", (f"week/{monday}",)):
        return None
    any_line = db.one("SELECT 1 FROM access_log WHERE at >= ? AND at < ? LIMIT 1", (begin, end))
    return monday if any_line else None


def note_read(db: Database, monday: date, *, person_id: int, now: datetime, address: str = "") -> None:
    """Keep that somebody read the week."""
    log_access(db, at=now, person_id=person_id, action=READ, subject=f"week/{monday}", address=address)
