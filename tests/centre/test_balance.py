"""Whatever the centre does in whatever order: lines and blanks add up, and the journal gives the same tables again."""

import random
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import compose
from app.centre import offices, service
from app.centre.queries import blank_figures as book
from app.centre.queries import blank_stock, line_balance
from app.centre.tables import IncomingLine
from app.core.problems import Problem
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync.verification import verify_side
from tests.centre.print_centre import NOW, OFFICE, OTHER, YUNI, PrintCentre
from tests.postgres import Server
from tests.world.nightly import by_day

DEEDS = (
    "comes",
    "accept",
    "accept_all",
    "refuse",
    "print",
    "print",
    "print",
    "spoil",
    "recall",
    "answer",
    "ship",
    "receive",
    "correct",
    "count",
    "publish",
)


class Chance:
    """Random deeds of a busy print_centre; a Problem is an answer like any other."""

    def __init__(self, print_centre: PrintCentre, seed: int) -> None:
        self.print_centre, self.dice, self.serial = print_centre, random.Random(seed), 0

    def line(self) -> tuple[str, str]:
        """Any line at all, whatever its state."""
        rows = IncomingLine.rows(self.print_centre.db, order="source, line")
        row = self.dice.choice(rows)
        return row.source, row.line

    def do(self, deed: str) -> None:
        with suppress(Problem):
            self.deed(deed)

    def deed(self, deed: str) -> None:
        print_centre, journal, dice, now = (
            self.print_centre,
            self.print_centre.journal,
            self.dice,
            self.print_centre.later(minutes=7),
        )
        if deed == "comes" or not print_centre.lines:
            print_centre.comes(dice.randint(1, 4), dice.choice([OFFICE, OTHER]))
            return
        office, line = self.line()
        self.serial += dice.randint(0, 1)
        serial = f"0A{self.serial:06d}"
        if deed == "accept":
            service.accept_lines(journal, YUNI, office=office, lines=[line], now=now)
        elif deed == "accept_all":
            service.accept_dispatch(
                journal, YUNI, office=office, dispatch_id=dice.randint(1, print_centre.dispatches), now=now
            )
        elif deed == "refuse":
            service.refuse_line(
                journal, YUNI, office=office, line=line, reason=dice.choice([*service.REASONS]), now=now
            )
        elif deed == "print":
            service.print_line(journal, YUNI, office=office, line=line, serial=serial, now=now)
        elif deed == "spoil":
            service.spoil_blank(journal, YUNI, office=office, line=line, reason="jam", serial=serial, now=now)
        elif deed == "recall":
            print_centre.senders[office].recall(line)
        elif deed == "answer":
            service.answer_recall(journal, YUNI, office=office, line=line, now=now)
        else:
            self.house(deed, office, line)

    def house(self, deed: str, office: str, line: str) -> None:
        """What is not about one line."""
        journal, dice, now = self.print_centre.journal, self.dice, self.print_centre.now
        if deed == "ship":
            lines = [line, self.line()[1]]
            service.ship_cards(
                journal,
                YUNI,
                office=office,
                lines=lines,
                counted=dice.randint(1, 2),
                carrier="Fajar",
                now=now,
            )
        elif deed == "receive":
            service.receive_blanks(journal, YUNI, count=dice.randint(1, 3), letter=f"L{dice.randint(1, 9)}", now=now)
        elif deed == "correct":
            service.correct_blanks(journal, YUNI, count=dice.randint(-2, 2), reason="selisih", now=now)
        elif deed == "count":
            service.count_blanks(journal, YUNI, counted=dice.randint(0, 9), note="", now=now)
        else:
            offices.publish_state(journal, now=now)


def check(print_centre: PrintCentre) -> None:
    """The equations that the centre promises."""
    whole = line_balance(print_centre.db)
    parts = [line_balance(print_centre.db, office) for office in print_centre.senders]
    assert whole.came == print_centre.lines == whole.printed + whole.refused + whole.waiting
    assert [sum(getattr(part, name) for part in parts) for name in ("came", "printed", "refused", "waiting")] == [
        whole.came,
        whole.printed,
        whole.refused,
        whole.waiting,
    ]
    kept = "SELECT source, state, lines FROM office_line_count ORDER BY source, state"
    counted = "SELECT source, state, count(*) FROM incoming_line GROUP BY source, state ORDER BY source, state"
    assert list(print_centre.db.run(kept)) == list(print_centre.db.run(counted))
    blank = book(print_centre.db)
    assert blank.received + blank.corrected == blank.used + blank.spoiled + blank.stock
    assert blank.stock == blank_stock(print_centre.db) >= 0
    assert blank.used == whole.printed
    assert print_centre.db.one("SELECT coalesce(sum(count), 0) FROM blank_movement") == (blank.stock,)


def prepared(where: Path | str) -> PrintCentre:
    db = open_centre(where)
    migrate_database(db, "centre")
    made = PrintCentre(compose.journal("centre", db))
    made.prepare(stock=3)
    made.enrol(OTHER)
    return made


@pytest.fixture(scope="module")
def blank_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set-up centre, made once; every example works on a copy."""
    path = tmp_path_factory.mktemp("centre") / "pusat.sqlite3"
    print_centre = prepared(path)
    print_centre.db.close()
    return path


@hypothesis_settings(max_examples=by_day(10, 25))
@given(seed=st.integers(0, 10**6), deeds=st.lists(st.sampled_from(DEEDS), min_size=5, max_size=40))
def test_everything_adds_up(
    blank_centre: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, deeds: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("example")
    copy = shutil.copy(blank_centre, folder / "pusat.sqlite3")
    print_centre = PrintCentre(compose.journal("centre", open_centre(copy)))
    again = prepared_senders(print_centre)
    chance = Chance(again, seed)
    for deed in deeds:
        chance.do(deed)
        check(again)
    assert verify_side(again.journal, "centre", folder / "scratch.sqlite3").faults == []
    again.db.close()
    shutil.rmtree(folder)


def prepared_senders(print_centre: PrintCentre) -> PrintCentre:
    """The offices of the copy, which have sent nothing yet."""
    for office in (OFFICE, OTHER):
        print_centre.enrol(office)
    return print_centre


def test_it_adds_up_on_postgresql_too(postgres: Server) -> None:
    with postgres.database() as address:
        print_centre = prepared(address)
        chance = Chance(print_centre, 20260312)
        for _ in range(80):
            chance.do(chance.dice.choice(DEEDS))
        check(print_centre)
        print_centre.db.close()


@pytest.mark.parametrize("stock_left", [1, 3])
def test_many_printers_never_take_a_blank_that_is_not_there(print_centre: PrintCentre, stock_left: int) -> None:
    """Six desks print at once, each its own line: as many cards as blanks, and the other desks read why."""
    ids = print_centre.queued(6)
    service.correct_blanks(print_centre.journal, YUNI, count=stock_left - 20, reason="dipinjam", now=NOW)
    said: list[str] = []
    begin = threading.Barrier(6)

    def desk(place: int) -> None:
        begin.wait(timeout=20)
        try:
            print_centre.print(ids[place], f"0C{place:06d}")
            said.append("printed")
        except Problem as problem:
            said.append(problem.code)
        finally:
            print_centre.db.close()

    desks = [threading.Thread(target=desk, args=(place,)) for place in range(6)]
    for one in desks:
        one.start()
    for one in desks:
        one.join(timeout=60)
    assert sorted(said) == ["conflict"] * (6 - stock_left) + ["printed"] * stock_left
    assert blank_stock(print_centre.db) == 0
    assert print_centre.balance().printed == stock_left
