"""Nodes of a template as documents: which of them have lines of their own, and what may stand between two."""

import re
from itertools import pairwise

from tests.template_lines.marks import SOFT, WORD, comment, mark, tag
from tests.template_lines.printer import HARD, Document, Fill, Group, Indent, Line, flat_width, has_hard
from tests.template_lines.reader import Node

TAGS = {"element", "void", "open", "close"}
RUNNING_TEXT = "a abbr b bdi br cite code data del dfn em i ins kbd mark q s samp small span strong sub sup time u wbr"
RUNNING = frozenset(RUNNING_TEXT.split())
"""Elements of running text; every other one has lines of its own."""
LINE_ELEMENTS = {"button", "input", "label", "select", "svg", "textarea"}
"""They have lines of their own where nothing stands between them and their neighbours; a space beside them is seen."""
KEPT = {"textarea", "pre"}
"""Elements whose content begins beside their tag."""
UNIT = 80
"""So wide may words and marks be that are held together by spaces which must stay."""
SPACE = Line(" ", before='{{ " " }}')
PUNCTUATION = tuple(",.;:)!?")
CALL = re.compile(r"\{\{ *(?!url_for)[\w.]+\(.*\) *\}\}", re.DOTALL)


def is_block_tag(node: Node) -> bool:
    """Whether white space beside it is never seen."""
    return node.kind in TAGS and node.name not in RUNNING and node.name not in LINE_ELEMENTS


def owns_line(node: Node) -> bool:
    """Whether it has a line of its own where nothing stands between it and its neighbour."""
    if node.kind == "block":
        return node.name in {"macro", "block"} or any(owns_line(child) for body in node.bodies for child in body)
    return node.kind == "statement" or (node.kind in TAGS and node.name not in RUNNING)


def between(left: Node, right: Node) -> Line | str:
    """What stands between two neighbours."""
    white = right.white
    broken = "\n" in white
    kinds = {left.kind, right.kind}
    if white and not broken and not is_block_tag(left) and not is_block_tag(right):
        return WORD if kinds == {"text"} else SPACE
    if "comment" in kinds:
        return Line(hard=True, blank=white.count("\n") > 1) if broken else SOFT
    if owns_line(left) or owns_line(right):
        return Line(hard=True, blank=white.count("\n") > 1)
    if kinds == {"text"}:
        return WORD if white else ""
    if "text" in kinds:
        return SOFT if "block" in kinds and not is_punctuation(right) else ""
    if kinds == {"element"} or (is_call(left) and is_call(right)):
        return HARD
    return HARD if broken and "expression" in kinds else SOFT


def is_punctuation(node: Node) -> bool:
    return node.kind == "text" and node.parts[0].text.startswith(PUNCTUATION)


def is_call(node: Node) -> bool:
    """An element, or an expression that draws a macro."""
    return node.kind == "element" or CALL.fullmatch(node.parts[0].text) is not None


def node(one: Node) -> Document:
    if one.kind == "text":
        return one.parts[0].text
    if one.kind == "comment":
        return comment(one.parts[0].text)
    if one.kind in {"expression", "statement"}:
        return mark(one.parts[0].text)
    if one.kind in {"open", "close", "void"}:
        return tag(one.parts[0].text)
    assert one.end
    parts: list[Document] = []
    top = one.kind == "block" and one.name == "block"
    for part, body, tail in zip(one.parts, one.bodies, one.tails, strict=True):
        parts.append(tag(part.text) if one.kind == "element" else mark(part.text))
        if body:
            inner: Document = [edge(one, body[0], body[0].white), children(body)]
            parts += [inner if top else Indent(inner), edge(one, body[-1], tail)]
        elif one.kind == "block" and one.name == "macro":
            parts.append(HARD)
    parts.append(one.end.text if one.kind == "element" else mark(one.end.text))
    return Group(parts)


def edge(one: Node, child: Node, white: str) -> Line | str:
    """The place between an open tag and what it holds, and at its end."""
    if one.kind == "element" and one.name in KEPT:
        return ""
    if white and "\n" not in white and not is_block_tag(child) and not is_block_tag(one):
        return SPACE
    return HARD if owns_line(child) or (one.kind == "block" and one.name == "macro") else SOFT


def children(nodes: list[Node]) -> Document:
    """Neighbours: filled on lines where they are running text, else one below the other."""
    lines: list[Document] = []
    parts: list[Document] = [node(nodes[0])]
    width = flat_width(parts[0])  # of what stays together behind the last element
    for left, right in pairwise(nodes):
        line, shape = between(left, right), node(right)
        width = 0 if right.kind in TAGS else width + 1 + flat_width(shape)
        if isinstance(line, Line) and line.hard:
            lines += [Fill(tuple(parts)), line]
            parts, width = [shape], flat_width(shape)
        elif line == "":
            parts[-1] = [parts[-1], shape]
        elif line == SPACE and stays(left, right, width, shape):
            parts[-1] = [parts[-1], " ", shape]
        else:
            parts += [line, shape]
            width = flat_width(shape)
    return [*lines, Fill(tuple(parts))]


def stays(left: Node, right: Node, width: int, shape: Document) -> bool:
    """Whether the space between the two stays on its line: beside an element, and in what is short."""
    if "block" in {left.kind, right.kind}:
        return width < UNIT and not has_hard(shape)
    return bool(TAGS & {left.kind, right.kind}) or width < UNIT
