"""The picture of contacts stands under Pengawasan where the hotline works, and only there."""

import shutil
from pathlib import Path

from app.services.hotline.pictures import contact_picture
from schema.database import open_office
from sync.journal import Journal
from tests.platform.people import START, actor_of


def test_an_office_without_a_hotline_has_no_such_picture(adopted_office: Path, tmp_path: Path) -> None:
    shutil.copy(adopted_office, tmp_path / "kantor.sqlite3")
    db = open_office(tmp_path / "kantor.sqlite3")
    assert contact_picture(db, actor_of(db, "ratna", START.date()), START) is None
    db.close()


def test_an_office_with_one_has_it_before_the_first_contact(journal: Journal) -> None:
    picture = contact_picture(journal.db, actor_of(journal.db, "ratna", START.date()), START)
    assert picture is not None
    assert picture.title == "Kontak hotline"
