"""The wheel works away from the source tree: commands, templates, styles and schema come along."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.rules.source import ROOT

FIND = """
from app import paths
from schema.seed_data import seed_holidays
assert not paths.in_checkout()
print(len(list(paths.template_folder().rglob("*.*"))))
print((paths.static_folder() / "fonts").is_dir(), len(seed_holidays()) > 0)
print(len(list((paths.APP_FOLDER.parent / "schema" / "office").glob("*.sql"))))
"""


def environment(folder: Path) -> Path:
    """A clean environment without our packages; the libraries are those of the test's own environment."""
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    [site] = folder.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin"


def install(programs: Path, *what: str) -> None:
    """Let pip install into that environment, without dependencies and without a network."""
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "-q"]
    run(*pip, "--no-deps", "--no-index", "--no-build-isolation", *what)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    programs = environment(folder / "env")
    [wheel] = folder.glob("loket-*.whl")
    install(programs, str(wheel))
    return programs


def run(*call: str, cwd: Path | None = None) -> str:
    """Run a program in a world of its own; its stdout. Fails with its output when it fails."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LOKET"))}
    done = subprocess.run(call, cwd=cwd, env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_script_of_the_wheel_starts(installed: Path, tmp_path: Path) -> None:
    told = run(str(installed / "loket"), "--help", cwd=tmp_path)
    assert "Cara pakai: loket" in told
    assert "due" in told
    assert "pytest" not in told
    assert "2026-03-25" in run(str(installed / "loket"), "due", "2026-03-02", "--days", "12", "--json", cwd=tmp_path)


def test_the_wheel_brings_pages_fonts_and_ground(installed: Path, tmp_path: Path) -> None:
    pages, found, ground = run(str(installed / "python"), "-c", FIND, cwd=tmp_path).splitlines()
    assert int(pages) == len(list((ROOT / "templates").rglob("*.*")))
    assert found == "True True"
    assert int(ground) == len(list((ROOT / "schema/office").glob("*.sql")))


def test_an_editable_checkout_finds_them_beside_the_packages(tmp_path: Path) -> None:
    programs = environment(tmp_path / "env")
    install(programs, "-e", str(ROOT))
    look = "from app import paths; print(paths.in_checkout(), paths.template_folder(), paths.static_folder())"
    told = run(str(programs / "python"), "-c", look, cwd=tmp_path)
    assert told.split() == ["True", str(ROOT / "templates"), str(ROOT / "static")]
    assert "Cara pakai: loket" in run(str(programs / "loket"), "--help", cwd=tmp_path)
