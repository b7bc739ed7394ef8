"""A Debian of its own on this machine: its files in a folder, its own systemd at work, a network without a way out."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("mmdebstrap", "systemd-nspawn", "nsenter", "curl")
SUITES = {"bookworm": "Debian 12", "trixie": "Debian 13"}
INSIDE = "python3,systemd-sysv,dbus"
"""What a Debian without a desktop has; no venv, no pip."""
SECONDS = 600


class CannotBoot(Exception):
    """This machine cannot make or start a Debian; the sentence says why."""


def make_base(cache: Path, suite: str) -> Path:
    """The files of a fresh Debian of that name as a tar, fetched once. Raises CannotBoot."""
    if os.geteuid() != 0:
        raise CannotBoot("Only root can start a Debian of its own.")
    if missing := [name for name in TOOLS if not shutil.which(name)]:
        raise CannotBoot(f"Missing: {', '.join(missing)} (Debian's mmdebstrap, systemd-container, util-linux, curl).")
    cache.mkdir(parents=True, exist_ok=True)
    base = cache / f"{suite}.tar"
    if not base.is_file():
        call = ["mmdebstrap", "--variant=minbase", f"--include={INSIDE}", suite, str(base.with_suffix(".part.tar"))]
        done = subprocess.run(call, capture_output=True, text=True)
        if done.returncode:
            raise CannotBoot(done.stderr[-500:])
        base.with_suffix(".part.tar").rename(base)
    return base


@dataclass
class Machine:
    """A running Debian: where its files lie, and the process that is its systemd."""

    folder: Path
    leader: int

    def run(self, *call: str) -> "subprocess.CompletedProcess[str]":
        """A command as root types it there. Raises TimeoutExpired."""
        inside = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        return subprocess.run(
            [*inside, *call],
            env=clean,
            umask=0o022,  # of root's shell there; the test command's own is that of an office
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    def done(self, *call: str) -> str:
        """What a command said that succeeded. Raises AssertionError."""
        said = self.run(*call)
        assert said.returncode == 0, (
            f"{' '.join(call)} ended with {said.returncode}: {(said.stdout + said.stderr)[-2500:]}"
        )
        return said.stdout + said.stderr

    def from_outside(self, *call: str) -> str:
        """What a program of our machine said that was put into the network of this one. Raises AssertionError."""
        inside = ["nsenter", f"--target={self.leader}", "--net", "--"]
        said = subprocess.run([*inside, *call], capture_output=True, text=True, timeout=SECONDS)
        assert said.returncode == 0, (said.stdout + said.stderr)[-2500:]
        return said.stdout

    def page(self, address: str) -> str:
        """A page of a program that is just starting. Raises AssertionError."""
        again = ("--retry", "90", "--retry-delay", "1", "--retry-connrefused", "--fail", "--location")
        return self.from_outside("curl", "--silent", *again, address)


@contextmanager
def booted(base: Path, folder: Path) -> Iterator[Machine]:
    """A fresh Debian that has started, and goes with its files. Raises CannotBoot."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["tar", "-C", str(folder), "-xf", str(base)], check=True)
    (folder / "etc/machine-id").write_text("", encoding="ascii")
    call = ["systemd-nspawn", "-D", str(folder), "--boot", "--private-network", "--register=no", "--keep-unit"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*call, "--console=passive"], **quiet) as started:
        try:
            machine = Machine(folder, leader_of(started))
            wait_for_boot(machine)
            yield machine
            machine.run("systemctl", "poweroff")
            started.wait(120)
        finally:
            started.kill()
    shutil.rmtree(folder)


def leader_of(started: "subprocess.Popen[bytes]") -> int:
    """The process that is number 1 of the machine. Raises CannotBoot."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and started.poll() is None:
        for child in Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text(encoding="ascii").split():
            if number_inside(int(child)) == "1":
                return int(child)
    raise CannotBoot("systemd-nspawn cannot start a Debian here; start it by hand to see why.")


def number_inside(process: int) -> str:
    """The number of a process in the innermost of its namespaces; empty where it has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        if "\nNSpid:\t" in status:
            return status.split("\nNSpid:\t")[1].split("\n")[0].split()[-1]
    return ""


def wait_for_boot(machine: Machine) -> None:
    """Raises CannotBoot."""
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        if machine.run("systemctl", "is-system-running", "--wait").stdout.strip() in ("running", "degraded"):
            return
    raise CannotBoot("The Debian does not come up.")
