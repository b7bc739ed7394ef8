"""Check 3: equal things are equal. A number that stands on several pages is one number, a share agrees with the counts
beside it, and a figure that invites is a link to exactly its rows.

Pages are read as people read them. Where words alone do not say which figure a number is, it carries
`data-figure="NAME"` where it is drawn (decision 56): the rail's by the address that they lead to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from urllib.parse import urljoin, urlsplit

from schema.database import Database
from tests.proof.desks.faults import Fault
from tests.proof.desks.markup import Node
from tests.proof.desks.pages import SeenPage

NUMBER = r"(\d{1,3}(?:\.\d{3})+|\d+)"
SPOKEN = {
    "late-cases": re.compile(rf"(?<!\d){NUMBER} (?:berkas )?lewat janji\b"),
    "late-complaints": re.compile(rf"(?<!\d){NUMBER} pengaduan lewat batas\b"),
}
"""Figures that the desk says in a sentence or a row, with the whole where the row is a part: `5 dari 6 berkas …`."""
SHARE = re.compile(rf"(?<![\d,]){NUMBER}(?:,(\d+))? ?(?:%|persen\b)")
TARGET = re.compile(r"\b(?:paling sedikit|paling banyak|minimal|maksimal|sasaran|target)\s*$", re.IGNORECASE)
"""Words before a share that is asked for, not reached."""
OUT_OF = re.compile(rf"(?<![\d/,.]){NUMBER} dari {NUMBER}\b(?!/)")
ON_TIME = re.compile(rf"{NUMBER} tepat waktu, {NUMBER} terlambat\b")
RESTS = re.compile(rf"{NUMBER} (?:terlambat|belum selesai|berakhir tanpa hasil|lewat janji)\b")
INVITES = re.compile(rf"(?:{NUMBER} dari )?{NUMBER} (?!hari\b|jam\b|menit\b|detik\b|dari\b)[a-z]+")
LISTS = ("/berkas", "/jatuh-tempo", "/pengaduan")
"""Lists that show nothing but the rows that their address asks."""
ROW = re.compile(r"/(?:berkas|pengaduan)/\d+")
MOST_OPENED = 80


def whole(digits: str) -> int:
    return int(digits.replace(".", ""))


def check_figures(pages: Sequence[SeenPage], db: Database | None = None, today: date | None = None) -> Iterator[Fault]:
    """Faults on pages that officers saw while nothing changed and no time passed, each compared with himself.

    With tables and a day, what is late is reckoned from the rows a second time.
    """
    by_officer: dict[str, list[SeenPage]] = defaultdict(list)
    for page in pages:
        if page.status == 200 and not page.posted:
            by_officer[page.who].append(page)
    for seen in by_officer.values():
        yield from differing_figures(seen)
        yield from missing_rows(seen)
        for page in seen:
            yield from check_page_figures(page)
    if db is not None and today is not None:
        yield from wrong_late(pages, db, today)


def check_page_figures(page: SeenPage) -> Iterator[Fault]:
    """What one page must hold to by itself: shares agree with their counts, figures are links to their rows."""
    yield from wrong_shares(page)
    yield from dead_figures(page)


def pages_with_figures(open_page: Callable[[str], SeenPage], first: str = "/") -> list[SeenPage]:
    """The desk, every page that its rail names, and every list to which a figure on one of them leads."""
    desk = open_page(first)
    seen = {urljoin(first, first): desk}
    rail = [link.address for link in desk.offers if link.does == "follow" and link.frame]
    for address in rail[:MOST_OPENED]:
        if place_of(address) not in seen:
            seen[place_of(address)] = open_page(address)
    for page in list(seen.values()):
        for address, _, _ in invitations(page):
            if place_of(address) not in seen and len(seen) < 2 * MOST_OPENED:
                seen[place_of(address)] = open_page(address)
    return list(seen.values())


def place_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# -- one number everywhere -----------------------------------------------------------------------------------------


def figures_of(page: SeenPage) -> Iterator[tuple[str, int]]:
    """(name, number) of the figures that a page shows."""
    for node in page.tree.walk():
        name = node.attrs.get("data-figure")
        found = re.search(NUMBER, node.text) if name else None
        if name and found:
            yield name, whole(found[1])
    if page.path == "/":
        for name, pattern in SPOKEN.items():
            for found in pattern.finditer(page.main.text):
                yield name, whole(found[1])


def differing_figures(pages: Sequence[SeenPage]) -> Iterator[Fault]:
    known: dict[str, dict[int, str]] = defaultdict(dict)
    for page in pages:
        for name, number in figures_of(page):
            known[name].setdefault(number, place_of(page.address))
    for name, places in known.items():
        if len(places) > 1:
            told = ", ".join(f"{number} on {place}" for number, place in places.items())
            yield Fault("figures", pages[0].who, f"{name} is not one number: {told}")


def wrong_late(pages: Sequence[SeenPage], db: Database, today: date) -> Iterator[Fault]:
    """What is late, row by row: of the office, or of one village for whoever sees no other."""
    still = {case for case, on in db.run("SELECT case_id, from_on FROM case_pause WHERE to_on IS NULL")}
    rows = db.run("SELECT id, area, due_on FROM case_file WHERE closed = 0 AND kept_on IS NULL AND due_on IS NOT NULL")
    late = [area for case, area, due in rows if due < today.isoformat() and case not in still]
    possible = {len(late), *(late.count(area) for area in late), 0 if not late else len(late)}
    for page in pages:
        for name, number in figures_of(page):
            if name == "late-cases" and number not in possible:
                yield Fault("figures", f"{page.who} {page.address}", f"{number} late, by the rows {len(late)}")


# -- shares --------------------------------------------------------------------------------------------------------


def wrong_shares(page: SeenPage) -> Iterator[Fault]:
    where = f"{page.who} {page.address}"
    told: set[str] = set()
    for block in page.main.find("div", "li", "tr", "p", "td", "dd"):
        text = block.text
        counts = counts_beside(text)
        if text in told or len(counts) != 1:
            continue
        told.add(text)
        part, every, end = counts[0]
        shares = [share for share in SHARE.finditer(text) if not TARGET.search(text[: share.start()])]
        if len(shares) == 1 and every and not agrees(shares[0], part, every):
            yield Fault("figures", where, f"a share beside other counts: {text[:200]!r}")
        rests = [whole(found[1]) for found in RESTS.finditer(text[end:])]
        one_statement = block.tag != "tr"  # the cells of a row count other things each
        if rests and one_statement and part + sum(rests) != every:
            yield Fault("figures", where, f"counts that do not add up: {text[:200]!r}")


def counts_beside(text: str) -> list[tuple[int, int, int]]:
    """(part, whole, where it ends) of what a text counts: `75 dari 82`, or `67 tepat waktu, 1 terlambat`."""
    found = [(whole(each[1]), whole(each[2]), each.end()) for each in OUT_OF.finditer(text)]
    kept = [(whole(each[1]), whole(each[1]) + whole(each[2]), each.end()) for each in ON_TIME.finditer(text)]
    return found + kept


def agrees(share: re.Match[str], part: int, every: int) -> bool:
    """Whether a printed share is that of its counts, rounded as it is printed."""
    decimals = share[2] or ""
    printed = float(f"{whole(share[1])}.{decimals or 0}")
    return abs(printed - 100 * part / every) <= 0.501 * 10 ** -len(decimals)


# -- figures that invite -------------------------------------------------------------------------------------------


def invitations(page: SeenPage) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """(address, numbers, words) of links of this page that begin with how many things they lead to; `5 dari 6 …` leads
    to the part or to the whole."""
    for link in page.main.find("a"):
        href = link.attrs.get("href", "")
        words = link.attrs.get("aria-label") or link.text
        found = INVITES.match(words)
        if found and href.startswith("/") and not words.endswith(" lagi"):
            yield urljoin(page.address, href), tuple(whole(group) for group in found.groups() if group), words


def missing_rows(pages: Sequence[SeenPage]) -> Iterator[Fault]:
    """Figures whose list, where it was seen too, holds other rows."""
    seen = {place_of(page.address): page for page in pages}
    for page in pages:
        for address, numbers, words in invitations(page):
            listed = seen.get(place_of(address))
            if listed is None or urlsplit(address).path not in LISTS:
                continue
            rows, more = rows_of(listed)
            if (rows not in numbers and not more) or rows > max(numbers):
                where = f"{page.who} {page.address}"
                yield Fault("figures", where, f"{words!r} leads to {rows} rows on {place_of(address)}")


def rows_of(page: SeenPage) -> tuple[int, bool]:
    """Things in the first list of a page, and whether the list goes on elsewhere."""
    tables = [table for table in page.main.find("table") if table.above("details") is None]
    rows = [row for table in tables[:1] for row in table.find("tr") if any(links_of(row))]
    return len(rows), any(link.attrs.get("rel") == "next" for link in page.main.find("a"))


def links_of(table: Node) -> Iterator[str]:
    return (found[0] for link in table.find("a") if (found := ROW.fullmatch(link.attrs.get("href", ""))))


def dead_figures(page: SeenPage) -> Iterator[Fault]:
    """Counts in the answer of a page that ask to be opened and cannot be."""
    for node in page.main.walk():
        name = node.attrs.get("data-figure", "")
        found = re.search(NUMBER, node.text) if name else None
        if not found or not whole(found[1]):
            continue
        if node.tag != "a" and node.above("a") is None and node.first("a") is None and not opens_here(page, node):
            yield Fault("figures", f"{page.who} {page.address}", f"{name}: {node.text[:80]!r} is no link")


def opens_here(page: SeenPage, node: Node) -> bool:
    """Whether a figure counts what this very page lists."""
    return node.attrs.get("data-figure") == page.path
