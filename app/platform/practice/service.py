"""How far somebody is with an exercise, and beginning it anew.

Nothing of this stands in the journal: an exercise is what somebody did since he began it. When that was is kept in the
file `latihan.json`, which also tells that a folder is for training.
"""

from datetime import datetime
from pathlib import Path
from threading import Lock

import msgspec

from app.core.clock import office_date
from app.core.permissions import Actor
from app.platform.office.queries import files_in_force, village_names
from app.platform.practice.deeds import bodies_of, entries_since
from app.platform.practice.invented import InventedPerson, invent_person
from schema.data_folder import PRACTICE_FILE, write_whole
from schema.database import Database, first_value
from schema.exercises import Exercise, exercises_for
from sync.journal import Journal

PIN = "274916"
"""Of everybody in a training office; the exercises say it."""
TURN = Lock()


class StepSeen(msgspec.Struct, frozen=True):
    text: str
    done: bool


class Progress(msgspec.Struct, frozen=True):
    """An exercise of somebody: its person and its steps, each with whether the journal shows it."""

    exercise: Exercise
    person: InventedPerson
    steps: tuple[StepSeen, ...]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def finished(self) -> bool:
        return self.done == len(self.steps)


def read_begun(data: Path) -> dict[str, int]:
    """Exercise of somebody → the entry of the journal after which he began."""
    return msgspec.json.decode((data / PRACTICE_FILE).read_bytes(), type=dict[str, int])


def write_begun(data: Path, begun: dict[str, int]) -> None:
    write_whole(data / PRACTICE_FILE, msgspec.json.encode(begun))


def begin_anew(journal: Journal, data: Path, actor: Actor, exercise: str) -> None:
    """The exercise begins once more: what was done so far does not count, and the person is another one."""
    newest = int(first_value(journal.db, "SELECT max(id) FROM journal"))
    with TURN:
        write_begun(data, read_begun(data) | {f"{actor.username}/{exercise}": newest})


def progress_of(journal: Journal, data: Path, actor: Actor, now: datetime) -> list[Progress]:
    """The exercises of somebody, in their order."""
    begun = read_begun(data)
    mine = exercises_for(actor.roles, files_in_force(journal.db))
    return [look_at(journal, actor, one, begun.get(f"{actor.username}/{one.id}", 0), now) for one in mine]


def look_at(journal: Journal, actor: Actor, exercise: Exercise, since: int, now: datetime) -> Progress:
    person = invent_person(f"{actor.username}/{exercise.id}/{since}", office_date(now), villages_of(journal.db, actor))
    entries = entries_since(journal, actor.username, since)
    steps = tuple(
        StepSeen(
            step.text.format(nama=person.name, nik=person.nik, pin=PIN),
            bool(bodies_of(step.done, entries, person.name)),
        )
        for step in exercise.steps
    )
    return Progress(exercise, person, steps)


def villages_of(db: Database, actor: Actor) -> list[tuple[str, str]]:
    """Those whose people somebody serves."""
    return [pair for pair in village_names(db).items() if not actor.area or pair[0] == actor.area]
