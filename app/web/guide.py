"""The officers' guide inside the program: the pages of docs/petugas, readable where there is no network."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec
from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from app import paths
from app.web import context
from app.web.forms import show_page
from app.web.guard import signed_in

PAGE_HEAD = re.compile(r"# (.+)\n<!-- panduan ([a-z-]+); ([a-z]+ \d+(?:, [a-z]+ \d+)*);([a-z_ ]*)-->\n")
"""A page says under its title its address, its place in the list of each side, and the roles that read it first."""
AN_HOUR = "private, max-age=3600"


class GuidePage(msgspec.Struct, frozen=True):
    name: str
    file: str
    title: str
    text: str
    places: dict[str, int]
    roles: frozenset[str]


@lru_cache(1)
def guide_pages() -> dict[str, GuidePage]:
    """All pages by name. Raises ValueError for one whose head says nothing."""
    pages = {}
    for path in (paths.docs_folder() / "administrators.md", *(paths.docs_folder() / "petugas").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        head = PAGE_HEAD.match(text)
        if head is None:
            raise ValueError(f"{path.name} does not say where it belongs")
        title, name, sides, roles = head.groups()
        places = {side: int(place) for side, place in (one.split() for one in sides.split(", "))}
        pages[name] = GuidePage(name, path.name, title, text[head.end() :], places, frozenset(roles.split()))
    return pages


def pages_of(side: str) -> list[GuidePage]:
    """The pages of a side in the order in which they are offered; the first is the one for everybody."""
    return sorted((one for one in guide_pages().values() if side in one.places), key=lambda one: one.places[side])


def guide_address(target: str) -> str:
    """Where a link or a picture of a guide leads inside the program; empty for a document that stays outside."""
    folder, _, name = target.rpartition("/")
    if folder.endswith("gambar"):
        return url_for("guide_picture", name=name)
    return next((url_for("guide", what=one.name) for one in guide_pages().values() if one.file == name), "")


@lru_cache(32)
def guide_html(name: str) -> Markup:
    return to_html(guide_pages()[name].text, guide_address)


@signed_in
def show_guide(what: str = "") -> ResponseReturnValue:
    """A page, or the first one that a role of this person reads."""
    offered, held = pages_of(context.current_loket().shell.side), context.current_actor().roles
    chosen = guide_pages().get(what) if what else next((one for one in offered if one.roles & held), offered[0])
    if chosen is None:
        raise NotFound
    links = [(one.name, one.title) for one in offered]
    return show_page("guide.html", title=chosen.title, body=guide_html(chosen.name), chosen=chosen.name, links=links)


@signed_in
def show_guide_picture(name: str) -> Response:
    known = {path.name: path for path in (paths.docs_folder() / "petugas" / "gambar").glob("*.png")}
    if name not in known:
        raise NotFound
    return Response(known[name].read_bytes(), content_type="image/png", headers={"Cache-Control": AN_HOUR})


def install_guide(app: Flask) -> None:
    app.add_url_rule("/panduan/", "guide", show_guide)
    app.add_url_rule("/panduan/<what>", "guide", show_guide)
    app.add_url_rule("/panduan/gambar/<name>", "guide_picture", show_guide_picture)


Place = Callable[[str], str]
"""From the target that a link or a picture names to an address; empty where nothing is to be linked."""

INLINE = re.compile(
    r"`(?P<code>[^`]+)`|!\[(?P<alt>[^\[\]]*+)\]\((?P<picture>[^()]++)\)|\[(?P<text>[^\[\]]++)\]\((?P<link>[^()]++)\)"
    r"|<(?P<address>https?://[^<>]++)>|\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*"
)
ITEM = re.compile(r"(-|\d+\.) +")
START = re.compile(r"(- |\d+\. |#|```|\||---$)")
"""What begins another block even without an empty line before it."""


def to_html(text: str, place: Place) -> Markup:
    return Markup("\n").join(render_blocks(text.splitlines(), place))


def render_blocks(lines: list[str], place: Place) -> Iterator[Markup]:
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
            yield Markup(f"<h{level}>{{}}</h{level}>").format(render_inline(line[level:].strip(), place))
            lines = lines[1:]
        elif ITEM.match(line):
            items, lines = split_items(lines)
            tag = "ul" if line.startswith("-") else "ol"
            yield Markup(f"<{tag}>{{}}</{tag}>").format(
                Markup("").join(Markup("<li>{}</li>").format(render_item(item, place)) for item in items)
            )
        elif line.startswith("|"):
            end = next((at for at, one in enumerate(lines) if not one.startswith("|")), len(lines))
            yield render_table(lines[:end], place)
            lines = lines[end:]
        else:
            end = next(
                (at for at, one in enumerate(lines) if at and (not one.strip() or START.match(one))),
                len(lines),
            )
            yield Markup("<p>{}</p>").format(render_inline(" ".join(one.strip() for one in lines[:end]), place))
            lines = lines[end:]


def split_items(lines: list[str]) -> tuple[list[list[str]], list[str]]:
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


def render_item(item: list[str], place: Place) -> Markup:
    first, *rest = render_blocks(item, place)
    return Markup("\n").join([Markup(first.removeprefix("<p>").removesuffix("</p>")), *rest])


def render_table(lines: list[str], place: Place) -> Markup:
    rows = [[render_inline(cell.strip(), place) for cell in line.strip("|").split("|")] for line in lines]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in rows[0])
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            one, Markup("").join(Markup("<td>{}</td>").format(cell) for cell in more)
        )
        for one, *more in rows[2:]
    )
    return Markup('<table class="list tight"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, body)


def render_inline(text: str, place: Place) -> Markup:
    pieces, at = [], 0
    for match in INLINE.finditer(text):
        pieces += [escape(text[at : match.start()]), render_match(match, place)]
        at = match.end()
    return Markup("").join([*pieces, escape(text[at:])])


def render_match(match: re.Match[str], place: Place) -> Markup:
    part = match.groupdict()
    if part["code"] is not None:
        return Markup("<code>{}</code>").format(part["code"])
    if part["picture"] is not None:
        return Markup('<img src="{}" alt="{}">').format(place(part["picture"]), part["alt"])
    if part["link"] is not None:
        where, words = place(part["link"]), render_inline(part["text"], place)
        return Markup('<a href="{}">{}</a>').format(where, words) if where else words
    if part["address"] is not None:
        return Markup('<a href="{0}">{0}</a>').format(part["address"])
    if part["bold"] is not None:
        return Markup("<b>{}</b>").format(render_inline(part["bold"], place))
    return Markup("<i>{}</i>").format(render_inline(part["italic"], place))
