"""Figure `import`: 20,000 judged lines of a register through the importer, against raw `executemany`.

Ours numbers the lines, looks for known ones, records an entry each in the journal and applies them: cases, keys,
likeness, names, way, numbers, recordings. The reference gets the finished rows of those same tables handed over as
tuples and writes them into a database with the same tables and indexes, in one transaction, without a journal.
"""

from __future__ import annotations

import io
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.judging import Report
from app.casework.importing.service import Source, examine_register, load_report
from app.core.permissions import Actor
from app.services.ktp.register_cases import ktp_bodies, ktp_words
from bench.aims import judged
from bench.an_office import NOW, TODAY, found, opened
from bench.citizens import Citizens
from bench.measuring import Figure, Seconds, bare_connection, in_turn, ratio, spread, timed, typical
from schema import database
from schema.migrations import migrate_database
from sync.journal import Journal

LINES = 20_000
SOURCE = Source("register.xlsx", "ab" * 32)
KASI = Actor(2, "Budi Santoso", "kasi", frozenset({"kasi"}))
HEAD = (
    "NO",
    "TGL",
    "NIK",
    "NO. KK",
    "NAMA LENGKAP",
    "TEMPAT, TGL LAHIR",
    "L/P",
    "ALAMAT RT/RW",
    "DESA",
    "JENIS",
    "KET",
)
TABLES = ("case_file", "case_key", "case_likeness", "case_event", "number_used", "import_line", "recording")
WORDS = {
    "baru": "baru",
    "hilang": "hilang",
    "rusak": "rusak",
    "perubahan_data": "perubahan data",
    "pindah_datang": "pindah datang",
}


def main(rounds: int) -> list[Figure]:
    """Lines a second against the reference; reading and judging the workbook are context."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        report, told = read_register(base / "office")
        with Loads(base, report) as loads:
            pairs = in_turn(loads.ours, loads.bare, rounds, warm=False)
    usual = typical(pairs)
    rates = [type(pair)(LINES / pair.ours, LINES / pair.bare) for pair in pairs]
    context = f"{LINES / usual.ours:,.0f} against {LINES / usual.bare:,.0f} lines/s; {spread(rates)}; {told}"
    return [judged("import", ratio(rates), context)]


def read_register(data: Path) -> tuple[Report, str]:
    """A judged report of a workbook that is made here, and how fast it was read and judged."""
    journal = found(data)
    content = register(Citizens(("",)).many(LINES), [name for (name,) in journal.db.run("SELECT name FROM village")])
    books: list[Any] = []
    reading = timed(lambda: books.append(read_bytes(content)))
    reports: list[Report] = []
    judging = timed(lambda: reports.append(examine_register(ktp_words(), books[0], journal.db, TODAY)))
    journal.db.close()
    counts = reports[0].counts
    if counts["accepted"] + counts["warning"] != LINES:
        raise RuntimeError(f"the register was not taken whole: {counts}")
    return reports[0], f"apart: reading {LINES / reading:,.0f}, judging {LINES / judging:,.0f} lines/s"


def register(citizens: list[Any], villages: list[str]) -> bytes:
    """An .xlsx file as offices keep it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("2025")
    sheet.write_row(0, 0, HEAD)
    for number, citizen in enumerate(citizens, start=1):
        received = date(2025, 1, 2) + timedelta(days=number * 360 // LINES)
        born = citizen.birth_on
        sheet.write_row(
            number,
            0,
            (
                str(number),
                f"{received:%d/%m/%Y}",
                citizen.nik,
                citizen.kk,
                citizen.name,
                f"{citizen.birth_place}, {born:%d-%m-%Y}",
                "P" if citizen.sex == "female" else "L",
                f"{citizen.street.upper()} RT {citizen.rt} RW {citizen.rw}",
                villages[number % len(villages)].upper(),
                WORDS[citizen.kind],
                f"diambil {received + timedelta(days=14):%d/%m/%Y}",
            ),
        )
    book.close()
    return target.getvalue()


class Loads:
    """Both ways to bring the same lines in, each time into a fresh database."""

    def __init__(self, base: Path, report: Report) -> None:
        self.base, self.report, self.turn = base, report, 0
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    def __enter__(self) -> Loads:
        """One load beforehand: it warms up and gives the finished rows that the reference writes."""
        self.ours()
        with opened(self.data) as journal:
            self.rows = {table: [tuple(row) for row in journal.db.run(f"SELECT * FROM {table}")] for table in TABLES}
            self.rows["case_fts"] = [tuple(row) for row in journal.db.run("SELECT id, name FROM case_file")]
        self.bare()
        return self

    def __exit__(self, *_: object) -> None:
        self.rows.clear()

    @property
    def data(self) -> Path:
        """The folder of the latest load."""
        return self.base / f"load-{self.turn}"

    def ours(self) -> Seconds:
        """Seconds for the importer."""
        self.turn += 1
        journal: Journal = found(self.data)
        took = timed(lambda: load_report(journal, KASI, self.report, source=SOURCE, bodies=ktp_bodies, now=NOW))
        held = journal.db.one("SELECT count(*) FROM case_file")
        journal.db.close()
        if held != (LINES,):
            raise RuntimeError(f"loaded {held} of {LINES}")
        return took

    def bare(self) -> Seconds:
        """Seconds for `executemany` table by table."""
        path = self.base / "bare.sqlite3"
        bare_connection(path).close()
        made = database.open_office(path)
        migrate_database(made, "office")
        made.close()
        connection = bare_connection(path, fresh=False)

        def work() -> None:
            with connection:
                for table, rows in self.rows.items():
                    names = "(rowid, name)" if table == "case_fts" else ""
                    connection.executemany(
                        f"INSERT INTO {table} {names} VALUES ({', '.join('?' * len(rows[0]))})", rows
                    )

        took = timed(work)
        connection.close()
        return took
