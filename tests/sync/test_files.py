"""A file is whole or not there: what is asked of the disk, in which order, and who may read it. Signed headers too."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema import data_folder
from schema.data_folder import fsync_file, fsync_folder, shred, write_whole
from sync.keys import is_text_signed, make_keys, sign_text, signed_answer_text, signed_request_text


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the disk: `file 5` is an fsync of a file that holds five bytes."""
    told: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        known = os.fstat(handle)
        told.append("folder" if stat.S_ISDIR(known.st_mode) else f"file {known.st_size}")
        real_fsync(handle)

    def replace(path: Path, target: Path) -> Path:
        told.append(f"rename {path.name}")
        return real_replace(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return told


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process that takes nothing away from a file's mode."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_bytes_then_name_then_folder_reach_the_disk(tmp_path: Path, asked: list[str]) -> None:
    write_whole(tmp_path / "a.bin", b"12345")
    assert asked == ["file 5", "rename a.bin.tmp", "folder"]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"12345")]


@pytest.mark.usefixtures("open_umask")
def test_a_file_is_as_private_as_was_asked_from_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "open", b"x")
    write_whole(tmp_path / "secret", b"x", 0o600)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {"open": 0o644, "secret": 0o600}
    seen: list[int] = []
    monkeypatch.setattr(Path, "replace", lambda path, _: seen.append(stat.S_IMODE(path.stat().st_mode)))
    write_whole(tmp_path / "secret", b"y", 0o600)
    assert seen == [0o600]


def test_what_an_interrupted_write_left_is_no_obstacle_and_no_way_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "a.tmp").symlink_to(tmp_path / "other")
    write_whole(tmp_path / "a", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new", "other": b"other"}


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_whole(tmp_path / "a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_somebody_else_s_unfinished_file_is_never_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "unlink", lambda _path: None)
    (tmp_path / "a.tmp").write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"mine")
    assert (tmp_path / "a.tmp").read_bytes() == b"theirs"


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_folder_is_made_durable_where_the_system_can(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = open_handles()
    fsync_folder(tmp_path)
    assert (asked, open_handles()) == (["folder"], held)
    with pytest.raises(FileNotFoundError):
        fsync_folder(tmp_path / "nowhere")
    monkeypatch.setattr(data_folder.os, "name", "nt")
    fsync_folder(tmp_path / "nowhere")
    monkeypatch.undo()


def test_a_file_is_forced_to_the_disk_as_it_lies_there(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "copy").write_bytes(b"1234567")
    fsync_file(tmp_path / "copy")
    assert asked == ["file 7"]
    assert (tmp_path / "copy").read_bytes() == b"1234567"


@pytest.mark.parametrize("size", [0, 9, data_folder.MEGABYTE + 3])
def test_what_is_destroyed_is_overwritten_on_the_disk_before_its_name_goes(
    tmp_path: Path, asked: list[str], size: int
) -> None:
    """A second name of the same bytes shows what is left of them."""
    (tmp_path / "secret").write_bytes(b"x" * size)
    (tmp_path / "second").hardlink_to(tmp_path / "secret")
    shred(tmp_path / "secret")
    assert asked == [f"file {size}", "folder"]
    assert not (tmp_path / "secret").exists()
    assert (tmp_path / "second").read_bytes() == bytes(size)


# -- signed requests and answers --------------------------------------------------------------------------------


def test_what_a_signature_covers_is_written_out() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert signed_request_text("POST", "/batch?x=1", b"", "abc") == (
        f"loket-request-1\nPOST\n/batch?x=1\n{empty}\nabc\n".encode()
    )
    assert signed_answer_text("sig", b"") == f"loket-answer-1\nsig\n{empty}\n".encode()


def test_a_signature_in_a_header_field_is_checked_as_it_stands() -> None:
    keys, other, text = make_keys("350899"), make_keys("350898"), b"loket"
    field = sign_text(keys, text)
    assert len(field) == 86
    assert is_text_signed(keys.public, text, field)
    assert not is_text_signed(keys.public, b"Loket", field)
    assert not is_text_signed(other.public, text, field)
    for broken in ("", field[:-1], field + "A", "é" * 86, "!" * 86, field[:40]):
        assert not is_text_signed(keys.public, text, broken)
