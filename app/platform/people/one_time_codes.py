"""One-time codes of an authenticator app: RFC 6238 over RFC 4226 with SHA-1, six digits, steps of thirty seconds."""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
"""Seconds for which an app shows a code."""
DIGITS = 6
KEY_BYTES = 20
GROUP = 4
"""Letters of a group of the key as a person types it."""


def step_at(moment: datetime) -> int:
    """The number of the step in which a moment lies, counted from 1970 in UTC."""
    return int(moment.timestamp()) // STEP


def code_of(key: bytes, step: int) -> str:
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(key: bytes, typed: str, steps: Iterable[int]) -> int | None:
    """The first of these steps whose code was typed, or None."""
    if not is_phone_code(typed):
        return None
    return next((step for step in steps if hmac.compare_digest(code_of(key, step), typed)), None)


def is_phone_code(typed: str) -> bool:
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def spoken_key(key: bytes) -> str:
    """The key in groups of letters and digits (base32), for whoever types it into the app."""
    text = base64.b32encode(key).decode()
    return " ".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def app_address(key: bytes, name: str, place: str) -> str:
    """What the app reads from the QR code: `otpauth://totp/PLACE:NAME?…`."""
    values = {"secret": base64.b32encode(key).decode(), "issuer": place, "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(place)}:{quote(name)}?{urlencode(values, quote_via=quote)}"
