"""`test`, `prove`, `bench`: what a source tree can do; an installed wheel has none of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from app import paths
from app.cli.options import loket_command

OWN_WORKERS = ("-n", "--numprocesses", "--pdb", "-s", "--dist")
"""Arguments of the caller that decide the workers himself or want a single one."""


def is_on_path(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def has_postgres_server() -> bool:
    """Whether a PostgreSQL server can be started (Debian keeps `initdb` off the PATH)."""
    return is_on_path("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


# Debian package -> whether its tool is there.
TOOLS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: is_on_path("chromium", "chromium-browser"),
    "postgresql": has_postgres_server,
    "age": lambda: is_on_path("age"),
    "poppler-utils": lambda: is_on_path("pdftoppm"),
    "openssl": lambda: is_on_path("openssl"),
    "caddy": lambda: is_on_path("caddy"),
    "gammu-smsd": lambda: is_on_path("gammu-smsd"),
}


SHELL = "chromium-headless-shell"
"""Debian's package and program: a Chromium without a window of its own, at which a page costs the tests half."""
SOON = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")


def missing_tools() -> list[str]:
    return [package for package, there in TOOLS.items() if not there()]


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


def worker_arguments(arguments: tuple[str, ...]) -> list[str]:
    """A worker more than there are processors (of which four count), for they often wait for a browser or a disk;
    neighbouring tests stay together, and a worker that is done takes over another's."""
    processors = min(os.cpu_count() or 1, 4)
    chosen = any(argument.startswith(OWN_WORKERS) for argument in arguments)
    return [] if chosen or processors < 2 else ["-n", str(processors + 1), "--dist", "worksteal"]


def run_python(*call: str) -> NoReturn:
    """Run something of the source tree and end with its exit code."""
    raise click.exceptions.Exit(subprocess.run([sys.executable, *call], cwd=paths.CHECKOUT).returncode)


@loket_command(
    "test",
    "Jalankan uji program dengan pytest; kode keluar pytest diteruskan.\n\n"
    "Alat yang dipakai uji (Chromium, PostgreSQL, age, poppler, openssl, Caddy, Gammu SMSD) dipasang dulu bila belum "
    "ada dan perintah ini dijalankan sebagai root di Debian. Jalur dan pilihan pytest boleh ditambahkan: "
    "test tests/rules -q. Dengan --nightly semua benih acak dicoba; tanpa itu sebagian.",
    context_settings={"ignore_unknown_options": True},
)
@click.option("--nightly", is_flag=True, help="Coba semua benih dan contoh acak; memakan waktu lebih lama.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST]...")
def test(arguments: tuple[str, ...], nightly: bool) -> None:
    provide_tools(missing_tools())
    provide_quicker_browser(Path(sys.prefix))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every program that a test starts compiles the whole tree
    if nightly:
        os.environ["LOKET_NIGHTLY"] = "1"
    run_python("-m", "pytest", "--color=no", "--no-header", *worker_arguments(arguments), *arguments)


@loket_command(
    "prove",
    "Buktikan ketahanan dengan kerja acak: listrik padam (power), pertukaran data dengan pusat (sync), banyak "
    "kecamatan sekaligus (offices), serangan dari luar (doors), atau data pribadi yang tercecer (privacy).\n\n"
    "Menulis satu baris angka; berakhir dengan 1 bila satu catatan hilang, satu kartu tercetak dua kali, atau "
    "satu bagian tidak terbukti. "
    "Contoh: prove power --points 2000 --seed 1; prove sync --rounds 300 --seed 1.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="sync|power|offices|doors|privacy [PILIHAN]...")
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
