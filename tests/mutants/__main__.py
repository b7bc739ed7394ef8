"""Wrong programs on purpose: `python -m tests.mutants` changes one rule at a time and asks whether a test minds.

Not part of the test command. Mutants are drawn over all rooms, or those that are named; each meets the tests that run
the changed block, the own room's and the quick ones first, until one fails. Which test reaches what is measured once
(`--measure`). What none of those noticed meets in a second trial the other tests that reach it, and in a third those of
the slow folders, a browser's too: the question is whether the suite notices. A mutant lives in memory only: a forked
process, and the programs that it starts, get the changed code in place of the file's.
"""

import argparse
import ast
import importlib
import itertools
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.mutants.changes import HERE, Mutant, make_mutant, places
from tests.mutants.reach import Kept, Reaching, block_around, keep, keep_noting_code, measure, readers
from tests.mutants.warm import (
    ENDLESS,
    LAST,
    LATER,
    LONGEST,
    NOT_HERE,
    NOTICED,
    UNNOTICED,
    Job,
    give_to_programs,
    import_changed,
    try_warm,
)
from tests.rules.source import place_of

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
MOST_SECONDS = 20.0
"""Measured seconds of the tests that a mutant meets first, unless the command line says another number."""
MOST_AGAIN = 60.0
"""Measured seconds of the further tests that it meets when none of the first noticed; the same."""
MOST_SLOW = 30.0
"""Measured seconds of the tests of slow folders that it meets when none of those noticed; the same."""
FEW_CASES = 3
"""Cases of one test that come first: a table of two hundred lines asks the same of a rule two hundred times."""
LEFT_OUT = ("app/cli/demo", "app/platform/practice/invented.py", "schema/version.py", "schema/calendar/build.py")
"""The invented year and people, whose numbers are no rules, and what a developer runs once a year with a package of his
own."""
SLOW = ("world", "versions", "proof", "browser")
"""Folders of tests that drive a browser or take minutes: measured last, met last."""
NOT_MEASURED = ("mutants", "vendor", *SLOW)
"""Folders that are not measured before all others: these have no tests, or slow ones."""
LIMITS = "tests/core/test_limits.py::test_the_program_keeps_the_limits_of_the_page[{}]"
"""The test of a file's limits: it reads them by their names and reaches no function of that file."""
PASSED = (0, 5)
"""Words of pytest: all passed; no test to run."""

FATES = {NOTICED: "killed", LATER: "killed late", LAST: "killed last", ENDLESS: "timed out", UNNOTICED: "survived"}


def rooms() -> dict[str, list[Path]]:
    """Room → its files: `ktm` for app/services/ktm; `sync` and `schema`; `app` for the files above the rooms."""
    found: dict[str, list[Path]] = {}
    for path in sorted(file for top in ("app", "sync", "schema") for file in (HERE / top).rglob("*.py")):
        name = str(path.relative_to(HERE))
        if not name.startswith(LEFT_OUT):
            wing, room = place_of(name)
            found.setdefault(room or wing or name.partition("/")[0], []).append(path)
    return found


def draw(files: list[Path], count: int, chance: random.Random) -> list[Mutant]:
    """So many mutants of a room: first a place, then one of its changes; 0 takes every change of every place."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    every = [(path, place) for path, tree in trees.items() for place in places(tree)]
    if not count:
        return [make_mutant(path, trees[path], place, each) for path, place in every for each in place.changes]
    drawn = chance.sample(every, min(count, len(every)))
    return [make_mutant(path, trees[path], place, chance.choice(place.changes)) for path, place in drawn]


def share(sizes: dict[str, int], count: int) -> dict[str, int]:
    """How many mutants of each room: as its lines of the whole, at least three."""
    whole = sum(sizes.values())
    return {room: max(3, round(count * size / whole)) for room, size in sizes.items()}


def in_process(work: Callable[[], int], log: Path) -> int:
    """Do work in a process of its own with its output in a file; returns its number (below zero: it was killed)."""
    child = os.fork()
    if child == 0:
        with log.open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        os.setsid()
        word = 70
        try:
            for name in [
                module for module in sys.modules if module.partition(".")[0] in ("app", "sync", "schema", "tests")
            ]:
                if not name.startswith("tests.mutants"):
                    del sys.modules[name]  # the package of the tests has loaded some of the program
            word = work()
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


class Chosen:
    """A plugin of pytest: only these tests, in this order, each within its time.

    A case that a changed table no longer gives is not run: the test command would not miss it either.
    """

    def __init__(self, tests: list[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        wanted = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(wanted, key=lambda item: self.places[item.nodeid])

    def pytest_runtest_setup(self, item: Any) -> None:
        signal.alarm(LONGEST)


def run_tests(tests: list[str], base: Path, *options: str) -> int:
    """Run these in this process, which then is of no further use; returns pytest's word."""
    import pytest

    signal.alarm(LONGEST)
    files = sorted({test.partition("::")[0] for test in tests})
    usual = ["-q", "-p", "no:cacheprovider", "--no-header", f"--basetemp={base}"]
    return int(pytest.main([*files, *usual, *options], plugins=[Chosen(tests)]))


def run_cold(tests: list[str], mutant: Mutant, base: Path) -> int:
    """Let the import of one file give the changed code, then run until a test fails."""
    import_changed(mutant)
    give_to_programs(mutant, base.with_suffix(".code"))
    return run_tests(tests, base, "-x")


class Noticing:
    """Which tests a mutant meets."""

    def __init__(self, every_file: list[Path], most_seconds: float, most_again: float, most_slow: float) -> None:
        self.tests = Kept().tests()
        self.readers = readers(every_file)
        self.words = {file: words_of(HERE / file) for file in {test.file for test in self.tests}}
        self.most_seconds, self.most_again, self.most_slow = most_seconds, most_again, most_slow

    def job_of(self, room: str, mutant: Mutant) -> Job:
        """The tests that it meets first, up to so many seconds, those of the second trial, and the slow ones."""
        reaching = self.tests_of(room, mutant)
        ordered = [test for test in reaching if test.room not in SLOW]
        first = within(ordered, self.most_seconds)
        further = within([test for test in ordered if test not in set(first)], self.most_again)
        slow = within([test for test in reaching if test.room in SLOW], self.most_slow)
        return Job(mutant, [by_file(room, tests) for tests in (first, further, slow)])

    def tests_of(self, room: str, mutant: Mutant) -> list[Reaching]:
        """Those that reach the changed function; of a table those of its room, of its file, and who reads it, and those
        that look through the whole program.

        Of a table those that name it come first, then the own room's, a few cases of each test, and the quickest.
        """
        file, owner = f"{mutant.path.relative_to(HERE)}::", mutant.place.owner
        limits = LIMITS.format(file.removesuffix(".py::"))
        named = {owner.rpartition(".")[2], mutant.place.defines} - {""}
        if owner.endswith("()"):
            chosen = self.running(mutant, file + owner)
        else:
            reading = self.readers.get(mutant.place.defines, set())
            chosen = [
                test
                for test in self.tests
                if test.room in (room, "rules")
                or test.functions & reading
                or reaches(test, file)
                or test.test == limits
                or named & self.words[test.file]
            ]
        chosen = chosen or [test for test in self.tests if reaches(test, file) or test.room == room]
        cases = cases_before(chosen)

        def order(one: Reaching) -> tuple[bool, bool, bool, bool, float]:
            is_far = owner.endswith("()") or not named & self.words[one.file]
            return one.test != limits, is_far, one.room != room, cases[one.test] >= FEW_CASES, one.seconds

        return sorted(chosen, key=order)

    def running(self, mutant: Mutant, function: str) -> list[Reaching]:
        """Those that run the changed block; a few of its function where none does, to say so soon."""
        block = block_around(mutant.path, mutant.place.owner, mutant.place.line)
        reaching = [test for test in self.tests if function in test.functions]
        return [test for test in reaching if block in test.functions] or reaching[:FEW_CASES]


def words_of(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def within(tests: list[Reaching], most_seconds: float) -> list[Reaching]:
    """The first one and what fits beside it into so many seconds."""
    taken, seconds = list[Reaching](), 0.0
    for test in tests:
        if not taken or seconds + test.seconds <= most_seconds:
            taken.append(test)
            seconds += test.seconds
    return taken


def reaches(test: Reaching, file: str) -> bool:
    return any(name.startswith(file) for name in test.functions)


def cases_before(tests: list[Reaching]) -> dict[str, int]:
    """Address → how many quicker cases of the same test there are."""
    seen, before = Counter[str](), dict[str, int]()
    for test in sorted(tests, key=lambda one: one.seconds):
        name = test.test.partition("[")[0]
        before[test.test] = seen[name]
        seen[name] += 1
    return before


def by_file(room: str, tests: list[Reaching]) -> list[str]:
    """The addresses file by file, the own room's and the quickest file first: a module's fixtures are made once."""
    cost: Counter[str] = Counter()
    for test in tests:
        cost[test.file] += int(1000 * test.seconds)

    def order(test: Reaching) -> tuple[bool, int, str, float]:
        return test.room != room, cost[test.file], test.file, test.seconds

    return [test.test for test in sorted(tests, key=order)]


def measure_tests(folders: list[str], seconds: float, folder: Path) -> None:
    """Measure the test files that are new or changed, one process for each folder, until the time is over."""
    began = time.monotonic()
    noting = folder / "noting"
    noting.mkdir()
    keep_noting_code(noting)
    quick = sorted(file.name for file in (HERE / "tests").iterdir() if file.name not in NOT_MEASURED)
    for room in folders or [*quick, *SLOW]:
        known = Kept().files
        files = sorted(str(path.relative_to(HERE)) for path in (HERE / "tests" / room).rglob("test_*.py"))
        files = [name for name in files if name not in known]
        if not files or time.monotonic() - began > seconds:
            continue

        def work(files: list[str] = files, base: Path = folder / room) -> int:
            keep(files, measure(files, base, noting))
            return 0

        if word := in_process(work, folder / "measure.log"):
            sys.exit(f"{room}: {word}\n{(folder / 'measure.log').read_text()[-3000:]}")
        print_line(f"{room}: {len(files)} files measured, {time.monotonic() - began:.0f} s")


def print_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def failed_tests(log: Path) -> list[str]:
    """The addresses that a run of pytest names at its end."""
    lines = log.read_text(errors="replace").splitlines()
    named = [line.split(" - ")[0] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return [line.partition(" ")[2] for line in named]


class Trial:
    """Mutants on their way: first in the warm interpreter, then what is left in a process of its own."""

    def __init__(self, chosen: list[tuple[str, Mutant]], every: bool, noticing: Noticing, folder: Path) -> None:
        self.rooms = [room for room, _ in chosen]
        self.jobs = [noticing.job_of(room, mutant) for room, mutant in chosen]
        self.every, self.folder = every, folder
        self.fates: dict[int, tuple[str, str]] = {}

    def run(self) -> dict[str, Counter[str]]:
        """Try all of them; returns room → how many were killed, timed out, survived."""
        pending = list(range(len(self.jobs)))
        while pending:
            self.try_all(pending)
            failing = self.failing_unchanged({self.fates[number][1] for number in pending})
            pending = [number for number in pending if self.fates[number][1] in failing]
            for number in pending:
                mutant, trials = self.jobs[number]
                left = [[test for test in tests if test not in failing] for tests in trials]
                self.jobs[number] = Job(mutant, left)
        tally: dict[str, Counter[str]] = {}
        for number, (fate, _) in self.fates.items():
            tally.setdefault(self.rooms[number], Counter())[fate] += 1
        return tally

    def failing_unchanged(self, noticing: set[str]) -> set[str]:
        """Which of the tests that noticed something fail with the right program too: they said nothing."""
        tests, log = sorted(test for test in noticing if "::" in test), self.folder / "unchanged.log"
        if tests:
            in_process(lambda: run_tests(tests, self.folder / "unchanged"), log)
        failing = set(failed_tests(log)) if tests else set()
        for test in sorted(failing):
            print_line(f"fails without any change, so what it noticed is tried again: {test}")
        return failing

    def try_all(self, pending: list[int]) -> None:
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(reader)
            self.run_warm(pending, writer)
            os._exit(0)
        os.close(writer)
        cold: list[int] = []
        with os.fdopen(reader) as fates:
            for line in fates:
                number, fate, test = line.rstrip("\n").split("\t")
                if int(fate) == NOT_HERE:
                    cold.append(pending[int(number)])
                else:
                    self.note(pending[int(number)], FATES[int(fate)], test)
        os.wait()
        for place in cold:
            self.try_cold(place)

    def run_warm(self, pending: list[int], writer: int) -> None:
        with (self.folder / "warm.log").open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        for name in [
            module for module in sys.modules if module.partition(".")[0] in ("app", "sync", "schema", "tests")
        ]:
            if not name.startswith("tests.mutants"):
                del sys.modules[name]
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        jobs = [self.jobs[number] for number in pending]
        try_warm(jobs, lambda number, fate, test: os.write(writer, f"{number}\t{fate}\t{test}\n".encode()), folder)

    def try_cold(self, number: int) -> None:
        job, log = self.jobs[number], self.folder / "cold.log"
        tests = list(itertools.chain(*job.trials))
        word = in_process(lambda: run_cold(tests, job.mutant, self.folder / "cold"), log)
        fate = "survived" if word in PASSED else "timed out" if word == -signal.SIGALRM else "killed"
        noticed = next(reversed(failed_tests(log)), "") if fate == "killed" else f"{len(tests)} tests"
        self.note(number, fate, noticed)

    def note(self, number: int, fate: str, note: str) -> None:
        self.fates[number] = fate, note
        if fate == "survived" or self.every:
            mutant = self.jobs[number].mutant
            print_line(f"{fate:11} {mutant.where}  {mutant.words}  [{note}]")


def choose(wanted: argparse.Namespace) -> list[tuple[str, Mutant]]:
    """The mutants of the command line: by places, by rooms, or over all rooms."""
    every, chance = rooms(), random.Random(wanted.seed)
    named = {room: files for room, files in every.items() if not wanted.rooms or room in wanted.rooms}
    if wanted.at:
        return [(room, one) for room, files in named.items() for one in draw_at(files, wanted.at)]
    lines = {room: sum(file.read_bytes().count(b"\n") for file in files) for room, files in named.items()}
    drawn = [
        (room, mutant)
        for room, count in share(lines, wanted.sample).items()
        for mutant in draw(named[room], count if wanted.sample else 0, chance)
    ]
    chance.shuffle(drawn)  # a run that is cut short has tried every room alike
    return drawn


def draw_at(files: list[Path], where: list[str]) -> list[Mutant]:
    """Every mutant of the lines `app/x/y.py:12`."""
    own = [file for file in files if any(text.startswith(f"{file.relative_to(HERE)}:") for text in where)]
    return [mutant for mutant in draw(own, 0, random.Random(0)) if mutant.where in where]


def main() -> None:
    """Command line: rooms (all when none is named), sample size and seed; or `--measure`."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("rooms", nargs="*", metavar="ROOM", help="ktm, sync, …; with --measure: folders of tests")
    asked.add_argument("--sample", type=int, default=300, help="how many mutants; 0: all")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--part", default="1/1", metavar="N/OF", help="only this part of the sample, as 2/6")
    asked.add_argument("--at", nargs="*", default=[], metavar="FILE.py:LINE", help="only these lines")
    asked.add_argument("--seconds", type=float, default=MOST_SECONDS, help="of the tests that one mutant meets")
    asked.add_argument("--again", type=float, default=MOST_AGAIN, help="seconds of further tests, the second trial")
    asked.add_argument("--slow", type=float, default=MOST_SLOW, help="seconds of slow tests, the third trial")
    asked.add_argument("--every", action="store_true", help="print the killed ones too, with the test that failed")
    asked.add_argument("--measure", type=float, metavar="SECONDS", help="measure changed tests, no longer than this")
    wanted = asked.parse_args()
    for library in HEAVY:
        importlib.import_module(library)
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    if wanted.measure:
        measure_tests(wanted.rooms, wanted.measure, folder)
    else:
        part, parts = (int(number) for number in wanted.part.split("/"))
        program = [file for files in rooms().values() for file in files]
        noticing = Noticing(program, wanted.seconds, wanted.again, wanted.slow)
        print_tally(Trial(choose(wanted)[part - 1 :: parts], wanted.every, noticing, folder).run())
    shutil.rmtree(folder, ignore_errors=True)


def print_tally(tally: dict[str, Counter[str]]) -> None:
    total: Counter[str] = Counter()
    for room, fates in tally.items():
        total += fates
        print_line(f"{room:12} {fates.total() - fates['survived']:4} of {fates.total():4}")
    noticed = total.total() - total["survived"]
    print_line(f"{'all':12} {noticed:4} of {total.total():4} ({100 * noticed / max(1, total.total()):.0f} %)")
    print_line(f"noticed in the second trial: {total['killed late']}, in the third: {total['killed last']}")


if __name__ == "__main__":
    main()
