"""One count per thing: what the rail says stands on the page behind the line and on the desk, with the same words."""

import random
import re
from collections.abc import Iterator

import pytest

from app.casework.desk.arranging import MOST_ROWS
from app.platform.people.credentials import put_password
from app.platform.people.hashing import hash_secret
from tests.platform.people import PASSWORD, Browser
from tests.platform.web.deeds import repeating_rows, rows_with_links
from tests.proof import card_work, counter_work
from tests.proof.pair import CHEAP, STAFF, pair
from tests.proof.worker import Worker
from tests.rules.routes import apps

WORK = {
    counter_work.open_one: 12,
    counter_work.check_all: 8,
    counter_work.complete: 9,
    counter_work.record: 6,
    counter_work.draft: 3,
    counter_work.send: 4,
    counter_work.sync: 6,
    card_work.accept: 8,
    card_work.print_card: 8,
    card_work.ship: 3,
    card_work.arrive: 2,
}
READY = {counter_work.check_all, counter_work.complete, counter_work.record}
"""Work that leaves something waiting at every step, and what makes cases ready for a dispatch."""
COUNT = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+) <span class="count" data-figure="[^"]+" title="([^"]+)">')
HEAD = re.compile(r'id="part-[0-9-]+">([^<]+)</h2><p class="count">([0-9.]+)<')
FOLD = re.compile(r'<summary>([^<]+) <b class="count">([0-9.]+)</b>')


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    """People of an office after some work, on the pages of its whole program."""
    folder = tmp_path_factory.mktemp("counts")
    made = pair(folder)
    worker = Worker(made, random.Random(5))
    for deeds, times in (
        (WORK, 150),
        (WORK.keys() - {card_work.arrive}, 60),
        ({counter_work.open_one}, 3),
        (READY, 30),
    ):
        for _ in range(times):
            worker.step({deed: WORK[deed] for deed in WORK if deed in deeds}, tries=4)
    app, hashed = apps(made, folder)["office"], hash_secret(PASSWORD, CHEAP)
    for name in STAFF:
        put_password(made.office.db, made.who(name).person_id, hashed, must_change=False, now=made.now)
    yield {name: Browser(app, name) for name in STAFF}
    made.close()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1]).split())


def test_a_number_of_the_menu_stands_on_its_page_with_the_same_words(staff: dict[str, Browser]) -> None:
    seen: dict[str, dict[str, str]] = {}
    for name, browser in staff.items():
        for address, _label, words in COUNT.findall(browser.get("/").text):
            assert words in plain(browser.get(address).text), (name, address, words)
            seen.setdefault(address, {})[name] = words
    assert {"/pengiriman/", "/perekaman/", "/kartu/kedatangan"} <= seen.keys()
    for address, told in seen.items():
        assert len(set(told.values())) == 1, f"{address} says {told}"


def test_the_desk_counts_as_the_menu_does(staff: dict[str, Browser]) -> None:
    """What the operator's line of production says is what stands behind the lines of his menu."""
    page = staff["fajar"].get("/").text
    rail = {address: int(words.split()[0]) for address, _, words in COUNT.findall(page)}
    stages = {label: int(count) for count, label in re.findall(r"<b>([0-9.]+)</b> ([A-Z][a-z]+)<", page)}
    assert stages["Rekam"] == rail["/perekaman/"]
    assert stages["Hitung"] == rail["/kartu/kedatangan"]
    assert stages["Panggil"] == rail.get("/kartu/panggilan", 0)
    assert f"{rail['/pengiriman/']} berkas siap dikirim" in plain(page)


def test_numbers_of_a_desk_add_up_to_its_sentence(staff: dict[str, Browser]) -> None:
    for name, browser in staff.items():
        page = browser.get("/").text
        sentence = re.search(r'id="digest">([^<]+)<', page)
        assert sentence, name
        said = re.match(
            r"Hari ini: (?:(\d+)|tidak ada) [a-z]+(?: yang menunggu)?(?:, (\d+) (?:lainnya|pekerjaan lain))?",
            sentence[1],
        )
        assert said, sentence[1]
        assert int(said[1] or 0) == sum(int(count) for _, count in HEAD.findall(page)), name
        others = page.partition('id="others-h"')[2]
        assert int(said[2] or 0) == sum(int(count) for _, count in FOLD.findall(others)), name
        shown = re.sub(r"<details.*?</details>", "", page.partition("<main")[2], flags=re.DOTALL)
        parts = re.findall(r'class="(?:works|list cards)".*?</(?:ul|table)>', shown, flags=re.DOTALL)
        assert sum(rows_with_links(part) for part in parts) <= MOST_ROWS, name
        assert repeating_rows(page) == [], name
        assert page.count('id="first-work"') == (1 if said[1] else 0), name
