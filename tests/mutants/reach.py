"""Which test reaches which function: measured once per test file and kept beside Python's own compiled modules.

The program is compiled with one more statement at the start of each function, which notes the function. What a fixture
of a session reaches counts for the test that needed it first.
"""

import ast
import builtins
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from tests.mutants.changes import HERE
from tests.rules.source import WINGS

KEPT = HERE / "tests" / "__pycache__" / "reached.json"
PROGRAM = ("app", "sync", "schema")
NOTE = "__note_reached__"


class Reaching(NamedTuple):
    """A test: its address, seconds, and the functions that it reaches as `file::Class.name()`."""

    test: str
    seconds: float
    functions: frozenset[str]

    @property
    def room(self) -> str:
        folder = self.test.split("/")
        return folder[2] if folder[1] in WINGS and len(folder) > 3 else folder[1]


def noted(path: Path) -> ast.Module:
    """The file's tree, in which each function says that it runs."""
    tree = ast.parse(path.read_bytes())
    add_notes(tree, str(path.relative_to(HERE)), "")
    return ast.fix_missing_locations(tree)


def add_notes(node: ast.AST, name: str, owner: str) -> None:
    """Put the statement into every outermost function below."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            add_notes(child, name, f"{owner}.{child.name}".lstrip("."))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            own = f"{owner}.{child.name}".lstrip(".")
            note = ast.parse(f"{NOTE}({f'{name}::{own}()'!r})").body
            child.body[1 if ast.get_docstring(child) else 0 : 0] = note
        else:
            add_notes(child, name, owner)


def worked_seconds() -> float:
    """Seconds of processor of this process and its ended children: another's work on the machine counts for nothing."""
    return sum(os.times()[:4])


class Watcher:
    """A plugin of pytest that keeps what each passed test reached."""

    def __init__(self) -> None:
        self.reached: set[str] = set()
        self.tests: dict[str, tuple[float, set[str]]] = {}
        self.failed: set[str] = set()

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
            self.tests[running] = seconds, set(self.reached)
        self.reached.clear()


def measure(tests: list[str], base: Path) -> dict[str, tuple[float, set[str]]]:
    """Run test files in this process, which then is of no further use; returns what each passed test reached."""
    import pytest

    watcher = Watcher()
    setattr(builtins, NOTE, watcher.reached.add)
    compiled = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        path = Path(loader.path)
        if not path.is_relative_to(HERE) or path.relative_to(HERE).parts[0] not in PROGRAM:
            return compiled(loader, name)
        return compile(noted(path), str(path), "exec")

    SourceFileLoader.get_code = get_code
    pytest.main([*tests, "-q", "-p", "no:cacheprovider", "--no-header", f"--basetemp={base}"], plugins=[watcher])
    watcher.end_test()
    return watcher.tests


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
