"""Telling the regency's public page how cases stand, and taking it back; whether the office does so at all.

What is due is found, not pushed: a case whose last change differs from the one that was told. So nothing is lost or
doubled where the program ends in between, and a change while the network is down is told once, with the last state.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated

from app.casework.desk.citizen import case_panel
from app.casework.desk.events import StatusHidden
from app.casework.desk.opening import get_case
from app.casework.desk.tables import CaseFile
from app.core.asked import Text
from app.core.clock import office_date
from app.core.messages import StatePublished
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.queries import runs_loket
from app.platform.office.service import change_settings
from app.platform.office.settings import get_setting
from app.room import office_command
from schema.database import Database
from sync.enrolment import CENTRE_STREAM
from sync.entries import to_utc_text
from sync.journal import Journal
from sync.slip_seal import PublicState, derive_key, seal_state

MOST_AT_ONCE = 10
"""States sealed in one minute's turn: each costs a good part of a second of this PC."""
KEPT_DAYS = 30
"""Days after its end for which the page still tells of a case."""
LONGEST_SENTENCE = 300
LONGEST_PLACE = 240
ADDRESS = re.compile(r"[a-z0-9]([a-z0-9.-]{0,80}[a-z0-9])(:[0-9]{2,5})?")
WRONG_ADDRESS = "Tulis alamat halaman itu tanpa https://, misalnya status.contohkab.go.id."
NOT_ENROLLED = "Daftarkan dulu kantor ini di pusat (Pengaturan > Jaringan dan pusat)."
CHANGED = (
    "SELECT c.id FROM told_state t JOIN case_file c ON c.id = t.case_id"
    " WHERE t.changed <> c.changed_at AND c.changed_at <> ? AND c.hides_status = 0 ORDER BY c.changed_at DESC LIMIT ?"
)
"""Moments are whole seconds: a case that changes in this very second is told in the next turn."""
UNTOLD = (
    "SELECT c.id FROM case_file c WHERE c.closed = 0 AND c.changed_at <> ? AND c.hides_status = 0"
    " AND NOT EXISTS (SELECT 1 FROM told_state t WHERE t.case_id = c.id) ORDER BY c.id DESC LIMIT ?"
)
OVER = (
    "SELECT t.case_id, t.slot, t.changed FROM told_state t LEFT JOIN case_file c ON c.id = t.case_id"
    " WHERE ? = '' OR c.id IS NULL OR c.hides_status = 1 OR (c.closed = 1 AND c.closed_on < ?)"
    " ORDER BY t.case_id LIMIT ?"
)
MOST_TAKEN_AWAY = 200
"""States taken away in one turn; these cost nothing."""


@office_command("office.settings")
def change_status_page(
    journal: Journal,
    actor: Actor,
    *,
    address: Annotated[str, Text("Alamat halaman status", most=90)] = "",
    now: datetime,
) -> None:
    """Where the regency's page stands; empty tells it nothing more and takes away what it has. Raises Problem."""
    plain = address.strip().casefold()
    if plain and not ADDRESS.fullmatch(plain):
        raise Problem.of("invalid", {"address": WRONG_ADDRESS})
    if plain and not runs_loket(journal.db):
        raise Problem.of("invalid", {"address": NOT_ENROLLED})
    change_settings(journal, actor, {"status.address": plain}, now)


@office_command("case.note")
def hide_status(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> None:
    """The applicant does not want the page to tell of his case; it is taken away there with the next exchange.

    Raises Problem `not_found`, and `conflict` where it is so already.
    """
    body = hidden_body(journal.db, actor, case_id, True, now)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("case.note")
def show_status(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> None:
    """The applicant wants the page to tell of his case again. Raises Problem as :func:`hide_status`."""
    body = hidden_body(journal.db, actor, case_id, False, now)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def hidden_body(db: Database, actor: Actor, case_id: int, hidden: bool, now: datetime) -> StatusHidden:
    case = get_case(db, actor, case_id, "case.note")
    if bool(case.hides_status) == hidden:
        raise Problem.of("conflict", why="Ini sudah dicatat. Muat ulang halaman berkasnya.")
    return StatusHidden(case_id, hidden, office_date(now).isoformat())


def publish_states(journal: Journal, now: datetime) -> None:
    """Take away what is over, then tell what changed: the newest changes first."""
    if not journal.has_identity:
        return
    db = journal.db
    today = office_date(now)
    address = get_setting(db, "status.address")
    since = (today - timedelta(days=KEPT_DAYS)).isoformat()
    over = list(db.run(OVER, (address, since, MOST_TAKEN_AWAY)))
    record_all(journal, [StatePublished(case_id, slot, "", changed) for case_id, slot, changed in over], now)
    if not address or not runs_loket(db):
        return
    for case in due_cases(db, now):
        record_all(journal, [make_state(db, journal.source, case, today)], now)


def record_all(journal: Journal, bodies: list[StatePublished], now: datetime) -> None:
    if bodies:
        with journal.transaction():
            named = [(body, f"case/{body.case_id}") for body in bodies]
            journal.record_many(named, actor="system", at=now, stream=CENTRE_STREAM)


def due_cases(db: Database, now: datetime) -> list[CaseFile]:
    """Told cases whose last change the page does not know, then open ones that it does not know at all."""
    asked = (to_utc_text(now), MOST_AT_ONCE)
    ids = [row[0] for sql in (CHANGED, UNTOLD) for row in db.run(sql, asked)]
    return [case for case in (CaseFile.first(db, id=case_id) for case_id in ids[:MOST_AT_ONCE]) if case is not None]


def make_state(db: Database, office: str, case: CaseFile, today: date) -> StatePublished:
    """The sealed state of a case; slow by intention, so it is made outside of any transaction."""
    slip = derive_key(office, case.code)
    told = PublicState(
        case_panel(db, case, today).sentence[:LONGEST_SENTENCE],
        where_to_ask(db),
        today.isoformat(),
        promised_day(case),
    )
    return StatePublished(case.id, slip.slot, seal_state(slip.key, told), case.changed_at)


def where_to_ask(db: Database) -> str:
    name = get_setting(db, "office.name")
    address = get_setting(db, "office.address")
    return ", ".join(part for part in (name, address) if part)[:LONGEST_PLACE]


def promised_day(case: CaseFile) -> str:
    """The promised day of a case that still waits for it, as ISO text."""
    if case.closed or case.kept_on:
        return ""
    return case.due_on or ""


DAILY: list[Callable[[Journal, datetime], None]] = [publish_states]
"""Called by the office's clockwork as often as it likes."""
