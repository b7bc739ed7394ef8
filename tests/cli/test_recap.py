"""`recap`: files of a quarter, the same bytes twice, the difference named, a draft without a poster."""

import hashlib
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli.recap import CASES, recap, recap_lines
from app.core.clock import at_office
from app.core.permissions import SYSTEM
from app.core.quarters import Quarter
from app.platform.people.queries import actor_named
from app.quality.quarter import service
from app.services.complaints import limits
from app.services.complaints import service as complaints_service
from app.services.complaints.service import Visitor
from sync.journal import Journal
from tests.proof.pair import START, open_centre_road, open_office_road

Q1, LATER = Quarter(2026, 1), at_office(date(2026, 4, 2), 9)


def office(folder: Path) -> Journal:
    """An office in a folder with two lines of March."""
    journal = open_office_road(folder).journal
    limits.seed_office(journal, START)
    for words in ("Antre lama", "Kipas mati"):
        complaints_service.write_line(journal, SYSTEM, channel="desk", visitor=Visitor(words), now=START)
    return journal


def who(journal: Journal, name: str) -> Any:
    return actor_named(journal.db, name, date(2026, 4, 2))


def draft(journal: Journal) -> None:
    service.draft_recap(journal, who(journal, "laila"), quarter=Q1, now=LATER)


def approve(journal: Journal) -> None:
    service.mark_checked(journal, who(journal, "wiji"), quarter=Q1, read_public=True, now=LATER)
    service.give_pledge(
        journal,
        who(journal, "laila"),
        quarter=Q1,
        what="Kipas diganti",
        who="Kasi",
        by_on=date(2026, 5, 4),
        now=LATER,
    )
    service.approve_recap(journal, who(journal, "hendra"), quarter=Q1, now=LATER)


def run(data: Path, out: Path, *more: str) -> Result:
    return CliRunner().invoke(recap, ["2026-Q1", "--data", str(data), "--out", str(out), *more])


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_an_approved_recap_is_written_twice_alike_and_a_difference_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    journal = office(data)
    draft(journal)
    approve(journal)
    first = run(data, tmp_path / "one")
    assert first.exit_code == 0, first.output
    assert "sama persis" in first.output
    told = json.loads(run(data, tmp_path / "two", "--json").output)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert set(told["files"]) == {"rekap-2026-Q1.pdf", "rekap-2026-Q1.xlsx", "poster-2026-Q1.pdf"}
    listed = (tmp_path / "one" / "kode-pengaman-2026-Q1.txt").read_text(encoding="utf-8")
    for name, digest in told["files"].items():
        assert hashlib.sha256((tmp_path / "two" / name).read_bytes()).hexdigest() == digest
        assert f"{digest}  {name}" in listed
    with journal.db.writing(), journal.db.applying():
        journal.db.run("UPDATE complaint SET weight = 'heavy' WHERE id = 1")
    other = run(data, tmp_path / "three")
    assert other.exit_code == 1
    assert "BERBEDA" in other.output
    assert (tmp_path / "three" / "rekap-2026-Q1.pdf").read_bytes() == content(tmp_path / "one")["rekap-2026-Q1.pdf"]
    journal.db.close()


def test_a_draft_has_no_poster(tmp_path: Path) -> None:
    data = tmp_path / "data"
    journal = office(data)
    draft(journal)
    told = json.loads(run(data, tmp_path / "out", "--json").output)
    assert set(told["files"]) == {"rekap-2026-Q1.pdf", "rekap-2026-Q1.xlsx"}
    assert (told["state"], told["same"]) == ("draft", None)
    journal.db.close()


@pytest.mark.parametrize(("quarter_name", "sentence"), [("2026-Q5", "2026-Q3"), ("besok", "2026-Q3")])
def test_what_is_no_quarter_is_told(quarter_name: str, sentence: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(recap, [quarter_name, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert sentence in done.output


def test_a_centre_has_no_recap(tmp_path: Path) -> None:
    open_centre_road(tmp_path).db.close()
    told = run(tmp_path, tmp_path / "rekap")
    assert told.exit_code == 1
    assert "Rekap pengaduan ada di kantor kecamatan, bukan di pusat." in told.output
    assert not (tmp_path / "rekap").exists()


def test_a_recap_of_invented_data_is_made_on_the_day_after_and_its_folder_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The year itself is walked in the tests of the demo; here an office with two lines stands for it."""
    made, closed = list[tuple[Path, date]](), list[Path]()

    def make(folder: Path, today: date, *, centre_address: str, cases: int, progress: object) -> SimpleNamespace:
        made.append((folder, today))
        assert (cases, callable(progress)) == (CASES, True)
        journal = office(folder / "data")
        draft(journal)

        def close() -> None:
            journal.db.close()
            closed.append(folder)

        return SimpleNamespace(office=SimpleNamespace(journal=journal), close=close)

    monkeypatch.setattr("app.cli.demo.year.make_year", make)
    done = run(tmp_path / "nobody", tmp_path / "out", "--demo", "--json")
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("Menyiapkan kantor demo dengan data buatan setahun ...")
    assert json.loads(done.stdout)["quarter"] == "2026-Q1"
    [(folder, today)] = made
    assert (today > date(2026, 3, 31), closed, folder.exists()) == (True, [folder], False)
    assert not (tmp_path / "nobody").exists()


def test_what_was_written_late_is_told_where_there_is_some() -> None:
    payload = {"number": "1/R", "quarter": "2026-Q1", "out": "rekap", "files": {"b": "2", "a": "1"}, "digest": "abc"}
    payload |= {"verdict": "Sama persis.", "late": []}
    lines = ["Rekap 1/R, 2026-Q1, ditulis ke rekap:", "  1  a", "  2  b", "Kode pengaman angka abc", "Sama persis."]
    assert recap_lines(payload) == lines
    late = "Dicatat sesudah rekap dibuat (masuk adendum dan rekap berikutnya): 1/P, 2/P"
    assert recap_lines(payload | {"late": ["1/P", "2/P"]}) == [*lines, late]
