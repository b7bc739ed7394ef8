"""Every move of every table is made by one declared command, and writes a kind that the journal knows.

docs/moves.md has each of them.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from app.platform.office.moves import Move, MoveCommand
from tests.rules.kinds import every_kind
from tests.rules.moves import PAGE, named_tables, written
from tests.rules.source import dotted, imports, modules

OTHERWISE = {
    ("scan", "file.kept"): "attach_scan: for a letter that came or one of ours",
    ("take_back", "paper.taken_back"): "take_back_letter: the check of the file runs outside the transaction",
    ("edit", "letter.corrected"): "correct_letter: its move depends on the letter's state",
    ("correct", "letter.corrected"): "correct_letter",
    ("draft", "recap.drafted"): "draft_recap begins the recap as well",
    ("object", "complaint.aside_objected"): "nobody of the office does it: the complainant at the kiosk",
}
"""Moves that a function makes which is no declared command, and why."""


def named_values() -> Iterator[object]:
    """What stands in the modules that know moves, each once."""
    paths = [path for path in modules("app/") if "app.platform.office.moves" in imports(path)]
    values = [value for path in paths for value in vars(import_module(dotted(path))).values()]
    return iter({id(value): value for value in values}.values())


@cache
def tables() -> list[dict[str, Move]]:
    """Read when a test asks: every worker of a run imports this file, one of them needs the trees of the program."""
    return [table for _, table in named_tables()]


@cache
def move_commands() -> list[MoveCommand[..., Any, Any]]:
    return [value for value in named_values() if isinstance(value, MoveCommand)]


def commands_of(move: Move) -> list[str]:
    """The commands that are bound to this row; another row may say the same."""
    return [command.name for command in move_commands() if any(row is move for row in command.moves.values())]


def test_the_page_of_moves_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.rules.moves"


def test_every_move_is_made_by_one_command() -> None:
    rows = [(name, move) for table in tables() for name, move in table.items()]
    unlike = {(name, move.kind): commands_of(move) for name, move in rows if len(commands_of(move)) != 1}
    assert unlike == {row: [] for row in OTHERWISE}
    assert len(tables()) > 12


def test_a_command_stands_at_rows_of_tables() -> None:
    rows = {id(move) for table in tables() for move in table.values()}
    assert [
        command.name for command in move_commands() if not {id(move) for move in command.moves.values()} <= rows
    ] == []


def test_what_moves_write_is_known_to_the_journal() -> None:
    written = {kind for table in tables() for move in table.values() for kind in (move.kind, *move.also)}
    assert written <= set(every_kind())
