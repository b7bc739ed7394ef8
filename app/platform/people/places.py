"""How often a password or PIN may be tried: counted where it is tried (docs/decisions/0084-places.md).

A place is a browser in which a person's password was right, known by the SHA-256 of a token in a cookie of its own; or
else an address at which it was. What strangers try elsewhere closes nothing there. All strangers together have one
count for each name, so guessing stays bounded over all their addresses.
"""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from app.core.problems import Problem
from app.platform.people.tables import Credential, KnownPlace, SignInAttempt
from schema.database import Database, first_column, to_stored_value

WINDOW = timedelta(minutes=10)
HOUR = timedelta(hours=1)
TRIES_PER_NAME = 5
"""Misses for one name in WINDOW, at one place of its owner or from one strange address."""
TRIES_AT_PLACE = 20
"""Misses for one name in an hour at one place of its owner."""
STRANGE_TRIES = 30
"""Misses for one name in an hour from all strange places together."""
TRIES_PER_ADDRESS = 30
"""Misses over all names in WINDOW from one address, browsers of their owners apart."""
CODE_TRIES_A_DAY = 60
"""Wrong codes of the authenticator for one name in a day, from all browsers together that did not pass it yet."""
KNOWN_FOR = timedelta(days=90)
PIN_TRIES = 5
"""Wrong PINs in one browser until the password is asked there."""
PIN_MISSES = 20
"""Wrong PINs since the last right one in one browser that knows the PIN, and in all others together."""


class Brake(NamedTuple):
    """Misses that count against a try: so many in this span close it."""

    where: str
    values: tuple[str, ...]
    span: timedelta
    most: int


def place_of(db: Database, person_id: int | None, browser: str, address: str, now: datetime) -> str:
    """Where this person is known: this browser, else this address; empty for a stranger and an unknown name.

    Whoever never signed in (a new officer, and so a name that nobody has) is known where any officer is.
    """
    since = to_stored_value(now - KNOWN_FOR)
    sql = "SELECT place FROM known_place WHERE person_id = ? AND place IN (?, ?) AND seen_at > ?"
    known = set(first_column(db, sql, (person_id or 0, browser, address, since)))
    for place in (browser, address):
        if place in known:
            return place
    new = db.one("SELECT 1 FROM known_place WHERE person_id = ? LIMIT 1", (person_id or 0,)) is None
    office = new and db.one("SELECT 1 FROM known_place WHERE place = ? AND seen_at > ? LIMIT 1", (address, since))
    return address if office else ""


def count_try(db: Database, name_key: str, place: str, address: str, now: datetime) -> int:
    """Write a try down as a miss; its number. Raises `too_many_tries`. Call it within a writing transaction."""
    db.hold("sign_in_attempt")
    for brake in brakes_of(name_key, place, address):
        check_brake(db, brake, now)
    values = {"name_key": name_key, "address": address, "place": place, "at": to_stored_value(now), "ok": 0}
    sql = f"INSERT INTO sign_in_attempt ({', '.join(values)}) VALUES (?, ?, ?, ?, ?) RETURNING id"
    [(number,)] = list(db.run(sql, tuple(values.values())))
    return int(number)


def count_code_try(db: Database, username: str, place: str, address: str, now: datetime) -> int:
    """Write the try of a second step down as a miss, apart from passwords. `place` is empty at a sign-in: whoever knows
    the password is no stranger by name, but nobody yet by the code. Raises as :func:`count_try`."""
    name_key = hashlib.sha256(f"code:{username}".encode()).hexdigest()
    if not place:
        db.hold("sign_in_attempt")
        day = Brake("name_key = ? AND place = ''", (name_key,), timedelta(days=1), CODE_TRIES_A_DAY)
        check_brake(db, day, now)
    return count_try(db, name_key, place, address, now)


def brakes_of(name_key: str, place: str, address: str) -> list[Brake]:
    everybody = Brake("address = ? AND place IN ('', address)", (address,), WINDOW, TRIES_PER_ADDRESS)
    if not place:
        here = Brake("name_key = ? AND place = '' AND address = ?", (name_key, address), WINDOW, TRIES_PER_NAME)
        return [here, Brake("name_key = ? AND place = ''", (name_key,), HOUR, STRANGE_TRIES), everybody]
    since_right = (
        "name_key = ? AND place = ? AND id > (SELECT coalesce(max(id), 0) FROM sign_in_attempt"
        " WHERE name_key = ? AND place = ? AND ok = 1)"
    )
    values = (name_key, place, name_key, place)
    own = [Brake(since_right, values, WINDOW, TRIES_PER_NAME), Brake(since_right, values, HOUR, TRIES_AT_PLACE)]
    if place == address:
        return [*own, everybody]
    return own


def check_brake(db: Database, brake: Brake, now: datetime) -> None:
    """Raise `too_many_tries` where so many misses stand in the span.

    Tries from a future that the clock has left again do not count, else a jump to 2099 would lock everybody out.
    """
    sql = f"SELECT count(*), min(at) FROM sign_in_attempt WHERE at > ? AND at <= ? AND ok = 0 AND {brake.where}"
    row = db.one(sql, (to_stored_value(now - brake.span), to_stored_value(now), *brake.values))
    if row and row[0] >= brake.most:
        wait = datetime.fromisoformat(row[1]) + brake.span - now
        raise Problem.of("too_many_tries", minutes=max(1, -(-int(wait.total_seconds()) // 60)))


def note_right_password(db: Database, number: int, person_id: int, browser: str, address: str, now: datetime) -> None:
    """The try was none of a stranger: browser and address are known from now on, and the PIN is asked there again."""
    SignInAttempt.alter(db, {"id": number}, ok=1)
    db.run("DELETE FROM sign_in_attempt WHERE at < ?", (to_stored_value(now - timedelta(days=1)),))
    note_places(db, person_id, browser, address, now)


def note_places(db: Database, person_id: int, browser: str, address: str, now: datetime) -> None:
    db.run("DELETE FROM known_place WHERE seen_at < ?", (to_stored_value(now - KNOWN_FOR),))
    for place in filter(None, (browser, address)):
        db.run(
            "INSERT INTO known_place (person_id, place, seen_at) VALUES (?, ?, ?)"
            " ON CONFLICT (person_id, place) DO UPDATE SET seen_at = excluded.seen_at, pin_left = ?",
            (person_id, place, to_stored_value(now), PIN_TRIES),
        )


# -- the PIN ------------------------------------------------------------------------------------------------------


def count_pin_try(db: Database, known: Credential, browser: str) -> Problem:
    """Write a try down as a miss; what to tell when it is one. Raises `pin_needs_password`, `pin_locked`.

    A browser in which the PIN was right has a count of its own, all others have one together. Call it within a
    writing transaction.
    """
    db.hold("known_place")
    place = None
    if browser:
        place = KnownPlace.first(db, person_id=known.person_id, place=browser)
    if place and not place.pin_left:
        raise Problem.of("pin_needs_password")
    own = place is not None and counts_alone(place)
    if own and place:
        misses = place.pin_misses
    else:
        misses = known.pin_misses
    if misses >= PIN_MISSES:
        raise Problem.of("pin_locked")
    if not own:
        Credential.alter(db, {"person_id": known.person_id}, pin_misses=misses + 1)
    left = PIN_MISSES - misses - 1
    if not left:
        refusal = Problem.of("pin_locked")
    elif place and place.pin_left == 1:
        refusal = Problem.of("pin_needs_password")
    else:
        if place:
            left = min(left, place.pin_left - 1)
        refusal = Problem.of("wrong_pin", left=left)
    if place:
        at = {"person_id": known.person_id, "place": browser}
        KnownPlace.alter(db, at, pin_misses=place.pin_misses + 1, pin_left=place.pin_left - 1)
    return refusal


def counts_alone(place: KnownPlace) -> bool:
    return bool(place.pin_known) and place.pin_misses < PIN_MISSES


def note_right_pin(db: Database, known: Credential, browser: str) -> None:
    """The owner typed it here: this browser begins anew; where it had no count of its own, so do all others."""
    place = None
    if browser:
        place = KnownPlace.first(db, person_id=known.person_id, place=browser)
    if place is None or not place.pin_known:
        Credential.alter(db, {"person_id": known.person_id}, pin_misses=0)
    if place is not None:
        at = {"person_id": known.person_id, "place": browser}
        KnownPlace.alter(db, at, pin_known=1, pin_misses=0, pin_left=PIN_TRIES)


def forget_pin(db: Database, person_id: int) -> None:
    """The PIN is another one or gone: every browser begins anew."""
    KnownPlace.alter(db, {"person_id": person_id}, pin_known=0, pin_misses=0, pin_left=PIN_TRIES)


def is_pin_open(db: Database, person_id: int, misses: int) -> bool:
    """Whether the PIN is not closed everywhere; `misses`: those in browsers that do not know it."""
    sql = "SELECT 1 FROM known_place WHERE person_id = ? AND pin_known = 1 AND pin_misses < ? LIMIT 1"
    return misses < PIN_MISSES or db.one(sql, (person_id, PIN_MISSES)) is not None
