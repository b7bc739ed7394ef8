"""`bench`: hand over to bench/run.py of the source tree."""

from __future__ import annotations

import subprocess
import sys

import click

from app import paths
from app.cli.indonesian import command


@command(
    "bench",
    "Ukur kecepatan dan cocokkan dengan sasarannya; berakhir dengan 1 bila satu sasaran luput.\n\n"
    "Semua pilihan diteruskan ke bench/run.py, misalnya --quick.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PILIHAN]...")
def bench(arguments: tuple[str, ...]) -> None:
    call = [sys.executable, str(paths.CHECKOUT / "bench" / "run.py"), *arguments]
    raise click.exceptions.Exit(subprocess.run(call, cwd=paths.CHECKOUT).returncode)
