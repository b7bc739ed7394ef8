"""Encrypted data folders: which key opens the SQLite files of a folder, and the one place that gives it to them.

A data folder is encrypted as a whole. Where KEY_FILE lies, every SQLite file in the folder and below it (database,
reference of residents, scratch copies, databases of before a restore) opens with the key of that folder and never
without. What KEY_FILE says is the matter of `sync/database_key.py`; here are the keys of this process
(docs/decisions/0078-encrypted-at-rest.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

KEY_FILE = "kunci-basis-data.json"
UNFINISHED_FILE = "penguncian-belum-selesai"
"""Lies in a folder while its files are being encrypted or made plain again; a killed command leaves it."""
CIPHER = "aegis"
"""AEGIS-256, authenticated: with the AES instructions of a processor a third of the cost of ChaCha20-Poly1305."""
KEY_BYTES = 32
PLAIN_HEAD = b"SQLite format 3\0"
FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
NEAREST = 4
"""So many folders upwards are looked at: scratch copies lie two below the data folder."""

LOCKED = "Basis data di {folder} terkunci. Jalankan perintah ini dengan kata sandinya."
PLAIN_FILE = (
    "Folder data ini dikunci dengan kata sandi, tetapi {name} tidak terkunci: isinya dapat dibaca siapa pun. Loket "
    "tidak membukanya. Bila Anda sendiri yang menaruhnya di sini, jalankan: python3 run.py encrypt"
)
NO_CIPHER = (
    "Folder data ini dikunci dengan kata sandi, tetapi paket yang terpasang tidak mengenal penguncian. Hapus folder "
    ".venv, lalu jalankan lagi."
)
UNFINISHED = "Penguncian folder data ini terputus di tengah jalan. Jalankan: python3 run.py encrypt"


class LockedFolderError(Exception):
    """A folder whose files may not be opened so. `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_keys: dict[Path, bytes] = {}
_changing: set[Path] = set()


def is_encrypted(folder: Path) -> bool:
    return (folder / KEY_FILE).is_file()


def is_unfinished(folder: Path) -> bool:
    return is_encrypted(folder) and (folder / UNFINISHED_FILE).exists()


def hold_key(folder: Path, key: bytes) -> None:
    """Let this process open the files of a folder. Raises LockedFolderError where the driver cannot."""
    if not hasattr(apsw, "mc_version"):
        raise LockedFolderError(NO_CIPHER)
    _keys[folder.resolve()] = key


def held_key(folder: Path) -> bytes | None:
    return _keys.get(folder.resolve())


def forget_key(folder: Path) -> None:
    _keys.pop(folder.resolve(), None)


def keeps_plain_bytes_in_memory() -> bool:
    """Whether this process serves an encrypted folder: then no upload and no spreadsheet goes through a plain file."""
    return bool(_keys)


@contextmanager
def changing_folder(folder: Path) -> Iterator[None]:
    """While the files of a folder are encrypted or made plain, each opens as it is."""
    _changing.add(folder.resolve())
    try:
        yield
    finally:
        _changing.discard(folder.resolve())


def encrypted_folder_of(path: Path) -> Path | None:
    """The encrypted data folder in which a file lies, or will lie."""
    nearest = path.absolute().parents[:NEAREST]
    return next(filter(is_encrypted, nearest), None)


def key_of(path: Path) -> bytes | None:
    """The key that opens a file; None for a plain one. Raises LockedFolderError."""
    folder = encrypted_folder_of(path)
    if folder is None:
        return None
    key = held_key(folder)
    if key is None:
        raise LockedFolderError(LOCKED.format(folder=folder))
    if not is_plain_file(path):
        return key
    if folder.resolve() not in _changing:
        raise LockedFolderError(PLAIN_FILE.format(name=path.name))
    return None


def is_plain_file(path: Path) -> bool:
    """Whether a database lies open at a path. Raises OSError."""
    try:
        with path.open("rb") as file:
            return file.read(len(PLAIN_HEAD)) == PLAIN_HEAD
    except FileNotFoundError:
        return False


def give_key(connection: apsw.Connection, key: bytes | None) -> None:
    """The first thing that happens to every connection of the program."""
    if key is not None:
        connection.execute(f"PRAGMA cipher='{CIPHER}'")
        connection.execute(f"PRAGMA key='raw:{key.hex()}'")


def connect(path: Path) -> apsw.Connection:
    """A connection with its key and without any other setting. Raises apsw.Error, LockedFolderError."""
    key = key_of(path)
    connection = apsw.Connection(str(path.absolute()), flags=FLAGS)
    give_key(connection, key)
    return connection


def vacuum_into(source: apsw.Connection, target: Path, key: bytes | None) -> None:
    """Write a copy of a database, encrypted with `key` or plain. `target` is missing or empty. Raises apsw.Error.

    Left to itself SQLite would give the target the key of the source, and a plain source gives a plain target.
    """
    secret = f"raw:{key.hex()}" if key else ""
    disk = apsw.vfs_names()[0]
    try:
        source.execute("VACUUM INTO ?", (f"{target.absolute().as_uri()}?vfs={disk}&cipher={CIPHER}&key={secret}",))
    except apsw.Error as error:
        if not secret or secret not in str(error):
            raise
        raise type(error)(str(error).replace(secret, "…")) from None  # no message may carry a key
