"""scrypt for passwords and PINs. The cost stands in the hash, so it can rise without locking anybody out."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import msgspec

DIGEST = 32


class Cost(msgspec.Struct, frozen=True):
    """scrypt's N as a power of two, block size and parallel rounds; memory is 128 * 2**n * r bytes."""

    n: int
    r: int
    p: int


OFFICE_PC = Cost(14, 8, 5)
"""16 MiB and about a fifth of a second on an old PC (OWASP's table for scrypt with N = 2**14)."""


def hash_secret(secret: str, cost: Cost = OFFICE_PC) -> str:
    """`scrypt$14$8$5$salt$digest` of a secret, salt and digest in hex."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost.n}${cost.r}${cost.p}${salt.hex()}${_digest(secret, salt, cost).hex()}"


def secret_matches(secret: str, stored: str | None) -> bool:
    """Whether the secret is the one behind the hash. Without a hash it takes as long and says no."""
    if stored is None:
        _digest(secret, bytes(16), OFFICE_PC)
        return False
    _, n, r, p, salt, digest = stored.split("$")
    found = _digest(secret, bytes.fromhex(salt), Cost(int(n), int(r), int(p)))
    return hmac.compare_digest(found, bytes.fromhex(digest))


def _digest(secret: str, salt: bytes, cost: Cost) -> bytes:
    memory = 128 * (1 << cost.n) * cost.r
    return hashlib.scrypt(secret.encode(), salt=salt, n=1 << cost.n, r=cost.r, p=cost.p,
                          maxmem=memory + (1 << 20), dklen=DIGEST)  # fmt: skip
