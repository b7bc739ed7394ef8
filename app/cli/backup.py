"""`backup`, `restore` and `begin-anew`: a whole office in one sealed file, and what lies beside an emptied one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click

from app import compose
from app.cli.database import SIDES, existing_sides
from app.cli.options import data_option, json_option, loket_command, print_answer, progress_bar
from app.cli.replacing import (
    agree_to_replace,
    check_same_office,
    loaded_office,
    marked_office,
    read_database,
    read_held_office,
    replaced_lines,
)
from app.cli.sentences import error_sentence
from app.cli.typed_secrets import can_ask, typed_secret
from app.core import clock
from app.core.dates import format_number, long_moment
from app.core.problems import SENTENCES, Problem
from app.platform.backups.service import BACKUP_FOLDER, Backups, backup_error_sentence, find_remains, set_apart
from app.platform.people.access_log import log_access
from schema.cipher import is_encrypted
from schema.data_folder import hold_folder, scratch_folder
from schema.database import SqliteDatabase
from schema.migrations import Side, migrate_database
from schema.own_files import put_own_files_back
from sync.backup import Backup, BackupError
from sync.chains import ProofResult
from sync.entries import to_utc_text
from sync.evidence import begin_after_restore
from sync.increments import ENDING, Continued
from sync.journal import Journal
from sync.keys import SIGNING_FILE
from sync.restore import adopt_file, close_old, draw_key, holds_identity, key_in_force, restore_backup, to_groups
from sync.verification import verify_side

ANEW = "MULAI BARU"
NOT_AN_INCREMENT = (
    "{name} lanjutan sebuah cadangan. Sebut cadangannya (.loket-cadangan) di folder yang sama: lanjutannya ikut dibaca."
)
CONSOLE = "console"
TRIES = 3
SHOWN = (
    "KUNCI PEMULIHAN (hanya ditampilkan sekali ini; kunci lain yang belum dipastikan tidak berlaku lagi):",
    "Salin ke dua lembar kertas, simpan di dua lemari terkunci bersama halaman cara memulihkan.",
)
KEPT = (
    "Basis data sebelumnya disimpan sebagai {name}, tanpa kunci: siapa pun yang memegang dokumen itu membacanya. Hapus "
    "setelah isinya tidak diperlukan lagi."
)
KEPT_ENCRYPTED = "Basis data sebelumnya disimpan sebagai {name}, terkunci. Hapus setelah isinya tidak diperlukan lagi."
TO_CONFIRM = (
    "Cadangan ini baru dihitung setelah kuncinya dipastikan: python3 run.py backup --confirm, atau halaman Cadangan."
)


@contextmanager
def telling_backup_errors() -> Iterator[None]:
    try:
        yield
    except (BackupError, OSError) as error:
        raise click.ClickException(backup_error_sentence(error)) from error


@loket_command(
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
    help="Folder tujuan, misalnya flashdisk (tanpa pilihan ini: folder cadangan di dalam data).",
)
@click.option("--new-key", is_flag=True, help="Buat kunci pemulihan baru bersama cadangan ini.")
@click.option("--confirm", is_flag=True, help="Pastikan kunci yang ditampilkan: ketik kelompok terakhirnya.")
@data_option
@json_option
def backup(data: Path, to: Path | None, new_key: bool, confirm: bool, as_json: bool) -> None:
    side = existing_sides(data)[0]
    with telling_backup_errors(), closing(compose.open_side(side, data)) as db:
        migrate_database(db, side)
        adopt_file(db, data / "keys", clock.now())
        backups = Backups(compose.journal(side, db), side, data, CONSOLE)
        if confirm:
            confirm_key(backups, typed_secret("Kelompok terakhir kunci pemulihan", hide=False, whole=True))
            print_answer({"key_confirmed": True}, ["Kunci pemulihan dipastikan."], as_json=as_json)
            return
        key = None if new_key else key_in_force(db)
        if key:
            recipient = key.recipient
            secret = ""
        else:
            recipient, secret = draw_key()
        made = backups.run(to or data / BACKUP_FOLDER, recipient, clock.now(), None, progress_bar())
        if secret:
            backups.keep_key(recipient, secret, None, clock.now())
        print_answer(backup_payload(made, secret), backup_lines(made, side, secret), as_json=as_json)
        if secret and not as_json and can_ask():
            with suppress(click.Abort):  # Ctrl+C or the end of the input: later, as the sentence above says
                ask_key_group(backups)


def backup_payload(made: Backup, secret: str) -> dict[str, object]:
    return {
        "path": str(made.path),
        "size": made.size,
        "entries": made.entries,
        "digest": made.digest,
        "alarm": made.alarm,
        "recovery_key": secret,
        "key_confirmed": not secret,
    }


def backup_lines(made: Backup, side: Side, secret: str) -> list[str]:
    size = format_number(-(-made.size // 1024))
    entries = format_number(made.entries)
    told = [f"Cadangan {SIDES[side]} teruji: {made.path.name}, {size} KB, {entries} catatan."]
    if secret:
        told += ["", SHOWN[0], to_groups(secret), "", SHOWN[1], TO_CONFIRM]
    if made.alarm:
        return [*told, "", made.alarm]
    return told


def ask_key_group(backups: Backups) -> None:
    for _ in range(TRIES):
        typed = click.prompt(
            "Ketik kelompok terakhir kunci dari kertas (kosong: nanti)", default="", show_default=False
        )
        if not typed:
            return
        try:
            confirm_key(backups, typed)
        except Problem as wrong:
            click.echo(error_sentence(wrong), err=True)
            continue
        click.echo(SENTENCES["key_confirmed"])
        return


def confirm_key(backups: Backups, typed: str) -> None:
    backups.confirm(typed, "", None, clock.now())


@loket_command(
    "restore",
    "Pulihkan kantor dari cadangan ke komputer ini.\n\n"
    "Hentikan Loket lebih dulu. Basis data yang ada disimpan dengan akhiran .lama, tanggal, dan jam. Kantor langsung "
    "dapat bekerja; sebelum mengirim ke pusat, minta kode pendaftaran baru. Tanpa DOKUMEN: basis datanya sudah "
    "dimuat dengan alat lain, misalnya milik PostgreSQL.",
)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[DOKUMEN]", required=False
)
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="DOKUMEN",
    help="Dokumen berisi kunci pemulihan (tanpa pilihan ini: diminta lewat papan ketik).",
)
@click.option("--backup-only", is_flag=True, help="Tanpa lanjutan yang terletak di samping cadangannya.")
@click.option("--replace", is_flag=True, help="Gantikan basis data yang ada; yang lama disimpan.")
@click.option("--other-office", is_flag=True, help="Kantor lain memang menggantikan yang ada di folder data ini.")
@click.option(
    "--side",
    type=click.Choice(["office", "centre"]),
    default="office",
    help="Pihak yang dipulihkan (tanpa pilihan ini: office).",
)
@data_option
@json_option
def restore_(
    file: Path | None,
    key_file: Path | None,
    backup_only: bool,
    replace: bool,
    other_office: bool,
    side: Side,
    data: Path,
    as_json: bool,
) -> None:
    had_keys = has_signing_keys(data)
    if file is None:
        with hold_folder(data, "restore"):
            verdict = adopt_loaded_database(side, data, other_office=other_office)
            note_restored(side, data, "")
        print_restored(verdict, [step_after_restore(side, had_keys)], as_json)
        return
    if file.name.endswith(ENDING):
        raise click.ClickException(NOT_AN_INCREMENT.format(name=file.name))
    database = sqlite_file_of(side, data)
    if holds_identity(database) and not replace:
        raise click.ClickException(f"Di {data} sudah ada basis data. Tambahkan --replace jika memang akan diganti.")
    if key_file:
        secret = key_file.read_text(encoding="utf-8", errors="replace")
    else:
        secret = typed_secret("Kunci pemulihan", whole=True)
    before = set(replaced_databases(database))
    told = [step_after_restore(side, had_keys)]

    def agree(fresh: Path) -> None:
        here, there = read_held_office(database, side), read_database(fresh, side)
        agree_to_replace(here, there, other_office)
        told[:0] = replaced_lines(here, there)

    continued = Continued(file, key_line(secret))
    go_on: Callable[[SqliteDatabase, Journal], None] = continued.apply
    if backup_only:
        go_on = apply_nothing
    with telling_backup_errors(), hold_folder(data, "restore"):
        verdict = restore_backup(
            file,
            key_line(secret),
            database,
            data / "keys",
            side,
            lambda db: compose.journal(side, db),
            clock.now(),
            agree,
            go_on,
            progress_bar(),
        )
        note_restored(side, data, file.name)
        told[:0] = continued_lines(continued)
        told += restored_definitions(side, data)
    if is_encrypted(data):
        kept = KEPT_ENCRYPTED
    else:
        kept = KEPT
    told += [kept.format(name=name) for name in sorted({*replaced_databases(database)} - before)]
    print_restored(verdict, told, as_json, continued)


def apply_nothing(_db: SqliteDatabase, _journal: Journal) -> None:
    """The backup alone: what was written after it stays out."""


def continued_lines(continued: Continued) -> list[str]:
    """How far the increments beside the backup carried the restored data, and why no further."""
    lines = []
    if continued.reached_at:
        count = format_number(continued.applied)
        lines.append(f"Dengan {count} lanjutan di sampingnya: data sampai {long_moment(continued.reached_at)}.")
        lines.append("Salinan tiap menit belum berjalan di komputer ini: pilih foldernya di halaman Cadangan.")
    if continued.stopped:
        lines.append(
            f"{continued.stopped}: {format_number(continued.skipped)} lanjutan tidak dipakai. Bila ada salinan lain "
            "dari folder itu, pulihkan dari sana dengan --replace."
        )
    return lines


def restored_definitions(side: Side, data: Path) -> list[str]:
    """Put the office's own definition files back where they are missing, and say which."""
    if side != "office":
        return []
    with closing(compose.open_side(side, data)) as db:
        names = put_own_files_back(db)
    if not names:
        return []
    return [f"Dokumen definisi dikembalikan: {', '.join(names)}."]


def note_restored(side: Side, data: Path, name: str) -> None:
    with closing(compose.open_side(side, data)) as db:
        log_access(db, at=clock.now(), person_id=None, action="backup.restored", detail=name, address=CONSOLE)


def replaced_databases(database: Path) -> list[str]:
    found = database.parent.glob(f"{database.name}.lama-*")
    return [path.name for path in found if not path.name.endswith(("-wal", "-shm"))]


def print_restored(
    verdict: ProofResult, told: Sequence[str], as_json: bool, continued: Continued | None = None
) -> None:
    lines = [f"Dipulihkan dan teruji: {format_number(verdict.entries)} catatan.", *told]
    answer = {"entries": verdict.entries, "digest": verdict.digest}
    if continued is not None:
        reached = ""
        if continued.reached_at:
            reached = to_utc_text(continued.reached_at)
        answer |= {"increments": continued.applied, "reached_at": reached}
        answer |= {"increments_left_out": continued.skipped, "why_left_out": continued.stopped}
    print_answer(answer, lines, as_json=as_json)


@loket_command(
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
    database = sqlite_file_of(side, data)
    if holds_identity(database):
        raise click.ClickException(f"Basis data di {data} berisi data. Tidak ada yang dimulai dari awal.")
    found = find_remains(data)
    if not found:
        raise click.ClickException(f"Di {data} tidak ada yang lama. Jalankan Loket dan isi halaman persiapan.")
    click.echo("\n".join(["Yang akan dipindahkan:", *(remains.words for remains in found)]))
    if typed_secret(f"Ketik {ANEW} untuk meneruskan", hide=False, whole=True).strip() != ANEW:
        raise click.ClickException("Tidak ada yang dipindahkan.")
    with telling_backup_errors(), hold_folder(data, "begin-anew"):
        close_old(database)
        apart = set_apart(data, clock.now())
    click.echo(f"Dipindahkan ke {apart}. Jalankan Loket dan isi halaman persiapan.")


def sqlite_file_of(side: Side, data: Path) -> Path:
    """The SQLite file of a side. Raises ClickException for a centre on PostgreSQL."""
    database = compose.place(side, data)
    if not isinstance(database, Path):
        raise click.ClickException(NO_FILE)
    return database


def key_line(text: str) -> str:
    for line in map(str.strip, text.splitlines()):
        if line.upper().startswith("AGE-SECRET-KEY"):
            return line
    return text.strip()


NO_FILE = (
    "Pusat ini memakai PostgreSQL: muat dulu hasil pg_dump dengan pg_restore atau psql, lalu jalankan perintah ini "
    "tanpa dokumen."
)


def adopt_loaded_database(side: Side, data: Path, *, other_office: bool) -> ProofResult:
    db = compose.open_side(side, data)
    try:
        migrate_database(db, side)
        journal = compose.journal(side, db)
        if not journal.has_identity:
            raise click.ClickException(f"Basis data {SIDES[side]} masih kosong. Muat dulu salinannya.")
        with telling_backup_errors():
            check_same_office(marked_office(compose.marker_file(side, data)), loaded_office(db, side), other_office)
        data.mkdir(parents=True, exist_ok=True)
        with scratch_folder(data) as folder:
            verdict = verify_side(journal, side, folder / "scratch.sqlite3", progress_bar())
        if verdict.faults:
            raise click.ClickException("Isi basis data tidak lulus pemeriksaan: " + verdict.faults[0])
        begin_after_restore(journal, data / "keys", clock.now())
    finally:
        db.close()
    return verdict


def step_after_restore(side: Side, had_keys: bool) -> str:
    if side == "office":
        return "Kantor dapat langsung bekerja. Minta kode pendaftaran baru dari pusat sebelum mengirim."
    if had_keys:
        return "Pusat dapat langsung bekerja; kecamatan tidak perlu kode baru. Lihat halaman Sesudah pemulihan."
    return (
        "Kunci pusat tidak ada, jadi dibuat yang baru: setiap kecamatan perlu kode pendaftaran baru. Bila folder "
        "keys masih tersimpan, kembalikan dulu ke folder data, lalu ulangi."
    )


def has_signing_keys(data: Path) -> bool:
    return (data / "keys" / SIGNING_FILE).exists()
