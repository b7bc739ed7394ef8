"""Which roots the office trusts: one person adds a certificate, another compares its digest and confirms."""

import base64
import hashlib
from datetime import datetime
from typing import Annotated

from app.core.asked import Text
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.platform.people.two_people import check_two_people
from app.platform.signatures import events
from app.platform.signatures.judging import can_judge, read_root
from app.platform.signatures.queries import find_root
from app.platform.signatures.tables import TrustedRoot
from app.room import office_command
from sync.journal import Journal

MOST_BYTES = 16_000
WHENCE = "Tulis dari mana sertifikat ini dan di mana sidik jarinya dicocokkan."
MISSING = (
    "Pemeriksa tanda tangan belum terpasang di komputer ini. Administrator memasangnya dengan daftar "
    "requirements-signatures.txt, lalu Loket dinyalakan ulang."
)
OWN = (
    "Sertifikat akar dikonfirmasi orang lain, bukan yang menambahkannya. Minta rekan Anda membandingkan sidik jarinya."
)
NOT_A_ROOT = (
    "Dokumen ini bukan sertifikat akar. Pilih sertifikat (.cer, .crt, .pem) penyelenggara yang menerbitkan dirinya "
    "sendiri."
)


def missing_words() -> str:
    """What to install where signed papers cannot be checked on this PC; else empty."""
    if can_judge():
        return ""
    return MISSING


def check_installed() -> None:
    """Raises Problem `conflict` where signed papers cannot be checked on this PC, with what to install."""
    if missing := missing_words():
        raise Problem.of("conflict", why=missing)


@office_command("office.settings")
def propose_root(
    journal: Journal,
    actor: Actor,
    *,
    data: bytes,
    source: Annotated[str, Text("Asal sertifikat", WHENCE, most=300)],
    now: datetime,
) -> int:
    """Add a root certificate, in PEM or DER; it counts once another person confirmed it. Returns its id."""
    check_installed()
    if not 0 < len(data) <= MOST_BYTES:
        raise Problem.of("invalid", {"certificate": NOT_A_ROOT})
    facts = read_root(data)
    if facts.fault:
        raise Problem.of("invalid", {"certificate": NOT_A_ROOT})
    digest = hashlib.sha256(facts.der).hexdigest()
    if TrustedRoot.first(journal.db, digest=digest, withdrawn_at="") is not None:
        raise Problem.of("conflict", why="Sertifikat akar ini sudah ada di daftar.")
    root_id = journal.next_id("trusted_root")
    certificate = base64.b64encode(facts.der).decode()
    body = events.RootProposed(root_id, digest, certificate, facts.subject, facts.valid_from, facts.valid_until, source)
    journal.record(body, subject=f"root/{root_id}", actor=actor.username, at=now)
    return root_id


@office_command("people.second")
def confirm_root(journal: Journal, actor: Actor, *, root_id: int, now: datetime) -> None:
    """Another person compared the digest with the authority's own page: the root counts. The PIN was asked before."""
    row = find_root(journal.db, root_id)
    if row.confirmed_at:
        raise Problem.of("conflict", why="Sertifikat akar ini sudah dikonfirmasi.")
    if row.actor == actor.username:
        raise Problem.of("conflict", why=OWN)
    check_two_people(journal.db, (row.actor, actor.username))
    journal.record(events.RootConfirmed(root_id), subject=f"root/{root_id}", actor=actor.username, at=now)


@office_command("office.settings", "people.second")
def withdraw_root(
    journal: Journal,
    actor: Actor,
    *,
    root_id: int,
    reason: Annotated[str, Text("Alasan mencabut", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Trust a root no longer; papers that were taken back before stay."""
    find_root(journal.db, root_id)
    journal.record(events.RootWithdrawn(root_id, reason), subject=f"root/{root_id}", actor=actor.username, at=now)
