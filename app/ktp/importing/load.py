"""Writes accepted and warned lines as official records: journal entries in bulk, a few hundred per transaction.

An import that was cut off is simply run again: lines that were taken are known by their fingerprint.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases.imported import ImportedCase, RegisterImported
from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.similarity import blocking_keys
from app.ktp.events import IN_DISPATCH
from app.ktp.import_events import KtpImported, ProvenRecording
from app.ktp.importing.judge import Line, Report
from app.ktp.importing.known import Known
from app.ktp.importing.meanings import AWAY, CLOSED
from app.ktp.importing.numbers import Numbering, highest_told
from app.ktp.importing.quiet import no_cycle_search
from app.ktp.importing.record import Record
from app.ktp.moves import SERVICE
from app.office import service as office
from app.office.events import Number
from app.people.access_log import log_access
from schema.service_flow import Definition
from sync.journal import Journal

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


def load(journal: Journal, actor: Actor, report: Report, *, source: Source, now: datetime,
         progress: Progress | None = None) -> Loaded:  # fmt: skip
    """Load a judged report. `progress(done, total)` is called after every batch.

    Lines that the office already has are passed over, so that a repeat writes nothing. Raises Problem
    (`forbidden`, `standard`, `series`); batches that were committed before stay.
    """
    require(actor, "import.run")
    definition = office.current_definition(journal.db, SERVICE, office_date(now))
    lines = [line for line in report.lines if line.record]
    writer = Batches(journal, actor, definition, highest_told(report), now)
    for start in range(0, len(lines), BATCH):
        with no_cycle_search(), journal.transaction():
            writer.write(lines[start : start + BATCH])
        if progress:
            progress(min(start + BATCH, len(lines)), len(lines))
    done = Loaded(
        len(writer.numbers), writer.known, *(writer.numbers[at] for at in (0, -1) if writer.numbers)
    )
    finish(journal, actor, report, done, source, now)
    return done


def finish(
    journal: Journal, actor: Actor, report: Report, done: Loaded, source: Source, now: datetime
) -> None:
    """Testify in the journal that a file was imported; a repeat that wrote nothing leaves no trace."""
    if not done.loaded:
        return
    counts = report.counts
    body = RegisterImported(SERVICE, source.name[:200], source.digest, done.loaded, done.known, counts["refused"],
                            counts["repeated"])  # fmt: skip
    with journal.transaction():
        journal.record(body, subject=f"import/{source.digest[:16]}", actor=actor.username, at=now)
        log_access(journal.db, at=now, person_id=actor.person_id or None, action="register.loaded",
                   detail=f"{done.loaded} berkas", address="" if actor.person_id else "console")  # fmt: skip


class Batches:
    """Writes one batch after the other and remembers the numbers that were given."""

    def __init__(
        self, journal: Journal, actor: Actor, definition: Definition, above: int, now: datetime
    ) -> None:
        self.journal, self.actor, self.definition = journal, actor, definition
        self.above, self.now = above, now
        self.places, self.searched = places(definition), searched(definition)
        self.numbers: list[str] = []
        self.known = 0

    def write(self, lines: Sequence[Line]) -> None:
        """Write a batch inside the open transaction."""
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
            id=case_id, service=SERVICE, revision=self.definition.identity.revision, number=number, code=new_code(),
            kind=record.kind, name=record.name, area=record.village, main_key=record.nik.full, fields=values, step=step,
            place=self.places[step], received_on=record.received.isoformat(), fingerprint=record.fingerprint,
            birth_on=born, phone=record.phone, keys=[(key, values[key]) for key in self.searched if key in values],
            blocks=sorted(blocking_keys(record.name, record.birth_on)),
            closed_on=(record.state.on or record.received).isoformat() if closed else None, note=note_of(line, record),
        )  # fmt: skip


def places(definition: Definition) -> dict[str, str]:
    """Where the paper file of an old case lies in each step and after each exit.

    One that waits for its answer lies in no dispatch of ours: where the standard says that, it lies at the centre.
    """
    steps = {one.id: "centre" if one.place == IN_DISPATCH else one.place for one in definition.steps}
    return steps | {f"@{one.id}": one.place for one in definition.exits}


def searched(definition: Definition) -> list[str]:
    """Ids of the fields by whose whole value a case is found."""
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
