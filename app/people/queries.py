"""Reading people: who somebody is at a moment, who holds or acts for a post, lists for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

import msgspec

from app.core.permissions import ROLES, Actor
from app.people.sections import HEAD, counter_head, heads_counter, own_section
from schema.database import Database, plain
from schema.remembered import remembered

POSTS = ("camat", "sekretaris", "kasi")
KINDS_OF_ACTING: dict[str, str] = {"plt": "Plt.", "plh": "Plh.", "an": "a.n."}
_RUNNING = "a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)"
_FOR_THE_SIGNER = (
    "(a.instead_of IS NULL OR a.instead_of = (SELECT min(r.person_id) FROM person_role r JOIN person h"
    " ON h.id = r.person_id WHERE r.role = ? AND (h.username = ? OR ? = '') AND (h.active = 1 OR h.id = a.instead_of)))"
)
"""A post with several holders signs by its first one, or by the head of the counter's section where the office has
named one: only who stands in for that one signs in the post's place."""


class PersonLine(msgspec.Struct, frozen=True):
    """A person as lists and forms show it; `roles` in the order of the office's table."""

    id: int
    username: str
    name: str
    nip: str
    rank: str
    title: str
    area: str | None
    active: bool
    roles: tuple[str, ...]

    @property
    def role_names(self) -> str:
        """`Petugas Loket, Petugas Operator`."""
        return ", ".join(ROLES[role] for role in self.roles)


class ActingLine(msgspec.Struct, frozen=True):
    """An acting official as the page lists it."""

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

    @property
    def heading(self) -> str:
        """`Plt. Camat`."""
        return f"{KINDS_OF_ACTING[self.kind]} {ROLES[self.post]}"

    def runs(self, on: date) -> bool:
        """Whether it is in force on that date."""
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
        return f"{KINDS_OF_ACTING[self.kind]} " if self.kind else ""


@remembered
def actor_of(db: Database, person_id: int, on: date) -> Actor | None:
    """The actor behind a person on an office date, or None when unknown or disabled.

    A Plt. or Plh. holds the rights of the post while the decree runs; a.n. only signs. A Kasi of another section
    than the counter's is marked so.
    """
    row = db.one("SELECT name, username, area, title FROM person WHERE id = ? AND active = 1", (person_id,))
    if row is None:
        return None
    roles = db.run(
        "SELECT role FROM person_role WHERE person_id = ? UNION SELECT a.post FROM acting a"
        f" WHERE a.person_id = ? AND a.kind IN ('plt', 'plh') AND {_RUNNING}",
        (person_id, person_id, plain(on), plain(on)),
    )
    held = frozenset(role for (role,) in roles)
    elsewhere = HEAD in held and not heads_counter(db, person_id, row[1], on)
    post = row[3] or (f"Kepala {own_section(db, row[1])}".strip() if elsewhere else "")
    return Actor(person_id, row[0], row[1], held, row[2], post, elsewhere)


def actor_named(db: Database, username: str, on: date) -> Actor | None:
    """The actor of a user name, for commands on the PC and tests."""
    row = db.one("SELECT id FROM person WHERE username = ?", (username.strip().lower(),))
    return actor_of(db, row[0], on) if row else None


def who_signs(db: Database, post: str, on: date) -> Signatory | None:
    """Who signs for `camat`, `sekretaris` or `kasi` on a date: the acting official, else the holder, else None."""
    head = counter_head(db) if post == HEAD else ""
    acting = db.one(
        "SELECT a.kind, p.id, p.name, p.nip, p.rank, p.title, a.decree"
        " FROM acting a JOIN person p ON p.id = a.person_id"
        f" WHERE a.post = ? AND p.active = 1 AND {_RUNNING} AND {_FOR_THE_SIGNER}"
        " ORDER BY a.from_on DESC, a.id DESC LIMIT 1",
        (post, plain(on), plain(on), post, head, head),
    )
    if acting:
        kind, person_id, name, nip, rank, title, decree = acting
        return Signatory(post, kind, person_id, name, nip, rank, title or own_post(db, person_id), decree)
    row = db.one(
        "SELECT p.id, p.name, p.nip, p.rank, p.title FROM person_role r JOIN person p ON p.id = r.person_id"
        " WHERE r.role = ? AND p.active = 1 AND (p.username = ? OR ? = '') ORDER BY p.id LIMIT 1",
        (post, head, head),
    )
    return Signatory(post, "", row[0], row[1], row[2], row[3], row[4] or ROLES[post]) if row else None


def own_post(db: Database, person_id: int) -> str:
    """The label of a person's first role, for the line under a.n."""
    held = {role for (role,) in db.run("SELECT role FROM person_role WHERE person_id = ?", (person_id,))}
    return next((label for role, label in ROLES.items() if role in held), "")


def people(db: Database, *, active: bool | None = None) -> list[PersonLine]:
    """Everybody by name, the active first; `active` keeps only one of both."""
    roles: dict[int, list[str]] = {}
    for person_id, role in db.run("SELECT person_id, role FROM person_role"):
        roles.setdefault(person_id, []).append(role)
    rows = db.run("SELECT id, username, name, nip, rank, title, area, active FROM person"
                  " ORDER BY active DESC, lower(name), id")  # fmt: skip
    order = list(ROLES)
    lines = [
        PersonLine(
            number,
            username,
            name,
            nip,
            rank,
            title,
            area,
            bool(on),
            tuple(sorted(roles.get(number, ()), key=order.index)),
        )
        for number, username, name, nip, rank, title, area, on in rows
    ]
    return lines if active is None else [line for line in lines if line.active == active]


def person(db: Database, person_id: int) -> PersonLine | None:
    """One person, or None."""
    return next((line for line in people(db) if line.id == person_id), None)


@remembered
def names(db: Database) -> Mapping[str, str]:
    """User name → name, for pages that show who did something (the journal keeps user names)."""
    return MappingProxyType(dict(db.run("SELECT username, name FROM person")))


def acting_officials(db: Database) -> list[ActingLine]:
    """All acting officials, the latest first."""
    rows = db.run(
        "SELECT a.id, a.post, a.kind, a.person_id, p.name, a.decree, a.from_on, a.until_on, a.instead_of, o.name"
        " FROM acting a JOIN person p ON p.id = a.person_id LEFT JOIN person o ON o.id = a.instead_of"
        " ORDER BY a.from_on DESC, a.id DESC"
    )
    return [
        ActingLine(
            number,
            post,
            kind,
            person_id,
            name,
            decree,
            date.fromisoformat(begin),
            date.fromisoformat(end) if end else None,
            instead_of,
            instead_name or "",
        )
        for number, post, kind, person_id, name, decree, begin, end, instead_of, instead_name in rows
    ]


def nobody_yet(db: Database) -> bool:
    """Whether the first person is still to be entered."""
    return db.one("SELECT 1 FROM person LIMIT 1") is None
