"""How densely the program is written, as figures that need each other: `python -m tests.rules.reading [CHECKOUT]`.

`python -m tests.rules.reading --draw SEED` shows thirty functions without their place, for somebody who does not know
the program and says of each what it does and who calls it; the places go to standard error.

Fewer expressions a statement may come from padding, fewer tokens from density: a change for the better lowers both, or
one at no cost of the other. Names are one token whatever their length, so a long name costs nothing.
"""

import ast
import io
import random
import sys
import tokenize
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.rules.source import ROOT

CODE = ("app", "sync", "schema")
DENSE = (ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DRAWN, SHORTEST = 30, 8
"""How many functions are read cold, and of how many lines at least."""
NO_WORDS = {tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}


class Reading(NamedTuple):
    """Sums over Python files."""

    statements: int
    expressions: int
    dense: int
    tokens: int

    @property
    def expressions_a_statement(self) -> float:
        return self.expressions / self.statements

    @property
    def dense_a_thousand(self) -> float:
        """Ternaries and comprehensions for 1,000 statements."""
        return 1000 * self.dense / self.statements


def read_source(source: str) -> Reading:
    """The sums of one file; docstrings are statements, names in an annotation are expressions."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        found["statements"] += isinstance(node, ast.stmt)
        found["expressions"] += isinstance(node, ast.expr)
        found["dense"] += isinstance(node, DENSE)
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    tokens = sum(word.type not in NO_WORDS for word in words)
    return Reading(found["statements"], found["expressions"], found["dense"], tokens)


def read_program(checkout: Path) -> Reading:
    """The sums over all of app, sync and schema."""
    files = [path for top in CODE for path in sorted((checkout / top).rglob("*.py"))]
    readings = [read_source(path.read_text(encoding="utf-8")) for path in files]
    return Reading(*(sum(column) for column in zip(*readings, strict=True)))


def long_share(checkout: Path, limit: int) -> float:
    """The share of characters of the templates that stand on lines longer than a limit."""
    lines = [line for path in (checkout / "templates").rglob("*.html") for line in path.read_text("utf-8").splitlines()]
    return sum(len(line) for line in lines if len(line) > limit) / sum(map(len, lines))


def functions_to_read(checkout: Path) -> list[tuple[str, str]]:
    """Of each function that is long enough (its place, its source)."""
    long_enough = []
    for top in CODE:
        for path in sorted((checkout / top).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, FUNCTIONS)]
            for node in functions:
                text = ast.get_source_segment(source, node) or ""
                if len(text.splitlines()) >= SHORTEST:
                    long_enough.append((f"{path.relative_to(checkout)}:{node.lineno}", text))
    return long_enough


def draw(checkout: Path, seed: int) -> None:
    """Thirty functions to standard output, where they stand to standard error."""
    drawn = random.Random(seed).sample(functions_to_read(checkout), DRAWN)
    for number, (place, text) in enumerate(drawn, 1):
        sys.stdout.write(f"### {number}\n```python\n{text}\n```\n\n")
        sys.stderr.write(f"{number} {place}\n")


def main(checkout: Path) -> None:
    reading = read_program(checkout)
    sys.stdout.write(
        f"expressions a statement                {reading.expressions_a_statement:8.2f}\n"
        f"ternaries, comprehensions per 1,000    {reading.dense_a_thousand:8.0f}\n"
        f"tokens                                 {reading.tokens:8,}\n"
        f"statements                             {reading.statements:8,}\n"
        f"templates on lines over 200            {long_share(checkout, 200):8.0%}\n"
        f"templates on lines over 120            {long_share(checkout, 120):8.0%}\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw(ROOT, int(sys.argv[2]))
    else:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
