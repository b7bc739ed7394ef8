"""The form in a real browser: fields that come and go with the kind, and never under the hands of whoever types."""

import pytest
from playwright.sync_api import Page, Route, expect

from app.casework.desk import queries
from app.core.permissions import Actor
from sync.journal import Journal
from tests.browser import audit, sign_in, too_wide
from tests.browser.desk.test_desk import OTHER, begin
from tests.casework.desk.papers import HOME, KK

pytestmark = pytest.mark.browser


def test_somebody_from_elsewhere_gives_a_home_address_and_no_village(
    page: Page, address: str, journal: Journal, sari: Actor, complaints: list[str]
) -> None:
    sign_in(page, address, "sari")
    begin(page, address)
    expect(page.locator("#village")).to_be_visible()
    expect(page.locator("#home_regency")).to_have_count(0)
    page.fill("#street", "Dusun Krajan")
    page.locator("#kind").get_by_text("Luar domisili", exact=True).click()
    expect(page.locator("#home_regency")).to_be_visible()
    expect(page.locator("#village")).to_have_count(0)
    assert audit(page) == []
    assert not too_wide(page)
    page.select_option("#form_code", "f_1_02")
    page.locator("#sex").get_by_text("Perempuan", exact=True).click()
    for name, text in {
        **HOME,
        "kk": KK,
        "full_name": "Lailatul Fitriyah",
        "birth_place": "Jember",
        "birth_on": "27081997",
    }.items():
        page.fill(f"#{name}", text)
    with page.expect_response("**/isian"):
        page.locator("#birth_on").blur()
    page.wait_for_load_state("networkidle")  # each field was saved: none arrives after the draft became a file
    with page.expect_navigation():
        page.click("button[value=daftar]")
    assert page.url.endswith("/kertas/tanda-terima")
    row = queries.latest_cases(journal.db, sari).rows[0]
    assert (row.area, row.kind, row.main_key) == ("", "luar_domisili", OTHER)
    assert complaints == []


def test_an_answer_that_comes_late_leaves_alone_what_is_being_typed(page: Page, address: str) -> None:
    sign_in(page, address, "sari")
    begin(page, address)
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/isian", hold)
    page.fill("#birth_on", "27082009")
    with page.expect_request("**/isian"):
        page.focus("#street")
    page.keyboard.type("Dusun Kr")
    late[0].continue_()
    expect(page.locator("#marital_status")).to_be_visible()  # not yet seventeen: the answer is there
    page.keyboard.type("ajan")
    assert page.input_value("#street") == "Dusun Krajan"
    page.unroute_all(behavior="ignoreErrors")
