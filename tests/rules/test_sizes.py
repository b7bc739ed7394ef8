"""No god files: a module fits in the head, a function on the screen."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.rules.source import CODE, ROOT, modules, nodes, tree

MODULE = 500
FUNCTION = 60
VIEW = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef

OURS = modules(*CODE, "run.py", "tests/", "bench/")


def length(node: Function) -> int:
    """Lines of a function without its decorators and its docstring."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def functions(path: str) -> Iterator[Function]:
    return (node for node in nodes(path) if isinstance(node, Function))


def too_long(paths: Iterable[str], choose: Callable[[str], Iterator[Function]], limit: int) -> dict[str, int]:
    """`path:name` -> lines, for the chosen functions above the limit."""
    return {f"{path}:{node.name}": length(node) for path in paths for node in choose(path) if length(node) > limit}


def views(path: str) -> Iterator[Function]:
    return (node for node in functions(path) if answers_a_route(node))


def answers_a_route(node: Function) -> bool:
    """Whether a decorator such as `@desk.get("/…")` makes this a view."""
    verbs = {"route", "get", "post"}
    calls = (decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in verbs for call in calls)


def test_a_module_fits_in_the_head() -> None:
    lines = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {path: count for path, count in lines.items() if count > MODULE} == {}


def test_a_function_fits_on_the_screen() -> None:
    assert too_long(OURS, functions, FUNCTION) == {}


def test_a_view_only_translates() -> None:
    assert too_long(modules("app/", "sync/"), views, VIEW) == {}


def test_nothing_is_called_utils() -> None:
    assert [path for path in OURS if Path(path).stem in {"utils", "util", "helpers", "misc"}] == []


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in modules(*CODE) if tree(path).body and not ast.get_docstring(tree(path))]
    assert silent == []
