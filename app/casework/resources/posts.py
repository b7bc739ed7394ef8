"""Clause 9 at work: the posts of the standards in force, who holds them, since when one is vacant, who fits (9).

Every age and every experience is reckoned for a given day.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec

from app.casework.resources.queries import first_day_of_run, listed_posts
from app.casework.resources.tables import Qualification
from app.core.clock import office_date
from app.core.dates import plain_date, stored_date
from app.core.procedure import engine
from app.core.text import fold_text, lower_first
from app.platform.office.queries import current_definition, list_standards, services_in_force
from app.platform.people.queries import acting_officials, actor_of, list_people, profile_of
from app.platform.people.tables import Person
from schema.database import Database, cached_until_next_entry
from schema.service_procedure import Definition
from schema.service_standard import Competence
from sync.entries import parse_utc_text

EDUCATION = {
    "sd": "SD sederajat",
    "smp": "SMP sederajat",
    "sma": "SMA, SMU, SMK sederajat",
    "d1": "D1",
    "d2": "D2",
    "d3": "D3",
    "d4": "D4 atau sarjana terapan",
    "s1": "S1",
    "s2": "S2",
    "s3": "S3",
}
LEVELS = (
    ("s3", r"s\W?3|doktor"),
    ("s2", r"s\W?2|magister|pascasarjana"),
    ("s1", r"s\W?1|d\W?(4|iv)|sarjana|diploma\s(4|iv)"),
    ("d3", r"d\W?(3|iii)|diploma\s(3|iii)"),
    ("d2", r"d\W?(2|ii)|diploma\s(2|ii)"),
    ("d1", r"d\W?(1|i)|diploma\s(1|i)"),
    ("sma", r"sma|smu|smk|slta|stm|smea|ma"),
    ("smp", r"smp|sltp|mts"),
    ("sd", r"sd|mi"),
)
"""What a standard may call a level, the highest first; D4 counts as S1."""
RANKS = {code: rank for rank, code in enumerate(EDUCATION)} | {"": -1, "d4": list(EDUCATION).index("s1")}
SPAN = re.compile(r"(\d{1,2})\s*(tahun|bulan)", re.IGNORECASE)
STATES = {
    "met": ("good", "Terpenuhi"),
    "missing": ("warn", "Belum"),
    "not_asked": ("idle", "Tidak dipersyaratkan"),
    "unstated": ("idle", "Tidak disebut standar"),
    "by_hand": ("wait", "Dinilai dengan membaca"),
}


class Demand(NamedTuple):
    """One thing that a post asks of a person: what the standard says, what is known, and how the two compare.

    `lacking` says in words what is still missing.
    """

    label: str
    asked: str
    held: str
    state: str
    lacking: str = ""


class Holder(NamedTuple):
    """Who holds a post; `acting` by a decree that ends, `until` the day of its end where it has one."""

    person_id: int
    name: str
    acting: bool
    until: date | None


class PostLine(msgspec.Struct, frozen=True):
    """A post of a standard; without `asked` the standard asks nothing of its holder but that there is one.

    `since` is the first day on which too few held it.
    """

    service: str
    title: str
    roles: frozenset[str]
    staff: int
    asked: Competence | None
    holders: tuple[Holder, ...]
    since: date | None

    @property
    def vacant(self) -> int:
        return max(self.staff - len(self.holders), 0)

    @property
    def sentence(self) -> str:
        """`Petugas Operator (KTP-el): diperlukan 1 orang, terisi 0 sejak 3 Maret 2026`."""
        since = ""
        if self.since:
            since = f" sejak {plain_date(self.since)}"
        return f"{self.title} ({self.service}): diperlukan {self.staff} orang, terisi {len(self.holders)}{since}"


class DemandedPost(NamedTuple):
    """A post as a standard has it: its title, the roles that it names, the section of its work."""

    title: str
    roles: frozenset[str]
    staff: int
    asked: Competence | None


def roles_of_post(post: Competence, named: Mapping[str, str]) -> frozenset[str]:
    if not post.roles and post.held_post in named:
        return frozenset([named[post.held_post]])
    return frozenset(post.roles)


def demanded_posts(definition: Definition, named: dict[str, str], outside: Collection[str]) -> list[DemandedPost]:
    """The posts of clause 9; beside them whoever performs a step and stands in none, for without him it stands still.

    `named`: label of a role → role, for a text that names no roles; `outside`: roles of people of other places.
    """
    posts = [
        DemandedPost(post.held_post, roles_of_post(post, named), post.staff, post) for post in listed_posts(definition)
    ]
    known = frozenset[str]().union(*(post.roles for post in posts))
    for actor in definition.actors:
        roles = frozenset(actor.roles) - frozenset(outside)
        if roles and not roles & known:
            posts.append(DemandedPost(actor.label, roles, 1, None))
            known |= roles
    return posts


def posts_of(db: Database, definition: Definition) -> list[DemandedPost]:
    profile = profile_of(db)
    named = {profile.label(role): role for role in profile.side_roles("office")}
    return demanded_posts(definition, named, profile.one_area)


@cached_until_next_entry
def post_lines(db: Database, on: date) -> Sequence[PostLine]:
    """Every post of the standards in force, with who holds it on a day."""
    lines = []
    for definition in services_in_force(db, on):
        for post in posts_of(db, definition):
            holders = holders_of(db, post, engine.section_of(definition), on)
            since = None
            if len(holders) < post.staff:
                since = vacant_since(db, definition.id, post, on)
            lines.append(
                PostLine(definition.short_name, post.title, post.roles, post.staff, post.asked, holders, since)
            )
    return tuple(lines)


def holders_of(db: Database, post: DemandedPost, section: str, on: date) -> tuple[Holder, ...]:
    """Who does the work of a post on a day: by an own role, or by a decree that runs."""
    profile = profile_of(db)
    acting = [official for official in acting_officials(db) if official.runs(on) and official.kind != "an"]
    own = {role for name in post.roles for role in profile.filled_by(name)}
    holders = []
    for person in list_people(db, active=True):
        actor = actor_of(db, person.id, on)
        if actor is None or not post.roles & actor.duties_in(section):
            continue
        decree = next(
            (official for official in acting if official.person_id == person.id and official.post in own), None
        )
        by_decree = False
        until = None
        if decree and not own & set(person.roles):
            by_decree = True
            until = decree.until_on
        holders.append(Holder(person.id, person.name, by_decree, until))
    return tuple(holders)


# -- since when ----------------------------------------------------------------------------------------------------


class Held(NamedTuple):
    """The roles of a person from a day on; none while the account is closed."""

    since: date
    roles: frozenset[str]


PERSON_KINDS = ("person.added", "person.disabled", "roles.set", "admin.reset")


def held_roles(db: Database, person_id: int) -> list[Held]:
    """What somebody's roles were from when on, as the journal has it."""
    marks = ", ".join("?" * len(PERSON_KINDS))
    rows = db.run(
        "SELECT j.kind, j.at, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id"
        f" LEFT JOIN journal_redaction r ON r.id = j.id WHERE j.subject = ? AND j.kind IN ({marks}) ORDER BY j.id",
        (f"person/{person_id}", *PERSON_KINDS),
    )
    active = True
    roles = frozenset[str]()
    held = list[Held]()
    for kind, at, body in rows:
        said: dict[str, Any] = msgspec.json.decode(bytes(body))
        if kind != "roles.set":
            active = bool(said.get("active", kind != "person.disabled"))
        roles = frozenset(said.get("roles", roles))
        present = roles
        if not active:
            present = frozenset()
        held.append(Held(office_date(parse_utc_text(at)), present))
    return held


def roles_on(held: Iterable[Held], day: date) -> frozenset[str]:
    return next((holding.roles for holding in reversed(list(held)) if holding.since <= day), frozenset())


def vacant_since(db: Database, service: str, post: DemandedPost, on: date) -> date | None:
    """The first of the days, without a break up to `on`, on which fewer held a post than the standard asked then.

    Nothing is said of days before the first person was entered."""
    profile = profile_of(db)
    own = {role for name in post.roles for role in profile.filled_by(name)}
    history = {person.id: held_roles(db, person.id) for person in list_people(db)}
    decrees = [official for official in acting_officials(db) if official.kind != "an" and official.post in own]
    standards = [
        date.fromisoformat(standard.effective_on) for standard in list_standards(db) if standard.service == service
    ]

    def is_short(day: date) -> bool:
        standing = {decree.person_id for decree in decrees if decree.runs(day)}
        present = [
            person
            for person, held in history.items()
            if own & roles_on(held, day) or (person in standing and roles_on(held, day))
        ]
        if min(standards) <= day:
            asked = posts_of(db, current_definition(db, service, day))
        else:
            asked = []
        return len(present) < next((demand.staff for demand in asked if demand.title == post.title), 0)

    entered = {holding.since for held in history.values() for holding in held}
    days = entered | set(standards) | {decree.from_on for decree in decrees}
    days |= {decree.until_on + timedelta(days=1) for decree in decrees if decree.until_on}
    known = [day for day in days if min(entered) <= day <= on]
    return first_day_of_run(known, is_short)


# -- who fits ------------------------------------------------------------------------------------------------------


class Known(msgspec.Struct, frozen=True):
    """What is known of a person; `filled` is false where nobody has written anything down."""

    education: str = ""
    study: str = ""
    working_since: date | None = None
    trainings: tuple[tuple[str, date], ...] = ()
    skills: frozenset[str] = frozenset()
    filled: bool = False


def known_of(db: Database, person_id: int) -> Known:
    row = Qualification.first(db, person_id=person_id)
    return to_known(row) if row else Known()


def to_known(row: Qualification) -> Known:
    trainings = tuple((load["name"], date.fromisoformat(load["on"])) for load in json.loads(row.trainings))
    since = stored_date(row.working_since)
    return Known(row.education, row.study, since, trainings, frozenset(json.loads(row.skills)), True)


def demands_of(asked: Competence | None, known: Known, on: date) -> list[Demand]:
    """Everything that a post asks, compared with what is known of a person on a day."""
    if asked is None:
        return []
    return [
        education_demand(asked.education, known),
        *training_demands(asked, known),
        experience_demand(asked.experience, known.working_since, on),
        *(skill_demand(skill, known) for skill in asked.skills),
    ]


def education_demand(asked: str, known: Known) -> Demand:
    held = ", ".join(filter(None, (EDUCATION.get(known.education, ""), known.study)))
    if not asked:
        return Demand("Pendidikan", "", held, "unstated")
    least = education_level(asked)
    if least is None:
        return Demand("Pendidikan", asked, held, "by_hand")
    met = RANKS[known.education] >= RANKS[least]
    state = "met" if met else "missing"
    return Demand("Pendidikan", asked, held, state, f"pendidikan {asked}")


def education_level(text: str) -> str | None:
    """The lowest level that a text names (`SMU sederajat`), or None where it names none."""
    named = [code for code, words in LEVELS if re.search(rf"\b({words})\b", text, re.IGNORECASE)]
    return named[-1] if named else None


def training_demands(asked: Competence, known: Known) -> list[Demand]:
    if not asked.training and asked.no_training:
        return [Demand("Pelatihan", "-", "", "not_asked")]
    if not asked.training:
        return [Demand("Pelatihan", "", "", "unstated")]
    held = {fold_text(name): on for name, on in known.trainings}
    return [training_demand(training, held.get(fold_text(training))) for training in asked.training]


def training_demand(asked: str, on: date | None) -> Demand:
    """`on`: the day of the training, where the person has had it."""
    if on is None:
        return Demand("Pelatihan", asked, "", "missing", lower_first(name_demand("Pelatihan", asked)))
    return Demand("Pelatihan", asked, plain_date(on), "met")


def name_demand(label: str, asked: str) -> str:
    """`Pelatihan Komputer`, whether the standard asks for `Komputer` or for `Pelatihan Komputer`."""
    if fold_text(asked).startswith(fold_text(label)):
        return asked
    return f"{label} {asked}"


def experience_demand(asked: str, since: date | None, on: date) -> Demand:
    label = "Pengalaman kerja"
    held = ""
    if since:
        held = span_words(since, on)
    if not asked:
        return Demand(label, "", held, "unstated")
    amount = SPAN.search(asked)
    if amount is None:
        return Demand(label, asked, held, "by_hand")
    months = int(amount[1])
    if amount[2].lower() == "tahun":
        months *= 12
    if since is None:
        return Demand(label, asked, "", "missing", f"pengalaman {asked.lower()}")
    enough = after_months(since, months)
    lacking = f"pengalaman {asked.lower()}, cukup pada {plain_date(enough)}"
    state = "met" if enough <= on else "missing"
    return Demand(label, asked, held, state, lacking)


def after_months(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, the first of the next one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def span_words(since: date, on: date) -> str:
    """`3 tahun 2 bulan`."""
    months = next(count for count in range(1200, -1, -1) if after_months(since, count) <= on or not count)
    years, rest = divmod(months, 12)
    words = []
    if years:
        words.append(f"{years} tahun")
    if rest or not years:
        words.append(f"{rest} bulan")
    return " ".join(words)


def skill_demand(asked: str, known: Known) -> Demand:
    held = ""
    state = "missing"
    if asked in known.skills:
        held = "Dinilai ada"
        state = "met"
    return Demand("Keterampilan", asked, held, state, asked[:1].lower() + asked[1:])


def lacking_words(demands: Iterable[Demand]) -> list[str]:
    return [demand.lacking for demand in demands if demand.state == "missing"]


class Fit(NamedTuple):
    """Somebody who holds a post, with what the post asks of him; empty `demands`: the standard asks nothing."""

    line: PostLine
    holder: Holder
    known: Known
    demands: list[Demand]

    @property
    def lacking(self) -> list[str]:
        return lacking_words(self.demands)

    @property
    def fits(self) -> bool:
        return not self.lacking


def fits_of(db: Database, on: date) -> list[Fit]:
    """Everybody who holds a post of a standard, post by post."""
    return [
        Fit(line, holder, known, demands_of(line.asked, known, on))
        for line in post_lines(db, on)
        for holder in line.holders
        for known in [known_of(db, holder.person_id)]
    ]


def skills_asked_of(db: Database, person: Person, on: date) -> list[str]:
    """The skills that the posts of a person ask, and those that were seen before."""
    mine = [fit for fit in fits_of(db, on) if fit.holder.person_id == person.id]
    asked = [skill for fit in mine if fit.line.asked for skill in fit.line.asked.skills]
    return list(dict.fromkeys((*asked, *sorted(known_of(db, person.id).skills))))


def trainings_asked(db: Database, on: date) -> list[str]:
    trainings = [training for line in post_lines(db, on) if line.asked for training in line.asked.training]
    return list(dict.fromkeys(trainings))
