"""scrypt for passwords and PINs. The cost stands in the hash, so it can rise without locking anybody out."""

import hashlib
import hmac
import re
import secrets

import msgspec

from schema.data_folder import write_whole
from schema.database import Database

DIGEST = 32


class Cost(msgspec.Struct, frozen=True):
    """scrypt's N as a power of two, block size and parallel rounds; memory is 128 * 2**n * r bytes."""

    n: int
    r: int
    p: int


OFFICE_PC = Cost(14, 8, 5)
"""16 MiB and about a fifth of a second on an old PC (OWASP's table for scrypt with N = 2**14)."""


def hash_secret(secret: str, cost: Cost = OFFICE_PC, *, pepper: bytes = b"") -> str:
    """`scrypt$14$8$5$salt$digest` of a secret, salt and digest in hex; `scrypt+mark$…` when it was peppered."""
    salt = secrets.token_bytes(16)
    name = "scrypt"
    if pepper:
        name = f"scrypt+{pepper_mark(pepper)}"
    return f"{name}${cost.n}${cost.r}${cost.p}${salt.hex()}${_scrypt_digest(secret, salt, cost, pepper).hex()}"


def secret_matches(secret: str, stored: str | None, *, pepper: bytes = b"") -> bool:
    """Whether the secret is the one behind the hash. Without a hash it takes as long and says no."""
    if stored is None:
        _scrypt_digest(secret, bytes(16), OFFICE_PC)
        return False
    _, n, r, p, salt, digest = stored.split("$")
    mixed = pepper if pepper_of(stored) else b""
    computed = _scrypt_digest(secret, bytes.fromhex(salt), Cost(int(n), int(r), int(p)), mixed)
    return hmac.compare_digest(computed, bytes.fromhex(digest))


def pepper_mark(pepper: bytes) -> str:
    """What names a pepper in a hash and says nothing about it; nothing for no pepper."""
    if not pepper:
        return ""
    return hashlib.sha256(b"loket pepper\0" + pepper).hexdigest()[:16]


def pepper_of(stored: str) -> str:
    return stored.partition("$")[0].partition("+")[2]


def _scrypt_digest(secret: str, salt: bytes, cost: Cost, pepper: bytes = b"") -> bytes:
    memory = 128 * (1 << cost.n) * cost.r
    if pepper:
        mixed = hmac.digest(pepper, secret.encode(), "sha256")
    else:
        mixed = secret.encode()
    return hashlib.scrypt(mixed, salt=salt, n=1 << cost.n, r=cost.r, p=cost.p, maxmem=memory + (1 << 20), dklen=DIGEST)


PEPPER_FILE = "rahasia-pin"
PEPPER_SHAPE = re.compile(r"[0-9a-f]{64}")


def read_pepper(db: Database) -> bytes:
    try:
        text = ""
        if db.folder:
            text = (db.folder / PEPPER_FILE).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return b""
    if not PEPPER_SHAPE.fullmatch(text):
        return b""
    return bytes.fromhex(text)


def make_pepper(db: Database) -> bytes:
    """The pepper, made at the first need; nothing for a database without a data folder. Raises OSError.

    Two programs over one database may need it at the same moment: the second waits and takes the first one's.
    """
    if db.folder is None:
        return b""
    with db.writing():
        db.hold("pepper")
        known = read_pepper(db)
        if not known:
            write_whole(db.folder / PEPPER_FILE, secrets.token_hex(32).encode(), mode=0o600)
    return known or read_pepper(db)


def is_from_here(db: Database, stored: str) -> bool:
    """Whether a PIN's hash was made with this folder's pepper, or before there was one."""
    made_with = pepper_of(stored)
    return not made_with or made_with == pepper_mark(read_pepper(db))
