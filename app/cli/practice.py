"""`practice`: a training office with invented people, in a folder of its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from app.cli.options import WholeNumber, loket_command
from app.cli.serving import ending_on_signals, open_server
from app.core import clock
from app.platform.practice.founding import PASSWORD
from schema.data_folder import hold_folder, is_practice
from schema.database import Database

PORT = 8235
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
    type=click.Choice(["kecamatan", "poltekkes", "biro"]),
    default="kecamatan",
    help="Jenis kantor (biasanya kecamatan).",
)
def practice(data: Path, port: int, profile: str) -> None:
    from app.platform.practice.service import write_begun

    if data.is_dir() and any(data.iterdir()) and not is_practice(data):
        raise click.ClickException(NOT_PRACTICE.format(folder=data))
    with hold_folder(data, "kantor latihan"):
        if not is_practice(data):
            write_begun(data, {})
        serve_practice(data, port, profile)


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
    server = open_server(make_practice_app(journal, data), "127.0.0.1", port)
    try:
        with ending_on_signals(), suppress(KeyboardInterrupt):
            tell_sign_ins(journal.db, server.effective_port)
            server.run()
    finally:
        server.close()
        journal.db.close()


def tell_sign_ins(db: Database, port: int) -> None:
    """Where the office is, and who can sign in there."""
    click.echo(f"Kantor latihan: http://127.0.0.1:{port}/  (Ctrl+C untuk berhenti)")
    click.echo(f"Kata sandi semua orang: {PASSWORD}")
    for username, name in db.run("SELECT username, name FROM person ORDER BY id"):
        click.echo(f"  {username:<20} {name}")
