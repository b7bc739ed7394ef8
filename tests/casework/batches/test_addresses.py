"""An address as a partner reads it: RT and RW together, every other part behind a comma, nothing of what is empty."""

from collections.abc import Mapping

import pytest

from app.casework.batches.partners import partner_of, to_address
from schema.definitions import load_all

KTP = load_all()["ktp-el"]
NAMES = partner_of(KTP).address
TYPES = {field.id: field.type for field in KTP.fields}


def named(kind: str) -> str:
    """The field of an address with this type."""
    return next(name for name in NAMES if TYPES[name] == kind)


STREET = next(name for name in NAMES if TYPES[name] not in ("rt", "rw"))


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({STREET: "Dusun Krajan", named("rt"): "003", named("rw"): "001"}, "Dusun Krajan, RT 003 RW 001"),
        ({STREET: "Dusun Krajan", named("rw"): "001"}, "Dusun Krajan, RW 001"),
        ({STREET: "Dusun Krajan", named("rt"): "003"}, "Dusun Krajan, RT 003"),
        ({named("rt"): "003", named("rw"): "001"}, "RT 003 RW 001"),
        ({STREET: "Dusun Krajan"}, "Dusun Krajan"),
        ({}, ""),
    ],
)
def test_an_address_has_what_the_form_says(values: Mapping[str, str], address: str) -> None:
    assert to_address(KTP, values) == address
