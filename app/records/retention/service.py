"""Commands: set a period, hold a record, propose, confirm or withdraw a list; and what happens with it at night.

One proposes, another confirms, both with their PIN; nothing goes on a single word. What is confirmed is carried out by
a process of its own (`app/cli/proving.py`): the journal is applied once without the people, minutes at ten years.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from app.core.asked import Amount, Choice, Text
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import SENTENCES, Problem, check_found
from app.platform.files.events import FileRemoved
from app.platform.files.tables import StoredFile
from app.platform.office.numbers import next_number
from app.platform.office.records import record_rules
from app.records.retention import queries
from app.records.retention.events import (
    DestructionConfirmed,
    DestructionDone,
    DestructionProposed,
    DestructionWithdrawn,
    HoldLifted,
    PeriodSet,
    RecordHeld,
)
from app.records.retention.tables import Destruction, RecordHold
from app.room import office_command
from schema.data_folder import scratch_folder
from schema.database import Database
from schema.definitions import load_all
from schema.earlier_copy import remove_earlier_copies
from sync.chains import Place
from sync.entries import drop_fact, keep_fact, read_fact
from sync.erasure import erase_people
from sync.journal import Journal
from sync.verification import redacted_body

SERIES = "destruction"
TRACES = "destruction.traces"
"""Fact of this side from the destruction on until the file was written anew."""
MOST_RECORDS = 3000
"""In one list: what an office destroys in a year, and no more than one journal entry may name."""
MOST_YEARS = 100
YEARS = f"Isi tahun antara 1 dan {MOST_YEARS}."
TOO_MANY = f"Paling banyak {MOST_RECORDS} berkas dalam satu daftar. Pilih lebih sedikit."
OTHER_PERSON = "Yang mengusulkan tidak mengonfirmasi sendiri. Minta {who}."


@office_command("records.keep")
def set_period(
    journal: Journal,
    actor: Actor,
    *,
    kind: Annotated[
        str, Choice("Jenis berkas", SENTENCES["choose_from_list"], choices=lambda db, _today: queries.labels(db))
    ],
    years: Annotated[
        int, Amount("Masa simpan, tahun sesudah selesai", "Isi tahunnya.", least=1, most=MOST_YEARS, outside=YEARS)
    ],
    reason: Annotated[str, Text("Dasar perubahan", queries.WHY, most=300)],
    now: datetime,
) -> None:
    """Keep a kind of record so many years after its end. Raises Problem `invalid`."""
    body = PeriodSet(kind, years, reason)
    journal.record(body, subject=f"retention/{kind}", actor=actor.username, at=now)


@office_command("records.keep")
def hold_record(
    journal: Journal,
    actor: Actor,
    *,
    number: Annotated[str, Text("Nomor berkas", "Tulis nomornya.", most=100)],
    reason: Annotated[str, Text("Alasan ditahan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Hold a record back that is due. Raises Problem `invalid` at `number` or `reason`."""
    asked = number.upper()
    due = queries.due_records(journal.db, office_date(now))
    found = next((record for record in due if record.number.upper() == asked), None)
    if found is None:
        raise Problem.of("invalid", {"number": "Nomor itu tidak ada di antara yang sudah lewat masa simpannya."})
    if found.held_why:
        raise Problem.of("invalid", {"number": f"Berkas itu sudah tertahan: {found.held_why}."})
    body = RecordHeld(journal.next_id("record_hold"), found.subject, found.number, reason)
    journal.record(body, subject=found.subject, actor=actor.username, at=now)


@office_command("records.keep")
def lift_hold(
    journal: Journal,
    actor: Actor,
    *,
    hold: Annotated[
        str, Choice("Yang ditahan", SENTENCES["choose_from_list"], choices=lambda db, _today: queries.held_numbers(db))
    ],
    reason: Annotated[str, Text("Mengapa dilepas", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    row = check_found(RecordHold.first(journal.db, id=int(hold)), "Penahanan itu")
    journal.record(HoldLifted(row.id, reason), subject=row.subject, actor=actor.username, at=now)


# -- a list --------------------------------------------------------------------------------------------------------


@office_command("records.keep")
def propose(
    journal: Journal,
    actor: Actor,
    *,
    groups: Sequence[str],
    reason: Annotated[str, Text("Dasar pemusnahan", queries.WHY, most=300)],
    now: datetime,
) -> int:
    """Propose what is due in these groups (kind and year) and held by nothing. The PIN was asked before.

    Raises Problem `conflict` while another list is open, `invalid`.
    """
    if queries.open_destruction(journal.db) is not None:
        raise Problem.of("conflict", why="Masih ada daftar yang belum selesai. Selesaikan atau tarik dulu.")
    today = office_date(now)
    chosen = [
        record
        for record in queries.due_records(journal.db, today)
        if record.group in set(groups) and not record.held_why
    ]
    if not chosen:
        raise Problem.of("invalid", {"groups": "Pilih dulu apa yang dimusnahkan."})
    if len(chosen) > MOST_RECORDS:
        raise Problem.of("invalid", {"groups": TOO_MANY})
    number = next_number(journal.db, SERIES, today, journal.epoch)
    body = DestructionProposed(journal.next_id("destruction"), number, reason, [record.listed for record in chosen])
    journal.record(body, subject=f"destruction/{body.id}", actor=actor.username, at=now)
    return body.id


def can_confirm(row: Destruction, actor: Actor) -> bool:
    """Whether this person is another one than who proposed the list."""
    return row.state == "proposed" and row.proposed_by != actor.username


@office_command("records.confirm")
def confirm(journal: Journal, actor: Actor, *, destruction_id: int, now: datetime) -> int:
    """Another person agrees: from now on the program may destroy. The PIN was asked before. Returns the id of the list.

    Raises Problem.
    """
    row = proposed(journal.db, destruction_id)
    if not can_confirm(row, actor):
        raise Problem.of("conflict", why=OTHER_PERSON.format(who=actor.profile.who_may("records.confirm")))
    journal.record(DestructionConfirmed(row.id), subject=f"destruction/{row.id}", actor=actor.username, at=now)
    return row.id


@office_command("records.keep")
def withdraw(
    journal: Journal,
    actor: Actor,
    *,
    destruction_id: int,
    reason: Annotated[str, Text("Mengapa ditarik", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    row = proposed(journal.db, destruction_id)
    journal.record(DestructionWithdrawn(row.id, reason), subject=f"destruction/{row.id}", actor=actor.username, at=now)


def proposed(db: Database, destruction_id: int) -> Destruction:
    """A list that waits for its second person. Raises Problem `not_found`, `state`."""
    row = queries.load_destruction(db, destruction_id)
    if row.state != "proposed":
        raise Problem.of("state", what=f"Daftar {row.number}", state=queries.STATES[row.state].lower())
    return row


# -- at night ------------------------------------------------------------------------------------------------------


def is_destruction_due(db: Database) -> bool:
    return Destruction.first(db, state="confirmed") is not None


def carry_out(journal: Journal, folder: Path, now: datetime) -> int:
    """Destroy what is confirmed, in one transaction; records that are open again stay and are named. Returns how many.

    The tables must have been proved before. `folder` holds the scratch copy. Raises JournalError; then nothing changed.
    """
    row = Destruction.first(journal.db, state="confirmed")
    if row is None:
        return 0
    kept, going = parted(journal.db, row, now)
    places = redacted_bodies(journal, going)
    with scratch_folder(folder) as own:
        erase_people(
            journal,
            "office",
            places,
            reason=f"Berita acara pemusnahan {row.number}",
            actor=row.confirmed_by,
            at=now,
            scratch=own / "scratch.sqlite3",
            along=lambda: finish(journal, row, kept, going, len(places), now),
        )
    return len(going)


def parted(db: Database, row: Destruction, now: datetime) -> tuple[list[tuple[str, str]], list[str]]:
    """What of a list is no longer ready to go, with the reason, and what is."""
    due = {record.subject: record.held_why for record in queries.due_records(db, office_date(now))}
    known = [record.subject for record in queries.records_of(db, row.id)]
    kept = [(subject, due.get(subject, "masa simpannya belum lewat")) for subject in known if due.get(subject, "-")]
    return kept, [subject for subject in known if subject in due and not due[subject]]


def redacted_bodies(journal: Journal, subjects: Sequence[str]) -> dict[Place, bytes]:
    """Place → body without its person, of all entries of these records that still hold one."""
    phrases = set_phrases()
    found: dict[Place, bytes] = {}
    sql = (
        "SELECT j.source, j.epoch, j.stream, j.n, j.kind FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.id = ? AND j.verdict = 'stored'"
    )
    for entry_id in queries.own_entries(journal.db, subjects):
        for *place, name in journal.db.run(sql, (entry_id,)):
            kind = journal.kinds.get(name)
            if kind is not None and kind.personal:
                found[tuple(place)] = redacted_body(journal, tuple(place), phrases)
    return found


def set_phrases() -> frozenset[str]:
    """Reasons that the lists of the services offer: they are counted, and name nobody."""
    return frozenset(
        str(why)
        for definition in load_all().values()
        for step in definition.steps
        for outcome in step.outcomes
        for why in outcome.reasons
    )


def finish(
    journal: Journal,
    row: Destruction,
    kept: list[tuple[str, str]],
    going: Sequence[str],
    bodies: int,
    now: datetime,
) -> None:
    """What goes with the bodies, in their transaction: files, what lies beside the journal; and the note of it."""
    files = [stored for subject in going for stored in StoredFile.rows(journal.db, subject=subject, gone_at="")]
    why = f"Berita acara pemusnahan {row.number}"
    for file in files:
        journal.record(FileRemoved(file.id, why), subject=f"file/{file.id}", actor=row.confirmed_by, at=now)
    for rules in record_rules(journal.db):
        rules.beside(journal.db, going)
    keep_fact(journal.db, TRACES, row.number)
    body = DestructionDone(row.id, kept, bodies, len(files), queries.backups_before(journal.db))
    journal.record(body, subject=f"destruction/{row.id}", actor=SYSTEM.username, at=now)


def are_traces_left(db: Database) -> bool:
    return bool(read_fact(db, TRACES))


def clear_traces(db: Database) -> None:
    """Nothing of what went stays in an index of words, in unused bytes of the file or beside it.

    The file is written anew, which takes its size in memory and in free space: a temporary file would be plain beside
    an encrypted database. Where that fails the next night tries again. A copy from before an update goes.
    """
    remove_earlier_copies(db)
    for (name,) in list(db.run("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")):
        with db.writing():
            db.run(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
    db.run("VACUUM")
    db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    with db.writing():
        drop_fact(db, TRACES)
