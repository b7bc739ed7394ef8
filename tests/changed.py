"""Which test files the changed files reach: `python -m tests.changed [SINCE]` prints them, the nearest first.

A file reaches those that import it or name it: a module its importers, a template its page, a definition its reader;
and the tests of the room that it belongs to. Where the rooms are put together the way ends, else every file would reach
every test. Names are read from the text: parsing the whole tree takes longer than most tests (tests/rules/source.py).
"""

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.rules.source import ROOT, dotted, files

LEAD_NO_FURTHER = ("app/compose.py", "app/compose_office.py", "app/compose_centre.py", "tests/conftest.py")
"""What knows every room."""
ROOMS = ("app", "templates")
"""Folders with the same wings and rooms as `tests`."""
READING = (".py", ".html", ".typ", ".js")
"""Files in which the name of another file means that it is read."""
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(\([^)]*\)|[^\n]+)", re.MULTILINE)
LATE = re.compile(r'"((?:app|sync|schema)(?:\.\w+)+):\w+"')
"""A module that is loaded when somebody first needs it (app/core/late.py)."""
WORD = re.compile(r"[\w.]+")


def changed_files(since: str) -> list[str]:
    """Paths that differ from a commit, and files that git does not know yet. Raises CalledProcessError."""
    return [*git_lines("diff", "--name-only", since), *git_lines("ls-files", "--others", "--exclude-standard")]


def git_lines(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def is_test(path: str) -> bool:
    return path.startswith("tests/") and Path(path).match("test_*.py")


@cache
def texts() -> dict[str, str]:
    """Path → text of the files that can read others."""
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in files() if path.endswith(READING)}


def imported_names(text: str) -> Iterator[str]:
    """Dotted names of what a module imports, at its start or later; `from a import b` gives `a` and `a.b`."""
    yield from LATE.findall(text)
    for origin, names in IMPORT.findall(text):
        words = WORD.findall(names)
        yield from [origin, *(f"{origin}.{word}" for word in words)] if origin else words


@cache
def importers() -> dict[str, set[str]]:
    """Path of a module → the files that import it."""
    modules = {dotted(path): path for path in texts() if path.endswith(".py")}
    found: dict[str, set[str]] = defaultdict(set)
    for importer in modules.values():
        for name in imported_names(texts()[importer]):
            if name in modules:
                found[modules[name]].add(importer)
    return found


def readers(path: str) -> set[str]:
    """The files that name this one with its folder, or a definition by its code; else alone; else its folder."""
    *folders, name = Path(path).parts
    by_code = [f'"{Path(name).stem}"'] if name.endswith(".toml") else []
    for names in (["/".join([*folders[-1:], name]), *by_code], [name], folders[-1:]):
        if found := {reader for reader, text in texts().items() if any(word in text for word in names)} - {path}:
            return found
    return set()


@cache
def folders_of_tests() -> dict[str, set[Path]]:
    """Test file → the folders above it."""
    return {path: set(Path(path).parents) for path in files() if is_test(path)}


def tests_below(folder: Path) -> list[str]:
    return [path for path, folders in folders_of_tests().items() if folder in folders]


def tests_of_room(path: str) -> list[str]:
    """Those in the folders of `tests` that bear the names of the file's wing and room."""
    top, *folders = Path(path).parent.parts or ("",)
    return tests_below(Path("tests", *folders[:2])) if top in ROOMS and folders else []


def dependents(path: str) -> set[str]:
    """The files that a change of this one reaches at once."""
    reached = importers()[path] if path.endswith(".py") else readers(path)
    loaded_first = path.startswith("tests/") and Path(path).name in ("conftest.py", "__init__.py")
    return reached.union(tests_of_room(path), tests_below(Path(path).parent) if loaded_first else ())


def reached_tests(changed: Iterable[str]) -> list[str]:
    """Test files in the order of the steps that lead from the changed files to them."""
    steps = {path: 0 for path in changed if path in files()}
    way = list(steps)
    for path in way:
        if steps[path] and path in LEAD_NO_FURTHER:
            continue
        further = dependents(path) - steps.keys()
        steps |= dict.fromkeys(further, steps[path] + 1)
        way += further
    return sorted((path for path in way if is_test(path)), key=lambda path: (steps[path], path))


if __name__ == "__main__":
    since = sys.argv[1] if len(sys.argv) > 1 else "HEAD"
    sys.stdout.writelines(f"{path}\n" for path in reached_tests(changed_files(since)))
