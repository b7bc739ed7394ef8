"""The long forms of the proofs: `python3 run.py prove NAME`, one line of figures each, exit 1 when one is broken."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from tests.postgres import server
from tests.proof.bodies import prove_bodies
from tests.proof.desks.run import prove_desks
from tests.proof.desks.world import KINDS
from tests.proof.erased_people import prove_erased_people
from tests.proof.failover import measure_processes, prove_takeover
from tests.proof.incidents import prove_sync
from tests.proof.kiosk_visitors import prove_kiosk_visitors
from tests.proof.lock_outs import prove_lock_outs
from tests.proof.lost_disk import prove_lost_disk
from tests.proof.mask_figures import prove_masks
from tests.proof.offices import prove_offices
from tests.proof.partners import prove_partners
from tests.proof.parts import Part, ProvePart
from tests.proof.patterns import prove_patterns
from tests.proof.planted_codes import prove_planted_codes
from tests.proof.planted_number import prove_planted_number, prove_planted_number_encrypted
from tests.proof.power import prove_power
from tests.proof.processes import line_of, prove_processes
from tests.proof.slow_clients import prove_slow_clients
from tests.proof.spreadsheets import prove_spreadsheets
from tests.proof.villages import prove_villages

MOST_FAULTS = 20
ENGINES = ["sqlite", "postgres"]

DOORS: list[ProvePart] = [
    prove_slow_clients,
    prove_bodies,
    prove_patterns,
    prove_spreadsheets,
    prove_kiosk_visitors,
    prove_lock_outs,
]
PRIVACY: list[ProvePart] = [
    prove_masks,
    prove_planted_codes,
    prove_planted_number,
    prove_planted_number_encrypted,
    prove_erased_people,
]


def cuts(arguments: argparse.Namespace, folder: Path) -> Part:
    """Images of a disk whose power went off."""
    figures = prove_power(folder, arguments.points, arguments.seed)
    return Part(
        figures.line(arguments.seed), figures.faults or ([] if figures.is_proved else ["no point was looked at"])
    )


def lost_disks(arguments: argparse.Namespace, folder: Path) -> Part:
    """Offices whose whole disk is lost, and their continuous copy."""
    figures = prove_lost_disk(folder, max(1, arguments.points // POINTS_FOR_A_DISK), arguments.seed)
    return Part(figures.line(arguments.seed), figures.faults)


POWER = {"cuts": cuts, "disk": lost_disks}
POINTS_FOR_A_DISK = 40
"""One disk is thrown away for so many points."""


def power(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of the parts that were asked for."""
    return in_folders(POWER, arguments, folder)


def rounds_of_work(arguments: argparse.Namespace, folder: Path) -> Part:
    """Rounds of work with restores, copies, forks and a hostile neighbour."""
    figures = prove_sync(folder, arguments.rounds, arguments.seed)
    return Part(figures.line(arguments.seed), figures.faults or ([] if figures.is_proved else ["no round was worked"]))


def two_partners(arguments: argparse.Namespace, folder: Path) -> Part:
    """An office with two partners whose codes change, and who lie."""
    return prove_partners(folder, arguments.seed, arguments.rounds)


def many_processes(arguments: argparse.Namespace, folder: Path) -> Part:
    """Three processes of the centre on one PostgreSQL, restarted in turn under twenty offices and a liar."""
    with postgres() as address:
        restarts = max(3, arguments.rounds // 10)
        crowd = prove_processes(folder, address, offices=20, entries=100, restarts=restarts, seed=arguments.seed)
    return Part(line_of(crowd, arguments.seed), crowd.faults)


def twenty_villages(arguments: argparse.Namespace, folder: Path) -> Part:
    """Twenty villages, their kecamatan and the centre as programs of their own, and sticks."""
    return prove_villages(folder, villages=20, rounds=max(3, arguments.rounds // 50), seed=arguments.seed)


SYNC = {
    "rounds": rounds_of_work,
    "partners": two_partners,
    "processes": many_processes,
    "villages": twenty_villages,
}


def sync(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of the parts that were asked for."""
    return in_folders(SYNC, arguments, folder)


def in_folders(
    parts: Mapping[str, Callable[[argparse.Namespace, Path], Part]], arguments: argparse.Namespace, folder: Path
) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of the parts that were asked for, one after the other, each in a folder of its own."""
    results = []
    for name in arguments.part:
        (folder / name).mkdir()
        results.append(parts[name](arguments, folder / name))
    faults = [fault for part in results for fault in part.faults]
    return "\n".join(part.figures for part in results), faults, bool(results) and not faults


def failover(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of a standby that takes over, synchronous and not, and of one to three processes."""
    lines, faults = [], list[str]()
    for synchronous in (True, False):
        place = folder / f"{synchronous}"
        place.mkdir()
        made = prove_takeover(
            place,
            offices=arguments.offices,
            entries=arguments.entries,
            seed=arguments.seed,
            synchronous=synchronous,
        )
        lines.append(made.line(arguments.seed))
        faults += made.faults
    (folder / "measured").mkdir()
    with postgres() as address:
        measured = measure_processes(folder / "measured", address, offices=6, rounds=2)
    return "\n".join([*lines, measured.figures]), faults, not faults


def at_once(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of many offices at once, on each engine that was asked for."""
    made = []
    for engine in arguments.engine:
        with postgres() if engine == "postgres" else nullcontext("") as address:
            made.append(
                prove_offices(
                    folder / engine,
                    offices=arguments.offices,
                    entries=arguments.entries,
                    seed=arguments.seed,
                    address=address,
                )
            )
    faults = [fault for figures in made for fault in figures.faults]
    return "\n".join(one.line() for one in made), faults, all(one.is_proved for one in made)


def desks(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of officers who wander through every profile, for each seed."""
    runs = [prove_desks(folder / str(seed), seed, arguments.acts, arguments.profile) for seed in arguments.seed]
    faults = [fault for figures in runs for fault in figures.told()]
    return "\n".join(figures.line() for figures in runs), faults, not faults


def in_parts(parts: list[ProvePart], arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of parts that run one after the other, each in a folder of its own."""
    results = []
    for number, prove_part in enumerate(parts):
        place = folder / f"part-{number}"
        place.mkdir()
        results.append(prove_part(place, arguments.seed))
    faults = [fault for part in results for fault in part.faults]
    return "; ".join(part.figures for part in results), faults, bool(results) and not faults


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of this proof's own."""
    with server() as started, started.database() as address:
        yield address


def read_arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="prove")
    proofs = parser.add_subparsers(required=True)
    points = proofs.add_parser("power")
    points.add_argument("--points", type=int, default=2000)
    points.add_argument("--part", nargs="+", choices=list(POWER), default=list(POWER))
    points.set_defaults(run=power)
    rounds = proofs.add_parser("sync")
    rounds.add_argument("--rounds", type=int, default=300)
    rounds.add_argument("--part", nargs="+", choices=list(SYNC), default=list(SYNC))
    rounds.set_defaults(run=sync)
    many = proofs.add_parser("offices")
    many.add_argument("--offices", type=int, default=50)
    many.add_argument("--entries", type=int, default=200)
    many.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES)
    many.set_defaults(run=at_once)
    takeover = proofs.add_parser("failover")
    takeover.add_argument("--offices", type=int, default=20)
    takeover.add_argument("--entries", type=int, default=200)
    takeover.set_defaults(run=failover)
    proofs.add_parser("doors").set_defaults(run=partial(in_parts, DOORS))
    proofs.add_parser("privacy").set_defaults(run=partial(in_parts, PRIVACY))
    for proof in proofs.choices.values():
        proof.add_argument("--seed", type=int, default=1)
    wander = proofs.add_parser("desks")
    wander.add_argument("--profile", nargs="+", choices=KINDS, default=KINDS)
    wander.add_argument("--seed", nargs="+", type=int, default=[1])
    wander.add_argument("--acts", type=int, default=1500)
    wander.set_defaults(run=desks)
    parser.set_defaults(most=MOST_FAULTS)
    wander.set_defaults(most=None)
    return parser.parse_args()


def main() -> int:
    """Run one proof in a folder that is removed afterwards."""
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="loket-prove-") as folder:
        line, faults, proved = arguments.run(arguments, Path(folder))
    print(line)  # noqa: T201
    for fault in faults[: arguments.most]:
        print(f"  {fault}", file=sys.stderr)  # noqa: T201
    return 0 if proved else 1


if __name__ == "__main__":
    sys.exit(main())
