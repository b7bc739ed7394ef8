"""A backup counts only when it was opened again, and a restored office works at once in its next epoch."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyrage

from app import compose, paths
from app.platform.backups.service import find_remains
from app.platform.office.service import NewPerson, found_office
from app.platform.people.access_log import access_lines
from app.platform.people.hashing import Cost
from schema.migrations import migrate_database
from sync.restore import draw_key, key_in_force
from sync.verification import tables_digest

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CHEAP = Cost(4, 8, 1)


def office(data: Path, code: str = "350807", name: str = "Kecamatan Yosowilangun") -> None:
    db = compose.open_side("office", data)
    migrate_database(db, "office")
    found_office(
        compose.journal("office", db),
        identity={
            "office.code": code,
            "office.name": name,
            "office.regency": "Lumajang",
            "office.place": "Yosowilangun",
        },
        people=[NewPerson("wiji", "Wiji Handayani", ("sekretaris", "admin"), "rahasia-sekali-1")],
        starts={},
        effective_on=date(2026, 1, 1),
        now=NOW,
        cost=CHEAP,
    )
    db.run("INSERT INTO draft (author, service, fields, created_at, updated_at) VALUES ('x', 'y', '{}', '', '')")
    db.close()


def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(paths.CHECKOUT / "run.py"), *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_first_backup_shows_its_key_and_counts_once_it_is_confirmed(tmp_path: Path) -> None:
    data, stick, blank = tmp_path / "kantor", tmp_path / "stik", tmp_path / "baru"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--to", str(stick), "--json").stdout)
    assert made["key_confirmed"] is False
    wrong = run("backup", "--confirm", "--data", str(data), typed="QQQQQQ")
    assert (wrong.returncode, "Periksa kertasnya" in wrong.stderr) == (1, True)
    confirmed = run("backup", "--confirm", "--data", str(data), typed=made["recovery_key"][-6:].lower() + "\n")
    assert (confirmed.returncode, "dipastikan" in confirmed.stdout) == (0, True)
    again = json.loads(run("backup", "--data", str(data), "--json").stdout)
    assert (again["recovery_key"], again["key_confirmed"]) == ("", True)
    assert Path(again["path"]).parent == data / "cadangan"

    key = tmp_path / "kunci.txt"
    key.write_text("# kunci pemulihan\n" + made["recovery_key"] + "\n", encoding="utf-8")
    refused = run("restore", again["path"], "--key-file", str(key), "--data", str(data))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    restored = run("restore", again["path"], "--key-file", str(key), "--data", str(blank))
    assert restored.returncode == 0, restored.stderr
    before, after = compose.open_side("office", data), compose.open_side("office", blank)
    assert tables_digest(before) == tables_digest(after)
    source, epoch = compose.journal("office", after).identity()
    assert source == "350807"
    assert 1 < epoch <= 17_577
    assert after.one("SELECT count(*) FROM draft") == (0,)
    traces = [(seen.action, seen.address, seen.detail) for _, seen in access_lines(after)]
    assert traces[:2] == [
        ("backup.restored", "console", Path(again["path"]).name),
        ("backup.key_confirmed", "console", ""),
    ]
    assert run("verify", "--data", str(blank)).returncode == 0


def test_a_key_whose_backup_did_not_stand_is_not_kept(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    (tmp_path / "penuh").touch()
    refused = run("backup", "--data", str(data), "--to", str(tmp_path / "penuh" / "stik"))
    assert (refused.returncode, "tidak dapat ditulis" in refused.stderr) == (1, True)
    assert "AGE-SECRET-KEY" not in refused.stdout
    db = compose.open_side("office", data)
    assert db.one("SELECT count(*) FROM backup_key") == (0,)
    db.close()
    shown = run("backup", "--data", str(data)).stdout
    assert re.search(r"AGE-SECRET-KEY-1\w{4}( \w{6}){9}", shown)
    assert "--confirm" in shown


def test_the_key_of_an_earlier_program_is_confirmed_by_typing_all_of_it(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    recipient, secret = draw_key()
    (data / "keys").mkdir()
    (data / "keys" / "cadangan.pub").write_text(recipient + "\n", encoding="ascii")
    assert run("backup", "--confirm", "--data", str(data), typed=secret[-6:]).returncode == 1
    assert run("backup", "--confirm", "--data", str(data), typed=secret).returncode == 0
    db = compose.open_side("office", data)
    assert db.one("SELECT recipient FROM backup_key WHERE confirmed_at IS NOT NULL") == (recipient,)


def test_a_new_key_leaves_the_old_one_in_force_until_it_is_confirmed(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    first = json.loads(run("backup", "--data", str(data), "--json").stdout)["recovery_key"]
    assert run("backup", "--confirm", "--data", str(data), typed=first).returncode == 0
    second = json.loads(run("backup", "--new-key", "--data", str(data), "--json").stdout)["recovery_key"]
    assert second not in ("", first)
    db = compose.open_side("office", data)
    assert key_in_force(db).recipient == recipient_of(first)
    assert run("backup", "--confirm", "--data", str(data), typed=second[-6:]).returncode == 0
    assert key_in_force(db).recipient == recipient_of(second)


def recipient_of(secret: str) -> str:
    return str(pyrage.x25519.Identity.from_str(secret).to_public())


def test_an_emptied_database_beside_keys_and_backups_is_restored_or_set_apart(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--json").stdout)
    refused = run("begin-anew", "--data", str(data), typed="MULAI BARU\n")
    assert (refused.returncode, "berisi data" in refused.stderr) == (1, True)
    (data / "kantor.sqlite3").write_bytes(b"")
    no = run("begin-anew", "--data", str(data), typed="ya\n")
    assert (no.returncode, "Tidak ada yang dipindahkan" in no.stderr) == (1, True)
    assert Path(made["path"]).exists()
    done = run("begin-anew", "--data", str(data), typed="MULAI BARU\n")
    assert done.returncode == 0, done.stderr
    [apart] = data.glob("sebelum-*")
    assert (apart / "cadangan" / Path(made["path"]).name).exists()
    assert find_remains(data) == []
    restored = run(
        "restore", str(apart / "cadangan" / Path(made["path"]).name), "--data", str(data), typed=made["recovery_key"]
    )
    assert restored.returncode == 0, restored.stderr
