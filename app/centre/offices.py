"""How it stands with every office: contact, keys, gaps, files aside, lines that could not be used."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from app.centre.events import OfficeInvited
from app.centre.exchange import CentreExchange, StickResult
from app.centre.queries import blank_stock, queue_length
from app.centre.rules import centre_transaction, check_text, rerun_on_collision
from app.centre.tables import HeadAnchor, StateTold
from app.core.clock import office_date
from app.core.messages import CentreState
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database, to_stored_value
from schema.tables import select_struct, select_structs
from sync.incoming_files import STRANGERS, Refusal, admit_office, bar_office
from sync.incoming_files import read_refusals as not_taken_from
from sync.journal import Journal


class OfficeContact(msgspec.Struct, frozen=True):
    """One office in the list. `trouble` counts what waits for a person; `code_until` is an open invitation;
    `barred_at` is empty unless the administrator has barred it; `waiting`: entries of a newer program, since when."""

    code: str
    name: str
    enrolled_at: str
    last_contact_at: str
    epoch: int
    stopped: int
    kept: int
    set_aside: int
    code_until: str
    barred_at: str
    barred_why: str
    waiting: int
    waiting_since: str

    @property
    def trouble(self) -> int:
        return self.stopped + self.kept + self.set_aside


CONTACT_COLUMNS = {
    "code": "c.code",
    "name": "coalesce(p.label, o.name, c.code)",
    "enrolled_at": "coalesce(p.enrolled_at, '')",
    "last_contact_at": "coalesce(p.last_contact_at, '')",
    "epoch": "coalesce(p.epoch, 0)",
    "stopped": "(SELECT count(*) FROM road_stop s WHERE c.code IN (s.source, s.stream) AND s.settled_at IS NULL)",
    "kept": "(SELECT count(*) FROM road_aside a WHERE a.sender = c.code AND a.settled_at IS NULL)",
    "set_aside": "(SELECT count(*) FROM journal j WHERE j.source = c.code AND j.verdict = 'set_aside')",
    "code_until": "coalesce((SELECT max(r.expires_at) FROM road_code r WHERE r.office = c.code AND r.used_at IS NULL"
    " AND r.replaced_at IS NULL AND r.expires_at > ?), '')",
    "barred_at": "coalesce(b.barred_at, '')",
    "barred_why": "coalesce(b.reason, '')",
    "waiting": "(SELECT count(*) FROM journal_waiting w"
    " WHERE (SELECT j.source FROM journal j WHERE j.id = w.id) = c.code)",
    "waiting_since": "coalesce((SELECT min((SELECT j.at FROM journal j WHERE j.id = w.id)) FROM journal_waiting w"
    " WHERE (SELECT j.source FROM journal j WHERE j.id = w.id) = c.code), '')",
}
CONTACTS = (
    "FROM (SELECT code FROM centre_office UNION SELECT name FROM road_peer) c"
    " LEFT JOIN road_peer p ON p.name = c.code LEFT JOIN centre_office o ON o.code = c.code"
    " LEFT JOIN road_bar b ON b.office = c.code"
)
ENTRY = "epoch || '/' || stream || '/' || n"


def list_offices(db: Database, now: datetime) -> list[OfficeContact]:
    return select_structs(OfficeContact, db, f"{CONTACTS} ORDER BY c.code", (now,), **CONTACT_COLUMNS)


def find_office(db: Database, code: str, now: datetime) -> OfficeContact | None:
    return select_struct(OfficeContact, db, f"{CONTACTS} WHERE c.code = ?", (now, code), **CONTACT_COLUMNS)


class OfficeKey(msgspec.Struct, frozen=True):
    """A key of an office; `fenced_at` is empty for the one in force."""

    signer: str
    epoch: int
    since: str
    fenced_at: str


def list_office_keys(db: Database, code: str) -> list[OfficeKey]:
    rest = "FROM road_key WHERE peer = ? ORDER BY since DESC, signer"
    return select_structs(OfficeKey, db, rest, (code,), fenced_at="coalesce(fenced_at, '')")


class FileAside(msgspec.Struct, frozen=True):
    """A file kept aside, with the sentence that says why."""

    name: str
    first: int
    last: int
    sentence: str
    kept_at: str


def list_files_aside(db: Database, code: str) -> list[FileAside]:
    """Files of an office that wait: too early, or from an old key."""
    rest = "FROM road_aside WHERE sender = ? AND settled_at IS NULL ORDER BY kept_at, digest"
    return select_structs(FileAside, db, rest, (code,))


def list_entries_aside(db: Database, code: str, limit: int = 50) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of an office's entries that could not be used here."""
    rest = "FROM journal WHERE source = ? AND verdict = 'set_aside' ORDER BY epoch DESC, stream, n DESC LIMIT ?"
    return list(db.run(f"SELECT {ENTRY}, kind, reason {rest}", (code, limit)))


def list_stopped_streams(db: Database, code: str) -> list[tuple[str, str]]:
    """(place, since) of streams that a fork has stopped."""
    rest = "FROM road_stop WHERE ? IN (source, stream) AND settled_at IS NULL ORDER BY epoch, stream, n"
    return list(db.run(f"SELECT {ENTRY}, found_at {rest}", (code,)))


def last_anchor(db: Database, code: str) -> HeadAnchor | None:
    return HeadAnchor.first(db, source=code, order="on_date DESC, n DESC")


def list_refusals(db: Database, code: str = STRANGERS) -> list[Refusal]:
    """What of an office, or of all strangers, was refused, kept, set aside or waits, added up by reason."""
    return not_taken_from(db, code)


def list_returned_entries(db: Database, code: str, limit: int = 50) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of our own lines that the office could not use, and nobody has dealt with."""
    rest = "FROM set_aside_line WHERE told_by = ? AND settled_at IS NULL ORDER BY told_at DESC, n DESC LIMIT ?"
    return list(db.run(f"SELECT {ENTRY}, kind, reason {rest}", (code, limit)))


IssueCode = Callable[[str, str, str, datetime], str]
"""The road's part of an invitation: (office, name, actor, now) → the code as text. Handed in by the composition."""
STATE_INTERVAL = timedelta(minutes=15)
"""A changed stock or queue is told at most this often."""
_OFFICE = re.compile(r"[0-9]{6}")


@rerun_on_collision
def invite_office(journal: Journal, actor: Actor, *, office: str, name: str, issue: IssueCode, now: datetime) -> str:
    """Let an office in: a code to print, good for one office, once, seven days. Returns the code.

    The journal keeps that it was given, never the code. Raises Problem `invalid`.
    """
    require(actor, "centre.offices")
    wrong = {} if _OFFICE.fullmatch(office) else {"office": "Kode kecamatan 6 angka, misalnya 350807."}
    label = check_text(name, "name", 60)
    if not label:
        wrong["name"] = "Tulis nama kecamatan."
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        journal.record(OfficeInvited(office, label), subject=f"office/{office}", actor=actor.username, at=now)
        return issue(office, label, actor.username, now)


@rerun_on_collision
def change_bar(journal: Journal, actor: Actor, *, office: str, reason: str, lift: bool, now: datetime) -> None:
    """Bar an office from the road: nothing is taken from it, nothing given. Or `lift` the bar. Ask the PIN before.

    Raises Problem `not_found`, `invalid` without a reason, `conflict` when it is so already.
    """
    require(actor, "centre.offices")
    why = check_text(reason, "reason", needed="Tulis alasannya.")
    with journal.transaction():
        found = find_office(journal.db, office, now)
        if found is None:
            raise Problem.of("not_found", what="Kecamatan itu")
        if bool(found.barred_at) != lift:
            raise Problem.of("conflict", why="Keadaannya sudah begitu. Muat ulang halaman.")
        (admit_office if lift else bar_office)(journal, office, why, actor=actor.username, now=now)


@rerun_on_collision
def publish_state(journal: Journal, *, now: datetime) -> int:
    """Tell every enrolled office how many blanks and how long a queue there is; returns how many were told.

    An office is told when something changed, not more often than every quarter of an hour, and once a day anyway.
    """
    with centre_transaction(journal) as db:
        blanks, queue = blank_stock(db), queue_length(db)
        body = CentreState(blanks, queue, str(to_stored_value(now)))
        offices = [str(row[0]) for row in db.run("SELECT name FROM road_peer ORDER BY name")]
        due = [office for office in offices if is_state_due(db, office, body, now)]
        for office in due:
            journal.record(body, subject="centre", actor="system", at=now, stream=office, lane=office)
    return len(due)


def is_state_due(db: Database, office: str, body: CentreState, now: datetime) -> bool:
    told = StateTold.first(db, office=office)
    if told is None:
        return True
    at = datetime.fromisoformat(told.as_of).astimezone(UTC)
    differs = (told.blanks, told.queue) != (body.blanks, body.queue)
    return office_date(at) != office_date(now) or (differs and abs(now - at) >= STATE_INTERVAL)


def use_stick(actor: Actor, exchange: CentreExchange, folder: str, work: Callable[[Path], StickResult]) -> StickResult:
    """Do something with a drive that is offered, and with no other folder of this computer."""
    require(actor, "centre.floor")
    if folder not in {path for path, _label in exchange.sticks()}:
        raise Problem.of("invalid", {"folder": "Stik itu tidak ditemukan lagi. Colok stiknya, lalu pilih lagi."})
    return work(Path(folder))
