"""Lines out of a document that says where they may break: Wadler's printer with the fill of running text.

A document is a text, a list of documents, or one of the classes below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

WIDTH = 120


@dataclass(frozen=True)
class Line:
    """A place for a break: `flat` is printed where the line goes on; `before` and `after` beside the break."""

    flat: str = ""
    before: str = ""
    after: str = ""
    hard: bool = False
    blank: bool = False


class Measured:
    """A document whose size is asked again and again on the way down to it, and is reckoned once."""

    @cached_property
    def has_hard(self) -> bool:
        return any(map(has_hard, parts_of(self)))  # type: ignore[arg-type]  # one of the classes below

    @cached_property
    def flat_width(self) -> int:
        return sum(map(flat_width, parts_of(self)))  # type: ignore[arg-type]  # as above


@dataclass(frozen=True)
class Indent(Measured):
    document: "Document"
    by: int = 2


@dataclass(frozen=True)
class Group(Measured):
    """All its own breaks or none of them."""

    document: "Document"


@dataclass(frozen=True)
class Fill(Measured):
    """Contents and breaks by turns: as much on a line as fits."""

    parts: tuple["Document", ...]


Document: TypeAlias = "str | list[Document] | Line | Indent | Group | Fill"
Command: TypeAlias = tuple[int, bool, Document]

HARD = Line(hard=True)


def parts_of(document: Document) -> Sequence[Document]:
    """What stands in it, one behind the other."""
    if isinstance(document, list):
        return document
    if isinstance(document, Fill):
        return document.parts
    return [document.document] if isinstance(document, Indent | Group) else []


def has_hard(document: Document) -> bool:
    """Whether a break stands in it that is always made."""
    if isinstance(document, str | Line):
        return isinstance(document, Line) and document.hard
    return any(map(has_hard, document)) if isinstance(document, list) else document.has_hard


def flat_width(document: Document) -> int:
    """Columns of the document on one line."""
    if isinstance(document, str | Line):
        return len(document if isinstance(document, str) else document.flat)
    return sum(map(flat_width, document)) if isinstance(document, list) else document.flat_width


def fits(room: int, wanted: list[Command], rest: list[Command]) -> bool:
    """Whether the wanted documents fit up to their first break, with what comes behind them up to its first break."""
    todo, behind = [(flat, iter((document,))) for _, flat, document in wanted], len(rest)
    while room >= 0:
        if not todo:
            if not behind:
                return True
            behind -= 1
            todo.append((rest[behind][1], iter((rest[behind][2],))))
        flat, parts = todo[-1]
        document = next(parts, None)
        if document is None:
            todo.pop()
        elif isinstance(document, str):
            room -= len(document)
        elif not isinstance(document, Line):
            inner_flat = flat and not (isinstance(document, Group) and document.has_hard)
            todo.append((inner_flat, iter(parts_of(document))))
        elif document.hard or not flat:
            return room >= len(document.before)
        else:
            room -= len(document.flat)
    return False


class Printer:
    """Prints commands (indentation, flat or broken, document) from a stack."""

    def __init__(self, width: int = WIDTH) -> None:
        self.width, self.out, self.column = width, list[str](), 0
        self.todo: list[Command] = []

    def print(self, document: Document) -> str:
        self.todo = [(0, False, document)]
        while self.todo:
            indent, flat, document = self.todo.pop()
            match document:
                case str():
                    self.write(document)
                case Line():
                    self.break_line(indent, flat, document)
                case list():
                    self.todo += [(indent, flat, part) for part in reversed(document)]
                case Indent():
                    self.todo.append((indent + document.by, flat, document.document))
                case Group():
                    whole = not has_hard(document) and fits(
                        self.width - self.column, [(indent, True, document.document)], self.todo
                    )
                    self.todo.append((indent, whole, document.document))
                case Fill():
                    self.fill(indent, flat, document.parts)
        return "\n".join(line.rstrip() for line in "".join(self.out).split("\n"))

    def write(self, text: str) -> None:
        self.out.append(text)
        self.column += len(text)

    def break_line(self, indent: int, flat: bool, line: Line) -> None:
        if flat and not line.hard:
            self.write(line.flat)
            return
        self.out.append(line.before + "\n" * (1 + line.blank) + " " * indent + line.after)
        self.column = indent + len(line.after)

    def fill(self, indent: int, flat: bool, parts: tuple[Document, ...]) -> None:
        """The first content, its break, and the rest of the fill as a new one."""
        content, rest = parts[0], parts[1:]
        behind = self.todo if len(rest) < 3 else []  # another break follows: what is behind it has a line of its own
        if not rest:
            fit = fits(self.width - self.column, [(indent, True, content)], behind)
            self.todo.append((indent, flat or (fit and not has_hard(content)), content))
            return
        together: list[Command] = [(indent, True, part) for part in (rest[1], rest[0], content)]
        fit = fits(self.width - self.column, together[2:], [])
        room = self.width - self.column - (len(parts[3].before) if len(parts) > 3 and isinstance(parts[3], Line) else 0)
        both = fit and not has_hard(list(parts[:3])) and fits(room, together, behind)
        self.todo.append((indent, flat, Fill(rest[1:])))
        self.todo.append((indent, flat or both, rest[0]))
        self.todo.append((indent, flat or (fit and not has_hard(content)), content))
