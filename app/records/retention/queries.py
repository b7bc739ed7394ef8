"""What is due, what holds it back, which lists there are, and which backups still hold who was destroyed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.core.problems import check_found
from app.platform.office.records import RecordKind, record_rules
from app.records.retention.events import BackupLeft, ListedRecord
from app.records.retention.tables import DestroyedRecord, Destruction, RecordHold, RetentionPeriod
from schema.database import Database, first_column, first_value

STATES = {
    "proposed": "Menunggu konfirmasi",
    "confirmed": "Dimusnahkan malam ini",
    "done": "Dimusnahkan",
    "withdrawn": "Ditarik",
}
WHY = "Tulis dasarnya, misalnya nomor JRA."
HELD = "ditahan: {reason}"


class Period(msgspec.Struct, frozen=True):
    """A kind of record, how long the office keeps it, and whose number that is."""

    kind: RecordKind
    years: int
    source: str
    set_by: str = ""


def periods(db: Database) -> list[Period]:
    own = {period.kind: period for period in RetentionPeriod.rows(db)}
    found = []
    for rules in record_rules(db):
        for kind in rules.kinds(db):
            row = own.get(kind.id)
            known = (row.years, row.reason, row.actor) if row else (kind.years, kind.source)
            found.append(Period(kind, *known))
    return found


def years_before(today: date, years: int) -> date:
    """The same day so many years ago; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


class DueRecord(msgspec.Struct, frozen=True):
    """A record whose time is over; `held_why` says why it stays all the same."""

    subject: str
    kind: str
    label: str
    number: str
    closed_on: str
    held_why: str = ""

    @property
    def group(self) -> str:
        return f"{self.kind}@{self.closed_on[:4]}"

    @property
    def listed(self) -> ListedRecord:
        return ListedRecord(self.subject, self.kind, self.number, self.closed_on)


def due_records(db: Database, today: date) -> list[DueRecord]:
    """Records whose period is over and that were not destroyed yet, by kind and day of their end."""
    gone = destroyed_subjects(db)
    held = holds(db)
    found = []
    for period in periods(db):
        before = years_before(today, period.years).isoformat()
        for subject, number, closed_on in period.kind.closed(db, before):
            if subject not in gone:
                why = held.get(subject, "")
                found.append(DueRecord(subject, period.kind.id, period.kind.label, number, closed_on, why))
    return found


def is_anything_due(db: Database, today: date) -> bool:
    """Whether the period of any record is over; asked for a desk, so it stops at the first one."""
    gone = destroyed_subjects(db)
    ended = ((period, years_before(today, period.years).isoformat()) for period in periods(db))
    return any(subject not in gone for rule, day in ended for subject, *_ in rule.kind.closed(db, day))


def destroyed_subjects(db: Database) -> set[str]:
    sql = (
        "SELECT r.subject FROM destroyed_record r JOIN destruction d ON d.id = r.destruction_id"
        " WHERE d.state = 'done' AND r.kept_why = ''"
    )
    return set(first_column(db, sql))


def holds(db: Database) -> Mapping[str, str]:
    """Subject → why it stays: what rooms say is open, and what somebody held by law."""
    found: dict[str, str] = {}
    for rules in record_rules(db):
        found.update(rules.holds(db))
    for row in open_holds(db):
        found[row.subject] = HELD.format(reason=row.reason)
    return found


class DueGroup(msgspec.Struct, frozen=True):
    """What is due of a kind and the year of its end."""

    key: str
    label: str
    year: str
    count: int
    held: int
    oldest: DueRecord


def due_groups(records: Sequence[DueRecord]) -> list[DueGroup]:
    parts: dict[str, list[DueRecord]] = {}
    for record in records:
        parts.setdefault(record.group, []).append(record)
    groups = []
    for key, known in parts.items():
        held = sum(bool(subject.held_why) for subject in known)
        oldest = min(known, key=lambda subject: subject.closed_on)
        groups.append(DueGroup(key, oldest.label, oldest.closed_on[:4], len(known) - held, held, oldest))
    return sorted(groups, key=lambda group: (group.year, group.label))


def open_destruction(db: Database) -> Destruction | None:
    return Destruction.first(db, state=("proposed", "confirmed"))


class HeldGroup(msgspec.Struct, frozen=True):
    """Records of a kind that stay for one reason, and the first of them."""

    label: str
    why: str
    count: int
    first: DueRecord


def held_groups(records: Sequence[DueRecord]) -> list[HeldGroup]:
    parts: dict[tuple[str, str], list[DueRecord]] = {}
    for record in records:
        if record.held_why:
            parts.setdefault((record.label, record.held_why), []).append(record)
    return [HeldGroup(label, why, len(known), known[0]) for (label, why), known in parts.items()]


def load_destruction(db: Database, destruction_id: int) -> Destruction:
    return check_found(Destruction.first(db, id=destruction_id), "Daftar itu")


def open_holds(db: Database) -> Sequence[RecordHold]:
    return RecordHold.rows(db, lifted_at="", order="id")


def held_numbers(db: Database) -> dict[str, str]:
    """Id of a hold that runs → number of the record that it keeps."""
    return {str(hold.id): hold.number for hold in open_holds(db)}


def past_destructions(db: Database) -> Sequence[Destruction]:
    return Destruction.rows(db, state=("done", "withdrawn"), order="id DESC", limit=50)


def records_of(db: Database, destruction_id: int) -> list[DestroyedRecord]:
    return DestroyedRecord.rows(db, destruction_id=destruction_id, order="kind, closed_on, subject")


def backups_before(db: Database) -> list[BackupLeft]:
    """Every backup that this PC made so far: whoever is destroyed now still stands in it."""
    rows = db.run("SELECT name, place, made_at, copied_to FROM backup_made ORDER BY id")
    return [BackupLeft(*row) for row in rows]


def backups_of(row: Destruction) -> list[BackupLeft]:
    return [BackupLeft(*load) for load in json.loads(row.backups)]


def labels(db: Database) -> dict[str, str]:
    return {period.kind.id: period.kind.label for period in periods(db)}


def last_return(db: Database) -> str:
    """When this side last came back from a backup, as stored; empty where it never did."""
    return str(first_value(db, "SELECT max(at) FROM side_return") or "")


def own_entries(db: Database, subjects: Iterable[str]) -> list[int]:
    """Ids in the journal of all entries that belong to these records."""
    found: set[int] = set()
    rules = record_rules(db)
    for subject in subjects:
        further = [other for each in rules for other in each.subjects(db, subject)]
        for name in (subject, *further):
            found.update(first_column(db, "SELECT id FROM journal WHERE subject = ?", (name,)))
        found.update(entry for each in rules for entry in each.entries(db, subject))
    return sorted(found)


def has_list_since(db: Database, day: date) -> bool:
    sql = "SELECT 1 FROM destruction WHERE state <> 'withdrawn' AND proposed_at >= ?"
    return db.one(sql, (day.isoformat(),)) is not None
