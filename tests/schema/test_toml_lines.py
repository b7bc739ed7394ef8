"""Lines of TOML keys, whatever the layout of the file."""

import tomllib
from typing import Any

import pytest

from schema.definitions import SERVICES
from schema.toml_lines import line_at, lines_of

TEXT = '''# first
a = 1
b.c = "x # no comment"

[t]
d = [
  # inside
  { e = 1, f = [2, 3] },
  { e = """two
lines = here""" },
]
"quoted key" = 'single'
long = """
[not.a.table]
"""

[[many]]
g = 1
[[many.inner]]
h = 2
[[many.inner]]
h = 3
[many.one]
i = 4
[[many]]
g = 2024-01-01  # end
'''


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in pairs for path in paths(item, (*at, key)))]


def test_each_key_has_the_line_where_it_stands() -> None:
    lines = lines_of(TEXT)
    assert lines[("a",)] == 2
    assert lines[("b", "c")] == 3
    assert lines[("t", "d")] == 6
    assert lines[("t", "d", 0, "f", 1)] == 8
    assert lines[("t", "d", 1, "e")] == 9
    assert lines[("t", "quoted key")] == 12
    assert lines[("t", "long")] == 13
    assert lines[("many", 0, "inner", 1, "h")] == 22
    assert lines[("many", 0, "one", "i")] == 24
    assert lines[("many", 1, "g")] == 26


def test_an_unknown_path_falls_back_to_its_nearest_parent() -> None:
    lines = lines_of(TEXT)
    assert line_at(lines, ("many", 1, "missing", "deep")) == 25
    assert line_at(lines, ("nowhere",)) == 1


def test_every_path_of_the_shipped_file_has_a_line_that_holds_its_key() -> None:
    text = (SERVICES / "ktp-el.toml").read_text(encoding="utf-8")
    lines, rows = lines_of(text), text.splitlines()
    for path in paths(tomllib.loads(text))[1:]:
        assert path in lines
        if isinstance(path[-1], str):
            assert path[-1] in rows[lines[path] - 1]


@pytest.mark.parametrize("before", ["", " "])
@pytest.mark.parametrize("after", ["", " ", "\n", " # said\n"])
@pytest.mark.parametrize("last", ["", ",", " ,\n"])
def test_members_of_a_list_are_counted_however_they_are_parted(before: str, after: str, last: str) -> None:
    """Blanks, ends of lines and remarks around a comma, and one after the last member, change no path."""
    text = f"a = [1{before},{after}[2{before},{after}3{last}]{before},{after}{{ b = 4{before}, c = 5 }}{last}]\nd = 6\n"
    lines = lines_of(text)
    assert set(lines) - {()} == set(paths(tomllib.loads(text))[1:])
    ends = after.count("\n")
    assert lines[("a", 0)] == 1
    assert lines[("a", 1, 1)] == 1 + 2 * ends
    assert lines[("d",)] == 1 + text[: text.index("d = 6")].count("\n")
