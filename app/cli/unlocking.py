"""How a command opens an encrypted data folder: the PC's own store, a file with the passphrase, or a person."""

import os
from contextlib import suppress
from pathlib import Path

import click

from app.cli.typed_secrets import can_ask, typed_secret
from app.cli.windows_account import unprotect
from schema import cipher
from schema.cipher import LockedFolderError
from sync.database_key import check_key, read_wrapped, unlock, unwrap_key

CREDENTIAL = "loket-kata-sandi"
"""Name of systemd's credential (LoadCredential=, LoadCredentialEncrypted=) that holds the passphrase."""
VARIABLE = "LOKET_PASSPHRASE_FILE"
TRIES = 3
QUESTION = "Kata sandi basis data"
NOBODY = (
    "Basis data di {folder} terkunci dan tidak ada yang dapat mengetik kata sandinya. Jalankan dari terminal, atau "
    f"sebut dokumen berisi kata sandi dalam {VARIABLE} (untuk layanan: kredensial systemd {CREDENTIAL})."
)
NO_FILE = f"Dokumen kata sandi {{path}} tidak dapat dibaca. Periksa tempat dan izinnya, atau kosongkan {VARIABLE}."


def open_folder(folder: Path) -> None:
    """Let a command work in an encrypted folder. Raises ClickException, also where its encryption was cut short."""
    if cipher.is_unfinished(folder):
        raise click.ClickException(cipher.UNFINISHED)
    unlock_folder(folder)


def unlock_folder(folder: Path) -> None:
    """Let this process open the files of an encrypted folder. Raises ClickException."""
    if cipher.held_key(folder) is not None:
        return
    try:
        if not open_without_asking(folder):
            ask_passphrase(folder)
    except LockedFolderError as error:
        raise click.ClickException(error.sentence) from error


def open_without_asking(folder: Path) -> bool:
    """Whether the PC's own store or a file opened the folder. Raises LockedFolderError, ClickException."""
    wrapped = read_wrapped(folder)
    if wrapped.account and os.name == "nt":
        with suppress(LockedFolderError):  # another account or another PC: there the passphrase is asked for
            cipher.hold_key(folder, check_key(wrapped, unprotect(wrapped.account)))
            return True
    path = passphrase_file()
    if path is None:
        return False
    try:
        typed = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise click.ClickException(NO_FILE.format(path=path)) from error
    cipher.hold_key(folder, unwrap_key(wrapped, typed))
    return True


def passphrase_file() -> Path | None:
    """Where the passphrase of this program stands, if anywhere."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    given = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""), CREDENTIAL)
    if given.is_absolute() and given.is_file():
        return given
    return None


def ask_passphrase(folder: Path) -> None:
    """Ask whoever sits at a terminal, three times. Raises LockedFolderError, ClickException."""
    if not can_ask():
        raise click.ClickException(NOBODY.format(folder=folder))
    for left in reversed(range(TRIES)):
        try:
            unlock(folder, typed_secret(QUESTION))
            return
        except LockedFolderError as error:
            if not left:
                raise
            click.echo(error.sentence, err=True)


def hand_over(folder: Path) -> bytes:
    """What a child process of this one needs to open the folder: a line for its standard input, never a word of its
    command line."""
    key = cipher.held_key(folder)
    if not key:
        return b""
    return key.hex().encode() + b"\n"


def take_over(folder: Path, line: bytes) -> None:
    """Open the folder with what a parent process handed over. Raises LockedFolderError."""
    if cipher.is_encrypted(folder) and line.strip():
        cipher.hold_key(folder, check_key(read_wrapped(folder), bytes.fromhex(line.decode("ascii").strip())))
