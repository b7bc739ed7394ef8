"""What stands around every page: brand, rail by role, state of the exchange, who is signed in."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

import msgspec
from flask import current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from msgspec.structs import asdict

from app.core.dates import long_moment
from app.core.permissions import Actor, may
from app.platform.people.credentials import PASSWORD_RULES, has_pin, pin_counts_from, pin_decides
from app.platform.people.queries import post_words, profile_of
from app.platform.web import context, notices
from app.platform.web.context import PARTNER, Count, Nav, RoadStatus
from app.platform.web.forms import asks_code
from app.platform.web.guard import may_open, passive, signed_in
from app.platform.web.guide import GUIDE, find_place
from app.platform.web.notices import AuthorityNotice, SettledWarning, clock_warning
from app.platform.web.own_flask import LateFlask
from schema.database import Database, cached_until_next_entry

Made = TypeVar("Made")
MOST_KEPT = 2000
"""Of frames and tokens each."""
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
    the warnings of a damaged database, of a clock that is not trusted, of a side that came back and of what others say
    without proof, what was changed about rights, and the exercise of a training office."""

    place: str
    html: Markup
    damage: SettledWarning | None
    clock: SettledWarning | None
    returned: SettledWarning | None
    claimed: SettledWarning | None
    authority: AuthorityNotice | None
    practice: Any


class RailLines(msgspec.Struct, frozen=True):
    """The lines of the rail that a person sees, their endpoints, and those with a live count by their place."""

    items: tuple[Nav, ...]
    endpoints: tuple[str, ...]
    live: tuple[tuple[int, Count], ...]


class Around(msgspec.Struct, frozen=True):
    """Everything that masthead and rail depend on. `current` is the place of this page among the actor's lines (or -1),
    `counts` what waits behind each of them, `guide` the place of the guide that tells of it,
    `searched` what this request searched for."""

    token: str
    actor: Actor
    place: str
    endpoints: tuple[str, ...]
    current: int
    counts: tuple[int | None, ...]
    guide: str
    road: RoadStatus | None
    standard: tuple[str, str] | None
    search_words: str
    partner: str
    searched: str = ""


PART = re.compile(r"<(?:int:)?(\w+)>")
PLAIN = re.compile(r"[A-Za-z0-9_-]+")


class Addresses:
    """`url_for` as templates have it. A page has dozens of links, nearly all of them with numbers and plain names for
    the parts of an address: those are filled into it; whatever asks for more goes through Flask.

    `known` are addresses that the rooms tell in advance, by endpoint: a link to them loads no pages.
    """

    def __init__(self, app: LateFlask, known: Mapping[str, str]) -> None:
        self.app = app
        self.known = known
        self.patterns: dict[str, tuple[str, frozenset[str]]] = {}

    def find(self, endpoint: str, **values: Any) -> str:
        if not values and endpoint in self.known:
            return self.known[endpoint]
        pattern, parts = self.patterns.get(endpoint) or self.read_pattern(endpoint)
        if pattern and values.keys() == parts and all(map(is_plain, values.values())):
            return pattern.format_map(values)
        return url_for(endpoint, **values)

    def read_pattern(self, endpoint: str) -> tuple[str, frozenset[str]]:
        """`/berkas/{case_id}` and its parts; an empty one where the endpoint has several addresses or other parts."""
        if self.app.find_view(endpoint) is None:
            return "", frozenset()
        with self.app.turn:
            rules = [rule.rule for rule in self.app.url_map.iter_rules(endpoint)]
        pattern = PART.sub(r"{\1}", rules[0])
        if len(rules) > 1 or "<" in pattern:
            pattern = ""
        self.patterns[endpoint] = (pattern, frozenset(PART.findall(rules[0])))
        return self.patterns[endpoint]


def is_plain(value: object) -> bool:
    """Whether a value stands in an address as it is."""
    return type(value) is int or (type(value) is str and PLAIN.fullmatch(value) is not None)


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
    acts = (act for room in loket.rooms for act in room.acts)
    told = {item.endpoint: item.address for item in (*loket.nav, *acts) if item.address}
    return told | {endpoint: address for room in loket.rooms for endpoint, address in room.addresses.items()}


def make_rails(nav: Sequence[Nav]) -> Callable[[Database, Actor], RailLines]:
    @cached_until_next_entry
    def rail(db: Database, actor: Actor) -> RailLines:
        mine = (item for item in nav if may(actor, item.permission))
        items = tuple(item for item in mine if item.shown is None or item.shown(db))
        live = ((place, item.count) for place, item in enumerate(items) if item.count and item.live)
        return RailLines(items, tuple(item.endpoint for item in items), tuple(live))

    return rail


def rail_counts(mine: RailLines, actor: Actor) -> tuple[int | None, ...]:
    """What waits behind each line, None for nothing."""
    db = context.current_db()
    now = context.current_time()
    counts = list(current_app.extensions["loket_counts"](db, actor, context.current_date()))
    for place, ask in mine.live:
        counts[place] = ask(db, actor, now) or None
    return tuple(counts)


def split_rail(mine: Sequence[Nav], around: Around) -> Rail:
    """The lines that the person's desks name, in their order, and the rest by groups. A rest of one line is no rest."""
    db = context.current_db()
    links = []
    for number, (item, count) in enumerate(zip(mine, around.counts, strict=True)):
        if item.words:
            label = item.words(db)
        else:
            label = item.label
        address = page_address(item.endpoint, **item.values)
        links.append(Link(label, address, number == around.current, count, item.counted, item.key))
    first = first_lines(mine, around.actor)
    rest = [number for number in range(len(mine)) if number not in first]

    def group_of(number: int) -> str:
        if mine[number].group == PARTNER:
            return around.partner
        return mine[number].group

    by_group = groupby(rest, key=group_of)
    groups = [(group, [links[number] for number in numbers]) for group, numbers in by_group]
    return Rail([links[number] for number in first], groups, around.current in rest)


def first_lines(mine: Sequence[Nav], actor: Actor) -> list[int]:
    wanted = [endpoint for plan in actor.profile.desk_plans(actor.roles) for endpoint in plan.rail]
    places = {item.endpoint: number for number, item in enumerate(mine)}
    named = [places[endpoint] for endpoint in dict.fromkeys(wanted) if endpoint in places]
    first = (named or list(range(len(mine))))[:RAIL_LINES]
    if len(mine) - len(first) > 1:
        return first
    return [*first, *(set(range(len(mine))) - set(first))]


def settled_count(item: Nav, db: Database, actor: Actor, now: datetime) -> int | None:
    """What waits behind a line, None for nothing and for what changes without an entry."""
    if item.live or not item.count:
        return None
    return item.count(db, actor, now) or None


def make_settled_counts(
    rails: Callable[[Database, Actor], RailLines],
) -> Callable[[Database, Actor, date], tuple[int | None, ...]]:
    @cached_until_next_entry
    def counts(db: Database, actor: Actor, _today: date) -> tuple[int | None, ...]:
        now = context.current_time()
        return tuple(settled_count(item, db, actor, now) for item in rails(db, actor).items)

    return counts


def place_in_rail(items: Sequence[Nav]) -> int:
    endpoint = request.endpoint
    given = request.view_args or {}
    blueprint = request.blueprint
    for number, item in enumerate(items):
        if item.endpoint == endpoint and item.values == given:
            return number
    if not blueprint:
        return -1
    room = f"{blueprint}."
    return next((number for number, item in enumerate(items) if item.endpoint.startswith(room)), -1)


def page_address(endpoint: str, **values: Any) -> str:
    addresses: Addresses = current_app.extensions["loket_links"]
    return addresses.find(endpoint, **values)


def csrf_token() -> str:
    """The token of this session's forms. It has no time limit, so it is signed once and not on every page."""
    if "csrf_token" not in session:
        return str(generate_csrf())
    return remember("loket_tokens", session["csrf_token"], lambda: str(generate_csrf()))


def road_status() -> RoadStatus | None:
    ask = context.current_loket().shell.road_status
    if not ask:
        return None
    return ask(context.current_db(), context.current_actor(), context.current_time())


def page_frame() -> Frame | None:
    known = context.current_session()
    if known is None or known.locked or known.must_change or known.code_due:
        return None
    loket = context.current_loket()
    db = context.current_db()
    shell = loket.shell
    actor = known.actor
    standard = None
    if shell.standard:
        standard = (page_address(shell.standard[0]), shell.standard[1](db))
    mine: RailLines = current_app.extensions["loket_rails"](db, actor)
    places: dict[str, str] = current_app.extensions["loket_guide"]
    around = Around(
        csrf_token(),
        actor,
        shell.place(db),
        mine.endpoints,
        place_in_rail(mine.items),
        rail_counts(mine, actor),
        GUIDE + find_place(places.get(request.blueprint or "", ""), shell.side, shell.files(db), actor.roles),
        road_status(),
        standard,
        shell.search_words(db, context.current_date()),
        shell.partner(db, context.current_date()),
        g.get("searched", ""),
    )
    exercise = None
    if shell.practice:
        exercise = shell.practice()
    return Frame(
        around.place,
        draw_frame(mine.items, around),
        notices.damage_warning(),
        clock_warning(),
        notices.return_warning(),
        notices.claim_warning(),
        notices.authority_notice(known),
        exercise,
    )


def draw_frame(mine: Sequence[Nav], around: Around) -> Markup:
    """Masthead and rail; they stay from page to page until a count or the exchange changes. What somebody searched
    for may be a NIK: the frame that says it is drawn for one answer and kept nowhere."""

    def draw() -> Markup:
        return Markup(render_template("_frame.html", rail=split_rail(mine, around), **asdict(around)))

    if around.searched:
        return draw()
    return remember("loket_frames", around, draw)


@signed_in
@passive
def road_fragment() -> ResponseReturnValue:
    return render_template("_road.html", road=road_status())


def report_to() -> str:
    around = context.current_loket()
    if not around.shell.report_to:
        return ""
    return around.shell.report_to(around.journal.db)


def pin_waits_until() -> str:
    """From when the new PIN of this person decides; empty for one that decides already and for none."""
    db = context.current_db()
    person_id = context.current_actor().person_id
    begins = None
    if has_pin(db, person_id):
        begins = pin_counts_from(db, person_id)
    if begins and begins > context.current_time():
        return long_moment(begins)
    return ""


def own_pin_decides() -> bool:
    """Whether the PIN of this person confirms a decision now."""
    return pin_decides(context.current_db(), context.current_actor().person_id, context.current_time())


def install_layout(app: LateFlask) -> None:
    rails = make_rails(app.extensions["loket"].nav)
    addresses = Addresses(app, known_addresses(app.extensions["loket"]))

    def values() -> dict[str, Any]:
        known = context.current_session()
        loket = context.current_loket()
        profile = profile_of(loket.journal.db)

        def clauses_about(topic: str) -> str:
            """` (KTP-el butir 8)` behind a sentence, or nothing where no standard in force speaks of it."""
            named = loket.shell.clauses(loket.journal.db, context.current_date(), topic)
            return f" ({named})" if named else ""

        def allowed(permission: str) -> bool:
            return known is not None and may(known.actor, permission)

        return {
            "shell": loket.shell,
            "known": known,
            "frame": page_frame,
            "now": context.current_time(),
            "today": context.current_date(),
            "road_end": lambda: loket.shell.road_end(loket.journal.db),
            "place": lambda: loket.shell.place(loket.journal.db),
            "service_promise": lambda: loket.shell.promise(loket.journal.db, context.current_date()),
            "clauses_about": clauses_about,
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
        "loket_links": addresses,
        "loket_addresses": addresses.known,
        "loket_frames": {},
        "loket_tokens": {},
        "loket_rails": rails,
        "loket_counts": make_settled_counts(rails),
    }
    app.jinja_env.globals |= {
        "url_for": addresses.find,
        "csrf_token": csrf_token,
        "pin_waits_until": pin_waits_until,
        "pin_decides": own_pin_decides,
        "asks_code": asks_code,
        "PASSWORD_RULES": PASSWORD_RULES,
    }
    app.context_processor(values)
    app.add_url_rule("/kepala/sambungan", "road", road_fragment)
