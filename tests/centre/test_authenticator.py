"""The second step at the centre, over SQLite and PostgreSQL: its people have it too; two processes ask one database."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app import compose
from app.core.problems import Problem
from app.platform.people import authenticator
from app.platform.people.authenticator import Asked
from app.platform.people.places import TRIES_PER_NAME
from sync.evidence import begin_after_restore
from tests.centre.desk import Desk
from tests.centre.print_centre import OFFICE
from tests.centre.test_own_keys import with_pin
from tests.platform.people import PASSWORD, PIN, Browser, Clock
from tests.platform.people.phone import Phone

SECOND, OWN = "/masuk/kode/", "/saya/kode-ponsel/"


@pytest.fixture
def desk(where: Path | str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The centre on each engine."""
    if isinstance(where, str):
        monkeypatch.setenv("LOKET_CENTRE_DB", where)
    made = with_pin(Desk(tmp_path / "centre", clock))
    yield made
    made.centre.journal.db.close()


def phone_of(desk: Desk, username: str) -> Phone:
    made = Phone(desk.centre.journal, desk.clock, username)
    desk.clock.forward(seconds=30)
    return made


def with_password(desk: Desk, username: str) -> Browser:
    browser = Browser(desk.centre.pages)
    assert browser.post("/masuk", {"username": username, "password": PASSWORD}).status_code == 303
    return browser


def test_the_second_step_at_the_centre(desk: Desk, tmp_path: Path) -> None:
    """A walk, for a centre on PostgreSQL takes a second to make."""
    phone = phone_of(desk, "eko")
    owner = sign_in_and_replay(desk, phone)
    bar_with_code(desk, phone, owner)
    demand(desk, phone, owner)
    guess(desk, phone)
    restore(desk, phone, tmp_path)


def sign_in_and_replay(desk: Desk, phone: Phone) -> Browser:
    half, code = with_password(desk, "eko"), phone.code()
    assert half.get("/kantor/").headers["Location"].startswith(SECOND)
    assert half.post(SECOND, {"app_code": "000000"}).status_code == 422
    assert half.post(SECOND, {"app_code": code}).status_code == 303
    assert half.get("/kantor/").status_code == 200
    assert "sudah dipakai" in with_password(desk, "eko").post(SECOND, {"app_code": code}).text
    return half


def bar_with_code(desk: Desk, phone: Phone, owner: Browser) -> None:
    """A deed that binds, eleven minutes later, with a telephone that is 80 seconds late."""
    assert 'name="app_code"' not in owner.get(f"/kantor/{OFFICE}").text
    desk.clock.forward(minutes=9)
    owner.get("/kantor/")
    desk.clock.forward(minutes=2)
    phone.late = 80
    where, typed = f"/kantor/{OFFICE}/blokir", {"reason": "Dicuri", "pin": PIN}
    assert 'name="app_code"' in owner.get(f"/kantor/{OFFICE}").text
    assert owner.post(where, typed).status_code == 422
    assert owner.post(where, typed | {"app_code": "000000"}).status_code == 422
    assert owner.post(where, typed | {"app_code": phone.code()}).status_code == 303


def demand(desk: Desk, phone: Phone, owner: Browser) -> None:
    assert authenticator.roles_to_demand(desk.centre.journal.db, "centre") == ("centre_admin",)
    where = "/pengaturan/petugas/kode-ponsel"
    assert owner.post(where, {"roles": ["printer"], "pin": PIN}).status_code == 422
    assert owner.post(where, {"roles": ["centre_admin"], "pin": PIN}).status_code == 303
    printer = Browser(desk.centre.pages, "yuni")
    assert printer.get(OWN).status_code == 200
    spare = phone_of(desk, "yuni").spare[3]
    assert with_password(desk, "yuni").post(SECOND, {"app_code": spare}).status_code == 303


def guess(desk: Desk, phone: Phone) -> None:
    desk.clock.forward(minutes=11)
    half = with_password(desk, "eko")
    told = [half.post(SECOND, {"app_code": "000000"}).text for _ in range(TRIES_PER_NAME + 1)]
    assert ["Terlalu banyak percobaan" in text for text in told] == [False] * TRIES_PER_NAME + [True]
    assert "Terlalu banyak percobaan" in half.post(SECOND, {"app_code": phone.code()}).text
    desk.clock.forward(minutes=11)
    assert with_password(desk, "eko").post(SECOND, {"app_code": phone.code()}).status_code == 303


def restore(desk: Desk, phone: Phone, folder: Path) -> None:
    desk.clock.forward(seconds=30)
    code = phone.code()
    begin_after_restore(desk.centre.journal, folder / "keys", desk.clock())
    half = with_password(desk, "eko")
    assert "baru dipulihkan" in half.post(SECOND, {"app_code": code}).text
    assert "Ketik dua kode cadangan" in half.post(SECOND, {"app_code": phone.spare[0]}).text
    assert half.post(SECOND, {"app_code": f"{phone.spare[0]} {phone.spare[1]}"}).status_code == 303
    desk.clock.forward(minutes=13)
    assert with_password(desk, "eko").post(SECOND, {"app_code": phone.code()}).status_code == 303


def test_of_two_processes_that_are_shown_one_code_at_once_one_opens(desk: Desk, tmp_path: Path) -> None:
    phone = phone_of(desk, "eko")
    for typed in (phone.code(), phone.spare[0]):
        assert sorted(both_enter(desk, phone, typed, tmp_path / "centre")) == ["", "code_used"]


def both_enter(desk: Desk, phone: Phone, typed: str, data: Path) -> list[str]:
    told: list[str] = []
    asked, ready = Asked(phone.actor, desk.clock(), "10.0.0.5"), Barrier(2)

    def enter() -> None:
        db = compose.open_side("centre", data)
        ready.wait()
        try:
            authenticator.check_code(db, asked, typed)
            told.append("")
        except Problem as problem:
            told.append(problem.code)
        db.close()

    threads = [Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told
