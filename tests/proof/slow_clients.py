"""200 visitors who send a byte now and then, and honest ones among them: nobody waits (part of `prove doors`)."""

from __future__ import annotations

import http.client
import threading
from contextlib import suppress
from pathlib import Path
from socket import socket
from time import monotonic

from tests.proof.faces import Face, programs
from tests.proof.parts import Part

VISITORS, HONEST = 200, 6
SECONDS = 20.0
LONGEST = 2.0
"""Seconds within which an honest request must be answered."""
PAUSE = 0.2
"""Seconds between two bytes of one slow visitor."""
BEGINNINGS = {
    "heads": "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    "bodies": "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 15000\r\n\r\n",
}


class Tricklers(threading.Thread):
    """Slow visitors of one port. Whoever is sent away comes again at once."""

    def __init__(self, face: Face, kind: str, number: int) -> None:
        super().__init__(name=f"slow-{face.name}-{kind}", daemon=True)
        self.face, self.number = face, number
        self.beginning = BEGINNINGS[kind].format(path=face.path, host=face.host).encode()
        self.lines: list[socket | None] = []
        self.here, self.done = threading.Event(), threading.Event()

    def run(self) -> None:
        """Fill the place, then send a byte on each line until told to stop."""
        try:
            self.lines = [self.arrive() for _ in range(self.number)]
            self.here.set()
            while not self.done.wait(PAUSE):
                self.lines = [self.trickle(line) for line in self.lines]
        finally:
            self.here.set()
            for line in self.lines:
                if line is not None:
                    line.close()

    def arrive(self) -> socket | None:
        """A new connection that begins a request."""
        try:
            line = self.face.connect(1.0)
            line.sendall(self.beginning)
        except OSError:
            return None
        return line

    def trickle(self, line: socket | None) -> socket | None:
        """One byte more, or a new connection where the other side has ended it."""
        if line is not None:
            with suppress(OSError):
                line.sendall(b"x")
                return line
            line.close()
        return self.arrive()

    def __enter__(self) -> Tricklers:
        self.start()
        assert self.here.wait(60), "the slow visitors could not come"
        return self

    def __exit__(self, *_error: object) -> None:
        self.done.set()
        self.join(30)


def knock(face: Face, kind: str, visitors: int, seconds: float) -> tuple[list[float], list[str]]:
    """(seconds of the honest requests that were answered, faults) while slow visitors trickle at one port."""
    times, faults = [], []
    where = f"{face.name}{' behind the proxy' if face.root else ''}, slow {kind}"
    with Tricklers(face, kind, visitors) as slow:
        for _ in range(HONEST):
            begun = monotonic()
            try:
                status, took = face.ask(LONGEST)
            except (OSError, http.client.HTTPException) as error:
                faults.append(f"{where}: no answer within {LONGEST:.0f} s ({type(error).__name__})")
            else:
                times.append(took)
                if status != 200 or took > LONGEST:
                    faults.append(f"{where}: {status} after {took:.2f} s")
            slow.done.wait(max(0.0, seconds / HONEST - (monotonic() - begun)))
        there = sum(line is not None for line in slow.lines)
        if there < visitors // 2:
            faults.append(f"{where}: only {there} of {visitors} slow visitors were there")
    return times, faults


def prove_slow_clients(
    folder: Path, _seed: int = 1, *, seconds: float = SECONDS, proxied: bool = True, visitors: int = VISITORS
) -> Part:
    """Heads and bodies that trickle at office, kiosk and centre, with and without the proxy before them."""
    times: list[float] = []
    faults: list[str] = []
    asked = 0
    with programs(folder, proxied=proxied) as faces:
        for face in faces:
            for kind in BEGINNINGS:
                answered, wrong = knock(face, kind, visitors, seconds)
                times, faults, asked = times + answered, faults + wrong, asked + HONEST
    within = sum(took <= LONGEST for took in times)
    slowest = f"{max(times):.2f} s" if times else "none"
    return Part(f"slow clients: {within} of {asked} honest requests within {LONGEST:.0f} s, slowest {slowest}", faults)
