"""The one error of the value types: a sentence that an officer can read and act on."""

from __future__ import annotations

import unicodedata


class ValueProblem(ValueError):
    """Raised by a value type for what was typed. `sentence` is Indonesian and holds no personal number."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def describe_character(character: str) -> str:
    """`huruf “O”`, `tanda “/”`, or a description of what cannot be printed."""
    if not character.isprintable() or unicodedata.category(character)[0] in "CMZ":
        return "tanda yang tidak terlihat"
    return f"huruf “{character}”" if character.isalpha() else f"tanda “{character}”"
