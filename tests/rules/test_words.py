"""What must not stand in a file of ours: outside addresses, places of one machine, loose ends."""

import re

import pytest

from tests.rules.source import text_files

# Written in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(
        [
            r"/w" + r"ork/",
            r"/f" + r"arm/",
            r"/tmp/b" + r"ash_jobs",
            r"/home/[a-z]+/",
            r"C:\\U" + r"sers\\",
            r"p" + r"ypi\.org",
            r"python" + r"hosted",
            r"registry\.n" + r"pmjs",
            r"deb\.d" + r"ebian",
        ]
    )
)
LOOSE_END = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error"]))
NO_PROOF = re.compile(
    "|".join(
        [
            r"pytest\.(mark\.)?(sk" + "ip|x" + "fail)",
            "assert T" + "rue",
            r"unittest\.m" + "ock",
            r"time\.sl" + "eep",
        ]
    )
)
SIXTEEN_DIGITS = re.compile(
    r"(?<![0-9A-Za-z_.])(?:[0-9]{16}|[0-9]{4}(?:[ .-][0-9]{4}){3}|[0-9]{6}[ .-][0-9]{6}[ .-][0-9]{4})(?![0-9A-Za-z_])"
)
LOADS = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
CODE_OR_PAGE = (".py", ".html", ".css", ".js", ".typ", ".sql")


def lines_with(pattern: re.Pattern[str], *, under: tuple[str, ...] = ("",), ends: tuple[str, ...] = ("",)) -> list[str]:
    """`path:line: text` of every line of ours in which the pattern is found."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in text_files()
        if path.startswith(under) and path.endswith(ends)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_place_of_one_machine_and_no_registry() -> None:
    assert lines_with(MACHINE) == []


def can_be_a_citizens(number: str) -> bool:
    """350899 is no kecamatan, and no serial number is 0000."""
    digits = re.sub(r"[^0-9]", "", number)
    return not (digits.startswith("350899") or digits.endswith("0000"))


def test_no_number_of_a_citizen() -> None:
    found = [
        (path, number)
        for path, text in text_files()
        for number in SIXTEEN_DIGITS.findall(text)
        if can_be_a_citizens(number)
    ]
    assert found == []
    assert can_be_a_citizens("3509" + "19 120315 0071")


def test_pages_load_nothing_from_outside() -> None:
    assert lines_with(LOADS, under=("templates/", "static/")) == []


def test_no_loose_ends() -> None:
    assert lines_with(LOOSE_END, ends=CODE_OR_PAGE) == []


def test_every_test_proves_something() -> None:
    assert lines_with(NO_PROOF, under=("tests/",), ends=(".py",)) == []


def test_patterns_find_what_they_are_made_for() -> None:
    assert MACHINE.search("see /w" + "ork/main")
    assert LOOSE_END.search("# TO" + "DO later")
    assert LOADS.search('<script src="//cdn.example/x.js">')
    assert LOADS.search("@import 'x.css'")
    assert not LOADS.search('<a href="/permohonan/baru">')


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-centre.txt", "requirements-signatures.txt", "requirements-test.txt"]
)
def test_requirements_name_no_address(name: str) -> None:
    text = dict(text_files())[name]
    assert "://" not in text
    assert "--index" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text)[1:])
