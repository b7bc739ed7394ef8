"""A backup counts only when it was opened again, and a restored office works at once in its next epoch."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import pytest

from app import compose, paths
from app.office.first_run import NewPerson, Signers, found_office
from app.people.hashing import Cost
from schema.migrate import migrate
from sync.backup import ENDING, BackupError, make_backup, recovery_key, restore, unseal
from sync.keys import load_or_make_keys
from sync.verifying import digest

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CHEAP = Cost(4, 8, 1)


def office(data: Path) -> None:
    db = compose.open_side("office", data)
    migrate(db, "office")
    found_office(
        compose.journal("office", db),
        identity={"office.code": "350807", "office.name": "Kecamatan Yosowilangun", "office.regency": "Lumajang",
                  "office.place": "Yosowilangun"},
        people=[NewPerson("wiji", "Wiji Handayani", ("sekretaris", "admin"), "rahasia-sekali-1")], starts={},
        signers=Signers("Agung", "Wiji", "Hendra", date(2026, 1, 1)), now=NOW, cost=CHEAP,
    )  # fmt: skip
    db.run(
        "INSERT INTO draft (author, service, fields, created_at, updated_at) VALUES ('x', 'y', '{}', '', '')"
    )
    db.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(paths.CHECKOUT / "run.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_backup_and_restore_through_the_command_line(tmp_path: Path) -> None:
    data, stick, blank = tmp_path / "kantor", tmp_path / "stik", tmp_path / "baru"
    office(data)
    first = run("backup", "--data", str(data), "--to", str(stick), "--json")
    assert first.returncode == 0, first.stderr
    made = json.loads(first.stdout)
    key = tmp_path / "kunci.txt"
    key.write_text("# kunci pemulihan\n" + made["recovery_key"] + "\n", encoding="utf-8")
    again = json.loads(run("backup", "--data", str(data), "--to", str(stick), "--json").stdout)
    assert again["recovery_key"] == ""  # shown once, never again

    restored = run("restore", made["path"], "--key-file", str(key), "--data", str(blank))
    assert restored.returncode == 0, restored.stderr
    before, after = compose.open_side("office", data), compose.open_side("office", blank)
    assert digest(before) == digest(after)
    journal = compose.journal("office", after)
    source, epoch = journal.identity()
    assert source == "350807"
    assert 1 < epoch <= 17_577
    assert after.one("SELECT count(*) FROM draft") == (0,)
    assert run("verify", "--data", str(blank)).returncode == 0


def test_the_daily_backup_goes_to_its_own_folder_again_and_again(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    (data / "cadangan.sqlite3").write_bytes(b"left by a power cut")
    for _ in range(2):
        done = run("backup", "--data", str(data), "--json")
        assert done.returncode == 0, done.stderr
        assert Path(json.loads(done.stdout)["path"]).parent == data / "cadangan"
    assert not list(data.glob("cadangan*.sqlite3*"))


def test_a_key_that_nobody_saw_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    (tmp_path / "penuh").touch()
    refused = run("backup", "--data", str(data), "--to", str(tmp_path / "penuh" / "stik"))
    assert (refused.returncode, "tidak dapat ditulis" in refused.stderr) == (1, True)
    assert "AGE-SECRET-KEY" in run("backup", "--data", str(data)).stdout


def test_stock_tools_open_a_backup(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    recipient, secret = recovery_key(data / "keys")
    journal = compose.journal("office", compose.open_side("office", data))
    made = make_backup(journal, "office", tmp_path / "stik", recipient, NOW, tmp_path)
    key = tmp_path / "kunci.txt"
    key.write_text(secret + "\n", encoding="ascii")
    plain = subprocess.run(
        ["age", "-d", "-i", str(key), str(made.path)], capture_output=True, check=True
    ).stdout
    database = tmp_path / "dibuka.sqlite3"
    database.write_bytes(gzip.decompress(plain))
    assert list(
        apsw.Connection(str(database)).execute("SELECT value FROM identity WHERE key = 'source'")
    ) == [("350807",)]


def test_restoring_keeps_the_old_database_and_makes_new_keys(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    old_keys = load_or_make_keys(data / "keys", "350807")
    recipient, secret = recovery_key(data / "keys")
    journal = compose.journal("office", compose.open_side("office", data))
    made = make_backup(journal, "office", tmp_path / "stik", recipient, NOW, tmp_path)
    journal.db.close()
    refused = run("restore", str(made.path), "--data", str(data))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    restore(made.path, secret, data / "kantor.sqlite3", data / "keys", "office",
            lambda db: compose.journal("office", db), NOW)  # fmt: skip
    assert (data / "kantor.sqlite3.lama").exists()
    assert load_or_make_keys(data / "keys", "350807").public.signer != old_keys.public.signer


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    _, stranger = recovery_key(tmp_path / "lain")
    data = tmp_path / "kantor"
    office(data)
    recipient, secret = recovery_key(data / "keys")
    journal = compose.journal("office", compose.open_side("office", data))
    made = make_backup(journal, "office", tmp_path / "stik", recipient, NOW, tmp_path)
    with pytest.raises(BackupError, match="kunci dari kantor yang sama"):
        unseal(made.path, stranger)
    with pytest.raises(BackupError, match="salah ketik"):
        unseal(made.path, "AGE-SECRET-KEY-SALAH")
    cut = tmp_path / f"terpotong{ENDING}"
    cut.write_bytes(made.path.read_bytes()[:-100])
    with pytest.raises(BackupError):
        unseal(cut, secret)


def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    db = compose.open_side("office", data)
    with db.applying(), db.writing():
        db.run("UPDATE village SET name = 'Diubah' WHERE code = '3508072001'")
    recipient, _ = recovery_key(data / "keys")
    with pytest.raises(BackupError, match="tidak lulus"):
        make_backup(compose.journal("office", db), "office", tmp_path / "stik", recipient, NOW, tmp_path)
    assert not list((tmp_path / "stik").glob("*"))


def test_a_shrunken_backup_raises_an_alarm(tmp_path: Path) -> None:
    data, stick = tmp_path / "kantor", tmp_path / "stik"
    office(data)
    stick.mkdir()
    (stick / f"350807-lama{ENDING}").write_bytes(b"x" * 5_000_000)
    recipient, _ = recovery_key(data / "keys")
    made = make_backup(
        compose.journal("office", compose.open_side("office", data)),
        "office",
        stick,
        recipient,
        NOW,
        tmp_path,
    )
    assert "jauh lebih kecil" in made.alarm
