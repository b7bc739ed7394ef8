"""What everybody tries first is refused, wherever a password or PIN is set; what nobody guesses is not."""

from itertools import product

import pytest
from flask import Flask

from app import compose
from app.core.problems import Problem
from app.platform.people import credentials, service
from app.platform.people.credentials import is_guessable, is_guessable_pin
from sync.journal import Journal
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Browser
from tests.world import cast
from tests.world.nightly import by_day

RATNA = ("Ratna Puspita", "197805142003122001")


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "P@ssw0rd2024",
        "Bismillah1234",
        "bismillah!!!",
        "Sayangku_123",
        "qwertyuiop",
        "1q2w3e4r5t",
        "zaq12wsxcde3",
        "abcabcabc1",
        "wxqwxqwxqwxq",
        "wxq7wxq7wxq7wx",
        "zvzvzvzvzvzv99",
        "Indonesia17081945",
        "17-08-1945 merdeka",
        "Kecamatan2026",
        "kecamatan Tempeh 2026",
        "persib bandung",
        "r4h4s14r4h4s14",
        "!@#$%^&*()_+",
        "081234567890",
        "3508991708900001",
        "199001012015011001",
        "Budi Santoso 90",
        "iloveyou1234",
        "adminadmin1",
        "Desember2025",
        "0987654321",
        "aaaaaaaaaaab",
        "ＰＡＳＳＷＯＲＤ123",
    ],
)
def test_what_everybody_tries_is_refused(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize("password", ["ratnapuspita1", "Puspita Ratna!", "197805142003122001", "r4tn4.puspit4"])
def test_what_is_known_of_a_person_is_refused(password: str) -> None:
    assert is_guessable(password, RATNA)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        cast.PASSWORD,
        cast.FIRST_PASSWORD,
        "kuda lampu hujan meja",
        "k#9$Lm!2@xQ",
        "jagung bakar manis",
        "tujuh pisau berkarat",
        "gkwzpdhxmt",
    ],
)
def test_what_nobody_guesses_is_taken(password: str) -> None:
    assert not is_guessable(password, RATNA)


def test_the_list_stands_for_more_than_ten_thousand_of_the_commonest_passwords() -> None:
    """Each word of the list with what people put behind it, in the ways they write it."""
    shapes = ("{}", "{}123", "{}1234", "{}12345", "{}2026", "{}01", "{}!", "@{}99")
    tried = {
        shape.format(spelled)
        for word, shape in product(sorted(credentials.common_words()), shapes)
        for spelled in (word, word.title(), word.replace("a", "4").replace("o", "0"))
    }
    long_enough = [password for password in tried if len(password) >= credentials.SHORTEST]
    assert len(long_enough) > 10_000
    looked_at = sorted(long_enough)[:: by_day(7, 1)]
    assert [password for password in looked_at if not is_guessable(password)] == []
    assert is_guessable("xkqz" * 50)  # the longest that is looked at, too


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "654321",
        "111111",
        "121212",
        "123123",
        "112233",
        "135791",
        "975319",
        "123321",
        "170890",
        "900817",
        "081990",
        "199008",
        "147258",
        "159753",
        "123654",
        "696969",
    ],
)
def test_a_pin_that_is_tried_first_is_refused(pin: str) -> None:
    assert is_guessable_pin(pin)


def test_digits_of_the_own_nip_are_no_pin() -> None:
    assert not is_guessable_pin("142003")
    assert is_guessable_pin("142003", RATNA)
    assert not any(is_guessable_pin(pin, RATNA) for pin in (PIN, cast.PIN, "735104"))


def test_most_pins_stay_free() -> None:
    free = sum(not is_guessable_pin(f"{pin:06}") for pin in range(0, 1_000_000, 37))
    assert free / len(range(0, 1_000_000, 37)) > 0.9


def test_the_list_is_not_read_before_it_is_asked() -> None:
    credentials.common_words.cache_clear()
    credentials.has_pin  # noqa: B018  # the module is loaded, the list is not
    assert credentials.common_words.cache_info().currsize == 0


def test_every_place_that_sets_a_password_or_pin_refuses_them(
    journal: Journal, web: Flask, as_ratna: Browser, as_sari: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, data, field in (
        ("/pengaturan/petugas/baru", {"username": "joko", "name": "Joko", "roles": "counter"}, "password"),
        ("/pengaturan/petugas/4/sandi", {}, "password"),
    ):
        answer = as_ratna.post(path, data | {field: "Bismillah1234", "pin": PIN})
        assert (answer.status_code, credentials.GUESSED in answer.text) == (422, True)
    own = as_sari.post("/saya/sandi", {"old": PASSWORD, "new": "Wulandari2026", "again": "Wulandari2026"})
    assert (own.status_code, credentials.GUESSED in own.text) == (422, True)
    pin = as_ratna.post("/saya/pin", {"password": PASSWORD, "pin": "514200"})
    assert (pin.status_code, credentials.GUESSED_PIN in pin.text) == (422, True)
    with pytest.raises(Problem) as told:
        service.reset_administrator(journal, "ratna", "Rahasia12345", START, cost=CHEAP)
    assert told.value.fields == {"password": credentials.GUESSED}


def test_first_run_of_either_side_refuses_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    from app.centre import settings as centre_first
    from app.platform.office import service as office_first
    from app.platform.office.service import NewPerson
    from schema.migrations import migrate_database
    from tests.centre.print_centre import IDENTITY

    folder = tmp_path_factory.mktemp("anew")
    office, centre = (compose.open_side(side, folder / side) for side in ("office", "centre"))
    for db, side in ((office, "office"), (centre, "centre")):
        migrate_database(db, side)
    with pytest.raises(Problem) as told:
        office_first.add_people(
            compose.journal("office", office),
            [NewPerson(username="wiji", name="Wiji", roles=("sekretaris",), password="password2026")],
            START,
        )
    assert told.value.fields["wiji/password"] == credentials.GUESSED
    with pytest.raises(Problem) as told:
        centre_first.create_centre(
            compose.journal("centre", centre),
            identity=IDENTITY,
            name="Eko",
            username="eko",
            password="password2026",
            now=START,
        )
    assert told.value.fields["password"] == credentials.GUESSED
    for db in (office, centre):
        db.close()


@pytest.mark.parametrize("digits", ["01", "19", "38"])
def test_a_pin_of_two_digits_in_whatever_order_is_refused(digits: str) -> None:
    assert all(is_guessable_pin("".join(pin)) for pin in product(digits, repeat=6))
