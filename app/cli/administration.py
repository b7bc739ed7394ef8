"""`reset-admin`, `confirm-alone`, `destroy`: decisions at the PC itself, kept in the journal."""

from datetime import datetime
from pathlib import Path

import click

from app.cli.database import open_existing
from app.cli.options import data_option, loket_command
from app.cli.typed_secrets import typed_secret, typed_twice
from app.core import clock
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.redactions import destroy_entries
from app.platform.people.authenticator import Asked, check_code, is_code_asked
from app.platform.people.credentials import confirm_pin
from app.platform.people.queries import ACTS, actor_named
from app.platform.people.service import Proposal, confirm_proposal_alone, list_proposals, reset_administrator
from schema.database import Database
from sync.entries import parse_line_id
from sync.verification import gone_bodies

NO_ADMINISTRATOR = "{name} bukan administrator di sini. Pakai nama pengguna Sekretaris atau Administrator."


@loket_command(
    "reset-admin",
    "Beri administrator kata sandi baru bila tidak ada administrator lain yang dapat menolong.\n\n"
    "Hanya dijalankan di komputer kantor sendiri, dan tercatat di jurnal. Kata sandinya diketik tanpa tampil dan "
    "harus diganti saat masuk pertama kali.",
)
@click.argument("username", metavar="PENGGUNA")
@data_option
def reset_admin(username: str, data: Path) -> None:
    _, journal = open_existing(data)
    try:
        reset_administrator(journal, username, typed_twice("Kata sandi baru"), clock.now())
    except Problem as problem:
        if problem.code != "not_found":
            raise
        raise click.ClickException(NO_ADMINISTRATOR.format(name=username[:60])) from problem
    click.echo(f"Kata sandi {username.strip().lower()} diganti. Masuk dengan kata sandi baru, lalu gantilah.")


@loket_command(
    "confirm-alone",
    "Sahkan usulan perubahan hak petugas bila tidak ada orang kedua yang dapat menyetujuinya.\n\n"
    "Usulannya dibuat dulu di menu Petugas. Tanpa NOMOR: daftar usulan yang menunggu. Hanya dijalankan di komputer "
    "kantor sendiri, tercatat di jurnal, dan tampil seminggu di semua meja.",
)
@click.argument("number", metavar="[NOMOR]", type=int, required=False)
@data_option
def confirm_alone_(number: int | None, data: Path) -> None:
    _, journal = open_existing(data)
    now = clock.now()
    if number is None:
        lines = [proposal_line(proposal) for proposal in list_proposals(journal.db, now)]
        click.echo("\n".join(lines) or "Tidak ada usulan yang menunggu.")
        return
    made = confirm_proposal_alone(journal, number, now=now)
    click.echo(f"Berlaku: {proposal_line(made)}\nSemua meja menampilkannya selama seminggu.")


def proposal_line(waiting: Proposal) -> str:
    return f"{waiting.id}  {waiting.name}: {ACTS[waiting.change.act]}, diusulkan {waiting.proposer}"


UNKNOWN_OFFICER = "{name} bukan petugas yang aktif di sini. Pakai nama pengguna Sekretaris atau administrator."


@loket_command(
    "destroy",
    "Musnahkan untuk selamanya isi pribadi sebuah catatan jurnal yang tidak dipakai tabel mana pun lagi, misalnya "
    "perbaikan yang sudah diperbaiki lagi.\n\n"
    "Diminta PIN Sekretaris atau administrator, dan kode ponsel bila ia memakainya; nama, alasan, dan tempatnya "
    "tercatat di jurnal. Seluruh jurnal dijalankan ulang dulu, jadi bisa makan waktu beberapa menit.",
)
@click.argument("lines", nargs=-1, metavar="EPOS/JALUR/NOMOR...")
@click.option("--gone", is_flag=True, help="Semua isi yang orangnya sudah dihapus dari tabel: SMS dan nama dokumen.")
@click.option("--reason", required=True, metavar="ALASAN", help="Mengapa, misalnya surat permintaan warga.")
@click.option("--as", "username", required=True, metavar="PENGGUNA", help="Siapa yang memutuskan.")
@data_option
def destroy_(lines: tuple[str, ...], gone: bool, reason: str, username: str, data: Path) -> None:
    side, journal = open_existing(data)
    now = clock.now()
    actor = actor_named(journal.db, username, office_date(now))
    if actor is None:
        raise click.ClickException(UNKNOWN_OFFICER.format(name=username[:60]))
    try:
        places = [parse_line_id(line) for line in lines]
    except ValueError as error:
        raise click.UsageError("Tulis tempatnya seperti 1/office/25.") from error
    places += gone_bodies(journal) if gone else []
    if not places:
        raise click.UsageError("Tidak ada yang dimusnahkan. Sebut tempatnya, atau hapus dulu isinya di halamannya.")
    confirm_deed(journal.db, actor, now)
    destroy_entries(journal, side, actor, places, reason=reason, folder=data, now=now)
    click.echo("Isinya dimusnahkan. Cadangan lama masih memuatnya; musnahkan menurut aturan arsip.")


def confirm_deed(db: Database, actor: Actor, now: datetime) -> None:
    """The PIN and, of whoever has an app, a code: what a page asks for a deed that binds. Raises Problem."""
    asks_code = is_code_asked(db, actor)
    confirm_pin(db, actor, typed_secret("PIN"), now=now)
    if asks_code:
        check_code(db, Asked(actor, now), typed_secret("Kode dari ponsel, atau kode cadangan"))
