"""An empty office is set up in a real browser, step by step: typed, mistyped, back, saved; then the door is shut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import compose
from app.compose_office import make_office_app
from app.platform.office import papers, queries, service, settings
from app.platform.office.papers import office_letterhead
from app.platform.people.queries import actor_named
from app.platform.printing.papers import render_paper
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from tests.browser import DESK, find_faults
from tests.platform.office.first import SECRET
from tests.platform.office.pictures import HARMFUL, png, svg
from tests.platform.people import PIN, SECRET_KEY, START, Clock

pytestmark = pytest.mark.browser
OFFICE = {
    "office_name": "Kecamatan Contoh",
    "office_short_name": "Contoh",
    "office_regency": "Kabupaten Contoh",
    "office_place": "Contoh",
}
PEOPLE = {
    "sekretaris-name": "Ratna Puspita",
    "sekretaris-username": "ratna",
    "sekretaris-password": SECRET,
    "camat-name": "Hadi Purnomo",
}
VILLAGES = {"desa-3508072010-head_name": "Suparman", "desa-3508072010-clerk_name": "Desi Anggraini"}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """The database of an office nobody has set up."""
    made = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(made, "office")
    yield made
    made.close()


@pytest.fixture
def web(db: SqliteDatabase, clock: Clock, tmp_path: Path) -> Flask:
    """Its web application."""
    return make_office_app(compose.journal("office", db), tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.fill(f"[id='{name}']", value)


def press(page: Page, words: str = "Lanjut") -> None:
    with page.expect_navigation():
        page.click(f"main .actionbar button:has-text('{words}')")


def fill_office(page: Page) -> None:
    """The first step; the names follow from the kecamatan and are typed over."""
    page.select_option("#office_code", "350807")
    expect(page.locator("#office_name")).to_have_value("Kecamatan Yosowilangun")
    fill(page, OFFICE)


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_an_office_is_set_up_in_steps_and_nothing_is_lost_on_the_way(
    page: Page, address: str, db: SqliteDatabase, picture: bytes, complaints: list[str]
) -> None:
    page.goto(address)
    assert page.url == f"{address}/persiapan/"
    fill_office(page)
    page.set_input_files("#arms", {"name": "lambang", "mimeType": "image/png", "buffer": picture})
    press(page)
    page.click("fieldset:has-text('Camat') summary")
    fill(page, PEOPLE | {"camat-username": "Pak Camat"})
    press(page)
    assert "Nama pengguna" in page.inner_text(".error-summary")
    assert {name: page.input_value(f"[id='{name}']") for name in PEOPLE} == PEOPLE
    rules = page.inner_text("#sekretaris-password-hint")
    assert "Paling sedikit 10 huruf" in rules
    page.click("[data-reveal='sekretaris-password']")
    assert page.get_attribute("#sekretaris-password", "type") == "text"
    page.fill("#camat-username", "")
    press(page)
    fill(page, VILLAGES)
    press(page, "Kembali")
    assert page.url.endswith("/petugas")
    assert page.input_value("#camat-username") == "hadi", "it follows from the name"
    press(page)
    assert {name: page.input_value(f"[id='{name}']") for name in VILLAGES} == VILLAGES
    press(page)
    page.fill("#start_case", "417")
    press(page)
    assert "Hadi Purnomo (hadi)" in page.inner_text("main")
    press(page, "Simpan dan mulai")
    assert page.url == f"{address}/persiapan/selesai"
    assert [text.split("\n")[0] for text in page.locator(".strips li").all_inner_texts()] == [
        "Hadi Purnomo",
        "Desi Anggraini",
    ]
    page.emulate_media(media="print")
    assert page.locator(".strips .code:text('desi')").is_visible()
    assert SECRET not in page.content(), "the own password stands on no paper"
    assert not page.is_visible("text=Kantor sudah siap")
    page.emulate_media(media="screen")
    page.fill("#pin", PIN)
    with page.expect_navigation():
        page.click("main button:has-text('Mulai bekerja')")
    assert page.url == f"{address}/"
    assert "Siap melayani?" in page.inner_text("main")
    assert page.goto(f"{address}/persiapan/").status == 404
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
    fill_office(page)
    page.set_input_files("#arms", {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": HARMFUL["handler"]})
    press(page)
    assert "skrip" in page.inner_text(".error-summary")
    assert page.query_selector("img.arms") is None
    assert complaints == []


def test_every_step_works_without_any_script_and_axe_finds_nothing_on_it(
    page: Page, chromium: object, address: str, db: SqliteDatabase
) -> None:
    """Without script at a telephone; a window that knows axe opens each page as well, before and after a mistake."""
    context = chromium.new_context(java_script_enabled=False, viewport=DESK)
    plain, faults = context.new_page(), []
    plain.goto(f"{address}/persiapan/")
    plain.select_option("#office_code", "350807")
    for step, values in (("kantor", {}), ("petugas", PEOPLE), ("desa", {}), ("nomor", {}), ("pusat", {})):
        page.goto(f"{address}/persiapan/{step}")
        faults += find_faults(page)
        fill(plain, values)
        press(plain, "Simpan" if step == "pusat" else "Lanjut")
        if step == "kantor":
            page.goto(f"{address}/persiapan/petugas")
            press(page)
            faults += find_faults(page)
    assert plain.url == f"{address}/persiapan/selesai"
    assert faults == []
    assert queries.is_set_up(db)
    assert settings.get_setting(db, "office.name") == "Kecamatan Yosowilangun", "without script the names follow too"
    context.close()


def test_names_follow_from_the_kecamatan_but_not_where_somebody_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/persiapan/")
    fill_office(page)
    page.fill("#office_name", "Kecamatan Yosowilangun")
    page.fill("#office_short_name", "Yosowilangun")
    page.fill("#office_place", "Yoso")
    page.select_option("#office_code", "350804")
    expect(page.locator("#office_name")).to_have_value("Kecamatan Pasirian")
    names = [page.input_value(f"#office_{name}") for name in ("name", "short_name", "place")]
    assert names == ["Kecamatan Pasirian", "Pasirian", "Yoso"]
