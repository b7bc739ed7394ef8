"""Which test reaches which function and block: measured once per test file, kept beside Python's compiled modules.

The program is compiled with one more statement at the start of each function and of each block in it, which notes it.
Programs that a test starts, and its forks, note theirs in a file. What a fixture of a session reaches counts for the
test that needed it first.
"""

import ast
import builtins
import fcntl
import hashlib
import itertools
import json
import marshal
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutants.changes import HERE
from tests.mutants.children import sitecustomize as children
from tests.rules.source import WINGS

KEPT = HERE / "tests" / "__pycache__" / "reached.json"
Function = ast.FunctionDef | ast.AsyncFunctionDef
PROGRAM = ("app", "sync", "schema")


class Reaching(NamedTuple):
    """A test: its address, seconds, and what it reaches: functions as `file::Class.name()`, blocks as `…()#3`."""

    test: str
    seconds: float
    functions: frozenset[str]

    @property
    def file(self) -> str:
        return self.test.partition("::")[0]

    @property
    def room(self) -> str:
        folder = self.test.split("/")
        return folder[2] if folder[1] in WINGS and len(folder) > 3 else folder[1]


def noted(path: Path) -> ast.Module:
    """The file's tree, in which each function and block says that it runs."""
    tree, name = ast.parse(path.read_bytes()), str(path.relative_to(HERE))
    for owner, function in functions_of(tree):
        for number, block in enumerate(blocks_of(function)):
            note = ast.parse(f"{children.NOTE}({block_name(name, owner, number)!r})").body
            block[:0] = note
        at = 1 if ast.get_docstring(function) else 0
        function.body[at:at] = ast.parse(f"{children.NOTE}({f'{name}::{owner}'!r})").body
    return ast.fix_missing_locations(tree)


def block_name(file: str, owner: str, number: int) -> str:
    return f"{file}::{owner}#{number}"


def functions_of(node: ast.AST, owner: str = "") -> Iterator[tuple[str, Function]]:
    """The outermost functions below, each with its name as `Class.name()`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions_of(child, f"{owner}.{child.name}".lstrip("."))
        elif isinstance(child, Function):
            yield f"{owner}.{child.name}()".lstrip("."), child
        else:
            yield from functions_of(child, owner)


def blocks_of(function: Function) -> list[list[ast.stmt]]:
    """The blocks of a function, in a lasting order; one for what is not there after an `if`."""
    found: list[list[ast.stmt]] = []
    for node in itertools.islice(ast.walk(function), 1, None):
        if isinstance(node, ast.If):
            found += [node.body, node.orelse]
        elif isinstance(node, Function | ast.For | ast.While | ast.ExceptHandler | ast.match_case):
            found.append(node.body)
    return found


def block_around(path: Path, owner: str, line: int) -> str:
    """The name of the innermost block of a function that has a line, else the function's own."""
    name = str(path.relative_to(HERE))
    for own, function in functions_of(ast.parse(path.read_bytes())):
        if own == owner:
            around = [
                (block[0].lineno, number)
                for number, block in enumerate(blocks_of(function))
                if block and block[0].lineno <= line <= (block[-1].end_lineno or 0)
            ]
            return block_name(name, owner, max(around)[1]) if around else f"{name}::{owner}"
    return f"{name}::{owner}"


def worked_seconds() -> float:
    """Seconds of processor of this process and its ended children: another's work on the machine counts for nothing."""
    return sum(os.times()[:4])


class Watcher:
    """A plugin of pytest that keeps what each passed test reached."""

    def __init__(self, folder: Path) -> None:
        self.reached: set[str] = set()
        self.tests: dict[str, tuple[float, set[str]]] = {}
        self.failed: set[str] = set()
        self.turn, self.notes = folder / "turn", folder / "notes"
        self.turn.write_bytes(b"\0")
        self.notes.touch()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)

    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> None:
        """Note what the test before reached; the hook's own work goes on elsewhere."""
        self.end_test()
        self.running, self.began = item.nodeid, worked_seconds()

    def end_test(self) -> None:
        running = getattr(self, "running", "")
        if running and running not in self.failed:
            seconds = round(worked_seconds() - self.began, 3)
            self.tests[running] = seconds, self.reached | set(self.notes.read_text().splitlines())
        self.reached.clear()
        os.truncate(self.notes, 0)
        with self.turn.open("r+b") as turn:  # the same file: the other processes have it in their memory
            turn.write(bytes([len(self.tests) % 256]))


def keep_noting_code(folder: Path) -> None:
    """The noting code of every module of the program, for this process and those that tests start."""
    for path in (file for top in PROGRAM for file in (HERE / top).rglob("*.py")):
        (folder / children.name_code(str(path))).write_bytes(marshal.dumps(compile(noted(path), str(path), "exec")))


def measure(tests: list[str], base: Path, folder: Path) -> dict[str, tuple[float, set[str]]]:
    """Run test files in this process, which then is of no further use; returns what each passed test reached.

    The folder has the noting code.
    """
    import pytest

    watcher = Watcher(folder)
    children.take_notes(str(folder))
    os.register_at_fork(after_in_child=partial(setattr, builtins, children.NOTE, children.Notes(str(folder)).note))
    setattr(builtins, children.NOTE, watcher.reached.add)
    tell_children(children.NOTING, folder)
    pytest.main([*tests, "-q", "-p", "no:cacheprovider", "--no-header", f"--basetemp={base}"], plugins=[watcher])
    watcher.end_test()
    return watcher.tests


def tell_children(variable: str, path: Path) -> None:
    """Let the programs that this process starts from now on take the change, or notes."""
    os.environ |= {"PYTHONPATH": str(Path(children.__file__).parent), variable: str(path)}


def digest(name: str) -> str:
    return hashlib.sha256((HERE / name).read_bytes()).hexdigest()


class Kept:
    """What was measured of the test files that are still the same; functions are kept by their number."""

    def __init__(self) -> None:
        held = json.loads(KEPT.read_text()) if KEPT.exists() else {"functions": [], "files": {}}
        self.functions: list[str] = held["functions"]
        files = held["files"].items()
        self.files = {name: file for name, file in files if (HERE / name).exists() and file["digest"] == digest(name)}

    def add(self, tests: list[str], measured: dict[str, tuple[float, set[str]]]) -> None:
        """Write down what a run measured, file by file."""
        numbers = {name: at for at, name in enumerate(self.functions)}
        for name in sorted(set().union(*(reached for _, reached in measured.values())) - set(numbers)):
            numbers[name] = len(numbers)
        self.functions = list(numbers)
        for file in tests:
            own = {
                test: [seconds, sorted(numbers[name] for name in reached)]
                for test, (seconds, reached) in measured.items()
                if test.partition("::")[0] == file
            }
            self.files[file] = {"digest": digest(file), "tests": own}
        KEPT.parent.mkdir(exist_ok=True)
        half = KEPT.with_suffix(".part")
        half.write_text(json.dumps({"functions": self.functions, "files": self.files}))
        half.replace(KEPT)

    def tests(self) -> list[Reaching]:
        """Every measured test."""
        found = []
        for file in self.files.values():
            for test, (seconds, numbers) in file["tests"].items():
                found.append(Reaching(test, seconds, frozenset(self.functions[at] for at in numbers)))
        return found


def keep(tests: list[str], measured: dict[str, tuple[float, set[str]]]) -> None:
    """Add what was measured to what another process may have added meanwhile."""
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Kept().add(tests, measured)


def names_read(path: Path) -> Iterator[tuple[str, str]]:
    """(name, function) for every name that a function of the file mentions."""
    name = str(path.relative_to(HERE))

    def inside(node: ast.AST, owner: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from inside(child, f"{owner}.{child.name}".lstrip("."))
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                own = f"{name}::{owner}.{child.name}()".replace("::.", "::")
                mentioned = {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(child)}
                yield from ((word, own) for word in sorted(mentioned - {""}))
            else:
                yield from inside(child, owner)

    return inside(ast.parse(path.read_bytes()), "")


def readers(paths: list[Path]) -> dict[str, set[str]]:
    """Name → the functions that mention it: who would notice another constant."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for word, function in names_read(path):
            found[word].add(function)
    return found
