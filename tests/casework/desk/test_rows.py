"""Rows of the desks of all roles of all profiles, as they are drawn: one way to each place."""

import re

import pytest

from app.casework.desk.arranging import ACTS, arrange_desk, choose_rows
from app.casework.desk.parts import NO_BUTTON, Task
from app.casework.desk.views import desk as desk_page
from schema.profiles import load_profile, profile_names
from tests import answers
from tests.platform.people import START, Browser
from tests.platform.web.deeds import repeating_rows, rows_with_links

EVERYBODY = [(name, role) for name in profile_names() for role in load_profile(name).side_roles("office")]
KINDS = (
    ("cases.show_case", NO_BUTTON),
    ("cases.show_case", "Terima"),
    ("case_work.show_check", NO_BUTTON),
    ("case_work.show_check", "Periksa"),
)
"""Page and verb of the rows about a case; those about none have a verb or not."""


def waiting() -> list[Task]:
    """Of every act a row of each kind, none of them equal work."""
    found, number = list[Task](), 0
    for act in ACTS:
        for page, verb in KINDS:
            number += 1
            found.append(Task(act, f"Nama {number}", "", page, verb, {"case_id": number}, case_id=number, act=act))
        found += [
            Task(act, f"Daftar {verb}", "", "cases.show_cases", verb, {"hal": number}, act=act)
            for verb in ("", "Rekam")
        ]
    return found


def test_no_row_of_a_desk_leads_to_one_place_twice(as_ratna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "closed_leads", lambda _page: ())  # she sees the rows of other people's work
    tasks = waiting()
    for profile, role in EVERYBODY:
        desk = arrange_desk(tasks, load_profile(profile).desk_plans([role]), START.date())
        monkeypatch.setattr(desk_page, "arrange_desk", lambda *_, made=desk: made)
        page = as_ratna.get("/").text
        assert repeating_rows(page) == [], (profile, role)
        main = re.sub(r'<ol class="stages".*?</ol>', "", page.partition("<main")[2], flags=re.DOTALL)
        assert rows_with_links(main) >= len(tasks), (profile, role, "every row leads somewhere")
        shown = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
        rows = [row for row in re.findall(r"<(?:li|tr)[ >].*?</(?:li|tr)>", shown, re.DOTALL) if "href" in row]
        assert [' id="first-work" aria-keyshortcuts="p"' in row for row in rows[:2]] == [True, False], (profile, role)
        assert page.count('id="first-work"') == 1, (profile, role)


def test_a_name_leads_to_its_case_beside_a_button_that_leads_to_the_work(
    as_ratna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "closed_leads", lambda _page: ())  # as above
    rows = [Task("", f"Nama {n}", "", page, verb, {"case_id": n}, case_id=n) for n, (page, verb) in enumerate(KINDS, 1)]
    monkeypatch.setattr(desk_page, "waiting_tasks", lambda: rows)
    links = re.findall(r'<a [^>]*href="(/berkas/\d[^"]*)"[^>]*>([^<]+)</a>', as_ratna.get("/").text)
    assert links == [
        ("/berkas/1", "Nama 1"),
        ("/berkas/2", "Terima"),
        ("/berkas/3/periksa", "Nama 3"),
        ("/berkas/4", "Nama 4"),
        ("/berkas/4/periksa", "Periksa"),
    ]


@pytest.mark.parametrize(
    ("waiting", "shown"),
    [
        ((), ()),
        ((20,), (8,)),
        ((3,), (3,)),
        ((20, 20), (4, 4)),
        ((1, 20, 20), (1, 5, 2)),  # what the first part leaves goes to the next that has more
        ((20, 1, 20), (5, 1, 2)),
        ((2, 2, 20), (2, 2, 4)),
        ((0, 3, 20), (0, 3, 5)),
        ((20, 20, 20), (4, 2, 2)),
        ((1, 1, 1, 1), (1, 1, 1, 1)),
    ],
)
def test_eight_rows_are_shared_alike_and_what_is_left_goes_in_the_order_of_the_parts(
    waiting: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    parts = [
        [Task("berkas", f"{part}.{n}", "", "x.y", "Buka") for n in range(count)] for part, count in enumerate(waiting)
    ]
    chosen = choose_rows(parts)
    assert tuple(map(len, chosen)) == shown
    assert chosen == [rows[: len(some)] for rows, some in zip(parts, chosen, strict=True)], "the most urgent of each"
