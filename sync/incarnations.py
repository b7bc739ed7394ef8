"""One database of a centre that several processes serve (PostgreSQL): what each knows of it, whoever opened it last.

An incarnation is a token in the database, drawn anew with each return. A process keeps, in a marker of its own, the
newest entry that it saw and the incarnation in which it saw it. Processes that start, stop and move agree with one
database; a database that lacks what any of them saw does not (docs/decisions/0012-coming-back.md).
"""

import json
import secrets
from collections.abc import Sequence

from schema.database import Database, first_value
from sync.entries import keep_fact, read_fact

INCARNATIONS, DATABASE = "marker.incarnations", "marker.database"
IDENTITY = (
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid FROM pg_database"
    " WHERE datname = current_database()"
)


def read_incarnations(db: Database) -> list[str]:
    """Every incarnation that a process may name, the present one last; empty before the first start."""
    kept: list[str] = json.loads(read_fact(db, INCARNATIONS) or "[]")
    return kept


def renew_incarnation(db: Database, seen: Sequence[str] = ()) -> None:
    """Draw a new one, after a return. `seen`: what a process named and the database had lost: it is known again."""
    keep_fact(db, INCARNATIONS, json.dumps([*read_incarnations(db), *filter(None, seen), secrets.token_hex(8)]))
    note_database(db)


def note_database(db: Database) -> None:
    keep_fact(db, DATABASE, server_identity(db))


def server_identity(db: Database) -> str:
    """Which database this is: its server and its number there. A dump that is loaded elsewhere has another one."""
    return str(first_value(db, IDENTITY))


def is_elsewhere(db: Database) -> bool:
    known = read_fact(db, DATABASE)
    return bool(known) and known != server_identity(db)
