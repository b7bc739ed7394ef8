"""A CPython 3.11 for Windows, put together under Wine and kept: `build(folder)` makes it once.

The makers of Python offer it as an installer outside of any index of packages. What an index has is a package that
takes the libraries of that installer along, and the standard library is the same on every system; the three small
programs around them are compiled here. Everything fetched is compared with a digest.
"""

import hashlib
import io
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from app.cli.packaging.wheels import fetch_wheels, pins, windows_target
from tests.rules.source import ROOT
from tests.windows.wine import Windows

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
COMPILER = "x86_64-w64-mingw32-gcc"
WINE_TOOLS = ("wine", "wineboot", "wineserver")
VERSION = "3.11"
WINDOWS = windows_target(VERSION)
PYTHON = "Python311"
"""The folder of the interpreter on the disk C:."""
BESIDE_IT = ("python311.dll", "vcruntime140.dll")
NOT_TAKEN = shutil.ignore_patterns(
    "lib-dynload",
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "tkinter",
    "turtledemo",
    "__pycache__",
    "_sysconfigdata*",
    "config-*",
    "*.so",
)
TEST_PACKAGES = (
    "pip",
    "pytest",
    "pluggy",
    "iniconfig",
    "packaging",
    "pygments",
    "colorama",
    "hypothesis",
    "sortedcontainers",
    "psycopg",
    "psycopg-binary",
    "typing-extensions",
    "babel",
)
"""What the tests import beside the program's own packages; typing-extensions comes with psycopg."""


class CannotBuild(Exception):
    """This machine cannot make the interpreter; the sentence says why."""


def missing_tools() -> list[str]:
    """Programs that are not on the path."""
    return [name for name in (*WINE_TOOLS, COMPILER) if not shutil.which(name)]


def standard_library() -> Path:
    """The pure standard library of a CPython 3.11 on this machine. Raises CannotBuild."""
    if sysconfig.get_python_version() == VERSION:
        return Path(sysconfig.get_path("stdlib"))
    other = shutil.which(f"python{VERSION}")
    if other is None:
        raise CannotBuild(f"Python {VERSION} is needed on this machine: its standard library is taken along.")
    said = subprocess.run(
        [other, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"], capture_output=True, check=True
    )
    return Path(said.stdout.decode().strip())


# -- what is fetched ---------------------------------------------------------------------------------------------


def unpack(wheels: Iterable[Path], into: Path) -> None:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(into)


# -- what is made ------------------------------------------------------------------------------------------------


def compile_for_windows(source: str, target: Path, *more: str) -> None:
    """Raises CalledProcessError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    call = [COMPILER, "-municode", "-O1", "-s", "-o", str(target), str(SOURCES / source), *more]
    subprocess.run(call, check=True, capture_output=True)


def exported_names(library: Path) -> list[str]:
    """The names that a library of Windows offers."""
    said = subprocess.run(
        ["x86_64-w64-mingw32-objdump", "-p", str(library)], check=True, capture_output=True, text=True
    ).stdout
    table = said.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return re.findall(r"^\s*\[\s*\d+\](?:\s\+base\[\s*\d+\]\s+\w+)?\s+(?:[0-9a-f]+\s+)?(\w+)$", table, re.MULTILINE)


def lay_out(windows: Windows, libraries: Path) -> Path:
    """The folder of the interpreter: libraries, extension modules, standard library, the programs compiled here."""
    python = windows.disk / PYTHON
    shutil.copytree(standard_library(), python / "Lib", ignore=NOT_TAKEN, dirs_exist_ok=True)
    (python / "DLLs").mkdir(exist_ok=True)
    for file in libraries.iterdir():
        name = file.name.lower()
        if name in BESIDE_IT:
            shutil.copy(file, python / name)
        elif not name.startswith("api-ms-"):  # which Wine has itself
            shutil.copy(file, python / "DLLs")
    main_library = python / "python311.dll"
    compile_for_windows("python.c", python / "python.exe", str(main_library))
    compile_for_windows("environment_launcher.c", python / "Lib" / "venv" / "scripts" / "nt" / "python.exe")
    forwarded = python / "python3.def"
    lines = [f"  {name} = python311.{name}" for name in exported_names(main_library)]
    forwarded.write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *lines, ""]), encoding="ascii")
    compile_for_windows("forwarding.c", python / "python3.dll", "-shared", str(forwarded))
    system = windows.disk / "windows" / "system32" / "bcryptprimitives.dll"
    if not system.exists():
        compile_for_windows("random_bytes.c", system, "-shared", "-ladvapi32")
    return python


def digest_of_parts() -> str:
    """What an interpreter that was made from these files and this standard library is stamped with."""
    parts = [*sorted(SOURCES.iterdir()), HERE / "interpreter.txt", Path(__file__)]
    digest = hashlib.sha256(str(standard_library()).encode() + sys.version.encode())
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def write_embeddable(windows: Windows, target: Path) -> None:
    """What the makers of Python call the embeddable package, out of the interpreter: a zip of files in one folder, the
    standard library compiled in a zip among them, and no `venv`, no `pip`. Raises CannotBuild."""
    if sysconfig.get_python_version() != VERSION:
        raise CannotBuild(f"Python {VERSION} is needed to compile the standard library.")
    python = windows.disk / PYTHON
    flat = [*python.glob("*.exe"), *python.glob("*.dll"), *(python / "DLLs").iterdir()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in flat:
            packed.write(path, path.name)
        packed.writestr(
            "python311._pth", "python311.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n"
        )
        packed.writestr("python311.zip", compiled_library(python / "Lib"))


def compiled_library(library: Path) -> bytes:
    """A standard library as a zip file of compiled modules, without what the embeddable package leaves out."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed, TemporaryDirectory() as scratch:
        for source in sorted(library.rglob("*.py")):
            name = source.relative_to(library)
            if name.parts[0] not in ("venv", "site-packages"):
                made = py_compile.compile(str(source), f"{scratch}/one.pyc", str(name), doraise=True)
                packed.write(str(made), name.with_suffix(".pyc"))
    return raw.getvalue()


def build(cache: Path) -> Windows:
    """A Windows with its Python, made anew where its parts have changed.

    Raises CannotBuild, CalledProcessError, ClickException where something cannot be fetched."""
    if missing := missing_tools():
        raise CannotBuild(f"Missing: {', '.join(missing)}.")
    windows, stamp = Windows(cache / "windows"), cache / "made"
    wheels, libraries = cache / "interpreter", cache / "libraries"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest_of_parts():
        return windows
    shutil.rmtree(windows.prefix, ignore_errors=True)
    fetch_wheels((HERE / "interpreter.txt").read_text(encoding="utf-8"), WINDOWS, wheels)
    unpack(wheels.glob("*.whl"), libraries)
    windows.boot()
    python = lay_out(windows, libraries / "deploy_libs")
    shutil.rmtree(libraries)
    for_tests = (ROOT / "requirements-test.txt").read_text(encoding="utf-8")
    fetch_wheels(pins(for_tests, ["pip"]), WINDOWS, cache / "pip")
    unpack((cache / "pip").glob("*.whl"), python / "Lib" / "site-packages")
    stamp.write_text(digest_of_parts(), encoding="ascii")
    return windows
