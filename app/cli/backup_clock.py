"""The thread that makes the nightly backup, and the backup when the program ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

import click

from app.compose_backup import Backups
from schema.database import CentrePostgres
from sync.backup_records import adopt_file

log = logging.getLogger(__name__)
TICK_SECONDS = 60.0
CLOSING = "Membuat cadangan penutup; jangan matikan komputer dulu. (Ctrl+C untuk melewatinya)"


class BackupClock:
    """Looks once a minute whether a backup is due; `clock` gives aware UTC. The state is in the database."""

    def __init__(self, backups: Backups, clock: Callable[[], datetime]) -> None:
        self.backups, self.clock = backups, clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)

    def start(self) -> None:
        """Begin; ends with the program or with :meth:`stop`."""
        adopt_file(self.backups.db, self.backups.data / "keys", self.clock())
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if not isinstance(self.backups.db, CentrePostgres):
                    self.backups.go_if_due(self.clock())
            except Exception:  # a full disk or a locked file tonight must not end all later nights
                log.exception("the nightly backup could not be tried")
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        """End the thread after the backup that it is making, then make the closing one."""
        self._stopped.set()
        try:
            self._thread.join()
            if not isinstance(self.backups.db, CentrePostgres):
                self.backups.go_at_closing(self.clock(), lambda: click.echo(CLOSING))
        except KeyboardInterrupt:
            click.echo("Cadangan penutup dilewati.", err=True)
        except Exception:
            log.exception("the closing backup could not be tried")
