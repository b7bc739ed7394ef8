"""How far somebody is with an exercise, and beginning it anew.

Nothing of this stands in the journal: an exercise is what somebody did since he began it. When that was is kept in the
file `latihan.json`, which also tells that a folder is for training.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Lock

import msgspec

from app.core.clock import office_date
from app.core.permissions import Actor
from app.platform.people.queries import actor_named
from app.platform.practice.deeds import ARRIVED, entries_since, times_done
from app.platform.practice.invented import InventedPerson, invent_person
from schema.data_folder import PRACTICE_FILE, write_whole
from schema.database import first_column, first_value
from schema.exercises import Exercise, exercises_for
from sync.journal import Journal

PIN = "274916"
"""Of everybody in a training office; the exercises say it."""
TURN = Lock()
Village = tuple[str, str]
"""Code and name."""


class StepSeen(msgspec.Struct, frozen=True):
    text: str
    done: bool


class Progress(msgspec.Struct, frozen=True):
    """An exercise of somebody: its people and its steps, each with whether the journal shows it."""

    exercise: Exercise
    people: tuple[InventedPerson, ...]
    steps: tuple[StepSeen, ...]

    @property
    def person(self) -> InventedPerson:
        return self.people[0]

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


def progress_of(
    journal: Journal, data: Path, actor: Actor, now: datetime, *, files: frozenset[str], villages: Iterable[Village]
) -> list[Progress]:
    """The exercises of somebody, in their order. `files` are the kind of office and its services."""
    begun = read_begun(data)
    served = [village for village in villages if not actor.area or village[0] == actor.area]
    mine = exercises_for(actor.roles, files)
    return [look_at(journal, actor, one, begun.get(f"{actor.username}/{one.id}", 0), now, served) for one in mine]


def look_at(
    journal: Journal, actor: Actor, exercise: Exercise, since: int, now: datetime, villages: Sequence[Village]
) -> Progress:
    people = people_of(exercise, actor.username, since, office_date(now), villages)
    entries = entries_since(journal, actor.username, since)
    steps = []
    for step in exercise.steps:
        person = people[step.whom - 1]
        text = step.text.format(nama=person.name, nik=person.nik, pin=PIN, seri=person.blank)
        steps.append(StepSeen(text, bool(times_done(step.done, entries, person.name))))
    return Progress(exercise, people, tuple(steps))


def people_of(
    exercise: Exercise, username: str, since: int, today: date, villages: Sequence[Village]
) -> tuple[InventedPerson, ...]:
    """The person of an exercise, or all that arrive with it; their names follow from when it began."""
    seed = f"{username}/{exercise.id}/{since}"
    seeds = [seed, *(f"{seed}/{number}" for number in range(2, exercise.arrive + 1))]
    return tuple(invent_person(one, today, villages) for one in seeds)


def people_not_arrived(
    journal: Journal, data: Path, now: datetime, *, files: frozenset[str], villages: Sequence[Village]
) -> list[tuple[InventedPerson, ...]]:
    """The people of each exercise that begins with a dispatch, where it has not come yet."""
    begun = read_begun(data)
    today = office_date(now)
    found = []
    for username in first_column(journal.db, "SELECT username FROM person WHERE active = 1 ORDER BY id"):
        actor = actor_named(journal.db, username, today)
        if actor is None:
            continue
        for exercise in exercises_for(actor.roles, files):
            since = begun.get(f"{username}/{exercise.id}", 0)
            people = people_of(exercise, username, since, today, villages)
            if exercise.arrive and not times_done(ARRIVED, entries_since(journal, username, since), people[-1].name):
                found.append(people)
    return found
