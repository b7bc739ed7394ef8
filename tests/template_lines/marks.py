"""Jinja marks and HTML tags as documents that say where they may break."""

import re
from collections.abc import Sequence

from tests.template_lines.printer import HARD, WIDTH, Document, Fill, Group, Indent, Line, flat_width
from tests.template_lines.reader import JINJA, end_of_jinja

WORD = Line(" ")
SOFT = Line("")
BRACKETS = {"(": ")", "[": "]", "{": "}"}
OPERATOR = re.compile(r"\s+(?=(?:if|else|and|or)\b|~)")
MARK = re.compile(r"(\{[{%][-+]?)\s*(.*?)\s*([-+]?[%}]\})", re.DOTALL)
STATEMENT_START = re.compile(r"(?:for\s.*?\sin|set\s[\w\s,.]*=|[a-z]+)\s+(?=\S)", re.DOTALL)
ATTRIBUTE_PIECE = re.compile(r"""\s+|["']|(?:(?!\{[{%#])[^\s"'])+""")
IN_VALUE = "\0"
"""Stands for white space in the value of an attribute while the tag is read."""
LONG_TEXT = 40
"""A text in an expression may be divided from this length on."""
LONG_ATTRIBUTE = WIDTH - 20
COMMENT_WIDTH = WIDTH - 10


def expression(text: str) -> Document:
    """What stands between `{{` and `}}` or in a statement: it breaks in brackets, before operators, in long texts."""
    return ExpressionReader(text.strip()).sequence("")


class ExpressionReader:
    """Reads an expression from `place` on; every method leaves `place` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def sequence(self, closing: str) -> Document:
        """Up to the closing bracket; commas divide it."""
        arguments: list[Document] = []
        while True:
            arguments.append(self.argument())
            if self.text[self.place : self.place + 1] != ",":
                break
            self.place += 1
            self.skip_white()
            if closing and self.text.startswith(closing, self.place):
                arguments.append("")
                break
        parts: list[Document] = [arguments[0]]
        for argument in arguments[1:]:
            parts += [",", WORD if argument else "", argument]
        return parts

    def skip_white(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def argument(self) -> Document:
        """Operands with the operators before which a line may break."""
        operands: list[list[Document]] = [[]]
        while self.place < len(self.text) and self.text[self.place] not in ",)]}":
            letter = self.text[self.place]
            if letter in "\"'":
                operands[-1].append(self.string(letter))
            elif letter in BRACKETS:
                operands[-1].append(self.bracket(letter))
            elif letter.isspace():
                self.take_white(operands)
            else:
                operands[-1].append(letter)
                self.place += 1
        return Group(Indent(Fill(divided(operands, WORD)))) if len(operands) > 1 else operands[0]

    def take_white(self, operands: list[list[Document]]) -> None:
        before_operator = OPERATOR.match(self.text, self.place)
        self.skip_white()
        if operands[-1] and before_operator:
            operands.append([])
        elif operands[-1] and self.place < len(self.text) and self.text[self.place] not in ",)]}":
            operands[-1].append(" ")

    def bracket(self, opening: str) -> Document:
        closing = BRACKETS[opening]
        self.place += 1
        self.skip_white()
        if self.text.startswith(closing, self.place):
            self.place += 1
            return opening + closing
        inner = self.sequence(closing)
        self.place += 1
        return Group([opening, Indent([SOFT, inner]), SOFT, closing])

    def string(self, quote: str) -> Document:
        """A text; two beside each other are one. A long one may be divided behind a space."""
        literal = re.compile(rf"{quote}((?:\\.|[^{quote}\\])*){quote}(?:\s*(?={quote}))?", re.DOTALL)
        whole = ""
        while found := literal.match(self.text, self.place):
            whole += found[1]
            self.place = found.end()
        if len(whole) < LONG_TEXT:
            return quote + whole + quote
        first, *others = re.findall(r"\S*\s+|\S+$", whole)
        pieces = [quote + first, *others]
        pieces[-1] += quote
        return Fill(divided(pieces, Line("", before=quote, after=quote)))


def mark(text: str) -> Document:
    """An expression or a statement with its braces."""
    found = MARK.fullmatch(text)
    assert found, text
    opening, inner, closing = found.groups()
    word = STATEMENT_START.match(inner) if opening.startswith("{%") else None
    if word:
        start = Indent(Fill(divided(word[0].split(), WORD)))
        return [opening, " ", start, " ", expression(inner[word.end() :]), " ", closing]
    return [opening, " ", expression(inner), " ", closing]


def comment(text: str) -> Document:
    """A comment keeps its lines as long as they fit."""
    lines = [line.strip() for line in text[2:-2].strip().split("\n")]
    if max(map(len, lines)) < COMMENT_WIDTH:
        return ["{# ", Indent(list(divided(lines, HARD)), 3), " #}"]
    return ["{# ", Indent(Fill(divided(" ".join(lines).split(), WORD)), 3), " #}"]


def divided(contents: Sequence[Document], line: Document) -> tuple[Document, ...]:
    return tuple(part for content in contents for part in (line, content))[1:]


def tag(text: str) -> Document:
    """A tag that is broken between attributes, and in a very long attribute between words."""
    end = -2 if text.endswith("/>") else -1
    return TagReader().read(text[:end], text[end:])


class TagReader:
    """`done` are attributes and breaks by turns, `current` is the attribute in hand, `inner` the open Jinja blocks."""

    def __init__(self) -> None:
        self.done: list[Document] = []
        self.current: list[Document] = []
        self.inner: list[bool] = []
        self.quote = ""

    def read(self, text: str, end: str) -> Document:
        place = 0
        while place < len(text):
            if text[place : place + 2] in JINJA:
                after = end_of_jinja(text, place)
                self.take_jinja(text[place:after], text[after : after + 1].isspace())
            else:
                after = ATTRIBUTE_PIECE.match(text, place).end()  # type: ignore[union-attr]  # it matches anything
                self.take(text[place:after])
            place = after
        self.close(end)
        return Group(Indent(Fill(tuple(self.done)), 4))

    def take_jinja(self, text: str, spaced: bool) -> None:
        """`spaced`: white space follows, so that a break may stand before the statement."""
        name = re.findall(r"\w*", text[2:].lstrip("-+ \n"))[0] if text.startswith("{%") else ""
        if name in {"if", "for"}:
            if not self.inner and not self.quote and spaced:
                if self.current:
                    self.close()
                    self.done.append(SOFT)
                elif self.done:
                    self.done[-1] = SOFT
            self.inner.append(spaced and not self.quote)
        elif name and self.inner[-1]:
            if self.current[-1] == WORD:
                self.current.pop()
            self.current.append(SOFT)
        if name in {"endif", "endfor"}:
            self.inner.pop()
        self.current.append(text if text.startswith("{#") else mark(text))

    def take(self, text: str) -> None:
        if text in {'"', "'"} and self.quote in {"", text}:
            self.quote = "" if self.quote else text
        if not text.isspace():
            self.current.append(text)
        elif self.quote:
            self.current.append(" " if self.inner else IN_VALUE)
        elif self.inner:
            self.current.append(" " if self.current and isinstance(self.current[-1], list) else WORD)
        else:
            if self.current:
                self.close()
                self.done.append(WORD)

    def close(self, end: str = "") -> None:
        """The attribute in hand is whole; it is divided at its statements, and between words if it is very long."""
        if not self.current:
            self.done[-1] = end
            return
        long = sum(map(flat_width, self.current)) > LONG_ATTRIBUTE
        pieces: list[list[Document]] = [[]]
        breaks: list[Document] = []
        for part in self.current:
            if isinstance(part, Line) or (part == IN_VALUE and long):
                breaks.append(WORD if part == IN_VALUE else part)
                pieces.append([])
            else:
                pieces[-1].append(" " if part == IN_VALUE else part)
        pieces[-1].append(end)
        self.current = []
        parts: list[Document] = [pieces[0]]
        for line, piece in zip(breaks, pieces[1:], strict=True):
            parts += [line, piece]
        self.done.append(Fill(tuple(parts)))
