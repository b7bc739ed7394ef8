"""An empty office is set up in a real browser: typed, mistyped, saved; then sign-in works and the door is shut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import compose
from app.compose_office import make_office_app
from app.office import papers, queries, service, settings
from app.office.papers import office_letterhead
from app.people.queries import actor_named
from app.printing.papers import render_paper
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from tests.browser import DESK, PHONE, audit, too_wide
from tests.office.first import SECRET
from tests.office.pictures import HARMFUL, png, svg
from tests.people import SECRET_KEY, START, Clock

pytestmark = pytest.mark.browser
FIELDS = {
    "office_name": "Kecamatan Contoh",
    "office_short_name": "Contoh",
    "office_regency": "Kabupaten Contoh",
    "office_place": "Contoh",
    "sekretaris-name": "Ratna Puspita",
    "sekretaris-username": "ratna",
    "sekretaris-password": SECRET,
    "camat-name": "Hadi Purnomo",
    "camat-username": "Pak Camat",
    "camat-password": SECRET,
    "start_case": "417",
    "desa-3508072010-head_name": "Suparman",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """The database of an office nobody has set up."""
    made = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(made, "office")
    yield made
    made.close()


@pytest.fixture
def web(db: SqliteDatabase, clock: Clock, tmp_path: Path) -> Flask:
    """Its web face."""
    return make_office_app(compose.journal("office", db), tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def fill(page: Page) -> None:
    """Type a whole first run, with a user name that is none."""
    page.select_option("#office_code", "350807")
    page.wait_for_selector("#desa-3508072010-name")
    for name, value in FIELDS.items():
        page.fill(f"[id='{name}']", value)
    page.click("summary:has-text('Petugas desa Munder')")
    page.fill("[id='desa-3508072010-clerk_name']", "Desi Anggraini")
    page.fill("[id='desa-3508072010-clerk_username']", "desi")
    page.fill("[id='desa-3508072010-clerk_password']", SECRET)


def save(page: Page) -> None:
    """Press the last button."""
    with page.expect_navigation():
        page.click("text=Simpan dan mulai")


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_an_office_is_set_up(
    page: Page, address: str, db: SqliteDatabase, picture: bytes, complaints: list[str]
) -> None:
    page.goto(address)
    assert page.url == f"{address}/persiapan/"
    fill(page)
    page.set_input_files("#arms", {"name": "lambang", "mimeType": "image/png", "buffer": picture})
    save(page)
    assert "1 isian" not in page.url
    assert "Nama pengguna" in page.inner_text(".error-summary")
    kept = {name: page.input_value(f"[id='{name}']") for name in FIELDS}
    assert kept == FIELDS
    assert page.input_value("[id='desa-3508072010-clerk_name']") == "Desi Anggraini"
    assert page.evaluate("() => document.querySelector('img.arms').naturalWidth > 0")
    page.fill("#camat-username", "camat")
    save(page)
    assert page.url == f"{address}/masuk"
    assert "Kantor sudah siap" in page.inner_text("main")
    page.fill("#username", "ratna")
    page.fill("#password", SECRET)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.startswith(f"{address}/saya")
    assert page.goto(f"{address}/persiapan/").status == 404  # type: ignore[union-attr]
    assert settings.get_setting(db, "office.name") == "Kecamatan Contoh"
    assert office_letterhead(db).arms == picture
    assert complaints == []
    prints_the_arms(db)


def prints_the_arms(db: SqliteDatabase) -> None:
    """A paper with the arms differs from the same paper with the empty shield."""
    ratna = actor_named(db, "ratna", START.date())
    assert ratna is not None
    definition, adopted = queries.shown_standard(db, "ktp-el", START.date())
    with_arms = render_paper("standard", papers.standard_paper(db, definition, adopted, ratna, START))
    service.change_setting(compose.journal("office", db), ratna, key="office.arms", value="", now=START)
    assert with_arms.startswith(b"%PDF-")
    assert with_arms != render_paper("standard", papers.standard_paper(db, definition, adopted, ratna, START))


def test_harmful_arms_are_refused_and_never_run(page: Page, address: str, complaints: list[str]) -> None:
    page.goto(f"{address}/persiapan/")
    fill(page)
    page.fill("#camat-username", "camat")
    page.set_input_files("#arms", {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": HARMFUL["handler"]})
    save(page)
    assert "skrip" in page.inner_text(".error-summary")
    assert page.query_selector("img.arms") is None
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_before_and_after_a_mistake(page: Page, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto(f"{address}/persiapan/")
    found = [audit(page), too_wide(page)]
    page.select_option("#office_code", "350807")
    page.wait_for_selector("#desa-3508072010-name")
    save(page)
    page.wait_for_selector(".error-summary")
    assert [*found, audit(page), too_wide(page)] == [[], False, [], False]


def test_it_works_without_any_script(chromium: object, address: str, db: SqliteDatabase) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=DESK)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{address}/persiapan/")
    page.fill("#office_name", "Kecamatan Contoh")
    page.select_option("#office_code", "350807")
    page.click("text=Tampilkan desa kecamatan ini")
    assert page.input_value("#office_name") == "Kecamatan Contoh"
    fill(page)
    page.fill("#camat-username", "camat")
    save(page)
    assert page.url == f"{address}/masuk"
    assert queries.is_set_up(db)
    context.close()


def test_names_follow_from_the_kecamatan_but_not_where_somebody_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/persiapan/")
    page.select_option("#office_code", "350807")
    page.wait_for_selector("#desa-3508072010-name")
    assert page.input_value("#office_name") == "Kecamatan Yosowilangun"
    page.fill("#office_place", "Yoso")
    page.select_option("#office_code", "350804")
    page.wait_for_selector("[id^='desa-350804']")
    names = [page.input_value(f"#office_{name}") for name in ("name", "short_name", "place")]
    assert names == ["Kecamatan Pasirian", "Pasirian", "Yoso"]
