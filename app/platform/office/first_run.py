"""What was typed in the steps of the set-up, kept beside the empty journal until everything is founded at once.

It lies in one file of the data folder, so a power cut costs at most the page that stood open. Passwords are hashed
before anything is kept; in the clear they stay in this process only, for the sheet with the first sign-ins.
"""

import re
import secrets
import threading
from collections.abc import Container, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.platform.people.credentials import make_password
from app.platform.people.hashing import OFFICE_PC, Cost, hash_secret
from schema.data_folder import write_whole

DRAFT_FILE = "persiapan.json"
MOST_BYTES = 400_000


class Draft(msgspec.Struct):
    """`answers`: field → what was typed, also what is still wrong; `hashes`: person → hash of the first password;
    `done`: the steps that were left without a fault."""

    answers: dict[str, str] = {}
    hashes: dict[str, str] = {}
    done: list[str] = []


def read_draft(data: Path) -> Draft:
    """What was kept; an unreadable file counts as none, for nothing in it is official."""
    try:
        return msgspec.json.decode((data / DRAFT_FILE).read_bytes(), type=Draft)
    except (OSError, msgspec.DecodeError):
        return Draft()


def keep_draft(data: Path, draft: Draft) -> None:
    body = msgspec.json.encode(draft)
    if len(body) <= MOST_BYTES:  # more than any page of the set-up takes
        write_whole(data / DRAFT_FILE, body, 0o600)


def drop_draft(data: Path) -> None:
    with suppress(FileNotFoundError):
        (data / DRAFT_FILE).unlink()


def suggest_username(name: str, taken: Container[str]) -> str:
    """A user name from the first part of a name that is no title: `Drs. Hadi Purnomo, M.Si.` → `hadi`."""
    words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in name.split(",")[0].split() if not word.endswith(".")]
    plain = [word for word in words if len(word) > 2 and not word[0].isdigit()] or ["petugas"]
    choices = [plain[0], *(f"{plain[0]}.{word}" for word in plain[1:]), *(f"{plain[0]}{n}" for n in range(2, 100))]
    return next((choice[:40] for choice in choices if choice[:40] not in taken), "")


# -- the sheet with everybody's first sign-in ------------------------------------------------------------------------

SHOWN = timedelta(minutes=30)


class FirstSignIn(msgspec.Struct, frozen=True):
    """One strip of the sheet. `password` is empty where it was typed before the program was started again."""

    post: str
    name: str
    username: str
    password: str


class SignInSheet(msgspec.Struct, frozen=True):
    """The strips of an office that was just founded, for the browser with the token and no longer than `SHOWN`.

    `keeper`: user name of whoever set the office up with an own password, and goes on from here without typing it.
    """

    token: str
    made_at: datetime
    strips: tuple[FirstSignIn, ...]
    keeper: str

    def is_for(self, token: object) -> bool:
        return isinstance(token, str) and secrets.compare_digest(token, self.token)


class FirstPasswords:
    """The first passwords of a running set-up in the clear, in memory only."""

    def __init__(self) -> None:
        self.typed: dict[str, tuple[str, str]] = {}  # person → (password, its hash)
        self.sheet: SignInSheet | None = None
        self.code = ""
        """The enrolment code that was typed, while another step is mended."""
        self.one_at_a_time = threading.Lock()
        """Held by whatever changes something in the set-up: the second of two clicks comes after the first."""

    def take(self, key: str, password: str, cost: Cost = OFFICE_PC) -> str:
        """Hash a password that was typed or made; the hash is what may be kept."""
        hashed = hash_secret(password, cost)
        self.typed[key] = (password, hashed)
        return hashed

    def hash_for(self, key: str, kept: Mapping[str, str]) -> str:
        """The hash of somebody's first password; one whom nobody gave any gets one that the program makes."""
        return kept.get(key) or self.take(key, make_password())

    def clear_of(self, key: str, hashed: str) -> str:
        password, known = self.typed.get(key, ("", ""))
        return password if known == hashed else ""

    def show(self, token: str, strips: tuple[FirstSignIn, ...], keeper: str, now: datetime) -> None:
        """Put the sheet up; the token opens it."""
        self.typed.clear()
        self.code = ""
        self.sheet = SignInSheet(token, now, strips, keeper)

    def sheet_for(self, token: object, now: datetime) -> SignInSheet | None:
        if self.sheet and now - self.sheet.made_at >= SHOWN:
            self.sheet = None
        if self.sheet and self.sheet.is_for(token):
            return self.sheet
        return None
