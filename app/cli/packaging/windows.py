"""The folder for Windows: the embeddable Python of its makers, the program, its wheels, and what is double-clicked."""

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from app.platform.updates.releases import add_member

OURS = Path(__file__).with_name("for_windows")
FOLDER = "Loket"
NAMES = {
    "read-first.txt": "BACA DULU.txt",
    "start.cmd": "Jalankan Loket.cmd",
    "stop.cmd": "Hentikan Loket.cmd",
    "at-log-on.cmd": "Hidupkan saat masuk.cmd",
    "not-at-log-on.cmd": "Jangan hidupkan saat masuk.cmd",
    "loket.cmd": "loket.cmd",
}
"""Our own files, and what an officer calls them: a release holds no name with a blank."""
PYTHON = f"{FOLDER}/python"
PROGRAM = f"{FOLDER}/program"
WHEELHOUSE = f"{FOLDER}/program/wheelhouse"
X86_64 = 0x8664
"""How a program of Windows says that it is for 64-bit PCs."""
NO_PYTHON = (
    "{name} bukan Python 64-bit dari 'Windows embeddable package (64-bit)'. Unduh dari halaman Python yang resmi, lalu "
    "sebut dokumen zip itu."
)
OTHER_DIGEST = "Kode pengaman {name} adalah {digest}, bukan yang disebut. Dokumen ini tidak dipakai."
ORIGIN = "{name}\r\nSHA-256 {digest}\r\n"


def read_python(path: Path, expected: str = "") -> tuple[str, dict[str, bytes]]:
    """Version (`3.11`) and files of an embeddable Python; `expected` is its SHA-256, where the caller knows it.

    Raises ClickException.
    """
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if expected and digest != expected.lower():
        raise click.ClickException(OTHER_DIGEST.format(name=path.name, digest=digest))
    files = zip_files(data)
    version = next((found.groups() for name in files if (found := re.fullmatch(r"python(3)(\d\d)\.dll", name))), ())
    if not version or not is_for_64_bit(files.get("python.exe", b"")):
        raise click.ClickException(NO_PYTHON.format(name=path.name))
    files["ASAL.txt"] = ORIGIN.format(name=path.name, digest=digest).encode("ascii", "replace")
    return ".".join(version), files


def zip_files(data: bytes) -> dict[str, bytes]:
    """The files of a zip file by name; none where it is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except zipfile.BadZipFile:
        return {}


def is_for_64_bit(program: bytes) -> bool:
    """Whether the head of a program of Windows names a 64-bit PC."""
    if len(program) < 64 or program[:2] != b"MZ":
        return False
    [head] = struct.unpack_from("<I", program, 60)
    return program[head : head + 6] == b"PE\0\0" + struct.pack("<H", X86_64)


def windows_files(
    program: Mapping[str, bytes], python: Mapping[str, bytes], wheels: Mapping[str, bytes]
) -> dict[str, bytes]:
    """What lies in the folder, by its path."""
    return {
        **{f"{FOLDER}/{name}": with_line_ends((OURS / source).read_bytes()) for source, name in NAMES.items()},
        **{f"{PYTHON}/{name}": data for name, data in python.items()},
        **{f"{PROGRAM}/{name}": data for name, data in program.items()},
        **{f"{WHEELHOUSE}/{name}": data for name, data in wheels.items()},
    }


def with_line_ends(text: bytes) -> bytes:
    """Lines as Windows ends them: its command line misreads others."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def write_zip(target: Path, files: Mapping[str, bytes], moment: datetime) -> None:
    """The same files and moment give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in sorted(files.items()):
            add_member(archive, name, data, moment)
