"""Every kind of page that a person comes to by links, one of each kind."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

LINKS = "all => all.map(one => one.getAttribute('href'))"
NUMBERED = re.compile(
    r"/(?=[^/]*\d)[^/]*|(?<=^/panduan)/.+|(?<=^/sarana)/[^/]+|(?<=^/standar)/[^/]+|(?<=^/sasaran/)(naskah|indikator)/.+"
)
"""A part of an address with a number or a date in it, or the name of a thing: one of many of its kind."""
ELSEWHERE = re.compile(r"^/(static|panduan/gambar)/|\.(pdf|csv|xlsx|json|txt|svg|png|jpg|toml)$")


def kind_of(address: str) -> str:
    """What the addresses of one kind of page have in common."""
    return NUMBERED.sub("/#", urlsplit(address).path)


def roam(page: Page, side: str, most: int = 400) -> Iterator[str]:
    """Opens page after page of whoever has signed in, beginning at the desk; yields the path of each."""
    waiting, known = ["/"], {"/"}
    while waiting and most:
        path = waiting.pop(0)
        try:
            page.goto(side + path)
        except Error:  # a file, which no page shows
            continue
        if not page.url.startswith(side):
            continue
        most -= 1
        for href in page.eval_on_selector_all("#menu a, main a:not([target=_blank])", LINKS):
            to = str(href).partition("#")[0]
            if to.startswith("/") and not ELSEWHERE.search(to.partition("?")[0]) and kind_of(to) not in known:
                known.add(kind_of(to))
                waiting.append(to)
        yield path
