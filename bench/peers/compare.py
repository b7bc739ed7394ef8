"""`python3 run.py bench peers [--rounds N] [--history N] [--only NAME] [--charts DIR]`: Loket beside its peers.

Prints a table of medians, spreads and ratios; with `--charts` each question becomes an SVG. Never judged: where a peer
is better the table says so. Ends with 1 and a sentence where the peers' packages cannot be had.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.citizens import Citizens
from bench.measuring import load
from bench.peers import exchanges, rows
from bench.peers.answers import Answer, chart, table
from bench.peers.environments import NotToBeHad
from bench.peers.sides import contenders
from bench.sync import VILLAGES, as_plain, one_dispatch

NAMES = ("exchange", "pages", "start")


def main(arguments: Sequence[str]) -> int:
    """Ask, print, draw."""
    asked = read(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="loket-peers-") as folder:
            answers = ask(asked, Path(folder))
    except NotToBeHad as problem:
        print(problem, file=sys.stderr)
        return 1
    if asked.charts:
        asked.charts.mkdir(parents=True, exist_ok=True)
        for answer in answers:
            (asked.charts / f"peers-{answer.key}.svg").write_text(chart(answer), encoding="utf-8")
    print(table(answers))
    print(load())
    return 0


def ask(asked: argparse.Namespace, folder: Path) -> list[Answer]:
    """Every question that was asked for."""
    names = asked.only or NAMES
    answers: list[Answer] = []
    if "exchange" in names:
        sides = contenders(columns_file(folder))
        answers += exchanges.ask_all(sides, folder, rounds=asked.rounds, history=asked.history)
    if "pages" in names:
        answers += rows.ask_pages(folder, rounds=asked.rounds)
    if "start" in names:
        answers += rows.ask_start(folder, rounds=asked.rounds)
    return answers


def columns_file(folder: Path) -> Path:
    """The names of what a line holds, for a peer that has a column for each."""
    written = [as_plain(body, 1) for body in one_dispatch(Citizens(VILLAGES), 1, 10, 0)]
    names = dict.fromkeys(name for row in written for name in row)
    file = folder / "columns.json"
    file.write_text(json.dumps([name for name in names if name != "id"]), encoding="utf-8")
    return file


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python3 run.py bench peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each question (3)")
    parser.add_argument("--history", type=int, default=exchanges.HISTORY, help="lines of ten years (35,000)")
    parser.add_argument("--only", action="append", choices=NAMES, help="some of the questions (may be given again)")
    parser.add_argument("--charts", type=Path, help="a folder for one SVG of each question")
    return parser.parse_args(arguments)
