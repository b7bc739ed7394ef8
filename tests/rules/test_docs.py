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
from tests.rules.source import ROOT, modules, nodes, text_files

ROLES = {role for name in profile_names() for role in load_profile(name).roles}

DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
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


def test_the_administrators_pages_call_what_exists() -> None:
    """Commands and their options; what they do is tested where they are."""
    page = "\n".join((ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("administrators", "windows"))
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
        name, options = words[0].strip('".,;'), {word.strip('".,;') for word in words if word.startswith("--")}
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
    places = [page.find(need) for need in needs]
    assert -1 not in places
    assert places == sorted(places)
    assert places[-1] < page.index("## What it does")


def test_decisions_are_complete_and_each_stands_once_in_their_list() -> None:
    """A number names one decision for ever; what was taken back leaves a gap."""
    numbers = [path.name[:4] for path in DECISIONS]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), path.name
    page = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^- \[.+\]\(([^)]+)\)", page, re.MULTILINE)) == [path.name for path in DECISIONS]


def mentioned_decisions(text: str) -> set[str]:
    """Files, or the four digits where only those stand, that `docs/decisions/0012…` and `decision 12` name."""
    files = set(re.findall(r"decisions/(\d{4}(?:-[a-z0-9-]+\.md)?)", text))
    lists = re.findall(r"\b[Dd]ecisions?\s+(\d+(?:, \d+)*)", text)
    return files | {f"{int(number):04}" for numbers in lists for number in numbers.split(", ")}


def test_whoever_names_a_decision_names_one_that_holds_today() -> None:
    """Released steps of the schema too, which are never edited."""
    names = {path.name for path in DECISIONS}
    known = names | {name[:4] for name in names}
    mentioned = {path: mentioned_decisions(text) for path, text in text_files() if path != "tests/rules/test_docs.py"}
    wrong = {path: found - known for path, found in mentioned.items() if found - known}
    assert wrong == {}


def test_a_decision_that_is_gone_is_noticed() -> None:
    assert mentioned_decisions("decisions 7, 12 and docs/decisions/0099-gone.md") == {"0007", "0012", "0099-gone.md"}


def test_files_that_decisions_name_are_there() -> None:
    gone = [
        f"{path.name}: {named}"
        for path in DECISIONS
        for named in re.findall(r"`((?:app|schema|static|sync|templates|tests)/[\w./-]+)`", path.read_text("utf-8"))
        if not (ROOT / named).exists() and "SERVICE" not in named
    ]
    assert gone == []


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


REQUIREMENTS = """
1.1:7 1.2:4 1.4:1,4,5 1.5:4 1.6:4 1.7:2 1.8:2 1.9:2 1.10:1 1.11:2 1.12:2, 1.14:6 2.1:12 2.2:3 2.3:3 2.4:5 2.5:7
2.6:3 2.7:6 2.8:7 2.9:3 2.10:4 3.1:1 3.2:4 3.3:4 3.4:5 3.5:3 3.7:1 4.1:1,2,3,5 4.2:2 4.3:3 5.1:5 5.2:8 5.3:10
5.4:3 5.5:4 6.1:3 6.2:6 6.3:2 6.4:2 7.1:4 7.2:2 7.3:1,3,4 7.4:3 8.1:4 8.2:3 8.3:8 9.1:3 9.2:4 10.2:2 10.3:3
11.1:8 12.1:3 12.2:1 12.3:6 12.4:2 12.5:2 12.6:1 13.1:1,3,4,5 13.2:1,2,3,5,6 13.3:2 13.4:2 14.1:4 14.2:6
14.3:2,3 14.4:7 14.5:4
"""
"""Sections of OWASP ASVS 4.0.3 with their last requirement of level 2, or those that are left of them."""


def requirement_numbers() -> list[str]:
    sections = (part.split(":") for part in REQUIREMENTS.split())
    return [f"{section}.{n}" for section, listed in sections for n in numbers_of(listed)]


def numbers_of(listed: str) -> list[str]:
    """`7` is all up to it, `1,4,5` just these."""
    if "," in listed:
        return [part for part in listed.split(",") if part]
    return [str(n) for n in range(1, int(listed) + 1)]


def asvs_rows() -> list[list[str]]:
    """Number, what it asks, state, how, tests."""
    lines = (ROOT / "docs/asvs.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line[:3].strip("| ").isdigit()]
    return [[cell.strip() for cell in row] for row in rows]


def test_every_requirement_of_asvs_has_its_row_and_its_tests_exist() -> None:
    page = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    rows = asvs_rows()
    wanted = requirement_numbers()
    assert [row[0] for row in rows] == wanted
    assert len(wanted) == 259
    for number, asks, state, how, tests in rows:
        named = re.findall(r"`(tests/[^`]+)`", tests)
        assert state in ("held", "partly", "not", "n.a."), number
        assert asks, number
        assert how, number
        assert [path for path in named if not (ROOT / path).is_file()] == [], number
        assert named or tests == "\N{EN DASH}", number
    places = re.findall(r"`((?:app|docs|schema|sync|tests|\.ci)/[^`]+)`", page)
    assert [path for path in places if not (ROOT / path).exists()] == []
    told = page.split("## What is not held")[1]
    unheld = [number for number, _, state, _, _ in rows if state == "not"]
    assert [number for number in unheld if number not in told] == []


def test_the_page_on_security_tells_the_totals_of_asvs() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    told = re.search(r"Of (\d+) requirements (\d+) are held, (\d+) partly, (\d+) not; (\d+) ask about", page)
    assert told is not None
    counted = Counter(state for _, _, state, _, _ in asvs_rows())
    states = [counted[state] for state in ("held", "partly", "not", "n.a.")]
    assert list(map(int, told.groups())) == [sum(states), *states]


def test_rules_of_lint_that_asvs_names_are_asked() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]["select"]
    named = re.findall(r"\bS\d{3}\b", (ROOT / "docs/asvs.md").read_text(encoding="utf-8"))
    assert set(named) >= {"S102", "S602"}
    assert [rule for rule in named if rule not in asked] == []


def test_files_that_the_developers_page_names_are_there() -> None:
    page = (ROOT / "docs/developers.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:app|docs|schema|static|sync|templates|tests)/[\w./-]+)`", page)
    drawn = re.findall(
        r"(?:app|static|sync|templates)/[\w/-]+\.(?:py|html|js)", page.split("```text")[1].split("```")[0]
    )
    assert len(drawn) > 15
    assert [path for path in (*named, *drawn) if not (ROOT / path).exists() and "SERVICE" not in path] == []


def test_functions_on_the_drawn_way_of_an_entry_are_where_it_says() -> None:
    drawing = (ROOT / "docs/developers.md").read_text(encoding="utf-8").split("```text")[1].split("```")[0]
    stations = re.findall(r"(\S+\.py) +([a-z]+_[a-z_]+)", drawing)
    assert len(stations) > 10
    gone = [(path, name) for path, name in stations if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")]
    assert gone == []
