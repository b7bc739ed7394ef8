"""A page's HTML as a small tree, with the few questions that a reader of pages asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
SILENT = frozenset(("script", "style", "template", "svg"))


@dataclass
class Node:
    """An element: its tag, attributes, and what stands in it (elements and text)."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)
    parent: Node | None = None

    def walk(self) -> Iterator[Node]:
        """Every element below this one, in the order of the page."""
        waiting = self.elements[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.elements[::-1]

    @property
    def elements(self) -> list[Node]:
        """What stands directly in it, without the text."""
        return [part for part in self.inside if isinstance(part, Node)]

    def find(self, *tags: str) -> Iterator[Node]:
        """Every element below with one of these tags."""
        return (node for node in self.walk() if node.tag in tags)

    def first(self, *tags: str) -> Node | None:
        """The first element below with one of these tags."""
        return next(self.find(*tags), None)

    def above(self, *tags: str) -> Node | None:
        """The nearest element around this one with one of these tags."""
        around = self.parent
        while around is not None and around.tag not in tags:
            around = around.parent
        return around

    def by_id(self, wanted: str) -> Node | None:
        """The element below with this id."""
        return self.ids.get(wanted)

    @cached_property
    def ids(self) -> dict[str, Node]:
        """Id → the first element below that bears it; asked for when the page is complete."""
        found: dict[str, Node] = {}
        for node in self.walk():
            if "id" in node.attrs:
                found.setdefault(node.attrs["id"], node)
        return found

    def has_class(self, *names: str) -> bool:
        """Whether it bears one of these classes."""
        return bool(set(self.attrs.get("class", "").split()) & set(names))

    @property
    def text(self) -> str:
        """What is read in it, with single spaces."""
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Its text in pieces, without what no reader sees."""
        if self.tag in SILENT:
            return
        for part in self.inside:
            if isinstance(part, str):
                yield part
            else:
                yield from part.pieces()
        yield "" if self.tag in ("b", "i", "span", "a", "strong", "em", "small") else " "

    @property
    def typed(self) -> str:
        """The text exactly as it stands there, for a textarea."""
        return "".join(part for part in self.inside if isinstance(part, str))


class TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("option", "li", "p", "tr", "td", "th", "dt", "dd") and self.open[-1].tag == tag:
            self.open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self.open[-1])
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_tree(html: str) -> Node:
    """The tree of a page or of a part of one."""
    builder = TreeBuilder()
    builder.feed(html)
    return builder.root
