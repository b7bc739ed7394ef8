"""From a data struct to the JSON that the typesetter reads: dates written out, unprintable signs removed.

The typesetter shows every string as text. It never reads one as markup, so nothing has to be escaped here.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from app.core import dates
from app.core.clock import office_time
from app.printing.data import Paper

LONG_RUN = re.compile(r"[^\s\u200b]{25,}")
BREAK_EVERY = 8
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
IMAGE_KEYS = frozenset({"qr", "barcode", "charts"})
"""Fields whose text is drawn as an image; they reach the child unchanged."""


def plain_data(data: Paper) -> dict[str, Any]:
    """The struct as dicts, lists and text. Dates become objects with all their spellings; arms are left out."""
    built: dict[str, Any] = msgspec.to_builtins(data, builtin_types=(date, datetime, bytes))
    built["head"] = {key: value for key, value in built["head"].items() if key != "arms"}
    plain: dict[str, Any] = _plain(built)
    return plain


def image_texts(plain: Any, key: str) -> list[str]:
    """Every different text under `key` ("qr" or "barcode"), in order of appearance."""
    return list(dict.fromkeys(text for text in _values(plain, key) if text))


def arms_svg(arms: bytes) -> str:
    """The arms as SVG text: an SVG as it is, a PNG wrapped into one. Empty for nothing or an unknown format."""
    if arms.startswith(PNG_SIGNATURE) and len(arms) > 24:
        width, height = int.from_bytes(arms[16:20], "big"), int.from_bytes(arms[20:24], "big")
        picture = base64.b64encode(arms).decode("ascii")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/></svg>'
        )
    text = arms.decode("utf-8", errors="replace")
    return text if "<svg" in text[:2000] else ""


def _plain(value: Any, key: str = "") -> Any:
    if isinstance(value, str):
        return value if key in IMAGE_KEYS else _printable(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, dict):
        return {name: _plain(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, key) for inner in value]
    return value


def _values(plain: Any, key: str) -> Iterator[str]:
    if isinstance(plain, dict):
        for name, inner in plain.items():
            if name == key and isinstance(inner, str):
                yield inner
            else:
                yield from _values(inner, key)
    elif isinstance(plain, list):
        for inner in plain:
            yield from _values(inner, key)


def _printable(text: str) -> str:
    """Without control and direction-changing signs (they could make a paper say something else than the
    record), and with places to break in very long runs, so that a name never runs off the paper."""
    if not text.isprintable():
        text = "".join(sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else " " for sign in text)
    if len(text) > 24:
        text = LONG_RUN.sub(_breakable, text)
    return text


def _breakable(run: re.Match[str]) -> str:
    letters = run[0]
    return "\u200b".join(
        letters[start : start + BREAK_EVERY] for start in range(0, len(letters), BREAK_EVERY)
    )


@lru_cache(maxsize=4096)
def _day(on: date) -> dict[str, Any]:
    """All spellings of a date that papers use."""
    return {
        "iso": on.isoformat(),
        "day": on.day,
        "weekday": on.isoweekday(),
        "month": dates.short_date(on).split()[1],
        "plain": dates.plain_date(on),
        "long": dates.long_date(on),
        "short": dates.short_date(on),
        "numeric": dates.numeric_date(on),
        "spelled": dates.spelled_date(on),
    }


def _moment(at: datetime) -> dict[str, Any]:
    """A moment in office time: its date and, besides, `time` (08.31), `stamp` and `long_stamp`."""
    day, time = _day(office_time(at).date()), dates.clock_time(at)
    return {**day, "time": time, "stamp": f"{day['plain']} {time}", "long_stamp": f"{day['long']} {time}"}
