"""The little Markdown in which the officers' guides are written, as HTML. Everything of a text is escaped first.

Known: headings, paragraphs, lists with whatever stands indented below an item, tables, fenced code, a rule; bold,
italics, code, links and pictures. Tests hold the guides to it; nothing that a visitor types ever comes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

Place = Callable[[str], str]
"""From the target that a link or a picture names to an address; empty where nothing is to be linked."""

INLINE = re.compile(
    r"`(?P<code>[^`]+)`|!\[(?P<alt>[^\[\]]*+)\]\((?P<picture>[^()]++)\)|\[(?P<text>[^\[\]]++)\]\((?P<link>[^()]++)\)"
    r"|<(?P<address>https?://[^<>]++)>|\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*"
)
ITEM = re.compile(r"(-|\d+\.) +")
START = re.compile(r"(- |\d+\. |#|```|\||---$)")
"""What begins another block even without an empty line before it."""


def html(text: str, place: Place) -> Markup:
    """A whole text as HTML."""
    return Markup("\n").join(blocks(text.splitlines(), place))


def blocks(lines: list[str], place: Place) -> Iterator[Markup]:
    """One piece of HTML for each block."""
    while lines:
        line = lines[0]
        if not line.strip() or line.startswith("---"):
            lines = lines[1:]
        elif line.startswith("```"):
            end = next(at for at, one in enumerate(lines) if at and one.startswith("```"))
            yield Markup("<pre><code>{}</code></pre>").format("\n".join(lines[1:end]))
            lines = lines[end + 1 :]
        elif line.startswith("#"):
            level = line.index(" ")
            yield Markup(f"<h{level}>{{}}</h{level}>").format(inline(line[level:].strip(), place))
            lines = lines[1:]
        elif ITEM.match(line):
            items, lines = split_items(lines)
            tag = "ul" if line.startswith("-") else "ol"
            yield Markup(f"<{tag}>{{}}</{tag}>").format(
                Markup("").join(Markup("<li>{}</li>").format(whole(item, place)) for item in items)
            )
        elif line.startswith("|"):
            end = next((at for at, one in enumerate(lines) if not one.startswith("|")), len(lines))
            yield table(lines[:end], place)
            lines = lines[end:]
        else:
            end = next(
                (at for at, one in enumerate(lines) if at and (not one.strip() or START.match(one))),
                len(lines),
            )
            yield Markup("<p>{}</p>").format(inline(" ".join(one.strip() for one in lines[:end]), place))
            lines = lines[end:]


def split_items(lines: list[str]) -> tuple[list[list[str]], list[str]]:
    """The items of a list, each without its mark and its indent, and the lines that follow the list."""
    items: list[list[str]] = []
    for at, line in enumerate(lines):
        mark = ITEM.match(line)
        if mark and mark[1][-1] == lines[0].split(" ")[0][-1]:
            width = mark.end()
            items.append([line[width:]])
        elif not line.strip() or line.startswith(" "):
            items[-1].append(line[width:] if not line[:width].strip() else line.strip())
        elif not lines[at - 1].strip() or START.match(line):
            return items, lines[at:]
        else:
            items[-1].append(line)
    return items, []


def whole(item: list[str], place: Place) -> Markup:
    """An item; a first paragraph stands in it without a paragraph of its own."""
    first, *rest = blocks(item, place)
    return Markup("\n").join([Markup(first.removeprefix("<p>").removesuffix("</p>")), *rest])


def table(lines: list[str], place: Place) -> Markup:
    """A table: its first line names the columns, the first cell of a line heads it."""
    rows = [[inline(cell.strip(), place) for cell in line.strip("|").split("|")] for line in lines]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in rows[0])
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            one, Markup("").join(Markup("<td>{}</td>").format(cell) for cell in more)
        )
        for one, *more in rows[2:]
    )
    return Markup('<table class="list tight"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        head, body
    )


def inline(text: str, place: Place) -> Markup:
    """Words of a line, with what is set off in them."""
    pieces, at = [], 0
    for found in INLINE.finditer(text):
        pieces += [escape(text[at : found.start()]), set_off(found, place)]
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def set_off(found: re.Match[str], place: Place) -> Markup:
    """One link, picture, code, bold or italic piece."""
    part = found.groupdict()
    if part["code"] is not None:
        return Markup("<code>{}</code>").format(part["code"])
    if part["picture"] is not None:
        return Markup('<img src="{}" alt="{}">').format(place(part["picture"]), part["alt"])
    if part["link"] is not None:
        where, words = place(part["link"]), inline(part["text"], place)
        return Markup('<a href="{}">{}</a>').format(where, words) if where else words
    if part["address"] is not None:
        return Markup('<a href="{0}">{0}</a>').format(part["address"])
    if part["bold"] is not None:
        return Markup("<b>{}</b>").format(inline(part["bold"], place))
    return Markup("<i>{}</i>").format(inline(part["italic"], place))
