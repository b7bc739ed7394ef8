"""What rooms hand to the desk: tasks, cards, and the lists and pictures beside them.

A room's `tasks.py` exports `DESK` (:class:`DeskParts`). The page sorts, counts and draws; no provider knows another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from app.casework.desk import oversight
from app.casework.desk.pictures import Picture
from app.core.dates import format_number
from app.core.permissions import Actor, may
from app.platform.office.deadlines import DueItem
from app.platform.office.queries import DueChangeProvider
from schema.database import Database

NO_BUTTON = ""
"""Verb of a row that asks for nothing but to be opened: its title is the link."""
MOST_TASKS = 8
"""Rows of one kind that a provider reads; of those that wait beyond it only the number."""


class Same(msgspec.Struct, frozen=True):
    """What is said of equal work in one row: `many` with the number in it, and the page where all of it stands.

    `whole`: two of them are one row already; else only those that find no place of their own. `every`: how many there
    are in the office, where these are only those of this person: the row then says `5 dari 6`.
    """

    many: str
    detail: str
    endpoint: str
    verb: str
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    whole: bool = True
    every: int = 0

    def row(self, like: "Task", count: int, due_on: date | None = None) -> "Task":
        """The one row for `count` of them; `like` is any."""
        number = format_number(count)
        if self.every > count:
            number = f"{number} dari {format_number(self.every)}"
        title = self.many.format(number)
        plain = {"case_id": None, "area": None, "main_key": "", "state": "", "word": "", "service": ""}
        return replace(
            like,
            title=title,
            detail=self.detail,
            endpoint=self.endpoint,
            verb=self.verb,
            values=self.values,
            count=count,
            due_on=due_on,
            same=self,
            **plain,
        )


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `endpoint` with `values` is the page that does it, `verb` its button; with
    `NO_BUTTON` the title leads there.

    `act` is what it asks of a person, by which a desk has its parts (`app.casework.desk.arranging.ACTS`); `same` tells
    what is equal work, and `count` for how many things this row stands.

    `state` is a state class (good, wait, warn, bad, idle, back, sent) with its `word`; `main_key` is whole and is
    masked when it is shown, as `service` does with its key; `unit` is that in which the days to `due_on` count; `area`
    is that of a case (empty: outside the kecamatan) or None; `tab` groups the list.
    """

    tab: str
    title: str
    detail: str
    endpoint: str
    verb: str
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    due_on: date | None = None
    case_id: int | None = None
    area: str | None = None
    main_key: str = ""
    state: str = ""
    word: str = ""
    service: str = ""
    act: str = ""
    count: int = 1
    same: Same | None = None
    unit: str = "working_days"


class Card(msgspec.Struct, frozen=True):
    """A small sheet beside the list, such as the blanks in stock at the centre and how old that figure is."""

    title: str
    lead: str
    text: str = ""
    lines: Sequence[tuple[str, str, str]] = ()
    endpoint: str = ""
    label: str = ""


Provider = Callable[[Database, Actor, datetime], list[Task]]
CardProvider = Callable[[Database, Actor, datetime], Card | None]


class DeskParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a room adds to Meja kerja and to the lists beside it (`WebRoom.desk`); each is asked `(db, actor, now)`
    unless it says else.

    `tasks` are rows of Meja kerja, `cards` its small sheets, `digests` words for its sentence, or nothing, `watched(db,
    now)` lists under Pengawasan, `pictures` its pictures, `due_items` what runs towards its limit, for the list of what
    is due, `due_changes(db)` dates that the calendar moves.
    """

    tasks: Sequence[Provider] = ()
    cards: Sequence[CardProvider] = ()
    digests: Sequence[Callable[[Database, Actor, datetime], str]] = ()
    watched: Sequence[Callable[[Database, datetime], oversight.Watched]] = ()
    pictures: Sequence[Callable[[Database, Actor, datetime], Picture | None]] = ()
    due_items: Sequence[Callable[[Database, Actor, datetime], Sequence[DueItem]]] = ()
    due_changes: Sequence[DueChangeProvider] = ()


def parts_of(rooms: Iterable[Any]) -> list[DeskParts]:
    """What each room adds, in the order of the rooms; those that add nothing are left out."""
    return [room.desk for room in rooms if room.desk is not None]


def with_act(act: str, same: Same | None = None) -> Callable[[Provider], Provider]:
    """What the tasks of a provider ask for, and with which they are equal work, where they do not say so themselves."""

    def name_act(ask: Provider) -> Provider:
        def answer(db: Database, actor: Actor, now: datetime) -> list[Task]:
            return [
                replace(asked_task, act=asked_task.act or act, same=asked_task.same or same)
                for asked_task in ask(db, actor, now)
            ]

        return answer

    return name_act


def asked_with(permission: str) -> Callable[[Provider], Provider]:
    """Tasks of people with a permission; of anybody else there are none."""

    def limit(ask: Provider) -> Provider:
        def answer(db: Database, actor: Actor, now: datetime) -> list[Task]:
            if not may(actor, permission):
                return []
            return ask(db, actor, now)

        return answer

    return limit
