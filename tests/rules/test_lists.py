"""Lists: the name or number of a row is its link, and no button beside it says the same again. Read from every
template, a table's row at a time."""

import re
from collections.abc import Iterator

from tests.rules.source import ROOT

ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?href="((?:\{\{.*?\}\}|[^"{])*)"[^>]*>(.*?)</a>', re.DOTALL)
EMPTY_VERBS = ("Buka", "Lihat")
"""Words of a button that only lead to the page of the row; `Panggil` or `Catat` say an act."""


def rows() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(template, links of a row as address and words)."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for row in ROW.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT / "templates")), LINK.findall(row)


def test_the_name_or_number_of_a_row_is_its_link_and_no_button_repeats_it() -> None:
    found = [(name, links) for name, links in rows() if links]
    assert len(found) > 40  # otherwise nothing was read
    assert [(name, href) for name, links in found for href, words in links if words.strip() in EMPTY_VERBS] == []
