"""Profiles of offices: roles, posts, sections and what each role may do, as data (`schema/profiles/*.toml`).

Every profile gets the roles of the printing centre from `centre.toml`. The permissions that a profile may name are
those of `kecamatan.toml` and `centre.toml`: the code asks for them by name. What a profile does not give, nobody may.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from schema.service_standard import Line, Part, Slug
from schema.structs import convert_values
from schema.toml_lines import KeyPath, line_at, lines_of

PROFILES = Path(__file__).with_name("profiles")
STANDARD, CENTRE = "kecamatan", "centre"
MARKS = ("post", "with_place", "one_area", "administers", "weighty", "sets_up")
Permission = Annotated[str, Meta(pattern=r"^[a-z]+\.[a-z_]+$")]


class Role(Part, frozen=True, kw_only=True):
    """A role. `post`: signs papers, and others may act for it by decree; `with_place`: named with the office's place.

    `one_area`: sees one village only. `administers`: somebody must always hold one of these. `weighty`: beside the
    posts, what only a post confirms. `sets_up`: may have typed the first passwords.
    """

    id: Slug
    label: Line
    short: str = ""
    side: Literal["office", "centre"] = "office"
    post: bool = False
    with_place: bool = False
    one_area: bool = False
    administers: bool = False
    weighty: bool = False
    sets_up: bool = False
    groups: tuple[Slug, ...] = ()
    may: tuple[Permission, ...] = ()


class OfficeSection(Part, frozen=True, kw_only=True):
    """A section with which an office begins; `serves`: a standard may give it its work, on the ground of `basis`."""

    code: Slug
    name: Line
    basis: str = ""
    serves: bool = False


class FirstPerson(Part, frozen=True, kw_only=True):
    """An account that the set-up page asks for."""

    id: Slug
    label: Line
    roles: tuple[Slug, ...]


class ProfileFile(Part, frozen=True, kw_only=True):
    """A whole profile as it is written."""

    id: Slug
    name: Line
    chief: Slug
    overseer: Slug
    section_head: Slug
    counter_section: Slug
    section_work: tuple[Permission, ...] = ()
    groups: dict[Slug, tuple[Permission, ...]] = {}
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    sections: Annotated[tuple[OfficeSection, ...], Meta(min_length=1)]
    first_people: tuple[FirstPerson, ...] = ()


class ProfileError(ValueError):
    """A profile that may not be used; its text names file, line and key of every fault."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A profile ready for use. `rights`: permission → roles; `marks`: a mark of roles such as `post` → those that have
    it; `serving`: codes of the sections to which a standard may give its work."""

    file: ProfileFile
    roles: Mapping[str, Role]
    sections: Mapping[str, OfficeSection]
    rights: Mapping[str, frozenset[str]]
    marks: Mapping[str, frozenset[str]]
    serving: frozenset[str]
    section_work: frozenset[str]

    @property
    def posts(self) -> tuple[str, ...]:
        """Roles that are posts, the highest first."""
        return tuple(reversed(self.in_order(self.marks["post"])))

    def label(self, role: str) -> str:
        """The words of a role; one that this profile does not know is its id."""
        return self.roles[role].label if role in self.roles else role

    def post_named(self, text: str) -> str:
        """The post that a standard names by its id or label, perhaps with the place behind it; empty for none."""
        for role in self.roles.values():
            if role.post and (text in (role.id, role.label) or text.startswith(f"{role.label} ")):
                return role.id
        return ""

    def side_roles(self, side: str) -> tuple[str, ...]:
        return tuple(role.id for role in self.roles.values() if role.side == side)

    def in_order(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Roles in the order of the profile, each once."""
        asked = set(roles)
        return tuple(role for role in self.roles if role in asked)

    def short(self, role: str) -> str:
        """The words of a role inside a sentence: `Sekretaris`."""
        return self.roles[role].short or self.roles[role].label

    def labels(self, roles: Iterable[str]) -> str:
        """`Petugas Loket, Petugas Operator`."""
        return ", ".join(self.label(role) for role in self.in_order(roles))

    def section(self, code: str) -> OfficeSection:
        """A section by its code, one that the profile does not know under its code; empty: the counter's."""
        code = code or self.file.counter_section
        return self.sections.get(code) or OfficeSection(code=code, name=code)

    def head_of(self, section: str) -> str:
        """What the head of a section is called: `Kasi Pelayanan Umum`, `Kepala Seksi Sosial`."""
        if section in ("", self.file.counter_section):
            return self.label(self.file.section_head)
        return f"Kepala {self.section(section).name}"


@cache
def load_profile(name: str = STANDARD) -> Profile:
    """A profile by its id. Raises ProfileError for one that is unknown or faulty."""
    file = read_profile(PROFILES / f"{name}.toml")
    roles = {role.id: role for role in (*file.roles, *centre_roles())}
    given = {role.id: granted(file, role) for role in roles.values()}
    return Profile(
        file,
        roles,
        {one.code: one for one in file.sections},
        {name: frozenset(role for role, names in given.items() if name in names) for name in permissions()},
        {mark: frozenset(role.id for role in roles.values() if getattr(role, mark)) for mark in MARKS},
        frozenset(one.code for one in file.sections if one.serves),
        frozenset(file.section_work),
    )


def profile_names() -> list[str]:
    return sorted(path.stem for path in PROFILES.glob("*.toml") if path.stem != CENTRE)


@cache
def centre_roles() -> tuple[Role, ...]:
    values = tomllib.loads((PROFILES / f"{CENTRE}.toml").read_text(encoding="utf-8"))
    return convert_values(values["roles"], tuple[Role, ...])


@cache
def permissions() -> frozenset[str]:
    """Every permission that the code may ask for."""
    file = read_file(PROFILES / f"{STANDARD}.toml")
    return frozenset(name for role in (*file.roles, *centre_roles()) for name in granted(file, role))


def granted(file: ProfileFile, role: Role) -> frozenset[str]:
    """The permissions of a role, those of its groups included."""
    return frozenset(role.may).union(*(file.groups.get(group, ()) for group in role.groups))


def read_file(path: Path) -> ProfileFile:
    """The tables of a profile. Raises ProfileError."""
    try:
        return convert_values(tomllib.loads(path.read_text(encoding="utf-8")), ProfileFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProfileError(f"{path.name}: {error}") from error


def read_profile(path: Path) -> ProfileFile:
    """A profile that agrees with itself. Raises ProfileError with file, line and key."""
    file = read_file(path)
    faults = list(profile_faults(file))
    if faults:
        lines = lines_of(path.read_text(encoding="utf-8"))
        raise ProfileError("\n".join(f'{path.name}, baris {line_at(lines, key)}, kunci "{key[-1]}": {why}'
                                     for key, why in faults))  # fmt: skip
    return file


def profile_faults(file: ProfileFile) -> Iterator[tuple[KeyPath, str]]:
    """Every name in a profile that nothing stands behind."""
    roles, sections = {role.id: role for role in file.roles}, {one.code: one for one in file.sections}
    for i, role in enumerate(file.roles):
        if roles[role.id] is not role or role.id in {one.id for one in centre_roles()}:
            yield ("roles", i, "id"), f"peran {role.id} ditulis dua kali."
        yield from _unknown(("roles", i, "groups"), role.groups, file.groups, "kelompok izin")
        yield from _unknown(("roles", i, "may"), role.may, permissions(), "izin")
    for group, names in file.groups.items():
        yield from _unknown(("groups", group), names, permissions(), "izin")
    yield from _unknown(("section_work",), file.section_work, permissions(), "izin")
    for key in ("chief", "overseer", "section_head"):
        post = getattr(file, key)
        if post not in roles or not roles[post].post:
            yield (key,), f"{post} bukan jabatan; tulis peran dengan post = true."
    if file.counter_section not in sections or not sections[file.counter_section].serves:
        yield ("counter_section",), f"seksi {file.counter_section} tidak ada atau tidak melayani (serves = true)."
    for i, person in enumerate(file.first_people):
        yield from _unknown(("first_people", i, "roles"), person.roles, roles, "peran")
    for needed in ("people.manage", "office.settings"):
        if not any(needed in granted(file, role) for role in file.roles):
            yield ("roles",), f"tidak ada peran yang memiliki izin {needed}."


def _unknown(key: KeyPath, names: Any, known: Any, what: str) -> Iterator[tuple[KeyPath, str]]:
    for name in names:
        if name not in known:
            yield key, f"{what} {name} tidak dikenal."
