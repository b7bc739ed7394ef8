"""A backup that somebody asks for at a page: made beside the requests, so that the page may be left.

One at a time. What it came to is told to each who looks at the page afterwards, once. A row beside the journal says
from its beginning that it was broken off, and goes when it ends: a killed program leaves the sentence behind.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from app.core.dates import long_moment
from app.core.problems import Problem, storage_problem
from app.platform.backups.service import BackupResult
from schema.database import Database
from sync import backup
from sync.entries import parse_utc_text
from sync.progress import WHOLE, Progress

log = logging.getLogger(__name__)
PATIENCE = 2.0
"""Seconds that an answer waits: a backup that is made by then is told in the answer itself."""
BROKEN_OFF = "Loket berhenti sebelum cadangan itu selesai. Buat cadangan lagi."
UNEXPECTED = "Cadangan berhenti karena galat program. Data kantor tidak berubah; ulangi."
NO_KEY_LEFT = "Kunci itu sudah ditampilkan atau Loket sudah dijalankan ulang. Buat kunci pemulihan lain."
Work = Callable[[Progress], BackupResult]


class AskedBackup:
    """One backup under way, from its beginning. `owner`: the user name of whoever asked."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.percent = 0
        self.result = BackupResult(False, [UNEXPECTED])
        self.error: Exception | None = None
        self.ended = threading.Event()
        self.told_to = set[str]()

    @property
    def busy(self) -> bool:
        return not self.ended.is_set()

    def hear(self, done: int, everything: int) -> None:
        self.percent = WHOLE * done // everything

    def run(self, db: Database, work: Work, now: datetime) -> None:
        """In a thread of its own, whose connection is closed afterwards."""
        try:
            backup.note_failed(db, backup.ASKED, BROKEN_OFF, now)
            self.result = work(self.hear)
        except Problem as problem:
            self.error = problem
            self.result = BackupResult(False, [problem.sentence])
        except Exception as error:
            log.exception("the backup that was asked for failed")
            sentence = UNEXPECTED
            if stored := storage_problem(error):
                sentence = stored.sentence
            self.error = error
            self.result = BackupResult(False, [sentence])
        finally:
            try:
                backup.BackupFailure.remove(db, job=backup.ASKED)
                db.close()
            finally:
                self.ended.set()


class AskedBackups:
    """Of one side: the backup that runs, or the last one that did."""

    def __init__(self) -> None:
        self._last: AskedBackup | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> AskedBackup | None:
        if self._last is not None and self._last.busy:
            return self._last
        return None

    def begin(self, db: Database, owner: str, work: Work, now: datetime, *, with_key: bool) -> BackupResult | None:
        """Begin, or follow the one that runs. What it came to where it ended at once, else None: it goes on.

        Raises Problem where a key is asked for while another backup runs, and whatever the work raised at once.
        """
        with self._lock:
            asked = self.running
            if asked is not None and with_key:
                raise Problem.of("conflict", why=backup.BUSY)
            if asked is None:
                self._last = asked = AskedBackup(owner)
                threading.Thread(target=asked.run, args=(db, work, now), name="asked-backup", daemon=True).start()
        if not asked.ended.wait(PATIENCE):
            return None
        if asked.error is not None:
            raise asked.error
        asked.told_to.add(owner)
        if with_key and asked.result.key:
            return self.take_key(owner)
        return without_key(asked.result)

    def result_for(self, person: str) -> BackupResult | None:
        """What the last one came to, where this person has not been told. A new key is not in it."""
        last = self._last
        if last is None or last.busy or person in last.told_to:
            return None
        last.told_to.add(person)
        return without_key(last.result)

    def holds_key(self, person: str) -> bool:
        last = self._last
        return last is not None and not last.busy and last.owner == person and bool(last.result.key)

    def take_key(self, person: str) -> BackupResult:
        """The new key, once. Raises Problem."""
        with self._lock:
            last = self._last
            if last is None or not self.holds_key(person):
                raise Problem.of("conflict", why=NO_KEY_LEFT)
            taken = last.result
            last.result = without_key(last.result)
        return taken


def without_key(result: BackupResult) -> BackupResult:
    return replace(result, key="")


def broken_off(db: Database) -> str:
    """What to say of a backup that was asked for and never ended; nothing where none was."""
    row = backup.BackupFailure.first(db, job=backup.ASKED)
    if not row:
        return ""
    return f"Diminta {long_moment(parse_utc_text(row.failed_at))}. {row.sentence}"
