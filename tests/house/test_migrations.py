"""Migrations are numbered without gaps; where the engines differ, both have their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.source import ROOT

FOLDERS = sorted(path for path in (ROOT / "schema").iterdir() if path.name in {"common", "office", "centre"})


def by_number(folder: Path) -> dict[int, list[str]]:
    """Number -> dialects of its files ("" for a file that serves both)."""
    found: dict[int, list[str]] = {}
    for path in sorted(folder.glob("*.sql")):
        dialect = path.suffixes[0].removeprefix(".") if len(path.suffixes) == 2 else ""
        found.setdefault(int(path.name[:4]), []).append(dialect)
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_numbers_run_without_gaps(folder: Path) -> None:
    numbers = sorted(by_number(folder))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_dialect_never_stands_alone(folder: Path) -> None:
    alone = {
        number: found
        for number, found in by_number(folder).items()
        if found not in ([""], ["postgres", "sqlite"])
    }
    assert alone == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_number_is_used_twice(folder: Path) -> None:
    names: dict[str, set[str]] = {}
    for path in folder.glob("*.sql"):
        names.setdefault(path.name[:4], set()).add(path.name.split(".")[0])
    assert {number: found for number, found in names.items() if len(found) > 1} == {}
