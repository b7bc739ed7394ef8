"""Documents keep up with the program: commands, decisions and words."""

import ast
import importlib.util
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from app.cli import COMMANDS
from schema.profiles import load_profile, profile_names
from tests.rules.source import ROOT, modules, nodes

ROLES = {role for name in profile_names() for role in load_profile(name).roles}

DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def in_code() -> set[str]:
    """Every word in backticks of the glossary's third column."""
    words: set[str] = set()
    for line in GLOSSARY.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4:
            words.update(word for code in re.findall(r"`([^`]+)`", cells[2]) for word in re.findall(r"[a-z]+", code))
    return words


def sql() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "schema").glob("*/*.sql")))


def unexplained(names: set[str]) -> dict[str, list[str]]:
    """Names with the words of theirs that the glossary does not know."""
    known = in_code()
    missing = {name: [word for word in re.findall(r"[a-z]+", name) if word not in known] for name in names}
    return {name: words for name, words in sorted(missing.items()) if words}


def kinds() -> set[str]:
    """Names of all journal kinds, read from the `Kind("case.opened", …)` calls."""
    calls = (node for path in modules("app/", "sync/") for node in nodes(path) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Kind" and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_every_command_has_its_heading() -> None:
    headings = re.findall(r"^## `(\S+)`", (ROOT / "docs/commands.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


def test_the_administrators_page_calls_what_exists() -> None:
    """Commands and their options; what they do is tested where they are."""
    page = (ROOT / "docs/administrators.md").read_text(encoding="utf-8")
    calls = re.findall(r"run\.py ([a-z][a-z-]*)([^`\n\"]*)", page)
    assert {name for name, _ in calls} >= {"office", "backup", "restore", "verify", "reset-admin", "network"}
    for name, rest in calls:
        known = {option for parameter in COMMANDS[name].load().params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, name


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]


def calls_of(text: str) -> list[list[str]]:
    """The calls of run.py that a document prints, word by word, without remarks behind them."""
    return [rest.split("#")[0].split() for rest in re.findall(r"python3 run\.py ([a-z-][^`\n)(\u2026]*)", text)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_printed_call_is_one_that_the_program_knows(path: Path) -> None:
    for words in calls_of(path.read_text(encoding="utf-8")):
        name, options = words[0].strip('".,;'), {one.strip('".,;') for one in words if one.startswith("--")}
        if name.startswith("--"):
            assert name in ("--help", "--version"), words
        else:
            known = {option for parameter in COMMANDS[name].load().params for option in parameter.opts}
            assert "arguments" in known or options <= known | {"--help"}, words  # else another program reads them


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_printed_module_is_there_and_called_with_the_python_that_has_the_packages(path: Path) -> None:
    """On Debian `python` is no command, and python3 has none of our packages."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?<![./\w])python (?:-m|run\.py)", text) == []
    for python, module in re.findall(r"(\S*python3?) -m ([a-z_.]+)", text):
        if module not in ("pip", "venv"):
            assert python.strip("`(") == ".venv/bin/python", (path.name, module)
            assert (ROOT / (module.replace(".", "/") + ".py")).is_file() or importlib.util.find_spec(module), module


def test_a_wrong_call_is_noticed() -> None:
    assert calls_of("`python3 run.py backup --to DIR` and\npython3 run.py test    # all") == [
        ["backup", "--to", "DIR"],
        ["test"],
    ]
    assert "nonsense" not in COMMANDS


def test_the_readme_begins_with_what_somebody_needs() -> None:
    """What it is, a picture, how to get it, the two commands, what the machine needs, whom to write to."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    needs = ["office program", "](docs/pictures/meja-kerja.png)", "## Get it", "python3 run.py demo"]
    needs += ["python3 run.py test", "python3-venv", "python3-pip", "Whom to write to"]
    places = [page.find(one) for one in needs]
    assert -1 not in places
    assert places == sorted(places)
    assert places[-1] < page.index("## What it does")


def test_decisions_have_numbers_of_their_own_and_are_complete() -> None:
    """A number names one decision for ever; what was taken back leaves a gap."""
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), path.name


def test_every_table_is_in_the_glossary() -> None:
    assert unexplained(set(re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)", sql()))) == {}


def test_every_journal_kind_is_in_the_glossary() -> None:
    assert kinds()
    assert unexplained(kinds()) == {}


def test_every_stored_state_is_in_the_glossary() -> None:
    lists = re.findall(r"IN \(('[^)]*')\)", sql())
    assert unexplained({word for words in lists for word in re.findall(r"'(\w+)'", words)}) == {}


def test_every_role_is_in_the_glossary() -> None:
    assert unexplained(ROLES) == {}


def test_every_step_and_way_out_of_a_service_is_in_the_glossary() -> None:
    names: set[str] = set()
    for path in sorted((ROOT / "schema/services").glob("*.toml")):
        service = tomllib.loads(path.read_text(encoding="utf-8"))
        steps = service["steps"]
        outcomes = [outcome for step in steps for outcome in step.get("outcomes", [])]
        names.update(part["id"] for part in [*steps, *outcomes, *service["exits"], *service["kinds"]])
    assert names
    assert unexplained(names) == {}


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_threat_names_tests_that_exist() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = [line for line in page.split("## Threats")[1].split("\n## ")[0].splitlines() if line.startswith("| **")]
    assert len(rows) >= 9
    for row in rows:
        held_by = re.findall(r"`(tests/[^`]+)`", row.split("|")[3])
        assert held_by, row
        assert [path for path in held_by if not (ROOT / path).is_file()] == []
