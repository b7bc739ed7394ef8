#!/usr/bin/env python3
"""The front door of Loket: `python3 run.py --help`.

Only the standard library is imported here, because this file runs before any package is installed. It makes
`.venv` beside itself out of the hash-pinned requirements (or out of a `wheelhouse/` folder, without network),
starts itself again inside it and hands over to `app.cli`. It holds no rule of the office.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib import machinery, util
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
HOME = ROOT.parent.parent if ROOT.parent.name == "versi" else ROOT
"""The folder of the installation: newer versions lie in `versi/` below it, beside the one that was installed."""
VERSIONS = HOME / "versi"
WHEELHOUSES = [Path(os.environ.get("LOKET_WHEELHOUSE", "") or ROOT / "wheelhouse"), HOME / "wheelhouse"]
WHEELHOUSE = next((folder for folder in WHEELHOUSES if folder.is_dir()), WHEELHOUSES[1])
"""An update names the one beside its release."""
OLDEST = (3, 11)
OLDEST_GLIBC = (2, 28)
OWN_VERSION = "LOKET_OWN_VERSION"
"""Set where the program of this very folder is meant, whichever version was chosen."""
PROGRAM = ("app", "sync", "schema")
SOURCE_FOLDERS = (*PROGRAM, "tests", "bench")
PACKAGE = re.compile(
    r"(?:Collecting |Requirement already satisfied: |Processing (?:.*?[/\\](?=[^/\\]+\.whl))?)"
    r"(\w[\w.-]*?)(?===|-\d|[\s;]|$)"
)
OFFLINE = re.compile("connection|resolve|timed out|unreachable|no matching distribution|SSL", re.IGNORECASE)


def environment_folder() -> Path:
    """Where the packages lie: a newer version takes those of another one while their list is the same."""
    own = ROOT / ".venv"
    if ROOT == HOME or own.exists():
        return own
    for stamp in (HOME / ".venv/requirements.stamp", *sorted(VERSIONS.glob("*/.venv/requirements.stamp"))):
        if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted_stamp("requirements"):
            return stamp.parent
    return own


def wanted_stamp(name: str) -> str:
    """What `.venv` must be stamped with to hold exactly this list of packages."""
    return hashlib.sha256((ROOT / (name + ".txt")).read_bytes()).hexdigest()


VENV = environment_folder()
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


TEST_HELP = (
    "Usage: run.py test [--nightly] [--windows] [--book] [PYTEST]...\n\n"
    "Jalankan uji program dengan pytest. Paket uji dan alatnya dipasang saat uji dijalankan, bukan oleh bantuan ini; "
    "lihat docs/commands.md.\nRuns the tests with pytest. Packages and tools are installed when tests run, not by "
    "this help; see docs/commands.md."
)
"""What `test --help` says where no package is installed yet."""


def asks_about_tests(arguments: list[str]) -> bool:
    """Whether a call only wants to read about the tests: that installs nothing."""
    return arguments[:1] == ["test"] and "--help" in arguments


ONLY_WINDOWS = (
    "Loket memerlukan Windows 10 atau lebih baru yang 64-bit, dan Python dari 'Windows installer (64-bit)'.",
    "Loket needs a 64-bit Windows 10 or later, and the Python of the 'Windows installer (64-bit)'.",
)
ONLY_64_BIT = (
    "Loket memerlukan Linux 64-bit (x86_64 atau aarch64). Yang ini {}: paketnya tidak ada.",
    "Loket needs a 64-bit Linux (x86_64 or aarch64). This one is {}: there are no packages for it.",
)
ONLY_GLIBC = (
    "Loket memerlukan Linux dengan glibc 2.28 ke atas, misalnya Debian 12. Untuk Alpine (musl) tidak ada paketnya.",
    "Loket needs a Linux with glibc 2.28 or newer, such as Debian 12. There are no packages for Alpine (musl).",
)


class Machine(NamedTuple):
    """What decides whether there are packages: `win-amd64`, bits of Python, number of Windows, `glibc 2.36`."""

    platform: str
    bits: int
    windows: int
    library: str


def this_machine() -> Machine:
    """The facts of the machine and of the Python that runs this file."""
    windows, library = 0, ""
    if asked := getattr(sys, "getwindowsversion", None):
        windows = asked().platform_version[0]  # `major` is what a compatibility mode pretends
    if hasattr(os, "confstr") and "CS_GNU_LIBC_VERSION" in os.confstr_names:
        library = os.confstr("CS_GNU_LIBC_VERSION") or ""
    return Machine(sysconfig.get_platform(), 64 if sys.maxsize > 2**32 else 32, windows, library)


def packages_refuse(machine: Machine) -> tuple[str, str] | None:
    """Why no packages are made for a machine, in both languages; None where there are, and where only pip knows."""
    system, _, processor = machine.platform.partition("-")
    if system.startswith("win") and (machine.platform != "win-amd64" or machine.windows < 10):
        return ONLY_WINDOWS
    if system == "linux" and (machine.bits != 64 or processor not in ("x86_64", "aarch64")):
        found = f"{processor}, Python {machine.bits}-bit"
        return ONLY_64_BIT[0].format(found), ONLY_64_BIT[1].format(found)
    return ONLY_GLIBC if system == "linux" and glibc_version(machine.library) < OLDEST_GLIBC else None


def glibc_version(library: str) -> tuple[int, ...]:
    """`glibc 2.36` as numbers; nothing for another library."""
    found = re.match(r"glibc (\d+)\.(\d+)", library)
    return tuple(int(number) for number in found.groups()) if found else ()


def installed_list() -> str:
    """The list of packages that `.venv` holds; empty before the first installation."""
    return next((one for one in ("requirements-test", "requirements-centre", "requirements") if stamped(one)), "")


def needed(arguments: list[str]) -> str:
    """Which list of packages this call needs, by the name of its file without `.txt`."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    if command == "test":
        return "requirements-test"
    on_postgres = os.environ.get("LOKET_CENTRE_DB", "").startswith("postgres")
    return "requirements-centre" if on_postgres else "requirements"


def pins(name: str) -> list[tuple[str, str]]:
    """Package and version of each line without a platform condition; the others depend on the machine."""
    text = (ROOT / (name + ".txt")).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==(\S+) \\$", text, re.MULTILINE)


def here_already(name: str) -> bool:
    """Whether the interpreter that runs this file has every pinned package (a developer's own)."""
    from importlib import metadata  # slow to load, and a finished `.venv` never asks

    try:
        return all(metadata.version(package) == version for package, version in pins(name))
    except metadata.PackageNotFoundError:
        return False


def stamped(name: str) -> bool:
    """Whether `.venv` was finished for this list. The stamp is written last: a cut installation has none."""
    stamp = VENV / (name + ".stamp")
    if not (VENV_PYTHON.exists() and stamp.is_file()):
        return False
    return stamp.read_text(encoding="ascii") == wanted_stamp(name)


def say(text: str) -> None:
    """Progress goes to stderr: what a command answers on stdout stays clean for machines."""
    print(text.encode("ascii", "replace").decode(), file=sys.stderr, flush=True)


def stop(indonesian: str, english: str) -> NoReturn:
    """End with a sentence in both languages: nobody has chosen one yet at this point."""
    sys.exit("\n" + indonesian + "\n" + english)


def quietly(call: list[str]) -> bool:
    """Run a helper without its output; whether it succeeded."""
    try:
        return subprocess.run(call, capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv() -> list[str]:
    """Create `.venv` when it is missing or broken; returns the command that runs pip for it.

    Debian splits `ensurepip` off into python3-venv: there the outer pip installs into the new environment.
    """
    inner = [str(VENV_PYTHON), "-m", "pip"]
    if quietly([*inner, "--version"]):
        return inner
    say("Loket: menyiapkan lingkungan Python di .venv (hanya sekali) / preparing .venv (only once)")
    outer = getattr(sys, "_base_executable", sys.executable)
    if util.find_spec("venv") is None:
        return copy_python(Path(outer))
    from_outside = [*pip_beside(outer), "--python", str(VENV_PYTHON)]
    if quietly([*from_outside, "--version"]):
        return from_outside
    make = [outer, "-m", "venv", "--clear", str(VENV)]
    if quietly(make):
        return inner
    if quietly([*make, "--without-pip"]) and quietly([*from_outside, "--version"]):
        return from_outside
    stop(
        "Lingkungan Python tidak dapat dibuat. Pasang paket python3-venv dan python3-pip, lalu ulangi.",
        "The Python environment cannot be made. Install python3-venv and python3-pip, then repeat.",
    )


def pip_beside(python: str) -> list[str]:
    """The command that runs pip outside of `.venv`: an interpreter's own, or the one that lies in a wheelhouse."""
    wheels = [wheel for folder in WHEELHOUSES for wheel in sorted(folder.glob("pip-*.whl"))]
    calls = [[python, "-m", "pip"], *([python, str(wheel / "pip")] for wheel in wheels)]
    return next((call for call in calls if quietly([*call, "--version"])), [])


def copy_python(python: Path) -> list[str]:
    """Let `.venv` be a copy of an interpreter that can make none; returns the command that runs pip for it.

    The embeddable Python of Windows is a folder of files, and a `._pth` among them that shuts packages out.
    """
    if python.parent != VENV_PYTHON.parent:
        shutil.rmtree(VENV, ignore_errors=True)
        shutil.copytree(python.parent, VENV_PYTHON.parent, ignore=shutil.ignore_patterns("*._pth", "Lib"))
    if pip := pip_beside(str(VENV_PYTHON)):
        return pip
    stop(
        "Di folder wheelhouse tidak ada pip. Salin lagi paket Loket untuk Windows, lalu ulangi.",
        "There is no pip in the wheelhouse. Copy the package of Loket for Windows again, then repeat.",
    )


def show_progress(lines: list[str], line: str, total: int) -> None:
    """Keep pip's line for the error message, and show one short line per package in its place."""
    lines.append(line)
    found = PACKAGE.match(line)
    if found:
        count = sum(1 for earlier in lines if PACKAGE.match(earlier))
        say("  [{:>2}/{}] {}".format(min(count, total), total, found.group(1)))
    elif line.startswith("Installing collected"):
        say("  memasang / installing ...")


def install(name: str) -> None:
    """Fill `.venv` with exactly the pinned packages, checked against their hashes, and stamp it."""
    call = [*make_venv(), "install", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    call += ["--no-color", "--disable-pip-version-check", "--no-warn-script-location"]
    if WHEELHOUSE.is_dir():
        call += ["--no-index", "--find-links", str(WHEELHOUSE)]
    call += ["-r", str(ROOT / (name + ".txt"))]
    lines: list[str] = []
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as running:
        for line in running.stdout or ():
            show_progress(lines, line.strip(), len(pins(name)))
    if running.returncode:
        explain_failure(lines)
    (VENV / (name + ".stamp")).write_text(wanted_stamp(name), encoding="ascii")
    say("Loket: siap / ready")


def explain_failure(lines: list[str]) -> NoReturn:
    """Say what to do, below the last lines of pip for whoever helps. Addresses are left out."""
    say("\n".join(re.sub(r"(?<!\S)\S+://\S+", "(...)", line) for line in lines[-8:]))
    if WHEELHOUSE.is_dir():
        stop(
            "Folder wheelhouse/ tidak lengkap untuk komputer ini. Salin lagi dari komputer yang sejenis.",
            "The wheelhouse/ folder is incomplete for this one. Copy it from a machine of the same kind.",
        )
    if any(OFFLINE.search(line) for line in lines):
        stop(
            "Paket belum terpasang dan jaringan tidak terjangkau. Sambungkan ke internet sekali saja, atau "
            "taruh folder wheelhouse/ di samping run.py, lalu ulangi.",
            "Packages are missing and the network cannot be reached. Connect once, or put a wheelhouse/ "
            "folder beside run.py, then repeat.",
        )
    stop(
        "Paket gagal dipasang; lihat di atas. Kosongkan ruang disk atau hapus folder .venv, lalu ulangi.",
        "The packages could not be installed; see above. Free some disk space or delete .venv, then repeat.",
    )


def again_inside_venv() -> None:
    """Replace this process by the same call inside `.venv`."""
    call_instead([str(VENV_PYTHON), str(Path(__file__).resolve()), *sys.argv[1:]])


def call_instead(call: list[str]) -> NoReturn:
    """Replace this process by another program."""
    if os.name == "nt":  # there an exec returns to the prompt before the program has ended
        sys.exit(run_beside(call))
    os.execv(call[0], call)


def run_beside(call: list[str]) -> int:
    """The exit code of a program that runs beside this one; Ctrl+C reaches both, and it may end in order."""
    with subprocess.Popen(call) as running:
        while True:
            try:
                return running.wait(1)
            except (KeyboardInterrupt, subprocess.TimeoutExpired):
                continue


def foreign_modules() -> list[str]:
    """Modules that Python would take for the program's own: beside this file, compiled ones, which come before a module
    of their name, or a folder before a module of its name.

    They come from copying one version over another; a module that hides another one is found nowhere in a traceback.
    One that nothing imports does nothing.
    """
    loaded = tuple(machinery.all_suffixes())
    beside = [path.name for path in ROOT.iterdir() if path.name.endswith(loaded) and path != Path(__file__).resolve()]
    packages = [path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in SOURCE_FOLDERS]
    inside = [path for part in PROGRAM for path in (ROOT / part).rglob("*.*") if path.parent.name != "__pycache__"]
    compiled = [path for path in inside if path.name.endswith(loaded) and path.suffix != ".py"]
    folders = [path.parent for path in inside if path.name == "__init__.py"]
    hiding = [folder for folder in folders if folder.with_suffix(".py").exists()]
    return sorted([*beside, *packages, *(path.relative_to(ROOT).as_posix() for path in (*compiled, *hiding))])


def check_own_modules() -> None:
    """Stop where the program's folders hold modules of something else."""
    if foreign := ", ".join(foreign_modules()):
        stop(
            f"Di folder program ada yang bukan dari versi ini: {foreign}. Ganti seluruh folder program dengan yang "
            "baru (folder data disimpan); jangan menyalin versi baru di atas yang lama.",
            f"The program's folder holds what is not of this version: {foreign}. Replace the whole folder of the "
            "program (keep the folder data); do not copy one version over another.",
        )


def chosen_version() -> tuple[str, str, bool]:
    """What an update chose: the version, the one before it (empty: this one), and whether it is still being tried."""
    try:
        read = json.loads((VERSIONS / "pilihan.json").read_bytes())
        return str(read["version"]), str(read["before"]), bool(read["trial"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", "", False


def version_numbers(version: str) -> list[int]:
    """A version to be compared; what is none is older than all."""
    return [int(number) for number in version.split(".")] if re.fullmatch(r"\d+\.\d+\.\d+", version) else []


def own_version() -> str:
    """The version of the program in this folder."""
    found = re.search(r'^VERSION = "(.*)"', (ROOT / "schema/version.py").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def program_of(version: str) -> Path:
    """Where a version that an update put there begins; stops where its folder is gone."""
    file = VERSIONS / version / "run.py"
    if not file.is_file():
        stop(
            f"Folder versi {version} tidak ada lagi di {VERSIONS}. Pasang Loket {version}, lalu coba lagi.",
            f"The folder of version {version} is gone from {VERSIONS}. Install Loket {version}, then try again.",
        )
    return file


def end_cut_update(before: str) -> None:
    """Let the version before end an update that was cut off: it takes program and data back."""
    file = program_of(before) if before else ROOT / "run.py"
    call = [sys.executable, str(file), "update", "--settle"]
    if code := subprocess.run(call, env={**os.environ, OWN_VERSION: "1"}).returncode:
        sys.exit(code)


def hand_to_newer_version() -> None:
    """Go on in the version that an update chose; whoever put a newer program into this folder by hand stays here."""
    if ROOT != HOME or os.environ.get(OWN_VERSION):
        return
    version, before, on_trial = chosen_version()
    if on_trial:
        end_cut_update(before)
        version = chosen_version()[0]
    if not version or version_numbers(version) <= version_numbers(own_version()):
        return
    call_instead([sys.executable, str(program_of(version)), *sys.argv[1:]])


def main() -> None:
    """Make sure of the packages, then hand over."""
    if sys.version_info < OLDEST:
        stop("Loket memerlukan Python 3.11 atau lebih baru.", "Loket needs Python 3.11 or newer.")
    hand_to_newer_version()
    check_own_modules()
    name = needed(sys.argv[1:])
    if asks_about_tests(sys.argv[1:]) and not stamped(name):
        name = installed_list() or "requirements"
        if not installed_list() and not here_already(name):
            print(TEST_HELP)
            return
    inside = Path(sys.prefix).resolve() in (
        VENV.resolve(),
        VENV_PYTHON.parent.resolve(),
    )  # the latter where it is a copy
    # After an upgrade of the system's Python the stamp still stands, but this interpreter finds no package.
    ready = stamped(name) and (not inside or util.find_spec("click") is not None)
    if not ready and (inside or not here_already(name)):
        if refused := packages_refuse(this_machine()):
            stop(*refused)
        install(name)
    if not inside and (VENV_PYTHON.exists() and stamped(name)):
        again_inside_venv()
    from app.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
