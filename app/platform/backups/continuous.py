"""The continuous copy: each minute what was written since the last backup, sealed, into a folder outside of this PC.

The folder is a stick that stays in, a second PC or a shared folder. It holds the last backups and beside the newest one
its increments (`sync/increments.py`); a newer backup takes their place. It works in a thread of its own, so that a
folder that does not answer holds up neither the counter nor the nightly backup.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.platform.backups.service import (
    COPY_MISSING,
    STICK_BACKUP_FOLDER,
    Backups,
    ContinuousCopy,
    Standing,
    backup_error_sentence,
    copy_and_compare,
    failure_words,
    has_continuous_copy,
    read_standing,
)
from sync import backup
from sync.backup import RETRY, BackupError, BackupFailure, MadeBackup, backups_where
from sync.entries import parse_utc_text
from sync.increments import (
    ENDING,
    KEPT_MARKS,
    DestroyedError,
    Increment,
    file_digest,
    increment_name,
    read_increment,
    write_increment,
)
from sync.restore import key_in_force
from sync.scheduler import MinuteThread
from sync.verification import read_snapshot

LONGEST_FOLDER = 240
MOST_AT_ONCE = 40
"""Increments of one round: many kept files go out in several."""
NO_FOLDER = (
    "Folder itu tidak ada di komputer ini, atau tidak dapat ditulisi. Pasang flashdisknya atau sambungkan folder "
    "bersamanya, lalu tulis alamatnya lengkap."
)
OWN_FOLDER = "Folder itu di dalam folder data Loket: disk yang rusak membawa serta salinannya. Pilih tempat lain."
OFFICE_ONLY = "Salinan tiap menit hanya untuk kantor. Pusat dicadangkan setiap malam, atau dengan alat PostgreSQL."
NO_KEY = "Pastikan dulu kunci pemulihan di halaman Cadangan."
NO_BASE = "Belum ada cadangan yang dapat dilanjutkan. Buat cadangan di halaman Cadangan."

log = logging.getLogger(__name__)


class CopyKeeper:
    """The continuous copy of one office."""

    def __init__(self, backups: Backups) -> None:
        self.backups = backups
        self.db = backups.db

    # -- as the page asks ----------------------------------------------------------------------------------------

    def choose(self, actor: Actor, folder: str, now: datetime) -> None:
        """Keep a copy in that folder from now on; an empty one ends it. Raises Problem."""
        require(actor, "backup.make")
        if not has_continuous_copy(self.db):
            raise Problem.of("conflict", why=OFFICE_ONLY)
        if not folder:
            ContinuousCopy.remove(self.db, id=1)
            self.backups.note("backup.copy_ended", actor.person_id, now)
            return
        path = check_folder(Path(folder), self.backups.data)
        if key_in_force(self.db) is None:
            raise Problem.of("conflict", why=NO_KEY)
        with self.db.writing():
            ContinuousCopy.remove(self.db, id=1)
            ContinuousCopy.add(self.db, id=1, folder=str(path), chosen_at=now)
        self.backups.note("backup.copy_chosen", actor.person_id, now)

    # -- each minute ---------------------------------------------------------------------------------------------

    def tick(self, now: datetime) -> bool:
        """Bring the copy up to now; whether it is. What keeps it from that stands on the page afterwards."""
        standing = read_standing(self.db)
        if standing is None:
            return False
        try:
            self.bring_up(standing, now)
        except (BackupError, OSError) as error:
            if not is_there(standing.place):
                sentence = COPY_MISSING
            else:
                sentence = backup_error_sentence(error)
            self.note(failed_at=now, sentence=sentence)
            return False
        self.note(whole_at=now, failed_at=None, sentence="")
        return True

    def bring_up(self, standing: Standing, now: datetime) -> None:
        """Raises BackupError, OSError."""
        if not is_there(standing.place):
            raise BackupError(COPY_MISSING)
        base = self.find_base() or self.fresh_base(now)
        if standing.base != base.name or not is_whole(standing):
            standing = self.begin(standing, base)
        try:
            for _ in range(MOST_AT_ONCE):
                made = self.next_increment(standing, now)
                if made is None:
                    return
                standing = self.put(standing, base, made)
        except DestroyedError:
            self.begin(standing, self.fresh_base(now, standing.base))
            self.bring_up_once(now)

    def bring_up_once(self, now: datetime) -> None:
        """What came while the new backup was made."""
        standing = read_standing(self.db)
        base = self.find_base()
        made = None
        if standing and base:
            made = self.next_increment(standing, now)
        if standing and base and made:
            self.put(standing, base, made)

    def find_base(self) -> MadeBackup | None:
        """The newest backup that a person can open, that still lies where it was made, and whose mark is known."""
        known = {name for (name,) in self.db.run("SELECT name FROM backup_mark")}
        for made in backups_where(self.db, "k.confirmed_at IS NOT NULL", most=KEPT_MARKS):
            if made.name in known and (Path(made.place) / made.name).is_file():
                return made
        return None

    def fresh_base(self, now: datetime, instead_of: str = "") -> MadeBackup:
        """A backup made now, unless the last try failed a moment ago. Raises BackupError."""
        failed = BackupFailure.first(self.db, job="make")
        if failed is None or not timedelta(0) <= now - parse_utc_text(failed.failed_at) < RETRY:
            self.backups.go(now)
        base = self.find_base()
        if base is None or base.name == instead_of:
            raise BackupError(failure_words(self.db) or NO_BASE)
        return base

    def begin(self, standing: Standing, base: MadeBackup) -> Standing:
        """Bring the backup there and let the increments of earlier ones go. Raises OSError."""
        target = standing.place / base.name
        if not (target.is_file() and target.stat().st_size == base.size):
            copy_and_compare(Path(base.place) / base.name, target)
        self.backups.prune(standing.place, base)
        stem = base.name.removesuffix(backup.ENDING)
        for path in standing.place.glob(f"{self.backups.journal.source}-*{ENDING}"):
            if not path.name.startswith(stem + "."):
                path.unlink(missing_ok=True)
        mark = self.db.one("SELECT journal, access, files FROM backup_mark WHERE name = ?", (base.name,))
        journal, access, files = mark or (0, 0, 0)
        self.note(base=base.name, number=0, journal=journal, access=access, files=files, small="")
        return read_standing(self.db) or standing

    def next_increment(self, standing: Standing, now: datetime) -> Increment | None:
        """What is to be written next, if anything. Raises DestroyedError, OSError."""
        number = standing.number + 1
        last = standing.place / increment_name(standing.base, standing.number)
        previous = ""
        if standing.number:
            previous = file_digest(last)
        with read_snapshot(self.db):
            return read_increment(self.db, standing.base, number, standing.mark, standing.small, now, previous)

    def put(self, standing: Standing, base: MadeBackup, made: Increment) -> Standing:
        """Write an increment and remember how far it reaches. Raises OSError."""
        write_increment(standing.place, standing.base, standing.number + 1, made.plain, base.recipient)
        if not standing.number:
            self.remove_leftovers(standing)
        reached = msgspec.structs.asdict(made.mark)
        self.note(number=standing.number + 1, small=made.small, **reached)
        return read_standing(self.db) or standing

    def remove_leftovers(self, standing: Standing) -> None:
        """Increments of the same backup from before it was begun anew: the first one now holds all that they did."""
        stem = standing.base.removesuffix(backup.ENDING)
        for path in standing.place.glob(f"{stem}.*{ENDING}"):
            if path.name != increment_name(standing.base, 1):
                path.unlink(missing_ok=True)

    def note(self, **values: object) -> None:
        with self.db.learning():
            ContinuousCopy.alter(self.db, {"id": 1}, **values)


def check_folder(path: Path, data: Path) -> Path:
    """The folder, with its place for copies made. Raises Problem."""
    place = path / STICK_BACKUP_FOLDER
    try:
        inside = path.resolve().is_relative_to(data.resolve())
        if not path.is_absolute() or not path.is_dir():
            raise Problem.of("invalid", {"folder": NO_FOLDER})
        if inside:
            raise Problem.of("invalid", {"folder": OWN_FOLDER})
        place.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        raise Problem.of("invalid", {"folder": NO_FOLDER}) from error
    return path


def is_whole(standing: Standing) -> bool:
    """Whether backup and newest increment lie where they were put."""
    last = standing.place / increment_name(standing.base, standing.number)
    return (standing.place / standing.base).is_file() and (not standing.number or last.is_file())


def is_there(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:
        return False


class CopyClock(MinuteThread):
    def __init__(self, keeper: CopyKeeper, clock: Callable[[], datetime]) -> None:
        super().__init__("copy", clock)
        self.keeper = keeper

    def tick(self, now: datetime) -> bool:
        return self.keeper.tick(now)

    def stop(self) -> None:
        """End the thread and bring the copy up once more; a folder that does not answer is not waited for."""
        self._stopped.set()
        if self._thread.ident:
            self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            return
        try:
            self.keeper.tick(self.clock())
        except Exception:
            log.exception("the continuous copy could not be brought up at the end")


STOP_SECONDS = 10.0
