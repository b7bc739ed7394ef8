"""The answer to "did the paper come out right?" names subject and paper in its form: both are asked again."""

import re

import pytest
from flask import Flask

from app.casework.batches.views.printing import JUDGED
from app.casework.desk import service as cases
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


@pytest.fixture
def people(web: Flask) -> dict[str, Browser]:
    return {name: Browser(web, name) for name in ("budi", "ida", "desi", "wati")}


def answer(browser: Browser, subject: str, paper: str) -> int:
    return browser.post("/kertas/ktp/jawaban", {"subject": subject, "paper": paper, "jawaban": "ya"}).status_code


def came_out(desk: Desk, subject: str) -> list[int | None]:
    return [one.came_out for one in cases.paper_prints(desk.journal.db, subject)]


def printed(desk: Desk, subject: str, paper: str, who: str = "budi") -> None:
    cases.record_print(desk.journal, desk.who(who), subject=subject, paper=paper, now=desk.now)


def test_only_papers_of_these_pages_with_a_subject_of_their_kind(desk: Desk, people: dict[str, Browser]) -> None:
    printed(desk, "dispatch/1", "covering_letter")
    printed(desk, "case/1", "receipt")
    assert answer(people["budi"], "case/1", "receipt") == 404, "a paper of another page"
    assert answer(people["budi"], "case/1", "covering_letter") == 404, "a letter is printed of a dispatch"
    assert answer(people["budi"], "", "") == 404
    assert answer(people["budi"], "dispatch/9", "covering_letter") == 404, "never printed"
    assert came_out(desk, "dispatch/1") == [None]
    assert answer(people["budi"], "dispatch/1", "covering_letter") == 303
    assert came_out(desk, "dispatch/1") == [1]


def test_a_right_paper_is_told_in_its_place_and_a_wrong_one_draws_its_page_again(
    desk: Desk, people: dict[str, Browser]
) -> None:
    printed(desk, "dispatch/1", "covering_letter")
    values = {"subject": "dispatch/1", "paper": "covering_letter", "back": "/pengiriman/1", "jawaban": "tidak"}
    wrong = people["budi"].post("/kertas/ktp/jawaban", values, htmx=True)
    assert (wrong.status_code, wrong.headers["HX-Redirect"]) == (204, "/pengiriman/1")
    printed(desk, "dispatch/1", "covering_letter")
    right = people["budi"].post("/kertas/ktp/jawaban", values | {"jawaban": "ya"}, htmx=True)
    assert (right.status_code, "HX-Redirect" in right.headers) == (200, False)
    assert "Kertas keluar dengan benar." in right.text
    assert came_out(desk, "dispatch/1") == [1]


def test_who_could_not_have_printed_it_does_not_judge_it(desk: Desk, people: dict[str, Browser]) -> None:
    """Ida informs: she sees no whole numbers and hands no card over."""
    case_id = desk.complete()
    printed(desk, "dispatch/1", "covering_letter")
    printed(desk, f"case/{case_id}", "hand_over")
    assert JUDGED["covering_letter"][1] == "case.reveal"
    assert answer(people["ida"], "dispatch/1", "covering_letter") == 403
    assert answer(people["ida"], f"case/{case_id}", "hand_over") == 403
    assert (came_out(desk, "dispatch/1"), came_out(desk, f"case/{case_id}")) == ([None], [None])


@pytest.mark.parametrize(("who", "papers"), [("budi", {"covering_letter", "minutes"}), ("ida", {"minutes"})])
def test_only_who_may_answer_is_asked(desk: Desk, people: dict[str, Browser], who: str, papers: set[str]) -> None:
    """Ida sees the dispatch and its minutes, not the letter with whole numbers; a question that waits for the printer
    stands hidden in the page."""
    made = desk.send(desk.ready())
    before = people[who].get(f"/pengiriman/{made}").text
    for paper in ("covering_letter", "minutes"):
        printed(desk, f"dispatch/{made}", paper)
    after = people[who].get(f"/pengiriman/{made}").text
    for page in (before, after):
        assert set(re.findall(r'name="paper" value="(\w+)"', page)) == papers
    assert set(re.findall(r'id="paper-(\w+)" tabindex="-1" hidden', before)) == papers
    for paper in papers:
        assert answer(people[who], f"dispatch/{made}", paper) == 303


def test_a_village_clerk_judges_the_own_list_only(desk: Desk, people: dict[str, Browser]) -> None:
    own, other = desk.who("desi").area, desk.who("wati").area
    for area in (own, other, "all"):
        printed(desk, f"recording-list/2026-03-12/{area}", "recording_list")
    assert answer(people["desi"], f"recording-list/2026-03-12/{other}", "recording_list") == 404
    assert answer(people["desi"], "recording-list/2026-03-12/all", "recording_list") == 404
    assert answer(people["budi"], f"recording-list/2026-03-12/{own}", "recording_list") == 404
    assert answer(people["desi"], f"recording-list/2026-03-12/{own}", "recording_list") == 303
    assert came_out(desk, f"recording-list/2026-03-12/{own}") == [1]


def test_a_hand_over_of_no_case_is_not_judged(desk: Desk, people: dict[str, Browser]) -> None:
    for subject in ("case/999", "case/x", "case/"):
        printed(desk, subject, "hand_over")
        assert answer(people["budi"], subject, "hand_over") == 404
        assert came_out(desk, subject) == [None]
