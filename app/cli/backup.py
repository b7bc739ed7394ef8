"""`backup`, `restore` and `begin-anew`: a whole office in one sealed file, and what lies beside an emptied one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from app import compose
from app.backups.remains import remains, set_apart
from app.cli.indonesian import command
from app.cli.ledger import SIDES, sides_or_stop
from app.cli.loaded import NO_FILE, has_keys, next_step, take_over
from app.cli.options import answer, data_option, json_option
from app.compose_backup import FOLDER, Backups, sentence
from app.core import clock
from app.core.dates import number
from app.core.problems import Problem
from app.people.access_log import log_access
from schema.folder_lock import hold_folder
from schema.migrate import MigrationError, Side, migrate
from sync.backup import Backup, BackupError
from sync.backup_records import adopt_file, draw_key, in_groups, key_in_force
from sync.restoring import close_old, is_founded, restore
from sync.verifying import Verdict

ANEW = "MULAI BARU"
CONSOLE = "console"
TRIES = 3
SHOWN = (
    "KUNCI PEMULIHAN (hanya ditampilkan sekali ini; kunci lain yang belum dipastikan tidak berlaku lagi):",
    "Salin ke dua lembar kertas, simpan di dua lemari terkunci bersama halaman cara memulihkan.",
)
TO_CONFIRM = (
    "Cadangan ini baru dihitung setelah kuncinya dipastikan: python3 run.py backup --confirm, "
    "atau halaman Cadangan."
)


@contextmanager
def sentences() -> Iterator[None]:
    """What goes wrong with a backup, as a sentence."""
    try:
        yield
    except (BackupError, OSError) as error:
        raise click.ClickException(sentence(error)) from error
    except MigrationError as error:
        raise click.ClickException(str(error)) from error


@command(
    "backup",
    "Buat cadangan yang terkunci dan teruji.\n\n"
    "Kali pertama menampilkan kunci pemulihan: salin ke kertas, ketik kelompok terakhirnya, simpan di tempat terkunci. "
    "Tanpa kunci itu cadangan tidak dapat dibuka siapa pun. Sesudahnya cadangan dibuat sendiri setiap malam dan saat "
    "Loket ditutup.",
)
@click.option(
    "--to",
    "to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder tujuan, misalnya stik USB (tanpa pilihan ini: folder cadangan di dalam data).",
)
@click.option("--new-key", is_flag=True, help="Buat kunci pemulihan baru bersama cadangan ini.")
@click.option("--confirm", is_flag=True, help="Pastikan kunci yang ditampilkan: ketik kelompok terakhirnya.")
@data_option
@json_option
def backup(data: Path, to: Path | None, new_key: bool, confirm: bool, as_json: bool) -> None:
    side = sides_or_stop(data)[0]
    with sentences():
        db = compose.open_side(side, data)
        migrate(db, side)
        adopt_file(db, data / "keys", clock.now())
        backups = Backups(compose.journal(side, db), side, data, CONSOLE)
        if confirm:
            confirm_typed(backups, typed_key("Kelompok terakhir kunci pemulihan", hide=False))
            answer({"key_confirmed": True}, ["Kunci pemulihan dipastikan."], as_json=as_json)
            return
        key = None if new_key else key_in_force(db)
        recipient, secret = (key.recipient, "") if key else draw_key()
        made = backups.run(to or data / FOLDER, recipient, clock.now(), None)
        if secret:
            backups.keep_key(recipient, secret, None, clock.now())
    answer(payload(made, secret), lines(made, side, secret), as_json=as_json)
    if secret and not as_json and sys.stdin.isatty():
        ask_back(backups)


def payload(made: Backup, secret: str) -> dict[str, object]:
    """The answer for a machine; `recovery_key` is empty unless it was made now."""
    return {"path": str(made.path), "size": made.size, "entries": made.entries, "digest": made.digest,
            "alarm": made.alarm, "recovery_key": secret, "key_confirmed": not secret}  # fmt: skip


def lines(made: Backup, side: Side, secret: str) -> list[str]:
    """The answer for a person."""
    size, entries = number(made.size), number(made.entries)
    told = [f"Cadangan {SIDES[side]} teruji: {made.path.name}, {size} bita, {entries} catatan."]
    if secret:
        told += ["", SHOWN[0], in_groups(secret), "", SHOWN[1], TO_CONFIRM]
    return [*told, "", made.alarm] if made.alarm else told


def ask_back(backups: Backups) -> None:
    """Have the last group typed back at once; who stops here confirms later."""
    for _ in range(TRIES):
        typed = click.prompt(
            "Ketik kelompok terakhir kunci dari kertas (kosong: nanti)", default="", show_default=False
        )
        if not typed:
            return
        try:
            confirm_typed(backups, typed)
        except click.ClickException as wrong:
            click.echo(wrong.message, err=True)
            continue
        click.echo("Kunci pemulihan dipastikan. Cadangan sekarang dibuat sendiri setiap malam.")
        return


def confirm_typed(backups: Backups, typed: str) -> None:
    """Put the waiting key in force. Raises ClickException with a sentence."""
    try:
        backups.confirm(typed, "", None, clock.now())
    except Problem as problem:
        raise click.ClickException(" ".join(problem.fields.values()) or problem.sentence) from problem


@command(
    "restore",
    "Pulihkan kantor dari cadangan ke komputer ini.\n\n"
    "Hentikan Loket lebih dulu. Basis data yang ada disimpan dengan akhiran .lama, tanggal, dan jam. Kantor langsung "
    "dapat bekerja; sebelum mengirim ke pusat cetak, minta kode pendaftaran baru. Tanpa BERKAS: basis datanya sudah "
    "dimuat dengan alat lain, misalnya milik PostgreSQL.",
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
    had_keys = has_keys(data)
    if file is None:
        with hold_folder(data, "restore"):
            verdict = take_over(side, data)
            note_restored(side, data, "")
        tell_restored(verdict, side, had_keys, as_json)
        return
    database = file_of(side, data)
    if is_founded(database) and not replace:
        raise click.ClickException(
            f"Di {data} sudah ada basis data. Tambahkan --replace kalau memang akan diganti."
        )
    secret = (
        key_file.read_text(encoding="utf-8", errors="replace") if key_file else typed_key("Kunci pemulihan")
    )
    with sentences(), hold_folder(data, "restore"):
        verdict = restore(file, own_line(secret), database, data / "keys", side,
                          lambda db: compose.journal(side, db), clock.now())  # fmt: skip
        note_restored(side, data, file.name)
    tell_restored(verdict, side, had_keys, as_json)


def note_restored(side: Side, data: Path, name: str) -> None:
    """One line in the access log of what was restored."""
    with closing(compose.open_side(side, data)) as db:
        log_access(db, at=clock.now(), person_id=None, action="backup.restored", detail=name, address=CONSOLE)


def tell_restored(verdict: Verdict, side: Side, had_keys: bool, as_json: bool) -> None:
    """What was restored, and what a person does next."""
    told = [f"Dipulihkan dan teruji: {number(verdict.entries)} catatan.", next_step(side, had_keys)]
    answer({"entries": verdict.entries, "digest": verdict.digest}, told, as_json=as_json)


@command(
    "begin-anew",
    "Mulai dari awal di folder data yang pernah dipakai.\n\n"
    "Hanya bila basis datanya kosong atau tidak ada. Kunci, cadangan, dan basis data lama dipindahkan ke folder "
    "sebelum-TANGGAL, tidak dihapus; lalu halaman persiapan terbuka lagi.",
)
@click.option(
    "--side",
    type=click.Choice(["office", "centre"]),
    default="office",
    help="Pihak yang dimulai lagi (tanpa pilihan ini: office).",
)
@data_option
def begin_anew(side: Side, data: Path) -> None:
    database = file_of(side, data)
    if is_founded(database):
        raise click.ClickException(f"Basis data di {data} berisi data. Tidak ada yang dimulai dari awal.")
    found = remains(data)
    if not found:
        raise click.ClickException(
            f"Di {data} tidak ada yang lama. Jalankan Loket dan isi halaman persiapan."
        )
    click.echo("\n".join(["Yang akan dipindahkan:", *(one.words for one in found)]))
    if typed_key(f"Ketik {ANEW} untuk meneruskan", hide=False).strip() != ANEW:
        raise click.ClickException("Tidak ada yang dipindahkan.")
    with sentences(), hold_folder(data, "begin-anew"):
        close_old(database)
        apart = set_apart(data, clock.now())
    click.echo(f"Dipindahkan ke {apart}. Jalankan Loket dan isi halaman persiapan.")


def file_of(side: Side, data: Path) -> Path:
    """The SQLite file of a side. Raises ClickException for a centre on PostgreSQL."""
    database = compose.place(side, data)
    if not isinstance(database, Path):
        raise click.ClickException(NO_FILE)
    return database


def typed_key(question: str, *, hide: bool = True) -> str:
    """What is typed, or piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.read()
    return str(click.prompt(question, hide_input=hide))


def own_line(text: str) -> str:
    """The line with the key among comments."""
    return next(
        (line.strip() for line in text.splitlines() if line.strip().upper().startswith("AGE-SECRET-KEY")),
        text.strip(),
    )
