"""An update that is killed at any moment leaves the old version with its data, or the new one; another call ends it.

The processes are real and end with SIGKILL; they are forks of this one, so that a row of the table costs no start of
Python. The new version is today's program with one step more. With whole programs: tests/cli/test_update.py.
"""

import ctypes
import os
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
import pytest

import run
from app import compose
from app.cli import update, updating
from app.core.problems import Problem
from app.platform.updates import versions
from app.platform.updates.releases import check_release
from app.platform.updates.versions import Choice, hold_versions, read_choice, read_result
from schema import migrations as migration
from schema.earlier_copy import count_rows
from schema.migrations import expected_shape, migrate_database
from tests.platform.updates.made import KEYS, SMALL, made_release
from tests.world.nightly import NIGHTLY

VERSION = "9.1.0"
STEP_FILES = migration.step_files
NEW_STEP = "UPDATE village SET name = 'Munder';"
OLD, NEW = "Krai", "Munder"
PR_SET_CHILD_SUBREAPER = 36
"""Of linux/prctl.h."""


class World:
    """An installation with an office, a release on a stick, and the next version of the program."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.data, self.patch = folder / "loket", folder / "loket/data", monkeypatch
        self.sound = True
        self.killed_in_child = ""
        self.home.mkdir()
        self.step = folder / "9000_next.sql"
        self.step.write_text(NEW_STEP, encoding="utf-8")
        self.release = made_release(folder, VERSION, files=SMALL)
        plant(self.data)

    def program(self, _folder: Path, *arguments: str, **_how: object) -> str:
        """What the new version's program does, in a process of its own."""
        if "--try" not in arguments:
            return ""
        child = forked(lambda: self.be_next_version(Path(arguments[-1]), "--whole" in arguments))
        return "halaman tidak terbuka" if ended(child) else ""

    def be_next_version(self, data: Path, on_copy: bool) -> None:
        be_newer(self.patch, self.step)
        name = "copy" if on_copy else "data"
        for point in ("keep_state_before", "migrate_only", "seal_schema"):
            kill_before(self.patch, migration, point, f"{name} {point}", self.killed_in_child)
        update.check_side("office", data, whole=False)
        if self.killed_in_child == f"{name} page":
            kill_family()
        if not self.sound and not on_copy:
            raise click.ClickException("no page")

    def update(self, killed_at: str = "") -> None:
        """One call of the command. Raises ClickException, Problem."""

        def tell(sentence: str) -> None:
            if killed_at and sentence.startswith(killed_at.partition(" {")[0]):
                os.kill(os.getpid(), signal.SIGKILL)

        with hold_versions():
            updating.update_to(check_release(self.release, KEYS), self.data, tell)

    def start(self) -> tuple[str, str]:
        """What `run.py` would start now, and what stands in the data."""
        if run.chosen_version()[2]:
            with hold_versions():
                updating.settle()
        return run.chosen_version()[0], word_in(self.data)


def be_newer(patch: pytest.MonkeyPatch, step: Path) -> None:
    """From here on this process has the steps of the next version."""

    def with_new(folder: str, engine: str) -> list[Path]:
        own = STEP_FILES(folder, engine)
        return [*own, step] if folder == "office" else own

    patch.setattr(migration, "step_files", with_new)


@pytest.fixture(scope="module")
def known_shapes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What each process would reckon anew: the tables that the steps of today and of the next version give."""
    step = tmp_path_factory.mktemp("step") / "9000_next.sql"
    step.write_text(NEW_STEP, encoding="utf-8")
    db = compose.open_side("office", step.parent)
    expected_shape(db, "office")
    with pytest.MonkeyPatch.context() as patch:
        be_newer(patch, step)
        expected_shape(db, "office")
    db.close()


def plant(data: Path) -> None:
    db = compose.open_side("office", data)
    migrate_database(db, "office")
    compose.journal("office", db).open_epoch("350899", datetime(2026, 3, 2, tzinfo=UTC))
    with db.applying(), db.writing():
        db.run("INSERT INTO village (code, name) VALUES ('3508992010', ?)", (OLD,))
    db.close()


def word_in(data: Path) -> str:
    db = compose.open_side("office", data)
    [word] = db.one("SELECT name FROM village") or ("",)
    db.close()
    return str(word)


def kill_before(patch: pytest.MonkeyPatch, module: object, name: str, point: str, killed_at: str) -> None:
    real = getattr(module, name)

    def killed(*given: object, **named: object) -> object:
        if point == killed_at:
            kill_family()
        return real(*given, **named)

    patch.setattr(module, name, killed)


def kill_family() -> NoReturn:
    """The power goes: the update and the version that it tries end at once."""
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def run_to_its_end(work: Callable[[], object]) -> int:
    """The exit code of a process of its own, once those that it started have ended too."""
    return ended(forked(lambda: keep_family(work)))


def keep_family(work: Callable[[], object]) -> NoReturn:
    """Do the work in a child, wait for what it leaves behind (a lock lives until its last holder is gone), end as it.

    Linux gives orphans to the nearest ancestor that asks for them.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = ended(forked(work))
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    if code < 0:
        os.kill(os.getpid(), -code)
    os._exit(code)


def forked(work: Callable[[], object]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 on: other threads of pytest only wait
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except (click.ClickException, Problem):
        code = 2
    finally:
        os._exit(code)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def world(known_shapes: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path, monkeypatch)
    monkeypatch.setattr(versions, "home", lambda: made.home)
    monkeypatch.setattr(versions, "own_name", lambda: "")
    monkeypatch.setattr(updating, "call_program", made.program)
    monkeypatch.setattr(run, "VERSIONS", made.home / "versi")
    return made


def begins(sentence: str) -> str:
    return sentence.partition(" {")[0]


TOLD = ("UNPACKING", "PREPARING", "REHEARSING", "SWITCHING", "TRYING", "RETURNING")
INSIDE = ("keep_state_before", "migrate_only", "seal_schema", "page")
IN_CHILD = tuple(f"{name} {point}" for name in ("copy", "data") for point in INSIDE)
BETWEEN = ("unpacked half", "unpacked", "choice on trial", "choice made", "copy put back", "choice of before", "result")
EVERY = [(point, sound) for point in (*TOLD, *IN_CHILD, *BETWEEN) for sound in (True, False)]
BY_DAY = [
    ("data migrate_only", True),
    ("choice made", True),
    ("copy put back", False),
]
"""The others with `test --nightly`."""


def kill_between(world: World, point: str) -> None:
    """Let the update be killed before it does this."""
    count = {"files": 0, "choices": 0}
    real_write, real_choose, real_rename = versions.write_file, versions.write_choice, Path.replace

    def write_file(path: Path, data: bytes) -> None:
        count["files"] += 1
        if point == "unpacked half" and count["files"] == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        real_write(path, data)

    def write_choice(choice: Choice) -> None:
        count["choices"] += 1
        order = {"choice on trial": 1, "choice made": 2, "choice of before": 2}
        if count["choices"] == order.get(point):
            os.kill(os.getpid(), signal.SIGKILL)
        real_choose(choice)

    def replace(path: Path, target: Path) -> Path:
        is_unpacked = point == "unpacked" and path.name == VERSION + versions.UNFINISHED
        is_put_back = point == "copy put back" and Path(target).name == compose.FILES["office"]
        if is_unpacked or is_put_back:
            os.kill(os.getpid(), signal.SIGKILL)
        return real_rename(path, target)

    world.patch.setattr(versions, "write_file", write_file)
    world.patch.setattr(versions, "write_choice", write_choice)
    world.patch.setattr(Path, "replace", replace)
    if point == "result":
        world.patch.setattr(versions, "write_result", lambda _result: os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize(("point", "sound"), EVERY if NIGHTLY else BY_DAY)
def test_killed_at_any_stage_the_office_starts_and_another_call_ends_it(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str, sound: bool
) -> None:
    world.sound = sound
    with monkeypatch.context() as patch:
        world.patch = patch
        world.killed_in_child = point
        if point in BETWEEN:
            kill_between(world, point)
        told = begins(getattr(updating, point)) if point in TOLD else ""
        code = run_to_its_end(lambda: world.update(told))
    assert code in (-signal.SIGKILL, 0 if sound else 2)
    if code != -signal.SIGKILL:
        assert (point, sound) in NEVER_REACHED
    version, word = world.start()
    assert (version, word) in {("", OLD), (VERSION, OLD), (VERSION, NEW)}
    assert count_rows(world.data / compose.FILES["office"], "journal") == 1
    world.patch, world.sound, world.killed_in_child = monkeypatch, True, ""
    if not version:
        assert run_to_its_end(world.update) == 0
        version, word = world.start()
    result = read_result()
    assert (version, word, result and result.outcome) == (VERSION, NEW, "done")


NEVER_REACHED = {("RETURNING", True), ("copy put back", True)}
"""A good version takes no way back."""


def test_a_bad_version_leaves_program_and_data_as_they_were(world: World) -> None:
    world.sound = False
    with pytest.raises(click.ClickException, match="sudah kembali seperti sebelumnya"):
        world.update()
    assert world.start() == ("", OLD)
    assert read_choice().trial is False
    result = read_result()
    assert result is not None
    assert result.outcome == "back"


def test_two_updates_do_not_run_at_once(world: World) -> None:
    with hold_versions(), pytest.raises(Problem, match="sedang berjalan"):
        world.update()
