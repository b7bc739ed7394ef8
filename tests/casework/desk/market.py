"""A service that only the tests know, the permit of a market stall: applications and its definition file."""

from datetime import date
from pathlib import Path

from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER

MARKET = "izin-kios-pasar"
TEXT = (Path(__file__).parents[2] / "services" / f"{MARKET}.toml").read_text(encoding="utf-8")


def adopt_market(journal: Journal, text: str = TEXT) -> None:
    put_in_force(journal, text, on=date(2026, 1, 2))


def permit(**changes: str) -> dict[str, str]:
    """What a trader writes into the form of a stall."""
    return {
        "kind": "new",
        "stall": "B-07",
        "trader": "Ponirah",
        "goods": "food",
        "opens_on": "20032026",
        "village": MUNDER,
    } | changes
