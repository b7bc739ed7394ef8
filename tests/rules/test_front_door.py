"""run.py on a machine without the packages: what it says and what it does not leave behind."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import run
from tests.rules.source import ROOT
from tests.world.nightly import NIGHTLY

NEEDS = "missing-package==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with the front door and a list of packages that this machine lacks."""
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "requirements.txt").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "requirements-test.txt").write_text(NEEDS, encoding="utf-8")
    return tmp_path


def start(folder: Path, *arguments: str, **named: str) -> subprocess.CompletedProcess[str]:
    """Call run.py there; the only registry it may ask is a closed door of this machine."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "LOKET"))}
    closed = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    call = [sys.executable, str(folder / "run.py"), *arguments]
    return subprocess.run(call, env={**kept, **closed, **named}, capture_output=True, text=True)


def venv_with_pip(venv: Path) -> None:
    """A virtual environment that borrows the pip of this one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    [site] = venv.glob("lib/python*/site-packages")
    (site / "pip.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")


def test_without_network_it_says_so_in_both_languages(bare: Path) -> None:
    if not NIGHTLY:  # making `.venv` with a pip of its own takes long
        venv_with_pip(bare / ".venv")
    done = start(bare, "--help")
    assert done.returncode == 1
    assert "jaringan tidak terjangkau" in done.stderr
    assert "network cannot be reached" in done.stderr
    assert "127.0.0.1" not in done.stderr
    assert done.stdout == ""
    assert not list((bare / ".venv").glob("*.stamp"))


def test_an_incomplete_wheelhouse_is_named(bare: Path) -> None:
    """Here one that lies on a stick, as an update names it."""
    (bare / "stick").mkdir()
    venv_with_pip(bare / ".venv")
    done = start(bare, "test", LOKET_WHEELHOUSE=str(bare / "stick"))
    assert done.returncode == 1
    assert "wheelhouse/ tidak lengkap" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "Collecting click==8.5.1 (from -r requirements.txt (line 9))",
        "Processing ./wheelhouse/click-8.5.1-py3-none-any.whl (from -r /opt/loket/requirements.txt (line 9))",
        r"Processing c:\kantor kecamatan\loket\wheelhouse\click-8.5.1-py3-none-any.whl (from -r c:\a\b.txt (line 9))",
        "Requirement already satisfied: click==8.5.1 in /opt/loket/.venv/lib (from -r requirements.txt (line 9))",
    ],
)
def test_a_package_is_named_while_it_is_installed(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Out of a wheelhouse on Windows nothing was told for half a minute: its paths have blanks and other strokes."""
    run.show_progress([], line, 29)
    assert capsys.readouterr().err == "  [ 1/29] click\n"


PC = run.Machine("win-amd64", 64, 10, "")
DEBIAN = run.Machine("linux-x86_64", 64, 0, "glibc 2.36")


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (PC, ""),
        (PC._replace(windows=11), ""),
        (PC._replace(windows=6), "Windows 10 atau lebih baru yang 64-bit"),
        (PC._replace(platform="win32", bits=32), "Windows installer (64-bit)"),
        (PC._replace(platform="win-arm64"), "Windows installer (64-bit)"),
        (DEBIAN, ""),
        (DEBIAN._replace(platform="linux-aarch64", library="glibc 2.28"), ""),
        (DEBIAN._replace(platform="linux-armv7l", bits=32), "Yang ini armv7l, Python 32-bit"),
        (DEBIAN._replace(platform="linux-i686", bits=32), "Yang ini i686, Python 32-bit"),
        (DEBIAN._replace(platform="linux-aarch64", bits=32), "Yang ini aarch64, Python 32-bit"),
        (DEBIAN._replace(platform="linux-riscv64"), "Yang ini riscv64"),
        (DEBIAN._replace(library=""), "musl"),
        (DEBIAN._replace(library="glibc 2.24"), "glibc 2.28"),
        (run.Machine("macosx-14.0-arm64", 64, 0, ""), ""),
    ],
)
def test_a_machine_without_packages_is_told_before_anything_is_fetched(machine: run.Machine, said: str) -> None:
    refused = run.packages_refuse(machine)
    assert bool(refused) == bool(said)
    if refused:
        assert said in refused[0]
        assert refused[1].startswith("Loket needs "), refused[1]


def test_this_machine_is_known_and_a_refused_one_makes_no_environment(bare: Path) -> None:
    assert run.packages_refuse(run.this_machine()) is None, "the tests run where there are packages"
    old = "import os\nos.confstr_names.clear()  # as Python is built on musl\n"
    text = (bare / "run.py").read_text(encoding="utf-8")
    (bare / "run.py").write_text(text.replace("ROOT =", f"{old}ROOT =", 1), encoding="utf-8")
    done = start(bare, "--help")
    assert (done.returncode, "Alpine (musl)" in done.stderr) == (1, True)
    assert not (bare / ".venv").exists()


@pytest.mark.parametrize(
    ("foreign", "named"),
    [
        (("app/desk.py", "app/desk/__init__.py"), "app/desk"),
        (("sync/old/new/part.py", "sync/old/new/part/__init__.py"), "sync/old/new/part"),
        (("calendar.py",), "calendar.py"),
        (("peewee/__init__.py",), "peewee"),
        (("click.pyc",), "click.pyc"),
        (("peewee.abi3.so",), "peewee.abi3.so"),
        (("app/cli/typed_secrets.so",), "app/cli/typed_secrets.so"),
        (("sync/journal.pyc",), "sync/journal.pyc"),
    ],
)
def test_a_version_that_was_copied_over_another_does_not_start(
    bare: Path, foreign: tuple[str, ...], named: str
) -> None:
    for name in foreign:
        path = bare / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    done = start(bare, "--help")
    assert done.returncode == 1
    assert f"bukan dari versi ini: {named}." in done.stderr
    assert f"not of this version: {named}." in done.stderr
    assert not (bare / ".venv").exists()


def test_a_module_beside_a_folder_of_documents_is_no_other_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("app/desk.py", "app/desk/words.txt", "data/keys/key.txt", "tests/__init__.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(run, "ROOT", tmp_path)
    assert run.foreign_modules() == []


def test_each_call_asks_for_the_packages_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOKET_CENTRE_DB", raising=False)
    assert run.needed([]) == "requirements"
    assert run.needed(["due", "2026-03-02"]) == "requirements"
    assert run.needed(["test", "tests/rules"]) == "requirements-test"
    assert run.needed(["due", "test"]) == "requirements"
    monkeypatch.setenv("LOKET_CENTRE_DB", "postgresql://localhost/loket")
    assert run.needed(["centre"]) == "requirements-centre"


def test_reading_about_the_tests_installs_nothing(bare: Path) -> None:
    done = start(bare, "test", "--help")
    assert (done.returncode, "run.py test" in done.stdout, done.stderr) == (0, True, "")
    assert not (bare / ".venv").exists()


def test_the_check_before_a_commit_makes_the_packages_that_it_needs() -> None:
    """On a fresh checkout: `test --help` installs nothing, so the check began without ruff, mypy and pytest."""
    begun = re.findall(r"^python3 run\.py ([^>\n]*)", (ROOT / ".ci/check").read_text(encoding="utf-8"), re.MULTILINE)
    assert [(run.needed(one.split()), run.asks_about_tests(one.split())) for one in begun] == [
        ("requirements-test", False)
    ]


def test_the_lists_contain_each_other() -> None:
    office, centre, test = (
        dict(run.pins(name)) for name in ("requirements", "requirements-centre", "requirements-test")
    )
    assert office.items() <= centre.items() <= test.items()
    assert {"flask", "peewee", "apsw-sqlite3mc", "waitress", "requests", "htmx-flask"} <= office.keys()


def test_a_changed_list_asks_for_a_new_installation(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = bare / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    for name, value in {"ROOT": bare, "VENV": bare / ".venv", "VENV_PYTHON": python}.items():
        monkeypatch.setattr(run, name, value)
    assert not run.stamped("requirements")
    (bare / ".venv" / "requirements.stamp").write_text(run.wanted_stamp("requirements"), encoding="ascii")
    assert run.stamped("requirements")
    (bare / "requirements.txt").write_text(NEEDS.replace("1.0", "1.1"), encoding="utf-8")
    assert not run.stamped("requirements")


# -- versions beside each other ------------------------------------------------------------------------------------


def put_version(folder: Path, version: str) -> None:
    """A program that only says which it is and what it was asked."""
    (folder / "schema").mkdir(parents=True)
    (folder / "schema/version.py").write_text(f'VERSION = "{version}"\n', encoding="utf-8")
    (folder / "run.py").write_text(f"import sys\nprint('{version}', *sys.argv[1:])\n", encoding="utf-8")


@pytest.fixture
def updated(bare: Path) -> Path:
    """An installation of 0.3.0 that was updated to 0.10.0."""
    front_door = (bare / "run.py").read_bytes()
    (bare / "run.py").unlink()
    put_version(bare, "0.3.0")
    (bare / "run.py").write_bytes(front_door)
    put_version(bare / "versi/0.10.0", "0.10.0")
    choose(bare, "0.10.0")
    return bare


def choose(folder: Path, version: str, *, before: str = "", trial: bool = False) -> None:
    words = {"version": version, "before": before, "trial": trial, "data": ""}
    (folder / "versi/pilihan.json").write_text(json.dumps(words), encoding="utf-8")


def test_the_chosen_version_runs_from_the_same_place_as_ever(updated: Path) -> None:
    done = start(updated, "office", "--port", "8040")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.10.0 office --port 8040\n", "")


def test_a_newer_program_that_was_put_there_by_hand_stays(updated: Path) -> None:
    (updated / "schema/version.py").write_text('VERSION = "0.11.0"\n', encoding="utf-8")
    (updated / "requirements.txt").write_text("", encoding="utf-8")
    assert "0.10.0 test" not in start(updated, "test", "--help").stdout


def test_a_chosen_version_that_is_gone_is_named(updated: Path) -> None:
    shutil.rmtree(updated / "versi/0.10.0")
    done = start(updated, "office")
    assert done.returncode == 1
    assert "Folder versi 0.10.0 tidak ada lagi" in done.stderr
    assert "version 0.10.0 is gone" in done.stderr
    choose(updated, "0.10.0", before="0.9.0", trial=True)
    done = start(updated, "office")
    assert (done.returncode, "Folder versi 0.9.0 tidak ada lagi" in done.stderr) == (1, True)


def test_a_trial_is_ended_by_the_version_before_or_nothing_starts(updated: Path) -> None:
    put_version(updated / "versi/0.9.0", "0.9.0")
    (updated / "versi/0.9.0/run.py").write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    choose(updated, "0.10.0", before="0.9.0", trial=True)
    done = start(updated, "office")
    assert (done.returncode, done.stdout) == (3, "")
    choose(updated, "0.9.0")
    settled = (updated / "versi/pilihan.json").read_text(encoding="utf-8")
    choose(updated, "0.10.0", before="0.9.0", trial=True)
    ends = f"import sys\nopen({str(updated / 'versi/pilihan.json')!r}, 'w').write({settled!r})\nprint(*sys.argv[1:])\n"
    (updated / "versi/0.9.0/run.py").write_text(ends, encoding="utf-8")
    done = start(updated, "office")
    assert (done.returncode, done.stdout) == (0, "update --settle\noffice\n")


def test_a_newer_version_takes_packages_that_are_there_while_the_list_is_the_same(updated: Path) -> None:
    newer = updated / "versi/0.10.0"
    shutil.copy(ROOT / "run.py", newer)
    shutil.copy(updated / "requirements.txt", newer)
    ask = f"import sys; sys.path.insert(0, {str(newer)!r}); import run; print(run.VENV)"
    assert asked(ask) == newer / ".venv"
    (updated / ".venv").mkdir()
    stamp = hashlib.sha256((updated / "requirements.txt").read_bytes()).hexdigest()
    (updated / ".venv/requirements.stamp").write_text(stamp, encoding="ascii")
    assert asked(ask) == updated / ".venv"
    (newer / "requirements.txt").write_text("other", encoding="utf-8")
    assert asked(ask) == newer / ".venv"


def asked(code: str) -> Path:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return Path(done.stdout.strip())
