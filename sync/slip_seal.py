"""What a slip's code opens at the regency's public page: a place and a key, derived so slowly that nobody tries codes.

A code has 35 bits. Argon2id over the code, salted with the office's own code, gives 64 bytes: the first half names the
place at which the centre keeps the state, the second half seals it. Who has the centre's database has neither.
"""

import base64
import hashlib
from typing import NamedTuple

import msgspec
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

OPERATIONS, MEMORY = 3, 64 * 1024 * 1024
"""Passes and bytes of one derivation: 0.15 s of a core, more on an old PC. For ever the same on both sides."""
SEALED_ROOM = 1024
"""Bytes that every state fills before it is sealed, so that its length tells nothing."""
PURPOSE = b"loket public state "


class SlipKey(NamedTuple):
    """`slot`: 64 hex digits that name the place; `key`: 32 bytes that seal the state."""

    slot: str
    key: bytes


class PublicState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page says of a case, without name and number: the step's own sentence, the promised day (ISO text or
    nothing), where to ask, and the day on which this was so."""

    said: str
    place: str
    as_of: str
    due_on: str = ""


def derive_key(office: str, code: str) -> SlipKey:
    """Place and key of a slip's code (stored form) at the page; takes 64 MiB and a good part of a second."""
    salt = hashlib.blake2b(PURPOSE + office.encode(), digest_size=argon2id.SALTBYTES).digest()
    made = argon2id.kdf(64, code.encode(), salt, opslimit=OPERATIONS, memlimit=MEMORY)
    return SlipKey(made[:32].hex(), made[32:])


def seal_state(key: bytes, state: PublicState) -> str:
    """The state as base64 text, always of the same length. Raises ValueError for one that does not fit."""
    packed = msgspec.json.encode(state)
    if len(packed) > SEALED_ROOM:
        raise ValueError("a state of the public page is too long")
    sealed = SecretBox(key).encrypt(packed.ljust(SEALED_ROOM))
    return base64.b64encode(sealed).decode("ascii")


def open_state(key: bytes, sealed: str) -> PublicState | None:
    """The state that was sealed with this key; None for anything else, whoever wrote it."""
    try:
        return msgspec.json.decode(SecretBox(key).decrypt(base64.b64decode(sealed)), type=PublicState)
    except (CryptoError, ValueError, msgspec.MsgspecError):
        return None
