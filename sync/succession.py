"""One key follows another: a side announces its next keys under its present one (sync.md section 4).

A statement is signed twice: by the key that goes, so that whoever holds that key may believe it, and by the key that
comes, which proves that it is really held. Statements in a row lead over any number of rotations that were missed.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from sync.bounds import Fingerprint, Hash, Moment, Recipient, Signature
from sync.keys import NodeKeys, PublicKeys
from sync.line import moment, stamp

GRACE = timedelta(days=30)
"""How long files that the earlier key signed before the change are still taken: a stick may be under way."""

MOST = 16
"""Statements that travel in a header; whoever missed more rotations needs an enrolment code."""


class Succession(msgspec.Struct, frozen=True):
    """`before` is the fingerprint of the signing key that goes; `signing` and `recipient` are the keys that come.

    `since` is the announcing side's clock; both signatures are base64url without padding over :func:`spoken`.
    """

    before: Fingerprint
    signing: Hash
    recipient: Recipient
    since: Moment
    by_old: Signature
    by_new: Signature


class Step(msgspec.Struct, frozen=True):
    """Keys that a proved statement leads to, and since when (as stored)."""

    keys: PublicKeys
    since: str


def spoken(node: str, before: str, signing: str, recipient: str, since: str) -> bytes:
    """The bytes that both signatures of a statement cover."""
    return f"loket-succession-1\n{node}\n{before}\n{signing}\n{recipient}\n{since}\n".encode()


def announce(old: NodeKeys, new: NodeKeys, now: datetime) -> Succession:
    """The statement that `new` follows `old`."""
    keys, since = new.public, stamp(now)
    text = spoken(old.node, old.public.signer, keys.signing, keys.recipient, since)
    signed = [urlsafe_b64encode(one.sign(text)).rstrip(b"=").decode() for one in (old, new)]
    return Succession(old.public.signer, keys.signing, keys.recipient, since, *signed)


def follow(keys: PublicKeys, said: Sequence[Succession]) -> list[Step]:
    """Where the statements lead from keys that are known; what does not prove itself leads nowhere."""
    steps: list[Step] = []
    seen = {keys.signer}
    for one in said[:MOST]:
        if one.before != keys.signer or not well_dated(one.since):
            continue
        new = PublicKeys(keys.node, one.signing, one.recipient)
        text = spoken(keys.node, one.before, one.signing, one.recipient, one.since)
        if (
            new.sound()
            and new.signer not in seen
            and proved(keys, text, one.by_old)
            and proved(new, text, one.by_new)
        ):
            steps.append(Step(new, one.since))
            seen.add(new.signer)
            keys = new
    return steps


def proved(keys: PublicKeys, text: bytes, signature: str) -> bool:
    """Whether a signature of a statement is that key's."""
    try:
        raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return False
    return keys.verify(text, raw)


def well_dated(text: str) -> bool:
    """Whether a text is a moment as :func:`sync.line.stamp` writes it."""
    try:
        return stamp(moment(text)) == text
    except (ValueError, TypeError, OverflowError):
        return False
