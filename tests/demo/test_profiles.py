"""The demo of each kind of office: half a year that its journal proves, a walk through every service by pages."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from app.cli.serving import free_port
from app.demo.half_year import make_half_year
from app.demo.offices import OFFICES
from app.demo.sides import FOLDERS, open_journal
from app.demo.walks import WALKS
from schema.zone import use_zone
from sync.verification import verify_side
from tests.rules.source import ROOT
from tests.world.nightly import NIGHTLY, by_day

TODAY = date(2026, 11, 23)
LIVED = {
    "poltekkes": {"ktm": {"@done", "check"}, "hotline": {"@answered", "answer"}},
    "biro": {"kartu-pns": {"@done"}},
    "semua": {"ktm": {"@done"}, "hotline": {"@answered"}, "kartu-pns": {"@done"}},
}
"""Kind of demo → service → states in which some of its cases are when it begins."""


@pytest.fixture(autouse=True)
def zone_of_all_other_tests() -> None:
    use_zone("WIB")


@pytest.mark.parametrize("kind", ["poltekkes", "biro"])
def test_half_a_year_of_each_office_is_proved_by_its_journal(kind: str, tmp_path: Path) -> None:
    make_half_year(tmp_path, OFFICES[kind], TODAY, centre_address="127.0.0.1:9", days=by_day(30, 182))
    sides = ("office", "centre") if OFFICES[kind].partner else ("office",)
    for side in sides:
        journal = open_journal(side, tmp_path / FOLDERS[side])
        assert verify_side(journal, side, tmp_path / f"{side}.sqlite3").faults == []
        journal.db.close()
    office = open_journal("office", tmp_path / FOLDERS["office"])
    states: dict[str, set[str]] = {}
    for service, step in office.db.run("SELECT DISTINCT service, step FROM case_file"):
        states.setdefault(service, set()).add(step)
    for service, wanted in LIVED[kind].items():
        assert "@done" not in wanted or "@done" in states[service], service
        assert len(states[service]) > 1, f"{service}: something lies about on the last day"
    office.db.close()


def walked(kind: str, folder: Path) -> str:
    """What a walk says, as a visitor calls it; by day without half a year behind it."""
    more = {"semua": ["--all-services"], "kecamatan": ["--cases", "110"]}.get(kind, ["--profile", kind])
    more += [] if NIGHTLY else ["--days", "1"]
    ports = ["--port", str(free_port(0)), "--centre-port", str(free_port(0))]
    call = [sys.executable, "run.py", "demo", *more, "--walk", "--out", str(folder), *ports]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert "100% [#########################]" in done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["biro", *(["kecamatan", "poltekkes", "semua"] if NIGHTLY else [])])
def test_the_walk_of_each_office_ends_well(kind: str, tmp_path: Path) -> None:
    """By day the shortest; every service in one office, in the process of the tests, is in test_walk.py."""
    told = walked(kind, tmp_path)
    assert "TIDAK COCOK" not in told
    assert re.search(r"SELESAI: \d+ langkah", told)
    kinds = {re.sub(r"^\d+-", "", path.stem) for path in tmp_path.glob("*.pdf")}
    assert all(any(one.startswith(name) for one in kinds) for name in WALKS[kind].papers)
