"""What the command says of a backup that was made."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.cli.backup import backup_lines, backup_payload, continued_lines, print_restored
from sync.backup import Backup
from sync.chains import ProofResult
from sync.increments import Continued

MADE = Backup(Path("350899.loket-cadangan"), "age1x", datetime(2026, 3, 12, tzinfo=UTC), 2048, 12345, "ab", "")


@pytest.mark.parametrize(("size", "told"), [(2048, "2"), (2049, "3"), (1, "1"), (0, "0"), (2_000_000, "1.954")])
def test_the_size_is_told_in_whole_kilobytes_that_were_begun(size: int, told: str) -> None:
    (line,) = backup_lines(replace(MADE, size=size), "office", "")
    assert line.endswith(f"teruji: 350899.loket-cadangan, {told} KB, 12.345 catatan.")


def test_a_new_key_and_an_alarm_are_told() -> None:
    assert len(backup_lines(MADE, "office", "")) == 1
    assert backup_lines(replace(MADE, alarm="Disk hampir penuh."), "office", "")[-1] == "Disk hampir penuh."
    key = "AGE-SECRET-KEY-1" + "Q" * 58
    lines = backup_lines(MADE, "office", key)
    assert "".join(lines[3].split()) == key
    assert backup_payload(MADE, key)["key_confirmed"] is False
    assert backup_payload(MADE, "")["key_confirmed"] is True


FROM_ANOTHER = "Bila ada salinan lain dari folder itu, pulihkan dari sana dengan --replace."
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, []),
        (
            {"applied": 1200, "reached_at": NOON},
            [
                "Dengan 1.200 lanjutan di sampingnya: data sampai Senin, 2 Maret 2026 pukul 12.00.",
                "Salinan tiap menit belum berjalan di komputer ini: pilih foldernya di halaman Cadangan.",
            ],
        ),
        (
            {"stopped": "Lanjutan 3 hilang", "skipped": 1500},
            [
                f"Lanjutan 3 hilang: 1.500 lanjutan tidak dipakai. {FROM_ANOTHER}",
            ],
        ),
    ],
)
def test_how_far_a_restore_came_is_told_where_there_is_something_beside(more: dict[str, Any], told: list[str]) -> None:
    assert continued_lines(Continued(Path("x"), "", **more)) == told


def test_a_restore_says_the_same_to_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = ProofResult(entries=12345, digest="ab")
    print_restored(verdict, ["Selesai."], as_json=False)
    assert capsys.readouterr().out == "Dipulihkan dan teruji: 12.345 catatan.\nSelesai.\n"
    continued = Continued(Path("x"), "", applied=3, reached_at=NOON, stopped="Hilang", skipped=2)
    print_restored(verdict, [], as_json=True, continued=continued)
    assert json.loads(capsys.readouterr().out) == {
        "entries": 12345,
        "digest": "ab",
        "increments": 3,
        "reached_at": "2026-03-02T05:00:00Z",
        "increments_left_out": 2,
        "why_left_out": "Hilang",
    }
