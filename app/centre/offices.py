"""Offices at the centre: what goes to and fro with each, letting it in or barring it, and the recaps it published."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from app.centre import settings
from app.centre.events import OfficeInvited
from app.centre.queries import blank_stock, queue_length
from app.centre.rules import centre_command, centre_transaction
from app.centre.tables import HeadAnchor, OfficeRecap, StateTold
from app.core.asked import Text
from app.core.clock import office_date
from app.core.messages import CentreState, QuarterText
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.quarters import Quarter
from schema.database import Database, first_column, to_stored_value
from schema.database_errors import run_with_retries
from schema.struct_rows import select_struct, select_structs
from schema.structs import BoundError, Day, DayOrNone, check_fields, decode_json, text_up_to
from sync import nodes
from sync.acknowledgements import SyncStatus, peer_statuses, unread_there
from sync.carriers import removable_drives
from sync.enrolment import issue_code, write_centre_keys
from sync.entries import read_fact
from sync.incoming_files import STRANGERS, Refusal, admit_office, bar_office, read_refusals
from sync.journal import Journal
from sync.keys import NodeKeys, PublicKeys, ValueSealer, make_sealer
from sync.nodes import Node, find_peer, read_peers
from sync.problems import SyncError
from sync.runs import read_stick, write_stick

# -- the exchange as the centre runs it: its keys, enrolment codes, sticks ------------------------------------------

LOST_KEYS = (
    "Dokumen kunci pusat hilang atau rusak, padahal kantor sudah mengenalnya. Kembalikan folder keys dari "
    "salinannya, lalu muat ulang. Bila tidak ada salinannya, administrator membuat kunci baru di halaman Kunci pusat; "
    "setiap kantor lalu memerlukan kode pendaftaran baru."
)
STICK_FOLDER = "stik"


class StickResult(NamedTuple):
    """What a stick came to: sentences for the people, and whether nothing is left undone."""

    ok: bool
    sentences: list[str]


@dataclass
class CentreExchange:
    """What pages and commands ask of the exchange. The keys are made when the centre is founded."""

    journal: Journal
    folder: Path
    _keys: NodeKeys | None = field(default=None, repr=False)
    _in_force: str = ""

    def keys(self) -> NodeKeys:
        """The centre's keys, made at the first need, read again when they were changed, also by another process.

        Raises Problem when they are lost or damaged: new ones cut off every office that knows the old, so a person
        decides about that.
        """
        in_force = read_fact(self.journal.db, nodes.IN_FORCE)
        if self._keys is None or in_force != self._in_force:
            try:
                self._keys = nodes.keys_in_force(self.journal.db, self.folder, self.journal.source)
            except SyncError as problem:
                raise Problem.of("conflict", why=LOST_KEYS) from problem
            self._in_force = in_force
        return self._keys

    def lost(self) -> str:
        """Why the keys cannot be used and how to go on; an empty text when they can."""
        try:
            self.keys()
        except Problem as problem:
            return problem.sentence
        return ""

    def open_node(self) -> Node:
        return Node(self.journal, self.keys(), settings.get_setting(self.journal.db, "centre.name"))

    def issue(self, office: str, name: str, actor: str, now: datetime) -> str:
        address = settings.get_setting(self.journal.db, "centre.address")
        try:
            return issue_code(self.open_node(), office, name, address=address, actor=actor, now=now).text()
        except SyncError as problem:
            raise Problem.of("conflict", why=problem.sentence) from problem

    def sealer(self) -> ValueSealer:
        return make_sealer(self.keys(), self.folder)

    def recipient(self, office: str) -> str:
        """The age key that an office opens files with. Raises Problem."""
        peer = check_found(find_peer(self.journal.db, office), "Kantor itu")
        return peer.keys.recipient

    def own_keys(self) -> PublicKeys:
        return self.keys().public

    def rotate(self, announced: bool, reason: str, actor: str, now: datetime) -> None:
        if not self.lost():
            nodes.rotate_keys(self.open_node(), self.folder, announced=announced, reason=reason, actor=actor, now=now)
        elif announced:
            raise Problem.of("conflict", why=LOST_KEYS)
        else:
            nodes.replace_lost_keys(self.journal, self.folder, reason=reason, actor=actor, now=now)

    def sticks(self) -> list[tuple[str, str]]:
        """(path, label) of the removable drives that are plugged in, and of the centre's own folder."""
        own = self.folder.parent / STICK_FOLDER
        own.mkdir(parents=True, exist_ok=True)
        return [(str(path), f"Flashdisk {label}") for path, label in removable_drives()] + [
            (str(own), "Folder flashdisk di komputer ini")
        ]

    def read_stick(self, folder: Path, now: datetime) -> StickResult:
        """Every office's files, requests of new offices included; these are answered on the same stick."""
        report = read_stick(self.open_node(), folder, now)
        return StickResult(report.ok, list(report.sentences))

    def write_stick(self, folder: Path, now: datetime) -> StickResult:
        node = self.open_node()
        reports = [write_stick(node, peer, folder, now) for peer in read_peers(node.db)]
        said = [sentence for report in reports for sentence in report.sentences]
        return StickResult(all(report.ok for report in reports), said or ["Belum ada kantor yang terdaftar."])

    def write_keys(self, folder: Path) -> StickResult:
        try:
            path = write_centre_keys(self.open_node(), folder)
        except SyncError as problem:
            return StickResult(False, [problem.sentence])
        return StickResult(True, [f"Dokumen {path.name} ditulis. Isinya bukan rahasia."])

    def statuses(self) -> dict[str, SyncStatus]:
        """Office code → what waits for it."""
        return {status.peer: status for status in peer_statuses(self.journal.db)}


# -- how it stands with every office: contact, keys, gaps, files aside, lines that could not be used ------------------


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


def count_unread_there(db: Database, office: str) -> int:
    """How many entries of ours wait at an office until its program is updated, as it last said."""
    return unread_there(db, office)


def list_offices(db: Database, now: datetime) -> list[OfficeContact]:
    return select_structs(OfficeContact, db, f"{CONTACTS} ORDER BY c.code", (now,), **CONTACT_COLUMNS)


def load_office(db: Database, code: str, now: datetime) -> OfficeContact:
    return check_found(
        select_struct(OfficeContact, db, f"{CONTACTS} WHERE c.code = ?", (now, code), **CONTACT_COLUMNS), "Kantor itu"
    )


class OfficeKey(msgspec.Struct, frozen=True):
    signer: str
    epoch: int
    since: str
    fenced_at: str


def list_office_keys(db: Database, code: str) -> list[OfficeKey]:
    rest = "FROM road_key WHERE peer = ? ORDER BY since DESC, signer"
    return select_structs(OfficeKey, db, rest, (code,), fenced_at="coalesce(fenced_at, '')")


class FileAside(msgspec.Struct, frozen=True):
    name: str
    first: int
    last: int
    sentence: str
    kept_at: str


def list_files_aside(db: Database, code: str) -> list[FileAside]:
    rest = "FROM road_aside WHERE sender = ? AND settled_at IS NULL ORDER BY kept_at, digest"
    return select_structs(FileAside, db, rest, (code,))


def list_entries_aside(db: Database, code: str) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of an office's entries that could not be used here."""
    rest = "FROM journal WHERE source = ? AND verdict = 'set_aside' ORDER BY epoch DESC, stream, n DESC"
    return list(db.run(f"SELECT {ENTRY}, kind, reason {rest}", (code,)))


def list_stopped_streams(db: Database, code: str) -> list[tuple[str, str]]:
    """(place, since) of streams that a fork has stopped."""
    rest = "FROM road_stop WHERE ? IN (source, stream) AND settled_at IS NULL ORDER BY epoch, stream, n"
    return list(db.run(f"SELECT {ENTRY}, found_at {rest}", (code,)))


def last_anchor(db: Database, code: str) -> HeadAnchor | None:
    return HeadAnchor.first(db, source=code, order="on_date DESC, n DESC")


def list_refusals(db: Database, code: str = STRANGERS) -> list[Refusal]:
    """What of an office, or of all strangers, was refused, kept, set aside or waits, added up by reason."""
    return read_refusals(db, code)


def list_returned_entries(db: Database, code: str) -> list[tuple[str, str, str]]:
    """(entry, kind, reason) of our own lines that the office could not use, and nobody has dealt with."""
    rest = "FROM set_aside_line WHERE told_by = ? AND settled_at IS NULL ORDER BY told_at DESC, n DESC"
    return list(db.run(f"SELECT {ENTRY}, kind, reason {rest}", (code,)))


IssueCode = Callable[[str, str, str, datetime], str]
"""What makes the code of an invitation: (office, name, actor, now) → the code as text."""
STATE_INTERVAL = timedelta(minutes=15)
"""A changed stock or queue is told at most this often."""
_OFFICE = re.compile(r"[0-9]{6}")


@centre_command("centre.offices")
def invite_office(
    journal: Journal,
    actor: Actor,
    *,
    office: Annotated[str, Text("Kode kantor", most=6)],
    name: Annotated[str, Text("Nama kantor", most=60)],
    issue: IssueCode,
    now: datetime,
) -> str:
    """Let an office in: a code to print, good for one office, once, seven days. Returns the code.

    The journal keeps that it was given, never the code. Raises Problem `invalid`.
    """
    if _OFFICE.fullmatch(office):
        wrong = {}
    else:
        wrong = {"office": "Kode kantor 6 angka, misalnya 350807."}
    if not name:
        wrong["name"] = SENTENCES["office_name"]
    check_nothing_wrong(wrong)
    journal.record(OfficeInvited(office, name), subject=f"office/{office}", actor=actor.username, at=now)
    return issue(office, name, actor.username, now)


@centre_command("centre.offices")
def change_bar(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)],
    lift: bool,
    now: datetime,
) -> None:
    """Bar an office from the exchange: nothing is taken from it, nothing given. Or `lift` the bar. Ask the PIN before.

    Raises Problem `not_found`, `invalid` without a reason, `conflict` when it is so already.
    """
    if bool(load_office(journal.db, office, now).barred_at) != lift:
        raise Problem.of("conflict", why="Keadaannya sudah begitu. Muat ulang halaman.")
    change = admit_office if lift else bar_office
    change(journal, office, reason, actor=actor.username, now=now)


def publish_state(journal: Journal, *, now: datetime) -> int:
    """Tell every enrolled office how many blanks and how long a queue there is; returns how many were told.

    An office is told when something changed, not more often than every quarter of an hour, and once a day anyway.
    """

    def tell_offices() -> int:
        with centre_transaction(journal) as db:
            body = CentreState(blank_stock(db), queue_length(db), str(to_stored_value(now)))
            offices = first_column(db, "SELECT name FROM road_peer ORDER BY name")
            due = [office for office in offices if is_state_due(db, office, body, now)]
            for office in due:
                journal.record(body, subject="centre", actor="system", at=now, stream=office, lane=office)
        return len(due)

    return run_with_retries(tell_offices)


def is_state_due(db: Database, office: str, body: CentreState, now: datetime) -> bool:
    told = StateTold.first(db, office=office)
    if told is None:
        return True
    at = datetime.fromisoformat(told.as_of).astimezone(UTC)
    differs = (told.blanks, told.queue) != (body.blanks, body.queue)
    return office_date(at) != office_date(now) or (differs and abs(now - at) >= STATE_INTERVAL)


def use_stick(actor: Actor, exchange: CentreExchange, folder: str, work: Callable[[Path], StickResult]) -> StickResult:
    require(actor, "centre.floor")
    check_stick(folder, exchange.sticks())
    return work(Path(folder))


def check_stick(folder: str, sticks: Sequence[tuple[str, str]]) -> None:
    """That a chosen stick, as (folder, label), is still plugged in. Raises Problem `invalid`."""
    if folder not in {path for path, _label in sticks}:
        raise Problem.of(
            "invalid", {"folder": "Flashdisk itu tidak ditemukan lagi. Colok flashdisknya, lalu pilih lagi."}
        )


# -- complaint recaps that offices published to the regency: kept as they came, read here, never counted anew ---------

Words = Annotated[str, text_up_to(20_000, lines=True)]


class Totals(msgspec.Struct, frozen=True):
    """Counts of a quarter; `median` in working days, None when nothing was settled."""

    received: int
    settled: int
    process: int
    late: int
    median: int | None = None


class Row(msgspec.Struct, frozen=True):
    label: str
    received: int = 0
    settled: int = 0
    late: int = 0
    before: int = 0


class Sums(msgspec.Struct, frozen=True):
    totals: Totals
    before: Totals
    year_ago: Totals
    categories: list[Row]
    channels: list[Row]
    villages: list[Row]


class Item(msgspec.Struct, frozen=True):
    """A line of the book without identity. `state`: settled, late, process."""

    number: str
    received_on: Day
    category: str
    gist: Words
    state: str
    follow_up: Words = ""


class Pledge(msgspec.Struct, frozen=True):
    """A promise of improvement; `withdrawn_on` when it was taken back."""

    what: Words
    by_on: Day
    withdrawn_on: DayOrNone = ""


class PublicRecap(msgspec.Struct, frozen=True):
    office: str
    quarter: QuarterText
    number: str
    approved_on: Day
    sums: Sums
    lines: list[Item]
    pledges: list[Pledge]

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)


def read_recap(row: OfficeRecap) -> OfficeRecap:
    """A stored recap with what it says: `told` is None for a text that cannot be read; `sound`: the digest fits it."""
    try:
        row.told = decode_json(row.public, PublicRecap)
        check_fields(row.told)
    except (msgspec.DecodeError, BoundError):
        row.told = None
    row.sound = hashlib.sha256(row.public.encode()).hexdigest() == row.digest
    if row.told:
        row.label = row.told.period.label
    else:
        row.label = row.quarter
    return row


def list_recaps(db: Database, code: str) -> list[OfficeRecap]:
    return [read_recap(row) for row in OfficeRecap.rows(db, source=code, order="quarter DESC, published_at DESC")]


def find_recap(db: Database, code: str, quarter: str) -> OfficeRecap | None:
    return next((row for row in list_recaps(db, code) if row.quarter == quarter), None)
