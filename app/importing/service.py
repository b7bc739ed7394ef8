"""Commands: judge a register, and write its sound lines as official records, a few thousand per transaction.

An import that was cut off is simply run again: lines that were taken are known by their fingerprint.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.similarity import blocking_keys
from app.desk.events import ImportedCase, RegisterImported
from app.importing.headings import Columns, Vocabulary
from app.importing.judging import Line, Report, judge_book, no_cycle_search
from app.importing.lines import Record
from app.importing.queries import Known, Numbering, compare_with_office, highest_number, villages_of
from app.importing.spreadsheet import Book
from app.office import queries as office
from app.office.events import Number
from app.people.access_log import log_access
from schema.database import Database
from schema.service_procedure import Definition
from sync.journal import Journal

BATCH = 2000
IN_DISPATCH = "dispatch"
"""The place of a paper file that travels with a list of ours."""
Progress = Callable[[int, int], None]
Body = Callable[[ImportedCase, Record], msgspec.Struct]
"""The journal's entry for a line that became a case: the room of the service knows what else the line proves."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is imported: its name and the SHA-256 of its bytes in hex."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the lines: newly written, already known, and the first and last new case number."""

    loaded: int
    known: int
    first: str = ""
    last: str = ""


def examine_register(
    words: Vocabulary,
    book: Book,
    db: Database | None,
    on: date,
    matching: Mapping[str, Columns] | None = None,
    *,
    blank_done: bool = False,
) -> Report:
    """Judge a book on an office date and, where there is a database, compare it with what the office has.

    `matching` corrects columns by layout key; `blank_done` takes lines without a word on their state as handed
    over. Raises ImportProblem. Writes nothing.
    """
    report = judge_book(book, words, villages_of(db), on, matching, blank_done=blank_done)
    return compare_with_office(db, report) if db else report


def load_report(
    journal: Journal,
    actor: Actor,
    report: Report,
    *,
    source: Source,
    bodies: Callable[[Journal], Body],
    now: datetime,
    progress: Progress | None = None,
) -> Loaded:
    """Load a judged report. `bodies` is asked once per batch; `progress(done, total)` is called after every batch.

    Lines that the office already has are passed over, so that a repeat writes nothing. Raises Problem
    (`forbidden`, `standard`, `series`); batches that were committed before stay.
    """
    require(actor, "import.run")
    lines = [line for line in report.lines if line.record]
    writer = Batches(journal, actor, report, bodies, now)
    for start in range(0, len(lines), BATCH):
        with no_cycle_search(), journal.transaction():
            writer.write_batch(lines[start : start + BATCH])
        if progress:
            progress(min(start + BATCH, len(lines)), len(lines))
    numbers = writer.numbers
    done = Loaded(len(numbers), writer.known, *(numbers[at] for at in (0, -1) if numbers))
    if done.loaded:
        record_import(journal, actor, report, done, source, now)
    return done


def record_import(journal: Journal, actor: Actor, report: Report, done: Loaded, source: Source, now: datetime) -> None:
    """Testify in the journal that a file was imported; a repeat that wrote nothing leaves no trace."""
    counts, service = report.counts, report.words.register.service
    body = RegisterImported(
        service, source.name[:200], source.digest, done.loaded, done.known, counts["refused"], counts["repeated"]
    )
    with journal.transaction():
        journal.record(body, subject=f"import/{source.digest[:16]}", actor=actor.username, at=now)
        log_access(
            journal.db,
            at=now,
            person_id=actor.person_id or None,
            action="register.loaded",
            detail=f"{done.loaded} berkas",
            address="" if actor.person_id else "console",
        )


class Batches:
    def __init__(
        self, journal: Journal, actor: Actor, report: Report, bodies: Callable[[Journal], Body], now: datetime
    ) -> None:
        self.journal, self.actor, self.bodies, self.now = journal, actor, bodies, now
        self.register, self.above = report.words.register, highest_number(report)
        self.definition = office.current_definition(journal.db, self.register.service, office_date(now))
        self.places = paper_places(self.definition)
        self.searched = [one.id for one in self.definition.fields if one.searchable and one.role != "name"]
        self.numbers: list[str] = []
        self.known = 0

    def write_batch(self, lines: Sequence[Line]) -> None:
        records = [line.record for line in lines if line.record]
        known = Known(self.journal.db, self.register, records)
        fresh = [(line, line.record) for line in lines if line.record and not known.number_of(line.record)]
        self.known += len(lines) - len(fresh)
        if not fresh:
            return
        numbering = Numbering(
            self.journal.db, self.definition, self.journal.epoch, self.above, [record for _, record in fresh]
        )
        ids, body = itertools.count(self.journal.next_id("case_file")), self.bodies(self.journal)
        cases = [
            (self._make_case(next(ids), line, record, numbering.take_number(record.number, record.received)), record)
            for line, record in fresh
        ]
        self.numbers += [case.number.text for case, _ in cases]
        self.journal.record_many(
            [(body(case, record), f"case/{case.id}") for case, record in cases], actor=self.actor.username, at=self.now
        )

    def _make_case(self, case_id: int, line: Line, record: Record, number: Number) -> ImportedCase:
        state, received = record.state, record.received.isoformat()
        step = f"@{state.step}" if state.closed else state.step
        return ImportedCase(
            id=case_id,
            service=self.register.service,
            revision=self.definition.identity.revision,
            number=number,
            code=new_code(),
            kind=record.kind,
            name=record.name,
            area=record.village,
            main_key=record.key,
            fields=record.fields,
            step=step,
            place=self.places[step],
            received_on=received,
            fingerprint=record.fingerprint,
            birth_on=record.birth_on.isoformat() if record.birth_on else None,
            phone=record.fields.get("phone", ""),
            keys=[(key, record.fields[key]) for key in self.searched if key in record.fields],
            blocks=sorted(blocking_keys(record.name, record.birth_on)),
            closed_on=(state.on.isoformat() if state.on else received) if state.closed else None,
            note=note_of(line, record),
        )


def paper_places(definition: Definition) -> dict[str, str]:
    """Where the paper file of an old case lies in each step and after each exit.

    One that waits for its answer lies in no dispatch of ours: where the standard says that, it lies at the centre.
    """
    steps = {one.id: "centre" if one.place == IN_DISPATCH else one.place for one in definition.steps}
    return steps | {f"@{one.id}": one.place for one in definition.exits}


def note_of(line: Line, record: Record) -> str:
    """Where the line stood and what else it said, for the case's way; nothing of the line is lost."""
    place, state = f"Register lama: lembar {line.sheet} baris {line.row}", record.state
    handed = (
        "Register tidak menyebut keadaannya; pengimpor menganggapnya sudah diserahkan"
        if state.assumed
        else ("Tanggal penyerahan tidak tercatat di register" if state.closed and state.on is None else "")
    )
    parts = (
        f"{place}, nomor {record.number}" if record.number else place,
        f"Keterangan: {state.note}" if state.note else "",
        handed,
        f"Diambil oleh: {record.receiver}" if record.receiver else "",
        record.note,
        "Catatan impor: " + " ".join(line.reasons) if line.reasons else "",
    )
    return ". ".join([part.rstrip(". ") for part in parts if part])[:2000] + "."
