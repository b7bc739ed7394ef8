"""`demo` as a visitor starts it: a table of sign-ins, two programs that answer, an end that leaves nothing running."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from app.cli.serving import free_port
from tests.rules.source import ROOT
from tests.world.browser import Browser
from tests.world.cast import CENTRE_CAST, OFFICE_CAST, PASSWORD, PIN
from tests.world.nightly import NIGHTLY

LIVED = ["--cases", "70", *([] if NIGHTLY else ["--days", "90"])]
"""By day the office has lived a quarter of a year; the whole year is the default of the command."""


@contextmanager
def demo(data: Path) -> Iterator[tuple[list[str], str, str]]:
    """(lines of stdout, address of the office, address of the centre) while the demo runs."""
    port = free_port(0)
    beside = free_port(port + 1)  # where the kiosk would listen
    ports = ["--port", str(port), "--centre-port", str(beside)]
    running = subprocess.Popen(
        [sys.executable, "run.py", "demo", "--data", str(data), *LIVED, "--today", "2026-03-12", *ports],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert running.stdout is not None
    told: list[str] = []
    try:
        for line in running.stdout:
            told.append(line.rstrip())
            if "Ctrl+C" in line:
                break
        office, centre = re.findall(r"http://127\.0\.0\.1:\d+", "\n".join(told))
        assert centre.endswith(f":{beside}")
        yield told, office, centre
    finally:  # also of a demo that ended early: nothing of it is left to the next test
        running.send_signal(signal.SIGINT)
        running.stdout.close()
        status = running.wait(timeout=30)
    assert status == 0, told


def test_a_demo_is_told_served_ended_and_gone_on_with(tmp_path: Path) -> None:
    with demo(tmp_path) as (told, office, centre):
        for one in (*OFFICE_CAST, *CENTRE_CAST):
            line = next(line for line in told if f" {one.username} " in line)
            assert all(word in line for word in (one.name, one.post, PASSWORD, PIN))
        for base, who in ((office, "retno"), (office, "munder"), (centre, "teguh")):
            browser = Browser(base, who, PASSWORD)
            browser.sign_in()
            assert browser.get("/").status == 200
            browser.session.close()
        assert requests.get(f"{office}/api/v1/villages/key", timeout=10).json()["code"] == "village_network_off"
    with demo(tmp_path) as (
        _,
        office,
        _centre,
    ):  # other ports: the office is told where the centre listens now
        browser = Browser(office, "fajar", PASSWORD)
        browser.sign_in()
        page = browser.send(browser.get("/jalan/"), "/jalan/kirim")
        browser.session.close()
        assert "terkirim dan diakui Dispenduk Capil Lumajang" in page.text
