"""`package`: the program, its packages and what starts it, for machines without a network."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click

from app import paths
from app.cli.options import loket_command
from app.cli.packaging import debian, windows
from app.cli.packaging.wheels import Target, fetch_wheels, linux_target, names_in, pins, read_wheels, windows_target
from app.cli.release import ask_git, released_paths
from schema.version import VERSION

PYTHON_NEEDED = "Sebut Python untuk paket Windows: --python DOKUMEN (embeddable package 64-bit dari python.org)."


@loket_command(
    "package",
    "Buat paket Loket untuk komputer tanpa internet, dari folder sumber ini, untuk pengelola.\n\n"
    "windows: folder dalam zip dengan Python, paket dan yang diklik dua kali; sebut Python-nya dengan --python. "
    "debian: satu .deb dengan layanan kantor dan pusat.",
)
@click.argument("system", type=click.Choice(["windows", "debian"]), metavar="windows|debian")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder paketnya."
)
@click.option(
    "--python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ZIP",
    help="Windows embeddable package (64-bit) dari pembuat Python.",
)
@click.option("--sha256", default="", metavar="KODE", help="Kode pengaman zip itu, bila diketahui.")
@click.option("--machine", type=click.Choice(list(debian.MACHINES)), default="amd64", help="Komputer Debian-nya.")
@click.option(
    "--wheels",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder paket Python: yang belum ada diambil lewat jaringan (biasanya di samping paketnya).",
)
def package(system: str, out: Path, python: Path | None, sha256: str, machine: str, wheels: Path | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    program = {path: (paths.CHECKOUT / path).read_bytes() for path in released_paths()}
    kept = wheels or out / f"paket-{system}"
    if system == "debian":
        made = make_debian(out, program, kept, machine)
    elif python:
        made = make_windows(out, program, kept, python, sha256)
    else:
        raise click.UsageError(PYTHON_NEEDED)
    made.chmod(0o644)  # it holds nothing of anybody, and is handed on
    click.echo(f"Paket: {made}")
    click.echo(f"SHA-256: {hashlib.sha256(made.read_bytes()).hexdigest()}")


def make_windows(out: Path, program: dict[str, bytes], kept: Path, python: Path, sha256: str) -> Path:
    """Raises ClickException."""
    version, files = windows.read_python(python, sha256)
    click.echo(files["ASAL.txt"].decode().strip().replace("\r\n", ": "))
    wheels = needed_wheels("requirements", windows_target(version), kept)
    target = out / f"loket-{VERSION}-windows.zip"
    windows.write_zip(target, windows.windows_files(program, files, wheels), commit_moment())
    return target


def make_debian(out: Path, program: dict[str, bytes], kept: Path, machine: str) -> Path:
    """Raises ClickException."""
    target = linux_target(debian.PYTHONS, debian.MACHINES[machine])
    wheels = needed_wheels("requirements-centre", target, kept)
    made = out / f"loket_{VERSION}_{machine}.deb"
    debian.write_deb(made, debian.debian_files(program, wheels), VERSION, machine, commit_moment())
    return made


def needed_wheels(name: str, target: Target, folder: Path) -> dict[str, bytes]:
    """The wheels of a list, and pip to install them where the machine has none. Raises ClickException."""
    lines = (paths.CHECKOUT / f"{name}.txt").read_text(encoding="utf-8")
    for_tests = (paths.CHECKOUT / "requirements-test.txt").read_text(encoding="utf-8")
    wanted = pins(lines, names_in(lines)) + pins(for_tests, ["pip"])
    fetch_wheels(wanted, target, folder)
    return read_wheels(wanted, folder)


def commit_moment() -> datetime:
    """When the commit was made that the package is made from: the date of all its files. Raises ClickException."""
    return datetime.fromtimestamp(int(ask_git("log", "-1", "--format=%ct")[0]), UTC)
