"""`reset-admin`: let a lone administrator in again, at the PC itself; the journal says that it happened."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app import compose
from app.cli.indonesian import command
from app.cli.ledger import sides_or_stop
from app.cli.options import data_option
from app.core import clock
from app.core.problems import Problem
from app.people.service import reset_administrator


@command(
    "reset-admin",
    "Beri administrator kata sandi baru bila tidak ada administrator lain yang dapat menolong.\n\n"
    "Hanya dijalankan di komputer kantor sendiri, dan tercatat di jurnal. Kata sandinya diketik tanpa tampil dan "
    "harus diganti saat masuk pertama kali.",
)
@click.argument("username", metavar="PENGGUNA")
@data_option
def reset_admin(username: str, data: Path) -> None:
    side = sides_or_stop(data)[0]
    journal = compose.journal(side, compose.open_side(side, data))
    try:
        reset_administrator(journal, username, typed_password(), clock.now())
    except Problem as problem:
        raise click.ClickException(told(problem, username)) from problem
    click.echo(f"Kata sandi {username.strip().lower()} diganti. Masuk dengan kata sandi baru, lalu gantilah.")


def told(problem: Problem, username: str) -> str:
    """The problem as one reads it at the PC, where there is no search box."""
    if problem.code == "not_found":
        return (
            f"{username[:60]} bukan administrator di sini. Pakai nama pengguna Sekretaris atau Administrator."
        )
    return " ".join(problem.fields.values()) or problem.sentence


def typed_password() -> str:
    """The new password: typed twice without being shown, or one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = str(click.prompt("Kata sandi baru", hide_input=True))
    if first != str(click.prompt("Sekali lagi", hide_input=True)):
        raise click.ClickException("Kedua kata sandi tidak sama. Ulangi perintahnya.")
    return first
