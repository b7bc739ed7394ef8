"""The walk's last look: do both sides hold the same, and can each prove its journal?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.dates import number
from app.demo.cast import CENTRE, OFFICE
from app.demo.sides import FOLDERS, open_journal
from schema.database import Database
from schema.migrate import Side
from schema.scratch import scratch
from sync.journal import Journal
from sync.verifying import verify

STREAMS = ((OFFICE, "dukcapil", "kantor ke pusat"), (CENTRE, OFFICE, "pusat ke kantor"))
Say = Callable[[str], None]


def both_agree(data: Path, say: Say) -> bool:
    """Say each finding; whether there is no fault in any."""
    sides: list[Side] = ["office", "centre"]
    office, centre = (open_journal(side, data / FOLDERS[side]) for side in sides)
    faults = [*dispatches(office.db, centre.db, say), *roads(office, centre, say), *balances(office.db, say)]
    for side, journal in zip(sides, (office, centre), strict=True):
        with scratch(data) as folder:
            verdict = verify(journal, side, folder / "scratch.sqlite3")
        faults += verdict.faults
        say(f"     jurnal {FOLDERS[side]}: {number(verdict.entries)} baris "
            + ("utuh, tabel sama dengan jurnal" if not verdict.faults else "TIDAK COCOK"))  # fmt: skip
    office.db.close()
    centre.db.close()
    for fault in faults:
        say(f"     TIDAK COCOK: {fault}")
    return not faults


def dispatches(office: Database, centre: Database, say: Say) -> Iterator[str]:
    """Every dispatch that was sent lies at the centre with the same count and digest, and with all its lines."""
    there = {row[0]: row[1:] for row in centre.run("SELECT dispatch_id, number, count, digest, complete FROM"
                                                   " incoming_dispatch WHERE source = ?", (OFFICE,))}  # fmt: skip
    here = list(office.run("SELECT id, number, count, digest FROM dispatch WHERE state = 'sent' ORDER BY id"))
    for identity, *row in here:
        if there.get(identity) != (*row, 1):
            yield f"pengiriman {row[0]}: kantor {row}, pusat {there.get(identity)}"
    say(f"     pengiriman: {len(here)} ditutup, sidiknya dibandingkan di kedua pihak")


def roads(office: Journal, centre: Journal, say: Say) -> Iterator[str]:
    """Both streams end at the same place with the same hash on both sides, and each side has said so to the other."""
    for source, stream, name in STREAMS:
        mine, other = (journal.tail(source, 1, stream) for journal in (office, centre))
        if mine != other:
            yield f"jalur {name}: kantor sampai {mine.n}, pusat sampai {other.n}, atau isinya berbeda"
        writer = office if source == OFFICE else centre
        row = writer.db.one(
            "SELECT n, head FROM road_ack WHERE origin = ? AND epoch = 1 AND stream = ?", (source, stream)
        )
        if row is None or (row[0], row[1]) != (mine.n, mine.hash.hex()):
            yield f"jalur {name}: tanda terima sampai {row[0] if row else 0}, catatan sampai {mine.n}"
        say(f"     jalur {name}: {number(mine.n)} catatan, sidik {mine.hash.hex()[:16]}")


BALANCES = (
    "SELECT d.number, d.count, count(l.ordinal), sum(l.result = 'printed'), sum(l.result = 'refused'),"
    " sum(l.result IN ('waiting', 'accepted')) FROM dispatch d JOIN dispatch_line l ON l.dispatch_id = d.id"
    " WHERE d.state = 'sent' GROUP BY d.id"
)


def balances(office: Database, say: Say) -> Iterator[str]:
    """In every dispatch: sent = printed + refused + waiting."""
    rows = list(office.run(BALANCES))
    for name, count, lines, *parts in rows:
        if not count == lines == sum(parts):
            yield f"neraca pengiriman {name}: {count} dikirim, {parts}"
    sent, printed, refused, waiting = (sum(row[n] for row in rows) for n in (1, 3, 4, 5))
    say(f"     neraca: {sent} dikirim = {printed} dicetak + {refused} ditolak + {waiting} menunggu")
