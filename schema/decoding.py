"""JSON into structs, safely from many threads.

msgspec reads a struct's type hints when it meets the struct for the first time, and crashes the whole process when
two threads do that at once (seen with 0.22: eight first requests after a start were enough). So a decoder is made
under a lock; afterwards decoding needs none.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=512)
def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a type, made once."""
    with _one_at_a_time:
        return msgspec.json.Decoder(kind)


def decode(data: bytes | str, kind: type[T]) -> T:
    """As `msgspec.json.decode(data, type=kind)`. Raises msgspec.DecodeError or ValidationError."""
    return decoder(kind).decode(data)  # type: ignore[arg-type]  # every class is hashable


def convert(values: Any, kind: type[T]) -> T:
    """As `msgspec.convert(values, kind)`. Raises msgspec.ValidationError."""
    decoder(kind)  # type: ignore[arg-type]
    return msgspec.convert(values, kind)
