"""What a version before asks of the next one, in this very process: its sides are proved and its page opens."""

import ast
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import apsw
import click
import pytest
from click.testing import CliRunner

from app import compose
from app.cli import update as command
from app.cli.serving import Running
from app.cli.updating import copy_data, rehearse
from app.platform.updates.versions import Choice
from tests.cli.test_backup import office
from tests.proof.pair import open_centre_road


@pytest.fixture
def data(tmp_path: Path) -> Path:
    office(tmp_path / "kantor")
    return tmp_path / "kantor"


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Running]]:
    """The servers that a trial began, which in a process of its own end with it."""
    begun: list[Running] = []

    def begin(app: Any, port: int) -> Running:
        begun.append(Running(app, port))
        return begun[-1]

    monkeypatch.setattr(command, "Running", begin)
    yield begun
    for server in begun:
        server.stop()


def entries(data: Path) -> list[Any]:
    with closing(compose.open_side("office", data)) as db:
        return list(db.run("SELECT id, hash FROM journal ORDER BY id"))


def damage(data: Path) -> None:
    tool = apsw.Connection(str(data / compose.FILES["office"]))
    tool.execute("UPDATE setting SET value = '\"x\"' WHERE key = 'office.name'")
    tool.close()


def test_a_trial_opens_a_page_and_writes_no_entry(data: Path, servers: list[Running]) -> None:
    before = entries(data)
    command.try_here(data, whole=True)
    assert [server.address for server in servers] == [f"127.0.0.1:{servers[0].port}"]
    assert entries(data) == before


def test_only_the_whole_trial_proves_what_stands_in_the_data(data: Path) -> None:
    damage(data)
    command.check_side("office", data, whole=False)
    with pytest.raises(click.ClickException):
        command.check_side("office", data, whole=True)


def test_an_empty_folder_is_tried_as_an_office(tmp_path: Path, servers: list[Running]) -> None:
    command.try_here(tmp_path / "baru", whole=True)
    assert len(servers) == 1


def test_an_empty_folder_of_a_pc_stays_empty_so_that_the_way_back_is_open(
    tmp_path: Path, servers: list[Running]
) -> None:
    command.try_here(tmp_path, whole=False)
    assert servers == []
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".sqlite3"] == []


def refusing(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("500 Internal Server Error", [("Content-Length", "0")])
    return [b""]


def cut_off(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Length", "9")])
    return [b"half"]


@pytest.mark.parametrize("application", [refusing, cut_off])
def test_a_page_that_does_not_open_or_ends_in_its_middle_ends_the_trial(
    data: Path, servers: list[Running], monkeypatch: pytest.MonkeyPatch, application: Callable[..., Any]
) -> None:
    monkeypatch.setattr(command, "trial_application", lambda _side, _data: application)
    with pytest.raises(click.ClickException, match="halamannya tidak terbuka"):
        command.try_here(data, whole=False)
    assert len(servers) == 1


@pytest.mark.parametrize(
    ("terminal", "line", "taken"),
    [(False, b"0f" * 32 + b"\n", True), (False, b"0f" * 31 + b"\n", False), (True, b"0f" * 32 + b"\n", False)],
)
def test_a_key_is_taken_from_a_parent_only_else_the_folder_is_opened_as_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool, line: bytes, taken: bool
) -> None:
    opened: list[tuple[Path, bytes]] = []
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: terminal, buffer=io.BytesIO(line)))
    monkeypatch.setattr(command, "take_over", lambda folder, given: opened.append((folder, given)))
    monkeypatch.setattr(command, "open_folder", lambda folder: opened.append((folder, b"")))
    command.take_or_ask(tmp_path)
    assert opened == [(tmp_path, line if taken else b"")]


def test_a_copy_for_a_trial_has_what_opens_it_and_no_key_that_signs(data: Path, tmp_path: Path) -> None:
    (data / "keys").mkdir(exist_ok=True)
    (data / "keys" / "tanda").write_bytes(b"x")
    (data / "rahasia-pin").write_bytes(b"pepper")
    copy = tmp_path / "salinan"
    copy_data(data, copy)
    assert (copy / "rahasia-pin").read_bytes() == b"pepper"
    assert (copy / "kantor.sqlite3").is_file()
    assert not (copy / "keys").exists()


def test_a_centre_is_tried_with_its_own_page(tmp_path: Path, servers: list[Running]) -> None:
    open_centre_road(tmp_path).db.close()
    command.try_here(tmp_path, whole=True)
    with urlopen(f"http://{servers[0].address}/", timeout=30) as page:
        assert b"Pusat" in page.read()
    assert len(servers) == 1


def test_the_words_of_the_version_before_reach_the_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[tuple[Path, bool]]()
    monkeypatch.setattr(command, "try_here", lambda data, *, whole: tried.append((data, whole)))
    for more in ([], ["--whole"]):
        done = CliRunner().invoke(command.update, ["--try", *more, "--data", str(tmp_path)])
        assert (done.exit_code, done.output) == (0, "")
    assert tried == [(tmp_path, False), (tmp_path, True)]


@pytest.mark.parametrize("locked", [True, False])
def test_only_a_locked_folder_is_opened_before_it_is_looked_into(
    locked: bool, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, ended = list[Path](), list[Path]()
    monkeypatch.setattr(command, "is_encrypted", lambda _data: locked)
    monkeypatch.setattr(command, "open_folder", opened.append)
    command.open_if_locked(data)
    assert opened == [data] * locked
    monkeypatch.setattr(command, "hold_versions", nullcontext)
    monkeypatch.setattr(command, "settle", lambda: "")
    monkeypatch.setattr(command, "take_or_ask", ended.append)
    for trial in (True, False):
        choice = Choice("9.1.0", "", trial=trial, data=str(data))
        monkeypatch.setattr(command.versions, "read_choice", lambda choice=choice: choice)
        command.end_trial()
    assert ended == [data] * locked, "a folder that nobody tries stays as it is"


def test_a_locked_folder_is_tried_with_the_key_that_was_handed_over(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, checked = list[tuple[Path, bytes]](), list[tuple[str, bool]]()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"key\nmore")))
    monkeypatch.setattr(command, "is_encrypted", lambda _data: True)
    monkeypatch.setattr(command, "take_over", lambda folder, line: given.append((folder, line)))
    monkeypatch.setattr(command, "check_side", lambda side, _data, whole: checked.append((side, whole)))
    monkeypatch.setattr(command, "check_page", lambda side, _data: checked.append((side, True)))
    command.try_here(data, whole=False)
    assert (given, checked) == ([(data, b"key\n")], [("office", False), ("office", True)])


def test_a_rehearsal_is_made_with_a_copy_that_goes_again(data: Path, tmp_path: Path) -> None:
    told, version = tmp_path / "told", tmp_path / "9"
    version.mkdir()
    asks = "import os, sys\nfound = [sys.argv[1:-1], sorted(os.listdir(sys.argv[-1])), sys.argv[-1]]"
    (version / "run.py").write_text(f"{asks}\nopen({str(told)!r}, 'w').write(repr(found))\n", encoding="utf-8")
    before = entries(data)
    assert rehearse(version, data) == ""
    words, files, place = ast.literal_eval(told.read_text())
    assert words == ["update", "--try", "--whole", "--data"]
    assert "kantor.sqlite3" in files
    assert data in Path(place).parents
    assert (Path(place).exists(), entries(data)) == (False, before)


def test_no_trial_begins_where_there_is_no_room_for_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.updating.shutil.disk_usage", lambda _data: SimpleNamespace(free=0))
    with pytest.raises(click.ClickException, match="Ruang kosong kurang"):
        copy_data(data, tmp_path / "salinan")
    assert not (tmp_path / "salinan/kantor.sqlite3").exists()
