"""Nothing of the set-up sticks out of its card."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import compose
from app.compose_office import make_office_app
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from tests.platform.people import SECRET_KEY, Clock

pytestmark = pytest.mark.browser
OUTSIDE = """() => {
  const card = document.querySelector('form.sheet'), edge = card.getBoundingClientRect();
  const right = edge.right - parseFloat(getComputedStyle(card).paddingRight);
  return [...card.querySelectorAll('.grid button, .grid input, .grid select')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > right + 1)
    .map(one => one.outerHTML.slice(0, 100));
}"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    made = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(made, "office")
    yield made
    made.close()


@pytest.fixture
def web(db: SqliteDatabase, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(compose.journal("office", db), tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.mark.parametrize("width", [1366, 390])
def test_no_field_and_no_button_stands_beyond_the_padding_of_its_card(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for step in ("kantor", "petugas", "desa", "nomor", "pusat"):
        page.goto(f"{address}/persiapan/{step}")
        assert page.evaluate(OUTSIDE) == [], step
