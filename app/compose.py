"""The composition root: the one module that knows every room and puts them together.

It holds no rule. It names the rooms of each side, opens their database and builds the journal with the kinds
of all of them. Only `run.py`, `app/cli`, tests and bench import it (docs/decisions/0086-wings.md).
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.core import clock
from app.core.late import late
from app.room import Room, SideHooks
from schema.data_folder import write_whole
from schema.database import SqliteDatabase, open_office
from schema.migrations import Side
from schema.postgres import CentrePostgres, open_centre
from schema.zone import stored_zone, use_zone
from sync import evidence, shared_sessions
from sync.entries import Kind
from sync.events import KINDS as ROAD_KINDS
from sync.incarnations import is_standby_ignored
from sync.incoming_entries import apply_waiting_entries
from sync.journal import Journal

if TYPE_CHECKING:
    from app.platform.web.context import Shell, WebRoom


log = logging.getLogger("loket.centre")
FILES: dict[Side, str] = {"office": "kantor.sqlite3", "centre": "pusat.sqlite3"}
"""Name of each side's database inside its data folder."""


def rooms(side: Side) -> tuple[Room, ...]:
    """The rooms of a side, lowest first. Imported when asked: a command that opens no journal does not pay for them."""
    from app.platform import files, people, updates

    if side == "centre":
        from app import centre

        return people.ROOM, files.CENTRE_ROOM, updates.ROOM, centre.ROOM
    from app.casework import batches, desk, letters, members, public, residents, resources, villages
    from app.platform import office, signatures
    from app.quality import capa, checks, evaluation, indicators, quarter, surveys
    from app.records import privacy, retention
    from app.services import complaints, hotline, ktm, ktp, tickets

    return (
        people.ROOM,
        office.ROOM,
        files.ROOM,
        signatures.ROOM,
        updates.ROOM,
        desk.ROOM,
        letters.ROOM,
        members.ROOM,
        batches.ROOM,
        public.ROOM,
        resources.ROOM,
        residents.ROOM,
        villages.ROOM,
        ktp.ROOM,
        ktm.ROOM,
        complaints.ROOM,
        hotline.ROOM,
        tickets.ROOM,
        capa.ROOM,
        quarter.ROOM,
        surveys.ROOM,
        checks.ROOM,
        indicators.ROOM,
        evaluation.ROOM,
        retention.ROOM,
        privacy.ROOM,
    )


def web_rooms(side: Side) -> tuple[WebRoom, ...]:
    from app.platform.backups.views import ROOM as BACKUPS
    from app.platform.people.views import ROOM as PEOPLE
    from app.platform.updates.views import ROOM as UPDATES

    if side == "centre":
        from app.centre.views import ROOM as CENTRE

        return PEOPLE, BACKUPS, UPDATES, CENTRE
    from app.casework.batches.views import ROOM as BATCHES
    from app.casework.desk.views import ROOM as DESK
    from app.casework.letters.views import ROOM as LETTERS
    from app.casework.members.views import ROOM as MEMBERS
    from app.casework.public.views import ROOM as PUBLIC
    from app.casework.residents.views import ROOM as RESIDENTS
    from app.casework.resources.views import ROOM as RESOURCES
    from app.casework.villages.views import ROOM as VILLAGES
    from app.platform.files.views import ROOM as STORED_FILES
    from app.platform.office.views import ROOM as OFFICE
    from app.platform.signatures.views import ROOM as SIGNATURES
    from app.records.privacy.views import ROOM as PRIVACY
    from app.records.retention.views import ROOM as RETENTION
    from app.services.complaints.views import ROOM as COMPLAINTS
    from app.services.hotline.views import ROOM as HOTLINE
    from app.services.ktm.views import ROOM as KTM
    from app.services.ktp.views import ROOM as KTP
    from app.services.tickets.views import ROOM as TICKETS

    return (
        PEOPLE,
        BACKUPS,
        UPDATES,
        OFFICE,
        STORED_FILES,
        SIGNATURES,
        DESK,
        LETTERS,
        RESIDENTS,
        VILLAGES,
        KTP,
        KTM,
        BATCHES,
        MEMBERS,
        PUBLIC,
        RESOURCES,
        COMPLAINTS,
        HOTLINE,
        TICKETS,
        *quality_web_rooms(),
        RETENTION,
        PRIVACY,
    )


def practice_shell(shell: Shell) -> Shell:
    """What a training side puts around every page: the exercise in hand, and nothing of an exchange."""
    return replace(shell, practice=late("app.platform.practice.views.page:exercise_in_hand"), road_status=None)


PRACTICE_COOKIE = "loket_latihan"
"""A name of its own, so that whoever trains stays signed in at the real office."""


def quality_web_rooms() -> tuple[WebRoom, ...]:
    """Those in which an office speaks of its own work."""
    from app.quality.capa.views import ROOM as CAPA
    from app.quality.checks.views import ROOM as CHECKS
    from app.quality.evaluation.views import ROOM as EVALUATION
    from app.quality.indicators.views import ROOM as INDICATORS
    from app.quality.paten.views import ROOM as PATEN
    from app.quality.quarter.views import ROOM as QUARTER
    from app.quality.surveys.views import ROOM as SURVEYS

    return CAPA, QUARTER, PATEN, SURVEYS, CHECKS, INDICATORS, EVALUATION


def kinds(side: Side) -> list[Kind]:
    """Journal kinds of the sync and of all rooms of a side; the journal itself refuses doubles."""
    known = rooms(side)
    return [*ROAD_KINDS, *(with_upper_rooms(kind, known) for room in known for kind in room.kinds)]


def with_upper_rooms(kind: Kind, known: Sequence[Room]) -> Kind:
    """The kind, with what higher rooms do to their own tables because of it."""
    more = [room.also[kind.name] for room in known if kind.name in room.also]
    if more:
        return replace(kind, also=more)
    return kind


def begin_rooms(journal: Journal, now: datetime) -> None:
    for room in rooms("office"):
        if room.begin:
            room.begin(journal, now)


def place(side: Side, data: Path) -> Path | str:
    """Where a side keeps its database: a file in `data`, or PostgreSQL when LOKET_CENTRE_DB names one."""
    address = os.environ.get("LOKET_CENTRE_DB", "")
    if side == "centre" and address:
        return address
    return data / FILES[side]


def sides_in(data: Path) -> list[Side]:
    """The sides that have a database here. A folder normally holds one."""
    sides: list[Side] = []
    for side in FILES:
        where = place(side, data)
        if isinstance(where, str) or where.is_file():
            sides.append(side)
    return sides


def open_side(side: Side, data: Path) -> SqliteDatabase | CentrePostgres:
    """Open (or create) the database of a side; migrations are the caller's step."""
    where = place(side, data)
    if isinstance(where, Path):
        where.parent.mkdir(parents=True, exist_ok=True)
        if not where.exists():  # SQLite gives its WAL the mode of the database: names and numbers are the owner's
            where.touch(mode=0o600)
    if side == "office":
        db = open_office(where)
    else:
        db = open_centre(where)
    db.folder = data
    return db


def journal(side: Side, db: SqliteDatabase | CentrePostgres) -> Journal:
    """The journal of a side: kinds of all its rooms, and what these do after a received entry was applied.

    From here on the process reckons in the zone of this side. The database takes along what rooms do for
    each other's cases.
    """
    known = rooms(side)
    use_zone(stored_zone(db, side))
    db.hooks = SideHooks(
        tuple(hooks for room in known for hooks in room.cases),
        tuple(room.kept for room in known),
    )
    handlers = {kind: handler for room in known for kind, handler in room.handlers.items()}
    acknowledged = [note for room in known for note in room.acknowledged]
    return Journal(db, partial(kinds, side), handlers, acknowledged)


def session_secret(path: Path) -> str:
    """The key of session cookies, made once and readable by the owner only."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_hex(32).encode(), mode=0o600)
    return path.read_text(encoding="ascii")


def marker_file(side: Side, data: Path) -> Path:
    """The marker of a side, in its data folder also where the database is PostgreSQL."""
    return evidence.marker_beside(data / FILES[side])


def begin(side: Side, journal: Journal, data: Path, now: datetime) -> None:
    """What each start of a side does first: notice that it came back, then apply what waited for this program."""
    if journal.has_identity:
        if isinstance(journal.db, CentrePostgres):
            warn_of_standby(journal.db)
            shared_sessions.begin_shared_session(journal, marker_file(side, data), now)
        else:
            evidence.begin_session(journal, marker_file(side, data), data / "keys", now)
        if journal.db.one("SELECT 1 FROM journal_waiting LIMIT 1"):
            apply_waiting_entries(journal, now)


def watch_connections(journal: Journal, data: Path, now: Callable[[], datetime]) -> None:
    """Look at the evidence of this process with the first writing of each new connection to PostgreSQL."""
    if isinstance(journal.db, CentrePostgres):
        journal.db.on_new_connection = partial(check_evidence, journal.db, journal, data, now)


def warn_of_standby(db: CentrePostgres) -> None:
    """Once a process, until it is put right."""
    ignored = is_standby_ignored(db)
    if ignored and not db.warned:
        log.warning("a standby follows the database, but commits do not wait for it (synchronous_standby_names)")
    db.warned = ignored


def check_evidence(db: CentrePostgres, journal: Journal, data: Path, now: Callable[[], datetime]) -> None:
    warn_of_standby(db)
    if journal.has_identity:
        shared_sessions.check_shared_marker(journal, marker_file("centre", data), now())


def keep_up(side: Side, journal: Journal, data: Path, *, last: bool = False, now: datetime | None = None) -> None:
    """Let the marker follow the journal, once a minute; `last`: at a clean stop, with a new token."""
    with evidence.disk_failure_ignored():
        if journal.has_identity and isinstance(journal.db, CentrePostgres):
            shared_sessions.begin_shared_session(journal, marker_file(side, data), now or clock.now())
        elif journal.has_identity and last:
            evidence.renew_marker(journal, marker_file(side, data))
        elif journal.has_identity:
            evidence.update_marker(journal, marker_file(side, data))
