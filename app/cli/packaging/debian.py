"""The package for Debian and its kin: an archive of three members, written here so that any machine makes it."""

import gzip
import io
import tarfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from string import Template

OURS = Path(__file__).with_name("for_debian")
HOME = "opt/loket"
PYTHONS = ("3.11", "3.12", "3.13")
"""Debian 12 and 13, Ubuntu 24.04."""
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""What Debian calls a machine, and what wheels call it."""
PLACES = {
    "loket": ("usr/bin/loket", "usr/bin/loket-pusat"),
    "loket.service": ("usr/lib/systemd/system/loket.service",),
    "loket-pusat.service": ("usr/lib/systemd/system/loket-pusat.service",),
    "loket.default": ("etc/default/loket",),
    "loket-pusat.default": ("etc/default/loket-pusat",),
    "copyright": ("usr/share/doc/loket/copyright",),
}
"""Where our own files lie on the machine."""
SETTINGS = ("etc/default/loket", "etc/default/loket-pusat")
"""What an administrator may change, and an upgrade leaves alone."""
SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
EXECUTABLE = ("usr/bin/",)


def debian_files(program: Mapping[str, bytes], wheels: Mapping[str, bytes]) -> dict[str, bytes]:
    """What lies on the machine, by its path from the root."""
    ours = {place: (OURS / name).read_bytes() for name, places in PLACES.items() for place in places}
    return {
        **ours,
        **{f"{HOME}/{name}": data for name, data in program.items()},
        **{f"{HOME}/wheelhouse/{name}": data for name, data in wheels.items()},
    }


def write_deb(target: Path, files: Mapping[str, bytes], version: str, machine: str, moment: datetime) -> None:
    """The same files, version and moment give the same bytes. `machine`: as Debian calls it."""
    kilobytes = sum(-(-len(data) // 1024) for data in files.values())
    filled = Template((OURS / "control").read_text(encoding="utf-8")).substitute(
        version=version, machine=machine, kilobytes=kilobytes
    )
    control = {name: (OURS / name).read_bytes() for name in SCRIPTS}
    control |= {"control": filled.encode(), "conffiles": "".join(f"/{path}\n" for path in SETTINGS).encode()}
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.gz": packed_tar(control, moment, executable=SCRIPTS),
        "data.tar.gz": packed_tar(files, moment, executable=EXECUTABLE),
    }
    seconds = int(moment.timestamp())
    target.write_bytes(b"!<arch>\n" + b"".join(ar_member(name, data, seconds) for name, data in members.items()))


def ar_member(name: str, data: bytes, seconds: int) -> bytes:
    """A member of an `ar` archive: a head of 60 bytes, the content, a line end where its length is odd."""
    head = f"{name:<16}{seconds:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n"
    return head.encode("ascii") + data + b"\n" * (len(data) % 2)


def packed_tar(files: Mapping[str, bytes], moment: datetime, *, executable: tuple[str, ...]) -> bytes:
    """A compressed tar of root's files, each folder before what it holds."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for folder in folders_of(files):
            archive.addfile(entry(folder, moment, tarfile.DIRTYPE, 0o755))
        for path, data in sorted(files.items()):
            mode = 0o644
            if path.startswith(executable):
                mode = 0o755
            one = entry(f"./{path}", moment, tarfile.REGTYPE, mode)
            one.size = len(data)
            archive.addfile(one, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), compresslevel=6, mtime=0)


def folders_of(files: Mapping[str, bytes]) -> Iterator[str]:
    """The folders of files as the tar names them, outermost first: `./`, `./usr/`."""
    parents = {parent.as_posix() for path in files for parent in PurePosixPath(path).parents}
    yield "./"
    for folder in sorted(parents - {"."}):
        yield f"./{folder}/"


def entry(name: str, moment: datetime, kind: bytes, mode: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.mode = mode
    made.mtime = int(moment.timestamp())
    made.uname = made.gname = "root"
    return made
