"""Compares a judged register with what the office already has: lines taken before, open files, other names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.core.values import fold
from app.ktp.importing.judge import Line, Report
from app.ktp.importing.record import Record
from app.ktp.moves import SERVICE
from schema.database import Database

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
        for part in chunks(sorted({record.fingerprint for record in records})):
            self.lines.update(
                db.run(
                    "SELECT i.fingerprint, c.number FROM import_line i JOIN case_file c ON c.id = i.case_id"
                    f" WHERE i.fingerprint IN ({marks(part)})",
                    part,
                )
            )
        for part in chunks(sorted({record.nik.full for record in records})):
            rows = db.run(
                "SELECT main_key, number, received_on, kind, name, birth_on, closed FROM case_file"
                f" WHERE service = ? AND main_key IN ({marks(part)})",
                [SERVICE, *part],
            )
            for nik, number, received, kind, name, born, closed in rows:
                self.persons[nik].append(Earlier(number, received, kind, name, born, bool(closed)))

    def number_of(self, record: Record) -> str:
        """Number of the case that already holds this line (imported, or typed at the desk), else empty."""
        if found := self.lines.get(record.fingerprint):
            return found
        same = (record.received.isoformat(), record.kind)
        return next(
            (one.number for one in self.persons[record.nik.full] if (one.received, one.kind) == same), ""
        )

    def doubts(self, record: Record) -> list[str]:
        """What earlier cases of the same person say against the line."""
        said = []
        for one in self.persons[record.nik.full]:
            if not one.closed and not record.state.closed:
                said.append(f"Pemohon ini masih punya berkas berjalan di aplikasi: {one.number}.")
            if fold(one.name) != fold(record.name):
                said.append(f"Nama berbeda dari berkas {one.number}. Cocokkan dengan KK.")
            if one.birth_on and one.birth_on != record.birth_on.isoformat():
                said.append(f"Tanggal lahir berbeda dari berkas {one.number}. Cocokkan dengan KK.")
        return said[:6]


def compared(db: Database, report: Report) -> Report:
    """The report with what the office knows: lines it already has become `repeated`, doubts become warnings."""
    records = [line.record for line in report.lines if line.record]
    known = Known(db, records)
    return replace(report, lines=tuple(_judged_again(line, known) for line in report.lines))


def _judged_again(line: Line, known: Known) -> Line:
    if line.record is None:
        return line
    if number := known.number_of(line.record):
        return replace(
            line, verdict="repeated", reasons=(f"Sudah ada di aplikasi: berkas {number}.",), record=None
        )
    doubts = known.doubts(line.record)
    return replace(line, verdict="warning", reasons=(*line.reasons, *doubts)) if doubts else line


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Slices that fit into one statement."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def marks(items: Sequence[object]) -> str:
    """As many `?` as there are items."""
    return ", ".join("?" * len(items))
