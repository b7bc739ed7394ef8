"""One database of a centre that several processes serve (PostgreSQL): what each knows of it, whoever opened it last.

An incarnation is a token in the database, drawn anew with each return. A process keeps, in a marker of its own, the
newest entry that it saw and the incarnation in which it saw it. Processes that start, stop and move agree with one
database; a database that lacks what any of them saw does not (docs/decisions/0012-coming-back.md).
"""

import json
import secrets
from collections.abc import Sequence

from schema.database import Database, first_value
from schema.postgres import CentrePostgres
from sync.entries import keep_fact, read_fact

INCARNATIONS = "marker.incarnations"
DATABASE = "marker.database"
TIMELINE = "marker.timeline"
IDENTITY = (
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid FROM pg_database"
    " WHERE datname = current_database()"
)


TIMELINE_NOW = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
"""PostgreSQL begins a new timeline when a standby is promoted, and never otherwise while a server runs on."""
WAITS = (
    "SELECT current_setting('synchronous_standby_names') <> '' AND"
    " current_setting('synchronous_commit') NOT IN ('off', 'local')"
)
FOLLOWED = "SELECT count(*) FROM pg_stat_replication WHERE coalesce(state, 'streaming') = 'streaming'"
"""A user without further rights sees that a standby is there, but not its state."""
WAITED, ALONE = "waited", "alone"
"""Whether a commit waited for the standby on that timeline."""


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


def commits_wait(db: Database) -> bool:
    """Whether this server says that a change is done only when a standby has it too."""
    return bool(first_value(db, WAITS))


def is_standby_ignored(db: Database) -> bool:
    """Whether a standby follows this server without being waited for: it may lack what was acknowledged."""
    return isinstance(db, CentrePostgres) and bool(first_value(db, FOLLOWED)) and not commits_wait(db)


def note_timeline(db: Database) -> None:
    """In the open transaction: keep on which timeline the server writes, and whether commits wait for a standby."""
    told = WAITED if commits_wait(db) else ALONE
    present = f"{first_value(db, TIMELINE_NOW)} {told}"
    if read_fact(db, TIMELINE) != present:
        keep_fact(db, TIMELINE, present)


def is_doubtful_promotion(db: Database) -> bool:
    """Whether a standby was promoted for which nobody had waited: it may lack what the other one had acknowledged."""
    known, _, told = read_fact(db, TIMELINE).partition(" ")
    return bool(known) and told != WAITED and known != first_value(db, TIMELINE_NOW)
