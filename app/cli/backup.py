"""`backup` and `restore`: a whole office in one sealed file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app import compose
from app.cli.indonesian import command
from app.cli.ledger import SIDES, sides_or_stop
from app.cli.loaded import NO_FILE, has_keys, next_step, take_over
from app.cli.options import answer, data_option, json_option
from app.core import clock
from app.core.dates import number
from schema.migrate import Side
from sync.backup import RECIPIENT_FILE, BackupError, make_backup, recovery_key, restore
from sync.verifying import Verdict

FOLDER = "cadangan"


@command(
    "backup",
    "Buat cadangan yang terkunci dan teruji.\n\n"
    "Kali pertama menampilkan kunci pemulihan: cetak atau salin, lalu simpan di tempat terkunci. Tanpa kunci itu "
    "cadangan tidak dapat dibuka siapa pun.",
)
@click.option(
    "--to",
    "to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder tujuan, misalnya stik USB (tanpa pilihan ini: folder cadangan di dalam data).",
)
@data_option
@json_option
def backup(data: Path, to: Path | None, as_json: bool) -> None:
    side = sides_or_stop(data)[0]
    recipient, secret = recovery_key(data / "keys")
    journal = compose.journal(side, compose.open_side(side, data))
    try:
        made = make_backup(journal, side, to or data / FOLDER, recipient, clock.now(), data)
    except (BackupError, OSError) as error:
        if (
            secret
        ):  # nobody has seen this key: without a backup there must be none, else it would never be shown
            (data / "keys" / RECIPIENT_FILE).unlink()
        raise click.ClickException(sentence(error)) from error
    lines = [
        f"Cadangan {SIDES[side]} teruji: {made.path.name}, {number(made.size)} bita, {number(made.entries)} catatan."
    ]
    if secret:
        lines += [
            "",
            "KUNCI PEMULIHAN (hanya ditampilkan sekali ini):",
            secret,
            "",
            "Cetak atau salin ke kertas, simpan di lemari terkunci bersama halaman cara memulihkan.",
        ]
    if made.alarm:
        lines += ["", made.alarm]
    payload = {
        "path": str(made.path),
        "size": made.size,
        "entries": made.entries,
        "digest": made.digest,
        "alarm": made.alarm,
        "recovery_key": secret,
    }
    answer(payload, lines, as_json=as_json)


@command(
    "restore",
    "Pulihkan kantor dari cadangan ke komputer ini.\n\n"
    "Basis data yang ada disimpan dengan akhiran .lama. Kantor langsung dapat bekerja; sebelum mengirim ke pusat "
    "cetak, minta kode pendaftaran baru. Tanpa BERKAS: basis datanya sudah dimuat dengan alat lain, misalnya milik "
    "PostgreSQL.",
)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[BERKAS]", required=False
)
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="BERKAS",
    help="Berkas berisi kunci pemulihan (tanpa pilihan ini: diminta lewat papan ketik).",
)
@click.option("--replace", is_flag=True, help="Gantikan basis data yang ada; yang lama disimpan.")
@click.option(
    "--side",
    type=click.Choice(["office", "centre"]),
    default="office",
    help="Pihak yang dipulihkan (tanpa pilihan ini: office).",
)
@data_option
@json_option
def restore_(
    file: Path | None, key_file: Path | None, replace: bool, side: Side, data: Path, as_json: bool
) -> None:
    database, had_keys = compose.place(side, data), has_keys(data)
    if file is None:
        told(take_over(side, data), side, had_keys, as_json)
        return
    if not isinstance(database, Path):
        raise click.ClickException(NO_FILE)
    if database.exists() and not replace:
        raise click.ClickException(
            f"Di {data} sudah ada basis data. Tambahkan --replace kalau memang akan diganti."
        )
    secret = key_file.read_text(encoding="utf-8") if key_file else ask_secret()
    try:
        verdict = restore(
            file,
            own_line(secret),
            database,
            data / "keys",
            side,
            lambda db: compose.journal(side, db),
            clock.now(),
        )
    except (BackupError, OSError) as error:
        raise click.ClickException(sentence(error)) from error
    told(verdict, side, had_keys, as_json)


def told(verdict: Verdict, side: Side, had_keys: bool, as_json: bool) -> None:
    """What was restored, and what a person does next."""
    lines = [f"Dipulihkan dan teruji: {number(verdict.entries)} catatan.", next_step(side, had_keys)]
    answer({"entries": verdict.entries, "digest": verdict.digest}, lines, as_json=as_json)


def ask_secret() -> str:
    """The recovery key, typed or piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.read()
    return str(click.prompt("Kunci pemulihan", hide_input=True))


def own_line(text: str) -> str:
    """The line with the key among comments."""
    return next(
        (line.strip() for line in text.splitlines() if line.strip().startswith("AGE-SECRET-KEY")),
        text.strip(),
    )


def sentence(error: Exception) -> str:
    """What went wrong, for an officer."""
    if isinstance(error, OSError):
        return f"Tempat tujuan tidak dapat ditulis ({error.strerror}). Periksa stik dan ruang kosong, lalu ulangi."
    return str(error)
