"""docs/limits.md promises a number for each limit: the program keeps it, and no limit is left out of the page."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from wtforms import Form
from wtforms.fields.core import UnboundField

from app import paths
from app.platform.web.forms import AtMost, NumberRange

PAGE = (paths.CHECKOUT / "docs" / "limits.md").read_text(encoding="utf-8")
LINE = re.compile(
    r"^\| [^|]+ \| ([0-9.,]+)( [KM]iB| days?| hours?| minutes?)? \| `([a-z0-9_/]+)\.py` `([A-Z_]+)` \|$", re.MULTILINE
)
UNITS = {"": 1, " KiB": 1024, " MiB": 1024**2, " minute": 60, " hour": 3600, " day": 86400}
"""Times are compared in seconds."""
FORM = re.compile(r"^\| [^|]+ \| ([a-z][a-z_0-9–, ]*) \| `([a-z0-9_/]+)\.py` `([A-Za-z]+)` \|$", re.MULTILINE)
FIELD = re.compile(r"([a-z_]+) ([0-9][0-9,]*[0-9]|[0-9])(?:–([0-9,]*[0-9]))?")
PART = re.compile(r"^(?=class |def |@|[A-Z])", re.MULTILINE)
BOUNDED = re.compile(r"^class (\w+)\(.*?^    \w+ = .*?(?:AtMost|NumberRange)\(", re.MULTILINE | re.DOTALL)
"""A form of which a field has its limit where it is declared."""
Bounds = dict[str, tuple[int, ...]]
PROMISED = {
    (file, name): float(number.replace(",", "")) * UNITS[unit.removesuffix("s")]
    for number, unit, file, name in LINE.findall(PAGE)
}


def numbers_told(fields: str) -> Bounds:
    """`name 100, slots 1–999` → name: (100,), slots: (1, 999)."""
    told = FIELD.findall(fields)
    return {name: tuple(int(one.replace(",", "")) for one in numbers if one) for name, *numbers in told}


FORMS = {(file, name): numbers_told(fields) for fields, file, name in FORM.findall(PAGE)}
OF_A_LIMIT = re.compile(r"MOST|LIMIT|LONGEST|MAX|PER_|FEWEST|SHORTEST|LARGEST|TRIES")
GIVEN = re.compile(r"^\(?([A-Z][A-Z0-9_, ]*)\)?(?:: \w+)? = (.*)", re.MULTILINE)
COUNTED = re.compile(r"\(?([0-9]|timedelta)")
"""A number or time, or several; what is reckoned from another limit follows that one."""
NOT_PROMISED = {
    ("app/casework/desk/pictures", "MOST_NAMED"): "of a drawing",
    ("app/casework/desk/pictures", "MOST_COLUMNS"): "of a drawing",
    ("app/platform/web/guard", "MOST_NOTED"): "how much is remembered",
    ("app/platform/web/guide", "MOST_PLACES"): "how much is remembered",
    ("app/platform/web/layout", "MOST_KEPT"): "how much is remembered",
    ("app/platform/web/own_flask", "MOST_READ"): "how much is remembered",
    ("schema/database", "MOST_ANSWERS"): "how much is remembered",
}
"""What nobody meets, or what follows another limit."""


def number_of(limit: float | timedelta) -> float:
    return limit.total_seconds() if isinstance(limit, timedelta) else limit


def numbers_of(file: Path) -> set[str]:
    """Names of numbers that a module of the program defines for itself."""
    given = GIVEN.findall(file.read_text(encoding="utf-8"))
    return {name for names, value in given if COUNTED.match(value) for name in names.split(", ")}


def every_limit() -> set[tuple[str, str]]:
    """(file, name) of each number whose name says that it is a limit; the invented year has none of its own."""
    files = [file for top in ("app", "sync", "schema") for file in (paths.CHECKOUT / top).rglob("*.py")]
    named = {(file.relative_to(paths.CHECKOUT).as_posix().removesuffix(".py"), file) for file in files}
    found = {(place, name) for place, file in named for name in numbers_of(file) if OF_A_LIMIT.search(name)}
    return {(place, name) for place, name in found if not name.startswith("_") and "/demo/" not in place}


def rules_of(field: Any) -> list[Any]:
    """The validators that a declared field was given, by place or by name."""
    given = field.kwargs.get("validators") or [*field.args[1:2], []][0]
    return given if isinstance(given, list) else []


def bounds_of(form: type[Form]) -> Bounds:
    """What the fields take that a form declares: letters at most, or the least and greatest number."""
    found: Bounds = {}
    declared = [(name, field) for name, field in vars(form).items() if isinstance(field, UnboundField)]
    for name, rule in ((name, rule) for name, field in declared for rule in rules_of(field)):
        if isinstance(rule, AtMost):
            found[name.rstrip("0123456789")] = (rule.most,)
        elif isinstance(rule, NumberRange):
            found[name] = int(rule.min or 0), int(rule.max or 0)
    return found


def forms_with_bounds() -> set[tuple[str, str]]:
    """(file, name) of each form of the program of which a field has a limit of its own."""
    files = (paths.CHECKOUT / "app").rglob("*.py")
    parts = [(file, part) for file in files for part in PART.split(file.read_text(encoding="utf-8"))]
    found = [(file, BOUNDED.match(part)) for file, part in parts]
    return {(file.relative_to(paths.CHECKOUT).as_posix().removesuffix(".py"), one[1]) for file, one in found if one}


@pytest.mark.parametrize("file", sorted({file for file, _ in [*PROMISED, *FORMS]}))
def test_the_program_keeps_the_limits_of_the_page(file: str) -> None:
    promised = {name: number for (place, name), number in PROMISED.items() if place == file}
    forms = {name: fields for (place, name), fields in FORMS.items() if place == file}
    module = import_module(file.replace("/", "."))
    assert {name: number_of(vars(module)[name]) for name in promised} == promised
    assert {name: bounds_of(vars(module)[name]) for name in forms} == forms


def test_every_line_of_the_page_is_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    titles = [line for line in lines if line.startswith(("| what |", "| form |"))]
    assert len(lines) - len(titles) == len(PROMISED) + len(FORMS)


def test_no_form_is_left_out_of_the_page() -> None:
    assert forms_with_bounds() == set(FORMS)


def test_no_limit_is_left_out_of_the_page() -> None:
    assert every_limit() - set(PROMISED) == set(NOT_PROMISED)
