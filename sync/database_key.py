"""The key of an encrypted data folder: 32 random bytes, kept there only in wrapped form.

`KEY_FILE` holds the key wrapped by a passphrase (scrypt), sealed to the recovery key of the safe (age), and on Windows
protected by the account that uses the PC (DPAPI). Each of these opens it alone. What wraps the key may be changed
without touching the database (docs/decisions/0078-encrypted-at-rest.md).
"""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

import msgspec
import pyrage
from msgspec.structs import replace
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from schema.cipher import KEY_BYTES, KEY_FILE, LockedFolderError, hold_key
from schema.data_folder import write_whole
from schema.database import SqliteDatabase
from schema.encrypting import encrypt_files

SHORTEST, LONGEST = 12, 200
"""Letters of a passphrase: whoever has the disk may try as many as his machines can."""
COST = 16, 8, 1
"""scrypt: N as a power of two, block size, parallel rounds. 64 MiB, a fifth of a second on an old PC."""
RECOVERY = "AGE-SECRET-KEY-"

TOO_SHORT = f"Kata sandi basis data paling sedikit {SHORTEST} huruf, misalnya empat kata yang tidak berhubungan."
TOO_LONG = f"Kata sandi basis data paling banyak {LONGEST} huruf."
WRONG = "Kata sandi basis data salah. Ketik lagi, atau pakai kunci pemulihan dari lemari (mulai AGE-SECRET-KEY)."
WRONG_RECOVERY = (
    "Kunci pemulihan ini tidak membuka basis data di sini. Pakai kunci terbaru yang sudah dipastikan, salin persis "
    "dari kertas."
)
DAMAGED = (
    f"Dokumen {KEY_FILE} di folder data rusak. Ambil salinannya, atau pulihkan cadangan terakhir ke folder data lain."
)


class Wrapped(msgspec.Struct, frozen=True):
    """What KEY_FILE says: `mark` names the key without telling it, the others each hold it (base64)."""

    mark: str
    salt: str = ""
    cost: tuple[int, int, int] = COST
    passphrase: str = ""
    recipient: str = ""
    recovery: str = ""
    account: str = ""


def draw_database_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def key_mark(key: bytes) -> str:
    return hashlib.sha256(b"loket-database-key-1\n" + key).hexdigest()[:16]


def read_wrapped(folder: Path) -> Wrapped:
    """What lies in an encrypted folder. Raises LockedFolderError for a damaged one, OSError."""
    try:
        return msgspec.json.decode((folder / KEY_FILE).read_bytes(), type=Wrapped)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise LockedFolderError(DAMAGED) from error


def write_wrapped(folder: Path, wrapped: Wrapped) -> None:
    write_whole(folder / KEY_FILE, msgspec.json.format(msgspec.json.encode(wrapped), indent=1), mode=0o600)


def check_passphrase(typed: str) -> str:
    """The passphrase as it is used. Raises LockedFolderError for one that is too short or too long."""
    passphrase = typed.strip()
    if len(passphrase) < SHORTEST:
        raise LockedFolderError(TOO_SHORT)
    if len(passphrase) > LONGEST:
        raise LockedFolderError(TOO_LONG)
    return passphrase


def wrap_with_passphrase(wrapped: Wrapped, key: bytes, passphrase: str) -> Wrapped:
    """Let a passphrase open the key; an earlier one does so no longer."""
    salt = secrets.token_bytes(16)
    box = SecretBox(stretch(passphrase, salt, COST))
    sealed = base64.b64encode(box.encrypt(key)).decode()
    return replace(wrapped, salt=salt.hex(), cost=COST, passphrase=sealed)


def wrap_for_recovery(wrapped: Wrapped, key: bytes, recipient: str) -> Wrapped:
    """Let the recovery key of the safe open the key, and no earlier one."""
    sealed = pyrage.encrypt(key, [pyrage.x25519.Recipient.from_str(recipient)])
    return replace(wrapped, recipient=recipient, recovery=base64.b64encode(sealed).decode())


def stretch(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=1 << n, r=r, p=p, maxmem=256 * r << n, dklen=KEY_BYTES)


def unwrap_key(wrapped: Wrapped, typed: str) -> bytes:
    """The key, opened by a passphrase or by the recovery key. Raises LockedFolderError."""
    secret = "".join(typed.split()).upper()
    if secret.startswith(RECOVERY):
        opened = open_with_recovery(wrapped, secret)
    else:
        opened = open_with_passphrase(wrapped, typed)
    return check_key(wrapped, opened)


def check_key(wrapped: Wrapped, key: bytes) -> bytes:
    """A key that was handed over by another way. Raises LockedFolderError for one of another folder."""
    if not hmac.compare_digest(key_mark(key), wrapped.mark):
        raise LockedFolderError(DAMAGED)
    return key


def open_with_passphrase(wrapped: Wrapped, typed: str) -> bytes:
    try:
        box = SecretBox(stretch(typed.strip(), bytes.fromhex(wrapped.salt), wrapped.cost))
        return box.decrypt(base64.b64decode(wrapped.passphrase))
    except (CryptoError, ValueError) as error:
        raise LockedFolderError(WRONG) from error


def open_with_recovery(wrapped: Wrapped, secret: str) -> bytes:
    try:
        identity = pyrage.x25519.Identity.from_str(secret)
        return pyrage.decrypt(base64.b64decode(wrapped.recovery), [identity])
    except (pyrage.IdentityError, pyrage.DecryptError, ValueError) as error:
        raise LockedFolderError(WRONG_RECOVERY) from error


def unlock(folder: Path, typed: str) -> None:
    """Let this process open the files of a folder. Raises LockedFolderError with what to do."""
    hold_key(folder, unwrap_key(read_wrapped(folder), typed))


def encrypt_new_folder(folder: Path, passphrase: str) -> None:
    """Let a folder that holds no database yet be an encrypted one, open to this process.

    Raises LockedFolderError, OSError.
    """
    key = draw_database_key()
    wrapped = wrap_with_passphrase(Wrapped(key_mark(key)), key, check_passphrase(passphrase))
    hold_key(folder, key)
    write_wrapped(folder, wrapped)


def encrypt_before_founding(db: SqliteDatabase, folder: Path, passphrase: str) -> None:
    """Encrypt the folder of a database that is open in this program and in which nobody works yet.

    Raises LockedFolderError, DamagedFileError, apsw.Error, OSError; then it is plain as before.
    """
    key = draw_database_key()
    wrapped = wrap_with_passphrase(Wrapped(key_mark(key)), key, check_passphrase(passphrase))
    db.let_go()
    try:
        encrypt_files(folder, key, lambda: write_wrapped(folder, wrapped))
    finally:
        db.let_go()  # who asked something meanwhile asked the plain file


def keep_recovery(folder: Path, key: bytes, recipient: str) -> None:
    """Let the recovery key in force open an encrypted folder from now on. Raises OSError."""
    wrapped = read_wrapped(folder)
    if wrapped.recipient != recipient:
        write_wrapped(folder, wrap_for_recovery(wrapped, key, recipient))
