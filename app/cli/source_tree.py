"""`test`, `prove`, `bench`: what a source tree can do; an installed wheel has none of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from app import paths
from app.cli.options import loket_command

LAST_FAILED = ("--lf", "--last-failed")
OWN_WORKERS = ("-n", "--numprocesses", "--pdb", "-s", "--dist", *LAST_FAILED)
"""Arguments of the caller that decide the workers himself, want a single one or run few tests."""
FILES_OF_A_WORKER = 5
"""Test files that take longer than a worker needs to start."""
ROOM_OF_A_RUN = 6 << 30
"""Bytes; several times what a run has lying at once."""
WINDOWS_PACKAGES = ("wine64", "wine", "gcc-mingw-w64-x86-64")
WINDOWS_CACHE = "LOKET_WINDOWS_CACHE"
"""Names the folder in which the Python of Windows is kept, outside of the checkout."""
BOOK_TOOLS = {"mmdebstrap": "mmdebstrap", "systemd-container": "systemd-nspawn", "iproute2": "ip"}
"""Packages of Debian that make computers and their network, each by one of its programs."""
BOOK_CACHE = "LOKET_BOOK_CACHE"
"""Names the folder in which the Debian and the packages of the book's computers are kept."""
DEBIAN_TOOLS = {"mmdebstrap": "mmdebstrap", "systemd-container": "systemd-nspawn", "curl": "curl"}
DEBIAN_CACHE = "LOKET_DEBIAN_CACHE"
"""Names the folder in which the Debians of the package are kept."""
LAST_RUN = "terakhir.txt"
ONLY_AS_ROOT = (
    "Bagian ini dicoba pada komputer Debian buatan sendiri. Jalankan sebagai root di Linux: "
    "sudo python3 run.py test --{}"
)
NOTHING_TO_RUN = 5
"""Pytest's own exit code where no test was collected."""


def is_on_path(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def has_postgres_server() -> bool:
    """Whether a PostgreSQL server can be started (Debian keeps `initdb` off the PATH)."""
    return is_on_path("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


class Tool(msgspec.Struct, frozen=True):
    """A Debian package that tests drive: whether its program is there, and a word of the tests that start it."""

    is_there: Callable[[], bool]
    word: str


TOOLS = {
    "chromium": Tool(lambda: is_on_path("chromium", "chromium-browser"), "browser"),
    "postgresql": Tool(has_postgres_server, "postgres"),
    "age": Tool(lambda: is_on_path("age"), '"age"'),
    "poppler-utils": Tool(lambda: is_on_path("pdftoppm"), "pdf"),
    "openssl": Tool(lambda: is_on_path("openssl"), "openssl"),
    "caddy": Tool(lambda: is_on_path("caddy"), "caddy"),
    "gammu-smsd": Tool(lambda: is_on_path("gammu-smsd"), "gammu"),
    "systemd": Tool(lambda: is_on_path("systemd-analyze"), "systemd-analyze"),
}


SHELL = "chromium-headless-shell"
"""Debian's package and program: a Chromium without a window of its own, at which a page costs the tests half."""
SOON = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")


def missing_tools() -> list[str]:
    return [package for package, tool in TOOLS.items() if not tool.is_there()]


def windows_cache() -> Path:
    """Where the Python of Windows is kept, and what came of its last run."""
    return cache_folder(WINDOWS_CACHE, "loket-windows")


def book_cache() -> Path:
    """Where the Debian of the book's computers is kept, and what came of its last run."""
    return cache_folder(BOOK_CACHE, "loket-book")


def debian_cache() -> Path:
    """Where the Debians of the package are kept, and what came of their last run."""
    return cache_folder(DEBIAN_CACHE, "loket-debian")


def cache_folder(variable: str, name: str) -> Path:
    kept = os.environ.get(variable)
    if kept:
        return Path(kept)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", name)


def tell_about(what: str, cache: Path) -> None:
    """Say beside a whole run whether, when and how a run of its own was done on this machine."""
    told = "belum dijalankan di komputer ini"
    with suppress(OSError):
        told = (cache / LAST_RUN).read_text(encoding="utf-8")
    click.echo(f"{what}: {told}.", err=True)


def keep_note(cache: Path, good: bool) -> None:
    """What the ordinary test command tells of a run of its own."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=paths.CHECKOUT, capture_output=True, encoding="utf-8").stdout.strip()
    word = "lulus" if good else "gagal"
    moment = datetime.now().astimezone()
    (cache / LAST_RUN).write_text(f"{word} {moment:%d-%m-%Y %H.%M} pada {commit}", encoding="utf-8")


def run_on_own_debian(name: str) -> NoReturn:
    """Provide what makes computers with Debian, then hand over to the tests that boot them: `book` or `debian`."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise click.ClickException(ONLY_AS_ROOT.format(name))
    if name == "book":
        tools = BOOK_TOOLS
        cache = book_cache()
    else:
        tools = DEBIAN_TOOLS
        cache = debian_cache()
    provide_tools([package for package, program in tools.items() if not is_on_path(program)])
    run_python("-m", f"tests.{name}", str(cache))


def run_on_windows(arguments: tuple[str, ...]) -> NoReturn:
    """Provide Wine, a compiler and Chromium, then hand over to the tests that need them."""
    have_wine = is_on_path("wine") and is_on_path("x86_64-w64-mingw32-gcc")
    if have_wine:
        packages = []
    else:
        packages = list(WINDOWS_PACKAGES)
    provide_tools([*packages, *(package for package in missing_tools() if package == "chromium")])
    run_python("-m", "tests.windows", str(windows_cache()), *arguments)


def provide_tools(packages: list[str]) -> None:
    if not packages:
        return
    names = " ".join(packages)
    if not can_install():
        click.echo(f"Belum ada: {names}. Uji yang memerlukannya akan gagal.", err=True)
        click.echo(f"Pasang dulu: sudo apt-get install {names}", err=True)
        return
    click.echo(f"Memasang alat uji: {names} ...", err=True)
    run_apt_get("update", "-qq")
    run_apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)
    if still := missing_tools():
        click.echo(f"Tetap belum ada: {' '.join(still)}. Uji yang memerlukannya akan gagal.", err=True)


def can_install() -> bool:
    return os.name == "posix" and bool(shutil.which("apt-get")) and os.geteuid() == 0


def provide_quicker_browser(kept: Path) -> None:
    """The tests pass without it, so it is asked for once in the life of `.venv` (`kept`): no run waits for a network
    that is not there, and a distribution that does not know the package is left alone."""
    asked = kept / f"{SHELL}.asked"
    if is_on_path(SHELL) or not can_install() or asked.exists():
        return
    with suppress(OSError):
        asked.touch()
        click.echo(f"Memasang {SHELL}: uji di peramban lebih cepat dengannya ...", err=True)
        run_apt_get(*SOON, "update", "-qq")
        run_apt_get(*SOON, "install", "-y", "-qq", "--no-install-recommends", SHELL)


def run_apt_get(*arguments: str) -> None:
    """Run apt-get without a question and without its own output; addresses of mirrors stay out of logs."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *arguments], env=quiet, capture_output=True, text=True, errors="replace")
    if done.returncode:
        complaint = re.sub(r"(?<!\S)\S+://\S+", "(...)", done.stderr.strip())
        click.echo(f"apt-get: {complaint[-500:]}", err=True)


def named_paths(arguments: tuple[str, ...]) -> list[Path]:
    """Files and folders among the arguments of pytest; the whole tree is meant where none is named."""
    named = [paths.CHECKOUT / argument.partition("::")[0] for argument in arguments if not argument.startswith("-")]
    return [path for path in named if path.exists()]


def files_below(places: list[Path], pattern: str) -> list[Path]:
    files: list[Path] = []
    for place in places:
        files += [place] if place.is_file() else place.rglob(pattern)
    return files


def asked_tools(packages: list[str], places: list[Path]) -> list[str]:
    """Those of the packages that the named tests speak of: a few tests do not wait for tools that they never start."""
    if not packages or not places:
        return packages
    text = "".join(file.read_text(encoding="utf-8") for file in files_below(places, "*.py"))
    return [package for package in packages if TOOLS[package].word in text]


def worker_arguments(arguments: tuple[str, ...]) -> list[str]:
    """One worker more than there are processors (of which four count), for they often wait for a browser, another
    program or a limit of time; with two more, whatever they reckon takes longer, and nothing is won. None for a few
    files, which are through before a worker has started. Neighbouring tests stay together, and a worker that is done
    takes over another's."""
    workers = min(os.cpu_count() or 1, 4) + 1
    if places := named_paths(arguments):
        workers = min(workers, len(files_below(places, "test_*.py")) // FILES_OF_A_WORKER)
    chosen = any(argument.startswith(OWN_WORKERS) for argument in arguments)
    if chosen or workers < 2 or os.cpu_count() == 1:
        return []
    return ["-n", str(workers), "--dist", "worksteal"]


def has_room(folder: Path) -> bool:
    """Whether the folders of a whole test run fit into a file system."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free >= ROOM_OF_A_RUN
    return False


def reached_tests(since: str) -> list[str]:
    """The test files that the files changed since a commit reach, the nearest first."""
    call = [sys.executable, "-m", "tests.changed", since]
    done = subprocess.run(call, cwd=paths.CHECKOUT, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise click.ClickException(f"Git tidak dapat membandingkan dengan {since}: git diff {since} menyebut sebabnya.")
    return done.stdout.splitlines()


def run_python(*call: str) -> NoReturn:
    """Run something of the source tree and end with its exit code."""
    raise click.exceptions.Exit(subprocess.run([sys.executable, *call], cwd=paths.CHECKOUT).returncode)


@loket_command(
    "test",
    "Jalankan uji program dengan pytest; kode keluar pytest diteruskan.\n\n"
    "Alat yang dipakai uji (Chromium, PostgreSQL, age, poppler, openssl, Caddy, Gammu SMSD) dipasang dulu bila belum "
    "ada dan perintah ini dijalankan sebagai root di Debian. Jalur dan pilihan pytest boleh ditambahkan: "
    "test tests/rules -q, test --last-failed. Dengan --changed hanya uji yang terjangkau berkas yang berubah, yang "
    "terdekat lebih dulu. Dengan --nightly semua undian dicoba; tanpa itu sebagian. Dengan --windows program "
    "dijalankan dalam Python Windows 64-bit di bawah Wine, bukan bersama uji yang lain. Dengan --book perintah di "
    "panduan administrator diketik satu per satu pada komputer Debian 12 buatan sendiri, dengan --debian paketnya "
    "dicoba pada Debian 12 dan 13, juga tersendiri.",
    context_settings={"ignore_unknown_options": True},
)
@click.option("--nightly", is_flag=True, help="Coba semua undian dan contoh acak; memakan waktu lebih lama.")
@click.option(
    "--changed",
    "since",
    is_flag=False,
    flag_value="HEAD",
    metavar="[COMMIT]",
    help="Hanya uji yang terjangkau berkas yang berubah sejak commit itu (tanpa menyebutnya: sejak yang terakhir).",
)
@click.option(
    "--windows",
    "own_run",
    flag_value="windows",
    help="Jalankan alur singkat dan uji pilihan dalam Python Windows (Wine).",
)
@click.option(
    "--book",
    "own_run",
    flag_value="book",
    help="Ikuti panduan administrator pada komputer Debian buatan sendiri (root).",
)
@click.option(
    "--debian", "own_run", flag_value="debian", help="Coba paket Debian pada Debian 12 dan 13 buatan sendiri (root)."
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST]...")
def test(arguments: tuple[str, ...], nightly: bool, since: str | None, own_run: str | None) -> None:
    if own_run == "windows":
        run_on_windows(arguments)
    if own_run:
        run_on_own_debian(own_run)
    if since:
        reached = reached_tests(since)
        click.echo(f"Uji yang terjangkau: {len(reached)} berkas.", err=True)
        if not reached:
            raise click.exceptions.Exit(NOTHING_TO_RUN)
        arguments = (*arguments, *reached)
    places = named_paths(arguments)
    if not places:
        tell_about("Windows (test --windows)", windows_cache())
        tell_about("Buku administrator (test --book)", book_cache())
        tell_about("Paket Debian (test --debian)", debian_cache())
    provide_tools(asked_tools(missing_tools(), places))
    if asked_tools(["chromium"], places):
        provide_quicker_browser(Path(sys.prefix))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every program that a test starts compiles the whole tree
    if sys.platform == "linux" and has_room(Path("/dev/shm")):  # in memory no commit waits for a disk
        os.environ.setdefault("TMPDIR", "/dev/shm")  # of PostgreSQL and Chromium too
    if nightly:
        os.environ["LOKET_NIGHTLY"] = "1"
    if any(argument.startswith(LAST_FAILED) for argument in arguments):
        arguments = ("--last-failed-no-failures=none", *arguments)  # pytest would run everything
    run_python("-m", "pytest", "--color=no", "--no-header", *worker_arguments(arguments), *arguments)


@loket_command(
    "prove",
    "Buktikan ketahanan dengan kerja acak: listrik padam (power), pertukaran data dengan pusat (sync), banyak "
    "kecamatan sekaligus (offices), server basis data yang mati (failover), serangan dari luar (doors), atau data "
    "pribadi yang tercecer (privacy).\n\n"
    "Menulis satu baris angka; berakhir dengan 1 bila satu catatan hilang, satu kartu tercetak dua kali, atau "
    "satu bagian tidak terbukti. "
    "Contoh: prove power --points 2000 --seed 1; prove sync --rounds 300 --seed 1.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument(
    "arguments", nargs=-1, type=click.UNPROCESSED, metavar="sync|power|offices|failover|doors|privacy [PILIHAN]..."
)
def prove(arguments: tuple[str, ...]) -> None:
    run_python("-m", "tests.proof", *arguments)


@loket_command(
    "bench",
    "Ukur kecepatan dan cocokkan dengan sasarannya; berakhir dengan 1 bila satu sasaran luput.\n\n"
    "Semua pilihan diteruskan ke bench/run.py, misalnya --quick.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PILIHAN]...")
def bench(arguments: tuple[str, ...]) -> None:
    run_python(str(paths.CHECKOUT / "bench" / "run.py"), *arguments)
