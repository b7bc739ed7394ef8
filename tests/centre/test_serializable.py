"""The centre on PostgreSQL under SERIALIZABLE, as a distributed engine has it: collisions are answered again, nobody is
told of one, nothing is lost or doubled."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask import request as asked
from psycopg.errors import SerializationFailure

from app.centre import service
from app.cli.serving import Running
from app.compose_centre import Centre, answer_collisions_again, build_centre
from app.core.problems import Problem
from schema import database_errors
from schema.postgres import CentrePostgres, open_centre
from tests.centre.print_centre import YUNI
from tests.postgres import Server
from tests.proof.offices import TOGETHER, Figures, compare, found, now
from tests.world.nightly import by_day

OFFICES = by_day(4, 20)
DISPATCHES = by_day(2, 6)
SERIALIZABLE = "options=-c%20default_transaction_isolation%3Dserializable"


def without_locks(self: CentrePostgres, _name: str) -> None:
    """An engine that knows neither advisory locks nor waits for a row: the isolation alone keeps writers apart."""


@pytest.fixture(params=["a row for each turn", "no lock at all"])
def address(postgres: Server, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "no lock at all":
        monkeypatch.setattr(CentrePostgres, "hold", without_locks)
    with postgres.database() as made:
        yield f"{made}&{SERIALIZABLE}"


class Counted:
    """The centre's application, with how often it answered what, and how many collisions there were."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.statuses = centre, Counter[str]()
        self.body_limit = centre.body_limit

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def begin(status: str, headers: Any, *more: Any) -> Any:
            self.statuses[status[:3]] += 1
            return start_response(status, headers, *more)

        try:
            return self.centre(environ, begin)
        finally:
            self.centre.journal.db.close()  # nobody ends waitress's threads, nor their connections


def watch_collisions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database refused from now on because transactions collided."""
    seen: list[str] = []
    is_collision = database_errors.is_collision

    def note(error: BaseException) -> bool:
        if collided := is_collision(error):
            seen.append(repr(error))
        return collided

    monkeypatch.setattr(database_errors, "is_collision", note)
    return seen


def accept_all(centre: Centre, done: threading.Event, faults: list[str]) -> None:
    """A clerk who takes every line of every office into the queue as it comes."""
    db = centre.journal.db
    while not done.wait(0.02):
        for source, line in list(db.run("SELECT source, line FROM incoming_line WHERE state = 'waiting' LIMIT 40")):
            try:
                service.accept_lines(centre.journal, YUNI, office=source, lines=[line], now=now())
            except Problem as problem:
                if problem.code != "conflict":
                    faults.append(problem.sentence)
            except Exception as error:  # noqa: BLE001 (a thread that dies in silence would prove nothing)
                faults.append(repr(error))
    db.close()


def test_many_offices_and_clerks_at_once(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collisions = watch_collisions(monkeypatch)
    figures, faults, done = Figures("serializable", OFFICES, DISPATCHES * TOGETHER), list[str](), threading.Event()
    stage = found(tmp_path, OFFICES, DISPATCHES * TOGETHER, address)
    monkeypatch.setenv("LOKET_CENTRE_DB", address)
    centre = build_centre(tmp_path / "pusat")
    counted = Counted(centre)
    served = Running(counted, 0)
    clerks = [threading.Thread(target=accept_all, args=(centre, done, faults)) for _ in range(2)]
    offices = [threading.Thread(target=office.live, args=(served.address, figures)) for office in stage]
    for thread in (*clerks, *offices):
        thread.start()
    for thread in offices:
        thread.join()
    done.set()
    for thread in clerks:
        thread.join()
    served.stop()
    compare(tmp_path, stage, address, figures)
    assert (figures.faults, faults, figures.lost) == ([], [], 0)
    assert set(counted.statuses) == {"200"}
    assert collisions
    assert centre.journal.db.one("SELECT count(*) FROM journal WHERE verdict = 'set_aside'") == (0,)
    centre.journal.db.close()


@pytest.fixture
def colliding(postgres: Server) -> Iterator[CentrePostgres]:
    with postgres.database() as made:
        db = open_centre(made)
        assert isinstance(db, CentrePostgres)
        yield db
        db.close()


def make_app(db: CentrePostgres, *, commits: bool, repeatable: bool) -> Flask:
    """One page: it reads an upload, notes a row and collides the first time, before or after its commit."""
    app, times = Flask("colliding"), list[bytes]()
    app.testing = True

    def show() -> bytes:
        times.append(asked.files["file"].read())
        with db.writing():
            db.run("INSERT INTO beside (name, why) VALUES (?, 'x')", (f"t{len(times)}",))
            if len(times) == 1 and not commits:
                raise SerializationFailure
        if len(times) == 1:
            raise SerializationFailure
        return b"%d %s" % (len(times), times[-1])

    app.post("/")(show)
    answer_collisions_again(app, db, repeatable=repeatable)
    return app


def post(app: Flask) -> bytes:
    return app.test_client().post("/", data={"file": (BytesIO(b"isi"), "a.txt")}).get_data()


def rows(db: CentrePostgres) -> list[str]:
    return [name for (name,) in db.run("SELECT name FROM beside WHERE why = 'x' ORDER BY name")]


def test_a_page_that_had_committed_nothing_is_answered_again_with_its_upload(colliding: CentrePostgres) -> None:
    assert post(make_app(colliding, commits=False, repeatable=False)) == b"2 isi"
    assert rows(colliding) == ["t2"]


def test_what_a_page_had_committed_is_not_done_again(colliding: CentrePostgres) -> None:
    with pytest.raises(SerializationFailure):
        post(make_app(colliding, commits=True, repeatable=False))
    assert rows(colliding) == ["t1"]


def test_what_may_come_twice_is_answered_again(colliding: CentrePostgres) -> None:
    assert post(make_app(colliding, commits=True, repeatable=True)) == b"2 isi"


TAKE = "UPDATE turn SET taken = taken + 1 WHERE name = %s"


def test_one_writer_of_a_name_keeps_the_others_out(colliding: CentrePostgres) -> None:
    """Another program's connection waits for the same name and for no other one, until the transaction ends."""
    for name in ("x", "y"):
        with colliding.writing():
            colliding.hold(name)
    with psycopg.connect(colliding.database, autocommit=True) as other:
        other.execute("SET lock_timeout = '50ms'")
        with colliding.writing():
            colliding.hold("x")
            other.execute(TAKE, ("y",))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(TAKE, ("x",))
        other.execute(TAKE, ("x",))


def look_and_hold_late(db: CentrePostgres, meanwhile: Callable[[], object]) -> None:
    with db.writing():
        db.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        db.one("SELECT count(*) FROM journal")
        meanwhile()
        db.hold("x")


def test_who_looked_before_another_wrote_is_refused_at_its_turn(colliding: CentrePostgres) -> None:
    """Under an isolation that keeps its picture, a writer may not go on from an older one."""
    with colliding.writing():
        colliding.hold("x")
    with psycopg.connect(colliding.database, autocommit=True) as other, pytest.raises(SerializationFailure):
        look_and_hold_late(colliding, lambda: other.execute(TAKE, ("x",)))
