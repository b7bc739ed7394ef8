"""Who somebody is at a moment: roles, posts, sections, by decree too; lists of people and of what was changed.

Sections are written by the complaint book (`section.set`); who somebody is depends on them, so they are read here. Only
offices have heads of sections, and only offices have the table.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from app.core.clock import at_office
from app.core.permissions import Actor
from app.platform.people.events import CONSOLE
from app.platform.people.tables import Person
from schema.database import Database, cached_until_next_entry, first_column, to_stored_value
from schema.profiles import Profile, load_profile
from schema.struct_rows import select_structs


@cached_until_next_entry
def profile_of(db: Database) -> Profile:
    row = db.one("SELECT profile FROM office_profile")
    if row:
        return load_profile(row[0], db.folder)
    return load_profile()


def post_words(db: Database) -> dict[str, str]:
    """The posts of the profile inside a sentence, by what they do: `chief`, `overseer`, `section_head`."""
    profile = profile_of(db)
    return {what: profile.short(getattr(profile, what)) for what in ("chief", "overseer", "section_head")}


@cached_until_next_entry
def section_heads(db: Database) -> Mapping[str, tuple[str, str]]:
    """Code of each section in use → its name and the user name of its head (empty: nobody was named)."""
    known = {code: (item.name, "") for code, item in profile_of(db).sections.items() if item.serves}
    rows = db.run("SELECT code, name, head FROM section WHERE active = 1 ORDER BY code")
    return MappingProxyType(known | {code: (name, head) for code, name, head in rows})


def own_section(db: Database, username: str) -> str:
    counter = profile_of(db).counter_section
    heads = section_heads(db).items()
    return next((name for code, (name, head) in heads if head == username and code != counter), "")


def headed_sections(db: Database, person_id: int, username: str, on: date) -> frozenset[str]:
    """Codes of the sections that somebody with the role of a head heads or acts for (Plt., Plh.) on a date.

    A section for which the office has named no head is headed by everybody who is not named for another one. A decree
    for a vacant post counts when the head has left.
    """
    role = profile_of(db).section_head
    heads = section_heads(db)
    named = any(head == username for _, head in heads.values())
    decrees = db.run(
        "SELECT instead_of FROM acting WHERE person_id = ? AND post = ? AND kind IN ('plt', 'plh')"
        " AND from_on <= ? AND (until_on IS NULL OR until_on >= ?)",
        (person_id, role, to_stored_value(on), to_stored_value(on)),
    )
    replaced = {instead for (instead,) in decrees}

    def is_headed(head: str) -> bool:
        if head == username:
            return True
        if not head:
            return not named
        return bool(replaced) and stands_in(db, role, head, replaced)

    return frozenset(code for code, (_, head) in heads.items() if is_headed(head))


def stands_in(db: Database, role: str, head: str, replaced: Collection[int | None]) -> bool:
    """Whether decrees for these persons (None: for a vacant post) reach the section of a head."""
    row = db.one(
        "SELECT p.id, p.active, r.role IS NOT NULL FROM person p LEFT JOIN person_role r"
        " ON r.person_id = p.id AND r.role = ? WHERE p.username = ?",
        (role, head),
    )
    left = row is None or not (row[1] and row[2])
    return (row is not None and row[0] in replaced) or (left and None in replaced)


KINDS_OF_ACTING: dict[str, str] = {"plt": "Plt.", "plh": "Plh.", "an": "a.n."}
_RUNNING = "a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)"
_FOR_THE_SIGNER = (
    "(a.instead_of IS NULL OR a.instead_of = (SELECT min(r.person_id) FROM person_role r JOIN person h"
    " ON h.id = r.person_id WHERE r.role = ? AND (h.username = ? OR ? = '') AND (h.active = 1 OR h.id = a.instead_of)))"
)
"""A post with several holders signs by its first one, or by the head of the counter's section where the office has
named one: only who stands in for that one signs in the post's place."""


class ActingLine(msgspec.Struct, frozen=True):
    id: int
    post: str
    kind: str
    person_id: int
    name: str
    decree: str
    from_on: date
    until_on: date | None
    instead_of: int | None = None
    instead_name: str = ""
    heading: str = ""
    """`Plt. Camat`."""

    def runs(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Signatory(msgspec.Struct, frozen=True):
    """Who signs a paper for a post: `kind` is empty for the holder, else plt, plh or an (a.n.).

    `title` is what stands under an a.n. line: the signatory's own post.
    """

    post: str
    kind: Literal["", "plt", "plh", "an"]
    person_id: int
    name: str
    nip: str
    rank: str
    title: str
    decree: str = ""

    @property
    def prefix(self) -> str:
        """`Plt. `, `Plh. `, `a.n. ` or nothing, as it stands before the post."""
        if not self.kind:
            return ""
        return f"{KINDS_OF_ACTING[self.kind]} "


@cached_until_next_entry
def actor_of(db: Database, person_id: int, on: date) -> Actor | None:
    """The actor behind a person on an office date, or None when unknown or disabled.

    A Plt. or Plh. holds the rights of the post while the decree runs; a.n. only signs.
    """
    row = db.one("SELECT name, username, area, title FROM person WHERE id = ? AND active = 1", (person_id,))
    if row is None:
        return None
    roles = db.run(
        "SELECT role FROM person_role WHERE person_id = ? UNION SELECT a.post FROM acting a"
        f" WHERE a.person_id = ? AND a.kind IN ('plt', 'plh') AND {_RUNNING}",
        (person_id, person_id, on.isoformat(), on.isoformat()),
    )
    held = frozenset(role for (role,) in roles)
    profile = profile_of(db)
    heads = profile.section_head in held
    if heads:
        sections = headed_sections(db, person_id, row[1], on)
    else:
        sections = frozenset()
    actor = Actor(person_id, row[0], row[1], held, row[2], row[3], sections, profile)
    if heads and not row[3] and actor.elsewhere:
        return replace(actor, title=f"Kepala {own_section(db, row[1])}".strip())
    return actor


def actor_named(db: Database, username: str, on: date) -> Actor | None:
    row = db.one("SELECT id FROM person WHERE username = ?", (username.strip().lower(),))
    if not row:
        return None
    return actor_of(db, row[0], on)


def who_signs(db: Database, post: str, on: date, section: str = "") -> Signatory | None:
    """Who signs for a post on a date: the acting official, else the holder, else None.

    For the post of a head of a section: of this one (empty: the counter's).
    """
    profile = profile_of(db)
    heads = post == profile.section_head
    section = section or profile.counter_section
    head = ""
    if heads:
        head = section_heads(db).get(section, ("", ""))[1]
    if heads:
        label = profile.head_of(section)
    else:
        label = profile.label(post)
    acting = db.one(
        "SELECT a.kind, p.id, p.name, p.nip, p.rank, p.title, a.decree"
        " FROM acting a JOIN person p ON p.id = a.person_id"
        f" WHERE a.post = ? AND p.active = 1 AND {_RUNNING} AND {_FOR_THE_SIGNER}"
        " ORDER BY a.from_on DESC, a.id DESC LIMIT 1",
        (post, to_stored_value(on), to_stored_value(on), post, head, head),
    )
    if acting:
        kind, person_id, name, nip, rank, title, decree = acting
        return Signatory(post, kind, person_id, name, nip, rank, title or first_role_label(db, person_id), decree)
    row = db.one(
        "SELECT p.id, p.name, p.nip, p.rank, p.title FROM person_role r JOIN person p ON p.id = r.person_id"
        " WHERE r.role = ? AND p.active = 1 AND (p.username = ? OR ? = '') ORDER BY p.id LIMIT 1",
        (post, head, head),
    )
    if not row:
        return None
    return Signatory(post, "", row[0], row[1], row[2], row[3], row[4] or label)


def first_role_label(db: Database, person_id: int) -> str:
    held = set(first_column(db, "SELECT role FROM person_role WHERE person_id = ?", (person_id,)))
    profile = profile_of(db)
    return next((profile.label(role) for role in profile.in_order(held)), "")


def list_people(db: Database, *, active: bool | None = None) -> list[Person]:
    profile = profile_of(db)
    held = defaultdict(list)
    for person_id, role in db.run("SELECT person_id, role FROM person_role"):
        held[person_id].append(role)
    people = [row for row in Person.rows(db, order="active DESC, lower(name), id") if active in (None, row.active)]
    for person in people:
        person.roles = profile.in_order(held[person.id])
        person.role_names = profile.labels(person.roles)
    return people


def people_who_may(db: Database, permission: str) -> dict[str, str]:
    """User name → name of those who may do something by a role of theirs: whom a page offers and a command accepts."""
    able = profile_of(db).rights[permission]
    return {
        str(person.username): str(person.name) for person in list_people(db, active=True) if able & set(person.roles)
    }


def find_person(db: Database, person_id: int) -> Person | None:
    return next((person for person in list_people(db) if person.id == person_id), None)


@cached_until_next_entry
def person_names(db: Database) -> Mapping[str, str]:
    return MappingProxyType(dict(db.run("SELECT username, name FROM person")))


def acting_officials(db: Database) -> list[ActingLine]:
    rest = (
        "FROM acting a JOIN person p ON p.id = a.person_id LEFT JOIN person o ON o.id = a.instead_of"
        " ORDER BY a.from_on DESC, a.id DESC"
    )
    none = "coalesce(o.name, '')"
    profile = profile_of(db)
    lines = select_structs(ActingLine, db, rest, id="a.id", name="p.name", instead_name=none, heading="''")
    return [replace(line, heading=f"{KINDS_OF_ACTING[line.kind]} {profile.label(line.post)}") for line in lines]


def is_nobody_entered(db: Database) -> bool:
    return db.one("SELECT 1 FROM person LIMIT 1") is None


SHOWN_ALONE = timedelta(days=7)
"""How long every desk shows what one person did alone."""
MOST_SHOWN = 20
ACTS: dict[str, str] = {
    "added": "Akun dibuat",
    "roles": "Peran diganti",
    "password": "Kata sandi sementara diberikan",
    "acting": "Penunjukan pejabat sementara",
    "acting_end": "Hari terakhir pejabat sementara diganti",
    "disabled": "Akun dinonaktifkan",
    "enabled": "Akun diaktifkan lagi",
    "own_password": "Kata sandi diganti pemiliknya",
    "pin": "PIN baru dibuat",
    "vouched": "PIN baru dijamin",
    "authenticator": "Kode ponsel dipasang",
    "authenticator_off": "Kode ponsel dilepas pemiliknya",
    "authenticator_lost": "Kode ponsel dilepas karena ponselnya hilang",
    "spare_codes": "Kode cadangan baru dibuat",
    "spare_used": "Kode cadangan dipakai",
    "reset": "Administrator dipulihkan dengan kata sandi baru",
}
OWN_ACTS = ("pin", "own_password", "authenticator", "authenticator_off", "spare_codes", "spare_used")
"""What the owner of an account does himself, with his password or a code."""
PASSWORD_ACTS = ("added", "password", "reset")
"""Acts after which somebody else knows the password."""


SIGNERS = ("proposed_by", "second")


class Changed(msgspec.Struct, frozen=True):
    """One change as pages tell it; names in place of user names, `detail` in words."""

    id: int
    act: str
    person_id: int
    name: str
    proposed_by: str
    second: str
    detail: str
    alone: bool
    at: datetime

    @property
    def what(self) -> str:
        """`Peran diganti: Petugas Loket, Petugas Operator`."""
        act = ACTS.get(self.act, self.act)
        if self.detail:
            return f"{act}: {self.detail}"
        return act

    @property
    def who(self) -> str:
        """`Diusulkan Ratna Puspita, disetujui Budi Santoso`."""
        if self.act in OWN_ACTS:
            return "Dengan kata sandi pemilik akun"
        if self.act == "vouched":
            return f"Dijamin {self.second}"
        if self.proposed_by == CONSOLE:
            return "Dengan perintah di komputer kantor"
        if self.second == CONSOLE:
            return f"Diusulkan {self.proposed_by}, disahkan dengan perintah di komputer kantor"
        return f"Diusulkan {self.proposed_by}, disetujui {self.second}"


SET_UP_DAY = timedelta(days=1)
"""Until a day after the first person was entered, who typed the first passwords may vouch for the PINs too."""
FOUNDING_ACTS = ("pin", "vouched", "own_password", "authenticator", "spare_codes")
"""What everybody does on that day: it stands on the own page of its person, and raises no bar above the others."""


def set_up_until(db: Database) -> datetime | None:
    """When the day of the founding ends; None while nobody is entered."""
    row = db.one("SELECT min(added_at) FROM person")
    if row and row[0]:
        return datetime.fromisoformat(row[0]) + SET_UP_DAY
    return None


def _change_lines(db: Database, where: str, *params: object) -> tuple[Changed, ...]:
    source = "FROM authority_change c JOIN person p ON p.id = c.person_id"
    rest = f"{source} WHERE {where} ORDER BY c.id DESC LIMIT {MOST_SHOWN}"
    names = {who: f"coalesce((SELECT name FROM person WHERE username = c.{who}), c.{who})" for who in SIGNERS}
    changes = select_structs(Changed, db, rest, params, id="c.id", name="p.name", **names)
    return tuple(name_roles(db, change) for change in changes)


def name_roles(db: Database, change: Changed) -> Changed:
    """The detail of a change of roles in the words of the profile."""
    if change.act not in ("added", "roles"):
        return change
    labels = map(profile_of(db).label, change.detail.split())
    return replace(change, detail=", ".join(labels))


@cached_until_next_entry
def changes_about(db: Database, person_id: int, after: int = 0) -> tuple[Changed, ...]:
    return _change_lines(db, "c.person_id = ? AND c.id > ?", person_id, after)


@cached_until_next_entry
def changes_to_tell(db: Database, person_id: int, after: int) -> tuple[Changed, ...]:
    """What a person is told above each page: changes about him after the last that he has read."""
    return tuple(change for change in changes_about(db, person_id, after) if not is_founding(db, change))


@cached_until_next_entry
def changes_made_alone(db: Database, today: date) -> tuple[Changed, ...]:
    """What one person did alone in the last seven days, the newest first; not what founding an office takes."""
    lines = _change_lines(db, "c.alone = 1 AND c.at >= ?", to_stored_value(at_office(today - SHOWN_ALONE, 0)))
    return tuple(line for line in lines if not is_founding(db, line))


def is_founding(db: Database, change: Changed) -> bool:
    until = set_up_until(db)
    return change.act in FOUNDING_ACTS and until is not None and change.at < until


def last_password_givers(db: Database, person_id: int) -> frozenset[str]:
    """User names of the two who gave a person's password last; empty when the set-up gave it."""
    row = db.one(
        "SELECT proposed_by, second FROM authority_change WHERE person_id = ? AND act IN (?, ?, ?)"
        " ORDER BY id DESC LIMIT 1",
        (person_id, *PASSWORD_ACTS),
    )
    return frozenset(filter(None, row or ()))
