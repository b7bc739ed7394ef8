"""The administrators' pages as somebody reads them who types what stands there: headings, commands, files."""

import re
from functools import lru_cache
from typing import NamedTuple

from tests.rules.source import ROOT

ADMINISTRATORS, WINDOWS = "administrators", "windows"
FILES = {ADMINISTRATORS: ("administrators", "centre-administrators", "centre-with-standby"), WINDOWS: ("windows",)}
"""Book → its documents: those of an office and of the centre are read as one."""
TYPED = (
    "sudo |python3 |run\\.py |systemctl |journalctl |systemd-|timedatectl |pg_|psql |caddy |echo |cp |mkdir |"
    "\\.venv/bin/python |\\.venv\\\\Scripts|py |schtasks |icacls |cd |nano |C:\\\\Loket\\\\loket "
)
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(rf"`((?:{TYPED})[^`]*)`")
SHELLS = ("sh", "bat")
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
NAMES_ONLY = re.compile(r"(python3|py) run\.py|.* \.\.\.")
"""Said of how a command is called, not a command."""


class Written(NamedTuple):
    """A command or a file of a page, with the heading above it."""

    heading: str
    text: str


TAKEN = set[Written]()
"""What was asked for in this process: at the end of the book, everything that was typed."""


@lru_cache
def sections(page: str) -> dict[str, str]:
    """Heading → what stands below it, up to the next heading of either size."""
    found = dict[str, str]()
    for name in FILES[page]:
        parts = HEADING.split((ROOT / f"docs/{name}.md").read_text(encoding="utf-8"))
        headings = [heading.partition(" (")[0] for heading in parts[1::2]]
        assert not found.keys() & set(headings), "a heading names one place"
        found |= dict(zip(headings, parts[2::2], strict=True))
    return found


def commands(page: str) -> list[Written]:
    """What is typed, in the order of the page; what stands twice below one heading counts once."""
    found = [Written(name, text) for name, body in sections(page).items() for text in commands_in(body)]
    return list(dict.fromkeys(found))


def commands_in(body: str) -> list[str]:
    blocks = [line for _, kind, text in FENCE.findall(body) if kind in SHELLS for line in text.splitlines()]
    typed = [re.split(r"\s{2,}#", line)[0].strip() for line in blocks]
    said = [" ".join(text.split()) for text in INLINE.findall(FENCE.sub("", body))]
    return [*filter(None, typed), *(text for text in said if not NAMES_ONLY.fullmatch(text))]


def files(page: str) -> list[Written]:
    """Blocks that are files or lines of one."""
    found = [(name, kind, text) for name, body in sections(page).items() for _, kind, text in FENCE.findall(body)]
    return [Written(name, text) for name, kind, text in found if kind not in SHELLS]


def command(heading: str, *words: str, page: str = ADMINISTRATORS) -> str:
    """The one command below a heading that is these words, else the one that holds them all."""
    below = [text for name, text in commands(page) if name == heading]
    whole = [text for text in below if (text,) == words]
    found = only(whole or [text for text in below if all(word in text for word in words)], words)
    TAKEN.add(Written(heading, found))
    return found


def file(heading: str, *words: str, page: str = ADMINISTRATORS) -> str:
    """The one file below a heading that holds these words."""
    return only([text for name, text in files(page) if name == heading and all(w in text for w in words)], words)


def line(heading: str, beginning: str, page: str = ADMINISTRATORS) -> str:
    """The one line of a file that a sentence below a heading shows."""
    shown = re.findall(r"`([^`]+)`", FENCE.sub("", sections(page)[heading]))
    return only([text for text in shown if text.startswith(beginning) and text != beginning], (beginning,))


def only(found: list[str], words: tuple[str, ...]) -> str:
    assert len(found) == 1, f"{words}: {found}"
    return found[0]
