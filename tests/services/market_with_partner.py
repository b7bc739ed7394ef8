"""The permit of a market stall as a larger market has it: a partner makes the plate, and two clocks run."""

from pathlib import Path

from tests.casework.desk.market import TEXT

PARTNER = (Path(__file__).parent / "mitra-pasar.toml").read_text(encoding="utf-8")
WITH_PARTNER = TEXT.replace('to = "hand_over"\nneeds_pin = true', 'to = "post"\nneeds_pin = true') + PARTNER
