"""The office as it runs: a clean stop makes the closing backup, a start clears what a killed one left."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from app import compose, paths
from app.cli.serving import free_port
from sync.backup import WORK
from sync.restore import confirm_key, draw_key, keep_unconfirmed
from tests.cli.test_backup import office

ASKED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_a_clean_stop_leaves_a_backup_and_a_start_no_plain_copy(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    db = compose.open_side("office", data)
    recipient, secret = draw_key()
    keep_unconfirmed(db, recipient, secret, ASKED)
    assert confirm_key(db, secret[-6:], "wiji", ASKED)
    db.run("INSERT INTO backup_failure VALUES ('make', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'baru saja gagal')")
    db.close()  # so that the nightly one waits half an hour, and only the closing one is made
    (data / WORK).mkdir(parents=True)
    (data / WORK / "salinan.sqlite3").write_bytes(b"left by a power cut")
    words = [
        sys.executable,
        str(paths.CHECKOUT / "run.py"),
        "office",
        "--no-kiosk",
        "--port",
        str(free_port(0)),
    ]
    started = subprocess.Popen(
        [*words, "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert started.stdout is not None
    assert "http://127.0.0.1" in started.stdout.readline()
    assert not (data / WORK / "salinan.sqlite3").exists()
    assert not list(data.glob("cadangan/*"))
    started.send_signal(signal.SIGTERM)
    said, complaint = started.communicate(timeout=60)
    assert ("cadangan penutup" in said, complaint) == (True, "")
    [made] = (data / "cadangan").iterdir()
    assert made.name.endswith(".loket-cadangan")
    db = compose.open_side("office", data)
    assert db.one("SELECT name FROM backup_made") == (made.name,)
