"""Wrong programs on purpose: `python -m tests.mutants ROOM` changes one rule at a time and asks whether a test minds.

Not part of the test command. For each room: the files whose rules are tried, and the few test files that hold them.
A mutant lives in memory only: a forked process compiles the changed text in place of the file and runs the tests.
"""

import argparse
import ast
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent.parent
HEAVY = (
    "pytest",
    "flask",
    "flask_wtf",
    "apsw",
    "peewee",
    "playhouse.apsw_ext",
    "msgspec",
    "nacl.signing",
    "pyrage",
    "requests",
    "typst",
    "openpyxl",
    "xlsxwriter",
    "psycopg",
    "babel.numbers",
)
"""Libraries that are loaded once, before the processes part."""
LONGEST = 180  # seconds; a mutant that never ends is noticed by anybody


class Room(NamedTuple):
    """Which files are changed, and what must notice. `only` limits the mutants to removed calls of those names."""

    files: str
    tests: str
    only: str = ""


ROOMS = {
    "promises": Room(
        "app/desk/story.py app/procedure/deadline.py app/core/workdays.py app/quarter/service.py"
        " app/quarter/transitions.py",
        "tests/core/test_workdays.py tests/procedure/test_deadline.py tests/desk/test_promise_words.py"
        " tests/quarter/test_pledges.py tests/core/test_permissions.py",
    ),
    "clocks": Room(
        "sync/journal.py app/complaints/limits.py", "tests/complaints/test_clocks.py tests/sync/test_clock.py"
    ),
    "limits": Room("app/complaints/limits.py", "tests/complaints/test_limits.py tests/core/test_permissions.py"),
    "database": Room(
        "schema/database.py schema/database.py schema/migrations.py",
        "tests/schema/test_database.py tests/schema/test_bulk.py tests/schema/test_migrate.py"
        " tests/sync/test_postgres.py",
    ),
    "targets": Room(
        "app/indicators/queries.py app/indicators/service.py app/indicators/outlook.py app/core/periods.py",
        "tests/indicators/test_periods.py tests/indicators/test_figures.py tests/indicators/test_targets.py"
        " tests/indicators/test_outlook.py tests/indicators/test_reviews.py",
    ),
    "envelope": Room(
        "sync/file_format.py sync/file_format.py sync/keys.py schema/data_folder.py",
        "tests/sync/test_envelope.py tests/sync/test_files.py",
    ),
    "masks": Room(
        "app/complaints/masks.py app/complaints/number_masks.py app/complaints/words.py",
        "tests/complaints/test_mask_edges.py tests/complaints/test_masks.py",
    ),
    "follow-up": Room(
        "app/complaints/service.py app/complaints/transitions.py app/complaints/limits.py",
        "tests/complaints/test_follow.py tests/complaints/test_due_dates.py tests/complaints/test_rights.py"
        " tests/complaints/test_book_rules.py tests/core/test_permissions.py",
    ),
    "permissions": Room(
        "app",
        "tests/core/test_permissions.py tests/ktp/test_recording.py tests/quarter/test_quarter_pages.py",
        only="require allowed require_pledging",
    ),
    "credentials": Room(
        "app/people/credentials.py app/people/sessions.py app/people/service.py app/people/changes.py"
        " app/people/service.py app/people/queries.py"
        " app/people/hashing.py app/people/access_log.py",
        "tests/people/test_credentials.py tests/people/test_service.py tests/people/test_locking.py"
        " tests/people/test_two_people.py"
        " tests/core/test_permissions.py",
    ),
    "recap": Room(
        "app/quarter/figures.py app/quarter/counting.py",
        "tests/quarter/test_recap_counts.py tests/quarter/test_quarter.py",
    ),
}
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
SWAPPED: dict[type[Any], type[Any]] = {
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
}
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
UNREAD = frozenset({"annotation", "returns", "decorator_list", "keywords_of_class", "type_params"})
"""Fields of a tree that hold no rule: types, and how often something is remembered."""


class Site(NamedTuple):
    """One place where the tree is changed: `node.field` (or its `index`) becomes `new`."""

    node: Any
    field: str
    index: int | None
    new: Any

    def put(self, value: Any) -> Any:
        """Put a value in place; returns what stood there."""
        held = getattr(self.node, self.field)
        if self.index is None:
            setattr(self.node, self.field, value)
            return held
        before, held[self.index] = held[self.index], value
        return before


class Mutant(NamedTuple):
    """A changed file: where, in words, and compiled."""

    path: Path
    line: int
    words: str
    code: CodeType


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it that can hold a rule."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in UNREAD or (isinstance(node, ast.ClassDef) and field in ("keywords", "bases")):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from walk(child)


def sites(node: ast.AST) -> Iterator[Site]:
    """The changes that one node allows."""
    if isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            yield Site(node, "ops", index, FLIPPED[type(op)]())
            if isinstance(op, ast.LtE | ast.GtE):
                yield Site(node, "ops", index, ast.Eq())
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPPED:
        yield Site(node, "op", None, SWAPPED[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Site(node, "operand", None, ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield Site(node, "value", None, not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield from (Site(node, "value", None, new) for new in {node.value + 1, node.value - 1, 0} - {node.value})
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Site(node, "value", None, ast.Constant(None))
    elif isinstance(node, ast.If) and isinstance(node.body[-1], LEAVES):
        yield Site(node, "test", None, ast.Constant(False))


def called(site: Site) -> str:
    """The name of the call that a change removes, else nothing."""
    function = getattr(getattr(site.node, "value", None), "func", None)
    return getattr(function, "id", getattr(function, "attr", "")) if isinstance(site.node, ast.Expr) else ""


def mutants(path: Path, only: str) -> list[Mutant]:
    """Every changed form of a file."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), []
    for node in walk(tree):
        for site in sites(node):
            if only and called(site) not in only.split():
                continue
            before = ast.unparse(node).splitlines()[0]
            held = site.put(site.new)
            words = f"{before}  →  {ast.unparse(node).splitlines()[0]}"
            code = compile(ast.fix_missing_locations(tree), str(path), "exec")
            found.append(Mutant(path, getattr(node, "lineno", 0), words, code))
            site.put(held)
    return found


def all_mutants(room: Room) -> list[Mutant]:
    """Every mutant of a room, in the order of its files."""
    found = []
    for name in room.files.split():
        path = HERE / name
        for one in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            found += mutants(one, room.only)
    return found


def run(tests: list[str], mutant: Mutant | None, log: Path) -> int:
    """Run the tests in a process of their own, with a file changed; returns pytest's word (0: nobody minded)."""
    child = os.fork()
    if child == 0:
        with log.open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        os.setsid()
        signal.alarm(LONGEST)
        word = 70
        try:
            word = in_child(tests, mutant, log.with_suffix(".base"))
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            sys.stdout.flush()
            os._exit(word)
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what the tests started and left behind
    return os.waitstatus_to_exitcode(status)


def in_child(tests: list[str], mutant: Mutant | None, base: Path) -> int:
    """Let the import of one file give the changed code, then run."""
    import pytest

    for name in [one for one in sys.modules if one.partition(".")[0] in ("app", "sync", "schema", "tests")]:
        del sys.modules[name]  # the package of the tests has loaded some of the program
    compiled = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        changed = mutant is not None and Path(loader.path) == mutant.path
        return mutant.code if mutant and changed else compiled(loader, name)

    SourceFileLoader.get_code = get_code
    return int(pytest.main([*tests, "-x", "-q", "-p", "no:cacheprovider", "--no-header", f"--basetemp={base}"]))


def try_room(name: str, room: Room, wanted: argparse.Namespace, folder: Path) -> tuple[int, int]:
    """Try a sample of a room's mutants; returns (tried, killed)."""
    tests, log = [wanted.tests or room.tests][0].split(), folder / f"{name}.log"
    if word := run(tests, None, log):
        sys.exit(f"{name}: the tests fail without any mutant ({word}):\n{log.read_text()[-3000:]}")
    every = all_mutants(room)
    if wanted.at:
        every = [one for one in every if f"{one.path.name}:{one.line}" in wanted.at]
    chosen = (
        every
        if not wanted.sample or wanted.sample >= len(every)
        else random.Random(wanted.seed).sample(every, wanted.sample)
    )
    killed = 0
    for one in sorted(chosen, key=lambda each: (each.path, each.line)):
        word = run(tests, one, log)
        killed += word != 0
        where = f"{one.path.relative_to(HERE)}:{one.line}"
        if word == 0 or wanted.every:
            sys.stdout.write(f"{'killed  ' if word else 'SURVIVED'} {where}  {one.words}\n")
            sys.stdout.flush()
    sys.stdout.write(f"== {name}: {killed} of {len(chosen)} killed ({len(every)} possible)\n")
    sys.stdout.flush()
    return len(chosen), killed


def main() -> None:
    """Command line: rooms (all when none is named), sample size and seed."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(ROOMS))
    asked.add_argument("--sample", type=int, default=40, help="mutants per room; 0: all")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--at", nargs="*", default=[], metavar="FILE.py:LINE", help="only these lines")
    asked.add_argument("--tests", default="", help="other test files than the room's")
    asked.add_argument("--every", action="store_true", help="print the killed ones too")
    wanted = asked.parse_args()
    for library in HEAVY:
        importlib.import_module(library)
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    tally = {name: try_room(name, ROOMS[name], wanted, folder) for name in wanted.rooms or ROOMS}
    for name, (tried, killed) in tally.items():
        sys.stdout.write(f"{name:12} {killed:4} of {tried:4}\n")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
