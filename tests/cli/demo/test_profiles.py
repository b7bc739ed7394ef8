"""The demo of each kind of office: half a year that its journal proves, a walk through every service by pages."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.casework.resources.queries import facility_lines
from app.cli.demo.command import demo
from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import FOLDERS, open_journal
from app.cli.demo.walks import WALKS
from app.cli.serving import free_port
from app.core.quarters import Quarter
from app.quality.indicators.queries import years_in_force
from app.quality.quarter.tables import Recap
from app.services.complaints import suggestion_box
from schema.database import Database
from schema.zone import use_zone
from sync.verification import verify_side
from tests.rules.source import ROOT
from tests.world.nightly import NIGHTLY, by_day

TODAY = date(2026, 11, 23)
LIVED = {
    "poltekkes": {"ktm": {"@done", "check"}, "hotline": {"@answered", "answer"}},
    "biro": {"kartu-pns": {"@done"}},
    "semua": {"ktp-el": {"@done", "dispatch"}, "ktm": {"@done"}, "hotline": {"@answered"}, "kartu-pns": {"@done"}},
}
"""Kind of demo → service → states in which some of its cases are when it begins."""


@pytest.fixture(autouse=True)
def zone_of_all_other_tests() -> None:
    use_zone("WIB")


DAYS = {"semua": by_day(66, 182)}
"""The kecamatan with all services needs enough working days for its identity cards."""


@pytest.mark.parametrize("kind", ["poltekkes", "biro", "semua"])
def test_half_a_year_of_each_office_is_proved_by_its_journal_and_looks_cared_for(kind: str, tmp_path: Path) -> None:
    days = DAYS.get(kind, by_day(30, 182))
    make_half_year(tmp_path, OFFICES[kind], TODAY, centre_address="127.0.0.1:9", days=days)
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
    check_care(office.db)
    if kind == "semua":
        assert len(states["ktp-el"]) > 10, "identity cards in many states from the first minute"
        assert all(line.known for line in facility_lines(office.db, TODAY) if line.required), "its equipment is noted"
        assert years_in_force(office.db), "targets are in force"
    office.db.close()


LATEST = 60
"""Days after which a complaint that nobody settled would look forgotten."""


def check_care(db: Database) -> None:
    """No day without the box, no forgotten complaint, no quarter without its recap."""
    assert suggestion_box.unexplained_days(db, TODAY) == []
    forgotten = (TODAY - timedelta(days=LATEST)).isoformat()
    late = "SELECT number, settle_due_on FROM complaint WHERE state <> 'closed' AND settle_due_on < ?"
    assert list(db.run(late, (forgotten,))) == []
    last = Quarter.of(TODAY).before
    recap = Recap.first(db, quarter=str(last))
    assert recap is None or recap.state == "published"
    hours = (
        "SELECT total(stopped <= due), total(stopped > due) FROM deadline WHERE limit_id = 'account' AND stopped <> ''"
    )
    [(kept, missed)] = db.run(hours)
    assert kept >= missed, "the bank opens most accounts within its hour"


def test_a_history_that_is_too_short_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for days in ("1", "30", "60"):
        told = CliRunner().invoke(demo, ["--walk", "--days", days, "--data", str(tmp_path / days)])
        assert told.exit_code == 2, told.output
        assert "Kecamatan memerlukan paling sedikit" in told.output
        assert "Traceback" not in told.output


@pytest.mark.parametrize("days", [1, 2, 3, 7] if NIGHTLY else [1, 7])
def test_any_short_history_of_the_other_offices_is_made(tmp_path: Path, days: int) -> None:
    for kind in ("poltekkes", "biro", "semua"):
        make_half_year(tmp_path / kind, OFFICES[kind], TODAY, centre_address="127.0.0.1:9", days=days)


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
    assert all(any(text.startswith(name) for text in kinds) for name in WALKS[kind].papers)
