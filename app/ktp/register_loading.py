"""Compares a judged register with what the office already has: lines taken before, open files, other names."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from app.batches.events import IN_DISPATCH
from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.core.similarity import blocking_keys
from app.core.text import fold_text
from app.desk.imported_cases import ImportedCase, RegisterImported
from app.importing.cells import Villages
from app.importing.headings import Columns
from app.importing.judging import Line, Report, judge_book, no_cycle_search
from app.importing.lines import CLOSED, Record
from app.importing.spreadsheet import Book
from app.ktp.events import KtpImported, ProvenRecording
from app.ktp.names import AWAY, SERVICE
from app.office import queries as office
from app.office import settings
from app.office.events import Number
from app.office.numbers import fill_pattern
from app.office.tables import NumberSeries
from app.people.access_log import log_access
from schema import seed_data
from schema.database import Database
from schema.service_procedure import Definition
from sync.journal import Journal

Item = TypeVar("Item")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case that the office already has for a person."""

    number: str
    received: str
    kind: str
    name: str
    birth_on: str | None
    closed: bool


class Known:
    """What the office knows about the persons and lines of a batch, read in a few statements."""

    def __init__(self, db: Database, records: Sequence[Record]) -> None:
        self.lines: dict[str, str] = {}
        self.persons: dict[str, list[Earlier]] = defaultdict(list)
        for part in in_chunks(sorted({record.fingerprint for record in records})):
            self.lines.update(
                db.run(
                    "SELECT i.fingerprint, c.number FROM import_line i JOIN case_file c ON c.id = i.case_id"
                    f" WHERE i.fingerprint IN ({question_marks(part)})",
                    part,
                )
            )
        for part in in_chunks(sorted({record.nik.full for record in records})):
            rows = db.run(
                "SELECT main_key, number, received_on, kind, name, birth_on, closed FROM case_file"
                f" WHERE service = ? AND main_key IN ({question_marks(part)})",
                [SERVICE, *part],
            )
            for nik, number, received, kind, name, born, closed in rows:
                self.persons[nik].append(Earlier(number, received, kind, name, born, bool(closed)))

    def number_of(self, record: Record) -> str:
        if found := self.lines.get(record.fingerprint):
            return found
        same = (record.received.isoformat(), record.kind)
        return next((one.number for one in self.persons[record.nik.full] if (one.received, one.kind) == same), "")

    def doubts(self, record: Record) -> list[str]:
        said = []
        for one in self.persons[record.nik.full]:
            if not one.closed and not record.state.closed:
                said.append(f"Pemohon ini masih punya berkas berjalan di aplikasi: {one.number}.")
            if fold_text(one.name) != fold_text(record.name):
                said.append(f"Nama berbeda dari berkas {one.number}. Cocokkan dengan KK.")
            if one.birth_on and one.birth_on != record.birth_on.isoformat():
                said.append(f"Tanggal lahir berbeda dari berkas {one.number}. Cocokkan dengan KK.")
        return said[:6]


def compare_with_office(db: Database, report: Report) -> Report:
    """The report with what the office knows: lines it already has become `repeated`, doubts become warnings."""
    records = [line.record for line in report.lines if line.record]
    known = Known(db, records)
    return replace(report, lines=tuple(_judged_again(line, known) for line in report.lines))


def _judged_again(line: Line, known: Known) -> Line:
    if line.record is None:
        return line
    if number := known.number_of(line.record):
        return replace(line, verdict="repeated", reasons=(f"Sudah ada di aplikasi: berkas {number}.",), record=None)
    doubts = known.doubts(line.record)
    return replace(line, verdict="warning", reasons=(*line.reasons, *doubts)) if doubts else line


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def question_marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))


SERIES = "case"
HIGHEST = 99_999
_COUNTER = re.compile(r"\s*+0*([0-9]{1,5})\s*+(?:[.)]\s*+)?")


def counter_of(text: str) -> int:
    """`12`, `12.` or `0012` as 12; 0 for anything that is no counter."""
    match = _COUNTER.fullmatch(text)
    return int(match[1]) if match else 0


def highest_number(report: Report) -> int:
    """The highest number in the register, refused lines included: once repaired they come back under theirs."""
    told = (counter_of(line.source.at(line.layout.columns.get("number", -1)).text) for line in report.lines)
    return max(told, default=0)


class Numbering:
    """Hands out the numbers of one batch within its transaction; it reads no more than the batch needs."""

    def __init__(self, db: Database, epoch: int, above: int, wanted: Iterable[tuple[str, date]]) -> None:
        row = NumberSeries.first(db, NumberSeries.name == SERIES)
        if row is None:
            raise Problem.of("series", name=SERIES)
        self.db, self.epoch, self.above = db, epoch, above
        self.pattern: str = row.pattern
        self._texts: dict[tuple[int, int, int], str] = {}
        texts = sorted({self._text(counter_of(told), on) for told, on in wanted})
        self.taken = {
            text
            for part in in_chunks(texts)
            for (text,) in db.run(
                f"SELECT text FROM number_used WHERE series = ? AND text IN ({question_marks(part)})"
                f" UNION SELECT number FROM case_file WHERE number IN ({question_marks(part)})",
                [SERIES, *part, *part],
            )
        }
        self.last: dict[int, int] = {}

    def take(self, told: str, on: date) -> Number:
        """The number of a line received on a day; `told` is what stands in its number column."""
        n = counter_of(told)
        if not n or self._text(n, on) in self.taken:
            n = max(self._last(on), self.above) + 1
            while self._used(self._text(n, on)):
                n += 1
        text = self._text(n, on)
        self.taken.add(text)
        self.last[self._period(on)] = max(self._last(on), n)
        return Number(SERIES, on.year, n, text)

    def _period(self, on: date) -> int:
        """Numbers begin again each year only where the pattern names the year; else all years share one count."""
        return on.year if "{year}" in self.pattern else 0

    def _last(self, on: date) -> int:
        period = self._period(on)
        if period not in self.last:
            asked = "SELECT max(n) FROM number_used WHERE series = ? AND epoch = ? AND (year = ? OR ? = 0)"
            row = self.db.one(asked, (SERIES, self.epoch, period, period))
            self.last[period] = (row[0] or 0) if row else 0
        return self.last[period]

    def _used(self, text: str) -> bool:
        asked = "SELECT 1 FROM number_used WHERE series = ? AND text = ? UNION SELECT 1 FROM case_file WHERE number = ?"
        return text in self.taken or self.db.one(asked, (SERIES, text, text)) is not None

    def _text(self, n: int, on: date) -> str:
        key = (n, on.year, on.month)
        if key not in self._texts:
            self._texts[key] = fill_pattern(self.pattern, n, on, self.epoch)
        return self._texts[key]


KECAMATAN = "350807"
"""The kecamatan of the service standard; used where no office has been set up yet."""


def villages_of(db: Database | None) -> Villages:
    """The office's villages, and those of the rest of the regency to tell where a strange one lies."""
    code = (settings.get_setting(db, "office.code") if db else "") or KECAMATAN
    names = {one.code: one.name for one in seed_data.seed_kecamatan()}
    own = office.village_names(db) if db else {}
    if not own:
        own = {one.code: one.name for one in seed_data.seed_villages(code)}
    elsewhere = {one.name: names[other] for other in names if other != code for one in seed_data.seed_villages(other)}
    return Villages(own, elsewhere, names.get(code, ""))


def examine_register(
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
    report = judge_book(book, villages_of(db), on, matching, blank_done=blank_done)
    return compare_with_office(db, report) if db else report


BATCH = 2000
RECORDED_AT = "Register lama"
RECORDED_NOTE = "Tanggal perekaman tidak tercatat di register; memakai tanggal terima."
# What the step in the old register proves about the recording of the person (SP 4.5: once in a lifetime).
PROVES = {
    "dispatch": "bio_captured",
    "print": "print_ready",
    "arrive": "card_printed",
    "hand_over": "card_printed",
    "done": "card_printed",
}
Progress = Callable[[int, int], None]


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


def load_report(
    journal: Journal, actor: Actor, report: Report, *, source: Source, now: datetime, progress: Progress | None = None
) -> Loaded:
    """Load a judged report. `progress(done, total)` is called after every batch.

    Lines that the office already has are passed over, so that a repeat writes nothing. Raises Problem
    (`forbidden`, `standard`, `series`); batches that were committed before stay.
    """
    require(actor, "import.run")
    definition = office.current_definition(journal.db, SERVICE, office_date(now))
    lines = [line for line in report.lines if line.record]
    writer = Batches(journal, actor, definition, highest_number(report), now)
    for start in range(0, len(lines), BATCH):
        with no_cycle_search(), journal.transaction():
            writer.write(lines[start : start + BATCH])
        if progress:
            progress(min(start + BATCH, len(lines)), len(lines))
    done = Loaded(len(writer.numbers), writer.known, *(writer.numbers[at] for at in (0, -1) if writer.numbers))
    record_import(journal, actor, report, done, source, now)
    return done


def record_import(journal: Journal, actor: Actor, report: Report, done: Loaded, source: Source, now: datetime) -> None:
    """Testify in the journal that a file was imported; a repeat that wrote nothing leaves no trace."""
    if not done.loaded:
        return
    counts = report.counts
    body = RegisterImported(
        SERVICE, source.name[:200], source.digest, done.loaded, done.known, counts["refused"], counts["repeated"]
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
    """Writes one batch after the other and remembers the numbers that were given."""

    def __init__(self, journal: Journal, actor: Actor, definition: Definition, above: int, now: datetime) -> None:
        self.journal, self.actor, self.definition = journal, actor, definition
        self.above, self.now = above, now
        self.places, self.searched = paper_places(definition), searched_fields(definition)
        self.numbers: list[str] = []
        self.known = 0

    def write(self, lines: Sequence[Line]) -> None:
        db = self.journal.db
        pairs = [(line, line.record) for line in lines if line.record]
        known = Known(db, [record for _line, record in pairs])
        fresh = [(line, record) for line, record in pairs if not known.number_of(record)]
        self.known += len(pairs) - len(fresh)
        if not fresh:
            return
        wanted = ((record.number, record.received) for _line, record in fresh)
        numbering = Numbering(db, self.journal.epoch, self.above, wanted)
        cases = itertools.count(self.journal.next_id("case_file"))
        recordings = itertools.count(self.journal.next_id("recording"))
        bodies = [
            KtpImported(
                self._case(next(cases), line, record, numbering.take(record.number, record.received)),
                proven_recording(recordings, record),
            )
            for line, record in fresh
        ]
        self.numbers += [body.case.number.text for body in bodies]
        self.journal.record_many(
            [(body, f"case/{body.case.id}") for body in bodies], actor=self.actor.username, at=self.now
        )

    def _case(self, case_id: int, line: Line, record: Record, number: Number) -> ImportedCase:
        values = values_of(record)
        closed = record.state.step in CLOSED
        step = f"@{record.state.step}" if closed else record.state.step
        born = record.birth_on.isoformat()
        return ImportedCase(
            id=case_id,
            service=SERVICE,
            revision=self.definition.identity.revision,
            number=number,
            code=new_code(),
            kind=record.kind,
            name=record.name,
            area=record.village,
            main_key=record.nik.full,
            fields=values,
            step=step,
            place=self.places[step],
            received_on=record.received.isoformat(),
            fingerprint=record.fingerprint,
            birth_on=born,
            phone=record.phone,
            keys=[(key, values[key]) for key in self.searched if key in values],
            blocks=sorted(blocking_keys(record.name, record.birth_on)),
            closed_on=(record.state.on or record.received).isoformat() if closed else None,
            note=note_of(line, record),
        )


def paper_places(definition: Definition) -> dict[str, str]:
    """Where the paper file of an old case lies in each step and after each exit.

    One that waits for its answer lies in no dispatch of ours: where the standard says that, it lies at the centre.
    """
    steps = {one.id: "centre" if one.place == IN_DISPATCH else one.place for one in definition.steps}
    return steps | {f"@{one.id}": one.place for one in definition.exits}


def searched_fields(definition: Definition) -> list[str]:
    return [one.id for one in definition.fields if one.searchable and one.role != "name"]


def values_of(record: Record) -> dict[str, str]:
    """The fields of the service's form that the line fills; empty ones are left out."""
    values = {
        "kind": record.kind,
        "nik": record.nik.full,
        "kk": record.kk.full if record.kk else "",
        "full_name": record.name,
        "birth_place": record.birth_place,
        "birth_on": record.birth_on.isoformat(),
        "sex": record.sex or "",
        "mother_name": record.mother,
        "village": record.village,
        **address_of(record),
        "phone": record.phone,
    }
    return {key: value for key, value in values.items() if value}


def address_of(record: Record) -> dict[str, str]:
    """The address in this kecamatan, or for an applicant from elsewhere what the line says of his home."""
    street, rt, rw = record.address.street, record.address.rt, record.address.rw
    if record.kind != AWAY or record.village:
        return {"street": street, "rt": rt, "rw": rw}
    block = " ".join(f"{word} {number}" for word, number in (("RT", rt), ("RW", rw)) if number)
    return {
        "home_address": ", ".join(part for part in (street, block) if part),
        "home_village": record.home_village,
    }


def note_of(line: Line, record: Record) -> str:
    """Where the line stood and what else it said, for the case's way; nothing of the line is lost."""
    place = f"Register lama: lembar {line.sheet} baris {line.row}"
    parts = [f"{place}, nomor {record.number}" if record.number else place]
    if record.state.note:
        parts.append(f"Keterangan: {record.state.note}")
    if record.state.assumed:
        parts.append("Register tidak menyebut keadaannya; pengimpor menganggapnya sudah diserahkan")
    elif record.state.closed and record.state.on is None:
        parts.append("Tanggal penyerahan tidak tercatat di register")
    if record.receiver:
        parts.append(f"Diambil oleh: {record.receiver}")
    if record.note:
        parts.append(record.note)
    if line.reasons:
        parts.append("Catatan impor: " + " ".join(line.reasons))
    return ". ".join([part.rstrip(". ") for part in parts])[:2000] + "."


def proven_recording(numbers: Iterator[int], record: Record) -> ProvenRecording | None:
    """What the register proves about the recording; its day is not in it, so the day of receipt stands in.

    Whom the register shows as recorded must not be recorded again; what was only assumed proves nothing.
    """
    if record.state.assumed or record.state.step not in PROVES:
        return None
    return ProvenRecording(
        next(numbers), PROVES[record.state.step], record.received.isoformat(), RECORDED_AT, RECORDED_NOTE
    )
