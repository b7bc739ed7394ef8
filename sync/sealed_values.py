"""A value that only its receiver may read again: an account number on its way, in the journal, in tables and backups.

It is sealed with age for the sides that may open it. What is kept beside it is a mask (its last characters) and a
reference: the same value gives the same reference at one side, and nobody without that side's key can try values.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyrage

from schema.data_folder import write_whole
from sync.keys import NodeKeys
from sync.problems import SyncError

KEY_FILE = "nilai.key"
SHOWN = 3
"""Last characters that a mask shows."""
LENGTH = 64
"""A value is filled up to so many bytes, so that the length of what is sealed says nothing."""


class Sealed(msgspec.Struct, frozen=True):
    sealed: str
    mask: str
    reference: str


class ValueSealer(msgspec.Struct, frozen=True):
    """Seals values for this side and others, and opens those that were sealed for it."""

    keys: NodeKeys
    secret: bytes

    def seal(self, value: str, others: Sequence[str] = ()) -> Sealed:
        """`others`: age recipients of the sides that may open it too."""
        own = self.keys.public.recipient
        known = [pyrage.x25519.Recipient.from_str(one) for one in dict.fromkeys([own, *others])]
        sealed = pyrage.encrypt(value.encode().ljust(LENGTH, b"\0"), known)
        reference = hmac.new(self.secret, value.encode(), hashlib.sha256).hexdigest()[:20].upper()
        return Sealed(base64.b64encode(sealed).decode(), mask_value(value), reference)

    def open(self, sealed: str) -> str:
        """Raises SyncError("value_sealed") where it was sealed for other keys, or is no sealed value at all."""
        try:
            return self.keys.open(base64.b64decode(sealed, validate=True)).rstrip(b"\0").decode()
        except (pyrage.DecryptError, ValueError) as error:
            raise SyncError("value_sealed") from error


def mask_value(value: str) -> str:
    return "*" * (len(value) - SHOWN) + value[-SHOWN:]


def make_sealer(keys: NodeKeys, folder: Path) -> ValueSealer:
    """The sealer of a side; its secret for references lies beside its keys and is made at the first need."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_bytes(32), mode=0o600)
    return ValueSealer(keys, path.read_bytes())
