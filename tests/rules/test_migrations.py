"""Migrations have their numbers and never change again; where the engines differ, both have their file."""

from pathlib import Path

import pytest

from schema import migrations
from tests.rules.source import ROOT

FOLDERS = sorted(path for path in (ROOT / "schema").iterdir() if path.name in {"common", "office", "centre"})


def by_number(folder: Path) -> dict[int, list[str]]:
    """Number -> dialects of its files ("" for a file that serves both)."""
    found: dict[int, list[str]] = {}
    for path in sorted(folder.glob("*.sql")):
        dialect = path.suffixes[0].removeprefix(".") if len(path.suffixes) == 2 else ""
        found.setdefault(int(path.name[:4]), []).append(dialect)
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_first_number_is_1(folder: Path) -> None:
    """Later ones may leave gaps: pieces of work that grow side by side each have numbers of their own."""
    assert min(by_number(folder)) == 1


def test_a_released_step_is_never_edited() -> None:
    """After adding a step: `python -m schema.migrations`. A step that is listed changes no more; write the next one."""
    assert migrations.listed_digests() == migrations.present_digests()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_dialect_never_stands_alone(folder: Path) -> None:
    alone = {
        number: found for number, found in by_number(folder).items() if found not in ([""], ["postgres", "sqlite"])
    }
    assert alone == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_number_is_used_twice(folder: Path) -> None:
    names: dict[str, set[str]] = {}
    for path in folder.glob("*.sql"):
        names.setdefault(path.name[:4], set()).add(path.name.split(".")[0])
    assert {number: found for number, found in names.items() if len(found) > 1} == {}
