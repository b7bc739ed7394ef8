"""What the office already knows about the lines of a register: lines taken before, open files, other names, numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.core.text import fold_text
from app.importing.cells import Villages
from app.importing.judging import Line, Report
from app.importing.lines import Record
from app.office import queries as office
from app.office import settings
from app.office.events import Number
from app.office.numbers import case_pattern, case_series, counted_year, fill_pattern, last_used
from app.office.tables import NumberSeries
from schema import seed_data
from schema.database import Database
from schema.register import Register
from schema.service_procedure import Definition

KECAMATAN = "350807"
"""The kecamatan of the service standard; used where no office has been set up yet."""
CHUNK = 500
_LINE_NUMBER = re.compile(r"\s*+0*([0-9]{1,5})\s*+(?:[.)]\s*+)?")


def villages_of(db: Database | None) -> Villages:
    code = (settings.get_setting(db, "office.code") if db else "") or KECAMATAN
    names = {one.code: one.name for one in seed_data.seed_kecamatan()}
    own = (office.village_names(db) if db else {}) or {one.code: one.name for one in seed_data.seed_villages(code)}
    elsewhere = {one.name: names[other] for other in names if other != code for one in seed_data.seed_villages(other)}
    return Villages(own, elsewhere, names.get(code, ""))


class Known:
    def __init__(self, db: Database, register: Register, records: Sequence[Record]) -> None:
        self.paper = register.paper
        self.lines: dict[str, str] = dict(
            _in_chunks(
                db,
                "SELECT i.fingerprint, c.number FROM import_line i JOIN case_file c ON c.id = i.case_id"
                " WHERE i.fingerprint IN ({marks})",
                {record.fingerprint for record in records},
            )
        )
        self.persons: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        asked = (
            "SELECT main_key, number, received_on, kind, name, birth_on, closed FROM case_file"
            " WHERE main_key IN ({marks}) AND service = ?"
        )
        for key, *case in _in_chunks(db, asked, {record.key for record in records}, register.service):
            self.persons[key].append(tuple(case))

    def number_of(self, record: Record) -> str:
        """Number of the case that already holds this line (imported, or typed at the desk), else empty."""
        if number := self.lines.get(record.fingerprint):
            return number
        same = (record.received.isoformat(), record.kind)
        return next((number for number, *told, _, _, _ in self.persons[record.key] if (*told,) == same), "")

    def doubts(self, record: Record) -> Iterator[str]:
        for number, _received, _kind, name, born, closed in self.persons[record.key]:
            if not closed and not record.state.closed:
                yield f"Pemohon ini masih punya berkas berjalan di aplikasi: {number}."
            if fold_text(name) != fold_text(record.name):
                yield f"Nama berbeda dari berkas {number}. Cocokkan dengan {self.paper}."
            if born and record.birth_on and born != record.birth_on.isoformat():
                yield f"Tanggal lahir berbeda dari berkas {number}. Cocokkan dengan {self.paper}."


def compare_with_office(db: Database, report: Report) -> Report:
    """The report with what the office knows: lines it already has become `repeated`, doubts become warnings."""
    known = Known(db, report.words.register, report.records)
    return replace(report, lines=tuple(_judge_again(line, known) for line in report.lines))


def _judge_again(line: Line, known: Known) -> Line:
    if line.record is None:
        return line
    if number := known.number_of(line.record):
        return line.as_repeated(f"Sudah ada di aplikasi: berkas {number}.")
    return line.with_doubts(list(known.doubts(line.record))[:6])


def _in_chunks(db: Database, sql: str, items: Iterable[str], *more: str) -> Iterator[Any]:
    """Rows of a statement with `IN ({marks})`, asked for so many items at a time as fit into one."""
    ordered = sorted(items)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        yield from db.run(sql.format(marks=", ".join("?" * len(part))), [*part, *more])


# -- numbers: the register's own where it is free, else the next one after all of them -------------------------------


def counter_of(text: str) -> int:
    """`12`, `12.` or `0012` as 12; 0 for anything that is no counter."""
    match = _LINE_NUMBER.fullmatch(text)
    return int(match[1]) if match else 0


def highest_number(report: Report) -> int:
    """The highest number in the register, refused lines included: once repaired they come back under theirs."""
    return max((counter_of(line.cell_text("number")) for line in report.lines), default=0)


class Numbering:
    """Hands out the numbers of one batch within its transaction; it reads no more than the batch needs."""

    def __init__(self, db: Database, definition: Definition, epoch: int, above: int, records: Sequence[Record]) -> None:
        self.db, self.epoch, self.above, self.series = db, epoch, above, case_series(definition.id)
        row = NumberSeries.first(db, NumberSeries.name == self.series)
        self.pattern: str = row.pattern if row else case_pattern(definition)
        self.last: dict[int | None, int] = {}
        wanted = {self._number_text(counter_of(record.number), record.received) for record in records}
        asked = (
            "SELECT text FROM number_used WHERE text IN ({marks}) AND series = ?",
            "SELECT number FROM case_file WHERE number IN ({marks}) AND '' <> ?",
        )
        self.taken = {text for sql in asked for (text,) in _in_chunks(db, sql, wanted, self.series)}

    def take_number(self, told: str, on: date) -> Number:
        """The number of a line received on a day; `told` is what stands in its number column."""
        year = counted_year(self.pattern, on)
        last = self.last.get(year) or last_used(self.db, self.series, year, self.epoch)
        n = counter_of(told)
        if not n or self._number_text(n, on) in self.taken:
            n = max(last, self.above) + 1
            while self._is_used(self._number_text(n, on)):
                n += 1
        text = self._number_text(n, on)
        self.taken.add(text)
        self.last[year] = max(last, n)
        return Number(self.series, on.year, n, text)

    def _is_used(self, text: str) -> bool:
        asked = "SELECT 1 FROM number_used WHERE series = ? AND text = ? UNION SELECT 1 FROM case_file WHERE number = ?"
        return text in self.taken or self.db.one(asked, (self.series, text, text)) is not None

    def _number_text(self, n: int, on: date) -> str:
        return fill_pattern(self.pattern, n, on, self.epoch)
