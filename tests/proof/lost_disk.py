"""The whole disk thrown away: an office at work with a continuous copy on a stick, and what comes back from the stick.

Each round is a day of random work with an exchange now and then. Every simulated minute the copy is brought up, with
faults in between: the stick is pulled and put back, the program is killed before, within or after an increment and
begins anew, a backup is made. Then the data folder is gone. Another PC restores from the stick: `verify` must find
nothing, and every entry that was written before the last whole minute must be there with its hash, received ones too.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from app import compose
from app.platform.backups.continuous import CopyKeeper
from app.platform.backups.service import Backups
from schema.database import Database, open_office
from sync import increments
from sync.backup import backup_moment
from sync.increments import Continued
from sync.restore import confirm_key, draw_key, keep_unconfirmed, restore_backup
from tests.proof.pair import OFFICE, Pair, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker

MINUTE = timedelta(minutes=1)
KILLED = ("before the file", "within the file", "before it was noted")


class KilledError(BaseException):
    """The program ends here."""


@dataclass
class LostDisk:
    """`entries`: of all offices that were lost; `minutes`: rounds of the copy; `late`: entries that were written after
    the last whole minute and did not come back; `lost`: others that did not."""

    rounds: int = 0
    minutes: int = 0
    kills: int = 0
    entries: int = 0
    late: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self, seed: int) -> str:
        return (
            f"lost disk: seed {seed}, rounds {self.rounds}, minutes {self.minutes}, kills {self.kills}, entries"
            f" {self.entries}, not yet copied {self.late}, lost {self.lost}"
        )


class Office:
    """An office with its stick. `known`: journal id → hash when the copy was last whole."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.stick, self.pulled = folder / "stick", folder / "pulled"
        self.stick.mkdir(parents=True)
        self.pair: Pair = pair(folder)
        self.worker = Worker(self.pair, chance)
        self.db = self.pair.office.db
        self.recipient, self.secret = draw_key()
        keep_unconfirmed(self.db, self.recipient, self.secret, self.pair.now)
        confirm_key(self.db, self.secret[-6:], "laila", self.pair.now)
        self.keeper = self.started()
        self.known: dict[int, bytes] = {}
        self.keeper.choose(self.pair.who("wiji"), str(self.stick), self.pair.now)

    def started(self) -> CopyKeeper:
        """The program, begun anew."""
        return CopyKeeper(Backups(self.pair.office.journal, "office", self.folder / "kantor"))

    def minute(self, figures: LostDisk) -> None:
        """The next minute of the clock, with whatever goes wrong in it."""
        self.pair.later(minutes=1)
        figures.minutes += 1
        if self.chance.random() < 0.1:
            (self.pulled if self.pulled.exists() else self.stick).rename(
                self.stick if self.pulled.exists() else self.pulled
            )
        hashes = hashes_of(self.db)
        if self.chance.random() < 0.15:
            figures.kills += 1
            with killed(self.chance.choice(KILLED)), suppress(KilledError):
                self.keeper.tick(self.pair.now)
            self.keeper = self.started()
        elif self.keeper.tick(self.pair.now):
            self.known = hashes

    def lose(self, figures: LostDisk) -> None:
        """The disk is gone; another PC has the stick alone."""
        if self.pulled.exists():
            self.pulled.rename(self.stick)
        last = hashes_of(self.db)
        self.pair.close()
        shutil.rmtree(self.folder / "kantor")
        figures.rounds += 1
        figures.entries += len(last)
        restored = self.restore(figures)
        missing = {number for number, digest in self.known.items() if restored.get(number) != digest}
        figures.lost += len(missing)
        figures.late += len(set(last) - set(self.known) - set(restored))
        if missing:
            figures.faults.append(f"{self.folder.name}: {len(missing)} entries of a whole minute are gone")

    def restore(self, figures: LostDisk) -> dict[int, bytes]:
        """What the stick gives back."""
        place = self.stick / "cadangan-loket"
        newest = max(place.glob("*.loket-cadangan"), default=None, key=moment_of)
        if newest is None:
            return {}
        continued, target = Continued(newest, self.secret), self.folder / "other" / "kantor.sqlite3"
        verdict = restore_backup(
            newest,
            self.secret,
            target,
            target.parent / "keys",
            "office",
            lambda db: compose.journal("office", db),
            self.pair.now,
            go_on=continued.apply,
        )
        figures.faults += [f"{self.folder.name}: {fault}" for fault in [*verdict.faults, continued.stopped] if fault]
        with closing(open_office(target)) as db:
            return hashes_of(db)


def moment_of(path: Path) -> tuple[datetime | None, int]:
    """When a backup was made; of two within one second the second has a number more in its name."""
    return backup_moment(path.name, OFFICE), len(path.name)


def hashes_of(db: Database) -> dict[int, bytes]:
    return {row[0]: bytes(row[1]) for row in db.run("SELECT id, hash FROM journal")}


@contextmanager
def killed(where: str) -> Iterator[None]:
    """The program dies at its next increment."""
    real = increments.write_whole

    def write(path: Path, data: bytes, mode: int) -> None:
        if where == "before the file":
            raise KilledError
        if where == "within the file":
            path.with_name(path.name + ".tmp").write_bytes(data[: len(data) // 2])
            raise KilledError
        real(path, data, mode)
        raise KilledError

    with mock.patch.object(increments, "write_whole", write):
        yield


def prove_lost_disk(folder: Path, rounds: int, seed: int, minutes: int = 40) -> LostDisk:
    """So many offices, each lost at a random minute of its day."""
    figures = LostDisk()
    for number in range(rounds):
        chance = random.Random(f"{seed}/{number}")
        office = Office(folder / f"office-{number}", chance)
        for _ in range(chance.randint(minutes // 4, minutes)):
            for _ in range(chance.randint(0, 8)):
                office.worker.do_one(DEEDS)
            if chance.random() < 0.05:
                office.pair.sync()
            if chance.random() < 0.03:
                office.keeper.backups.go(office.pair.now)
            office.minute(figures)
        for _ in range(chance.randint(0, 3)):
            office.worker.do_one(DEEDS)
        office.lose(figures)
        shutil.rmtree(office.folder)
    return figures
