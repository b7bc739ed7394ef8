"""The header of a Loket file (sync.md section 2). Unknown fields are ignored unless `needs` names them."""

from __future__ import annotations

from typing import Literal

import msgspec

from sync.succession import Succession

FORMAT = "loket/1"
FileType = Literal["batch", "receipt", "state", "enrol"]


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the writer of the file holds `origin`'s stream: last number and hash (hex).

    For the writer's own streams this is its own head; `told` is then the number up to which it has read our verdicts.
    """

    origin: str
    epoch: int
    stream: str
    n: int
    head: str
    told: int = 0


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the road says of the lines first..last of one stream, once and for ever. `repeat`: said before."""

    origin: str
    epoch: int
    stream: str
    first: int
    last: int
    verdict: Literal["stored", "set_aside"] = "stored"
    reason: str = ""
    repeat: bool = False


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of every file. `signer` and `sealed_to` are key fingerprints, `prev` and `head` hashes in hex.

    `origin` names whose lines these are when a side returns the other's own stream; `answers` is the digest of the
    file that this one answers; both come with `needs` where ignoring them would be wrong. `keys` are
    statements that lead from earlier keys to `signer`; `clock` is there when the writer does not trust `created`.
    """

    format: str
    type: FileType
    sender: str
    signer: str
    recipient: str
    sealed_to: str
    epoch: int
    stream: str
    first: int
    last: int
    count: int
    prev: str
    head: str
    created: str
    ack: list[Ack] = []
    chunks: list[str] = []
    needs: list[str] = []
    origin: str | msgspec.UnsetType = msgspec.UNSET
    answers: str | msgspec.UnsetType = msgspec.UNSET
    receipts: list[Verdict] | msgspec.UnsetType = msgspec.UNSET
    keys: list[Succession] | msgspec.UnsetType = msgspec.UNSET
    clock: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def source(self) -> str:
        """Whose lines the file carries."""
        return self.origin if isinstance(self.origin, str) else self.sender

    @property
    def verdicts(self) -> list[Verdict]:
        """The receipts, or an empty list."""
        return self.receipts if isinstance(self.receipts, list) else []

    @property
    def successions(self) -> list[Succession]:
        """The statements about keys, or an empty list."""
        return self.keys if isinstance(self.keys, list) else []


UNDERSTOOD = frozenset(Header.__struct_fields__)
"""What `needs` may name without our refusing the file."""
