"""The source tree as the rules in tests see it: files, modules and what they import."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("app/", "sync/", "schema/")
TEXT = (
    ".py",
    ".toml",
    ".md",
    ".sql",
    ".html",
    ".css",
    ".js",
    ".typ",
    ".txt",
    ".csv",
    ".json",
    ".svg",
    ".sh",
    "",
)


@cache
def files() -> tuple[str, ...]:
    """Paths of everything that belongs to the repository, new files included; git's ignore rules hold."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(path for path in listing.stdout.splitlines() if (ROOT / path).is_file()))


def text_files() -> Iterator[tuple[str, str]]:
    """(path, content) of our own text files; what others wrote (vendor folders) is theirs."""
    for path in files():
        if "vendor" not in Path(path).parts and Path(path).suffix in TEXT:
            yield path, (ROOT / path).read_text(encoding="utf-8")


def modules(*prefixes: str) -> tuple[str, ...]:
    """Paths of the Python files below these folders (or with exactly this name)."""
    return tuple(path for path in files() if path.endswith(".py") and path.startswith(prefixes))


WINGS = ("core", "platform", "casework", "services", "quality", "records", "centre", "cli")
"""Folders of app/, lowest first; most hold rooms, a room stands nowhere else."""


def place_of(path: str) -> tuple[str, str]:
    """(wing, room) of a file below app/, the room "" outside of one; ("", "") for the files above the wings."""
    parts = Path(path).parts
    if len(parts) < 3 or parts[0] != "app" or parts[1] not in WINGS:
        return "", ""
    is_room = len(parts) > 3 and parts[2] != "views"
    return parts[1], parts[2] if is_room else ""


@cache
def room_modules() -> dict[str, str]:
    """Room → its dotted name: `desk` → `app.casework.desk`; the centre is a wing without rooms."""
    places = {place_of(path) for path in modules("app/")}
    return {room: f"app.{wing}.{room}" for wing, room in places if room} | {"centre": "app.centre"}


@cache
def tree(path: str) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)


@cache
def nodes(path: str) -> tuple[ast.AST, ...]:
    """Everything in the syntax tree of one file, outer before inner."""
    return tuple(ast.walk(tree(path)))


def dotted(path: str) -> str:
    """`app/platform/people/service.py` -> `app.platform.people.service`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def imports(path: str, *, at_start: bool = False) -> frozenset[str]:
    """Dotted names of all that a file imports; `from a import b` gives `a` and `a.b`.

    Imports inside functions and what is named late (`late("a.b:c")`, app/core/late.py) count too, unless only those
    that run at the start of the program are asked for.
    """
    package = dotted(path).split(".") if path.endswith("__init__.py") else dotted(path).split(".")[:-1]
    found: set[str] = set()
    for node in tree(path).body if at_start else nodes(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, node.module] if node.module else above)
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    late = () if at_start else late_targets(path)
    return frozenset(found | {target.replace(":", ".") for target in late})


@cache
def late_targets(path: str) -> tuple[str, ...]:
    """Every `module:name` that a file names without importing it."""
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("late", "Pages")]
    return tuple(str(call.args[-1].value) for call in named if isinstance(call.args[-1], ast.Constant))


def inside(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of these packages or lies within one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def template_text(path: Path) -> str:
    """A template as if nothing in it were laid out: without its line breaks, the pieces of a divided text in one."""
    text = re.sub(r"""(["'])\n\s*\1""", "", path.read_text(encoding="utf-8"))
    beside_a_mark = re.sub(r"(?<=[(\[{>}])\s*\n\s*|\s*\n\s*(?=[)\]}<{])", "", text)
    return re.sub(r"\s*\n\s*", " ", beside_a_mark)
