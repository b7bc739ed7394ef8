"""Two PCs wrote for one office: both versions side by side, and the administrator's decision which one goes on."""

from datetime import datetime
from typing import Annotated

import msgspec

from app.centre.anchors import list_contradictions
from app.centre.offices import IssueCode, invite_office
from app.centre.rules import centre_command
from app.core.asked import Choice, Offered, Text
from app.core.messages import LINE_KIND, parse_dispatch_line
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from schema.database import Database
from sync import forks
from sync.entries import StreamKey
from sync.evidence import rewritten_history
from sync.forks import VersionLine
from sync.journal import Journal
from sync.nodes import find_peer
from sync.problems import SyncError

CHOICES = {
    "held": "Komputer yang catatannya sudah ada di sini",
    "other": "Komputer yang lain",
}
MOST_SHOWN = 30


class ForkLine(msgspec.Struct, frozen=True):
    """One line of a version as the page shows it; number and name of a case, else empty."""

    n: int
    kind: str
    number: str = ""
    name: str = ""


class Fork(msgspec.Struct, frozen=True):
    """A stopped stream: `shared` lines alike, then what stands here and what the other PC showed (`more` beyond it)."""

    where: StreamKey
    shared: int
    held: list[ForkLine]
    other: list[ForkLine]
    held_count: int
    other_count: int

    @property
    def place(self) -> str:
        """`source/epoch/stream`, as forms name it."""
        return "/".join(map(str, self.where))


class ForkDecision(msgspec.Struct, frozen=True):
    place: str
    goes_on: str
    note: str
    settled_at: str
    settled_by: str
    taken: int
    aside: int
    again: int
    open: int


def to_fork_line(line: VersionLine) -> ForkLine:
    case = None
    if line.kind == LINE_KIND:
        case = parse_dispatch_line(line.line.decode(errors="replace"))
    if case:
        return ForkLine(line.n, line.kind, case.number, case.name)
    return ForkLine(line.n, line.kind)


def list_stopped_forks(journal: Journal, office: str) -> list[Fork]:
    found = []
    for where, _ in forks.open_stops(journal.db):
        if where[0] == office or where == (journal.source, where[1], office):
            both = forks.read_versions(journal, where)
            held = [to_fork_line(line) for line in both.held[:MOST_SHOWN]]
            other = [to_fork_line(line) for line in both.other[:MOST_SHOWN]]
            found.append(Fork(where, both.shared, held, other, len(both.held), len(both.other)))
    return found


FORK_DECISIONS = (
    "SELECT f.source, f.epoch, f.stream, f.goes_on, f.note, f.settled_at, f.settled_by,"
    " count(CASE WHEN t.state = 'taken' THEN 1 END), count(CASE WHEN t.state = 'aside' THEN 1 END),"
    " count(CASE WHEN t.state = 'again' THEN 1 END),"
    " count(CASE WHEN t.state = 'open' AND (t.held = 0 OR f.goes_on = 'other') THEN 1 END)"
    " FROM fork_settled f LEFT JOIN twin_line t ON t.source = f.source AND t.epoch = f.epoch AND t.stream = f.stream"
    " WHERE f.source = ? OR f.stream = ? GROUP BY f.source, f.epoch, f.stream, f.goes_on, f.note, f.settled_at,"
    " f.settled_by ORDER BY f.settled_at DESC"
)


def list_fork_decisions(db: Database, office: str) -> list[ForkDecision]:
    return [
        ForkDecision(f"{epoch}/{stream}", *rest) for _, epoch, stream, *rest in db.run(FORK_DECISIONS, (office, office))
    ]


@centre_command("centre.offices")
def settle_fork(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    place: Annotated[str, Offered("Jalur")],
    goes_on: Annotated[str, Choice("Yang diteruskan", "Pilih komputernya.", choices=CHOICES, radio=True)],
    note: Annotated[str, Text("Dasarnya", SENTENCES["basis"], most=300)],
    name: str,
    issue: IssueCode,
    now: datetime,
) -> str:
    """Decide which PC goes on; returns the code that it enrols with, which fences the other one's key. A fork of our
    own stream needs none: it goes on in a new epoch of ours.

    Raises Problem `invalid`, `conflict`.
    """
    peer = find_peer(journal.db, office)
    fork = next((fork for fork in list_stopped_forks(journal, office) if fork.place == place), None)
    if fork is None or peer is None:
        raise Problem.of("conflict", why="Jalur itu tidak lagi menunggu keputusan. Muat ulang halaman.")
    try:
        forks.settle_fork(
            journal,
            peer,
            fork.where,
            goes_on=goes_on,
            note=note,
            carried={LINE_KIND},
            actor=actor.username,
            now=now,
        )
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem
    if fork.where[0] != office:
        return ""
    return invite_office(journal, actor, office=office, name=name, issue=issue, now=now)


def list_history_contradictions(journal: Journal, office: str) -> list[str]:
    """What no longer agrees with what an office signed or anchored, as sentences."""
    rewritten = [found for found in rewritten_history(journal) if office in (found.source, found.stream)]
    return [found.sentence for found in rewritten] + list_contradictions(journal.db, office)
