"""The enrolment code that the centre's administrator prints: where the centre is, which keys it has, and a token.

    pusat.example:8135 7Q2K-… (14 groups of four)

16 bytes of the centre's key digest, 16 bytes of token and 2 check bytes over all, in Crockford's base 32, which has no
letters that look like digits. The digest makes the first contact safe without certificates.
"""

from __future__ import annotations

import hashlib

import msgspec

from sync.problems import RoadError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
SIZE = 34
LETTERS = 55


class EnrolmentCode(msgspec.Struct, frozen=True):
    """`address` as the office reaches the centre, `digest` of its keys (16 bytes), `token` (16 bytes)."""

    address: str
    digest: bytes
    token: bytes

    @property
    def token_hash(self) -> str:
        """What the centre stores of the token."""
        return hash_token(self.token)

    def text(self) -> str:
        """The code as printed: the address and groups of four letters."""
        raw = self.digest + self.token
        letters = to_letters(raw + check_bytes(self.address, raw))
        return self.address + " " + "-".join(letters[i : i + 4] for i in range(0, LETTERS, 4))

    @classmethod
    def read(cls, text: str) -> EnrolmentCode:
        """A code as typed; spaces, hyphens, small letters and O for 0 do not matter. Raises RoadError("code_shape")."""
        address, _, rest = text.strip().partition(" ")
        letters = "".join(rest.split()).replace("-", "").upper().translate(LOOKALIKES)
        if len(letters) != LETTERS or letters.strip(ALPHABET):
            raise RoadError("code_shape")
        try:
            raw = from_letters(letters)
        except OverflowError as error:
            raise RoadError("code_shape") from error
        if raw[32:] != check_bytes(address, raw[:32]):
            raise RoadError("code_shape")
        return cls(address, raw[:16], raw[16:32])


def hash_token(token: bytes) -> str:
    """SHA-256 of a token under a label of its own, in hex."""
    return hashlib.sha256(b"loket-token-1" + token).hexdigest()


def check_bytes(address: str, raw: bytes) -> bytes:
    """Two bytes that change with every typing error in address or code (65,535 times in 65,536)."""
    return hashlib.sha256(b"loket-code-1" + address.encode() + b"\n" + raw).digest()[:2]


def to_letters(raw: bytes) -> str:
    """34 bytes as 55 letters."""
    number, letters = int.from_bytes(raw), ""
    for _ in range(LETTERS):
        number, digit = divmod(number, 32)
        letters = ALPHABET[digit] + letters
    return letters


def from_letters(letters: str) -> bytes:
    """The reverse; raises OverflowError for a number beyond 34 bytes."""
    number = 0
    for letter in letters:
        number = number * 32 + ALPHABET.index(letter)
    return number.to_bytes(SIZE)
