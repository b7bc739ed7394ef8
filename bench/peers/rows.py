"""A page of fifty of 100,000 cases: ours beside Django's admin list and Datasette; start and memory beside Kolibri."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import apsw

from app import compose
from app.cli.serving import free_port
from bench.an_office import fill, found
from bench.clients import Line, Site, crowd
from bench.pages import CASES, REQUESTS, serving
from bench.peers.answers import OURS, Answer
from bench.peers.environments import environment
from bench.start import first_page, resident, wait_for

HERE = Path(__file__).parent
DJANGO, DATASETTE, KOLIBRI = "Django admin", "Datasette", "Kolibri"
PATIENCE = 300.0
COPY = (
    "CREATE TABLE listed_case AS SELECT c.id, c.number, c.name, v.name AS area, c.step, c.received_on AS opened_on"
    " FROM office.case_file c LEFT JOIN office.village v ON v.code = c.area ORDER BY c.id"
)


def ask_pages(folder: Path, *, rounds: int) -> list[Answer]:
    """Requests a second with eight clients, in turn."""
    pages = Answer("list-page", f"list of 50 of {CASES:,} cases, 8 clients", "requests/s", more_is_better=True)
    data = folder / "office"
    journal = found(data)
    fill(journal, CASES)
    journal.db.close()
    rows = listed_rows(data / compose.FILES["office"], folder / "rows.sqlite3")
    pick = Random(3)
    places = [pick.randint(60, CASES) for _ in range(REQUESTS)]
    with ExitStack() as stack:
        sites = {
            OURS: (stack.enter_context(serving("an_office_serving.py", str(data))), "/berkas?sebelum={}"),
            DJANGO: (stack.enter_context(django_site(rows)), "/admin/bench_admin/case/?p={}"),
            DATASETTE: (stack.enter_context(datasette_site(rows)), "/rows/listed_case?_size=50&_next={}"),
        }
        for turn in range(rounds + 1):
            for name, (site, path) in sites.items():
                asked = [path.format(place // 50 if name == DJANGO else place) for place in places]
                seconds = crowd(site, asked)
                if turn:  # the first pass fills what each keeps
                    pages.add(name, REQUESTS / seconds)
    return [pages]


def listed_rows(office: Path, file: Path) -> Path:
    """The rows of the list alone, in a file that knows nothing else."""
    with apsw.Connection(str(file)) as connection:
        connection.execute("ATTACH ? AS office", (str(office),))
        connection.execute(COPY)
        connection.execute("CREATE UNIQUE INDEX listed_case_id ON listed_case (id)")
    connection.close()
    return file


@contextmanager
def django_site(rows: Path) -> Iterator[Site]:
    """The plain admin list of the same rows."""
    call = [str(environment("morango") / "bin" / "python"), str(HERE / "django_peer" / "program.py"), str(free_port(0))]
    own = shutil.copy(rows, rows.with_name("django.sqlite3"))
    with subprocess.Popen(
        call, env=os.environ | {"PEER_DATABASE": str(own)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            port, cookie = (process.stdout.readline() if process.stdout else "").split()
            wait_for(int(port), time.perf_counter())
            yield Site(int(port), cookie)
        finally:
            process.kill()


@contextmanager
def datasette_site(rows: Path) -> Iterator[Site]:
    """Datasette's table of the same rows."""
    port = free_port(0)
    call = [str(environment("datasette") / "bin" / "datasette"), "serve", "-i", str(rows), "-p", str(port)]
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, time.perf_counter())
            yield Site(port)
        finally:
            process.kill()


def ask_start(folder: Path, *, rounds: int) -> list[Answer]:
    """Seconds from the start of the process to its first page, and memory after it."""
    start = Answer("start", "process start to first page", "s")
    memory = Answer("memory", "memory when idle (RSS)", "MB")
    data = folder / "fresh-office"
    found(data).db.close()
    home = folder / "kolibri"
    call = ["run.py", "office", "--data", str(data), "--port"]
    first_page(call, folder / "bytecode", [])  # the first start compiles
    kolibri_page(home)  # and makes its tables
    for _ in range(rounds):
        held: list[float] = []
        start.add(OURS, first_page(call, folder / "bytecode", held))
        memory.add(OURS, held[0])
        seconds, megabytes = kolibri_page(home)
        start.add(KOLIBRI, seconds)
        memory.add(KOLIBRI, megabytes)
    return [start, memory]


def kolibri_page(home: Path) -> tuple[float, float]:
    """(seconds to its first answer, megabytes) of Kolibri in the foreground."""
    port = free_port(0)
    call = [str(environment("kolibri") / "bin" / "kolibri"), "start", "--foreground", "--port", str(port)]
    quiet = os.environ | {"KOLIBRI_HOME": str(home), "KOLIBRI_ZIP_CONTENT_PORT": str(free_port(0))}
    begun = time.perf_counter()
    process = subprocess.Popen(call, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < PATIENCE:
            if answers(port):
                return time.perf_counter() - begun, resident(process.pid)
            time.sleep(0.02)
        raise RuntimeError("Kolibri did not start")
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    """Whether a page comes, also one that leads elsewhere."""
    try:
        line = Line(Site(port))
    except OSError:
        return False
    try:
        line.socket.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return b" 200 " in (first := line.socket.recv(64)) or b" 302 " in first
    except OSError:
        return False
    finally:
        line.close()
