"""`centre` as a process: it says where it is, answers, stops when told, and explains why it cannot start."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.rules.source import ROOT

MAIN = "from app.cli import main; main()"


def command(data: Path, port: int, *more: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("LOKET_CENTRE_DB", None)
    arguments = [sys.executable, "-c", MAIN, "centre", "--port", str(port), "--data", str(data), *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(arguments, cwd=data, env=environment, text=True, **pipes)


def test_it_starts_empty_answers_and_stops(tmp_path: Path) -> None:
    with command(tmp_path, 0) as running:
        assert running.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", running.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(found[0]) as answer:
            assert "Persiapan Dispenduk Capil" in answer.read().decode()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) in (0, 130)
    assert (tmp_path / "pusat.sqlite3").is_file()


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with command(tmp_path, port) as running:
            _out, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert f"Port {port} sedang dipakai" in err
