"""Who may do what. The office's profile says it (`schema/profiles`); everything that it does not give is denied."""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from app.core.problems import SENTENCES, Problem
from schema.profiles import Profile, load_profile


class Actor(msgspec.Struct, frozen=True, dict=True):
    """Who acts. `area` is the village code of a village clerk, else None; `title` the post as letters name it.

    `sections` are the codes of the sections that a head of a section heads or acts for; None: whichever is asked for.
    """

    person_id: int
    name: str
    username: str
    roles: frozenset[str]
    area: str | None = None
    title: str = ""
    sections: frozenset[str] | None = None
    profile: Profile = load_profile()

    def duties_in(self, section: str) -> frozenset[str]:
        """The roles with which this person does the work of a section; an empty code is the counter's section.

        Those of other kinds of office are among them that the own ones fill (`Role.acts_as`).
        """
        held = self.held_in(section)
        if held == self.held_in(None):
            return self.duties
        return self.profile.fills(held)

    def held_in(self, section: str | None) -> frozenset[str]:
        """The own roles that count in a section (empty: the counter's; None: in any that serves applicants)."""
        if section is None:
            asked = self.profile.serving
        else:
            asked = frozenset({section or self.profile.counter_section})
        in_charge = self.sections is None or self.sections & asked
        if in_charge:
            return self.roles
        return self.roles - {self.profile.section_head}

    @cached_property
    def duties(self) -> frozenset[str]:
        """The roles with which this person does the work of any section that serves applicants."""
        return self.profile.fills(self.held_in(None))

    @property
    def elsewhere(self) -> bool:
        """Whether this is the head of a section that serves no applicants."""
        return self.held_in(None) != self.roles

    @property
    def post(self) -> str:
        return self.title or next((self.profile.label(role) for role in self.profile.roles if role in self.roles), "")

    @cached_property
    def village_only(self) -> bool:
        """Whether this person sees nothing but the own village."""
        return bool(self.roles) and self.roles <= self.profile.one_area

    @property
    def own_area(self) -> str | None:
        """The only village that this person sees, or None for all."""
        if not self.village_only:
            return None
        return self.area


SYSTEM = Actor(0, "Loket", "system", frozenset())


def may(actor: Actor | None, permission: str, section: str | None = None) -> bool:
    """Whether the actor holds a role that has the permission, for the work of a section (None: of any that serves).

    Raises KeyError for an unknown permission.
    """
    if actor is None:
        return False
    able = actor.profile.rights[permission]
    if permission not in actor.profile.section_work:
        return bool(able & actor.roles)
    return bool(able & actor.held_in(section))


def require(actor: Actor, permission: str, section: str | None = None) -> None:
    if not may(actor, permission, section):
        raise permission_problem(actor, permission, section=section)


def require_one(actor: Actor | None, permissions: Sequence[str]) -> None:
    """Raise Problem `forbidden` unless the actor has one of these permissions."""
    if not any(may(actor, permission) for permission in permissions):
        raise permission_problem(actor, *permissions)


def permission_problem(actor: Actor | None, *permissions: str, section: str | None = None) -> Problem:
    """Problem `forbidden`, which says who may; the head of another section reads whose work it is."""
    if actor is None:
        return Problem.of("forbidden")
    profile = actor.profile
    head = profile.section_head
    own_work = any(
        permission in profile.section_work and head in profile.rights[permission] for permission in permissions
    )
    if not own_work or actor.held_in(section) == actor.roles:
        able = profile.who_may(*permissions, side=profile.side_of(actor.roles))
        return refusal_naming(able)
    work = profile.section(section or "")
    if work.basis:
        name = f"{work.name} ({work.basis})"
    else:
        name = work.name
    return Problem.of(
        "other_section",
        section=name,
        head=profile.head_of(section or ""),
        overseer=profile.short(profile.overseer),
    )


def refusal_naming(able: str) -> Problem:
    """Problem `forbidden` that names who may; empty where nobody may."""
    if able:
        return Problem("forbidden", 403, SENTENCES["who_may"].format(roles=able))
    return Problem.of("forbidden")
