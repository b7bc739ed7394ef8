"""A process dies in the middle of syncing, a disk is full: the next exchange goes on where acknowledgements stand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from sync.acknowledgements import sync_status
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.runs import read_stick, sync_to_folder, write_stick
from tests.sync.child import ENDED_BY_IT, KILL
from tests.sync.http import serving
from tests.sync.world import NOW, World


def child(*args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.sync.child", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("request_number", [1, 2, 3, 4])
def test_office_killed_while_it_waits_for_an_answer(world: World, request_number: int) -> None:
    world.ask(1200)
    seen = 0
    pids: list[int] = []

    def now() -> datetime:
        nonlocal seen
        seen += 1
        if seen == request_number:
            os.kill(pids[0], KILL)
        return NOW

    with serving(world.centre, now) as address:
        with child("go", world.folder, address) as office:
            pids.append(office.pid)
            assert office.wait(30) == ENDED_BY_IT
        before = sync_status(world.office.db).unsent
        assert before >= 1200 - 500 * (request_number - 2 if request_number > 2 else 0)
        line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: NOW)
        assert sync_now(world.office, world.peer, line, NOW).ok
        line.close()
    assert sync_status(world.office.db).unsent == 0
    assert world.level()


@contextmanager
def centre_process(world: World, dies_at: int) -> Iterator[str]:
    with child("serve", world.folder, dies_at) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


@pytest.mark.parametrize("dies_at", [1, 499, 731])
def test_centre_killed_while_it_applies(world: World, dies_at: int) -> None:
    world.ask(900)
    with centre_process(world, dies_at) as address:
        line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: NOW)
        report = sync_now(world.office, world.peer, line, NOW)
        line.close()
    assert (report.ok, report.retry) == (False, True)
    taken = world.centre.db.one("SELECT count(*) FROM card")
    assert taken == (500 if dies_at > 500 else 0,)
    assert sync_status(world.office.db).unsent == 900 - taken[0]
    with centre_process(world, 0) as address:
        line = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: NOW)
        assert sync_now(world.office, world.peer, line, NOW).ok
        line.close()
    assert world.level()


def told(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return out.strip().split("|")


def test_full_disk_while_receiving(world: World) -> None:
    stick = world.folder / "stick"
    stick.mkdir()
    world.ask(2)
    world.sync()
    world.print_cards(400)
    write_stick(world.centre, world.office_peer, stick, NOW)
    world.office.db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    code, sentence = told(child("limited", world.folder, "read", 40_000))
    assert code == "disk_full"
    assert sentence.startswith("Ruang simpan komputer penuh.")
    assert world.office.journal.tail(world.centre.name, 1, world.office.name).n == 0
    assert read_stick(world.office, stick, NOW).received == 400


def test_full_stick(world: World) -> None:
    stick = world.folder / "stick"
    stick.mkdir()
    world.ask(500)
    world.office.db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    assert told(child("limited", world.folder, "write", 2000)) == [
        "stick_full",
        "Flashdisk penuh. Kosongkan sebagian isinya atau pakai yang lain, lalu ulangi.",
    ]
    assert list(stick.iterdir()) == []
    assert sync_status(world.office.db).unsent == 500
    assert sync_to_folder(world.office, stick, NOW).ok
    assert read_stick(world.centre, stick, NOW).received == 500
