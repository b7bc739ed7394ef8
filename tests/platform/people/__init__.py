"""The cast of all tests: named people in their roles, at a desk of their own.

Sari works at the counter, Oki at the recorder, Budi is head of the section, Ratna secretary and administrator, the
Camat signs, Ida informs, Desi comes from Munder and Wati from another village. The stranger (`warga`) has no name here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor
from app.platform.people import changes, queries, service, sessions
from app.platform.people.changes import AddPerson, AnyChange
from app.platform.people.credentials import PIN_WAITS, put_pin
from app.platform.people.hashing import Cost, hash_secret, make_pepper
from schema.database import Database
from sync.journal import Journal

CHEAP = Cost(4, 8, 1)
"""scrypt that costs a test nothing; the cost stands in the hash, so sign-in works as usual."""

SECRET_KEY = "tests-only-" + "k" * 32
PASSWORD = "beras kencur 45"
PIN = "482913"
START = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)
"""Thursday 12 March 2026, 09.42 in the office."""

MUNDER, KRAI = "3508992010", "3508992007"
VILLAGES = ((KRAI, "Krai"), (MUNDER, "Munder"))

CAST: dict[str, dict[str, Any]] = {
    "ratna": {
        "name": "Ratna Puspita",
        "roles": ["sekretaris", "admin"],
        "nip": "197805142003122001",
        "rank": "Penata Tk. I (III/d)",
    },
    "camat": {"name": "Hadi Purnomo", "roles": ["camat"], "nip": "197102031996031002", "rank": "Pembina (IV/a)"},
    "budi": {"name": "Budi Santoso", "roles": ["kasi"], "nip": "198006232005011003", "rank": "Penata (III/c)"},
    "sari": {"name": "Sari Wulandari", "roles": ["counter"]},
    "oki": {"name": "Oki Setiawan", "roles": ["operator"]},
    "ida": {"name": "Ida Rahayu", "roles": ["information"]},
    "desi": {"name": "Desi Anggraini", "roles": ["village"], "area": MUNDER},
    "wati": {"name": "Wati Lestari", "roles": ["village"], "area": KRAI},
}


def enter(journal: Journal, cast: Mapping[str, Mapping[str, Any]] = CAST, *, now: datetime = START) -> None:
    """Add the cast with password and PIN, as an administrator would."""
    for username, details in cast.items():
        person_id = service.add_person(
            journal,
            SYSTEM,
            AddPerson(**{**details, "username": username, "roles": tuple(details["roles"])}),
            password=PASSWORD,
            must_change=False,
            cost=CHEAP,
            now=now,
        )
        keep_pin(journal.db, person_id, now=now)


def keep_pin(db: Database, person_id: int, *, now: datetime, pin: str = PIN) -> None:
    """Somebody has the PIN that he made a day ago: it decides from now on."""
    put_pin(db, person_id, hash_secret(pin, CHEAP, pepper=make_pepper(db)), counts_from=now, now=now - PIN_WAITS)


PROPOSERS, SECONDS = ("ratna", "wiji", "camat", "hendra"), ("budi", "agung", "camat", "hendra")
"""Who proposes and who confirms in the casts of tests; nobody what is about himself."""


def agree(journal: Journal, change: AnyChange, *, now: datetime, password: str = "") -> int:
    """Two people of the cast agree on a change; returns the highest id of the table in which it stands."""
    by, second = (
        next(
            one
            for one in (queries.actor_named(journal.db, name, office_date(now)) for name in names)
            if one and one.person_id != change.person_id
        )
        for names in (PROPOSERS, SECONDS)
    )
    number = service.propose_change(journal, by, change, password=password, now=now, cost=CHEAP)
    service.confirm_proposal(journal, second, number, now=now)
    row = journal.db.one(f"SELECT max(id) FROM {'acting' if isinstance(change, changes.Appoint) else 'person'}")
    assert row is not None
    return int(row[0])


def actor_of(db: Database, username: str, on: date) -> Actor:
    """A person of the cast as an actor, with what he may on a day."""
    actor = queries.actor_named(db, username, on)
    assert actor is not None, username
    return actor


class Clock:
    """The time of a test; it moves only when the test says so."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        """Let time pass: `clock.forward(minutes=11)`."""
        self.at += timedelta(**span)
        return self.at


@dataclass
class Browser:
    """A browser of one person: keeps cookies and puts the CSRF token into every post, as the pages do."""

    app: Flask
    username: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.username:
            journal: Journal = self.app.extensions["loket"].journal
            now = self.app.config["CLOCK"]()
            row = journal.db.one("SELECT id FROM person WHERE username = ?", (self.username,))
            assert row is not None
            token = sessions.open_session(journal.db, person_id=row[0], now=now, address="127.0.0.1")
            with self.client.session_transaction() as kept:
                kept["sid"] = token

    @property
    def actor(self) -> Actor:
        """The person as an actor, for calling services directly."""
        journal: Journal = self.app.extensions["loket"].journal
        return actor_of(journal.db, self.username, self.app.config["CLOCK"]().date())

    def token(self) -> str:
        """A valid CSRF token of this browser's session."""
        with self.client.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0123456789abcdef" * 2)
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, htmx: bool = False, **options: Any
    ) -> TestResponse:
        """Send a form; `htmx` sends it as htmx would."""
        headers = dict(options.pop("headers", {}))
        if htmx:
            headers["HX-Request"] = "true"
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, headers=headers, **options)
