"""The changes of a source file that could be a wrong rule, each as a compiled module."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent.parent.parent
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
REVERSED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
SWAPPED: dict[type[Any], type[Any]] = {
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
CODE_WORD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
"""Strings that the program compares: words for people are judged by other tests."""
PERMISSION = re.compile(r"[a-z_]+\.[a-z_]+")
ASKS_PERMISSION = frozenset({"office_command", "require", "may", "allowed", "permission_problem"})
UNREAD = frozenset({"annotation", "returns", "keywords_of_class", "type_params"})
"""Fields of a tree that hold no rule: types."""
WORDING = frozenset({"LateStrings", "getLogger", "cached", "late", "lru_cache", "Pages"})
"""Calls whose constants name modules or loggers, or say how much is remembered: what is forgotten is reckoned again."""
NO_RULE = frozenset({"frozen", "kw_only", "slots", "strict"})
"""Named arguments that change nothing of a right program: how a class keeps its fields, whether `zip` counts."""


class Change(NamedTuple):
    """One place where the tree is changed: `node.field` (or its `index`) becomes `new`."""

    node: Any
    field: str
    index: int | None
    new: Any

    def put(self, value: Any) -> Any:
        """Put a value in place; returns what stood there."""
        held = getattr(self.node, self.field)
        if self.index is None:
            setattr(self.node, self.field, value)
            return held
        before, held[self.index] = held[self.index], value
        return before


class Place(NamedTuple):
    """A node that allows changes: in which function (empty: at the module's level), and the name that it defines."""

    owner: str
    defines: str
    line: int
    changes: list[Change]


class Mutant(NamedTuple):
    """A changed file: where, in words, and compiled."""

    path: Path
    place: Place
    words: str
    code: CodeType

    @property
    def where(self) -> str:
        return f"{self.path.relative_to(HERE)}:{self.place.line}"


def name_of(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def changes_of(node: ast.AST) -> Iterator[Change]:
    """The changes that one node allows."""
    yield from (changes_of_statement(node) if isinstance(node, ast.stmt) else changes_of_expression(node))


def changes_of_expression(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare():
            yield from changed_comparisons(node)
        case ast.BoolOp() | ast.BinOp() if type(node.op) in SWAPPED:
            yield Change(node, "op", None, SWAPPED[type(node.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield Change(node, "operand", None, ast.UnaryOp(ast.Not(), node.operand))
        case ast.Subscript(slice=ast.Constant(value=int(index))):
            yield from (Change(node.slice, "value", None, new) for new in other_places(index))
        case ast.Constant():
            yield from (Change(node, "value", None, new) for new in other_constants(node.value))
        case ast.IfExp():
            yield Change(node, "test", None, ast.UnaryOp(ast.Not(), node.test))
        case ast.Call() if name_of(node.func) in ASKS_PERMISSION:
            yield from changed_permissions(node)


def changes_of_statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.Expr(value=ast.Call()):
            yield Change(node, "value", None, ast.Constant(None))
        case ast.If():
            yield Change(node, "test", None, ast.Constant(False))
            if not isinstance(node.body[-1], LEAVES):
                yield Change(node, "test", None, ast.Constant(True))
        case ast.AugAssign():
            yield Change(node, "value", None, ast.Constant(0))
        case ast.Return(value=ast.Tuple(elts=[first, second])):
            yield Change(node.value, "elts", None, [second, first])


def other_places(index: int) -> list[int]:
    """Other places in a row; never the last for the first, which is the same in a row of one."""
    return [index + 1, index - 1] if index else [1]


def other_constants(value: object) -> list[object]:
    """What could stand in place of a number or a truth value."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return sorted({value + 1, value - 1, 0} - {value})
    return sorted({value * 1.5, value / 2, 1.0} - {value}) if isinstance(value, float) else []


def changed_comparisons(node: ast.Compare) -> Iterator[Change]:
    """The other operator; the boundary; the other way round; an empty word instead of the compared one."""
    for index, op in enumerate(node.ops):
        yield Change(node, "ops", index, FLIPPED[type(op)]())
        if type(op) in REVERSED:
            yield Change(node, "ops", index, REVERSED[type(op)]())


def changed_permissions(node: ast.Call) -> Iterator[Change]:
    """Another permission than the one that is asked for."""
    for argument in node.args:
        if isinstance(argument, ast.Constant) and PERMISSION.fullmatch(str(argument.value)):
            other = "access.read" if argument.value != "access.read" else "case.read"
            yield Change(argument, "value", None, other)


def changes_in_table(node: ast.AST) -> Iterator[Change]:
    """A table of constants without one of its lines, or with another word in it."""
    elements = getattr(node, "elts", None) if isinstance(node, ast.Tuple | ast.List | ast.Set) else None
    if elements and len(elements) > 1:
        yield from (Change(node, "elts", None, elements[:at] + elements[at + 1 :]) for at in range(len(elements)))
    for at, element in enumerate(elements or []):
        if isinstance(element, ast.Constant) and CODE_WORD.fullmatch(str(element.value)):
            yield Change(node, "elts", at, ast.Constant(f"{element.value}x"))
    if isinstance(node, ast.Dict):
        for at, value in enumerate(node.values):
            if isinstance(value, ast.Constant) and CODE_WORD.fullmatch(str(value.value)):
                yield Change(node, "values", at, ast.Constant(f"{value.value}x"))


def is_type_only(node: ast.AST) -> bool:
    test = node.test if isinstance(node, ast.If) else None
    return test is not None and ast.unparse(test) == "TYPE_CHECKING"


def places(node: ast.AST, owner: str = "", defines: str = "") -> Iterator[Place]:
    """Every node below that allows a change, outside-in; `owner` is the function as `Class.name`."""
    if is_type_only(node):
        return
    inside = "(" in owner
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not inside:
        owner = f"{owner}.{node.name}".lstrip(".") + ("" if isinstance(node, ast.ClassDef) else "()")
        defines = node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign) and not inside:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        defines = name_of(target)
    found = list(changes_of(node)) + ([] if inside else list(changes_in_table(node)))
    if found:
        yield Place(owner, defines, getattr(node, "lineno", 0), found)
    for child in readable_children(node):
        yield from places(child, owner, defines)


def readable_children(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below that can hold a rule."""
    if isinstance(node, ast.Call) and name_of(node.func) in WORDING:
        return
    for field, value in ast.iter_fields(node):
        if field in UNREAD or (isinstance(node, ast.ClassDef) and field in ("keywords", "bases")):
            continue
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "__all__":
            continue
        children = value if isinstance(value, list) else [value]
        yield from (child for child in children if isinstance(child, ast.AST) and not is_no_rule(node, child))


def is_no_rule(node: ast.AST, child: ast.AST) -> bool:
    """Whether a child holds nothing to change, or nothing that is not changed with its parent: a place, or types."""
    if isinstance(child, ast.keyword):
        return child.arg in NO_RULE
    return isinstance(node, ast.Subscript) and child is node.slice and isinstance(child, ast.Constant | ast.Tuple)


def make_mutant(path: Path, tree: ast.Module, place: Place, change: Change) -> Mutant:
    """The file with one change; the tree is left as it was."""
    before = ast.unparse(change.node).splitlines()
    held = change.put(change.new)
    after = ast.unparse(change.node).splitlines()
    code = compile(ast.fix_missing_locations(tree), str(path), "exec")
    change.put(held)
    differing = next((pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]), (before[0], after[0]))
    return Mutant(path, place, "  →  ".join(line.strip() for line in differing), code)
