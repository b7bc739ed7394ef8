"""Several processes of the centre on one PostgreSQL, stopped, killed, started and moved one after the other, while many
offices exchange and one of them lies (part of `prove sync`)."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from app.centre.queries import LINE_IS_HELD
from schema.postgres import open_centre
from sync.entries import GENESIS
from sync.exchange import sync_now
from sync.file_format import Ack, seal_file
from sync.loss_claims import open_claims
from sync.nodes import read_peers
from sync.outgoing_files import make_header
from tests.proof.offices import CENTRE, TOGETHER, Figures, Office, compare, found, now
from tests.rules.source import ROOT

PROCESSES = 3
PATIENCE = 40
"""Exchanges in a row that may meet a process which is just being stopped."""
PASSING = {"offline", "slow", "cut_answer", "busy"}
"""What an office may hear of a process that is stopped under it: it comes again."""


@dataclass
class Process:
    """One process of the centre with a data folder of its own, and where it answers."""

    folder: Path
    address: str
    place: str = ""
    program: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "run.py", "centre", "--data", str(self.folder), "--port", "0"],
            cwd=ROOT,
            env=dict(os.environ) | {"LOKET_CENTRE_DB": self.address},
            text=True,
            stdout=subprocess.PIPE,
        )
        assert self.program.stdout is not None
        known = re.search(r"http://(127\.0\.0\.1:\d+)/", self.program.stdout.readline())
        assert known is not None
        self.place = known[1]

    def stop(self, how: signal.Signals) -> None:
        assert self.program is not None
        self.program.send_signal(how)
        self.program.communicate(timeout=60)

    def again(self, chance: random.Random) -> None:
        """Stopped or killed, and started again: in its folder, or in another one with the same keys."""
        self.stop(chance.choice((signal.SIGINT, signal.SIGKILL)))
        if chance.random() < 0.3:
            moved = self.folder.with_name(f"{self.folder.name}-{chance.randrange(10**6)}")
            shutil.copytree(self.folder / "keys", moved / "keys")
            self.folder = moved
        self.start()


@dataclass
class Crowd:
    """The offices on their way between the processes."""

    processes: list[Process]
    figures: Figures
    retries: int = 0
    lies: int = 0
    restarts: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def live(self, office: Office, chance: random.Random) -> None:
        """Work and exchange, each time with some process, until all is sent."""
        try:
            for _ in range(office.entries // TOGETHER):
                office.work()
                self.deliver(office, chance)
        except Exception as error:  # noqa: BLE001 (a thread that dies in silence would prove nothing)
            self.faults.append(f"{office.node.name}: {error!r}")
        finally:
            office.node.db.close()

    def deliver(self, office: Office, chance: random.Random) -> None:
        for _ in range(PATIENCE):
            line = office.carrier(chance.choice(self.processes).place)
            report = sync_now(office.node, read_peers(office.node.db)[0], line, now())
            line.close()
            if report.ok:
                self.figures.seconds.append(0.0)
                return
            if report.code not in PASSING:
                break
            with self.lock:
                self.retries += 1
        self.faults.append(f"{office.node.name}: {report.code}: {' '.join(report.sentences)}")

    def lie(self, office: Office, done: threading.Event, chance: random.Random) -> None:
        """Say that the centre had a thousand lines and more, none of which was ever written."""
        peer = read_peers(office.node.db)[0]
        while not done.wait(0.05):
            header = make_header(office.node, peer, "state", now())
            said = [Ack(CENTRE, 1, office.node.name, chance.randint(1000, 10**9), "ab" * 32)]
            own = Ack(office.node.name, 1, "dukcapil", 0, GENESIS.hex())
            lying = msgspec.structs.replace(header, ack=[*said, own])
            line = office.carrier(chance.choice(self.processes).place)
            try:
                line.send(seal_file(lying, [], office.node.keys, peer.keys)[0])
                self.lies += 1
            except Exception:  # noqa: BLE001 (whatever it hears, it lies on)
                pass
            finally:
                line.close()
        office.node.db.close()


@contextmanager
def started(folder: Path, address: str) -> Iterator[list[Process]]:
    """The processes, with the keys that the centre was founded with."""
    made = []
    for number in range(PROCESSES):
        place = folder / f"proses-{number}"
        shutil.copytree(folder / "pusat" / "keys", place / "keys")
        made.append(Process(place, address))
    for process in made:
        process.start()
    try:
        yield made
    finally:
        for process in made:
            process.stop(signal.SIGINT)


def prove_processes(folder: Path, address: str, *, offices: int, entries: int, restarts: int, seed: int) -> Crowd:
    """All at once; `address`: a PostgreSQL database, empty and migrated. The last office is the liar."""
    figures = Figures("postgres", offices, entries)
    stage = found(folder, offices + 1, entries, address)
    with started(folder, address) as processes:
        crowd, done, chance = Crowd(processes, figures), threading.Event(), random.Random(seed)
        honest = [
            threading.Thread(target=crowd.live, args=(one, random.Random(f"{seed}/{one.node.name}")))
            for one in stage[:-1]
        ]
        liar = threading.Thread(target=crowd.lie, args=(stage[-1], done, random.Random(seed)))
        for thread in (*honest, liar):
            thread.start()
        while crowd.restarts < restarts or any(thread.is_alive() for thread in honest):
            if crowd.restarts < restarts:
                processes[crowd.restarts % PROCESSES].again(chance)
                crowd.restarts += 1
            else:
                honest[0].join(1)
                honest = [thread for thread in honest if thread.is_alive()] or honest[:1]
        done.set()
        liar.join()
    compare(folder, stage[:-1], address, figures)
    crowd.faults += judge(crowd, stage, address)
    return crowd


def judge(crowd: Crowd, stage: list[Office], address: str) -> Iterator[str]:
    """What the processes and the liar may not have done to anybody else."""
    db, liar = open_centre(address), stage[-1].node.name
    if crowd.figures.lost:
        yield f"{crowd.figures.lost} entries lost or doubled"
    for cause, epoch in db.run("SELECT cause, epoch FROM side_return"):
        yield f"epoch {epoch} was opened: {cause}"
    held = db.one(f"SELECT count(*) FROM incoming_line l WHERE {LINE_IS_HELD} AND l.source <> ?", (liar,))
    if held != (0,):
        yield f"lines of honest offices are held: {held}"
    if [claim.peer for claim in open_claims(db)] != [liar]:
        yield "the page does not name the liar alone"
    if not crowd.lies:
        yield "nobody lied"
    db.close()


def line_of(crowd: Crowd, seed: int) -> str:
    """The figures on one line."""
    figures = crowd.figures
    return (
        f"processes: seed {seed}, {PROCESSES} on one PostgreSQL, {crowd.restarts} stopped, killed or moved,"
        f" {figures.offices} offices x {figures.entries} entries, {len(figures.seconds)} exchanges,"
        f" {crowd.retries} came again, {crowd.lies} lies of one office, lost or doubled {figures.lost},"
        f" faults {len(crowd.faults)}"
    )
