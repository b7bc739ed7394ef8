"""Every table of moves: who may do what, in which state. `python -m tests.rules.moves` writes docs/moves.md."""

from collections.abc import Iterator
from importlib import import_module

from app import paths
from app.platform.office.moves import Move
from tests.rules.source import dotted, imports, modules

PAGE = paths.CHECKOUT / "docs" / "moves.md"
HEAD = """# What may happen to a thing, in which state, by whom

Written by `.venv/bin/python -m tests.rules.moves` from the tables of the program; a test fails when it is out of date,
so that no state, permission or condition changes unread. One of the permissions is enough; who has them stands in the
profile of the office (`schema/profiles`). *Steps* are state → next state, one state alone where it stays. *Must hold*
names the conditions whose sentence the page says where one does not, *writes* the kinds of entries in the journal.
"""
TITLES = "| move | permission | steps | must hold | writes |\n|---|---|---|---|---|"


def named_tables() -> Iterator[tuple[str, dict[str, Move]]]:
    """(room and name, table) of every table of moves, where it is defined first."""
    known: set[int] = set()
    for path in modules("app/"):
        if "app.platform.office.moves" in imports(path):
            for name, value in vars(import_module(dotted(path))).items():
                if is_table(value) and id(value) not in known:
                    known.add(id(value))
                    yield f"{path.rpartition('/')[0].removeprefix('app/')}: `{name}`", value


def is_table(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(row, Move) for row in value.values())


def cell(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def step_words(move: Move) -> str:
    return ", ".join(before if before == after else f"{before} → {after}" for before, after in move.steps.items())


def row_of(name: str, move: Move) -> str:
    must_hold = ", ".join(move.needs)
    return f"| {name} | {cell(move.permissions)} | {step_words(move)} | {must_hold} | {cell((move.kind, *move.also))} |"


def written() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, table in sorted(named_tables(), key=lambda pair: pair[0]):
        rows = "\n".join(row_of(name, move) for name, move in table.items())
        parts.append(f"## {title}\n\n{TITLES}\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
