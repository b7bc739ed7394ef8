"""The first PIN of an office: it decides at once as long as none ever did, vouches for the others, alarms nobody."""

import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.permissions import SYSTEM
from app.platform.people import changes, credentials, service
from app.platform.people.changes import AddPerson
from app.platform.people.events import RolesSet
from app.platform.people.queries import changes_about, changes_made_alone, changes_to_tell
from schema.database import to_stored_value
from sync.journal import Journal
from sync.verification import tables_before
from tests.platform.people import CHEAP, PASSWORD, START, Browser, agree
from tests.platform.people.test_two_people import NEW, NEW_PIN, acts, code, who


@pytest.fixture
def founded(journal: Journal) -> Journal:
    """The office in its first hour: passwords from the set-up, nobody has a PIN."""
    journal.db.run("UPDATE credential SET pin = NULL, pin_at = NULL, pin_from = NULL")
    return journal


def test_on_the_first_day_whoever_begins_vouches_for_the_others(founded: Journal) -> None:
    for name in ("budi", "ratna", "camat"):
        credentials.set_pin(founded, who(founded, name), password=PASSWORD, pin=NEW_PIN, now=START, cost=CHEAP)
    ratna, budi, camat = (who(founded, name) for name in ("ratna", "budi", "camat"))
    credentials.confirm_pin(founded.db, ratna, NEW_PIN, now=START)
    for one in (budi, camat):
        assert code(credentials.confirm_pin, founded.db, one, NEW_PIN, now=START) == "pin_waits"
    last = START + timedelta(hours=23, minutes=59)
    service.vouch_for_pin(founded, ratna, camat.person_id, now=last)
    assert changes_made_alone(founded.db, last.date()) == (), "founding an office is no alarm"
    assert acts(founded, "camat") == ["vouched", "pin"]


def test_the_very_first_pin_of_whoever_manages_people_decides_at_once(founded: Journal) -> None:
    ratna, budi = who(founded, "ratna"), who(founded, "budi")
    assert credentials.set_pin(founded, ratna, password=PASSWORD, pin=NEW_PIN, now=START, cost=CHEAP) == START
    late = START + timedelta(days=1)
    credentials.set_pin(founded, budi, password=PASSWORD, pin=NEW_PIN, now=late, cost=CHEAP)
    assert code(service.vouch_for_pin, founded, ratna, budi.person_id, now=late) == "second_needed"
    service.add_person(
        founded, SYSTEM, AddPerson(username="tono", name="Tono", roles=("admin",)), password=PASSWORD, now=late
    )
    founded.db.run("UPDATE credential SET pin = NULL, pin_at = NULL, pin_from = NULL")
    tono = who(founded, "tono", late)
    assert credentials.set_pin(founded, tono, password=PASSWORD, pin=NEW_PIN, now=late, cost=CHEAP) > late


def make_pin(journal: Journal, name: str, now: datetime = START) -> datetime:
    """From when the new PIN of somebody decides."""
    return credentials.set_pin(journal, who(journal, name, now), password=PASSWORD, pin=NEW_PIN, now=now, cost=CHEAP)


def reset_every_pin(journal: Journal) -> None:
    journal.db.run("UPDATE credential SET pin = NULL, pin_at = NULL, pin_from = NULL")


def test_pins_that_still_wait_do_not_keep_the_first_administrators_from_deciding(founded: Journal) -> None:
    waits = START + timedelta(days=1)
    assert [make_pin(founded, name) for name in ("budi", "camat", "ratna")] == [waits, waits, START]
    [own] = changes_about(founded.db, who(founded, "ratna").person_id)
    assert (own.what, own.alone) == ("PIN baru dibuat", True)


def test_a_first_pin_that_is_made_after_the_day_of_the_founding_stands_on_every_desk(founded: Journal) -> None:
    later = START + timedelta(days=3)
    assert make_pin(founded, "ratna", later) == later
    [alone] = changes_made_alone(founded.db, later.date())
    assert (alone.name, alone.what) == ("Ratna Puspita", "PIN baru dibuat")
    ratna = who(founded, "ratna").person_id
    assert [change.act for change in changes_to_tell(founded.db, ratna, 0)] == ["pin"]


def test_the_day_of_the_founding_is_quiet_and_a_change_of_rights_on_it_is_not(founded: Journal, web: Flask) -> None:
    for name in ("ratna", "camat"):
        make_pin(founded, name)
    service.vouch_for_pin(founded, who(founded, "ratna"), who(founded, "camat").person_id, now=START)
    credentials.set_password(founded, who(founded, "camat"), old=PASSWORD, new=NEW, now=START, cost=CHEAP)
    for name in ("ratna", "camat", "sari"):
        page = Browser(web, name).get("/saya").get_data(as_text=True)
        assert 'id="authority-' not in page
    assert page_changes(Browser(web, "camat")) == [
        "Kata sandi diganti pemiliknya",
        "PIN baru dijamin",
        "PIN baru dibuat",
    ]
    reset = changes.SetRoles(who(founded, "sari").person_id, ("operator",))
    agree(founded, reset, now=START)
    assert 'id="authority-own"' in Browser(web, "sari").get("/saya").get_data(as_text=True)


def page_changes(browser: Browser) -> list[str]:
    """What the own page lists of changes to the account, without the days."""
    page = browser.get("/saya").get_data(as_text=True)
    return [
        words.partition(":")[0].strip()
        for words in re.findall(r'data-label="Apa">([^<]*PIN baru[^<]*|Kata sandi[^<]*)<', page)
    ][:3]


def test_an_administrator_whose_own_pin_waits_makes_it_anew_and_it_decides(founded: Journal) -> None:
    """As in an office that an older program founded: both first PINs waited."""
    founded.db.run(
        "UPDATE credential SET pin = 'x', pin_at = ?, pin_from = ? WHERE person_id IN (1, 2)",
        (to_stored_value(START), to_stored_value(START + timedelta(days=1))),
    )
    assert make_pin(founded, "ratna", START + timedelta(hours=1)) == START + timedelta(hours=1)


def decided_at_once(journal: Journal) -> datetime:
    make_pin(journal, "ratna")
    return START


def waited_its_day(journal: Journal) -> datetime:
    return make_pin(journal, "budi")


def was_vouched_for(journal: Journal) -> datetime:
    make_pin(journal, "budi")
    make_pin(journal, "ratna")
    service.vouch_for_pin(journal, who(journal, "ratna"), who(journal, "budi").person_id, now=START)
    return START


@pytest.mark.parametrize("decided", [decided_at_once, waited_its_day, was_vouched_for])
def test_once_any_pin_has_decided_nobody_makes_himself_a_first_one_again(
    founded: Journal, tmp_path: Path, decided: Callable[[Journal], datetime]
) -> None:
    """Not when every PIN was reset, and not in a folder that was built again from the journal alone."""
    now = decided(founded)
    reset_every_pin(founded)
    assert make_pin(founded, "ratna", now) == now + timedelta(days=1)
    reset_every_pin(founded)
    with tables_before(founded, "office", tmp_path / "lagi.sqlite3", sys.maxsize) as again:
        assert credentials.has_any_pin_decided(again, now)


def test_a_second_administrator_is_no_second_voucher_of_his_own_making(founded: Journal) -> None:
    """Oki is administrator too: with Ratna's PIN in force his waits, though both may have set the office up."""
    oki = who(founded, "oki").person_id
    with founded.transaction():
        founded.record(RolesSet(oki, ["admin"]), subject=f"person/{oki}", actor="system", at=START)
    make_pin(founded, "ratna")
    assert make_pin(founded, "oki") == START + timedelta(days=1)
    budi = who(founded, "budi").person_id
    make_pin(founded, "budi")
    assert code(service.check_voucher, founded.db, who(founded, "oki"), budi, START) == "pin_waits"
    assert service.count_waiting(founded.db, who(founded, "oki"), START) == 0
    assert service.count_waiting(founded.db, who(founded, "ratna"), START) == 2


def test_who_waits_reads_who_can_vouch_and_who_must_make_a_pin_first(founded: Journal) -> None:
    make_pin(founded, "budi")
    budi = who(founded, "budi").person_id
    assert "bila Ratna Puspita membuat PIN" in service.words_to_vouch(founded.db, budi, START)
    make_pin(founded, "ratna")
    assert service.words_to_vouch(founded.db, budi, START) == (
        "Lebih cepat bila dijamin Ratna Puspita di Persetujuan kedua."
    )
    assert service.words_to_vouch(founded.db, budi, START + timedelta(days=2)).startswith("Belum ada rekan")


def test_the_founder_makes_no_first_pin_in_the_name_of_the_camat(founded: Journal) -> None:
    camat = who(founded, "camat")
    assert credentials.set_pin(founded, camat, password=PASSWORD, pin=NEW_PIN, now=START, cost=CHEAP) > START
