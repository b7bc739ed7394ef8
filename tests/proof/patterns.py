"""Every regular expression of the program against its own worst inputs: the work must grow as the text does.

The patterns are collected from the code (every `re` call of app, sync, schema and run.py), so that a new one is tried
without being listed. Attacks are made of the parsed pattern: what it repeats, repeated; what it begins, never ended.
A pattern is at fault when four times the text costs more than eight times the work, however often it is measured.
"""

import ast
import importlib
import importlib.util
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any, NamedTuple

from schema.register import REGISTERS, load_register
from tests.proof.parts import Part

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
ANCHORED = frozenset({"match", "fullmatch"})
STATE_WORDS = tuple(
    word.pattern for path in sorted(REGISTERS.glob("*.toml")) for word in load_register(path.stem).states.words
)
COMPUTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("app/cli/options.py", "pattern"): (),
    ("app/services/complaints/number_masks.py", "re.escape(plain_text(what))"): ("budi\\.s",),
    ("app/services/complaints/number_masks.py", "_MONTH"): ("(?:januari|sept?)\\.?",),
    ("app/casework/importing/headings.py", "word.pattern"): STATE_WORDS,
    ("schema/refusals.py", "pattern"): (),
    ("schema/register.py", "text"): STATE_WORDS,
    ("schema/structs.py", "pattern"): (),
    ("sync/entries.py", "re.escape(wanted) + '[1-9][0-9]{0,15}'"): ("case/[1-9][0-9]{0,15}",),
    ("sync/runs.py", "re.escape(own) + '-[0-9]+'"): ("loket-[0-9]+",),
}
"""Patterns of calls inside functions that are put together at run time, by (file, expression): examples of them.

An empty tuple: they come from a table of the same module, whose texts are tried instead (`tables`).
"""
MATCHED = frozenset({"schema/toml_lines.py"})
"""Files whose patterns are handed on and then only matched at one place."""
SHORT, LONG = 500, 2_000
MOST_GROWTH, QUICK = 8.0, 0.004
"""Growth for four times the text; below this many seconds for the long text nothing can be more than linear."""


Attack = tuple[str, str, str]
Act = Callable[[str | bytes], object]
ENDS = ("\x00", "7\x00")


class Tried(NamedTuple):
    """One pattern: where it stands, as text or bytes, its flags, and whether it is only matched from the beginning."""

    place: str
    pattern: str | bytes
    flags: int
    anchored: bool


def sources() -> list[Path]:
    """The program's own files."""
    return [
        ROOT / "run.py",
        *sorted(path for room in ("app", "sync", "schema") for path in (ROOT / room).rglob("*.py")),
    ]


@cache
def collect() -> tuple[list[Tried], list[str]]:
    """(patterns, calls whose pattern nobody knows). Constants come from the imported modules, others from the text."""
    tried: dict[tuple[str | bytes, int, bool], Tried] = {}
    unknown: list[str] = []
    nodes = {path: list(ast.walk(ast.parse(path.read_text("utf-8")))) for path in sources()}
    used = uses(nodes.values())
    for path, of_file in nodes.items():
        name = str(path.relative_to(ROOT))
        module = loaded(path, name)
        for constant in [*constants(name, module, used), *calls(name, of_file, module, unknown)]:
            tried.setdefault((constant.pattern, constant.flags, constant.anchored), constant)
    return list(tried.values()), unknown


def loaded(path: Path, name: str) -> ModuleType:
    """The module of a file; a script beside data is no part of a package and is loaded from its file."""
    if (path.parent / "__init__.py").exists():
        return importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    spec = importlib.util.spec_from_file_location(f"tried_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def constants(name: str, module: ModuleType, used: dict[str, set[str]]) -> Iterator[Tried]:
    """Compiled patterns among a module's own constants, also inside tuples and dictionaries."""
    for key, value in vars(module).items():
        for pattern in compiled(value):
            anchored = isinstance(value, re.Pattern) and used.get(key, {""}) <= ANCHORED
            yield Tried(f"{name} {key}", pattern.pattern, pattern.flags, anchored or name in MATCHED)


def uses(files: Iterable[list[ast.AST]]) -> dict[str, set[str]]:
    """Name of a constant → what is called on it anywhere; an empty word where it is handed on."""
    used: dict[str, set[str]] = {}
    for nodes in files:
        called = set()
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.setdefault(node.value.id, set()).add(node.attr)
                called.add(id(node.value))
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
                used.setdefault(node.id, set()).add("")
    return used


def compiled(value: object) -> Iterator[re.Pattern[Any]]:
    """Patterns inside a constant."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from compiled(one)
    elif isinstance(value, dict):
        for item in value.items():
            yield from compiled(item)


def calls(name: str, nodes: list[ast.AST], module: ModuleType, unknown: list[str]) -> Iterator[Tried]:
    """Patterns that are given to a function of `re` inside a function."""
    if not any(isinstance(node, ast.Call) and is_re_call(node) for node in nodes):
        return
    for scope in nodes:
        if not isinstance(scope, ast.FunctionDef | ast.Lambda):
            continue
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and is_re_call(node):
                called, text = node.func.attr, ast.unparse(node.args[0])
                said = ast.unparse(node)
                flags = sum(flag for flag in (re.IGNORECASE, re.DOTALL, re.MULTILINE) if f"re.{flag.name}" in said)
                known = examples(name, node.args[0], module)
                if known is None:
                    unknown.append(f"{name}: re.{called}({text})")
                for pattern in known or ():
                    yield Tried(f"{name} re.{called}({text})", pattern, flags, called in ANCHORED)


def is_re_call(node: ast.Call) -> bool:
    """`re.sub(…)` and its like."""
    at = node.func
    of_re = isinstance(at, ast.Attribute) and isinstance(at.value, ast.Name) and at.value.id == "re"
    return of_re and at.attr in CALLS


def examples(name: str, argument: ast.expr, module: ModuleType) -> Sequence[str | bytes] | None:
    """What a pattern argument stands for, None when nobody knows."""
    if isinstance(argument, ast.Constant):
        return (argument.value,)
    found = COMPUTED.get((name, ast.unparse(argument)))
    if found == ():
        return list(tables(module))
    if found is None and isinstance(argument, ast.JoinedStr | ast.BinOp):
        return filled(argument)
    return found


def filled(argument: ast.expr) -> Sequence[str | bytes]:
    """A pattern put together, with a word in place of every value."""
    if isinstance(argument, ast.BinOp):
        sides = [filled(side)[0] for side in (argument.left, argument.right)]
        binary = any(isinstance(one, bytes) for one in sides)
        joined = (
            b"".join(one if isinstance(one, bytes) else b"7" for one in sides) if binary else "".join(map(str, sides))
        )
        return (joined,)
    if isinstance(argument, ast.Constant):
        return (argument.value,)
    if isinstance(argument, ast.JoinedStr):
        return ("".join(value.value if isinstance(value, ast.Constant) else "RT" for value in argument.values),)
    return ("RT",)


def tables(module: ModuleType) -> Iterator[str]:
    """Texts in a module's tables that are patterns."""
    for value in vars(module).values():
        rows = value.items() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
        for row in rows:
            first = row[0] if isinstance(row, tuple | list) and row else row
            if isinstance(first, str) and any(one in first for one in "\\[(*+"):
                yield first


def sample(parsed: Any) -> str:
    """A shortest text that a parsed pattern fits, roughly."""
    made = []
    for code, value in parsed:
        if code is codes.LITERAL:
            made.append(chr(value))
        elif code in (codes.NOT_LITERAL, codes.ANY):
            made.append("a")
        elif code is codes.IN:
            made.append(member(value))
        elif code is codes.BRANCH:
            made.append(sample(value[1][0]))
        elif code is codes.SUBPATTERN:
            made.append(sample(value[3]))
        elif code is codes.ATOMIC_GROUP:
            made.append(sample(value))
        elif code in REPEATS:
            made.append(sample(value[2]) * max(1, min(value[0], 3)))
    return "".join(made)


REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
CATEGORIES = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


def members(items: Any) -> list[str]:
    """Letters of a class: the first of each range and category, and some that a negated class lets through."""
    made = []
    for code, value in items:
        if code is codes.LITERAL:
            made.append(chr(value))
        elif code is codes.RANGE:
            made.append(chr(value[0]))
        elif code is codes.CATEGORY:
            made.append(CATEGORIES.get(value, "a"))
    if items and items[0][0] is codes.NEGATE:
        compiled_class = set(made)
        return [one for one in "aZ1_-. \n" if one not in compiled_class][:3] or ["\u00e9"]
    return made


def member(items: Any) -> str:
    """One letter of a class."""
    return (members(items) or ["a"])[0]


def pumps(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(what stands before, what is repeated) for everything in a pattern that may repeat."""
    for code, value in parsed:
        if code in REPEATS:
            if value[1] > 3:
                yield from ((before, letter) for letter in letters(value[2]))
                yield before, sample(value[2])
            yield from pumps(value[2], before)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from pumps(branch, before)
        elif code is codes.SUBPATTERN:
            yield from pumps(value[3], before)
        elif code is codes.ATOMIC_GROUP:
            yield from pumps(value, before)
        before += sample([(code, value)])


def letters(parsed: Any) -> Iterator[str]:
    """Letters with which the body of a repeat may be one letter long."""
    for code, value in parsed:
        if code is codes.LITERAL:
            yield chr(value)
        elif code in (codes.ANY, codes.NOT_LITERAL):
            yield "a"
        elif code is codes.IN:
            yield from members(value)[:4]
        elif code is codes.SUBPATTERN:
            yield from letters(value[3])
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from letters(branch)
        elif code in REPEATS:
            yield from letters(value[2])


def attacks(pattern: str | bytes, flags: int) -> list[Attack]:
    """(beginning, what is repeated, end) of the worst texts for a pattern; they end in a way that does not fit."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    parsed = parser.parse(text, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags)
    whole = sample(parsed)
    made = [pair for before, one in pumps(parsed) for pair in (("", one), (before, one), ("", before + one))]
    made += [("", one) for one in (whole, whole[:-1], whole[:1], whole + " ", " ", "a", "1", "_", "a ", "1 ")]
    return list(dict.fromkeys((before, one, end) for before, one in made if one for end in ENDS))


def act_of(one: Tried) -> Act:
    """How the pattern is used, at its dearest: searched through the whole text, or matched from its beginning."""
    pattern = re.compile(one.pattern, one.flags)
    if one.anchored:
        return lambda text: (pattern.match(text), pattern.fullmatch(text))
    return lambda text: sum(1 for _ in pattern.finditer(text))


def took(act: Act, one: Tried, attack: Attack, size: int, times: int) -> float:
    """Processor seconds of the quickest of some tries on a text of a size."""
    text = attack[0] + attack[1] * (size // len(attack[1])) + attack[2]
    fed = text.encode("latin-1", "replace") if isinstance(one.pattern, bytes) else text
    best = 1e9
    for _ in range(times):
        begun = time.thread_time()
        act(fed)
        best = min(best, time.thread_time() - begun)
    return best


def growth(one: Tried) -> tuple[float, str]:
    """(how many times more work four times the text costs at worst, the attack); 4 where it is too little to see."""
    act, worst = act_of(one), (4.0, "")
    for attack in attacks(one.pattern, one.flags):
        for size in (8, 16, 20, 24, 28, 40, 250, SHORT, 2 * SHORT):
            if took(act, one, attack, size, 1) > 0.1:
                return 1e9, repr(attack)
        if took(act, one, attack, LONG, 1) < QUICK:
            continue
        ratio = measured(act, one, attack)
        worst = max(worst, (ratio, repr(attack)))
        if ratio > MOST_GROWTH:
            break
    return worst


def measured(act: Act, one: Tried, attack: Attack) -> float:
    """The smallest of some ratios of the quickest tries: what else the machine does can only make it greater."""
    ratio = 1e9
    for _ in range(4):
        ratio = min(ratio, took(act, one, attack, LONG, 3) / took(act, one, attack, SHORT, 5))
        if ratio <= MOST_GROWTH:
            break
    return ratio


def prove_patterns(_folder: Path, _seed: int) -> Part:
    """All patterns; a fault for each that grows faster than the text, and for each call that nobody can collect."""
    patterns, unknown = collect()
    grown = [(*growth(pattern), pattern) for pattern in patterns]
    faults = [
        f"patterns: {ratio:.0f}x for 4x: {one.place} with {attack}"
        for ratio, attack, one in grown
        if ratio > MOST_GROWTH
    ]
    faults += [f"patterns: not collected: {one}" for one in unknown]
    slowest = max(ratio for ratio, _, _ in grown)
    return Part(f"patterns: {len(patterns)}, slowest growth {slowest:.1f}× for 4×", faults)
