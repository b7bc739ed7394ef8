"""Secrets: what is asked before one is changed, from when one is refused, what counts as a miss, when sessions end."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.platform.people import access_log, changes, credentials, hashing, service, sessions
from app.platform.people.changes import AddPerson
from app.platform.people.hashing import Cost, hash_secret, secret_matches
from app.platform.people.queries import actor_named
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests import REAL_COST
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Clock, actor_of, agree

NEW = "jahe hangat manis"


def who(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, START.date())


def code(command: Any, *args: Any, **told: Any) -> str:
    """The code and the fields of a refusal."""
    with pytest.raises(Problem) as caught:
        command(*args, **told)
    return " ".join([caught.value.code, *sorted(caught.value.fields)])


def credential(db: SqliteDatabase, username: str, columns: str) -> tuple[Any, ...] | None:
    return db.one(
        f"SELECT {columns} FROM credential WHERE person_id = (SELECT id FROM person WHERE username = ?)", (username,)
    )


def actions(journal: Journal, username: str) -> list[str]:
    """What the access log says of somebody, newest first."""
    return [line.action for _, line in access_log.access_lines(journal.db, person_id=who(journal, username).person_id)]


# -- hashing -----------------------------------------------------------------------------------------------------


def test_a_stolen_hash_costs_its_thief_as_much_as_was_promised() -> None:
    """OWASP's table for scrypt with N = 2**14."""
    assert Cost(14, 8, 5) == REAL_COST


def test_a_hash_carries_salt_and_cost_and_matches_its_secret_alone() -> None:
    one, two = hash_secret("rahasia", CHEAP), hash_secret("rahasia", CHEAP)
    assert one != two
    assert one.startswith("scrypt$4$8$1$")
    assert [len(part) for part in one.split("$")[4:]] == [32, 64]
    assert secret_matches("rahasia", one)
    assert not secret_matches("Rahasia", one)
    assert secret_matches("rahasia", hash_secret("rahasia", Cost(5, 4, 2)))


def test_nobody_s_password_takes_as_long_as_anybody_s(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Cost] = []
    real = hashing._scrypt_digest

    def digest(secret: str, salt: bytes, cost: Cost) -> bytes:
        asked.append(cost)
        return real(secret, salt, cost)

    monkeypatch.setattr(hashing, "_scrypt_digest", digest)
    assert not secret_matches("rahasia", None)
    assert asked == [hashing.OFFICE_PC]


# -- one's own password and PIN -----------------------------------------------------------------------------------


def test_one_s_own_password_is_changed_with_the_old_one(journal: Journal) -> None:
    sari, db = who(journal, "sari"), journal.db
    wrong = [
        ("salah sekali", NEW, "invalid old"),
        *((PASSWORD, new, "invalid new") for new in ("pendek", PASSWORD, "sari " + NEW)),
    ]
    before = credential(db, "sari", "password")
    for old, new, refusal in wrong:
        assert code(credentials.set_password, journal, sari, old=old, new=new, now=START) == refusal
    assert credential(db, "sari", "password") == before
    credentials.set_password(journal, sari, old=PASSWORD, new=NEW, now=START, cost=CHEAP)
    assert credentials.verify_password(db, "sari", NEW, now=START)
    assert not credentials.verify_password(db, "sari", PASSWORD, now=START)
    assert actions(journal, "sari")[0] == "password.changed"


def test_a_pin_is_changed_with_the_password(journal: Journal) -> None:
    sari, db = who(journal, "sari"), journal.db
    refusal = code(credentials.set_pin, journal, sari, password="salah sekali", pin="735104", now=START)
    assert refusal == "invalid password"
    credentials.confirm_pin(db, sari, PIN, now=START)
    credentials.set_pin(journal, sari, password=PASSWORD, pin="735104", old_pin=PIN, now=START, cost=CHEAP)
    assert code(credentials.confirm_pin, db, sari, PIN, now=START) == "wrong_pin"
    credentials.confirm_pin(db, sari, " 735104 ", now=START)
    assert credential(db, "sari", "pin_misses") == (0,)
    assert actions(journal, "sari")[:2] == ["pin.refused", "pin.changed"]


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("gkwzpdhxm", False),
        ("gkwzpdhxmt", True),
        ("gkwz" + "pdhxmtqj" * 15 + "kuda", True),
        ("gkwz" + "pdhxmtqj" * 15 + "kudas", False),
        ("kuda \N{HORSE} — hujan ça \N{SNOWMAN}", True),
        ("abcdefghij", False),
        ("aaaabbbbcccd", False),
        ("xSARIxgkwzpd", False),
    ],
)
def test_which_passwords_are_good_enough(password: str, good: bool) -> None:
    if good:
        credentials.check_password(password, "sari")
    else:
        assert code(credentials.check_password, password, "sari") == "invalid password"


def test_a_password_longer_than_one_may_be_today_still_opens_whole(office_db: SqliteDatabase, journal: Journal) -> None:
    """Until 2026 it could have 200 letters, and nothing of it is cut off."""
    kept = "padi sawah hujan " * 11 + "akhir"
    person_id = who(journal, "sari").person_id
    credentials.put_password(office_db, person_id, hash_secret(kept, CHEAP), must_change=False, now=START)
    assert credentials.LONGEST < len(kept) <= credentials.LONGEST_BEFORE
    assert credentials.verify_password(office_db, "sari", kept, now=START)
    assert not credentials.verify_password(office_db, "sari", kept[:-1] + "x", now=START)
    assert not credentials.verify_password(office_db, "sari", kept[: credentials.LONGEST], now=START)


@pytest.mark.parametrize("pin", ["274916", "482913", "135797"])
def test_a_pin_in_no_row_is_good_enough(pin: str) -> None:
    credentials.check_pin(pin)


@pytest.mark.parametrize("pin", ["111222", "012345", "987654", "000000", "112233", "246802", "27 391"])
def test_a_pin_that_is_guessed_is_refused(pin: str) -> None:
    assert code(credentials.check_pin, pin) == "invalid pin"


def test_a_pin_is_blocked_by_the_twentieth_miss(journal: Journal) -> None:
    sari, db = who(journal, "sari"), journal.db
    for left in range(19, 0, -1):
        with pytest.raises(Problem, match=str(left)):
            credentials.confirm_pin(db, sari, "000111", now=START)
        assert credentials.has_pin(db, sari.person_id)
    assert code(credentials.confirm_pin, db, sari, "000111", now=START) == "pin_locked"
    assert not credentials.has_pin(db, sari.person_id)
    stranger = Actor(99, "Orang", "orang", frozenset())
    assert code(credentials.confirm_pin, db, stranger, PIN, now=START) == "pin_missing"
    assert not credentials.has_pin(db, 99)


# -- tries --------------------------------------------------------------------------------------------------------


def miss(db: SqliteDatabase, clock: Clock, name: str = "sari", address: str = "a") -> None:
    assert not credentials.verify_password(db, name, "salah", now=clock(), address=address)


def closed(db: SqliteDatabase, clock: Clock, name: str = "sari", address: str = "a") -> bool:
    try:
        credentials.verify_password(db, name, "salah", now=clock(), address=address)
    except Problem as problem:
        assert problem.code == "too_many_tries"  # noqa: PT017
        return True
    return False


def test_a_name_is_open_again_ten_minutes_after_the_first_of_five_misses(
    office_db: SqliteDatabase, clock: Clock
) -> None:
    for _ in range(5):
        miss(office_db, clock, " Sari")
        clock.forward(minutes=1)
    with pytest.raises(Problem, match="5 menit"):
        credentials.verify_password(office_db, "sari", PASSWORD, now=clock(), address="a")
    clock.forward(minutes=4, seconds=59)
    with pytest.raises(Problem, match="1 menit"):
        credentials.verify_password(office_db, "sari", PASSWORD, now=clock(), address="a")
    clock.forward(seconds=1)
    assert credentials.verify_password(office_db, "sari", PASSWORD, now=clock(), address="a")


def test_an_address_has_thirty_misses_over_all_names(office_db: SqliteDatabase, clock: Clock) -> None:
    for n in range(29):
        miss(office_db, clock, f"orang{n}")
    assert not closed(office_db, clock, "orang29")
    assert closed(office_db, clock, "orang30")
    assert not closed(office_db, clock, "orang30", "b")


def test_a_success_sweeps_tries_of_yesterday(office_db: SqliteDatabase, clock: Clock) -> None:
    miss(office_db, clock)
    clock.forward(days=1)
    credentials.verify_password(office_db, "sari", PASSWORD, now=clock())
    assert office_db.one("SELECT count(*), sum(ok) FROM sign_in_attempt") == (2, 1)
    clock.forward(seconds=1)
    credentials.verify_password(office_db, "sari", PASSWORD, now=clock())
    assert office_db.one("SELECT count(*), sum(ok) FROM sign_in_attempt") == (2, 2)


def test_a_secret_is_never_tried_inside_a_transaction(office_db: SqliteDatabase) -> None:
    with office_db.writing(), pytest.raises(RuntimeError):
        credentials.verify_password(office_db, "sari", PASSWORD, now=START)


def test_a_disabled_person_s_password_opens_nothing(journal: Journal) -> None:
    agree(journal, changes.Disable(who(journal, "sari").person_id, "Pindah"), now=START)
    assert not credentials.verify_password(journal.db, "sari", PASSWORD, now=START)


# -- given by an administrator --------------------------------------------------------------------------------------


def test_a_given_password_is_changed_at_once_clears_the_pin_and_ends_sessions(journal: Journal) -> None:
    db, sari = journal.db, who(journal, "sari")
    token = sessions.open_session(db, person_id=sari.person_id, now=START)
    other = sessions.open_session(db, person_id=who(journal, "oki").person_id, now=START)
    given = changes.GivePassword(sari.person_id)
    assert code(agree, journal, given, password="sari sekali ya", now=START) == "invalid password"
    agree(journal, given, password=NEW, now=START)
    assert credential(db, "sari", "must_change, pin, pin_misses") == (1, None, 0)
    assert sessions.find_session(db, token, now=START, idle=600) is None
    assert sessions.find_session(db, other, now=START, idle=600) is not None
    assert actions(journal, "ratna")[0] == "authority.proposed"
    assert actions(journal, "budi")[0] == "authority.confirmed"
    credentials.set_password(journal, sari, old=NEW, new=PASSWORD, now=START, cost=CHEAP)
    assert credential(db, "sari", "must_change") == (0,)


def test_a_new_person_changes_the_first_password(journal: Journal) -> None:
    told: dict[str, Any] = {
        "password": NEW,
        "now": START,
        "cost": CHEAP,
    }
    service.add_person(journal, SYSTEM, AddPerson(" Tono ", "Tono", ("counter",), "19780514 200312 2 001"), **told)
    assert credential(journal.db, "tono", "must_change") == (1,)
    assert journal.db.one("SELECT nip FROM person WHERE username = 'tono'") == ("197805142003122001",)
    again = AddPerson("TONO", "Tono", ("counter",))
    assert code(service.add_person, journal, SYSTEM, again, **told) == "invalid username"
    for name, good in (("ab", False), ("abc", True), ("a" * 40, True), ("a" * 41, False), ("1ab", False)):
        person = AddPerson(name, "Tono", ("counter",))
        if good:
            service.add_person(journal, SYSTEM, person, **told)
        else:
            assert code(service.add_person, journal, SYSTEM, person, **told) == "invalid username"


def test_a_lone_administrator_changes_the_password_that_the_console_gave(journal: Journal) -> None:
    token = sessions.open_session(journal.db, person_id=who(journal, "ratna").person_id, now=START)
    assert code(service.reset_administrator, journal, "ratna", "pendek", START) == "invalid password"
    service.reset_administrator(journal, "ratna", NEW, START, cost=CHEAP)
    assert credential(journal.db, "ratna", "must_change") == (1,)
    assert sessions.find_session(journal.db, token, now=START, idle=600) is None
    assert actions(journal, "ratna")[0] == "admin.reset"


def test_who_is_let_out_and_in_again_needs_a_reason(journal: Journal) -> None:
    sari = who(journal, "sari").person_id
    for change in (changes.Disable, changes.Enable):
        assert code(agree, journal, change(sari, " "), now=START) == "invalid reason"
        assert code(agree, journal, change(999, "x"), now=START) == "not_found"
    assert code(agree, journal, changes.Disable(sari, "x" * 301), now=START) == "invalid reason"
    agree(journal, changes.Disable(sari, " " + "x" * 300), now=START)
    assert journal.about(f"person/{sari}")[-2].body.reason == "x" * 300
    assert actor_named(journal.db, "sari", START.date()) is None
    agree(journal, changes.Enable(sari, "Kembali"), now=START)
    assert who(journal, "sari").roles == {"counter"}


def test_a_village_goes_with_the_role_of_its_clerk(journal: Journal) -> None:
    sari = who(journal, "sari").person_id
    wrong = [
        (("village",), None, "area"),
        (("counter",), "3508992010", "area"),
        (("counter", "raja"), None, "roles"),
    ]
    for roles, area, field in wrong:
        assert code(agree, journal, changes.SetRoles(sari, roles, area), now=START) == f"invalid {field}"
    agree(journal, changes.SetRoles(sari, ("village",), "3508992010"), now=START)
    assert who(journal, "sari").area == "3508992010"
    agree(journal, changes.SetRoles(sari, ("counter",)), now=START)
    assert who(journal, "sari").area is None


# -- sessions -----------------------------------------------------------------------------------------------------


def state(db: SqliteDatabase, token: str, clock: Clock) -> tuple[bool, bool]:
    """(locked, the PIN opens it) of a session that locks after 600 seconds."""
    found = sessions.find_session(db, token, now=clock(), idle=600)
    assert found is not None
    return found.locked, sessions.does_pin_open(db, found, now=clock())


def test_a_session_locks_after_the_idle_time_and_ages_after_a_working_day(journal: Journal, clock: Clock) -> None:
    db = journal.db
    token = sessions.open_session(db, person_id=who(journal, "sari").person_id, now=clock())
    clock.forward(seconds=600)
    assert state(db, token, clock) == (False, True)
    clock.forward(seconds=1)
    assert state(db, token, clock) == (True, True)
    clock.forward(hours=14, seconds=-601)
    assert state(db, token, clock) == (True, True)
    clock.forward(seconds=1)
    assert state(db, token, clock) == (True, False)
    clock.at = START - timedelta(minutes=5)
    assert state(db, token, clock) == (False, True)
    clock.forward(seconds=-1)
    assert state(db, token, clock) == (True, True)


def test_work_is_noted_once_a_minute(journal: Journal, clock: Clock) -> None:
    db = journal.db
    token = sessions.open_session(db, person_id=who(journal, "sari").person_id, now=clock())
    seen = []
    for seconds in (59, 1, 30, -90):
        clock.forward(seconds=seconds)
        found = sessions.find_session(db, token, now=clock(), idle=600)
        assert found is not None
        if found.note_due:
            sessions.note_look(db, found, now=clock())
        seen.append(db.one("SELECT seen_at FROM sign_in_session"))
    assert [row[0][11:19] for row in seen if row] == ["02:42:00", "02:43:00", "02:43:00", "02:42:00"]


def test_unlocking_takes_the_pin_or_the_password_of_the_same_person(journal: Journal, clock: Clock) -> None:
    db = journal.db
    token = sessions.open_session(db, person_id=who(journal, "sari").person_id, now=clock())

    def known() -> sessions.Session:
        found = sessions.find_session(db, token, now=clock(), idle=600)
        assert found is not None
        return found

    sessions.lock_session(db, known(), now=clock())
    assert known().locked
    for told in ({"password": "", "pin": ""}, {"password": "salah", "pin": ""}):
        assert code(sessions.unlock_session, db, known(), now=clock(), **told) == "wrong_password"
    assert code(sessions.unlock_session, db, known(), password=PASSWORD, pin="000111", now=clock()) == "wrong_pin"
    sessions.unlock_session(db, known(), password="", pin=PIN, now=clock())
    assert not known().locked
    assert actions(journal, "sari")[0] == "unlock"
    clock.forward(hours=15)
    assert code(sessions.unlock_session, db, known(), password="", pin=PIN, now=clock()) == "wrong_password"
    sessions.unlock_session(db, known(), password=PASSWORD, pin="", now=clock())
    assert (known().locked, known().started_at) == (False, clock())
    sessions.sign_out(db, known(), now=clock())
    assert sessions.find_session(db, token, now=clock(), idle=600) is None
    away, wrong, opened = "lock", "unlock.refused", "unlock"
    assert actions(journal, "sari")[::-1][1:] == [away, wrong, wrong, "pin.refused", opened, wrong, opened, "sign_out"]


def test_a_session_of_a_month_ago_is_swept(journal: Journal, clock: Clock) -> None:
    sari = who(journal, "sari").person_id
    sessions.open_session(journal.db, person_id=sari, now=clock())
    for days, left in ((30, 2), (1, 2)):
        clock.forward(days=days)
        sessions.open_session(journal.db, person_id=sari, now=clock())
        assert journal.db.one("SELECT count(*) FROM sign_in_session") == (left,)


def test_the_other_sessions_of_one_person_end(journal: Journal) -> None:
    db, sari = journal.db, who(journal, "sari").person_id
    tokens = [sessions.open_session(db, person_id=sari, now=START) for _ in range(3)]
    oki = sessions.open_session(db, person_id=who(journal, "oki").person_id, now=START)
    sessions.end_other_sessions(db, known_key=sessions.session_key(tokens[1]), person_id=sari)
    left = [token for token in (*tokens, oki) if sessions.find_session(db, token, now=START, idle=600)]
    assert left == [tokens[1], oki]
    assert {len(token) for token in tokens} == {43}


# -- acting officials -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("post", {"post": "counter"}),
        ("kind", {"kind": "pj"}),
        ("decree", {"decree": " "}),
        ("from_on", {"from_on": None}),
        ("until_on", {"until_on": date(2026, 3, 11)}),
        ("person_id", {"person_id": 999}),
        ("instead_of", {"instead_of": 999}),
    ],
)
def test_a_decree_is_entered_whole(journal: Journal, field: str, told: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "post": "camat",
        "kind": "plt",
        "person_id": who(journal, "ida").person_id,
        "decree": "1",
        "from_on": START.date(),
        "until_on": START.date(),
    }
    assert code(agree, journal, changes.Appoint(**good | told), now=START) == f"invalid {field}"
    acting = agree(journal, changes.Appoint(**good), now=START)
    end = changes.ending_of(journal.db, acting, date(2026, 3, 11))
    assert code(agree, journal, end, now=START) == "invalid until_on"
    assert code(changes.ending_of, journal.db, 99, START.date()) == "not_found"
    agree(journal, changes.ending_of(journal.db, acting, START.date()), now=START)


def test_who_has_left_acts_for_nobody(journal: Journal) -> None:
    ida = who(journal, "ida").person_id
    agree(journal, changes.Disable(ida, "Pindah"), now=START)
    decree = changes.Appoint(ida, "camat", "plt", "1", START.date(), None)
    assert code(agree, journal, decree, now=START) == "invalid person_id"


@pytest.mark.parametrize(
    ("pin", "good"),
    [
        ("310126", False),  # 31 January: ddmmyy
        ("913131", True),  # no month 31, no day 91
        ("940131", False),  # yymmdd
        ("121930", False),  # mmyyyy from 1930
        ("121929", True),
        ("122039", False),  # and up to 2039
        ("122047", True),
        ("193012", False),  # yyyymm
        ("203912", False),
        ("204713", True),
        ("331275", True),  # no day 33, no day 75
        ("491327", True),  # no month 13
    ],
)
def test_a_pin_is_no_day_and_no_month_with_its_year(pin: str, good: bool) -> None:
    assert credentials.is_date(pin) is not good


def test_every_action_of_the_log_belongs_to_a_group_of_its_page() -> None:
    assert {group for group, _ in access_log.ACTIONS.values()} == set(access_log.ACTION_GROUPS)
    listed = [action for group in access_log.ACTION_GROUPS for action in access_log.actions_in(group)]
    assert sorted(listed) == sorted(access_log.ACTIONS), "each once: a filter of the page leaves none out"
    assert all(words[:1].isupper() for _, words in access_log.ACTIONS.values())
    assert access_log.action_words("unknown.action") == "unknown.action"
