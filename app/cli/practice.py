"""`practice`: a training office with invented people, in a folder of its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import WholeNumber, loket_command
from app.cli.serving import ending_on_signals, open_server
from app.core import clock
from app.platform.practice.founding import PASSWORD
from schema.data_folder import hold_folder, is_practice
from schema.database import Database

if TYPE_CHECKING:
    from flask import Flask

PORT = 8235
CENTRE = "pusat"
OTHER_SIDE = (
    "Folder {folder} berisi latihan {held}, bukan {asked}. Beri folder lain dengan --data, atau jalankan: "
    "practice --data {folder}{more}"
)
NOT_PRACTICE = "Folder {folder} berisi data yang bukan latihan. Beri folder lain dengan --data."


@loket_command(
    "practice",
    "Berlatih dengan orang karangan: setiap peran mempunyai latihan lima menit yang memeriksa dirinya sendiri.\n\n"
    "Kantor latihan berdiri di folder sendiri, tanpa pusat, tanpa SMS, tanpa kios. Nama pengguna dan kata sandi "
    "ditampilkan setelah siap, Ctrl+C mengakhiri.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("latihan"),
    metavar="DIR",
    help="Folder kantor latihan (biasanya latihan).",
)
@click.option("--port", type=WholeNumber(limit=65535), default=PORT, metavar="PORT", help="Port (biasanya 8235).")
@click.option(
    "--profile",
    type=click.Choice(["kecamatan", "poltekkes", "biro", CENTRE]),
    default="kecamatan",
    help="Jenis kantor (biasanya kecamatan), atau pusat.",
)
def practice(data: Path, port: int, profile: str) -> None:
    from app.platform.practice.service import write_begun

    if data.is_dir() and any(data.iterdir()) and not is_practice(data):
        raise click.ClickException(NOT_PRACTICE.format(folder=data))
    check_side(data, profile)
    with hold_folder(data, "kantor latihan"):
        if not is_practice(data):
            write_begun(data, {})
        if profile == CENTRE:
            serve_centre_practice(data, port)
        else:
            serve_practice(data, port, profile)


def check_side(data: Path, profile: str) -> None:
    """That a folder does not hold the other side. Raises ClickException."""
    from app.compose import FILES

    if profile != CENTRE and (data / FILES["centre"]).exists():
        told = OTHER_SIDE.format(folder=data, held="pusat", asked="kantor", more=f" --profile {CENTRE}")
        raise click.ClickException(told)
    if profile == CENTRE and (data / FILES["office"]).exists():
        raise click.ClickException(OTHER_SIDE.format(folder=data, held="kantor", asked="pusat", more=""))


def serve_practice(data: Path, port: int, profile: str) -> None:
    from app import compose
    from app.cli.office import open_office_journal
    from app.compose_office import make_practice_app
    from app.platform.office.queries import is_set_up
    from app.platform.practice.founding import found_practice

    journal = open_office_journal(data)
    if not is_set_up(journal.db):
        found_practice(journal, profile, clock.now())
        compose.begin_rooms(journal, clock.now())
    try:
        serve_pages(make_practice_app(journal, data), journal.db, port, "Kantor")
    finally:
        journal.db.close()


def serve_centre_practice(data: Path, port: int) -> None:
    """The pages only: nothing there answers an office."""
    from app.cli.practice_centre import open_training_centre
    from app.compose_centre import make_practice_app
    from app.core.problems import Problem

    training = open_training_centre(data, clock.now())
    try:
        try:
            training.bring_people(clock.now())
        except Problem as problem:  # its administrator can put it right on the pages
            click.echo(problem.sentence, err=True)
        app = make_practice_app(training.centre, data, training.exchange, training.bring_people)
        serve_pages(app, training.centre.db, port, "Pusat")
    finally:
        training.close()


def serve_pages(app: Flask, db: Database, port: int, side: str) -> None:
    server = open_server(app, "127.0.0.1", port)
    try:
        with ending_on_signals(), suppress(KeyboardInterrupt):
            tell_sign_ins(db, server.effective_port, side)
            server.run()
    finally:
        server.close()


def tell_sign_ins(db: Database, port: int, side: str) -> None:
    """Where the pages are, and who can sign in there."""
    click.echo(f"{side} latihan: http://127.0.0.1:{port}/  (Ctrl+C untuk berhenti)")
    click.echo(f"Kata sandi semua orang: {PASSWORD}")
    for username, name in db.run("SELECT username, name FROM person ORDER BY id"):
        click.echo(f"  {username:<20} {name}")
