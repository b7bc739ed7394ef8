"""The second step: codes of an authenticator app (RFC 6238), spare codes, remembered browsers, and who gets past it."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.core.problems import Problem
from app.platform.people import authenticator, changes, second_step, service, sessions
from app.platform.people.access_log import access_lines
from app.platform.people.authenticator import MOST_DRIFT, WINDOW, drifting_steps
from app.platform.people.one_time_codes import code_of, spoken_key, step_at
from app.platform.people.places import CODE_TRIES_A_DAY, STRANGE_TRIES, TRIES_PER_NAME
from app.platform.web.guard import OPEN
from sync.backup import LEFT_OUT
from sync.evidence import begin_after_restore
from sync.journal import Journal
from tests.platform.people import CHEAP, PASSWORD, PIN, SECRET_KEY, Browser, Clock, actor_of, agree, enter, keep_pin
from tests.platform.people.phone import Phone
from tests.platform.web.walking import addresses

SECOND, OWN = "/masuk/kode/", "/saya/kode-ponsel/"
HOME = "/saya"


@pytest.fixture
def phone(web: Flask, journal: Journal, clock: Clock) -> Phone:
    """Ratna's, installed; the next step has begun."""
    made = Phone(journal, clock)
    clock.forward(seconds=30)
    return made


def with_password(web: Flask, username: str = "ratna", address: str = "127.0.0.1") -> Browser:
    """A browser in which somebody has typed the password, and nothing else."""
    browser = Browser(web)
    data = {"username": username, "password": PASSWORD}
    answer = browser.post("/masuk", data, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 303
    return browser


# -- a code opens once ---------------------------------------------------------------------------------------------


def test_a_code_opens_once_and_none_before_it_opens_any_more(phone: Phone) -> None:
    code, before = phone.code(), phone.code(-1)
    assert phone.tries(f" {code[:3]} {code[3:]} ") == ""
    assert phone.tries(code) == "code_used"
    assert phone.tries(before) == "code_used"
    row = phone.journal.db.one("SELECT action FROM access_log ORDER BY id DESC LIMIT 1")
    assert row == ("code.replayed",)
    phone.clock.forward(seconds=30)
    assert phone.tries(phone.code()) == ""


def test_the_first_code_of_the_installation_opens_nothing_more(web: Flask, journal: Journal, clock: Clock) -> None:
    fresh = Phone(journal, clock)
    assert fresh.tries(fresh.code()) == "code_used"


@pytest.mark.parametrize("late", [-300, -90, 0, 90, 300])
def test_a_clock_that_is_minutes_off_is_learnt_at_the_installation(
    web: Flask, journal: Journal, clock: Clock, late: int
) -> None:
    off = Phone(journal, clock, late=late)
    clock.forward(seconds=30)
    assert off.tries(off.code()) == ""
    assert journal.db.one("SELECT drift FROM authenticator") == (-late // 30,)


@pytest.mark.parametrize("late", [-300, 300])
def test_a_clock_that_jumps_is_proved_by_the_next_code(phone: Phone, late: int) -> None:
    assert phone.tries(phone.code(WINDOW + 1)) == "clock_differs"
    phone.late = late
    phone.clock.forward(minutes=15)
    assert phone.tries(phone.code()) == "clock_differs"
    assert phone.tries(phone.code()) == "clock_differs"  # the same code proves nothing
    phone.clock.forward(seconds=30)
    assert phone.tries(phone.code()) == ""
    phone.clock.forward(minutes=5)
    assert phone.tries(phone.code()) == ""


def test_a_clock_may_be_off_as_far_before_as_behind() -> None:
    assert {step - 1000 for step in drifting_steps(1000)} == set(range(-MOST_DRIFT, MOST_DRIFT + 1))


@pytest.mark.parametrize(("ahead", "told"), [(WINDOW, ""), (-1, "code_used"), (MOST_DRIFT + 1, "wrong_code")])
def test_only_codes_of_the_window_count(phone: Phone, ahead: int, told: str) -> None:
    assert phone.tries(phone.code(ahead)) == told


def test_the_code_of_somebody_else_opens_nothing(phone: Phone, journal: Journal, clock: Clock) -> None:
    other = Phone(journal, clock, "camat")
    clock.forward(seconds=30)
    assert phone.tries(other.code()) == "wrong_code"
    assert phone.tries(other.spare[0]) == "wrong_code"
    assert other.tries(other.code()) == ""


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "１２３４５６", "abcdef", "9-AAAAA-AAAAA", "²-AAAAA-AAAAA", "x" * 900]
)
def test_what_is_no_code_is_a_miss(phone: Phone, typed: str) -> None:
    assert phone.tries(typed) == "wrong_code"


# -- guessing ------------------------------------------------------------------------------------------------------


def test_guessing_is_braked_and_locks_nobody_else_out(phone: Phone, journal: Journal, clock: Clock) -> None:
    other = Phone(journal, clock, "camat")
    clock.forward(seconds=30)
    wrong = [phone.tries("000000", address="10.0.0.66") for _ in range(TRIES_PER_NAME + 1)]
    assert wrong == ["wrong_code"] * TRIES_PER_NAME + ["too_many_tries"]
    assert phone.tries(phone.code(), address="10.0.0.66") == "too_many_tries"
    assert other.tries(other.code(), address="10.0.0.66") == ""
    assert phone.tries(phone.code()) == ""  # from her own address she comes in


def test_all_strange_guesses_together_are_bounded_by_hour_and_day(phone: Phone, clock: Clock) -> None:
    def guesses(hour: int) -> list[str]:
        return [phone.tries("000000", address=f"10.{hour}.0.{n}") for n in range(STRANGE_TRIES + 3)]

    assert guesses(1).count("wrong_code") == STRANGE_TRIES
    clock.forward(minutes=61)
    assert guesses(2).count("wrong_code") == CODE_TRIES_A_DAY - STRANGE_TRIES
    clock.forward(minutes=61)
    assert guesses(3).count("wrong_code") == 0
    assert phone.tries(phone.code(), place="a browser that passed") == ""


def test_a_backup_holds_no_remembered_browser_and_no_offer() -> None:
    assert {"trusted_browser", "authenticator_offer", "sign_in_session"} <= set(LEFT_OUT)


def test_the_pages_say_that_old_spare_codes_open_by_twos(
    web: Flask, phone: Phone, tmp_path: Path, clock: Clock
) -> None:
    told = "dua sekaligus"
    assert "satu kode cadangan" in with_password(web).get(SECOND).text
    assert told not in enter_wholly(web, phone, remember=False).get(OWN).text
    begin_after_restore(phone.journal, tmp_path / "keys", clock())
    half = with_password(web)
    assert "Ketik dua kode cadangan" in half.get(SECOND).text
    assert half.post(SECOND, {"app_code": f"{phone.spare[0]} {phone.spare[1]}"}).status_code == 303
    assert told in half.get(OWN).text


# -- half signed in ------------------------------------------------------------------------------------------------


def test_nothing_opens_before_the_second_step(journal: Journal, clock: Clock, tmp_path: Path, phone: Phone) -> None:
    """Every address of the office, by GET and by POST, with the password alone."""
    whole = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    half, opened, tried = with_password(whole), [], 0
    for method in ("GET", "POST"):
        for address in addresses(whole, method, 1):
            endpoint = whole.url_map.bind("localhost").match(address, method)[0]
            view = whole.view_functions[endpoint]
            if endpoint.startswith("second_step.") or getattr(view, "loket_needs", "") == OPEN:
                continue
            answer = half.get(address) if method == "GET" else half.post(address)
            tried += 1
            if (answer.status_code, answer.headers.get("Location", "").partition("?")[0]) != (303, SECOND):
                opened.append((method, address, answer.status_code))
    assert opened == []
    assert tried > 500
    part = half.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, f"{SECOND}?lanjut=/")


def test_what_is_public_knows_no_half_session(web: Flask, phone: Phone) -> None:
    half = with_password(web)
    assert half.get("/masuk").headers["Location"] == HOME
    assert half.post("/keluar").status_code == 303
    assert half.get(SECOND).headers["Location"].startswith("/masuk?")


def test_the_code_opens_the_session_under_another_token(web: Flask, phone: Phone, clock: Clock) -> None:
    half = with_password(web)
    thief = Browser(web)
    with half.client.session_transaction() as kept:
        before = kept["sid"]
    with thief.client.session_transaction() as stolen:
        stolen["sid"] = before
    assert half.post(SECOND, {"app_code": "000000"}).status_code == 422
    code = phone.code()
    answer = half.post(SECOND, {"app_code": code, "lanjut": "/saya"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/saya")
    with half.client.session_transaction() as kept:
        assert kept["sid"] != before
    assert half.get("/saya").status_code == 200
    assert thief.get("/saya").headers["Location"].startswith("/masuk?")
    assert with_password(web).post(SECOND, {"app_code": code}).status_code == 422


def test_sign_in_leads_nowhere_else(web: Flask, phone: Phone) -> None:
    half = with_password(web)
    answer = half.post(SECOND, {"app_code": phone.code(), "lanjut": "https://contoh.example/"})
    assert answer.headers["Location"] == HOME


# -- remembered browsers -------------------------------------------------------------------------------------------


def enter_wholly(web: Flask, phone: Phone, remember: bool) -> Browser:
    browser = with_password(web)
    data = {"app_code": phone.code()} | ({"remember": "y"} if remember else {})
    assert browser.post(SECOND, data).status_code == 303
    return browser


def sign_in_again(browser: Browser, username: str = "ratna") -> str:
    """Where the password leads in a browser that was used before."""
    browser.post("/keluar")
    return browser.post("/masuk", {"username": username, "password": PASSWORD}).headers["Location"]


def test_a_remembered_browser_is_not_asked_for_ninety_days(web: Flask, phone: Phone, clock: Clock) -> None:
    browser = enter_wholly(web, phone, remember=True)
    assert sign_in_again(browser) == HOME
    clock.forward(days=89, hours=23)
    assert sign_in_again(browser) == HOME
    clock.forward(hours=2)
    assert sign_in_again(browser) == SECOND
    clock.forward(seconds=30)
    assert sign_in_again(enter_wholly(web, phone, remember=False)) == SECOND


def test_a_stolen_cookie_opens_nothing_for_others_and_is_ended_by_its_owner(
    web: Flask, phone: Phone, journal: Journal, clock: Clock
) -> None:
    owner, thief, camat = enter_wholly(web, phone, remember=True), Browser(web), Phone(journal, clock, "camat")
    [shown] = [one for one in owner.client._cookies.values() if one.key.endswith(f"_{phone.actor.person_id}")]
    for name in (shown.key, f"{shown.key.rpartition('_')[0]}_{camat.actor.person_id}"):
        thief.client.set_cookie(name, shown.value)
    assert thief.get("/saya").headers["Location"].startswith("/masuk?")
    assert sign_in_again(thief, "camat") == SECOND
    page = owner.get("/saya/sesi/").text
    [mark] = re.findall(r'name="peramban" value="([0-9a-f]{16})"', page)
    assert with_password(web, "sari").post("/saya/sesi/lupakan", {"peramban": mark}).status_code == 404
    assert owner.post("/saya/sesi/lupakan", {"peramban": mark}).status_code == 303
    assert sign_in_again(owner) == SECOND


def test_a_new_password_forgets_the_browsers(web: Flask, phone: Phone) -> None:
    owner, new = enter_wholly(web, phone, remember=True), "tujuh pisau berkarat"
    assert owner.post("/saya/sandi", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert phone.journal.db.one("SELECT count(*) FROM trusted_browser") == (0,)


# -- installing, by the pages ------------------------------------------------------------------------------------------


def test_somebody_installs_the_app_and_is_shown_the_spare_codes_once(
    web: Flask, journal: Journal, clock: Clock
) -> None:
    desk, elsewhere = Browser(web, "ratna"), Browser(web, "ratna")
    assert desk.post(OWN + "mulai", {"password": "bukan ini kata"}).status_code == 422
    assert "Mulai lagi" in desk.post(OWN + "pastikan", {"app_code": "123456"}).text
    assert desk.post(OWN + "mulai", {"password": PASSWORD}).status_code == 303
    page = desk.get(OWN).text
    assert "<svg" in page
    person = actor_of(journal.db, "ratna", clock().date()).person_id
    key = authenticator.offered_key(journal.db, person, clock())
    assert key is not None
    assert spoken_key(key) in page
    assert desk.post(OWN + "pastikan", {"app_code": "000000"}).status_code == 422
    assert elsewhere.get("/saya").status_code == 200  # nothing counts before the first code
    made = desk.post(OWN + "pastikan", {"app_code": code_of(key, step_at(clock()))})
    codes = re.findall(r"<code>([1-8]-[0-9A-Z]{5}-[0-9A-Z]{5})</code>", made.text)
    assert len(codes) == 8
    assert not any(code in desk.get(OWN).text for code in codes)
    assert spoken_key(key) not in desk.get(OWN).text
    assert elsewhere.get("/saya").headers["Location"].startswith("/masuk?")
    changed = journal.db.one("SELECT act, proposed_by FROM authority_change ORDER BY id DESC LIMIT 1")
    assert changed == ("authenticator", "ratna")


def test_an_open_screen_changes_no_app_without_password_and_code(web: Flask, phone: Phone) -> None:
    owner = enter_wholly(web, phone, remember=False)
    phone.clock.forward(seconds=30)
    for way in ("mulai", "cadangan", "lepas"):
        for data in ({"password": PASSWORD}, {"password": "bukan ini kata", "app_code": phone.code()}):
            assert owner.post(OWN + way, data).status_code == 422, (way, data)
    assert authenticator.is_installed(phone.journal.db, phone.actor.person_id)
    assert owner.post(OWN + "lepas", {"password": PASSWORD, "app_code": phone.code()}).status_code == 303
    assert not authenticator.is_installed(phone.journal.db, phone.actor.person_id)
    [(_, line)] = access_lines(phone.journal.db, actions=["code.taken_off"])
    assert line.person_id == phone.actor.person_id
    assert sign_in_again(owner) == HOME


def test_an_offer_that_was_left_lying_ends(web: Flask, journal: Journal, clock: Clock) -> None:
    actor = actor_of(journal.db, "ratna", clock().date())
    authenticator.offer_app(journal.db, actor, clock())
    clock.forward(minutes=31)
    assert authenticator.offered_key(journal.db, actor.person_id, clock()) is None


# -- demanded by the office --------------------------------------------------------------------------------------------


def test_the_office_demands_it_and_whoever_lacks_it_installs_it_first(web: Flask, phone: Phone) -> None:
    owner, camat, clerk = enter_wholly(web, phone, remember=False), Browser(web, "camat"), Browser(web, "sari")
    asked = {"roles": ["camat", "admin"], "pin": PIN}
    assert owner.post("/pengaturan/petugas/kode-ponsel", asked | {"roles": ["counter"]}).status_code == 422
    assert owner.post("/pengaturan/petugas/kode-ponsel", asked).status_code == 303
    assert camat.get("/pengaturan/persetujuan/").headers["Location"] == OWN
    assert camat.get(OWN).status_code == 200
    assert clerk.get("/saya").status_code == 200
    phone.clock.forward(seconds=30)
    told = owner.post(OWN + "lepas", {"password": PASSWORD, "app_code": phone.code()})
    assert "mewajibkannya" in told.text
    assert phone.journal.db.one("SELECT kind FROM journal ORDER BY id DESC LIMIT 1") == ("authenticator.demanded",)


def test_whoever_has_no_app_is_offered_only_to_end_the_demand(web: Flask, phone: Phone) -> None:
    owner, where = enter_wholly(web, phone, remember=False), "/pengaturan/petugas/"
    assert 'name="roles"' in owner.get(where).text
    enter(phone.journal, {"dwi": {"name": "Dwi Karang", "roles": ["admin"]}})
    other = Browser(web, "dwi")
    page = other.get(where).text
    assert ('name="roles"' in page, "Cabut kewajiban" in page) == (False, False)
    assert "Pasang dulu kode ponsel Anda sendiri" in page
    assert owner.post(where + "kode-ponsel", {"roles": ["camat"], "pin": PIN}).status_code == 303
    assert "Wajib sekarang: Camat." in other.get(where).text
    assert other.post(where + "kode-ponsel", {"pin": PIN}).status_code == 303
    assert sessions.demanded_roles(phone.journal.db) == set()


def test_nobody_demands_what_he_has_not_got_himself(web: Flask) -> None:
    answer = Browser(web, "ratna").post("/pengaturan/petugas/kode-ponsel", {"roles": ["camat"], "pin": PIN})
    assert answer.status_code == 422
    assert "Pasang dulu kode ponsel Anda sendiri" in answer.text


# -- deeds that ask the PIN --------------------------------------------------------------------------------------------


def test_a_deed_with_the_pin_asks_a_code_too_unless_one_was_just_typed(web: Flask, phone: Phone) -> None:
    owner, asked = enter_wholly(web, phone, remember=True), {"roles": ["admin"], "pin": PIN}
    where = "/pengaturan/petugas/kode-ponsel"
    assert 'name="app_code"' not in owner.get("/pengaturan/petugas/").text
    assert owner.post(where, asked).status_code == 303
    assert sign_in_again(owner) == HOME  # without a code: the browser is remembered
    assert 'name="app_code"' in owner.get("/pengaturan/petugas/").text
    assert "Isi juga kode dari ponsel" in owner.post(where, asked).text
    assert owner.post(where, asked | {"app_code": "000000"}).status_code == 422
    phone.clock.forward(seconds=30)
    assert owner.post(where, asked | {"app_code": phone.code()}).status_code == 303
    assert owner.post(where, asked).status_code == 303
    for minutes in (5, 5):
        phone.clock.forward(minutes=minutes)
        assert owner.post(where, asked).status_code == 303
    phone.clock.forward(seconds=2)
    assert owner.post(where, asked).status_code == 422


def test_the_second_person_at_the_proposer_s_pc_shows_a_code_too(web: Flask, journal: Journal, clock: Clock) -> None:
    budi = Phone(journal, clock, "budi")
    clock.forward(seconds=30)
    sari = actor_of(journal.db, "sari", clock().date()).person_id
    ratna = actor_of(journal.db, "ratna", clock().date())
    change = changes.SetRoles(person_id=sari, roles=("operator",))
    number = service.propose_change(journal, ratna, change, now=clock())
    where = f"/pengaturan/persetujuan/{number}/setujui"
    typed = {"username": "budi", "password": PASSWORD, "pin": PIN}
    desk = Browser(web, "ratna")
    assert "Isi kode dari ponsel penyetuju" in desk.post(where, typed).text
    assert desk.post(where, typed | {"other_code": "000000"}).status_code == 422
    assert desk.post(where, typed | {"other_code": budi.code()}).status_code == 303
    assert actor_of(journal.db, "sari", clock().date()).roles == {"operator"}


# -- lost --------------------------------------------------------------------------------------------------------------


def test_a_lost_telephone_is_taken_off_by_two_others_and_never_by_oneself(
    web: Flask, phone: Phone, journal: Journal, clock: Clock
) -> None:
    change = changes.TakeAuthenticator(person_id=phone.actor.person_id)
    with pytest.raises(Problem) as refused:
        service.propose_change(journal, phone.actor, change, now=clock())
    assert refused.value.code == "own_authority"
    ratna = enter_wholly(web, phone, remember=True)
    camat = actor_of(journal.db, "camat", clock().date())
    other = agree(
        journal,
        changes.AddPerson(username="agus", name="Agus Salim", roles=("admin",)),
        now=clock(),
        password="beras kencur 46",
    )
    keep_pin(journal.db, other, now=clock())
    agus = actor_of(journal.db, "agus", clock().date())
    number = service.propose_change(journal, agus, change, now=clock())
    with pytest.raises(Problem) as refused:
        service.confirm_proposal(journal, phone.actor, number, now=clock())
    assert refused.value.code == "own_authority"
    service.confirm_proposal(journal, camat, number, now=clock())
    assert ratna.get("/saya").headers["Location"].startswith("/masuk?")
    assert sign_in_again(ratna) == HOME
    row = journal.db.one("SELECT act, proposed_by, second FROM authority_change ORDER BY id DESC LIMIT 1")
    assert row == ("authenticator_lost", "agus", "camat")


def test_the_command_at_the_pc_lets_a_lone_administrator_in_again(web: Flask, phone: Phone, clock: Clock) -> None:
    service.reset_administrator(phone.journal, "ratna", "tujuh pisau berkarat", clock(), cost=CHEAP)
    assert not authenticator.is_installed(phone.journal.db, phone.actor.person_id)
    browser = Browser(web)
    answer = browser.post("/masuk", {"username": "ratna", "password": "tujuh pisau berkarat"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == HOME


def test_a_code_is_never_tried_within_a_transaction(phone: Phone) -> None:
    with phone.journal.transaction(), pytest.raises(RuntimeError):
        second_step.check_code(phone.journal.db, phone.asked(), phone.code())
