"""Edges of what is kept about people: a village that changes, an app that is missing, a week that is read, a PIN."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people import access_log, authenticator, changes, credentials, queries, service
from app.platform.people.access_log import ACTION_GROUPS, PersonWeek, Week
from app.platform.people.second_step import is_code_due
from app.platform.people.sessions import Session
from sync.journal import Journal
from tests.platform.people import KRAI, MUNDER, PASSWORD, PIN, START, Browser, Clock, actor_of, agree
from tests.platform.people.phone import Phone

STAFF = "/pengaturan/petugas"


def who(journal: Journal, name: str) -> Actor:
    return actor_of(journal.db, name, START.date())


def refusal(command: Any, *args: Any, **told: Any) -> str:
    with pytest.raises(Problem) as caught:
        command(*args, **told)
    return caught.value.code


@pytest.mark.parametrize("pin", ["717771", "919199", "818881"])
def test_a_pin_of_two_digits_is_tried_first(pin: str) -> None:
    """None of these is a day, a repetition or a row; with a third digit in it they are as good as any."""
    assert credentials.is_guessable_pin(pin)
    assert not credentials.is_guessable_pin(f"{pin[:4]}4{pin[5:]}")


def test_a_village_clerk_who_moves_keeps_everything_but_the_village(journal: Journal) -> None:
    desi = who(journal, "desi")
    before = queries.find_person(journal.db, desi.person_id)
    assert before is not None
    kinds = [entry.kind for entry in journal.about(f"person/{desi.person_id}")]
    agree(journal, changes.SetRoles(desi.person_id, ("village",), MUNDER), now=START)
    same = [entry.kind for entry in journal.about(f"person/{desi.person_id}")]
    assert "person.changed" not in same[len(kinds) :], "the same village changes nothing about the person"
    agree(journal, changes.SetRoles(desi.person_id, ("village",), KRAI), now=START)
    [moved] = [entry for entry in journal.about(f"person/{desi.person_id}") if entry.kind == "person.changed"]
    assert moved.actor == "ratna"
    after = queries.find_person(journal.db, desi.person_id)
    assert after is not None
    assert after.area == KRAI
    for name in ("name", "nip", "rank", "title", "username"):
        assert getattr(after, name) == getattr(before, name), name
    agree(journal, changes.SetRoles(desi.person_id, ("counter",), ""), now=START)
    assert (who(journal, "desi").area, who(journal, "desi").roles) == (None, {"counter"})


def test_an_app_that_nobody_has_is_not_taken_off(journal: Journal) -> None:
    ratna, sari = who(journal, "ratna"), who(journal, "sari")
    for person_id, code in ((sari.person_id, "conflict"), (999, "not_found")):
        lost = changes.TakeAuthenticator(person_id)
        assert refusal(service.propose_change, journal, ratna, lost, now=START) == code


def test_a_code_is_asked_of_whoever_has_an_app_and_an_app_of_whose_role_needs_one(
    journal: Journal, clock: Clock
) -> None:
    db = journal.db
    assert not authenticator.is_code_asked(db, who(journal, "ratna"))
    Phone(journal, clock)
    assert authenticator.is_code_asked(db, who(journal, "ratna"))
    authenticator.demand_app(journal, who(journal, "ratna"), roles=("kasi",), now=clock())
    assert refusal(authenticator.is_code_asked, db, who(journal, "budi")) == "conflict"
    assert not authenticator.is_code_asked(db, who(journal, "sari"))


def test_an_account_is_switched_off_and_on_by_its_own_page(journal: Journal, as_ratna: Browser) -> None:
    sari = who(journal, "sari").person_id
    for word, act, active in (("nonaktif", "disabled", False), ("aktif", "enabled", True)):
        path = f"{STAFF}/{sari}/{word}"
        assert as_ratna.post(path, {"reason": "", "pin": PIN}).status_code == 422
        assert as_ratna.post(path, {"reason": f"Cuti {word}", "pin": PIN}).status_code == 303
        [waiting] = service.list_proposals(journal.db, START)
        service.confirm_proposal(journal, who(journal, "budi"), waiting.id, now=START)
        person = queries.find_person(journal.db, sari)
        assert person is not None
        assert bool(person.active) is active
        newest = queries.changes_about(journal.db, sari)[0]
        assert (newest.act, f"Cuti {word}" in newest.what) == (act, True)


def test_a_first_password_with_a_pin_that_is_no_good_changes_neither(journal: Journal, as_sari: Browser) -> None:
    with journal.transaction(), journal.db.applying():
        journal.db.run("UPDATE credential SET must_change = 1")
    fresh = Browser(as_sari.app)
    assert fresh.post("/masuk", {"username": "sari", "password": PASSWORD}).status_code in (200, 303)
    typed = {"old": PASSWORD, "new": "jahe hangat manis", "again": "jahe hangat manis", "pin": "111111"}
    assert fresh.post("/saya/sandi", typed).status_code == 422
    assert credentials.verify_password(journal.db, "sari", PASSWORD, now=START)


def test_a_week_knows_its_neighbours() -> None:
    week = Week(date(2026, 3, 9), [], [])
    assert (week.before, week.sunday, week.after) == (date(2026, 3, 2), date(2026, 3, 15), date(2026, 3, 16))
    for day in (9, 12, 15):
        assert access_log.monday_of(date(2026, 3, day)) == date(2026, 3, 9)


def test_what_stands_out_of_a_week_is_told_with_its_number() -> None:
    def line(name: str, refused: int, odd: int) -> PersonWeek:
        return PersonWeek(name, dict.fromkeys(ACTION_GROUPS, 0) | {"ditolak": refused}, odd)

    told = access_log.conspicuous_people([line("Budi", 2, 0), line("", 1, 0), line("Sari", 0, 3), line("Oki", 0, 0)])
    assert told == [
        "Budi: 2 kali ditolak. Tanyakan apa yang dicari.",
        "Orang yang tidak dikenal: 1 kali ditolak. Tanyakan apa yang dicari.",
        "Sari: 3 kali di luar jam kantor (malam atau Minggu). Tanyakan sebabnya.",
    ]


def test_a_week_that_was_read_stands_in_the_log_with_reader_and_address(journal: Journal) -> None:
    monday, ratna = date(2026, 3, 2), who(journal, "ratna").person_id
    access_log.note_week_read(journal.db, monday, person_id=ratna, now=START, address="10.0.0.7")
    [(_, line)] = access_log.access_lines(journal.db, actions=["access.week_read"])
    assert (line.person_id, line.subject, line.address) == (ratna, "week/2026-03-02", "10.0.0.7")
    assert access_log.newest_unread_week(journal.db, START.date()) is None


def test_a_code_that_was_typed_serves_the_deeds_of_ten_minutes() -> None:
    actor = Actor(1, "Ratna", "ratna", frozenset({"admin"}))
    ten, second = timedelta(minutes=10), timedelta(seconds=1)
    for typed, has_app, due in (
        (START, True, False),
        (START - ten, True, False),
        (START - ten - second, True, True),
        (START + second, True, True),
        (None, True, True),
        (None, False, False),
    ):
        session = Session("k", actor, START, START, False, False, False, 0, "b", code_at=typed, has_app=has_app)
        assert is_code_due(session, START) is due, (typed, has_app)
