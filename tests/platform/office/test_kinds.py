"""Every kind of entry that the documents name is one that the journal takes, on the side of the documents."""

import re

from app import compose, paths

PAGE = (paths.CHECKOUT / "docs" / "kinds.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)`", PAGE, re.MULTILINE)) | set(
    re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE.partition("## Kinds that nobody may send")[2])
)

BEGINNINGS = {"epoch.opened", "clock.settled"}
"""What an office writes of itself; the page names kinds of messages."""


def test_no_kind_that_is_named_is_unknown_to_the_journal() -> None:
    known = {kind.name for side in ("office", "centre") for kind in compose.kinds(side)}
    assert known | BEGINNINGS == NAMED
    for side in ("office", "centre"):
        kinds = compose.kinds(side)
        assert len({(kind.name, kind.version) for kind in kinds}) == len(kinds)
