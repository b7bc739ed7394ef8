"""One count per thing: what the rail says stands on the page behind the line and on the desk, with the same words."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta, timezone
from html import unescape
from typing import Any

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
            r"Hari ini: (?:(\d+)|tidak ada) ([a-z]+)(?: yang menunggu)?(?:, (\d+) (lainnya|pekerjaan lain))?",
            sentence[1],
        )
        assert said, sentence[1]
        if said[4]:
            assert said[4] == ("lainnya" if said[2] == "pekerjaan" else "pekerjaan lain"), sentence[1]
        assert int(said[1] or 0) == sum(int(count) for _, count in HEAD.findall(page)), name
        others = page.partition('id="others-h"')[2]
        assert int(said[3] or 0) == sum(int(count) for _, count in FOLD.findall(others)), name
        shown = re.sub(r"<details.*?</details>", "", page.partition("<main")[2], flags=re.DOTALL)
        parts = re.findall(r'class="(?:works|list cards)".*?</(?:ul|table)>', shown, flags=re.DOTALL)
        assert sum(rows_with_links(part) for part in parts) <= MOST_ROWS, name
        assert repeating_rows(page) == [], name
        assert page.count('id="first-work"') == (1 if said[1] else 0), name


# -- lists against the rows themselves, reckoned in Python ---------------------------------------------------------


def cases_of(browser: Browser) -> list[dict[str, Any]]:
    """Every case of the office, the newest first, with whether its promise stands still."""
    db = browser.app.extensions["loket"].journal.db
    names = ("id", "area", "step", "service", "closed", "received_on", "closed_on", "due_on", "kept_on")
    rows = [dict(zip(names, row, strict=True)) for row in db.run(f"SELECT {', '.join(names)} FROM case_file")]
    paused = dict(db.run("SELECT case_id, from_on FROM case_pause WHERE to_on IS NULL"))
    for row in rows:
        promised = not row["closed"] and row["due_on"] and not row["kept_on"]
        row["stood"] = bool(promised and paused.get(row["id"], "~") <= row["due_on"])
        row["runs"] = bool(promised and not row["stood"])
    return sorted(rows, key=lambda row: -row["id"])


def listed(browser: Browser, address: str) -> list[int]:
    """The ids of the cases that a list shows, over all its pages, in its order."""
    found: list[int] = []
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        main = answer.text.partition("<main")[2]
        rows = re.findall(r"<tr\b.*?</tr>", main, re.DOTALL)
        found += [int(case[1]) for row in rows if (case := re.search(r'href="/berkas/(\d+)"', row))]
        onward = re.search(r'href="([^"]*\bsebelum=\d+[^"]*)"', main)
        address = unescape(onward[1]) if onward else ""
    return found


def today_of(browser: Browser) -> str:
    return str(browser.app.config["CLOCK"]().astimezone(timezone(timedelta(hours=7))).date())


def test_each_filter_lists_the_cases_that_it_names_the_newest_first(staff: dict[str, Browser]) -> None:
    browser = staff["fajar"]
    cases, today = cases_of(browser), today_of(browser)
    assert len(cases) > 50, "more than a page"
    day, step = cases[0]["received_on"], next(row["step"] for row in cases if not row["closed"])
    village = next(row["area"] for row in cases if row["area"])
    ended = next((row["closed_on"] for row in cases if row["closed"]), day)
    ways: dict[str, Callable[[dict[str, Any]], bool]] = {
        "": lambda row: True,
        "?sebelum=abc": lambda row: True,
        "?keadaan=jalan": lambda row: not row["closed"],
        "?keadaan=tutup": lambda row: bool(row["closed"]),
        "?keadaan=lewat": lambda row: row["runs"] and row["due_on"] < today,
        "?keadaan=dijeda": lambda row: row["stood"],
        "?keadaan=apa": lambda row: True,
        f"?desa={village}": lambda row: row["area"] == village,
        "?desa=luar": lambda row: row["area"] == "",
        "?layanan=ktp-el": lambda row: row["service"] == "ktp-el",
        "?layanan=lain": lambda row: False,
        "?tanpa=ktp-el": lambda row: row["service"] != "ktp-el",
        f"?layanan=ktp-el&langkah={step}": lambda row: row["step"] == step,
        f"?masuk={day}": lambda row: row["received_on"] == day,
        f"?keluar={ended}": lambda row: bool(row["closed"]) and row["closed_on"] == ended,
        f"?keadaan=jalan&desa={village}": lambda row: not row["closed"] and row["area"] == village,
        f"?sebelum={cases[10]['id']}": lambda row: row["id"] < cases[10]["id"],
    }
    for asked, belongs in ways.items():
        assert listed(browser, f"/berkas{asked}") == [row["id"] for row in cases if belongs(row)], asked


def test_the_strip_counts_the_promises_of_each_day_and_leads_to_them(staff: dict[str, Browser]) -> None:
    browser = staff["fajar"]
    cases, today = cases_of(browser), date.fromisoformat(today_of(browser))
    due = Counter(row["due_on"] for row in cases if row["runs"])
    strip = re.search(r'<section class="strip".*?</section>', browser.get("/").text, re.DOTALL)
    assert strip is not None
    cells = re.findall(r"<li(?: class=\"(\w+)\")?>(.*?)</li>", strip[0], re.DOTALL)
    assert len(cells) == 15
    labels = ["Sn", "Sl", "Rb", "Km", "Jm", "Sb", "Mg"]
    for place, (kind, cell) in enumerate(cells[1:]):
        day = today + timedelta(days=place)
        words = " ".join(re.sub(r"<[^>]+>", " ", cell).split())
        label = "Hari ini" if place == 0 else f"{labels[day.weekday()]} {day.day}"
        assert words.startswith(label), (day, words)
        count = due[day.isoformat()]
        if count:
            assert words == f"{label} {count} janji"
            assert f"dari={day}&amp;sampai={day}" in cell
            assert kind == ("now" if place == 0 else "")
        elif day.weekday() > 4:
            assert kind == "off"
    late = sum(count for day, count in due.items() if day < today.isoformat())
    assert (f"<b>{late}</b> janji" in cells[0][1], cells[0][0]) == (bool(late), "over" if late else "")
    assert sum(due.values()) > 0


def test_the_list_of_what_is_due_holds_the_promises_of_its_days_the_nearest_first(staff: dict[str, Browser]) -> None:
    browser = staff["fajar"]
    running = sorted((row["due_on"], row["id"]) for row in cases_of(browser) if row["runs"])
    first, last = running[0][0], running[-1][0]
    middle = running[len(running) // 2][0]
    for since, until in (("", last), (first, last), (middle, last), ("", middle), (middle, middle), (last, last)):
        found: list[int] = []
        for page in range(1, 2 + len(running) // 25):
            answer = browser.get(f"/jatuh-tempo?dari={since}&sampai={until}&hal={page}").text.partition("<main")[2]
            rows = re.findall(r"<tr\b.*?</tr>", answer, re.DOTALL)
            shown = [int(case[1]) for row in rows if (case := re.search(r'href="/berkas/(\d+)"', row))]
            assert len(shown) <= 25
            found += shown
        wanted = [case_id for due, case_id in running if (since or due) <= due <= until]
        assert found == wanted, (since, until)
