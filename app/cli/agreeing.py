"""`confirm-alone`: make a proposed change of rights at the PC itself, where no second person can confirm it."""

from __future__ import annotations

from pathlib import Path

import click

from app import compose
from app.cli.indonesian import command
from app.cli.ledger import sides_or_stop
from app.cli.options import data_option
from app.core import clock
from app.core.problems import Problem
from app.people.agreement import Proposal, confirm_alone, proposals
from app.people.authority import ACTS


@command(
    "confirm-alone",
    "Sahkan usulan perubahan hak petugas bila tidak ada orang kedua yang dapat menyetujuinya.\n\n"
    "Usulannya dibuat dulu di menu Petugas. Tanpa NOMOR: daftar usulan yang menunggu. Hanya dijalankan di komputer "
    "kantor sendiri, tercatat di jurnal, dan tampil seminggu di semua meja.",
)
@click.argument("number", metavar="[NOMOR]", type=int, required=False)
@data_option
def confirm_alone_(number: int | None, data: Path) -> None:
    side = sides_or_stop(data)[0]
    journal, now = compose.journal(side, compose.open_side(side, data)), clock.now()
    if number is None:
        waiting = proposals(journal.db, now)
        click.echo("\n".join(map(in_words, waiting)) if waiting else "Tidak ada usulan yang menunggu.")
        return
    try:
        made = confirm_alone(journal, number, now=now)
    except Problem as problem:
        raise click.ClickException(" ".join(problem.fields.values()) or problem.sentence) from problem
    click.echo(f"Berlaku: {in_words(made)}\nSemua meja menampilkannya selama seminggu.")


def in_words(waiting: Proposal) -> str:
    """One proposal on one line."""
    return f"{waiting.id}  {waiting.name}: {ACTS[waiting.change.act]}, diusulkan {waiting.proposer}"
