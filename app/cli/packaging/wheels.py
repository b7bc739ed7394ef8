"""Wheels of the packages that the program needs, fetched by pip for another machine and compared with their digests."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

PIN = re.compile(r"^([A-Za-z0-9._-]+)==[^\s;]+")
FETCHED = "diambil.txt"
"""What a folder was filled with, so that nothing is fetched twice."""
OLDEST_GLIBC = 28
"""The minor number, as in `run.py`."""
NO_PIP = "Untuk mengambil paket diperlukan pip: .venv/bin/python -m ensurepip, lalu ulangi."
NOT_FETCHED = "Paket tidak dapat diambil: {reason}"
INCOMPLETE = "Di {folder} tidak ada paket {names} dengan kode pengaman yang tertulis di daftar. Kosongkan, lalu ulangi."


class Target(NamedTuple):
    """The machine that wheels are for: versions of Python (`3.11`) and what pip calls the platform."""

    pythons: tuple[str, ...]
    platforms: tuple[str, ...]


def windows_target(python: str) -> Target:
    return Target((python,), ("win_amd64",))


def linux_target(pythons: tuple[str, ...], machine: str) -> Target:
    """`machine`: x86_64 or aarch64. A wheel names the oldest glibc that it needs."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(OLDEST_GLIBC, 4, -1)]
    return Target(pythons, (*tags, f"manylinux2014_{machine}"))


def pins(lines: str, names: Iterable[str]) -> str:
    """The pins of some packages with their digests, without conditions: they are meant for another system than ours."""
    wanted = set(names)
    kept = list[str]()
    taken = False
    for line in lines.splitlines():
        if begins := PIN.match(line):
            taken = begins[1] in wanted
            line = f"{begins[0]} \\"
        if taken and (begins or line.startswith("    --hash=")):
            kept.append(line + "\n")
    return "".join(kept)


def names_in(lines: str) -> list[str]:
    return [found[1] for line in lines.splitlines() if (found := PIN.match(line))]


def fetch_wheels(lines: str, target: Target, folder: Path) -> None:
    """Bring the wheels of a list of pins into a folder, each compared with its digests. Raises ClickException."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / FETCHED
    digest = hashlib.sha256(f"{target}\n{lines}".encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    wanted = folder / "daftar.txt"
    wanted.write_text(lines, encoding="utf-8")
    for python in target.pythons:
        run_pip(python, target.platforms, wanted)
    stamp.write_text(digest, encoding="ascii")


def run_pip(python: str, platforms: tuple[str, ...], wanted: Path) -> None:
    """Raises ClickException."""
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        raise click.ClickException(NO_PIP)
    call = [*pip, "download", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    call += ["--only-binary", ":all:", "--python-version", python, "-d", str(wanted.parent), "-r", str(wanted)]
    call += [word for platform in platforms for word in ("--platform", platform)]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = re.sub(r"(?<!\S)\S+://\S+", "(...)", done.stderr.strip())
        raise click.ClickException(NOT_FETCHED.format(reason=said[-500:]))


def read_wheels(lines: str, folder: Path) -> dict[str, bytes]:
    """Name and content of the wheels of a folder that a list of pins names by their digest. Raises ClickException
    where a package of the list has none."""
    allowed = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lines))
    contents = {wheel.name: wheel.read_bytes() for wheel in sorted(folder.glob("*.whl"))}
    found = {name: data for name, data in contents.items() if hashlib.sha256(data).hexdigest() in allowed}
    there = {package_name(wheel.partition("-")[0]) for wheel in found}
    if missing := [name for name in names_in(lines) if package_name(name) not in there]:
        raise click.ClickException(INCOMPLETE.format(folder=folder, names=", ".join(missing)))
    return found


def package_name(name: str) -> str:
    """A name as wheels write it."""
    return re.sub(r"[-_.]+", "_", name).lower()
