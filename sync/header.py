"""The header of a Loket file (sync.md section 2). Unknown fields are ignored unless `needs` names them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync.bounds import Code, Epoch, Fingerprint, Hash, Label, Moment, Number, Sentence, Signature, Stream
from sync.succession import Succession

FORMAT = "loket/1"
MOST = 4000
"""Items of a list in a header."""
FileType = Literal["batch", "receipt", "state", "enrol"]


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the writer of the file holds `origin`'s stream: last number and hash (hex).

    For the writer's own streams this is its own head; `told` is then the number up to which it has read our verdicts.
    """

    origin: Code
    epoch: Epoch
    stream: Stream
    n: Number
    head: Hash
    told: Number = 0


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the road says of the lines first..last of one stream, once and for ever. `repeat`: said before."""

    origin: Code
    epoch: Epoch
    stream: Stream
    first: Number
    last: Number
    verdict: Literal["stored", "set_aside"] = "stored"
    reason: Sentence = ""
    repeat: bool = False


class HeadProof(msgspec.Struct, frozen=True, omit_defaults=True):
    """The writer's signature over the head that the file's lines end with (`sync/proofs.py`), by its key `signer`.

    `keys`: with lines that go back, the writer's own statements that lead to `signer`, as it once sent them.
    """

    signer: Fingerprint
    signature: Signature
    keys: Annotated[list[Succession], Meta(max_length=MOST)] = []


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of every file. `signer` and `sealed_to` are key fingerprints, `prev` and `head` hashes in hex.

    `origin` names whose lines these are when a side returns the other's own stream; `answers` is the digest of the
    file that this one answers; both come with `needs` where ignoring them would be wrong. `keys` are
    statements that lead from earlier keys to `signer`; `proof` says that the writer of the lines signed their head;
    `clock` is there when the writer does not trust `created`.
    """

    format: Label
    type: FileType
    sender: Code
    signer: Fingerprint
    recipient: Code
    sealed_to: Fingerprint
    epoch: Epoch
    stream: Stream
    first: Number
    last: Number
    count: Number
    prev: Hash
    head: Hash
    created: Moment
    ack: Annotated[list[Ack], Meta(max_length=MOST)] = []
    chunks: Annotated[list[Label], Meta(max_length=MOST)] = []
    needs: Annotated[list[Label], Meta(max_length=MOST)] = []
    origin: Code | msgspec.UnsetType = msgspec.UNSET
    answers: Hash | msgspec.UnsetType = msgspec.UNSET
    receipts: Annotated[list[Verdict], Meta(max_length=MOST)] | msgspec.UnsetType = msgspec.UNSET
    keys: Annotated[list[Succession], Meta(max_length=MOST)] | msgspec.UnsetType = msgspec.UNSET
    proof: HeadProof | msgspec.UnsetType = msgspec.UNSET
    clock: Label | msgspec.UnsetType = msgspec.UNSET

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
