"""Figure `registration`: opening a case with all its rules against one FULL commit of raw apsw on the same disk.

Ours reads and cleans the form, asks the KTP rules (open applications, earlier papers, similar people among 100,000
cases), numbers the case, writes two entries of the journal with their tables and search index, and commits. The
reference writes one row and commits.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import apsw

from app.cases.opening import Undecided, open_case
from app.ktp.rules import KtpRules
from bench.an_office import CLERK, NOW, opened, villages
from bench.citizens import Citizen, Citizens
from bench.measuring import Figure, Seconds, bare_connection, in_turn, ratio, spread, timed, typical
from sync.journal import Journal

TOGETHER = 5
TICKED = {"village_letter": "", "signature_applicant": "", "signature_village_head": "", "photo": "merah",
          "kk_copy": ""}  # fmt: skip


def main(data: Path, rounds: int) -> list[Figure]:
    """Commits' time that one registration takes, in an office with 100,000 cases."""
    with opened(data) as journal:
        people = Citizens(villages(journal.db), seed=journal.next_id("case_file"))
        connection = bare_database(data / "bare.sqlite3")
        pairs = in_turn(lambda: ours(journal, people), lambda: bare(connection), rounds)
        connection.close()
    usual = typical(pairs)
    told = f"{1000 * usual.ours / TOGETHER:.2f} ms against {1000 * usual.bare / TOGETHER:.2f} ms; {spread(pairs)}"
    return [Figure("registration", "one registration, in FULL commits", 6, False, ratio(pairs), "×", told)]


def ours(journal: Journal, people: Citizens) -> Seconds:
    """Seconds for a handful of registrations."""
    forms = [typed(people.draw()) for _ in range(TOGETHER)]

    def work() -> None:
        for form in forms:
            register(journal, form)

    return timed(work)


def register(journal: Journal, form: dict[str, str]) -> None:
    """One registration; a similar person is decided about, as the clerk would."""
    try:
        open_case(journal, CLERK, service="ktp-el", raw=form, ticked=TICKED, now=NOW, rules=KtpRules())
    except Undecided as undecided:
        heeded = [one.id for one in undecided.notices]
        open_case(
            journal,
            CLERK,
            service="ktp-el",
            raw=form,
            ticked=TICKED,
            now=NOW,
            rules=KtpRules(),
            heeded=heeded,
        )


def typed(one: Citizen) -> dict[str, str]:
    """What the clerk types."""
    born = date.fromisoformat(one.birth_on)
    return one.fields() | {"birth_on": f"{born:%d%m%Y}", "kind": "hilang", "rt": "3", "rw": "1"}


def bare_database(path: Path) -> apsw.Connection:
    """One table, FULL."""
    connection = bare_connection(path)
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, name)")
    return connection


def bare(connection: apsw.Connection) -> Seconds:
    """Seconds for as many commits of one row."""

    def work() -> None:
        for _ in range(TOGETHER):
            with connection:
                connection.execute("INSERT INTO line (name) VALUES (?)", ("ANISA RAHMAWATI",))

    return timed(work)
