"""`test`: see to the tools that the tests drive, then run pytest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click

from app import paths
from app.cli.indonesian import command

OWN_WORKERS = ("-n", "--numprocesses", "--pdb", "-s", "--dist")
"""Arguments of the caller that decide the workers himself or want a single one."""


def on_path(*names: str) -> bool:
    """Whether one of these programs can be called."""
    return any(shutil.which(name) for name in names)


def postgres_server() -> bool:
    """Whether a PostgreSQL server can be started (Debian keeps `initdb` off the PATH)."""
    return on_path("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


# Debian package -> whether its tool is there.
TOOLS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: on_path("chromium", "chromium-browser"),
    "postgresql": postgres_server,
    "age": lambda: on_path("age"),
    "poppler-utils": lambda: on_path("pdftoppm"),
    "openssl": lambda: on_path("openssl"),
    "caddy": lambda: on_path("caddy"),
}


def missing_tools() -> list[str]:
    """Debian packages whose tools are not on this machine."""
    return [package for package, there in TOOLS.items() if not there()]


def provide_tools(packages: list[str]) -> None:
    """Install Debian packages when this is root on a Debian machine; otherwise say what is missing."""
    if not packages:
        return
    names = " ".join(packages)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        click.echo(f"Belum ada: {names}. Uji yang memerlukannya akan gagal.", err=True)
        click.echo(f"Pasang dulu: sudo apt-get install {names}", err=True)
        return
    click.echo(f"Memasang alat uji: {names} ...", err=True)
    apt_get("update", "-qq")
    apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)
    if still := missing_tools():
        click.echo(f"Tetap belum ada: {' '.join(still)}. Uji yang memerlukannya akan gagal.", err=True)


def apt_get(*arguments: str) -> None:
    """Run apt-get without a question and without its own output; addresses of mirrors stay out of logs."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", *arguments], env=quiet, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        complaint = re.sub(r"(?<!\S)\S+://\S+", "(...)", done.stderr.strip())
        click.echo(f"apt-get {arguments[0]}: {complaint[-500:]}", err=True)


def workers(arguments: tuple[str, ...]) -> list[str]:
    """Two workers, each test file on one of them, so that a file's own order stays; files in the order of their names,
    which puts the long browser tests first and leaves no worker idle at the end."""
    chosen = any(argument.startswith(OWN_WORKERS) for argument in arguments)
    return (
        []
        if chosen or (os.cpu_count() or 1) < 2
        else ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    )


@command(
    "test",
    "Jalankan uji program dengan pytest; kode keluar pytest diteruskan.\n\n"
    "Alat yang dipakai uji (Chromium, PostgreSQL, age, poppler, openssl, Caddy) dipasang dulu bila belum ada dan "
    "perintah ini dijalankan sebagai root di Debian. Jalur dan pilihan pytest boleh ditambahkan: "
    "test tests/house -q",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST]...")
def test(arguments: tuple[str, ...]) -> None:
    provide_tools(missing_tools())
    call = [sys.executable, "-m", "pytest", "--color=no", "--no-header", *workers(arguments), *arguments]
    raise click.exceptions.Exit(subprocess.run(call, cwd=paths.CHECKOUT).returncode)
