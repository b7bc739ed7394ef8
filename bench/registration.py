"""Figure `registration`: opening a case with all its rules against one FULL commit of raw apsw of the same rows.

Ours reads and cleans the form, asks the KTP rules (open applications, earlier papers, similar people among 100,000
cases), numbers the case, writes two entries of the journal with their tables and search index, and commits. The
reference gets the finished rows of those tables (without the journal) and writes them into a copy of the same office,
with the same indexes, in one commit. How ours stands against a commit of one row in an empty table, which costs little
more than the disk's own flush, is told as context.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

from app import compose
from app.casework.desk.opening import Application, Undecided, open_case
from app.services.ktp.rules import KtpRules
from bench.aims import judged
from bench.an_office import CLERK, NOW, opened, villages
from bench.citizens import Citizen, Citizens
from bench.measuring import Figure, Seconds, bare_connection, in_turn, ratio, spread, timed, typical
from sync.journal import Journal

TOGETHER = 5
Insert = tuple[str, Sequence[tuple[Any, ...]]]
ONE_ROW: list[list[Insert]] = [[("INSERT INTO line (name) VALUES (?)", [("ANISA RAHMAWATI",)])]] * TOGETHER
TABLES = {
    "case_file": "SELECT * FROM case_file WHERE id = ?",
    "case_key": "SELECT * FROM case_key WHERE case_id = ?",
    "case_likeness": "SELECT * FROM case_likeness WHERE case_id = ?",
    "case_item": "SELECT * FROM case_item WHERE case_id = ?",
    "case_event": "SELECT * FROM case_event WHERE case_id = ?",
    "case_fts (rowid, name)": "SELECT id, name FROM case_file WHERE id = ?",
}
"""What a registration leaves, beside the journal and the used number, and how the rows of a case are found."""

TICKED = {
    "village_letter": "",
    "signature_applicant": "",
    "signature_village_head": "",
    "photo": "merah",
    "kk_copy": "",
}


def main(data: Path, rounds: int) -> list[Figure]:
    """Commits' time that one registration takes, in an office with 100,000 cases."""
    with opened(data) as journal:
        people = Citizens(villages(journal.db), seed=journal.next_id("case_file"))
        copied, alone = a_copy(journal, data), one_table(data / "bare.sqlite3")
        rows = Finished(journal)
        ours(journal, people)
        pairs = in_turn(lambda: ours(journal, people), lambda: bare(copied, rows.taken()), rounds)
        flushes = in_turn(lambda: ours(journal, people), lambda: bare(alone, ONE_ROW), rounds // 2, warm=False)
        copied.close()
        alone.close()
    usual, flush = typical(pairs), typical(flushes)
    told = (
        f"{1000 * usual.ours / TOGETHER:.2f} ms against {1000 * usual.bare / TOGETHER:.2f} ms; {spread(pairs)};"
        f" against a commit of one row ({1000 * flush.bare / TOGETHER:.2f} ms) {ratio(flushes):.1f} ×"
    )
    return [judged("registration", ratio(pairs), told)]


def ours(journal: Journal, people: Citizens) -> Seconds:
    """Seconds for a handful of registrations."""
    forms = [typed(people.next()) for _ in range(TOGETHER)]

    def work() -> None:
        for form in forms:
            register(journal, form)

    return timed(work)


def register(journal: Journal, form: dict[str, str]) -> None:
    """One registration; a similar person is decided about, as the clerk would."""
    try:
        open_case(journal, CLERK, Application(service="ktp-el", raw=form, ticked=TICKED), now=NOW, rules=KtpRules())
    except Undecided as undecided:
        heeded = [notice.id for notice in undecided.notices]
        open_case(
            journal,
            CLERK,
            Application(service="ktp-el", raw=form, ticked=TICKED, heeded=heeded),
            now=NOW,
            rules=KtpRules(),
        )


def typed(citizen: Citizen) -> dict[str, str]:
    """What the clerk types."""
    return citizen.fields() | {"form_code": "f_1_02", "kind": "hilang", "rt": "3", "rw": "1"}


def a_copy(journal: Journal, data: Path) -> apsw.Connection:
    """A copy of the office as a bare program opens it."""
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    path = data / "copy.sqlite3"
    shutil.copyfile(data / compose.FILES["office"], path)
    return bare_connection(path, fresh=False)


def one_table(path: Path) -> apsw.Connection:
    """One table, FULL."""
    connection = bare_connection(path)
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, name)")
    return connection


class Finished:
    """The rows that registrations leave in their tables, taken a handful of cases at a time."""

    def __init__(self, journal: Journal) -> None:
        self.db, self.last = journal.db, journal.next_id("case_file") - 1

    def taken(self) -> list[list[Insert]]:
        """For each of the next cases its inserts: (statement, rows)."""
        first, self.last = self.last + 1, self.last + TOGETHER
        return [self.of(case_id) for case_id in range(first, self.last + 1)]

    def of(self, case_id: int) -> list[Insert]:
        """The inserts of one case, table by table."""
        found: list[Insert] = []
        for table, question in TABLES.items():
            rows = list(self.db.run(question, (case_id,)))
            found.append((f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows))
        return found


def bare(connection: apsw.Connection, cases: Sequence[Sequence[Insert]]) -> Seconds:
    """Seconds for as many commits."""

    def work() -> None:
        for inserts in cases:
            with connection:
                for sql, rows in inserts:
                    connection.executemany(sql, rows)

    return timed(work)
