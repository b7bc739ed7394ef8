"""What a line break in a template means: a space between two words and inside a tag, and beside anything else nothing.

So a template is laid out freely and its pages carry none of its indentation
(docs/decisions/0087-lines-of-templates.md).
"""

import re
from collections.abc import Iterable, Sequence

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

WHITE = re.compile(r"\s+")
BRACKET = re.compile("[<>]")


class LineBreaks(Extension):
    """Folds the text of a template while it is compiled; line numbers in error reports stay those of the file."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.trim_blocks = environment.lstrip_blocks = False  # they would hide breaks from this rule

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        tokens = list(stream)
        in_tag = False
        for place, token in enumerate(tokens):
            if token.type == "data":
                text = fold(token.value, in_tag, is_spaced(tokens, place + 1))
                in_tag = ends_in_tag(token.value, in_tag)
                token = Token(token.lineno, "data", text)
            yield token


def fold(text: str, in_tag: bool = False, spaced: bool = False) -> str:
    """The text between two Jinja marks without its line breaks.

    `in_tag`: it begins inside an HTML tag; `spaced`: a break at its end has a space of its own behind the next mark.
    """

    def replace(found: re.Match[str]) -> str:
        if "\n" not in found[0]:
            return found[0]
        before = text[: found.start()]
        after = text[found.end() :]
        if ends_in_tag(before, in_tag):
            return "" if spaced and not after else " "
        if before and after and before[-1] != ">" and after[0] != "<":
            return " "
        return ""

    return WHITE.sub(replace, text)


def ends_in_tag(text: str, in_tag: bool) -> bool:
    """Whether the end of the text stands inside an HTML tag."""
    brackets = BRACKET.findall(text)
    if brackets:
        return brackets[-1] == "<"
    return in_tag


def is_spaced(tokens: Sequence[Token], place: int) -> bool:
    """Whether a statement stands here and right behind it a space or the end of the tag (`{% if x %} checked`)."""
    if place == len(tokens) or tokens[place].type != "block_begin":
        return False
    while tokens[place].type != "block_end":
        place += 1
    return place + 1 < len(tokens) and tokens[place + 1].type == "data" and tokens[place + 1].value[0] in " >"
