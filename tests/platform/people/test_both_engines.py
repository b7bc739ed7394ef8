"""The room stands under office and centre alike, so the same story is told on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.platform.people import changes, credentials, queries, service, sessions
from app.platform.people.access_log import access_log_digest
from app.platform.people.changes import AddPerson
from app.platform.people.events import KINDS
from app.platform.people.queries import changes_made_alone
from app.platform.people.sessions import does_pin_open, find_session, note_look
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync.journal import Journal
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Clock
from tests.postgres import Server

TODAY = date(2026, 3, 12)


@pytest.fixture
def postgres_address(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    where = tmp_path / "pusat.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_address")
    db = open_centre(where)
    migrate_database(db, "centre")
    journal = Journal(db, KINDS)
    journal.open_epoch("dukcapil-3508", START)
    yield journal
    db.close()


def test_people_of_the_centre(centre: Journal, clock: Clock) -> None:
    db = centre.db
    with pytest.raises(Problem):
        sessions.sign_in(db, username="eko", password=PASSWORD, now=clock())
    person_id = service.add_person(
        centre,
        SYSTEM,
        AddPerson(username="eko", name="Eko Prasetyo", roles=("centre_admin", "printer")),
        password=PASSWORD,
        cost=CHEAP,
        now=clock(),
    )
    assert [member.roles for member in queries.list_people(db)] == [("centre_admin", "printer")]
    token = sessions.sign_in(db, username="eko", password=PASSWORD, now=clock(), address="10.1.1.1")
    known = find_session(db, token, now=clock.forward(minutes=5), idle=600)
    assert known is not None
    assert (known.must_change, known.locked, does_pin_open(db, known, now=clock())) == (True, False, False)
    note_look(db, known, now=clock())
    credentials.set_pin(centre, known.actor, password=PASSWORD, pin=PIN, now=clock(), cost=CHEAP)
    with pytest.raises(Problem):
        credentials.confirm_pin(db, known.actor, "990011", now=clock())
    credentials.confirm_pin(db, known.actor, PIN, now=clock())
    slept = find_session(db, token, now=clock.forward(minutes=11), idle=600)
    assert slept is not None
    assert (slept.locked, does_pin_open(db, slept, now=clock())) == (True, True)
    sessions.unlock_session(db, slept, password="", pin=PIN, now=clock())
    for name in ("tini", "toto"):
        person = AddPerson(name, name.title(), ("printer",))
        service.add_person(centre, SYSTEM, person, password=PASSWORD, cost=CHEAP, now=clock())
    tini, toto = (queries.actor_named(db, name, TODAY) for name in ("tini", "toto"))
    assert tini
    assert toto
    assert credentials.set_pin(centre, tini, password=PASSWORD, pin=PIN, now=clock(), cost=CHEAP) > clock()
    service.vouch_for_pin(centre, known.actor, tini.person_id, now=clock())
    credentials.confirm_pin(db, tini, PIN, now=clock())
    number = service.propose_change(
        centre, known.actor, changes.SetRoles(toto.person_id, ("centre_admin",)), now=clock()
    )
    service.confirm_proposal(centre, tini, number, now=clock())
    with pytest.raises(Problem, match="tidak ditemukan"):
        service.confirm_proposal(centre, tini, number, now=clock())
    plh = changes.Appoint(person_id, "kasi", "plh", "1/2026", TODAY, TODAY + timedelta(days=1))
    toto = queries.actor_named(db, "toto", TODAY)
    assert toto
    service.confirm_proposal_alone(
        centre, service.propose_change(centre, toto, plh, now=clock()), now=clock.forward(days=4)
    )
    assert [change.act for change in changes_made_alone(db, TODAY + timedelta(days=4))] == ["acting"], (
        "not what founding takes"
    )
    signs = queries.who_signs(db, "kasi", TODAY)
    assert signs is not None
    assert (signs.prefix, signs.name) == ("Plh. ", "Eko Prasetyo")
    assert len(access_log_digest(db, TODAY)) == 64
    with pytest.raises(Exception, match="append-only"):
        db.run("DELETE FROM access_log")


def test_what_is_learnt_within_a_transaction_waits_for_the_disk_with_it(postgres_address: str) -> None:
    db = open_centre(postgres_address)
    with db.writing():
        db.run("SET LOCAL synchronous_commit = on")
        with db.learning():
            assert db.one("SHOW synchronous_commit") == ("on",)
    with db.learning():
        assert db.one("SHOW synchronous_commit") == ("off",)
    db.close()


def test_no_entry_is_recorded_where_the_commit_does_not_wait_for_the_disk(centre: Journal, clock: Clock) -> None:
    added = AddPerson(username="eko", name="Eko Prasetyo", roles=("centre_admin", "printer"))
    with pytest.raises(RuntimeError, match="waits for the disk"), centre.db.learning():
        service.add_person(centre, SYSTEM, added, password=PASSWORD, cost=CHEAP, now=clock())
    assert queries.list_people(centre.db) == []
    service.add_person(centre, SYSTEM, added, password=PASSWORD, cost=CHEAP, now=clock())
    assert [member.username for member in queries.list_people(centre.db)] == ["eko"]
