"""Signed requests and answers between an office and the centre (sync.md section 5).

A request is signed over method, target, body digest and the centre's key; an answer that is no envelope is signed over
the request's signature and its own body, so that an old answer cannot be played back.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from sync.keys import NodeKeys, PublicKeys

HEADER = "Loket-Signature"


def request_text(method: str, target: str, body: bytes, signer: str) -> bytes:
    """The bytes that a request's signature covers; `target` is path and query as sent, `signer` the fingerprint of
    the centre's key."""
    digest = hashlib.sha256(body).hexdigest()
    return f"loket-request-1\n{method}\n{target}\n{digest}\n{signer}\n".encode()


def answer_text(request_signature: str, body: bytes) -> bytes:
    """The bytes that a plain answer's signature covers."""
    return f"loket-answer-1\n{request_signature}\n{hashlib.sha256(body).hexdigest()}\n".encode()


def sign(keys: NodeKeys, text: bytes) -> str:
    """Signature for a header field: base64url without padding, 86 characters."""
    return urlsafe_b64encode(keys.sign(text)).rstrip(b"=").decode()


def verify(keys: PublicKeys, text: bytes, signature: str) -> bool:
    """Whether a header field holds that node's signature over `text`."""
    try:
        raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return False
    return keys.verify(text, raw)
