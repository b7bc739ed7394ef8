"""Commands: judge a register, and write its sound lines as official records, a few thousand per transaction.

An import that was cut off is simply run again: lines that were taken are known by their fingerprint.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from app.casework.desk.events import ImportedCase, RegisterImported
from app.casework.desk.opening import unused_codes
from app.casework.importing.cells import Villages
from app.casework.importing.headings import Columns, Vocabulary
from app.casework.importing.judging import Line, Progress, Report, judge_book, no_cycle_search
from app.casework.importing.lines import Record
from app.casework.importing.spreadsheet import Book
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.procedure.engine import NO_AREA, field_with_role
from app.core.similarity import blocking_keys
from app.core.text import fold_text
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.events import Number
from app.platform.office.numbers import case_pattern, case_series, counted_year, fill_pattern, last_used
from app.platform.office.tables import NumberSeries
from app.platform.people.access_log import log_access
from schema import seed_data
from schema.database import Database
from schema.register import Register
from schema.service_procedure import Definition
from sync.journal import Journal

KECAMATAN = "350807"
"""The kecamatan of the service standard; used where no office has been set up yet."""
BATCH, CHUNK = 2000, 500
"""Lines of a transaction, and values asked for in one query."""
IN_DISPATCH = "dispatch"
"""The place of a paper file that travels with a list of ours."""
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
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Judge a book on an office date and, where there is a database, compare it with what the office has.

    `matching` corrects columns by layout key; `blank_done` takes lines without a word on their state as handed
    over. Raises ImportProblem. Writes nothing.
    """
    report = judge_book(book, words, villages_of(db), on, matching, blank_done=blank_done, progress=progress)
    if db:
        return compare_with_office(db, report)
    return report


def villages_of(db: Database | None) -> Villages:
    code = KECAMATAN
    own: Mapping[str, str] = {}
    if db:
        code = settings.get_setting(db, "office.code") or KECAMATAN
        own = office.village_names(db)
    names = {kecamatan.code: kecamatan.name for kecamatan in seed_data.seed_kecamatan()}
    seeded = {village.code: village.name for village in seed_data.seed_villages(code)}
    neighbours = (other for other in names if other != code)
    elsewhere = {village.name: names[other] for other in neighbours for village in seed_data.seed_villages(other)}
    return Villages(own or seeded, elsewhere, names.get(code, ""))


def compare_with_office(db: Database, report: Report) -> Report:
    """The report with what the office knows: lines it already has become `repeated`, doubts become warnings."""
    known = KnownCases(db, report.words.register, report.records)
    return replace(report, lines=tuple(known.check_line(line) for line in report.lines))


def load_report(
    journal: Journal,
    actor: Actor,
    report: Report,
    *,
    source: Source,
    bodies: Callable[[Journal], Body],
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Loaded:
    """Load a judged report. `bodies` is asked once per batch; `progress(done, total)` is called after every batch.

    Lines that the office already has are passed over, so that a repeat writes nothing and leaves no trace. Raises
    Problem (`forbidden`, `standard`, `series`); batches that were committed before stay.
    """
    require(actor, "import.run")
    lines = [line for line in report.lines if line.record]
    writer = Batches(journal, actor, report, bodies, now)
    for start in range(0, len(lines), BATCH):
        with no_cycle_search(), journal.transaction():
            writer.write_batch(lines[start : start + BATCH])
        progress(min(start + BATCH, len(lines)), len(lines))
    if not (numbers := writer.numbers):
        return Loaded(0, writer.known)
    service = report.words.register.service
    refused = report.counts["refused"]
    repeated = report.counts["repeated"]
    body = RegisterImported(service, source.name[:200], source.digest, len(numbers), writer.known, refused, repeated)
    if actor.person_id:
        address = ""
    else:
        address = "console"
    with journal.transaction():
        journal.record(body, subject=f"import/{source.digest[:16]}", actor=actor.username, at=now)
        log_access(
            journal.db,
            at=now,
            person_id=actor.person_id or None,
            action="register.loaded",
            detail=f"{len(numbers)} berkas",
            address=address,
        )
    return Loaded(len(numbers), writer.known, numbers[0], numbers[-1])


class Batches:
    def __init__(
        self, journal: Journal, actor: Actor, report: Report, bodies: Callable[[Journal], Body], now: datetime
    ) -> None:
        self.journal = journal
        self.actor = actor
        self.bodies = bodies
        self.now = now
        self.register = report.words.register
        self.above = max((counter_of(line.cell_text("number")) for line in report.lines), default=0)
        self.definition = office.current_definition(journal.db, self.register.service, office_date(now))
        self.places = paper_places(self.definition)
        self.has_area = field_with_role(self.definition, "area") is not None
        searchable = [known for known in self.definition.fields if known.searchable]
        self.searched = [known.id for known in searchable if known.role != "name"]
        self.numbers: list[str] = []
        self.known = 0

    def write_batch(self, lines: Sequence[Line]) -> None:
        records = [line.record for line in lines if line.record]
        known = KnownCases(self.journal.db, self.register, records)
        fresh = [(line, line.record) for line in lines if line.record and not known.number_of(line.record)]
        self.known += len(lines) - len(fresh)
        if not fresh:
            return
        written = [record for _, record in fresh]
        numbering = Numbering(self.journal.db, self.definition, self.journal.epoch, self.above, written)
        first_id = self.journal.next_id("case_file")
        body_of = self.bodies(self.journal)
        entries = []
        codes = unused_codes(self.journal.db, len(fresh))
        for case_id, ((line, record), code) in enumerate(zip(fresh, codes, strict=True), first_id):
            number = numbering.take_number(record.number, record.received)
            case = self._make_case(case_id, line, record, number, code)
            entries.append((body_of(case, record), f"case/{case_id}"))
            self.numbers.append(number.text)
        self.journal.record_many(entries, actor=self.actor.username, at=self.now)

    def _make_case(self, case_id: int, line: Line, record: Record, number: Number, code: str) -> ImportedCase:
        state = record.state
        received = record.received.isoformat()
        step = state.step
        closed_on = None
        if state.closed:
            step = f"@{state.step}"
            if state.on:
                closed_on = state.on.isoformat()
            else:
                closed_on = received
        area = NO_AREA
        if self.has_area:
            area = record.village
        birth_on = None
        if record.birth_on:
            birth_on = record.birth_on.isoformat()
        return ImportedCase(
            id=case_id,
            service=self.register.service,
            revision=self.definition.identity.revision,
            number=number,
            code=code,
            kind=record.kind or self.definition.kinds[0].id,
            name=record.name,
            area=area,
            main_key=record.key,
            fields=record.fields,
            step=step,
            place=self.places[step],
            received_on=received,
            fingerprint=record.fingerprint,
            birth_on=birth_on,
            phone=record.fields.get("phone", ""),
            keys=[(key, record.fields[key]) for key in self.searched if key in record.fields],
            blocks=sorted(blocking_keys(record.name, record.birth_on)),
            closed_on=closed_on,
            note=note_of(self.register.title, line, record),
        )


def paper_places(definition: Definition) -> dict[str, str]:
    """Where the paper file of an old case lies in each step and after each exit.

    One that waits for its answer lies in no dispatch of ours: where the standard says that, it lies at the centre.
    """
    places = {step.id: step.place for step in definition.steps}
    for step, place in places.items():
        if place == IN_DISPATCH:
            places[step] = "centre"
    return places | {f"@{way_out.id}": way_out.place for way_out in definition.exits}


def note_of(title: str, line: Line, record: Record) -> str:
    """Where the line stood and what else it said, for the case's way; nothing of the line is lost."""
    place = f"{title}: lembar {line.sheet} baris {line.row}"
    state = record.state
    if record.number:
        place = f"{place}, nomor {record.number}"
    parts = [place]
    if state.note:
        parts.append(f"Keterangan: {state.note}")
    if state.assumed:
        parts.append(f"{title} tidak menyebut keadaannya; pengimpor menganggapnya sudah diserahkan")
    elif state.closed and state.on is None:
        parts.append(f"Tanggal penyerahan tidak tercatat di {title.lower()}")
    if record.receiver:
        parts.append(f"Diambil oleh: {record.receiver}")
    if record.note:
        parts.append(record.note)
    if line.reasons:
        parts.append("Catatan impor: " + " ".join(line.reasons))
    return ". ".join([part.rstrip(". ") for part in parts])[:2000] + "."


class KnownCases:
    """What the office already knows about some lines: those taken before, and other cases of the same people."""

    def __init__(self, db: Database, register: Register, records: Sequence[Record]) -> None:
        self.paper = register.paper
        self.once = register.once
        taken = (
            "SELECT i.fingerprint, c.number FROM import_line i JOIN case_file c ON c.id = i.case_id"
            " WHERE i.fingerprint IN ({marks})"
        )
        self.lines: dict[str, str] = dict(ask_in_chunks(db, taken, {record.fingerprint for record in records}))
        self.persons: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        asked = (
            "SELECT main_key, number, received_on, kind, name, birth_on, closed FROM case_file"
            " WHERE main_key IN ({marks}) AND service = ?"
        )
        for key, *case in ask_in_chunks(db, asked, {record.key for record in records}, register.service):
            self.persons[key].append(tuple(case))

    def number_of(self, record: Record) -> str:
        """Number of the case that already holds this line (imported, or typed at the desk), else empty."""
        if number := self.lines.get(record.fingerprint):
            return number
        if self.once and self.persons[record.key]:
            return str(self.persons[record.key][0][0])
        same = (record.received.isoformat(), record.kind)
        for number, received, kind, *_ in self.persons[record.key]:
            if (received, kind) == same:
                return str(number)
        return ""

    def check_line(self, line: Line) -> Line:
        if line.record is None:
            return line
        if number := self.number_of(line.record):
            return line.as_repeated(f"Sudah ada di aplikasi: berkas {number}.")
        return line.with_doubts(itertools.islice(self.doubts_about(line.record), 6))

    def doubts_about(self, record: Record) -> Iterator[str]:
        for number, _received, _kind, name, born, closed in self.persons[record.key]:
            if not closed and not record.state.closed:
                yield f"Pemohon ini masih punya berkas berjalan di aplikasi: {number}."
            if fold_text(name) != fold_text(record.name):
                yield f"Nama berbeda dari berkas {number}. Cocokkan dengan {self.paper}."
            if born and record.birth_on and born != record.birth_on.isoformat():
                yield f"Tanggal lahir berbeda dari berkas {number}. Cocokkan dengan {self.paper}."


def ask_in_chunks(db: Database, sql: str, items: Iterable[str], *more: str) -> Iterator[Any]:
    """Rows of a statement with `IN ({marks})`, asked for so many items at a time as fit into one."""
    ordered = sorted(items)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        yield from db.run(sql.format(marks=", ".join("?" * len(part))), [*part, *more])


# -- numbers: the register's own where it is free, else the next one after all of them -------------------------------


@lru_cache(maxsize=BATCH)
def counter_of(text: str) -> int:
    """`12`, `12.` or `0012` as 12; 0 for anything that is no counter."""
    match = re.fullmatch(r"\s*+0*([0-9]{1,5})\s*+(?:[.)]\s*+)?", text)
    return int(match[1]) if match else 0


class Numbering:
    """Hands out the numbers of one batch within its transaction; it reads no more than the batch needs."""

    def __init__(self, db: Database, definition: Definition, epoch: int, above: int, records: Sequence[Record]) -> None:
        self.db = db
        self.epoch = epoch
        self.above = above
        self.series = case_series(definition.id)
        row = NumberSeries.first(db, NumberSeries.name == self.series)
        self.pattern: str = row.pattern if row else case_pattern(definition)
        self.last: dict[int | None, int] = {}
        wanted = {self._number_text(counter_of(record.number), record.received) for record in records}
        asked = (
            "SELECT text FROM number_used WHERE text IN ({marks}) AND series = ?",
            "SELECT number FROM case_file WHERE number IN ({marks}) AND '' <> ?",
        )
        self.taken = {text for sql in asked for (text,) in ask_in_chunks(db, sql, wanted, self.series)}

    def take_number(self, written: str, on: date) -> Number:
        """The number of a line received on a day; `written` is what stands in its number column."""
        year = counted_year(self.pattern, on)
        last = self.last.get(year) or last_used(self.db, self.series, year, self.epoch)
        n = counter_of(written)
        text = self._number_text(n, on) if n else ""
        if not n or text in self.taken:
            n = max(last, self.above) + 1
            while self._is_used(text := self._number_text(n, on)):
                n += 1
        self.taken.add(text)
        self.last[year] = max(last, n)
        return Number(self.series, on.year, n, text)

    def _is_used(self, text: str) -> bool:
        asked = "SELECT 1 FROM number_used WHERE series = ? AND text = ? UNION SELECT 1 FROM case_file WHERE number = ?"
        return text in self.taken or self.db.one(asked, (self.series, text, text)) is not None

    def _number_text(self, n: int, on: date) -> str:
        return fill_pattern(self.pattern, n, on, self.epoch)
