"""Computers with Debian 12 in which the page is followed: real systemd, a network of their own, nothing beyond it.

Each is a root of its own over one base (overlay), booted by systemd-nspawn. All of it lies in namespaces of this
process, which `tests.book` has made: whatever happens here, the machine that runs the test stays as it is.
"""

import ctypes
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any, TypeVar
from uuid import NAMESPACE_DNS, uuid5

T = TypeVar("T")
NETWORK = "192.168.1"
DESK = f"{NETWORK}.99"
"""This process itself: another desk of the office network."""
BRIDGE = "loket-buku"
BOOT_SECONDS = 90
SECONDS = 120
PROMPT = re.compile(r"[:?\])] ?$")
COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
CLONE_NEWNET = 0x40000000


def run(*call: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """A program of this machine; its fault is told with what it said."""
    words = [str(word) for word in call]
    done: subprocess.CompletedProcess[str] = subprocess.run(words, capture_output=True, text=True, **more)
    assert done.returncode == 0, (call, done.stdout[-2000:], done.stderr[-2000:])
    return done


def open_terminal() -> tuple[int, int]:
    """A terminal of 40 lines and 132 columns: in one without a size everything is too long, and a pager asks."""
    leader, own = pty.openpty()
    termios.tcsetwinsize(own, (40, 132))
    return leader, own


def make_network() -> None:
    """The office network: a bridge in this process's own network namespace, with this process at it."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "add", f"{DESK}/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


def control_groups(name: str) -> list[Path]:
    """A control group for each computer: systemd takes what it is started in for its own, with all services in it."""
    top = Path("/sys/fs/cgroup")
    tops = [top] if (top / "cgroup.procs").exists() else [top / part for part in ("systemd", "unified")]
    made = [part / name for part in tops if part.is_dir()]
    for place in made:
        place.mkdir(exist_ok=True)
    return made


class Computer:
    """A computer that somebody sits at: `user` types, in `folder`; `number` ends its address."""

    def __init__(self, folder: Path, base: Path, name: str, user: str, number: int) -> None:
        self.name, self.user, self.address = name, user, f"{NETWORK}.{number}"
        self.identity = uuid5(NAMESPACE_DNS, name).hex
        self.place, self.group = folder / name, f"{folder.name}-{name}"
        self.root, self.sticks = self.place / "root", folder / "sticks"
        for part in (self.root, self.place / "upper", self.place / "work", self.sticks):
            part.mkdir(parents=True, exist_ok=True)
        layers = f"lowerdir={base},upperdir={self.place / 'upper'},workdir={self.place / 'work'}"
        run("mount", "-t", "overlay", "overlay", "-o", layers, self.root)
        (self.root / "etc/machine-id").write_text(f"{self.identity}\n")
        (self.root / "etc/hostname").write_text(f"{name}\n")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
        (self.root / "etc/apt/apt.conf.d/90yes").write_text('APT::Get::Assume-Yes "true";\n')
        self.leader = 0
        self.nspawn: subprocess.Popen[bytes] | None = None
        self.typed: list[str] = []
        self.working_folder = "/opt/loket"

    def inside(self, *call: str) -> list[str]:
        return ["nsenter", "-t", str(self.leader), "-a", *call]

    def boot(self) -> None:
        """Switch it on; systemd has come up when this returns."""
        call = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}", "--boot"]
        call += [
            f"--machine={self.name}",
            f"--uuid={self.identity}",
            f"--network-bridge={BRIDGE}",
            "--console=pipe",
            "--resolv-conf=off",
        ]
        call += [f"--bind={self.sticks}:/mnt/sticks", "--link-journal=no", "--timezone=off"]
        enter = [f"echo $$ > {place}/cgroup.procs" for place in control_groups(self.group)]
        starting = ["sh", "-c", "; ".join([*enter, 'exec "$@"']), "sh", *call]
        self.nspawn = subprocess.Popen(starting, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.leader = self.until(self.first_process)
        try:
            self.until(self.is_up)
        except AssertionError as error:
            raise AssertionError(self.why_not_up()) from error
        self.as_root("ip link set lo up")
        self.as_root(f"ip address add {self.address}/24 dev host0 && ip link set host0 up")
        if self.user not in (self.root / "etc/passwd").read_text():
            self.as_root(f"useradd -m -s /bin/bash {self.user}")
            self.as_root(f"echo '{self.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/{self.user}")

    def first_process(self) -> int:
        assert self.nspawn is not None
        children = Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        named = [int(child) for child in children if Path(f"/proc/{child}/comm").read_text().strip() == "systemd"]
        return named[0] if named else 0

    def why_not_up(self) -> str:
        """What systemd waits for."""
        asked = (["is-system-running"], ["list-jobs", "--no-pager"], ["--failed", "--no-pager"])
        said = [subprocess.run(self.inside("systemctl", *what), capture_output=True, text=True) for what in asked]
        return f"{self.name} does not come up: " + "\n".join(done.stdout + done.stderr for done in said)

    def is_up(self) -> bool:
        asked = subprocess.run(self.inside("systemctl", "is-system-running"), capture_output=True, text=True)
        return asked.stdout.strip() in ("running", "degraded")

    def until(self, question: Callable[[], T], seconds: int = BOOT_SECONDS) -> T:
        """The first answer that is not empty."""
        patience = time.monotonic() + seconds
        while time.monotonic() < patience:
            with suppress(OSError):
                if answer := question():
                    return answer
            Event().wait(0.1)
        raise AssertionError(f"{self.name}: {question} has no answer after {seconds} s")

    def pull_the_plug(self) -> None:
        """No time for anybody to end in order."""
        if self.nspawn is None:
            return
        os.kill(self.leader, signal.SIGKILL)
        self.nspawn.wait(BOOT_SECONDS)
        self.nspawn = None
        subprocess.run(["ip", "link", "delete", f"vb-{self.name}"], capture_output=True)  # else gone a moment later

    def pull_the_cable(self) -> None:
        """It goes on by itself, and nobody hears of it: no connection is closed."""
        run("ip", "link", "set", f"vb-{self.name}", "down")

    def remove(self) -> None:
        """Its root and its control groups go."""
        self.pull_the_plug()
        subprocess.run(["umount", "--lazy", self.root], capture_output=True)
        for top in control_groups(self.group):
            for place in sorted(top.rglob("*/"), reverse=True):
                with suppress(OSError):
                    place.rmdir()
            with suppress(OSError):
                top.rmdir()

    # -- what is typed -----------------------------------------------------------------------------------------

    def as_root(self, command: str) -> str:
        """What the page does not say: how the computer comes to be what it is before."""
        return run(*self.inside("sh", "-c", command)).stdout

    def shell(self, command: str) -> list[str]:
        """A new window of the person at this computer, who has just signed in, in the program's folder."""
        return self.inside("su", "-l", self.user, "--session-command", f"cd {self.working_folder} && {command}")

    def types(self, command: str, *answers: str, code: int = 0, seconds: int = SECONDS) -> str:
        """What a command says at a terminal, where each question gets its answer."""
        self.typed.append(command)
        leader, own = open_terminal()
        process = subprocess.Popen(["setsid", "--ctty", *self.shell(command)], stdin=own, stdout=own, stderr=own)
        os.close(own)
        said = self.talk(leader, process, list(answers), time.monotonic() + seconds)
        os.close(leader)
        assert process.wait() == code, f"{self.name}: {command}\n{said[-3000:]}"
        return said

    def talk(self, leader: int, process: subprocess.Popen[bytes], answers: list[str], patience: float) -> str:
        said, asked = b"", 0
        while True:
            ready, _, _ = select.select([leader], [], [], 0.3)
            if ready:
                with suppress(OSError):  # the other end is closed: EIO
                    if part := os.read(leader, 65536):
                        said += part
                        continue
                break
            if process.poll() is not None:
                break
            question = COLOURS.sub("", said[asked:].decode(errors="replace")).rpartition("\n")[2]
            if answers and PROMPT.search(question):
                os.write(leader, answers.pop(0).encode() + b"\n")
                asked = len(said)
            if time.monotonic() > patience:
                process.kill()
                break
        text = said.decode(errors="replace").replace("\r\n", "\n")
        assert not answers, f"{self.name} did not ask for {answers}: {text[-2000:]}"
        return text

    @contextmanager
    def window(self, command: str, shows: str, seconds: int = SECONDS) -> Iterator[str]:
        """A program that stays in its window until Ctrl+C; yields once it has shown these words."""
        self.typed.append(command)
        leader, own = open_terminal()
        process = subprocess.Popen(["setsid", "--ctty", *self.shell(command)], stdin=own, stdout=own, stderr=own)
        os.close(own)
        said, patience = "", time.monotonic() + seconds
        try:
            while shows not in said:
                assert time.monotonic() < patience, f"{self.name}: {command}\n{said[-3000:]}"
                ready, _, _ = select.select([leader], [], [], 1)
                said += os.read(leader, 65536).decode(errors="replace") if ready else ""
            yield said
        finally:
            os.write(leader, b"\x03")
            said += self.talk(leader, process, [], time.monotonic() + 60)
            os.close(leader)
            process.wait()
        assert "Traceback" not in said, said

    def writes(self, path: str, text: str) -> None:
        """A file that the page shows, put where the page says."""
        run(*self.inside("sh", "-c", f"cat > {path}"), input=text)

    # -- sticks and pages ----------------------------------------------------------------------------------------

    @contextmanager
    def stick(self, name: str = "FLASHDISK") -> Iterator[Path]:
        """A stick is plugged in while this lasts; the same name is the same stick at every computer."""
        held, there = self.sticks / name, f"/media/{self.user}/{name}"
        held.mkdir(exist_ok=True)
        held.chmod(0o777)
        self.as_root(f"mkdir -p {there} && mount --bind /mnt/sticks/{name} {there}")
        try:
            yield held
        finally:
            self.as_root(f"umount -l {there} && rmdir {there}")

    @contextmanager
    def at_its_screen(self) -> Iterator[str]:
        """This process opens addresses of the computer as its own browser does."""
        libc = ctypes.CDLL(None, use_errno=True)
        own_network, other_network = Path("/proc/self/ns/net"), Path(f"/proc/{self.leader}/ns/net")
        with own_network.open() as own, other_network.open() as there:
            assert libc.setns(there.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            try:
                yield "http://127.0.0.1"
            finally:
                assert libc.setns(own.fileno(), CLONE_NEWNET) == 0
