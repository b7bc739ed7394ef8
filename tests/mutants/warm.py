"""One warm interpreter for many mutants: everything is imported and collected once, each mutant is a fork of it.

In the fork the changed function's code takes the place of the true one in every function object that has it. What is
computed while a module is imported stays as it was, so a changed table, or function that an import calls, that survives
here is tried again in a cold process.
"""

import gc
import itertools
import marshal
import os
import re
import resource
import shutil
import signal
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.machinery import SourceFileLoader
from pathlib import Path
from time import monotonic, process_time
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

from tests.mutants.changes import HERE, Mutant
from tests.mutants.children import sitecustomize as children
from tests.mutants.reach import tell_children

LONGEST = 300
"""Seconds of one test; a mutant that never ends is noticed by anybody. Long enough for a busy machine."""
BUSIEST = 30
"""Seconds of processor of one test in its own process: three times what any takes."""
MOST_MEMORY = 3 * 2**29
"""Bytes; a mutant that gathers without end is noticed before the machine has none left."""
NOTICED, UNNOTICED, ENDLESS, NOT_HERE, LATER, LAST = 1, 0, 2, 3, 4, 5
FATE_OF_TRIAL = (NOTICED, LATER, LAST)
"""What a mutant is called that the tests of the first, second or third trial noticed."""
PLAIN = (str, bytes, int, float, bool, date, datetime, time, timedelta, Decimal, re.Pattern)
CANNOT_BE_MADE_TWICE = (ArithmeticError, AttributeError, ImportError, LookupError, NameError, TypeError, ValueError)
SHARING = {"made_once", "walk_once", "walk_of"}
"""Calls of a fixture whose work later tests find ready."""
PROGRAM = tuple(f"{HERE}/{top}/" for top in ("app", "sync", "schema"))
Live = dict[tuple[str, str, int], list[FunctionType]]


class Job(NamedTuple):
    """A mutant, and the tests of its trials: each is for what none of those before noticed."""

    mutant: Mutant
    trials: list[list[str]]


def live_functions() -> Live:
    """(file, qualified name, line) → the function objects with that code."""
    found: Live = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    return found


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """The code objects inside, outermost first."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes_of(constant)


class ImportWatch:
    """Which functions of the program run while its modules are imported, as (file, qualified name)."""

    def __init__(self) -> None:
        self.called: set[tuple[str, str]] = set()

    def note_call(self, frame: FrameType, event: str, _given: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PROGRAM):
            self.called.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    def begin(self) -> None:
        """Watch every module of the program that is executed from now on."""
        executed = SourceFileLoader.exec_module

        def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
            before = sys.getprofile()
            sys.setprofile(self.note_call if loader.path.startswith(PROGRAM) else before)
            try:
                executed(loader, module)
            finally:
                sys.setprofile(before)

        SourceFileLoader.exec_module = exec_module

    def knows(self, mutant: Mutant) -> bool:
        return (str(mutant.path), mutant.place.owner.removesuffix("()")) in self.called


def put_in_place(mutant: Mutant, live: Live) -> bool:
    """Give the functions of a changed file their changed code, or all who have it the changed table; else False.

    A module that nobody needed yet comes with the change when it is imported.
    """
    if find_module(mutant) is None:
        import_changed(mutant)
        return True
    if mutant.place.owner.endswith("()"):
        return put_code(mutant, live)
    return mutant.place.owner == "" and put_table(mutant)


def find_module(mutant: Mutant) -> ModuleType | None:
    known = list(sys.modules.values())
    return next((module for module in known if getattr(module, "__file__", "") == str(mutant.path)), None)


def import_changed(mutant: Mutant) -> None:
    """Let the import of the file give the changed code."""
    children.give_code(lambda asked: mutant.code if Path(asked) == mutant.path else None)


def give_to_programs(mutant: Mutant, file: Path) -> None:
    """Let the programs that this process starts have the changed code, too."""
    file.write_bytes(marshal.dumps((str(mutant.path), mutant.code)))
    tell_children(children.CHANGED, file)


def put_code(mutant: Mutant, live: Live) -> bool:
    changed = False
    for code in codes_of(mutant.code):
        for function in live.get((str(mutant.path), code.co_qualname, code.co_firstlineno), []):
            if function.__code__ != code:
                if function.__code__.co_freevars != code.co_freevars:
                    return False
                function.__code__ = code
                changed = True
    return changed


def put_table(mutant: Mutant) -> bool:
    """Reckon the module's constants anew and give them to every module that holds the old ones by the same name."""
    module = find_module(mutant)
    assert module is not None
    made: dict[str, Any] = {
        "__name__": module.__name__,
        "__file__": str(mutant.path),
        "__package__": module.__package__,
    }
    try:
        exec(mutant.code, made)
    except CANNOT_BE_MADE_TWICE:
        return False
    changed = False
    for name, new in made.items():
        old = vars(module).get(name)
        if name.startswith("__") or not is_plain(new) or not is_plain(old) or (type(old), old) == (type(new), new):
            continue
        changed = changed or name == mutant.place.defines
        for other in list(sys.modules.values()):
            if vars(other).get(name) is old:
                setattr(other, name, new)
    return changed


def is_plain(value: Any) -> bool:
    """Whether a constant is data alone: no class or function of the module that made it is in it."""
    if isinstance(value, dict):
        return all(is_plain(key) and is_plain(one) for key, one in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return type(value) in (tuple, list, set, frozenset) and all(map(is_plain, value))
    return value is None or type(value) in PLAIN


def lasting_fixtures(item: Any) -> set[Any]:
    """What a test needs that is made once in a run (`made_once`), by the function that makes it."""
    defined = [one for known in item._fixtureinfo.name2fixturedefs.values() for one in known]
    return {one.func for one in defined if one.scope != "function" and SHARING & set(one.func.__code__.co_names)}


def be_ended(signum: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(30)
    raise TimeoutError(f"longer than {LONGEST} s, or {BUSIEST} s of processor")


class WarmLoop:
    """A plugin of pytest: in place of running the collected tests, it tries each mutant with its own."""

    def __init__(
        self, jobs: Sequence[Job], tell: Callable[[int, int, str], None], folder: Path, imports: ImportWatch
    ) -> None:
        """`tell` gets the number of each job, its fate, and the test that failed."""
        self.jobs, self.tell, self.folder, self.imports = jobs, tell, folder, imports
        self.failed = ""
        self.made: set[Any] = set()
        self.shared = folder / "shared"
        self.shared.mkdir()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_runtestloop(self, session: Any) -> bool:
        items, live = {item.nodeid: item for item in session.items}, live_functions()
        gc.freeze()
        for number, job in enumerate(self.jobs):
            fate = UNNOTICED
            for tests, noticed in zip(job.trials, FATE_OF_TRIAL, strict=True):
                if fate == UNNOTICED and tests:
                    fate = self.try_in_fork(session, items, live, job.mutant, tests)
                    fate = noticed if fate == NOTICED else fate
            if fate == UNNOTICED and self.is_at_import(job.mutant):
                fate = NOT_HERE  # what was computed from it while modules were imported stayed as it was
            note = self.folder / "failed"
            self.tell(number, fate, note.read_text() if note.exists() else "")
        return True

    def is_at_import(self, mutant: Mutant) -> bool:
        return not mutant.place.owner.endswith("()") or self.imports.knows(mutant)

    def try_in_fork(self, session: Any, items: dict[str, Any], live: Live, mutant: Mutant, tests: Sequence[str]) -> int:
        self.prepare(session, items, tests)
        base = self.folder / "base"
        (self.folder / "failed").unlink(missing_ok=True)
        fate = self.in_fork(lambda: self.try_mutant(session, items, live, mutant, tests, base))
        shutil.rmtree(base, ignore_errors=True)
        return fate

    def prepare(self, session: Any, items: dict[str, Any], tests: Sequence[str]) -> None:
        """Let the true program make what these tests share (`made_once`), by one test for each fixture not yet made."""
        for item in (items[test] for test in tests if test in items):
            lasting = lasting_fixtures(item) - self.made
            if lasting:
                self.made |= lasting
                base = self.folder / "base-true"
                self.in_fork(lambda item=item, base=base: self.run_items(session, [item], base))  # type: ignore[misc]
                for made in base.glob("shared-*"):
                    if made.is_dir() and not made.is_symlink():
                        made.rename(self.shared / made.name)
                shutil.rmtree(base, ignore_errors=True)

    def in_fork(self, work: Callable[[], int]) -> int:
        child = os.fork()
        if child == 0:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
            fate = NOTICED
            try:
                fate = work()
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                sys.stderr.flush()
                os._exit(fate)
        _, status = os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        fate = os.waitstatus_to_exitcode(status)
        return ENDLESS if fate < 0 else fate

    def try_mutant(
        self, session: Any, items: dict[str, Any], live: Live, mutant: Mutant, tests: Sequence[str], base: Path
    ) -> int:
        """In the fork: run the tests until one fails. A case that was collected from a table which is now another one
        says nothing: a process of its own collects anew."""
        if not put_in_place(mutant, live):
            return NOT_HERE
        give_to_programs(mutant, self.folder / "changed.code")
        fate = self.run_items(session, [items[test] for test in tests if test in items], base)
        return NOT_HERE if fate == NOTICED and "[" in self.failed and self.is_at_import(mutant) else fate

    def run_items(self, session: Any, chosen: list[Any], base: Path) -> int:
        base.mkdir()
        for made in self.shared.iterdir():
            (base / made.name).symlink_to(made)
        session.config._tmp_path_factory._basetemp = base
        signal.signal(signal.SIGALRM, be_ended)
        signal.signal(signal.SIGPROF, be_ended)
        for item, following in itertools.pairwise([*chosen, None]):
            signal.alarm(LONGEST)
            signal.setitimer(signal.ITIMER_PROF, BUSIEST)
            began, busy = monotonic(), process_time()
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                (self.folder / "failed").write_text(self.failed)
                with suppress(Exception):
                    session._setupstate.teardown_exact(None)
                endless = monotonic() - began > LONGEST or process_time() - busy > BUSIEST - 1
                return ENDLESS if endless else NOTICED
        return UNNOTICED


def try_warm(jobs: Sequence[Job], tell: Callable[[int, int, str], None], folder: Path) -> None:
    """Import and collect the test files of all jobs, then try them in turn."""
    import pytest

    files = sorted({test.partition("::")[0] for job in jobs for tests in job.trials for test in tests})
    options = ["-q", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", f"--basetemp={folder / 'warm'}"]
    imports = ImportWatch()
    imports.begin()
    pytest.main([*files, *options], plugins=[WarmLoop(jobs, tell, folder, imports)])
