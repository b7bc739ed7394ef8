"""Lists: the name or number of a row is its link, and no button beside it says the same again. Read from every
template, a table's row at a time, and from the verbs of all tasks; tests/casework/desk/test_rows.py draws the desks."""

import ast
import re
from collections.abc import Iterator

from tests.platform.web.deeds import EMPTY_VERBS
from tests.rules.source import ROOT, modules, template_text, tree

ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?href="((?:\{\{.*?\}\}|[^"{])*)"[^>]*>(.*?)</a>', re.DOTALL)


def rows() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(template, links of a row as address and words)."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for row in ROW.findall(template_text(path)):
            yield str(path.relative_to(ROOT / "templates")), LINK.findall(row)


def test_the_name_or_number_of_a_row_is_its_link_and_no_button_repeats_it() -> None:
    found = [(name, links) for name, links in rows() if links]
    assert len(found) > 40  # otherwise nothing was read
    assert [(name, href) for name, links in found for href, words in links if words.strip() in EMPTY_VERBS] == []


def words_of_tasks() -> Iterator[tuple[str, str]]:
    """(module, words) of every word or sentence in a module that makes rows of the desk."""
    for path in modules("app/"):
        if any(
            isinstance(node, ast.ImportFrom) and node.module == "app.casework.desk.parts" for node in tree(path).body
        ):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path, node.value


def test_the_verb_of_a_task_says_an_act_or_its_title_is_the_link() -> None:
    found = list(words_of_tasks())
    assert len({path for path, _ in found}) > 12
    assert {words for _, words in found} > {"Periksa", "Serahkan", "Putuskan"}
    assert [(path, words) for path, words in found if words in EMPTY_VERBS] == []


def test_a_late_row_says_in_which_unit_it_is_late() -> None:
    """`Lewat` alone says neither how long nor of what; `ui.promised`, `relative_due` and `due_words` count."""
    texts = {path.name: template_text(path) for path in sorted((ROOT / "templates").rglob("*.html"))}
    assert sum("ui.promised(" in text for text in texts.values()) == 4  # otherwise nothing was read
    assert [name for name, text in texts.items() if re.search("""(state|tag)[(]"bad", "Lewat"[)]""", text)] == []
