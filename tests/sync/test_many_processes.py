"""Several processes of a centre on one PostgreSQL: nothing they do looks like a return, and what was lost does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from schema.postgres import CentrePostgres
from sync import evidence, shared_sessions
from sync.entries import keep_fact, read_fact
from sync.incarnations import TIMELINE
from sync.journal import Journal
from sync.nodes import Node
from tests.postgres import Server
from tests.sync.world import CENTRE, NOW, OFFICE, CardPrinted, World, enrol, keys_of, open_side
from tests.world.nightly import by_day

OFFICES = [f"3508{number:02}" for number in range(1, by_day(8, 20) + 1)]


class Process:
    """One process of the centre, with a data folder of its own."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.folder.mkdir(exist_ok=True)
        self.start()

    def start(self) -> None:
        self.journal = open_side(self.address, "centre", CENTRE)
        self.cause = shared_sessions.begin_shared_session(self.journal, self.marker, NOW)
        compose.watch_connections(self.journal, self.folder, lambda: NOW)

    @property
    def marker(self) -> Path:
        return compose.marker_file("centre", self.folder)

    @property
    def node(self) -> Node:
        return Node(self.journal, keys_of(self.folder.parent, CENTRE), "Dispenduk Capil")

    def minute(self) -> str:
        return shared_sessions.begin_shared_session(self.journal, self.marker, NOW)

    def restart(self, folder: str = "") -> None:
        self.journal.db.close()
        if folder:
            self.folder = self.folder.parent / folder
            self.folder.mkdir()
        self.start()


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    with postgres.database() as made:
        yield made


@pytest.fixture
def processes(address: str, tmp_path: Path) -> Iterator[list[Process]]:
    made = [Process(address, tmp_path / f"proses-{number}") for number in range(3)]
    yield made
    for process in made:
        process.journal.db.close()


def write_card(journal: Journal, number: int) -> None:
    with journal.transaction():
        journal.record(
            CardPrinted(number, f"S{number}"), subject="card", actor="eko", at=NOW, stream=OFFICE, lane=OFFICE
        )


def lose_newest_entry(journal: Journal) -> None:
    """What a standby without the last change looks like."""
    with journal.db.writing():
        journal.db.run("SET LOCAL session_replication_role = replica")
        newest = journal.db.one("SELECT max(id) FROM journal")
        journal.db.run("DELETE FROM journal_body WHERE id = ?", newest)
        journal.db.run("DELETE FROM journal WHERE id = ?", newest)


def returns(journal: Journal) -> list[str]:
    return [cause for (cause,) in journal.db.run("SELECT cause FROM side_return ORDER BY epoch")]


def test_three_processes_rolling_restarts_and_many_offices(processes: list[Process], tmp_path: Path) -> None:
    worlds = []
    for code in OFFICES:
        office = Node(open_side(tmp_path / f"{code}.db", "office", code), keys_of(tmp_path, code), code)
        enrol(office, processes[0].node, NOW)
        worlds.append(World(tmp_path, office, processes[0].node))
    for turn in range(3):
        for number, world in enumerate(worlds):
            world.centre = processes[(number + turn) % 3].node
            world.ask(2, start=number * 100 + turn * 2 + 1)
            assert world.sync().ok
            if number % 7 == turn:
                processes[turn].restart()
        processes[turn].restart(f"pindah-{turn}")
        assert [process.minute() for process in processes] == ["", "", ""]
    journal = processes[0].journal
    assert (journal.epoch, returns(journal)) == (1, [])
    assert journal.db.one("SELECT count(*) FROM journal WHERE kind = 'card.asked'") == (6 * len(OFFICES),)
    assert journal.db.one("SELECT count(*) FROM card") == (6 * len(OFFICES),)
    for world in worlds:
        world.centre = processes[1].node
        assert world.sync().ok
        world.office.db.close()


def test_a_lost_change_is_one_return_for_all_and_the_evidence_is_not_overwritten(processes: list[Process]) -> None:
    one, two, three = processes
    write_card(one.journal, 1)
    assert [process.minute() for process in processes] == ["", "", ""]
    seen = evidence.read_marker(two.marker)
    lose_newest_entry(one.journal)
    assert two.minute() == evidence.OLDER
    assert seen is not None
    assert [process.minute() for process in (one, three, two)] == ["", "", ""]
    assert returns(one.journal) == [evidence.OLDER]
    one.restart()
    three.restart("lain")
    assert (one.cause, three.cause, returns(one.journal)) == ("", "", [evidence.OLDER])


def test_it_is_noticed_before_anything_is_written_through_a_new_connection(
    processes: list[Process], postgres: Server
) -> None:
    one, two, _ = processes
    write_card(one.journal, 1)
    one.minute()
    lose_newest_entry(two.journal)
    assert isinstance(one.journal.db, CentrePostgres)
    postgres.restart()
    write_card(one.journal, 2)
    assert returns(one.journal) == [evidence.OLDER]
    assert one.journal.db.one("SELECT epoch > 1 FROM journal WHERE kind = 'card.printed'") == (True,)


def test_a_dump_that_was_loaded_elsewhere_is_a_copy(processes: list[Process], postgres: Server, tmp_path: Path) -> None:
    for process in processes:
        process.journal.db.close()
    name = processes[0].address.partition("///")[2].partition("?")[0]
    with postgres.database(name) as other:
        moved = Process(other, tmp_path / "baru")
        assert moved.cause == evidence.COPIED
        moved.restart()
        assert moved.cause == ""
        moved.journal.db.close()


@pytest.mark.parametrize(("told", "noticed"), [("alone", [evidence.OLDER]), ("waited", [])])
def test_a_promoted_standby_is_a_return_unless_commits_waited_for_it(
    processes: list[Process], told: str, noticed: list[str]
) -> None:
    """What it says of the timeline before is all that is left of the other server; whoever writes first looks."""
    one, two, _ = processes
    with one.journal.db.writing():
        keep_fact(one.journal.db, TIMELINE, f"00000000 {told}")
    for process in (two, one):
        process.journal.db.close()
        write_card(process.journal, 1)
    assert returns(one.journal) == noticed
    assert (two.journal.db.one("SELECT min(epoch) FROM journal WHERE kind = 'card.printed'") == (1,)) == (not noticed)
    assert [process.minute() for process in processes] == ["", "", ""]
    assert read_fact(one.journal.db, TIMELINE) == "00000001 alone"


def test_a_loss_is_noticed_in_a_transaction_that_would_not_wait_for_the_disk(processes: list[Process]) -> None:
    one, two, _ = processes
    write_card(one.journal, 1)
    one.minute()
    lose_newest_entry(two.journal)
    one.journal.db.close()
    with one.journal.db.learning():
        pass
    assert returns(two.journal) == [evidence.OLDER]
