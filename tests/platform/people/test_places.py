"""Tries are counted where they are made: strangers and colleagues lock nobody out, and guessing stays bounded."""

from datetime import timedelta

import pytest
from werkzeug.http import parse_cookie

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people import credentials, places, sessions
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Browser, Clock, actor_of

DESK, KIOSK, WIFI, NEW_BROWSER = "10.0.0.7", "10.0.0.9", "192.168.8.20", "f" * 64
OWN = "a" * 64
"""The digest of the token in Sari's own browser."""


def answer(
    db: SqliteDatabase, clock: Clock, password: str = "salah", name: str = "sari", at: str = WIFI, browser: str = ""
) -> str:
    """The code of what a try was told; empty where it opened."""
    try:
        sessions.sign_in(db, username=name, password=password, now=clock(), address=at, browser=browser)
    except Problem as problem:
        return problem.code
    return ""


def wifi_addresses(number: int) -> list[str]:
    return [f"192.168.{n // 250}.{n % 250 + 1}" for n in range(number)]


@pytest.fixture
def at_desk(office_db: SqliteDatabase, clock: Clock) -> SqliteDatabase:
    """Sari signed in at her desk this morning."""
    assert answer(office_db, clock, PASSWORD, at=DESK, browser=OWN) == ""
    return office_db


def test_six_wrong_passwords_elsewhere_close_nothing_at_one_s_own_desk(at_desk: SqliteDatabase, clock: Clock) -> None:
    for address in (KIOSK, *wifi_addresses(60)):
        for _ in range(6):
            answer(at_desk, clock, at=address)
    assert answer(at_desk, clock, PASSWORD, at=WIFI) == "too_many_tries", "a stranger who knows it waits too"
    assert answer(at_desk, clock, PASSWORD, at=WIFI, browser=OWN) == "", "the own laptop in another room"
    assert answer(at_desk, clock, PASSWORD, at=DESK) == "", "the own address, where the browser forgot its cookie"


def test_a_stranger_at_the_same_address_closes_no_browser_that_was_there_before(
    at_desk: SqliteDatabase, clock: Clock
) -> None:
    """Everybody behind one router has its address."""
    for name in ("sari", *(f"orang{n}" for n in range(40))):
        for _ in range(6):
            answer(at_desk, clock, name=name, at=DESK)
    assert answer(at_desk, clock, PASSWORD, at=DESK) == "too_many_tries"
    assert answer(at_desk, clock, PASSWORD, at=DESK, browser=OWN) == ""


def test_a_new_officer_signs_in_where_colleagues_do_while_strangers_try_the_name(
    at_desk: SqliteDatabase, clock: Clock
) -> None:
    for address in wifi_addresses(20):
        for _ in range(5):
            answer(at_desk, clock, name="oki", at=address)
    assert answer(at_desk, clock, PASSWORD, name="oki", at=WIFI) == "too_many_tries"
    assert answer(at_desk, clock, PASSWORD, name="oki", at=DESK, browser=NEW_BROWSER) == ""


def test_a_made_up_token_is_a_stranger_s(at_desk: SqliteDatabase, clock: Clock) -> None:
    told = [answer(at_desk, clock, browser=f"{n:064d}") for n in range(6)]
    assert told == ["wrong_password"] * 5 + ["too_many_tries"]


def test_a_token_of_a_colleague_opens_no_way_to_another_name(at_desk: SqliteDatabase, clock: Clock) -> None:
    assert answer(at_desk, clock, PASSWORD, name="oki", at=WIFI, browser=NEW_BROWSER) == ""
    told = [answer(at_desk, clock, browser=NEW_BROWSER) for _ in range(6)]
    assert told == ["wrong_password"] * 5 + ["too_many_tries"]


def test_all_strangers_together_have_thirty_tries_an_hour(at_desk: SqliteDatabase, clock: Clock) -> None:
    """The bound of decision 84: 720 tries a day for one name, from however many addresses."""
    tried = 0
    for step in range(24 * 4):
        for address in wifi_addresses(40):
            tried += answer(at_desk, clock, at=address) == "wrong_password"
        clock.forward(minutes=15)
        assert tried <= places.STRANGE_TRIES * (1 + step // 4)
    assert tried == 24 * places.STRANGE_TRIES
    assert answer(at_desk, clock, PASSWORD, at=DESK, browser=OWN) == ""


def test_a_stolen_token_has_twenty_tries_an_hour_and_five_in_ten_minutes(at_desk: SqliteDatabase, clock: Clock) -> None:
    counts = []
    for _ in range(6):
        counts.append(sum(answer(at_desk, clock, at=KIOSK, browser=OWN) == "wrong_password" for _ in range(8)))
        clock.forward(minutes=10)
    assert counts == [5, 5, 5, 5, 0, 0]
    clock.forward(hours=1)
    assert answer(at_desk, clock, PASSWORD, at=DESK, browser=OWN) == ""


def test_what_nobody_used_for_three_months_is_strange_again(at_desk: SqliteDatabase, clock: Clock) -> None:
    clock.forward(days=90, seconds=1)
    told = [answer(at_desk, clock, at=address) for address in wifi_addresses(31)]
    assert told[-1] == "too_many_tries"
    assert answer(at_desk, clock, PASSWORD, at=DESK, browser=OWN) == "too_many_tries"
    clock.forward(hours=1)
    assert answer(at_desk, clock, PASSWORD, at=DESK, browser=OWN) == ""
    rows = list(at_desk.run("SELECT place FROM known_place ORDER BY place"))
    assert [row[0] for row in rows] == [DESK, OWN], "the old rows are swept"


def test_a_browser_keeps_its_token_after_signing_out_and_no_page_of_it_reads_it(warga: Browser) -> None:
    good = {"username": "sari", "password": PASSWORD}
    first = warga.post("/masuk", good)
    [kept] = [line for line in first.headers.getlist("Set-Cookie") if line.startswith("loket_office_browser=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(kept.split("; "))
    token = parse_cookie(kept)["loket_office_browser"]
    assert len(token) == 43
    warga.post("/keluar")
    again = warga.post("/masuk", good)
    assert f"loket_office_browser={token};" in str(again.headers.getlist("Set-Cookie"))
    stranger = Browser(warga.app)
    for _ in range(6):
        stranger.post("/masuk", {"username": "sari", "password": "salah"})
    warga.post("/keluar")
    assert warga.post("/masuk", good).status_code == 303, "the same address, and the own browser all the same"
    assert stranger.post("/masuk", good).status_code == 422


def test_a_wrong_password_leaves_no_token(warga: Browser) -> None:
    answer = warga.post("/masuk", {"username": "sari", "password": "salah sekali"})
    assert "_browser" not in str(answer.headers.getlist("Set-Cookie"))


# -- the PIN ------------------------------------------------------------------------------------------------------


def confirm(db: SqliteDatabase, who: Actor, pin: str, browser: str) -> str:
    """The code of what a PIN was told; empty where it decided."""
    try:
        credentials.confirm_pin(db, who, pin, now=START, browser=browser)
    except Problem as problem:
        return problem.code
    return ""


def sign_in_at(db: SqliteDatabase, browser: str) -> str:
    return sessions.sign_in(db, username="sari", password=PASSWORD, now=START, address=DESK, browser=browser)


def test_a_colleague_at_the_locked_screen_blocks_no_pin(as_sari: Browser, office_db: SqliteDatabase) -> None:
    """Five wrong PINs: the screen asks the password from now on, and the PIN counts as before."""
    as_sari.post("/kunci")
    pages = [as_sari.post("/buka-kunci", {"kunci-pin": f"00011{n}"}).get_data(as_text=True) for n in range(6)]
    assert 'name="kunci-pin"' in pages[3]
    for page in pages[4:]:
        assert 'name="kunci-pin"' not in page
        assert 'name="kunci-sandi"' in page
    assert "PIN salah lima kali di layar ini" in pages[4]
    assert as_sari.post("/buka-kunci", {"kunci-pin": PIN}).status_code == 423, "also the right one"
    assert as_sari.post("/buka-kunci", {"kunci-sandi": PASSWORD}).status_code == 303
    assert confirm(office_db, as_sari.actor, PIN, OWN) == ""
    as_sari.post("/kunci")
    assert as_sari.post("/buka-kunci", {"kunci-pin": PIN}).status_code == 303


def test_five_wrong_pins_at_an_open_screen_lock_it(as_sari: Browser, office_db: SqliteDatabase) -> None:
    with as_sari.client.session_transaction() as kept:
        key = sessions.session_key(kept["sid"])
    told = [confirm(office_db, as_sari.actor, "000111", key) for _ in range(6)]
    assert told == ["wrong_pin"] * 4 + ["pin_needs_password"] * 2
    locked = as_sari.get("/saya")
    assert locked.status_code == 423
    assert "kunci-pin" not in locked.text, "only the password opens it"
    assert as_sari.post("/buka-kunci", {"kunci-pin": PIN}).status_code == 423
    assert as_sari.post("/buka-kunci", {"kunci-sandi": PASSWORD}).status_code == 303
    assert confirm(office_db, as_sari.actor, PIN, key) == ""


def test_a_stranger_with_the_password_has_twenty_tries_and_blocks_no_own_browser(journal: Journal) -> None:
    db, sari = journal.db, actor_of(journal.db, "sari", START.date())
    assert isinstance(db, SqliteDatabase)
    sign_in_at(db, OWN)
    assert confirm(db, sari, PIN, OWN) == ""
    tried = 0
    for n in range(12):
        browser = f"{n:064d}"
        sign_in_at(db, browser)
        tried += sum(confirm(db, sari, "000111", browser) == "wrong_pin" for _ in range(4))
    assert tried == places.PIN_MISSES - 1, "the twentieth closes it"
    assert confirm(db, sari, PIN, NEW_BROWSER) == "pin_locked"
    assert confirm(db, sari, PIN, OWN) == "", "where the PIN was right before"
    assert confirm(db, sari, PIN, NEW_BROWSER) == "pin_locked", "which gives no stranger new tries"
    assert credentials.has_pin(db, sari.person_id)
    credentials.set_pin(journal, sari, password=PASSWORD, pin="735104", now=START, cost=CHEAP)
    assert credentials.match_pin(db, sari, "735104", now=START, browser=NEW_BROWSER) == START + credentials.PIN_WAITS


def test_a_browser_that_knows_the_pin_has_twenty_misses_of_its_own(journal: Journal) -> None:
    db, sari = journal.db, actor_of(journal.db, "sari", START.date())
    assert isinstance(db, SqliteDatabase)
    sign_in_at(db, OWN)
    assert confirm(db, sari, PIN, OWN) == ""
    told: list[str] = []
    for _ in range(14):
        sign_in_at(db, OWN)
        told += [confirm(db, sari, "000111", OWN) for _ in range(5)]
    assert (told.count("wrong_pin"), told.count("pin_needs_password"), told[-1]) == (32, 6, "pin_locked")
    assert not credentials.has_pin(db, sari.person_id)


def test_sessions_and_sign_ins_of_before_are_places(office_db: SqliteDatabase, clock: Clock) -> None:
    """What an update does with an office at work, told by the rows that it leaves."""
    token = sessions.open_session(office_db, person_id=4, now=clock(), address=DESK)
    found = sessions.find_session(office_db, token, now=clock() + timedelta(minutes=1), idle=600)
    assert found is not None
    assert found.browser == found.key == sessions.session_key(token)
