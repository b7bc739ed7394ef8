"""What a view may ask about the running request: journal, database, moment, actor."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import msgspec
from flask import Blueprint, current_app, g, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people import sessions
from app.platform.people.sessions import Session
from app.platform.web.own_flask import LateFlask, Pages
from app.room import OfService
from schema.database import Database
from sync.journal import Journal

T = TypeVar("T")
Count = Callable[[Database, Actor, datetime], int | None]
FileReader = Callable[[Database, Actor, int, datetime], bool]
FilePage = Callable[[Database, int], tuple[str, str]]


PARTNER = "partner"
"""The group of the rail for the work with whoever works on cases outside of the office."""


class Nav(msgspec.Struct, frozen=True):
    """One line of the rail. `count` answers how much waits there (None or 0 shows nothing) and must be cheap; `counted`
    says what it counts ("siap dikirim"), with the words of the page and of the desk.

    It is asked again when the journal grew or the day changed; `live` counts, which read tables beside the journal,
    are asked for every page. `words(db)` is the label where the office's own definitions name it, `shown(db)`
    whether this side has such work at all. `address` is the one of the page, so that a line of the rail does not load
    the pages behind it. `key` is the letter that leads there from any page;
    `also` are other words under which the search finds it.
    """

    label: str
    endpoint: str
    permission: str
    group: str = "Loket"
    order: int = 50
    count: Count | None = None
    counted: str = ""
    live: bool = False
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    words: Callable[[Database], str] | None = None
    shown: Callable[[Database], bool] | None = None
    address: str = ""
    key: str = ""
    also: str = ""


class Found(msgspec.Struct, frozen=True):
    """A thing that a search found: its name, a line about it, its page. `exact`: the text names this one and no other,
    as a whole number or a code does."""

    title: str
    note: str
    address: str
    exact: bool = False


class Finder(msgspec.Struct, frozen=True):
    """How a room finds its things of one kind: `find(db, actor, text)`, at most :data:`MOST_OF_A_KIND`, the best first.

    Whoever lacks the permission is shown none. `typing`: asked again with each letter that is typed, so it finds papers
    by number or word; people are looked for on demand only, which `traced` writes into the access log. `asked` is False
    where the page of the search finds the same in its own way.
    """

    kind: str
    permission: str
    find: Callable[[Database, Actor, str], Sequence[Found]]
    typing: bool = True
    asked: bool = True
    traced: bool = False


MOST_OF_A_KIND = 8
"""Things of one kind that a search lists; whoever wants more types more."""


class CaseSheet(msgspec.Struct, frozen=True):
    """A sheet that a room above the desk puts on the page of a case; `wide` stands in its main column."""

    title: str
    body: Markup
    wide: bool = False


class Sheet(OfService, frozen=True, kw_only=True):
    """A sheet on the page of a case that the room concerns: `draw(db, actor, case, definition, now)`, or None."""

    draw: Callable[..., CaseSheet | None]


class ServicePages(msgspec.Struct, frozen=True, kw_only=True):
    """What a room adds to the pages of one service: its rules (`ServiceRules` in app/casework/desk/findings.py), and
    what gives the words of its lists and what the journal says of a line, for the importer."""

    rules: Any = None
    register: Callable[[], tuple[Any, Any]] | None = None


class FileOwner(msgspec.Struct, frozen=True, kw_only=True):
    """What a room knows of the files of a subject (`case`, `letter`).

    `can_see` says whether somebody may see them, `page` what the subject is called and where its page is, `can_remove`
    who of those may destroy one; `rights` are the permissions of seeing and destroying, for the sentence to whoever may
    not.
    """

    can_see: FileReader | None = None
    page: FilePage | None = None
    can_remove: Callable[[Actor, Any], bool] | None = None
    rights: tuple[str, str] = ("", "")


class WebRoom(msgspec.Struct, frozen=True):
    """The pages of a room, and what it puts on pages of the rooms below it.

    A room names its :class:`Pages`, and everything else with `late("module:name")`: it imports nothing but that.
    `addresses` are those of its pages to which every page links, as :attr:`Nav.address`, by endpoint.
    `filters` are words of the templates.
    `acts` are pages on which something new begins, for the search, and `finders` what it finds of this room.
    `special` names the page that performs a special step: its endpoint (it takes case_id), or a function of case_id.
    `desk` is what it adds to Meja kerja (`DeskParts` in app/casework/desk/parts.py), or None.
    `services` by their id; `files` by the subject that owns them.
    `links` are label and address of what a room knows of a thing of a lower one, or None: of a line of the book
    (`complaint`, `(db, actor, id)`), of an indicator (`indicator`, `(db, actor, key, period)`).
    `board(db)` is a sheet that hangs on the notice board beside the recap, or None.
    `guide` are the places of the guide that tell of its pages, by blueprint (`""`: of all others): pages, each with a
    heading, `loket#permohonan desa`; `app.platform.web.guide.find_place` chooses the reader's. An empty one leads to
    the page of his role.
    `health(db, now)` are lines for the state of the system, of what does not work. `clause_pages`: what a chapter of a
    standard is about (`Section.topic`, `shows`) → words, endpoint and permission of the page that works with it.
    """

    blueprints: Sequence[Blueprint | Pages]
    nav: Sequence[Nav] = ()
    addresses: Mapping[str, str] = {}
    filters: Mapping[str, Callable[..., str]] = {}
    acts: Sequence[Nav] = ()
    finders: Sequence[Finder] = ()
    desk: Any = None
    special: Mapping[str, str | Callable[[int], str]] = {}
    services: Mapping[str, ServicePages] = {}
    sheets: Sequence[Sheet] = ()
    files: Mapping[str, FileOwner] = {}
    links: Mapping[str, Callable[..., tuple[str, str] | None]] = {}
    board: Callable[[Database], Markup | None] | None = None
    health: Callable[[Database, datetime], Sequence[Any]] | None = None
    clause_pages: Mapping[str, tuple[str, str, str]] = {}
    guide: Mapping[str, str] = {}

    def guide_places(self) -> Mapping[str, str]:
        """By the name of each of its blueprints."""
        default = self.guide.get("", "")
        return {pages.name: self.guide.get(pages.name, default) for pages in self.blueprints}


class RoadStatus(msgspec.Struct, frozen=True):
    """The exchange as the header shows it: `state` is good, sent, idle (offline, normal) or warn. `run`: the endpoint
    that exchanges at once, where there is somebody to exchange with. `note` is what the desk says in place of `detail`,
    which stands above every page."""

    state: Literal["good", "sent", "idle", "warn"]
    title: str
    detail: str
    endpoint: str
    run: str = ""
    note: str = ""


class Shell(msgspec.Struct, frozen=True):
    """What one side (office or centre) puts around every page; built by run.py, which knows all rooms.

    `place(db)` is the name under the brand, `road_status` the unsent count and its age, `villages(db)` the
    (code, name) pairs that a village clerk may belong to, `setup` the endpoint of an empty office's first page,
    `lead_to_set_up()` the answer that leads there from a page that is open to everybody, or None,
    `standard` the endpoint and text of the service standard linked from every page, `idle` seconds to the lock,
    `promise(db, on)` is what the services promise on a day, `search_words(db, on)` what the search box finds,
    `partner(db, on)` the heading of the rail's group :data:`PARTNER`,
    `duty(db, actor, now)` is the address of a page that waits for this person before the work of the day, or nothing,
    `road_end(db)` where the exchange with the partner leads,
    `clauses(db, on, topic)` names where the standards in force speak of something,
    `files(db)` are the kind of office and the services that the guide tells of,
    `report_to(db)` whom to tell about a hole or leaked data, `clock` the endpoint of the page where a person settles a
    clock that jumped, `returned` of the one where a person confirms that this side came back,
    `practice()` the exercise that is shown beside every page of a training office, or None.
    """

    side: Literal["office", "centre"]
    place: Callable[[Database], str]
    home: str
    search: str | None = None
    setup: str | None = None
    lead_to_set_up: Callable[[], ResponseReturnValue | None] = lambda: None
    standard: tuple[str, Callable[[Database], str]] | None = None
    road_status: Callable[[Database, Actor, datetime], RoadStatus | None] | None = None
    villages: Callable[[Database], Sequence[tuple[str, str]]] = lambda _db: ()
    report_to: Callable[[Database], str] | None = None
    promise: Callable[[Database, date], str] = lambda _db, _on: ""
    search_words: Callable[[Database, date], str] = lambda _db, _on: "nama atau nomor"
    partner: Callable[[Database, date], str] = lambda _db, _on: "Mitra"
    road_end: Callable[[Database], str] = lambda _db: "mitra"
    duty: Callable[[Database, Actor, datetime], str] = lambda _db, _actor, _now: ""
    clauses: Callable[[Database, date, str], str] = lambda _db, _on, _topic: ""
    files: Callable[[Database], frozenset[str]] = lambda _db: frozenset()
    idle: int = 600
    insecure: bool = False
    clock: str = ""
    returned: str = ""
    practice: Callable[[], Any] | None = None


class Surroundings(msgspec.Struct):
    """What stands beside the journal: the data folder, the sync and the backups as the side's pages see them.

    `begin_rooms(journal, now)` writes what the rooms begin with, after the set-up. `people_arrive(now)` brings the
    invented people with whom exercises of a training centre begin.
    """

    data: Path = Path()
    sync: Any = None
    backups: Any = None
    begin_rooms: Callable[[Journal, datetime], None] = lambda journal, now: None
    people_arrive: Callable[[datetime], None] = lambda now: None


class Loket(msgspec.Struct, frozen=True):
    """A side as its pages see it. `rules` are those of services, as they were loaded (:func:`service_rules`)."""

    shell: Shell
    journal: Journal
    nav: tuple[Nav, ...]
    rooms: tuple[WebRoom, ...]
    surroundings: Surroundings
    rules: dict[str, Any] = {}


def current_pages() -> LateFlask:
    return cast(LateFlask, current_app)


def current_loket() -> Loket:
    loket: Loket = current_app.extensions["loket"]
    return loket


def links_of(thing: str, *asked: Any) -> list[tuple[str, str]]:
    """Label and address of all that rooms know of a thing (`WebRoom.links`)."""
    known = (room.links[thing](*asked) for room in current_loket().rooms if thing in room.links)
    return [link for link in known if link is not None]


def service_rules(service_id: str, otherwise: T) -> T:
    """The rules that a room adds for its service, for whoever reads this page; `otherwise` where none adds any."""
    loket = current_loket()
    if service_id not in loket.rules:  # a room's rules are loaded when they are first asked for
        known = [room.services[service_id].rules for room in loket.rooms if service_id in room.services]
        loket.rules[service_id] = next((rules.load() for rules in known if rules is not None), None)
    rules = loket.rules[service_id]
    if rules is None:
        return otherwise
    return rules.for_reader(current_actor(), current_time(), remote_address())


def surroundings() -> Surroundings:
    return current_loket().surroundings


def current_journal() -> Journal:
    return current_loket().journal


def current_db() -> Database:
    return current_loket().journal.db


def current_time() -> datetime:
    """The moment of this request, one and the same from its start to its end (aware UTC)."""
    known: datetime | None = g.get("now")
    if known is None:
        known = g.now = current_app.config["CLOCK"]()
    return known


def current_date() -> date:
    known: date | None = g.get("today")
    if known is None:
        known = g.today = office_date(current_time())
    return known


def current_session() -> Session | None:
    """The open or locked session that the cookie names, read once per request, or None."""
    known: Session | Literal[False] | None = g.get("session_row", False)
    if known is False:
        token = session.get("sid")
        known = None
        if token:
            known = sessions.find_session(current_db(), token, now=current_time(), idle=current_loket().shell.idle)
        g.session_row = known
    return known


def call_command(command: Callable[..., T], **values: Any) -> T:
    """Call a command of this side for whoever is signed in, at the moment of this request."""
    return command(current_journal(), current_actor(), now=current_time(), **values)


def forget_session() -> None:
    g.pop("session_row", None)


def remote_address() -> str:
    """The address of the machine that asks, as it stands in the access log."""
    return request.remote_addr or ""


def current_actor() -> Actor:
    """Who acts in this request. Raises Problem `sign_in` when nobody is signed in or the screen is locked."""
    known = current_session()
    if known is None or known.locked:
        raise Problem.of("sign_in")
    return known.actor
