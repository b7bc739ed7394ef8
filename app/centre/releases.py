"""Releases of the program that this centre endorses for its offices, in its signed files (decision 95)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from app.centre.offices import check_stick
from app.centre.rules import centre_command, centre_transaction
from app.core.asked import Offered
from app.core.messages import ReleaseEndorsed
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.updates.endorsements import CENTRE, ReleaseEndorsement, endorsed_releases
from app.platform.updates.releases import Keys, Release, check_maintained, find_release
from schema.database import Database, first_column
from schema.database_errors import run_with_retries
from sync.journal import LOCAL, Journal

CHOOSE = "Pilih flashdisk dengan dokumen rilisnya."
DEVELOPMENT = "Versi ini membawa kunci percobaan: belum ada rilis yang dapat disahkan."
NOT_A_CENTRE = "Yang mengesahkan rilis untuk kantor hanya pusat dengan kode yang diawali {start}."
ALREADY = "Loket {version} sudah disahkan."
MOST_TOLD = 4
"""Releases, newest first, of which a new office is told and which the page shows: older ones nobody installs."""


class Endorsed(NamedTuple):
    """A release that this centre endorsed, and how many of its enrolled offices have been told."""

    version: str
    digest: str
    at: str
    told: int
    offices: int


@centre_command("centre.offices")
def endorse_release(
    journal: Journal,
    actor: Actor,
    *,
    folder: Annotated[str, Offered("Flashdisk", CHOOSE)],
    sticks: Callable[[], list[tuple[str, str]]],
    keys: Keys,
    now: datetime,
) -> Release:
    """Endorse the release on a stick for all offices, once somebody has tried it. Ask the PIN before.

    Only one that the maintainers signed. Raises Problem `invalid`, `conflict`, or why the release is not taken.
    """
    if keys.development:
        raise Problem.of("conflict", why=DEVELOPMENT)
    if not journal.source.startswith(CENTRE):
        raise Problem.of("conflict", why=NOT_A_CENTRE.format(start=CENTRE))
    check_stick(folder, sticks())
    release = check_maintained(find_release(Path(folder)), keys)
    if ReleaseEndorsement.first(journal.db, stream=LOCAL, digest=release.digest):
        raise Problem.of("conflict", why=ALREADY.format(version=release.version))
    record_endorsement(journal, LOCAL, release.version, release.digest, actor.username, now)
    return release


def publish_endorsements(journal: Journal, *, now: datetime) -> int:
    """Tell each office the endorsed releases that it was not told of, one entry each; returns how many."""

    def tell_offices() -> int:
        if not untold(journal.db):
            return 0
        with centre_transaction(journal) as db:
            waiting = untold(db)
            for office, release in waiting:
                record_endorsement(journal, office, release.version, release.digest, "system", now)
        return len(waiting)

    return run_with_retries(tell_offices)


def untold(db: Database) -> list[tuple[str, ReleaseEndorsement]]:
    """(office, release) of what an enrolled office was not told, of the newest releases."""
    newest = endorsed_releases(db, LOCAL)[:MOST_TOLD]
    return [(office, row) for row in newest for office in offices_without(db, row.digest)]


def offices_without(db: Database, digest: str) -> list[str]:
    """The enrolled offices that were not told of a release."""
    told = "SELECT 1 FROM release_endorsement e WHERE e.stream = p.name AND e.digest = ?"
    return first_column(db, f"SELECT p.name FROM road_peer p WHERE NOT EXISTS ({told}) ORDER BY p.name", (digest,))


def record_endorsement(journal: Journal, stream: str, version: str, digest: str, actor: str, now: datetime) -> None:
    body = ReleaseEndorsed(version, digest)
    if stream == LOCAL:
        lane = {}
    else:
        lane = {"stream": stream, "lane": stream}
    journal.record(body, subject=f"release/{version}", actor=actor, at=now, **lane)


def list_endorsed(db: Database) -> list[Endorsed]:
    """What this centre endorsed, newest first."""
    [offices] = first_column(db, "SELECT count(*) FROM road_peer")
    return [
        Endorsed(row.version, row.digest, row.at, offices - len(offices_without(db, row.digest)), offices)
        for row in endorsed_releases(db, LOCAL)[:MOST_TOLD]
    ]
