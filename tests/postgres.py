"""A throwaway PostgreSQL of the test run's own: a cluster in a temporary folder, a socket instead of a port.

`postgres_template` is made once per run; `fresh(server, name)` copies a migrated database in a few milliseconds.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from schema.migrations import migrate_database
from schema.postgres import open_centre

TEMPLATE = "loket_template"
SPEED = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=60",
)


@dataclass
class Server:
    """A running cluster; `folder` holds its socket."""

    folder: Path
    control: Callable[[str], None]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def address(self, database: str) -> str:
        """What LOKET_CENTRE_DB would say."""
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def restart(self, mode: str = "fast") -> None:
        """Stop and start it again; every connection dies. `immediate` is a crash of the server."""
        self.control(mode)

    def run(self, sql: str) -> None:
        """One statement outside any transaction."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a database of the centre, migrated and empty; gone afterwards."""
        name = f"loket_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


def programs() -> Path:
    """The folder of initdb and postgres; Debian keeps one per version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    beside = shutil.which("initdb")
    assert beside, "the tests of the centre need PostgreSQL: apt install postgresql"
    return Path(beside).parent


def owner() -> str | None:
    """PostgreSQL refuses to run as root; then Debian's own user runs it."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def server() -> Iterator[Server]:
    """Start a cluster, prepare the migrated template, stop it at the end."""
    folder, user = Path(tempfile.mkdtemp(prefix="loket-pg-")), owner()
    if user:
        import pwd

        known = pwd.getpwnam(user)
        os.chown(folder, known.pw_uid, known.pw_gid)
    data = folder / "data"

    def program(name: str, *arguments: str) -> None:
        subprocess.run(
            [programs() / name, *arguments],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )

    program("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' " + " ".join(SPEED)
    starting = ("-D", str(data), "-w", "-l", str(folder / "log"), "-o", options)
    program("pg_ctl", *starting, "start")
    made = Server(folder, lambda mode: program("pg_ctl", *starting, "-m", mode, "restart"))
    try:
        made.run(f"CREATE DATABASE {TEMPLATE}")
        db = open_centre(made.address(TEMPLATE))
        migrate_database(db, "centre")
        db.close()
        yield made
    finally:
        program("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
