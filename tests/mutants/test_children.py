"""A program that a test starts has the changed code, and notes what it reaches."""

import marshal
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mutants import reach
from tests.mutants.children import sitecustomize as children

RULE = """
def judge(number: int) -> str:
    if number > 5:
        return "much"
    elif number > 2:
        return "some"
    for _ in range(number):
        number += 0
    return "little"
"""
CALLS = "import sys, rule; sys.stdout.write(' '.join(rule.judge(n) for n in ({numbers})))"


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "rule.py"
    path.write_text(RULE, encoding="utf-8")
    return path


def said(rule: Path, variable: str, file: Path, numbers: str, then: str = "") -> str:
    """What a program of its own says that imports the rule."""
    program = os.environ | {"PYTHONPATH": str(Path(children.__file__).parent), variable: str(file)}
    call = [sys.executable, "-c", CALLS.format(numbers=numbers) + then]
    return subprocess.run(call, cwd=rule.parent, env=program, capture_output=True, text=True).stdout


def test_a_program_of_its_own_has_the_changed_code(rule: Path) -> None:
    changed = rule.with_suffix(".code")
    code = compile(RULE.replace("number > 5", "number >= 5"), str(rule), "exec")
    changed.write_bytes(marshal.dumps((str(rule), code)))
    assert said(rule, children.CHANGED, changed, "5, 3") == "much some"
    changed.write_bytes(marshal.dumps((str(rule.with_name("other.py")), code)))
    assert said(rule, children.CHANGED, changed, "5, 3") == "some some"


def test_a_program_of_its_own_notes_what_it_reaches_until_it_is_killed(
    rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "HERE", tmp_path)
    folder = tmp_path / "noting"
    folder.mkdir()
    (folder / children.name_code(str(rule))).write_bytes(marshal.dumps(compile(reach.noted(rule), str(rule), "exec")))
    watcher = reach.Watcher(folder)
    said(rule, children.NOTING, folder, "7, 7", "; import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert watcher.notes.read_text().splitlines() == ["rule.py::judge()", "rule.py::judge()#0"]


def test_each_test_has_its_own_notes(rule: Path, tmp_path: Path) -> None:
    watcher = reach.Watcher(tmp_path)
    lasting = children.Notes(str(tmp_path))
    for test, names in [("first", ["a", "b", "a"]), ("second", ["a"])]:
        watcher.end_test()
        watcher.running, watcher.began = test, 0.0
        for name in names:
            lasting.note(name)
    watcher.end_test()
    assert {test: reached for test, (_, reached) in watcher.tests.items()} == {"first": {"a", "b"}, "second": {"a"}}


@pytest.mark.parametrize(("line", "block"), [(3, ""), (4, "#0"), (5, "#1"), (6, "#3"), (7, ""), (8, "#2"), (9, "")])
def test_a_line_belongs_to_its_innermost_block(
    rule: Path, line: int, block: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "HERE", rule.parent)
    assert reach.block_around(rule, "judge()", line) == f"rule.py::judge(){block}"


def test_a_noting_module_does_what_the_plain_one_does(rule: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "HERE", rule.parent)
    reached: list[str] = []
    noting: dict[str, Any] = {children.NOTE: reached.append}
    exec(compile(reach.noted(rule), str(rule), "exec"), noting)
    assert [noting["judge"](number) for number in (0, 2, 3, 5, 6)] == ["little", "little", "some", "some", "much"]
    assert reached.count("rule.py::judge()") == 5
