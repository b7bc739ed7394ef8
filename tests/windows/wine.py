"""Programs of Windows on this machine: Wine in a folder of its own, which holds the disk C:."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

SECONDS = 1800
OURS = ("PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR")
"""What a program of Windows sees of our environment; the rest would decide how ours behave."""


@dataclass(frozen=True)
class Said:
    """How a program ended and all that it said, faults among it."""

    code: int
    text: str


@dataclass(frozen=True)
class Windows:
    """A Windows of its own: `prefix` is where Wine keeps its disks and its registry."""

    prefix: Path

    @property
    def disk(self) -> Path:
        """The disk C: as this machine sees it."""
        return self.prefix / "drive_c"

    def name(self, path: Path) -> str:
        """What a program of Windows calls a file on the disk C:."""
        return str(PureWindowsPath("C:/", *path.relative_to(self.disk).parts))

    @property
    def environment(self) -> dict[str, str]:
        """Letters with accents in names of files ask for UTF-8; nothing may open a window or fetch a package."""
        kept = {name: os.environ[name] for name in OURS if name in os.environ}
        wine = {"WINEPREFIX": str(self.prefix), "WINEARCH": "win64", "WINEDEBUG": "-all"}
        return kept | wine | {"WINEDLLOVERRIDES": "mscoree,mshtml=", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}

    def begin(self, *call: str, cwd: Path | None = None, **more: str) -> subprocess.Popen[bytes]:
        """Start a program. What it says goes through a pipe: Wine takes no file of this machine for its output."""
        return subprocess.Popen(
            ["wine", *call],
            cwd=cwd or self.disk,
            env=self.environment | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def call(self, *call: str, cwd: Path | None = None, typed: str = "", **more: str) -> Said:
        """Run a program to its end. Raises TimeoutExpired."""
        program = self.begin(*call, cwd=cwd, **more)
        said, _ = program.communicate(typed.encode(), timeout=SECONDS)
        return Said(program.returncode, said.decode("utf-8", "replace").replace("\r\n", "\n"))

    def processes(self, word: str) -> list[int]:
        """The numbers of programs of this Windows with a word on their command line, the one begun last at the end."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # another user's, or just ended
                ours = f"WINEPREFIX={self.prefix}\0".encode() in (place / "environ").read_bytes()
                if ours and word.encode() in (place / "cmdline").read_bytes():
                    found.append(int(place.name))
        return sorted(found)

    def boot(self) -> None:
        """Make the disk and the registry. Raises CalledProcessError."""
        self.prefix.mkdir(parents=True, exist_ok=True)
        subprocess.run(["wineboot", "-i"], env=self.environment, capture_output=True, check=True)
        self.call("reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f")

    @property
    def stick(self) -> Path:
        """What lies on the stick at `E:`, as this machine sees it."""
        return self.prefix.parent / "stick"

    @contextmanager
    def with_stick(self) -> Iterator[None]:
        """An empty stick at `E:` that Windows calls removable. Nobody else may be at work then."""
        shutil.rmtree(self.stick, ignore_errors=True)
        self.stick.mkdir()
        letter = self.prefix / "dosdevices" / "e:"
        letter.unlink(missing_ok=True)
        letter.symlink_to(self.stick)
        self.call("reg", "add", "HKLM\\Software\\Wine\\Drives", "/v", "e:", "/d", "floppy", "/f")
        self.pull_the_plug()  # drives are looked at when Windows starts
        try:
            yield
        finally:
            letter.unlink()
            self.pull_the_plug()

    def pull_the_plug(self) -> None:
        """End every program of this Windows at once, as a power cut does."""
        subprocess.run(["wineserver", "-k"], env=self.environment, capture_output=True)
        subprocess.run(["wineserver", "-w"], env=self.environment, capture_output=True)
