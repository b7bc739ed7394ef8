"""Exercises of the training office: what somebody in a role does in five minutes, as data (`schema/exercises.toml`)."""

from functools import cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from schema.definitions import read_structs
from schema.service_standard import Line, Part, Slug

EXERCISES = Path(__file__).with_name("exercises.toml")
MOST_STEPS = 5
MOST_ARRIVE = 5


class Step(Part, frozen=True, kw_only=True):
    """What is to be done, with gaps for the invented person; `done` names the deed that the journal must show. `whom`
    is which of the people that arrive it is about."""

    text: Annotated[str, Meta(min_length=1, max_length=400)]
    done: Slug
    whom: Annotated[int, Meta(ge=1, le=MOST_ARRIVE)] = 1


class Exercise(Part, frozen=True, kw_only=True):
    """An exercise for these roles. `about` are the kinds of office and services that have it, empty for every one;
    `begins` is the address of the page on which it begins. `arrive`: with how many people a dispatch comes then."""

    id: Slug
    title: Line
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    about: tuple[Line, ...] = ()
    begins: Annotated[str, Meta(pattern=r"^/[a-z/-]*$")]
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MOST_STEPS)]
    arrive: Annotated[int, Meta(ge=0, le=MOST_ARRIVE)] = 0


class Book(Part, frozen=True, kw_only=True):
    exercises: tuple[Exercise, ...]


@cache
def read_exercises() -> tuple[Exercise, ...]:
    """All of them in their order. Raises DefinitionError."""
    text = EXERCISES.read_text(encoding="utf-8")
    return read_structs(text, EXERCISES.name, Book, lambda _book: ()).exercises


def exercises_for(roles: frozenset[str], files: frozenset[str]) -> list[Exercise]:
    """Those of somebody with these roles, in an office of this kind with these services."""
    mine = (one for one in read_exercises() if roles & set(one.roles))
    return [one for one in mine if not one.about or files & set(one.about)]
