"""`prove`: hand over to the long proofs of the source tree (tests/proof)."""

from __future__ import annotations

import subprocess
import sys

import click

from app import paths
from app.cli.indonesian import command


@command(
    "prove",
    "Buktikan ketahanan dengan kerja acak: listrik padam (power), jalan data ke pusat cetak (road), banyak "
    "kecamatan sekaligus (offices), serangan dari luar (doors), atau data pribadi yang tercecer (privacy).\n\n"
    "Menulis satu baris angka; berakhir dengan 1 bila satu catatan hilang, satu kartu tercetak dua kali, atau "
    "satu bagian tidak terbukti. "
    "Contoh: prove power --points 2000 --seed 1; prove road --rounds 300 --seed 1.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument(
    "arguments", nargs=-1, type=click.UNPROCESSED, metavar="road|power|offices|doors|privacy [PILIHAN]..."
)
def prove(arguments: tuple[str, ...]) -> None:
    call = [sys.executable, "-m", "tests.proof", *arguments]
    raise click.exceptions.Exit(subprocess.run(call, cwd=paths.CHECKOUT).returncode)
