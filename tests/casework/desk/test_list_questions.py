"""What the marks of a picture ask of the list of cases: exactly the cases that they count, told in words."""

import re

import pytest

from app.core.permissions import Actor
from sync.journal import Journal
from tests.casework.desk.papers import open_many
from tests.platform.people import Browser

CASES = {
    1: ("2026-03-01", None, None),
    2: ("2026-03-02", "2026-03-10", "2026-03-12"),
    3: ("2026-03-03", "2026-03-10", "2026-03-07"),
    4: ("2026-03-04", "2026-03-11", "2026-03-12"),
    5: ("2026-03-04", "2026-03-11", None),
    6: ("2026-03-05", "2026-03-12", None),
}
"""Case → when it was received, is due, was finished. Today is 12 March: the promise of the fifth is over, that of the
sixth ends today."""
EVERY = [1, 2, 3, 4, 5, 6]


@pytest.fixture
def many(journal: Journal, sari: Actor) -> Journal:
    """Six cases with the days above."""
    open_many(journal, sari, 6)
    with journal.transaction(), journal.db.applying():
        for case_id, (received, due, kept) in CASES.items():
            journal.db.run(
                "UPDATE case_file SET received_on = ?1, due_on = ?2, completed_on = iif(?2 IS NULL, NULL, ?1),"
                " kept_on = ?3, closed_on = ?3, closed = ?3 IS NOT NULL, step = iif(?3 IS NULL, step, '@done')"
                " WHERE id = ?4",
                (received, due, kept, case_id),
            )
    return journal


def listed(browser: Browser, asked: str) -> list[int]:
    main = browser.get(f"/berkas?{asked}").text.split("<main")[1]
    return sorted({int(number) for number in re.findall(r'href="/berkas/(\d+)"', main)})


def test_an_address_asks_for_exactly_these_cases(many: Journal, as_sari: Browser) -> None:
    for asked, found in {
        "masuk=2026-03-04": [4, 5],
        "keluar=2026-03-12": [2, 4],
        "keluar=2026-03-07": [3],
        "keadaan=lewat": [5],
        "keadaan=jalan": [1, 5, 6],
        "keadaan=tutup": [2, 3, 4],
        "keadaan=tutup&masuk=2026-03-04": [4],
        "dari=2026-03-10&sampai=2026-03-10&selisih=2&hingga=2": [2],
        "dari=2026-03-10&sampai=2026-03-11&selisih=1&hingga=2": [2, 4],
        "dari=2026-03-11&sampai=2026-03-11&selisih=1&hingga=9": [4],
        "dari=2026-03-10&sampai=2026-03-10&selisih=-3&hingga=-1": [3],
        "dari=2026-03-10&sampai=2026-03-10&selisih=x&hingga=2": EVERY,
        "sampai=2026-03-10&selisih=2&hingga=2": EVERY,
        "dari=2026-03-10&selisih=2&hingga=2": EVERY,
        "menunggu=1": [],
        "menunggu=0": EVERY,
        "menunggu=2": EVERY,
        "tanpa=ktp-el": [],
        "tanpa=ktm": EVERY,
        "batas=account&sejak=2026-03-01&dalam=1&layanan=ktp-el": EVERY,
    }.items():
        assert listed(as_sari, asked) == found, asked


def test_the_list_says_in_words_what_its_address_asks(many: Journal, as_sari: Browser) -> None:
    for asked, words in {
        "masuk=2026-03-04": "masuk 4 Mar 2026",
        "keluar=2026-03-12&menunggu=0": "keluar 12 Mar 2026; tidak menunggu kabar lain",
        "menunggu=1&tanpa=ktp-el": "bukan KTP-el; menunggu kabar lain",
        "dari=2026-03-10&sampai=2026-03-11&selisih=1&hingga=1": (
            "janji 10 Mar 2026 sampai 11 Mar 2026, selesai 1 hari sesudah janji"
        ),
        "dari=2026-03-10&sampai=2026-03-11&selisih=-3&hingga=-1": "selesai 1 sampai 3 hari sebelum janji",
    }.items():
        assert words in as_sari.get(f"/berkas?{asked}").text.split("<main")[1], asked
    for nonsense in ("menunggu=2", "tanpa=lain", "dari=2026-03-10&selisih=1&hingga=1"):
        page = as_sari.get(f"/berkas?{nonsense}").text.split("<main")[1]
        assert not re.search("menunggu kabar lain|bukan |selesai \\d", page), nonsense
