"""Figure `proof`: an office's proof of its journal, whole and everyday, and the health page that tells of it.

Cases of ten years are written through the journal, twelve entries each: opened, checklist, way, notes, papers. The
reference of the whole form does what no proof can leave out, and nothing else: it reads every stored line, hashes it,
parses its body, writes the rows of the official tables into an empty database and reads them again on both sides. The
everyday form after one day's work is told as a share of the whole form; reading the file's pages (`quick_check`), which
grows with the years, is most of it. The health page is measured against the same page of an office ten times smaller.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
from flask import Flask

from app.casework.desk.events import CaseAdvanced, CaseNoted, CaseOpened, Item, ItemsChecked
from app.casework.desk.print_events import PaperPrinted
from app.compose_office import make_office_app
from app.core.similarity import blocking_keys
from app.platform.office import queries as office
from app.platform.office.events import Number
from app.platform.people.sessions import open_session
from bench.aims import judged
from bench.an_office import ITEMS, NOW, PLACES, STEPS, TODAY, found, opened, villages
from bench.citizens import Citizens
from bench.measuring import Figure, Seconds, in_turn, ratio, spread, timed, typical
from schema.database import SqliteDatabase
from schema.migrations import migrate_database
from sync.journal import Journal
from sync.scheduler import keep_proof, proved_heads
from sync.verification import columns_of, official_tables, page_faults, verify_new_entries, verify_side

SECRETARY = 1
CASES = 2000
ENTRIES = 12
DAY = 15
"""Cases that a busy office takes in on one day."""
Body = tuple[msgspec.Struct, str]


def main(rounds: int) -> list[Figure]:
    """All figures of the proof."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        fill(small, CASES // 10)
        fill(large, CASES)
        return [whole(large, rounds), everyday(large, rounds), health(small, large, rounds)]


# -- the office ------------------------------------------------------------------------------------------------


def fill(data: Path, cases: int) -> None:
    """Found an office and let it work through the journal."""
    journal = found(data)
    write_cases(journal, 1, cases, cases)
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.db.close()


def write_cases(journal: Journal, first: int, last: int, count: int) -> None:
    """Cases `first`..`last` of `count`, twelve entries each, a few hundred in a transaction."""
    citizens = Citizens(villages(journal.db), seed=first)
    revision = office.current_definition(journal.db, "ktp-el", TODAY).identity.revision
    for start in range(first, last + 1, 250):
        numbers = range(start, min(start + 250, last + 1))
        bodies = [entry for n in numbers for entry in entries_of(citizens, n, count, revision)]
        with journal.transaction():
            journal.record_many(bodies, actor="loket", at=NOW)


def entries_of(citizens: Citizens, number: int, count: int, revision: str) -> Iterator[Body]:
    """The entries of one case, from its opening to the hand-over."""
    who, on = citizens.next(), TODAY - timedelta(days=max(0, 3650 * (count - number) // count))
    received, subject = on.isoformat(), f"case/{number}"
    text = Number("case", on.year, number, f"{number:05d}/KTP/{on.year}")
    items = [Item(item, "present", "SP 2") for item in ITEMS]
    yield (
        CaseOpened(
            id=number,
            service="ktp-el",
            revision=revision,
            number=text,
            code=f"{number:011d}",
            kind=who.kind,
            name=who.name,
            area=who.village,
            main_key=who.nik,
            fields=who.stored(),
            step=STEPS[0],
            place="counter",
            received_on=received,
            birth_on=who.birth_on.isoformat(),
            phone=who.phone,
            keys=[("nik", who.nik), ("kk", who.kk)],
            blocks=sorted(blocking_keys(who.name, who.birth_on)),
            items=items,
        ),
        subject,
    )
    yield PaperPrinted(subject, "receipt", 1), subject
    yield ItemsChecked(number, items, received), subject
    way = (*STEPS, "@done")
    for before, after in pairwise(way):
        yield CaseAdvanced(number, "done", before, after, PLACES[after], received, after == "@done"), subject
    yield PaperPrinted(subject, "slip", 1), subject
    yield CaseNoted(number, "call", "Diberi kabar lewat telepon", received), subject
    yield CaseNoted(number, "visit", "Datang bertanya", received), subject


# -- the whole form --------------------------------------------------------------------------------------------


def whole(data: Path, rounds: int) -> Figure:
    """Seconds of the whole form against reading, hashing, parsing and writing the same."""
    with opened(data) as journal:
        pairs = in_turn(lambda: ours(journal), lambda: bare(journal), rounds)
        rows = journal.db.one("SELECT count(*) FROM journal")
    usual, entries = typical(pairs), rows[0] if rows else 0
    context = (
        f"{entries:,} entries in {usual.ours:.1f} s against {usual.bare:.1f} s, {entries / usual.ours:,.0f}"
        f" entries/s; {spread(pairs)}"
    )
    return judged("proof", ratio(pairs), context)


@contextmanager
def scratch() -> Iterator[Path]:
    """A file name for a database that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        yield Path(folder) / "scratch.sqlite3"


def ours(journal: Journal) -> Seconds:
    """Seconds of the whole form, which keeps its result as the nightly one does."""
    with scratch() as path:
        verdicts = []
        took = timed(lambda: verdicts.append(verify_side(journal, "office", path)))
    sound(verdicts[0].faults)
    keep_proof(journal.db, "whole", verdicts[0], NOW, NOW)
    return took


def sound(faults: list[str]) -> None:
    """Nothing is measured that does not hold."""
    if faults:
        raise RuntimeError(f"the proof found: {faults}")


def bare(journal: Journal) -> Seconds:
    """Seconds for lines hashed and parsed, rows written and read on both sides."""
    live = journal.db

    def work(path: Path) -> None:
        empty = SqliteDatabase(path)
        empty.run("PRAGMA synchronous=OFF")
        migrate_database(empty, "office")
        empty.run("PRAGMA foreign_keys=OFF")  # rows come table by table
        previous = b""
        lines = "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id ORDER BY j.id"
        for head, body in live.run(lines):
            previous = hashlib.sha256(previous + head + body).digest()
            msgspec.json.decode(body)
        with empty.writing(), empty.applying():
            for table in official_tables(live):
                columns = columns_of(live, table)
                select = f"SELECT {', '.join(columns)} FROM {table}"
                rows = list(live.run(select))
                into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
                empty.many(into, rows)
                hashlib.sha256(repr(rows).encode())
                hashlib.sha256(repr(list(empty.run(select))).encode())
        empty.close()

    with scratch() as path:
        return timed(lambda: work(path))


# -- the everyday form and the page ----------------------------------------------------------------------------


def everyday(data: Path, rounds: int) -> Figure:
    """The everyday form after one day's work, as a share of the whole form."""
    with opened(data) as journal:
        ours(journal)
        held = journal.next_id("case_file")
        write_cases(journal, held, held + DAY - 1, held + DAY)
        pairs = in_turn(lambda: fresh(journal), lambda: check(journal), rounds * 3)
        usual, entire = typical(pairs), ours(journal)
    context = f"{1000 * usual.ours:.0f} ms, {1000 * usual.bare:.0f} ms of it reading pages; whole {entire:.1f} s"
    return Figure("proof", "everyday form, share of the whole", 0.2, False, usual.ours / entire, "×", context)


def fresh(journal: Journal) -> Seconds:
    """Seconds of the everyday form over one day's work; nothing is kept, so that each round sees the same."""
    heads = proved_heads(journal.db)
    with scratch() as path:
        verdicts = []
        took = timed(lambda: verdicts.append(verify_new_entries(journal, "office", path, heads)))
    sound(verdicts[0].faults)
    if verdicts[0].entries < DAY * ENTRIES:
        raise RuntimeError("the day's work was not looked at")
    return took


def check(journal: Journal) -> Seconds:
    """Seconds that SQLite takes to read all its pages."""
    return timed(lambda: page_faults(journal.db, "quick_check"))


def health(small: Path, large: Path, rounds: int) -> Figure:
    """The health page of both offices."""
    with opened(small) as little, opened(large) as big:
        pages = [HealthPage(journal, folder) for journal, folder in ((big, large), (little, small))]
        pairs = in_turn(pages[0].seconds, pages[1].seconds, rounds * 10)
    usual = typical(pairs)
    context = f"{1000 * usual.ours:.1f} ms against {1000 * usual.bare:.1f} ms; {spread(pairs)}"
    return Figure("proof", "health page, ten times the entries, time", 1.5, False, ratio(pairs), "×", context)


class HealthPage:
    """The health page as a person who is signed in asks for it."""

    def __init__(self, journal: Journal, data: Path) -> None:
        app: Flask = make_office_app(journal, data, {"CLOCK": lambda: NOW})
        self.client = app.test_client()
        token = open_session(journal.db, person_id=SECRETARY, now=NOW, address="127.0.0.1")
        with self.client.session_transaction() as kept:
            kept["sid"] = token

    def seconds(self) -> Seconds:
        """Seconds of one page."""
        return timed(self.ask)

    def ask(self) -> None:
        """Get the page. Raises RuntimeError when it does not come."""
        status = self.client.get("/keadaan/").status_code
        if status != 200:
            raise RuntimeError(f"the health page answered {status}")
