"""A service that only the tests know, the permit of a market stall: applications and its definition file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.core.permissions import Actor
from app.office import service as office
from sync.journal import Journal
from tests.people import MUNDER, START

MARKET = "izin-kios-pasar"
TEXT = (Path(__file__).parents[1] / "services" / f"{MARKET}.toml").read_text(encoding="utf-8")


def adopt_market(journal: Journal, actor: Actor) -> None:
    office.adopt_standard(
        journal,
        actor,
        text=TEXT,
        maker="Sari Wulandari",
        checker="Budi Santoso",
        approver="Camat Contoh",
        effective_on=date(2026, 1, 2),
        now=START,
    )


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
