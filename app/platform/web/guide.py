"""The officers' guide inside the program: the pages of docs/petugas, readable where there is no network."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import msgspec
from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from app import paths
from app.platform.web import context
from app.platform.web.context import WebRoom
from app.platform.web.forms import show_page
from app.platform.web.guard import signed_in

PAGE_HEAD = re.compile(r"# (.+)\n<!-- panduan ([a-z-]+); ([a-z]+ \d+(?:, [a-z]+ \d+)*);([a-z_ ]*)(?:;([a-z -]+))?-->\n")
"""A page says under its title its address, its place in the list of each side, the roles that read it first, and the
kinds of office and services that it is about; without them it is about every one."""
ONLY = re.compile(r" ?<!-- hanya ([a-z][a-z-]*+(?: [a-z][a-z-]*+)*+) -->")
"""In a first line: this heading, item, row or paragraph is about these kinds of office and services alone."""
FOR_ADMINISTRATORS = ("administrators.md", "centre-administrators.md", "windows.md")
ANCHOR = re.compile(r'<h\d id="([^"]+)">')
GUIDE = "/panduan/"
MOST_PLACES = 1000
"""Answers of :func:`find_place` that are kept: some seventy blueprints, each for a dozen roles."""
AN_HOUR = "private, max-age=3600"


class GuidePage(msgspec.Struct, frozen=True):
    name: str
    file: str
    title: str
    text: str
    places: dict[str, int]
    roles: frozenset[str]
    about: frozenset[str]

    def is_for(self, files: frozenset[str]) -> bool:
        """Whether an office reads it; `files` is its kind with its services, empty for one that reads everything."""
        return not self.about or not files or bool(self.about & files)


@lru_cache(1)
def guide_pages() -> dict[str, GuidePage]:
    """All pages by name. Raises ValueError for one whose head says nothing."""
    pages = {}
    docs = paths.docs_folder()
    for path in (*(docs / name for name in FOR_ADMINISTRATORS), *(docs / "petugas").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        head = PAGE_HEAD.match(text)
        if head is None:
            raise ValueError(f"{path.name} does not say where it belongs")
        title, name, sides, roles, about = head.groups(default="")
        places = {side: int(place) for side, place in (part.split() for part in sides.split(", "))}
        words = frozenset(roles.split()), frozenset(about.split())
        pages[name] = GuidePage(name, path.name, title, text[head.end() :], places, *words)
    return pages


def pages_of(side: str) -> list[GuidePage]:
    """The pages of a side in the order in which they are offered; the first is the one for everybody."""
    return sorted((page for page in guide_pages().values() if side in page.places), key=lambda page: page.places[side])


def guide_address(target: str, files: frozenset[str]) -> str:
    """Where a link or a picture of a guide leads inside the program; empty for a document that stays outside, or that
    is not about this office."""
    folder, _, name = target.rpartition("/")
    if folder.endswith("gambar"):
        return url_for("guide_picture", name=name)
    known = (page for page in guide_pages().values() if page.file == name and page.is_for(files))
    return next((url_for("guide", what=page.name) for page in known), "")


def text_for(text: str, files: frozenset[str]) -> str:
    """A page without its marks, and without what is about other kinds of office and services."""
    kept = list[str]()
    hidden: int | None = None
    gap = False
    for line in text.splitlines():
        if hidden is not None and (not line.strip() or belongs_below(line, hidden, gap)):
            gap = gap or not line.strip()
            continue
        hidden = None
        gap = False
        mark = ONLY.search(line)
        if mark and files and not files & set(mark[1].split()):
            hidden = depth_of(line)
        else:
            kept.append(ONLY.sub("", line))
    return "\n".join(kept)


def belongs_below(line: str, depth: int, gap: bool) -> bool:
    """Whether a line is part of what began at a depth: deeper, or the same sentence going on."""
    goes_on = not gap and depth >= 0 and not START.match(line.lstrip())
    return depth_of(line) > depth or goes_on


def depth_of(line: str) -> int:
    """Headings are above all text, the first level highest; text is as deep as it is indented."""
    level = len(line) - len(line.lstrip("#"))
    if level:
        return level - 10
    return len(line) - len(line.lstrip())


@lru_cache(64)
def guide_html(name: str, files: frozenset[str]) -> Markup:
    return to_html(text_for(guide_pages()[name].text, files), lambda target: guide_address(target, files))


def anchor_of(heading: str) -> str:
    """`pengawasan` of *Pengawasan (SP 10)*: its words without what stands in brackets."""
    return re.sub(r" \(.*\)|[^\w -]", "", heading.lower()).replace(" ", "-")


@lru_cache(64)
def guide_anchors(name: str, files: frozenset[str]) -> frozenset[str]:
    """Where a page can be opened, as an office reads it."""
    return frozenset(ANCHOR.findall(guide_html(name, files)))


@lru_cache(MOST_PLACES)
def find_place(places: str, side: str, files: frozenset[str], held: frozenset[str]) -> str:
    """The place of the guide, `loket#permohonan`, for somebody who stands at one of these places, parted by spaces: of
    a page that a role of his reads first, else the first one that is about this office. Empty where there is none."""
    offered = {page.name: page for page in pages_of(side) if page.is_for(files)}
    known = [place for place in places.split() if place.partition("#")[0] in offered]
    own = [place for place in known if offered[place.partition("#")[0]].roles & held]
    name, mark, anchor = next(iter([*own, *known]), "").partition("#")
    if mark and anchor in guide_anchors(name, files):
        return name + mark + anchor
    return name


@signed_in
def show_guide(what: str = "") -> ResponseReturnValue:
    """A page, or the first one that a role of this person reads."""
    shell = context.current_loket().shell
    held = context.current_actor().roles
    files = shell.files(context.current_db())
    offered = [page for page in pages_of(shell.side) if page.is_for(files)]
    if what:
        chosen = guide_pages().get(what)
    else:
        chosen = next((page for page in offered if page.roles & held), offered[0])
    if chosen is None:
        raise NotFound
    links = [(page.name, page.title) for page in offered]
    return show_page(
        "guide.html", title=chosen.title, body=guide_html(chosen.name, files), chosen=chosen.name, links=links
    )


@signed_in
def show_guide_picture(name: str) -> Response:
    known = {path.name: path for path in (paths.docs_folder() / "petugas" / "gambar").glob("*.png")}
    if name not in known:
        raise NotFound
    return Response(known[name].read_bytes(), content_type="image/png", headers={"Cache-Control": AN_HOUR})


def install_guide(app: Flask, rooms: Sequence[WebRoom]) -> None:
    places = {name: found for room in rooms for name, found in room.guide_places().items()}
    app.extensions["loket_guide"] = places
    app.add_url_rule(GUIDE, "guide", show_guide)
    app.add_url_rule(f"{GUIDE}<what>", "guide", show_guide)
    app.add_url_rule(f"{GUIDE}gambar/<name>", "guide_picture", show_guide_picture)


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
            end = next(at for at, text in enumerate(lines) if at and text.startswith("```"))
            yield Markup("<pre><code>{}</code></pre>").format("\n".join(lines[1:end]))
            lines = lines[end + 1 :]
        elif line.startswith("#"):
            level = line.index(" ")
            heading = Markup(f'<h{level} id="{{}}">{{}}</h{level}>')
            yield heading.format(anchor_of(line[level:].strip()), render_inline(line[level:].strip(), place))
            lines = lines[1:]
        elif ITEM.match(line):
            items, lines = split_items(lines)
            tag = "ul" if line.startswith("-") else "ol"
            yield Markup(f"<{tag}>{{}}</{tag}>").format(
                Markup("").join(Markup("<li>{}</li>").format(render_item(item, place)) for item in items)
            )
        elif line.startswith("|"):
            end = next((at for at, text in enumerate(lines) if not text.startswith("|")), len(lines))
            yield render_table(lines[:end], place)
            lines = lines[end:]
        else:
            end = next(
                (at for at, text in enumerate(lines) if at and (not text.strip() or START.match(text))),
                len(lines),
            )
            yield Markup("<p>{}</p>").format(render_inline(" ".join(text.strip() for text in lines[:end]), place))
            lines = lines[end:]


def without_indent(line: str, width: int) -> str:
    """A line of an item that goes on, where its text stands; less indented, without any blank before it."""
    if line[:width].strip():
        return line.strip()
    return line[width:]


def split_items(lines: list[str]) -> tuple[list[list[str]], list[str]]:
    items: list[list[str]] = []
    for at, line in enumerate(lines):
        mark = ITEM.match(line)
        if mark and mark[1][-1] == lines[0].split(" ")[0][-1]:
            width = mark.end()
            items.append([line[width:]])
        elif not line.strip() or line.startswith(" "):
            items[-1].append(without_indent(line, width))
        elif not lines[at - 1].strip() or START.match(line):
            return items, lines[at:]
        else:
            items[-1].append(line)
    return items, []


def render_item(item: list[str], place: Place) -> Markup:
    first, *rest = render_blocks(item, place)
    return Markup("\n").join([Markup(first.removeprefix("<p>").removesuffix("</p>")), *rest])


def render_cells(line: str, place: Place) -> list[Markup]:
    return [render_inline(cell.strip(), place) for cell in line.strip("|").split("|")]


def render_row(cells: list[Markup]) -> Markup:
    first, *more = cells
    rest = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in more)
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(first, rest)


def render_table(lines: list[str], place: Place) -> Markup:
    heads, _, *rows = [render_cells(line, place) for line in lines]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in heads)
    body = Markup("").join(map(render_row, rows))
    return Markup('<table class="list tight"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, body)


def render_inline(text: str, place: Place) -> Markup:
    pieces = []
    at = 0
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
        where = place(part["link"])
        words = render_inline(part["text"], place)
        if where:
            return Markup('<a href="{}">{}</a>').format(where, words)
        return words
    if part["address"] is not None:
        return Markup('<a href="{0}">{0}</a>').format(part["address"])
    if part["bold"] is not None:
        return Markup("<b>{}</b>").format(render_inline(part["bold"], place))
    return Markup("<i>{}</i>").format(render_inline(part["italic"], place))
