"""Every journal kind with who may send it, and about what. `python -m tests.rules.kinds` writes docs/kinds.md."""

from app import compose, paths
from sync.entries import OWN_KINDS, Kind

PAGE = paths.CHECKOUT / "docs" / "kinds.md"
HEAD = """# Who may write what

Written by `.venv/bin/python -m tests.rules.kinds` from the program; a test fails when it is out of date, another tries
every cell that is forbidden. Each message declares its sender itself (`schema/structs.py`, `app/core/messages.py`); a
kind that declares nothing is for nobody. What is not allowed is set aside with its sentence on both sides' pages
([decision 11](decisions/0011-authority.md)).

An office writes to the centre in its stream `dukcapil`, to another partner in that one's (`bank`), and the partner
answers in the stream that is named by the office's code: about lines of its own stream alone, each named by its hash.
A file with lines of any other stream is refused whole: `office` and `office/…` stay at home. In the
subjects, `{field}` is the message's own field, `{stream}` the stream, `*` a number.

Lines that a side gives back are the receiver's own kinds, of a closed epoch, with its own signature
([batch-format.md](batch-format.md)).
"""
SENDERS = {"office": "an office", "centre": "the centre"}
STREAMS = {"office": "`dukcapil`", "centre": "the office's code"}


def every_kind() -> dict[str, Kind]:
    """All kinds of both sides by name."""
    return {kind.name: kind for side in ("office", "centre") for kind in [*OWN_KINDS, *compose.kinds(side)]}


def written() -> str:
    """The whole page."""
    kinds = sorted(every_kind().values(), key=lambda kind: kind.name)
    rows = [
        f"| `{kind.name}` | {SENDERS[travel.sender]} | {STREAMS[travel.sender]} | `{travel.subject}` | {travel.about} |"
        for kind in kinds
        if (travel := kind.travel)
    ]
    home = ", ".join(f"`{kind.name}`" for kind in kinds if not kind.travel)
    table = "\n".join(["| kind | sent by | stream | subject | about |", "|---|---|---|---|---|", *rows])
    return f"{HEAD}\n## Kinds that travel\n\n{table}\n\n## Kinds that nobody may send\n\n{home}\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
