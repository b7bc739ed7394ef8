"""A sentence that officers read stands once: what is used twice is in the catalogue (app/core/problems.py)."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from app.core.problems import SENTENCES
from tests.rules.source import ROOT, modules, nodes, place_of

# Rooms whose sentences are not looked through yet; none may be added.
NOT_YET = ("printing",)


def sentences(path: str) -> Iterator[str]:
    """What reads like a sentence, docstrings left out."""
    told = {
        id(node.body[0].value)
        for node in nodes(path)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            text = node.value
            if len(text) > 12 and text[0].isupper() and " " in text and text.endswith("."):
                yield text


def test_no_sentence_is_written_twice() -> None:
    looked = [path for path in modules("app/") if place_of(path)[1] not in NOT_YET]
    found = Counter(text for path in looked for text in sentences(path))
    assert [text for text, times in found.items() if times > 1] == []


def test_the_catalogue_holds_only_what_is_used() -> None:
    used = {
        node.slice.value
        for path in modules("app/")
        for node in nodes(path)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "SENTENCES"
        and isinstance(node.slice, ast.Constant)
    }
    waiting = {text for path in modules("app/") if place_of(path)[1] in NOT_YET for text in sentences(path)}
    assert {key for key, text in SENTENCES.items() if key not in used and text not in waiting} == set()


def test_a_refusal_names_who_may_but_where_nobody_may() -> None:
    """`Problem.of("forbidden")` says no role: of a page without a declared permission, and of what the program does."""
    bare = re.compile(r'raise Problem\.of\("forbidden"\)')
    found = {path for path in modules("app/") if bare.search((ROOT / path).read_text(encoding="utf-8"))}
    assert found == {"app/platform/web/guard.py", "app/platform/people/service.py"}
