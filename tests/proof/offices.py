"""Many offices at one centre at the same moment, one of them hostile and one slow, over real HTTP.

The centre is the program itself (`run.py centre`) in a process of its own, on SQLite or PostgreSQL; each office is a
journal on a file, a key and a thread. An honest office may meet no error at all, and each of its entries is at the
centre once.
"""

import math
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import requests

from app import compose
from app.centre import settings
from app.core.messages import DispatchLine, DispatchSent
from schema.database import open_office
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync import enrolment, keys
from sync.entries import Kind, apply_nothing
from sync.events import KINDS
from sync.exchange import sync_now
from sync.file_format import MAX_SEALED, Ack, LineVerdict, seal_file
from sync.http_client import HttpCarrier
from sync.journal import Journal
from sync.keys import load_or_make_keys, make_keys
from sync.nodes import Node, read_peers
from sync.outgoing_files import make_header, make_parcel, missing_spans
from tests.centre.print_centre import IDENTITY, a_line, closing
from tests.platform.people import CHEAP, PASSWORD
from tests.rules.source import ROOT

CENTRE = "dukcapil-3508"
TOGETHER = 20
"""Entries of one exchange: a dispatch of nineteen lines and the entry that closes it."""
LINES = [
    Kind("dispatch.line", 1, DispatchLine, apply_nothing),
    Kind("dispatch.sent", 1, DispatchSent, apply_nothing),
]
DRIP = 0.05


@dataclass
class Figures:
    """What came of it. `slow_taken`: the dripped batch was taken in the end."""

    engine: str
    offices: int
    entries: int
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lost: int = 0
    hostile: int = 0
    slow_taken: bool = False

    @property
    def is_proved(self) -> bool:
        """No error for an honest office, nothing lost or doubled, the slow one served too."""
        return not self.faults and not self.lost and self.slow_taken and bool(self.seconds)

    def percentile(self, part: float) -> float:
        """Seconds that this part of the exchanges did not exceed."""
        known = sorted(self.seconds)
        return known[math.ceil(len(known) * part) - 1]

    def line(self) -> str:
        """The figure."""
        return (
            f"offices: {self.engine}, {self.offices} offices x {self.entries} entries, {len(self.seconds)} exchanges,"
            f" errors {len(self.faults)}, lost {self.lost}, p50 {self.percentile(0.5):.2f} s,"
            f" p95 {self.percentile(0.95):.2f} s, hostile requests {self.hostile}"
        )


@dataclass
class Office:
    """One office: its exchange and what it still has to say."""

    node: Node
    entries: int
    dispatches: int = 0

    def work(self) -> None:
        """Close one dispatch."""
        self.dispatches += 1
        journal = self.node.journal
        first = journal.tail(self.node.name, 1, "dukcapil").n + 1
        begin = self.dispatches * TOGETHER
        lines = [a_line(self.dispatches, at, begin + at) for at in range(1, TOGETHER)]
        ids = [f"1/dukcapil/{first + at}" for at in range(len(lines))]
        bodies: list[tuple[msgspec.Struct, str]] = [(line, f"case/{line.case_id}") for line in lines]
        bodies.append((closing(lines, ids), f"dispatch/{self.dispatches}"))
        with journal.transaction():
            journal.record_many(bodies, actor="oki", at=now(), stream="dukcapil")

    def carrier(self, address: str) -> HttpCarrier:
        """A line to the centre."""
        return HttpCarrier(address, self.node.keys, read_peers(self.node.db)[0].keys, now, read_seconds=120)

    def live(self, address: str, figures: Figures) -> None:
        """Work and exchange until all is sent; the first error is a fault."""
        line = self.carrier(address)
        try:
            for _ in range(self.entries // TOGETHER):
                self.work()
                began = time.monotonic()
                report = sync_now(self.node, read_peers(self.node.db)[0], line, now())
                figures.seconds.append(time.monotonic() - began)
                if not report.ok or report.sent != TOGETHER:
                    figures.faults.append(f"{self.node.name}: sent {report.sent}, {' '.join(report.sentences)}")
        except Exception as error:  # noqa: BLE001 (a thread that dies in silence would prove nothing)
            figures.faults.append(f"{self.node.name}: {error!r}")
        finally:
            line.close()
            self.node.db.close()


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


# -- the two that nobody likes -----------------------------------------------------------------------------------


class Hostile:
    """A truly enrolled office that sends whatever may hurt, as fast as it can."""

    def __init__(self, office: Office, address: str, seed: int) -> None:
        self.office, self.address, self.chance = office, address, random.Random(seed)
        self.peer = read_peers(office.node.db)[0]
        self.session = requests.Session()
        for _ in range(3):
            office.work()

    def rage(self, done: threading.Event, figures: Figures) -> None:
        """One evil after the other until all others are through. The centre may refuse, it may not fail."""
        evils: list[Callable[[], int]] = [
            self.junk,
            self.oversize,
            self.wrong_signature,
            self.claims,
            self.bad_hex,
            self.too_early,
            self.damaged,
        ]
        while not done.is_set():
            status = self.chance.choice(evils)()
            figures.hostile += 1
            if status >= 500:
                figures.faults.append(f"the centre failed with {status} at a hostile request")
        self.session.close()
        self.office.node.db.close()

    def post(self, data: bytes, signature: str = "") -> int:
        """A signed request with any body."""
        node = self.office.node
        target = f"/api/v1/offices/{node.name}/batches"
        text = keys.signed_request_text("POST", target, data, self.peer.keys.signer)
        headers = {keys.SIGNATURE_HEADER: signature or keys.sign_text(node.keys, text)}
        try:
            answer = self.session.post(f"http://{self.address}{target}", data=data, headers=headers, timeout=120)
        except requests.RequestException:
            return 0  # cut off: the centre would not even listen
        return answer.status_code

    def junk(self) -> int:
        """Random bytes."""
        return self.post(self.chance.randbytes(self.chance.randrange(200_000)))

    def oversize(self) -> int:
        """More than any file may hold."""
        return self.post(b"x" * (MAX_SEALED + 200_000))

    def wrong_signature(self) -> int:
        """Signed by a key that nobody knows."""
        return self.post(b"x" * 1000, keys.sign_text(make_keys(self.office.node.name), b"x"))

    def claims(self) -> int:
        """Thousands of verdicts and acknowledgements."""
        said = [LineVerdict(CENTRE, 1, self.office.node.name, 1, 10**9, "set_aside") for _ in range(1500)]
        acks = [Ack(self.office.node.name, epoch, "dukcapil", 0, "0" * 64) for epoch in range(1, 800)]
        return self.post(self.sealed(receipts=said, ack=acks))

    def bad_hex(self) -> int:
        """A hash that is none."""
        return self.post(self.sealed(ack=[Ack(CENTRE, 1, self.office.node.name, 1, "zz" * 32)]))

    def sealed(self, **said: object) -> bytes:
        """A truly signed file with a header of its own making."""
        node = self.office.node
        header = msgspec.structs.replace(make_header(node, self.peer, "state", now()), **said)
        return seal_file(header, [], node.keys, self.peer.keys)[0]

    def too_early(self) -> int:
        """Lines far beyond what the centre holds."""
        node = self.office.node
        made = make_parcel(node, self.peer, msgspec.structs.replace(missing_spans(node, self.peer)[0], after=20), now())
        return self.post(made.sealed)

    def damaged(self) -> int:
        """A good file with a bit turned."""
        node = self.office.node
        data = bytearray(make_parcel(node, self.peer, missing_spans(node, self.peer)[0], now()).sealed)
        data[self.chance.randrange(len(data))] ^= 1
        return self.post(bytes(data))


def drip(office: Office, address: str, done: threading.Event, figures: Figures) -> None:
    """One good batch, byte by byte, for as long as the others work; then the rest, and its answer."""
    office.work()
    node = office.node
    peer = read_peers(node.db)[0]
    data = make_parcel(node, peer, missing_spans(node, peer)[0], now()).sealed
    target = f"/api/v1/offices/{node.name}/batches"
    signature = keys.sign_text(node.keys, keys.signed_request_text("POST", target, data, peer.keys.signer))
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        heads = (
            f"POST {target} HTTP/1.1",
            f"Host: {address}",
            f"Content-Length: {len(data)}",
            "Connection: close",
            f"{keys.SIGNATURE_HEADER}: {signature}",
            "",
            "",
        )
        line.sendall("\r\n".join(heads).encode())
        sent = 0
        while sent < len(data) - 1 and not done.wait(DRIP):
            line.sendall(data[sent : sent + 1])
            sent += 1
        line.sendall(data[sent:])
        figures.slow_taken = b" 200 " in line.recv(65536).split(b"\r\n")[0]
    node.db.close()


# -- the stage ---------------------------------------------------------------------------------------------------


def prove_offices(folder: Path, *, offices: int, entries: int, seed: int = 1, address: str = "") -> Figures:
    """All at once, the last two being the hostile and the slow one. `address`: a PostgreSQL database, empty and
    migrated; without it the centre is on SQLite. `entries` is a multiple of TOGETHER."""
    figures = Figures("postgres" if address else "sqlite", offices, entries)
    stage = found(folder, offices, entries, address)
    with serving(folder / "pusat", address) as place:
        done = threading.Event()
        hostile = Hostile(stage[-2], place, seed)
        beside = [
            threading.Thread(target=hostile.rage, args=(done, figures)),
            threading.Thread(target=drip, args=(stage[-1], place, done, figures)),
        ]
        honest = [threading.Thread(target=one.live, args=(place, figures)) for one in stage[:-2]]
        for thread in (*beside, *honest):
            thread.start()
        for thread in honest:
            thread.join()
        done.set()
        for thread in beside:
            thread.join()
    compare(folder, stage[:-2], address, figures)
    return figures


def found(folder: Path, offices: int, entries: int, address: str) -> list[Office]:
    """A centre that was set up, and its offices, enrolled."""
    (folder / "pusat").mkdir(parents=True)
    db = open_centre(address or folder / "pusat" / compose.FILES["centre"])
    migrate_database(db, "centre")
    journal = compose.journal("centre", db)
    settings.create_centre(
        journal, identity=IDENTITY, name="Eko Prabowo", username="eko", password=PASSWORD, now=now(), cost=CHEAP
    )
    centre = Node(journal, load_or_make_keys(folder / "pusat" / "keys", CENTRE), "Pusat Cetak")
    template = folder / "kosong.sqlite3"
    empty = open_office(template)
    migrate_database(empty, "office")
    empty.run("PRAGMA wal_checkpoint(TRUNCATE)")
    empty.close()
    made = [office_of(folder, template, f"{350800 + number}", centre, entries) for number in range(1, offices + 1)]
    db.close()
    return made


def office_of(folder: Path, template: Path, code: str, centre: Node, entries: int) -> Office:
    """One office, founded and enrolled."""
    path = folder / f"{code}.sqlite3"
    shutil.copy(template, path)
    journal = Journal(open_office(path), [*KINDS, *LINES])
    journal.open_epoch(code, now())
    node = Node(journal, make_keys(code), f"Kecamatan {code}")
    issued = enrolment.issue_code(centre, code, node.label, address="127.0.0.1:1", actor="eko", now=now())
    request, _ = enrolment.request_file(node, issued, centre.keys.public, now())
    enrolment.finish_enrolment(
        node, enrolment.accept_office(centre, request, now()), centre.keys.public, "127.0.0.1:1", now()
    )
    node.db.close()
    return Office(node, entries)


@contextmanager
def serving(data: Path, address: str) -> Iterator[str]:
    """The centre's own command in a process; gives `127.0.0.1:port`."""
    env = dict(os.environ)
    env.pop("LOKET_CENTRE_DB", None)
    if address:
        env["LOKET_CENTRE_DB"] = address
    program = subprocess.Popen(
        [sys.executable, "run.py", "centre", "--data", str(data), "--port", "0"],
        cwd=ROOT,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
    )
    try:
        assert program.stdout is not None
        known = re.search(r"http://(127\.0\.0\.1:\d+)/", program.stdout.readline())
        assert known is not None
        yield known[1]
    finally:
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=30)


def compare(folder: Path, honest: list[Office], address: str, figures: Figures) -> None:
    """Every entry of every honest office stands at the centre once, in dispatches that are whole."""
    db = open_centre(address or folder / "pusat" / compose.FILES["centre"])
    for office in honest:
        code, dispatches = office.node.name, office.entries // TOGETHER
        held = db.one("SELECT count(*), count(DISTINCT line) FROM incoming_line WHERE source = ?", (code,))
        whole = db.one("SELECT count(*) FROM incoming_dispatch WHERE source = ? AND complete = 1", (code,))
        lines = dispatches * (TOGETHER - 1)
        figures.lost += abs(lines - (held or (0, 0))[0]) + abs(lines - (held or (0, 0))[1])
        figures.lost += abs(dispatches - (whole or (0,))[0])
    db.close()
