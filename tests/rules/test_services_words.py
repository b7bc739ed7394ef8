"""No room that serves every procedure speaks of one: such words come from its file or its own room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("app/casework/desk", "app/platform/web", "app/platform/office", "app/core/procedure")
TEMPLATES = ("templates/casework/desk", "templates/platform/office")
OF_ONE = re.compile(r"\b(?:NIK|KK|KTP(?:-el)?)\b|\b(?i:dukcapil|dispenduk|kartu\w*|pas foto|merah|biru)\b")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of a template without its comments."""
    text = re.sub(
        r"\{#.*?#\}", lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"), flags=re.S
    )
    yield from enumerate(text.splitlines(), start=1)


def test_no_page_or_sentence_speaks_of_one_service() -> None:
    modules = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    pages = [path for folder in TEMPLATES for path in sorted((ROOT / folder).rglob("*.html"))]
    pages += sorted((ROOT / "templates").glob("*.html"))
    said = [(path, line, text) for path in modules for line, text in sentences(path)]
    said += [(path, line, text) for path in pages for line, text in spoken(path)]
    assert len(modules) > 50
    assert len(pages) > 40
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word.group()}"
        for path, line, text in said
        for word in OF_ONE.finditer(text)
    ]
    assert found == []
