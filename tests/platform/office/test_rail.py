"""The rail of an office that takes up another kind of work while people are signed in."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app, shell
from app.platform.office.service import change_setting
from app.platform.people import queries
from schema.database import open_office
from schema.definitions import SERVICES, definition_text
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, START, Browser, Clock


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def test_a_line_of_a_kind_of_work_comes_with_its_procedure(journal: Journal, web: Flask) -> None:
    budi = Browser(web, "budi")
    before = budi.get("/").text
    assert "Foto mahasiswa" not in before
    put_in_force(journal, definition_text(SERVICES / "ktm.toml"), on=date(2026, 3, 1))
    after = budi.get("/").text
    assert "Foto mahasiswa" in after
    assert 'aria-current="page"' in after


def test_every_page_names_its_office(journal: Journal, web: Flask) -> None:
    budi = Browser(web, "budi")
    assert "<title>Meja kerja · Loket Contoh</title>" in " ".join(budi.get("/").text.split())
    ratna = queries.actor_named(journal.db, "ratna", date(2026, 3, 12))
    change_setting(journal, ratna, key="office.name", value="Kecamatan Lain", now=START)
    assert "· Loket Lain</title>" in " ".join(budi.get("/").text.split())


def test_before_the_office_has_a_name_its_pages_say_so(tmp_path: Path) -> None:
    db = open_office(":memory:")
    migrate_database(db, "office")
    assert shell().place(db) == "Kantor belum disiapkan"
    db.close()
