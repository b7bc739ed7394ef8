"""An office of a kind that it wrote itself: its profile lies in the data folder and is founded, proved and missed."""

from pathlib import Path

import click
import pytest

from app.cli.office import check_profile
from app.platform.people.queries import actor_named, profile_of
from schema.profiles import PROFILES, load_profile, own_profile_faults, profile_names
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.office.first import walk_set_up
from tests.platform.office.test_profiles import PAGE, typed
from tests.platform.people import START, Browser

SHIPPED = (PROFILES / "poltekkes.toml").read_text(encoding="utf-8")
OWN = SHIPPED.replace('id = "poltekkes"', 'id = "akademi"', 1).replace('name = "', 'name = "Akademi, bukan ', 1)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    load_profile.cache_clear()
    return write_profile(tmp_path, "akademi", OWN)


def write_profile(data: Path, name: str, text: str) -> Path:
    path = data / "definisi/profil" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_office_of_an_own_kind_is_founded_and_needs_its_file(
    own: Path, stranger: Browser, empty: Journal, tmp_path: Path
) -> None:
    empty.db.folder = tmp_path
    assert "Akademi, bukan " in stranger.get(PAGE).text
    assert walk_set_up(stranger, {**typed("poltekkes", office_zone="WIB"), "profile": "akademi"}).status_code == 303
    assert profile_of(empty.db).name.startswith("Akademi, bukan ")
    assert actor_named(empty.db, "orang0", START.date()) is not None
    assert verify_side(empty, "office", tmp_path / "scratch.sqlite3").faults == []
    check_profile(empty.db)
    forget(empty)
    own.write_text(OWN.replace("permissions", "x") + "\n[neither]\n", encoding="utf-8")
    with pytest.raises(click.ClickException, match=r"akademi\.toml, baris \d+"):
        check_profile(empty.db)
    forget(empty)
    own.unlink()
    with pytest.raises(OSError, match=r"akademi\.toml"):
        check_profile(empty.db)


def forget(journal: Journal) -> None:
    """As a next start knows nothing of the last one."""
    load_profile.cache_clear()
    journal.db.kept_answers.clear()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("akademi", OWN.replace('id = "akademi"', 'id = "lain"'), "id harus sama"),
        ("akademi", OWN.replace('emblem = "poltekkes.svg"', 'emblem = "akademi.svg"'), "lambang"),
        ("poltekkes", SHIPPED, "profil bawaan bernama sama"),
        ("akademi", OWN.replace('"desk.view"', '"desk.fly"', 1), "izin desk.fly tidak dikenal"),
    ],
)
def test_a_profile_that_cannot_be_used_is_not_offered_and_says_why(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    shipped = profile_names()
    write_profile(tmp_path, name, text)
    assert profile_names(tmp_path) == shipped
    assert why in own_profile_faults(tmp_path)[f"{name}.toml"]
