"""Nobody here has Windows: what only POSIX has stands under a condition, or in a part that a short list names.

What Windows lacks is not our opinion: it is read from typeshed, the stubs that come with mypy.
"""

import ast
import ctypes
import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click
import mypy
import pytest

from app import cli
from app.cli import serving, typed_secrets
from schema import data_folder, database
from schema.data_folder import FolderHeld, hold_folder
from sync import carriers
from tests.rules.source import ROOT, modules, tree

STUBS = Path(mypy.__file__).parent / "typeshed" / "stdlib"
LOOKED_AT = ("os", "signal", "socket", "select", "time", "shutil", "subprocess", "asyncio", "mmap", "errno", "stat")
CONDITIONS = {"os.name", "sys.platform", "hasattr", "getattr"}
POSIX_WORDS = {"start_new_session", "preexec_fn", "pass_fds", "user", "group", "umask"}
"""Arguments of a child process that Windows refuses."""
POSIX_PLACES = ("/etc/", "/proc/", "/dev/", "/usr/", "/var/", "/run/", "/media", "/tmp", "/bin/", "/home/")
ELSEWHERE = {
    "/usr/lib/postgresql": "a folder that is not there has no server; only `test` asks",
    "/usr/bin/caddy": "stands in the systemd unit, which is written on POSIX only",
    "/media": "looked at after the way of Windows has returned",
    "/run/media": "looked at after the way of Windows has returned",
    "/var/spool/gammu": "gammu's own default on Debian; a setting, and SMS is offered for Debian only",
    "/etc/machine-id": "linux_id is asked where the platform is not win32",
    "/var/lib/dbus/machine-id": "linux_id is asked where the platform is not win32",
}
"""Places of Linux that stand in the code outside of a condition, and why that is well on Windows."""
Imported = ast.Import | ast.ImportFrom
NO_WAY_NEEDED = {"errno": {"EDQUOT"}}
"""Names that typeshed gives to POSIX alone, though CPython has them on Windows (errno.EDQUOT is WSAEDQUOT there)."""


# -- what Windows has ------------------------------------------------------------------------------------------


def holds(test: ast.expr, platform: str) -> bool:
    """Whether a condition of a stub holds on a platform, for Python 3.11."""
    if isinstance(test, ast.BoolOp):
        answers = [holds(value, platform) for value in test.values]
        return all(answers) if isinstance(test.op, ast.And) else any(answers)
    if isinstance(test, ast.UnaryOp):
        return not holds(test.operand, platform)
    known = {"sys": SimpleNamespace(platform=platform, version_info=(3, 11)), "TYPE_CHECKING": True}
    return bool(eval(compile(ast.Expression(test), "stub", "eval"), known))


def stub_names(body: list[ast.stmt], platform: str) -> Iterator[str]:
    """The names that a stub defines on a platform."""
    for node in body:
        if isinstance(node, ast.If):
            yield from stub_names(node.body if holds(node.test, platform) else node.orelse, platform)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


@cache
def lacking(module: str) -> frozenset[str]:
    """What a module of the standard library has on Linux and not on Windows; everything where it has nothing there."""
    path = next((p for p in (STUBS / f"{module}.pyi", STUBS / module / "__init__.pyi") if p.exists()), None)
    body = ast.parse(path.read_text(encoding="utf-8")).body if path else []
    there = set(stub_names(body, "win32"))
    return frozenset(set(stub_names(body, "linux")) - there - NO_WAY_NEEDED.get(module, set()))


@cache
def is_posix_module(module: str) -> bool:
    """Whether a module of the standard library can do nothing on Windows (fcntl, grp, pwd, resource, termios …)."""
    path = STUBS / f"{module}.pyi"
    if not path.exists():
        return False
    own = [one for one in ast.parse(path.read_text(encoding="utf-8")).body if not isinstance(one, Imported)]
    return not list(stub_names(own, "win32")) and bool(list(stub_names(own, "linux")))


# -- what stands under a condition -----------------------------------------------------------------------------


def asks_platform(node: ast.AST) -> bool:
    """Whether an expression asks which system this is, or whether it has something."""
    return any(dotted_name(one) in CONDITIONS for one in ast.walk(node))


def dotted_name(node: ast.AST) -> str:
    """`os.path.join` of a chain of names; of anything else only what follows its last dot."""
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block ends its function."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise)


def decides(statement: ast.stmt) -> bool:
    """Whether only one kind of system goes on behind this statement."""
    if isinstance(statement, ast.If):
        return asks_platform(statement.test) and leaves(statement.body)
    return isinstance(statement, ast.Try) and any(
        leaves(handler.body) and handler.type is not None and "ImportError" in ast.unparse(handler.type)
        for handler in statement.handlers
    )


def unconditional(node: ast.AST) -> list[ast.AST]:
    """Everything below a node that every system runs."""
    below = [node]
    if isinstance(node, ast.If | ast.IfExp | ast.While) and asks_platform(node.test):
        return below + unconditional(node.test)
    if isinstance(node, ast.BoolOp) and asks_platform(node):
        asked = next(at for at, one in enumerate(node.values) if asks_platform(one))
        for value in node.values[: asked + 1]:
            below += unconditional(value)
        return below
    for _, value in ast.iter_fields(node):
        inside_try = isinstance(node, ast.Try) and value is node.body and decides(node)
        if isinstance(value, list) and not inside_try:
            for one in value:
                if isinstance(one, ast.AST):
                    below += unconditional(one)
                if isinstance(one, ast.stmt) and decides(one):
                    break
        elif isinstance(value, ast.AST):
            below += unconditional(value)
    return below


def faults(parsed: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, what) of all that Windows lacks and every system would run."""
    for node in unconditional(parsed):
        yield from ((getattr(node, "lineno", 0), what) for what in wrong_with(node))


def wrong_with(node: ast.AST) -> Iterator[str]:
    """What a single node names that Windows lacks."""
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in LOOKED_AT and name in lacking(module):
            yield f"{module}.{name}"
        case ast.Import(names=names):
            yield from (f"import {one.name}" for one in names if is_posix_module(one.name))
            yield from (f"{one.name} by another name: nobody sees what of it is called" for one in renamed(names))
        case ast.ImportFrom(module="subprocess"):
            yield "names of subprocess by themselves: nobody sees what they are called with"
        case ast.FormattedValue(format_spec=ast.JoinedStr()) if "%-" in ast.unparse(node):
            yield "strftime('%-…')"
        case ast.ImportFrom(module=str(module), level=0) if is_posix_module(module):
            yield f"import {module}"
        case ast.ImportFrom(module=str(module), level=0) if module in LOOKED_AT:
            yield from (f"{module}.{one.name}" for one in node.names if one.name in lacking(module))
        case ast.Call():
            yield from wrong_call(node)
        case ast.Constant(value=str(text)) if text.startswith(POSIX_PLACES) and text not in ELSEWHERE:
            yield f"a place of Linux: {text}"


def renamed(names: list[ast.alias]) -> list[ast.alias]:
    """Modules that are looked at here under another name."""
    return [name for name in names if name.asname and name.name in LOOKED_AT]


def opens_text(call: ast.Call, name: str, words: set[str | None]) -> bool:
    """Whether a call opens a file for text in whatever encoding the system likes."""
    if name in ("open", "os.fdopen"):
        modes = call.args[1:2]
    elif name.endswith(".open") and name != "os.open" and not words - {"encoding", "newline", "mode"}:
        modes = call.args[:1]
    else:
        return False
    mode = modes[0].value if modes and isinstance(modes[0], ast.Constant) else "" if modes else "r"
    return "encoding" not in words and mode in ("r", "w", "a", "x", "r+", "w+")


def wrong_call(call: ast.Call) -> Iterator[str]:
    """What a call asks for that Windows does not give, or gives otherwise without a word."""
    name, words = dotted_name(call.func), {keyword.arg for keyword in call.keywords}
    if name.startswith("subprocess."):
        yield from (f"{name}({word}=)" for word in sorted(POSIX_WORDS & {one for one in words if one}))
        if "text" in words and not words & {"encoding", "errors"}:
            yield f"{name}(text=) without encoding: there it is cp1252 and may break"
    if opens_text(call, name, words):
        yield f"{name} of text without encoding"
    if name.endswith((".read_text", ".write_text")) and "encoding" not in words:
        yield f"{name.rpartition('.')[2]} without encoding"
    given = [ast.unparse(argument) for argument in (*call.args, *(word.value for word in call.keywords))]
    if name == "os.open" and "os.O_RDONLY" in given:
        yield "os.open of a folder"
    if name == "os.link":
        yield "os.link without a way for disks that know no second names"
    if name.endswith(".setsockopt") and "SO_REUSEADDR" in ast.unparse(call):
        yield "SO_REUSEADDR: there it takes a port that another program holds"
    if name.endswith(".wait") and not call.args and not call.keywords and "Event" in name:
        yield f"{name} without a limit: there Ctrl+C does not end it"
    if name.endswith(".strftime") and call.args and re.search("%[-esP]", ast.unparse(call.args[0])):
        yield "strftime('%-…')"
    yield from wrong_detour(call, name)


def wrong_detour(call: ast.Call, name: str) -> Iterator[str]:
    """What a call reaches on a way that hides its name from the rule above, or what only some may do there."""
    if name in ("importlib.import_module", "__import__") and call.args and isinstance(call.args[0], ast.Constant):
        yield from (f"import {one}" for one in [str(call.args[0].value)] if is_posix_module(one))
    if name == "os.popen" or any(keyword.arg == "shell" for keyword in call.keywords):
        yield "a shell: there it is another one"
    if name.endswith((".symlink", ".symlink_to")):
        yield f"{name}: there it needs a right that officers do not have"


def test_what_only_posix_has_stands_under_a_condition() -> None:
    found = [
        f"{path}:{line}: {what}"
        for path in ("run.py", *modules("app/", "sync/", "schema/"))
        for line, what in faults(tree(path))
        if (path, what.split(" ")[0]) != ("sync/restore.py", "os.link")
    ]
    assert found == []


def test_a_second_name_has_a_way_for_disks_without_one() -> None:
    """`sync/restore.py` alone may link: it copies where the disk refuses."""
    source = ast.unparse(next(n for n in tree("sync/restore.py").body if getattr(n, "name", "") == "second_name"))
    assert "suppress(OSError)" in source
    assert "copy2" in source


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("import os\nos.geteuid()", "os.geteuid"),
        ("import os\nif os.geteuid() and os.name == 'posix': pass", "os.geteuid"),
        ("import os\ndef f():\n    os.posix_fallocate(1, 0, 1)", "os.posix_fallocate"),
        ("import signal\nsignal.signal(signal.SIGKILL, None)", "signal.SIGKILL"),
        ("from os import nice", "os.nice"),
        ("import fcntl", "import fcntl"),
        ("import pwd", "import pwd"),
        ("def f():\n    import resource", "import resource"),
        ("import subprocess\nsubprocess.run([], start_new_session=True)", "subprocess.run(start_new_session=)"),
        ("import subprocess\nsubprocess.Popen([], preexec_fn=print)", "subprocess.Popen(preexec_fn=)"),
        ("import os\nos.open('data', os.O_RDONLY)", "os.open of a folder"),
        ("open('a')", "open of text without encoding"),
        ("path.open('w')", "path.open of text without encoding"),
        ("path.read_text()", "read_text without encoding"),
        ("now.strftime('%-d %B')", "strftime('%-…')"),
        ("place = '/dev/sdb1'", "a place of Linux: /dev/sdb1"),
        ("place = '/bin/sh'", "a place of Linux: /bin/sh"),
        ("import os as system\nsystem.geteuid()", "os by another name: nobody sees what of it is called"),
        ("from subprocess import run", "names of subprocess by themselves: nobody sees what they are called with"),
        ("import importlib\nimportlib.import_module('fcntl')", "import fcntl"),
        ("__import__('pwd')", "import pwd"),
        ("import os\nos.open(path, flags=os.O_RDONLY)", "os.open of a folder"),
        ("now.strftime('%e %B')", "strftime('%-…')"),
        ("f'{now:%-d %B}'", "strftime('%-…')"),
        ("import subprocess\nsubprocess.run('ls', shell=True)", "a shell: there it is another one"),
        ("path.symlink_to(other)", "path.symlink_to: there it needs a right that officers do not have"),
    ],
)
def test_the_rule_finds_a_planted_fault(planted: str, said: str) -> None:
    assert said in [what for _, what in faults(ast.parse(planted))]


@pytest.mark.parametrize(
    "sound",
    [
        "import os\nif os.name == 'posix':\n    os.geteuid()",
        "import os\nx = os.name == 'posix' and os.geteuid()",
        "import os\nif hasattr(os, 'nice'):\n    os.nice(10)",
        "import os\ndef f():\n    if os.name == 'nt':\n        return\n    os.execv('a', ['a'])\n    os.nice(1)",
        "def f():\n    try:\n        import resource\n    except ImportError:\n        return\n    import fcntl",
        "open('a', 'rb')\npath.open('rb')\npath.open(encoding='utf-8')\narchive.open(part)",
    ],
)
def test_the_rule_lets_a_condition_stand(sound: str) -> None:
    assert list(faults(ast.parse(sound))) == []


# -- the ways of Windows, as far as they can be walked here ----------------------------------------------------


def test_a_console_of_windows_gets_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that goes into a file there is cp1252, which knows neither ≤ nor ✓: it broke the command."""
    raw = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(raw, encoding="cp1252"))
    with pytest.raises(UnicodeEncodeError):
        sys.stdout.write("≤")
    cli.write_utf8()
    click.echo("≤ 5 hari ✓")
    assert raw.getvalue().decode("utf-8").strip() == "≤ 5 hari ✓"


def test_a_lock_of_windows_leaves_the_words_readable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The locked byte lies far behind the words, and whoever holds the folder can still be named."""
    locked: list[int] = []
    fake = ModuleType("msvcrt")
    fake.LK_NBLCK = 2
    fake.locking = lambda number, _mode, _size: locked.append(os.lseek(number, 0, os.SEEK_CUR))
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(data_folder, "os", SimpleNamespace(name="nt"))
    with (tmp_path / "dipakai").open("w+b") as file:
        data_folder.lock_file(file)
        file.write(b"kantor, proses 7")
    assert locked == [data_folder.LOCK_OFFSET]
    assert (tmp_path / "dipakai").read_bytes() == b"kantor, proses 7"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EDEADLK, 0])
def test_every_failure_of_a_lock_of_windows_says_who_holds_the_folder(
    number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """EACCES on Windows; Wine gives no number at all, and a second office ended in a traceback."""

    def refuse(*_: int) -> None:
        raise OSError(number, "Success")

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=refuse))
    monkeypatch.setattr(data_folder, "os", SimpleNamespace(**{**vars(os), "name": "nt"}))
    (tmp_path / data_folder.LOCK_FILE).write_text("kantor, proses 7", encoding="utf-8")
    with pytest.raises(FolderHeld, match=r"\(kantor, proses 7\)"), hold_folder(tmp_path, "kantor"):
        pytest.fail("two programs hold it")


def test_a_command_that_ends_with_a_sentence_leaves_no_scratch_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There a lock file is removed once it is closed; only whoever ended without an error came that far."""
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=lambda *_: None))
    monkeypatch.setattr(data_folder, "os", SimpleNamespace(**{**vars(os), "name": "nt"}))

    def refuse() -> None:
        with data_folder.scratch_folder(tmp_path) as own:
            assert own.is_dir()
            raise click.ClickException("Tidak ada yang dipindahkan.")

    with pytest.raises(click.ClickException):
        refuse()
    assert list(tmp_path.iterdir()) == []


def test_a_drive_without_a_card_is_no_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card reader keeps its letter; Windows finds a volume only where something is in it."""
    kinds, filled, modes = {"C:\\": 3, "E:\\": 2, "F:\\": 2}, {"C:\\", "F:\\"}, list[int]()
    kernel = SimpleNamespace(
        SetErrorMode=modes.append,
        GetDriveTypeW=lambda letter: kinds.get(letter, 1),
        GetVolumeInformationW=lambda letter, *rest: len(rest) == 7 and letter in filled,
    )
    monkeypatch.setitem(sys.modules, "ctypes", SimpleNamespace(windll=SimpleNamespace(kernel32=kernel)))
    monkeypatch.setattr(carriers, "sys", SimpleNamespace(platform="win32"))
    assert carriers.removable_drives() == [(Path("F:\\"), "F:\\")]
    assert modes == [1], "no window of Windows asks for a card"


def test_a_drive_that_was_emptied_is_not_called_write_protected(tmp_path: Path) -> None:
    """Python gives EACCES to both; only Windows' own number (19, 21) tells them apart."""

    def said(winerror: int, folder: Path) -> str:
        error = PermissionError(errno.EACCES, "x")
        error.winerror = winerror
        return carriers.stick_problem(error, folder).code

    assert said(19, tmp_path) == "stick_readonly"
    assert said(21, tmp_path / "gone") == "stick_missing"


@pytest.mark.parametrize(("console", "asked"), [(1, True), (0, False)])
def test_nul_is_nobody_who_could_answer(console: int, asked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`isatty` is true for NUL: `backup < NUL` asked for the group of the key, and said that it had been stopped."""
    seen = list[object]()

    def get_console_mode(handle: ctypes.c_void_p, _mode: object) -> int:
        seen.append(handle.value)
        return console

    fake = SimpleNamespace(windll=SimpleNamespace(kernel32=SimpleNamespace(GetConsoleMode=get_console_mode)))
    for name in ("c_void_p", "c_uint32", "byref"):
        setattr(fake, name, getattr(ctypes, name))
    monkeypatch.setitem(sys.modules, "ctypes", fake)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda number: number + 100))
    monkeypatch.setattr(typed_secrets, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True, fileno=lambda: 5))
    assert (typed_secrets.can_ask(), seen) == (asked, [105])


def test_a_writer_on_windows_asks_for_its_turn_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[tuple[int, int]]()
    connection: Any = SimpleNamespace(setlk_timeout=lambda *how: asked.append(how))
    database.wait_by_asking(connection)
    assert asked == [], "elsewhere the system wakes whoever waits"
    monkeypatch.setattr(database, "os", SimpleNamespace(name="nt"))
    database.wait_by_asking(connection)
    assert asked == [(0, 0)]


ENDS_IN_ORDER = """
import signal, sys, threading
def stop(*_):
    threading.Event().wait(0.8)  # the last backup takes a moment
    sys.exit(7)
signal.signal(signal.SIGINT, stop)
print("lives", flush=True)
signal.pause()
"""


def test_ctrl_c_waits_for_the_program_to_end_in_order() -> None:
    """On Windows run.py stays beside the program: it must neither cut its last backup short nor hide its exit code."""
    outer = f"import run, sys; sys.exit(run.run_beside([sys.executable, '-c', {ENDS_IN_ORDER!r}]))"
    call = [sys.executable, "-c", outer]
    with subprocess.Popen(
        call,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "lives\n"
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (7, "")


def test_closing_the_window_ends_the_office_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows says SIGBREAK where the window is closed or somebody signs out; here another signal stands for it."""
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    with serving.ending_on_signals(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGUSR1)
