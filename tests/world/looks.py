"""How the stylesheet can draw a state: the one list that every page's own table of looks is compared with."""

import re
from functools import cache

from app import paths


@cache
def drawn_looks() -> frozenset[str]:
    """`good`, `wait`, `warn` … as the stylesheet colours them."""
    style = (paths.CHECKOUT / "static" / "loket.css").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^\.is-(\w+) \{ --c:", style, re.MULTILINE))
