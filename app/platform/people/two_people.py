"""What binds the office is the deed of two people (decision 76), whatever a file says of it."""

from collections.abc import Iterable

from app.core.problems import Problem
from app.platform.people.queries import Signatory, profile_of
from app.platform.people.tables import Person
from schema.database import Database

LEAST = 2
ALONE = (
    "Yang mengikat kantor dibuat paling sedikit dua orang yang akunnya aktif; sejauh ini baru satu. Minta orang lain "
    "yang memegang jabatannya, atau pejabat yang ditunjuk dengan surat."
)


def check_two_people(db: Database, usernames: Iterable[str]) -> None:
    """Those who made, checked or signed something are two different people with open accounts, or more.

    Raises Problem `conflict`.
    """
    named = tuple(set(usernames))
    if len(Person.rows(db, username=named, active=1)) < LEAST:
        raise Problem.of("conflict", why=ALONE)


def held_post(db: Database, signer: Signatory) -> str:
    """In which post somebody signs, as the record keeps it: `Camat`, `Plh. Camat menurut surat 800/8`."""
    post = f"{signer.prefix}{profile_of(db).label(signer.post)}"
    if signer.decree:
        return f"{post} menurut surat {signer.decree}"
    return post
