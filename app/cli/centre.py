"""`centre`: the regency's printing centre, its pages and its interface for the offices."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from app.cli.options import WholeNumber, data_option, loket_command
from app.cli.serving import LateApplication, Running, ending_on_signals, open_server
from app.core import clock
from schema.data_folder import DiskSpace, hold_folder, is_practice
from sync.journal import Journal

PORT = 8135
PRACTICE = "Folder {folder} adalah folder latihan. Jalankan: practice --data {folder}"


@loket_command(
    "centre",
    "Jalankan sisi pusat (Dispenduk Capil atau bank).\n\n"
    "Halaman dibuka dari komputer ini; kecamatan menghubungi alamat dan port yang sama. LOKET_CENTRE_DB menunjuk "
    "PostgreSQL, tanpa itu basis datanya SQLite di folder data.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ALAMAT",
    help="Alamat yang didengarkan; 0.0.0.0 agar kecamatan dapat menghubungi.",
)
@click.option("--port", type=WholeNumber(limit=65535), default=PORT, metavar="PORT", help="Port (biasanya 8135).")
@click.option(
    "--name", "names", multiple=True, metavar="NAMA", help="Nama komputer ini pada proksi ber-TLS; boleh berkali-kali."
)
@click.option(
    "--status",
    type=WholeNumber(limit=65535),
    metavar="PORT",
    help="Port halaman status untuk umum (biasanya tidak dijalankan).",
)
@data_option
def centre(data: Path, host: str, port: int, names: tuple[str, ...], status: int | None) -> None:
    if is_practice(data):
        raise click.ClickException(PRACTICE.format(folder=data))
    with hold_folder(data, "pusat"):
        serve_centre(data, host, port, names, status)


def serve_centre(data: Path, host: str, port: int, names: tuple[str, ...], status: int | None = None) -> None:
    from app.cli.proving import nightly_proof
    from app.compose_centre import Publisher, build_centre
    from app.platform.backups.service import BackupClock

    space = DiskSpace(data)
    space.hold()
    built = build_centre(data, hosts=names, space=space)
    if built.journal.has_identity and built.desk.lost():
        click.echo(built.desk.lost(), err=True)  # the page of the keys says how to go on, so it must open
    server = open_server(built, host, port, proxied=bool(names))
    if status is None:
        visitors = None
    else:
        visitors = open_status_page(built.journal, host, status, names)
    publisher = Publisher(built)
    publisher.start()
    backup_clock = BackupClock(built.pages.extensions["loket"].surroundings.backups, clock.now)
    backup_clock.start()
    proof = nightly_proof(built.journal, data)
    proof.start()
    try:
        # Before the address is told: whoever reads it may end us at once.
        with ending_on_signals(), suppress(KeyboardInterrupt):
            click.echo(f"Pusat: http://127.0.0.1:{server.effective_port}/  (Ctrl+C untuk berhenti)")
            if visitors is not None:
                click.echo(f"Halaman status: http://{visitors.address}/")
            server.run()
    finally:
        publisher.stop()
        proof.stop()
        server.close()
        if visitors is not None:
            visitors.stop()
        backup_clock.stop()


def open_status_page(journal: Journal, host: str, port: int, names: tuple[str, ...]) -> Running:
    """The public page on its own port. Raises ClickException when the port is taken."""

    def make() -> Any:
        from app.centre.views.status_page import OWN_NAMES, make_status_app

        return make_status_app(journal, {"TRUSTED_HOSTS": [*OWN_NAMES, *names]})

    return Running(LateApplication(make), port, host, proxied=bool(names))
