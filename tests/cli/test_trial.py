"""What a version before asks of the next one, in this very process: its sides are proved and its page opens."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
import click
import pytest

from app import compose
from app.cli import update as command
from app.cli.serving import Running
from app.cli.updating import copy_data
from tests.cli.test_backup import office


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
