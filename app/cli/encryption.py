"""`encrypt`: a data folder whose databases nobody reads without a passphrase, and back."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
from msgspec.structs import replace

from app import compose
from app.cli.options import locked_data_option, loket_command
from app.cli.typed_secrets import typed_twice
from app.cli.unlocking import passphrase_file, unlock_folder
from app.cli.windows_account import protect
from schema import cipher, encrypting
from schema.cipher import LockedFolderError
from schema.data_folder import hold_folder
from schema.encrypting import DamagedFileError
from schema.migrations import pending_steps
from sync.database_key import (
    Wrapped,
    check_passphrase,
    draw_database_key,
    keep_recovery,
    key_mark,
    read_wrapped,
    wrap_with_passphrase,
    write_wrapped,
)
from sync.restore import key_in_force

TOLD = (
    "Basis data di {folder} terkunci: {names}.",
    "Mulai sekarang Loket meminta kata sandinya setiap kali dijalankan. Simpan kata sandi itu di lemari terkunci.",
)
NEW_FOLDER = (
    "Folder {folder} disiapkan terkunci. Yang ditulis Loket di sini sejak sekarang hanya terbuka dengan kata sandi itu."
)
NO_RECOVERY = (
    "Belum ada kunci pemulihan: bila kata sandi ini hilang, basis data tidak dapat dibuka siapa pun. Buat cadangan "
    "pertama dan pastikan kuncinya (python3 run.py backup)."
)
WITH_RECOVERY = "Bila kata sandi hilang, kunci pemulihan dari lemari membukanya."
PLAIN_AGAIN = "Basis data di {folder} tidak terkunci lagi: {names}. Siapa pun yang memegang disk ini membacanya."
NOT_ENCRYPTED = "Basis data di {folder} tidak terkunci. Tidak ada yang diubah."
CHANGED = "Kata sandi basis data diganti. Yang lama tidak membukanya lagi."
KEPT_BY_ACCOUNT = (
    "Akun Windows ini membuka basis data tanpa bertanya. Akun lain dan komputer lain tetap memerlukan kata sandi."
)
ACCOUNT_FORGOTTEN = "Loket kembali meminta kata sandi setiap kali dijalankan."
ONLY_WINDOWS = (
    "--account hanya ada di Windows. Di Linux simpan kata sandinya sebagai kredensial systemd: lihat panduan "
    "administrator, bagian Basis data terkunci."
)
ONE_AT_A_TIME = "Pilih satu saja: --new-passphrase, --account, --no-account, atau --plain."
ON_POSTGRES = (
    "Pusat ini memakai PostgreSQL; yang dikunci perintah ini hanya basis data di folder data. Kunci disk servernya "
    "dengan alat sistemnya sendiri."
)
DAMAGED = "{name} rusak. Periksa dengan python3 run.py verify; bila itu basis data lama, pindahkan dulu. Lalu ulangi."


@loket_command(
    "encrypt",
    "Kunci basis data dengan kata sandi.\n\n"
    "Hentikan Loket lebih dulu. Basis data, acuan penduduk, dan basis data lama di folder data dikunci; yang tidak "
    "terkunci ditimpa. Bila terputus, jalankan lagi. Folder kosong disiapkan terkunci, untuk kantor baru atau "
    "pemulihan.",
)
@click.option("--new-passphrase", is_flag=True, help="Ganti kata sandinya; kunci pemulihan juga dapat diketik.")
@click.option("--account", is_flag=True, help="Windows: akun ini membuka basis data tanpa ditanya.")
@click.option("--no-account", is_flag=True, help="Windows: tanyakan kata sandi lagi.")
@click.option("--plain", is_flag=True, help="Buka kuncinya untuk seterusnya.")
@locked_data_option
def encrypt(data: Path, new_passphrase: bool, account: bool, no_account: bool, plain: bool) -> None:
    ways: list[Callable[[Path], list[str]]] = [
        way
        for way, chosen in (
            (change_passphrase, new_passphrase),
            (trust_account, account),
            (forget_account, no_account),
            (make_plain, plain),
        )
        if chosen
    ]
    if len(ways) > 1:
        raise click.UsageError(ONE_AT_A_TIME)
    if not isinstance(compose.place("centre", data), Path):
        raise click.ClickException(ON_POSTGRES)
    try:
        with hold_folder(data, "encrypt"):
            lines = (ways or [lock_folder])[0](data)
    except LockedFolderError as error:
        raise click.ClickException(error.sentence) from error
    except DamagedFileError as error:
        raise click.ClickException(DAMAGED.format(name=error.name)) from error
    click.echo("\n".join(lines))


def lock_folder(data: Path) -> list[str]:
    """Encrypt what lies plain, the first time or again after a command that was cut short."""
    if cipher.is_encrypted(data):
        unlock_folder(data)
        key = cipher.held_key(data)
        wrapped = read_wrapped(data)
        assert key is not None  # it was just unlocked
    else:
        key = draw_database_key()
        wrapped = wrap_with_passphrase(Wrapped(key_mark(key)), key, check_passphrase(new_passphrase_typed()))
    changed = encrypting.encrypt_files(data, key, lambda: write_wrapped(data, wrapped))
    if not encrypting.database_files(data):
        return [NEW_FOLDER.format(folder=data), NO_RECOVERY]
    names = ", ".join(changed) or "tidak ada yang perlu diubah"
    if renew_recovery(data, key):
        recovery = WITH_RECOVERY
    else:
        recovery = NO_RECOVERY
    return [TOLD[0].format(folder=data, names=names), TOLD[1], recovery]


def renew_recovery(data: Path, key: bytes) -> bool:
    """Let the recovery key in force open the folder; whether one does."""
    for side in compose.sides_in(data):
        with closing(compose.open_side(side, data)) as db:
            if pending_steps(db, side):  # a database of an earlier program: its next backup sees to it
                continue
            recovery = key_in_force(db)
        if recovery is not None:
            keep_recovery(data, key, recovery.recipient)
    return bool(read_wrapped(data).recipient)


def change_passphrase(data: Path) -> list[str]:
    key = opened_key(data)
    passphrase = check_passphrase(new_passphrase_typed())
    write_wrapped(data, wrap_with_passphrase(read_wrapped(data), key, passphrase))
    return [CHANGED]


def trust_account(data: Path) -> list[str]:
    if os.name != "nt":
        raise click.ClickException(ONLY_WINDOWS)
    key = opened_key(data)
    write_wrapped(data, replace(read_wrapped(data), account=protect(key)))
    return [KEPT_BY_ACCOUNT]


def forget_account(data: Path) -> list[str]:
    opened_key(data)
    write_wrapped(data, replace(read_wrapped(data), account=""))
    return [ACCOUNT_FORGOTTEN]


def make_plain(data: Path) -> list[str]:
    opened_key(data)
    names = ", ".join(encrypting.decrypt_files(data))
    return [PLAIN_AGAIN.format(folder=data, names=names or "tidak ada basis data")]


def opened_key(data: Path) -> bytes:
    """The key of an encrypted folder. Raises ClickException for a plain one."""
    if not cipher.is_encrypted(data):
        raise click.ClickException(NOT_ENCRYPTED.format(folder=data))
    unlock_folder(data)
    key = cipher.held_key(data)
    assert key is not None  # it was just unlocked
    return key


def new_passphrase_typed() -> str:
    """What is typed or piped; without either, what the file for starts says."""
    typed = typed_twice("Kata sandi baru untuk basis data")
    path = passphrase_file()
    if typed or path is None:
        return typed
    return path.read_text(encoding="utf-8")
