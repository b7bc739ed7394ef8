"""The one place for temporary files: private, gone with the program, and after a kill with the next one."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from schema import data_folder
from schema.data_folder import hold_folder
from tests.rules.source import ROOT, imports, modules, text_files

AT_WORK = (
    "import sys, tempfile; from pathlib import Path; from schema.data_folder import program_scratch\n"
    "with program_scratch(Path(sys.argv[1])):\n"
    "    open(tempfile.mkstemp()[1], 'w').write('3508990101800002')\n"
    "    print(tempfile.gettempdir(), flush=True); sys.stdin.read()\n"
)


def at_work(data: Path) -> subprocess.Popen[str]:
    """A program that has a temporary file open in its private folder."""
    return subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(data)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_a_program_has_a_private_folder_of_its_own_and_leaves_nothing(tmp_path: Path) -> None:
    before = tempfile.tempdir, os.environ.get("TMPDIR"), os.environ.get("SQLITE_TMPDIR")
    with data_folder.program_scratch(tmp_path), data_folder.temporary_folder() as folder:
        own = folder.parent
        assert own.parent == tmp_path / "kerja"
        assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, own, own.parent)} == {0o700}
        assert tempfile.gettempdir() == os.environ["TMPDIR"] == os.environ["SQLITE_TMPDIR"] == str(own)
        (folder / "a").write_text("x")
    assert list(tmp_path.iterdir()) == []
    assert before == (tempfile.tempdir, os.environ.get("TMPDIR"), os.environ.get("SQLITE_TMPDIR"))


def test_what_a_killed_program_left_goes_with_the_next_and_a_living_ones_stays(tmp_path: Path) -> None:
    killed, living = at_work(tmp_path), at_work(tmp_path)
    assert killed.stdout is not None
    assert living.stdout is not None
    left, kept = Path(killed.stdout.readline().strip()), Path(living.stdout.readline().strip())
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    for old in ("verify-abc", "cadangan-kerja"):
        (tmp_path / old).mkdir()
    assert list(left.iterdir()) != []
    with data_folder.program_scratch(tmp_path):
        assert not left.exists()
        assert len(list(kept.iterdir())) == 1
    living.communicate("", timeout=20)
    assert list(tmp_path.iterdir()) == []
    for program in (killed, living):
        program.communicate()


def test_without_room_nothing_goes_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "kerja").write_text("a file in the way")
    with data_folder.program_scratch(tmp_path):
        assert tempfile.gettempdir().startswith(str(tmp_path))
        with pytest.raises(OSError, match="kerja"), tempfile.TemporaryFile():
            raise AssertionError


def test_whoever_holds_a_folder_closes_it_to_others(tmp_path: Path) -> None:
    old = tmp_path / "kantor.sqlite3.lama-20260302-083000"
    old.write_bytes(b"x")
    old.chmod(0o644)
    tmp_path.chmod(0o755)
    with hold_folder(tmp_path, "kantor"):
        assert (tmp_path / "kerja").is_dir()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (tmp_path, old)] == [0o700, 0o600]


def test_nothing_else_makes_temporary_files() -> None:
    using = {path for path in modules("app", "sync", "schema", "run.py") if "tempfile" in imports(path)}
    assert using == {"schema/data_folder.py"}
    words = (
        "mkstemp",
        "mkdtemp",
        "gettempdir",
        "NamedTemporaryFile",
        "SpooledTemporaryFile",
        '"/tmp',
        "'/tmp",
    )
    naming = {
        path
        for path, text in text_files()
        if path.startswith(("app/", "sync/", "schema/")) and any(word in text for word in words)
    }
    assert naming == set()
