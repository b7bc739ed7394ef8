"""Makes the data of the version that runs: `python -m tests.versions.make`, once at each release."""

import sys
import tarfile
import tempfile
from datetime import date, datetime
from pathlib import Path

from app import compose
from app.centre.offices import publish_state
from app.cli.demo import sides as demo
from app.cli.demo.year import make_year
from app.core.clock import at_office
from schema.version import VERSION
from sync.journal import Journal

HERE = Path(__file__).parent
LAST_DAY = date(2026, 2, 27)
"""Friday before the walk's first day (app/cli/demo/command.py)."""
NOT_KNOWN_YET = "centre.state"
KEPT = ("*/*.sqlite3", "*/keys/*", "*/rahasia-pin")


def make(folder: Path) -> None:
    """Seventy days of both sides, then one exchange by an office that does not understand an entry."""
    made = make_year(folder, LAST_DAY, centre_address="127.0.0.1:8135", cases=3, days=75)
    made.close()
    exchange_as_an_older_program(folder, at_office(LAST_DAY, 20))
    for side, name in demo.FOLDERS.items():
        db = demo.open_journal(side, folder / name).db
        db.run("DELETE FROM sign_in_session")
        db.run("VACUUM")
        db.run("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()


def exchange_as_an_older_program(folder: Path, now: datetime) -> None:
    """What the centre says of itself reaches an office without that kind: the entry is kept and waits."""
    office, centre = (demo.open_journal(side, folder / demo.FOLDERS[side]) for side in ("office", "centre"))
    older = Journal(office.db, [kind for kind in compose.kinds("office") if kind.name != NOT_KNOWN_YET])
    both = demo.Sides(folder, demo.open_link(older, folder, "office"), demo.open_link(centre, folder, "centre"))
    publish_state(centre, now=now)
    both.exchange(now)
    waiting = office.db.one("SELECT count(*) FROM journal_waiting")
    assert waiting is not None
    assert waiting[0] >= 1, "nothing waits"
    both.close()


def main() -> int:
    """Write VERSION.tar.xz beside this file, unless it is there."""
    target = HERE / f"{VERSION}.tar.xz"
    if target.exists():
        sys.stderr.write(f"{target.name} is there and stays as it is\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        with tarfile.open(target, "w:xz", preset=9) as archive:
            for path in sorted(path for kept in KEPT for path in folder.glob(kept)):
                archive.add(path, path.relative_to(folder), filter=without_owner)
    return 0


def without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file without the name of whoever made it."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    sys.exit(main())
