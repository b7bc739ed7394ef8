"""What stands around every page: brand, rail by role, state of the road, who is signed in."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

import msgspec
from flask import current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from msgspec.structs import asdict

from app.core.permissions import Actor, may
from app.people.credentials import PASSWORD_RULES
from app.people.queries import post_words, profile_of
from app.web import context, notices
from app.web.context import PARTNER, Nav, RoadStatus
from app.web.guard import ANYONE, OPEN, passive, signed_in
from app.web.late_pages import LateFlask
from app.web.notices import AuthorityNotice, SettledWarning, clock_warning
from schema.database import Database
from schema.query_cache import cached_until_next_entry

Made = TypeVar("Made")
MOST_KEPT = 2000
"""Of addresses, frames, rails and tokens each."""
RAIL_LINES = 7
"""How many lines of the rail are always shown."""


class Link(msgspec.Struct, frozen=True):
    """A line of the rail; `counted` says what its number counts."""

    label: str
    href: str
    current: bool
    count: int | None
    counted: str
    key: str


class Rail(msgspec.Struct, frozen=True):
    """The lines that are always shown, and the others by their groups; `opened` when this page is one of those."""

    first: list[Link]
    groups: list[tuple[str, list[Link]]]
    opened: bool


class Frame(msgspec.Struct, frozen=True):
    """What base.html draws around a page of a signed-in person: masthead and rail as HTML, the place for the title,
    the warnings of a clock that is not trusted and of a side that came back, and what was changed about rights."""

    place: str
    html: Markup
    clock: SettledWarning | None
    returned: SettledWarning | None
    authority: AuthorityNotice | None


class Around(msgspec.Struct, frozen=True):
    """Everything that masthead and rail depend on. `current` is the place of this page among the actor's lines (or -1),
    `counts` what waits behind each of them, `searched` what this request searched for."""

    token: str
    actor: Actor
    place: str
    endpoints: tuple[str, ...]
    current: int
    counts: tuple[int | None, ...]
    road: RoadStatus | None
    standard: tuple[str, str] | None
    search_words: str
    partner: str
    searched: str = ""


def remember(name: str, key: Hashable, make: Callable[[], Made]) -> Made:
    """What was made for this key before, in one of the app's small memories; else it is made now and kept."""
    known: dict[Hashable, Made] = current_app.extensions[name]
    kept = known.get(key)
    if kept is None:
        if len(known) >= MOST_KEPT:
            known.clear()
        kept = known[key] = make()
    return kept


def known_addresses(loket: context.Loket) -> dict[str, str]:
    """Addresses of pages that the rooms tell in advance, by endpoint."""
    told = {one.endpoint: one.address for one in loket.nav if one.address}
    return told | {endpoint: address for room in loket.rooms for endpoint, address in room.addresses.items()}


def make_rails(nav: Sequence[Nav]) -> Callable[[Database, Actor], tuple[Nav, ...]]:
    @cached_until_next_entry
    def rail(db: Database, actor: Actor) -> tuple[Nav, ...]:
        mine = (item for item in nav if may(actor, item.permission))
        return tuple(item for item in mine if item.shown is None or item.shown(db))

    return rail


def rail_counts(mine: Sequence[Nav], actor: Actor) -> tuple[int | None, ...]:
    db, now = context.current_db(), context.current_time()
    settled: Mapping[str, int | None] = current_app.extensions["loket_counts"](db, actor, context.current_date())
    return tuple(
        (item.count(db, actor, now) if item.count and item.live else settled.get(item.label)) or None for item in mine
    )


def split_rail(mine: Sequence[Nav], around: Around) -> Rail:
    """The lines that the person's desks name, in their order, and the rest by groups. A rest of one line is no rest."""
    db = context.current_db()
    links = [
        Link(
            item.words(db) if item.words else item.label,
            page_address(item.endpoint, **item.values),
            number == around.current,
            count,
            item.counted,
            item.key,
        )
        for number, (item, count) in enumerate(zip(mine, around.counts, strict=True))
    ]
    first = first_lines(mine, around.actor)
    rest = [number for number in range(len(mine)) if number not in first]
    by_group = groupby(rest, key=lambda number: around.partner if mine[number].group == PARTNER else mine[number].group)
    groups = [(group, [links[number] for number in numbers]) for group, numbers in by_group]
    return Rail([links[number] for number in first], groups, around.current in rest)


def first_lines(mine: Sequence[Nav], actor: Actor) -> list[int]:
    """Places of the lines that are always shown."""
    wanted = [endpoint for plan in actor.profile.desk_plans(actor.roles) for endpoint in plan.rail]
    places = {item.endpoint: number for number, item in enumerate(mine)}
    named = [places[endpoint] for endpoint in dict.fromkeys(wanted) if endpoint in places]
    first = (named or list(range(len(mine))))[:RAIL_LINES]
    return first if len(mine) - len(first) > 1 else [*first, *(set(range(len(mine))) - set(first))]


def make_settled_counts(nav: Sequence[Nav]) -> Callable[[Database, Actor, date], Mapping[str, int | None]]:
    @cached_until_next_entry
    def counts(db: Database, actor: Actor, _today: date) -> Mapping[str, int | None]:
        mine = [item for item in nav if item.count and not item.live and may(actor, item.permission)]
        return {item.label: item.count(db, actor, context.current_time()) for item in mine if item.count}

    return counts


def place_in_rail(items: Sequence[Nav]) -> int:
    endpoint, given, blueprint = request.endpoint, request.view_args or {}, request.blueprint
    for number, item in enumerate(items):
        if item.endpoint == endpoint and item.values == given:
            return number
    if not blueprint:
        return -1
    room = f"{blueprint}."
    return next((number for number, item in enumerate(items) if item.endpoint.startswith(room)), -1)


def page_address(endpoint: str, **values: Any) -> str:
    """`url_for` as templates have it. An address depends on endpoint and values alone, so each is built only once.

    Those that the rooms tell in advance load no pages.
    """
    if not values and (told := current_app.extensions["loket_addresses"].get(endpoint)):
        return str(told)
    if endpoint[0] == "." or any(name[0] == "_" or type(value) is list for name, value in values.items()):
        return url_for(endpoint, **values)  # the first two ask the running request
    return remember("loket_links", (endpoint, *values.items()), lambda: url_for(endpoint, **values))


def csrf_token() -> str:
    """The token of this session's forms. It has no time limit, so it is signed once and not on every page."""
    if "csrf_token" not in session:
        return str(generate_csrf())
    return remember("loket_tokens", session["csrf_token"], lambda: str(generate_csrf()))


def road_status() -> RoadStatus | None:
    ask = context.current_loket().shell.road_status
    return ask(context.current_db(), context.current_actor(), context.current_time()) if ask else None


def page_frame() -> Frame | None:
    known = context.current_session()
    if known is None or known.locked or known.must_change:
        return None
    loket, db = context.current_loket(), context.current_db()
    shell, actor = loket.shell, known.actor
    standard = (page_address(shell.standard[0]), shell.standard[1](db)) if shell.standard else None
    mine: tuple[Nav, ...] = current_app.extensions["loket_rails"](db, actor)
    around = Around(
        csrf_token(),
        actor,
        shell.place(db),
        tuple(item.endpoint for item in mine),
        place_in_rail(mine),
        rail_counts(mine, actor),
        road_status(),
        standard,
        shell.search_words(db, context.current_date()),
        shell.partner(db, context.current_date()),
        g.get("searched", ""),
    )
    return Frame(
        around.place,
        draw_frame(mine, around),
        clock_warning(),
        notices.return_warning(),
        notices.authority_notice(known),
    )


def draw_frame(mine: Sequence[Nav], around: Around) -> Markup:
    """Masthead and rail; from page to page they are the same until a count or the road changes. What somebody searched
    for may be a NIK: the frame that says it is drawn for one answer and kept nowhere."""

    def draw() -> Markup:
        return Markup(render_template("_frame.html", rail=split_rail(mine, around), **asdict(around)))

    return draw() if around.searched else remember("loket_frames", around, draw)


@signed_in
@passive
def road_fragment() -> ResponseReturnValue:
    return render_template("_road.html", road=road_status())


def report_to() -> str:
    around = context.current_loket()
    return around.shell.report_to(around.journal.db) if around.shell.report_to else ""


def install_layout(app: LateFlask) -> None:

    def values() -> dict[str, Any]:
        known, loket = context.current_session(), context.current_loket()
        profile = profile_of(loket.journal.db)

        def allowed(permission: str) -> bool:
            return known is not None and may(known.actor, permission)

        def may_open(endpoint: str) -> bool:
            mark = getattr(app.find_view(endpoint), "loket_needs", ())
            return mark in (OPEN, ANYONE) or any(allowed(permission) for permission in mark)

        return {
            "shell": loket.shell,
            "known": known,
            "frame": page_frame,
            "now": context.current_time(),
            "today": context.current_date(),
            "road_end": lambda: loket.shell.road_end(loket.journal.db),
            "place": lambda: loket.shell.place(loket.journal.db),
            "service_promise": lambda: loket.shell.promise(loket.journal.db, context.current_date()),
            "csrf_token": csrf_token,
            "may": allowed,
            "may_open": may_open,
            "space": notices.space_warning,
            "report_to": report_to,
            "profile": profile,
            "words": profile.words,
            **post_words(loket.journal.db),
        }

    app.extensions |= {
        "loket_noted": {},
        "loket_links": {},
        "loket_addresses": known_addresses(app.extensions["loket"]),
        "loket_frames": {},
        "loket_tokens": {},
        "loket_rails": make_rails(app.extensions["loket"].nav),
        "loket_counts": make_settled_counts(app.extensions["loket"].nav),
    }
    app.jinja_env.globals |= {"url_for": page_address, "csrf_token": csrf_token, "PASSWORD_RULES": PASSWORD_RULES}
    app.context_processor(values)
    app.add_url_rule("/kepala/sambungan", "road", road_fragment)
