"""`destroy`: the personal body of an entry that no table rests on any more, for good."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app import compose
from app.cli.indonesian import command
from app.cli.ledger import sides_or_stop
from app.cli.options import data_option
from app.core import clock
from app.core.clock import office_date
from app.core.problems import Problem
from app.office.retention import destroy
from app.people.credentials import confirm_pin
from app.people.queries import actor_named
from sync.chains import place_of

UNKNOWN = "{name} bukan petugas yang aktif di sini. Pakai nama pengguna Sekretaris atau administrator."


@command(
    "destroy",
    "Musnahkan untuk selamanya isi pribadi sebuah catatan jurnal yang tidak dipakai tabel mana pun lagi, misalnya "
    "perbaikan yang sudah diperbaiki lagi.\n\n"
    "Diminta PIN Sekretaris atau administrator; nama, alasan, dan tempatnya tercatat di jurnal. Seluruh jurnal "
    "dijalankan ulang dulu, jadi bisa makan waktu beberapa menit.",
)
@click.argument("lines", nargs=-1, required=True, metavar="EPOS/ALIRAN/NOMOR...")
@click.option("--reason", required=True, metavar="ALASAN", help="Mengapa, misalnya surat permintaan warga.")
@click.option("--as", "username", required=True, metavar="PENGGUNA", help="Siapa yang memutuskan.")
@data_option
def destroy_(lines: tuple[str, ...], reason: str, username: str, data: Path) -> None:
    side = sides_or_stop(data)[0]
    journal, now = compose.journal(side, compose.open_side(side, data)), clock.now()
    actor = actor_named(journal.db, username, office_date(now))
    if actor is None:
        raise click.ClickException(UNKNOWN.format(name=username[:60]))
    try:
        places = [place_of(line) for line in lines]
    except ValueError as error:
        raise click.UsageError("Tulis tempatnya seperti 1/office/25.") from error
    try:
        confirm_pin(journal.db, actor, typed_pin(), now=now)
        destroy(journal, side, actor, places, reason=reason, folder=data, now=now)
    except Problem as problem:
        raise click.ClickException(" ".join(problem.fields.values()) or problem.sentence) from problem
    click.echo("Isinya dimusnahkan. Cadangan lama masih memuatnya; musnahkan menurut aturan arsip.")


def typed_pin() -> str:
    """The PIN: typed without being shown, or one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("PIN", hide_input=True))
