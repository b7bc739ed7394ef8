"""Run by an older program, whose folder is the working directory: `older_program.py work SIDE DATA` or `sync ...`.

`work` does what people of that side did in those days and today's program hears of: an office asks lines back, a
centre takes the lines that wait into its queue. It prints how many entries that made.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ASK_BACK = (("app.batches.dispatch", "ask_line_back"), ("app.ktp.dispatch", "ask_back"))
"""Where this act of an office stood, the newest first."""


def act_named(places: tuple[tuple[str, str], ...]) -> Callable[..., object]:
    """The function that one of these modules has. Raises LookupError."""
    for module, name in places:
        try:
            act: Callable[..., object] = getattr(import_module(module), name)
            return act
        except ModuleNotFoundError:
            continue
    raise LookupError(places)


def work(side: str, data: Path) -> int:
    compose = import_module("app.compose")
    journal = compose.journal(side, compose.open_side(side, data))
    before = count_entries(journal)
    (ask_back if side == "office" else accept)(journal)
    made = count_entries(journal) - before
    journal.db.close()
    return made


def count_entries(journal: Any) -> int:
    return int(journal.db.one("SELECT count(*) FROM journal")[0])


def person(journal: Any, name: str) -> Any:
    return import_module("app.people.queries").actor_named(journal.db, name, NOW.date())


def ask_back(journal: Any) -> None:
    waiting = "SELECT dispatch_id, ordinal FROM dispatch_line WHERE result = 'waiting' AND recall = '' ORDER BY 1, 2"
    for dispatch_id, ordinal in list(journal.db.run(waiting))[:2]:
        named = {"dispatch_id": dispatch_id, "ordinal": ordinal, "reason": "Pemohon wafat.", "now": NOW}
        act_named(ASK_BACK)(journal, person(journal, "agung"), **named)


def accept(journal: Any) -> None:
    newest = "SELECT source, dispatch_id FROM incoming_line WHERE state = 'waiting' ORDER BY dispatch_id DESC LIMIT 1"
    office, dispatch_id = journal.db.one(newest)
    service = import_module("app.centre.service")
    service.accept_dispatch(journal, person(journal, "dyah"), office=office, dispatch_id=dispatch_id, now=NOW)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    if sys.argv[1] == "work":
        sys.stdout.write(f"{work(sys.argv[2], Path(sys.argv[3]))}\n")
    else:
        sys.exit(import_module("app.cli").main())
