"""What the command says of a backup that was made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.cli.backup import backup_lines, backup_payload
from sync.backup import Backup

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
