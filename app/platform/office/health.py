"""How the PC and its data are: each line a fact, a word and what to do."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from app.core.asked import Text
from app.core.dates import clock_advice, clock_facts, format_number, long_moment
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.platform.backups.service import HealthLine, backup_lines
from app.platform.office import queries
from app.room import office_command
from schema.database import Database, first_value
from sync.entries import ClockSettled, parse_utc_text
from sync.journal import Journal
from sync.scheduler import last_proof, newest_fault

LITTLE_ROOM = 1_000_000_000
"""Bytes of free space below which the office should act; a year of work takes some tens of megabytes."""
CONFIRM = ("warn", "Perlu dipastikan")
OLD_PROOF = timedelta(days=3)
"""Nights of an office whose PC was off pass; after three without a proof somebody should know."""
DRAFTS = "SELECT count(*) FROM draft"
NO_PROOF = "Biarkan komputer dan Loket menyala satu malam, atau jalankan verify."


def health_lines(journal: Journal, data: Path, now: datetime, more: Sequence[HealthLine] = ()) -> list[HealthLine]:
    """What is worth knowing, the worst first; `more` comes from what this room does not know, such as the exchange."""
    db = journal.db
    lines = [
        space_line(data),
        database_line(db, now),
        clock_line(journal, now),
        calendar_line(db, now),
        *backup_lines(db, now),
        HealthLine("Draf", "idle", f"{first_value(db, DRAFTS)} draf", "Dihapus sendiri setelah 30 hari"),
        *more,
    ]
    return sorted(lines, key=lambda line: ("bad", "warn", "idle", "good").index(line.kind))


def space_line(data: Path) -> HealthLine:
    folder = data
    if not folder.exists():
        folder = data.parent
    free = shutil.disk_usage(folder).free
    text = f"{format_number(free // 1_000_000)} MB kosong"
    if free < LITTLE_ROOM:
        return HealthLine("Ruang simpan", "bad", "Hampir penuh", text, "Kosongkan ruang di komputer ini hari ini juga.")
    return HealthLine("Ruang simpan", "good", "Cukup", text)


def database_line(db: Database, now: datetime) -> HealthLine:
    """What the last proof of pages, chains and tables found, and how old it is.

    Proving takes minutes at ten years, so it is done at night; the page reads what was kept.
    """
    name = "Basis data"
    kept = last_proof(db)
    if fault := newest_fault(db):
        todo = "Hentikan pekerjaan, panggil administrator; ia menjalankan verify dan memulihkan cadangan bila perlu."
        return HealthLine(name, "bad", "Tidak cocok", fault, todo)
    if kept is None:
        first = first_value(db, "SELECT at FROM journal WHERE id = 1")
        late = first is not None and now - parse_utc_text(first) > OLD_PROOF
        if late:
            kind = "warn"
            todo = NO_PROOF
        else:
            kind = "idle"
            todo = ""
        return HealthLine(name, kind, "Belum diperiksa", "Diperiksa sendiri setiap malam", todo)
    text = f"{format_number(kept.entries)} catatan, diperiksa {long_moment(kept.ended_at)}"
    if now - kept.ended_at > OLD_PROOF:
        return HealthLine(name, "warn", "Lama tidak diperiksa", text, NO_PROOF)
    return HealthLine(name, "good", "Utuh", text)


def clock_line(journal: Journal, now: datetime) -> HealthLine:
    """Whether the PC's clock runs straight, judged against the last trusted entry and the centre's signed time."""
    clock = journal.judge_clock(now)
    if clock.verdict == "ok":
        return HealthLine("Jam komputer", "good", "Wajar", f"Sekarang {long_moment(now)}; tidak melompat")
    kind, word = CONFIRM
    if clock.differs:
        kind = "warn"
        word = "Salah"
    elif clock.verdict == "behind":
        kind = "warn"
        word = "Mundur"
    todo = clock_advice(clock.verdict, clock.differs)
    return HealthLine("Jam komputer", kind, word, clock_facts(now, clock.last, clock.told, clock.here), todo)


@office_command("office.settings")
def confirm_clock(
    journal: Journal,
    actor: Actor,
    *,
    note: Annotated[str, Text("Catatan", SENTENCES["clock_compared"], most=300)],
    now: datetime,
) -> None:
    """A person compared the PC's clock with the wall: from here on it is trusted again. Raises Problem."""
    if journal.clock_at(now) == "ok":
        raise Problem.of("conflict", why=SENTENCES["clock_is_right"])
    journal.record(ClockSettled(note), subject="clock", actor=actor.username, at=now)


def calendar_line(db: Database, now: datetime) -> HealthLine:
    last = queries.office_calendar(db).last_known_year
    if last is None or last <= (now + timedelta(days=60)).year - 1:
        detail = f"Libur terisi sampai {last or 'belum ada'}"
        return HealthLine("Kalender", "warn", "Perlu diisi", detail, "Isi libur tahun depan begitu SKB terbit.")
    return HealthLine("Kalender", "good", "Terisi", f"Libur terisi sampai {last}")
