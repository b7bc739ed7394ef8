"""The changes of what people may do, each of one shape: about whom, what is wrong with it, what it writes.

None of them asks who wants it: `service.py` lets two people agree on one, and the set-up adds the first people.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, ClassVar

import msgspec

from app.core.asked import Choice, Day, Look, Offered, Several, Text, questions_of
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import fold_forms
from app.platform.people.authenticator import check_installed, forget_app
from app.platform.people.events import ActingSet, PersonAdded, PersonChanged, PersonDisabled, RolesSet
from app.platform.people.queries import (
    KINDS_OF_ACTING,
    ActingLine,
    acting_officials,
    find_person,
    list_people,
    profile_of,
)
from app.platform.people.sessions import end_sessions
from app.platform.people.tables import Person
from schema.database import Database
from schema.profiles import Profile
from sync.journal import Journal

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
USERNAME_RULES = "Nama pengguna 3 sampai 40 huruf kecil atau angka, diawali huruf, tanpa spasi."
TAKEN = "Nama pengguna ini sudah dipakai. Pilih yang lain."


NAME = Text("Nama lengkap", "Isi nama.", most=100)
NIP = Text("NIP", most=30)
RANK = Text("Pangkat dan golongan", most=60)
TITLE = Text("Jabatan di surat", most=100)
"""What a letter says of a person."""


def role_choices(db: Database, _today: date) -> dict[str, str]:
    """The roles of both sides; a page offers those of its own."""
    profile = profile_of(db)
    return {role: profile.label(role) for role in profile.roles}


def post_choices(db: Database, _today: date) -> dict[str, str]:
    profile = profile_of(db)
    return {post: profile.label(post) for post in profile.posts}


ROLES = Several("Peran", "Pilih paling sedikit satu peran.", choices=role_choices)
AREA = Offered("Desa")


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="act"):
    """A change about one person; `person_id` is None for somebody who is still to be added.

    Each kind has `check(db)`, which raises Problem `invalid`, `not_found` or `conflict` when it cannot be made, and
    `write(journal, by, now)`, which records it in the open transaction in the name of `by` and returns the person's id.
    """

    person_id: int | None = None

    @property
    def act(self) -> str:
        return str(self.__struct_config__.tag)

    def detail_in(self, profile: Profile) -> str:
        """What the notice adds to the name of the act, in the words of the office."""
        return ""

    @property
    def gains(self) -> frozenset[str]:
        return frozenset()


class GivesRoles:
    __slots__ = ()
    roles: tuple[str, ...]

    def detail_in(self, profile: Profile) -> str:
        return " ".join(profile.in_order(self.roles))

    @property
    def gains(self) -> frozenset[str]:
        return frozenset(self.roles)


class AddPerson(GivesRoles, Change, frozen=True, tag="added"):
    """Somebody joins, with roles and (kept apart) a first password."""

    username: Annotated[str, Text("Nama pengguna", SENTENCES["username"], most=40)]
    name: Annotated[str, NAME]
    roles: Annotated[tuple[str, ...], ROLES]
    nip: Annotated[str, NIP] = ""
    rank: Annotated[str, RANK] = ""
    title: Annotated[str, TITLE] = ""
    area: Annotated[str | None, AREA] = None

    @property
    def login(self) -> str:
        return self.username.strip().lower()

    def wrong_words(self) -> dict[str, str]:
        """A sentence for each field that is wrong by itself, whoever else there is."""
        wrong = wrong_texts(self) | wrong_nip(self.nip)
        if _USERNAME.fullmatch(self.login):
            return wrong
        return {"username": USERNAME_RULES} | wrong

    def check(self, db: Database) -> None:
        wrong = self.wrong_words() | wrong_roles(profile_of(db), self.roles, self.area)
        if "username" not in wrong and db.one("SELECT 1 FROM person WHERE username = ?", (self.login,)):
            wrong["username"] = TAKEN
        check_nothing_wrong(wrong)

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        number = journal.next_id("person")
        letterhead = stored_letterhead(self.name, self.nip, self.rank, self.title)
        body = PersonAdded(number, self.login, **letterhead, area=self.area or None)
        journal.record(body, subject=f"person/{number}", actor=by, at=now)
        record_roles(journal, number, self.roles, by, now)
        return number


class SetRoles(GivesRoles, Change, frozen=True, tag="roles"):
    person_id: int
    roles: Annotated[tuple[str, ...], ROLES]
    area: Annotated[str | None, AREA] = None

    def check(self, db: Database) -> None:
        known_person(db, self.person_id)
        if wrong := wrong_roles(profile_of(db), self.roles, self.area):
            raise Problem.of("invalid", wrong)
        gives_up = not profile_of(db).marked("administers") & set(self.roles)
        if gives_up and not is_administered_without(db, self.person_id):
            raise Problem.of("invalid", {"roles": LAST_ADMINISTRATOR})

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        before = known_person(journal.db, self.person_id)
        if before.area != (self.area or None):
            body = PersonChanged(before.id, before.name, before.nip, before.rank, before.title, self.area or None)
            journal.record(body, subject=f"person/{before.id}", actor=by, at=now)
        record_roles(journal, before.id, self.roles, by, now)
        return before.id


class GivePassword(Change, frozen=True, tag="password"):
    person_id: int

    def check(self, db: Database) -> None:
        if not known_person(db, self.person_id).active:
            raise Problem.of("conflict", why="Orang ini tidak aktif. Aktifkan lagi dulu.")

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        end_sessions(journal.db, self.person_id)
        return self.person_id


class SwitchAccount(Change, frozen=True):
    """Somebody may sign in no more, and open sessions end at once; or may again (`active`)."""

    active: ClassVar[bool]
    person_id: int
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)]

    def detail_in(self, profile: Profile) -> str:
        return self.reason.strip()

    def check(self, db: Database) -> None:
        known_person(db, self.person_id)
        check_nothing_wrong(wrong_texts(self))
        if not self.active and not is_administered_without(db, self.person_id):
            raise Problem.of("conflict", why=LAST_ADMINISTRATOR)

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        body = PersonDisabled(self.person_id, self.reason.strip(), self.active)
        journal.record(body, subject=f"person/{self.person_id}", actor=by, at=now)
        if not self.active:
            end_sessions(journal.db, self.person_id)
        return self.person_id


class Disable(SwitchAccount, frozen=True, tag="disabled"):
    active: ClassVar[bool] = False


class TakeAuthenticator(Change, frozen=True, tag="authenticator_lost"):
    """Somebody has lost his telephone and his spare codes: he signs in without them and installs an app anew."""

    person_id: int

    def check(self, db: Database) -> None:
        known_person(db, self.person_id)
        check_installed(db, self.person_id)

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        forget_app(journal.db, self.person_id)
        end_sessions(journal.db, self.person_id)
        return self.person_id


class Enable(SwitchAccount, frozen=True, tag="enabled"):
    active: ClassVar[bool] = True


class Appoint(Change, frozen=True, tag="acting"):
    """Who acts for a post (plt, plh) or signs in its name (an), by which decree.

    `instead_of` is the person whose post it is, None while the post is vacant. Where a post has several holders (a
    Kasi for each section) it tells whose section is meant.
    """

    person_id: Annotated[int, Offered("Petugas")]
    post: Annotated[str, Choice("Jabatan", SENTENCES["post"], choices=post_choices, radio=True)]
    kind: Annotated[str, Choice("Sebagai", "Pilih Plt., Plh., atau a.n.", choices=KINDS_OF_ACTING, radio=True)]
    decree: Annotated[str, Text("Nomor dan tanggal surat", "Tulis nomor dan tanggal surat penunjukannya.", most=200)]
    from_on: Annotated[date | None, Day("Mulai", SENTENCES["from_day"], future=True)]
    until_on: Annotated[date | None, Day("Sampai", future=True)]
    instead_of: Annotated[int | None, Offered("Menggantikan", "Pilih siapa yang digantikan.")] = None

    def detail_in(self, profile: Profile) -> str:
        return f"{KINDS_OF_ACTING[self.kind]} {profile.label(self.post)}, {self.decree.strip()}"

    @property
    def gains(self) -> frozenset[str]:
        return frozenset({self.post})

    def check(self, db: Database) -> None:
        if wrong := wrong_appointment(db, self):
            raise Problem.of("invalid", wrong)

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        assert self.from_on is not None  # check() asked
        number = journal.next_id("acting")
        body = ActingSet(
            number,
            self.post,
            self.kind,
            self.person_id,
            self.decree.strip(),
            self.from_on,
            self.until_on,
            self.instead_of,
        )
        journal.record(body, subject=f"acting/{number}", actor=by, at=now)
        return self.person_id


class EndActing(Change, frozen=True, tag="acting_end"):
    """Another last day (from its first day on) for an acting official; `person_id` is who acts."""

    person_id: int
    acting_id: int
    post: str
    until_on: Annotated[date, Day("Sampai", "Isi tanggal akhir, misalnya 17-08-2026.", future=True)]

    def detail_in(self, profile: Profile) -> str:
        return f"{profile.label(self.post)}, sampai {self.until_on:%d-%m-%Y}"

    @property
    def gains(self) -> frozenset[str]:
        return frozenset({self.post})

    def check(self, db: Database) -> None:
        if self.until_on < acting_line(db, self.acting_id).from_on:
            raise Problem.of("invalid", {"until_on": SENTENCES["until_before_from"]})

    def write(self, journal: Journal, by: str, now: datetime) -> int:
        line = acting_line(journal.db, self.acting_id)
        body = ActingSet(
            line.id, line.post, line.kind, line.person_id, line.decree, line.from_on, self.until_on, line.instead_of
        )
        journal.record(body, subject=f"acting/{line.id}", actor=by, at=now)
        return line.person_id


AnyChange = AddPerson | SetRoles | GivePassword | Disable | Enable | Appoint | EndActing | TakeAuthenticator
WITH_PASSWORD = (AddPerson, GivePassword)


def ending_of(db: Database, acting_id: int, until_on: date) -> EndActing:
    line = acting_line(db, acting_id)
    return EndActing(person_id=line.person_id, acting_id=line.id, post=line.post, until_on=until_on)


def acting_line(db: Database, acting_id: int) -> ActingLine:
    return check_found(next((line for line in acting_officials(db) if line.id == acting_id), None), "Penunjukan")


def known_person(db: Database, person_id: int) -> Person:
    return check_found(find_person(db, person_id), "Petugas")


LAST_ADMINISTRATOR = "Paling sedikit satu administrator harus tetap ada. Beri peran itu kepada orang lain dulu."


def is_administered_without(db: Database, person_id: int) -> bool:
    """Whether somebody else could administrate."""
    keepers = profile_of(db).marked("administers")
    return any(keepers & set(other.roles) for other in list_people(db, active=True) if other.id != person_id)


def wrong_appointment(db: Database, change: Appoint) -> dict[str, str]:
    wrong = wrong_texts(change)
    if change.post not in profile_of(db).posts:
        wrong["post"] = SENTENCES["post"]
    if change.kind not in KINDS_OF_ACTING:
        wrong["kind"] = SENTENCES["choose_from_list"]
    if change.from_on is None:
        wrong["from_on"] = SENTENCES["from_day"]
    elif change.until_on and change.until_on < change.from_on:
        wrong["until_on"] = SENTENCES["until_before_from"]
    holder = find_person(db, change.person_id)
    if holder is None or not holder.active:
        wrong["person_id"] = "Pilih petugas yang masih aktif."
    if change.instead_of is None:
        replaced = None
    else:
        replaced = find_person(db, change.instead_of)
    if change.instead_of is not None and (replaced is None or change.post not in replaced.roles):
        wrong["instead_of"] = "Pilih pejabat yang memegang jabatan itu, atau jabatan yang kosong."
    elif change.instead_of == change.person_id:
        wrong["instead_of"] = "Orang tidak menggantikan dirinya sendiri. Pilih pejabat yang digantikan."
    return wrong


def wrong_texts(change: msgspec.Struct) -> dict[str, str]:
    """A sentence for each text of a change that its declaration does not take."""
    look = Look(None, date.min, {})
    for question in questions_of(type(change)):
        if isinstance(question.asked, Text):
            question.asked.clean(look, question.name, getattr(change, question.parameter))
    return look.wrong


def wrong_nip(nip: str) -> dict[str, str]:
    """What is wrong with the number of a civil servant, blanks aside; nobody else has one."""
    digits = re.sub(r"\s+", "", nip)
    wrong = digits and not re.fullmatch(r"[0-9]{18}", digits)
    if not wrong:
        return {}
    return {"nip": "NIP harus 18 angka. Kosongkan jika bukan ASN."}


def stored_letterhead(name: str, nip: str, rank: str, title: str) -> dict[str, str]:
    """What a letter says of a person, as it is stored."""
    digits = re.sub(r"\s+", "", nip)
    return {"name": fold_forms(name).strip(), "nip": digits, "rank": rank.strip(), "title": title.strip()}


def record_roles(journal: Journal, person_id: int, roles: Iterable[str], by: str, now: datetime) -> None:
    body = RolesSet(person_id, list(profile_of(journal.db).in_order(roles)))
    journal.record(body, subject=f"person/{person_id}", actor=by, at=now)


def wrong_roles(profile: Profile, roles: Iterable[str], area: str | None) -> dict[str, str]:
    """What is wrong with roles and village: a village clerk needs a village, and only that clerk has one."""
    wrong = {}
    asked = set(roles)
    of_one_area = bool(asked & profile.one_area)
    if not asked or asked - set(profile.roles):
        wrong["roles"] = ROLES.empty
    if of_one_area and not (area and re.fullmatch(r"[0-9]{10}", area)):
        wrong["area"] = "Petugas desa perlu desanya. Pilih desa."
    if area and not of_one_area:
        wrong["area"] = "Desa hanya untuk petugas desa. Kosongkan desanya."
    return wrong
