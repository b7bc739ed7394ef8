"""Internal supervision by the Sekretaris (SP 10): what the files show, notes, and what was done about them."""

from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec

from app.casework.desk.events import OversightAnswered, OversightNoted
from app.casework.desk.pictures import PROMISE_DAYS
from app.casework.desk.queries import RUNS
from app.casework.desk.story import past_words
from app.casework.desk.tables import CaseEvent, CaseFile, OversightNote
from app.core.asked import Text
from app.core.dates import format_number
from app.core.permissions import SYSTEM, Actor
from app.core.problems import SENTENCES, Problem
from app.platform.office import queries as office
from app.platform.people.queries import person_names
from app.room import office_command
from schema.database import Database, first_value
from schema.zone import sql_shift
from sync.journal import Journal


class Promises(msgspec.Struct, frozen=True):
    """Promises whose date is over: kept by it, kept after it, still open, and ended after it without a product."""

    kept: int
    late: int
    open_late: int
    broken: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.late + self.open_late + self.broken

    @property
    def share(self) -> float | None:
        if not self.due:
            return None
        return self.kept / self.due

    @property
    def words(self) -> str:
        """`67 dari 74 yang jatuh tempo; 1 terlambat, 6 belum selesai`: the counts of which the share is made."""
        parts = ((self.late, "terlambat"), (self.open_late, "belum selesai"), (self.broken, "berakhir tanpa hasil"))
        rest = ", ".join(f"{format_number(count)} {word}" for count, word in parts if count)
        kept = f"{format_number(self.kept)} dari {format_number(self.due)} yang jatuh tempo"
        return f"{kept}; {rest}" if rest else kept


class WatchedLine(NamedTuple):
    """Something that a higher room puts under supervision; `settled` once somebody has said why."""

    what: str
    detail: str
    settled: bool


class Watched(NamedTuple):
    """A list of a higher room for the page of supervision; `endpoint` is where something can be done about it.

    Above it stand its number of lines, what is `counted` and what is said `under` the title.
    """

    title: str
    under: str
    endpoint: str
    lines: list[WatchedLine]
    counted: str = "hari kerja"


def recent_promises(db: Database, today: date) -> Promises:
    """Promises whose date was over within the last 30 days, whatever became of them since.

    One that stands still promises no date now, and a case that ended before its date promised nothing any more.
    """
    row = db.one(
        f"SELECT total(c.kept_on <= c.due_on), total(c.kept_on > c.due_on), total({RUNS}),"
        " total(c.kept_on IS NULL AND c.closed = 1 AND c.closed_on > c.due_on)"
        " FROM case_file c WHERE c.due_on >= ? AND c.due_on < ?",
        ((today - timedelta(days=PROMISE_DAYS)).isoformat(), today.isoformat()),
    )
    return Promises(*(int(count) for count in row or (0, 0, 0, 0)))


# Both conditions are written out, letter by letter as in schema/office/0005_plans.sql and 0052_zones.sql: only then
# SQLite uses the small indexes that hold just these lines. Stored moments are UTC, the office's days are not.
IS_BY_HAND = "e.action IN ('corrected', 'returned', 'withdrawn', 'refused', 'died', 'moved', 'uncollected', 'misprint')"


def deeds_by_hand(db: Database, limit: int = 25, skip: int = 0) -> list[CaseEvent]:
    """Corrections, returns, exits and misprints with the `number` of their case and who did it (`by`).

    The newest first; `skip` pages on.
    """
    rest = f"JOIN case_file c ON c.id = e.case_id WHERE {IS_BY_HAND} ORDER BY e.id DESC LIMIT ? OFFSET ?"
    of_case = {"number": "c.number", "service": "c.service", "revision": "c.revision"}
    events = CaseEvent.joined(db, "e", rest, (limit, skip), **of_case)
    names = person_names(db)
    for event in events:
        if event.actor == SYSTEM.username:
            event.by = partner_name(db, event)
        else:
            event.by = names.get(event.actor, event.actor)
    return events


def partner_name(db: Database, event: CaseEvent) -> str:
    """Whose answer came by the connection: the partner of the service of that case."""
    partner = office.adopted_definition(db, event.service, event.revision).partner
    name = partner.name if partner else "Mitra"
    return f"{name}, lewat Loket"


def late_entries(db: Database, most: int = 20, skip: int = 0) -> list[CaseEvent]:
    """What somebody wrote down after its day, receipts and steps alike, the newest first, with the stated reason, the
    `number` of the case and `what` was done.

    Answers that came by the exchange and an imported register bear the day of the other side; nobody back-dated those.
    The receipt step that goes with an opening is that opening.
    """
    rest = (
        f"JOIN case_file c ON c.id = e.case_id WHERE e.on_date < date(e.at, {sql_shift()})"
        " AND e.actor <> ? AND e.action <> 'imported'"
        " AND (e.action = 'opened' OR e.at > c.entered_at) ORDER BY e.id DESC LIMIT ? OFFSET ?"
    )
    of_case = {"number": "c.number", "service": "c.service", "revision": "c.revision"}
    events = CaseEvent.joined(db, "e", rest, (SYSTEM.username, most, skip), **of_case)
    for event in events:
        definition = office.adopted_definition(db, event.service, event.revision)
        event.what = past_words(definition, event.action, event.step_from, event.step_to)[1]
    return events


# -- notes -----------------------------------------------------------------------------------------------------


MOST_OF_NOTE = 2000


@office_command("oversight.note")
def write_note(
    journal: Journal,
    actor: Actor,
    *,
    text: Annotated[str, Text("Catatan", "Tulis catatannya.", most=MOST_OF_NOTE, lines=True)],
    number: Annotated[str, Text("Nomor berkas", most=40)],
    now: datetime,
) -> None:
    """Write a note of supervision, about a case or about none. Raises Problem `invalid` for a number without a case."""
    case_id = None
    if number:
        case = CaseFile.first(journal.db, number=number.upper())
        if case is None:
            raise Problem.of("invalid", {"number": "Berkas dengan nomor itu tidak ada."})
        case_id = case.id
    body = OversightNoted(journal.next_id("oversight_note"), text, case_id)
    journal.record(body, subject="oversight", actor=actor.username, at=now)


@office_command("oversight.answer")
def answer_note(
    journal: Journal,
    actor: Actor,
    *,
    note_id: int,
    text: Annotated[str, Text("Tindak lanjut", SENTENCES["done"], "answer", most=MOST_OF_NOTE)],
    now: datetime,
) -> None:
    """Write what was done about a note. Raises Problem `conflict` where somebody has answered it."""
    found = OversightNote.first(journal.db, id=note_id)
    if found is None or found.answered_at:
        raise Problem.of("conflict", why="Catatan itu tidak ada atau sudah ditindaklanjuti.")
    journal.record(OversightAnswered(note_id, text), subject="oversight", actor=actor.username, at=now)


def oversight_notes(db: Database) -> list[OversightNote]:
    return OversightNote.rows(db, order="answered_at IS NOT NULL, id DESC")


def open_notes(db: Database) -> int:
    return int(first_value(db, "SELECT count(*) FROM oversight_note WHERE answered_at IS NULL"))
