"""Commands: read a list of residents into a file aside, let it be the reference, destroy the reference.

A list is read in pieces beside the requests; nothing of it is asked before an administrator has seen what was read.
"""

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from app.casework.importing.cells import Villages
from app.casework.importing.headings import Layout
from app.casework.importing.isolated_reading import read_in_pieces
from app.casework.importing.judging import classify_row, is_certain
from app.casework.importing.service import villages_of
from app.casework.importing.spreadsheet import ImportProblem, Limits, Piece, Row, Sheet
from app.casework.residents import reference
from app.casework.residents.events import ResidentsDestroyed, ResidentsLoaded
from app.casework.residents.reference import NewReference, Part
from app.casework.residents.rows import REPEATED, ResidentReader, residents_words
from app.core.asked import Text
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.platform.office import queries as office
from app.room import office_command
from schema.data_folder import scratch_folder, shred
from schema.database import Database
from sync.entries import to_utc_text
from sync.journal import Journal

log = logging.getLogger(__name__)
PERMISSION = "residents.keep"
LIMITS = Limits(lines=150_000, filled=6_000_000, letters=120_000_000, what="Daftar ini", part="desa")
"""A kecamatan has 30,000 to 100,000 people; the list is never held whole."""
KEPT = timedelta(hours=2)
MOST_FAULTS = 2000
"""Rows told one by one; of more only the number is known."""
EARLIEST = date(2000, 1, 1)
UNEXPECTED = "Pembacaan berhenti karena galat program. Acuan yang lama tetap berlaku; ulangi unggahannya."
BUSY = "Sudah ada daftar penduduk yang sedang dibaca. Tunggu sampai selesai, atau buang dulu hasilnya."
NO_HEADINGS = (
    "Tidak ada baris judul kolom NIK dan Nama di dokumen ini. Tulis judul kolom di atas barisnya, lalu unggah lagi."
)
NO_VILLAGE = "Dokumen ini tidak menyebut desa. Pilih desanya di bawah, lalu unggah lagi."
NUMBER_IN_REASON = "Jangan menulis NIK atau nomor KK di alasan; alasan ini tinggal di catatan kantor."
LONGEST_REASON = 300
LONGEST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was not taken, or whose cells could not all be read. No name, no number."""

    sheet: str
    row: int
    reasons: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One list as a moment sees it; a change makes a new one. `replaced`: what stood there of villages when it came."""

    id: str
    owner: str
    name: str
    as_of: date
    village: str
    started: datetime
    state: Literal["reading", "ready", "used", "failed"] = "reading"
    read: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    partly: int = 0
    faults: tuple[Fault, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    problem: str = ""
    replaced: dict[str, Part] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        return self.state == "reading"

    @property
    def people(self) -> int:
        return sum(self.counts.values())


class ListReader:
    """Takes the pieces of a list one after the other into a new reference, and keeps what is to be told of them."""

    def __init__(self, new: NewReference, villages: Villages, village: str, on: date) -> None:
        self.new = new
        self.villages = villages
        self.village = village
        self.on = on
        self.reader: ResidentReader | None = None
        self.layouts: list[Layout] = []
        self.told: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def take(self, piece: Piece) -> None:
        """Raises ImportProblem where rows name no village and none was chosen."""
        rows = piece.rows
        if piece.first and (header := residents_words().find_header(Sheet(piece.sheet, rows))):
            index, layout = header
            rows = rows[index + 1 :]
            self.begin(layout)
        if self.reader is None:
            return
        lines = [row for row in rows if self.is_line(row)]
        self.write(piece.sheet, lines, self.reader)

    def begin(self, layout: Layout) -> None:
        missing = [column for column in ("nik", "name") if column not in layout.columns]
        if missing:
            labels = ", ".join(layout.words.columns[column].label for column in missing)
            raise ImportProblem(f"Kolom {labels} tidak ditemukan. Beri judul kolom itu, lalu unggah lagi.")
        if "village" not in layout.columns and not self.village:
            raise ImportProblem(NO_VILLAGE)
        self.layouts.append(layout)
        self.reader = ResidentReader(layout, self.villages, self.village, self.on)

    def is_line(self, row: Row) -> bool:
        layout = self.layouts[-1]
        return is_certain(row, layout) or classify_row(row, layout) == "line"

    def write(self, sheet: str, rows: Iterable[Row], reader: ResidentReader) -> None:
        read = [(row, reader.read_row(row)) for row in rows]
        found = [(row, reading.resident) for row, reading in read if reading.resident]
        fresh = self.new.add(resident for _, resident in found)
        repeated = {row.number for (row, _), is_new in zip(found, fresh, strict=True) if not is_new}
        for row, reading in read:
            if row.number in repeated:
                refusals = [REPEATED]
            else:
                refusals = reading.refusals
            self.tell(sheet, row, refusals, reading.unread)

    def tell(self, sheet: str, row: Row, refusals: list[str], unread: list[str]) -> None:
        self.told["read"] += 1
        if not (refusals or unread):
            return
        if refusals:
            self.told["refused"] += 1
        else:
            self.told["partly"] += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(sheet, row.number, " ".join(refusals or unread), bool(refusals)))

    def result(self) -> dict[str, Any]:
        """What a job says of the list. Raises ImportProblem where nothing looked like one."""
        if not self.layouts:
            raise ImportProblem(NO_HEADINGS)
        shown = {
            (layout.words.columns[meaning].label, " ".join(layout.headings[at].split())): None
            for layout in self.layouts
            for meaning, at in layout.columns.items()
        }
        unknown = {
            " ".join(layout_part.headings[at].split()): None
            for layout_part in self.layouts
            for at in layout_part.unmatched_columns
        }
        return {
            "read": self.told["read"],
            "refused": self.told["refused"],
            "partly": self.told["partly"],
            "faults": tuple(sorted(self.faults, key=lambda fault: not fault.refused)),
            "columns": tuple(shown),
            "unknown": tuple(unknown),
        }


class Aside:
    """The file of one list before it is used, in a scratch folder that also goes when the program does."""

    def __init__(self, data: Path) -> None:
        self._folder = ExitStack()
        self.place = self._folder.enter_context(scratch_folder(data)) / "acuan"

    def clear(self) -> None:
        """Overwrite what was read, unless it is in use by now, and let go of the folder."""
        if self.place.is_file():
            shred(self.place)
        self._folder.close()


class Lists:
    """The list that is being read or looked at: one at a time in an office."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._aside: Aside | None = None
        self._lock = threading.Lock()

    def current(self, actor: Actor, now: datetime) -> Job | None:
        """The job of this administrator, until it is two hours old."""
        require(actor, PERMISSION)
        job = self._job
        if job is not None and not job.busy and job.started < now - KEPT:
            self.drop()
            return None
        if job is not None and job.owner == actor.username:
            return job
        return None

    def begin(
        self, journal: Journal, actor: Actor, content: bytes, name: str, *, as_of: date, village: str, now: datetime
    ) -> Job:
        """Read a list beside the request into a file aside. Raises Problem `invalid` or `conflict`."""
        require(actor, PERMISSION)
        db = journal.db
        today = office_date(now)
        check_list(db, as_of, village, today)
        place = reference.place_of(db)
        held = reference.look_at(db)
        villages = villages_of(db)
        assert place is not None  # an office that is served has a data folder
        before = {part.village: part for part in held.parts}
        job = Job(secrets.token_hex(8), actor.username, name[-120:], as_of, village, now, replaced=before)
        aside = self._take_place(job, actor, place.parent)
        stamps = {"as_of": as_of.isoformat(), "loaded_at": to_utc_text(now), "loaded_by": actor.username}

        def read() -> dict[str, Any]:
            new = NewReference(aside.place)
            try:
                reader = ListReader(new, villages, village, today)
                for piece in read_in_pieces(content, name.rsplit(".", 1)[0], LIMITS):
                    reader.take(piece)
                    self._change(job.id, read=reader.told["read"])
                result = reader.result()
                counts = new.count_by_village()
                if counts:
                    whole = None if held.broken else place
                    new.finish(whole, **stamps)
                return result | {"state": "ready", "counts": counts}
            finally:
                new.close()

        arguments = (job.id, aside, read)
        threading.Thread(target=self._guarded, args=arguments, name=f"residents-{job.id}", daemon=True).start()
        return job

    def use(self, journal: Journal, actor: Actor, now: datetime) -> Job:
        """Let the list that was read be the reference of its villages. Raises Problem `forbidden`, `conflict`."""
        require(actor, PERMISSION)
        job = self.current(actor, now)
        aside = self._aside
        if job is None or aside is None or job.state != "ready" or not job.counts:
            raise Problem.of("conflict", why="Tidak ada daftar yang siap dipakai. Unggah dokumennya lagi.")
        with journal.transaction():
            number = journal.next_id("residents_act")
            body = ResidentsLoaded(number, sorted(job.counts), job.people, job.as_of.isoformat())
            journal.record(body, subject=f"residents/{number}", actor=actor.username, at=now)
            reference.put_in_place(journal.db, aside.place)
        self._change(job.id, state="used")
        aside.clear()
        return job

    def drop(self) -> None:
        """Forget the list; nothing of it stays. One that is being read goes when its reader notices."""
        with self._lock:
            job = self._job
            aside = self._aside
            self._job = self._aside = None
        if job is not None and aside is not None and not job.busy:
            aside.clear()

    def why_not(self, actor: Actor, now: datetime) -> str:
        """What stands against reading another list now: one that is being read, or that a colleague looks at."""
        held = self._job
        taken = held is not None and (held.busy or (held.owner != actor.username and held.started >= now - KEPT))
        return BUSY if taken else ""

    def _take_place(self, job: Job, actor: Actor, data: Path) -> Aside:
        if why := self.why_not(actor, job.started):
            raise Problem.of("conflict", why=why)
        self.drop()
        with self._lock:
            self._job = job
            self._aside = Aside(data)
            return self._aside

    def _change(self, job_id: str, **changes: Any) -> None:
        with self._lock:
            if self._job is not None and self._job.id == job_id:
                self._job = replace(self._job, **changes)

    def _guarded(self, job_id: str, aside: Aside, work: Callable[[], dict[str, Any]]) -> None:
        try:
            changes = work()
        except Problem as problem:
            changes = {"state": "failed", "problem": problem.sentence}
        except Exception:
            log.exception("reading a list of residents failed")
            changes = {"state": "failed", "problem": UNEXPECTED}
        self._change(job_id, **changes)
        if changes["state"] == "failed" or self._job is None or self._job.id != job_id:
            aside.clear()


def check_list(db: Database, as_of: date, village: str, today: date) -> None:
    wrong = {}
    if not EARLIEST <= as_of <= today:
        wrong["as_of"] = "Tulis tanggal data itu, paling lambat hari ini."
    if village and village not in office.village_names(db):
        wrong["village"] = SENTENCES["choose_from_list"]
    if wrong:
        raise Problem.of("invalid", wrong)


@office_command(PERMISSION)
def destroy_reference(
    journal: Journal,
    actor: Actor,
    lists: Lists,
    *,
    reason: Annotated[str, Text("Alasan memusnahkan", SENTENCES["reason"], most=LONGEST_REASON)],
    now: datetime,
) -> None:
    """Overwrite and remove the reference, and whatever was read and not yet used. The caller has confirmed the PIN.

    Raises Problem `forbidden`, `invalid`, `conflict`, OSError.
    """
    if sum(letter.isdecimal() for letter in reason) > LONGEST_DIGITS:
        raise Problem.of("invalid", {"reason": NUMBER_IN_REASON})
    held = reference.look_at(journal.db)
    if not held.exists:
        raise Problem.of("conflict", why="Tidak ada acuan penduduk di komputer ini; tidak ada yang perlu dimusnahkan.")
    lists.drop()
    number = journal.next_id("residents_act")
    body = ResidentsDestroyed(number, [part.village for part in held.parts], held.people, reason)
    journal.record(body, subject=f"residents/{number}", actor=actor.username, at=now)
    reference.destroy(journal.db)
