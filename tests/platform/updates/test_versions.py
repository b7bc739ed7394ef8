"""The versions beside each other: which there are, which go, who may change them, and when a release is all there."""

from pathlib import Path

import pytest

from app import paths
from app.core.problems import Problem
from app.platform.updates import versions
from app.platform.updates.releases import check_release
from app.platform.updates.versions import Choice, Result
from tests.platform.updates.made import KEYS, SMALL, made_release


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place in which versions lie beside each other."""
    monkeypatch.setattr(versions, "home", lambda: tmp_path / "loket")
    (tmp_path / "loket").mkdir()
    return tmp_path / "loket"


def put(home: Path, *names: str) -> None:
    for name in names:
        (home / paths.VERSIONS / name).mkdir(parents=True)
        (home / paths.VERSIONS / name / "run.py").write_text("")


def test_versions_are_named_from_the_newest_and_half_of_one_is_none(home: Path) -> None:
    assert versions.newest_first() == []
    put(home, "0.9.0", "0.10.1", "0.10.0", "0.11.0.baru")
    (home / paths.VERSIONS / "0.12.0").mkdir()
    assert versions.newest_first() == ["0.10.1", "0.10.0", "0.9.0"]


def test_versions_to_which_nobody_goes_back_are_removed(home: Path) -> None:
    put(home, "0.9.0", "0.10.0", "0.10.1", "0.11.0.baru")
    versions.drop_others({"0.10.1", "0.9.0", ""})
    assert sorted(path.name for path in (home / paths.VERSIONS).iterdir()) == ["0.10.1", "0.11.0.baru", "0.9.0"]


def test_one_at_a_time_changes_the_versions(home: Path) -> None:
    with versions.hold_versions(), pytest.raises(Problem) as caught, versions.hold_versions():
        pass
    assert (caught.value.code, caught.value.status) == ("update_under_way", 409)
    with versions.hold_versions():
        pass


def test_choice_and_result_are_read_as_they_were_written_and_rubbish_is_none(home: Path) -> None:
    assert (versions.read_choice(), versions.read_result()) == (Choice(""), None)
    (home / paths.VERSIONS).mkdir()
    choice = Choice("0.10.1", "0.9.0", trial=True, data="x")
    result = Result("done", "0.10.1", "2026-03-12T02:42:00Z", "Selesai.")
    versions.write_choice(choice)
    versions.write_result(result)
    assert (versions.read_choice(), versions.read_result()) == (choice, result)
    assert result.moment.isoformat() == "2026-03-12T02:42:00+00:00"
    for name in (versions.CHOICE, versions.RESULT):
        (home / paths.VERSIONS / name).write_bytes(b"\xff{")
    assert (versions.read_choice(), versions.read_result()) == (Choice(""), None)


def test_the_program_installed_by_hand_has_no_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions.program_folder("") == home
    assert versions.program_folder("0.9.0") == home / paths.VERSIONS / "0.9.0"
    assert versions.own_name() == paths.CHECKOUT.name
    monkeypatch.setattr(versions, "home", lambda: paths.CHECKOUT)
    assert versions.own_name() == ""


def test_a_release_is_put_beside_the_others_whole_and_half_of_one_is_made_anew(home: Path, tmp_path: Path) -> None:
    (home / paths.VERSIONS).mkdir()
    release = check_release(made_release(tmp_path), KEYS)
    target = versions.unpack_release(release)
    assert target == home / paths.VERSIONS / "9.1.0"
    held = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert held == SMALL
    own = target / "catatan"
    own.write_text("tetap")
    assert versions.unpack_release(release) == target
    assert own.exists(), "what is whole is left alone"
    for spoil in (lambda: (target / "run.py").write_text("lain"), (target / "run.py").unlink):
        spoil()
        (target.with_name("9.1.0.baru")).mkdir()
        assert not versions.is_unpacked(release, target)
        versions.unpack_release(release)
        assert versions.is_unpacked(release, target)
        assert not own.exists()
        assert not target.with_name("9.1.0.baru").exists()
