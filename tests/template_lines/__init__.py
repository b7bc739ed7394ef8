"""Templates laid out: one element a line, at most 120 characters (`python -m tests.template_lines --fix` writes them).

A line breaks only where that means nothing, as `app/platform/web/line_breaks.py` has it. A space that must stay between
text and what is not text is written `{{ " " }}` at the end of its line (docs/decisions/0087-lines-of-templates.md).
"""

from pathlib import Path

from tests.template_lines.nodes import children
from tests.template_lines.printer import Printer
from tests.template_lines.reader import read

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def lay_out(text: str) -> str:
    """The template as it is to stand in its file."""
    nodes = read(text).bodies[0]
    return Printer().print(children(nodes)).strip() + "\n" if nodes else ""


def other_layouts(paths: list[Path]) -> dict[Path, str]:
    """The templates, in these files and folders, that would be laid out otherwise, as they are to stand."""
    files = [file for path in paths for file in (sorted(path.rglob("*.html")) if path.is_dir() else [path])]
    laid = {file: lay_out(file.read_text("utf-8")) for file in files}
    return {file: text for file, text in laid.items() if text != file.read_text("utf-8")}
