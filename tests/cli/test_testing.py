"""The `test` command: its tools, its workers and the exit code that it passes on."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from app.cli import main, source_tree
from app.cli.packaging import wheels
from tests import changed
from tests.windows import interpreter, suite


def code_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["test", *arguments])
    return ended.value.code


def test_tools_are_found_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"chromium", "age", "poppler-utils", "openssl", "caddy", "gammu-smsd"} <= set(source_tree.missing_tools())
    for program in ("chromium", "age", "pdftoppm", "openssl", "caddy", "gammu-smsd", "systemd-analyze"):
        (tmp_path / program).touch(mode=0o755)
    assert set(source_tree.missing_tools()) <= {"postgresql"}


def test_nothing_is_said_when_nothing_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    source_tree.provide_tools([])
    assert capsys.readouterr().err == ""


def test_the_quicker_browser_is_asked_for_once_and_no_test_needs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = list[tuple[str, ...]]()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(source_tree, "run_apt_get", lambda *words: asked.append(words))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    source_tree.provide_quicker_browser(tmp_path)
    assert asked == [], "without apt nothing is installed"
    (tmp_path / "apt-get").touch(mode=0o755)
    for _ in range(2):
        source_tree.provide_quicker_browser(tmp_path)
    assert [words[-1] for words in asked] == ["-qq", source_tree.SHELL], "a second run does not ask again"
    assert source_tree.SHELL not in source_tree.TOOLS


@pytest.mark.parametrize("own", [("-n", "4"), ("-n0",), ("--pdb",), ("--dist=no",)])
def test_the_caller_may_choose_the_workers(own: tuple[str, ...]) -> None:
    assert source_tree.worker_arguments(own) == []


def test_pytest_answers_with_its_own_code(capfd: pytest.CaptureFixture[str]) -> None:
    assert code_of("tests/rules/test_migrations.py", "-q", "-n0") == 0
    assert " passed in " in capfd.readouterr().out.splitlines()[-1]
    assert code_of("tests/no_such_file.py", "-q", "-n0") == 4


def test_a_few_files_need_no_workers_and_a_folder_no_more_than_it_has_work_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert source_tree.worker_arguments(("-q",)) == ["-n", "3", "--dist", "worksteal"]
    assert source_tree.worker_arguments(("tests/cli/test_testing.py::test_tools_are_found_on_the_path", "-q")) == []
    assert source_tree.worker_arguments(("tests/quality/capa", "tests/quality/checks")) == []
    assert source_tree.worker_arguments(("tests",))[:2] == ["-n", "3"]
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert source_tree.worker_arguments(()) == []


def test_only_tools_that_the_named_tests_speak_of_are_installed(tmp_path: Path) -> None:
    every = list(source_tree.TOOLS)
    assert source_tree.asked_tools(every, []) == every
    (tmp_path / "test_quick.py").write_text("def test_sum(): ...")
    assert source_tree.asked_tools(every, [tmp_path]) == []
    (tmp_path / "helpers.py").write_text("from tests.browser import camera")
    assert source_tree.asked_tools(every, [tmp_path]) == ["chromium"]
    assert source_tree.asked_tools([], [tmp_path]) == []
    assert source_tree.named_paths(("tests/cli/test_disk.py::test_x", "-k", "disk")) == [
        source_tree.paths.CHECKOUT / "tests/cli/test_disk.py"
    ]


def test_folders_of_a_run_lie_in_memory_only_where_they_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = source_tree.shutil.disk_usage(tmp_path).free
    monkeypatch.setattr(source_tree, "ROOM_OF_A_RUN", free // 2)
    assert source_tree.has_room(tmp_path)
    monkeypatch.setattr(source_tree, "ROOM_OF_A_RUN", free * 2)
    assert not source_tree.has_room(tmp_path)
    assert not source_tree.has_room(tmp_path / "not there")


# -- the program in a Python of Windows ---------------------------------------------------------------------------


class OwnRun(NamedTuple):
    """A run that is not pytest: its option, module, the variable of its cache, packages and the programs of them."""

    option: str
    module: str
    cache: str
    packages: list[str]
    programs: tuple[str, ...]
    for_root: bool = True


OWN_RUNS = (
    OwnRun(
        "--windows",
        "tests.windows",
        source_tree.WINDOWS_CACHE,
        ["wine64", "wine", "gcc-mingw-w64-x86-64", "chromium"],
        ("wine", "x86_64-w64-mingw32-gcc", "chromium"),
        for_root=False,
    ),
    OwnRun(
        "--book",
        "tests.book",
        source_tree.BOOK_CACHE,
        ["mmdebstrap", "systemd-container", "iproute2"],
        ("mmdebstrap", "systemd-nspawn", "ip"),
    ),
    OwnRun(
        "--debian",
        "tests.debian",
        source_tree.DEBIAN_CACHE,
        ["mmdebstrap", "systemd-container", "curl"],
        ("mmdebstrap", "systemd-nspawn", "curl"),
    ),
)


@pytest.mark.parametrize("own", OWN_RUNS, ids=lambda own: own.option)
def test_each_run_of_its_own_gets_what_is_missing_and_its_folder(
    own: OwnRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls, provided = list[tuple[str, ...]](), list[list[str]]()

    def run_python(*call: str) -> None:
        calls.append(call)
        raise SystemExit(3)

    monkeypatch.setattr(source_tree, "run_python", run_python)
    monkeypatch.setattr(source_tree, "provide_tools", provided.append)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(own.cache, "/elsewhere")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert code_of(own.option) == (1 if own.for_root else 3)
    assert len(calls) == (not own.for_root)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert code_of(own.option) == 3
    assert calls[-1] == ("-m", own.module, "/elsewhere")
    assert provided[-1] == own.packages
    for program in own.programs:
        (tmp_path / program).touch(mode=0o755)
    code_of(own.option)
    assert provided[-1] == []


def test_named_tests_reach_the_run_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[tuple[str, ...]]()
    monkeypatch.setattr(source_tree, "run_python", lambda *call: calls.append(call))
    monkeypatch.setattr(source_tree, "provide_tools", lambda _packages: None)
    code_of("--windows", "tests/core/test_text.py")
    assert calls[0][-1] == "tests/core/test_text.py"


def test_a_whole_run_says_when_each_run_of_its_own_was_tried_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(source_tree, "run_python", lambda *call: None)
    monkeypatch.setenv(source_tree.WINDOWS_CACHE, str(tmp_path))
    monkeypatch.setenv(source_tree.BOOK_CACHE, str(tmp_path))
    monkeypatch.setenv(source_tree.DEBIAN_CACHE, str(tmp_path))
    code_of("-x")
    told = capsys.readouterr().err
    assert "Windows (test --windows): belum dijalankan di komputer ini." in told
    assert "Buku administrator (test --book): belum dijalankan di komputer ini." in told
    assert "Paket Debian (test --debian): belum dijalankan di komputer ini." in told
    (tmp_path / source_tree.LAST_RUN).write_text("lulus 26-11-2026 08.15 pada 1a2b3c4", encoding="utf-8")
    code_of("-x")
    assert "Windows (test --windows): lulus 26-11-2026 08.15 pada 1a2b3c4." in capsys.readouterr().err
    code_of("tests/core/test_text.py")
    assert "Windows" not in capsys.readouterr().err


def test_what_windows_fetches_is_pinned_whatever_system_a_pin_is_for() -> None:
    lines = (changed.ROOT / "requirements-test.txt").read_text(encoding="utf-8")
    chosen = wheels.pins(lines, interpreter.TEST_PACKAGES)
    assert wheels.names_in(chosen) == sorted(interpreter.TEST_PACKAGES)
    assert ";" not in chosen, "a condition would be asked of this system"
    assert all("\n    --hash=sha256:" in block for block in chosen.split("==")[1:])
    own = (changed.ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = [line.partition("==")[0] for line in own.splitlines() if "==" in line]
    assert wheels.names_in(wheels.pins(own, names)) == names
    assert "--hash=sha256:" in (interpreter.HERE / "interpreter.txt").read_text(encoding="utf-8")


def test_the_tests_that_windows_is_given_are_there() -> None:
    tests = [one.removeprefix("--deselect=") for one in suite.CHOSEN if one != "-q"]
    named = [changed.ROOT / one.partition("::")[0] for one in tests]
    assert named
    assert [path for path in named if not path.exists()] == []


def test_every_test_of_exchange_and_command_line_runs_on_windows_or_says_why_not() -> None:
    rooms = (changed.ROOT / "tests/sync", changed.ROOT / "tests/cli")
    every = {path.relative_to(changed.ROOT).as_posix() for room in rooms for path in room.glob("test_*.py")}
    there = {name for name in suite.FILES if name.startswith(("tests/sync/", "tests/cli/"))}
    assert {*there, *suite.LEFT_OUT} == every
    assert there.isdisjoint(suite.LEFT_OUT)


# -- what changed files reach -------------------------------------------------------------------------------------


def path_of(ending: str) -> str:
    return next(path for path in changed.files() if path.endswith(ending))


def rooms_of(reached: list[str]) -> set[str]:
    return {Path(path).parent.name for path in reached}


def test_a_change_reaches_its_room_and_those_who_use_it_and_not_the_rest() -> None:
    reached = changed.reached_tests([path_of("quarter/counting.py")])
    assert {"quarter", "indicators"} <= rooms_of(reached)
    assert rooms_of(reached).isdisjoint({"core", "residents", "people", "members"})
    assert rooms_of(reached[:12]) <= {"quarter", "complaints", "demo", "indicators"}, "those that import it come first"
    below = changed.reached_tests([path_of("complaints/masks.py")])
    assert set(reached) < set(below) < set(changed.reached_tests([path_of("core/dates.py")]))


def test_what_is_no_module_reaches_those_who_name_it() -> None:
    assert {"quarter", "rules"} <= rooms_of(changed.reached_tests([path_of("quarter/recap.html")]))
    rooms = rooms_of(changed.reached_tests(["schema/services/ktm.toml"]))
    assert {"ktm", "services"} <= rooms
    assert rooms.isdisjoint({"core", "residents", "members"})


def test_a_changed_test_is_its_own_answer_and_a_conftest_reaches_all_below() -> None:
    own = str(Path(__file__).relative_to(changed.ROOT))
    assert changed.reached_tests([own, "no/longer/there.py"]) == [own]
    everything = [path for path in changed.files() if changed.is_test(path)]
    assert sorted(changed.reached_tests(["tests/conftest.py"])) == everything


def test_changed_are_the_differing_and_the_new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "ROOT", tmp_path)
    for name in ("same.py", "edited.py"):
        (tmp_path / name).touch()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "begin"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    (tmp_path / "edited.py").write_text("1")
    (tmp_path / "new.py").touch()
    assert changed.changed_files("HEAD") == ["edited.py", "new.py"]


def test_changed_hands_the_reached_tests_to_pytest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = list[tuple[str, ...]]()
    monkeypatch.setattr(source_tree, "run_python", lambda *call: calls.append(call))
    monkeypatch.setattr(source_tree, "reached_tests", lambda since: ["tests/cli/test_testing.py"] * (since == "main"))
    assert code_of("--changed=main", "-x") == 0
    assert calls == [("-m", "pytest", "--color=no", "--no-header", "-x", "tests/cli/test_testing.py")]
    assert code_of("--changed", "-x") == source_tree.NOTHING_TO_RUN
    assert "0 berkas" in capsys.readouterr().err
    assert len(calls) == 1


def test_a_commit_that_git_does_not_know_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("--changed=no-such-commit") == 1
    assert "no-such-commit" in capsys.readouterr().err


# -- what other programs are asked --------------------------------------------------------------------------------


def put_program(folder: Path, name: str, script: str) -> None:
    """A program of this name for whoever has the folder on the PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_what_is_missing_is_installed_by_root_and_apts_complaint_is_told_without_addresses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    put_program(tmp_path, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked\necho much\necho aside >&2')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(source_tree, "missing_tools", lambda: ["age"])
    source_tree.provide_tools(["chromium", "age"])
    assert (tmp_path / "asked").read_text().splitlines() == [
        "noninteractive update -qq",
        "noninteractive install -y -qq --no-install-recommends chromium age",
    ]
    still = "Tetap belum ada: age. Uji yang memerlukannya akan gagal."
    assert capfd.readouterr() == ("", f"Memasang alat uji: chromium age ...\n{still}\n")
    monkeypatch.setattr(source_tree, "missing_tools", list)
    source_tree.provide_tools(["age"])
    assert capfd.readouterr().err == "Memasang alat uji: age ...\n"
    long = "x" * 600
    put_program(tmp_path, "apt-get", f'echo "{long} E: http://mirror.invalid/debian not found" >&2; exit 100')
    source_tree.run_apt_get("update")
    told = f"{long} E: (...) not found"[-500:]
    assert capfd.readouterr().err == f"apt-get: {told}\n"


def test_where_nothing_can_be_installed_the_command_for_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    source_tree.provide_tools(["chromium", "age"])
    assert capsys.readouterr().err.splitlines() == [
        "Belum ada: chromium age. Uji yang memerlukannya akan gagal.",
        "Pasang dulu: sudo apt-get install chromium age",
    ]


@pytest.mark.parametrize(("good", "word"), [(True, "lulus"), (False, "gagal")])
def test_a_run_of_its_own_leaves_a_note_with_day_and_commit(
    good: bool, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source_tree.keep_note(tmp_path, good)
    source_tree.tell_about("Windows", tmp_path)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=changed.ROOT, capture_output=True, text=True).stdout
    told = re.fullmatch(rf"Windows: {word} \d\d-\d\d-\d{{4}} \d\d\.\d\d pada ([0-9a-f]+)\.\n", capsys.readouterr().err)
    assert told
    assert head.startswith(told[1])


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (["prove", "power", "--points", "5"], ["-m", "tests.proof", "power", "--points", "5"]),
        (["bench", "--quick", "office"], [str(changed.ROOT / "bench/run.py"), "--quick", "office"]),
    ],
)
def test_proofs_and_measurements_are_given_every_word_and_end_with_their_code(
    words: list[str], called: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = list[list[str]]()

    def run(call: list[str], cwd: Path) -> SimpleNamespace:
        assert cwd == changed.ROOT
        calls.append(call)
        return SimpleNamespace(returncode=7)

    monkeypatch.setattr(source_tree.subprocess, "run", run)
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert (ended.value.code, calls) == (7, [[sys.executable, *called]])


def test_the_reached_tests_are_asked_of_git_by_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = SimpleNamespace(returncode=0, stdout="tests/a.py\ntests/b.py\n")
    calls = list[list[str]]()
    monkeypatch.setattr(source_tree.subprocess, "run", lambda call, **_how: calls.append(call) or answer)
    assert source_tree.reached_tests("main") == ["tests/a.py", "tests/b.py"]
    assert [call[1:] for call in calls] == [["-m", "tests.changed", "main"]]


def test_every_draw_and_what_failed_last_are_asked_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[tuple[str, ...]]()
    monkeypatch.setattr(source_tree, "run_python", lambda *call: calls.append(call))
    monkeypatch.setattr(source_tree, "has_room", lambda _folder: False)
    for name in ("LOKET_NIGHTLY", "TMPDIR"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    start = ("-m", "pytest", "--color=no", "--no-header")
    assert code_of("tests/rules/test_sizes.py") == 0
    assert ("LOKET_NIGHTLY" in os.environ, "TMPDIR" in os.environ) == (False, False)
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ, "programs that a test starts would compile the whole tree"
    for last in ("--lf", "--last-failed"):
        code_of("tests/rules/test_sizes.py", "--nightly", last)
        assert calls.pop() == (*start, "--last-failed-no-failures=none", "tests/rules/test_sizes.py", last)
    assert calls == [(*start, "tests/rules/test_sizes.py")]
    assert os.environ["LOKET_NIGHTLY"] == "1"
    monkeypatch.setattr(source_tree, "has_room", lambda folder: folder == Path("/dev/shm"))
    code_of("tests/rules/test_sizes.py")
    assert os.environ["TMPDIR"] == "/dev/shm"
    os.environ["TMPDIR"] = "/elsewhere"
    code_of("tests/rules/test_sizes.py")
    assert os.environ["TMPDIR"] == "/elsewhere", "whoever names a folder has it"
