"""`centre`: the regency's printing centre, its pages and its face on the road."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from app.cli.indonesian import command
from app.cli.options import Whole, data_option
from app.cli.serving import ended_politely, listen
from app.core import clock
from schema.disk_space import DiskSpace
from schema.folder_lock import hold_folder

PORT = 8135


@command(
    "centre",
    "Jalankan pusat cetak Dukcapil.\n\n"
    "Halaman dibuka dari komputer ini; kecamatan menghubungi alamat dan port yang sama. LOKET_CENTRE_DB menunjuk "
    "PostgreSQL, tanpa itu basis datanya berkas SQLite di folder data.",
)
@click.option("--host", default="127.0.0.1", metavar="ALAMAT",
              help="Alamat yang didengarkan; 0.0.0.0 agar kecamatan dapat menghubungi.")  # fmt: skip
@click.option("--port", type=Whole(limit=65535), default=PORT, metavar="PORT", help="Port (biasanya 8135).")
@click.option("--name", "names", multiple=True, metavar="NAMA",
              help="Nama komputer ini pada proksi ber-TLS; boleh berkali-kali.")  # fmt: skip
@data_option
def centre(data: Path, host: str, port: int, names: tuple[str, ...]) -> None:
    with hold_folder(data, "pusat cetak"):
        serve(data, host, port, names)


def serve(data: Path, host: str, port: int, names: tuple[str, ...]) -> None:
    """The centre and what runs beside its pages, until Ctrl+C. Raises ClickException."""
    from app.cli.backup_clock import BackupClock
    from app.cli.centre_app import Publisher, build
    from app.cli.proving import nightly

    space = DiskSpace(data)
    space.hold()
    built = build(data, hosts=names, space=space)
    if built.journal.founded and built.desk.lost():
        click.echo(built.desk.lost(), err=True)  # the page of the keys says how to go on, so it must open
    server = listen(built, host, port, proxied=bool(names))
    publisher = Publisher(built)
    publisher.start()
    backup_clock = BackupClock(built.pages.extensions["loket"].surroundings.backups, clock.now)
    backup_clock.start()
    proof = nightly(built.journal, data)
    proof.start()
    try:
        # Before the address is told: whoever reads it may end us at once.
        with ended_politely(), suppress(KeyboardInterrupt):
            click.echo(f"Pusat cetak: http://127.0.0.1:{server.effective_port}/  (Ctrl+C untuk berhenti)")
            server.run()
    finally:
        publisher.stop()
        proof.stop()
        server.close()
        backup_clock.stop()
