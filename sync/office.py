"""What the office's program calls: exchange now, write or read a stick, keep the nightly round going."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sync.carriers.address import CONNECT_SECONDS, base_address
from sync.exchange import sync_now
from sync.problems import RoadError
from sync.report import SyncReport
from sync.road import Peer, Road, RoadSource, finder, peers
from sync.scheduler import Scheduler, note_result
from sync.stick import read_stick, write_stick


def the_centre(road: Road) -> Peer:
    """The centre that this office is enrolled with. Raises RoadError("not_enrolled")."""
    known = peers(road.db)
    if not known:
        raise RoadError("not_enrolled")
    return known[0]


def sync_over_network(road: Road, now: datetime) -> SyncReport:
    """One exchange over the network, its result kept for the scheduler and the header of every page."""
    from sync.carriers.http import HttpCarrier  # requests costs a tenth of the start and is needed at night

    try:
        peer = the_centre(road)
    except RoadError as problem:
        return refused(problem)
    carrier = HttpCarrier(peer.address, road.keys, peer.keys, lambda: now)
    try:
        report = sync_now(road, peer, carrier, now)
    finally:
        carrier.close()
    note_result(road.db, peer.name, report, now, random.random())
    return report


def sync_to_folder(road: Road, folder: Path, now: datetime) -> SyncReport:
    """Write what the centre lacks to a stick."""
    try:
        return write_stick(road, the_centre(road), folder, now)
    except RoadError as problem:
        return refused(problem)


def sync_from_folder(road: Road, folder: Path, now: datetime) -> SyncReport:
    """Read what lies on a stick, an enrolment answer included."""
    return read_stick(road, folder, now)


def refused(problem: RoadError) -> SyncReport:
    """A report of nothing but a problem."""
    report = SyncReport()
    report.fail(problem)
    return report


def reachable(address: str) -> bool:
    """Whether something answers a knock at the centre's address. Sends nothing."""
    parts = urlsplit(base_address(address))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def nightly(road: RoadSource, clock: Callable[[], datetime]) -> Scheduler:
    """The scheduler of an enrolled office, not yet started; keys and address are looked up at each round.

    Raises RoadError("not_enrolled").
    """
    find = finder(road)
    first = find()
    return Scheduler(
        first.db, first.name, the_centre(first).name, go=lambda now: sync_over_network(find(), now),
        reachable=lambda: reachable(the_centre(find()).address), clock=clock,
    )  # fmt: skip
