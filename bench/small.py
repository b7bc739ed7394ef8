"""Figure `small`: a clerk's work on a PC of 512 MB with one slow core, and an exchange over 64 kbit/s that breaks.

Server and everything that it starts live in control groups (512 MB, a fifth of one core, in slices of 2 ms); where
there are none that we may make, four busy neighbours share the core and memory is only watched. Beside each piece of
work a counted loop runs under the same limits: seconds are told as those of a core that needs one second for three
million additions (a netbook of 2010), so that another or a busier machine comes to the same figures.
"""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import requests

from app.cli.serving import free_port
from bench import importing, proof
from bench import sync as exchange
from bench.an_office import opened
from bench.citizens import Citizens
from bench.measuring import Figure, timed
from bench.registration import TICKED, typed
from bench.relay import Relay
from bench.start import resident
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.nodes import read_peers
from sync.restore import draw_key
from sync.unfinished import Unfinished

ROOT = Path(__file__).resolve().parents[1]
GROUPS = Path("/sys/fs/cgroup")
MEMORY, CASES, LINES, NEIGHBOURS = 512 * 1024 * 1024, 1000, 300, 4
ADDITIONS, OF_A_SECOND = 600_000, 5
LOOP = f"import time; t = time.perf_counter()\nfor n in range({ADDITIONS}): t += 0\nprint(time.perf_counter() - t)"
BITS = 64_000
BREAKS = (2000, 4000, 6000, 8000)
"""Bytes after which the line breaks, each time counted anew; then it holds."""


class SmallPc:
    """Starts programs under the limits; `pace` is how many of its seconds pass in one second here."""

    def __init__(self) -> None:
        self.groups: list[Path] = []
        self.running: list[subprocess.Popen[str]] = []
        self.most, self.ended = 0.0, threading.Event()

    def __enter__(self) -> "SmallPc":
        name = f"loket-{os.getpid()}"
        try:
            if (GROUPS / "memory").is_dir():
                self.limit(GROUPS / "memory" / name, {"memory.limit_in_bytes": MEMORY})
                self.limit(GROUPS / "cpu" / name, {"cpu.cfs_period_us": 10_000, "cpu.cfs_quota_us": 2000})
            else:
                self.limit(GROUPS / name, {"memory.max": MEMORY, "cpu.max": "2000 10000"})
        except OSError:
            self.leave()
            for _ in range(NEIGHBOURS):
                self.start(["-c", "while True: pass"])
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def limit(self, group: Path, limits: dict[str, object]) -> None:
        """Make a control group. Raises OSError where we may not."""
        group.mkdir()
        self.groups.append(group)
        for file, value in limits.items():
            (group / file).write_text(str(value), encoding="ascii")

    def start(self, call: Sequence[str]) -> subprocess.Popen[str]:
        """A Python program under the limits."""
        into = [str(group / "cgroup.procs") for group in self.groups]
        enter = (
            "import os, sys\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
            f"for one in {into!r}: open(one, 'w').write(str(os.getpid()))\n"
            "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", enter, *call], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.running.append(process)
        return process

    def run(self, *call: str) -> str:
        """Run a program to its end; what it said."""
        process = self.start(call)
        told, _ = process.communicate(timeout=3600)
        self.running.remove(process)
        if process.returncode:
            raise RuntimeError(f"ended with {process.returncode} under the limits: {call[:2]}")
        return told

    def seconds(self, work: Callable[[], object]) -> float:
        """Seconds of the small PC that a piece of work takes."""
        before = float(self.run("-c", LOOP))
        took = timed(work)
        return took / ((before + float(self.run("-c", LOOP))) / 2 * OF_A_SECOND)

    def watch(self) -> None:
        """The most megabytes that all programs under the limits held at a moment."""
        while not self.ended.wait(0.05):
            held = 0.0
            for number in (self.groups[0] / "cgroup.procs").read_text().split() if self.groups else ():
                with suppress(OSError, ValueError, subprocess.SubprocessError):
                    held += resident(int(number))
            self.most = max(self.most, held)

    def leave(self) -> None:
        for group in self.groups:
            with suppress(OSError):
                group.rmdir()
        self.groups.clear()

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for process in self.running:
            process.kill()
            process.wait()
        time.sleep(0.2)  # the kernel lets go of an ended process a moment later
        self.leave()


class Desk:
    """The browser of somebody who is signed in."""

    def __init__(self, port: str, cookie: str) -> None:
        self.base, self.session = f"http://127.0.0.1:{port}", requests.Session()
        self.session.trust_env = False
        name, _, value = cookie.partition("=")
        self.session.cookies.set(name, value)

    def get(self, path: str) -> requests.Response:
        return whole(self.session.get(self.base + path, timeout=120))

    def post(self, path: str, data: dict[str, object], files: Any = None) -> requests.Response:
        known = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/saya").text)
        data = data | {"csrf_token": known[1] if known else ""}
        headers = {"Referer": self.base + path}
        return whole(self.session.post(self.base + path, data, files=files, headers=headers, timeout=300))


def whole(answer: requests.Response) -> requests.Response:
    """An answer that came. Raises RuntimeError for a refusal."""
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request.path_url}: {answer.status_code}")
    return answer


def main(rounds: int, folder: Path) -> list[Figure]:
    """What a clerk does, under the limits, and the exchange over a slow line."""
    data = folder / "small"
    proof.fill(data, CASES)
    with opened(data) as journal:
        names = [name for (name,) in journal.db.run("SELECT name FROM village")]
    with SmallPc() as pc:
        taken = work(pc, data, rounds, names)
        day, pc.most = pc.most, 0.0
        took, steps = walk(pc, folder / "walk")
        limited = bool(pc.groups)
    figures = [
        Figure("small", what, aim, False, median(seconds), "s", f"slowest {max(seconds):.2f} s")
        for what, aim, seconds in taken
    ]
    held = "limit of 512 MB held by the system" if limited else "not limited here: no control groups"
    figures.append(Figure("small", "memory of all its programs at most, MB", 384, False, day, "MB", held))
    told = (
        f"{steps} steps in {took:.0f} s, 70 days of work made before them; both sides and bank in one process; at most"
        f" {pc.most:.0f} MB, shared pages counted in each process; {held}"
    )
    figures.append(Figure("small", "a step of the walk through all services", 3, False, took / steps, "s", told))
    return figures + line(folder / "line")


Taken = list[tuple[str, float, list[float]]]
"""(what, aim, seconds of each round)."""


def work(pc: SmallPc, data: Path, rounds: int, villages: list[str]) -> Taken:
    """Everything of a day, at a server under the limits."""
    server = pc.start(["bench/an_office_serving.py", str(data)])
    port, clerk, head, _ = (server.stdout.readline() if server.stdout else "").split()
    desk = Desk(port, clerk)
    cases = [CASES - 7 * turn for turn in range(1, rounds + 1)]
    pages = [path for case in cases for path in ("/", "/berkas", f"/berkas/{case}")]
    for path in pages[:3]:
        desk.get(path)  # the first look at a page loads its room
    taken: Taken = [("desk, list and case page: one page", 0.5, [pc.seconds(partial(desk.get, at)) for at in pages])]
    taken += register(pc, desk, rounds)
    slips = [f"/berkas/{case}/kertas/tanda-terima/cetak" for case in cases]
    taken.append(("a slip as PDF", 3, [pc.seconds(partial(desk.post, at, {})) for at in slips]))
    content = importing.register(Citizens(("",), seed=5).many(LINES), villages)
    section = Desk(port, head)
    taken.append(
        (f"register of {LINES} lines read and judged", 15, [pc.seconds(lambda: import_lines(section, content))])
    )
    recipient, _ = draw_key()
    call = f"from pathlib import Path; from bench.backups import back_up; back_up(Path({str(data)!r}), {recipient!r})"
    taken.append(("a backup, made and proved", 60, [pc.seconds(lambda: pc.run("-c", call))]))
    return taken


def walk(pc: SmallPc, folder: Path) -> tuple[float, int]:
    """(seconds, steps) of the walk through an office with every service, its centre and a bank, after 70 days of work
    that are made first; all in one process under the limits. Raises RuntimeError where it does not come through."""
    folder.mkdir()
    told: list[str] = []
    call = ["run.py", "demo", "--walk", "--all-services", "--days", "70", "--cases", "60", "--today", "2026-04-02"]
    places = ["--data", str(folder / "data"), "--out", str(folder / "papers")]
    ports = ["--port", str(free_port(0)), "--centre-port", str(free_port(0))]
    took = pc.seconds(lambda: told.append(pc.run(*call, *places, *ports)))
    return took, len(re.findall(r"^\[\d+\]", told[0], re.MULTILINE))


def register(pc: SmallPc, desk: Desk, rounds: int) -> Taken:
    """A form typed, saved as a field is left, and sent."""
    people, saved, sent = Citizens(tuple(villages_of(desk)), seed=99), [], []
    for _ in range(rounds):
        person = people.next()
        form: dict[str, object] = {**typed(person), "have": list(TICKED)}
        begun = desk.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": person.nik}).url
        path = begun.removeprefix(desk.base)
        saved.append(pc.seconds(partial(desk.post, f"{path}/isian", form)))
        sent.append(pc.seconds(partial(send, desk, path, form)))
    return [("a field saved as it is left", 0.5, saved), ("a registration, up to its receipt", 1.5, sent)]


def send(desk: Desk, path: str, form: dict[str, object]) -> None:
    """Register. Raises RuntimeError when no receipt came."""
    came = desk.post(path, form | {"aksi": "daftar"})
    if "/kertas/tanda-terima" not in came.url:
        raise RuntimeError("the registration was not taken")


def villages_of(desk: Desk) -> list[str]:
    """Codes of the villages, as the form offers them."""
    begun = desk.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": ""}).text
    return sorted(set(re.findall(r'<option value="(3508\d{6})"', begun)))


def import_lines(section: Desk, content: bytes) -> None:
    """Upload a register and wait until it was judged."""
    page = section.post("/impor", {"layanan": "ktp-el"}, {"file": ("register.xlsx", content)})
    while "Putusan per baris" not in page.text and "belum ada yang ditulis" not in page.text:
        if "tidak dapat diimpor" in page.text:
            raise RuntimeError("the register was refused")
        time.sleep(0.1)
        page = section.get(page.url.removeprefix(section.base))


# -- the line --------------------------------------------------------------------------------------------------


class SlowLine(Relay):
    """A relay of 64 kbit/s, both ways together, that hangs up after so many bytes, as often as it is told."""

    def __init__(self, port: int, breaks: Sequence[int] = ()) -> None:
        super().__init__(port)
        self.breaks, self.since = list(breaks), 0

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """One direction until it ends or the line breaks."""
        with suppress(OSError):
            while data := source.recv(160):
                with self.lock:
                    time.sleep(len(data) * 8 / BITS)
                    self.carried += len(data)
                    self.since += len(data)
                    broken = bool(self.breaks) and self.since >= self.breaks[0]
                    if broken:
                        self.breaks.pop(0)
                        self.since = 0
                if broken:
                    break
                target.sendall(data)
            for stream in (target, source) if source.fileno() >= 0 else ():
                stream.shutdown(socket.SHUT_RDWR)


def line(base: Path) -> list[Figure]:
    """50 dispatch lines over the slow line, whole and with breaks: seconds and bytes."""
    exchange.prepare(base, 51, 51)
    whole_bytes, whole_time, _ = over(base, base.with_name("line-whole"), ())
    carried, took, tries = over(base, base.with_name("line-broken"), BREAKS)
    told = f"{tries} tries, {carried:,} bytes; without a break {whole_time:.1f} s, {whole_bytes:,} bytes"
    return [
        Figure("small", "50 dispatch lines over 64 kbit/s that breaks four times", 60, False, took, "s", told),
        Figure("small", "bytes with the breaks, in those without", 1.5, False, carried / whole_bytes, "×"),
        Figure(
            "small",
            "time without a break, in that of its bare bytes",
            2,
            False,
            whole_time * BITS / 8 / whole_bytes,
            "×",
        ),
    ]


def over(base: Path, folder: Path, breaks: Sequence[int]) -> tuple[int, float, int]:
    """(bytes, seconds, tries) until everything has come."""
    with (
        exchange.copied(base, folder) as (office, centre),
        exchange.serving(centre) as port,
        SlowLine(port, breaks) as way,
    ):
        peer, begun = read_peers(office.db)[0], time.perf_counter()
        tries, report = 0, None
        while tries < 20 and not (report and report.ok):
            tries += 1
            unfinished = Unfinished(office.db, peer.name, lambda: exchange.NOW)
            carrier = HttpCarrier(
                way.address, office.keys, centre.keys.public, lambda: exchange.NOW, unfinished=unfinished
            )
            report = sync_now(office, peer, carrier, exchange.NOW)
            carrier.close()
        took = time.perf_counter() - begun
        if centre.db.one("SELECT count(*) FROM incoming_line") != (50,):
            raise RuntimeError("the dispatch did not come")
        return way.carried, took, tries
