"""`python -m tests.rules.rooms_page`: wings and rooms with their purposes, as README and developers' page print them.

The purpose of a wing or room is the first line of its `__init__.py`, said there and nowhere else.
"""

import ast
import sys

from tests.rules.source import WINGS, room_modules, tree


def purpose_of(folder: str) -> str:
    """The first line of a folder's own page, without its full stop."""
    return (ast.get_docstring(tree(f"{folder}/__init__.py")) or "").partition("\n")[0].removesuffix(".")


def rooms_in(wing: str) -> list[str]:
    """Names of the rooms of a wing, by the alphabet; none of a wing that is one room."""
    return sorted(room for room, name in room_modules().items() if name == f"app.{wing}.{room}")


def wing_lines() -> str:
    """One line for each wing."""
    return "".join(f"| `app/{wing}` | {purpose_of(f'app/{wing}')} |\n" for wing in WINGS)


def room_lines() -> str:
    """A head for each wing, a line for each of its rooms."""
    lines = []
    for wing in WINGS:
        lines.append(f"| **`app/{wing}`** | **{purpose_of(f'app/{wing}')}** |\n")
        lines += [f"| `{room}` | {purpose_of(f'app/{wing}/{room}')} |\n" for room in rooms_in(wing)]
    return "".join(lines)


PAGES = {"README.md": wing_lines, "docs/developers.md": room_lines}
"""Page → what stands in it."""

if __name__ == "__main__":
    for page in PAGES:
        sys.stdout.write(f"{page}\n\n{PAGES[page]()}\n")
