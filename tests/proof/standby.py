"""Two PostgreSQL servers on loopback, the second one a streaming standby of the first."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import owner, programs

DATABASE = "loket"
SLOT = "loket_cadangan"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass
class Cluster:
    """One server: its folder and its port."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / f"data-{self.port}"

    def program(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs() / name, *arguments],
            user=owner(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
        assert not done.returncode, done.stderr

    def start(self) -> None:
        told = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{self.folder}'"
        told = " ".join((told, *(f"-c {option}" for option in self.options)))
        log = str(self.folder / f"log-{self.port}")
        self.program("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", told, "start")

    def run(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Rows of one statement outside any transaction."""
        address = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            done = connection.execute(sql)
            return done.fetchall() if done.description else []

    def kill(self) -> None:
        """SIGKILL to the server and each of its children: none of them gets to write another word."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        with suppress(AssertionError):  # the killed one
            self.program("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")


@dataclass
class Pair:
    """A primary and its standby."""

    primary: Cluster
    standby: Cluster

    @property
    def address(self) -> str:
        """What LOKET_CENTRE_DB says: both servers, whichever of them may be written to."""
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def follow(self) -> None:
        """Make the standby out of a base backup of the primary, with a slot, and start it."""
        source = f"host=127.0.0.1 port={self.primary.port} user=postgres"
        into = ("-D", str(self.standby.data), "-R", "-C", "-S", SLOT, "-X", "stream", "--checkpoint=fast")
        self.standby.program("pg_basebackup", "-d", source, *into)
        self.standby.start()

    def wait_for_standby(self) -> None:
        """From here on a commit is acknowledged when the standby has it on its disk too."""
        self.primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.run("SELECT pg_reload_conf()")

    def detach(self) -> None:
        """The standby receives nothing more, and the primary does not mind: what an asynchronous one looks like behind
        a line that broke unnoticed."""
        self.standby.run("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.run("SELECT pg_reload_conf()")
        while self.primary.run("SELECT 1 FROM pg_stat_replication"):
            pass

    def promote(self) -> None:
        """The standby becomes the server, waiting for no other one."""
        assert self.standby.run("SELECT pg_promote(true, 60)") == [(True,)]


@contextmanager
def two_servers(*options: str) -> Iterator[Pair]:
    """A primary with a standby that follows it; gone afterwards. `options`: settings of both, `name=value`."""
    folder, user = Path(tempfile.mkdtemp(prefix="loket-pg-")), owner()
    if user:
        shutil.chown(folder, user, user)
    pair = Pair(Cluster(folder, free_port(), options), Cluster(folder, free_port(), options))
    try:
        pair.primary.program("initdb", "-D", str(pair.primary.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        pair.primary.start()
        pair.primary.run(f"CREATE DATABASE {DATABASE}")
        pair.follow()
        yield pair
    finally:
        for cluster in (pair.standby, pair.primary):
            if (cluster.data / "postmaster.pid").exists():
                cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
