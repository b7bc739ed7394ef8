"""What is made for a moment lies in a folder that only its owner reads, however it was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schema import data_folder
from schema.data_folder import LOCK_HELD_ERROR, hold_scratch_folder


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_scratch_folder_and_the_one_around_it_are_for_the_owner_only(tmp_path: Path) -> None:
    around = tmp_path / "sementara"
    around.mkdir()
    around.chmod(0o755)  # as a person or an older program left it
    with hold_scratch_folder(around / "satu") as own:
        assert (mode(around), mode(own)) == (0o700, 0o700)
        (own / "isi").write_text("x")
    assert not (around / "satu").exists()
    with hold_scratch_folder(tmp_path / "baru" / "dua") as made:
        assert (mode(tmp_path / "baru"), mode(made)) == (0o700, 0o700)


def test_a_scratch_folder_is_tried_for_until_nobody_sweeps_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = iter([FileNotFoundError(), LOCK_HELD_ERROR(), FileNotFoundError()])

    @contextmanager
    def hold(folder: Path) -> Iterator[Path]:
        for error in busy:
            raise error
        yield folder

    monkeypatch.setattr(data_folder, "TRIES", 4)
    monkeypatch.setattr(data_folder, "hold_scratch_folder", hold)
    with data_folder.scratch_folder(tmp_path) as own:
        assert own.parent == tmp_path / data_folder.SCRATCH_FOLDER, "the fourth time"
    busy = iter([LOCK_HELD_ERROR()] * 9)
    with pytest.raises(LOCK_HELD_ERROR), data_folder.scratch_folder(tmp_path):
        pytest.fail("there is no folder")
    assert len(list(busy)) == 5, "four of nine tries"
