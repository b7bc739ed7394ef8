"""What two walks wrote is compared: what is random differs without a word, a changed field or sentence is told."""

import shutil
from pathlib import Path

from app.platform.office import service
from sync.journal import Journal
from tests.platform.people import START, actor_of
from tests.world.sameness import differences, entries, main, masked


def set_place(journal: Journal, place: str) -> None:
    secretary = actor_of(journal.db, "ratna", START.date())
    service.change_settings(journal, secretary, {"office.place": place}, now=START)


def test_a_walk_is_the_same_as_its_copy_and_an_entry_more_is_told(
    journal: Journal, office_file: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    shutil.copy(office_file, before)
    assert differences(entries(before), entries(before))[1] == []
    set_place(journal, "Yosowilangun")
    after = tmp_path / "after"
    after.mkdir()
    journal.db.run("VACUUM INTO ?", (str(after / office_file.name),))
    total, lines = differences(entries(before), entries(after))
    assert total > 10
    assert [(line[0], "Yosowilangun" in line) for line in lines] == [("+", True)]
    assert main(before, after) == 1
    assert main(before, before) == 0


def test_what_every_walk_draws_anew_is_masked() -> None:
    assert masked("kode 4K7M-Q2XD pukul 08.15") == masked("kode 9ABC-77FG pukul 10.02") == "kode * pukul *"
    assert masked("Berkas 0012/KTP/2026 siap 12 Maret 2026") == "Berkas 0012/KTP/2026 siap 12 Maret 2026"
