"""A template as a tree: HTML elements, Jinja blocks, text, and the white space between two of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

JINJA = {"{#": "#}", "{%": "%}", "{{": "}}"}
OPENING = {"if", "for", "with", "block", "macro", "call", "filter", "autoescape"}
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "!doctype",
}
TAG_NAME = re.compile(r"</?\s*([!\w]+(?:\{\{.*?\}\})?)")
RUN = re.compile(r"\s+|(?:(?!\{[#%{])[^\s<])+|.")
SPACE = re.compile(r'\{\{ *" +" *\}\}')
STATEMENT_NAME = re.compile(r"\{%[-+]?\s*(\w+)")


@dataclass(frozen=True)
class Token:
    """`kind`: open, close, void, statement, expression, comment, text or white."""

    kind: str
    text: str
    name: str = ""


@dataclass
class Node:
    """What stands in a template: a leaf (one token), an element or a Jinja block.

    `parts` of an element: its open tag; of a block its statements; `bodies` is what follows each. `end` closes it.
    `white` is the white space in front of it, `tail` of each body that behind its last node.
    """

    kind: str
    parts: list[Token]
    white: str = ""
    bodies: list[list["Node"]] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    end: Token | None = None

    @property
    def name(self) -> str:
        return self.parts[0].name


def end_of_jinja(text: str, start: int) -> int:
    """Where the mark that begins at `start` is over; brackets and quotes inside an expression are followed."""
    closing = JINJA[text[start : start + 2]]
    if closing != "}}":
        return text.index(closing, start) + 2
    depth, quote, place = 0, "", start + 2
    while depth or quote or not text.startswith("}}", place):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += (letter in "([{") - (letter in ")]}")
        place += 1
    return place + 2


def end_of_tag(text: str, start: int) -> int:
    quote, place = "", start + 1
    while quote or text[place] != ">":
        if text[place : place + 2] in JINJA:
            place = end_of_jinja(text, place)
            continue
        if text[place] in "\"'":
            quote = text[place] if not quote else "" if quote == text[place] else quote
        place += 1
    return place + 1


def token_at(text: str, place: int) -> Token | None:
    """The tag or Jinja mark that begins at this place."""
    if (mark := text[place : place + 2]) in JINJA:
        whole = text[place : end_of_jinja(text, place)]
        kind = {"{#": "comment", "{%": "statement", "{{": "expression"}[mark]
        return Token(kind, whole, STATEMENT_NAME.findall(whole)[0] if kind == "statement" else "")
    if text[place] != "<" or not (named := TAG_NAME.match(text, place)):
        return None
    whole, name = text[place : end_of_tag(text, place)], named[1].lower()
    if whole.startswith("</"):
        return Token("close", whole, name)
    return Token("void" if name in VOID or whole.endswith("/>") else "open", whole, name)


def tokens_of(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        if token := token_at(text, place):
            yield token
            place += len(token.text)
            continue
        run = RUN.match(text, place)
        assert run, "it matches anything"
        yield Token("white" if run[0].isspace() else "text", run[0])
        place = run.end()


class Reader:
    """Puts the tokens of a template into a tree; a tag without its partner on the same level stays a leaf."""

    def __init__(self) -> None:
        self.root = Node("root", [Token("root", "")], bodies=[[]])
        self.stack = [self.root]
        self.white = ""

    def read(self, text: str) -> Node:
        for token in tokens_of(text):
            if token.kind == "white" or SPACE.fullmatch(token.text):
                self.white += token.text
            else:
                self.take(token)
        while len(self.stack) > 1:
            self.flatten()
        self.root.tails.append(self.taken_white())
        return self.root

    def take(self, token: Token) -> None:
        if token.kind == "open":
            self.enter("element", token)
        elif token.kind == "close":
            if self.stack[-1].kind == "element" and self.stack[-1].name == token.name:
                self.leave(token)
            else:
                self.add(Node("close", [token]))
        elif token.kind == "statement":
            self.take_statement(token)
        else:
            self.add(Node(token.kind, [token]))

    def take_statement(self, token: Token) -> None:
        name = token.name
        if name in OPENING or (name == "set" and "=" not in token.text):
            self.enter("block", token)
        elif name in {"else", "elif"} or name.startswith("end"):
            while self.stack[-1].kind == "element":
                self.flatten()
            if name.startswith("end"):
                self.leave(token)
                return
            self.stack[-1].tails.append(self.taken_white())
            self.stack[-1].parts.append(token)
            self.stack[-1].bodies.append([])
        else:
            self.add(Node("statement", [token]))

    def taken_white(self) -> str:
        """What stands in front of the next token; a written space is one, whatever stands beside it."""
        white, self.white = self.white, ""
        return " " if SPACE.search(white) else white

    def add(self, node: Node) -> None:
        node.white = self.taken_white()
        self.stack[-1].bodies[-1].append(node)

    def enter(self, kind: str, token: Token) -> None:
        node = Node(kind, [token], bodies=[[]])
        self.add(node)
        self.stack.append(node)

    def leave(self, token: Token) -> None:
        node = self.stack.pop()
        node.tails.append(self.taken_white())
        node.end = token

    def flatten(self) -> None:
        """The open tag in hand has no partner here: it becomes a leaf, what stood in it its neighbours."""
        node = self.stack.pop()
        node.kind, inner, node.bodies = "open", node.bodies[0], []
        self.stack[-1].bodies[-1].extend(inner)


def read(text: str) -> Node:
    return Reader().read(text)
