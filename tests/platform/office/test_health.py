"""Health: facts in words, the worst first, and a clock that a person confirms after it jumped."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from app.casework.resources.service import note_facility
from app.core.problems import Problem
from app.platform.backups.service import HealthLine
from app.platform.office import health
from app.platform.office.queries import office_calendar
from app.platform.office.views import health as health_pages
from sync.chains import ProofResult
from sync.scheduler import keep_proof
from tests.platform.people import START, Browser, Clock
from tests.services.ktp.desk import Desk


def line(desk: Desk, data: Path, name: str, now: datetime = START) -> HealthLine:
    return next(row for row in health.health_lines(desk.journal, data, now) if row.name == name)


def test_a_clock_that_jumped_is_said_and_settled(desk: Desk, as_ratna: Browser, clock: Clock, tmp_path: Path) -> None:
    assert line(desk, tmp_path, "Jam komputer").kind == "good"
    later = clock.forward(days=9)
    assert line(desk, tmp_path, "Jam komputer", later).kind == "warn"
    assert line(desk, tmp_path, "Jam komputer", START - timedelta(hours=2)).kind == "warn"
    page = Browser(as_ratna.app, "ratna")
    assert "Pastikan jam komputer" in page.get("/keadaan/").get_data(as_text=True)
    assert page.post("/keadaan/jam", {"note": ""}).status_code == 422
    assert page.post("/keadaan/jam", {"note": "Jam dinding dan telepon"}).status_code == 303
    assert line(desk, tmp_path, "Jam komputer", later).kind == "good"
    assert "Pastikan jam komputer" not in page.get("/keadaan/").get_data(as_text=True)
    entry = desk.journal.about("clock")[-1]
    assert (entry.kind, entry.actor, entry.body.note) == ("clock.settled", "ratna", "Jam dinding dan telepon")
    with pytest.raises(Problem) as caught:
        health.confirm_clock(desk.journal, desk.who("ratna"), note="lagi", now=later)
    assert caught.value.code == "conflict"


def test_only_the_secretary_confirms_the_clock(desk: Desk, web: Flask, clock: Clock) -> None:
    clock.forward(days=9)
    oki = Browser(web, "oki")
    page = oki.get("/keadaan/").get_data(as_text=True)
    assert "Perlu dipastikan" in page
    assert "Pastikan jam komputer" not in page
    assert oki.post("/keadaan/jam", {"note": "x"}).status_code == 403


def keep(desk: Desk, at: datetime, *faults: str) -> None:
    keep_proof(desk.journal.db, "whole", ProofResult(entries=12, faults=list(faults)), at, at)


def test_the_last_proof_and_its_age(desk: Desk, tmp_path: Path) -> None:
    found = line(desk, tmp_path, "Basis data")
    assert (found.kind, found.word) == ("idle", "Belum diperiksa")
    found = line(desk, tmp_path, "Basis data", START + timedelta(days=3, hours=1))
    assert (found.kind, found.word, found.todo) == ("warn", "Belum diperiksa", health.NO_PROOF)
    keep(desk, START)
    found = line(desk, tmp_path, "Basis data", START + timedelta(days=3))
    assert (found.kind, found.word) == ("good", "Utuh")
    assert found.detail.startswith("12 catatan, diperiksa ")
    found = line(desk, tmp_path, "Basis data", START + timedelta(days=3, seconds=1))
    assert (found.kind, found.word) == ("warn", "Lama tidak diperiksa")


def test_a_fault_of_the_proof_comes_first_and_stands_on_the_desk(desk: Desk, web: Flask, tmp_path: Path) -> None:
    keep(desk, START, "Pemicu journal_no_update hilang dari basis data.", "lain")
    found = health.health_lines(desk.journal, tmp_path, START)[0]
    assert (found.name, found.kind) == ("Basis data", "bad")
    assert found.detail == "Pemicu journal_no_update hilang dari basis data."
    assert "Pemicu journal_no_update hilang" in Browser(web, "ratna").get("/keadaan/").get_data(as_text=True)
    assert "Basis data tidak cocok" in Browser(web, "ratna").get("/").get_data(as_text=True)
    assert "Basis data tidak cocok" not in Browser(web, "sari").get("/").get_data(as_text=True)
    keep(desk, START)
    assert "Basis data tidak cocok" not in Browser(web, "ratna").get("/").get_data(as_text=True)


def test_a_calendar_that_ends_soon_asks_for_days(desk: Desk, tmp_path: Path) -> None:
    assert line(desk, tmp_path, "Kalender").kind == "good"
    assert line(desk, tmp_path, "Kalender", START.replace(year=2027, month=12)).kind == "warn"


def test_the_worst_stands_first_and_the_verdict_counts(desk: Desk, as_sari: Browser, tmp_path: Path) -> None:
    kinds = [
        row.kind for row in health.health_lines(desk.journal, tmp_path, START, [HealthLine("Uji", "bad", "Rusak", "")])
    ]
    assert kinds == sorted(kinds, key=("bad", "warn", "idle", "good").index)
    assert kinds[0] == "bad"
    note_facility(desk.journal, desk.who("oki"), name="Kamera", works=False, note="Lensa retak", now=START)
    page = as_sari.get("/keadaan/").get_data(as_text=True)
    assert "Data aman. Dua hal perlu dikerjakan" in page
    assert "Lensa retak" in page


@pytest.mark.parametrize(
    ("free", "kind", "said"),
    [
        (999_999_999, "bad", "999 MB kosong"),
        (1_000_000_000, "good", "1.000 MB kosong"),
        (52_999_999_999, "good", "52.999 MB kosong"),
    ],
)
def test_less_than_a_gigabyte_is_little_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, kind: str, said: str
) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    found = health.space_line(tmp_path)
    assert (found.name, found.kind, found.detail) == ("Ruang simpan", kind, said)
    assert bool(found.todo) == (kind == "bad")
    health.space_line(tmp_path / "belum-ada")
    assert asked == [tmp_path, tmp_path]


def test_the_calendar_asks_for_next_year_from_sixty_days_before_it(desk: Desk, tmp_path: Path) -> None:
    last = office_calendar(desk.journal.db).last_known_year
    assert last is not None
    new_year = datetime(last + 1, 1, 1, tzinfo=UTC)
    for now, kind in (
        (new_year - timedelta(days=61), "good"),
        (new_year - timedelta(days=60), "warn"),
        (new_year + timedelta(days=300), "warn"),
    ):
        found = line(desk, tmp_path, "Kalender", now)
        assert (found.kind, found.detail) == (kind, f"Libur terisi sampai {last}"), now


def test_a_note_on_the_clock_is_at_most_300_letters_and_an_empty_file_has_no_old_proof(
    desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    later = clock.forward(days=9)
    for note in ("", "x" * 301):
        with pytest.raises(Problem) as refused:
            health.confirm_clock(desk.journal, desk.who("ratna"), note=note, now=later)
        assert list(refused.value.fields) == ["note"]
    health.confirm_clock(desk.journal, desk.who("ratna"), note="x" * 300, now=later)
    [[first]] = desk.journal.db.run("SELECT at FROM journal WHERE id = 1")
    began = datetime.fromisoformat(first)
    assert line(desk, tmp_path, "Basis data", began + timedelta(days=3)).kind == "idle"
    assert line(desk, tmp_path, "Basis data", began + timedelta(days=3, seconds=1)).kind == "warn"


@pytest.mark.parametrize(
    ("changed", "kind", "state", "todo"),
    [
        ({"enrolled": False}, "idle", "Belum terdaftar", ""),
        ({}, "good", "Tidak ada", ""),
        ({"set_aside": 2, "stopped": 3, "unsent": 9}, "warn", "Perlu diperiksa", "Buka Sambungan"),
        ({"stopped": 1}, "warn", "Perlu diperiksa", "Buka Sambungan"),
        ({"unsent": 1200, "oldest_at": START}, "idle", "1.200 catatan", ""),
        ({"unsent": 4, "oldest_at": START - timedelta(days=60)}, "warn", "4 catatan", "Kirim sekarang"),
    ],
)
def test_what_was_not_sent_is_told_and_what_waits_for_a_person_first(
    web: Flask, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], kind: str, state: str, todo: str
) -> None:
    told = {"enrolled": True, "set_aside": 0, "stopped": 0, "unsent": 0, "oldest_at": None, "label": "pusat"} | changed
    shown = SimpleNamespace(state=lambda: SimpleNamespace(**told))
    monkeypatch.setattr(health_pages, "own_exchange", lambda: shown)
    monkeypatch.setattr(health_pages.queries, "runs_loket", lambda _: True)
    with web.test_request_context("/"):
        row = health_pages.exchange_line(START)
    assert (row.kind, row.word) == (kind, state)
    assert row.todo.startswith(todo)
    assert bool(row.todo) is bool(todo)
    if told["set_aside"]:
        assert row.detail == "5 hal menunggu orang"
