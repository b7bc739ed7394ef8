"""The long forms of the proofs: `python3 run.py prove road|power`, one line of figures, exit 1 when one is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.proof.power import prove_power

MOST_FAULTS = 20


def power(arguments: argparse.Namespace, folder: Path) -> tuple[str, list[str], bool]:
    """(figures, faults, proved) of power cuts."""
    figures = prove_power(folder, arguments.points, arguments.seed)
    return figures.line(arguments.seed), figures.faults, figures.is_proved


def read_arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="prove")
    proofs = parser.add_subparsers(required=True)
    cuts = proofs.add_parser("power")
    cuts.add_argument("--points", type=int, default=2000)
    cuts.set_defaults(run=power)
    for proof in proofs.choices.values():
        proof.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    """Run one proof in a folder that is removed afterwards."""
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="loket-prove-") as folder:
        line, faults, proved = arguments.run(arguments, Path(folder))
    print(line)  # noqa: T201
    for fault in faults[:MOST_FAULTS]:
        print(f"  {fault}", file=sys.stderr)  # noqa: T201
    return 0 if proved else 1


if __name__ == "__main__":
    sys.exit(main())
