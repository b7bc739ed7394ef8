"""`python3 run.py bench [--quick] [--only NAME] [--json]`: every figure against its aim; exit 1 where one is missed.

`bench peers` compares with other programs instead (`bench.peers.compare`), `bench profiles` tells where the time goes.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import (
    backups,
    centre_pages,
    complaints,
    encryption,
    growth,
    importing,
    million,
    offices,
    pages,
    profiles,
    proof,
    registration,
    sizing,
    small,
    start,
    sync,
)
from bench.aims import left_out
from bench.an_office import fill, found
from bench.measuring import Figure, load
from bench.peers import compare

NAMES = ("sync", "pages", "centre", "registration", "import", "complaints", "proof", "start")
NAMED_ONLY = ("small", "interaction", "encryption", "growth", "sizing", "offices", "million", "ten_years")
"""Taken where they are asked for: `small` and `interaction` hold the machine down with means that only Linux has,
`encryption` serves two offices at once, `growth` fills a journal of a million lines, `sizing` needs PostgreSQL,
`offices` founds fifty of them, `million` and `ten_years` fill databases for minutes."""
ROUNDS = {
    "sync": (3, 15),
    "pages": (3, 12),
    "centre": (3, 12),
    "registration": (40, 200),
    "import": (3, 8),
    "complaints": (5, 15),
    "proof": (2, 6),
    "start": (5, 15),
    "encryption": (3, 9),
    "growth": (1, 1),
    "sizing": (1, 1),
    "offices": (2, 5),
    "million": (5, 15),
    "ten_years": (1, 1),
    "small": (3, 7),
    "interaction": (3, 7),
}
"""Rounds of each figure: quick, and when there is time."""


class Measurements:
    """Runs figures by name; the office with 100,000 cases is filled once and only when somebody asks for it."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder, self.quick = folder, quick

    def take(self, name: str) -> list[Figure]:
        """The figures of one name."""
        measure: dict[str, Callable[[int], list[Figure]]] = {
            "sync": sync.main,
            "pages": lambda rounds: pages.main(self.filled(), rounds),
            "centre": centre_pages.main,
            "registration": lambda rounds: registration.main(self.filled(), rounds),
            "import": importing.main,
            "complaints": lambda rounds: complaints.main(rounds, self.folder),
            "proof": proof.main,
            "start": start.main,
            "growth": growth.main,
            "sizing": sizing.main,
            "offices": offices.main,
            "million": million.main,
            "ten_years": backups.main,
            "encryption": lambda rounds: encryption.main(self.filled(), rounds),
            "small": lambda rounds: small.main(rounds, self.folder),
            "interaction": self.interaction,
        }
        return measure[name](ROUNDS[name][0 if self.quick else 1])

    def interaction(self, rounds: int) -> list[Figure]:
        """Keys and their paint; Chromium's driver is loaded by nothing else here."""
        from bench import interaction

        return interaction.main(rounds, self.folder)

    def filled(self) -> Path:
        """The folder of the office with 100,000 cases."""
        data = self.folder / "office"
        if not data.exists():
            journal = found(data)
            fill(journal, pages.CASES)
            journal.db.close()
        return data


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and tell by the exit code whether every aim is met."""
    if arguments[:1] == ["peers"]:
        return compare.main(arguments[1:])
    if arguments[:1] == ["profiles"]:
        return profiles.main()
    asked = read(arguments)
    figures: list[Figure] = []
    names = asked.only or NAMES
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        measurements = Measurements(Path(folder), quick=asked.quick)
        for name in names:
            begun = time.perf_counter()
            print(f"{name} …", end="", file=sys.stderr, flush=True)
            figures += measurements.take(name)
            print(f" {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    print(as_json(figures, names) if asked.json else table(figures, names))
    return 0 if all(figure.met for figure in figures) else 1


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under three minutes")
    parser.add_argument("--only", action="append", choices=NAMES + NAMED_ONLY, help="one figure (may be given again)")
    parser.add_argument("--json", action="store_true", help="the answer for a machine")
    return parser.parse_args(arguments)


def table(figures: Sequence[Figure], names: Sequence[str]) -> str:
    """Figure, what it measures, aim, result, margin, verdict; below what was not run, and the context of each."""
    heads = ("figure", "what", "aim", "result", "margin", "verdict")
    rows = [judged_row(figure) for figure in figures]
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, tuple("-" * width for width in widths), *rows)
    ]
    context = [f"{figure.name}, {figure.what}: {figure.context}" for figure in figures if figure.context]
    return "\n".join([*lines, *missing_lines(names), "", "Context (never judged):", *context, load()])


def judged_row(figure: Figure) -> tuple[str, ...]:
    """The cells of one figure."""
    verdict = "met" if figure.met else "MISSED"
    return figure.name, figure.what, figure.aim_text, figure.result_text, f"{figure.margin:+.0%}", verdict


def missing_lines(names: Sequence[str]) -> list[str]:
    """The aims of which this run says nothing, each with the command that measures it."""
    rows = left_out(names)
    told = [f"  {row.what}: {row.text}, by python3 run.py bench --only {row.name}" for row in rows]
    return ["", "Not run here:", *told] if told else []


def as_json(figures: Sequence[Figure], names: Sequence[str]) -> str:
    """The same for a machine."""
    told = [figure_values(figure) for figure in figures]
    missing = [row._asdict() for row in left_out(names)]
    met = all(figure.met for figure in figures)
    return json.dumps({"figures": told, "not_run": missing, "met": met}, ensure_ascii=False, indent=2)


def figure_values(figure: Figure) -> dict[str, object]:
    """A figure with its verdict."""
    rounded = {"value": round(figure.value, 4), "margin": round(figure.margin, 4)}
    return asdict(figure) | rounded | {"met": figure.met}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
