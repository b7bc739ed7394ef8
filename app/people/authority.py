"""What was changed about a person's rights and secrets, by whom: written with each change, read by those concerned."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from app.core.clock import at_office
from app.core.permissions import ROLES
from app.people.events import AuthorityChanged
from app.people.queries import names
from app.people.tables import Credential
from schema.database import Database, plain
from schema.remembered import remembered
from sync.journal import Journal

CONSOLE = "console"
"""The user name that the journal holds for a command on the PC."""
SHOWN_ALONE = timedelta(days=7)
"""How long every desk shows what one person did alone."""
MOST_SHOWN = 20
ACTS: dict[str, str] = {
    "added": "Akun dibuat",
    "roles": "Peran diganti",
    "password": "Kata sandi sementara diberikan",
    "acting": "Penunjukan pejabat sementara",
    "acting_end": "Hari terakhir pejabat sementara diganti",
    "disabled": "Akun dinonaktifkan",
    "enabled": "Akun diaktifkan lagi",
    "own_password": "Kata sandi diganti pemiliknya",
    "pin": "PIN baru dibuat",
    "vouched": "PIN baru dijamin",
    "reset": "Administrator dipulihkan dengan kata sandi baru",
}
GIVEN = ("added", "password", "reset")
"""Acts after which somebody else knows the password."""


class Changed(msgspec.Struct, frozen=True):
    """One change as pages tell it; names in place of user names."""

    id: int
    act: str
    person_id: int
    name: str
    proposed_by: str
    second: str
    detail: str
    alone: bool
    at: datetime

    @property
    def what(self) -> str:
        """`Peran diganti: Petugas Loket, Petugas Operator`."""
        words = ", ".join(ROLES.get(role, role) for role in self.detail.split()) if self.act in (
            "added", "roles") else self.detail  # fmt: skip
        return ACTS.get(self.act, self.act) + (f": {words}" if words else "")

    @property
    def who(self) -> str:
        """`Diusulkan Ratna Puspita, disetujui Budi Santoso`."""
        if self.act in ("pin", "own_password"):
            return "Dengan kata sandi pemilik akun"
        if self.act == "vouched":
            return f"Dijamin {self.second}"
        if self.proposed_by == CONSOLE:
            return "Dengan perintah di komputer kantor"
        if self.second == CONSOLE:
            return f"Diusulkan {self.proposed_by}, disahkan dengan perintah di komputer kantor"
        return f"Diusulkan {self.proposed_by}, disetujui {self.second}"


def record_change(journal: Journal, act: str, person_id: int, *, proposed_by: str, now: datetime, second: str = "",
                  detail: str = "", alone: bool = False) -> None:  # fmt: skip
    """Write the entry of a change within its transaction: in the name of the second person, if there is one."""
    body = AuthorityChanged(
        journal.next_id("authority_change"), act, person_id, proposed_by, second, detail[:300], alone
    )
    journal.record(body, subject=f"person/{person_id}", actor=second or proposed_by, at=now)


_ASKED = ("SELECT c.id, c.act, c.person_id, p.name, c.proposed_by, c.second, c.detail, c.alone, c.at"
          " FROM authority_change c JOIN person p ON p.id = c.person_id WHERE ")  # fmt: skip


def _lines(db: Database, where: str, *params: object) -> tuple[Changed, ...]:
    known = names(db)
    rows = db.run(f"{_ASKED}{where} ORDER BY c.id DESC LIMIT {MOST_SHOWN}", params)
    return tuple(
        Changed(number, act, person_id, name, known.get(by, by), known.get(second, second), detail, bool(alone),
                datetime.fromisoformat(at))
        for number, act, person_id, name, by, second, detail, alone, at in rows
    )  # fmt: skip


@remembered
def changes_about(db: Database, person_id: int, after: int = 0) -> tuple[Changed, ...]:
    """The newest changes about a person with a greater id than `after`."""
    return _lines(db, "c.person_id = ? AND c.id > ?", person_id, after)


@remembered
def done_alone(db: Database, today: date) -> tuple[Changed, ...]:
    """What one person did alone in the last seven days, the newest first."""
    return _lines(db, "c.alone = 1 AND c.at >= ?", plain(at_office(today - SHOWN_ALONE, 0)))


def acknowledge(db: Database, person_id: int, up_to: int) -> None:
    """The person has read the changes up to this one."""
    Credential.update(told_to=up_to).where(
        Credential.person_id == person_id, Credential.told_to < up_to
    ).execute(db)


def last_givers(db: Database, person_id: int) -> frozenset[str]:
    """User names of the two who gave a person's password last; empty when the set-up gave it."""
    row = db.one("SELECT proposed_by, second FROM authority_change WHERE person_id = ? AND act IN (?, ?, ?)"
                 " ORDER BY id DESC LIMIT 1", (person_id, *GIVEN))  # fmt: skip
    return frozenset(name for name in row or () if name)
