"""The same exchange with a centre on PostgreSQL: levels, poison, repeats, several workers at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from schema.database_errors import run_with_retries
from sync import answers, outgoing_files
from sync.acknowledgements import peer_statuses
from sync.evidence import history_faults
from sync.forks import open_stops, read_versions, settle_fork
from sync.incoming_files import receive_file
from sync.keys import make_keys
from sync.outgoing_files import make_parcels
from tests.postgres import Server
from tests.sync.test_receiving import POISONS, forge, line
from tests.sync.test_restored import open_next_epoch
from tests.sync.world import CENTRE, OFFICE, OUT, World, digest, enrol, make_world, open_side


@pytest.fixture
def pg_world(postgres: Server, tmp_path: Path) -> Iterator[World]:
    with postgres.database() as address:
        made = make_world(tmp_path, address)
        yield made
        made.office.db.close()
        made.centre.db.close()


def test_level_both_ways(pg_world: World) -> None:
    pg_world.ask(1200)
    assert pg_world.sync().sent == 1200
    pg_world.print_cards(300)
    assert pg_world.sync().received == 300
    assert pg_world.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
    assert pg_world.level()
    assert [status.unsent for status in peer_statuses(pg_world.centre.db)] == [0]


@pytest.mark.parametrize("poison", POISONS)
def test_one_poisoned_line_among_a_hundred(pg_world: World, poison: str) -> None:
    raw = [line(n) for n in range(1, 101)]
    raw[49] = POISONS[poison](50)
    taken = receive_file(pg_world.centre, forge(pg_world, raw), pg_world.now)
    assert [n for n, _ in taken.received.set_aside] == [50]
    assert pg_world.centre.db.one("SELECT count(*) FROM card") == (99,)
    assert pg_world.centre.journal.tail(OFFICE, 1, OUT).n == 100


def test_many_workers_take_the_same_batches_at_once(pg_world: World) -> None:
    pg_world.ask(1500)
    files = [made.sealed for made in make_parcels(pg_world.office, pg_world.peer, pg_world.now)]
    failures: list[BaseException] = []

    def work(order: int) -> None:
        try:
            for sealed in files[order:] + files[:order] + files:
                answers.answer_batch(pg_world.centre, OFFICE, sealed, pg_world.now)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)
        finally:
            pg_world.centre.db.close()

    workers = [threading.Thread(target=work, args=(order % 3,)) for order in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert digest(pg_world.centre.db) == digest(pg_world.office.db)
    assert pg_world.centre.db.one("SELECT count(*) FROM journal WHERE kind = 'card.asked'") == (1500,)


def test_a_collision_runs_the_whole_transaction_again(pg_world: World) -> None:
    """Two serialisable transactions read and write each other's rows: one of them gets 40001 and is run again."""
    db, tries = pg_world.centre.db, []
    other = psycopg.connect(pg_world.centre.db.database)

    def work() -> int:
        tries.append(1)
        with db.writing():
            db.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            seen = db.one("SELECT count(*) FROM wanted_piece")
            if len(tries) == 1:
                other.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                other.execute("SELECT count(*) FROM wanted_piece").fetchall()
                other.execute("INSERT INTO wanted_piece (peer, digest, place) VALUES ('x', repeat('a', 64), 0)")
                other.commit()
            db.run("INSERT INTO wanted_piece (peer, digest, place) VALUES ('y', repeat('b', 64), 0)")
            return int(seen[0]) if seen else -1

    assert run_with_retries(work) == 1
    assert len(tries) == 2
    other.close()


def test_restored_office_gets_its_lines_back_from_postgres(pg_world: World) -> None:
    pg_world.ask(3)
    pg_world.sync()
    span = outgoing_files.find_span(pg_world.centre, pg_world.office_peer, 1, OUT, 1)
    assert span is not None
    assert (span.where[0], span.after, span.last, span.returned) == (OFFICE, 1, 3, True)
    sealed = answers.answer_fetch(pg_world.centre, OFFICE, f"1/{OUT}/1", pg_world.now)
    open_next_epoch(pg_world, pg_world.office, pg_world.centre)
    assert receive_file(pg_world.office, sealed, pg_world.now).header.sender == CENTRE


def test_a_fork_is_shown_and_decided_on_postgres_too(pg_world: World, tmp_path: Path) -> None:
    pg_world.ask(2)
    pg_world.sync()
    copy = tmp_path / "clone.db"
    pg_world.office.db.run(f"VACUUM INTO '{copy}'")
    pg_world.ask(1, start=3)
    pg_world.sync()
    pg_world.office.db.close()
    pg_world.office = replace(pg_world.office, journal=open_side(copy, "office", OFFICE))
    pg_world.ask(2, start=50)
    assert not pg_world.sync().ok
    where, centre = (OFFICE, 1, OUT), pg_world.centre.journal
    both = read_versions(centre, where)
    assert (both.shared, [version.n for version in both.held], [one.n for one in both.other]) == (2, [3], [3, 4])
    settle_fork(
        centre,
        pg_world.office_peer,
        where,
        goes_on="other",
        note="Lewat telepon.",
        carried={"card.asked"},
        actor="eko",
        now=pg_world.now,
    )
    assert (history_faults(centre), open_stops(centre.db)) == ([], [])
    pg_world.office = replace(pg_world.office, keys=make_keys(OFFICE))
    enrol(pg_world.office, pg_world.centre, pg_world.later(minutes=5))
    pg_world.ask(1, start=60)
    assert pg_world.sync().ok
    assert pg_world.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
