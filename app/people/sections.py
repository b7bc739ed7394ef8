"""Who heads the section that runs the services of the counter (SP 4.4), now and by decree.

Sections are written by the complaint book (`section.set`); who somebody is at a moment depends on them, so they are
read here, in the room that says who somebody is. Only offices have heads of sections, and only offices have the table.
"""

from __future__ import annotations

from datetime import date

from schema.database import Database, plain

HEAD = "kasi"
COUNTER_SECTION = "pelayanan"
"""Seksi Pelayanan Umum: the standard's clause 4.4 gives the applications of the counter to it."""


def counter_head(db: Database) -> str:
    """User name of the head of the counter's section; empty while the office has named nobody."""
    row = db.one("SELECT head FROM section WHERE code = ? AND active = 1", (COUNTER_SECTION,))
    return row[0] if row else ""


def own_section(db: Database, username: str) -> str:
    """Name of the section that a person heads beside the counter's; empty without one."""
    row = db.one("SELECT name FROM section WHERE head = ? AND code <> ? AND active = 1 ORDER BY code",
                 (username, COUNTER_SECTION))  # fmt: skip
    return row[0] if row else ""


def heads_counter(db: Database, person_id: int, username: str, on: date) -> bool:
    """Whether a Kasi heads the counter's section or acts (Plt., Plh.) for its head on a date.

    While the office has named no head, every Kasi does who is not named for another section. A decree for a vacant
    post counts when the head has left.
    """
    head = counter_head(db)
    if head in ("", username):
        return bool(head) or not own_section(db, username)
    row = db.one("SELECT p.id, p.active, r.role IS NOT NULL FROM person p LEFT JOIN person_role r"
                 " ON r.person_id = p.id AND r.role = ? WHERE p.username = ?", (HEAD, head))  # fmt: skip
    left = row is None or not (row[1] and row[2])
    decrees = db.run(
        "SELECT instead_of FROM acting WHERE person_id = ? AND post = ? AND kind IN ('plt', 'plh')"
        " AND from_on <= ? AND (until_on IS NULL OR until_on >= ?)",
        (person_id, HEAD, plain(on), plain(on)),
    )
    replaced = {instead for (instead,) in decrees}
    return (row is not None and row[0] in replaced) or (left and None in replaced)
