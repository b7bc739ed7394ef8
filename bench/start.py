"""Figure `start`: from the start of the process to its first page, and idle memory, against bare Flask and apsw.

Ours is an office with all services as everybody starts it, through `run.py`: migrations looked at, rooms put together,
clockwork running; its first page is the sign-in. Memory is what the process holds by itself a moment after that
page. Both find compiled bytecode in a folder of the measurement's own, as every start but the first does.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from app import compose
from app.cli.demo.offices import EVERY_SERVICE
from app.cli.demo.sides import FOLDERS, make_office
from app.cli.serving import free_port
from bench.aims import judged
from bench.an_office import NOW, TODAY
from bench.clients import Line, Site
from bench.measuring import Figure, Pair, in_turn, ratio, spread, typical

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0


def main(rounds: int) -> list[Figure]:
    """Seconds to the first page and megabytes when idle."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        make_office(data, EVERY_SERVICE, now=NOW, on=TODAY, starts={}).db.close()
        office = data / FOLDERS["office"]
        file = str(office / compose.FILES["office"])
        memory: dict[str, list[float]] = {"ours": [], "bare": []}

        def ours() -> float:
            call = ["run.py", "office", "--data", str(office), "--port"]
            return first_page(call, data / "bytecode", memory["ours"])

        def bare() -> float:
            return first_page(["bench/bare/empty.py", file], data / "bytecode", memory["bare"])

        pairs = in_turn(ours, bare, rounds)
    held = Pair(median(memory["ours"]), median(memory["bare"]))
    usual = typical(pairs)
    return [
        judged("first page", ratio(pairs), f"{usual.ours:.2f} s against {usual.bare:.2f} s; {spread(pairs)}"),
        judged("memory", held.ratio, f"{held.ours:.0f} MB against {held.bare:.0f} MB"),
    ]


def first_page(call: Sequence[str], bytecode: Path, memory: list[float]) -> float:
    """Seconds from the start of a process until it has answered; its memory goes into the list."""
    port = free_port(0)
    start = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    process = subprocess.Popen([sys.executable, *call, str(port)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, start)
        line = Line(Site(port))
        line.get("/masuk")
        took = time.perf_counter() - start
        line.close()
        memory.append(resident(process.pid))
        return took
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, start: float) -> None:
    """Until somebody listens. Raises RuntimeError after half a minute."""
    while time.perf_counter() - start < PATIENCE:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise RuntimeError(f"nobody listens on port {port}")


def resident(pid: int) -> float:
    """Megabytes of a process in memory. Linux tells it in /proc; elsewhere `ps` does."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        [line] = [text for text in status.read_text(encoding="ascii").splitlines() if text.startswith("VmRSS")]
        return int(line.split()[1]) / 1024
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024
