"""Journal kinds of this room. Secrets never enter: a reset says that it happened, not what the password is."""

from datetime import date, datetime

import msgspec

from app.platform.people.tables import Acting, AuthenticatorRole, AuthorityChange, OfficeProfile, Person, PersonRole
from app.room import AT, add_row_of, alter_row_of, put_row_of
from schema.database import Database
from schema.person_fields import OfficialName, PersonCode, PersonText
from sync.entries import NOBODY, Entry, Kind
from sync.journal import Journal


class PersonAdded(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody joins. `nip` has 18 digits or is empty, `area` ten digits for a village clerk."""

    person_id: int
    username: OfficialName
    name: PersonText
    nip: PersonCode = ""
    rank: PersonCode = ""
    title: PersonCode = ""
    area: str | None = None


class PersonChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Name and letterhead data of a person, in full; the user name never changes."""

    person_id: int
    name: PersonText
    nip: PersonCode = ""
    rank: PersonCode = ""
    title: PersonCode = ""
    area: str | None = None


class PersonDisabled(msgspec.Struct, frozen=True, omit_defaults=True):
    person_id: int
    reason: PersonText
    active: bool = False


class RolesSet(msgspec.Struct, frozen=True):
    person_id: int
    roles: list[str]


class ActingSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """An acting official, or a changed end date of one that is already known by its id.

    `instead_of` is the person whose post it is, None while it is vacant.
    """

    acting_id: int
    post: str
    kind: str
    person_id: int
    decree: str
    from_on: date
    until_on: date | None = None
    instead_of: int | None = None


class AdminReset(msgspec.Struct, frozen=True):
    """An administrator got in again by a command on the PC; the account is active and may administrate."""

    person_id: int
    roles: list[str]


class ProfileChosen(msgspec.Struct, frozen=True):
    """The office works by this profile (`schema/profiles`): its roles, posts, sections and rights."""

    profile: str


class AuthenticatorDemanded(msgspec.Struct, frozen=True):
    """From now on the holders of these roles must have an authenticator app; none: nobody must."""

    roles: list[str]


class AuthorityChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person may do was changed: the act, proposed by whom and confirmed by which second person (user names).

    What exactly became so stands in the entry before it (`roles.set`, `acting.set`, …); a secret stands nowhere.
    """

    change_id: int
    act: str
    person_id: int
    proposed_by: OfficialName
    second: OfficialName = ""
    detail: str = ""
    alone: bool = False


def apply_roles(db: Database, entry: Entry) -> None:
    PersonRole.remove(db, person_id=entry.body.person_id)
    PersonRole.add_all(db, [{"person_id": entry.body.person_id, "role": role} for role in entry.body.roles])


def apply_demand(db: Database, entry: Entry) -> None:
    db.run("DELETE FROM authenticator_role")
    AuthenticatorRole.add_all(db, [{"role": role} for role in entry.body.roles])


def apply_profile(db: Database, entry: Entry) -> None:
    OfficeProfile.put(db, id=1, profile=entry.body.profile)


def apply_reset(db: Database, entry: Entry) -> None:
    Person.alter(db, {"id": entry.body.person_id}, active=1)
    apply_roles(db, entry)


KINDS = [
    Kind("person.added", 1, PersonAdded, add_row_of(Person, {"active": 1}, id="person_id", added_at=AT)),
    Kind("person.changed", 1, PersonChanged, alter_row_of(Person, id="person_id")),
    Kind("person.disabled", 1, PersonDisabled, alter_row_of(Person, id="person_id")),
    Kind("roles.set", 1, RolesSet, apply_roles, NOBODY),
    Kind("acting.set", 1, ActingSet, put_row_of(Acting, id="acting_id", set_at=AT), NOBODY),
    Kind("admin.reset", 1, AdminReset, apply_reset, NOBODY),
    Kind("profile.chosen", 1, ProfileChosen, apply_profile, NOBODY),
    Kind("authenticator.demanded", 1, AuthenticatorDemanded, apply_demand, NOBODY),
    Kind("authority.changed", 1, AuthorityChanged, add_row_of(AuthorityChange, id="change_id")),
]

CONSOLE = "console"
"""The user name that the journal holds for a command on the PC."""


def record_change(
    journal: Journal,
    act: str,
    person_id: int,
    *,
    proposed_by: str,
    now: datetime,
    second: str = "",
    detail: str = "",
    alone: bool = False,
) -> None:
    """Write the entry of a change within its transaction: in the name of the second person, if there is one."""
    body = AuthorityChanged(
        journal.next_id("authority_change"), act, person_id, proposed_by, second, detail[:300], alone
    )
    journal.record(body, subject=f"person/{person_id}", actor=second or proposed_by, at=now)
