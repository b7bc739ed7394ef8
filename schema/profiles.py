"""Profiles of offices: roles, posts, sections and what each role may do, as data (`schema/profiles/*.toml`).

Every profile gets the roles of the printing centre from `centre.toml`. The permissions that a profile may name are
those of `kecamatan.toml` and `centre.toml`: the code asks for them by name. What a profile does not give, nobody may.
"""

import tomllib
from collections.abc import Iterable, Iterator, Set
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schema.definitions import DefinitionError, definition_text, read_structs
from schema.own_files import PROFILES as OWN_PROFILES
from schema.own_files import own_files
from schema.service_standard import Line, Part, Slug
from schema.structs import convert_values
from schema.toml_lines import KeyPath

PROFILES = Path(__file__).with_name("profiles")
INDICATORS = PROFILES.with_name("indicators")
STANDARD = "kecamatan"
CENTRE = "centre"
DESKS = "desks"
SHIPPED_NAME = "{name}: profil bawaan bernama sama dan tetap dipakai. Pilih nama lain."
Permission = Annotated[str, Meta(pattern=r"^[a-z]+\.[a-z_]+$")]
Mark = Literal["post", "with_place", "one_area", "administers", "weighty", "sets_up"]
"""`post`: signs papers, and others may act for it by decree; `with_place`: named with the office's place; `one_area`:
sees one village only; `administers`: somebody must always hold one of these; `weighty`: beside the posts, what only a
post confirms; `sets_up`: may have typed the first passwords."""


Endpoint = Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+$")]


class DeskPart(Part, frozen=True, kw_only=True):
    """A part of a desk: what work stands in it, in which form, and what it says where nothing waits."""

    title: Line
    acts: tuple[Slug, ...]
    form: Literal["card", "lines", "queue"] = "lines"
    empty: Line


class DeskPlan(Part, frozen=True, kw_only=True):
    """How *Meja kerja* is drawn for a role. `work` is what its rows are called, `box` a form to begin with beside them,
    `begins` pages on which its own work begins, the first of them one key away; `stages` acts whose numbers stand in a
    row as a line of production, `rail` the pages that the menu always shows."""

    work: Line = "pekerjaan"
    box: Literal["", "apply"] = ""
    begins: tuple[Endpoint, ...] = ()
    stages: tuple[Slug, ...] = ()
    rail: tuple[Endpoint, ...] = ()
    parts: tuple[DeskPart, ...] = ()


class Role(Part, frozen=True, kw_only=True):
    """A role of an office. `acts_as`: roles of other kinds of office whose work in a service its holder does here;
    `desk`: which of the desks (`desks.toml`) is drawn for it; `under`: the post whose holder is the superior, for who
    signs a.n. the chief through that one (u.b.)."""

    label: Line
    short: str = ""
    desk: Slug = "keeper"
    side: Literal["office", "centre"] = "office"
    marks: tuple[Mark, ...] = ()
    acts_as: tuple[Slug, ...] = ()
    under: str = ""
    groups: tuple[Slug, ...] = ()
    may: tuple[Permission, ...] = ()


class OfficeSection(Part, frozen=True, kw_only=True):
    """A section with which an office begins; `serves`: a standard may give it its work, as `basis` says."""

    name: Line
    basis: str = ""
    serves: bool = False


class FirstPerson(Part, frozen=True, kw_only=True):
    """An account that the set-up page asks for."""

    label: Line
    roles: tuple[Slug, ...]


class Words(Part, frozen=True, kw_only=True):
    """What this kind of office calls things inside a sentence; the word of a service itself goes before `applicant`.

    `government` stands on letterheads before the name of what the office belongs to.
    """

    applicant: Line = "pemohon"
    counter: Line = "loket"
    government: str = "Pemerintah"


class Profile(Part, frozen=True, kw_only=True, eq=False, dict=True):
    """A profile. `chief` signs for the office, `overseer` oversees, `section_head` heads a section; these are posts.

    `counter_section` does what a standard gives to no section; `section_work` are the permissions that a head has only
    for the services of the own section. `about` says in a sentence what it brings. `services` are those with which an
    office begins, `indicators` what it measures, both by the names of their files; `zone` is the wall clock that its
    set-up proposes; `villages`: its applicants belong to villages with clerks of their own; `emblem` is a picture
    beside the file, drawn for this program, for letterheads until the office brings its own arms. `decree_laws` are
    what its decrees rest on; `letter_codes`: the code of letters that a definition names → what this kind of office
    writes for it. `central_letters`: nota dinas and surat tugas have the forms of a ministry, not those of a region;
    `letter_number`, `minutes_number`: the patterns that its set-up proposes; `classification`: the codes of letters
    with which it begins, where they are not those of regions.
    """

    id: Slug
    name: Line
    about: Line
    services: tuple[Line, ...] = ()
    indicators: tuple[Line, ...] = ()
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    villages: bool = False
    words: Words = Words()
    emblem: str = ""
    decree_laws: tuple[Line, ...] = ()
    letter_codes: dict[Line, Line] = {}
    central_letters: bool = False
    letter_number: Line = "{n}/{year}"
    minutes_number: Line = "{n}/BA/{year}"
    classification: tuple[Line, ...] = ()
    chief: Slug
    overseer: Slug
    section_head: Slug
    counter_section: Slug
    section_work: frozenset[Permission] = frozenset()
    groups: dict[Slug, tuple[Permission, ...]] = {}
    roles: Annotated[dict[Slug, Role], Meta(min_length=1)]
    sections: Annotated[dict[Slug, OfficeSection], Meta(min_length=1)]
    first_people: dict[Slug, FirstPerson] = {}
    desks: dict[Slug, DeskPlan] = {}

    def desk_plans(self, roles: Iterable[str]) -> tuple[DeskPlan, ...]:
        """The desks of whoever holds these roles, each once, that of the first role of the profile first."""
        named = dict.fromkeys(self.roles[role].desk for role in self.in_order(roles))
        return tuple(self.desks[name] for name in named if name in self.desks)

    @cached_property
    def rights(self) -> dict[str, frozenset[str]]:
        """Permission → the roles that have it."""
        granted = {name: self.granted(role) for name, role in self.roles.items()}
        return {
            permission: frozenset(role for role, names in granted.items() if permission in names)
            for permission in permissions()
        }

    @cached_property
    def emblem_bytes(self) -> bytes:
        if not self.emblem:
            return b""
        return (PROFILES / self.emblem).read_bytes()

    def side_of(self, roles: Set[str]) -> str:
        if roles and roles <= set(self.side_roles("centre")):
            return "centre"
        return "office"

    def who_may(self, *permissions: str, side: str = "office", doing: Iterable[str] | None = None) -> str:
        """`Kasi atau Camat`: who of a side has one of these permissions, the highest last; of those who do some work,
        where the roles that a procedure names for it are given."""
        holders = frozenset[str]().union(*(self.rights[permission] for permission in permissions))
        if doing is not None:
            holders &= {own for role in doing for own in self.filled_by(role)}
        able = [self.short(role) for role in self.side_roles(side) if role in holders]
        *first, last = able or [""]
        if first:
            return f"{', '.join(first)} atau {last}"
        return last

    @cached_property
    def serving(self) -> frozenset[str]:
        """Codes of the sections to which a standard may give its work."""
        return frozenset(code for code, section in self.sections.items() if section.serves)

    @cached_property
    def posts(self) -> tuple[str, ...]:
        """Roles that are posts, the highest first."""
        return tuple(reversed(self.in_order(self.marked("post"))))

    def granted(self, role: Role) -> frozenset[str]:
        """The permissions of a role, those of its groups included."""
        return frozenset(role.may).union(*(self.groups.get(group, ()) for group in role.groups))

    def marked(self, mark: Mark) -> frozenset[str]:
        return frozenset(name for name, role in self.roles.items() if mark in role.marks)

    @cached_property
    def one_area(self) -> frozenset[str]:
        """The roles that see nothing but one village."""
        return self.marked("one_area")

    def label(self, role: str) -> str:
        """The words of a role; one that this profile does not know is its id."""
        if role in self.roles:
            return self.roles[role].label
        return role

    def post_named(self, text: str) -> str:
        """The post that a text names by id or label, in any letters, perhaps with the place behind; empty for none."""
        asked = " ".join(text.casefold().split())
        words = {name: self.label(name).casefold() for name in self.posts}
        for name, label in words.items():
            if asked in (name, label) or asked.startswith(f"{label} "):
                return name
        return ""

    def fills(self, roles: Iterable[str]) -> frozenset[str]:
        """Every role that a service may name and that a holder of these roles fills."""
        filled = set(roles)
        for role in self.in_order(filled):
            filled.update(self.roles[role].acts_as)
        return frozenset(filled)

    def filled_by(self, role: str) -> tuple[str, ...]:
        """The own roles whose holders fill a role that a service names; none for one that this office does not have."""
        return tuple(name for name, own in self.roles.items() if role in (name, *own.acts_as))

    @cached_property
    def nameable(self) -> frozenset[str]:
        """The roles that a service of this office may name."""
        return self.fills(self.side_roles("office"))

    def side_roles(self, side: str) -> tuple[str, ...]:
        return tuple(name for name, role in self.roles.items() if role.side == side)

    def in_order(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Roles in the order of the profile, each once."""
        asked = set(roles)
        return tuple(role for role in self.roles if role in asked)

    def short(self, role: str) -> str:
        """The words of a role inside a sentence: `Sekretaris`."""
        return self.roles[role].short or self.roles[role].label

    def labels(self, roles: Iterable[str]) -> str:
        """`Petugas Loket, Petugas Operator`; for a role that only others have, who fills it here."""
        own: set[str] = set()
        for role in roles:
            if role in self.roles:
                own.add(role)
            else:
                own.update(self.filled_by(role))
        return ", ".join(self.label(role) for role in self.in_order(own))

    def section(self, code: str) -> OfficeSection:
        """A section by its code, one that the profile does not know under its code; empty: the counter's."""
        code = code or self.counter_section
        return self.sections.get(code) or OfficeSection(name=code)

    def head_of(self, section: str) -> str:
        """What the head of a section is called: `Kasi Pelayanan Umum`, `Kepala Seksi Sosial`."""
        if section in ("", self.counter_section):
            return self.label(self.section_head)
        return f"Kepala {self.section(section).name}"


@cache
def load_profile(name: str = STANDARD, data: Path | None = None) -> Profile:
    """A profile by its id, with the roles of the centre: one that ships, else the office's own in its data folder.

    Raises OSError for one that is unknown, DefinitionError.
    """
    shipped = PROFILES / f"{name}.toml"
    own = {path.stem: path for path in own_files(data, OWN_PROFILES)}
    if name in own and not shipped.exists():
        profile = read_own_profile(own[name])
    else:
        profile = read_profile(shipped)
    return msgspec.structs.replace(profile, roles=profile.roles | centre_roles(), desks=common_desks() | profile.desks)


def profile_names(data: Path | None = None) -> list[str]:
    """The profiles that ship, and the office's own without a fault."""
    names = {path.stem for path in PROFILES.glob("*.toml")} - {CENTRE, DESKS}
    own = {name.removesuffix(".toml") for name, fault in own_profile_faults(data).items() if not fault}
    return sorted(names | own)


def own_profile_faults(data: Path | None) -> dict[str, str]:
    """Name of each own file -> its first fault in a sentence, empty for one that can be used."""
    return {path.name: first_fault(path) for path in own_files(data, OWN_PROFILES)}


def first_fault(path: Path) -> str:
    if (PROFILES / path.name).exists():
        return SHIPPED_NAME.format(name=path.name)
    try:
        read_own_profile(path)
    except DefinitionError as error:
        return error.sentences[0]
    return ""


def read_own_profile(path: Path) -> Profile:
    """An own profile: it bears the name of its file, and no picture that does not ship. Raises DefinitionError."""

    def faults(profile: Profile) -> Iterator[tuple[KeyPath, str]]:
        if profile.id != path.stem:
            yield ("id",), f"id harus sama dengan nama dokumen ({path.stem})."
        if profile.emblem and profile.emblem not in {picture.name for picture in PROFILES.glob("*.svg")}:
            yield ("emblem",), "lambang ini tidak dibawa program; kosongkan, lalu unggah lambang di Pengaturan."
        yield from profile_faults(profile)

    return read_structs(definition_text(path), path.name, Profile, faults)


@cache
def centre_roles() -> dict[str, Role]:
    values = tomllib.loads((PROFILES / f"{CENTRE}.toml").read_text(encoding="utf-8"))
    return convert_values(values["roles"], dict[str, Role])


@cache
def common_desks() -> dict[str, DeskPlan]:
    values = tomllib.loads((PROFILES / f"{DESKS}.toml").read_text(encoding="utf-8"))
    return convert_values(values, dict[str, DeskPlan])


@cache
def permissions() -> frozenset[str]:
    """Every permission that the code may ask for."""
    path = PROFILES / f"{STANDARD}.toml"
    profile = read_structs(definition_text(path), path.name, Profile, lambda _profile: ())
    return frozenset().union(*map(profile.granted, (*profile.roles.values(), *centre_roles().values())))


def read_profile(path: Path) -> Profile:
    """A profile that agrees with itself. Raises DefinitionError with every fault."""
    return read_structs(definition_text(path), path.name, Profile, profile_faults)


def profile_faults(profile: Profile) -> Iterator[tuple[KeyPath, str]]:
    """Every name in a profile that nothing stands behind."""
    for path, names, known, what in _named_in(profile):
        for name in names:
            if name not in known:
                yield path, f"{what} {name} tidak dikenal."
    for needed in ("people.manage", "office.settings"):
        if not any(needed in profile.granted(role) for role in profile.roles.values()):
            yield ("roles",), f"tidak ada peran yang memiliki izin {needed}."


def _named_in(profile: Profile) -> Iterator[tuple[KeyPath, Iterable[str], Iterable[str], str]]:
    """(path of a key, what it names, what it may name, the word for that)."""
    desks = common_desks() | profile.desks
    yield ("section_work",), profile.section_work, permissions(), "izin"
    for group, may in profile.groups.items():
        yield ("groups", group), may, permissions(), "izin"
    for name, role in profile.roles.items():
        path: KeyPath = ("roles", name)
        yield (*path, "groups"), role.groups, profile.groups, "kelompok izin"
        yield (*path, "may"), role.may, permissions(), "izin"
        yield (*path, "desk"), [role.desk], desks, "meja"
        if role.under:
            yield (*path, "under"), [role.under], profile.posts, "jabatan"
    for name, person in profile.first_people.items():
        yield ("first_people", name, "roles"), person.roles, profile.roles, "peran"
    for key in ("chief", "overseer", "section_head"):
        yield (key,), [getattr(profile, key)], profile.posts, "jabatan"
    yield ("counter_section",), [profile.counter_section], profile.serving, "seksi yang melayani (serves = true),"
    yield ("indicators",), profile.indicators, [path.stem for path in INDICATORS.glob("*.toml")], "dokumen indikator"
