"""The figures of density are counted by hand on a line and on two templates; no call hides a choice."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules.reading import CODE, Reading, long_share, read_program, read_source
from tests.rules.source import modules, tree


def test_a_line_is_counted_as_by_hand() -> None:
    """Names x, a, a, b, c, d, the list and the choice; tokens are every word, sign and the end of the line."""
    assert read_source("x = [a for a in b] if c else d  # why\n") == Reading(1, 8, 2, 14)


def test_a_checkout_is_the_sum_of_its_files(tmp_path: Path) -> None:
    for folder, source in (("app", "a = 1\n"), ("sync/deep", "b = c\n"), ("tests", "d = e\n"), ("schema", "")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.py").write_text(source)
    found = read_program(tmp_path)
    assert found == Reading(2, 4, 0, 8)
    assert (found.expressions_a_statement, found.dense_a_thousand) == (2.0, 0.0)


def test_the_share_of_long_lines_counts_characters(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("x" * 30 + "\n" + "y" * 10 + "\n")
    assert long_share(tmp_path, 29) == 0.75
    assert long_share(tmp_path, 30) == 0


def choices_in_calls(node: ast.AST, in_call: bool = False) -> Iterator[int]:
    """Lines on which a ternary stands in what a call is given, however deep."""
    if isinstance(node, ast.IfExp) and in_call:
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        in_a_call = not isinstance(node, ast.stmt) and (in_call or isinstance(node, ast.Call))
        yield from choices_in_calls(child, in_a_call)


def test_a_choice_stands_before_the_call_that_needs_it() -> None:
    found = {path: sorted(choices_in_calls(tree(path))) for path in modules(*(f"{top}/" for top in CODE))}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_choice_in_a_call_is_seen_wherever_it_stands() -> None:
    hidden = "f(a if b else c)\ng(x=[a if b else c for a in d])\nh(f'{a if b else c}')\nk(lambda: a if b else c)\n"
    assert list(choices_in_calls(ast.parse(hidden))) == [1, 2, 3, 4]
    plain = "a = f(b) if g(c) else h(d)\nif f(a):\n    b = c if d else e\n"
    assert list(choices_in_calls(ast.parse(plain))) == []
